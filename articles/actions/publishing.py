"""What readers get and when: publish now or at a time, take a scheduled publication back, set the end."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from articles.actions.addresses import path_of, reserve
from articles.actions.errors import Refused
from articles.actions.readiness import missing_to_publish
from articles.actions.record import demand, in_turn, lock, record
from articles.actions.rendering import render
from articles.actions.situation import Situation, is_moved, situation_of
from articles.actions.times import check_end, check_start, said
from articles.enums import ArticleState, Verb
from articles.models import Article, ImportedSource, Publication, Revision
from articles.permissions import can_publish
from newsroom.accounts.models import User

FORBIDDING = {"KILL", "HOLD"}


@transaction.atomic
def publish(
    article: Article,
    *,
    by: User | None,
    revision: Revision,
    now: datetime,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    material: bool = True,
) -> Publication:
    """Readers get this revision from `starts_at` (None or past: at once) until `ends_at` (None: for good).

    The running publication is closed at the start of this one; a scheduled one gives way to it. What readers have
    already in every point is refused: publishing it again would only claim an update that there is not.
    `material` moves the time of update that readers see. About twenty queries.
    """
    lock(article)
    demand(can_publish, by, article)
    now = in_turn(article, now)
    start = max(starts_at or now, now)
    _check_times(start, ends_at, now)
    _check_story(article, revision)
    before = situation_of(article, now)
    _check_news(article, revision, before, start=start, ends_at=ends_at, now=now)
    if before.upcoming:
        _cancel(article, before.upcoming, by=by, now=now)
    if before.running:
        _close(before.running, start)
    publication = _write(
        article, revision, before, by=by, now=now, start=start, ends_at=ends_at, material=material
    )
    if revision.number == article.last_number:
        article.state = ArticleState.DRAFT
        article.save(update_fields=["state"])
    verb = Verb.SCHEDULED if start > now else Verb.PUBLISHED
    note = said(start) if start > now else ""
    record(article, verb, by=by, now=now, note=note, revision=revision, publication=publication)
    return publication


@transaction.atomic
def unschedule(article: Article, *, by: User | None, now: datetime) -> Publication:
    """The scheduled publication is cancelled and returned; what runs now goes on to the end it had before."""
    lock(article)
    demand(can_publish, by, article)
    now = in_turn(article, now)
    before = situation_of(article, now)
    if before.upcoming is None:
        raise Refused(_("Nothing is scheduled for this story."))
    _cancel(article, before.upcoming, by=by, now=now)
    if before.running:
        _end(before.running, before.running.intended_end)
    return before.upcoming


@transaction.atomic
def end_at(article: Article, *, by: User | None, at: datetime | None, now: datetime) -> Publication:
    """Readers get the story until `at` (None: for good). With an update scheduled, it is that one's end."""
    lock(article)
    demand(can_publish, by, article)
    now = in_turn(article, now)
    before = situation_of(article, now)
    last = before.upcoming or before.running
    if last is None or article.withdrawn_at:
        raise Refused(_("This story is neither live nor scheduled, so it has no end to set."))
    if at:
        check_end(at, after=last.starts_at, now=now)
    last.intended_end = at
    last.save(update_fields=["intended_end"])
    _end(last, at)
    note = said(at) if at else _("no end")
    record(article, Verb.ENDED, by=by, now=now, note=note, revision=last.revision, publication=last)
    return last


def _check_times(start: datetime, ends_at: datetime | None, now: datetime) -> None:
    check_start(start, now)
    if ends_at:
        check_end(ends_at, after=start, now=now)


def _check_news(
    article: Article,
    revision: Revision,
    before: Situation,
    *,
    start: datetime,
    ends_at: datetime | None,
    now: datetime,
) -> None:
    running = before.running
    if start > now or before.upcoming or running is None:
        return
    if (
        running.revision_id == revision.pk
        and running.intended_end == ends_at
        and not is_moved(article, running)
    ):
        raise Refused(
            _("Revision %(number)s is live already. Nothing was published.") % {"number": revision.number}
        )


def _check_story(article: Article, revision: Revision) -> None:
    if revision.article_id != article.pk:
        raise Refused(_("Revision %(number)s is another story’s.") % {"number": revision.number})
    if article.withdrawn_at:
        raise Refused(_("This story is withdrawn. Take the withdrawal back first."))
    if missing := missing_to_publish(article, revision):
        raise Refused(
            _("To be published, the story needs: %(missing)s.") % {"missing": ", ".join(missing.values())}
        )
    source = ImportedSource.objects.filter(article=article).only("instruction").first()
    if source and source.instruction.upper() in FORBIDDING:
        raise Refused(
            _("The agency marked this story %(instruction)s, so it is not to be published.")
            % {"instruction": source.instruction.upper()}
        )


def _write(
    article: Article,
    revision: Revision,
    before: Situation,
    *,
    by: User | None,
    now: datetime,
    start: datetime,
    ends_at: datetime | None,
    material: bool,
) -> Publication:
    first_published_at = before.first.first_published_at if before.first else start
    path = path_of(article, first_published_at)
    reserve(path, article, now)
    return render(
        Publication(
            article=article,
            revision=revision,
            section=article.section,
            slug=article.slug,
            path=path,
            language=article.language,
            starts_at=start,
            ends_at=ends_at,
            intended_end=ends_at,
            material=material,
            first_published_at=first_published_at,
            updated_at=start if material or not before.latest else before.latest.updated_at,
            created_by=by,
            created_at=now,
        )
    )


def _cancel(article: Article, upcoming: Publication, *, by: User | None, now: datetime) -> None:
    _end(upcoming, upcoming.starts_at)
    record(article, Verb.UNSCHEDULED, by=by, now=now, revision=upcoming.revision, publication=upcoming)


def _close(running: Publication, start: datetime) -> None:
    """Ends what runs where the next one starts, unless an editor set an earlier end."""
    _end(running, min(start, running.intended_end or start))


def _end(publication: Publication, at: datetime | None) -> None:
    publication.ends_at = at
    publication.save(update_fields=["ends_at"])
