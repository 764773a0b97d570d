"""Whether an authority's rate differs from the rest of its type by more than chance would explain.

The test is exact and in whole numbers: if whose cases they are had nothing to do with the outcome,
an authority's cases would be drawn by lot from all those of its type, and the number of them with
that outcome would be hypergeometric. What lies in the outermost 0.1 % on a side is outside.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from functools import cache
from math import comb
from typing import NamedTuple

from .compare import YearFigures

ONE_IN = 1000
"""A count is outside where so low a one, or so high a one, has at most this chance."""


class Chance(StrEnum):
    """What the test says of an authority's rate."""

    HIGHER = "higher"
    LOWER = "lower"
    CHANCE = "chance"
    TOO_FEW = "too_few"
    """No count that is possible would be outside."""

    @property
    def label(self) -> str:
        """What the proof and the public pages call it, beside the edition's sentence."""
        return _LABELS[self]


_LABELS = {
    Chance.HIGHER: "Higher",
    Chance.LOWER: "Lower",
    Chance.CHANCE: "May be chance",
    Chance.TOO_FEW: "Too few cases",
}


class Limits(NamedTuple):
    """The lowest and the highest count that may be chance; `all` where no possible one may not.

    `lower` and `upper` are the limits as a curve over the cases, in counts to three decimals: each
    lies between the outermost count that may be chance and the next one outside, as far from them
    as the probabilities are from the limit (Spiegelhalter, Statistics in Medicine 24, 2005).
    """

    lowest: int
    highest: int
    all: bool
    lower: Fraction
    upper: Fraction

    def of(self, count: int) -> Chance:
        """What is to be said of a count."""
        if count < self.lowest:
            return Chance.LOWER
        if count > self.highest:
            return Chance.HIGHER
        return Chance.TOO_FEW if self.all else Chance.CHANCE


@cache
def limits(cases: int, of_type: int, counted: int) -> Limits:
    """The limits for an authority with so many cases.

    `of_type` are the cases of its type, its own among them, of which `counted` have the outcome.
    """
    lowest, lower = _lowest(cases, of_type, counted)
    others, without = _lowest(cases, of_type, of_type - counted)  # cases without the outcome
    highest = cases - others
    is_all = lowest == max(0, cases - (of_type - counted)) and highest == min(cases, counted)
    return Limits(lowest, highest, is_all, lower, cases - without)


def _lowest(cases: int, of_type: int, counted: int) -> tuple[int, Fraction]:
    """The lowest count that may be chance, and the limit between it and the one below."""
    count = max(0, cases - (of_type - counted))
    ways = so_low = comb(counted, count) * comb(of_type - counted, cases - count)
    every = comb(of_type, cases)
    while so_low * ONE_IN <= every:
        ways = ways * (counted - count) * (cases - count)
        count += 1
        ways //= count * (of_type - counted - cases + count)
        so_low += ways
    thousandths = (so_low * ONE_IN - every) * 1000 // (ways * ONE_IN)
    return count, count - Fraction(thousandths, 1000)


def chances(figures: YearFigures) -> Mapping[str, Mapping[str, Chance]]:
    """What the test says, by the names of the statistics that are tested and of the authorities.

    The authorities are those of the types that are compared, in the order of authorities.csv.
    """
    groups = {group.name: group.counts for group in figures.types}
    return {
        statistic.name: {
            one.authority.name: limits(
                one.counts[statistic.denominator],
                group[statistic.denominator],
                group[statistic.numerator],
            ).of(one.counts[statistic.numerator])
            for one in figures.authorities
            if (group := groups.get(one.authority.type)) is not None
        }
        for statistic in figures.definitions.statistics
        if statistic.name in figures.definitions.tested
    }
