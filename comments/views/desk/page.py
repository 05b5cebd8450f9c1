"""Renders the desk: the whole page, or only what changes in it where script asks."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from articles.archive import Key, NoSuchPlace
from comments.desk.cards import Card, card_of, comment_with_uid
from comments.desk.queue import LONG_PAGE, PAGE, QueuePage, last_decided_at, queue_page
from comments.desk.words import clock
from comments.models import Comment
from comments.policies import in_force
from comments.rulebook import rules_of
from comments.views.desk.results import status_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the moderator had entered when something came between, and the sentences that say what."""

    problems: list[str] = field(default_factory=list)
    rule_keys: Collection[str] = ()
    note: str = ""
    is_open: bool = False
    is_stale: bool = False
    preview: str = ""
    bulk: bool = False


NOTHING_KEPT = Kept()


def queue_url(*, after: str = "", item: object = "", rows: str = "") -> str:
    """The desk's address at a place in the list, with a comment in the middle and so many rows a page."""
    named = (("after", after), ("rows", rows), ("item", str(item)))
    query = urlencode({name: value for name, value in named if value})
    return f"{reverse('moderation:queue')}?{query}" if query else reverse("moderation:queue")


def read_place(written: str) -> Key | None:
    """The place in the list that an address names; None for none. Raises NoSuchPlace."""
    return Key.read(written) if written else None


def kept_place(written: str) -> Key | None:
    """The same for a place that a form brought along, which is not worth a complaint: the list begins anew."""
    try:
        return read_place(written)
    except NoSuchPlace:
        return None


def size_of(written: str) -> int:
    """The rows of a page as an address or a form asks for them; anything unknown is the usual number."""
    return LONG_PAGE if written == str(LONG_PAGE) else PAGE


def render_desk(
    request: HttpRequest,
    *,
    now: datetime,
    after: Key | None = None,
    comment: Comment | None = None,
    kept: Kept = NOTHING_KEPT,
    rows: str = "",
    status: int = 200,
) -> HttpResponse:
    """The desk with this comment in the middle, else with the page's first. A constant number of queries."""
    page = queue_page(after, now, size=size_of(rows))
    if comment is None and page.rows:
        comment = comment_with_uid(page.rows[0].uid)
    card = card_of(comment, now) if comment else None
    policy = in_force(now)
    context = {
        "page": page,
        "card": card,
        "kept": kept,
        "policy": policy,
        "bulk_rules": rules_of(policy) if policy else [],
        "last_decided": _last_decided(now) if card is None else "",
        "previous_url": _neighbour(page, card, -1),
        "next_url": _neighbour(page, card, 1),
        "desk_status": status_of(request, now),
        "place": "queue",
    }
    htmx = getattr(request, "htmx", None)
    if htmx and not htmx.history_restore_request:
        return render(request, "admin/moderation/_answer.html", context, status=status)
    return render_in_admin(
        request, "admin/moderation/queue.html", context, title=_("Moderation"), status=status
    )


def render_in_admin(
    request: HttpRequest, template: str, context: dict[str, Any], *, title: str, status: int = 200
) -> HttpResponse:
    """A page of the admin without its side bar, which the desk needs the width of."""
    frame = {**admin.site.each_context(request), "is_nav_sidebar_enabled": False, "title": title}
    return render(request, template, {**frame, **context}, status=status)


def problem(request: HttpRequest, sentence: str, *, status: int) -> HttpResponse:
    """A page of the desk with one sentence on what is wrong, and the way back."""
    return render_in_admin(
        request,
        "admin/moderation/problem.html",
        {"sentence": sentence},
        title=_("That did not work"),
        status=status,
    )


def no_such_comment(request: HttpRequest) -> HttpResponse:
    return problem(request, _("There is no comment with this address. Nothing was changed."), status=404)


def _last_decided(now: datetime) -> str:
    at = last_decided_at()
    return clock(at, now) if at else ""


def _neighbour(page: QueuePage, card: Card | None, step: int) -> str:
    """The address of the row before or after the card's, on the next page where this one ends; "" without one."""
    uids = [row.uid for row in page.rows]
    here = str(card.comment.uid) if card else ""
    if here not in uids:
        others = [uid for uid in uids if uid != here]
        return (
            queue_url(after=page.after, item=others[0], rows=page.size_asked) if others and step > 0 else ""
        )
    place = uids.index(here) + step
    if 0 <= place < len(uids):
        return queue_url(after=page.after, item=uids[place], rows=page.size_asked)
    if step > 0 and page.next_after:
        return queue_url(after=page.next_after, rows=page.size_asked)
    return queue_url(rows=page.size_asked) if step > 0 and page.after else ""
