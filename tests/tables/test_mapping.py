"""lgo-letters.toml: an export read as though its headings and words were ours."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from lgo_letters.errors import DataError, UsageError
from lgo_letters.tables.data import Authority, AuthorityList, Data
from lgo_letters.tables.decisions.columns import decision_columns
from lgo_letters.tables.export import ExportMapping, read_mapping
from lgo_letters.tables.read import read_tables
from tests.support.definitions import KINDS, TYPES

AUTHORITIES = """name,type,role
Bromsgrove District Council,District Council,Chief Executive
"Bournemouth, Christchurch and Poole Council",Unitary Council,Chief Executive
"""
EXPORT = """Case Ref,Body,Category,decision,Decided,Outcome,Remedied?,Compliance,Recorded
19-001-854,Bromsgrove District Council,Housing,x,14-Oct-19,Upheld: injustice,Y,Done,02/12/2019
19-001-855,Bournemouth Christchurch & Poole,Housing,,15-Oct-19,UPHELD:  Injustice,N,n/a,
19-001-856,bournemouth christchurch & poole,,,16-Oct-19,Not upheld,,,
"""
COLUMNS = """
[decisions.columns]
reference = "case ref"
authority = "Body"
service_area = "Category"
decision_date = "Decided"
decision = "Outcome"
satisfactory_remedy = "Remedied?"
compliance_outcome = "Compliance"
compliance_date = "Recorded"
"""
WORDS = """
[decisions.values.decision]
"Upheld: injustice" = "Upheld"
"Discontinued" = "Closed after initial enquiries"
[decisions.values.satisfactory_remedy]
Y = "yes"
N = "no"
[decisions.values.compliance_outcome]
Done = "Complied"
"N/A" = ""
"""
ALSO_KNOWN_AS = """
[authorities.also_known_as]
"Bournemouth Christchurch & Poole" = "Bournemouth, Christchurch and Poole Council"
"""
WHOLE = COLUMNS + WORDS + ALSO_KNOWN_AS


def mapping(folder: Path, text: str) -> ExportMapping:
    file = folder / "lgo-letters.toml"
    file.write_text(text, encoding="utf-8")
    return read_mapping(file)


def read(
    folder: Path, text: str = WHOLE, export: str = EXPORT, authorities: str = AUTHORITIES
) -> Data:
    (folder / "export.csv").write_text(export, encoding="utf-8")
    (folder / "bodies.csv").write_text(authorities, encoding="utf-8")
    return read_tables(
        folder / "bodies.csv",
        folder / "export.csv",
        TYPES,
        KINDS,
        mapping=mapping(folder, text),
    )


def problems(data: Data) -> list[str]:
    return [str(problem) for problem in data.problems]


ROWS = [
    ("19 001 854", "Bromsgrove District Council", "Housing", "Upheld", True, "Complied"),
    (
        "19 001 855",
        "Bournemouth, Christchurch and Poole Council",
        "Housing",
        "Upheld",
        False,
        None,
    ),
    ("19 001 856", "Bournemouth, Christchurch and Poole Council", None, "Not upheld", None, None),
]
SELECT = """
    select reference, authority, service_area, decision, satisfactory_remedy, compliance_outcome
    from decisions order by line
"""


@pytest.mark.parametrize("mark", ["", '"'], ids=["read strictly", "read carefully"])
def test_an_export_is_read_by_its_own_headings_and_words(tmp_path: Path, mark: str) -> None:
    export = EXPORT.replace(",x,", f",x{mark},")
    assert read(tmp_path, export=export).validated().decisions.query(SELECT) == ROWS


@pytest.mark.parametrize("mark", ["", '"'], ids=["read strictly", "read carefully"])
def test_every_mapping_is_told_with_the_rows_that_it_changed(tmp_path: Path, mark: str) -> None:
    data = read(tmp_path, export=EXPORT.replace(",x,", f",x{mark},"))
    assert [(column, text, rows) for _, column, text, _, rows in data.mapped] == [
        (None, "case ref", 3),
        (None, "Body", 3),
        (None, "Category", 3),
        (None, "Decided", 3),
        (None, "Outcome", 3),
        (None, "Remedied?", 3),
        (None, "Compliance", 3),
        (None, "Recorded", 3),
        ("decision", "Upheld: injustice", 2),
        ("decision", "Discontinued", 0),
        ("satisfactory_remedy", "Y", 1),
        ("satisfactory_remedy", "N", 1),
        ("compliance_outcome", "Done", 1),
        ("compliance_outcome", "N/A", 1),
        ("authority", "Bournemouth Christchurch & Poole", 2),
    ]
    assert {mapped.table for mapped in data.mapped} == {"decisions"}


def test_the_table_of_authorities_is_mapped_too(tmp_path: Path) -> None:
    text = """
        [authorities.columns]
        name = "Body"
        type = "Kind"
        [authorities.values.type]
        District = "District Council"
        [authorities.values.role]
        CEX = "Chief Executive"
    """
    authorities = "Body,Kind,Role\nBath,district,CEX\nWells,DISTRICT,Clerk\n"
    data = read(tmp_path, COLUMNS + WORDS + text, EXPORT.split("\n")[0], authorities).validated()
    assert [(one.name, one.type, one.role) for one in data.authorities] == [
        ("Bath", "District Council", "Chief Executive"),
        ("Wells", "District Council", "Clerk"),
    ]
    of_authorities = [mapped for mapped in data.mapped if mapped.table == "authorities"]
    assert [(mapped.column, mapped.text, mapped.rows) for mapped in of_authorities] == [
        (None, "Body", 2),
        (None, "Kind", 2),
        ("type", "District", 2),
        ("role", "CEX", 1),
    ]


def test_a_problem_names_the_column_by_the_heading_that_the_file_has(tmp_path: Path) -> None:
    export = EXPORT.replace("Not upheld", "Rejected").replace("15-Oct", "31-Jun")
    data = read(tmp_path, export=export)
    assert [(problem.line, problem.column, problem.value) for problem in data.problems] == [
        (3, "Decided", "31-Jun-19"),
        (4, "Outcome", "Rejected"),
    ]


def test_words_that_are_not_understood_are_counted_those_in_most_rows_first(
    tmp_path: Path,
) -> None:
    text = WHOLE.replace('"Upheld: injustice"', '"Something else"').replace('N = "no"', "")
    export = EXPORT.replace("UPHELD:  Injustice", "Upheld: injustice").replace(
        "Not upheld", "Rejected"
    )
    words = [word[1:] for word in read(tmp_path, text, export).unknown_words]
    assert words == [
        ("Outcome", "Upheld: injustice", 2),
        ("Outcome", "Rejected", 1),
        ("Remedied?", "N", 1),
    ]


def test_an_authority_s_other_names_in_its_own_table_are_accepted_too(tmp_path: Path) -> None:
    bath = Authority("Bath", "", "", also_known_as=("B&NES", "Wells"))
    listed = AuthorityList((bath, replace(bath, name="Wells", also_known_as=())))
    (column,) = (one for one in decision_columns(listed, KINDS) if one.name == "authority")
    assert [column.value(text) for text in ("b&nes", "Bath", "Wells")] == ["Bath", "Bath", "Wells"]


# ---- what is wrong in it


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[decisions\n", "line 1: the file is not TOML here (…"),
        (
            "[decisions.colums]\n",
            'line 1, decisions.colums: the setting is not known (the nearest is "columns"); '
            "rename or delete it.",
        ),
        ("[decisions]\nfile = 5\n", 'line 2, decisions.file: "5" is not text; put it in …'),
        (
            "[decisions.columns]\nreference = ['Ref']\n",
            "line 2, decisions.columns.reference: is not text; put it in …",
        ),
        (
            "[decisions]\ncomplete_years = [2019, '2018']\n",
            'line 2, decisions.complete_years.2: "2018" is not …',
        ),
        (
            "[decisions.columns]\nreference = 'Ref'\n\nauthority = 'REF '\n",
            'line 4, decisions.columns.authority: "REF " is reference already; give each column a '
            "heading of its own.",
        ),
        (
            "[decisions.values.decision]\nClosed = 'Upheld'\n'CLOSED ' = 'Upheld'\n",
            'line 3, decisions.values.decision.CLOSED : "CLOSED " is mapped twice; delete one of '
            "the two lines.",
        ),
        (
            "[decisions.values.authority]\nBath = 'Wells'\n"
            "[authorities.also_known_as]\nbath = 'Wells'\n",
            'line 4, authorities.also_known_as.bath: "bath" is mapped twice; delete one of the two '
            "lines.",
        ),
        (
            "[decisions.values.decision]\n' ' = 'Upheld'\n",
            "line 2, decisions.values.decision. : gives a meaning to a blank cell; fill in the "
            "cells of the file instead.",
        ),
    ],
)
def test_what_is_wrong_in_itself_is_an_error_of_the_data_at_its_line(
    tmp_path: Path, text: str, expected: str
) -> None:
    file = tmp_path / "lgo-letters.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as refused:
        raise DataError(read_mapping(file).sorted_problems())
    assert refused.value.exit_code == 3
    problem = str(refused.value.problems[0])
    pattern = re.escape(f"lgo-letters.toml, {expected}").replace("…", ".*")
    assert re.fullmatch(pattern, problem), problem


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            WHOLE.replace('"Outcome"', '"Result"'),
            'line 7, decisions.columns.decision: "Result" is not a heading in export.csv; write '
            "one of those that it has: Case Ref, Body, Category, decision, Decided, Outcome, "
            "Remedied?, Compliance, Recorded.",
        ),
        (
            WHOLE.replace("service_area =", "service ="),
            'line 5, decisions.columns.service: "service" is not a column of decisions; the '
            'nearest is "service_area"; correct it.',
        ),
        (
            WHOLE.replace("values.satisfactory_remedy", "values.remedy"),
            'line 15, decisions.values.remedy: "remedy" is not a column of decisions; the nearest '
            'is "satisfactory_remedy"; correct it.',
        ),
        (
            WHOLE.replace('= "Upheld"', '= "Uphled"'),
            'line 13, decisions.values.decision.Upheld: injustice: "Uphled" is not a '
            'decision; the nearest is "Upheld"; write Upheld, Not upheld, Closed after initial '
            "enquiries, Referred back for local resolution, Advice given or Incomplete or invalid.",
        ),
        (
            WHOLE.replace('= "Upheld"', '= ""'),
            "line 13, decisions.values.decision.Upheld: injustice: the value is blank; "
            "write Upheld, Not upheld, Closed after initial enquiries, Referred back for local "
            "resolution, Advice given or Incomplete or invalid.",
        ),
        (
            WHOLE.replace('"Discontinued" =', '"not  UPHELD" ='),
            'line 14, decisions.values.decision.not  UPHELD: "not  UPHELD" has a meaning already, '
            'and cannot be read as "Closed after initial enquiries"; delete this line, or correct '
            "the file that it is for.",
        ),
        (
            WHOLE.replace('= "Bournemouth, C', '= "Bornemouth, C'),
            "line 23, authorities.also_known_as.Bournemouth Christchurch & Poole: "
            '"Bornemouth, Christchurch and Poole Council" is not an authority in bodies.csv; the '
            'nearest is "Bournemouth, Christchurch and Poole Council".',
        ),
        (
            WHOLE + '"Bromsgrove District Council" = "Bournemouth, Christchurch and Poole Council"',
            "line 24, authorities.also_known_as.Bromsgrove District Council: "
            '"Bromsgrove District Council" has a meaning already, and cannot be read as '
            '"Bournemouth, Christchurch and Poole Council"; delete this line, or correct the file '
            "that it is for.",
        ),
    ],
    ids=[
        "no such heading",
        "no such column of ours",
        "values of no column of ours",
        "a wrong value",
        "a blank value",
        "a value that means another already",
        "no such authority",
        "another authority's own name",
    ],
)
def test_what_does_not_fit_the_tables_is_the_one_problem_and_no_row_is_blamed_for_it(
    tmp_path: Path, text: str, expected: str
) -> None:
    data = read(tmp_path, text)
    expected = f"lgo-letters.toml, {expected}"
    assert expected in problems(data)
    missing = "service" in expected and "service_area" in expected  # so its column is, too
    assert len(data.problems) == 1 + missing
    assert data.decisions.query("select * from decisions") == []


def test_the_headings_of_a_file_are_listed_once(tmp_path: Path) -> None:
    text = WHOLE.replace('"Body"', '"Bodies"').replace('"Outcome"', '"Result"')
    first, second = problems(read(tmp_path, text, EXPORT.replace("Recorded", "x" * 200, 1)))[:2]
    assert "write one of those that it has: Case Ref, Body" in first
    assert second == (
        'lgo-letters.toml, line 7, decisions.columns.decision: "Result" is not a heading in '
        "export.csv either."
    )


def test_problems_of_the_mapping_stand_in_the_order_of_their_lines(tmp_path: Path) -> None:
    text = WHOLE.replace('Y = "yes"', 'Y = "maybe"').replace('"Outcome"', '"Result"')
    data = read(tmp_path, text.replace('= "Bournemouth, C', '= "Bornemouth, C'))
    assert [problem.line for problem in data.problems] == [7, 16, 23]


def test_a_word_of_a_free_column_may_be_mapped_to_any_other(tmp_path: Path) -> None:
    text = WHOLE + '[decisions.values.service_area]\n"Housing" = "Homes"\n'
    data = read(tmp_path, text).validated()
    areas = data.decisions.query("select service_area from decisions order by line")
    assert areas == [("Homes",), ("Homes",), (None,)]


def test_references_may_be_mapped_though_usual_ones_are_not_read_one_by_one(
    tmp_path: Path,
) -> None:
    text = WHOLE + '[decisions.values.reference]\n"19 001 854" = "20 000 001"\n'
    data = read(tmp_path, text, EXPORT.replace("19-001-854", "19 001 854"))
    assert problems(data) == [
        'lgo-letters.toml, line 25, decisions.values.reference.19 001 854: "19 001 854" has a '
        'meaning already, and cannot be read as "20 000 001"; delete this line, or correct the '
        "file that it is for."
    ]
    text = text.replace('"19 001 854" =', '"pending" =')
    export = EXPORT.replace("19-001-854", "Pending").replace("19-001-855", "19 001 855")
    data = read(tmp_path, text, export).validated()
    assert data.decisions.query("select reference from decisions order by line") == [
        ("20 000 001",),
        ("19 001 855",),
        ("19 001 856",),
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xef\xbb\xbf[decisions]\r\nfile = 'a.csv'\r\n", None),
        (b"# caf\xe9\n", "line 1: is not UTF-8 text; save it as UTF-8."),
        (b"#" * 1_000_001, "the file is larger than 1,000,000 bytes; make it smaller."),
    ],
    ids=["BOM", "cp1252", "large"],
)
def test_the_file_is_utf_8_and_not_large(
    tmp_path: Path, content: bytes, expected: str | None
) -> None:
    file = tmp_path / "lgo-letters.toml"
    file.write_bytes(content)
    if expected is None:
        assert read_mapping(file).file("decisions") == Path("a.csv")
        return
    with pytest.raises(DataError) as raised:
        read_mapping(file)
    assert [
        str(problem).partition("toml")[2].lstrip(":, ") for problem in raised.value.problems
    ] == [expected]


def test_a_file_that_cannot_be_read_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_mapping(tmp_path)


def test_complete_years_are_passed_on(tmp_path: Path) -> None:
    assert mapping(tmp_path, "[decisions]\ncomplete_years = [2018, 2019]\n").complete_years == (
        2018,
        2019,
    )
