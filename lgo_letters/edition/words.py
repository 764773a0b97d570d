"""The words of letters and sheets that are the program's own, in the edition's language.

Those of British English are the defaults here and nowhere else; an edition in another language
gives all of them.
"""

from __future__ import annotations

import datetime
from functools import lru_cache

from pydantic import Field

from lgo_letters.toml_settings import Table
from lgo_letters.year import MONTHS

from .fields import DatePattern, DecimalMark, Plain, SheetName, ThousandsMark

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


class SheetWords(Table):
    """[sheets]: what the program puts into sheets; `contact` is who answers questions on them."""

    contact: Plain | None = None
    about: SheetName = "About"
    figures: SheetName = "Figures"
    decisions: SheetName = "Decisions"
    compliance: SheetName = "Compliance"
    restricted: Plain = "Unpublished cases: not for publication"
    item: Plain = "Item"
    details: Plain = "Details"
    authority: Plain = "Authority"
    reporting_year: Plain = "Reporting year"
    to: Plain = "to"
    date: Plain = "Date"
    ask: Plain = "Whom to ask"
    about_holds: Plain = (
        "The figures in the letter and the cases that they count, for you to check."
    )
    figures_hold: Plain = (
        "Each statistic in the letter: the two counts behind it, its rate and its average."
    )
    decisions_hold: Plain = "Every decision made in the reporting year, and what it counts as."
    compliance_hold: Plain = (
        "Every compliance outcome recorded in the reporting year, whenever the complaint was "
        "decided, and what it counts as. A late one counts as complied too."
    )
    no_rows: Plain = "There is nothing to list here for the reporting year."
    counted: Plain = "What is counted"
    number: Plain = "Number"
    out_of: Plain = "out of"
    rate: Plain = "Rate"
    per: Plain = "per"
    reference: Plain = "Reference"
    decision_date: Plain = "Decision date"
    decision: Plain = "Decision"
    satisfactory_remedy: Plain = "Satisfactory remedy"
    yes: Plain = "Yes"
    no: Plain = "No"
    compliance_date: Plain = "Compliance date"
    compliance_outcome: Plain = "Compliance outcome"
    counts_as: Plain = "Counts as"


SHEET_NAMES = ("about", "figures", "decisions", "compliance")
"""The words that name a sheet, each another."""
SHEET_HEADINGS = (
    "item", "details", "authority", "counted", "number", "out_of", "rate", "reference",
    "decision_date", "decision", "satisfactory_remedy", "compliance_date", "compliance_outcome",
    "counts_as",
)  # fmt: skip
"""The words that head a column, each another."""


def missing_words(words: Words | SheetWords) -> str:
    """Those that an edition does not give and, in another language, would have to, listed."""
    fields = type(words).model_fields
    needed = (name for name in fields if fields[name].default is not None)
    return ", ".join(name for name in needed if name not in words.model_fields_set)


ENGLISH = Words()
"""The words of British English."""
ENGLISH_SHEETS = SheetWords()
