"""What a year counts and compares, as its edition defines it: plain data, no figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from lgo_letters.tables.kinds import DecisionKinds
from lgo_letters.year import ReportingYear

Counts = Mapping[str, int]
"""Numbers by the names of what is counted: `decisions`, the edition's own counts, and the rest.

A number that is not known, such as the population of some authority, is not there at all.
"""

DECISION_COUNTS = {
    "decisions": "true",
    "satisfactory_remedies": "satisfactory_remedy is true",
}
"""Counts by the date of the decision that every edition has, as SQL: whether a row is one."""

ROW_COUNTS = (
    *DECISION_COUNTS,
    "compliance_outcomes",
    "complied",  # the late ones too
    "complied_late",
    "not_complied",
)
"""Counts of rows that every edition has."""

POPULATION = "population"
"""The number of residents, which is never 0: the one count that may not be known."""

BUILT_IN_COUNTS = (*ROW_COUNTS, POPULATION)
"""Counts that every edition has; an edition may not use these names for its own."""


class AverageMethod(StrEnum):
    """How an average of similar authorities is drawn from theirs."""

    POOLED = "pooled"
    """Sum of the numerators over sum of the denominators."""
    MEAN = "mean"
    """Mean of the authorities' rates, those without a rate left out."""


@dataclass(frozen=True, slots=True)
class Statistic:
    """One count over another: `per` times their fraction, rounded to `decimals` places.

    By default whole per cent. With `england_decimals` England's rate is also given to that many
    decimal places.
    """

    name: str
    numerator: str
    denominator: str
    per: int = 100
    decimals: int = 0
    england_decimals: int | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The counts that tables show for it: the denominator, the numerator, the late ones."""
        names = [self.denominator, self.numerator]
        return (*names, "complied_late") if "complied" in names else (*names,)

    @property
    def rests_on(self) -> str:
        """The count of cases on whose number it depends how firm the rate is; never residents."""
        return self.numerator if self.denominator == POPULATION else self.denominator

    @property
    def unit(self) -> str:
        """What stands right after its figures."""
        return "%" if self.per == 100 else ""

    def rate(self, counts: Counts) -> Fraction | None:
        """Numerator over denominator, exact and not yet times `per`.

        None where nothing counts, or where one of the two is not known.
        """
        above, below = counts.get(self.numerator), counts.get(self.denominator)
        return None if above is None or not below else Fraction(above, below)

    def sums(self, members: Iterable[Counts]) -> Counts:
        """Numerator and denominator, each added up over all members of whom both are known."""
        names = {self.numerator, self.denominator}
        known = [counts for counts in members if names <= counts.keys()]
        return {name: sum(counts[name] for counts in known) for name in names}

    def pooled(self, members: Iterable[Counts]) -> Fraction | None:
        """The rate of the sums over all members of whom both counts are known."""
        return self.rate(self.sums(members))

    def rounded(self, rate: Fraction, decimals: int | None = None) -> Decimal:
        """The rate times `per`, rounded half up, with all its decimals, noughts too."""
        places = self.decimals if decimals is None else decimals
        return Decimal(round_half_up(rate, self.per * 10**places)).scaleb(-places)

    def printed(self, rate: Fraction, decimals: int | None = None) -> str:
        """The same with thousands commas."""
        return f"{self.rounded(rate, decimals):,f}"

    def shown(self, rate: Fraction | None, decimals: int | None = None) -> str:
        """The same with its unit for people who check figures, "-" where there is no rate."""
        return "-" if rate is None else self.printed(rate, decimals) + self.unit

    def number(self, rate: Fraction | None, decimals: int | None = None) -> int | float | None:
        """The same as a number for CSV and JSON: an int where there are no decimals."""
        return None if rate is None else plain_number(self.rounded(rate, decimals))


def plain_number(number: Decimal) -> int | float:
    """A number for CSV and JSON: an int where it has no decimals."""
    return float(number) if number.as_tuple().exponent else int(number)


def round_half_up(value: Fraction, times: int = 1) -> int:
    """A fraction that is not negative, so many times, as the nearest whole number, halves up.

    It is exact; not multiplying fractions saves looking for their greatest common divisors.
    """
    return (2 * times * value.numerator + value.denominator) // (2 * value.denominator)


@dataclass(frozen=True, slots=True)
class Definitions:
    """The kinds of decision, the statistics and the types compared of one edition.

    Its reporting years begin on the month and day `year_begins`. `jurisdiction` is the name of all
    authorities together; before the day `since` nobody could decide on a complaint. `nouns` are
    those of counts: one, and several or none. `service_areas` are those that it lists, none where
    any may stand. `tested` names the statistics that are tested against the rest of a type.
    """

    kinds: DecisionKinds
    statistics: tuple[Statistic, ...]
    compared_types: tuple[str, ...]
    average_method: AverageMethod = AverageMethod.POOLED
    year_begins: tuple[int, int] = (4, 1)
    jurisdiction: str = "England"
    since: date = date(1974, 4, 1)
    nouns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    service_areas: tuple[str, ...] = ()
    tested: tuple[str, ...] = ()

    @property
    def row_counts(self) -> tuple[str, ...]:
        """The names of what rows of decisions are counted as."""
        return (*ROW_COUNTS, *self.kinds.counts)

    @property
    def counts(self) -> tuple[str, ...]:
        """The names of all counts: those that every edition has, and the edition's own."""
        return (*self.row_counts, POPULATION)

    def rates(self, counts: Counts) -> Mapping[str, Fraction | None]:
        """Each statistic's rate, by its name."""
        return {statistic.name: statistic.rate(counts) for statistic in self.statistics}

    def year(self, ending: int) -> ReportingYear:
        """The reporting year that ends in a calendar year."""
        return ReportingYear(ending, self.year_begins)

    def noun(self, count: str, number: int) -> str:
        """What so many of a count are called; by its own name where it has no noun."""
        one, several = self.nouns.get(count, (count.replace("_", " "),) * 2)
        return one if number == 1 else several
