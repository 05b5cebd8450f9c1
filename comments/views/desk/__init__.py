"""The moderation desk in the admin: the queue, what is decided there, and the log of it."""

from comments.views.desk.act import act
from comments.views.desk.ahead import ahead
from comments.views.desk.appeals import appeal, appeals
from comments.views.desk.bulk import bulk
from comments.views.desk.case import case, export_case
from comments.views.desk.cases import cases, new_case
from comments.views.desk.checks import checks
from comments.views.desk.claims import release, renew, take_over, token
from comments.views.desk.colleagues import answer, ask, note
from comments.views.desk.comment import comment
from comments.views.desk.decisions import decisions, decisions_csv
from comments.views.desk.illegal import illegal, look
from comments.views.desk.modes import modes
from comments.views.desk.news import news
from comments.views.desk.preview import preview
from comments.views.desk.queue import queue
from comments.views.desk.reviews import practice, review
from comments.views.desk.rules import rules
from comments.views.desk.runs import prepare, run, stop, undo_run
from comments.views.desk.sanctions import commenter, sanction, sanctions
from comments.views.desk.statements import statements
from comments.views.desk.statistics import statistics
from comments.views.desk.story import story
from comments.views.desk.totals import totals
from comments.views.desk.undo import undo
from comments.views.desk.watch import watch

__all__ = [
    "act",
    "ahead",
    "answer",
    "appeal",
    "appeals",
    "ask",
    "bulk",
    "case",
    "cases",
    "checks",
    "comment",
    "commenter",
    "decisions",
    "decisions_csv",
    "export_case",
    "illegal",
    "look",
    "modes",
    "new_case",
    "news",
    "note",
    "practice",
    "prepare",
    "preview",
    "queue",
    "release",
    "renew",
    "review",
    "rules",
    "run",
    "sanction",
    "sanctions",
    "statements",
    "statistics",
    "stop",
    "story",
    "take_over",
    "token",
    "totals",
    "undo",
    "undo_run",
    "watch",
]
