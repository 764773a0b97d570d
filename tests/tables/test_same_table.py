"""One table is read alike in every form in which people save it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lgo_letters.figures import count as counting
from lgo_letters.tables.data import Data, InputFile
from lgo_letters.tables.decisions.columns import DECISION_COLUMNS, decision_columns
from lgo_letters.tables.decisions.read import read_decisions
from lgo_letters.year import ReportingYear
from tests.support.definitions import DEFINITIONS, KINDS
from tests.support.rows import listed
from tests.support.workbooks import Value, write_workbook

APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
KNOWN = listed(["Bromsgrove", f"King{APOSTROPHE}s Lynn", "Bournemouth, Christchurch and Poole"])

Rows = Sequence[Sequence[str]]


def delimited(rows: Rows, delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def write_csv(file: Path, rows: Rows) -> Path:
    file.write_bytes(delimited(rows, ",").encode("utf-8-sig"))
    return file


def write_windows_text(file: Path, rows: Rows) -> Path:
    file.write_bytes(delimited(rows, ",").encode("cp1252"))
    return file


def write_semicolons(file: Path, rows: Rows) -> Path:
    file.write_bytes(delimited(rows, ";").encode())
    return file


def write_unicode_text(file: Path, rows: Rows) -> Path:
    file.write_bytes(delimited(rows, "\t").encode("utf-16"))
    return file


def write_texts(file: Path, rows: Rows) -> Path:
    file = file.with_suffix(".xlsx")
    write_workbook(file, rows)
    return file


def write_values(file: Path, rows: Rows) -> Path:
    file = file.with_suffix(".xlsx")
    write_workbook(file, [list(map(as_typed, row)) for row in rows])
    return file


def as_typed(text: str) -> Value:
    """What Excel makes of a text that is typed into a cell."""
    if text.isdecimal():
        return int(text)
    if text == "TRUE":
        return True
    return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else text or None


# Each writes rows of cells to a file whose name has no ending yet, and returns what is to be read.
FORMS: dict[str, Callable[[Path, Rows], Path]] = {
    "CSV": write_csv,
    "Windows text": write_windows_text,
    "semicolons": write_semicolons,
    "UTF-16 with tabs": write_unicode_text,
    "a workbook of texts": write_texts,
    "a workbook of dates and numbers": write_values,
}

# Of each column what is right, in whatever row, and what is wrong or may be.
CELLS: list[tuple[list[str], list[str]]] = [
    (["19 000 001", "19-000-002", "19000003", "3000004", " 19 000 005 "], ["?", "", "19 000 009"]),
    (
        ["Bromsgrove", f"KING{APOSTROPHE}S Lynn", "Bournemouth, Christchurch and Poole"],
        ["Bath", ""],
    ),
    (["", "Housing", 'a "b"; c, d', "Caf\xe9s \N{EM DASH} \xa310"], []),
    (["2019-10-14", "14/10/2019", "1/7/19", "14-Oct-2019 09:30"], ["10/14/2019", "n/k", ""]),
    (["Upheld", " UPHELD"], ["NOT UPHELD", "Incomplete/Invalid", "Uphold", ""]),
    (["", "yes", "No", "TRUE"], ["?", "#N/A", "=A1"]),
    ([""], ["2019-12-02", "02/01/2018", "31/6/2019"]),
    ([""], ["Complied", "complied  late", "Late"]),
]
COMPLIANCE = [("", ""), ("02-Jan-20", "Complied"), ("31/3/2020", "complied  late")]
RIGHT = ["19 000 009", "Bromsgrove", "Housing", "2019-10-14", "Upheld", "no", "", ""]
BLANK = [""] * len(RIGHT)


@st.composite
def rows(draw: st.DrawFn) -> list[list[str]]:
    """Rows of cells, all of them right or any, and blank ones; perhaps with a blank column."""
    are_right = draw(st.booleans())
    cells = (st.sampled_from(right if are_right else [*right, *wrong]) for right, wrong in CELLS)
    row = st.tuples(*cells).map(list)
    if are_right:
        row = st.builds(lambda cells, pair: [*cells[:-2], *pair], row, st.sampled_from(COMPLIANCE))
    unique = _case if are_right else None
    table = draw(st.lists(st.one_of(row, st.just(BLANK)), max_size=20, unique_by=unique))
    more = [""] * draw(st.integers(0, 2))
    return [[*cells, *more] for cells in table]


def _case(cells: list[str]) -> tuple[str, str]:
    return cells[0], cells[1]


def read(file: Path) -> tuple[object, ...]:
    """All that reading and counting say of a file, but for its name and what it calls a cell."""
    decisions, report = read_decisions(file, decision_columns(KNOWN, KINDS), KINDS)
    no_file = InputFile("authorities.csv", "", 0)
    data = Data(KNOWN.authorities, decisions, no_file, report.file)
    problems = [
        replace(problem, file="", cell=None, message=problem.message.replace("in row", "on line"))
        for problem in report.problems
    ]
    return (
        decisions.query("from decisions order by line"),
        problems or counting.count(data, DEFINITIONS, ReportingYear(2020)),
        problems,
        report.more_problems,
        report.file.rows,
        [word[1:] for word in report.unknown_words],
    )


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows(), st.integers(0, 2))
def test_a_table_says_the_same_in_every_form(
    tmp_path: Path, rows: list[list[str]], blank_lines: int
) -> None:
    width = max(map(len, rows), default=len(RIGHT))
    header = [*DECISION_COLUMNS, *[""] * (width - len(RIGHT))]
    table = [*[[""] * width] * blank_lines, header, *rows]
    said = {name: read(write(tmp_path / name, table)) for name, write in FORMS.items()}
    first = said.pop("CSV")
    for name, what in said.items():
        assert what == first, name


def test_the_rows_of_the_property_are_read_and_their_problems_found(tmp_path: Path) -> None:
    wrong = ["?", "Bath", "Caf\xe9s", "10/14/2019", "Uphold", "?", "", ""]
    for name, write in FORMS.items():
        file = write(tmp_path / name, [BLANK, DECISION_COLUMNS, RIGHT, BLANK, wrong])
        kept, _, problems, _, number, _ = read(file)
        nothing = (None,) * 6
        assert kept == [(3, *RIGHT[:3], date(2019, 10, 14), "Upheld", False, *nothing)]
        assert isinstance(problems, list)
        assert [problem.column for problem in problems] == [
            "reference",
            "authority",
            "decision_date",
            "decision",
            "satisfactory_remedy",
        ]
        assert {problem.line for problem in problems} == {5}
        assert number == 2
