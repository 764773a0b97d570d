from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
import xlsxwriter

from lgo_letters.errors import UsageError
from lgo_letters.tables.files.records import split_sheet
from lgo_letters.tables.files.workbook import bounds
from lgo_letters.tables.table import Table
from tests.support.workbooks import parts, sheet_xml, write_parts, write_workbook

SHEET = "xl/worksheets/sheet1.xml"
NAME_CELL = '<c r="A1" t="inlineStr"><is><t>name</t></is></c>'
HEADER = f'<row r="1">{NAME_CELL}</row>'
DAMAGED = "the file is damaged or incomplete"


class Read(NamedTuple):
    """What was read of a sheet: its name, the cells of its rows below the header, by row."""

    name: str
    rows: dict[int, list[str]]
    problems: list[str]
    notices: Sequence[str]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "export.xlsx"


def read(file: Path, sheet: str | None = None, columns: Sequence[str] = ("name",)) -> Read:
    table = Table(file if sheet is None else file.with_name(f"{file.name}#{sheet}"), columns)
    rows = dict(table.rows())
    report = table.report()
    return Read(report.file.file, rows, list(map(str, report.problems)), report.notices)


def read_rows(file: Path, rows: str, strings: str = "", properties: str = "") -> Read:
    """What is read of rows in XML, below a header with the one column "name"."""
    write_parts(file, parts(HEADER + rows, strings=strings, properties=properties))
    return read(file)


def texts(read: Read) -> list[str]:
    """The texts of column A, of which nothing is wrong."""
    assert read.problems == []
    return [cells[0] for cells in read.rows.values()]


# ---- cells


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Upheld", "Upheld"),
        (" a\n b ", " a\n b "),
        (date(2019, 10, 14), "2019-10-14"),
        (datetime(2019, 10, 14, 18, 30), "2019-10-14"),
        (date(2024, 2, 29), "2024-02-29"),
        (19001854, "19001854"),
        (19001854.0, "19001854"),
        (3000004, "3000004"),
        (-2, "-2"),
        ("-1e12", "-1e12"),
        (0, "0"),
        (12.5, "12.5"),
        (0.1 + 0.2, "0.3"),
        (123456789012345, "123456789012345"),
        (True, "TRUE"),
        (False, "FALSE"),
    ],
)
def test_a_cell_is_what_it_would_be_in_csv(
    file: Path, value: str | float | bool | date, text: str
) -> None:
    write_workbook(file, [["name"], [value]])
    assert texts(read(file)) == [text]


def test_a_date_is_one_by_its_format_and_a_number_without(file: Path) -> None:
    date_cell, number_cell = '<c r="A2" s="1"><v>43752</v></c>', '<c r="A3"><v>43752</v></c>'
    rows = f'<row r="2">{date_cell}</row><row r="3">{number_cell}</row>'
    assert texts(read_rows(file, rows)) == ["2019-10-14", "43752"]


def test_a_workbook_may_count_days_from_1904(file: Path) -> None:
    row = '<row r="2"><c r="A2" s="1"><v>42290</v></c></row>'
    properties = '<workbookPr date1904="1"/>'
    assert texts(read_rows(file, row, properties=properties)) == ["2019-10-14"]


def test_texts_are_shared_or_in_the_cell_and_may_have_fonts(file: Path) -> None:
    rows = (
        '<row r="2"><c r="A2" t="s"><v>0</v></c></row>'
        '<row r="3"><c r="A3" t="s"><v>1</v></c></row>'
        '<row r="4"><c r="A4" t="inlineStr"><is><r><t>Up</t></r><r><t>held</t></r></is></c></row>'
    )
    strings = (
        '<si><r><rPr><b/></rPr><t>Not</t></r><r><t xml:space="preserve"> upheld</t></r></si>'
        "<si><t>King&#8217;s Lynn &amp; _x0057_est Norfolk</t></si>"
    )
    expected = ["Not upheld", "King\N{RIGHT SINGLE QUOTATION MARK}s Lynn & West Norfolk", "Upheld"]
    assert texts(read_rows(file, rows, strings)) == expected


def test_only_the_first_of_merged_cells_has_a_value(file: Path) -> None:
    with xlsxwriter.Workbook(str(file)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_string(0, 0, "name")
        sheet.write_string(0, 1, "type")
        sheet.merge_range(1, 0, 2, 1, "Bath")
    assert read(file).rows == {2: ["Bath", ""]}


def test_a_table_may_start_anywhere_and_empty_rows_are_left_alone(file: Path) -> None:
    rows: list[list[str | None]] = [[], [], [None, None, "name"], [], [None, None, "Bath"]]
    write_workbook(file, rows)
    table = read(file)
    assert table.rows == {5: ["", "", "Bath"]}
    assert table.problems == []


def test_cells_need_no_names_and_elements_may_have_prefixes(file: Path) -> None:
    name, bath = (f"<c t='inlineStr'><is><t>{text}</t></is></c>" for text in ("name", "Bath"))
    rows = f"<row>{name}</row><row r='4'><c><v>1</v></c></row><row>{bath}<c><v>2</v></c></row>"
    xml = sheet_xml(rows).replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns", "xmlns:x")
    write_parts(file, parts() | {SHEET: xml})
    assert read(file).rows == {4: ["1", ""], 5: ["Bath", "2"]}


# ---- formulas and errors


def test_a_formula_is_its_saved_value(file: Path) -> None:
    with xlsxwriter.Workbook(str(file)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_string(0, 0, "name")
        sheet.write_formula(1, 0, "=[1]Other!A1", value="Bath")
        sheet.write_formula(2, 0, "=1+1", value=2)
        sheet.write_formula(3, 0, '=IF(A1="name","","x")&"y"', value="y")
    assert texts(read(file)) == ["Bath", "2", "y"]


@pytest.mark.parametrize("value", ["", "<v/>", "<v></v>"], ids=["none", "empty", "blank"])
def test_a_formula_without_a_saved_value_is_given_out_as_itself(file: Path, value: str) -> None:
    row = f'<row r="2"><c r="A2"><f>B2&amp;"x"</f>{value}</c></row>'
    assert texts(read_rows(file, row)) == ['=B2&"x"']


def test_a_formula_may_give_an_empty_text(file: Path) -> None:
    row = '<row r="2"><c r="A2" t="str"><f>""</f><v></v></c><c r="B2"><v>1</v></c></row>'
    assert read_rows(file, row).rows == {2: ["", "1"]}


def test_an_error_is_given_out_as_its_name(file: Path) -> None:
    row = '<row r="2"><c r="A2" t="e"><f>NA()</f><v>#N/A</v></c></row>'
    assert texts(read_rows(file, row)) == ["#N/A"]


def test_errors_and_formulas_behind_and_below_all_values_are_not_lost(file: Path) -> None:
    rows = (
        '<row r="2"><c r="A2"><v>1</v></c><c r="D2"><f>A2</f></c></row>'
        '<row r="9"><c r="C9" t="e"><v>#REF!</v></c></row>'
    )
    assert read_rows(file, rows).rows == {2: ["1", "", "", "=A2"], 9: ["", "", "#REF!", ""]}


# ---- sheets


def test_the_first_sheet_that_is_not_hidden_is_read(file: Path) -> None:
    with xlsxwriter.Workbook(str(file)) as workbook:
        chart = workbook.add_chart({"type": "bar"})
        chart.add_series({"values": "=Notes!$A$1:$A$2"})
        workbook.add_chartsheet("Chart").set_chart(chart)
        for name in ("Notes", "Decisions"):
            sheet = workbook.add_worksheet(name)
            sheet.write_column(0, 0, ["name", name])
            if name == "Notes":
                sheet.hide()
        workbook.get_worksheet_by_name("Decisions").activate()
    table = read(file)
    assert table.name == "export.xlsx#Decisions"
    assert texts(table) == ["Decisions"]
    assert table.notices == ()


@pytest.fixture
def three_sheets(file: Path) -> Path:
    with xlsxwriter.Workbook(str(file)) as workbook:
        for name in ("Decisions", "2019 & #1", "O'Neill's"):
            workbook.add_worksheet(name).write_column(0, 0, ["name", f"in {name}"])
        workbook.get_worksheet_by_name("O'Neill's").hide()
    return file


def test_where_several_sheets_are_not_hidden_it_is_said_which_was_read(three_sheets: Path) -> None:
    assert read(three_sheets).notices == (
        'export.xlsx has 2 sheets; "Decisions", the first, was read. To read another, name it: '
        "export.xlsx#SHEET.",
    )


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("Decisions", "Decisions"),
        ("DECISIONS", "Decisions"),
        ("2019 & #1", "2019 & #1"),
        ("O\N{RIGHT SINGLE QUOTATION MARK}Neill's", "O'Neill's"),
    ],
)
def test_a_sheet_that_is_named_is_read_even_if_it_is_hidden(
    three_sheets: Path, wanted: str, name: str
) -> None:
    table = read(three_sheets, wanted)
    assert table.name == f"export.xlsx#{name}"
    assert texts(table) == [f"in {name}"]
    assert table.notices == ()


@pytest.mark.parametrize("wanted", ["Decision", ""])
def test_a_sheet_that_is_not_there_is_an_error_that_lists_those_that_are(
    three_sheets: Path, wanted: str
) -> None:
    with pytest.raises(UsageError) as error:
        read(three_sheets, wanted)
    assert str(error.value) == (
        f'{three_sheets} has no sheet "{wanted}"; it has "Decisions", "2019 & #1", "O\'Neill\'s".'
    )


def test_a_file_may_have_the_mark_of_a_sheet_in_its_name() -> None:
    assert split_sheet(Path("a#1.xlsx")) == (Path("a#1.xlsx"), None)
    assert split_sheet(Path("a#1.XLSX#b#c")) == (Path("a#1.XLSX"), "b#c")
    assert split_sheet(Path("a.csv#b")) == (Path("a.csv#b"), None)


def test_hidden_sheets_only_are_a_problem_that_names_them(file: Path) -> None:
    sheets = "".join(
        f'<sheet name="{name}" sheetId="1" state="{state}" r:id="rId1"/>'
        for name, state in (("A", "hidden"), ("B", "veryHidden"))
    )
    write_parts(file, parts(HEADER, sheets=sheets))
    assert read(file).problems == [
        'export.xlsx: the file has only hidden sheets, "A", "B"; name one of them: '
        "export.xlsx#SHEET."
    ]
    assert read(file, "b").problems == []


def test_a_workbook_of_charts_has_no_table(file: Path) -> None:
    write_parts(file, parts(sheets='<sheet name="Chart" sheetId="1" r:id="rId4"/>'))
    assert read(file).problems == [
        "export.xlsx: the file has no sheet with cells; add one with the table."
    ]


def test_an_empty_sheet_needs_a_header(file: Path) -> None:
    write_workbook(file, [])
    (problem,) = read(file).problems
    assert problem.startswith("export.xlsx, Sheet1!A1: the table is empty; add a header")


# ---- rows


def test_hidden_rows_are_read_with_a_notice_and_empty_ones_without(file: Path) -> None:
    rows = [["name"], ["Bath"], ["Wells"], ["Exeter"], [], []]
    write_workbook(file, rows, "Decisions", hidden=(2, 4, 6))
    table = read(file)
    assert texts(table) == ["Bath", "Wells", "Exeter"]
    assert table.notices == (
        "In export.xlsx#Decisions, 2 rows are hidden, and read like all others.",
    )
    write_workbook(file, rows, "Decisions", hidden=(3,))
    assert read(file).notices == (
        "In export.xlsx#Decisions, 1 row is hidden, and read like all others.",
    )
    write_workbook(file, rows, "Decisions", hidden=(6,))
    assert read(file).notices == ()


@pytest.mark.parametrize(
    ("sheet", "cell"),
    [
        ("Decisions", "Decisions!AB3"),
        ("D.2_x", "D.2_x!AB3"),
        ("My sheet", "'My sheet'!AB3"),
        ("O'Neill", "'O''Neill'!AB3"),
        ("2019", "'2019'!AB3"),
        ("Q1", "'Q1'!AB3"),
    ],
)
def test_a_problem_names_the_cell_as_excel_does(file: Path, sheet: str, cell: str) -> None:
    write_workbook(file, [[None] * 27 + ["name"], [], [None] * 27 + ["Bath"]], sheet)
    table = Table(file, ["name"])
    for line, _ in table.rows():
        table.problems.add(line, "is not a council; correct it.", "name", "Bath")
    (problem,) = table.report().problems
    assert str(problem) == f'export.xlsx, {cell}, column name: "Bath" is not a council; correct it.'
    assert problem.line == 3


def test_a_cell_that_csv_could_not_hold_is_a_problem(file: Path) -> None:
    rows = (
        f'<row r="2"><c r="A2" t="inlineStr"><is><t>{"x" * 131_073}</t></is></c></row>'
        '<row r="3"><c r="B3" t="inlineStr"><is><t>a_x0000_b</t></is></c></row>'
        '<row r="4"><c r="A4"><v>1</v></c></row>'
    )
    table = read_rows(file, rows)
    assert table.problems == [
        "export.xlsx, Sheet1!A2: a cell has more than 131,072 characters; shorten it.",
        "export.xlsx, Sheet1!A3: a cell holds a NUL character; delete it.",
    ]
    assert table.rows == {4: ["1", ""]}


# ---- the file


def test_the_digest_is_that_of_the_file(file: Path) -> None:
    write_workbook(file, [["name"], ["Bath"]])
    table = Table(file, ["name"])
    assert table.source.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_file_that_changes_while_it_is_read_is_an_error(file: Path) -> None:
    write_workbook(file, [["name"], ["Bath"]])
    table = Table(file, ["name"])
    write_workbook(file, [["name"], ["Wells"], ["Bath"]])
    with pytest.raises(UsageError, match=r"export\.xlsx was changed while it was read; run again"):
        table.report()


@pytest.mark.parametrize("name", ["none.xlsx", "none.xlsx#Sheet1", "folder.xlsx"])
def test_a_workbook_that_cannot_be_opened_is_an_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(UsageError, match=r"(none|folder)\.xlsx cannot be read \("):
        read(tmp_path / name)


def old_workbook(content: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100) + content.encode("utf-16-le")


SAVE_AS = 'open it in Excel, choose "Save As" and the type "Excel Workbook (*.xlsx)".'


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.xls", old_workbook("Workbook"), f"is a workbook of Excel 97-2003 (.xls); {SAVE_AS}"),
        (
            "a.xlsx",
            old_workbook("EncryptedPackage"),
            'is protected with a password; in Excel, choose "File", "Info", "Protect Workbook" and '
            '"Encrypt with Password", delete the password, and save it.',
        ),
        ("a.xlsx", b"name\nBath\n", f"is not a workbook, whatever its name says; {SAVE_AS}"),
        ("a.xlsx", b"", f"is not a workbook, whatever its name says; {SAVE_AS}"),
        ("a.ods", {"content.xml": ""}, f"is an OpenDocument spreadsheet (.ods); {SAVE_AS}"),
        ("a.xlsb", {"xl/workbook.bin": ""}, f"is a binary workbook (.xlsb); {SAVE_AS}"),
        ("a.xlsm", parts() | {"xl/vbaProject.bin": ""}, f"holds macros; {SAVE_AS}"),
        ("a.xlsx", parts() | {"xl/vbaProject.bin": ""}, f"holds macros; {SAVE_AS}"),
        ("a.xlsm", parts(), f"is a workbook of a kind not known; {SAVE_AS}"),
    ],
)
def test_another_file_is_a_problem_that_says_how_to_save_it(
    tmp_path: Path, name: str, content: bytes | dict[str, str], message: str
) -> None:
    file = tmp_path / name
    if isinstance(content, bytes):
        file.write_bytes(content)
    else:
        write_parts(file, content)
    assert read(file).problems == [f"{name}: the file {message}"]


@pytest.mark.parametrize(
    ("part", "content", "why"),
    [
        (SHEET, sheet_xml("<row><c><v>1<!-- -->5</v></c></row>"), "a value is interrupted"),
        (SHEET, sheet_xml("<row><c><v>1<![CDATA[5]]></v></c></row>"), "a value is interrupted"),
        (SHEET, sheet_xml("<row><c><v>1<?x?>5</v></c></row>"), "a value is interrupted"),
        (SHEET, sheet_xml("<c/>"), "c is in sheetData"),
        (SHEET, sheet_xml("<row><c><v><x/></v></c></row>"), "x is in v"),
        (SHEET, sheet_xml('<row r="0"/>'), "a row has the number 0"),
        (SHEET, sheet_xml('<row r="1048577"/>'), "a row has the number 1048577"),
        (SHEET, sheet_xml('<row r="2"><c r="B3"/></row>'), "a cell is called B3"),
        (SHEET, sheet_xml('<row r="2"><c r="XFE2"/></row>'), "a cell is called XFE"),
        (SHEET, sheet_xml('<row r="2"><c r="C2" t="s"><v>1</v></c></row>'), "C2 has a string that"),
        (
            SHEET,
            sheet_xml('<row r="2"><c r="C2" t="s"><v>-2</v></c></row>'),
            "C2 has a string that",
        ),
        (SHEET, sheet_xml('<row r="2"><c t="s"><v>x</v></c></row>'), "A2 has a string that is not"),
        (SHEET, "<worksheet>", "no element found: line 1, column 11"),
        (SHEET, sheet_xml("").encode("utf-16"), "a part is not UTF-8"),
        (SHEET, "<!DOCTYPE x>" + sheet_xml(""), "a part has a document type"),
        (SHEET, "<x>" * 101, "elements are too deep in each other"),
        (
            SHEET,
            sheet_xml('<row r="2"><c r="C2" s="1"><v>-1e12</v></c></row>'),
            "C2 has the number",
        ),
        ("xl/sharedStrings.xml", "<sst><si><si/></si></sst>", "a string is in another"),
        ("xl/workbook.xml", "<workbook", "unclosed token: line 1, column 0"),
        ("_rels/.rels", "<Relationships/>", "it has no sheets"),
    ],
)
def test_a_part_that_excel_never_wrote_is_a_problem(
    file: Path, part: str, content: str | bytes, why: str
) -> None:
    write_parts(file, parts(HEADER) | {part: content})
    (problem,) = read(file).problems
    assert problem.startswith(f"export.xlsx: {DAMAGED} ({why}")
    assert problem.endswith("; fetch it again, or save it again in Excel.")


def test_a_part_that_is_missing_is_a_problem(file: Path) -> None:
    for part in ("_rels/.rels", "xl/workbook.xml", SHEET, "xl/sharedStrings.xml", "xl/styles.xml"):
        write_parts(file, {name: text for name, text in parts(HEADER).items() if name != part})
        (problem,) = read(file).problems
        assert problem.startswith(f"export.xlsx: {DAMAGED} ("), part


@pytest.mark.parametrize("kept", [0.02, 0.5, 0.99])
def test_a_workbook_that_was_cut_off_is_a_problem(file: Path, kept: float) -> None:
    write_workbook(file, [["name"], ["Bath"]])
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * kept)])
    (problem,) = read(file).problems
    assert problem.startswith(f"export.xlsx: {DAMAGED} (")


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ('<c r="A2" t="b"><v>2</v></c>', "Unrecognized boolean"),
        ('<c r="A2" t="n"><v>x</v></c>', "Parse float error"),
        ('<c r="A2" s="2"><v>1e9</v></c>', "days=1000000000; must have magnitude"),
        ('<c r="A2" t="x"><v>x</v></c>', "Unknown cell 't' attribute"),
    ],
)
def test_a_cell_that_the_library_cannot_read_is_a_problem(file: Path, cell: str, why: str) -> None:
    (problem,) = read_rows(file, f'<row r="2">{cell}</row>').problems
    assert problem.startswith(f"export.xlsx: the file is damaged ({why}")
    assert problem.endswith("; open it in Excel, correct it, and save it.")


def test_an_error_that_is_none_of_excels_is_a_problem_that_names_its_cell(file: Path) -> None:
    table = read_rows(file, '<row r="2"><c r="C2" t="e"><v>Err:508</v></c></row>')
    assert table.problems == ["export.xlsx: the file has the error Err:508 in C2; correct it."]


@pytest.mark.parametrize(
    ("bound", "message"),
    [
        ("BYTES", "has more than 0 MB"),
        ("PARTS", "has more than 6 parts"),
        ("LARGE_PART", f"has more than 0 MB in {SHEET}"),
        ("SMALL_PART", "has more than 0 MB in xl/_rels/workbook.xml.rels"),
        ("TAGS", "has more than 21 tags"),
        ("CELLS", "has more than 2 cells"),
        ("AREA", "has values as far apart as A1 and B2"),
        ("CHARACTERS", "has more than 3 characters in its cells"),
        ("UNREADABLE", "has more than 0 errors and formulas without a saved value"),
    ],
)
def test_a_workbook_beyond_a_bound_is_a_problem_that_says_what_to_do(
    file: Path, monkeypatch: pytest.MonkeyPatch, bound: str, message: str
) -> None:
    row = '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2"><f>A2</f></c></row>'
    content = parts(HEADER + row, strings="<si><t>Bath</t></si>")
    write_parts(file, content)
    has = {
        "BYTES": file.stat().st_size,
        "PARTS": len(content),
        "LARGE_PART": len(content[SHEET]),
        "SMALL_PART": len(content["xl/_rels/workbook.xml.rels"]),
        "TAGS": content[SHEET].count("<"),
        "CELLS": 3,
        "AREA": 4,
        "CHARACTERS": 4,
        "UNREADABLE": 1,
    }
    monkeypatch.setattr(bounds, bound, has[bound])
    assert read(file).problems == []
    monkeypatch.setattr(bounds, bound, has[bound] - 1)
    (problem,) = read(file).problems
    assert problem.startswith(f"export.xlsx: the file {message}; ")
