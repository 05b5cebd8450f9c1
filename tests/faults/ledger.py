"""What the clients were told: the newsroom has to stand by all of it."""

import json
import threading
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

DONE, REFUSED, UNCLEAR = "done", "refused", "unclear"
"""What was told of an act: that it happened, that it did not, or nothing that can be relied on."""


@dataclass(slots=True)
class Sent:
    """A comment on its way in; `uid` once it was acknowledged."""

    key: str
    body: str
    author: str
    guest: bool
    told: str = UNCLEAR
    uid: str = ""
    confirmed: str = ""


@dataclass(slots=True)
class Acted:
    """A moderator's act on one comment as it was seen."""

    by: str
    uid: str
    version: int
    act: str
    told: str = UNCLEAR


@dataclass(slots=True)
class Undone:
    """A decision that was to be taken back."""

    by: str
    decision: str
    told: str = UNCLEAR


@dataclass(slots=True)
class Saved:
    """A revision on its way in; its headline is like no other."""

    story: int
    headline: str
    told: str = UNCLEAR


@dataclass(slots=True)
class Published:
    """A publication of the revision with this headline."""

    story: int
    headline: str
    told: str = UNCLEAR


@dataclass
class Ledger:
    """All that was asked and told. `decisions` are ids of decisions that the desk showed as made."""

    sent: list[Sent] = field(default_factory=list)
    acted: list[Acted] = field(default_factory=list)
    undone: list[Undone] = field(default_factory=list)
    decisions: list[str] = field(default_factory=list)
    saved: list[Saved] = field(default_factory=list)
    published: list[Published] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def count(self, method: str, status: int, path: str) -> None:
        """Counts an answer; one that no fault excuses is wrong."""
        with self.lock:
            self.statuses[f"{method} {status or 'no answer'}"] += 1
            if status == 500:
                self.wrong.append(f"{method} {path} answered 500")

    def complain(self, sentence: str) -> None:
        with self.lock:
            self.wrong.append(sentence)

    def write(self, path: Path) -> None:
        names = ("sent", "acted", "undone", "saved", "published")
        rows = {name: [asdict(one) for one in getattr(self, name)] for name in names}
        path.write_text(json.dumps(rows | {"decisions": self.decisions}))

    @classmethod
    def read(cls, path: Path) -> "Ledger":
        rows = json.loads(path.read_text())
        return cls(
            sent=[Sent(**one) for one in rows["sent"]],
            acted=[Acted(**one) for one in rows["acted"]],
            undone=[Undone(**one) for one in rows["undone"]],
            saved=[Saved(**one) for one in rows["saved"]],
            published=[Published(**one) for one in rows["published"]],
            decisions=rows["decisions"],
        )
