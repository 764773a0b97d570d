"""Counts → rates and averages: pure and exact, never a float; nothing is rounded yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from lgo_letters.tables.data import Authority
from lgo_letters.year import ReportingYear

from .count import total
from .definitions import AverageMethod, Counts, Definitions

Rate = Fraction | None
"""Between 0 and 1 where a numerator is part of its denominator; None where nothing counts."""
Averages = Mapping[str, Rate]
"""By the name of a statistic."""


@dataclass(frozen=True, slots=True)
class AuthorityFigures:
    """An authority's counts, and the averages of its type; none where it is not compared."""

    authority: Authority
    counts: Counts
    averages: Averages


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """Some authorities together: how many, their counts and rates, and averages if compared."""

    name: str
    authorities: int
    counts: Counts
    rates: Averages
    averages: Averages


@dataclass(frozen=True, slots=True)
class YearFigures:
    """All figures of one reporting year; authorities in the order of authorities.csv.

    `types` are those compared, in the edition's order; `others` is everybody of another type.
    """

    year: ReportingYear
    definitions: Definitions
    authorities: tuple[AuthorityFigures, ...]
    types: tuple[GroupFigures, ...]
    others: GroupFigures
    england: GroupFigures


def compare(
    authorities: Sequence[Authority],
    counts: Sequence[Counts],
    year: ReportingYear,
    definitions: Definitions,
) -> YearFigures:
    """Sets each authority's counts, given in the same order, beside the averages of its type.

    An average is drawn from every authority of the type, the authority itself among them.
    """
    no_averages: Averages = dict.fromkeys(statistic.name for statistic in definitions.statistics)
    of_type: dict[str, list[Counts]] = {name: [] for name in definitions.compared_types}
    others: list[Counts] = []
    for authority, its_counts in zip(authorities, counts, strict=True):
        of_type.get(authority.type, others).append(its_counts)

    def group(name: str, members: Sequence[Counts], averages: Averages) -> GroupFigures:
        counted = total(members, definitions)
        rates = {statistic.name: statistic.rate(counted) for statistic in definitions.statistics}
        return GroupFigures(name, len(members), counted, rates, averages)

    averages = {name: _averages(members, definitions) for name, members in of_type.items()}
    return YearFigures(
        year,
        definitions,
        tuple(
            AuthorityFigures(authority, its_counts, averages.get(authority.type, no_averages))
            for authority, its_counts in zip(authorities, counts, strict=True)
        ),
        tuple(group(name, members, averages[name]) for name, members in of_type.items()),
        group("Other bodies", others, {}),
        group(definitions.jurisdiction, counts, {}),
    )


def _averages(members: Sequence[Counts], definitions: Definitions) -> Averages:
    statistics = definitions.statistics
    if definitions.average_method is AverageMethod.POOLED:
        pooled = total(members, definitions)
        return {statistic.name: statistic.rate(pooled) for statistic in statistics}
    return {statistic.name: _mean(map(statistic.rate, members)) for statistic in statistics}


def _mean(rates: Iterable[Rate]) -> Rate:
    known = [rate for rate in rates if rate is not None]
    return sum(known, Fraction()) / len(known) if known else None
