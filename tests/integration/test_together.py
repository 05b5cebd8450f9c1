"""Rows that are stored together: as `bulk_create` stores them, with keys by which they name each other."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from comments.enums import State
from comments.models import Comment, Commenter, CommentText
from comments.tasks import deliver_letter, delivery_of, hand_out_letters
from newsroom.together import insert, take_keys
from tests import factories

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def a_comment(**fields: Any) -> tuple[Comment, CommentText]:
    """A comment and its text, neither of them stored, each naming the other."""
    kept = factories.make_comment(state="held")
    comment = Comment(
        discussion=kept.discussion,
        commenter=kept.commenter,
        name="A “name”; DROP TABLE %s",
        state=State.UNCONFIRMED,
        policy=kept.policy,
        form_key="5a0c1d3e-9f57-4a64-8f0b-6a3e8f1d2b70",
        submitted_at=NOW,
        **fields,
    )
    text = CommentText(
        comment=comment,
        body="It's 100 % 'quoted' \\ ; -- $1",
        html="",
        renderer=1,
        fingerprint="f",
        created_at=NOW,
    )
    comment.current_text = text
    return comment, text


def test_rows_that_name_each_other_are_stored_with_all_that_they_hold() -> None:
    comment, text = a_comment()
    take_keys(comment, text)
    insert(comment, text)
    stored = Comment.objects.select_related("current_text").get(pk=comment.pk)
    fields = [field.attname for field in Comment._meta.concrete_fields]
    written = {**{name: getattr(comment, name) for name in fields}, "form_key": stored.form_key}
    assert {name: getattr(stored, name) for name in fields} == written
    assert stored.current_text is not None
    assert (stored.current_text.pk, stored.current_text.comment_id, stored.current_text.body) == (
        text.pk,
        comment.pk,
        "It's 100 % 'quoted' \\ ; -- $1",
    )
    assert (str(stored.form_key), stored.name) == (comment.form_key, "A “name”; DROP TABLE %s")


def test_keys_are_those_that_the_tables_would_have_given_next() -> None:
    before = factories.make_commenter()
    one, two = (Commenter(name="New", first_seen=NOW) for _ in range(2))
    take_keys(one, two)
    insert(two, one)
    assert [one.pk, two.pk, factories.make_commenter().pk] == [before.pk + 1, before.pk + 2, before.pk + 3]


def test_table_that_never_had_a_row_has_keys_too() -> None:
    commenter = Commenter(name="First", first_seen=NOW)
    take_keys(commenter)
    insert(commenter)
    assert factories.make_commenter().pk == commenter.pk + 1


def test_row_that_clashes_leaves_none_of_them() -> None:
    first = a_comment()
    take_keys(*first)
    insert(*first)
    commenter, second = Commenter(name="New", first_seen=NOW), a_comment()
    take_keys(commenter, *second)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(commenter, *second)
    assert Comment.objects.filter(form_key=first[0].form_key).count() == 1
    assert not Commenter.objects.filter(name="New").exists()


def test_stored_row_is_changed_by_saving_it_and_not_added_again() -> None:
    commenter = Commenter(name="New", first_seen=NOW)
    take_keys(commenter)
    insert(commenter)
    commenter.name = "Renamed"
    commenter.save()
    assert Commenter.objects.get(pk=commenter.pk).name == "Renamed"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="on SQLite a trip costs next to nothing")
@pytest.mark.parametrize("count", [1, 3])
def test_any_number_of_rows_takes_two_trips(count: int) -> None:
    a_comment()  # asks for the names of the sequences, which are kept
    take_keys(Comment(), CommentText())
    rows = [Commenter(name="New", first_seen=NOW) for _ in range(count)]
    texts = [
        CommentText(comment=factories.make_comment(), number=2, renderer=1, created_at=NOW) for _ in rows
    ]
    take_keys(Commenter())
    with CaptureQueriesContext(connection) as queries:
        take_keys(*rows, *texts)
        insert(*rows, *texts)
    assert len(queries) == 2


def test_nothing_to_store_asks_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        take_keys()
        insert()


@pytest.mark.parametrize("letters", [[7], [7, 8]])
def test_job_is_the_row_that_the_library_would_insert(letters: list[int]) -> None:
    leaves = NOW + timedelta(minutes=1)
    job = delivery_of(letters, at=leaves)
    insert(job)
    if len(letters) == 1:
        deliver_letter.using(run_after=leaves).enqueue(letters[0])
    else:
        hand_out_letters.using(run_after=leaves).enqueue(letters)
    own, theirs = DBTaskResult.objects.order_by("enqueued_at").values()
    differing = {"id", "enqueued_at"}
    assert {name: own[name] for name in own.keys() - differing} == {
        name: theirs[name] for name in theirs.keys() - differing
    }
    assert own["enqueued_at"] <= theirs["enqueued_at"]
