from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lgo_letters.figures.compare import YearFigures, compare
from lgo_letters.figures.count import count
from lgo_letters.figures.definitions import AverageMethod, Statistic
from lgo_letters.figures.report import (
    authority_fields,
    england_fields,
    statistics_csv,
    statistics_record,
)
from lgo_letters.tables.data import Authority
from lgo_letters.tables.read import read_tables
from lgo_letters.year import ReportingYear
from tests.support.definitions import DEFINITIONS, KINDS, TYPES
from tests.support.paths import EXAMPLES
from tests.support.rows import in_order, some_counts

YEAR = ReportingYear(2020)
DISTRICT, COUNTY, PARK = "District Council", "County Council", "National Park Authority"
COMPARED = replace(DEFINITIONS, compared_types=(COUNTY, DISTRICT, "London Borough"))
MEAN = replace(COMPARED, average_method=AverageMethod.MEAN)
AUTHORITIES = (
    Authority("Zeal Borough Council", DISTRICT, "Clerk", "Ms Secret", "Hush", "E07000001"),
    Authority("Moor Park", PARK, "Warden", "Mr Hidden"),
    Authority("Ash, King's & Co", DISTRICT, "Clerk"),
    Authority("Shire County Council", COUNTY, "Clerk", None, None, "E10000001"),
)
COUNTS = {
    "Zeal Borough Council": some_counts(
        decisions=12,
        detailed_investigations=8,
        upheld=5,
        compliance_outcomes=3,
        complied=2,
        complied_late=1,
        not_complied=1,
        satisfactory_remedies=1,
    ),
    "Moor Park": some_counts(
        decisions=2, detailed_investigations=2, upheld=1, satisfactory_remedies=1
    ),
    "Ash, King's & Co": some_counts(decisions=1500),
}
EVERYONE = range(len(AUTHORITIES))
FIELDS = [
    "authority",
    "type",
    "code",
    "decisions",
    "detailed_investigations",
    "upheld",
    "upheld_rate",
    "upheld_average",
    "compliance_outcomes",
    "complied",
    "complied_late",
    "compliance_rate",
    "compliance_average",
    "satisfactory_remedies",
    "remedy_rate",
    "remedy_average",
]


@pytest.fixture
def small() -> YearFigures:
    return compare(AUTHORITIES, in_order(AUTHORITIES, COUNTS), YEAR, COMPARED)


@pytest.fixture(scope="module")
def figures() -> YearFigures:
    """The example's, by the definitions of the 2020 edition."""
    files = EXAMPLES / "authorities.csv", EXAMPLES / "decisions.csv"
    data = read_tables(*files, TYPES, KINDS).validated()
    return compare(data.authorities, count(data, DEFINITIONS, YEAR), YEAR, DEFINITIONS)


def as_json(figures: YearFigures, chosen: Collection[int]) -> Any:
    return json.loads(json.dumps(statistics_record(figures, chosen), ensure_ascii=False))


def everyone(figures: YearFigures) -> Collection[int]:
    return range(len(figures.authorities))


def csv_rows(lines: Iterable[str]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(lines), newline="")))


# ---- JSON


def test_the_json_has_the_fields_of_the_contract_in_its_order(small: YearFigures) -> None:
    record = as_json(small, EVERYONE)
    assert list(record) == [
        "year",
        "period",
        "average_method",
        "authorities",
        "types",
        "others",
        "not_in_year",
        "england",
    ]
    assert list(record["period"]) == ["start", "end"]
    assert [list(row) for row in record["authorities"]] == [FIELDS] * 4
    assert [list(row) for row in record["types"]] == [["type", "authorities", *FIELDS[3:]]] * 3
    assert list(record["england"]) == [
        "authorities",
        *(field for field in FIELDS[3:] if not field.endswith("_average")),
        "compliance_rate_1dp",
    ]


def test_the_json_says_which_year_it_is_and_how_averages_were_drawn(small: YearFigures) -> None:
    record = as_json(small, EVERYONE)
    assert record["year"] == 2020
    assert record["period"] == {"start": "2019-04-01", "end": "2020-03-31"}
    assert record["average_method"] == "pooled"
    mean = compare(AUTHORITIES, in_order(AUTHORITIES, COUNTS), YEAR, MEAN)
    assert as_json(mean, EVERYONE)["average_method"] == "mean"


ZEAL = {
    "authority": "Zeal Borough Council",
    "type": DISTRICT,
    "code": "E07000001",
    "decisions": 12,
    "detailed_investigations": 8,
    "upheld": 5,
    "upheld_rate": 63,
    "upheld_average": 63,
    "compliance_outcomes": 3,
    "complied": 2,
    "complied_late": 1,
    "compliance_rate": 67,
    "compliance_average": 67,
    "satisfactory_remedies": 1,
    "remedy_rate": 20,
    "remedy_average": 20,
}
MOOR = {
    "authority": "Moor Park",
    "type": PARK,
    "code": None,
    "decisions": 2,
    "detailed_investigations": 2,
    "upheld": 1,
    "upheld_rate": 50,
    "upheld_average": None,
    "compliance_outcomes": 0,
    "complied": 0,
    "complied_late": 0,
    "compliance_rate": None,
    "compliance_average": None,
    "satisfactory_remedies": 1,
    "remedy_rate": 100,
    "remedy_average": None,
}
NO_RATES = {"upheld_rate": None, "compliance_rate": None, "remedy_rate": None}
ASH = (
    dict[str, Any].fromkeys(FIELDS, 0)
    | NO_RATES
    | {"authority": "Ash, King's & Co", "type": DISTRICT, "code": None, "decisions": 1500}
    | {"upheld_average": 63, "compliance_average": 67, "remedy_average": 20}
)
SHIRE = (
    dict[str, Any].fromkeys(FIELDS, 0)
    | NO_RATES
    | {"authority": "Shire County Council", "type": COUNTY, "code": "E10000001"}
    | {"upheld_average": None, "compliance_average": None, "remedy_average": None}
)


def test_the_json_holds_every_figure_of_every_authority_in_the_order_of_the_file(
    small: YearFigures,
) -> None:
    record = as_json(small, EVERYONE)
    assert record["authorities"] == [ZEAL, MOOR, ASH, SHIRE]


def test_the_json_holds_the_compared_types_in_the_edition_s_order_and_england(
    small: YearFigures,
) -> None:
    record = as_json(small, EVERYONE)
    county, district, london = record["types"]
    named = {"authority", "type", "code"}
    figures = {field: value for field, value in ZEAL.items() if field not in named}
    nothing = {field: value for field, value in SHIRE.items() if field not in named}
    assert county == nothing | {"type": COUNTY, "authorities": 1}
    assert district == figures | {"type": DISTRICT, "authorities": 2, "decisions": 1512}
    assert london == nothing | {"type": "London Borough", "authorities": 0}
    assert record["england"] == {
        "authorities": 4,
        "decisions": 1514,
        "detailed_investigations": 10,
        "upheld": 6,
        "upheld_rate": 60,
        "compliance_outcomes": 3,
        "complied": 2,
        "complied_late": 1,
        "compliance_rate": 67,
        "compliance_rate_1dp": 66.7,
        "satisfactory_remedies": 2,
        "remedy_rate": 33,
    }


def test_others_are_all_authorities_of_types_that_are_not_compared(small: YearFigures) -> None:
    others = as_json(small, EVERYONE)["others"]
    left_out = {"authority", "type", "code"}
    fields = {field: value for field, value in MOOR.items() if field not in left_out}
    averages = {field for field in fields if field.endswith("_average")}
    assert others == {"authorities": 1} | {f: v for f, v in fields.items() if f not in averages}


def test_without_authorities_that_are_not_compared_others_are_nobody() -> None:
    figures = compare(AUTHORITIES[:1], [some_counts()], YEAR, COMPARED)
    assert as_json(figures, {0})["others"]["authorities"] == 0


def test_a_type_s_own_rate_is_pooled_where_its_average_is_a_mean() -> None:
    counts = {
        "Zeal Borough Council": some_counts(detailed_investigations=2, upheld=1),
        "Ash, King's & Co": some_counts(detailed_investigations=10, upheld=9),
    }
    figures = compare(AUTHORITIES, in_order(AUTHORITIES, counts), YEAR, MEAN)
    district = as_json(figures, EVERYONE)["types"][1]
    assert (district["upheld_rate"], district["upheld_average"]) == (83, 70)


def test_a_rate_that_does_not_exist_is_null_for_england_too() -> None:
    figures = compare(AUTHORITIES, in_order(AUTHORITIES, {}), YEAR, COMPARED)
    record = as_json(figures, EVERYONE)
    england = record["england"]
    rates = ("upheld_rate", "compliance_rate", "remedy_rate", "compliance_rate_1dp")
    assert [england[rate] for rate in rates] == [None] * 4


def test_choosing_authorities_chooses_what_is_shown_and_changes_no_figure(
    small: YearFigures,
) -> None:
    names = [authority.name for authority in AUTHORITIES]
    some = {names.index("Shire County Council"), names.index("Zeal Borough Council")}
    record, every = (as_json(small, shown) for shown in (some, EVERYONE))
    assert record["authorities"] == [ZEAL, SHIRE]
    assert record["types"] == every["types"]
    assert record["england"] == every["england"]
    rows = csv_rows(statistics_csv(small, some))
    assert [row["authority"] for row in rows] == ["Zeal Borough Council", "Shire County Council"]
    assert rows[0]["upheld_average"] == "63"


def test_names_stand_in_the_json_as_they_are_written() -> None:
    name = "King\N{RIGHT SINGLE QUOTATION MARK}s Caf\xe9"
    figures = compare([Authority(name, DISTRICT, "Clerk")], [some_counts()], YEAR, COMPARED)
    assert statistics_record(figures, {0})["authorities"][0]["authority"] == name


# ---- CSV


def as_cells(fields: dict[str, Any]) -> dict[str, str]:
    return {field: "" if value is None else str(value) for field, value in fields.items()}


def test_the_csv_has_the_fields_of_the_json_and_empty_cells_for_null(small: YearFigures) -> None:
    text = "".join(statistics_csv(small, EVERYONE))
    assert text.splitlines()[0] == ",".join(FIELDS)
    assert csv_rows([text]) == [as_cells(fields) for fields in (ZEAL, MOOR, ASH, SHIRE)]


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@SUM(A1)", '"\t=1+1"', '"\r=1+1"', '"=""x"""']
)
def test_no_cell_is_one_that_a_spreadsheet_would_run(tmp_path: Path, name: str) -> None:
    authorities, decisions = tmp_path / "authorities.csv", tmp_path / "decisions.csv"
    authorities.write_text(
        f"name,type,role,code\nA{name[-2:-1]},Park,Clerk,{name}\n{name},Park,Clerk,\n"
    )
    decisions.write_text(
        "reference,authority,service_area,decision_date,decision,"
        "satisfactory_remedy,compliance_date,compliance_outcome\n"
    )
    data = read_tables(authorities, decisions, ["Park"], KINDS)
    figures = compare(data.authorities, count(data, COMPARED, YEAR), YEAR, COMPARED)
    rows = csv_rows(statistics_csv(figures, everyone(figures)))
    cells = [rows[0]["code"], *(row["authority"] for row in rows)]
    assert len(cells) == 3
    assert [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")] == []
    assert "1" in "".join(cells) or "x" in "".join(cells)


def test_an_ordinary_cell_is_left_as_it_is() -> None:
    figures = compare(
        [Authority("A=B + C - @D", DISTRICT, "Clerk")], [some_counts()], YEAR, COMPARED
    )
    (row,) = csv_rows(statistics_csv(figures, everyone(figures)))
    assert row["authority"] == "A=B + C - @D"


# ---- statistics of another edition


def test_a_fourth_statistic_is_columns_in_its_place_and_no_count_is_shown_twice() -> None:
    late = Statistic("late", "complied_late", "complied", per=1_000, decimals=1, england_decimals=3)
    definitions = replace(COMPARED, statistics=(late, *DEFINITIONS.statistics))
    figures = compare(AUTHORITIES, in_order(AUTHORITIES, COUNTS), YEAR, definitions)
    fields = authority_fields(figures.authorities[0], definitions)
    assert list(fields)[3:] == [
        "decisions",
        "complied",
        "complied_late",
        "late_rate",
        "late_average",
        "detailed_investigations",
        "upheld",
        "upheld_rate",
        "upheld_average",
        "compliance_outcomes",
        "compliance_rate",
        "compliance_average",
        "satisfactory_remedies",
        "remedy_rate",
        "remedy_average",
    ]
    assert (fields["late_rate"], fields["late_average"]) == (500.0, 500.0)
    assert list(england_fields(figures))[-2:] == ["late_rate_3dp", "compliance_rate_1dp"]


# ---- what is never told


def test_no_recipient_and_no_salutation_stands_in_any_format(small: YearFigures) -> None:
    for text in (
        json.dumps(statistics_record(small, EVERYONE)),
        "".join(statistics_csv(small, EVERYONE)),
    ):
        assert "Zeal Borough Council" in text
        for secret in ("Secret", "Hush", "Hidden", "Clerk", "Warden"):
            assert secret not in text


# ---- the example


def test_the_example_s_bromsgrove_is_as_the_contract_prints_it(figures: YearFigures) -> None:
    names = [authority.authority.name for authority in figures.authorities]
    shown = {names.index("Bromsgrove District Council")}
    record = as_json(figures, shown)
    assert record["authorities"] == [
        {
            "authority": "Bromsgrove District Council",
            "type": "District Council",
            "code": "E07000234",
            "decisions": 12,
            "detailed_investigations": 5,
            "upheld": 2,
            "upheld_rate": 40,
            "upheld_average": 45,
            "compliance_outcomes": 2,
            "complied": 2,
            "complied_late": 0,
            "compliance_rate": 100,
            "compliance_average": 99,
            "satisfactory_remedies": 0,
            "remedy_rate": 0,
            "remedy_average": 20,
        }
    ]
    assert list(record["authorities"][0]) == FIELDS


def test_the_example_s_england_complied_to_99_4_per_cent(figures: YearFigures) -> None:
    record = as_json(figures, everyone(figures))
    england = record["england"]
    assert england["compliance_rate_1dp"] == 99.4
    assert '"compliance_rate_1dp": 99.4}' in json.dumps(england)
    assert (england["authorities"], england["decisions"]) == (355, 17_000)
    assert [type_["type"] for type_ in record["types"]] == [
        "County Council",
        "District Council",
        "Metropolitan Borough",
        "Unitary Council",
        "London Borough",
    ]


def test_the_example_s_csv_and_json_agree_on_every_authority(figures: YearFigures) -> None:
    record = as_json(figures, everyone(figures))
    rows = csv_rows(statistics_csv(figures, everyone(figures)))
    assert len(rows) == 355
    assert rows == [as_cells(fields) for fields in record["authorities"]]


def test_the_example_s_only_recipient_stands_in_no_format(figures: YearFigures) -> None:
    shown = everyone(figures)
    for text in (
        json.dumps(statistics_record(figures, shown)),
        "".join(statistics_csv(figures, shown)),
    ):
        assert "Bromsgrove" in text
        assert "Dicks" not in text
