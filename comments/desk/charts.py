"""Bar charts drawn on the server: figures become rectangles, and the table behind each says the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 160
GAP = 0.2
"""Of the room of a bar, between it and the next."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle in the chart's units, with what it stands for, and what the table says of it besides."""

    label: str
    value: int
    x: float
    y: float
    width: float
    height: float
    name: str
    more: Sequence[object] = ()

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars side by side from a common ground; `top` is the value at the upper edge, `mark` a value with a line."""

    title: str
    unit: str
    bars: list[Bar]
    top: int
    every: int
    """Every how many bars a label stands under one, so that none overlaps."""
    heads: Sequence[str] = ()
    """Of the columns of the table that no bar shows."""
    mark: int | None = None
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def mark_y(self) -> float:
        return _y(self.mark or 0, self.top)


def bar_chart(
    title: str,
    unit: str,
    values: Sequence[tuple[str, int]],
    *,
    names: Sequence[str] = (),
    heads: Sequence[str] = (),
    more: Sequence[Sequence[object]] = (),
    mark: int | None = None,
) -> Chart:
    """The chart of labelled values, none below zero; all of them zero gives bars without height.

    In the table a row is called by its name where there is one, and has `more` cells, under `heads`.
    """
    top = nice_top(max([mark or 0, *(value for _label, value in values)]))
    room = WIDTH / max(1, len(values))
    bars = [
        Bar(
            label,
            value,
            round(number * room + room * GAP / 2, 2),
            _y(value, top),
            round(room * (1 - GAP), 2),
            round(HEIGHT * value / top, 2),
            names[number] if names else label,
            more[number] if more else (),
        )
        for number, (label, value) in enumerate(values)
    ]
    return Chart(title, unit, bars, top, every=-(-len(values) // 10) or 1, heads=heads, mark=mark)


def _y(value: int, top: int) -> float:
    return round(HEIGHT - HEIGHT * value / top, 2)


def nice_top(value: int) -> int:
    """The next of 1, 2, 5, 10, 20, 50, ... that is not below the value."""
    top = 1
    while top < value:
        top = top * 5 // 2 if str(top).startswith("2") else top * 2
    return top
