"""Figures of earlier years, and which of them may stand beside this year's: pure and exact."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from lgo_letters.names import key
from lgo_letters.tables.data import Authority
from lgo_letters.tables.history import PastFigures, PublishedYear
from lgo_letters.year import ReportingYear

from .bodies import holders
from .compare import AuthorityFigures, YearFigures
from .definitions import Statistic, round_half_up

_TIMES = 5  # the number of decisions of one year over that of another that calls for a look

Past = Mapping[str, PastFigures]
"""The figures of an earlier year, by the authority's name."""


@dataclass(frozen=True, slots=True)
class EarlierYear:
    """An earlier year's figures, as published or counted again, beside those of a later year.

    They are of the authorities that are `comparable`. `breaks` are notes of what has changed since
    in how figures are made: figures may be shown with them, but not compared.
    """

    year: ReportingYear
    is_recalculated: bool
    figures: Past
    breaks: tuple[str, ...] = ()

    def compared(self, authority: str) -> PastFigures | None:
        """An authority's figures, if they may be compared with those of the later year."""
        return None if self.breaks else self.figures.get(authority)


Earlier = Callable[[int], EarlierYear | None]
"""The year that was so many years before; None where nothing is known of it."""


def past_figures(figures: YearFigures) -> Past:
    """A year's figures as its statistics.csv would have them."""
    statistics = figures.definitions.statistics
    return {one.authority.name: printed_figures(one, statistics) for one in figures.authorities}


def printed_figures(figures: AuthorityFigures, statistics: Sequence[Statistic]) -> PastFigures:
    """An authority's figures as they are printed."""
    numbers = {}
    for statistic in statistics:
        name = statistic.name
        both = {"rate": statistic.rate(figures.counts), "average": figures.averages[name]}
        for what, rate in both.items():
            if rate is not None:
                numbers[f"{name}_{what}"] = statistic.rounded(rate)
    return PastFigures(figures.authority.type, figures.counts["decisions"], numbers)


def comparable(
    past: Past, then: ReportingYear, now: ReportingYear, authorities: Sequence[Authority]
) -> Past:
    """Those of an earlier year's figures that are of the same body and type as now.

    A body is not the same if it began after the earlier year did, or if the counts of another go to
    it in one of the years and not in the other: nothing is compared over a merger.
    """
    parts_then, parts_now = (_parts(authorities, year) for year in (then, now))
    return {
        authority.name: past[authority.name]
        for authority in authorities
        if authority.name in parts_now
        and parts_now[authority.name] == parts_then.get(authority.name)
        and (authority.start is None or authority.start <= then.start)
        and authority.name in past
        and key(past[authority.name].type) == key(authority.type)
    }


def _parts(authorities: Sequence[Authority], year: ReportingYear) -> Mapping[str, set[str]]:
    """For each body of the year, the names of all whose counts go to it."""
    parts: dict[str, set[str]] = {}
    for name, holder in holders(authorities, year).items():
        if holder is not None:
            parts.setdefault(holder, set()).add(name)
    return parts


class Difference(NamedTuple):
    """A figure that was published and is another now, of an authority or of a type's average.

    `column` is that of statistics.csv; None stands for no figure.
    """

    name: str
    column: str
    published: Decimal | None
    recalculated: Decimal | None


def differences(published: PublishedYear, recalculated: Past) -> Sequence[Difference]:
    """Where the figures of a year differ, of the authorities and columns that both have."""
    found: dict[Difference, None] = {}
    for name, figures in published.figures.items():
        for column in published.columns if name in recalculated else ():
            both = figures.numbers.get(column), recalculated[name].numbers.get(column)
            if both[0] != both[1]:
                of_whom = figures.type if column.endswith("_average") else name
                found[Difference(of_whom, column, *both)] = None
    return tuple(found)


class Outlier(NamedTuple):
    """An authority whose number of decisions is far from that of an earlier year."""

    authority: str
    year: ReportingYear
    decisions_then: int
    decisions_now: int


def outliers(figures: YearFigures, earlier: Sequence[EarlierYear]) -> Sequence[Outlier]:
    """The authorities with five times, or a fifth, of the decisions of an earlier year.

    Each is compared with the first of the years in which its number is known. A number of nought
    counts as one. Those that differ by the most decisions come first.
    """
    found = []
    for one in figures.authorities:
        name, now = one.authority.name, one.counts["decisions"]
        for year in earlier:
            past = year.figures.get(name)
            if past is not None and past.decisions is not None:
                few, many = sorted((past.decisions, now))
                if many >= _TIMES * max(few, 1):
                    found.append(Outlier(name, year.year, past.decisions, now))
                break
    return sorted(found, key=lambda one: -abs(one.decisions_now - one.decisions_then))


class Move(NamedTuple):
    """A rate as it is printed and as it was in an earlier year, both times the statistic's `per`.

    `cases` is how many of this year's cases the move comes to: its size times what is counted over.
    """

    authority: str
    then: Decimal
    now: Decimal
    number: int
    cases: Fraction


def largest_moves(
    statistic: Statistic, figures: YearFigures, earlier: EarlierYear, most: int
) -> Sequence[Move]:
    """The authorities, at most so many, whose rate has moved by the most cases since then.

    By cases and not by points, or whoever has one or two of them would always be the first; a move
    that comes to none is none.
    """
    moves = []
    for one in figures.authorities:
        name, rate = one.authority.name, statistic.rate(one.counts)
        past = earlier.compared(name)
        then = None if past is None else past.rate(statistic.name)
        if rate is not None and then is not None:
            now, number = statistic.rounded(rate), one.counts[statistic.denominator]
            cases = abs(Fraction(now) - Fraction(then)) / statistic.per * number
            moves.append(Move(name, then, now, number, cases))
    return sorted(
        (move for move in moves if round_half_up(move.cases)), key=lambda move: -move.cases
    )[:most]
