"""The editorial verbs, the only writers of stories: each holds its right, row lock, checks, write and record.

All of them run in one transaction, lock the story's row first, read it again, and leave the caller's story
as it is stored. `by` is who acts; None is the operator at the command line, who may do everything. They raise
`Refused` with a sentence for whoever acts, or Django's PermissionDenied, and then nothing is stored.
"""

from articles.actions.addresses import path_of, slug_from
from articles.actions.content import Content, content_of
from articles.actions.desk import mark_ready, send_back, submit
from articles.actions.errors import Refused, StaleSave
from articles.actions.publishing import end_at, publish, unschedule
from articles.actions.readiness import missing_to_publish
from articles.actions.record import demand_unchanged
from articles.actions.situation import Situation, is_moved, situation_of
from articles.actions.times import said
from articles.actions.withdrawing import reinstate, withdraw
from articles.actions.writing import begin, move, save

__all__ = [
    "Content",
    "Refused",
    "Situation",
    "StaleSave",
    "begin",
    "content_of",
    "demand_unchanged",
    "end_at",
    "is_moved",
    "mark_ready",
    "missing_to_publish",
    "move",
    "path_of",
    "publish",
    "reinstate",
    "said",
    "save",
    "send_back",
    "situation_of",
    "slug_from",
    "submit",
    "unschedule",
    "withdraw",
]
