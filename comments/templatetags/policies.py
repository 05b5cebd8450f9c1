"""The policy's addresses in the page's language, and the mark of a text that is in another."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info

from comments import links

register = template.Library()


@register.simple_tag
def policy_url(version: int | None = None) -> str:
    """The page of a version, else of the one in force, in the page's language."""
    return links.policy_path(version)


@register.simple_tag
def transparency_url(year: str = "", month: str = "") -> str:
    """The public report, of the newest month unless one is named, in the page's language."""
    return links.transparency_path(year, month)


@register.simple_tag
def written_in(language: str) -> SafeString:
    """The attributes of an element whose text is in this language; none where that is the page's, or is not known."""
    if not language or language == get_language():
        return SafeString("")
    direction = "rtl" if get_language_info(language)["bidi"] else "ltr"
    return format_html(' lang="{}" dir="{}"', language, direction)


@register.filter
def as_written_in(text: str, language: str) -> str:
    """A text to stand within another, marked and set apart where it is not in the page's language."""
    if not (attributes := written_in(language)):
        return text
    return format_html("<bdi{}>{}</bdi>", attributes, text)
