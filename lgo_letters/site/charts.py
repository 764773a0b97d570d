"""What charts are drawn from: places and lengths, which a template turns into SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

WIDTH, HEIGHT = 320, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 36, 56, 14, 24
_TICKS = 4


@dataclass(frozen=True, slots=True)
class Point:
    """A figure of one year on a chart: its place, and the figure in words."""

    x: str
    y: str
    text: str


@dataclass(frozen=True, slots=True)
class Series:
    """The figures of one row over the years; between points of one part there is a line."""

    name: str
    parts: Sequence[Sequence[Point]]
    label_y: str


@dataclass(frozen=True, slots=True)
class LineChart:
    """A chart over years; `alternative` says the same in words."""

    alternative: str
    series: Sequence[Series]
    years: Sequence[tuple[str, str]]
    """The place of each, and its label."""
    ticks: Sequence[tuple[str, str]]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT


def share(value: Fraction | None) -> str | None:
    """A share of a whole as the length of a bar in per cent, None where there is none."""
    return None if value is None else f"{_short(value * 100)}%"


def fraction(part: int, whole: int) -> Fraction | None:
    """A part of a whole; None where that is nought."""
    return Fraction(part, whole) if whole else None


def line_chart(
    alternative: str,
    years: Sequence[str],
    rows: Sequence[tuple[str, Sequence[Decimal | None]]],
    joined: Sequence[bool],
    unit: str,
) -> LineChart:
    """A chart of some rows of figures, one per year, the oldest first.

    `joined` says of each year whether it may be compared with the one before it. The scale begins
    at 0, and ends at 100 where the figures are percentages.
    """
    known = [figure for _, figures in rows for figure in figures if figure is not None]
    top = (
        Fraction(100) if unit == "%" else _round_up(max(map(Fraction, known), default=Fraction(1)))
    )
    inner = HEIGHT - _TOP - _BOTTOM

    def x(index: int) -> Fraction:
        step = Fraction(WIDTH - _LEFT - _RIGHT, max(len(years) - 1, 1))
        return _LEFT + step * index

    def y(figure: Fraction) -> Fraction:
        return _TOP + inner * (1 - figure / top)

    series = []
    for name, figures in rows:
        parts: list[list[Point]] = []
        for index, figure in enumerate(figures):
            if figure is None or not parts or not joined[index] or figures[index - 1] is None:
                parts.append([])
            if figure is not None:
                text = f"{years[index]}: {figure:,f}{unit}"
                parts[-1].append(Point(_short(x(index)), _short(y(Fraction(figure))), text))
        last = next((f for f in reversed(figures) if f is not None), None)
        label_y = Fraction(_TOP) if last is None else y(Fraction(last))
        series.append((name, [part for part in parts if part], label_y))
    labels = _apart([label_y for _, _, label_y in series])
    return LineChart(
        alternative,
        [
            Series(name, parts, _short(place))
            for (name, parts, _), place in zip(series, labels, strict=True)
        ],
        [(_short(x(index)), year) for index, year in enumerate(years)],
        [
            (_short(y(top * tick / _TICKS)), f"{_short(top * tick / _TICKS)}{unit}")
            for tick in range(_TICKS + 1)
        ],
    )


def _apart(places: Sequence[Fraction], least: int = 14) -> list[Fraction]:
    """The heights of labels, pushed apart where they would overlap."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved = list(places)
    for above, below in pairwise(order):
        moved[below] = max(moved[below], moved[above] + least)
    return moved


def _round_up(value: Fraction) -> Fraction:
    """The next of 1, 2, 4, 5 and 10 times a power of ten."""
    power = Fraction(1)
    while power * 10 < value:
        power *= 10
    while power >= value and power > Fraction(1, 10**6):
        power /= 10
    return next(power * step for step in (1, 2, 4, 5, 10) if power * step >= value)


def _short(value: Fraction) -> str:
    """A number with at most two decimals, and none that are noughts."""
    text = f"{float(value):.2f}"
    return text.rstrip("0").rstrip(".")
