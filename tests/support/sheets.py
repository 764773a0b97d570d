"""A workbook as it stands in its file: read from the XML itself, by no library that is tested."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree

_NAMES = {
    "": "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
}
_ESCAPED = re.compile("_x([0-9A-F]{4})_")


@dataclass(frozen=True)
class Cell:
    """A cell: its value, a date where its format is one's, and the properties of its style."""

    value: str | float | date
    font: Mapping[str, Any]
    style: str
    is_wrapped: bool


@dataclass(frozen=True)
class ReadSheet:
    """A sheet: its cells by row and column, from 0, and its XML and that of its tables."""

    name: str
    cells: Mapping[tuple[int, int], Cell]
    xml: Any
    tables: Sequence[Any]

    @property
    def table(self) -> Any:
        """Its only table."""
        (table,) = self.tables
        return table

    @property
    def corner(self) -> tuple[int, int]:
        """Row and column at which its table begins."""
        return place(self.table.get("ref").split(":")[0])

    def rows(self) -> list[list[str | float | date]]:
        """The values below the heading of its table."""
        (top, left), (bottom, right) = map(place, self.table.get("ref").split(":"))
        return [
            [self.cells[row, column].value for column in range(left, right + 1)]
            for row in range(top + 1, bottom + 1)
        ]


class ReadWorkbook:
    """The parts of a workbook, and its sheets by their names, in their order."""

    def __init__(self, content: bytes) -> None:
        self.archive = zipfile.ZipFile(io.BytesIO(content))
        self.parts = {name: self.archive.read(name).decode() for name in self.archive.namelist()}
        self.styles = self.xml("xl/styles.xml")
        self._strings = [
            _unescaped("".join(part.text or "" for part in string.iterfind("t", _NAMES)))
            for string in self.xml("xl/sharedStrings.xml").iterfind("si", _NAMES)
        ]
        sheets = self.xml("xl/workbook.xml").iterfind("sheets/sheet", _NAMES)
        self.sheets = {
            sheet.get("name"): self._sheet(sheet.get("name"), number)
            for number, sheet in enumerate(sheets, start=1)
        }

    def xml(self, part: str) -> Any:
        return ElementTree.fromstring(self.parts[part])  # noqa: S314  # our own

    def property(self, name: str) -> str:
        """What the document says of itself."""
        found: str = self.xml("docProps/core.xml").findtext(name, namespaces=_NAMES)
        return found

    def _sheet(self, name: str, number: int) -> ReadSheet:
        sheet = self.xml(f"xl/worksheets/sheet{number}.xml")
        related = self.parts.get(f"xl/worksheets/_rels/sheet{number}.xml.rels", "")
        tables = [self.xml(f"xl/tables/{table}") for table in re.findall(r"table\d+\.xml", related)]
        cells = {place(cell.get("r")): self._cell(cell) for cell in found(sheet, "sheetData/row/c")}
        return ReadSheet(name, cells, sheet, tables)

    def _cell(self, cell: Any) -> Cell:
        form = found(self.styles, "cellXfs/xf")[int(cell.get("s", 0))]
        font = found(self.styles, "fonts/font")[int(form.get("fontId"))]
        (style,) = (
            style.get("name")
            for style in found(self.styles, "cellStyles/cellStyle")
            if style.get("xfId") == form.get("xfId")
        )
        alignment = form.find("alignment", _NAMES)
        return Cell(
            self._value(cell, form.get("numFmtId")),
            {part.tag.partition("}")[2]: part.get("val") for part in font},
            style,
            alignment is not None and alignment.get("wrapText") == "1",
        )

    def _value(self, cell: Any, number_format: str) -> str | float | date:
        assert cell.find("f", _NAMES) is None, "a formula"
        value: str = cell.findtext("v", namespaces=_NAMES)
        if cell.get("t") == "s":
            return self._strings[int(value)]
        assert cell.get("t") is None, "neither text nor number"
        codes = {
            code.get("numFmtId"): code.get("formatCode")
            for code in found(self.styles, "numFmts/numFmt")
        }
        if "yyyy" in codes.get(number_format, ""):
            return date(1899, 12, 30) + timedelta(int(value))
        return float(value)


def found(xml: Any, path: str) -> list[Any]:
    """What lies there in a part."""
    return list(xml.iterfind(path, _NAMES))


def place(reference: str) -> tuple[int, int]:
    """Row and column, from 0: B3 is (2, 1)."""
    letters, number = re.fullmatch(r"([A-Z])(\d+)", reference).groups()  # type: ignore[union-attr]
    return int(number) - 1, ord(letters) - ord("A")


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
