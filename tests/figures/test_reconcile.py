from __future__ import annotations

from datetime import date, timedelta

import pytest

from lgo_letters.figures.compare import compare
from lgo_letters.figures.count import count
from lgo_letters.figures.reconcile import MOST_LINES, Lines, Reconciliation, reconcile
from lgo_letters.tables.read import read_tables
from lgo_letters.year import ReportingYear
from tests.support.definitions import DEFINITIONS, KINDS, TYPES
from tests.support.paths import EXAMPLES
from tests.support.rows import Decision, data_of

YEAR = ReportingYear(2020)
IN_YEAR, BEFORE, AFTER = date(2019, 10, 14), date(2019, 3, 31), date(2020, 4, 1)
LETTER = date(2020, 7, 22)


def reconciled(*rows: Decision) -> Reconciliation:
    data = data_of(rows)
    figures = compare(data.authorities, count(data, DEFINITIONS, YEAR), YEAR, DEFINITIONS)
    return reconcile(data, figures, LETTER)


def decided_in(year: ReportingYear, found: Reconciliation) -> int:
    """How many rows are decisions of a reporting year."""
    return sum(years.get(year, 0) for years in found.rows.values())


def test_rows_are_counted_by_kind_and_by_the_reporting_year_of_the_decision() -> None:
    found = reconciled(
        Decision("A", "Upheld", IN_YEAR),
        Decision("B", "Upheld", IN_YEAR),
        Decision("A", "Upheld", BEFORE),
        Decision("A", "Advice given", AFTER),
    )
    assert list(found.rows) == list(KINDS.names)
    assert found.rows["Upheld"] == {ReportingYear(2019): 1, ReportingYear(2020): 2}
    assert found.rows["Advice given"] == {ReportingYear(2021): 1}
    assert found.rows["Not upheld"] == {}
    decided = [decided_in(ReportingYear(year), found) for year in (2018, 2019, 2020, 2021)]
    assert decided == [0, 1, 2, 1]


def test_the_earliest_and_the_latest_date_may_be_of_decisions_or_of_compliance() -> None:
    found = reconciled(
        Decision("A", "Upheld", date(19, 10, 14), None, date(2109, 1, 2), "Complied"),
        Decision("A", "Upheld", IN_YEAR),
    )
    assert (found.earliest, found.latest) == (date(19, 10, 14), date(2109, 1, 2))
    nothing = reconciled()
    assert (nothing.earliest, nothing.latest) == (None, None)


def test_dates_after_the_letter_s_date_are_counted_and_the_first_of_their_lines_listed() -> None:
    day_after = LETTER + timedelta(1)
    rows = [
        Decision("A", "Upheld", LETTER, None, LETTER, "Complied"),
        Decision("A", "Upheld", IN_YEAR, None, day_after, "Complied"),
        Decision("A", "Upheld", day_after, None, day_after, "Complied"),
    ]
    assert reconciled(*rows).after_letter == Lines(3, (3, 4))
    many = [Decision("A", "Advice given", day_after)] * (MOST_LINES + 5)
    found = reconciled(*many).after_letter
    assert found == Lines(MOST_LINES + 5, tuple(range(2, MOST_LINES + 2)))


def test_blank_remedies_are_upheld_decisions_of_the_year_that_say_neither_yes_nor_no() -> None:
    found = reconciled(
        Decision("A", "Upheld", IN_YEAR, None),
        Decision("A", "Upheld", IN_YEAR, satisfactory_remedy=True),
        Decision("A", "Upheld", IN_YEAR, satisfactory_remedy=False),
        Decision("A", "Upheld", BEFORE, None),
        Decision("A", "Not upheld", IN_YEAR, None),
    )
    assert found.blank_remedies == 1


def test_months_of_the_year_without_a_decision_are_listed_in_their_order() -> None:
    with_one = [date(2019, month, 1) for month in range(4, 12)] + [date(2020, 2, 29)]
    found = reconciled(
        *(Decision("A", "Advice given", day) for day in with_one),
        Decision("A", "Upheld", date(2018, 12, 1), None, date(2020, 1, 1), "Complied"),
        Decision("A", "Upheld", date(2020, 4, 1)),
    )
    assert found.empty_months == [date(2019, 12, 1), date(2020, 1, 1), date(2020, 3, 1)]
    assert len(reconciled().empty_months) == 12


def test_authorities_with_nothing_to_count_or_below_full_compliance_are_listed() -> None:
    found = reconciled(
        Decision("Nothing", "Upheld", BEFORE),
        Decision("Advice", "Advice given", IN_YEAR),
        Decision("Not upheld", "Not upheld", IN_YEAR),
        Decision("Late", "Upheld", IN_YEAR, None, IN_YEAR, "Complied late"),
        Decision("Failed", "Upheld", BEFORE, None, IN_YEAR, "Not complied"),
    )
    assert found.without_decision == ["Nothing", "Failed"]
    assert found.nothing_to_count == {
        "upheld": ["Nothing", "Advice", "Failed"],
        "compliance": ["Nothing", "Advice", "Not upheld"],
        "remedy": ["Nothing", "Advice", "Not upheld", "Failed"],
    }
    assert found.below_full_compliance == ["Failed"]


@pytest.fixture(scope="module")
def example() -> Reconciliation:
    files = EXAMPLES / "authorities.csv", EXAMPLES / "decisions.csv"
    data = read_tables(*files, TYPES, KINDS).validated()
    figures = compare(data.authorities, count(data, DEFINITIONS, YEAR), YEAR, DEFINITIONS)
    return reconcile(data, figures, LETTER)


def test_the_example_s_rows_of_the_year_are_17_000_of_20_000(example: Reconciliation) -> None:
    assert decided_in(YEAR, example) == 17_000
    assert sum(sum(years.values()) for years in example.rows.values()) == 20_000
    assert example.after_letter == Lines(0, ())
