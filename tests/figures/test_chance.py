"""The exact test of an authority against the rest of its type."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lgo_letters.figures.chance import Chance, chances, limits
from lgo_letters.figures.compare import YearFigures, compare
from lgo_letters.tables.data import Authority
from lgo_letters.year import ReportingYear
from tests.support.definitions import DEFINITIONS
from tests.support.rows import in_order, some_counts

TABLES = st.integers(1, 120).flatmap(
    lambda of_type: st.tuples(st.integers(0, of_type), st.just(of_type), st.integers(0, of_type))
)
"""An authority's cases, those of its type, and those of them with the outcome."""


def test_half_of_a_type_may_have_two_to_eight_of_ten_by_chance() -> None:
    """Of 184,756 ways to draw ten, 1 has none upheld and 100 have one: 0.055 %; 2,025, two."""
    found = limits(10, 20, 10)
    assert (found.lowest, found.highest, found.all) == (2, 8, False)
    assert [found.of(count) for count in (1, 2, 8, 9)] == [
        Chance.LOWER,
        Chance.CHANCE,
        Chance.CHANCE,
        Chance.HIGHER,
    ]


def test_exactly_one_in_a_thousand_is_outside_and_a_little_more_is_not() -> None:
    assert limits(1, 1000, 1).of(1) is Chance.HIGHER
    assert limits(1, 999, 1).of(1) is Chance.TOO_FEW
    assert limits(1, 1000, 999).of(0) is Chance.LOWER
    assert limits(1, 999, 998).of(0) is Chance.TOO_FEW


@pytest.mark.parametrize(
    ("cases", "of_type", "counted"),
    [
        (0, 900, 405),  # nothing to count
        (5, 900, 405),  # the median of districts: 0.55^5 is 5 %, 0.45^5 nearly 2 %
        (40, 40, 17),  # the only one of its type
        (30, 900, 900),  # everybody has all of them
        (30, 900, 0),
    ],
)
def test_where_no_possible_count_lies_outside_there_are_too_few_cases(
    cases: int, of_type: int, counted: int
) -> None:
    possible = range(max(0, cases - (of_type - counted)), min(cases, counted) + 1)
    assert {limits(cases, of_type, counted).of(count) for count in possible} == {Chance.TOO_FEW}


@given(TABLES)
def test_every_possible_count_is_where_scipy_has_it(table: tuple[int, int, int]) -> None:
    from scipy.stats import hypergeom

    cases, of_type, counted = table
    found, drawn = limits(*table), hypergeom(of_type, counted, cases)
    possible = range(max(0, cases - (of_type - counted)), min(cases, counted) + 1)
    said = set()
    for count in possible:
        so_low, so_high = drawn.cdf(count), drawn.sf(count - 1)
        assume(all(abs(chance - 0.001) > 1e-9 for chance in (so_low, so_high)))
        said.add(found.of(count))
        assert (found.of(count) is Chance.LOWER) == (so_low < 0.001)
        assert (found.of(count) is Chance.HIGHER) == (so_high < 0.001)
    assert (Chance.TOO_FEW in said) == (said == {Chance.TOO_FEW})


@given(TABLES)
def test_the_curve_lies_between_what_may_be_chance_and_what_is_outside(
    table: tuple[int, int, int],
) -> None:
    found = limits(*table)
    assert found.lowest - 1 <= found.lower <= found.lowest <= found.highest
    assert found.highest <= found.upper <= found.highest + 1


def year(tested: tuple[str, ...] = ("upheld", "remedy")) -> YearFigures:
    """A district with 1 of 10 upheld, one with 9 of 10, a county alone, and a park."""
    counts = {
        "Few": some_counts(detailed_investigations=10, upheld=1),
        "Many": some_counts(detailed_investigations=10, upheld=9, satisfactory_remedies=9),
        "Alone": some_counts(detailed_investigations=50, upheld=50),
        "Park": some_counts(detailed_investigations=50, upheld=50),
    }
    types = ["District Council", "District Council", "County Council", "National Park Authority"]
    bodies = [Authority(name, type_, "") for name, type_ in zip(counts, types, strict=True)]
    definitions = replace(DEFINITIONS, tested=tested)
    return compare(bodies, in_order(bodies, counts), ReportingYear(2020), definitions)


def test_each_authority_of_a_compared_type_is_tested_against_its_own_type() -> None:
    """1 and 9 of 10 as above; nine of nine remedied, and none of one: once in ten by chance."""
    assert chances(year()) == {
        "upheld": {"Few": Chance.LOWER, "Many": Chance.HIGHER, "Alone": Chance.TOO_FEW},
        "remedy": {"Few": Chance.TOO_FEW, "Many": Chance.TOO_FEW, "Alone": Chance.TOO_FEW},
    }


def test_no_statistic_is_tested_but_those_of_the_edition() -> None:
    assert [*chances(year(tested=("remedy",)))] == ["remedy"]
    assert chances(year(tested=())) == {}
