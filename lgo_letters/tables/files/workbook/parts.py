"""A workbook's bytes → its sheets, and one of them in a small workbook that holds nothing else."""

from __future__ import annotations

import contextlib
import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, NamedTuple

from . import bounds
from .parse import SAVE_AS, SAVE_LESS, UnreadableWorkbookError, damaged, parse
from .survey import SheetSurvey, string_lengths

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # starts a workbook of before 2007, or an encrypted one
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ZIP = b"PK\x03\x04"
_ZIP_MEMBER = b"PK\x01\x02"
_OTHERS_HOLD = {
    "content.xml": f"is an OpenDocument spreadsheet (.ods); {SAVE_AS}",
    "xl/workbook.bin": f"is a binary workbook (.xlsb); {SAVE_AS}",
    "xl/vbaproject.bin": f"holds macros; {SAVE_AS}",
}
# RuntimeError is that of encrypted members; the last three come from numbers that make no sense.
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    RuntimeError,
    ValueError,
    OverflowError,
    struct.error,
)
_PIECE = 1 << 16  # bytes

_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_BOOK = "xl/workbook.xml"
_COPIES = {
    "worksheet": "xl/worksheets/sheet1.xml",
    "sharedStrings": "xl/sharedStrings.xml",
    "styles": "xl/styles.xml",
}


class Sheet(NamedTuple):
    """A sheet with cells, and the name of the part that holds them."""

    name: str
    part: str
    is_hidden: bool


class Workbook:
    """The parts of a workbook, each read when it is asked for; `sheets` are those with cells.

    All of it may raise UnreadableWorkbookError.
    """

    def __init__(self, content: bytes) -> None:
        self._zip = _open_zip(content)
        self._members = {member.filename.lower(): member for member in self._zip.infolist()}
        for name, what in _OTHERS_HOLD.items():
            if name in self._members:
                raise UnreadableWorkbookError(what)
        books = [part for kind, part in self._related("").values() if kind == "officeDocument"]
        if not books:
            raise damaged("it has no sheets")
        related = self._related(books[0])
        self._parts = {kind: part for kind, part in related.values() if kind != "worksheet"}
        self._date1904 = False
        self.sheets: list[Sheet] = []
        for name, attributes in self._elements(books[0], "workbookPr", "sheet"):
            if name == "workbookPr":
                self._date1904 = attributes.get("date1904") in ("1", "true")
                continue
            kind, part = related.get(attributes.get("id", ""), ("", ""))
            if kind == "worksheet":
                is_hidden = attributes.get("state", "visible") != "visible"
                self.sheets.append(Sheet(attributes.get("name", ""), part, is_hidden))

    def extract(self, sheet: Sheet) -> tuple[io.BytesIO, SheetSurvey]:
        """A workbook of one sheet, and what was seen in it."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
            copy.writestr("_rels/.rels", _relations({"officeDocument": _BOOK}))
            copy.writestr("xl/_rels/workbook.xml.rels", _relations(_COPIES))
            copy.writestr(
                _BOOK,
                f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATION}">'
                f'<workbookPr date1904="{self._date1904:d}"/>'
                '<sheets><sheet name="1" sheetId="1" r:id="worksheet"/></sheets></workbook>',
            )
            if (part := self._parts.get("styles")) is not None:
                with copy.open(_COPIES["styles"], "w") as styles:
                    parse(self._pieces(part, bounds.SMALL_PART, styles))
            lengths: Sequence[int] = ()
            if (part := self._parts.get("sharedStrings")) is not None:
                with copy.open(_COPIES["sharedStrings"], "w") as strings:
                    lengths = string_lengths(self._pieces(part, bounds.LARGE_PART, strings))
            with copy.open(_COPIES["worksheet"], "w") as cells:
                pieces = self._pieces(sheet.part, bounds.LARGE_PART, cells)
                survey = SheetSurvey(pieces, lengths)
        target.seek(0)
        return target, survey

    def _related(self, part: str) -> dict[str, tuple[str, str]]:
        """What is related to a part, by its id: in what way, and the name of that part."""
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if relations.lower() not in self._members:
            return {}
        return {
            attributes.get("Id", ""): (
                posixpath.basename(attributes.get("Type", "")),
                posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))[1:],
            )
            for _, attributes in self._elements(relations, "Relationship")
        }

    def _elements(self, part: str, *names: str) -> list[tuple[str, dict[str, str]]]:
        """The elements of these names with their attributes, all without prefixes."""
        found = []

        def start(name: str, attributes: Mapping[str, str]) -> None:
            if name in names:
                texts = {key.rpartition(":")[2]: text for key, text in attributes.items()}
                found.append((name, texts))

        parse(self._pieces(part, bounds.SMALL_PART), start)
        return found

    def _pieces(self, part: str, most: int, copy: IO[bytes] | None = None) -> Iterator[bytes]:
        """The bytes of a part, of which there may be more than it says; also put into a copy."""
        member = self._members.get(part.lower())
        if member is None:
            raise damaged(f"{part} is missing")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise damaged(f"{part} is packed as Excel packs nothing")
        size = 0
        with _reading_zip(), self._zip.open(member) as opened:
            while piece := opened.read(_PIECE):
                size += len(piece)
                if size > most:
                    raise UnreadableWorkbookError(
                        f"has more than {most >> 20} MB in {part}; {SAVE_LESS}"
                    )
                if copy is not None:
                    copy.write(piece)
                yield piece


def _open_zip(content: bytes) -> zipfile.ZipFile:
    if content.startswith(_OLE):
        if _ENCRYPTED not in content:
            raise UnreadableWorkbookError(f"is a workbook of Excel 97-2003 (.xls); {SAVE_AS}")
        raise UnreadableWorkbookError(
            'is protected with a password; in Excel, choose "File", "Info", "Protect Workbook" and '
            '"Encrypt with Password", delete the password, and save it'
        )
    if not content.startswith(_ZIP):
        raise UnreadableWorkbookError(f"is not a workbook, whatever its name says; {SAVE_AS}")
    if len(content) > bounds.BYTES:
        raise UnreadableWorkbookError(f"has more than {bounds.BYTES >> 20} MB; {SAVE_LESS}")
    if content.count(_ZIP_MEMBER) > bounds.PARTS:
        raise UnreadableWorkbookError(f"has more than {bounds.PARTS:,} parts; {SAVE_LESS}")
    with _reading_zip():
        return zipfile.ZipFile(io.BytesIO(content))


@contextlib.contextmanager
def _reading_zip() -> Iterator[None]:
    try:
        yield
    except _ZIP_ERRORS as error:
        raise damaged(str(error) or "it ends too early") from error


def _relations(parts: Mapping[str, str]) -> str:
    elements = (
        f'<Relationship Id="{kind}" Type="{_RELATION}/{kind}" Target="/{part}"/>'
        for kind, part in parts.items()
    )
    return f'<Relationships xmlns="{_RELATIONS}">{"".join(elements)}</Relationships>'
