"""The newsroom's closed lists: states, reasons, labels."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ArticleState(models.TextChoices):
    """Where the desk's work on the next publication stands; what readers get is told by publications."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    READY = "ready", _("Ready")


class Standing(models.TextChoices):
    """How a story stands towards the readers at a moment, derived from its publications and its block."""

    UNPUBLISHED = "unpublished", _("Not published")
    SCHEDULED = "scheduled", _("Scheduled")
    LIVE = "live", _("Live")
    ENDED = "ended", _("Ended")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ReadersHave(models.TextChoices):
    """What readers have of a story, or have coming, beside what the desk saved last."""

    NOTHING = "nothing", _("Nothing")
    OLDER = "older", _("An older text or address")
    NEWEST = "newest", _("The newest")


class RevisionReason(models.TextChoices):
    SAVED = "saved", _("Saved")
    SUBMITTED = "submitted", _("Submitted")
    RESTORED = "restored", _("Restored")
    IMPORTED = "imported", _("Imported")


class Label(models.TextChoices):
    NEWS = "news", _("News")
    ANALYSIS = "analysis", _("Analysis")
    OPINION = "opinion", _("Opinion")
    REVIEW = "review", _("Review")
    SPONSORED = "sponsored", _("Sponsored")


class CorrectionKind(models.TextChoices):
    CORRECTION = "correction", _("Correction")
    CLARIFICATION = "clarification", _("Clarification")
    UPDATE = "update", _("Update")
    RETRACTION = "retraction", _("Retraction")


class Verb(models.TextChoices):
    """What somebody did to a story, as its record names it."""

    CREATED = "created", _("created")
    SAVED = "saved", _("saved")
    SUBMITTED = "submitted", _("submitted for review")
    SENT_BACK = "sent_back", _("sent back")
    APPROVED = "approved", _("marked as ready")
    PUBLISHED = "published", _("published")
    SCHEDULED = "scheduled", _("scheduled")
    UNSCHEDULED = "unscheduled", _("unscheduled")
    ENDED = "ended", _("set the end")
    WITHDRAWN = "withdrawn", _("withdrew")
    REINSTATED = "reinstated", _("took back the withdrawal")
    IMPORTED = "imported", _("imported")
    CORRECTED = "corrected", _("corrected")
    MOVED = "moved", _("changed the address")
    WITHHELD = "withheld", _("withheld words on legal grounds")
    DISCLOSED = "disclosed", _("showed withheld words again")
