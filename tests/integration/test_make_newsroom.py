"""The large newsroom: as large as asked for, true to the records, added to, and made in no other database."""

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import Count, Q
from django.test import Client

from articles.models import Publication
from comments.models import Comment, Discussion
from comments.seals import faults
from tests import factories

pytestmark = pytest.mark.django_db


def make(**size: object) -> str:
    said = io.StringIO()
    asked = {"stories": 15, "thread": [7, 30], "comments": 0, "held": 20, **size}
    call_command("make_newsroom", stderr=said, **asked)
    return said.getvalue()


def counts() -> tuple[int, int, int]:
    return (Publication.objects.count(), Comment.objects.public().count(), Comment.objects.held().count())


def test_newsroom_is_as_large_as_asked_and_grows_when_asked_again() -> None:
    assert "password" in make()
    assert counts() == (15, 37, 20)
    make()
    assert counts() == (15, 37, 20)
    make(stories=18, thread=[7, 40], comments=60, held=30)
    assert counts() == (18, 60, 30)


def test_records_of_a_large_newsroom_are_whole() -> None:
    make(comments=50)
    assert list(faults()) == []
    recount = Count("comments", filter=Q(comments__state="public"))
    rows = Discussion.objects.annotate(recount=recount).values_list("public_count", "recount")
    assert [pair for pair in rows if pair[0] != pair[1]] == []


def test_pages_of_a_large_newsroom_show_it(client: Client) -> None:
    make()
    first = Publication.objects.order_by("pk")[0]
    page = client.get(first.get_absolute_url()).content.decode()
    assert "7 comments" in page
    assert page.count('class="comment"') == 7


def test_database_of_somebody_else_is_left_alone() -> None:
    factories.make_publication()
    with pytest.raises(CommandError, match="that this command did not make"):
        make()
    assert Comment.objects.count() == 0


@pytest.mark.parametrize(
    ("size", "sentence"),
    [
        ({"stories": 1}, "--thread names 2 discussions, but there are to be 1 stories."),
        ({"stories": 0, "thread": []}, "Comments need stories: --stories is 0."),
    ],
)
def test_size_that_cannot_be_is_refused(size: dict[str, object], sentence: str) -> None:
    with pytest.raises(CommandError) as refused:
        make(**size)
    assert str(refused.value) == sentence
