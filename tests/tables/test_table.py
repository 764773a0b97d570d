from __future__ import annotations

import hashlib
import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image

from lgo_letters.errors import Problem, UsageError
from lgo_letters.names import fold
from lgo_letters.tables.data import InputFile
from lgo_letters.tables.files.records import split_sheet
from lgo_letters.tables.table import Table

COLUMNS = ("name", "type", "role")
APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
SAVE_AS = 'in Excel, choose "Save As" and the type "CSV UTF-8 (Comma delimited)".'
MARK = b"\xef\xbb\xbf"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "table.csv"


class Row(NamedTuple):
    """The line on which a row starts, and its cells as they are asked for."""

    line: int
    cells: tuple[str, ...]


class Read(NamedTuple):
    """A table that was read row by row."""

    rows: list[Row]
    readable: bool
    file: InputFile
    problems: Sequence[Problem]
    notices: Sequence[str]


def read_table(file: Path, columns: Sequence[str], optional: Sequence[str] = ()) -> Read:
    table = Table(file, columns, optional)
    index = {} if table.header is None else table.header.index
    rows = [
        Row(line, tuple(fold(cells[index[c]]) if c in index else "" for c in (*columns, *optional)))
        for line, cells in table.rows()
    ]
    report = table.report()
    return Read(rows, table.header is not None, report.file, report.problems, report.notices)


def read(file: Path, content: str | bytes, optional: tuple[str, ...] = ()) -> Read:
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_table(file, COLUMNS, optional)


def problems(read: Read) -> list[str]:
    return [str(problem) for problem in read.problems]


# ---- the habits of those who save tables


@pytest.mark.parametrize(
    "content",
    [
        b"name,type,role\nA,B,C\nD,E,F\n",
        b"name,type,role\nA,B,C\nD,E,F",
        b"name,type,role\r\nA,B,C\r\nD,E,F\r\n",
        b"name,type,role\rA,B,C\rD,E,F\r",
        MARK + b"name,type,role\r\nA,B,C\r\nD,E,F\r\n",
        MARK + b'"name","type","role"\n"A","B","C"\n"D","E","F"\n',
        b" name , type,role \n A ,  B,C\t\nD,E,F\n",
        b"name,type,role\n\xc2\xa0A,B\xc2\xa0,\xc2\xa0C \nD,E,F\n",
        b"NAME,Type,rOLE\nA,B,C\nD,E,F\n",
        b"na\xc2\xadme,\xe2\x80\x8btype,role\xc2\xa0\nA,B,C\nD,E,F\n",
    ],
    ids=["LF", "no last LF", "CRLF", "CR", "BOM", "quotes", "spaces", "NBSP", "case", "invisible"],
)
def test_a_table_reads_alike_however_it_was_saved(file: Path, content: bytes) -> None:
    table = read(file, content)
    assert problems(table) == []
    assert table.rows == [Row(2, ("A", "B", "C")), Row(3, ("D", "E", "F"))]
    assert table.notices == ()
    assert table.readable


def test_columns_stand_in_any_order_and_those_not_asked_for_are_left_alone(file: Path) -> None:
    table = read(file, "note,role,,name,note,type\nx,C,y,A,z,B\n")
    assert problems(table) == []
    assert table.rows == [Row(2, ("A", "B", "C"))]


def test_a_header_may_have_spaces_for_underscores(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_text("Decision Date,DECISION_DATE_\n2019-10-14,x\n")
    table = read_table(file, ["decision_date"])
    assert problems(table) == []
    assert table.rows == [Row(2, ("2019-10-14",))]


def test_an_optional_column_that_is_absent_reads_as_blank(file: Path) -> None:
    table = read(file, "name,email,type,role\nA,e,B,C\n", optional=("code", "email"))
    assert problems(table) == []
    assert table.rows == [Row(2, ("A", "B", "C", "", "e"))]


def test_runs_of_white_space_within_a_value_become_one_space(file: Path) -> None:
    table = read(file, 'name,type,role\n"A \xa0 a\n\ta",B,C\n')
    assert table.rows == [Row(2, ("A a a", "B", "C"))]


def test_a_value_in_quotes_may_hold_commas_and_doubled_quotes(file: Path) -> None:
    table = read(file, 'name,type,role\n"A, ""a"" and a",B,C\n')
    assert problems(table) == []
    assert table.rows == [Row(2, ('A, "a" and a', "B", "C"))]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n\n", ",,\n,,\n", " , ,\xa0\n\n", ",,,,,,\n,,"])
def test_empty_last_lines_are_passed_over(file: Path, end: str) -> None:
    table = read(file, "name,type,role\nA,B,C\n" + end)
    assert problems(table) == []
    assert table.rows == [Row(2, ("A", "B", "C"))]


@pytest.mark.parametrize("line", ["\n", ",,\n", " , , \n", ",,,,\n", ";\n"])
def test_blank_lines_are_left_alone_anywhere_and_count_as_lines(file: Path, line: str) -> None:
    table = read(file, f"{line}{line}name,type,role\n{line}A,B,C\n{line}D,E,F\n{line}")
    if line == ";\n":  # not blank where commas separate
        assert [problem.line for problem in table.problems] == [1]
        return
    assert problems(table) == []
    assert table.rows == [Row(5, ("A", "B", "C")), Row(7, ("D", "E", "F"))]


@pytest.mark.parametrize("header", ["name,type,role", "name,type,role,,", "name,type,role, ,"])
def test_blank_cells_after_the_last_column_are_left_alone_anywhere(file: Path, header: str) -> None:
    table = read(file, f"{header}\nA,B,C\nD,E,F,\nG,H,I,,, ,\n")
    assert problems(table) == []
    assert [row.cells for row in table.rows] == [
        ("A", "B", "C"),
        ("D", "E", "F"),
        ("G", "H", "I"),
    ]


def test_the_record_of_a_file_is_its_name_without_folders_and_the_hash_of_its_bytes(
    file: Path,
) -> None:
    content = MARK + b"name,type,role\r\nA,B,C\r\n"
    table = read(file, content)
    assert table.file.file == "table.csv"
    assert table.file.sha256 == hashlib.sha256(content).hexdigest()


def test_a_file_that_is_not_there_is_wrong_usage(file: Path) -> None:
    with pytest.raises(UsageError, match=r"table\.csv cannot be read \(No such file") as raised:
        read_table(file, COLUMNS)
    assert raised.value.exit_code == 2


def test_a_folder_in_place_of_a_file_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_table(tmp_path, COLUMNS)


# ---- lines


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_record_that_spans_lines_is_named_by_its_first_and_the_next_by_its_own(
    file: Path, newline: str
) -> None:
    lines = ["name,type,role", '"A', "", 'a",B,C', "D,E", '"F","', 'G"', "H,I,J"]
    table = read(file, newline.join(lines).encode())
    assert table.rows == [Row(2, ("A a", "B", "C")), Row(8, ("H", "I", "J"))]
    assert [problem.line for problem in table.problems] == [5, 6]


def test_a_header_may_span_lines(file: Path) -> None:
    table = read(file, 'name,type,role,"a\nnote"\nA,B,C,\nD,E,F\n')
    assert table.rows == [Row(3, ("A", "B", "C"))]
    assert [problem.line for problem in table.problems] == [4]


@pytest.mark.parametrize("character", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_only_line_ends_of_the_file_count_as_lines(file: Path, character: str) -> None:
    table = read(file, f"name,type,role\nA,B{character}b,C\nD,E\n")
    assert table.rows == [Row(2, ("A", "B b", "C"))]
    assert [problem.line for problem in table.problems] == [3]


# ---- rows and headers of the wrong shape


@pytest.mark.parametrize(
    ("row", "cells"),
    [("A", "1 cell"), ("A,B", "2 cells"), ("A,B,C,D", "4 cells"), ("A,B,C,,D", "5 cells")],
)
def test_a_row_with_more_or_fewer_cells_than_the_header_is_a_problem_and_no_row(
    file: Path, row: str, cells: str
) -> None:
    table = read(file, f"name,type,role\nX,Y,Z\n{row}\n")
    too_few = "add those that are missing, blank if need be."
    too_many = "a value with a comma in it needs quotation marks round it."
    what_to_do = too_many if row.count(",") > 2 else too_few
    assert problems(table) == [
        f"table.csv, line 3: the row has {cells} and the header has 3; {what_to_do}"
    ]
    assert table.rows == [Row(2, ("X", "Y", "Z"))]


def test_several_missing_columns_are_one_problem_that_lists_them_and_the_headers_found(
    file: Path,
) -> None:
    table = read(file, "name, Kind ,\nA,B,\nC\n")
    assert problems(table) == [
        "table.csv, line 1: the columns type and role are missing; rename the right ones, or add "
        "them. Now the header has: name, Kind."
    ]
    assert table.rows == []
    assert not table.readable


def test_one_missing_column_is_a_problem_in_it_that_lists_the_headers_found(file: Path) -> None:
    table = read(file, "name,type\nA,B\n")
    assert problems(table) == [
        "table.csv, line 1, column role: the column is missing; rename the right one, or add it. "
        "Now the header has: name, type."
    ]


def test_one_heading_alone_may_be_a_title(file: Path) -> None:
    (problem,) = problems(read(file, "Decisions 2020\n\nname,type,role\nA,B,C\n"))
    assert problem.endswith(
        "Now the header has: Decisions 2020 (if that is a title, delete all above the header)."
    )


def test_of_many_headers_found_twenty_are_listed_and_each_is_cut_where_long(file: Path) -> None:
    table = read(file, "x" * 100 + ",y" * 30 + ",name,type\n")
    listed = ", ".join(["x" * 80 + "…", *"y" * 19])
    assert problems(table) == [
        "table.csv, line 1, column role: the column is missing; rename the right one, or add it. "
        f"Now the header has: {listed}, and 13 more."
    ]


@pytest.mark.parametrize(
    ("header", "column"), [("name,type,role,Name ", "name"), ("name,CODE,type,role,code", "code")]
)
def test_a_column_named_twice_is_a_problem_even_an_optional_one(
    file: Path, header: str, column: str
) -> None:
    table = read(file, f"{header}\n", optional=("code",))
    assert problems(table) == [
        f"table.csv, line 1, column {column}: the column is there twice; delete or rename one."
    ]
    assert not table.readable


@pytest.mark.parametrize(
    "content",
    [b"", MARK, b"\n", b" \r\n\r\n", MARK + b"\r\n", b",,\n,,\n", b"\xff\xfe"],
    ids=["nothing", "BOM", "a line", "lines", "BOM and a line", "blank cells", "UTF-16"],
)
def test_an_empty_table_is_one_problem(file: Path, content: bytes) -> None:
    table = read(file, content)
    assert problems(table) == [
        "table.csv, line 1: the table is empty; add a header, and its rows below."
    ]
    assert not table.readable


# ---- what is no CSV


@pytest.mark.parametrize(("separator", "words"), [("\t", "tabs"), (";", "semicolons")])
@pytest.mark.parametrize("mark", ["", '"'], ids=["no quotation marks", "quotation marks"])
def test_a_file_separated_by_something_else_is_read_as_what_it_is_with_a_notice(
    file: Path, separator: str, words: str, mark: str
) -> None:
    lines = ["name", "type", "role"], ["A, a", f'"A{separator}"', "C"], ["D", "E", "F"]
    text = "\n".join(separator.join(line) for line in lines)
    for heading in lines[0]:
        text = text.replace(heading, f"{mark}{heading}{mark}")
    table = read(file, "\n" + text)
    assert problems(table) == []
    assert [row.cells for row in table.rows] == [
        ("A, a", fold(f"A{separator}"), "C"),
        ("D", "E", "F"),
    ]
    assert table.notices == (
        f"table.csv is separated by {words}, not commas; it was read that way.",
    )


def test_headings_that_are_all_unknown_are_listed_one_by_one_whatever_separates_them(
    file: Path,
) -> None:
    table = read(file, "Body;Sort, or kind;Post\nA;B;C\n")
    assert problems(table) == [
        "table.csv, line 1: the columns name, type and role are missing; rename the right ones, "
        "or add them. Now the header has: Body, Sort, or kind, Post."
    ]


@pytest.mark.parametrize("value", ["A;B;C", "A\tB\tC"])
def test_semicolons_and_tabs_within_a_value_are_no_separators(file: Path, value: str) -> None:
    table = read(file, f"name,type,role,note;note\n{value},B,C,;\n")
    assert problems(table) == []
    assert [row.line for row in table.rows] == [2]


def test_a_quotation_mark_never_closed_is_a_problem_at_the_line_where_it_opens(file: Path) -> None:
    table = read(file, 'name,type,role\nA,B,C\nD,"E,F\nG,H,I\n')
    assert problems(table) == [
        "table.csv, line 3: a quotation mark opens here and is never closed; "
        "close it, or double it."
    ]
    assert table.rows == [Row(2, ("A", "B", "C"))]


def test_text_after_a_closed_quotation_mark_is_a_problem_and_the_next_line_is_read(
    file: Path,
) -> None:
    table = read(file, 'name,type,role\nA,"B"b,C\nD,E,F\n')
    assert problems(table) == [
        "table.csv, line 2: there is a quotation mark inside a value; "
        "double it, and put the value in quotes."
    ]
    assert table.rows == [Row(3, ("D", "E", "F"))]


@pytest.mark.parametrize(
    "content",
    ['"name"s,type,role\nA,B,C\n', '"name,type,role\nA,B,C\n'],
    ids=["text after a quotation mark", "a quotation mark never closed"],
)
def test_a_header_that_is_no_csv_is_one_problem_and_no_row_is_taken_for_the_header(
    file: Path, content: str
) -> None:
    table = read(file, content)
    assert [(problem.line, problem.column) for problem in table.problems] == [(1, None)]
    assert "quotation mark" in table.problems[0].message
    assert not table.readable


def test_a_giant_cell_is_a_problem_at_its_line_and_the_next_line_is_read(file: Path) -> None:
    table = read(file, "name,type,role\nA," + "b" * 200_000 + ",C\nD,E,F\n")
    assert problems(table) == [
        "table.csv, line 2: a cell has more than 131,072 characters; shorten it, or close "
        "its quotation mark."
    ]
    assert table.rows == [Row(3, ("D", "E", "F"))]


# ---- encodings


def test_a_file_in_cp1252_is_read_whole_with_a_notice(file: Path) -> None:
    text = f"name,type,role\nKing{APOSTROPHE}s,B,C\nCafé “Ÿ” €,E,F\n"
    table = read(file, text.encode("cp1252"))
    assert problems(table) == []
    assert table.rows == [
        Row(2, (f"King{APOSTROPHE}s", "B", "C")),
        Row(3, ("Café “Ÿ” €", "E", "F")),
    ]
    assert table.notices == (
        "table.csv is not UTF-8; all of it was read as Windows text (cp1252).",
    )


def test_a_file_in_utf_8_is_read_without_a_notice(file: Path) -> None:
    table = read(file, f"name,type,role\nKing{APOSTROPHE}s,Ǆ,北京\n")
    assert table.rows == [Row(2, (f"King{APOSTROPHE}s", "Ǆ", "北京"))]
    assert table.notices == ()


def mixed(line: int, value: str) -> str:
    return (
        f'table.csv, line {line}: "{value}" is not UTF-8 but other parts of the file '
        f"are; save all of it in one encoding: {SAVE_AS}"
    )


def test_a_file_that_mixes_utf_8_and_cp1252_is_a_problem_at_each_line_that_is_not_utf_8(
    file: Path,
) -> None:
    table = read(
        file,
        b"name,type,role\nCaf\xe9,B,C\n"
        + f"King{APOSTROPHE}s,E,F\n".encode()
        + b"G,H\x92,I\nJ,K,L\n",
    )
    assert problems(table) == [mixed(2, "Café"), mixed(4, f"H{APOSTROPHE}")]
    assert table.notices == ()


def test_a_mixed_file_s_lines_of_utf_8_are_read_as_such(file: Path) -> None:
    table = read(file, b"name,type,role\n" + f"King{APOSTROPHE}s,E,F\n".encode() + b"G,H\x92,I\n")
    assert table.rows == [Row(2, (f"King{APOSTROPHE}s", "E", "F"))]


def test_a_line_that_mixes_utf_8_and_cp1252_in_itself_is_a_problem(file: Path) -> None:
    table = read(
        file, b"name,type,role\n" + f"King{APOSTROPHE}s and ".encode() + b"Queen\x92s,E,F\n"
    )
    assert [problem.line for problem in table.problems] == [2]
    assert table.notices == ()


def test_a_byte_that_is_part_of_a_utf_8_character_is_not_called_undecodable(file: Path) -> None:
    line = "“A”".encode() + b",B\xe9,C\n"  # the closing mark ends in 0x9D, which cp1252 lacks
    table = read(file, b"name,type,role\n" + line)
    assert [problem.line for problem in table.problems] == [2]
    assert "0x9D" not in table.problems[0].message


def test_a_line_that_is_not_utf_8_in_a_file_marked_as_utf_8_is_a_problem(file: Path) -> None:
    table = read(file, MARK + b"name,type,role\nA,B,C\nCaf\xe9,E,F\n")
    assert problems(table) == [mixed(3, "Café")]
    assert table.rows == [Row(2, ("A", "B", "C"))]


@pytest.mark.parametrize("byte", [0x81, 0x8D, 0x8F, 0x90, 0x9D])
def test_a_byte_that_is_neither_utf_8_nor_cp1252_is_a_problem_at_its_line(
    file: Path, byte: int
) -> None:
    table = read(file, b"name,type,role\nA,B,C\nD," + bytes([byte]) + b",F\nG,H,I\n")
    assert problems(table) == [
        f"table.csv, line 3: the byte 0x{byte:02X} is neither UTF-8 nor Windows text (cp1252); "
        f"{SAVE_AS}"
    ]
    assert table.rows == [Row(2, ("A", "B", "C")), Row(4, ("G", "H", "I"))]
    assert table.notices == ()


def test_an_undecodable_byte_is_found_inside_a_record_that_spans_lines(file: Path) -> None:
    table = read(file, b'name,type,role\n"A\n\x81",B,C\nD,E,F\n')
    assert [problem.line for problem in table.problems] == [3]
    assert table.rows == [Row(4, ("D", "E", "F"))]


@pytest.mark.parametrize(
    "start",
    [
        b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0",  # an Excel workbook
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0",  # an old one
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    ],
)
def test_what_is_no_text_is_one_problem(file: Path, start: bytes) -> None:
    assert problems(read(file, start + bytes(range(256)) * 100)) == [
        f"table.csv, line 1: the file is not text; if it is a table, {SAVE_AS}"
    ]


def test_every_line_with_a_nul_byte_is_a_problem(file: Path) -> None:
    table = read(file, b"name,type,role\nA,B\0,C\nD,E,F\n\0,,\n")
    expected = f"the line holds a NUL byte, so this is not text; if it is a table, {SAVE_AS}"
    assert problems(table) == [f"table.csv, line {line}: {expected}" for line in (2, 4)]
    assert table.rows == [Row(3, ("D", "E", "F"))]


UTF_16 = ["utf-16", "utf-16-le", "utf-16-be"]
READ_AS_UTF_16 = "table.csv is not UTF-8; all of it was read as Unicode text (UTF-16)."


@pytest.mark.parametrize("encoding", UTF_16)
@pytest.mark.parametrize("separator", [",", "\t"])
def test_a_file_in_utf_16_is_read_as_what_it_is_with_a_notice(
    file: Path, encoding: str, separator: str
) -> None:
    rows = ["name", "type", "role"], [f"King{APOSTROPHE}s", "Caf\xe9", "\u0a0d"], ["D", "E", "F"]
    table = read(file, "\r\n".join(separator.join(row) for row in rows).encode(encoding))
    assert problems(table) == []
    assert table.rows == [
        Row(2, (f"King{APOSTROPHE}s", "Caf\xe9", "\u0a0d")),
        Row(3, ("D", "E", "F")),
    ]
    tabs = ("table.csv is separated by tabs, not commas; it was read that way.",)
    assert table.notices == (READ_AS_UTF_16, *(tabs if separator == "\t" else ()))


@pytest.mark.parametrize("encoding", UTF_16)
@pytest.mark.parametrize(
    "broken", [lambda code: b"\0" * len(code), lambda code: b"\xdc" * len(code)]
)
def test_a_line_of_utf_16_that_is_not_text_is_a_problem(
    file: Path, encoding: str, broken: Callable[[bytes], bytes]
) -> None:
    code = "~".encode(encoding)[-2:]
    content = "name,type,role\nA,B,C\nD,~,F\nG,H,I".encode(encoding)
    table = read(file, content.replace(code, broken(code)))
    assert problems(table) == [
        f"table.csv, line 3: the line is not text throughout, as UTF-16 or otherwise; {SAVE_AS}"
    ]
    assert [row.line for row in table.rows] == [2, 4]


def test_half_a_character_at_the_end_of_a_file_in_utf_16_is_a_problem(file: Path) -> None:
    table = read(file, "name,type,role\nA,B,C".encode("utf-16") + b"\0")
    assert [problem.line for problem in table.problems] == [2]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP"])
def test_a_picture_renamed_to_csv_is_a_problem_and_gives_no_row(file: Path, kind: str) -> None:
    picture = io.BytesIO()
    Image.linear_gradient("L").save(picture, kind)
    table = read(file, picture.getvalue())
    assert table.problems
    assert table.rows == []
    assert not table.readable


# ---- how a place and a value are shown


def test_a_problem_in_a_workbook_is_named_by_its_cell() -> None:
    problem = Problem("export.xlsx", 14, "is not a date.", "Decided", "x", "Decisions!D14")
    assert str(problem) == 'export.xlsx, Decisions!D14, column Decided: "x" is not a date.'


@pytest.mark.parametrize(
    ("path", "file", "sheet"),
    [
        ("a/export.xlsx", "a/export.xlsx", None),
        ("a/export.xlsx#Cases of 2020", "a/export.xlsx", "Cases of 2020"),
        ("a/export.XLSX#1 #2", "a/export.XLSX", "1 #2"),
        ("a/export.csv#2", "a/export.csv#2", None),
        ("a/#1.csv", "a/#1.csv", None),
    ],
)
def test_a_sheet_may_be_named_behind_a_workbook(path: str, file: str, sheet: str | None) -> None:
    assert split_sheet(Path(path)) == (Path(file), sheet)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Caf\xe9\x1b[31m", '"Café\N{REPLACEMENT CHARACTER}[31m"'),
        ("\xe9" * 1000, '"' + "é" * 80 + '…"'),
    ],
    ids=["what a terminal obeys", "long"],
)
def test_a_value_is_shown_on_one_line_cut_where_long_without_what_a_terminal_obeys(
    file: Path, value: str, shown: str
) -> None:
    table = read(file, MARK + b"name,type,role\n" + value.encode("cp1252") + b",B,C\n")
    assert problems(table)[0].startswith(f"table.csv, line 2: {shown} is not UTF-8")


@pytest.mark.skipif(sys.platform != "linux", reason="another system has no such file")
def test_a_file_that_opens_and_cannot_be_read_is_an_error() -> None:
    with pytest.raises(UsageError, match="/proc/self/mem cannot be read"):
        Table(Path("/proc/self/mem"), COLUMNS)
