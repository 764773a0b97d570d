"""A CSV file as people have it → rows of cells, each with its line; what is wrong, as problems.

This step knows how Excel saves a table; what a column means is the next step's. Lines of plain
CSV are split many at a time, all others are read by Python's csv: with one meaning, but slower.
"""

from __future__ import annotations

import csv
from collections.abc import Generator, Iterable, Iterator, Sequence, Set
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .cells import Cells, Splitter
from .data import InputFile, ReadTable, Said
from .findings import EMPTY, MOST_KEPT, NO_CSV, SHAPE, Finding, Findings
from .names import key
from .textfile import PIECE, SAVE_AS, SAVE_WITH_COMMAS, Piece, TextFile, ahead

if TYPE_CHECKING:
    from .cells import Numbers

_OTHER_SEPARATORS = {
    "\t": f"tabs and not by commas; {SAVE_AS}.",
    ";": f"semicolons and not by commas; {SAVE_WITH_COMMAS}.",
}
_Record = tuple[int, int, list[str] | None]  # first and last line; no cells where it is no CSV


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of the right shape: the line on which each starts, and the cells asked for.

    `places` says for each column that was asked for where its cells stand; an absent optional
    column has no place.
    """

    lines: range | Numbers
    cells: Cells
    places: Sequence[int | None]


class Row(NamedTuple):
    """One row of the right shape: the line on which it starts, and the cells asked for.

    The cells stand in the order in which the columns were asked for, whatever the order in the
    file, with their white space folded; an absent optional column gives "".
    """

    line: int
    cells: tuple[str, ...]


class Table:
    """One file, read once.

    `readable` says whether the header was understood, so that the rows say something; `lost`
    holds the text of the rows of the wrong shape, where rows are read one by one.
    """

    def __init__(
        self,
        path: Path,
        required: Sequence[str],
        optional: Sequence[str] = (),
        *,
        size: int = PIECE,
        careful: bool = False,
    ) -> None:
        self.file = path.name
        self.findings = Findings(path.name)
        self.readable = False
        self.number = 0
        self.lost: list[str] = []
        self._text = TextFile(path, self.findings, size)
        self._required = required
        self._columns = (*required, *optional)
        self._careful = careful
        self._width = 0
        self._places: Sequence[int | None] = ()
        self._empty: list[int] = []
        self._empty_number = 0
        self._last_given = 0
        self._bad: frozenset[int] = frozenset()
        self._keeps_lost = False

    def said(self, what: Said) -> ReadTable[Said]:
        """What it says, once its rows have been read, and what is wrong in it."""
        first = tuple(self.findings.first())
        return ReadTable(
            what,
            InputFile(self.file, self._text.sha256, self.number),
            first,
            self.findings.number - len(first),
            tuple(self._text.notices),
        )

    def rows(self) -> Generator[Rows, None, None]:
        """All rows of the right shape, many at a time; whoever stops before the end closes it."""
        pieces = self._text.pieces()
        for rows in self._rows(pieces):
            self.number += len(rows.lines)
            yield rows
        for _ in pieces:
            pass  # is hashed, and looked through for what is no text

    def each_row(self) -> Generator[Row, None, None]:
        """All rows of the right shape, one by one."""
        self._keeps_lost = True
        with closing(self.rows()) as many:
            for some in many:
                cells = zip(*(_texts(some.cells, place) for place in some.places), strict=True)
                yield from map(Row, np.asarray(some.lines).tolist(), cells)

    def _rows(self, pieces: Iterator[Piece]) -> Iterator[Rows]:
        start = next(pieces, None)
        if start is None or 1 in start.bad:
            return
        if other := _other_separator(next(start.lines()), {*self._columns}):
            self.findings.add(1, f"the cells are separated by {other}")
            return
        records = self._records(start, pieces)
        line, _, header = next(records)
        if header is None or not self._understand(header, line):
            return
        yield from self._careful_rows(records, start.encoding)
        split = ahead(self._split(pieces, Splitter(self._width, self._places[0])))
        following = (piece for piece, _ in split)
        for piece, cells in split:
            if cells is None:
                records = self._records(piece, following)
                yield from self._careful_rows(records, piece.encoding)
            else:
                self._refuse_empty_lines()
                yield Rows(range(piece.first, piece.last + 1), cells, self._places)

    def _split(
        self, pieces: Iterator[Piece], splitter: Splitter
    ) -> Iterator[tuple[Piece, Cells | None]]:
        """Each piece with its cells, or with None where only careful reading will do."""
        for piece in pieces:
            cells = None
            if not self._careful and not piece.bad:
                cells = splitter.split(piece.content, piece.encoding)
            if cells is not None:
                piece.number = cells.ends.shape[1]
            yield piece, cells

    def _understand(self, header: list[str], line: int) -> bool:
        places = _places(header, line, self.findings, self._required, self._columns)
        if places is None:
            return False
        self._width, self._places, self.readable = len(header), places, True
        return True

    def _careful_rows(self, records: Iterable[_Record], encoding: str) -> Iterator[Rows]:
        lines: list[int] = []
        rows: list[list[str]] = []
        places = [each for each in self._places if each is not None]
        for line, last, cells in records:
            if cells is not None and self._has_shape(line, last, cells):
                lines.append(line)
                rows.append([cells[place] for place in places])
        if rows:
            order = {place: number for number, place in enumerate(places)}
            yield Rows(
                np.array(lines, np.int64),
                Cells.of(rows, len(places), encoding),
                [None if each is None else order[each] for each in self._places],
            )

    def _has_shape(self, line: int, last: int, cells: list[str]) -> bool:
        if not any(cell.strip() for cell in cells):
            self._empty_number += 1
            if len(self._empty) < MOST_KEPT:
                self._empty.append(line)
            return False
        self._refuse_empty_lines()
        is_text = not self._bad or self._bad.isdisjoint(range(line, last + 1))
        if is_text and len(cells) == self._width:
            return True
        if self._keeps_lost:
            self.lost.append(",".join(cells))
        if is_text:
            message = (
                f"the row has {_cells(len(cells))} and the header has {self._width}; "
                "a value with a comma in it needs quotation marks round it."
            )
            self.findings.add(line, message, kind=SHAPE)
        return False

    def _refuse_empty_lines(self) -> None:
        """A row follows them; only empty lines at the end of a file are Excel's habit."""
        if self._empty_number:
            found: list[Finding] = [
                (line, "the line is empty; delete it.", None, None) for line in self._empty
            ]
            self.findings.add_many(EMPTY, self._empty_number, found)
            self._empty, self._empty_number = [], 0

    def _records(self, piece: Piece, following: Iterator[Piece]) -> Iterator[_Record]:
        """Each record that starts in the piece, or in one into which the record before it runs."""
        reader = csv.reader(self._lines(piece, following), strict=True)
        before = piece.first - 1
        self._last_given = piece.last
        while before + reader.line_num < self._last_given:
            line = before + reader.line_num + 1
            cells = None
            try:
                cells = next(reader)
            except csv.Error as error:
                self.findings.add(line, _what_is_no_csv(str(error)), kind=NO_CSV)
            yield line, before + reader.line_num, cells

    def _lines(self, piece: Piece, following: Iterator[Piece]) -> Iterator[str]:
        self._bad = piece.bad
        yield from piece.lines()
        for each in following:
            self._bad |= each.bad
            self._last_given = each.last
            yield from each.lines()


def _cells(number: int) -> str:
    return "1 cell" if number == 1 else f"{number:,} cells"


def _what_is_no_csv(error: str) -> str:
    if "field limit" in error:
        most = f"{csv.field_size_limit():,}"
        return f"a cell has more than {most} characters; shorten it, or close its quotation mark."
    if "unexpected end" in error:
        return "a quotation mark opens here and is never closed; close it, or double it."
    return "a quotation mark stands inside a value; double it, and put the value in quotes."


def _places(
    header: list[str],
    line: int,
    findings: Findings,
    required: Sequence[str],
    columns: Sequence[str],
) -> list[int | None] | None:
    """For each asked column its place in the header; None where the header cannot be used."""
    found: dict[str, list[int]] = {column: [] for column in columns}
    for place, cell in enumerate(header):
        if (column := key(cell).replace(" ", "_")) in found:
            found[column].append(place)
    usable = True
    for column, columns_places in found.items():
        if len(columns_places) > 1:
            findings.add(line, "the column stands twice; delete or rename one.", column)
            usable = False
        elif not columns_places and column in required:
            findings.add(line, "the column is missing; add it to the header.", column)
            usable = False
    return [next(iter(found[column]), None) for column in columns] if usable else None


def _other_separator(line: str, known: Set[str]) -> str | None:
    """What separates the cells of the first line where a comma does not, and what to do."""
    for separator, words in _OTHER_SEPARATORS.items():
        cells = line.rstrip("\r\n").split(separator)
        if len({key(cell.strip('"')) for cell in cells} & known) > 1:
            return words
    return None


def _texts(cells: Cells, place: int | None) -> Iterator[str]:
    """The cells of a column, read one by one."""
    starts, ends = cells.column(place)
    return map(cells.text, starts.tolist(), ends.tolist())
