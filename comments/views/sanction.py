"""A sanction as whom it is against reads it: its statement of reasons, the acknowledgement, and the objection."""

import uuid
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation

from comments import actions, links
from comments.actions import errors
from comments.enums import SanctionKind
from comments.forms import AppealForm
from comments.models import Appeal, Sanction
from comments.rulebook import as_they_stood
from comments.sanction_letters import facts_told, subject_of
from comments.statements import told
from comments.views.kept import keeps_objection
from comments.views.private import SeeOther, private_page, render_private

INVALID = 422


@private_page
@keeps_objection
def sanction(request: HttpRequest, uid: uuid.UUID, token: str) -> HttpResponse:
    """Why, until when and what one can do; POST acknowledges a warning, or objects.

    404 for a wrong token, for a sanction that was undone, and once its commenter is erased.
    """
    now, found = timezone.now(), _own(uid, token)
    with translation.override(found.decision.statement_of_reasons.language):  # type: ignore[union-attr]
        if request.method != "POST":
            return _show(request, found, now)
        if "acknowledge" in request.POST:
            actions.acknowledge_warning(found, now)
            return SeeOther(links.sanction_path(found))
        return _object(request, found, now)


def told_of(refused: errors.Barred | errors.WarningUnread) -> dict[str, Any]:
    """What somebody may know of a sanction that keeps them out, in the active language.

    The statement of another spelling of the address is for whoever has that one: only the measure is told then.
    Three queries.
    """
    found = refused.sanction
    rules = as_they_stood(list(found.policy.rules.filter(key__in=found.rule_keys).select_related("policy")))
    return {
        "sanction": found,
        "is_own": refused.is_own,
        "title": subject_of(found.kind),
        "sanction_rules": rules,
        "note": found.decision.evidence.note if found.decision and refused.is_own else "",
        "statement_path": links.sanction_path(found) if refused.is_own else "",
    }


def read_uid(text: str) -> uuid.UUID | None:
    """The public id that a form names, None where it names none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _own(uid: uuid.UUID, token: str) -> Sanction:
    rows = Sanction.objects.filter(decision__isnull=False, decision__undone_by__isnull=True)
    rows = rows.select_related("commenter", "policy", "decision__evidence", "decision__statement_of_reasons")
    found: Sanction = get_object_or_404(rows.prefetch_related("decision__grounds__rule__policy"), uid=uid)
    if not links.check_sanction_token(found, token) or found.commenter.erased_at:
        raise Http404
    return found


def _object(request: HttpRequest, found: Sanction, now: datetime) -> HttpResponse:
    """The objection is taken (303), or said why not, with its text kept."""
    form = AppealForm(request.POST)
    if not form.is_valid() or found.decision is None:
        return _show(request, found, now, form=form, status=INVALID)
    try:
        actions.appeal(found.decision, form.cleaned_data["text"], now=now)
    except errors.AlreadyAppealed:
        pass  # the page shows the one that is there
    except errors.Refused as refused:
        form.add_error("text", refused.sentence)
        return _show(request, found, now, form=form, status=INVALID)
    return SeeOther(f"{links.sanction_path(found)}#appeal")


def _show(
    request: HttpRequest, found: Sanction, now: datetime, *, form: AppealForm | None = None, status: int = 200
) -> HttpResponse:
    decision = found.decision
    assert decision is not None  # noqa: S101 - seen to by the caller
    terms = decision.statement_of_reasons
    made = Appeal.objects.filter(decision=decision).first()
    rules = as_they_stood([ground.rule for ground in decision.grounds.all() if ground.rule])
    context = {
        "sanction": found,
        "decision": decision,
        "title": subject_of(found.kind),
        "rules": rules,
        "facts": facts_told(found.breaches, {rule.key: rule.number for rule in rules}),
        "note": decision.evidence.note,
        "told": asdict(told(terms)),
        "is_over": found.ends_at is not None and found.ends_at <= now,
        "to_acknowledge": found.kind == SanctionKind.WARNING and not found.acknowledged_at,
        "appeal": made,
        "form": form or AppealForm(),
        "may_appeal": made is None and found.lifted_at is None and now <= terms.appeal_until,
    }
    return render_private(request, "comments/sanction.html", context, language=terms.language, status=status)
