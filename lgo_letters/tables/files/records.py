"""What a table asks of the file that it is read from, be it text or a workbook."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from lgo_letters.names import key

WORKBOOK = ".xlsx"
WORKBOOKS = (WORKBOOK, ".xlsm", ".xlsb", ".xls", ".ods")
"""What workbooks are called; of all but the first there is a sentence about how to save them."""


class Record(NamedTuple):
    """One record of a file: the line or row where it starts, and its cells.

    Where it is not `is_readable`, that is a problem already, and its cells are what can be made out
    of it.
    """

    line: int
    cells: list[str]
    is_readable: bool = True


class PlainText(NamedTuple):
    """A file of comma-separated UTF-8 in which nothing can be read two ways, and how many lines."""

    path: Path
    lines: int


class RecordSource(Protocol):
    """A file from which the records of one table can be read, once.

    Making one opens the file; it adds what is wrong to the ProblemLog that it is given, and raises
    UsageError where the file cannot be opened. `name` is the file's, with a workbook's sheet, and
    `sha256` that of its bytes. `too_wide` says what to do about a row with more cells than the
    header, ending a sentence. `read_once` are the bytes of a file that cannot be read again, such
    as a pipe.
    """

    name: str
    sha256: str
    too_wide: str
    read_once: bytes | None

    @property
    def plain_text(self) -> PlainText | None:
        """The file, where another reader may read it too; known once the header has been read."""

    def records(self, columns: Collection[str]) -> Iterator[Record]:
        """Every record, blank ones too; `columns` are keys of headings that the table may have."""

    def notices(self) -> Sequence[str]:
        """What a person should know of how it was read, once all records have been."""

    def where(self, line: int) -> str:
        """Where a record is, within a sentence: "on line 27", "in row 27"."""

    def cell(self, line: int, index: int) -> str | None:
        """What a workbook calls a cell, such as Decisions!D14; None in a text file."""

    def check_unchanged(self) -> None:
        """Raises UsageError where the file is not the one that was opened."""


def column_key(heading: str) -> str:
    """What headings have in common that are the same: "Decision Date" and decision_date."""
    return key(heading).replace(" ", "_")


def split_sheet(path: Path) -> tuple[Path, str | None]:
    """The file of FILE.xlsx#Sheet and its sheet, which is None where none is named."""
    found = re.fullmatch(rf"(.+?{re.escape(WORKBOOK)})#(.*)", path.name, re.IGNORECASE)
    return (path, None) if found is None else (path.with_name(found[1]), found[2])
