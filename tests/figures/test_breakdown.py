"""What a year's figures are made up of: each count by its own date, and rows that add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lgo_letters.figures.breakdown import Breakdown, breakdown_of_authorities, breakdowns
from lgo_letters.figures.by import BY, OF_DECISIONS
from lgo_letters.figures.compare import YearFigures, compare
from lgo_letters.figures.count import count
from lgo_letters.figures.definitions import Statistic
from lgo_letters.figures.report import breakdown_csv, breakdown_record
from lgo_letters.run.composed import year_breakdown
from lgo_letters.run.inputs import Inputs
from lgo_letters.tables.data import Authority
from lgo_letters.year import ReportingYear
from tests.support.definitions import DEFINITIONS, KINDS
from tests.support.rows import Decision, data_of

YEAR = ReportingYear(2020)
AVON, BATH = "Avon Council", "Bath Council"


def decided(
    authority: str, kind: str, day: date, area: str | None, remedy: bool | None = None
) -> Decision:
    return Decision(authority, kind, day, remedy, service_area=area)


# Avon's: housing 2 decisions, 1 of them upheld and remedied; planning 1, not upheld. Its compliance
# of the year is with a decision of the year before, on housing. Bath's area is blank.
ROWS = [
    decided(AVON, "Upheld", date(2019, 4, 1), "Housing", remedy=True),
    decided(AVON, "Advice given", date(2020, 3, 31), "Housing"),
    decided(AVON, "Not upheld", date(2019, 12, 31), "Planning"),
    decided(AVON, "Upheld", date(2020, 4, 1), "Planning", remedy=True),
    Decision(
        AVON, "Upheld", date(2019, 3, 31), None, date(2019, 12, 1), "Complied late", "Housing"
    ),
    Decision(BATH, "Upheld", date(2019, 5, 1), None, date(2020, 5, 1), "Complied", None),
]


def shown(breakdown: Breakdown, *names: str) -> dict[str | None, list[int]]:
    """The counts of these names in each row."""
    return {value: [row[name] for name in names] for value, row in breakdown.rows.items()}


def by(
    column: str,
    rows: Sequence[Decision] = ROWS,
    authorities: Sequence[Authority] = (),
    **definitions: tuple[str, ...],
) -> Mapping[str | None, Breakdown]:
    changed = replace(DEFINITIONS, **definitions)  # type: ignore[arg-type]
    return breakdowns(data_of(rows, authorities), changed, YEAR, column)


# ---- by what stands in a row


def test_service_areas_stand_by_name_and_a_blank_one_last() -> None:
    found = by("service_area")
    names = "decisions", "upheld", "satisfactory_remedies", "compliance_outcomes", "complied_late"
    assert shown(found[None], *names) == {
        "Housing": [2, 1, 1, 1, 1],
        "Planning": [1, 0, 0, 0, 0],
        None: [1, 1, 0, 0, 0],
    }
    assert [*found[None].rows] == ["Housing", "Planning", None]
    assert [*found[AVON].rows] == ["Housing", "Planning"]
    assert shown(found[BATH], "decisions", "compliance_outcomes") == {None: [1, 0]}


def test_service_areas_that_the_edition_lists_stand_in_its_order_with_or_without_a_decision() -> (
    None
):
    found = by("service_area", service_areas=("Transport", "Planning", "Housing"))
    assert shown(found[AVON], "decisions") == {"Transport": [0], "Planning": [1], "Housing": [2]}


def test_every_kind_of_decision_has_a_row_in_the_edition_s_order() -> None:
    found = by("decision")[None]
    assert [*found.rows] == [*KINDS.names]
    assert shown(found, "decisions", "complied") == {
        "Upheld": [2, 1],
        "Not upheld": [1, 0],
        "Closed after initial enquiries": [0, 0],
        "Referred back for local resolution": [0, 0],
        "Advice given": [1, 0],
        "Incomplete or invalid": [0, 0],
    }


def test_every_month_of_the_year_has_a_row_and_each_count_goes_by_its_own_date() -> None:
    found = shown(by("month")[AVON], "decisions", "compliance_outcomes")
    assert [*found] == [
        "2019-04", "2019-05", "2019-06", "2019-07", "2019-08", "2019-09",
        "2019-10", "2019-11", "2019-12", "2020-01", "2020-02", "2020-03",
    ]  # fmt: skip
    assert {month: row for month, row in found.items() if any(row)} == {
        "2019-04": [1, 0],
        "2019-12": [1, 1],  # a decision of 31 December, and compliance recorded on 1 December
        "2020-03": [1, 0],
    }


@pytest.mark.parametrize(
    ("begins", "months"),
    [
        ((1, 1), ["2020-01", "2020-12", 12]),
        ((7, 1), ["2019-07", "2020-06", 12]),
        ((4, 6), ["2019-04", "2020-04", 13]),
    ],
)
def test_months_are_those_in_which_the_year_has_a_day(
    begins: tuple[int, int], months: list[str | int]
) -> None:
    year = ReportingYear(2020, begins)
    rows = [decided(AVON, "Upheld", day, None) for day in (year.start, year.end)]
    found = [*breakdowns(data_of(rows), DEFINITIONS, year, "month")[None].rows]
    assert [found[0], found[-1], len(found)] == months


# ---- by what stands in authorities.csv

AUTHORITIES = (
    Authority(AVON, "Unitary Council", "", region="West"),
    Authority(BATH, "Transport body", ""),
    Authority("Cork Council", "District Council", "", region="East"),
)


def of_authorities(column: str, authorities: Sequence[Authority] = AUTHORITIES) -> Breakdown:
    data = data_of(ROWS, authorities)
    figures = compare(authorities, count(data, DEFINITIONS, YEAR), YEAR, DEFINITIONS)
    return breakdown_of_authorities(figures, column)


def test_regions_stand_by_name_and_a_blank_one_last() -> None:
    found = shown(of_authorities("region"), "decisions", "complied")
    assert found == {"East": [0, 0], "West": [3, 1], None: [1, 0]}
    assert [*found] == ["East", "West", None]


def test_types_stand_in_the_edition_s_order_and_each_of_the_others_after_them() -> None:
    assert shown(of_authorities("type"), "decisions") == {
        "County Council": [0],
        "District Council": [0],
        "Metropolitan Borough": [0],
        "Unitary Council": [3],
        "London Borough": [0],
        "Transport body": [1],
    }


# ---- bodies that ended


def test_the_counts_of_a_body_that_ended_stand_among_those_of_its_successor() -> None:
    ended = Authority(BATH, "Unitary Council", "", until=date(2019, 3, 31), successors=(AVON,))
    found = by("service_area", authorities=(AUTHORITIES[0], ended))
    assert BATH not in found
    assert shown(found[AVON], "decisions") == {"Housing": [2], "Planning": [1], None: [1]}


def test_the_counts_of_a_body_without_a_successor_are_england_s_alone() -> None:
    ended = Authority(BATH, "Unitary Council", "", until=date(2019, 3, 31))
    found = by("service_area", authorities=(AUTHORITIES[0], ended))
    assert [*found] == [None, AVON]
    assert shown(found[AVON], "decisions") == {"Housing": [2], "Planning": [1]}
    assert shown(found[None], "decisions") == {"Housing": [2], "Planning": [1], None: [1]}


@pytest.mark.parametrize(
    ("column", "values"),
    [("region", ["East", "West"]), ("type", ["Unitary Council", "Combined Authority"])],
)
def test_bodies_not_in_the_year_have_the_last_row_of_regions_and_types(
    column: str, values: list[str]
) -> None:
    avon, _, cork = AUTHORITIES
    bath = Authority(BATH, "District Council", "", region="East", until=date(2019, 3, 31))
    cork = replace(cork, type="Combined Authority")
    found = of_authorities(column, (avon, bath, cork))
    *_, (last, counts) = found.rows.items()
    assert (last, counts["decisions"], found.total["decisions"]) == ("Bodies not in the year", 1, 4)
    assert {value: found.rows[value]["decisions"] for value in values} == {
        values[0]: 0 if column == "region" else 3, values[1]: 3 if column == "region" else 0,
    }  # fmt: skip


def test_a_breakdown_has_no_residents_and_so_no_rate_over_them() -> None:
    statistic = Statistic("per_head", "upheld", "population", per=100_000)
    definitions = replace(DEFINITIONS, statistics=(*DEFINITIONS.statistics, statistic))
    avon = replace(AUTHORITIES[0], populations={None: 1000})
    data = data_of(ROWS, (avon, *AUTHORITIES[1:]))
    figures = compare((avon, *AUTHORITIES[1:]), count(data, definitions, YEAR), YEAR, definitions)
    for breakdown in (
        breakdown_of_authorities(figures, "type"),
        breakdowns(data, definitions, YEAR, "month")[AVON],
    ):
        record = breakdown_record(breakdown, definitions)
        assert record["total"]["population"] is record["total"]["per_head_rate"] is None
        assert all(row["per_head_rate"] is None for row in record["rows"])


# ---- rows add up

DAYS = st.integers(0, 800).map(lambda days: date(2018, 12, 1) + timedelta(days))


@settings(max_examples=40)
@given(
    st.lists(
        st.builds(
            Decision,
            st.sampled_from([AVON, BATH, "Cork Council"]),
            st.sampled_from(KINDS.names),
            DAYS,
            st.sampled_from([None, False, True]),
            DAYS,
            st.sampled_from(["Complied", "Complied late", "Not complied"]),
            st.sampled_from([None, "Housing", "Planning"]),
        ),
        max_size=40,
    )
)
def test_the_rows_of_every_breakdown_add_up_to_the_counts_of_the_year(
    rows: list[Decision],
) -> None:
    data = data_of(rows, AUTHORITIES)
    counts = count(data, DEFINITIONS, YEAR)
    figures = compare(AUTHORITIES, counts, YEAR, DEFINITIONS)
    expected = {one.authority.name: one.counts for one in figures.authorities}
    for column in sorted(OF_DECISIONS):
        found = breakdowns(data, DEFINITIONS, YEAR, column)
        assert {name: found[name].total for name in expected} == expected
        assert found[None].total == figures.england.counts
        for one in found.values():
            summed = {n: sum(row[n] for row in one.rows.values()) for n in one.total}
            assert summed == one.total
    for column in ("region", "type"):
        assert breakdown_of_authorities(figures, column).total == figures.england.counts


@pytest.mark.parametrize("column", BY)
def test_the_example_s_breakdowns_add_up_to_england(
    inputs: Inputs, figures: YearFigures, column: str
) -> None:
    assert year_breakdown(inputs, figures, column, None).total == figures.england.counts


# ---- as programs read it


def test_the_json_has_the_counts_and_rates_of_stats_and_no_averages() -> None:
    record = breakdown_record(by("service_area")[AVON], DEFINITIONS)
    assert [*record] == ["by", "rows", "total"]
    assert record["by"] == "service_area"
    housing, planning = record["rows"]
    assert housing == {
        "service_area": "Housing",
        "decisions": 2,
        "detailed_investigations": 1,
        "upheld": 1,
        "upheld_rate": 100,
        "compliance_outcomes": 1,
        "complied": 1,
        "complied_late": 1,
        "compliance_rate": 100,
        "satisfactory_remedies": 1,
        "remedy_rate": 100,
    }
    assert (planning["upheld_rate"], planning["compliance_rate"]) == (0, None)
    assert [*record["total"]] == [*housing][1:]
    assert (record["total"]["decisions"], record["total"]["upheld_rate"]) == (3, 50)


def test_the_csv_has_the_fields_of_the_json_and_the_total_last() -> None:
    lines = "".join(breakdown_csv(by("service_area")[None], DEFINITIONS)).splitlines()
    assert lines == [
        "service_area,decisions,detailed_investigations,upheld,upheld_rate,compliance_outcomes,"
        "complied,complied_late,compliance_rate,satisfactory_remedies,remedy_rate",
        "Housing,2,1,1,100,1,1,1,100,1,100",
        "Planning,1,1,0,0,0,0,0,,0,",
        "(none),1,1,1,100,0,0,0,,0,0",
        "Total,4,3,2,67,1,1,1,100,1,50",
    ]
