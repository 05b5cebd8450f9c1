"""Bar charts drawn on the server: figures become rectangles, and the table behind each says the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 160
GAP = 0.2
"""Of the room of a bar, between it and the next."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle in the chart's units, with what it stands for."""

    label: str
    value: int
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars side by side from a common ground; `top` is the value at the upper edge."""

    title: str
    unit: str
    bars: list[Bar]
    top: int
    every: int
    """Every how many bars a label stands under one, so that none overlaps."""
    width: int = WIDTH
    height: int = HEIGHT


def bar_chart(title: str, unit: str, values: Sequence[tuple[str, int]]) -> Chart:
    """The chart of labelled values, none below zero; all of them zero gives bars without height."""
    top = nice_top(max((value for _label, value in values), default=0))
    room = WIDTH / max(1, len(values))
    bars = [
        Bar(
            label,
            value,
            round(number * room + room * GAP / 2, 2),
            round(HEIGHT - HEIGHT * value / top, 2),
            round(room * (1 - GAP), 2),
            round(HEIGHT * value / top, 2),
        )
        for number, (label, value) in enumerate(values)
    ]
    return Chart(title, unit, bars, top, every=-(-len(values) // 10) or 1)


def nice_top(value: int) -> int:
    """The next of 1, 2, 5, 10, 20, 50, ... that is not below the value."""
    top = 1
    while top < value:
        top = top * 5 // 2 if str(top).startswith("2") else top * 2
    return top
