"""A file as people have it → its rows of cells, each with its line; what is wrong, as problems.

What a column means is for others to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from lgo_letters.errors import Problem, cut
from lgo_letters.names import fold

from .csv_records import CsvRecords
from .data import InputFile
from .problems import SHAPE, ProblemLog
from .records import Record, RecordSource, column_key, split_sheet

_MOST_HEADERS_SHOWN = 20

Row = tuple[int, list[str]]
"""The line on which a row starts, and its cells."""


@dataclass(frozen=True, slots=True)
class Header:
    """The first row: its line, how many cells it has, and the index of each column asked for.

    A row may leave out the cells from `least` on, which have no heading. `others` are the columns
    that were not asked for, by names as those have, where no two columns share one.
    """

    line: int
    width: int
    least: int
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
    """One table, whose header is read at once and whose rows are read at most once.

    `header` is None where it cannot be used, so that the rows say nothing. `lost` holds the text
    of the rows that could not be read. Raises UsageError where the file cannot be opened or read.
    """

    def __init__(self, path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> None:
        file, _ = split_sheet(path)
        self.problems = ProblemLog(file.name)
        self.source = _open(path, self.problems)
        self.number = 0
        """How many rows have the right shape, once they have been read."""
        self.lost: list[str] = []
        self._required, self._columns = required, (*required, *optional)
        self._records = self.source.records({*self._columns})
        self.header = self._read_header()

    def rows(self) -> Iterator[Row]:
        """All rows of the right shape that are not blank."""
        if (header := self.header) is None:
            return
        for record in self._records:
            if not record.sound:
                self.lost.append(",".join(record.cells))
            elif any(map(str.strip, record.cells)) and self._has_shape(record, header):
                self.number += 1
                yield record.line, record.cells

    def report(self) -> FileReport:
        """What was read, and what is wrong, once all rows have been read."""
        self.source.check_unchanged()
        first = self.problems.first()
        return FileReport(
            InputFile(self.problems.file, self.source.sha256, self.number),
            tuple(map(self._with_cell, first)),
            self.problems.number - len(first),
            tuple(self.source.notices()),
        )

    def _with_cell(self, problem: Problem) -> Problem:
        index = {} if self.header is None else self.header.index
        cell = self.source.cell(problem.line or 1, index.get(problem.column or "", 0))
        return problem if cell is None else replace(problem, cell=cell)

    def _read_header(self) -> Header | None:
        """The first record that is not blank; where it is of no use, the others are looked at."""
        for record in self._records:
            if not record.sound or any(map(str.strip, record.cells)):
                header = self._understand(record) if record.sound else None
                break
        else:
            if not self.problems.number:
                message = "the table is empty; it needs a header, and below it a row for each."
                self.problems.add(1, message)
            return None
        if header is None:
            for _ in self._records:
                pass  # each is a problem if it cannot be read
        return header

    def _understand(self, record: Record) -> Header | None:
        line, cells = record.line, record.cells
        found: dict[str, list[int]] = {}
        for index, cell in enumerate(cells):
            found.setdefault(column_key(cell), []).append(index)
        twice = [column for column in self._columns if len(found.get(column, ())) > 1]
        missing = [column for column in self._required if column not in found]
        for column in twice:
            self.problems.add(line, "the column is there twice; delete or rename one.", column)
        if missing:
            self._add_missing(missing, cells, line)
        if twice or missing:
            return None
        least = max(index for index, cell in enumerate(cells, start=1) if cell.strip())
        once = {name: indices[0] for name, indices in found.items() if len(indices) == 1 and name}
        asked = {column: once.pop(column) for column in self._columns if column in once}
        return Header(line, len(cells), least, asked, once)

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

    def _has_shape(self, record: Record, header: Header) -> bool:
        """Whether the row has the header's cells, and beside them none but blank ones."""
        number, width = len(record.cells), header.width
        if number == width or header.least <= number < width:
            return True
        if number > width and not any(map(str.strip, record.cells[width:])):
            return True
        self.lost.append(",".join(record.cells))
        what_to_do = self.source.too_wide
        if number < width:
            what_to_do = "add those that are missing, blank if need be."
        message = f"the row has {_cells(number)} and the header has {width:,}; {what_to_do}"
        self.problems.add(record.line, message, rank=SHAPE)
        return False


def _open(path: Path, problems: ProblemLog) -> RecordSource:
    return CsvRecords(path, problems)


def _cells(number: int) -> str:
    return "1 cell" if number == 1 else f"{number:,} cells"
