"""Why an action was not done: a sentence for whoever asked, and what a screen needs to go on."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comments.models import Appeal, Comment, Decision, Policy, Sanction
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
    """What stands in `field` (name, email, body, note, law, why) cannot be taken."""

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


class AlreadyResent(Refused):
    reason = _("A rejected comment can be corrected and sent once more; this one has been.")


class TooManyConfirmations(Refused):
    reason = _(
        "Several confirmation mails have gone to this address within the hour. Please confirm one of them,"
        " or send your comment again later. Your text is still in the form."
    )


class Barred(Refused):
    """A suspension or ban holds; `sanction` has its commenter and decision. `is_own`: not of another spelling of
    the address, whose statement is not for this commenter to read."""

    reason = _("You cannot send comments at the moment.")

    def __init__(self, sanction: Sanction, *, is_own: bool) -> None:
        self.sanction, self.is_own = sanction, is_own
        super().__init__()


class WarningUnread(Refused):
    """A warning has to be acknowledged first: `sanction`. `is_own` as above."""

    reason = _("A moderator has warned you. Please read the warning and say so before you send your comment.")

    def __init__(self, sanction: Sanction, *, is_own: bool) -> None:
        self.sanction, self.is_own = sanction, is_own
        super().__init__()


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


# --- reporting


class CommentGone(Refused):
    reason = _("This comment is not public any more, so there is nothing to report.")


class TooManyReports(Refused):
    reason = _(
        "Several reports with this address came within the hour and wait to be confirmed. Please confirm them from"
        " the mails that we sent, or send yours again later. Your text is still in the form."
    )


# --- appeals


class AlreadyAppealed(Refused):
    """There is one already: `appeal`."""

    reason = _("You have objected to this decision already, which can be done once.")

    def __init__(self, appeal: Appeal) -> None:
        self.appeal = appeal
        super().__init__()


class AppealTooLate(Refused):
    reason = _("The time in which one can object to this decision is over.")


class OwnDecision(Refused):
    reason = _("You made this decision, so somebody else has to answer the appeal.")


class AlreadyAnswered(Refused):
    """Somebody was first: `appeal` says who, when and how."""

    reason = _("A colleague has answered this appeal already, so your answer was not saved.")

    def __init__(self, appeal: Appeal) -> None:
        self.appeal = appeal
        super().__init__()


# --- sanctions and second persons


class StandingChanged(Refused):
    reason = _(
        "Somebody has decided about this commenter since you opened the page, or proposes to. Nothing was done."
    )


class OwnProposal(Refused):
    reason = _("You proposed this, so somebody else has to agree.")


class AlreadyLooked(Refused):
    reason = _("A colleague has answered this already, so your answer was not saved.")


# --- cases


class CaseMoved(Refused):
    reason = _("A colleague has done something in this case since you opened the page, so nothing was saved.")


class CaseClosed(Refused):
    reason = _("This case is closed. Open it again first; nothing was saved.")


# --- deciding


class NotPossible(Refused):
    """The sentence says why not."""


class RuleNeeded(Refused):
    reason = _("Choose at least one rule that the comment breaks, or name a law.")


class RuleUnknown(RuleNeeded):
    """A key that is a rule neither of the version that the author accepted nor of the one in force."""

    reason = _("One of the rules chosen is not in the policy that this comment is judged by.")


class StaleView(Refused):
    """The comment has changed since it was looked at: `latest` says how; `note` is the note, kept."""

    reason = _("This comment has changed since you opened it, so nothing was done.")

    def __init__(self, comment: Comment, latest: Decision | None, note: str = "") -> None:
        self.comment, self.latest, self.note = comment, latest, note
        super().__init__()
