"""How an act on a story is refused: with a sentence for whoever acts, and nothing stored."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from articles.models import Revision

if TYPE_CHECKING:
    from articles.actions.content import Content


class Refused(ValueError):
    """An act that cannot be done now. `sentence` says what is wrong, where, and what to do instead."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class StaleSave(Refused):
    """Somebody saved since this editor began: `latest` is stored, `yours` is not; the caller shows both."""

    def __init__(self, latest: Revision, yours: "Content") -> None:
        self.latest = latest
        self.yours = yours
        super().__init__(
            _("%(who)s saved revision %(number)s since you began. Yours is not saved: compare the two.")
            % {"who": latest.created_by or _("An import"), "number": latest.number}
        )
