"""What a fault run was to do and what came of it, as tables for docs/reliability.md."""

from collections import Counter
from dataclasses import dataclass, field

from tests.faults.serving import ROOT
from tests.faults.stale import Watched
from tests.measured import provenance
from tests.measured import write as write_between

PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- faults: made by tests.faults.run -->", "<!-- faults: end -->"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to happen; the same seed makes the same people do the same, and the same faults in the same order.

    After `minutes` nobody begins another comment.
    """

    database: str
    comments: int
    faults: int
    seed: int
    minutes: float = float("inf")

    def sent_by(self, number: int) -> int:
        """How many comments are sent when that fault begins."""
        return self.comments * number // (self.faults + 1)

    def begins(self, number: int) -> float:
        """After how many seconds of work that fault begins at the latest."""
        return self.minutes * 60 * number / (self.faults + 1)


@dataclass
class Report:
    """What happened, and every sentence about what is wrong: none, if the newsroom keeps its word."""

    plan: Plan
    seconds: float = 0
    faults: Counter[str] = field(default_factory=Counter)
    figures: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def table(reports: list[Report]) -> str:
    """The reports side by side, in Markdown."""
    rows = [["seed", *[str(report.plan.seed) for report in reports]]]
    rows += [["comments asked for", *[f"{report.plan.comments:,}" for report in reports]]]
    rows += [["minutes", *[f"{report.seconds / 60:.0f}" for report in reports]]]
    names = sorted({name for report in reports for name in report.faults})
    rows += [["faults", *[str(report.faults.total()) for report in reports]]]
    rows += [[f"– {name}", *[str(report.faults[name]) for report in reports]] for name in names]
    rows += [[name, *[f"{report.figures[name]:,}" for report in reports]] for name in reports[0].figures]
    rows += [["**things that were wrong**", *[f"**{len(report.wrong)}**" for report in reports]]]
    return _in_markdown(["fault run", *[report.plan.database for report in reports]], rows)


def table_of_watching(watched: dict[str, Watched]) -> str:
    """What readers saw while everything changed."""
    rows = [
        ["seconds", *[f"{one.seconds:.0f}" for one in watched.values()]],
        ["changes, one after the other", *[f"{one.changes:,}" for one in watched.values()]],
        ["answers that readers compared", *[f"{one.answers:,}" for one in watched.values()]],
        ["of them 304", *[f"{one.not_modified:,}" for one in watched.values()]],
        ["**older than committed before**", *[f"**{len(one.wrong)}**" for one in watched.values()]],
    ]
    return _in_markdown(["no faults, only changes", *watched], rows)


def _in_markdown(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write(tables: list[str]) -> None:
    """Puts the tables into docs/reliability.md, with date, machine and commit."""
    write_between("\n\n".join([f"{provenance()}.", *tables]), PAGE, BEGIN, END)
