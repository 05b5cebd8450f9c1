"""The desk's sanctions: what waits for a second person, one with what may be done, and the form for a commenter."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments import actions
from comments.actions.bulk import LONGEST_NOTE
from comments.actions.errors import Refused, Unacceptable
from comments.actions.sanctioning import MOST_DAYS, WITH_DAYS, planned, statement_of
from comments.actions.second_looks import waiting_looks
from comments.desk.records import record_sentence
from comments.desk.sanctions import (
    newest_sanctions,
    open_objections,
    sanction_card,
    sanction_with_uid,
    standing_of,
    waiting_proposals,
)
from comments.enums import SanctionKind
from comments.evidence import record_of
from comments.models import Commenter, Sanction
from comments.models.sanction import DAYS_ALONE
from comments.permissions import can_moderate
from comments.policies import in_force
from comments.rulebook import rules_of
from comments.standing import seen_mark
from comments.views.desk.act import SeeOther
from comments.views.desk.forms import RuleKeys, read_uid, sentences
from comments.views.desk.page import problem, render_in_admin, user_of
from newsroom.accounts.models import User

REASONS = ("decline", "lift")
"""Acts that need reasons."""


class SanctionForm(forms.Form):
    """What is to be done to a commenter, as the page was seen."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Measure"),
        choices=SanctionKind.choices,
        error_messages={"required": gettext_lazy("choose what is to happen. Nothing was changed.")},
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days"),
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        error_messages={"invalid": gettext_lazy("write a whole number. Nothing was changed.")},
    )
    rule = RuleKeys(
        label=gettext_lazy("Rules"),
        error_messages={
            "required": gettext_lazy("choose at least one that the commenter broke. Nothing was changed."),
            "invalid_choice": gettext_lazy("one of them is no rule of the policy. Nothing was changed."),
        },
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=LONGEST_NOTE)
    seen = forms.CharField(label=gettext_lazy("Page"), max_length=40)

    def measure(self) -> actions.Measure:
        """The measure of a valid form; a number of days that the kind does not have is left out."""
        said = self.cleaned_data
        days = said["days"] if said["kind"] in WITH_DAYS else None
        return actions.Measure(kind=said["kind"], days=days, rule_keys=said["rule"], note=said["note"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What stands in the form, and what is said beside it."""

    kind: str = ""
    days: str = ""
    rule_keys: list[str] = field(default_factory=list)
    note: str = ""
    problems: list[str] = field(default_factory=list)
    preview: str = ""
    needs_second: bool = False


def sanctions(request: HttpRequest) -> HttpResponse:
    """Proposals that wait for a second person, open objections, and the newest sanctions. Four queries."""
    now, by = timezone.now(), user_of(request)
    context = {
        "waiting": waiting_proposals(by.pk, now),
        "objections": open_objections(now),
        "illegal": waiting_looks().count(),
        "newest": newest_sanctions(by.pk, now),
    }
    return render_in_admin(request, "admin/moderation/sanctions.html", context, title=_("Sanctions"))


def sanction(request: HttpRequest, uid: str) -> HttpResponse:
    """One sanction; POST agrees, declines, undoes or ends it. Who comes second is told (409)."""
    now, known = timezone.now(), read_uid(uid)
    found = sanction_with_uid(known) if known else None
    if found is None:
        return problem(request, _("There is no such sanction. Nothing was changed."), status=404)
    if request.method != "POST":
        return _show_sanction(request, found, now)
    try:
        _act(request.POST, found, user_of(request), now)
    except Refused as refused:
        status = 400 if isinstance(refused, Unacceptable) else 409
        latest = sanction_with_uid(found.uid) or found
        return _show_sanction(request, latest, now, problems=[refused.sentence], status=status)
    return SeeOther(request.path)


def _act(sent: QueryDict, found: Sanction, by: User, now: datetime) -> None:
    reasons = sent.get("reasons", "")
    match sent.get("act", ""):
        case "agree":
            actions.agree(found.pk, by=by, now=now)
        case "decline":
            actions.decline(found.pk, by=by, why=reasons, now=now)
        case "undo":
            actions.undo_sanction(found.pk, by=by, now=now)
        case "lift":
            actions.lift(found.pk, by=by, reasons=reasons, now=now)
        case _:
            raise Unacceptable("act", _("Press one of the buttons. Nothing was changed."))


def _show_sanction(
    request: HttpRequest,
    found: Sanction,
    now: datetime,
    *,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    card = sanction_card(found, user_of(request), now)
    decision = found.decision
    context = {
        "card": card,
        "statement": decision.evidence.statement if decision else _draft_of(found, now),
        "problems": problems or [],
        "reasons": request.POST.get("reasons", "").replace("\x00", ""),
        **about(found.commenter, user_of(request), now),
    }
    title = _("Sanction against %(name)s") % {"name": card.line.name}
    return render_in_admin(request, "admin/moderation/sanction.html", context, title=title, status=status)


def _draft_of(found: Sanction, now: datetime) -> str:
    """What the commenter would be told, if a second person agreed now; nothing of a proposal that fell."""
    return statement_of(found, now).text if found.is_open else ""


# --- the form


def commenter(request: HttpRequest, uid: str) -> HttpResponse:
    """A commenter's record and sanctions, and the form for a further one; POST shows the mail, or does it."""
    now, known = timezone.now(), read_uid(uid)
    found = Commenter.objects.select_related("user").filter(uid=known).first() if known else None
    if found is None:
        return problem(request, _("There is no such commenter. Nothing was changed."), status=404)
    if request.method != "POST":
        return _show_form(request, found, now, _asked(request.GET))
    form = SanctionForm(request.POST)
    if not form.is_valid():
        return _show_form(request, found, now, _sent(request.POST, problems=sentences(form)), status=400)
    by = user_of(request)
    try:
        if request.POST.get("step") != "do":
            made = planned(found, form.measure(), by=by, now=now)
            text = statement_of(made, now).text
            entered = _sent(request.POST, preview=text, needs_second=made.needs_second)
            return _show_form(request, found, now, entered)
        made = actions.sanction(found.pk, form.measure(), by=by, seen=form.cleaned_data["seen"], now=now)
    except Refused as refused:
        status = 409 if isinstance(refused, actions.StandingChanged) else 400
        return _show_form(
            request, found, now, _sent(request.POST, problems=[refused.sentence]), status=status
        )
    return SeeOther(f"/admin/moderation/sanctions/{made.uid}/")


def _asked(given: QueryDict) -> Entered:
    """What an address fills in, as the record's proposal does."""
    kind = given.get("kind", "")
    return Entered(
        kind=kind if kind in SanctionKind.values else "",
        days=given.get("days", "")[:4],
        rule_keys=given.getlist("rule")[:20],
    )


def _sent(sent: QueryDict, **fields: Any) -> Entered:
    return Entered(
        kind=sent.get("kind", ""),
        days=sent.get("days", "")[:10].replace("\x00", ""),
        rule_keys=sent.getlist("rule")[:200],
        note=sent.get("note", "").replace("\x00", ""),
        **fields,
    )


def _show_form(
    request: HttpRequest, found: Commenter, now: datetime, entered: Entered, status: int = 200
) -> HttpResponse:
    policy = in_force(now)
    context = {
        "entered": entered,
        "kinds": SanctionKind.choices,
        "rules": rules_of(policy) if policy else [],
        "seen": seen_mark(found.pk),
        "days_alone": DAYS_ALONE,
        "most_days": MOST_DAYS,
        "can_be": found.erased_at is None,
        **about(found, user_of(request), now),
    }
    title = _("Sanction %(name)s") % {"name": found.name}
    return render_in_admin(request, "admin/moderation/commenter.html", context, title=title, status=status)


def about(found: Commenter, viewer: User, now: datetime) -> dict[str, Any]:
    """The commenter's record and standing. At most six queries."""
    policy = in_force(now)
    numbers = dict(policy.rules.values_list("key", "number")) if policy else {}
    record = record_of(found.pk, now=now)
    return {
        "commenter": found,
        "record": record_sentence(record, first_seen=found.first_seen, numbers=numbers, now=now),
        "standing": standing_of(found, record, numbers=numbers, viewer_id=viewer.pk, now=now),
        "may_sanction": can_moderate(viewer),
    }
