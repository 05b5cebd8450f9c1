"""The statistics of the desk, for leads."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.desk.reviews import reviews_between
from comments.desk.statistics import SPANS, statistics_of
from comments.views.desk.page import render_in_admin


def statistics(request: HttpRequest) -> HttpResponse:
    """The last `?days=7`, 28 or 90; anything else shows seven. Ten queries besides the admin's own."""
    asked = request.GET.get("days", "")
    span = int(asked) if asked in map(str, SPANS) else SPANS[0]
    figures = statistics_of(span, timezone.now())
    reviews = reviews_between(figures.since, figures.until)
    context = {"spans": SPANS, "span": span, "figures": figures, "reviews": reviews}
    return render_in_admin(request, "admin/moderation/statistics.html", context, title=_("Statistics"))
