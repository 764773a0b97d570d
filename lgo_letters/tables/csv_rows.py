"""A CSV file as people have it → its rows of cells, each with its line; what is wrong, as problems.

Python's csv says what a file means. What a column means is for others to say.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Generator, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from lgo_letters.errors import Problem, cut
from lgo_letters.names import fold, key

from .data import InputFile
from .problems import EMPTY_LINE, NOT_CSV, SHAPE, ProblemLog
from .source import SAVE_AS, SAVE_WITH_COMMAS, Source

_OTHER_SEPARATORS = {
    "\t": f"tabs, not by commas; {SAVE_AS}.",
    ";": f"semicolons, not by commas; {SAVE_WITH_COMMAS}.",
}
_MOST_HEADERS_SHOWN = 20

Row = tuple[int, list[str]]
"""The line on which a row starts, and its cells."""
_Record = tuple[int, list[str] | None]  # no cells where it is not CSV


@dataclass(frozen=True, slots=True)
class Header:
    """The first row: how many cells it has, and the index of each column that was asked for.

    `others` are the columns that were not asked for, by names as those have, where no two columns
    share one.
    """

    width: int
    index: Mapping[str, int]
    others: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FileReport:
    """What was read of one file, and what is wrong in it; `more_problems` are only counted."""

    file: InputFile
    problems: tuple[Problem, ...]
    more_problems: int
    notices: tuple[str, ...]


class Table:
    """One CSV file, whose header is read at once and whose rows are read at most once.

    `header` is None where it cannot be used, so that the rows say nothing. `lost` holds the text
    of the rows of the wrong shape. Raises UsageError where the file cannot be opened or read.
    """

    def __init__(
        self, path: Path, required: Sequence[str], optional: Sequence[str] = (), pattern: str = ""
    ) -> None:
        """The columns with those names are asked for, and all whose names fit the pattern."""
        self.problems = ProblemLog(path.name)
        self.source = Source(path, self.problems)
        self.number = 0
        """How many rows have the right shape, once they have been read."""
        self.lost: list[str] = []
        self._required, self._columns = required, (*required, *optional)
        self._pattern = pattern
        self._lines = self.source.lines()
        self._records: Generator[_Record, None, None]
        self.header = self._read_header() if self.source.is_text() else None

    def rows(self) -> Iterator[Row]:
        """All rows of the right shape; empty lines at the end of the file are Excel's habit."""
        if (header := self.header) is None:
            return
        empty: list[int] = []
        for line, cells in self._records:
            if cells is None:
                continue
            if not any(map(str.strip, cells)):
                empty.append(line)
                continue
            for empty_line in empty:
                self.problems.add(empty_line, "the line is empty; delete it.", rank=EMPTY_LINE)
            empty.clear()
            if self._has_shape(line, cells, header.width):
                self.number += 1
                yield line, cells

    def report(self) -> FileReport:
        """What was read, and what is wrong, once all rows have been read."""
        self.source.check_unchanged()
        first = self.problems.first()
        notice = self.source.notice
        return FileReport(
            InputFile(self.problems.file, self.source.sha256, self.number),
            first,
            self.problems.number - len(first),
            () if notice is None else (notice,),
        )

    def _read_header(self) -> Header | None:
        first = next(self._lines)
        self._records = self._read_records(first)
        header = None
        if other := _other_separator(first, {*self._columns}):
            self.problems.add(1, f"the cells are separated by {other}")
        elif not self.source.last_bad:
            line, cells = next(self._records)
            header = None if cells is None else self._understand(cells, line)
        if header is None:
            for _ in self._lines:
                pass  # each is looked at for what is not text
        return header

    def _read_records(self, first: str) -> Generator[_Record, None, None]:
        reader = csv.reader(chain([first], self._lines), strict=True)
        while True:
            line, cells = reader.line_num + 1, None
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                self.problems.add(line, _what_is_not_csv(str(error)), rank=NOT_CSV)
            yield line, cells

    def _understand(self, cells: list[str], line: int) -> Header | None:
        found: dict[str, list[int]] = {}
        for index, cell in enumerate(cells):
            found.setdefault(key(cell).replace(" ", "_"), []).append(index)
        columns = (
            *self._columns,
            *(name for name in found if name and re.fullmatch(self._pattern, name)),
        )
        twice = [column for column in columns if len(found.get(column, ())) > 1]
        missing = [column for column in self._required if column not in found]
        for column in twice:
            self.problems.add(line, "the column is there twice; delete or rename one.", column)
        if missing:
            self._add_missing(missing, cells, line)
        if twice or missing:
            return None
        once = {name: indices[0] for name, indices in found.items() if len(indices) == 1 and name}
        asked = {column: once.pop(column) for column in columns if column in once}
        return Header(len(cells), asked, once)

    def _add_missing(self, missing: Sequence[str], cells: list[str], line: int) -> None:
        headers = [cut(fold(cell)) or "(blank)" for cell in islice(cells, _MOST_HEADERS_SHOWN)]
        if (more := len(cells) - len(headers)) > 0:
            headers.append(f"and {more:,} more")
        found = f"the header has: {', '.join(headers)}."
        if len(missing) == 1:
            message = f"the column is missing; rename the right one, or add it. Now {found}"
            self.problems.add(line, message, missing[0])
        else:
            *others, last = missing
            message = (
                f"the columns {', '.join(others)} and {last} are missing; rename the right ones, "
                f"or add them. Now {found}"
            )
            self.problems.add(line, message)

    def _has_shape(self, line: int, cells: list[str], width: int) -> bool:
        is_text = self.source.last_bad < line
        if is_text and len(cells) == width:
            return True
        self.lost.append(",".join(cells))
        if is_text:
            what_to_do = "a value with a comma in it needs quotation marks round it."
            if len(cells) < width:
                what_to_do = "add those that are missing, blank if need be."
            message = f"the row has {_cells(len(cells))} and the header has {width:,}; {what_to_do}"
            self.problems.add(line, message, rank=SHAPE)
        return False


def _cells(number: int) -> str:
    return "1 cell" if number == 1 else f"{number:,} cells"


def _what_is_not_csv(error: str) -> str:
    if "field limit" in error:
        most = f"{csv.field_size_limit():,}"
        return f"a cell has more than {most} characters; shorten it, or close its quotation mark."
    if "unexpected end" in error:
        return "a quotation mark opens here and is never closed; close it, or double it."
    return "there is a quotation mark inside a value; double it, and put the value in quotes."


def _other_separator(line: str, known: Set[str]) -> str | None:
    """What separates the cells of the first line where a comma does not, and what to do."""
    for separator, words in _OTHER_SEPARATORS.items():
        cells = line.rstrip("\r\n").split(separator)
        if len({key(cell.strip('"')) for cell in cells} & known) > 1:
            return words
    return None
