from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lgo_letters.errors import DataError, Problem, UsageError
from lgo_letters.tables.data import Authority, Data
from lgo_letters.tables.decisions import checks, strict
from lgo_letters.tables.decisions import read as decisions
from lgo_letters.tables.decisions.columns import PUBLIC_COLUMNS
from lgo_letters.tables.decisions.contradictions import CONTRADICTIONS, Contradiction
from lgo_letters.tables.kinds import DecisionKinds
from lgo_letters.tables.read import read_tables
from lgo_letters.tables.table import Table
from tests.support.definitions import KINDS

TYPES = (
    "County Council",
    "District Council",
    "Metropolitan Borough",
    "Unitary Council",
    "London Borough",
    "National Park Authority",
    "Transport body",
)
AUTHORITIES = """\
name,type,role
Bromsgrove District Council,District Council,Chief Executive
Devon County Council,County Council,Chief Executive
King's Lynn and West Norfolk Borough Council,District Council,Chief Executive
Stoke-on-Trent City Council,Unitary Council,City Director
"""
RIGHT = {
    "reference": "19 001 854",
    "authority": "Bromsgrove District Council",
    "service_area": "Housing",
    "decision_date": "2019-10-14",
    "decision": "Upheld",
    "satisfactory_remedy": "no",
    "compliance_date": "2019-12-02",
    "compliance_outcome": "Complied",
}
NOT_UPHELD = {
    "decision": "Not upheld",
    "satisfactory_remedy": "",
    "compliance_date": "",
    "compliance_outcome": "",
}
Cells = dict[str, str]


def table(rows: Sequence[Cells]) -> str:
    """decisions.csv of rows that are right but for the cells given."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(RIGHT), lineterminator="\n")
    writer.writeheader()
    writer.writerows(RIGHT | row for row in rows)
    return text.getvalue()


def read(
    folder: Path,
    decisions: Sequence[Cells] | str = (),
    authorities: str = AUTHORITIES,
    types: Sequence[str] | None = TYPES,
    kinds: DecisionKinds | None = KINDS,
) -> Data:
    decisions_file, authorities_file = folder / "decisions.csv", folder / "authorities.csv"
    text = decisions if isinstance(decisions, str) else table(decisions)
    decisions_file.write_text(text, encoding="utf-8")
    authorities_file.write_text(authorities, encoding="utf-8")
    return read_tables(authorities_file, decisions_file, types, kinds)


def rows(data: Data, columns: str) -> list[tuple[Any, ...]]:
    """What the rows say, in the order of the file."""
    return data.validated().decisions.query(
        f"select {columns} from decisions order by line"  # noqa: S608  # a test's own words
    )


def row(data: Data, columns: str) -> tuple[Any, ...]:
    """What the one row says."""
    (one,) = rows(data, columns)
    return one


def number_of_rows(data: Data) -> int:
    ((number,),) = data.decisions.query("select count(*) from decisions")
    return int(number)


def problems(data: Data) -> list[str]:
    return [str(problem) for problem in data.problems]


# ---- what is right


def test_a_right_row_is_read_as_it_stands(tmp_path: Path) -> None:
    data = read(tmp_path, [{}])
    assert problems(data) == []
    assert row(data, f"line, {', '.join(RIGHT)}") == (
        2,
        "19 001 854",
        "Bromsgrove District Council",
        "Housing",
        date(2019, 10, 14),
        "Upheld",
        False,
        date(2019, 12, 2),
        "Complied",
    )


@pytest.mark.parametrize("more", ["", '"'])
def test_every_row_is_kept_with_its_line_whichever_way_a_file_is_read(
    tmp_path: Path, more: str
) -> None:
    cells: list[Cells] = [
        {"service_area": f"Hou{more}sing"},
        {"authority": "Devon County Council", "service_area": f"{more}\n{more}" if more else ""},
        {"reference": "19 000 001", "decision_date": "2019-03-31"},
    ]
    data = read(tmp_path, cells)
    assert rows(data, "line, authority, decision_date, service_area") == [
        (2, "Bromsgrove District Council", date(2019, 10, 14), f"Hou{more}sing"),
        (3, "Devon County Council", date(2019, 10, 14), f"{more} {more}" if more else None),
        (5 if more else 4, "Bromsgrove District Council", date(2019, 3, 31), "Housing"),
    ]


@pytest.mark.parametrize("mark", ["", '"'])
def test_other_columns_of_the_file_are_kept_as_text(tmp_path: Path, mark: str) -> None:
    text = table([{"service_area": f"A{mark}"}])
    header, line, _ = text.split("\n")
    data = read(tmp_path, f'Case Officer,note,{header},note,line,"x""y"\nKim, 1 ,{line},2,7,z\n')
    assert row(data, '"case_officer", line, "x""y"') == ("Kim", 2, "z")
    columns = [name for name, *_ in data.decisions.query("describe decisions")]
    assert columns == ["line", *RIGHT, *PUBLIC_COLUMNS, "case_officer", 'x"y']


def test_a_kind_that_the_edition_gives_twice_makes_no_problem_in_the_data(tmp_path: Path) -> None:
    kinds = DecisionKinds({"Upheld": ("upheld",), "UPHELD": ()})
    row_of = {"decision": "Upheld", "satisfactory_remedy": "yes"}
    assert problems(read(tmp_path, [row_of], kinds=kinds)) == []


def test_another_column_may_have_any_name(tmp_path: Path) -> None:
    names = ("c0", "c4", "raw", "checked", "cells")
    wrong = {"decision": "Uphold"}
    text = table([wrong]).replace("\n", f",{','.join(names)}\n", 1).removesuffix("\n")
    others = read(tmp_path, f"{text}{',' * len(names)}\n")
    assert problems(others) == problems(read(tmp_path, [wrong])) != []


def test_blank_cells_of_remedy_and_compliance_are_null(tmp_path: Path) -> None:
    blank = {"satisfactory_remedy": "", "compliance_date": "", "compliance_outcome": " "}
    data = read(tmp_path, [blank])
    assert row(data, "satisfactory_remedy, compliance_date, compliance_outcome") == (None,) * 3


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Upheld", "Upheld"),
        ("not  UPHELD", "Not upheld"),
        ("closed after initial\N{NO-BREAK SPACE}enquiries", "Closed after initial enquiries"),
        ("Referred back for local resolution", "Referred back for local resolution"),
        (" advice given ", "Advice given"),
        ("Incomplete or invalid", "Incomplete or invalid"),
        ("Incomplete/Invalid", "Incomplete or invalid"),
        ("incomplete / invalid", "Incomplete or invalid"),
    ],
)
def test_each_kind_of_decision_is_read_whatever_its_case_and_spaces(
    tmp_path: Path, text: str, kind: str
) -> None:
    assert row(read(tmp_path, [NOT_UPHELD | {"decision": text}]), "decision") == (kind,)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Complied", "Complied"),
        ("COMPLIED  late", "Complied late"),
        ("not\N{NO-BREAK SPACE}complied", "Not complied"),
    ],
)
def test_each_of_the_three_compliance_outcomes_is_read_whatever_its_case_and_spaces(
    tmp_path: Path, text: str, outcome: str
) -> None:
    data = read(tmp_path, [{"compliance_outcome": text}])
    assert row(data, "compliance_outcome") == (outcome,)


@pytest.mark.parametrize(
    ("text", "remedy"), [("yes", True), ("YES ", True), ("no", False), ("No", False), ("", None)]
)
def test_a_remedy_is_yes_or_no_or_blank(tmp_path: Path, text: str, remedy: bool | None) -> None:
    data = read(tmp_path, [{"satisfactory_remedy": text}])
    assert row(data, "satisfactory_remedy") == (remedy,)


@pytest.mark.parametrize("decision", ["Not upheld", "Advice given"])
def test_a_remedy_of_no_on_a_decision_not_upheld_is_no_problem(
    tmp_path: Path, decision: str
) -> None:
    data = read(tmp_path, [NOT_UPHELD | {"decision": decision, "satisfactory_remedy": "no"}])
    assert problems(data) == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2019-10-14", date(2019, 10, 14)),
        ("14/10/2019", date(2019, 10, 14)),
        ("04/03/2019", date(2019, 3, 4)),
        (" 01/04/2019\N{NO-BREAK SPACE}", date(2019, 4, 1)),
        ("2016-02-29", date(2016, 2, 29)),
        ("29/02/2016", date(2016, 2, 29)),
        ("0001-01-01", date(1, 1, 1)),
        ("1/7/2019", date(2019, 7, 1)),
        ("14-Oct-2019", date(2019, 10, 14)),
        ("14-OCT-19", date(2019, 10, 14)),
        ("14/10/19", date(2019, 10, 14)),
        ("1/4/00", date(2000, 4, 1)),
        ("31/12/99", date(2099, 12, 31)),
        ("14 October 2019", date(2019, 10, 14)),
        ("05 Feb 2020", date(2020, 2, 5)),
        ("5 sept 2019", date(2019, 9, 5)),
        ("2019-10-14 00:00", date(2019, 10, 14)),
        ("2019-10-14T00:00:00", date(2019, 10, 14)),
        ("2019-10-14 23:59:59.999", date(2019, 10, 14)),
        ("14/10/2019 9:05", date(2019, 10, 14)),
        ("14/10/2019 09:05:00 PM", date(2019, 10, 14)),
        ("14-Oct-19 09:05", date(2019, 10, 14)),
        ("14 October 2019 00:00", date(2019, 10, 14)),
    ],
)
def test_a_date_is_read_as_iso_or_with_the_day_first_and_without_the_time_of_day(
    tmp_path: Path, text: str, day: date
) -> None:
    blank = {"decision_date": text, "compliance_date": "", "compliance_outcome": ""}
    assert row(read(tmp_path, [blank]), "decision_date") == (day,)


def test_a_compliance_date_is_read_as_british_too(tmp_path: Path) -> None:
    data = read(tmp_path, [{"compliance_date": "02/12/2019"}])
    assert row(data, "compliance_date") == (date(2019, 12, 2),)


def test_compliance_may_be_recorded_on_the_day_of_the_decision(tmp_path: Path) -> None:
    data = read(tmp_path, [{"decision_date": "2019-10-14", "compliance_date": "14/10/2019"}])
    assert problems(data) == []


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("bromsgrove  DISTRICT council ", "Bromsgrove District Council"),
        (
            "King\N{RIGHT SINGLE QUOTATION MARK}s Lynn\N{NO-BREAK SPACE}and West Norfolk "
            "borough council",
            "King's Lynn and West Norfolk Borough Council",
        ),
        (
            "Stoke\N{EN DASH}on\N{NON-BREAKING HYPHEN}Trent City Council",
            "Stoke-on-Trent City Council",
        ),
        ("Bromsgrove\nDistrict Council", "Bromsgrove District Council"),
    ],
)
def test_an_authority_is_known_whatever_the_shape_of_its_name_and_keeps_that_of_its_own_file(
    tmp_path: Path, typed: str, name: str
) -> None:
    assert row(read(tmp_path, [{"authority": typed}]), "authority") == (name,)


def test_one_reference_may_stand_against_two_authorities(tmp_path: Path) -> None:
    data = read(tmp_path, [{}, {"authority": "Devon County Council"}])
    assert problems(data) == []
    assert rows(data, "reference, authority") == [
        ("19 001 854", "Bromsgrove District Council"),
        ("19 001 854", "Devon County Council"),
    ]


@pytest.mark.parametrize("reference", ["03 001 854", "03-001-854", "03001854", "3001854"])
def test_a_reference_is_the_same_however_it_is_written(tmp_path: Path, reference: str) -> None:
    assert row(read(tmp_path, [{"reference": reference}]), "reference") == ("03 001 854",)


def read_with(folder: Path, decisions: Sequence[Cells], **options: Any) -> Data:
    """Read as an edition asks that has a pattern for references, or lists service areas."""
    read(folder, decisions)
    files = folder / "authorities.csv", folder / "decisions.csv"
    return read_tables(*files, TYPES, KINDS, **options)


@pytest.mark.parametrize("mark", ["", '"'], ids=["read strictly", "read carefully"])
def test_an_edition_s_own_pattern_says_what_a_reference_is(tmp_path: Path, mark: str) -> None:
    cells: list[Cells] = [
        {"reference": "AB/1", "service_area": f"Hou{mark}sing"},
        {"reference": " AB/2 "},
        {"reference": "AB/\N{NO-BREAK SPACE}3"},
    ]
    data = read_with(tmp_path, cells, reference_pattern="[A-Z]{2}/ ?[0-9]+")
    assert [reference for (reference,) in rows(data, "reference")] == ["AB/1", "AB/2", "AB/ 3"]


def test_what_does_not_match_an_edition_s_own_pattern_is_a_problem_and_no_duplicate_hides(
    tmp_path: Path,
) -> None:
    cells = [{"reference": "A1"}, {"reference": "19 001 854"}, {"reference": "A1 "}]
    data = read_with(tmp_path, cells, reference_pattern="[A-Z]{1,2}[0-9]")
    assert problems(data) == [
        'decisions.csv, line 3, column reference: "19 001 854" does not match the '
        "reference_pattern in edition.toml, [A-Z]{1,2}[0-9]; correct one of them.",
        'decisions.csv, line 4, column reference: "A1" is already on line 2 for '
        "Bromsgrove District Council; delete one of the two rows.",
    ]


@pytest.mark.parametrize("mark", ["", '"'], ids=["read strictly", "read carefully"])
def test_a_service_area_is_one_of_those_that_the_edition_lists_or_blank(
    tmp_path: Path, mark: str
) -> None:
    cells: list[Cells] = [
        {"reference": "19 000 001", "service_area": "HOUSING "},
        {"reference": "19 000 002", "service_area": ""},
        {"reference": "19 000 003", "service_area": "Housnig" if mark else "Planning"},
    ]
    data = read_with(tmp_path, cells, service_areas=["Housing", "Planning"])
    if not mark:
        assert rows(data, "service_area") == [("Housing",), (None,), ("Planning",)]
        return
    assert problems(data) == [
        'decisions.csv, line 4, column service_area: "Housnig" is not a service area in this '
        'edition; the nearest is "Housing"; write Housing or Planning, or map it in '
        "lgo-letters.toml."
    ]


def test_a_reference_says_nothing_about_the_year_of_the_decision(tmp_path: Path) -> None:
    data = read(tmp_path, [{"reference": "03\N{NO-BREAK SPACE}001  854"}])
    assert row(data, "reference, decision_date") == ("03 001 854", date(2019, 10, 14))


def test_a_blank_service_area_is_no_problem(tmp_path: Path) -> None:
    assert problems(read(tmp_path, [{"service_area": ""}])) == []


def test_no_decision_at_all_is_no_problem(tmp_path: Path) -> None:
    assert number_of_rows(read(tmp_path).validated()) == 0


def test_an_authority_keeps_what_its_row_says(tmp_path: Path) -> None:
    data = read(
        tmp_path,
        authorities="name,type,role,recipient,salutation,email,code\n"
        "Bromsgrove District Council,district  COUNCIL,Chief Executive,Mr Dicks,Kevin,"
        "kevin@example.com,E07000234\n",
    )
    assert data.validated().authorities == (
        Authority(
            "Bromsgrove District Council",
            "District Council",
            "Chief Executive",
            "Mr Dicks",
            "Kevin",
            "E07000234",
            email="kevin@example.com",
        ),
    )


@pytest.mark.parametrize(
    ("cells", "addressed_as"),
    [("Mr Dicks,Kevin", "Kevin"), ("Mr Dicks,", "Mr Dicks"), (",Kevin", "Kevin"), (",", "Clerk")],
)
def test_a_letter_is_addressed_to_the_salutation_else_the_recipient_else_the_role(
    tmp_path: Path, cells: str, addressed_as: str
) -> None:
    text = f"name,type,role,recipient,salutation\nBromsgrove,District Council,Clerk,{cells}\n"
    (authority,) = read(tmp_path, authorities=text).validated().authorities
    assert authority.addressed_as == addressed_as


def test_authorities_need_no_more_than_name_type_and_role(tmp_path: Path) -> None:
    first, *_ = read(tmp_path).validated().authorities
    assert (first.recipient, first.salutation, first.code) == (None, None, None)
    assert first.addressed_as == "Chief Executive"


def test_authorities_stand_in_the_order_of_their_file(tmp_path: Path) -> None:
    assert [authority.name for authority in read(tmp_path).authorities] == [
        "Bromsgrove District Council",
        "Devon County Council",
        "King's Lynn and West Norfolk Borough Council",
        "Stoke-on-Trent City Council",
    ]


def test_the_record_says_how_many_rows_each_file_has(tmp_path: Path) -> None:
    data = read(tmp_path, [{}, {"reference": "19 001 855"}])
    assert (data.decisions_file.file, data.decisions_file.rows) == ("decisions.csv", 2)
    assert (data.authorities_file.file, data.authorities_file.rows) == ("authorities.csv", 4)


def test_notices_of_both_files_are_kept(tmp_path: Path) -> None:
    authorities, decisions = tmp_path / "authorities.csv", tmp_path / "decisions.csv"
    text = AUTHORITIES.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")
    authorities.write_bytes(text.encode("cp1252"))
    name = "King\N{RIGHT SINGLE QUOTATION MARK}s Lynn and West Norfolk Borough Council"
    decisions.write_bytes(table([{"authority": name}]).encode("cp1252"))
    data = read_tables(authorities, decisions, TYPES, KINDS).validated()
    assert row(data, "authority") == (name,)
    assert data.notices == (
        "authorities.csv is not UTF-8; all of it was read as Windows text (cp1252).",
        "decisions.csv is not UTF-8; all of it was read as Windows text (cp1252).",
    )


# ---- what is wrong in decisions.csv

OUTCOMES = (
    "Upheld, Not upheld, Closed after initial enquiries, Referred back for local resolution, "
    "Advice given or Incomplete or invalid"
)
NO_DATE = "is not a date; write it as 2019-10-14 or 14/10/2019."
NO_DAY = "is not a real date; write it as 2019-10-14 or 14/10/2019."


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        *(
            ("reference", value, f'"{value}" is not a case reference; write it as 19 001 854.')
            for value in (
                "190018545",
                "190018",
                "19 001854",
                "19 001-854",
                "19 001 85",
                "19 001 8545",
                "1 9001 854",
                "AB 001 854",
                "19 001 854a",
                "\N{ARABIC-INDIC DIGIT ONE}9 001 854",
            )
        ),
        ("reference", "", "the cell is blank; write the case reference, such as 19 001 854."),
        (
            "authority",
            "Bromsgrove Distict Council",
            '"Bromsgrove Distict Council" is not an authority in authorities.csv; '
            'the nearest is "Bromsgrove District Council"; '
            "correct it, or add it to also_known_as in lgo-letters.toml.",
        ),
        (
            "authority",
            "Kings Lynn & West Norfolk",
            '"Kings Lynn & West Norfolk" is not an authority in authorities.csv; '
            'the nearest is "King\'s Lynn and West Norfolk Borough Council"; '
            "correct it, or add it to also_known_as in lgo-letters.toml.",
        ),
        (
            "authority",
            "Bromsgrove",
            '"Bromsgrove" is not an authority in authorities.csv; '
            'the nearest is "Bromsgrove District Council"; '
            "correct it, or add it to also_known_as in lgo-letters.toml.",
        ),
        (
            "authority",
            " ",
            "the cell is blank; write the authority's name as in authorities.csv.",
        ),
        (
            "decision_date",
            "",
            "the cell is blank; a date is needed: write it as 2019-10-14 or 14/10/2019.",
        ),
        ("decision_date", "10/14/2019", f'"10/14/2019" {NO_DAY}'),
        ("decision_date", "10/14/19", f'"10/14/19" {NO_DAY}'),
        ("decision_date", "10/14/2019 09:30", f'"10/14/2019 09:30" {NO_DAY}'),
        ("decision_date", "14 Okt 2019", f'"14 Okt 2019" {NO_DAY}'),
        ("decision_date", "31-Jun-19", f'"31-Jun-19" {NO_DAY}'),
        ("decision_date", "2019-14-10", f'"2019-14-10" {NO_DAY}'),
        ("decision_date", "2019-02-29", f'"2019-02-29" {NO_DAY}'),
        ("decision_date", "29/02/1900", f'"29/02/1900" {NO_DAY}'),
        ("decision_date", "31/04/2019", f'"31/04/2019" {NO_DAY}'),
        ("decision_date", "2019-10-00", f'"2019-10-00" {NO_DAY}'),
        ("decision_date", "0000-01-01", f'"0000-01-01" {NO_DAY}'),
        *(
            ("decision_date", value, f'"{value}" {NO_DATE}')
            for value in (
                "14/10/019",
                "14-10-2019",
                "14.10.2019",
                "2019/10/14",
                "20191014",
                "43752",
                "14-October 2019",
                "October 14 2019",
                "14th October 2019",
                "2019-10-14 25:00",
                "2019-10-14 00:00 GMT",
                "2019-10-14T00:00Z",
                "2019-W42-1",
                "12019-10-14",
                "\N{ARABIC-INDIC DIGIT TWO}019-10-14",
            )
        ),
        ("compliance_date", "2019-13-01", f'"2019-13-01" {NO_DAY}'),
        ("compliance_date", "soon", f'"soon" {NO_DATE}'),
        ("decision", "", f"the cell is blank; write {OUTCOMES}."),
        (
            "decision",
            "Uphold",
            f'"Uphold" is not a decision; the nearest is "Upheld"; write {OUTCOMES}, '
            "or map it in lgo-letters.toml.",
        ),
        (
            "decision",
            "Not-upheld",
            f'"Not-upheld" is not a decision; the nearest is "Not upheld"; write {OUTCOMES}, '
            "or map it in lgo-letters.toml.",
        ),
        *(
            (
                "satisfactory_remedy",
                value,
                f'"{value}" is neither yes nor no; write one of them, or leave the cell blank, '
                "or map it in lgo-letters.toml.",
            )
            for value in ("y", "t", "1", "n/a", "maybe")
        ),
        (
            "compliance_outcome",
            "Late",
            '"Late" is not a compliance outcome; the nearest is "Complied late"; write Complied, '
            "Complied late or Not complied, or map it in lgo-letters.toml.",
        ),
    ],
)
def test_a_wrong_cell_is_one_problem_that_says_where_it_is_and_what_was_expected(
    tmp_path: Path, column: str, value: str, message: str
) -> None:
    data = read(tmp_path, [{"reference": "19 000 001"}, {column: value}])
    assert problems(data) == [f"decisions.csv, line 3, column {column}: {message}"]
    assert number_of_rows(data) == 1  # the row before


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (
            NOT_UPHELD | {"satisfactory_remedy": "yes"},
            'column satisfactory_remedy: "yes" does not go with the decision "Not upheld"; '
            "only Upheld can have a remedy.",
        ),
        (
            NOT_UPHELD
            | {"decision": "Closed after initial enquiries", "satisfactory_remedy": "Yes"},
            'column satisfactory_remedy: "Yes" does not go with the decision '
            '"Closed after initial enquiries"; only Upheld can have a remedy.',
        ),
        (
            {"decision": "Not upheld"},
            'column compliance_outcome: "Complied" does not go with the decision "Not upheld"; '
            "only Upheld can have an outcome.",
        ),
        (
            {"decision": "Advice given", "compliance_outcome": "Not complied"},
            'column compliance_outcome: "Not complied" does not go with the decision '
            '"Advice given"; only Upheld can have an outcome.',
        ),
        (
            {"compliance_outcome": ""},
            "column compliance_outcome: the cell is blank beside the compliance date 2019-12-02; "
            "write Complied, Complied late or Not complied, or empty both.",
        ),
        (
            {"compliance_date": "", "compliance_outcome": "complied LATE"},
            'column compliance_date: the cell is blank beside the outcome "complied LATE"; '
            "give the date, or empty both.",
        ),
        (
            {"compliance_date": "13/10/2019"},
            'column compliance_date: "13/10/2019" is before the date of the decision, 2019-10-14; '
            "correct one of them.",
        ),
    ],
)
def test_cells_that_contradict_each_other_are_one_problem(
    tmp_path: Path, cells: Cells, expected: str
) -> None:
    data = read(tmp_path, [{"reference": "19 000 001"}, cells])
    assert problems(data) == [f"decisions.csv, line 3, {expected}"]


@pytest.mark.parametrize(
    "cells",
    [
        {"decision": "Uphold", "satisfactory_remedy": "yes"},
        {"compliance_outcome": "Late"},
        {"compliance_date": "soon"},
        {"decision_date": "never"},
        {"compliance_date": "soon", "decision": "Upheld"},
    ],
)
def test_a_wrong_cell_contradicts_no_other(tmp_path: Path, cells: Cells) -> None:
    assert len(read(tmp_path, [cells]).problems) == 1


def test_of_many_unknown_names_every_one_is_a_problem_and_the_first_have_their_nearest(
    tmp_path: Path,
) -> None:
    names = [f"Bromsgrove District Counci{n:04}" for n in range(150)]
    data = read(tmp_path, [{"authority": name} for name in names])
    assert [problem.value for problem in data.problems] == names
    near = [
        'the nearest is "Bromsgrove District Council"; ' in str(problem)
        for problem in data.problems
    ]
    assert all(near[:20])
    assert all(
        "is not an authority in authorities.csv; " in str(problem) for problem in data.problems
    )


def test_authorities_saved_as_windows_text_are_told_of_whatever_else_is_wrong(
    tmp_path: Path,
) -> None:
    authorities = tmp_path / "authorities.csv"
    decisions = tmp_path / "decisions.csv"
    authorities.write_bytes(b"name,type,role\n,District Council,Clerk\nCaf\xe9,,Clerk\n")
    decisions.write_text(table([]), encoding="utf-8")
    data = read_tables(authorities, decisions, TYPES, KINDS)
    assert [(problem.line, problem.column) for problem in data.problems] == [
        (2, "name"),
        (3, "type"),
    ]
    (notice,) = data.notices
    assert notice.startswith("authorities.csv is not UTF-8")


def test_the_nearest_name_is_one_that_is_listed(tmp_path: Path) -> None:
    # A row of the wrong shape is no authority, and none whose name one should write.
    authorities = AUTHORITIES + "Ashbourne Town Council,Town Council\n"
    rows: list[Cells] = [
        {"authority": "Ashbourne Town Council"},
        {"authority": "Ashborne Town Council", "reference": "19 000 001"},
    ]
    wrong = [problem for problem in read(tmp_path, rows, authorities).problems if problem.column]
    assert [problem.value for problem in wrong] == ["Ashborne Town Council"]
    (named,) = re.findall('the nearest is "(.*)"', wrong[0].message)
    assert named in [line.split(",")[0] for line in AUTHORITIES.splitlines()[1:]]


def test_a_row_with_several_things_wrong_has_a_problem_for_each(tmp_path: Path) -> None:
    cells = {
        "reference": "x",
        "authority": "",
        "decision_date": "2019-12-31",
        "decision": "Not upheld",
        "satisfactory_remedy": "yes",
    }
    data = read(tmp_path, [cells])
    assert sorted((problem.line, problem.column, problem.value) for problem in data.problems) == [
        (2, "authority", ""),
        (2, "compliance_date", "2019-12-02"),
        (2, "compliance_outcome", "Complied"),
        (2, "reference", "x"),
        (2, "satisfactory_remedy", "yes"),
    ]


def test_one_wrong_text_in_many_rows_is_a_problem_in_each(tmp_path: Path) -> None:
    data = read(
        tmp_path,
        [{"reference": f"19 000 00{n}", "decision_date": "n/k"} for n in range(1, 5)],
    )
    assert problems(data) == [
        f'decisions.csv, line {line}, column decision_date: "n/k" {NO_DATE}'
        for line in (2, 3, 4, 5)
    ]


@pytest.mark.parametrize(
    "again",
    [
        {},
        {"decision": "Upheld", "decision_date": "2019-11-01", "service_area": "Other"},
        {"authority": "BROMSGROVE district  council"},
        {"reference": "19\N{NO-BREAK SPACE}001 854"},
        {"reference": "19-001-854"},
        {"reference": "19001854"},
    ],
)
def test_one_reference_twice_for_one_authority_is_a_problem_that_names_the_first_line(
    tmp_path: Path, again: Cells
) -> None:
    data = read(tmp_path, [{"reference": "19 000 001"}, {}, again])
    assert problems(data) == [
        'decisions.csv, line 4, column reference: "19 001 854" is already on line 3 for '
        "Bromsgrove District Council; delete one of the two rows."
    ]


def test_a_reference_is_known_again_though_its_first_row_has_a_problem(tmp_path: Path) -> None:
    data = read(tmp_path, [{"decision": "?"}, {}])
    assert [(problem.line, problem.column) for problem in data.problems] == [
        (2, "decision"),
        (3, "reference"),
    ]


def test_rows_outside_every_year_of_interest_are_checked_too(tmp_path: Path) -> None:
    data = read(
        tmp_path,
        [{"decision_date": "1999-01-01", "compliance_date": "1998-12-31"}],
    )
    assert [problem.column for problem in data.problems] == ["compliance_date"]


def test_a_column_missing_from_decisions_is_the_one_problem(tmp_path: Path) -> None:
    text = table([{}]).replace("decision_date", "date")
    data = read(tmp_path, text)
    assert problems(data) == [
        "decisions.csv, line 1, column decision_date: the column is missing; rename the right "
        "one, or add it, or map it in lgo-letters.toml. Now the header has: reference, authority, "
        "service_area, date, decision, satisfactory_remedy, compliance_date, compliance_outcome."
    ]
    assert number_of_rows(data) == 0


LATE = Contradiction(
    "compliance_date > decision_date + 365",
    "compliance_date",
    "is more than 365 days after the decision, {decision_date}; correct one of them.",
)


@pytest.mark.parametrize("mark", ["", '"'], ids=["no quotation mark", "a quotation mark"])
@pytest.mark.parametrize("bad_row", range(3))
def test_a_new_check_within_a_row_is_one_entry_and_finds_the_bad_row_whichever_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bad_row: int, mark: str
) -> None:
    cells: list[Cells] = [
        {"reference": f"19 000 00{number}", "service_area": f"Hou{mark}sing"} for number in range(3)
    ]
    cells[bad_row]["compliance_date"] = "14/10/2020"  # 366 days: 2020 has a 29 February
    assert problems(read(tmp_path, cells)) == []
    monkeypatch.setattr(checks, "CONTRADICTIONS", [*CONTRADICTIONS, LATE])
    assert problems(read(tmp_path, cells)) == [
        f'decisions.csv, line {bad_row + 2}, column compliance_date: "14/10/2020" is more than '
        "365 days after the decision, 2019-10-14; correct one of them."
    ]


def test_rows_that_contradict_themselves_in_several_ways_have_a_problem_for_each_in_order(
    tmp_path: Path,
) -> None:
    wrong = NOT_UPHELD | {"satisfactory_remedy": "yes", "compliance_date": "2019-01-01"}
    data = read(tmp_path, [wrong, wrong | {"reference": "19 000 002"}])
    assert [(problem.line, problem.column) for problem in data.problems] == [
        (line, column)
        for line in (2, 3)
        for column in ("satisfactory_remedy", "compliance_outcome", "compliance_date")
    ]


def test_a_remedy_and_an_outcome_may_stand_where_the_edition_lets_them(tmp_path: Path) -> None:
    kinds = replace(
        KINDS, compliance_on="detailed_investigations", remedy_on="detailed_investigations"
    )
    not_upheld = {"decision": "Not upheld", "satisfactory_remedy": "yes"}
    assert problems(read(tmp_path, [not_upheld], kinds=kinds)) == []
    (remedy, outcome) = read(
        tmp_path, [not_upheld | {"decision": "Advice given"}], kinds=kinds
    ).problems
    assert remedy.message == (
        'does not go with the decision "Advice given"; only Upheld or Not upheld can have a remedy.'
    )
    assert outcome.column == "compliance_outcome"


def test_any_kind_goes_where_the_edition_could_not_be_read(tmp_path: Path) -> None:
    data = read(
        tmp_path, [{"decision": "Settled  early", "satisfactory_remedy": "yes"}], kinds=None
    )
    assert row(data, "decision") == ("Settled early",)


def test_a_kind_that_only_another_edition_has_is_a_problem_and_one_of_its_own_is_none(
    tmp_path: Path,
) -> None:
    cells = [NOT_UPHELD | {"decision": "not  for us"}]
    kinds = DecisionKinds({**KINDS.counts_as, "Not for us": ("not_for_us",)})
    assert row(read(tmp_path, cells, kinds=kinds), "decision") == ("Not for us",)
    (problem,) = read(tmp_path, cells).problems
    assert problem.column == "decision"


def test_nothing_is_kept_of_a_row_with_a_wrong_cell_and_all_others_are_kept(tmp_path: Path) -> None:
    data = read(tmp_path, [{"decision": "?"}, {"reference": "19 000 001"}, {"reference": "?"}])
    assert data.decisions.query("select line, reference from decisions") == [(3, "19 000 001")]


def test_a_table_that_changes_while_it_is_read_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "decisions.csv"
    scan = strict.strict_scan

    def change(of: Table) -> str | None:
        with file.open("a", encoding="utf-8") as text:
            text.write("19 000 002,Bromsgrove District Council,,2019-10-14,Upheld,,,\n")
        return scan(of)

    monkeypatch.setattr(decisions, "strict_scan", change)
    with pytest.raises(
        UsageError, match=r"decisions\.csv was changed while it was read; run again"
    ):
        read(tmp_path, [{}])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
def test_a_table_may_come_through_a_pipe(tmp_path: Path) -> None:
    authorities, pipe = tmp_path / "authorities.csv", tmp_path / "decisions.csv"
    authorities.write_text(AUTHORITIES, encoding="utf-8")
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(table([{}]),))
    writer.start()
    data = read_tables(authorities, pipe, TYPES, KINDS)
    writer.join()
    assert rows(data, "line, reference") == [(2, "19 001 854")]


def test_naming_the_data_takes_no_duckdb() -> None:
    modules = "lgo_letters.tables.data, lgo_letters.figures.compare"
    code = f"import {modules}, sys; print('_duckdb' in sys.modules or 'duckdb' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_duckdb_writes_no_file_and_loads_no_extension(tmp_path: Path) -> None:
    data = read(tmp_path, [{}])
    settings = dict(data.decisions.query("select name, value from duckdb_settings()"))
    assert settings["temp_directory"] == ""
    assert settings["autoinstall_known_extensions"] == "false"
    assert settings["autoload_known_extensions"] == "false"


def test_a_query_for_which_duckdb_has_too_little_memory_is_a_memory_error(tmp_path: Path) -> None:
    data = read(tmp_path, [{}])
    data.decisions.query("set memory_limit = '1MB'")
    with pytest.raises(MemoryError):
        data.decisions.query("select list(range) from range(10_000_000)")


@pytest.mark.parametrize("mark", ["", '"'], ids=["read strictly", "read carefully"])
def test_a_table_for_which_duckdb_has_too_little_memory_is_a_memory_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mark: str
) -> None:
    open_database = decisions._open_database

    def open_small_database() -> duckdb.DuckDBPyConnection:
        return open_database().execute("set memory_limit = '2MB'")

    monkeypatch.setattr(decisions, "_open_database", open_small_database)
    cells = [{"reference": f"19 {n // 1000:03} {n % 1000:03}"} for n in range(30_000)]
    with pytest.raises(MemoryError):
        read(tmp_path, [{"reference": "20 000 000", "service_area": f"Hou{mark}sing"}, *cells])


# ---- what is wrong in authorities.csv


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (",District Council,Clerk", "column name: the cell is blank; fill it in."),
        ("Corby,,Clerk", "column type: the cell is blank; fill it in."),
        ("Corby,District Council, ", "column role: the cell is blank; fill it in."),
        (
            f"{'Corby ' * 84},District Council,Clerk",
            f'column name: "{("Corby " * 84)[:80]}…" has more than 500 characters; shorten it.',
        ),
        (
            "Corby,District Council,Cl\x1berk",
            'column role: "Cl\N{REPLACEMENT CHARACTER}erk" holds a control character; delete it.',
        ),
        (
            "Corby,Distict Council,Clerk",
            'column type: "Distict Council" is not a type in this edition; the nearest is '
            '"District Council"; correct it, map it in lgo-letters.toml, or add it to edition.toml '
            "as one of the [[types]].",
        ),
        (
            "Corby,London,Clerk",
            'column type: "London" is not a type in this edition; the nearest is '
            '"London Borough"; correct it, map it in lgo-letters.toml, or add it to edition.toml '
            "as one of the [[types]].",
        ),
        (
            "BROMSGROVE  district council,District Council,Clerk",
            'column name: "BROMSGROVE district council" is already on line 2; '
            "delete one of the two rows.",
        ),
        (
            "Devon & County Council,County Council,Clerk",
            'column name: "Devon & County Council" makes the same file name as '
            '"Devon County Council" on line 3, devon-county-council.pdf; change one of the names.',
        ),
        (
            "Kings Lynn and West Norfolk Borough Council,County Council,Clerk",
            'column name: "Kings Lynn and West Norfolk Borough Council" makes the same file name '
            'as "King\'s Lynn and West Norfolk Borough Council" on line 4, '
            "kings-lynn-and-west-norfolk-borough-council.pdf; change one of the names.",
        ),
    ],
)
def test_a_wrong_row_of_an_authority_is_a_problem_that_says_what_was_expected(
    tmp_path: Path, row: str, expected: str
) -> None:
    data = read(tmp_path, [{}], AUTHORITIES + row + "\n")
    assert problems(data) == [f"authorities.csv, line 6, {expected}"]


@pytest.mark.parametrize("column", ["recipient", "salutation", "code"])
@pytest.mark.parametrize("character", ["\x07", "\N{RIGHT-TO-LEFT OVERRIDE}"])
def test_a_character_that_nobody_sees_is_a_problem_in_a_column_that_may_be_left_out_too(
    tmp_path: Path, column: str, character: str
) -> None:
    text = f"name,type,role,{column}\nCorby,District Council,Clerk,A{character}B\n"
    (problem,) = read(tmp_path, authorities=text).problems
    assert (problem.line, problem.column) == (2, column)
    assert problem.message == "holds a control character; delete it."


def test_a_file_without_an_authority_is_a_problem(tmp_path: Path) -> None:
    data = read(tmp_path, authorities="name,type,role\n")
    assert problems(data) == [
        "authorities.csv, line 1: no authority follows the header; add a row for each."
    ]


def test_a_type_is_taken_as_it_stands_where_the_edition_names_none(tmp_path: Path) -> None:
    data = read(tmp_path, authorities="name,type,role\nA,Parish,Clerk\n", types=None)
    assert [authority.type for authority in data.validated().authorities] == ["Parish"]


def test_decisions_are_checked_in_themselves_where_authorities_cannot_be_read(
    tmp_path: Path,
) -> None:
    data = read(
        tmp_path,
        [{}, {}, {"reference": "19 000 001", "decision": "?"}],
        authorities="name,kind,role\n",
    )
    assert [(problem.file, problem.line, problem.column) for problem in data.problems] == [
        ("authorities.csv", 1, "type"),
        ("decisions.csv", 3, "reference"),
        ("decisions.csv", 4, "decision"),
    ]


# ---- both files together


def test_every_problem_of_both_files_is_reported_in_the_order_of_their_lines(
    tmp_path: Path,
) -> None:
    authorities = AUTHORITIES + "Corby,Distric,\nDevon County Council,County Council,Clerk\nX,Y\n"
    decisions = table(
        [
            {"reference": "1", "service_area": "Housing\nand other\nthings"},
            {"reference": "19 000 002", "decision": "Not upheld"},
            {"reference": "19 000 003", "authority": "Exeter", "decision_date": "?"},
            {"reference": "19 000 004"},
            {"reference": "19 000 005", "compliance_outcome": ""},
        ]
    )
    decisions += "too,few,cells\n" + table([{"reference": "19 000 004"}]).splitlines()[1] + "\n"
    data = read(tmp_path, decisions, authorities)
    assert [
        (problem.file, problem.line, problem.column, problem.value) for problem in data.problems
    ] == [
        ("authorities.csv", 6, "role", ""),
        ("authorities.csv", 6, "type", "Distric"),
        ("authorities.csv", 7, "name", "Devon County Council"),
        ("authorities.csv", 8, None, None),
        ("decisions.csv", 2, "reference", "1"),
        ("decisions.csv", 5, "compliance_outcome", "Complied"),
        ("decisions.csv", 6, "authority", "Exeter"),
        ("decisions.csv", 6, "decision_date", "?"),
        ("decisions.csv", 8, "compliance_outcome", ""),
        ("decisions.csv", 9, None, None),
        ("decisions.csv", 10, "reference", "19 000 004"),
    ]


def test_no_problem_is_made_up_for_the_right_lines_of_a_mixed_file(tmp_path: Path) -> None:
    authorities, decisions = tmp_path / "authorities.csv", tmp_path / "decisions.csv"
    authorities.write_text(AUTHORITIES, encoding="utf-8")
    name = "King\N{RIGHT SINGLE QUOTATION MARK}s Lynn and West Norfolk Borough Council"
    *right, last = table(
        [{"authority": name}, {"reference": "19 000 001", "service_area": "Caf\xe9s"}]
    ).splitlines(keepends=True)
    decisions.write_bytes("".join(right).encode("utf-8") + last.encode("cp1252"))
    assert [
        problem.line for problem in read_tables(authorities, decisions, TYPES, KINDS).problems
    ] == [3]


def test_data_without_a_problem_are_accepted(tmp_path: Path) -> None:
    data = read(tmp_path, [{}])
    assert data.validated() is data


def test_data_with_a_problem_are_refused_with_all_of_them(tmp_path: Path) -> None:
    data = read(tmp_path, [{"decision": "?"}, {"reference": "?"}])
    with pytest.raises(DataError, match="2 problems in the data; correct the problems") as raised:
        data.validated()
    assert raised.value.problems == data.problems
    assert raised.value.exit_code == 3


def test_one_problem_is_counted_in_the_singular() -> None:
    assert str(DataError([Problem("decisions.csv", 2, "is wrong.")])) == (
        "1 problem in the data; correct the problems listed, and run again."
    )


@pytest.mark.parametrize("missing", ["authorities.csv", "decisions.csv"])
def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path, missing: str) -> None:
    read(tmp_path)
    (tmp_path / missing).unlink()
    with pytest.raises(UsageError, match=missing):
        read_tables(tmp_path / "authorities.csv", tmp_path / "decisions.csv", TYPES, KINDS)
