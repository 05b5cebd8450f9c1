"""Makes the large newsroom step by step; each step adds only what is missing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db import transaction

from articles.models import Author, Section, Topic
from comments.models import Discussion, Policy
from newsroom.accounts.models import User
from newsroom.demo.reading import read_newsroom
from newsroom.demo.rules import post_policy
from newsroom.demo.shapes import Newsroom
from newsroom.demo.staff import furnish, hire
from newsroom.large.comments import fill_threads, gather_commenters, hold, spread
from newsroom.large.stories import NEWEST, Filing, write_stories

Say = Callable[[str], None]
TITLE = "Comment policy of a newsroom made to measure on"
QUIET = 10
"""The first stories take no held comments, so that their pages stay as they are while the queue is worked on."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is to be: stories, comments under each of the first ones, comments in all, held ones."""

    stories: int
    threads: Sequence[int]
    comments: int
    held: int


def large_newsroom() -> Newsroom:
    """The demo's people and rules; the policy's title tells the database from the demo's."""
    newsroom = read_newsroom()
    return replace(newsroom, policy=replace(newsroom.policy, title=TITLE))


def found_newsroom(newsroom: Newsroom, password: str) -> None:
    """People, sections, authors, topics, policy and commenters are there. To be called once."""
    with transaction.atomic():
        long_ago = NEWEST - timedelta(days=1_500)
        staff = hire(newsroom, password, long_ago)
        furnish(newsroom, staff)
        # Its stories would be in another language than its prose is.
        Section.objects.exclude(language="en").update(retired_at=long_ago)
        post_policy(newsroom.policy, by=staff[newsroom.lead.email], now=long_ago)
        gather_commenters()


def enlarge(size: Size, *, say: Say) -> None:
    """The newsroom is at least of this size. Each batch is a transaction: what was made stays after a stop."""
    write_stories(size.stories, _filing(), report=lambda done: say(f"Stories: {done} of {size.stories} ..."))
    policy = Policy.objects.posted().get()
    discussions = list(Discussion.objects.order_by("pk").values_list("pk", flat=True))
    threads = zip(discussions, size.threads, strict=False)
    fill_threads(threads, policy, report=_counter(say, "Comments under the first stories"))
    rest = discussions[QUIET:] or discussions
    spread(size.comments, rest, policy, report=_counter(say, "Comments in the others"))
    hold(size.held, rest, policy, report=_counter(say, "Held comments"))


def _filing() -> Filing:
    sections = Section.objects.filter(retired_at=None)
    return Filing(
        sections=list(sections.order_by("pk")),
        authors=list(Author.objects.order_by("pk")),
        topics=list(Topic.objects.order_by("pk")),
        editor=User.objects.get(email="editor@example.org"),
    )


def _counter(say: Say, what: str) -> Callable[[int], None]:
    done = 0

    def report(more: int) -> None:
        nonlocal done
        before, done = done, done + more
        if done // 10_000 > before // 10_000 or more < 2_000:
            say(f"{what}: {done} more ...")

    return report
