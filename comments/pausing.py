"""A check that misfires is paused at once, by who leads the desk, without a new version of the policy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from comments.models import CheckPause, CheckPauseEnd, Policy, RuleCheck
from comments.moderation.checks import CHECKS
from comments.permissions import can_lead
from comments.posting import Refused
from newsroom.accounts.models import User
from newsroom.prepared import MOMENT, Prepared

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningCheck:
    """A check of the policy in force by its rule; `pauses` are those that hold it now."""

    rule_key: str
    number: int
    title: str
    check: str
    check_title: str
    pauses: Sequence[CheckPause] = ()

    @property
    def name(self) -> str:
        """What a form calls it."""
        return f"{self.rule_key}/{self.check}"

    @property
    def pause(self) -> CheckPause | None:
        return self.pauses[0] if self.pauses else None


def checks_of(policy: Policy, now: datetime) -> list[RunningCheck]:
    """The checks of a version by rule number, paused or not. Two queries."""
    return _with_pauses(policy, _pauses(now))


def paused_checks_of(policy: Policy, now: datetime) -> list[RunningCheck]:
    """Those of them that do not run now, for readers and the desk. One query where none is paused, else two."""
    pauses = _pauses(now)
    return [one for one in _with_pauses(policy, pauses) if one.pauses] if pauses else []


def _pauses(now: datetime) -> dict[tuple[str, str], list[CheckPause]]:
    """By rule and check."""
    pauses: dict[tuple[str, str], list[CheckPause]] = {}
    for pause in _IN_FORCE.rows(CheckPause, now=now):
        pauses.setdefault((pause.rule_key, pause.check_name), []).append(pause)
    return pauses


def _in_force(now: datetime) -> QuerySet[Any]:
    rows = CheckPause.objects.in_force(now).select_related("started_by")
    return cast("QuerySet[Any]", rows.order_by("started_at", "id"))


_IN_FORCE = Prepared(_in_force, now=MOMENT)


def _with_pauses(policy: Policy, pauses: dict[tuple[str, str], list[CheckPause]]) -> list[RunningCheck]:
    rows = RuleCheck.objects.filter(rule__policy=policy).select_related("rule").order_by("rule__number", "id")
    return [
        RunningCheck(
            rule_key=row.rule.key,
            number=row.rule.number,
            title=row.rule.title,
            check=row.check_name,
            check_title=_(CHECKS[row.check_name].title) if row.check_name in CHECKS else row.check_name,
            pauses=pauses.get((row.rule.key, row.check_name), ()),
        )
        for row in rows
    ]


def pause_check(
    named: str, *, policy: Policy, reason: str, lasts: timedelta | None, by: User, now: datetime
) -> CheckPause:
    """The check does not run from now on, in any process and any version, until somebody or the time ends it.

    `named` as `RunningCheck.name`. Comments judged meanwhile are judged without it, and stay as they were judged.
    Refused without a reason, for a check that is not in the policy, and for one that is paused already.
    """
    running = _asked_for(named, policy, by, now)
    reason = " ".join(reason.split())
    if running.pause:
        raise Refused(_("This check is paused already."))
    if not reason or len(reason) > LONGEST_REASON:
        raise Refused(
            _("Write a reason, of at most %(most)d characters: it stays in the record.")
            % {"most": LONGEST_REASON}
        )
    pause: CheckPause = CheckPause.objects.create(
        rule_key=running.rule_key,
        check_name=running.check,
        reason=reason,
        started_at=now,
        started_by=by,
        until=now + lasts if lasts else None,
    )
    return pause


def resume_check(named: str, *, policy: Policy, by: User, now: datetime) -> None:
    """The check runs again, at the next comment. Refused where it was not paused."""
    running = _asked_for(named, policy, by, now)
    if not running.pauses:
        raise Refused(_("This check is not paused."))
    ends = [CheckPauseEnd(pause=pause, ended_at=now, ended_by=by) for pause in running.pauses]
    # Two leads at once: whoever was first ended it.
    CheckPauseEnd.objects.bulk_create(ends, ignore_conflicts=True)


def _asked_for(named: str, policy: Policy, by: User, now: datetime) -> RunningCheck:
    if not can_lead(by):
        raise PermissionDenied(_("Only who leads the desk pauses a check."))
    for one in checks_of(policy, now):
        if one.name == named:
            return one
    raise Refused(_("There is no such check in the policy in force."))
