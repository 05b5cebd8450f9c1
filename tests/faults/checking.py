"""Compares a database and a mail server with what clients were told: a sentence for each thing that is wrong."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from django.db.models import Count, F
from django_tasks_db.models import DBTaskResult

from articles.models import Publication, Revision
from comments.enums import Act, LetterKind, LetterState, State
from comments.models import Comment, CommentText, Decision, Discussion, Letter
from comments.seals import faults
from tests.faults.ledger import DONE, REFUSED, Acted, Ledger, Published
from tests.faults.mailserver import Mail

ACTS = {"approve": Act.APPROVED, "reject": Act.REJECTED, "remove": Act.REMOVED, "restore": Act.RESTORED}


def problems(ledger: Ledger, taken: Mapping[str, list[Mail]]) -> Iterator[str]:
    """All that is wrong, in words that name the row; nothing where all is as it was told."""
    yield from _comments(ledger)
    yield from _decisions(ledger)
    yield from map(str, faults())
    yield from _counts()
    yield from _letters(taken)
    yield from _jobs()
    yield from _stories(ledger)


# --- comments


def _comments(ledger: Ledger) -> Iterator[str]:
    rows = Comment.objects.select_related("current_text", "commenter__user").in_bulk(field_name="form_key")
    known = {UUID(sent.key): sent for sent in ledger.sent}
    for key, comment in rows.items():
        if key not in known:
            yield f"comment {comment.uid} is there, which nobody sent"
    for key, sent in known.items():
        comment = rows.get(key)
        if comment is None:
            if sent.told == DONE:
                yield f"comment {sent.uid} was acknowledged and is not there"
            continue
        if sent.told == REFUSED:
            yield f"comment {comment.uid} was refused and is there"
        if sent.uid and str(comment.uid) != sent.uid:
            yield f"comment {sent.uid} was acknowledged, and another one is there ({comment.uid})"
        if comment.current_text is None or comment.current_text.body != sent.body:
            yield f"comment {comment.uid} has another text than was sent"
        user = comment.commenter.user
        if (user.email if user else comment.commenter.address) != sent.author:
            yield f"comment {comment.uid} has another author than sent it"
        if sent.confirmed == DONE and comment.state == State.UNCONFIRMED:
            yield f"comment {comment.uid} was confirmed and waits to be"
    for body, times in _more_than_once(CommentText.objects.values_list("body", flat=True)):
        yield f"the text “{body[:40]}” is there {times} times"


def _more_than_once(values: Iterable[str]) -> Iterator[tuple[str, int]]:
    for value, times in Counter(values).items():
        if times > 1:
            yield value, times


# --- decisions


def _decisions(ledger: Ledger) -> Iterator[str]:
    made: dict[tuple[str, int], list[Decision]] = defaultdict(list)
    people = Decision.objects.filter(automatic=False).select_related("comment", "decider", "undoes")
    for decision in people:
        made[str(decision.comment.uid), decision.subject_version].append(decision)  # type: ignore[union-attr]
    asked: dict[tuple[str, int], list[Acted]] = defaultdict(list)
    for acted in ledger.acted:
        asked[acted.uid, acted.version].append(acted)
    for seen, acts in asked.items():
        yield from _decided_as_told(seen, acts, made.get(seen, []))
    taken_back = {undone.decision for undone in ledger.undone}
    uids = {str(decision.uid) for decisions in made.values() for decision in decisions}
    for seen, decisions in made.items():
        if len(decisions) > 1:
            yield f"comment {seen[0]} was decided on {len(decisions)} times in version {seen[1]}"
        for decision in decisions:
            if decision.undoes and str(decision.undoes.uid) not in taken_back:
                yield f"decision {decision.uid} undoes what nobody took back"
            if not decision.undoes and not any(_is(decision, acted) for acted in asked[seen]):
                yield f"decision {decision.uid} is there, which nobody made"
    undone = {str(one.undoes.uid) for many in made.values() for one in many if one.undoes}
    for one in ledger.undone:
        if one.told == DONE and one.decision not in undone:
            yield f"decision {one.decision} was taken back and stands"
    for uid in set(ledger.decisions) - uids:
        yield f"decision {uid} was shown as made and is not there"


def _decided_as_told(
    seen: tuple[str, int], acts: Iterable[Acted], decisions: list[Decision]
) -> Iterator[str]:
    what = f"comment {seen[0]} in version {seen[1]}"
    for acted in acts:
        there = [decision for decision in decisions if _is(decision, acted)]
        if acted.told == DONE and not there:
            yield f"{acted.by} was told that {what} is {ACTS[acted.act]}, and no decision says so"
        elif acted.told == REFUSED and there and not _asked_twice(acted, acts):
            yield f"{acted.by} was told that {what} could not be {ACTS[acted.act]}, and it was"


def _is(decision: Decision, acted: Acted) -> bool:
    by = decision.decider.email if decision.decider else ""
    return (by, decision.act) == (acted.by, ACTS[acted.act])


def _asked_twice(acted: Acted, acts: Iterable[Acted]) -> bool:
    return sum((one.by, one.act) == (acted.by, acted.act) for one in acts) > 1


def _counts() -> Iterator[str]:
    public = dict(
        Comment.objects.filter(state=State.PUBLIC)
        .values_list("discussion")
        .annotate(Count("pk"))
        .values_list("discussion", "pk__count")
    )
    for pk, count in Discussion.objects.values_list("pk", "public_count"):
        if count != public.get(pk, 0):
            yield f"discussion {pk} counts {count} public comments and has {public.get(pk, 0)}"


# --- mail


def _letters(taken: Mapping[str, list[Mail]]) -> Iterator[str]:
    known = set()
    for letter in Letter.objects.order_by("pk"):
        known.add(letter.message_id)
        mails = taken.get(letter.message_id, [])
        if letter.state not in (LetterState.SENT, LetterState.CANCELLED):
            yield f"letter {letter.message_id} is {letter.state} for ever ({letter.last_error})"
        if letter.state == LetterState.SENT and not mails:
            yield f"letter {letter.message_id} is said to be sent, and the mail server never took it"
        if letter.state == LetterState.CANCELLED and letter.attempts == 0 and mails:
            yield f"letter {letter.message_id} was cancelled and left"
        if len({(mail.to, mail.subject, mail.text) for mail in mails}) > 1:
            yield f"letter {letter.message_id} left with different texts"
        if any(mail.to != letter.to for mail in mails):
            yield f"letter {letter.message_id} went to somebody else"
    for message_id in set(taken) - known:
        yield f"mail {message_id} is no letter of ours"
    yield from _unwritten()


def _unwritten() -> Iterator[str]:
    telling = Decision.objects.filter(act__in=ACTS.values(), automatic=False, letter=None)
    for uid in telling.exclude(comment__commenter__address=None).values_list("uid", flat=True):
        yield f"decision {uid} has no letter"
    guests = Comment.objects.filter(commenter__user=None)
    asked = Letter.objects.filter(kind=LetterKind.CONFIRMATION).values("comment")
    for uid in guests.exclude(pk__in=asked).values_list("uid", flat=True):
        yield f"comment {uid} has no letter that asks for a confirmation"


def _jobs() -> Iterator[str]:
    left = Counter(DBTaskResult.objects.exclude(status="SUCCESSFUL").values_list("task_path", "status"))
    for (path, status), count in sorted(left.items()):
        yield f"{count} jobs of {path} are {status} for ever"


# --- stories


def _stories(ledger: Ledger) -> Iterator[str]:
    saved = Counter(Revision.objects.values_list("article", "headline"))
    for one in ledger.saved:
        times = saved.pop((one.story, one.headline), 0)
        if times > 1 or (one.told == DONE and times != 1) or (one.told == REFUSED and times):
            yield f"revision “{one.headline}” was {one.told} and is there {times} times"
    published = Counter(Publication.objects.values_list("article", "revision__headline"))
    asked: dict[tuple[int, str], list[Published]] = defaultdict(list)
    for one_published in ledger.published:
        asked[one_published.story, one_published.headline].append(one_published)
    for (story, headline), many in asked.items():
        least = sum(one.told == DONE for one in many)
        most = sum(one.told != REFUSED for one in many)
        times = published[story, headline] - (headline.endswith(" edition 1"))
        if not least <= times <= most:
            yield f"revision “{headline}” was published {least} to {most} times and is {times} times"
    overlapping = Publication.objects.filter(
        article__publications__starts_at__lt=F("ends_at"), article__publications__pk__gt=F("pk")
    ).filter(article__publications__ends_at__gt=F("starts_at"))
    for pk in overlapping.values_list("pk", flat=True).distinct():
        yield f"publication {pk} overlaps another one"
