"""What a reader gets where an address or a form leads nowhere; nobody keeps these answers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from articles.archive import NoSuchPlace


def page_not_found(request: HttpRequest, exception: Exception, template_name: str = "404.html") -> HttpResponse:
    """One answer for what never was and what is not public yet, and not kept: a story may begin here any second."""
    reason = str(exception) if isinstance(exception, NoSuchPlace) else ""
    response = render(request, template_name, {"reason": reason}, status=404)
    response.headers["Cache-Control"] = "no-cache"
    return response
