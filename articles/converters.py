"""What may stand in a story's address: Unicode slugs in one normal form, and dates with all their digits."""

import unicodedata

from django.urls import register_converter


def normal_slug(value: str) -> str:
    """The slug in the one form in which addresses are stored (Unicode NFC)."""
    return unicodedata.normalize("NFC", value)


class SlugConverter:
    """A Unicode slug. Any spelling of it leads to the view, which redirects to the stored one."""

    regex = r"[^/\s\x00-\x1f\x7f]{1,200}"

    def to_python(self, value: str) -> str:
        return normal_slug(value)

    def to_url(self, value: str) -> str:
        return normal_slug(value)


class YearConverter:
    """Four ASCII digits, kept as text: an address is compared, never calculated with."""

    regex = "[0-9]{4}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class TwoDigitsConverter(YearConverter):
    """A month or a day with its leading zero."""

    regex = "[0-9]{2}"


def register() -> None:
    """Makes `<name:...>`, `<yyyy:...>` and `<dd:...>` known to the URLconf that calls it."""
    register_converter(SlugConverter, "name")
    register_converter(YearConverter, "yyyy")
    register_converter(TwoDigitsConverter, "dd")
