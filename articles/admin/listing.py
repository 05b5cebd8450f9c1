"""The list of stories: how each stands, and by what the list is narrowed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from articles.enums import ArticleState, Label, ReadersHave
from articles.models import Article, Author, Publication, PublicationByline, Revision
from newsroom.accounts.models import User

COUNTED = 2_000
"""The count and the numbered pages stop here; whoever looks for older stories narrows the list or searches."""


class NewestStories(Paginator):  # type: ignore[type-arg]  # not generic at run time
    """Pages of at most COUNTED stories, so that neither count nor page reads what nobody pages through.

    A page first finds its stories' ids alone: what the list says of a story is asked for those that it shows.
    """

    @cached_property
    def count(self) -> int:
        return int(self._stories[:COUNTED].count())

    def page(self, number: int | str) -> Page[Any]:
        valid = self.validate_number(number)
        first = (valid - 1) * self.per_page
        shown = list(self._stories.values_list("pk", flat=True)[first : first + self.per_page])
        return Page(self._stories.filter(pk__in=shown), valid, self)

    @property
    def _stories(self) -> QuerySet[Any]:
        return cast(QuerySet[Any], self.object_list)


def with_standing(stories: QuerySet[Article], now: datetime) -> QuerySet[Article]:
    """Stories with what their state is told from, and the newest label and byline, in the one query."""
    rows = Publication.objects.filter(article=OuterRef("pk"))
    real = rows.filter(Q(ends_at=None) | Q(ends_at__gt=F("starts_at")))
    begun = real.filter(starts_at__lte=now)
    running = begun.filter(Q(ends_at=None) | Q(ends_at__gt=now))
    elsewhere = ~Q(section=OuterRef("section"), slug=OuterRef("slug"), language=OuterRef("language"))
    newest = Revision.objects.filter(article=OuterRef("pk"), number=OuterRef("last_number"))
    return stories.annotate(
        running_number=Subquery(running.values("revision__number")[:1]),
        upcoming_at=Subquery(real.filter(starts_at__gt=now).order_by("starts_at").values("starts_at")[:1]),
        # Not Exists(): PostgreSQL may answer that from a list of all publications, made for fifty stories.
        has_begun=Subquery(begun.values("pk")[:1]),
        is_moved=Subquery(running.filter(elsewhere).values("pk")[:1]),
        newest_label=Subquery(newest.values("label")[:1]),
        newest_byline=Subquery(newest.values("byline")[:1]),
    )


def standings(now: datetime) -> dict[str, Q]:
    """What a story in each standing fulfils, so written that the database can join instead of asking story by story.

    What is rare begins from its own index: few stories are scheduled, ended or withdrawn, and `readers_have` tells
    which are drafts or were changed since.
    """
    real = Publication.objects.filter(Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), article=OuterRef("pk"))
    begun, coming = real.filter(starts_at__lte=now), real.filter(starts_at__gt=now)
    running = begun.filter(Q(ends_at=None) | Q(ends_at__gt=now))
    scheduled = Publication.objects.filter(starts_at__gt=now).values("article")
    ended = Publication.objects.filter(ends_at__lte=now).values("article")
    here = Q(withdrawn_at=None)
    settled = here & ~Exists(coming)
    nothing, older = Q(readers_have=ReadersHave.NOTHING), Q(readers_have=ReadersHave.OLDER)
    return {
        "draft": here & nothing & Q(state=ArticleState.DRAFT),
        "in_review": Q(state=ArticleState.IN_REVIEW),
        "ready": Q(state=ArticleState.READY),
        "scheduled": here & Q(Exists(coming), pk__in=scheduled),
        "live": here & Q(Exists(running)),
        "changed": settled & older & Q(Exists(running)),
        "ended": settled & Q(pk__in=ended) & Exists(begun) & ~Exists(running),
        "withdrawn": Q(withdrawn_at__isnull=False),
    }


def stories_with(word: str) -> Q:
    """What a story fulfils that has the word in headline, slug, or the name of an author or of who began it.

    People are few: those with the word in their names are looked up first, and the stories found without a join.
    On PostgreSQL headlines and slugs have an index of their parts. Two queries.
    """
    beginners = list(User.objects.filter(name__icontains=word).values_list("pk", flat=True))
    authors = list(Author.objects.filter(name__icontains=word).values_list("pk", flat=True))
    found = Q(working_headline__icontains=word) | Q(slug__icontains=word)
    if beginners:
        found |= Q(created_by__in=beginners)
    if authors:
        bylines = PublicationByline.objects.filter(author__in=authors)
        found |= Q(pk__in=bylines.values("publication__article"))
    return found


class StoryList(ChangeList):
    """The list with each story's byline as names: one query for all of them."""

    @property
    def is_cut(self) -> bool:
        """Whether there may be more stories than the numbered pages hold."""
        return bool(self.result_count >= COUNTED)

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        stories: Sequence[Any] = list(self.result_list)
        wanted = {pk for story in stories for pk in story.newest_byline or []}
        names = dict(Author.objects.filter(pk__in=wanted).values_list("pk", "name"))
        for story in stories:
            story.byline_names = [names[pk] for pk in story.newest_byline or [] if pk in names]
        self.result_list = stories


class StandingFilter(admin.SimpleListFilter):
    """By how a story stands towards readers, or where the desk's work on it stands."""

    title = _("state")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("draft", _("Draft, never published")),
            ("in_review", _("In review")),
            ("ready", _("Ready")),
            ("scheduled", _("Scheduled")),
            ("live", _("Live")),
            ("changed", _("Live, changes not published")),
            ("ended", _("Ended")),
            ("withdrawn", _("Withdrawn")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        condition = standings(timezone.now()).get(self.value() or "")
        return queryset.filter(condition) if condition else queryset


class LabelFilter(admin.SimpleListFilter):
    """By the label of the newest revision."""

    title = _("label")
    parameter_name = "label"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Label.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        if self.value() not in Label.values:
            return queryset
        newest = Revision.objects.filter(article=OuterRef("pk"), number=OuterRef("last_number"))
        return queryset.filter(Exists(newest.filter(label=self.value())))


class WhoseFilter(admin.SimpleListFilter):
    """The editor's own stories."""

    title = _("whose")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("mine", _("Begun by me"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        return queryset.filter(created_by=request.user.pk) if self.value() == "mine" else queryset
