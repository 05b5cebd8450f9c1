"""Sanctions at the same moment: two moderators make one, two seconds agree once, posting never slips through."""

from typing import Any

import pytest

from comments import actions
from comments.models import Comment, Commenter, Decision, Letter, Sanction, SecondLook, Statement
from comments.seals import faults
from comments.standing import seen_mark
from comments.statements import Law
from newsroom.groups import make_groups
from tests import factories
from tests.integration.sanctioning import Sanctions
from tests.integration.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk() -> Sanctions:
    make_groups()
    return Sanctions()


def names(results: list[Any]) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def rows() -> tuple[int, ...]:
    of_sanctions = Decision.objects.filter(commenter__isnull=False)
    return (
        Sanction.objects.count(),
        of_sanctions.count(),
        Statement.objects.count(),
        Letter.objects.filter(kind="statement").count(),
    )


def test_two_moderators_at_once_make_one_sanction(desk: Sanctions) -> None:
    seen = seen_mark(desk.against.pk)

    def sanction(by: Any, kind: str, days: int | None) -> Any:
        measure = desk.measure(kind, days)
        return actions.sanction(desk.against.pk, measure, by=by, seen=seen, now=desk.now)

    results = at_once(
        lambda: sanction(desk.moderator, "suspension", 3),
        lambda: sanction(desk.second, "suspension", 5),
        lambda: sanction(desk.lead, "warning", None),
    )
    assert names(results) == ["Sanction", "StandingChanged", "StandingChanged"]
    assert rows() == (1, 1, 1, 1)


def test_two_proposals_at_once_make_one(desk: Sanctions) -> None:
    seen = seen_mark(desk.against.pk)
    measure = desk.measure("ban", None)
    results = at_once(
        *[
            lambda by=by: actions.sanction(desk.against.pk, measure, by=by, seen=seen, now=desk.now)  # type: ignore[misc]
            for by in (desk.moderator, desk.second, desk.lead)
        ]
    )
    assert names(results) == ["Sanction", "StandingChanged", "StandingChanged"]
    assert rows() == (1, 0, 0, 0)


def test_two_who_agree_and_one_who_declines_at_once_are_answered_once(desk: Sanctions) -> None:
    made = desk.propose()
    results = at_once(
        lambda: actions.agree(made.pk, by=desk.second, now=desk.now),
        lambda: actions.agree(made.pk, by=desk.lead, now=desk.now),
        lambda: actions.decline(made.pk, by=desk.lead, why="No.", now=desk.now),
    )
    assert names(results) == ["AlreadyLooked", "AlreadyLooked", "Sanction"]
    began = Sanction.objects.get().decision is not None
    assert rows() == ((1, 1, 1, 1) if began else (1, 0, 0, 0))


def test_undone_and_objected_at_once_one_of_them_wins(desk: Sanctions) -> None:
    made = desk.sanction()
    results = at_once(
        lambda: actions.undo_sanction(made.pk, by=desk.moderator, now=desk.now),
        lambda: actions.appeal(made.decision, "No.", now=desk.now),
    )
    assert names(results) in (["NotPossible", "Sanction"], ["Appeal", "NotPossible"])
    assert [str(fault) for fault in faults() if "without a decision" not in fault.what] == []


def test_moderators_sanction_while_their_commenter_sends(desk: Sanctions) -> None:
    seen = seen_mark(desk.against.pk)
    results = at_once(
        lambda: actions.sanction(desk.against.pk, desk.measure(), by=desk.moderator, seen=seen, now=desk.now),
        *[
            lambda number=number: actions.submit(desk.draft(f"Thought {number}"), now=desk.now)  # type: ignore[misc]
            for number in range(3)
        ],
    )
    assert isinstance(results[0], Sanction)
    sent = [result for result in results[1:] if isinstance(result, actions.Sent)]
    assert {type(result) for result in results[1:]} <= {actions.Sent, actions.Barred}
    written = Comment.objects.filter(current_text__body__startswith="Thought")
    assert written.count() == len(sent)
    with pytest.raises(actions.Barred):
        desk.send("After it.")


def test_two_second_persons_at_once_confirm_once(desk: Sanctions) -> None:
    comment = factories.make_comment(state="held", policy=desk.policy, commenter=Commenter.objects.first())
    desk.reject(comment, law=Law("Criminal Code, section 130", "It calls for violence."))
    look = SecondLook.objects.get()
    results = at_once(
        lambda: actions.second(look.pk, agrees=True, reasons="", by=desk.second, now=desk.now),
        lambda: actions.second(look.pk, agrees=False, reasons="A quotation.", by=desk.lead, now=desk.now),
    )
    assert names(results) == ["AlreadyLooked", "Decision"]
    assert Decision.objects.filter(act__in=("seconded", "doubted")).count() == 1
