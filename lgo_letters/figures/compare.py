"""Counts → rates and averages: pure and exact, never a float; nothing is rounded yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from lgo_letters.tables.data import Authority
from lgo_letters.year import ReportingYear

from .bodies import holders
from .count import total
from .definitions import POPULATION, AverageMethod, Counts, Definitions, Statistic

Rate = Fraction | None
"""Between 0 and 1 where a numerator is part of its denominator; None where nothing counts."""
Averages = Mapping[str, Rate]
"""By the name of a statistic."""


class AverageSums(NamedTuple):
    """What an average is drawn from: it is `total` over `number`.

    Pooled: the sum of the numerators and that of the denominators, of those who have both. Mean:
    the sum of the rates, exact and not yet times `per`, and how many authorities have one.
    """

    total: Fraction
    number: int

    @property
    def average(self) -> Rate:
        """None where there is nothing to draw it from."""
        return self.total / self.number if self.number else None


@dataclass(frozen=True, slots=True)
class AuthorityFigures:
    """An authority's counts, and the averages of its type; none where it is not compared."""

    authority: Authority
    counts: Counts
    averages: Averages


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """Some authorities together: how many, their counts and rates, and averages if compared.

    Only a type has a population, that of its authorities that have one, and rates over it: a county
    and its districts have the same residents.
    """

    name: str
    authorities: int
    counts: Counts
    rates: Averages
    averages: Averages


@dataclass(frozen=True, slots=True)
class AbsentBody:
    """A body that takes no part in the year, what its own rows come to, and where that counts.

    `holder` is the name of the authority that has the counts; None: they are in `not_in_year`.
    """

    authority: Authority
    counts: Counts
    holder: str | None


@dataclass(frozen=True, slots=True)
class YearFigures:
    """All figures of one reporting year; authorities in the order of authorities.csv.

    `authorities` take part in the year, and have the counts of those that they succeeded; `absent`
    are the others. `types` are those compared, in the edition's order; `others` is everybody of
    another type. `not_in_year` are the absent with counts that no authority has. England's counts
    are those of types, others and not_in_year; its number of authorities is that of `authorities`.
    """

    year: ReportingYear
    definitions: Definitions
    authorities: tuple[AuthorityFigures, ...]
    absent: tuple[AbsentBody, ...]
    types: tuple[GroupFigures, ...]
    others: GroupFigures
    not_in_year: GroupFigures
    england: GroupFigures


def compare(
    authorities: Sequence[Authority],
    counts: Sequence[Counts],
    year: ReportingYear,
    definitions: Definitions,
) -> YearFigures:
    """Sets each authority's counts, given in the same order, beside the averages of its type.

    An average is drawn from every authority of the type that takes part in the year, the authority
    itself among them.
    """
    holder = holders(authorities, year)
    held: defaultdict[str | None, list[Counts]] = defaultdict(list)
    present, absent = [], []
    for authority, its_counts in zip(authorities, counts, strict=True):
        name = holder[authority.name]
        held[name].append(its_counts)
        if name == authority.name:
            present.append(authority)
        else:
            absent.append(AbsentBody(authority, its_counts, name))
    figures = [
        (authority, _with_population(total(held[authority.name], definitions), authority, year))
        for authority in present
    ]
    of_type: dict[str, list[Counts]] = {name: [] for name in definitions.compared_types}
    others: list[Counts] = []
    for authority, its_counts in figures:
        of_type.get(authority.type, others).append(its_counts)
    unheld = [its_counts for its_counts in held[None] if any(its_counts.values())]
    averages = {name: _averages(members, definitions) for name, members in of_type.items()}
    no_averages: Averages = dict.fromkeys(statistic.name for statistic in definitions.statistics)
    everyone = [*(its_counts for _, its_counts in figures), *unheld]
    return YearFigures(
        year,
        definitions,
        tuple(
            AuthorityFigures(authority, its_counts, averages.get(authority.type, no_averages))
            for authority, its_counts in figures
        ),
        tuple(absent),
        tuple(_group(name, of_type[name], averages[name], definitions) for name in of_type),
        _mixed("Other bodies", others, definitions),
        _mixed("Bodies not in the year", unheld, definitions),
        replace(_mixed(definitions.jurisdiction, everyone, definitions), authorities=len(present)),
    )


def _with_population(counts: Counts, authority: Authority, year: ReportingYear) -> Counts:
    population = authority.population(year.ending)
    return counts if population is None else {**counts, POPULATION: population}


def _group(
    name: str, members: Sequence[Counts], averages: Averages, definitions: Definitions
) -> GroupFigures:
    rates = {statistic.name: statistic.pooled(members) for statistic in definitions.statistics}
    return GroupFigures(name, len(members), total(members, definitions), rates, averages)


def _mixed(name: str, members: Sequence[Counts], definitions: Definitions) -> GroupFigures:
    """Authorities of more than one type, who may share residents, and are not compared."""
    without_population = [
        {count: number for count, number in counts.items() if count != POPULATION}
        for counts in members
    ]
    return _group(name, without_population, {}, definitions)


def _averages(members: Sequence[Counts], definitions: Definitions) -> Averages:
    method = definitions.average_method
    return {
        statistic.name: average_sums(statistic, members, method).average
        for statistic in definitions.statistics
    }


def average_sums(
    statistic: Statistic, members: Iterable[Counts], method: AverageMethod
) -> AverageSums:
    """What the average of some authorities is drawn from."""
    if method is AverageMethod.POOLED:
        sums = statistic.sums(members)
        return AverageSums(Fraction(sums[statistic.numerator]), sums[statistic.denominator])
    rates = [rate for counts in members if (rate := statistic.rate(counts)) is not None]
    return AverageSums(sum(rates, Fraction()), len(rates))
