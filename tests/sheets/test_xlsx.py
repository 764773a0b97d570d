"""What the Government Analysis Function's guidance on spreadsheets asks, point by point."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pdfplumber
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from lgo_letters.figures.explain import Case
from lgo_letters.figures.report import cases_csv
from lgo_letters.names import fold
from lgo_letters.sheets.book import Book, Sheet
from lgo_letters.sheets.xlsx import xlsx
from tests.support.sheets import ReadSheet, ReadWorkbook, found

LONG = "decision, satisfactory remedy decision, detailed investigation, upheld decision"
BOOK = Book(
    title="Annual review letter 2020: Avon & <Bath>",
    subject="Complaint statistics",
    author="Ombudsman",
    language="en-GB",
    restricted="Unpublished cases: not for publication",
    dated=date(2020, 7, 22),
    date_pattern="{day} {month} {year}",
    no_rows="There is nothing to list.",
    sheets=(
        Sheet("About", "about", ("Annual review letter", "Not for publication", "Example"),
              ("Item", "Details"), (("Authority", "Avon"), ("Date", "22 July 2020"))),
        Sheet("Figures", "figures", ("Figures: Avon, 2019-20",),
              ("Statistic", "Number", "Rate", "Average of similar authorities"),
              (("Upheld (%)", 1234, Decimal("66.7"), "no figure"),
               ("Complied (%)", 0, Decimal("5000.0"), Decimal("45.0"))), numbers=3),
        Sheet("Decisions", "decisions", ("Decisions: Avon, 2019-20",),
              ("Reference", "Decision date", "Satisfactory remedy", "Counts as"),
              (("19 000 001", date(2019, 4, 1), "Yes", LONG),
               ("19 000 002", date(2020, 3, 31), "(none)", "decision"))),
        Sheet("Compliance", "compliance", ("Compliance: Avon, 2019-20",), ("Reference",), ()),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def read() -> ReadWorkbook:
    return ReadWorkbook(xlsx(BOOK))


@pytest.fixture(scope="module")
def with_tables(read: ReadWorkbook) -> list[ReadSheet]:
    return [sheet for sheet in read.sheets.values() if sheet.name != "Compliance"]


def _original(name: str) -> Sheet:
    return next(sheet for sheet in BOOK.sheets if sheet.name == name)


# ---- tables


def test_a_sheet_has_one_table_at_the_left_edge_with_nothing_below_or_beside_it(
    with_tables: list[ReadSheet],
) -> None:
    for sheet in with_tables:
        top, left = sheet.corner
        original = _original(sheet.name)
        assert (top, left) == (len(original.lines), 0)
        in_table = {place for place in sheet.cells if place[0] >= top}
        rows, columns = range(len(original.rows) + 1), range(len(original.headings))
        assert in_table == {(top + row, column) for row in rows for column in columns}


def test_a_table_has_a_short_name_one_header_row_no_filter_and_no_fill(
    with_tables: list[ReadSheet], read: ReadWorkbook
) -> None:
    names = [sheet.table.get("displayName") for sheet in with_tables]
    assert names == ["about", "figures", "decisions"]
    for sheet in with_tables:
        assert sheet.table.get("headerRowCount", "1") == "1"
        assert not found(sheet.table, "autoFilter")
        top, _ = sheet.corner
        headings = [column.get("name") for column in found(sheet.table, "tableColumns/tableColumn")]
        assert headings == [sheet.cells[top, column].value for column in range(len(headings))]
        assert headings == list(_original(sheet.name).headings)
        assert all("b" in sheet.cells[top, column].font for column in range(len(headings)))
    patterns = [fill.get("patternType") for fill in found(read.styles, "fills/fill/patternFill")]
    assert patterns == ["none", "gray125"]  # the two that every workbook has, and uses for nothing


def test_nothing_is_merged_hidden_blank_or_beside_the_cells(read: ReadWorkbook) -> None:
    for sheet in read.sheets.values():
        assert not found(sheet.xml, "mergeCells")
        assert not found(sheet.xml, "headerFooter")
        assert not found(sheet.xml, "drawing")
        assert all(cell.value != "" for cell in sheet.cells.values())
        rows = [row for row, _ in sheet.cells]
        assert {*rows} == {*range(max(rows) + 1)}
    assert "hidden" not in "".join(read.parts.values())


def test_a_sheet_without_rows_has_one_sentence_and_no_table(read: ReadWorkbook) -> None:
    sheet = read.sheets["Compliance"]
    assert [cell.value for cell in sheet.cells.values()] == [
        "Compliance: Avon, 2019-20", "There is nothing to list.",
    ]  # fmt: skip
    assert not sheet.tables


def test_headings_stay_in_view(with_tables: list[ReadSheet]) -> None:
    for sheet in with_tables:
        (pane,) = found(sheet.xml, "sheetViews/sheetView/pane")
        assert pane.get("state") == "frozen"
        assert int(pane.get("ySplit")) == sheet.corner[0] + 1
        assert pane.get("xSplit") is None


# ---- text


def test_titles_are_marked_as_headings_and_nothing_else_is(read: ReadWorkbook) -> None:
    for sheet in read.sheets.values():
        styles = {place: cell.style for place, cell in sheet.cells.items()}
        assert styles.pop((0, 0)) == "Heading 1"
        assert {*styles.values()} == {"Normal"}
    (style,) = (
        style for style in found(read.styles, "cellStyles/cellStyle")
        if style.get("name") == "Heading 1"
    )  # fmt: skip
    assert style.get("builtinId") == "16"  # ECMA-376, 18.8.7
    assert len(found(read.styles, "cellStyleXfs/xf")) == 2


def test_text_is_sans_serif_of_12_points_at_least_in_the_automatic_colour(
    read: ReadWorkbook,
) -> None:
    for sheet in read.sheets.values():
        for cell in sheet.cells.values():
            assert cell.font["name"] == "Arial"
            assert float(cell.font["sz"]) >= 12
            assert "scheme" not in cell.font  # which would have another font instead
            assert not {"i", "u", "strike"} & cell.font.keys()
    colours = {(colour.get("theme"), colour.get("rgb")) for colour in read.styles.iter()
               if colour.tag.endswith("}color")}  # fmt: skip
    assert colours <= {("1", None), (None, None)}


def _height_and_width(sheet: ReadSheet, row: int, column: int) -> tuple[float, float]:
    heights = {row.get("r"): row.get("ht") for row in found(sheet.xml, "sheetData/row")}
    (width,) = (
        float(col.get("width")) for col in found(sheet.xml, "cols/col")
        if int(col.get("min")) <= column + 1 <= int(col.get("max"))
    )  # fmt: skip
    return float(heights[str(row + 1)] or 15), width


def test_every_text_fits_its_column_or_is_wrapped_in_a_row_of_that_height(
    with_tables: list[ReadSheet],
) -> None:
    for sheet in with_tables:
        for (row, column), cell in sheet.cells.items():
            if row < sheet.corner[0]:
                continue
            height, width = _height_and_width(sheet, row, column)
            shown = cell.value if isinstance(cell.value, str) else "30 September 2020"
            if isinstance(cell.value, float):
                shown = f"{cell.value:,.1f}"
            assert len(shown) < width * height // 15, shown
            assert max(map(len, shown.split())) < width
            assert cell.is_wrapped or not isinstance(cell.value, str)
    (row,) = (row for (row, _), cell in with_tables[2].cells.items() if cell.value == LONG)
    assert _height_and_width(with_tables[2], row, 3)[0] == 30


def test_numbers_and_dates_are_values_and_not_text(read: ReadWorkbook) -> None:
    assert read.sheets["Figures"].rows() == [
        ["Upheld (%)", 1234, 66.7, "no figure"],
        ["Complied (%)", 0, 5000, 45],
    ]
    assert [row[:2] for row in read.sheets["Decisions"].rows()] == [
        ["19 000 001", date(2019, 4, 1)],
        ["19 000 002", date(2020, 3, 31)],
    ]
    codes = {code.get("formatCode") for code in found(read.styles, "numFmts/numFmt")}
    assert codes == {"#,##0", "#,##0.0", 'd" "mmmm" "yyyy'}


# ---- the document


def test_the_document_says_its_title_author_language_and_the_letters_date(
    read: ReadWorkbook,
) -> None:
    assert read.property("dc:title") == "Annual review letter 2020: Avon & <Bath>"
    assert read.property("dc:subject") == "Complaint statistics"
    assert read.property("dc:creator") == "Ombudsman"
    assert read.property("dc:language") == "en-GB"
    assert read.property("dc:description") == "Unpublished cases: not for publication"
    assert read.property("dcterms:created") == "2020-07-22T00:00:00Z"


def test_it_opens_at_the_first_cell_of_the_cover(read: ReadWorkbook) -> None:
    (view,) = found(read.xml("xl/workbook.xml"), "bookViews/workbookView")
    assert view.get("activeTab", "0") == "0"
    selected = {
        sheet.name: found(sheet.xml, "sheetViews/sheetView")[0].get("tabSelected")
        for sheet in read.sheets.values()
    }
    assert selected == {"About": "1", "Figures": None, "Decisions": None, "Compliance": None}
    (selection,) = found(read.sheets["About"].xml, "sheetViews/sheetView/selection")
    assert selection.get("activeCell", "A1") == "A1"


def test_the_same_book_has_the_same_bytes_at_any_time(monkeypatch: pytest.MonkeyPatch) -> None:
    first = xlsx(BOOK)
    monkeypatch.setattr("time.time", lambda: 2e9)
    assert xlsx(BOOK) == first
    assert xlsx(replace(BOOK, title="Another")) != first


# ---- hostile text

HOSTILE = st.one_of(
    st.text(max_size=30),
    st.builds(
        "".join,
        st.tuples(
            st.sampled_from([*"=+-@\uff1d", "\t=", "\r=", "{=", "=cmd|' /C calc'!A0"]),
            st.text(max_size=10),
        ),
    ),
    st.sampled_from(
        [
            "<r><t>bold</t></r>", "<r></r>", "_x0041_", "_x005F_", "\x00\x08\x1f", "\ufffe\uffff",
            "\ud800", "https://example.org", "mailto:a@example.org", "internal:About!A1", "1e5",
            "12", "TRUE", "#REF!", "&amp;<b>", "]]>", "'=1",
        ]
    ),
)  # fmt: skip


@settings(max_examples=60)
@given(texts=st.lists(HOSTILE.filter(bool), min_size=2, max_size=4))
def test_no_text_is_run_as_a_formula_followed_as_a_link_or_read_as_anything_but_itself(
    texts: list[str],
) -> None:
    rows = tuple((text, text) for text in texts)
    sheet = Sheet("Decisions", "decisions", ("Title", *texts), ("First", "Second"), rows)
    book = replace(BOOK, sheets=(sheet,), title=texts[0], author=texts[-1])
    content = xlsx(book)
    read = ReadWorkbook(content)  # which takes no formula
    assert not any("hyperlink" in part for part in read.parts.values())
    kept = [[_kept(text)] * 2 for text in texts]
    assert read.sheets["Decisions"].rows() == kept
    calamine = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("Decisions")
    assert len(calamine.to_python()) == 2 * len(texts) + 2


def _kept(text: str) -> str:
    """What a cell holds of a text."""
    is_rich = text.startswith("<r>") and text.endswith("</r>")
    lost = "[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
    return re.sub(lost, "\ufffd", f"{text} " if is_rich else text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("x" * 32_767, "x" * 32_767),
        ("x" * 32_768, "x" * 32_766 + "…"),
        ("\U0001f600" * 16_384, "\U0001f600" * 16_383 + "…"),  # two of Excel's characters each
    ],
    ids=["longest", "too long", "wide"],
)
def test_a_text_that_is_too_long_for_a_cell_is_cut(text: str, kept: str) -> None:
    sheet = Sheet("Decisions", "decisions", ("Title",), ("Reference",), ((text,),))
    read = ReadWorkbook(xlsx(replace(BOOK, sheets=(sheet,), title=text)))
    assert read.sheets["Decisions"].rows() == [[kept]]
    assert len(read.property("dc:title")) <= 255


@settings(max_examples=60)
@given(text=HOSTILE.map(fold))
def test_no_cell_of_the_csv_file_is_run_as_a_formula(text: str) -> None:
    """Of texts as they were read from tables: with their white space folded."""
    case = Case(text, text, text, date(2019, 4, 1), text, None, None, text, 7, (text,))
    header, row = csv.reader(cases_csv([case], with_lines=False))
    assert header == [
        "reference", "authority", "service_area", "decision_date", "decision",
        "satisfactory_remedy", "compliance_date", "compliance_outcome", "counts_in",
    ]  # fmt: skip
    assert not any(cell.startswith((*"=+-@\uff1d\uff0b\uff0d\uff20",)) for cell in row)
    assert row[0].removeprefix("'") == text.removeprefix("'")


# ---- another program


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it_and_shows_the_same(tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_bytes(xlsx(BOOK))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "book.xlsx"]
    subprocess.run(command, check=True, cwd=tmp_path, capture_output=True, timeout=100)
    with pdfplumber.open(tmp_path / "book.pdf") as pdf:
        about, figures, decisions, compliance = (page.extract_text() for page in pdf.pages)
    assert about.splitlines() == [
        "Annual review letter", "Not for publication", "Example", "Item Details",
        "Authority Avon", "Date 22 July 2020",
    ]  # fmt: skip
    assert "Upheld (%) 1,234 66.7 no figure\nComplied (%) 0 5,000.0 45.0" in figures
    for words in ("19 000 001 1 April 2019 Yes", "19 000 002 31 March 2020 (none)", *LONG.split()):
        assert words in decisions
    assert compliance.splitlines() == ["Compliance: Avon, 2019-20", "There is nothing to list."]
