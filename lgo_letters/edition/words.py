"""The words of a letter that are the program's own, in the edition's language.

Those of British English are the defaults here and nowhere else; an edition in another language
gives all of them.
"""

from __future__ import annotations

import datetime
from functools import lru_cache

from pydantic import Field

from lgo_letters.toml_settings import Table
from lgo_letters.year import MONTHS

from .fields import DatePattern, DecimalMark, Plain, ThousandsMark

LANGUAGE = "en-GB"
"""The language of the defaults."""


class Words(Table):
    """[words]: what the program itself puts into letters; docs/editions.md says where."""

    page: Plain = "Page"
    months: list[Plain] = Field(default_factory=lambda: [*MONTHS], min_length=12, max_length=12)
    date: DatePattern = "{day} {month} {year}"
    thousands: ThousandsMark = ","
    decimal: DecimalMark = "."
    example: Plain = "Example: invented figures"
    authority_missing: Plain = "no figure"
    digital_signature: Plain = "Digital signature"
    service_area: Plain = "Service area"
    total: Plain = "Total"
    none: Plain = "(none)"
    statistic: Plain = "Statistic"
    average: Plain = "average of similar authorities"
    recalculated: Plain = "(recalculated)"
    figures_file: Plain = "The figures of this letter"
    decisions_file: Plain = "The decisions that make up the figures"

    def format_date(self, day: datetime.date) -> str:
        """A date as a person writes it: 22 July 2020."""
        return self.date.format(day=day.day, month=self.months[day.month - 1], year=day.year)

    def format_number(self, number: str) -> str:
        """A number written as 1,234.5 with the language's own marks, never broken over a line."""
        return _with_marks(number, self.thousands, self.decimal)


@lru_cache(maxsize=4096)  # the same few numbers are in letter after letter
def _with_marks(number: str, thousands: str, decimal: str) -> str:
    thousands = thousands.replace(" ", "\N{NO-BREAK SPACE}")
    return "".join({",": thousands, ".": decimal}.get(character, character) for character in number)


ENGLISH = Words()
"""The words of British English."""
