"""Public pages that can be read in each language of the site, which their address names."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.translation import get_language, get_language_info


@dataclass(frozen=True, slots=True)
class InLanguage:
    """A language by its own name, and where a page is in it."""

    code: str
    name: str
    url: str


def other_languages(url: Callable[[str], str]) -> list[InLanguage]:
    """The languages of the site but for the active one, with the page's address in each."""
    others = [code for code, _name in settings.LANGUAGES if code != get_language()]
    return [InLanguage(code, str(get_language_info(code)["name_local"]), url(code)) for code in others]


def without_language(request: HttpRequest, language: str) -> HttpResponse:
    """To the page's one address in the site's own language, which does not name it."""
    return HttpResponsePermanentRedirect(request.path.removesuffix(f"{language}/"))
