"""The reporting year, which runs from 1 April to 31 March."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, order=True)
class ReportingYear:
    """The year that ends on 31 March `ending`, both its edge days included."""

    ending: int

    @property
    def start(self) -> date:
        """1 April of the calendar year before."""
        return date(self.ending - 1, 4, 1)

    @property
    def end(self) -> date:
        """31 March of the year that names it."""
        return date(self.ending, 3, 31)

    @classmethod
    def of(cls, day: date) -> ReportingYear:
        """The reporting year in which a day lies."""
        return cls(day.year + 1 if (day.month, day.day) >= (4, 1) else day.year)


def format_date(day: date) -> str:
    """A date as a letter writes it: 22 July 2020."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


# Not strftime: its month names follow the machine's language.
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
