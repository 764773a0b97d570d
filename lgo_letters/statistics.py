"""Rows → counts, rates and averages; pure and exact, never a float.

A rate is a fraction between 0 and 1, or None where there is nothing to count; only its last
step, `per_cent`, rounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from .data import Authority, Counts
from .rules import Compliance, Outcome
from .year import ReportingYear

Rate = Fraction | None


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


def count(
    decided: Iterable[tuple[str, Outcome, bool | None, int]],
    recorded: Iterable[tuple[str, Compliance, int]],
) -> dict[str, Counts]:
    """Counts by the authority's name; an authority without any is left out.

    Given are an authority's name, a decision with its remedy, or an outcome of compliance, and the
    number of those that are alike.
    """
    counts: dict[str, Counts] = {}
    for name, outcome, satisfactory_remedy, number in decided:
        more = _of_decided(outcome, satisfactory_remedy, number)
        counts[name] = counts.get(name, _NONE) + more
    for name, compliance, number in recorded:
        counts[name] = counts.get(name, _NONE) + _of_recorded(compliance, number)
    return counts


_NONE = Counts()


def _of_decided(outcome: Outcome, satisfactory_remedy: bool | None, number: int) -> Counts:
    upheld = outcome is Outcome.UPHELD
    investigated = upheld or outcome is Outcome.NOT_UPHELD
    return Counts(
        decisions=number,
        detailed_investigations=number * investigated,
        upheld=number * upheld,
        satisfactory_remedies=number * (upheld and satisfactory_remedy is True),
    )


def _of_recorded(compliance: Compliance, number: int) -> Counts:
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
            by_type[authority.type].append(counts.get(authority.name, _NONE))
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
                counts.get(each.name, _NONE),
                types[each.type].averages if each.type in types else none,
            )
            for each in authorities
        ),
        tuple(types.values()),
        total(counts.get(each.name, _NONE) for each in authorities),
    )


def total(counts: Iterable[Counts]) -> Counts:
    """The sum of counts."""
    return sum(counts, _NONE)


def _averages(members: Sequence[Counts], method: AverageMethod) -> Averages:
    if method is AverageMethod.POOLED:
        pooled = total(members)
        return {each: each.rate(pooled) for each in Statistic}
    return {each: _mean([each.rate(counts) for counts in members]) for each in Statistic}


def _mean(rates: Sequence[Rate]) -> Rate:
    known = [rate for rate in rates if rate is not None]
    return sum(known, Fraction()) / len(known) if known else None
