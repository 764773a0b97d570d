"""One sheet of a workbook as a source of records; what cannot be read, as problems."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lgo_letters.errors import UsageError, listed, quoted
from lgo_letters.names import key
from lgo_letters.tables.files.given_file import GivenFile
from lgo_letters.tables.files.problems import NOT_CSV, NUL, WHOLE_FILE, ProblemLog
from lgo_letters.tables.files.records import WORKBOOK, Record, split_sheet

from . import bounds
from .parse import SAVE_AS, UnreadableWorkbookError
from .parts import Sheet, Workbook
from .survey import column_name

if TYPE_CHECKING:
    import io

_MOST_SHEETS_LISTED = 20
# A word that starts with a letter and is not the name of a cell.
_NEEDS_NO_QUOTES = re.compile(r"(?![A-Za-z]{1,3}[0-9]+$)[^\W\d][\w.]*")


class WorkbookRecords:
    """The records of a sheet: of the one that is named, else of the first that is not hidden.

    A RecordSource. Raises UsageError where the file cannot be read, or has no such sheet.
    """

    too_wide = "give the columns of all values a heading, or delete what is not part of the table."
    plain_text = None

    def __init__(self, path: Path, problems: ProblemLog) -> None:
        self._problems = problems
        self._notices: list[str] = []
        self._file, wanted = split_sheet(path)
        given = GivenFile(self._file)
        self.check_unchanged = given.check_unchanged
        with given.reading(), self._file.open("rb") as opened:
            content = opened.read(bounds.BYTES + 1)
        self.sha256 = hashlib.sha256(content).hexdigest()
        self.read_once = None if given.is_regular else content
        self.name, self._sheet = self._file.name, None
        try:
            self._workbook = Workbook(content)
            if self._file.suffix.lower() != WORKBOOK:
                raise UnreadableWorkbookError(f"is a workbook of a kind not known; {SAVE_AS}")
            self._sheet = self._choose(wanted)
        except UnreadableWorkbookError as error:
            self._refuse(error)
        else:
            self.name = f"{self._file.name}#{self._sheet.name}"

    def records(self, columns: Collection[str]) -> Iterator[Record]:
        """Every record that is not blank, as wide as the sheet."""
        try:
            if self._sheet is not None:
                yield from self._read(self._sheet)
        except UnreadableWorkbookError as error:
            self._refuse(error)

    def _read(self, sheet: Sheet) -> Iterator[Record]:
        content, survey = self._workbook.extract(sheet)
        rows = _values(content) if survey.height else iter(())
        hidden = 0
        for number, row in zip(range(1, survey.height + 1), chain(rows, repeat(())), strict=False):
            unreadable = survey.unreadable.get(number, ())
            if row.count("") == len(row) and not unreadable:
                continue
            cells = [*map(_text, row), *repeat("", survey.width - len(row))]
            for index, text in unreadable:
                cells[index] = text
            hidden += number in survey.hidden
            yield Record(number, cells, self._is_readable(number, cells))
        if hidden:
            rows_are = "1 row is" if hidden == 1 else f"{hidden:,} rows are"
            self._notices.append(f"In {self.name}, {rows_are} hidden, and read like all others.")

    def notices(self) -> list[str]:
        """Which sheet was read, where others are not hidden either, and how many rows are."""
        return self._notices

    def where(self, line: int) -> str:
        """The row of a record."""
        return f"in row {line:,}"

    def cell(self, line: int, index: int) -> str | None:
        """The name of a cell, as Excel has it."""
        if self._sheet is None:
            return None
        sheet = self._sheet.name
        if not _NEEDS_NO_QUOTES.fullmatch(sheet):
            sheet = "'" + sheet.replace("'", "''") + "'"
        return f"{sheet}!{column_name(index)}{line}"

    def _refuse(self, error: UnreadableWorkbookError) -> None:
        self._problems.add(WHOLE_FILE, f"the file {error}.")

    def _choose(self, wanted: str | None) -> Sheet:
        sheets, file = self._workbook.sheets, self._file
        names = listed([quoted(sheet.name) for sheet in sheets], _MOST_SHEETS_LISTED)
        if not sheets:
            raise UnreadableWorkbookError("has no sheet with cells; add one with the table")
        if wanted is not None:
            for sheet in sheets:
                if key(sheet.name) == key(wanted):
                    return sheet
            raise UsageError(f"{file} has no sheet {quoted(wanted)}; it has {names}.")
        visible = [sheet for sheet in sheets if not sheet.is_hidden]
        if not visible:
            raise UnreadableWorkbookError(
                f"has only hidden sheets, {names}; name one of them: {file.name}#SHEET"
            )
        if len(visible) > 1:
            self._notices.append(
                f"{file.name} has {len(visible):,} sheets; {quoted(visible[0].name)}, the first, "
                f"was read. To read another, name it: {file.name}#SHEET."
            )
        return visible[0]

    def _is_readable(self, number: int, cells: Sequence[str]) -> bool:
        """Whether a CSV file may have these cells; if not, why is a problem."""
        longest = csv.field_size_limit()
        if "\0" in "".join(cells):
            self._problems.add(number, "a cell holds a NUL character; delete it.", rank=NUL)
        elif max(map(len, cells)) > longest:
            message = f"a cell has more than {longest:,} characters; shorten it."
            self._problems.add(number, message, rank=NOT_CSV)
        else:
            return True
        return False


def _values(content: io.BytesIO) -> Iterator[Sequence[Any]]:
    """What is in the only sheet of a workbook, row by row from its first, from column A on."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_filelike(content) as workbook:
            sheet = workbook.get_sheet_by_index(0)
        before = [""] * (sheet.start or (0, 0))[1]
        for row in sheet.iter_rows():
            yield before + row
    except (CalamineError, OverflowError) as error:  # the latter of a time of a million years
        raise UnreadableWorkbookError(
            f"is damaged ({error}); open it in Excel, correct it, and save it"
        ) from error


def _text(value: Any) -> str:
    """What a cell would be in CSV; a date as ISO has it, without its time of day."""
    if type(value) is str:
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.15g}"  # Excel's own precision
    return str(value.date()) if isinstance(value, datetime) else str(value)
