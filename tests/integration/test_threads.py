"""The order and the bounds of a discussion: nothing public is missed, nothing else shows."""

import itertools
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Publication
from comments import threads
from comments.models import Comment, Discussion
from comments.threads import discussion_for
from tests.factories import make_comment, make_discussion, make_policy, make_publication

pytestmark = pytest.mark.django_db
START = timezone.now() - timedelta(hours=5)


@pytest.fixture
def story() -> Publication:
    make_policy()
    return make_publication()


@pytest.fixture
def discussion(story: Publication) -> Discussion:
    return make_discussion(story.article)


def public(discussion: Discussion, body: str, minutes: int, **fields: Any) -> Comment:
    comment = make_comment(discussion=discussion, body=body, **fields)
    at: datetime = START + timedelta(minutes=minutes)
    Comment.objects.filter(pk=comment.pk).update(public_since=at)
    comment.refresh_from_db()
    return comment


def shown(discussion: Discussion, **asked: Any) -> list[tuple[int, str]]:
    page = discussion_for(discussion.article, now=timezone.now(), **asked)
    return [(entry.depth, re.sub("<[^>]+>", "", entry.html) or "stub") for entry in page.entries]


def test_late_approval_comes_after_what_was_seen_and_replies_under_their_parent(
    discussion: Discussion,
) -> None:
    late = public(discussion, "late", 9)
    first = public(discussion, "first", 1)
    public(discussion, "answer", 10, parent=first)
    public(discussion, "second", 2)
    assert late.pk < first.pk
    assert shown(discussion) == [(0, "first"), (1, "answer"), (0, "second"), (0, "late")]


@pytest.mark.parametrize("state", ["held", "rejected", "withdrawn", "unconfirmed", "removed"])
def test_comment_that_is_not_public_does_not_show(discussion: Discussion, state: str) -> None:
    make_comment(discussion=discussion, body="hidden", state=state)
    assert shown(discussion) == []


@pytest.mark.parametrize("state", ["held", "removed", "withdrawn"])
def test_comment_taken_away_leaves_a_stub_only_over_public_answers(
    discussion: Discussion, state: str
) -> None:
    gone = public(discussion, "taken away", 1)
    answer = public(discussion, "answer", 2, parent=gone)
    Comment.objects.filter(pk=gone.pk).update(state=state, held_since=timezone.now(), due_at=timezone.now())
    page = discussion_for(discussion.article, now=timezone.now())
    stub = page.entries[0]
    assert shown(discussion) == [(0, "stub"), (1, "answer")]
    assert (stub.name, stub.html, stub.at, stub.reply_url) == ("", "", None, "")
    Comment.objects.filter(pk=answer.pk).update(state=state, held_since=timezone.now(), due_at=timezone.now())
    assert shown(discussion) == []


def test_stub_in_the_middle_stands_and_an_empty_one_does_not(discussion: Discussion) -> None:
    top = public(discussion, "top", 1)
    middle = public(discussion, "middle", 2, parent=top)
    public(discussion, "deep", 3, parent=middle)
    other = public(discussion, "other", 4, parent=top)
    below = public(discussion, "below", 5, parent=other)
    Comment.objects.filter(pk__in=[middle.pk, other.pk, below.pk]).update(state="removed")
    assert shown(discussion) == [(0, "top"), (1, "stub"), (2, "deep")]


def test_deep_answers_stop_at_a_depth_and_name_whom_they_answer(discussion: Discussion) -> None:
    parent = None
    for number in range(6):
        parent = public(discussion, f"level {number}", number, parent=parent)
    page = discussion_for(discussion.article, now=timezone.now())
    assert [entry.depth for entry in page.entries] == [0, 1, 2, 3, 3, 3]
    answered = [entry.answers.html if entry.answers else "" for entry in page.entries]
    assert answered == ["", "", "", "", "<p>level 3</p>", "<p>level 4</p>"]


def test_lists_open_and_close_in_pairs(discussion: Discussion, client: Client, story: Publication) -> None:
    first = public(discussion, "first", 1)
    public(discussion, "deep", 3, parent=public(discussion, "answer", 2, parent=first))
    public(discussion, "second", 4)
    page = client.get(story.get_absolute_url()).content.decode()
    thread = page.partition('<ol class="thread">')[2].partition("</section>")[0]
    assert thread.count("<ol") + 1 == thread.count("</ol>") == 3
    assert thread.count("<li") == thread.count("</li>") == 4


def test_pages_go_by_key_and_miss_nothing(
    discussion: Discussion, monkeypatch: pytest.MonkeyPatch, story: Publication, client: Client
) -> None:
    monkeypatch.setattr(threads, "TOP_COMMENTS", 2)
    tops = [public(discussion, f"number {number}", number // 2) for number in range(5)]
    address, seen = f"{story.get_absolute_url()}comments/", []
    while address:
        page = client.get(address).content.decode()
        seen += re.findall(r"<p>(number \d)</p>", page)
        following = re.search(r'href="([^"]+\?after=[^"]+)">More comments', page)
        address = following[1] if following else ""
    assert seen == [f"number {number}" for number in range(5)]
    for top in tops:
        target = client.get(f"/comments/{top.uid}/")["Location"].partition("#")
        assert f'id="{target[2]}"' in client.get(target[0]).content.decode()


def test_long_branch_goes_on_on_pages_of_its_own(
    discussion: Discussion, monkeypatch: pytest.MonkeyPatch, story: Publication, client: Client
) -> None:
    monkeypatch.setattr(threads, "ANSWERS_UNDER_ONE", 2)
    monkeypatch.setattr(threads, "ANSWERS_A_PAGE", 2)
    top = public(discussion, "top", 0)
    answers = [public(discussion, f"answer {number}", number, parent=top) for number in range(1, 6)]
    page = client.get(story.get_absolute_url()).content.decode()
    assert re.findall(r"<p>(answer \d)</p>", page) == ["answer 1", "answer 2"]
    more = re.search(r'href="([^"]+)" rel="nofollow">More answers', page)
    assert more
    following = client.get(more[1].replace("&amp;", "&")).content.decode()
    assert re.findall(r"<p>((?:top|answer \d))</p>", following) == ["top", "answer 3", "answer 4"]
    for answer in answers:
        target = client.get(f"/comments/{answer.uid}/")["Location"].partition("#")
        assert f'id="{target[2]}"' in client.get(target[0]).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_discussion_takes_the_same_queries_for_any_number_of_comments(
    discussion: Discussion, django_assert_num_queries: Any, rows: int
) -> None:
    for minute in range(rows):
        top = public(discussion, "top", minute)
        for number, _answer in itertools.product(range(rows), range(rows)):
            public(discussion, f"answer {number}", minute + number, parent=top)
    with django_assert_num_queries(5):
        discussion_for(discussion.article, now=timezone.now())


def test_closed_discussion_shows_its_comments_and_takes_none(discussion: Discussion) -> None:
    public(discussion, "said before", 1)
    Discussion.objects.update(closes_at=timezone.now())
    page = discussion_for(discussion.article, now=timezone.now())
    assert (page.is_open, page.reason_closed) == (False, "Comments on this story are closed.")
    assert [entry.reply_url for entry in page.entries] == [""]


def test_page_is_bounded_in_bytes_and_what_has_no_room_follows(
    discussion: Discussion, story: Publication, client: Client
) -> None:
    long = "word " * 4_000
    tops = [public(discussion, f"{long}top {number}", 10 * number) for number in range(9)]
    for number in range(1, 12):
        public(discussion, f"{long}answer {number}", number, parent=tops[0])
    sizes, seen, waiting = [], [], [f"{story.get_absolute_url()}comments/"]
    while waiting:
        page = client.get(waiting.pop()).content.decode()
        sizes.append(len(page))
        seen += re.findall(r"((?:top|answer) \d+)</p>", page)
        links = re.findall(r'href="([^"]+)"[^>]*>More (?:answers|comments)', page)
        waiting += [link.replace("&amp;", "&") for link in links]
    # A page of a branch begins with the comment that the branch answers.
    assert sorted(set(seen)) == sorted(
        [f"top {number}" for number in range(9)] + [f"answer {number}" for number in range(1, 12)]
    )
    assert [name for name in seen if seen.count(name) > 1 and name != "top 0"] == []
    assert max(sizes) < 200_000
    for comment in Comment.objects.all():
        target = client.get(f"/comments/{comment.uid}/")["Location"].partition("#")
        assert f'id="{target[2]}"' in client.get(target[0]).content.decode()


def test_closing_time_ends_what_a_cache_may_keep(
    discussion: Discussion, story: Publication, client: Client
) -> None:
    Discussion.objects.update(closes_at=timezone.now() + timedelta(seconds=5))
    assert client.get(story.get_absolute_url())["Cache-Control"] in ("public, max-age=4", "public, max-age=3")
