"""The product's settings, with the one thing that the benchmark's client cannot do for itself.

It sends one form over and over, while each form that a reader opens has a key of its own: here a key that is no
UUID becomes the one that its text gives. That costs the product time, and saves it none.
"""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from newsroom.settings import *
from newsroom.settings import MIDDLEWARE


def form_key_from_text(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def answer(request: HttpRequest) -> HttpResponse:
        if "form_key" in request.POST:
            request.POST = request.POST.copy()
            request.POST["form_key"] = str(uuid.uuid5(uuid.NAMESPACE_OID, request.POST["form_key"]))
        return get_response(request)

    return answer


MIDDLEWARE = [*MIDDLEWARE, "tests.bench.settings.form_key_from_text"]
