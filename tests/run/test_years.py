"""Editions that say what the letters of later years said, with invented figures.

Barsetshire and West Barsetshire are the two authorities of a type; Omnium is of a type that is not
compared, and has few cases; nothing was decided about Ullathorne.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import page
import pytest

from lgo_letters.letter.letter import Letter
from lgo_letters.pdf.template import typeset_fast
from lgo_letters.pdf.typeset import typeset
from lgo_letters.run.composed import year_figures, year_letters
from lgo_letters.run.inputs import read_inputs
from lgo_letters.run.sources import Sources
from tests.support.editions import later_edition
from tests.support.letters import chart_of, panel_words
from tests.support.pages import a_page_as_picture
from tests.support.paths import TESTS
from tests.support.tags import TaggedPdf, complaints, opened, outline_of

YEARS = [2021, 2023, 2024, 2025]
BARSETSHIRE, WEST = "Barsetshire County Council", "West Barsetshire County Council"
OMNIUM, ULLATHORNE = "Omnium National Park Authority", "Ullathorne National Park Authority"
AUTHORITIES = f"""name,type,role,recipient,population
{BARSETSHIRE},County Council,Chief Executive,Ms Grantly,600000
{WEST},County Council,Chief Executive,,400000
{OMNIUM},National Park Authority,Chief Executive,,
{ULLATHORNE},National Park Authority,Chief Executive,,
"""


@dataclass(frozen=True)
class Some:
    """Decisions of one kind about an authority, and what became of the first of them."""

    authority: str
    kind: str
    number: int
    remedied: int = 0
    complied: int = 0
    not_complied: int = 0

    def rows(self, year: int, first: int) -> Iterator[str]:
        """Rows of decisions.csv, dated within the year and referred to by numbers from `first`."""
        outcomes = ["Complied"] * self.complied + ["Not complied"] * self.not_complied
        for index in range(self.number):
            reference = f"{year % 100 - 1} {(first + index) // 1000:03} {(first + index) % 1000:03}"
            remedy = ("yes" if index < self.remedied else "no") if self.kind == "Upheld" else ""
            outcome = f"{year - 1}-11-01,{outcomes[index]}" if index < len(outcomes) else ","
            yield (
                f"{reference},{self.authority},Housing,{year - 1}-06-01,{self.kind},{remedy},"
                f"{outcome}\n"
            )


DECISIONS = [
    Some(BARSETSHIRE, "Upheld", 18, remedied=3, complied=15, not_complied=1),
    Some(BARSETSHIRE, "Not upheld", 7),
    Some(BARSETSHIRE, "Closed after initial enquiries", 20),
    Some(WEST, "Upheld", 9, complied=8),
    Some(WEST, "Not upheld", 16),
    Some(OMNIUM, "Upheld", 1, remedied=1),
    Some(OMNIUM, "Not upheld", 2),
]
DECISIONS_OF_2025 = [
    Some(BARSETSHIRE, "Not for us", 30),
    Some(BARSETSHIRE, "Not ready for us", 11),
    Some(BARSETSHIRE, "Assessed and closed", 50),
    Some(BARSETSHIRE, "Upheld", 21, remedied=4, complied=19),
    Some(BARSETSHIRE, "Not upheld", 8),
    Some(WEST, "Assessed and closed", 10),
    Some(WEST, "Upheld", 9, complied=7, not_complied=1),
    Some(WEST, "Not upheld", 12),
    Some(OMNIUM, "Not ready for us", 1),
    Some(OMNIUM, "Upheld", 1, remedied=1),
    Some(OMNIUM, "Not upheld", 2),
]


@cache
def letters_of(year: int) -> dict[str, Letter]:
    """The year's letters by authority, from its edition in tests/editions and the tables above."""
    with TemporaryDirectory() as name:
        folder = later_edition(year, Path(name))
        header = (
            "reference,authority,service_area,decision_date,decision,satisfactory_remedy,"
            "compliance_date,compliance_outcome\n"
        )
        rows = [header]
        for some in DECISIONS_OF_2025 if year == 2025 else DECISIONS:
            rows += some.rows(year, len(rows))
        (folder / "decisions.csv").write_text("".join(rows), encoding="utf-8")
        (folder / "authorities.csv").write_text(AUTHORITIES, encoding="utf-8")
        sources = Sources(folder / "decisions.csv", folder / "authorities.csv", folder)
        inputs = read_inputs(sources, year)
        return {letter.authority: letter for letter in year_letters(inputs, year_figures(inputs))}


def panels_of(year: int, authority: str) -> list[list[str]]:
    return [[*panel_words(panel)] for panel in letters_of(year)[authority].panels]


def period(year: int) -> str:
    return f"for the period between 1 April {year - 1} to 31 March {year}"


COMPLIANCE = "Compliance with Ombudsman recommendations"
REMEDIES = "Satisfactory remedies provided by the authority"
RARE = (
    "- Failure to comply with our recommendations is rare. An authority with a compliance rate "
    "below 100% should scrutinise those complaints where it failed to comply and identify any "
    "learning."
)


# Barsetshire: 18 of 25 are 72 %, 15 of 16 are 93.75 %, 3 of 18 are 16.7 %.
# Both counties: 27 of 50 are 54 %, 23 of 24 are 95.8 %, 3 of 27 are 11.1 %.
def form_of_2020(year: int, investigations: str, of_remedies: str) -> list[list[str]]:
    return [
        [
            "Complaints upheld",
            "72% of complaints we investigated were upheld.",
            "This compares to an average of 54% in similar authorities.",
            "18 upheld decisions",
            f"Statistics are based on a total of {investigations} {period(year)}",
        ],
        [
            COMPLIANCE,
            "In 94% of cases we were satisfied the authority had successfully implemented our "
            "recommendations.",
            "This compares to an average of 96% in similar authorities.",
            f"Statistics are based on a total of 16 compliance outcomes {period(year)}",
            RARE,
        ],
        [
            REMEDIES,
            "In 17% of upheld cases we found the authority had provided a satisfactory remedy "
            "before the complaint reached the Ombudsman.",
            "This compares to an average of 11% in similar authorities.",
            "3 satisfactory remedy decisions",
            f"Statistics are based on a total of {of_remedies} {period(year)}",
        ],
    ]


def test_the_panels_of_2021_are_those_of_2020() -> None:
    expected = form_of_2020(2021, "25 detailed investigations", "25 detailed investigations")
    assert panels_of(2021, BARSETSHIRE) == expected


def test_2023_puts_the_number_of_upheld_decisions_under_another_noun() -> None:
    expected = form_of_2020(2023, "25 detailed investigations", "18 detailed investigations")
    assert panels_of(2023, BARSETSHIRE)[:3] == expected
    *_, small_print = panels_of(2023, OMNIUM)[2]
    assert (
        small_print == f"Statistics are based on a total of 1 detailed investigation {period(2023)}"
    )


def test_2023_has_a_fourth_panel_of_upheld_decisions_and_residents() -> None:
    """18 of 600,000 are 3.0 in 100,000, 9 of 400,000 are 2.25; 27 of a million are 2.7."""
    comparison = "This compares to an average of 2.7 per 100,000 residents in similar authorities."
    assert panels_of(2023, BARSETSHIRE)[3] == [
        "Upheld decisions and residents",
        "3.0 upheld decisions per 100,000 residents.",
        comparison,
        "Statistics are based on a total of 18 upheld decisions and 600,000 residents",
    ]
    assert panels_of(2023, WEST)[3][1:3] == [
        "2.3 upheld decisions per 100,000 residents.",
        comparison,
    ]
    assert panels_of(2023, OMNIUM)[3] == [
        "Upheld decisions and residents",
        "We have no number of residents for your authority.",
    ]


def test_2024_has_nouns_and_a_signatory_of_its_own() -> None:
    expected = form_of_2020(2024, "25 investigations", "18 upheld decisions")
    assert panels_of(2024, BARSETSHIRE) == expected
    upheld, _, remedies = panels_of(2024, OMNIUM)
    assert upheld[-1] == f"Statistics are based on a total of 3 investigations {period(2024)}"
    assert remedies[-1] == f"Statistics are based on a total of 1 upheld decision {period(2024)}"
    signatories = {year: letters_of(year)[BARSETSHIRE].signature.name for year in (2021, 2024)}
    assert signatories == {2021: "Morgan Hale", 2024: "Priya Northcott"}


# Barsetshire: 21 of 29 are 72.4 %, 4 of 21 are 19.05 %.
# Both counties: 30 of 50 are 60 %, 26 of 27 are 96.3 %, 4 of 30 are 13.3 %.
def test_2025_begins_with_an_overview_from_groups_of_kinds_of_decision() -> None:
    assert panels_of(2025, BARSETSHIRE) == [
        [
            "Complaints overview",
            "We dealt with 120 complaints. Of these, 41 were not for us or were not ready for us "
            "to investigate; we assessed and closed 50; we investigated 29.",
        ],
        [
            "Complaints upheld",
            "72% of complaints we investigated were upheld.",
            "This compares to an average of 60% in similar authorities.",
            "We investigated 29 complaints and upheld 21.",
        ],
        [
            COMPLIANCE,
            "In 100% of cases we were satisfied the authority had successfully implemented our "
            "recommendations.",
            "This compares to an average of 96% in similar authorities.",
            f"Statistics are based on a total of 19 compliance outcomes {period(2025)}",
        ],
        [
            REMEDIES,
            "In 19% of upheld cases we found the authority had provided a satisfactory remedy "
            "before the complaint reached the Ombudsman.",
            "This compares to an average of 13% in similar authorities.",
            "4 satisfactory remedy decisions",
        ],
    ]
    _, *others = letters_of(2025)[BARSETSHIRE].panels
    assert [chart_of(panel).alternative for panel in others] == [
        "Donut chart: 72 per cent upheld, average of similar authorities 60 per cent",
        "Donut chart: 100 per cent compliance, average of similar authorities 96 per cent",
        "Donut chart: 19 per cent remedied, average of similar authorities 13 per cent",
    ]


def test_2025_warns_of_percentages_of_few_cases_and_says_whose_they_are() -> None:
    """Of 3 investigations and 1 upheld; there was no compliance outcome to warn of."""
    caution = (
        "A percentage of so few cases changes much from one year to the next; please read it with "
        "care."
    )
    assert panels_of(2025, OMNIUM) == [
        [
            "Complaints overview",
            "We dealt with 4 complaints. Of these, 1 was not for us or was not ready for us to "
            "investigate; we assessed and closed 0; we investigated 3.",
        ],
        [
            "Complaints upheld",
            "33% of complaints we investigated were upheld.",
            "We investigated 3 complaints and upheld 1.",
            caution,
        ],
        [COMPLIANCE, "We recorded no compliance outcomes between 1 April 2024 and 31 March 2025."],
        [
            REMEDIES,
            "In 100% of upheld cases we found the authority had provided a satisfactory remedy "
            "before the complaint reached the Ombudsman.",
            "1 satisfactory remedy decision",
            caution,
        ],
    ]
    heading = letters_of(2025)[OMNIUM].panels_heading
    assert heading == "Omnium National Park Authority: 1 April 2024 to 31 March 2025"
    assert letters_of(2024)[OMNIUM].panels_heading is None
    overview, *_ = panels_of(2025, ULLATHORNE)
    assert overview[1] == "We dealt with no complaints between 1 April 2024 and 31 March 2025."


@pytest.mark.parametrize("year", YEARS)
def test_every_letter_of_the_year_is_read_in_its_order_and_meets_both_standards(year: int) -> None:
    for letter in letters_of(year).values():
        pdf = typeset(letter)
        assert typeset_fast(letter) == pdf
        for profile in ("ua1", "3a"):
            report = page.validate_pdf_bytes(pdf.content, profile=profile)
            assert [f"{failure.rule_id}: {failure.message}" for failure in report.failures] == []
        with opened(pdf.content) as document:
            tagged = TaggedPdf(document)
            assert tagged.outline() == outline_of(letter)
            assert complaints(tagged, letter) == []


@pytest.mark.parametrize(
    ("year", "authority", "number"), [(2023, BARSETSHIRE, 3), (2025, OMNIUM, 2)]
)
def test_pages_of_panels_look_as_they_were_approved(year: int, authority: str, number: int) -> None:
    pdf = typeset(letters_of(year)[authority])
    expected = TESTS / "backtest" / f"panels-of-{year}.png"
    difference = a_page_as_picture(pdf.content, number).differs_from(expected)
    assert difference is None, difference
