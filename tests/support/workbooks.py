"""Workbooks for tests: as Excel writes them, and as nobody should."""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import xlsxwriter

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"

Value = str | float | bool | date | None
"""What a cell may hold; an empty text stands in the cell, None leaves it out."""


def write_workbook(
    file: Path,
    rows: Iterable[Sequence[Value]],
    sheet: str = "Sheet1",
    hidden: Collection[int] = (),
) -> None:
    """A workbook of one sheet; `hidden` are the numbers of hidden rows."""
    with xlsxwriter.Workbook(str(file), {"default_date_format": "dd/mm/yyyy"}) as workbook:
        worksheet = workbook.add_worksheet(sheet)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    worksheet.write_string(number, column, value)
                elif isinstance(value, bool):
                    worksheet.write_boolean(number, column, value)
                elif isinstance(value, date | datetime):
                    worksheet.write_datetime(number, column, value)
                elif value is not None:
                    worksheet.write_number(number, column, value)
            if number + 1 in hidden:
                worksheet.set_row(number, options={"hidden": True})


def sheet_xml(rows: str, after: str = "") -> str:
    """A sheet with these rows, as XML."""
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def strings_xml(strings: str, attributes: str = "") -> str:
    """What cells share, as XML."""
    return f'<sst xmlns="{_MAIN}" {attributes}>{strings}</sst>'


def parts(
    rows: str = "",
    *,
    strings: str = "",
    sheets: str = '<sheet name="Sheet1" sheetId="1" r:id="rId1"/>',
    properties: str = "",
) -> dict[str, str]:
    """The parts of a workbook of one sheet, to spoil; styles 1 and 2 are a date and a time."""
    related = {
        "rId1": ("worksheet", "worksheets/sheet1.xml"),
        "rId2": ("styles", "styles.xml"),
        "rId3": ("sharedStrings", "sharedStrings.xml"),
        "rId4": ("chartsheet", "chartsheets/sheet1.xml"),
    }
    return {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATION}">{properties}'
        f"<sheets>{sheets}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(related),
        "xl/worksheets/sheet1.xml": sheet_xml(rows),
        "xl/sharedStrings.xml": strings_xml(strings),
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><cellXfs><xf numFmtId="0"/>'
        '<xf numFmtId="14"/><xf numFmtId="46"/></cellXfs></styleSheet>',
    }


def write_parts(file: Path, content: Mapping[str, str | bytes | Iterable[str]]) -> None:
    """Puts parts into a file as they are; one that is large may come in pieces."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as workbook:
        for name, part in content.items():
            if isinstance(part, str | bytes):
                workbook.writestr(name, part)
                continue
            with workbook.open(name, "w") as opened:
                for piece in part:
                    opened.write(piece.encode())


def _relations(related: Mapping[str, tuple[str, str]]) -> str:
    elements = (
        f'<Relationship Id="{its_id}" Type="{_RELATION}/{kind}" Target="{target}"/>'
        for its_id, (kind, target) in related.items()
    )
    return f'<Relationships xmlns="{_RELATIONS}">{"".join(elements)}</Relationships>'
