"""Rows → counts, rates and averages; pure and exact, never a float.

A rate is a fraction between 0 and 1, or None where there is nothing to count; only its last
step, `per_cent`, rounds.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from lgo_letters.tables.data import Authority, Counts
from lgo_letters.tables.lazy import Lazy, Some
from lgo_letters.tables.rules import Compliance, Outcome
from lgo_letters.year import ReportingYear

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
    authorities: Sequence[AuthorityFigures]
    types: tuple[TypeFigures, ...]
    england: Counts


class _Compared(Lazy[AuthorityFigures]):
    """Each authority's figures."""

    def __init__(
        self,
        authorities: Sequence[Authority],
        counts: Sequence[Counts],
        averages: Mapping[str, Averages],
    ) -> None:
        self._authorities, self._counts, self._averages = authorities, counts, averages

    def __len__(self) -> int:
        return len(self._authorities)

    def make(self, place: int) -> AuthorityFigures:
        authority = self._authorities[place]
        averages = self._averages.get(authority.type, _NO_AVERAGES)
        return AuthorityFigures(authority, self._counts[place], averages)


_NO_AVERAGES: Averages = dict.fromkeys(Statistic)


def per_cent(rate: Fraction) -> int:
    """A rate in whole per cent, rounded half up: 1/8 is 13."""
    return (200 * rate.numerator + rate.denominator) // (2 * rate.denominator)


def per_mille(rate: Fraction) -> int:
    """A rate in tenths of a per cent, rounded half up: 1970/1982 is 994."""
    return per_cent(10 * rate)


def count(
    decided: Iterable[tuple[Outcome, bool | None, int]],
    recorded: Iterable[tuple[Compliance, int]],
) -> Counts:
    """The counts of one authority.

    Given are a decision with its remedy, or an outcome of compliance, and the number of those that
    are alike.
    """
    counts = total(_of_decided(*each) for each in decided)
    return counts + total(_of_recorded(*each) for each in recorded)


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
    counts: Sequence[Counts],
    year: ReportingYear,
    compared_types: Sequence[str],
    method: AverageMethod = AverageMethod.POOLED,
) -> YearFigures:
    """Sets each authority's counts, which are in the same order, beside the averages of its type.

    An average is drawn from every authority of the type, the authority itself among them.
    """
    by_type = {each: array("I") for each in compared_types}
    for place, authority in enumerate(authorities):
        if authority.type in by_type:
            by_type[authority.type].append(place)
    types = tuple(
        _type_figures(each, Some(counts, places), method) for each, places in by_type.items()
    )
    compared = _Compared(authorities, counts, {each.type: each.averages for each in types})
    return YearFigures(year, method, compared, types, total(counts))


def total(counts: Iterable[Counts]) -> Counts:
    """The sum of counts."""
    return sum(counts, _NONE)


def _type_figures(type_: str, members: Sequence[Counts], method: AverageMethod) -> TypeFigures:
    return TypeFigures(type_, len(members), total(members), _averages(members, method))


def _averages(members: Sequence[Counts], method: AverageMethod) -> Averages:
    if method is AverageMethod.POOLED:
        pooled = total(members)
        return {each: each.rate(pooled) for each in Statistic}
    return {each: _mean([each.rate(counts) for counts in members]) for each in Statistic}


def _mean(rates: Sequence[Rate]) -> Rate:
    known = [rate for rate in rates if rate is not None]
    return sum(known, Fraction()) / len(known) if known else None
