"""Cases at the same moment: one of two closings, items numbered once, and never an erasure of what a case holds."""

from typing import Any

import pytest

from comments import actions
from comments.actions.freezing import read_copy
from comments.models import Case, CaseCopy, CommentText
from newsroom.groups import make_groups
from newsroom.privacy import ask_for_erasure
from tests import factories
from tests.integration.casework import Cases
from tests.integration.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk() -> Cases:
    make_groups()
    return Cases()


def names(results: list[Any]) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def test_of_two_who_close_a_case_at_once_one_is_told(desk: Cases) -> None:
    case = desk.open()
    case.refresh_from_db()

    def close(by: Any, outcome: str) -> Any:
        return actions.close_case(case.pk, outcome, seen_version=case.version, by=by, now=desk.now)

    results = at_once(lambda: close(desk.moderator, "upheld"), lambda: close(desk.editor, "unfounded"))
    assert names(results) in (["CaseAct", "CaseClosed"], ["CaseAct", "CaseMoved"])
    assert list(case.acts.values_list("seq", "verb")) == [(1, "opened"), (2, "added"), (3, "closed")]


def test_items_and_notes_added_at_once_are_all_there(desk: Cases) -> None:
    case = desk.open()
    comments = [factories.make_comment() for _number in range(3)]
    at_once(
        *[
            lambda comment=comment: actions.add_item(case.pk, comment, by=desk.editor, now=desk.now)
            for comment in comments
        ],
        lambda: actions.note_in_case(case.pk, "Called.", by=desk.lead, now=desk.now),
    )
    assert list(case.items.values_list("number", flat=True)) == [1, 2, 3, 4]
    assert list(case.acts.values_list("seq", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_what_a_case_holds_is_not_erased_at_the_moment_at_which_it_is_opened(desk: Cases) -> None:
    at_once(desk.open, lambda: ask_for_erasure(desk.reader.email, now=desk.now))
    frozen = read_copy(CaseCopy.objects.get().content)["texts"][0]["text"]
    assert Case.objects.open().count() == 1
    assert CommentText.objects.get(comment=desk.comment).body == frozen
