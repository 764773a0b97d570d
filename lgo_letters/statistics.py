"""Rows → counts, rates and averages; pure and exact, never a float.

A rate is a fraction between 0 and 1, or None where there is nothing to count; only its last
step, `per_cent`, rounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from fractions import Fraction
from operator import add, attrgetter

from .data import Authority, Decided, Decisions
from .rules import Compliance, Outcome
from .year import ReportingYear

Rate = Fraction | None


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted in one reporting year, for one authority or several.

    `decisions`, `detailed_investigations` (upheld and not upheld), `upheld` and
    `satisfactory_remedies` go by the date of the decision; `compliance_outcomes`, `complied`
    (the late ones too) and `complied_late` by the date on which compliance was recorded.
    """

    decisions: int = 0
    detailed_investigations: int = 0
    upheld: int = 0
    compliance_outcomes: int = 0
    complied: int = 0
    complied_late: int = 0
    satisfactory_remedies: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*map(add, _every_count(self), _every_count(other)))


_every_count = attrgetter(*(each.name for each in fields(Counts)))


class Statistic(StrEnum):
    """One of the three headline statistics; its value is its name in every table."""

    UPHELD = "upheld"
    COMPLIANCE = "compliance"
    REMEDY = "remedy"

    @property
    def numerator(self) -> str:
        """The field of Counts above the line."""
        return _FRACTIONS[self][0]

    @property
    def denominator(self) -> str:
        """The field of Counts below the line."""
        return _FRACTIONS[self][1]

    def rate(self, counts: Counts) -> Rate:
        """Numerator over denominator; None where the denominator is zero."""
        below: int = getattr(counts, self.denominator)
        return Fraction(getattr(counts, self.numerator), below) if below else None


_FRACTIONS = {
    Statistic.UPHELD: ("upheld", "detailed_investigations"),
    Statistic.COMPLIANCE: ("complied", "compliance_outcomes"),
    Statistic.REMEDY: ("satisfactory_remedies", "upheld"),
}


class AverageMethod(StrEnum):
    """How an average of similar authorities is drawn from theirs."""

    POOLED = "pooled"
    """Sum of the numerators over sum of the denominators."""
    MEAN = "mean"
    """Mean of the authorities' rates, those without a rate left out."""


Averages = Mapping[Statistic, Rate]


@dataclass(frozen=True, slots=True)
class AuthorityFigures:
    """An authority's counts and the averages of its type (no rate where it is not compared)."""

    authority: Authority
    counts: Counts
    averages: Averages


@dataclass(frozen=True, slots=True)
class TypeFigures:
    """A compared type: the counts of its authorities together, and their averages."""

    type: str
    authorities: int
    counts: Counts
    averages: Averages


@dataclass(frozen=True, slots=True)
class YearFigures:
    """All figures of one reporting year; authorities in the order of authorities.csv."""

    year: ReportingYear
    method: AverageMethod
    authorities: tuple[AuthorityFigures, ...]
    types: tuple[TypeFigures, ...]
    england: Counts


def per_cent(rate: Fraction) -> int:
    """A rate in whole per cent, rounded half up: 1/8 is 13."""
    return (200 * rate.numerator + rate.denominator) // (2 * rate.denominator)


def per_mille(rate: Fraction) -> int:
    """A rate in tenths of a per cent, rounded half up: 1970/1982 is 994."""
    return per_cent(10 * rate)


def count(decisions: Decisions, year: ReportingYear) -> dict[str, Counts]:
    """Counts by the authority's name; each date decides for itself whether it is in the year.

    An authority without a decision and without a compliance outcome in the year is left out.
    """
    counts: dict[str, Counts] = {}
    for each, number in decisions.decided.items():
        if each.year == year:
            before = counts.get(each.authority, Counts())
            counts[each.authority] = before + _decided(each, number)
    for recorded, number in decisions.recorded.items():
        if recorded.year == year:
            before = counts.get(recorded.authority, Counts())
            counts[recorded.authority] = before + _recorded(recorded.compliance, number)
    return counts


def _decided(alike: Decided, number: int) -> Counts:
    upheld = alike.outcome is Outcome.UPHELD
    investigated = upheld or alike.outcome is Outcome.NOT_UPHELD
    return Counts(
        decisions=number,
        detailed_investigations=number * investigated,
        upheld=number * upheld,
        satisfactory_remedies=number * (upheld and alike.satisfactory_remedy is True),
    )


def _recorded(compliance: Compliance, number: int) -> Counts:
    return Counts(
        compliance_outcomes=number,
        complied=number * (compliance is not Compliance.NOT_COMPLIED),
        complied_late=number * (compliance is Compliance.COMPLIED_LATE),
    )


def compare(
    authorities: Sequence[Authority],
    counts: Mapping[str, Counts],
    year: ReportingYear,
    compared_types: Sequence[str],
    method: AverageMethod = AverageMethod.POOLED,
) -> YearFigures:
    """Sets each authority's counts beside the averages of its type.

    An average is drawn from every authority of the type, the authority itself among them.
    """
    by_type: dict[str, list[Counts]] = {each: [] for each in compared_types}
    for authority in authorities:
        if authority.type in by_type:
            by_type[authority.type].append(counts.get(authority.name, Counts()))
    types = {
        each: TypeFigures(each, len(members), total(members), _averages(members, method))
        for each, members in by_type.items()
    }
    none = dict.fromkeys(Statistic)
    return YearFigures(
        year,
        method,
        tuple(
            AuthorityFigures(
                each,
                counts.get(each.name, Counts()),
                types[each.type].averages if each.type in types else none,
            )
            for each in authorities
        ),
        tuple(types.values()),
        total(counts.get(each.name, Counts()) for each in authorities),
    )


def total(counts: Iterable[Counts]) -> Counts:
    """The sum of counts."""
    return sum(counts, Counts())


def _averages(members: Sequence[Counts], method: AverageMethod) -> Averages:
    if method is AverageMethod.POOLED:
        pooled = total(members)
        return {each: each.rate(pooled) for each in Statistic}
    return {each: _mean([each.rate(counts) for counts in members]) for each in Statistic}


def _mean(rates: Sequence[Rate]) -> Rate:
    known = [rate for rate in rates if rate is not None]
    return sum(known, Fraction()) / len(known) if known else None
