"""Renders the desk: the whole page, or only what changes in it where script asks."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from articles.archive import Key
from comments import actions
from comments.desk.bar import figures_of
from comments.desk.cards import Card, card_of, comment_with_uid
from comments.desk.filters import chips_of
from comments.desk.queue import QueuePage, queue_page, rows_of
from comments.desk.raids import raids_on_desk
from comments.desk.views import Asker
from comments.models import Comment
from comments.permissions import can_lead
from comments.policies import in_force
from comments.rulebook import rules_of
from comments.views.desk.choices import filter_form
from comments.views.desk.nothing import nothing_here
from comments.views.desk.place import Place
from comments.views.desk.results import status_of
from newsroom.accounts.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the moderator had entered when something came between, and the sentences that say what."""

    problems: list[str] = field(default_factory=list)
    rule_keys: Collection[str] = ()
    note: str = ""
    law: str = ""
    why: str = ""
    is_open: bool = False
    is_stale: bool = False
    preview: str = ""
    bulk: bool = False
    canned: str = ""
    question: str = ""
    text: str = ""


NOTHING_KEPT = Kept()


def read_place(written: str) -> Key | None:
    """The place in the log that an address names; None for none. Raises NoSuchPlace."""
    return Key.read(written) if written else None


def user_of(request: HttpRequest) -> User:
    return cast(User, request.user)


def asker_of(request: HttpRequest, now: datetime) -> Asker:
    by = user_of(request)
    return Asker(by.pk, now, can_lead(by))


def rows_at(request: HttpRequest, place: Place, asker: Asker) -> Any:
    """All comments of a place's view that fit its filters and the moderator's languages, in its order."""
    return rows_of(place.view, place.filters, asker, user_of(request).desk_languages)


def next_at(request: HttpRequest, place: Place, asker: Asker, beyond: Key | None) -> Comment | None:
    """The next comment that no colleague has, claimed: after a key, else from the beginning of the view."""
    rows = rows_at(request, place, asker)
    by, now = user_of(request), asker.now
    if beyond and (found := actions.take_next(place.view.after(rows, beyond), by=by, now=now)):
        return found
    return actions.take_next(rows, by=by, now=now)


def render_desk(
    request: HttpRequest,
    place: Place,
    *,
    now: datetime,
    comment: Comment | None = None,
    kept: Kept = NOTHING_KEPT,
    status: int = 200,
) -> HttpResponse:
    """The desk with this comment in the middle and claimed, else with the next one that no colleague has.

    What else this moderator had claimed is free again. A constant number of queries.
    """
    asker, by = asker_of(request, now), user_of(request)
    rows = rows_at(request, place, asker)
    if comment is None:
        taken = next_at(request, place, asker, place.after)
        comment = comment_with_uid(taken.uid) if taken else None
    else:
        actions.claim(comment.pk, by=by, now=now)
    actions.release(by=by, but=comment.pk if comment else None)
    page, place = _page_with(comment, rows, place, asker)
    card = card_of(comment, asker) if comment else None
    context = _context(request, place, page, card, asker)
    context |= {"kept": _with_unsent(kept, card), "desk_status": status_of(request, now), "place": "queue"}
    if is_from_script(request):
        response = render(request, "admin/moderation/_answer.html", context, status=status)
        response["HX-Push-Url"] = place.url(item=comment.uid if comment else "")
        return response
    return render_in_admin(
        request, "admin/moderation/queue.html", context, title=_("Moderation"), status=status
    )


def is_from_script(request: HttpRequest) -> bool:
    htmx = getattr(request, "htmx", None)
    return bool(htmx and not htmx.history_restore_request)


def _page_with(comment: Comment | None, rows: Any, place: Place, asker: Asker) -> tuple[QueuePage, Place]:
    """The page of the list here, or where the comment comes after all of its rows the one that begins with it.

    Four queries, or eight; one more in a view whose places are no field of a comment.
    """
    view = place.view
    page = queue_page(rows, view, asker, place.after, size=place.size)
    key = view.key_of(comment, asker) if comment else None
    if key is None or page.next_after is None or not view.is_beyond(key, page.next_after):
        return page, place
    place = place.but(after=Key(key.at, key.pk + 1 if view.newest_first else key.pk - 1))
    return queue_page(rows, view, asker, place.after, size=place.size), place


def _context(
    request: HttpRequest, place: Place, page: QueuePage, card: Card | None, asker: Asker
) -> dict[str, Any]:
    now, own = asker.now, user_of(request).desk_languages
    policy = in_force(now)
    uids = [row.uid for row in page.rows]
    here = str(card.comment.uid) if card else ""
    before = uids.index(here) - 1 if here in uids else -1
    raids = raids_on_desk(asker)
    figures = figures_of(asker, own, raids=raids)
    chips = [(chip.words, _without(place, chip.name)) for chip in chips_of(place.filters)]
    nothing = None
    if card is None:
        nothing = nothing_here(
            place, asker, own, counts=figures.counts, raids=raids, chips=chips, has_rows=bool(page.rows)
        )
    return {
        "at": place,
        "page": page,
        "card": card,
        "policy": policy,
        "bulk_rules": rules_of(policy) if policy else [],
        "counts": figures.counts,
        "nothing": nothing,
        "oldest": figures.oldest,
        "decided_today": figures.decided_today,
        "failed_at": figures.failed_at,
        "chips": chips,
        "kept_filters": [
            (name, value)
            for name in ("story", "commenter", "raid")
            if (value := getattr(place.filters, name))
        ],
        "filter_form": filter_form(place, policy, own),
        "previous_url": place.url(item=uids[before]) if before >= 0 else "",
        "next_url": _next_url(place, card, asker),
        "next_page_url": place.but(after=page.next_after).url() if page.next_after else "",
        "start_url": place.from_the_start().url() if place.after else "",
        "longer_url": place.but(rows=str(page.longer)).url() if page.longer else "",
        "loaded_at": str(Key(now, 0)),
        "raids": raids,
    }


def _without(place: Place, name: str) -> str:
    return place.from_the_start().but(filters=place.filters.without(name)).url()


def _next_url(place: Place, card: Card | None, asker: Asker) -> str:
    """Where the next comment is that no colleague has; "" where nothing is shown."""
    return place.url(beyond=place.view.key_of(card.comment, asker) or place.after) if card else ""


def _with_unsent(kept: Kept, card: Card | None) -> Kept:
    """The note that was kept for this moderator stands in the form again, unless they have just sent another."""
    return replace(kept, note=card.unsent) if card and card.unsent and not kept.note else kept


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
