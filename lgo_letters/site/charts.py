"""What charts are drawn from: places and lengths, which a template turns into SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from lgo_letters.figures.chance import Chance, limits

WIDTH, HEIGHT = 320, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 36, 56, 14, 24
_TICKS = 4
FUNNEL_WIDTH, FUNNEL_HEIGHT = 400, 280
_FUNNEL_LEFT, _FUNNEL_RIGHT, _FUNNEL_BOTTOM = 42, 12, 44
_MOST_STEPS = 100  # of the outline of a funnel


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


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a funnel has one authority, or several with the same counts, and who they are."""

    x: str
    y: str
    chance: Chance
    text: str


@dataclass(frozen=True, slots=True)
class FunnelChart:
    """Rates against the cases that they rest on; `alternative` says the same in words.

    `funnel` is the outline of all that may be chance, as the `d` of a path, and `average` a height.
    """

    alternative: str
    funnel: str
    average: str
    marks: Sequence[Mark]
    ticks: Sequence[tuple[str, str]]
    """The height of each, and its label."""
    cases: Sequence[tuple[str, str]]
    """The place of each number of cases on the scale, and its label."""
    width: int = FUNNEL_WIDTH
    height: int = FUNNEL_HEIGHT
    left: int = _FUNNEL_LEFT
    right: int = FUNNEL_WIDTH - _FUNNEL_RIGHT
    bottom: int = FUNNEL_HEIGHT - _FUNNEL_BOTTOM


@dataclass(frozen=True, slots=True)
class BarChart:
    """A chart with a few bars for each row, the longest of all as wide as the chart.

    `alternative` says in words what it shows; `key` has what each bar of a row stands for, from the
    top, and `rows` their names and numbers.
    """

    title: str
    alternative: str
    key: Sequence[str]
    rows: Sequence[tuple[str, Sequence[int]]]

    def length(self, number: int) -> str:
        """The length of the bar of a number, in per cent."""
        longest = max(number for _, numbers in self.rows for number in numbers)
        return share(fraction(number, longest)) or "0"


def share(value: Fraction | None) -> str | None:
    """A share of a whole as the length of a bar in per cent, None where there is none."""
    return None if value is None else f"{_short(value * 100)}%"


def fraction(part: int, whole: int) -> Fraction | None:
    """A part of a whole; None where that is nought."""
    return Fraction(part, whole) if whole else None


def line_chart(
    years: Sequence[str],
    rows: Sequence[tuple[str, Sequence[Decimal | None]]],
    joined: Sequence[bool],
    unit: str,
    about: str | None = None,
) -> LineChart | None:
    """A chart of some rows of figures, one per year, the oldest first; None without two years.

    `joined` says of each year whether it may be compared with the one before it. The scale begins
    at 0, and ends at 100 where the figures are percentages. Every row has a figure. In words it is
    called by its name, or where there is one alone, `about` says what its figures are.
    """
    if sum(figure is not None for figure in rows[0][1]) < 2:
        return None
    top = Fraction(100)
    if unit != "%":
        known = (figure for _, figures in rows for figure in figures if figure is not None)
        top = _round_up(max(map(Fraction, known)))
    step = Fraction(WIDTH - _LEFT - _RIGHT, len(years) - 1)
    inner = HEIGHT - _TOP - _BOTTOM

    def x(index: int) -> str:
        return _short(_LEFT + step * index)

    def y(figure: Fraction) -> Fraction:
        return _TOP + inner * (1 - figure / top)

    def point(index: int, figure: Decimal) -> Point:
        return Point(x(index), _short(y(Fraction(figure))), f"{years[index]}: {figure:,f}{unit}")

    parts = [(name, _unbroken(figures, joined)) for name, figures in rows]
    last = [of_row[-1][-1] for _, of_row in parts]
    labels = _apart([y(Fraction(figure)) for _, figure in last])
    said = (f"{about or name}: {_in_words(years, figures, unit)}." for name, figures in rows)
    ticks = [top * tick / _TICKS for tick in range(_TICKS + 1)]
    return LineChart(
        " ".join(["Line chart.", *said]),
        [
            Series(name, [[point(*its) for its in part] for part in of_row], _short(label))
            for (name, of_row), label in zip(parts, labels, strict=True)
        ],
        [(x(index), year) for index, year in enumerate(years)],
        [(_short(y(tick)), f"{_label(tick)}{unit}") for tick in ticks],
    )


def _unbroken(
    figures: Sequence[Decimal | None], joined: Sequence[bool]
) -> list[list[tuple[int, Decimal]]]:
    """The figures with the indices of their years, in the parts within which there is a line."""
    parts: list[list[tuple[int, Decimal]]] = []
    for index, figure in enumerate(figures):
        if figure is None:
            continue
        if not index or not joined[index] or figures[index - 1] is None:
            parts.append([])
        parts[-1].append((index, figure))
    return parts


def _in_words(years: Sequence[str], figures: Sequence[Decimal | None], unit: str) -> str:
    return "; ".join(
        f"{year}, {'no figure' if figure is None else f'{figure:,f}{unit}'}"
        for year, figure in zip(years, figures, strict=True)
    )


def funnel_chart(
    alternative: str,
    authorities: Sequence[tuple[str, int, int]],
    of_type: int,
    counted: int,
    scale: tuple[int, str],
) -> FunnelChart:
    """A chart of authorities of one type: the name of each, its cases, and those with the outcome.

    `of_type` and `counted` are the same of all of the type, at least one. The scale is what stands
    for all of the cases, and its unit.
    """
    most = max(cases for _, cases, _ in authorities)
    inner_width = FUNNEL_WIDTH - _FUNNEL_LEFT - _FUNNEL_RIGHT
    inner_height = FUNNEL_HEIGHT - _TOP - _FUNNEL_BOTTOM

    def x(cases: int) -> str:
        return _short(_FUNNEL_LEFT + Fraction(inner_width * cases, most))

    def y(rate: Fraction) -> str:
        return _short(_TOP + inner_height * (1 - rate))

    steps = range(1, most + 1, -(-most // _MOST_STEPS))
    curve = [(cases, limits(cases, of_type, counted)) for cases in (*steps, most)]
    upper = [(0, Fraction(1)), *((n, min(limit.upper / n, Fraction(1))) for n, limit in curve)]
    lower = [(0, Fraction(0)), *((n, max(limit.lower / n, Fraction(0))) for n, limit in curve)]
    outline = [f"{x(cases)} {y(rate)}" for cases, rate in (*upper, *reversed(lower))]
    together: dict[tuple[int, int], list[str]] = {}
    for name, cases, count in authorities:
        if cases:
            together.setdefault((cases, count), []).append(name)
    whole, unit = scale
    step = max(1, int(_round_up(Fraction(most, 5))))
    return FunnelChart(
        alternative,
        f"M{'L'.join(outline)}Z",
        y(Fraction(counted, of_type)),
        [
            Mark(
                x(cases),
                y(Fraction(count, cases)),
                limits(cases, of_type, counted).of(count),
                f"{'; '.join(names)}: {count:,} of {cases:,}",
            )
            for (cases, count), names in together.items()
        ],
        [
            (y(Fraction(tick, _TICKS)), f"{_short(Fraction(whole * tick, _TICKS))}{unit}")
            for tick in range(_TICKS + 1)
        ],
        [(x(cases), f"{cases:,}") for cases in range(0, most + 1, step)],
    )


def _apart(places: Sequence[Fraction], least: int = 14) -> list[Fraction]:
    """The heights of labels, pushed apart where they would overlap, and none below the scale."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved = list(places)
    for above, below in pairwise(order):
        moved[below] = max(moved[below], moved[above] + least)
    too_low = max(max(moved) - (HEIGHT - _BOTTOM), Fraction(0))
    return [place - too_low for place in moved]


def _round_up(value: Fraction) -> Fraction:
    """The next of 1, 2, 4, 5 and 10 times a power of ten."""
    power = Fraction(1)
    while power * 10 < value:
        power *= 10
    while power >= value and power > Fraction(1, 10**6):
        power /= 10
    return next(power * step for step in (1, 2, 4, 5, 10) if power * step >= value)


def _label(value: Fraction) -> str:
    """As `_short`, with thousands commas."""
    return f"{float(value):,.2f}".rstrip("0").rstrip(".")


def _short(value: Fraction) -> str:
    """A number with at most two decimals, and none that are noughts."""
    text = f"{float(value):.2f}"
    return text.rstrip("0").rstrip(".")
