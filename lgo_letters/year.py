"""The reporting year, which has the name of the calendar year in which it ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, order=True)
class ReportingYear:
    """The year that ends in `ending`, both its edge days included; it begins on a month and day."""

    ending: int
    begins: tuple[int, int] = (4, 1)

    @property
    def start(self) -> date:
        """Its first day: 1 April of the calendar year before, unless it begins on another day."""
        return date(self.ending - (self.begins != (1, 1)), *self.begins)

    @property
    def end(self) -> date:
        """Its last day: 31 March of the year that names it."""
        if self.begins == (1, 1):
            return date(self.ending, 12, 31)
        return date(self.ending, *self.begins) - timedelta(days=1)

    @property
    def months(self) -> list[date]:
        """The first days of the months in which it has a day."""
        days = (self.start + timedelta(days) for days in range((self.end - self.start).days + 1))
        return list(dict.fromkeys(day.replace(day=1) for day in days))

    @property
    def label(self) -> str:
        """Both calendar years, 2019-20, or the one that it is."""
        if self.begins == (1, 1):
            return str(self.ending)
        return f"{self.ending - 1}-{self.ending % 100:02}"

    def containing(self, day: date) -> ReportingYear:
        """The reporting year, beginning as this one does, in which a day lies."""
        ends_later = (day.month, day.day) >= self.begins != (1, 1)
        return replace(self, ending=day.year + ends_later)

    def earlier(self, years: int = 1) -> ReportingYear:
        """The reporting year so many years before this one."""
        return replace(self, ending=self.ending - years)


# Not strftime: its month names follow the machine's language.
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip


def format_date(day: date) -> str:
    """A date as the program itself writes it to a person, in English: 22 July 2020."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
