"""The moderation desk in the admin: the queue, what is decided there, and the log of it."""

from comments.views.desk.act import act
from comments.views.desk.bulk import bulk
from comments.views.desk.comment import comment
from comments.views.desk.decisions import decisions
from comments.views.desk.preview import preview
from comments.views.desk.queue import queue
from comments.views.desk.undo import undo

__all__ = ["act", "bulk", "comment", "decisions", "preview", "queue", "undo"]
