"""A statement of reasons at the author's private address, and the form with which they object to it."""

import uuid
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation

from comments import actions, links
from comments.actions import errors
from comments.actions.bulk import leaves_at
from comments.enums import GroundKind, Restriction, State
from comments.forms import AppealForm
from comments.live import live_story
from comments.models import Appeal, Comment, Decision
from comments.rulebook import as_they_stood
from comments.statements import judged, told
from comments.views.kept import keeps_objection
from comments.views.mine import own_comment
from comments.views.private import SeeOther, private_page, render_private
from newsroom.html import already_clean

INVALID = 422


@private_page
@keeps_objection
def statement(request: HttpRequest, uid: uuid.UUID, token: str, version: int) -> HttpResponse:
    """Why the comment is not (or no longer) public, in the words and the language of the mail; POST objects.

    404 for a wrong token, for a decision that was undone, and until its mail leaves.
    """
    now = timezone.now()
    comment = own_comment(uid, token)
    decision = told_decision(comment, version, now)
    with translation.override(decision.statement_of_reasons.language):
        if request.method == "POST":
            return _object(request, comment, decision, now)
        return _show(request, comment, decision, now)


def _object(request: HttpRequest, comment: Comment, decision: Decision, now: datetime) -> HttpResponse:
    """The objection is taken (303), or said why not, with its text kept."""
    form = AppealForm(request.POST)
    if not form.is_valid():
        return _show(request, comment, decision, now, form=form, status=INVALID)
    try:
        actions.appeal(decision, form.cleaned_data["text"], now=now)
    except errors.AlreadyAppealed:
        pass  # the page shows the one that is there
    except errors.Refused as refused:
        form.add_error("text", refused.sentence)
        return _show(request, comment, decision, now, form=form, status=INVALID)
    return SeeOther(f"{links.statement_path(comment, decision.subject_version)}#appeal")


def told_decision(comment: Comment, version: int, now: datetime) -> Decision:
    """The decision made on this version that its author has been told of, with what they were told. Two queries."""
    rows = comment.decisions.filter(
        subject_version=version, statement_of_reasons__isnull=False, undone_by__isnull=True
    )
    rows = rows.select_related("statement_of_reasons", "evidence")
    decision: Decision | None = rows.prefetch_related("grounds__rule__policy").first()
    if decision is None or now < leaves_at(decision.at):
        raise Http404
    return decision


def _show(
    request: HttpRequest,
    comment: Comment,
    decision: Decision,
    now: datetime,
    *,
    form: AppealForm | None = None,
    status: int = 200,
) -> HttpResponse:
    publication = live_story(comment.discussion.article, now)
    made = Appeal.objects.filter(decision=decision).first()
    is_down = comment.state in (State.REJECTED, State.REMOVED)
    context = {
        **reasons_given(decision),
        "comment": comment,
        "decision": decision,
        "html": already_clean(comment.current_text.html if comment.current_text else ""),
        "publication": publication,
        "section": publication.section if publication else None,
        "headline": publication.headline if publication else "",
        "mine_path": links.mine_path(comment),
        "appeal": made,
        "form": form or AppealForm(),
        "may_appeal": made is None and is_down and now <= decision.statement_of_reasons.appeal_until,
        "is_down": is_down,
    }
    language = decision.statement_of_reasons.language
    return render_private(request, "comments/statement.html", context, language=language, status=status)


def reasons_given(decision: Decision) -> dict[str, Any]:
    """A loaded decision's grounds and terms as its author reads them. Two queries a version of the policy."""
    terms, evidence, grounds = decision.statement_of_reasons, decision.evidence, list(decision.grounds.all())
    rules = [
        (rule, [one["words"] for one in evidence.quoted if one["rule"] == rule.key])
        for rule in as_they_stood([ground.rule for ground in grounds if ground.rule])
    ]
    says_why = evidence.note or evidence.withheld_at
    return {
        "removed": terms.restriction == Restriction.REMOVED,
        "rules": rules,
        "judged": "" if says_why else judged([rule.number for rule, words in rules if not words]),
        "law": next((ground.key for ground in grounds if ground.kind == GroundKind.LAW), ""),
        "why": evidence.explanation,
        "note": evidence.note,
        "told": asdict(told(terms)),
    }
