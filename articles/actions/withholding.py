"""Withholding the words of a correction, or the note on an act, on legal grounds: the record of either stays."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from articles.actions.record import lock, record
from articles.enums import Verb
from articles.models import ArticleEvent, Correction, CorrectionText, PageVersion
from newsroom.accounts.models import User
from newsroom.withholding import acts
from newsroom.withholding.models import Ending, Subject, Withholding, WithholdingEnd
from newsroom.withholding.taking import Found, Place, look, says
from newsroom.withholding.words import withheld_words

Written = Correction | ArticleEvent


def places_of(written: Written, *, now: datetime) -> list[Place]:
    """Where its words stand. Readers get the sentence in their page's language from the template."""
    if isinstance(written, ArticleEvent):
        said = says(withheld_words(settings.LANGUAGE_CODE))
        rows = ArticleEvent.objects.filter(pk=written.pk)
        return [Place(name="note", title=_("The note on this act"), rows=rows, puts={"note": said})]
    said = says(withheld_words(written.article.language))
    return [
        Place(
            name="correction",
            title=_("What was wrong, and what stands now"),
            rows=CorrectionText.objects.filter(correction=written),
            puts={"what_was_wrong": said, "what_stands": said},
            marks={"withheld_at": now},
        )
    ]


def would_withhold(written: Written, *, now: datetime) -> list[Found]:
    """Where words would be withheld. One query."""
    return look(places_of(written, now=now))


@transaction.atomic
def withhold(
    written: Written,
    *,
    ground: str,
    remark: str = "",
    also: Sequence[Place] = (),
    by: User,
    now: datetime,
) -> Withholding:
    """Every path says that the words are withheld; that there was a correction or an act, when and by whom, stays.

    `also` are further places, of apps that stories know nothing of. The story's record says so, and readers' pages are
    made anew. Raises `acts.Refused` for the ground or where nothing is left to withhold, PermissionDenied; then nothing
    has changed. About nine queries.
    """
    acts.demand_right(by)
    ground, remark = acts.acceptable_ground(ground, remark)
    lock(written.article)
    made = acts.withhold(
        _subject_of(written),
        written.pk,
        [*places_of(written, now=now), *also],
        ground=ground,
        remark=remark,
        by=by,
        now=now,
    )
    _record(written, Verb.WITHHELD, ground, by=by, now=now)
    return made


@transaction.atomic
def end_withholding(
    withholding: Withholding, kind: Ending, *, why: str, by: User, now: datetime
) -> WithholdingEnd:
    """The words are shown again, or their original is destroyed for good. Raises as `acts.end` does."""
    model: Any = Correction if withholding.subject == Subject.CORRECTION else ArticleEvent
    written: Written = model.objects.select_related("article").get(pk=withholding.key)
    lock(written.article)
    ended = acts.end(withholding, kind, why=why, by=by, now=now)
    if kind == Ending.SHOWN:
        _record(written, Verb.DISCLOSED, withholding.ground, by=by, now=now)
    return ended


def _subject_of(written: Written) -> Subject:
    return Subject.CORRECTION if isinstance(written, Correction) else Subject.EVENT


def _record(written: Written, verb: Verb, ground: str, *, by: User, now: datetime) -> None:
    record(written.article, verb, by=by, now=now, note=ground)
    if isinstance(written, Correction):
        PageVersion.objects.rise("furniture")
