"""Which decisions make up a count, and what an average is drawn from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lgo_letters.figures.compare import YearFigures, compare
from lgo_letters.figures.count import count
from lgo_letters.figures.definitions import POPULATION, AverageMethod, Definitions, Statistic
from lgo_letters.figures.explain import Case, cases, cases_by_authority, count_names, drawn_average
from lgo_letters.figures.report import average_csv, average_record, cases_csv, cases_record
from lgo_letters.tables.data import Authority
from lgo_letters.tables.kinds import DecisionKinds
from lgo_letters.year import ReportingYear
from tests.support.definitions import DEFINITIONS, KINDS
from tests.support.rows import Decision, data_of, in_order, some_counts

YEAR = ReportingYear(2020)
DISTRICT, PARK = "District Council", "National Park Authority"
AVON, BATH, ENDED, SPLIT = "Avon Council", "Bath Council", "Old Avon Council", "Split Council"
BODIES = (
    Authority(AVON, DISTRICT, ""),
    Authority(BATH, DISTRICT, "", populations={None: 1_000}),
    Authority(ENDED, DISTRICT, "", until=date(2019, 3, 31), successors=(AVON,)),
    Authority(SPLIT, DISTRICT, "", until=date(2019, 3, 31), successors=(AVON, BATH)),
)
# An edition in which a remedy may stand on more than what was upheld, and which has counts more.
OTHER_KINDS = DecisionKinds(
    {name: (*counts, "closed" if not counts else "examined") for name, counts in
     KINDS.counts_as.items()},
    remedy_on="detailed_investigations",
)  # fmt: skip


def year_of(
    rows: Sequence[Decision],
    definitions: Definitions = DEFINITIONS,
    bodies: Sequence[Authority] = BODIES,
) -> YearFigures:
    return compare(bodies, count(data_of(rows, bodies), definitions, YEAR), YEAR, definitions)


def explained(rows: Sequence[Decision], name: str = AVON) -> Sequence[Case]:
    return cases(data_of(rows, BODIES), DEFINITIONS, YEAR, name)


# ---- the decisions of a count

IN_YEAR, BEFORE, AFTER = date(2019, 10, 14), date(2019, 3, 31), date(2020, 4, 1)
REMEDIED, NOT_REMEDIED = True, False


@pytest.mark.parametrize(
    ("row", "counts"),
    [
        (Decision(AVON, "Advice given", IN_YEAR), ["decisions"]),
        (Decision(AVON, "Not upheld", YEAR.start), ["decisions", "detailed_investigations"]),
        (
            Decision(AVON, "Upheld", YEAR.end, NOT_REMEDIED),
            ["decisions", "detailed_investigations", "upheld"],
        ),
        (
            Decision(AVON, "Upheld", IN_YEAR, REMEDIED, AFTER, "Complied"),
            ["decisions", "satisfactory_remedies", "detailed_investigations", "upheld"],
        ),
        (
            Decision(AVON, "Upheld", BEFORE, REMEDIED, IN_YEAR, "Complied late"),
            ["compliance_outcomes", "complied", "complied_late"],
        ),
        (
            Decision(AVON, "Upheld", BEFORE, None, YEAR.end, "Not complied"),
            ["compliance_outcomes", "not_complied"],
        ),
    ],
)
def test_a_row_names_the_counts_in_which_it_counts(row: Decision, counts: list[str]) -> None:
    (case,) = explained([row])
    assert [*case.counts_in] == counts


def test_a_row_that_counts_nowhere_in_the_year_is_left_out() -> None:
    rows = [
        Decision(AVON, "Upheld", BEFORE, REMEDIED, BEFORE, "Complied"),
        Decision(AVON, "Upheld", AFTER, REMEDIED, AFTER, "Complied"),
        Decision(AVON, "Upheld", BEFORE),
        Decision(BATH, "Upheld", IN_YEAR),
        Decision(SPLIT, "Upheld", IN_YEAR),
    ]
    assert explained(rows) == []


def test_rows_stand_by_date_and_reference_each_under_the_name_that_the_file_has() -> None:
    rows = [
        Decision(AVON, "Upheld", date(2019, 12, 1), service_area="Housing"),
        Decision(AVON, "Advice given", date(2019, 5, 1)),
        Decision(ENDED, "Not upheld", date(2019, 5, 1)),
        Decision(AVON, "Upheld", BEFORE, NOT_REMEDIED, IN_YEAR, "Complied"),
    ]
    found = [(case.reference, case.authority, case.line) for case in explained(rows)]
    assert found == [
        ("19 000 003", AVON, 5),
        ("19 000 001", AVON, 3),
        ("19 000 002", ENDED, 4),
        ("19 000 000", AVON, 2),
    ]


DAYS = st.integers(0, 800).map(lambda days: date(2018, 12, 1) + timedelta(days))
NOT_RECORDED = st.just((None, None))
OUTCOMES = st.sampled_from(["Complied", "Complied late", "Not complied"])
TABLES = st.lists(
    st.builds(
        lambda name, kind, day, remedy, compliance: Decision(name, kind, day, remedy, *compliance),
        st.sampled_from([body.name for body in BODIES]),
        st.sampled_from(KINDS.names),
        DAYS,
        st.sampled_from([None, False, True]),
        NOT_RECORDED | st.tuples(DAYS, OUTCOMES),
    ),
    max_size=40,
)


@settings(max_examples=60)
@given(TABLES, st.sampled_from([KINDS, OTHER_KINDS]))
def test_as_many_rows_name_a_count_as_the_count_says(
    rows: list[Decision], kinds: DecisionKinds
) -> None:
    definitions = replace(DEFINITIONS, kinds=kinds)
    data = data_of(rows, BODIES)
    together = cases_by_authority(data, definitions, YEAR)
    for one in year_of(rows, definitions).authorities:
        found = cases(data, definitions, YEAR, one.authority.name)
        assert found == together.get(one.authority.name, [])
        named = Counter(name for case in found for name in case.counts_in)
        counts = {name: number for name, number in one.counts.items() if name != POPULATION}
        assert named == Counter(counts)
        assert {*counts} == {*count_names(definitions)}
        assert all(len({*case.counts_in}) == len(case.counts_in) > 0 for case in found)


def test_the_json_has_all_counts_and_the_rows_of_the_file() -> None:
    rows = [Decision(BATH, "Upheld", IN_YEAR, NOT_REMEDIED, IN_YEAR, "Complied", "Housing")]
    bath = year_of(rows).authorities[1]
    record = cases_record(bath, explained(rows, BATH), DEFINITIONS)
    assert record == {
        "authority": BATH,
        "counts": {
            "decisions": 1,
            "detailed_investigations": 1,
            "upheld": 1,
            "satisfactory_remedies": 0,
            "compliance_outcomes": 1,
            "complied": 1,
            "complied_late": 0,
            "not_complied": 0,
        },
        "decisions": [
            {
                "reference": "19 000 000",
                "authority": BATH,
                "service_area": "Housing",
                "decision_date": IN_YEAR,
                "decision": "Upheld",
                "satisfactory_remedy": False,
                "compliance_date": IN_YEAR,
                "compliance_outcome": "Complied",
                "line": 2,
                "counts_in": (
                    "decisions",
                    "detailed_investigations",
                    "upheld",
                    "compliance_outcomes",
                    "complied",
                ),
            }
        ],
    }
    assert [*record["counts"]][:3] == ["decisions", "detailed_investigations", "upheld"]


def test_the_csv_is_written_as_decisions_csv_is_and_runs_in_no_spreadsheet() -> None:
    rows = [
        Decision(AVON, "Upheld", IN_YEAR, REMEDIED, AFTER, "Complied", "=1+1"),
        Decision(AVON, "Advice given", IN_YEAR),
    ]
    header = (
        "reference,authority,service_area,decision_date,decision,satisfactory_remedy,"
        "compliance_date,compliance_outcome,line,counts_in\n"
    )
    assert [*cases_csv(explained(rows))] == [
        header,
        "19 000 000,Avon Council,'=1+1,2019-10-14,Upheld,yes,2020-04-01,Complied,2,"
        "decisions;satisfactory_remedies;detailed_investigations;upheld\n",
        "19 000 001,Avon Council,,2019-10-14,Advice given,,,,3,decisions\n",
    ]
    assert [*cases_csv([])] == [header]


# ---- what an average is drawn from


def rounded(rate: Fraction | None) -> int | None:
    return None if rate is None else int(rate * 100 + Fraction(1, 2))


@settings(max_examples=60)
@given(TABLES, st.sampled_from(AverageMethod))
def test_the_sums_give_the_average_that_is_printed(
    rows: list[Decision], method: AverageMethod
) -> None:
    definitions = replace(DEFINITIONS, average_method=method)
    figures = year_of(rows, definitions)
    avon = figures.authorities[0]
    for statistic in definitions.statistics:
        record = average_record(drawn_average(figures, DISTRICT, statistic), definitions)
        above, below = (
            [row[name] for row in record["authorities"]]
            for name in (statistic.numerator, statistic.denominator)
        )
        rates = [Fraction(n, d) for n, d in zip(above, below, strict=True) if d]
        if method is AverageMethod.POOLED:
            sums = {statistic.numerator: sum(above), statistic.denominator: sum(below)}
            average = Fraction(sum(above), sum(below)) if sum(below) else None
        else:
            sums = {"rates": str(sum(rates, Fraction())), "authorities": len(rates)}
            average = sum(rates, Fraction()) / len(rates) if rates else None
        assert record["sums"] == sums
        assert record["average"] == rounded(average) == rounded(avon.averages[statistic.name])


COUNTS = {
    AVON: some_counts(detailed_investigations=4, upheld=1),
    BATH: some_counts(detailed_investigations=2, upheld=2),
}


@pytest.mark.parametrize(
    ("method", "sums", "average"),
    [
        (AverageMethod.POOLED, {"upheld": 3, "detailed_investigations": 6}, 50),
        (AverageMethod.MEAN, {"rates": "5/4", "authorities": 2}, 63),
    ],
)
def test_the_json_of_an_average_names_its_parts_and_every_authority_of_the_type(
    method: AverageMethod, sums: dict[str, int | str], average: int
) -> None:
    bodies = (*BODIES[:2], Authority("Cork", DISTRICT, ""), Authority("Moor", PARK, ""))
    definitions = replace(DEFINITIONS, average_method=method)
    figures = compare(bodies, in_order(bodies, COUNTS), YEAR, definitions)
    drawn = drawn_average(figures, DISTRICT, definitions.statistics[0])
    none = {"upheld": 0, "detailed_investigations": 0, "upheld_rate": None}
    assert average_record(drawn, definitions) == {
        "type": DISTRICT,
        "statistic": "upheld",
        "average_method": method.value,
        "numerator": "upheld",
        "denominator": "detailed_investigations",
        "authorities": [
            {"authority": AVON, "upheld": 1, "detailed_investigations": 4, "upheld_rate": 25},
            {"authority": BATH, "upheld": 2, "detailed_investigations": 2, "upheld_rate": 100},
            {"authority": "Cork"} | none,
        ],
        "sums": sums,
        "average": average,
    }
    assert "".join(average_csv(drawn)).splitlines() == [
        "authority,upheld,detailed_investigations,upheld_rate",
        "Avon Council,1,4,25",
        "Bath Council,2,2,100",
        "Cork,0,0,",
    ]


@pytest.mark.parametrize("method", AverageMethod)
def test_an_authority_of_unknown_population_is_shown_and_left_out_of_the_sums(
    method: AverageMethod,
) -> None:
    per_head = Statistic("per_head", "upheld", POPULATION, per=1_000)
    definitions = replace(DEFINITIONS, statistics=(per_head,), average_method=method)
    figures = compare(BODIES[:2], in_order(BODIES[:2], COUNTS), YEAR, definitions)
    record = average_record(drawn_average(figures, DISTRICT, per_head), definitions)
    assert record["authorities"][0] == {
        "authority": AVON, "upheld": 1, "population": None, "per_head_rate": None,
    }  # fmt: skip
    pooled, mean = {"upheld": 2, "population": 1000}, {"rates": "1/500", "authorities": 1}
    assert record["sums"] == (pooled if method is AverageMethod.POOLED else mean)
    assert record["average"] == 2
