"""A workbook as plain data → the bytes of an Excel workbook, the same for the same data.

It follows the Government Analysis Function's guidance, "Releasing statistics in spreadsheets": one
table a sheet, marked as such and named, at the left edge; its title above it, marked as a heading;
no merged, hidden or blank cells, no fills or filters.
"""

from __future__ import annotations

import io
import re
import textwrap
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.worksheet import Worksheet

from .book import Book, Cell, Sheet

_FONT = {"font_name": "Arial", "font_size": 12, "font_scheme": "none"}
_PIXELS_OF_A_COLUMN = 80  # by default, in that font
_TITLE_SIZE = 16
_WIDEST = 50  # digits: what is wider is wrapped
_LONGEST_TEXT, _LONGEST_NAME = 32_767, 255  # characters of a cell, of a heading or a property
_HEIGHT_OF_A_LINE, _HEIGHT_OF_A_TITLE, _HIGHEST = 15, 24, 409  # points
_A4 = 9

_NOT_IN_XML = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xlsx(book: Book) -> bytes:
    """The workbook as a file; every text is a text in it, whatever it starts with."""
    content = io.BytesIO()
    with _Workbook(content, book) as workbook:
        for sheet in book.sheets:
            _write_sheet(workbook, sheet, book.no_rows)
    return content.getvalue()


class _Workbook(Workbook):
    """A workbook whose titles have the cell style Heading 1, and which says its language."""

    def __init__(self, content: io.BytesIO, book: Book) -> None:
        options = {
            "in_memory": True,
            "default_format_properties": _FONT,
            "default_column_width": _PIXELS_OF_A_COLUMN,
        }
        super().__init__(content, options)
        self.language = book.language
        self._formats: dict[str, Format] = {}
        self.set_properties(
            {
                "title": _text(book.title, _LONGEST_NAME),
                "subject": _text(book.subject, _LONGEST_NAME),
                "author": _text(book.author, _LONGEST_NAME),
                "comments": _text(book.restricted, _LONGEST_NAME),
                "created": datetime.combine(book.dated, time()),
            }
        )
        self.date_style = self.style(num_format=_date_code(book.date_pattern), align="left")
        self.title = self.style(bold=True, font_size=_TITLE_SIZE)
        self.title.xf_id = 1  # of the style that the packager adds

    def style(self, **properties: Any) -> Format:
        """The format with these properties, one for all cells that have them."""
        key = str(properties)
        if key not in self._formats:
            self._formats[key] = self.add_format({**_FONT, "valign": "top", **properties})
        return self._formats[key]

    def _get_packager(self) -> Packager:
        return _Packager()


class _Packager(Packager):
    """Adds to the parts of a workbook what XlsxWriter has no way to say."""

    def _create_package(self) -> list[tuple[Any, str, bool]]:
        files: list[tuple[Any, str, bool]] = super()._create_package()
        parts = {name: content for content, name, _ in files}
        _insert(
            parts["docProps/core.xml"],
            {"</dc:creator>": f"</dc:creator><dc:language>{self.workbook.language}</dc:language>"},
        )
        font = self.workbook.title.font_index
        style = f'<xf numFmtId="0" fontId="{font}" fillId="0" borderId="0" applyFont="1"/>'
        _insert(
            parts["xl/styles.xml"],
            {
                '<cellStyleXfs count="1">': '<cellStyleXfs count="2">',
                "</cellStyleXfs>": f"{style}</cellStyleXfs>",
                '<cellStyles count="1">': '<cellStyles count="2">'
                '<cellStyle name="Heading 1" xfId="1" builtinId="16"/>',
            },
        )
        return files


def _insert(part: io.StringIO, replacements: dict[str, str]) -> None:
    xml = part.getvalue()
    for old, new in replacements.items():
        xml = xml.replace(old, new, 1)
    part.seek(0)
    part.write(xml)


def _write_sheet(workbook: _Workbook, sheet: Sheet, no_rows: str) -> None:
    worksheet = workbook.add_worksheet(sheet.name)
    worksheet.set_landscape()
    worksheet.set_paper(_A4)
    worksheet.fit_to_pages(1, 0)
    title, *lines = sheet.lines
    worksheet.set_row(0, _HEIGHT_OF_A_TITLE)
    worksheet.write_string(0, 0, _text(title, _LONGEST_TEXT), workbook.title)
    if not sheet.rows:
        lines.append(no_rows)
    for number, line in enumerate(lines, start=1):
        worksheet.write_string(number, 0, _text(line, _LONGEST_TEXT), workbook.style(bold=True))
    if sheet.rows:
        _write_table(workbook, worksheet, sheet)


def _write_table(workbook: _Workbook, worksheet: Worksheet, sheet: Sheet) -> None:
    """The table, each row as high as its texts need, which not every program finds out itself."""
    top, bottom = len(sheet.lines), len(sheet.lines) + len(sheet.rows)
    lines = [1] * (1 + len(sheet.rows))
    columns = []
    for column, (heading, *cells) in enumerate(zip(sheet.headings, *sheet.rows, strict=True)):
        width = min(max(map(_digits, (*heading.split(), *cells))) + 2, _WIDEST)
        worksheet.set_column(column, column, width)
        align = "left" if column < len(sheet.headings) - sheet.numbers else "right"
        style = workbook.style(bold=True, text_wrap=True, align=align, bottom=1)
        columns.append({"header": _text(heading, _LONGEST_NAME), "header_format": style})
        for number, value in enumerate((heading, *(cells if width == _WIDEST else ()))):
            if isinstance(value, str) and _digits(value) > width:
                lines[number] = max(lines[number], _lines(value, width))
        style = workbook.style(text_wrap=True, align=align)
        for row, value in enumerate(cells, start=top + 1):
            if isinstance(value, str):
                worksheet.write_string(row, column, _text(value, _LONGEST_TEXT), style)
            elif isinstance(value, date):
                worksheet.write_datetime(row, column, value, workbook.date_style)
            else:
                number_style = workbook.style(num_format=_number_code(value), align="right")
                worksheet.write_number(row, column, float(value), number_style)
    for row, number in enumerate(lines, start=top):
        if number > 1:
            worksheet.set_row(row, min(number * _HEIGHT_OF_A_LINE, _HIGHEST))
    options = {"name": sheet.table, "columns": columns, "autofilter": False, "style": None}
    worksheet.add_table(top, 0, bottom, len(columns) - 1, options)
    worksheet.freeze_panes(top + 1, 0)
    worksheet.repeat_rows(top)


@lru_cache(maxsize=4096)  # the same few texts are in row after row
def _text(text: str, longest: int) -> str:
    """A text without characters that no XML may hold, and not too long for its place."""
    text = _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)
    units = text.encode("utf-16-le")  # in which Excel counts
    if len(units) > 2 * longest:
        text = units[: 2 * (longest - 1)].decode("utf-16-le", "ignore") + "…"
    # A space, or XlsxWriter takes it for the XML of a text in several fonts.
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


def _number_code(value: int | Decimal) -> str:
    """Excel's code of a number with as many decimals as the value has, noughts too."""
    places = -int(value.as_tuple().exponent) if isinstance(value, Decimal) else 0
    return f"#,##0.{'0' * places}" if places else "#,##0"


def _date_code(pattern: str) -> str:
    """Excel's code of a date, whose month has the name that the reader's Excel gives it."""
    parts = re.split(r"(\{(?:day|month|year)\})", pattern)
    codes = {"{day}": "d", "{month}": "mmmm", "{year}": "yyyy", "": ""}
    return "".join(codes.get(part, f'"{part}"') for part in parts)


@lru_cache(maxsize=4096)
def _digits(value: Cell) -> float:
    """How many digits of the font are at least as wide as a cell."""
    if isinstance(value, str):
        capitals, wide = sum(map(str.isupper, value)), sum(letter >= "\u1100" for letter in value)
        return 0.95 * len(value) + 0.35 * capitals + 0.85 * wide
    return len("30 September 2020") if isinstance(value, date) else len(f"{value:,}")


@lru_cache(maxsize=4096)  # headings are the same in book after book
def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a column so many digits wide."""
    return len(textwrap.wrap(text, max(1, int(len(text) * width / _digits(text)))))
