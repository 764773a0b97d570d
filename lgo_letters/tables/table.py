"""A file as people have it → its rows of cells, each with its line; what is wrong, as problems.

What a column means is for others to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from lgo_letters.errors import Problem, count_of, cut
from lgo_letters.names import fold

from .data import MAPPING_FILE, FileReport, InputFile, UnknownWord
from .files.csv_records import CsvRecords
from .files.problems import SHAPE, ProblemLog
from .files.records import WORKBOOKS, Record, RecordSource, column_key, split_sheet
from .mapping import NO_MAPPING, TableMapping

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


class Table:
    """One table, whose header is read at once and whose rows are read at most once.

    `header` is None where it cannot be used, so that the rows say nothing. `lost` holds the text
    of the rows that could not be read. Others add to it rows in which they find a problem, and fill
    in `unknown`: columns and texts that are not understood in so many rows. A column that is mapped
    is required. Raises UsageError where the file cannot be opened or read.
    """

    def __init__(
        self,
        path: Path,
        required: Sequence[str],
        optional: Sequence[str] = (),
        pattern: str = "",
        mapping: TableMapping = NO_MAPPING,
    ) -> None:
        """The columns with those names are asked for, and all whose names fit the pattern."""
        file, _ = split_sheet(path)
        self.problems = ProblemLog(file.name)
        self.source = _open(path, self.problems)
        self._mapping = mapping
        self.number = 0
        """How many rows have the right shape, once they have been read."""
        self.lost: list[str] = []
        self.unknown: list[tuple[str, str, int]] = []
        self._required, self._pattern = required, re.compile(pattern)
        columns = [*required, *optional, *filter(self._fits, mapping.columns)]
        mapping.check_columns(lambda column: column in columns or self._fits(column), columns)
        self._keys = {column: column_key(mapping.heading(column)) for column in columns}
        self._records = self.source.records({*self._keys.values()})
        self.header = self._read_header()

    def rows(self) -> Iterator[Row]:
        """All rows of the right shape that are not blank."""
        if (header := self.header) is None:
            return
        for record in self._records:
            if not record.is_readable:
                self.lost.append(",".join(record.cells))
            elif any(map(str.strip, record.cells)) and self._has_shape(record, header):
                self.number += 1
                yield record.line, record.cells

    def refuse_without_rows(self) -> None:
        """Adds a problem if no authority follows the header, once all rows have been read."""
        if self.header and not self.number and not self.problems.number:
            self.problems.add(1, "no authority follows the header; add a row for each.")

    def report(self, mapped: Mapping[tuple[str, str], int] | None = None) -> FileReport:
        """What was read, and what is wrong, once all rows have been read.

        `mapped` is in how many rows each word that is mapped stands, as `TableMapping.changed`
        has it.
        """
        self.source.check_unchanged()
        first = self.problems.first()
        return FileReport(
            InputFile(self.source.name, self.source.sha256, self.number),
            tuple(map(self._as_in_file, first)),
            self.problems.number - len(first),
            tuple(self.source.notices()),
            () if self.header is None else tuple(self._mapping.changed(self.number, mapped or {})),
            tuple(
                UnknownWord(self.problems.file, self._mapping.heading(column), text, rows)
                for column, text, rows in self.unknown
            ),
            () if self.source.read_once is None else (self.source.read_once,),
        )

    def _as_in_file(self, problem: Problem) -> Problem:
        """A problem whose cell and column are called what they are in the file."""
        if problem.line is None:
            return problem
        column = problem.column or ""
        index = {} if self.header is None else self.header.index
        cell = self.source.cell(problem.line, index.get(column, 0))
        return replace(problem, cell=cell, column=self._mapping.heading(column) or None)

    def _read_header(self) -> Header | None:
        """The first record that is not blank; where it is of no use, the others are looked at."""
        for record in self._records:
            if not record.is_readable or any(map(str.strip, record.cells)):
                header = self._understand(record) if record.is_readable else None
                break
        else:
            if not self.problems.number:
                message = "the table is empty; add a header, and its rows below."
                self.problems.add(1, message)
            return None
        if header is None:
            for _ in self._records:
                pass  # each is a problem if it cannot be read
        return header

    def _understand(self, record: Record) -> Header | None:
        line, cells = record.line, record.cells
        least = max(index for index, cell in enumerate(cells, start=1) if cell.strip())
        found: dict[str, list[int]] = {}
        for index, cell in enumerate(cells):
            found.setdefault(column_key(cell), []).append(index)
        self._keys |= {name: name for name in found if self._fits(name) and name not in self._keys}
        twice = [column for column, name in self._keys.items() if len(found.get(name, ())) > 1]
        for column in twice:
            self.problems.add(line, "the column is there twice; delete or rename one.", column)
        absent = [column for column, name in self._keys.items() if name not in found]
        mapped = [column for column in absent if column in self._mapping.columns]
        self._mapping.refuse_headings(mapped, self.problems.file, _headings(cells[:least]))
        missing = [column for column in absent if column in self._required and column not in mapped]
        if missing:
            self._add_missing(missing, cells[:least], line)
        if twice or missing or self._mapping.problems:
            return None
        once = {name: indices[0] for name, indices in found.items() if len(indices) == 1 and name}
        asked = {column: once.pop(name) for column, name in self._keys.items() if name in once}
        others = {name: index for name, index in once.items() if name not in self._keys}
        return Header(line, len(cells), least, asked, others)

    def _fits(self, column: str) -> bool:
        return bool(column and self._pattern.fullmatch(column))

    def _add_missing(self, missing: Sequence[str], cells: list[str], line: int) -> None:
        or_map = f", or map {{}} in {MAPPING_FILE}" if self._mapping.name else ""
        now = f"Now the header has: {_headings(cells)}."
        if len(missing) == 1:
            what_to_do = f"rename the right one, or add it{or_map.format('it')}"
            message = f"the column is missing; {what_to_do}. {now}"
            self.problems.add(line, message, missing[0])
        else:
            what_to_do = f"rename the right ones, or add them{or_map.format('them')}"
            names = f"{', '.join(missing[:-1])} and {missing[-1]}"
            self.problems.add(line, f"the columns {names} are missing; {what_to_do}. {now}")

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
        message = (
            f"the row has {count_of(number, 'cell')} and the header has {width:,}; {what_to_do}"
        )
        self.problems.add(record.line, message, rank=SHAPE)
        return False


def _open(path: Path, problems: ProblemLog) -> RecordSource:
    if split_sheet(path)[0].suffix.lower() in WORKBOOKS:
        from .files.workbook import WorkbookRecords

        return WorkbookRecords(path, problems)
    return CsvRecords(path, problems)


def _headings(cells: Sequence[str]) -> str:
    shown = [cut(fold(cell)) or "(blank)" for cell in islice(cells, _MOST_HEADERS_SHOWN)]
    if len(cells) == 1:
        shown[0] += " (if that is a title, delete all above the header)"
    if (more := len(cells) - len(shown)) > 0:
        shown.append(f"and {more:,} more")
    return ", ".join(shown)
