"""The public report: a month's figures put into the lines that its page, its CSV and its JSON all show."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from comments.counting import midnight, next_month
from comments.enums import Act, AppealState, ReportState, SanctionKind, StandingReason
from comments.figures import Counted, Facts, NamedRule, last_seal_before, percent, share
from comments.models import Seal

Rules = Mapping[str, NamedRule]

TOLD_APART = (Act.PUBLISHED, Act.HELD, Act.APPROVED, Act.REJECTED, Act.REMOVED)
"""What program and people both decide about a comment that was sent; what is restored answers an earlier decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """What one rule did in a month, over all versions of the policy in which it stands."""

    key: str
    number: int | None
    title: str
    language: str
    refused: int
    held: int
    rejected: int
    removed: int
    approved_after_all: int
    decided_after_check: int

    @property
    def reversal(self) -> str:
        """The share of what its check held that people approved, "" where people decided on none."""
        return share(self.approved_after_all, self.decided_after_check)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure with its name for people and for programs."""

    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthReport:
    """A month as everybody may know it."""

    first_day: date
    counted_at: datetime
    is_over: bool
    totals: list[Line]
    rules: list[RuleLine]
    standing: list[Line]
    automation: list[Line]
    reports: list[Line]
    appeals: list[Line]
    sanctions: list[Line]
    decided: int
    within_promise: int
    half_within: int | None
    most_within: int | None
    decisions: int
    automatic: int
    judged: int
    overturned: int
    seal: Seal | None

    @property
    def name(self) -> str:
        return f"{self.first_day:%Y-%m}"

    @property
    def promise_kept(self) -> str:
        return share(self.within_promise, self.decided)

    @property
    def automatic_share(self) -> str:
        """Of all decisions that the lines of `automation` tell apart, the program's."""
        return share(self.automatic, self.decisions)

    @property
    def reversal(self) -> str:
        """Of what the program published in the month, and what its checks had held and people decided on in it, what
        they decided otherwise in it. What was published earlier is no part of either."""
        return share(self.overturned, self.judged)


def report_of(counted: Counted, rules: Rules) -> MonthReport:
    """The month in lines. One query, for the last seal made in it."""
    facts = counted.facts.outside()
    end = midnight(next_month(counted.first_day))
    return MonthReport(
        first_day=counted.first_day,
        counted_at=counted.counted_at,
        is_over=counted.counted_at >= end,
        totals=_totals(facts),
        rules=[_rule_line(key, rules.get(key), facts) for key in _rule_keys(facts, rules)],
        standing=[
            Line(str(reason), str(reason.label), facts.at("ground", Act.HELD, "standing", reason))
            for reason in StandingReason
        ],
        automation=_automation(facts),
        reports=_reports(facts),
        appeals=_appeals(facts),
        sanctions=_sanctions(facts),
        decided=facts.decided,
        within_promise=facts.within_promise,
        half_within=facts.wait(50),
        most_within=facts.wait(90),
        decisions=sum(facts.total("act", act) for act in TOLD_APART),
        automatic=sum(facts.at("act", act, "automatic") for act in TOLD_APART),
        judged=facts.at("act", Act.PUBLISHED, "automatic") + facts.total("checked"),
        overturned=facts.at("checked", Act.APPROVED) + facts.at("unpublished", "same_month"),
        seal=last_seal_before(end),
    )


def rows_of(report: MonthReport) -> Iterator[tuple[str, str, str, int]]:
    """Every figure as (month, group, key, count): the lines of the CSV."""
    groups: Sequence[tuple[str, list[Line]]] = (
        ("total", report.totals),
        ("held_for_standing_reason", report.standing),
        ("automation", report.automation),
        ("report", report.reports),
        ("appeal", report.appeals),
        ("sanction", report.sanctions),
    )
    for group, lines in groups:
        for line in lines:
            yield report.name, group, line.key, line.count
    for rule in report.rules:
        for what in ("refused", "held", "rejected", "removed", "decided_after_check", "approved_after_all"):
            yield report.name, f"rule_{what}", rule.key, getattr(rule, what)
    shares = {
        "automatic": percent(report.automatic, report.decisions),
        "reversal_of_automatic": percent(report.overturned, report.judged),
    }
    waiting = {
        "decided": report.decided,
        "within_promise": report.within_promise,
        "median_minutes": report.half_within,
        "ninetieth_percentile_minutes": report.most_within,
    }
    for group, figures in (("percent", shares), ("waiting", waiting)):
        for key, figure in figures.items():
            if figure is not None:
                yield report.name, group, key, figure


def data_of(report: MonthReport) -> dict[str, Any]:
    """The month for programs: the same figures as the CSV, in groups, with the seal they can be held against."""
    groups: dict[str, dict[str, int]] = {}
    for _month, group, key, count in rows_of(report):
        groups.setdefault(group, {})[key] = count
    seal = report.seal
    return {
        "month": report.name,
        "counted_at": report.counted_at.isoformat(),
        "complete": report.is_over,
        "figures": groups,
        "seal": seal
        and {
            "number": seal.number,
            "at": seal.at.isoformat(),
            "last_decision": seal.last_decision_id,
            "root": seal.root,
            "signature": seal.signature,
        },
    }


def _totals(facts: Facts) -> list[Line]:
    return [
        Line("received", _("Received"), facts.at("received")),
        Line("published", pgettext("figures", "Published"), facts.published),
        Line("refused", _("Refused before they were sent"), facts.total("refused")),
        Line("held", _("Held for a moderator"), facts.total("act", Act.HELD)),
        Line("rejected", _("Rejected"), facts.total("act", Act.REJECTED)),
        Line("removed", _("Removed after publication"), facts.total("act", Act.REMOVED)),
        Line("illegal", _("Rejected or removed as illegal"), _illegal(facts)),
        Line("withdrawn", _("Withdrawn by their authors"), facts.total("act", Act.WITHDRAWN)),
        Line("reversed", _("Rejections and removals taken back"), facts.total("reversed")),
    ]


def _illegal(facts: Facts) -> int:
    return facts.at("ground", Act.REJECTED, "law") + facts.at("ground", Act.REMOVED, "law")


def _automation(facts: Facts) -> list[Line]:
    lines = [
        Line(f"{act}_{who}", label, facts.at("act", act, who))
        for act, who, label in (
            (Act.PUBLISHED, "automatic", _("Published by the program, no check having found anything")),
            (Act.HELD, "automatic", _("Held by the program")),
            (Act.HELD, "people", _("Held by people")),
            (Act.APPROVED, "people", _("Published by people")),
            (Act.REJECTED, "people", _("Rejected by people")),
            (Act.REJECTED, "automatic", _("Rejected by the program")),
            (Act.REMOVED, "people", _("Removed by people")),
            (Act.REMOVED, "automatic", _("Removed by the program")),
        )
    ]
    return [
        *lines,
        Line("decided_after_check", _("Held by a check, then decided on by people"), facts.total("checked")),
        Line("approved_after_check", _("Of these, published after all"), facts.at("checked", Act.APPROVED)),
        Line(
            "unpublished",
            _("Published by the program, then taken down by people"),
            facts.total("unpublished"),
        ),
        Line(
            "unpublished_same_month",
            _("Of these, published in the same month"),
            facts.at("unpublished", "same_month"),
        ),
    ]


def _reports(facts: Facts) -> list[Line]:
    return [
        Line("rule", _("Received, naming a rule"), facts.at("report", "rule")),
        Line("illegal", _("Received, as illegal"), facts.at("report", "illegal")),
        Line("upheld", _("Followed"), facts.at("report_outcome", ReportState.UPHELD)),
        Line("dismissed", _("Not followed"), facts.at("report_outcome", ReportState.DISMISSED)),
    ]


def _appeals(facts: Facts) -> list[Line]:
    return [
        Line("received", _("Received"), facts.at("appeal")),
        Line("granted", _("Granted"), facts.at("appeal_outcome", AppealState.GRANTED)),
        Line("refused", _("Refused"), facts.at("appeal_outcome", AppealState.REFUSED)),
    ]


def _sanctions(facts: Facts) -> list[Line]:
    return [
        *(Line(str(kind), str(kind.label), facts.at("sanction", kind)) for kind in SanctionKind),
        Line("granted", _("Taken back on appeal"), facts.at("sanction_ended", Act.GRANTED)),
        Line("lifted", _("Ended early for other reasons"), facts.at("sanction_ended", Act.LIFTED)),
    ]


def _rule_keys(facts: Facts, rules: Rules) -> list[str]:
    """Rules of the newest version in its order, then others that were applied in this month."""
    applied = {
        *facts.under("refused"),
        *(name.split("/")[0] for name in facts.under("check")),
        *(key for act in (Act.HELD, Act.REJECTED, Act.REMOVED) for key in facts.under("ground", act, "rule")),
    }
    return [*rules, *sorted(applied - set(rules))]


def _rule_line(key: str, rule: NamedRule | None, facts: Facts) -> RuleLine:
    approved = facts.at("check", key, Act.APPROVED)
    return RuleLine(
        key=key,
        number=rule.number if rule else None,
        title=rule.title if rule else key,
        language=rule.language if rule else "",
        refused=facts.at("refused", key),
        held=facts.at("ground", Act.HELD, "rule", key),
        rejected=facts.at("ground", Act.REJECTED, "rule", key),
        removed=facts.at("ground", Act.REMOVED, "rule", key),
        approved_after_all=approved,
        decided_after_check=approved + facts.at("check", key, Act.REJECTED),
    )
