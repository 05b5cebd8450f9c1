"""The admin's pages on which a draft of the policy is tried on stored comments."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.enums import TrialState
from comments.figures import Facts, newest_rules, share
from comments.models import PolicyTrial, TrialFlip
from comments.policy_content import content_of, seal_of
from comments.trials import MOST_FLIPS, SPANS, left_out, refused_meanwhile

PAGE = 50
KINDS = (
    ("publish", "refuse", gettext_lazy("Let through, would be refused")),
    ("publish", "hold", gettext_lazy("Let through, would be held")),
    ("hold", "refuse", gettext_lazy("Held, would be refused")),
    ("hold", "publish", gettext_lazy("Held, would be let through")),
)
"""How a comment's fate by the rules may differ. Refused ones are not there to be tried."""


class TrialForm(forms.Form):
    """On the comments of how many days."""

    days = forms.TypedChoiceField(
        label=gettext_lazy("On the comments of the last"),
        choices=[(days, gettext_lazy("%d days") % days) for days in SPANS],
        coerce=int,
        initial=30,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResult:
    """What a rule of the draft would do, and what people had made of the comments that it catches."""

    title: str
    refuse: int
    hold: int
    turned_down: int
    approved: int
    unseen: int

    @property
    def agreement(self) -> str:
        """Of those that people saw, the share that they turned down as the rule would."""
        return share(self.turned_down, self.turned_down + self.approved)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A trial as far as it has come."""

    judged: int
    percent: int
    kinds: list[tuple[str, str, str, int]]
    rules: list[RuleResult]
    agreed: str
    catches_turned_down: int
    passes_turned_down: int
    catches_approved: int
    passes_approved: int
    failed: int
    flips_left_out: int
    left_out: list[str]
    refused: int
    is_outdated: bool


def result_of(trial: PolicyTrial) -> Result:
    """What to show of a trial. Four queries."""
    counts = Facts(trial.counts)
    caught = {who: _people(counts, who, "hold", "refuse") for who in ("turned_down", "approved")}
    passed = {who: _people(counts, who, "publish") for who in ("turned_down", "approved")}
    agreeing = caught["turned_down"] + passed["approved"]
    flips = counts.total("flip")
    return Result(
        judged=counts.at("judged"),
        percent=min(100, counts.at("judged") * 100 // max(1, trial.total))
        if trial.state == TrialState.RUNNING
        else 100,
        kinds=[(was, would, str(label), counts.at("flip", was, would)) for was, would, label in KINDS],
        rules=_rules(trial, counts),
        agreed=share(agreeing, counts.total("people")),
        catches_turned_down=caught["turned_down"],
        passes_turned_down=passed["turned_down"],
        catches_approved=caught["approved"],
        passes_approved=passed["approved"],
        failed=counts.at("failed"),
        flips_left_out=max(0, flips - MOST_FLIPS),
        left_out=left_out(trial),
        refused=sum(refused_meanwhile(trial).values()),
        is_outdated=seal_of(content_of(trial.policy)) != trial.content_seal,
    )


def _people(counts: Facts, who: str, *outcomes: str) -> int:
    return sum(counts.at("people", who, outcome) for outcome in outcomes)


def _rules(trial: PolicyTrial, counts: Facts) -> list[RuleResult]:
    drafted = {check["rule_key"]: check["rule_number"] for check in trial.checks}
    titles = {rule.key: rule.title for rule in trial.policy.rules.only("key", "title", "policy")}
    known = newest_rules()
    return [
        RuleResult(
            title=f"{number}. {titles.get(key) or (known[key].title if key in known else key)}",
            refuse=counts.at("rule", key, "refuse"),
            hold=counts.at("rule", key, "hold"),
            turned_down=counts.at("rule", key, "turned_down"),
            approved=counts.at("rule", key, "approved"),
            unseen=counts.at("rule", key, "unseen"),
        )
        for key, number in sorted(drafted.items(), key=lambda one: one[1])
    ]


def flips_of(
    trial: PolicyTrial, was: str, would: str, after: int | None
) -> tuple[list[TrialFlip], int | None]:
    """A page of the flips of a kind, the newest first, and where the next one begins. One query."""
    rows = trial.flips.filter(was=was, would=would).order_by("-comment")
    rows = rows.select_related("comment__current_text", "comment__discussion__article")
    if after is not None:
        rows = rows.filter(comment__lt=after)
    found = list(rows[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].comment_id if len(found) > PAGE else None


def shown_kind(asked: str, result: Result) -> tuple[str, str]:
    """The kind of flips that an address asks for, as "publish-refuse"; for anything else the first that there is."""
    kinds = {f"{was}-{would}": (was, would) for was, would, _label in KINDS}
    there = next((kind[:2] for kind in result.kinds if kind[3]), KINDS[0][:2])
    return kinds.get(asked, there)


def state_sentence(trial: PolicyTrial, result: Result) -> str:
    """How far the trial is, in words."""
    said = {"judged": result.judged, "total": trial.total, "percent": result.percent}
    if trial.state == TrialState.RUNNING:
        return _("Running: %(judged)d of %(total)d comments judged, %(percent)d %%.") % said
    if trial.state == TrialState.STOPPED:
        return _("Stopped after %(judged)d of %(total)d comments.") % said
    return _("Done: %(judged)d comments judged.") % said


def context_of(trial: PolicyTrial, query: Any) -> dict[str, Any]:
    """All that the page of a trial shows, at `?kind=` and `?after=`."""
    result = result_of(trial)
    was, would = shown_kind(query.get("kind", ""), result)
    after = query.get("after", "")
    flips, more = flips_of(trial, was, would, int(after) if after.isascii() and after.isdecimal() else None)
    return {
        "trial": trial,
        "result": result,
        "sentence": state_sentence(trial, result),
        "kind": f"{was}-{would}",
        "kind_label": next(str(label) for one, other, label in KINDS if (one, other) == (was, would)),
        "flips": flips,
        "more": more,
    }
