"""All that changes a comment's state: one unit a verb, with its record and its mail."""

from comments.actions.bulk import BulkResult, approve_many, reject_many
from comments.actions.confirm import comment_to_confirm, confirm_address
from comments.actions.decide import approve, hold, reject, remove, restore
from comments.actions.drafts import Draft, Sent
from comments.actions.errors import (
    AlreadySent,
    DiscussionClosed,
    LinkExpired,
    LinkUnknown,
    LinkUsed,
    NoPolicy,
    NotPossible,
    ParentGone,
    PolicyChanged,
    Refusal,
    Refused,
    RuleNeeded,
    RuleUnknown,
    StaleView,
    StoryGone,
    TooManyConfirmations,
    Unacceptable,
)
from comments.actions.submit import submit
from comments.actions.transitions import TRANSITIONS
from comments.actions.undo import undo, withdraw

__all__ = [
    "TRANSITIONS",
    "AlreadySent",
    "BulkResult",
    "DiscussionClosed",
    "Draft",
    "LinkExpired",
    "LinkUnknown",
    "LinkUsed",
    "NoPolicy",
    "NotPossible",
    "ParentGone",
    "PolicyChanged",
    "Refusal",
    "Refused",
    "RuleNeeded",
    "RuleUnknown",
    "Sent",
    "StaleView",
    "StoryGone",
    "TooManyConfirmations",
    "Unacceptable",
    "approve",
    "approve_many",
    "comment_to_confirm",
    "confirm_address",
    "hold",
    "reject",
    "reject_many",
    "remove",
    "restore",
    "submit",
    "undo",
    "withdraw",
]
