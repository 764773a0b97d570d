"""The table of years: an authority's figures of this year beside those of the years before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from lgo_letters.edition.text.blocks import Paragraph, Run, Table
from lgo_letters.figures.compare import AuthorityFigures
from lgo_letters.figures.history import EarlierYear
from lgo_letters.letter.tables import years
from lgo_letters.tables.history import PastFigures
from lgo_letters.year import ReportingYear
from tests.support.editions import change, read_edition
from tests.support.letters import AVERAGES, BATH, NO_AVERAGES, SOME, Averages

UPHELD, COMPLIANCE, REMEDY = (
    "Complaints upheld (%)",
    "Compliance with Ombudsman recommendations (%)",
    "Satisfactory remedies provided by the authority (%)",
)


def average(statistic: str) -> str:
    return f"{statistic.removesuffix(' (%)')}: average of similar authorities (%)"


def earlier_year(
    years_ago: int, *breaks: str, recalculated: bool = False, **numbers: str
) -> EarlierYear:
    past = PastFigures(BATH.type, 9, {name: Decimal(text) for name, text in numbers.items()})
    year = ReportingYear(2020).earlier(years_ago)
    return EarlierYear(year, recalculated, {BATH.name: past}, breaks)


def table_of(
    edition: Path, earlier: Mapping[int, EarlierYear], averages: Averages = AVERAGES
) -> tuple[Table, Sequence[object]]:
    figures = AuthorityFigures(BATH, SOME, averages)
    table, *below = years(figures, earlier.get, "A caption", read_edition(edition))
    assert isinstance(table, Table)
    return table, below


def test_the_table_has_each_statistic_and_its_average_this_year_and_the_two_before(
    edition_copy: Path,
) -> None:
    """By hand for this year: 2 of 5 upheld, 2 of 2 complied with, none of 2 remedied."""
    earlier = {
        1: earlier_year(1, upheld_rate="41", upheld_average="46", remedy_rate="0"),
        2: earlier_year(2, upheld_rate="38", compliance_rate="99", compliance_average="98"),
        3: earlier_year(3, upheld_rate="7"),
    }
    table, below = table_of(edition_copy, earlier)
    assert table == Table(
        "A caption",
        ("Statistic", "2017-18", "2018-19", "2019-20"),
        (
            (UPHELD, "38", "41", "40"),
            (average(UPHELD), "no figure", "46", "45"),
            (COMPLIANCE, "99", "no figure", "100"),
            (average(COMPLIANCE), "98", "no figure", "99"),
            (REMEDY, "no figure", "0", "0"),
            (average(REMEDY), "no figure", "no figure", "20"),
        ),
    )
    assert below == []


def test_a_year_of_which_nothing_is_known_has_no_column(edition_copy: Path) -> None:
    change(edition_copy, ("[averages]", "[tables]\nyears = 6\n[averages]"))
    other = EarlierYear(ReportingYear(2017), is_recalculated=False, figures={})
    earlier = {
        5: earlier_year(5, upheld_rate="38"),
        4: earlier_year(4),
        3: other,
        1: earlier_year(1, remedy_average="8"),
    }
    table, _ = table_of(edition_copy, earlier)
    assert table.headings == ("Statistic", "2014-15", "2018-19", "2019-20")
    assert table_of(edition_copy, {})[0].headings == ("Statistic", "2019-20")


def test_a_recalculated_year_says_so_in_its_head(edition_copy: Path) -> None:
    earlier = {
        1: earlier_year(1, upheld_rate="41"),
        2: earlier_year(2, upheld_rate="38", recalculated=True),
    }
    table, _ = table_of(edition_copy, earlier)
    assert table.headings == ("Statistic", "2017-18\n(recalculated)", "2018-19", "2019-20")


def test_averages_that_an_authority_never_had_have_no_rows(edition_copy: Path) -> None:
    earlier = {1: earlier_year(1, upheld_rate="41")}
    table, _ = table_of(edition_copy, earlier, NO_AVERAGES)
    assert [head for head, *_ in table.rows] == [UPHELD, COMPLIANCE, REMEDY]


def test_figures_on_both_sides_of_a_break_are_shown_above_its_note(edition_copy: Path) -> None:
    earlier = {
        1: earlier_year(1, "Later.", upheld_rate="41"),
        2: earlier_year(2, "Earlier.", "Later.", upheld_rate="38"),
    }
    table, below = table_of(edition_copy, earlier)
    assert table.rows[0] == (UPHELD, "38", "41", "40")
    assert below == [Paragraph((Run("Earlier."),)), Paragraph((Run("Later."),))]
    del earlier[2]
    assert table_of(edition_copy, earlier)[1] == [Paragraph((Run("Later."),))]


def test_a_statistic_that_is_no_percentage_stands_with_its_decimals(edition_copy: Path) -> None:
    """By hand: 2 of 5 of 10,000 are 4,000."""
    old = 'numerator = "upheld"\ndenominator = "detailed_investigations"'
    change(
        edition_copy,
        (old, f"{old}\nper = 10_000\ndecimals = 1"),
        ('heading = "Complaints upheld"\nchart = "ring"', 'heading = "{{ year }}"\nchart = "none"'),
    )
    table, _ = table_of(edition_copy, {1: earlier_year(1, upheld_rate="1234.5")})
    assert table.rows[0] == ("Upheld", "1,234.5", "4,000.0")
