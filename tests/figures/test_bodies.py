"""Authorities over time: who takes part in a year, where counts go, and populations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lgo_letters.figures.bodies import addressee_of, holders, takes_part
from lgo_letters.figures.compare import YearFigures, compare
from lgo_letters.figures.count import count
from lgo_letters.figures.definitions import AverageMethod, Definitions, Statistic
from lgo_letters.figures.report import england_fields, statistics_csv, statistics_record
from lgo_letters.tables.data import Authority
from lgo_letters.year import ReportingYear
from tests.support.definitions import DEFINITIONS
from tests.support.rows import Decision, data_of

YEAR = ReportingYear(2020)  # 1 April 2019 to 31 March 2020
IN_YEAR = date(2019, 10, 14)
DISTRICT, COUNTY, PARK = "District Council", "County Council", "National Park Authority"
ENDED, BEGINS = date(2019, 3, 31), date(2020, 4, 1)  # the last day before, the first one after
COMPARED = replace(DEFINITIONS, compared_types=(COUNTY, DISTRICT))
PER_100_000 = Statistic("per_100000", "upheld", "population", per=100_000, decimals=1)
WITH_POPULATION = replace(COMPARED, statistics=(*DEFINITIONS.statistics, PER_100_000))


def body(
    name: str,
    *successors: str,
    until: date | None = None,
    start: date | None = None,
    type_: str = DISTRICT,
    population: int | None = None,
) -> Authority:
    populations: dict[int | None, int] = {} if population is None else {None: population}
    return Authority(
        name,
        type_,
        "Clerk",
        start=start,
        until=until,
        successors=successors,
        populations=populations,
    )


def ended(name: str, *successors: str) -> Authority:
    return body(name, *successors, until=ENDED)


def figures_of(
    bodies: Sequence[Authority],
    rows: Sequence[Decision],
    definitions: Definitions = COMPARED,
    year: ReportingYear = YEAR,
) -> YearFigures:
    data = replace(data_of(rows), authorities=tuple(bodies))
    return compare(bodies, count(data, definitions, year), year, definitions)


def upheld(name: str, number: int = 1) -> list[Decision]:
    return [Decision(name, "Upheld", IN_YEAR)] * number


# ---- who takes part


@pytest.mark.parametrize(
    ("start", "until", "takes"),
    [
        (None, None, True),
        (None, date(2019, 3, 31), False),
        (None, date(2019, 4, 1), True),
        (date(2020, 3, 31), None, True),
        (date(2020, 4, 1), None, False),
        (date(2019, 10, 14), date(2019, 10, 14), True),
        (date(2018, 4, 1), date(2019, 3, 1), False),
    ],
)
def test_an_authority_takes_part_in_a_year_of_which_it_existed_on_a_day(
    start: date | None, until: date | None, takes: bool
) -> None:
    assert takes_part(body("A", start=start, until=until), YEAR) is takes


# ---- whose counts go where


@pytest.mark.parametrize(
    ("bodies", "holder"),
    [
        ([body("A")], "A"),
        ([ended("A")], None),
        ([body("A", start=BEGINS)], None),
        ([ended("A", "B"), body("B")], "B"),
        ([ended("A", "B"), ended("B", "C"), body("C")], "C"),
        ([ended("A", "B"), ended("B", "C"), ended("C")], None),
        ([ended("A", "B", "C"), body("B"), body("C")], None),
        ([ended("A", "B", "C"), body("B"), body("C", start=BEGINS)], "B"),
        ([ended("A", "B", "C"), ended("B", "D"), ended("C", "D"), body("D")], "D"),
        ([ended("A", "B", "C"), ended("B", "D", "E"), body("C"), body("D"), body("E")], None),
        ([body("A", "B", until=date(2019, 4, 1)), body("B")], "A"),
    ],
    ids=[
        "itself",
        "ended without a successor",
        "not yet begun",
        "one successor",
        "a chain of two successors",
        "a chain that ends",
        "two successors",
        "two successors of whom one has not begun",
        "two ways to one successor",
        "several by one of two ways",
        "a successor beside one that still takes part",
    ],
)
def test_counts_go_to_the_only_successor_that_takes_part(
    bodies: list[Authority], holder: str | None
) -> None:
    assert holders(bodies, YEAR)["A"] == holder
    assert holders(bodies[::-1], YEAR)["A"] == holder  # wherever the rows stand


def test_many_ways_from_ended_bodies_to_their_successors_take_no_time() -> None:
    """Sixty times two bodies, each succeeded by the next two, are 2**60 ways."""
    pairs = [(f"{number}a", f"{number}b") for number in range(61)]
    bodies = [ended(name, *pairs[at + 1]) for at in range(60) for name in pairs[at]]
    bodies += [body(name) for name in pairs[60]]
    assert holders(bodies, YEAR)["0a"] is None


def test_a_long_chain_of_successors_is_followed_to_its_end() -> None:
    chain = [ended(f"{at}", f"{at + 1}") for at in range(3000)]
    assert holders([*chain, body("3000")], YEAR)["0"] == "3000"
    named = {one.name: one for one in (*chain, body("3000"))}
    assert addressee_of(chain[0], named, IN_YEAR).name == "3000"


def test_a_chain_of_two_successors_adds_to_the_last_and_to_its_type_and_average() -> None:
    bodies = [
        replace(ended("Old", "Middle"), type=COUNTY),
        ended("Middle", "New"),
        body("New"),
        body("Other"),
    ]
    rows = [*upheld("Old", 2), *upheld("Middle"), *upheld("New"), *upheld("Other")]
    rows.append(Decision("Old", "Not upheld", IN_YEAR))
    figures = figures_of(bodies, rows)
    new, other = figures.authorities
    assert (new.authority.name, new.counts["decisions"], new.counts["upheld"]) == ("New", 5, 4)
    assert [(b.authority.name, b.holder, b.counts["decisions"]) for b in figures.absent] == [
        ("Old", "New", 3),
        ("Middle", "New", 1),
    ]
    county, district = figures.types
    assert (county.authorities, county.counts["decisions"]) == (0, 0)
    assert (district.authorities, district.counts["decisions"]) == (2, 6)
    assert other.averages["upheld"] == Fraction(5, 6)
    assert figures.not_in_year.authorities == 0
    assert (figures.england.authorities, figures.england.counts["decisions"]) == (2, 6)


def test_what_was_counted_of_a_body_with_two_successors_is_nobody_s_but_england_s() -> None:
    bodies = [ended("Old", "North", "West"), body("North"), body("West"), ended("Idle")]
    figures = figures_of(bodies, [*upheld("Old", 3), *upheld("North")])
    assert [one.counts["upheld"] for one in figures.authorities] == [1, 0]
    assert [b.holder for b in figures.absent] == [None, None]
    group = figures.not_in_year
    assert (group.name, group.authorities, group.counts["upheld"]) == (
        "Bodies not in the year",
        1,  # Idle has nothing counted
        3,
    )
    assert group.rates["upheld"] == 1
    assert not group.averages
    assert (figures.england.authorities, figures.england.counts["upheld"]) == (2, 4)
    assert figures.types[1].counts["upheld"] == 1


def test_rows_of_a_body_not_yet_begun_are_taken_and_kept_apart() -> None:
    row = Decision("New", "Upheld", date(2019, 4, 1), None, IN_YEAR, "Not complied")
    figures = figures_of([body("New", start=BEGINS), body("Other")], [row])
    assert [one.authority.name for one in figures.authorities] == ["Other"]
    assert figures.not_in_year.counts["not_complied"] == 1
    assert figures.england.counts == figures.not_in_year.counts


def test_compliance_alone_makes_a_body_one_with_something_counted() -> None:
    row = Decision("Old", "Upheld", ENDED, None, IN_YEAR, "Complied")
    figures = figures_of([ended("Old")], [row])
    assert figures.not_in_year.authorities == 1
    assert figures.not_in_year.counts["compliance_outcomes"] == 1


NAMES = "ABCDEFGH"
DAYS = st.dates(date(2018, 4, 1), date(2021, 3, 31))


@st.composite
def some_bodies(draw: st.DrawFn) -> list[Authority]:
    """Bodies in any order, some with days; later letters may succeed earlier ones."""
    bodies = []
    for at, name in enumerate(NAMES):
        start, until = draw(st.none() | DAYS), draw(st.none() | DAYS)
        if start and until:
            start, until = min(start, until), max(start, until)
        later = st.sampled_from(NAMES[at + 1 :] or NAMES)
        successors = draw(st.lists(later, unique=True, max_size=3)) if NAMES[at + 1 :] else []
        type_ = draw(st.sampled_from((COUNTY, DISTRICT, PARK)))
        population = draw(st.none() | st.integers(1, 10**7))
        bodies.append(
            body(
                name,
                *(successors if until else ()),
                start=start,
                until=until,
                type_=type_,
                population=population,
            )
        )
    return draw(st.permutations(bodies))


@st.composite
def a_row(draw: st.DrawFn) -> Decision:
    decided = draw(DAYS)
    kind = draw(st.sampled_from(DEFINITIONS.kinds.names))
    if kind != "Upheld" or draw(st.booleans()):
        return Decision(draw(st.sampled_from(NAMES)), kind, decided)
    recorded = decided + timedelta(draw(st.integers(0, 400)))
    outcome = draw(st.sampled_from(("Complied", "Complied late", "Not complied")))
    return Decision(draw(st.sampled_from(NAMES)), kind, decided, None, recorded, outcome)


@settings(max_examples=80)
@given(some_bodies(), st.lists(a_row(), max_size=12), st.sampled_from(AverageMethod))
def test_whoever_takes_part_every_row_of_the_year_counts_once_and_all_adds_up_to_england(
    bodies: list[Authority], rows: list[Decision], method: AverageMethod
) -> None:
    definitions = replace(WITH_POPULATION, average_method=method)
    figures = figures_of(bodies, rows, definitions)
    groups = (*figures.types, figures.others, figures.not_in_year)
    for name in DEFINITIONS.row_counts:
        assert sum(group.counts[name] for group in groups) == figures.england.counts[name]
        in_year = sum(one.counts[name] for one in figures.authorities)
        assert in_year + figures.not_in_year.counts[name] == figures.england.counts[name]
    first, last = date(2019, 4, 1), date(2020, 3, 31)
    decided = [row for row in rows if first <= row.decision_date <= last]
    recorded = [row for row in rows if first <= (row.compliance_date or ENDED) <= last]
    assert figures.england.counts["decisions"] == len(decided)
    assert figures.england.counts["compliance_outcomes"] == len(recorded)
    assert figures.england.authorities == len(figures.authorities)
    assert len(figures.authorities) + len(figures.absent) == len(bodies)
    everybody = [one.name for one in bodies]
    present = [one.authority.name for one in figures.authorities]
    assert present == [name for name in everybody if name in present]


# ---- where a letter goes


@pytest.mark.parametrize(
    ("bodies", "addressee"),
    [
        ([body("A")], "A"),
        ([body("A", "B", until=IN_YEAR), body("B")], "A"),  # it exists on that day
        ([ended("A", "B"), body("B")], "B"),
        ([ended("A", "B", "C"), body("B"), body("C")], "B"),
        ([ended("A", "B"), ended("B", "C"), body("C")], "C"),
        ([ended("A")], "A"),
        ([ended("A", "B"), ended("B")], "B"),
    ],
    ids=[
        "itself",
        "on its last day",
        "its successor",
        "its first-named successor",
        "the successor's successor",
        "itself where nobody came after it",
        "the last of a chain",
    ],
)
def test_a_letter_goes_to_the_first_named_successor_that_has_not_ended(
    bodies: list[Authority], addressee: str
) -> None:
    named = {one.name: one for one in bodies}
    assert addressee_of(bodies[0], named, IN_YEAR).name == addressee


# ---- populations


def peopled(*residents: int | None, type_: str = DISTRICT) -> list[Authority]:
    return [
        body(f"{type_} {at}", type_=type_, population=number) for at, number in enumerate(residents)
    ]


def residents_and_upheld() -> tuple[list[Authority], list[Decision]]:
    """Districts with 3, 1 and 5 upheld of 100,000, 50,000 and nobody knows how many residents."""
    bodies = peopled(100_000, 50_000, None)
    rows = [row for one, n in zip(bodies, (3, 1, 5), strict=True) for row in upheld(one.name, n)]
    return bodies, rows


@pytest.mark.parametrize(
    ("method", "average", "printed"),
    [
        # (3 + 1) of 150,000 residents are 2.66… per 100,000
        (AverageMethod.POOLED, Fraction(4, 150_000), "2.7"),
        # 3 and 2 per 100,000
        (AverageMethod.MEAN, Fraction(5, 200_000), "2.5"),
    ],
)
def test_an_average_over_residents_leaves_out_those_without_a_population(
    method: AverageMethod, average: Fraction, printed: str
) -> None:
    definitions = replace(WITH_POPULATION, average_method=method)
    figures = figures_of(*residents_and_upheld(), definitions)
    assert {one.averages["per_100000"] for one in figures.authorities} == {average}
    assert PER_100_000.printed(average) == printed
    (_, district) = figures.types
    assert district.averages["per_100000"] == average
    assert district.rates["per_100000"] == Fraction(4, 150_000)  # always pooled
    assert (district.counts["population"], district.counts["upheld"]) == (150_000, 9)


def test_an_unknown_population_is_no_count_and_gives_no_rate() -> None:
    figures = figures_of(*residents_and_upheld(), WITH_POPULATION)
    *_, unknown = figures.authorities
    assert "population" not in unknown.counts
    assert PER_100_000.rate(unknown.counts) is None
    assert Statistic("residents", "population", "upheld").rate(unknown.counts) is None


def test_a_type_none_of_whom_has_a_population_has_no_rate_over_it() -> None:
    figures = figures_of(peopled(None, None), upheld(f"{DISTRICT} 0"), WITH_POPULATION)
    (_, district) = figures.types
    assert "population" not in district.counts
    assert (district.rates["per_100000"], district.averages["per_100000"]) == (None, None)


def test_there_is_no_rate_over_residents_for_england_for_others_or_for_bodies_not_in_the_year() -> (
    None
):
    bodies = [
        *peopled(1_000),
        *peopled(2_000, type_=COUNTY),
        *peopled(3_000, type_=PARK),
        replace(ended("Old"), populations={None: 4_000}),
    ]
    rows = [row for one in bodies for row in upheld(one.name)]
    figures = figures_of(bodies, rows, WITH_POPULATION)
    for group in (figures.england, figures.others, figures.not_in_year):
        assert group.counts["upheld"] > 0
        assert "population" not in group.counts
        assert group.rates["per_100000"] is None
        assert group.rates["upheld"] == 1
    assert england_fields(figures)["per_100000_rate"] is None


def test_a_successor_counts_its_own_residents_and_not_those_of_the_ended() -> None:
    bodies = [
        replace(ended("Old", "New"), populations={None: 1_000_000}),
        body("New", population=50_000),
    ]
    figures = figures_of(bodies, [*upheld("Old", 2), *upheld("New")], WITH_POPULATION)
    (new,) = figures.authorities
    assert (new.counts["population"], new.counts["upheld"]) == (50_000, 3)
    assert figures.types[1].rates["per_100000"] == Fraction(3, 50_000)


def test_a_population_goes_by_the_reporting_year() -> None:
    (bath,) = bodies = [Authority("Bath", DISTRICT, "Clerk", populations={2020: 10, None: 20})]
    for year, residents in ((2020, 10), (2021, 20)):
        figures = figures_of(bodies, [], WITH_POPULATION, ReportingYear(year))
        assert figures.authorities[0].authority == bath
        assert figures.authorities[0].counts["population"] == residents


def test_an_unknown_population_is_null_in_json_and_an_empty_cell_in_csv() -> None:
    figures = figures_of(*residents_and_upheld(), WITH_POPULATION)
    record = statistics_record(figures, [0, 2])
    known, unknown = record["authorities"]
    assert (known["population"], known["per_100000_rate"]) == (100_000, 3.0)
    assert (unknown["population"], unknown["per_100000_rate"]) == (None, None)
    assert unknown["per_100000_average"] == 2.7
    assert record["england"]["population"] is None
    header, _, line = "".join(statistics_csv(figures, [0, 2])).splitlines()
    cells = dict(zip(header.split(","), line.split(","), strict=True))
    assert (cells["population"], cells["per_100000_rate"]) == ("", "")
    assert (cells["upheld"], cells["per_100000_average"]) == ("5", "2.7")
