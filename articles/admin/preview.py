"""A saved revision as readers would get it, for whoever may see its story."""

from types import SimpleNamespace
from typing import Any

from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from articles.actions import situation_of
from articles.models import Article, Author, Revision, Topic
from newsroom.html import already_clean


def preview(site: AdminSite, request: HttpRequest, article: Article, *, number: int) -> HttpResponse:
    """The readers' page of the revision, with a line that says that it is not published. Five queries."""
    revision = article.revisions.filter(number=number).first()
    if revision is None:
        raise Http404(_("This story has no such revision."))
    context = {
        "publication": _as_published(article, revision),
        "section": article.section,
        "body": already_clean(revision.body),
        "article": article,
        "revision": revision,
    }
    with translation.override(article.language):
        return render(request, "admin/articles/article/preview.html", context)


def _as_published(article: Article, revision: Revision) -> SimpleNamespace:
    """What the readers' template asks of a publication, without making one."""
    now = timezone.now()
    first = situation_of(article, now).first
    authors = _in_order(Author, revision.byline)
    topics = _in_order(Topic, revision.topics)
    return SimpleNamespace(
        headline=revision.headline,
        kicker=revision.kicker,
        standfirst=revision.standfirst,
        dateline=revision.dateline,
        label=revision.label,
        get_label_display=revision.get_label_display(),
        first_published_at=first.first_published_at if first else now,
        updated_at=now,
        is_updated=False,
        byline=SimpleNamespace(all=[SimpleNamespace(author=author) for author in authors]),
        topic_links=SimpleNamespace(all=[SimpleNamespace(topic=topic) for topic in topics]),
        article=SimpleNamespace(shown_corrections=[]),
    )


def _in_order(model: type[Author] | type[Topic], ids: list[int]) -> list[Any]:
    rows = model._default_manager.in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows]
