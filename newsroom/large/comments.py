"""Public and held comments in bulk, each with its text and the decision that brought it into its state."""

import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F

from comments.chain import decision_digest, evidence_digest
from comments.enums import Act, Effect, GroundKind, StandingReason, State
from comments.models import (
    Comment,
    Commenter,
    CommentFinding,
    CommentText,
    Decision,
    DecisionEvidence,
    DecisionGround,
    Discussion,
    Policy,
)
from comments.moderation.words import fingerprint
from newsroom.html import RENDERER_VERSION, comment_html
from newsroom.large.rows import ids_of, in_batches, insert
from newsroom.large.stories import NEWEST
from newsroom.large.words import PEOPLE, thought

TOP_SHARE, ANSWER_SHARE = 0.5, 0.85
"""Half are top comments, 35 per cent answer one, the rest answer an answer."""
_SPACE = uuid.UUID("8f0c1a52-7f0c-4b53-9d61-2a0a8d1c7a11")
Report = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Place:
    """One comment that is to be made: where, by whom, in which state."""

    number: int
    discussion: int
    person: int
    state: State


def gather_commenters() -> None:
    """The people who comment are there, with confirmed addresses: regulars, and as many who never wrote before."""
    if not Commenter.objects.exists():
        insert(
            Commenter(
                address=f"{kind}{number}@example.org",
                name=f"Reader {number}",
                confirmed_at=NEWEST,
                first_seen=NEWEST,
            )
            for kind in ("regular", "newcomer")
            for number in range(PEOPLE)
        )


def fill_thread(discussion: Discussion, wanted: int, policy: Policy, *, report: Report) -> None:
    """The discussion has at least `wanted` public comments, answers among them two deep."""
    have = discussion.public_count
    chance = random.Random(discussion.pk)  # noqa: S311 - made-up prose
    people = _people("regular")
    places = (
        Place(number, discussion.pk, people[chance.randrange(PEOPLE)], State.PUBLIC)
        for number in range(have, wanted)
    )
    parents = _Parents(chance)
    for batch in in_batches(places):
        with transaction.atomic():
            _store(batch, policy, chance, parents)
            Discussion.objects.filter(pk=discussion.pk).update(
                public_count=F("public_count") + len(batch), version=F("version") + 1
            )
        report(len(batch))


def spread(wanted: int, discussions: list[int], policy: Policy, *, report: Report) -> None:
    """There are `wanted` public comments in all; those that are missing go to the discussions in turn."""
    have = Comment.objects.public().count()
    for number, discussion in enumerate(Discussion.objects.filter(pk__in=discussions).order_by("pk")):
        share = (wanted - have) // len(discussions) + (number < (wanted - have) % len(discussions))
        if share > 0:
            fill_thread(discussion, discussion.public_count + share, policy, report=report)


def hold(wanted: int, discussions: list[int], policy: Policy, *, report: Report) -> None:
    """At least `wanted` comments wait in the queue as newcomers' do, spread over the discussions."""
    have = Comment.objects.held().count()
    people = _people("newcomer")
    chance = random.Random(have)  # noqa: S311 - made-up prose
    places = (
        Place(number, discussions[number % len(discussions)], people[number % PEOPLE], State.HELD)
        for number in range(have, wanted)
    )
    for batch in in_batches(places):
        with transaction.atomic():
            _store(batch, policy, chance, _Parents(chance))
        report(len(batch))


def _people(kind: str) -> list[int]:
    rows = Commenter.objects.filter(address__startswith=kind).order_by("pk")
    return list(rows.values_list("pk", flat=True))


class _Parents:
    """Chooses what a comment answers, among those made before it."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.tops: list[Comment] = []
        self.answers: list[Comment] = []

    def parent_of_next(self) -> Comment | None:
        share = self.chance.random()
        if share < TOP_SHARE or not self.tops:
            return None
        return self.chance.choice(self.tops if share < ANSWER_SHARE or not self.answers else self.answers)

    def add(self, comment: Comment) -> None:
        if comment.depth < 2:
            (self.answers if comment.depth else self.tops).append(comment)


def _store(places: list[Place], policy: Policy, chance: random.Random, parents: _Parents) -> None:
    comment_ids, text_ids, decision_ids = ids_of(Comment), ids_of(CommentText), ids_of(Decision)
    comments = [_comment(place, policy, parents, next(comment_ids)) for place in places]
    texts = [_text(comment, chance, next(text_ids)) for comment in comments]
    decided = [_decision(comment, next(decision_ids)) for comment in comments]
    insert(comments)
    insert(texts)
    insert(decision for decision, _evidence, _grounds in decided)
    insert(evidence for _decision, evidence, _grounds in decided)
    insert(ground for _decision, _evidence, grounds in decided for ground in grounds)
    insert(_findings(texts))


def _comment(place: Place, policy: Policy, parents: _Parents, pk: int) -> Comment:
    parent = parents.parent_of_next() if place.state == State.PUBLIC else None
    at = NEWEST + timedelta(seconds=place.number)
    comment = Comment(
        pk=pk,
        discussion_id=place.discussion,
        parent=parent,
        root=(parent.root or parent) if parent else None,
        depth=parent.depth + 1 if parent else 0,
        commenter_id=place.person,
        name=f"Reader {place.person}",
        state=place.state,
        current_text_id=None,
        policy=policy,
        form_key=uuid.uuid5(_SPACE, str(pk)),
        submitted_at=at,
        held_since=at if place.state == State.HELD else None,
        public_since=at if place.state == State.PUBLIC else None,
        decided_at=at,
    )
    parents.add(comment)
    return comment


def _text(comment: Comment, chance: random.Random, pk: int) -> CommentText:
    body = thought(chance)
    text = CommentText(
        pk=pk,
        comment=comment,
        body=body,
        html=comment_html(body),
        renderer=RENDERER_VERSION,
        fingerprint=fingerprint(body),
        created_at=comment.submitted_at,
    )
    comment.current_text_id = pk
    return text


def _decision(comment: Comment, pk: int) -> tuple[Decision, DecisionEvidence, list[DecisionGround]]:
    is_held = comment.state == State.HELD
    evidence = DecisionEvidence(decision_id=pk, salt=f"{pk:032x}", quoted=[])
    decision = Decision(
        pk=pk,
        comment=comment,
        seq=1,
        act=Act.HELD if is_held else Act.PUBLISHED,
        automatic=True,
        at=comment.submitted_at,
        from_state="",
        to_state=comment.state,
        subject_version=comment.version,
        policy_id=comment.policy_id,
        evidence_digest=evidence_digest(evidence),
    )
    reason = DecisionGround(decision_id=pk, kind=GroundKind.STANDING, key=StandingReason.FIRST_COMMENTS)
    grounds = [reason] if is_held else []
    decision.digest = decision_digest(decision, grounds)
    return decision, evidence, grounds


def _findings(texts: list[CommentText]) -> Iterator[CommentFinding]:
    for text in texts:
        if text.comment.state == State.HELD:
            yield CommentFinding(text=text, standing=StandingReason.FIRST_COMMENTS, effect=Effect.HOLD)
