"""Every reader's and desk page of a made newsroom, by name, so that all of them are measured and looked at."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from urllib.parse import urlencode

from django.utils import timezone

from articles.admin.listing import standings
from articles.archive import Key
from articles.models import Article, Author, Publication, Section, Topic
from comments.desk.queue import waiting_after
from comments.desk.views import HELD, VIEWS
from comments.models import Comment, Decision, Discussion, Policy, Rule

ADMINISTRATOR = "admin@example.org"
"""Whoever sees all pages of the desk."""


@dataclass(frozen=True, slots=True)
class Page:
    """An address, and whose sign-in it needs ("" for a reader's)."""

    address: str
    who: str = ""


def pages() -> dict[str, Page]:
    """All pages of the newsroom in the database, first ones and ones deep in a list; made with make_newsroom."""
    desk = {**_queue(), **_log(), **_stories()}
    return {
        **_lists(),
        **_articles(),
        **{name: Page(address, ADMINISTRATOR) for name, address in desk.items()},
    }


# --- readers


def _lists() -> dict[str, Page]:
    middle = Publication.objects.newest_first()[Publication.objects.count() // 2]
    before = f"?before={Key(middle.first_published_at, middle.pk)}"
    section = cast(Section, Section.objects.filter(retired_at=None).first())
    topic, author = cast(Topic, Topic.objects.first()), cast(Author, Author.objects.first())
    addresses = {
        "home": "/",
        "section": f"/{section.slug}/",
        "section, in the middle": f"/{section.slug}/{before}",
        "topic": f"/topics/{topic.slug}/",
        "topic, in the middle": f"/topics/{topic.slug}/{before}",
        "author": f"/authors/{author.slug}/",
        "author, in the middle": f"/authors/{author.slug}/{before}",
        "corrections": "/corrections/",
        "feed": "/feeds/rss/",
        "feed of a section": f"/feeds/{section.slug}/rss/",
        "sitemap": "/sitemap.xml",
        "stories in the sitemap": "/sitemap-stories.xml",
        "comment policy": "/comment-policy/",
        "a version of it": f"/comment-policy/{Policy.objects.posted().get().version}/",
        "no such page": "/no-such-section/",
    }
    return {name: Page(address) for name, address in addresses.items()}


def _articles() -> dict[str, Page]:
    quiet, longest = Discussion.objects.order_by("pk")[0], Discussion.objects.order_by("-public_count")[0]
    first, busy = _path(quiet), _path(longest)
    thread = Comment.objects.filter(discussion=longest, public_since__isnull=False).order_by(
        "public_since", "id"
    )
    tops = thread.filter(depth=0)
    middle = tops[tops.count() // 2]
    answer = thread.filter(depth=1)[thread.filter(depth=1).count() // 2]
    addresses = {
        "article, 100 comments": first,
        "article, the longest discussion": busy,
        "longest discussion": f"{busy}comments/",
        "longest discussion, in the middle": f"{busy}comments/?after={_place(middle)}",
        "longest discussion, one branch": f"{busy}comments/?branch={cast(Comment, answer.root).uid}",
        "link to a comment in its middle": f"/comments/{middle.uid}/",
        "link to an answer there": f"/comments/{answer.uid}/",
        "comment form": f"{busy}comments/new/",
        "comment form, answering": f"{busy}comments/new/?parent={middle.uid}",
    }
    return {name: Page(address) for name, address in addresses.items()}


def _path(discussion: Discussion) -> str:
    return Publication.objects.get(article=discussion.article_id, ends_at=None).get_absolute_url()


def _place(comment: Comment) -> str:
    return str(Key(cast(datetime, comment.public_since), comment.pk))


# --- the desk


def _queue() -> dict[str, str]:
    waiting = waiting_after(None)
    middle = waiting[waiting.count() // 2]
    public = cast(Comment, Comment.objects.public().first())
    return {
        "queue": "/admin/moderation/",
        "queue, in the middle": f"/admin/moderation/?after={Key(middle.due_at, middle.pk)}",
        "queue, 100 rows": "/admin/moderation/?rows=100",
        "queue, with a comment": f"/admin/moderation/?item={middle.uid}",
        "comment that waits": f"/admin/moderation/comments/{middle.uid}/",
        "comment that is public": f"/admin/moderation/comments/{public.uid}/",
        **{
            f"queue, {view.name}": f"/admin/moderation/?view={view.name}"
            for view in VIEWS
            if view is not HELD
        },
        "queue, by a rule that caught nobody": "/admin/moderation/?rule=links",
        "bulk decisions": "/admin/moderation/bulk/",
        "rules of the desk": "/admin/moderation/rules/",
        "practice": "/admin/moderation/practice/",
        "cases": "/admin/moderation/cases/",
        "sanctions": "/admin/moderation/sanctions/",
        "illegal, to be confirmed": "/admin/moderation/illegal/",
        "a commenter's standing": f"/admin/moderation/commenters/{middle.commenter.uid}/",
    }


def _log() -> dict[str, str]:
    """The log with each filter: one that fits many decisions, and one that fits none where there is such."""
    log = "/admin/moderation/decisions/"
    middle = Decision.objects.order_by("-at", "-id")[Decision.objects.count() // 2]
    newest = cast(Decision, Decision.objects.first())
    longest = Discussion.objects.select_related("article").order_by("-public_count")[0].article
    filters = {
        "before": str(Key(middle.at, middle.pk)),
        "act": "held",
        "act that nobody took": "rejected",
        "rule that nobody named": cast(Rule, Policy.objects.posted().get().rules.first()).key,
        "made by nobody": "people",
        "made automatically": "automatic",
        "about sanctions": "sanction",
        "about discussions": "discussion",
        "about a kind of sanction": "ban",
        "rule that is a law": "§",
        "since": f"{newest.at - timedelta(days=1):%Y-%m-%d}",
        "until": f"{middle.at:%Y-%m-%d}",
        "story": str(longest.uid),
        "story with few": str(Discussion.objects.select_related("article").order_by("-pk")[0].article.uid),
    }
    addresses = {
        f"log, {name}": f"{log}?{urlencode({name.split()[0]: value})}" for name, value in filters.items()
    }
    return {"log of decisions": log, **addresses}


def _stories() -> dict[str, str]:
    """The admin's list with each filter, a search, a page in its middle, and the pages of one story."""
    stories = "/admin/articles/article/"
    section = cast(Section, Section.objects.filter(retired_at=None).first())
    one = Article.objects.order_by("pk")[10]
    filters = {
        **{f"standing {value}": {"standing": value} for value in standings(timezone.now())},
        "section": {"section__id__exact": str(section.pk)},
        "label": {"label": "news"},
        "label that none has": {"label": "opinion"},
        "begun by me, none": {"whose": "mine"},
        "search for one": {"q": one.working_headline},
        "search for many": {"q": "harbour"},
        "search for nothing": {"q": "xylophone"},
    }
    return {
        "stories": stories,
        **{f"stories, {name}": f"{stories}?{urlencode(query)}" for name, query in filters.items()},
        "story": f"{stories}{one.pk}/change/",
        "story, publishing": f"{stories}{one.pk}/publish/",
        "story, a revision": f"{stories}{one.pk}/revisions/1/",
        "new story": f"{stories}add/",
        "admin": "/admin/",
        "admin, sections": "/admin/articles/section/",
        "admin, corrections": "/admin/articles/correction/",
        "admin, policies": "/admin/comments/policy/",
        "admin, people": "/admin/accounts/user/",
    }
