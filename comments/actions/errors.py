"""Why an action was not done: a sentence for whoever asked, and what a screen needs to go on."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comments.models import Comment, Decision, Policy
from comments.moderation.facts import Outcome
from comments.rulebook import ShownRule


class Refused(Exception):
    """The action was not done and nothing was stored. `sentence` says why, in the active language."""

    reason: str | Promise = _("That is not possible.")

    def __init__(self, sentence: str | Promise = "") -> None:
        self.sentence = str(sentence or self.reason)
        super().__init__(self.sentence)


# --- sending a comment


class Unacceptable(Refused):
    """What stands in `field` (name, email, body, note) cannot be taken."""

    def __init__(self, field: str, sentence: str | Promise) -> None:
        self.field = field
        super().__init__(sentence)


class Refusal(Refused):
    """Checks refuse the text: `outcome.findings` says what each saw. Counted; the text is not kept."""

    reason = _("Your comment was not sent, because it does not keep to the comment policy.")

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__()


class NoPolicy(Refused):
    reason = _("No comment policy is in force, so comments are closed.")


class PolicyChanged(Refused):
    """Another version is in force than the one accepted; `changed` are its new or changed rules."""

    reason = _(
        "The comment policy has changed since you opened this page. Please read and accept what is new."
    )

    def __init__(self, current: Policy, changed: list[ShownRule]) -> None:
        self.current, self.changed = current, changed
        super().__init__()


class StoryGone(Refused):
    reason = _("This story is not published at the moment, so it takes no comments.")


class DiscussionClosed(Refused):
    reason = _("Comments on this story are closed.")


class ParentGone(Refused):
    reason = _(
        "The comment that you are answering is not on the page any more. You can send yours on its own."
    )


class AlreadySent(Refused):
    """The form was sent before; `same_text` says whether with this text (then another person sent it)."""

    reason = _("This form has been sent already, with another text. Open a new form for a further comment.")

    def __init__(self, comment: Comment, same_text: bool) -> None:
        self.comment, self.same_text = comment, same_text
        super().__init__()


class TooManyConfirmations(Refused):
    reason = _(
        "Several confirmation mails have gone to this address within the hour. Please confirm one of them,"
        " or send your comment again later. Your text is still in the form."
    )


# --- confirming an address


class LinkUnknown(Refused):
    reason = _("This link is not ours, or was not copied whole. Please open it from the mail again.")


class LinkExpired(Refused):
    reason = _("This link has expired. Please send your comment again to get a new one.")


class LinkUsed(Refused):
    """The link was used before; `comment` is what it confirmed."""

    reason = _("This link has been used already. Your comment was confirmed.")

    def __init__(self, comment: Comment) -> None:
        self.comment = comment
        super().__init__()


# --- deciding


class NotPossible(Refused):
    """The sentence says why not."""


class RuleNeeded(Refused):
    reason = _("Choose at least one rule that the comment breaks.")


class RuleUnknown(RuleNeeded):
    """A key that is a rule neither of the version that the author accepted nor of the one in force."""

    reason = _("One of the rules chosen is not in the policy that this comment is judged by.")


class StaleView(Refused):
    """The comment has changed since it was looked at: `latest` says how; `note` is the note, kept."""

    reason = _("This comment has changed since you opened it, so nothing was done.")

    def __init__(self, comment: Comment, latest: Decision | None, note: str = "") -> None:
        self.comment, self.latest, self.note = comment, latest, note
        super().__init__()
