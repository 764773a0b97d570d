"""Figures as they were and as they are → each that differs, and what moved it: pure and exact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from .compare import AuthorityFigures, YearFigures
from .definitions import AverageMethod, Statistic
from .explain import DrawnAverage, drawn_average
from .report import Fields, authority_fields

Number = int | float | None
Steps = Mapping[str, YearFigures]
"""A year's figures by what was replaced in it to come to them, the first by nothing ("").

Each step has all that was replaced in those before it; the last is the year as it is.
"""

PROGRAM = "program"
"""What moved a figure that the same inputs do not give any more."""
_NOT_FIGURES = ("authority", "type", "code")


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A column of statistics.csv whose value differs, as it is printed.

    `exact` are the fractions of a rate or average, "2/4" where it is two of four; None where there
    is none, where it is not known, and for a count. `causes` are the steps that moved it, none
    where they are not known.
    """

    name: str
    before: Number
    after: Number
    exact: tuple[str | None, str | None]
    causes: tuple[str, ...]

    @property
    def is_average(self) -> bool:
        """Whether it is of the authority's type, not its own."""
        return self.name.endswith("_average")


@dataclass(frozen=True, slots=True)
class AverageChange:
    """A statistic's average of a type that has moved, though perhaps not as it is printed."""

    type: str
    statistic: Statistic
    before: Fraction | None
    after: Fraction | None
    figure: FigureChange

    @property
    def is_printed(self) -> bool:
        """Whether what is printed differs too."""
        return self.figure.before != self.figure.after


def figure_changes(
    printed: Fields, steps: Sequence[AuthorityFigures | None], years: Steps
) -> Iterator[FigureChange]:
    """Every column that differs between what was printed and the last step, of one authority.

    `steps` are its figures at each step; None where it has none. There is only the last where it is
    not known what made the printed figures.
    """
    of_years = list(years.values())
    fields = [
        {} if one is None else authority_fields(one, year.definitions)
        for one, year in zip(steps, of_years, strict=True)
    ]
    last, is_known = fields[-1], len(fields) > 1
    for name in dict.fromkeys([*printed, *last]):
        if name in _NOT_FIGURES or printed.get(name) == last.get(name):
            continue
        causes = _causes([one.get(name) for one in fields], years)
        if is_known and fields[0].get(name) != printed.get(name):
            causes = (*causes, PROGRAM)
        before = None
        if PROGRAM not in causes or not name.endswith("_average"):
            before = _exact(name, printed, steps[0] if is_known else None, of_years[0])
        after = _exact(name, last, steps[-1], of_years[-1])
        yield FigureChange(name, printed.get(name), last.get(name), (before, after), causes)


def _causes(values: Sequence[object], years: Steps) -> tuple[str, ...]:
    """The steps at which a value is not what it was at the step before."""
    names = list(years)
    return tuple(names[i] for i in range(1, len(values)) if values[i] != values[i - 1])


def _exact(
    name: str, fields: Fields, one: AuthorityFigures | None, year: YearFigures
) -> str | None:
    """The fraction that is printed in a column, of a row of statistics.csv."""
    of, _, what = name.rpartition("_")
    statistic = _statistic(year, of)
    if statistic is None or fields.get(name) is None or what not in ("rate", "average"):
        return None
    if what == "rate":
        numbers = fields.get(statistic.numerator), fields.get(statistic.denominator)
        return None if None in numbers else f"{numbers[0]}/{numbers[1]}"
    return None if one is None else _written(_drawn(year, one.authority.type, of), year)


def average_changes(years: Steps) -> Iterator[AverageChange]:
    """Every average of a type that differs between the first step and the last, if only exactly."""
    steps = list(years.values())
    first, last = steps[0], steps[-1]
    types = dict.fromkeys([*first.definitions.compared_types, *last.definitions.compared_types])
    statistics = {one.name: one for year in (last, first) for one in year.definitions.statistics}
    for type_ in types:
        for name, statistic in statistics.items():
            drawn = [_drawn(year, type_, name) for year in steps]
            averages = [None if one is None else one.sums.average for one in drawn]
            before, after = averages[0], averages[-1]
            if before == after:
                continue
            figure = FigureChange(
                f"{name}_average",
                _printed(drawn[0]),
                _printed(drawn[-1]),
                (_written(drawn[0], first), _written(drawn[-1], last)),
                _causes(averages, years),
            )
            yield AverageChange(type_, statistic, before, after, figure)


def _statistic(year: YearFigures, name: str) -> Statistic | None:
    return next((one for one in year.definitions.statistics if one.name == name), None)


def _drawn(year: YearFigures, type_: str, name: str) -> DrawnAverage | None:
    """A statistic's average of a type, and what it is drawn from; None where it is not compared."""
    statistic = _statistic(year, name)
    if statistic is None or type_ not in year.definitions.compared_types:
        return None
    return drawn_average(year, type_, statistic)


def _printed(drawn: DrawnAverage | None) -> Number:
    return None if drawn is None else drawn.statistic.number(drawn.sums.average)


def _written(drawn: DrawnAverage | None, year: YearFigures) -> str | None:
    """The sums as they are where they are pooled; else the mean, in its lowest terms."""
    if drawn is None or (average := drawn.sums.average) is None:
        return None
    if year.definitions.average_method is AverageMethod.POOLED:
        return f"{drawn.sums.total}/{drawn.sums.number}"
    return f"{average.numerator}/{average.denominator}"
