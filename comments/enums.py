"""Moderation's closed lists as the database and the screens name them.

The values of the first five are those of `comments.moderation.facts`, which imports no Django; a test holds
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


class Gravity(models.TextChoices):
    """How much harm a comment does that breaks the rule; the queue goes by it."""

    ORDINARY = "ordinary", _("Ordinary")
    SERIOUS = "serious", _("Serious: read 15 minutes sooner")
    GRAVE = "grave", _("Grave: read an hour sooner")


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


class Why(models.TextChoices):
    """Because of what a discussion takes comments as it does, from the nearest to the furthest."""

    RETRACTED = "retracted", _("the story was retracted")
    TIME = "time", _("closed at the time set for this story")
    AGE = "age", _("closed because the story is old")
    BREAKER = "breaker", _("very many comments came at once")
    STORY = "story", _("ordered for this story")
    SECTION = "section", _("ordered for this section")
    SITE = "site", _("ordered for the whole site")
    NOTHING = "", _("nothing else was ordered")


class Act(models.TextChoices):
    """What a decision did."""

    PUBLISHED = "published", _("published without findings")
    HELD = "held", _("held")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    REMOVED = "removed", _("removed")
    RESTORED = "restored", _("restored")
    KEPT = "kept", _("left public after reports")
    GRANTED = "granted", _("restored on appeal")
    CONFIRMED = "confirmed", _("confirmed on appeal")
    UNDONE = "undone", _("undone")
    WITHDRAWN = "withdrawn", _("withdrawn by its author")
    SANCTIONED = "sanctioned", _("sanctioned")
    LIFTED = "lifted", _("sanction ended early")
    SECONDED = "seconded", _("confirmed by a second person")
    DOUBTED = "doubted", _("doubted by a second person")
    MODE_CHANGED = "mode_changed", _("discussion changed")
    WITHHELD = "withheld", _("withheld on legal grounds")
    DISCLOSED = "disclosed", _("shown again, withheld before")


class GroundKind(models.TextChoices):
    RULE = "rule", _("Rule")
    LAW = "law", _("Law")
    STANDING = "standing", _("Standing reason")


class Restriction(models.TextChoices):
    """What a decision takes from its author, Article 17(3)(a) of Regulation (EU) 2022/2065."""

    NOT_PUBLISHED = "not_published", _("Not published")
    REMOVED = "removed", _("Removed")
    WARNING = "warning", _("Warned, nothing restricted")
    PRE_MODERATION = "pre_moderation", _("Comments are read first")
    SUSPENSION = "suspension", _("Suspended")
    BAN = "ban", _("Banned")


class Source(models.TextChoices):
    """What made the desk look, Article 17(3)(b) of the same."""

    NOTICE = "notice", _("Notice of illegal content")
    REPORT = "report", _("Report under a rule")
    OWN = "own", _("Own initiative")


class LetterKind(models.TextChoices):
    CONFIRMATION = "confirmation", _("Please confirm your address")
    APPROVED = "approved", _("Your comment was published")
    STATEMENT = "statement", _("Statement of reasons")
    REPORT_RECEIPT = "report_receipt", _("Receipt of a report")
    REPORT_OUTCOME = "report_outcome", _("Outcome of a report")
    APPEAL_OUTCOME = "appeal_outcome", _("Outcome of an appeal")
    APPEAL_ALARM = "appeal_alarm", _("Nobody may answer an appeal")
    SANCTION_ENDED = "sanction_ended", _("A sanction was ended early")
    SECOND_ALARM = "second_alarm", _("A second person is missing")
    RAID_ALARM = "raid_alarm", _("A discussion was overrun")
    CASE_ALARM = "case_alarm", _("The deadline of a case is near")


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
    MOOT = "moot", _("Its author took the comment back")


class AppealState(models.TextChoices):
    OPEN = "open", _("Open")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")
    MOOT = "moot", _("Settled without an answer")


class SanctionKind(models.TextChoices):
    WARNING = "warning", _("Warning")
    PRE_MODERATION = "pre_moderation", _("Pre-moderation")
    SUSPENSION = "suspension", _("Suspension")
    BAN = "ban", _("Ban")


class Span(models.TextChoices):
    """What figures are counted over."""

    DAY = "day", _("Day")
    MONTH = "month", _("Month")


class TrialState(models.TextChoices):
    """How far the trial of a draft is."""

    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped")


class RunScope(models.TextChoices):
    """What the comments of a bulk decision have in common."""

    SELECTION = "selection", _("Selected")
    COMMENTER = "commenter", _("Of one commenter")
    STORY = "story", _("On one story")
    CAMPAIGN = "campaign", _("Nearly the same text")
    VIEW = "view", _("A view of the desk")
    UNDO = "undo", _("Undoing another")


class RunState(models.TextChoices):
    """How far a bulk decision is."""

    PREPARED = "prepared", _("Not begun")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped")


class ItemState(models.TextChoices):
    """What became of one comment of a bulk decision."""

    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    SKIPPED = "skipped", _("Skipped")


class ReviewKind(models.TextChoices):
    """Why a decision comes back to another moderator."""

    NEWCOMER = "newcomer", _("One of a newcomer’s first")
    SAMPLE = "sample", _("Drawn by lot")


class Verdict(models.TextChoices):
    """What somebody would do with a comment that was decided on."""

    PUBLISH = "publish", _("publish")
    REJECT = "reject", _("reject")


class CaseKind(models.TextChoices):
    """Who complains from outside, and how."""

    LAWYER = "lawyer", _("Lawyer’s letter")
    AUTHORITY = "authority", _("Order of an authority or a court")
    READER = "reader", _("Reader’s complaint")
    OTHER = "other", _("Something else")


class CaseVerb(models.TextChoices):
    """What somebody did in a case."""

    OPENED = "opened", _("opened the case")
    ADDED = "added", _("froze an item")
    NOTED = "noted", _("noted")
    DEADLINE = "deadline", _("changed the deadline")
    CHANGED = "changed", _("changed what is known")
    EXPORTED = "exported", _("exported the case")
    CLOSED = "closed", _("closed the case")
    REOPENED = "reopened", _("opened the case again")


class CaseOutcome(models.TextChoices):
    UPHELD = "upheld", _("The complaint was right")
    PARTLY = "partly", _("It was right in part")
    UNFOUNDED = "unfounded", _("It was not right")
    WITHDRAWN = "withdrawn", _("Whoever sent it withdrew it")
    PASSED_ON = "passed_on", _("It was passed on")
