from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lgo_letters.year import ReportingYear

YEAR_2020 = ReportingYear(2020)


def test_year_2020_runs_from_1_april_2019_to_31_march_2020() -> None:
    assert YEAR_2020.start == date(2019, 4, 1)
    assert YEAR_2020.end == date(2020, 3, 31)


@pytest.mark.parametrize(
    ("day", "inside"),
    [
        (date(2019, 3, 31), False),
        (date(2019, 4, 1), True),
        (date(2019, 12, 31), True),
        (date(2020, 2, 29), True),
        (date(2020, 3, 31), True),
        (date(2020, 4, 1), False),
        (date(2018, 10, 1), False),
        (date(2020, 10, 1), False),
    ],
)
def test_both_edge_days_lie_in_the_year_and_the_days_beside_them_do_not(
    day: date, inside: bool
) -> None:
    assert (YEAR_2020.start <= day <= YEAR_2020.end) is inside
    assert (YEAR_2020.containing(day) == YEAR_2020) is inside


@pytest.mark.parametrize(
    ("day", "ending"),
    [
        (date(2019, 3, 31), 2019),
        (date(2019, 4, 1), 2020),
        (date(2019, 12, 31), 2020),
        (date(2020, 1, 1), 2020),
        (date(2020, 3, 31), 2020),
        (date(2020, 4, 1), 2021),
    ],
)
def test_the_year_of_a_day_turns_on_1_april(day: date, ending: int) -> None:
    assert YEAR_2020.containing(day) == ReportingYear(ending)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_day_lies_in_its_own_year_and_not_in_those_beside_it(day: date) -> None:
    own = YEAR_2020.containing(day)
    before, after = own.earlier(), own.earlier(-1)
    assert before.end < own.start <= day <= own.end < after.start


@pytest.mark.parametrize(
    ("begins", "start", "end", "label"),
    [
        ((4, 1), date(2019, 4, 1), date(2020, 3, 31), "2019-20"),
        ((7, 1), date(2019, 7, 1), date(2020, 6, 30), "2019-20"),
        ((3, 1), date(2019, 3, 1), date(2020, 2, 29), "2019-20"),
        ((1, 1), date(2020, 1, 1), date(2020, 12, 31), "2020"),
        ((1, 2), date(2019, 1, 2), date(2020, 1, 1), "2019-20"),
    ],
)
def test_a_year_may_begin_on_another_day_and_has_the_name_of_the_year_in_which_it_ends(
    begins: tuple[int, int], start: date, end: date, label: str
) -> None:
    year = ReportingYear(2020, begins)
    assert (year.start, year.end, year.label) == (start, end, label)
    assert year.containing(start) == year.containing(end) == year
    assert year.containing(start - timedelta(days=1)) == year.earlier()
    assert year.containing(end + timedelta(days=1)) == year.earlier(-1)


@given(
    st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    st.dates(date(2001, 1, 1), date(2001, 12, 31)),  # without 29 February, which no year starts on
)
def test_whenever_a_year_begins_each_day_lies_in_one_and_its_end_names_it(
    day: date, begins: date
) -> None:
    year = ReportingYear(2020, (begins.month, begins.day)).containing(day)
    assert year.start <= day <= year.end
    assert year.end + timedelta(days=1) == year.earlier(-1).start
    assert year.end.year == year.ending
    assert (year.start.month, year.start.day) == (begins.month, begins.day)
    assert (year.end - year.start).days in (364, 365)


def test_the_label_of_the_last_year_of_a_century_has_two_digits_behind_the_hyphen() -> None:
    assert ReportingYear(2000).label == "1999-00"


def test_years_stand_in_order_of_time() -> None:
    years = [ReportingYear(2021), ReportingYear(2019), ReportingYear(2020)]
    assert [year.ending for year in sorted(years)] == [2019, 2020, 2021]
