"""Public and held comments in bulk, each with its text and the decision that brought it into its state."""

import random
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from django.conf import settings
from django.db import transaction
from django.db.models import F

from comments.chain import decision_digest, evidence_digest
from comments.circumstances import stored_sketch
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
from comments.moderation.sketch import Sketch, sketch_of
from comments.moderation.words import fingerprint
from newsroom.html import RENDERER_VERSION, comment_html
from newsroom.large.rows import ids_of, in_batches, insert
from newsroom.large.stories import NEWEST
from newsroom.large.words import PEOPLE, thought

TOP_SHARE, ANSWER_SHARE = 0.5, 0.85
"""Half are top comments, 35 per cent answer one, the rest answer an answer."""
THOUGHTS = 50_000
"""How many different texts there are: cleaning one and taking its fingerprint is most of what a comment costs."""
APART = timedelta(milliseconds=300)
"""Between two comments: 12,000 an hour, so that pages by time have about as many equal times as a busy site's."""
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


def fill_threads(wanted: Iterable[tuple[int, int]], policy: Policy, *, report: Report) -> None:
    """Each discussion, by its id, has at least as many public comments as is said, answers among them two deep.

    Batches run across discussions, so that a million comments under small stories cost what they do under one.
    """
    people = _people("regular")
    chance = random.Random(Comment.objects.count())  # noqa: S311 - made-up prose
    places = (
        Place(number, discussion, people[chance.randrange(PEOPLE)], State.PUBLIC)
        for discussion, have, most in _with_counts(wanted)
        for number in range(have, most)
    )
    parents = _Parents(chance)
    for batch in in_batches(places):
        with transaction.atomic():
            _store(batch, policy, chance, parents)
            _count(Counter(place.discussion for place in batch))
        report(len(batch))


def spread(wanted: int, discussions: list[int], policy: Policy, *, report: Report) -> None:
    """There are `wanted` public comments in all; those that are missing go to the discussions in even shares."""
    missing = max(0, wanted - Comment.objects.public().count())
    share, over = divmod(missing, len(discussions)) if missing else (0, 0)
    counts = dict(Discussion.objects.values_list("pk", "public_count"))
    asked = [(pk, counts[pk] + share + (place < over)) for place, pk in enumerate(discussions)]
    fill_threads(asked, policy, report=report)


def _with_counts(wanted: Iterable[tuple[int, int]]) -> list[tuple[int, int, int]]:
    counts = dict(Discussion.objects.values_list("pk", "public_count"))
    return [(pk, counts[pk], most) for pk, most in wanted]


def _count(added: Counter[int]) -> None:
    """The discussions' counts rise by what was added: a query for each amount, and amounts are nearly all equal."""
    for amount in set(added.values()):
        rows = Discussion.objects.filter(pk__in=[pk for pk, more in added.items() if more == amount])
        rows.update(public_count=F("public_count") + amount, version=F("version") + 1)


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
    """Chooses what a comment answers, among those made before it in the discussion that is being filled."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.discussion = 0
        self.tops: list[Comment] = []
        self.answers: list[Comment] = []

    def parent_of_next(self, discussion: int) -> Comment | None:
        if discussion != self.discussion:
            self.discussion, self.tops, self.answers = discussion, [], []
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
    parent = parents.parent_of_next(place.discussion) if place.state == State.PUBLIC else None
    at = NEWEST + APART * pk
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
        due_at=at + timedelta(minutes=settings.MODERATION_PROMISE_MINUTES)
        if place.state == State.HELD
        else None,
        public_since=at if place.state == State.PUBLIC else None,
        decided_at=at,
    )
    parents.add(comment)
    return comment


def _text(comment: Comment, chance: random.Random, pk: int) -> CommentText:
    body, html, mark, sketch = _written(chance.randrange(THOUGHTS))
    text = CommentText(
        pk=pk,
        comment=comment,
        body=body,
        html=html,
        renderer=RENDERER_VERSION,
        fingerprint=mark,
        **stored_sketch(sketch),
        created_at=comment.submitted_at,
    )
    comment.current_text_id = pk
    return text


@lru_cache(maxsize=THOUGHTS)
def _written(number: int) -> tuple[str, str, str, Sketch]:
    body = thought(random.Random(number))  # noqa: S311 - made-up prose
    return body, comment_html(body), fingerprint(body), sketch_of(body)


def _decision(comment: Comment, pk: int) -> tuple[Decision, DecisionEvidence, list[DecisionGround]]:
    is_held = comment.state == State.HELD
    evidence = DecisionEvidence(decision_id=pk, salt=f"{pk:032x}", quoted=[])
    decision = Decision(
        pk=pk,
        comment=comment,
        in_discussion_id=comment.discussion_id,
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
