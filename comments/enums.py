"""Moderation's closed lists as the database and the screens name them.

The values of the first four are those of `comments.moderation.facts`, which imports no Django; a test holds
them equal.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    UNCONFIRMED = "unconfirmed", _("Address not confirmed")
    HELD = "held", _("Waiting")
    PUBLIC = "public", _("Public")
    REJECTED = "rejected", _("Rejected")
    REMOVED = "removed", _("Removed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Effect(models.TextChoices):
    REFUSE = "refuse", _("Refuse before posting")
    HOLD = "hold", _("Hold for a moderator")
    NOTE = "note", _("Note for the moderator")


class StandingReason(models.TextChoices):
    """Why a comment may wait though no rule caught it; the policy page prints this list."""

    CHECK_UNAVAILABLE = "check_unavailable", _("An automatic check could not finish")
    DISCUSSION_PRE_MODERATED = "discussion_pre_moderated", _("Every comment in this discussion is read first")
    FIRST_COMMENTS = "first_comments", _("A commenter's first comments are read first")
    ACCOUNT_PRE_MODERATED = "account_pre_moderated", _("Comments of this commenter are read first")
    ROBOT_PROTECTION = "robot_protection", _("The form was filled in as robots do")


class DiscussionMode(models.TextChoices):
    OPEN = "open", _("Open")
    PRE_MODERATED = "pre_moderated", _("Read before publication")
    CLOSED = "closed", _("Closed")


class Act(models.TextChoices):
    """What a decision did."""

    PUBLISHED = "published", _("published without findings")
    HELD = "held", _("held")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    REMOVED = "removed", _("removed")
    RESTORED = "restored", _("restored")
    UNDONE = "undone", _("undone")
    WITHDRAWN = "withdrawn", _("withdrawn by its author")
    SANCTIONED = "sanctioned", _("sanctioned")
    MODE_CHANGED = "mode_changed", _("discussion changed")


class GroundKind(models.TextChoices):
    RULE = "rule", _("Rule")
    LAW = "law", _("Law")
    STANDING = "standing", _("Standing reason")


class LetterKind(models.TextChoices):
    CONFIRMATION = "confirmation", _("Please confirm your address")
    APPROVED = "approved", _("Your comment was published")
    STATEMENT = "statement", _("Statement of reasons")
    REPORT_RECEIPT = "report_receipt", _("Receipt of a report")
    REPORT_OUTCOME = "report_outcome", _("Outcome of a report")
    APPEAL_OUTCOME = "appeal_outcome", _("Outcome of an appeal")


class LetterState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("Failed")


class ReportState(models.TextChoices):
    OPEN = "open", _("Open")
    UPHELD = "upheld", _("Upheld")
    DISMISSED = "dismissed", _("Dismissed")


class AppealState(models.TextChoices):
    OPEN = "open", _("Open")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")


class SanctionKind(models.TextChoices):
    WARNING = "warning", _("Warning")
    PRE_MODERATION = "pre_moderation", _("Pre-moderation")
    SUSPENSION = "suspension", _("Suspension")
    BAN = "ban", _("Ban")
