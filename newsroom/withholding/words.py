"""What stands where words were, in the language of whoever reads it there."""

from django.utils import translation
from django.utils.translation import gettext


def withheld_words(language: str) -> str:
    """The sentence that every path shows in place of a text."""
    with translation.override(language):
        return gettext("Withheld on legal grounds.")


def withheld_name(language: str) -> str:
    """What stands in place of a name."""
    with translation.override(language):
        return gettext("Name withheld on legal grounds")
