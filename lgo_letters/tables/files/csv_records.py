"""A text file → its records, each with its line; what cannot be read, as problems.

Python's csv says what a file means.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from itertools import chain
from pathlib import Path

from .problems import NOT_CSV, ProblemLog
from .records import PlainText, Record, column_key
from .text import TextFile

_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}


class CsvRecords:
    """The records of a text file whose cells are separated by commas, semicolons or tabs.

    A RecordSource. Raises UsageError where the file cannot be opened or read.
    """

    too_wide = "a value with a comma in it needs quotation marks round it."

    def __init__(self, path: Path, problems: ProblemLog) -> None:
        self._text, self._problems = TextFile(path, problems), problems
        self._separator = ","
        self.name = path.name
        self.sha256 = self._text.sha256
        self.check_unchanged = self._text.check_unchanged
        self.read_once = self._text.read_once

    @property
    def plain_text(self) -> PlainText | None:
        """The file, where nothing in it can be read two ways."""
        if self._separator != "," or not self._text.is_plain:
            return None
        return PlainText(self._text.path, self._text.lines_by_lf)

    def records(self, columns: Collection[str]) -> Iterator[Record]:
        """Every record; the first that is not blank shows what separates the cells."""
        if not self._text.is_text():
            return
        lines = self._text.lines()
        head = []
        for line in lines:
            head.append(line)
            if line.strip(",;\t\r\n "):
                self._separator = _separator(line, columns)
                break
        reader = csv.reader(chain(head, lines), delimiter=self._separator, strict=True)
        while True:
            line_number, cells = reader.line_num + 1, []
            is_csv = True
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                self._problems.add(line_number, _what_is_not_csv(str(error)), rank=NOT_CSV)
                is_csv = False
            yield Record(line_number, cells, is_csv and self._text.last_bad < line_number)

    def notices(self) -> list[str]:
        """What was not UTF-8, or not separated by commas."""
        notices = [] if self._text.notice is None else [self._text.notice]
        if self._separator != ",":
            name, separator = self._text.path.name, _SEPARATORS[self._separator]
            notices.append(f"{name} is separated by {separator}, not commas; it was read that way.")
        return notices

    def where(self, line: int) -> str:
        """Where a record starts."""
        return f"on line {line:,}"

    def cell(self, line: int, index: int) -> None:
        """No name."""
        return


def _separator(header: str, columns: Collection[str]) -> str:
    """What separates the cells: that which gives the most of the columns, else the most cells."""

    def merit(separator: str) -> tuple[int, int]:
        cells = header.rstrip("\r\n").split(separator)
        return len({column_key(cell.strip('"')) for cell in cells} & {*columns}), len(cells)

    return max(_SEPARATORS, key=merit)


def _what_is_not_csv(error: str) -> str:
    if "field limit" in error:
        most = f"{csv.field_size_limit():,}"
        return f"a cell has more than {most} characters; shorten it, or close its quotation mark."
    if "unexpected end" in error:
        return "a quotation mark opens here and is never closed; close it, or double it."
    return "there is a quotation mark inside a value; double it, and put the value in quotes."
