"""Holds the demo's discussions as readers and moderators would have: everything in the order of its time."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django_tasks_db.models import DBTaskResult

from articles.models import Article
from comments import actions
from comments.enums import LetterKind, LetterState, State
from comments.models import Comment, Letter
from comments.tasks import enqueue_delivery
from newsroom.accounts.models import User
from newsroom.demo import shapes

CONFIRMED = timedelta(minutes=2)
DECIDED = timedelta(minutes=5)
REMOVED = timedelta(minutes=50)
WITHDRAWN = timedelta(minutes=30)

Step = tuple[datetime, Callable[[datetime], None]]


@dataclass
class Discussions:
    """The demo's comments while they are sent and decided on; `sent` are those stored so far, by key."""

    newsroom: shapes.Newsroom
    staff: dict[str, User]
    articles: dict[str, Article]
    now: datetime
    sent: dict[str, Comment] = field(default_factory=dict)

    def hold(self) -> None:
        """Sends all comments and brings each to its state, step by step in the order of time."""
        steps = [step for comment in self.newsroom.comments for step in self._steps(comment)]
        for at, act in sorted(steps, key=lambda step: step[0]):
            act(at)

    def _steps(self, comment: shapes.Comment) -> Iterator[Step]:
        at = self.now - timedelta(hours=comment.hours_ago)
        yield at, lambda now: self._send(comment, now)
        if comment.state == "unconfirmed":
            return
        if not self.newsroom.commenter(comment.by).signed_in:
            yield at + CONFIRMED, lambda now: self._confirm(comment, now)
        if comment.state != "held":
            yield at + DECIDED, lambda now: self._decide(comment, now)
        if comment.state == "removed":
            yield at + REMOVED, lambda now: self._remove(comment, now)
        if comment.state == "withdrawn":
            yield at + WITHDRAWN, lambda now: self._withdraw(comment, now)

    def _send(self, comment: shapes.Comment, now: datetime) -> None:
        who = self.newsroom.commenter(comment.by)
        article = self.articles[comment.story]
        draft = actions.Draft(
            article=article,
            body=comment.body,
            form_key=uuid.uuid4(),
            accepted_version=self.newsroom.policy.version,
            name=who.name,
            address=who.email,
            user=self.staff[who.email] if who.signed_in else None,
            parent=self._stored(comment.parent) if comment.parent else None,
            ask_moderator=comment.anyway,
            language=article.language,
        )
        self.sent[comment.key] = actions.submit(draft, now=now).comment

    def _confirm(self, comment: shapes.Comment, now: datetime) -> None:
        letter = Letter.objects.get(comment=self.sent[comment.key], kind=LetterKind.CONFIRMATION)
        actions.confirm_address(letter.facts["url"].rstrip("/").rpartition("/")[2], now=now)

    def _decide(self, comment: shapes.Comment, now: datetime) -> None:
        """Approves or rejects what is held; what the checks let through is left alone."""
        stored, by = self._stored(comment.key), self.staff[comment.moderator]
        if comment.state == "rejected":
            actions.reject(
                stored.pk,
                by=by,
                seen_version=stored.version,
                now=now,
                rule_keys=comment.rules,
                note=comment.note,
            )
        elif stored.state == State.HELD:
            actions.approve(stored.pk, by=by, seen_version=stored.version, now=now)

    def _remove(self, comment: shapes.Comment, now: datetime) -> None:
        stored, by = self._stored(comment.key), self.staff[comment.moderator]
        actions.remove(
            stored.pk, by=by, seen_version=stored.version, now=now, rule_keys=comment.rules, note=comment.note
        )

    def _withdraw(self, comment: shapes.Comment, now: datetime) -> None:
        stored = self._stored(comment.key)
        actions.withdraw(stored.pk, now=now, seen_version=stored.version)

    def _stored(self, key: str) -> Comment:
        comment: Comment = Comment.objects.select_related("root").get(pk=self.sent[key].pk)
        return comment


def let_old_mail_have_left(now: datetime) -> None:
    """Mail of the past counts as sent; what somebody may want to read now is left to the mail worker.

    That is each statement of reasons, and the links that confirm what still waits for it.
    """
    waiting = Letter.objects.filter(state=LetterState.WAITING)
    wanted = waiting.filter(kind=LetterKind.STATEMENT) | waiting.filter(
        kind=LetterKind.CONFIRMATION, comment__state=State.UNCONFIRMED
    )
    kept = list(wanted.values_list("pk", flat=True))
    for letter in waiting.exclude(pk__in=kept):
        letter.state, letter.sent_at, letter.attempts = LetterState.SENT, letter.send_after, 1
        letter.save(update_fields=["state", "sent_at", "attempts"])
    DBTaskResult.objects.all().delete()
    for pk in kept:
        enqueue_delivery(pk, at=now)
