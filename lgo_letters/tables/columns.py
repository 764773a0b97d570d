"""Rows of decisions.csv → numbers for what their cells say; wrong cells, as problems.

Rows are read many at a time: a cell's rule is asked once for each text, however often that stands
in a file, and again for a cell that is looked at singly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from lgo_letters.names import key
from lgo_letters.year import ReportingYear

from .cells import Texts, eight_digits
from .data import Authority, Listed
from .findings import CELL, Findings
from .rules import Cell, Compliance, Outcome, cell_readers, read_cell

if TYPE_CHECKING:
    from .cells import Cells, Numbers
    from .tables import Rows

DECISION_COLUMNS = (
    "reference",
    "authority",
    "service_area",
    "decision_date",
    "decision",
    "satisfactory_remedy",
    "compliance_date",
    "compliance_outcome",
)

WRONG, BLANK = -1, 0
DAY = 22
"""Bits of the number of a day."""

# What a cell may say, each in the place that is its number.
OUTCOMES = (None, *Outcome)
REMEDIES = (None, False, True)
COMPLIANCES = (None, *Compliance)


@dataclass(frozen=True, slots=True)
class Read:
    """Some rows: the line on which each starts, and the number of what each cell says.

    `numbers` are those of the references, the authorities, the days of decision, the outcomes, the
    remedies, the days of compliance and its outcomes. That of a reference is its digits, that of a
    day its reporting year's and then its own; that of anything else its place among all that the
    column says. `look` shows the cells of one row, from its day of decision on.
    """

    lines: range | Numbers
    numbers: Sequence[Numbers]
    look: Callable[[int], Sequence[Cell[Any]]]


class Columns:
    """Reads rows, and knows each text that it has met."""

    def __init__(self, findings: Findings, listed: Listed | None) -> None:
        """`listed` as for `read_decisions`."""
        self.authorities = Authorities(() if listed is None else listed.authorities)
        numbers = None if listed is None else self.authorities.by_key()
        lost = "" if listed is None else listed.lost
        read = cell_readers(numbers, self.authorities.names, lost)
        self._findings = findings
        self._read_reference = read["reference"]
        self._columns = (
            _Column("authority", read["authority"], self.authorities.number),
            _Column("decision_date", read["decision_date"], _number_of_day),
            _Column("decision", read["decision"], OUTCOMES.index),
            _Column("satisfactory_remedy", read["satisfactory_remedy"], REMEDIES.index),
            _Column("compliance_date", read["compliance_date"], _number_of_day),
            _Column("compliance_outcome", read["compliance_outcome"], COMPLIANCES.index),
        )

    def read(self, rows: Rows) -> Read:
        """What rows say; what is wrong in a cell is a problem."""
        references = self._references(rows)
        read = [column.read(rows, self._findings) for column in self._columns]

        def look(row: int) -> Sequence[Cell[Any]]:
            return [each.cell(row) for each in read[1:]]

        return Read(rows.lines, [references, *(each.numbers for each in read)], look)

    def _references(self, rows: Rows) -> Numbers:
        """Those written as usual many at a time; each other one by its rule."""
        references = eight_digits(rows.cells, rows.places[0])
        starts, ends = rows.cells.column(rows.places[0])
        for row in np.flatnonzero(references == WRONG).tolist():
            cell = read_cell(rows.cells.text(starts[row], ends[row]), self._read_reference)
            if cell.wrong is None:
                references[row] = int(cell.text.replace(" ", "0"))
            else:
                line = int(rows.lines[row])
                self._findings.add(line, cell.wrong, DECISION_COLUMNS[0], cell.text, CELL)
        return references


class Authorities:
    """The authorities by their numbers: those listed, from 1, then others as they are met."""

    def __init__(self, listed: Sequence[Authority]) -> None:
        self._listed = listed
        self._others: dict[str, int] = {}

    def names(self) -> Iterator[str]:
        """The names of those listed."""
        return (each.name for each in self._listed)

    def by_key(self) -> dict[str, int]:
        """The numbers of those listed by the keys of their names."""
        return {key(name): number for number, name in enumerate(self.names(), start=1)}

    def number(self, value: int | str) -> int:
        """The number of what a cell says: of one listed itself, of any other the name."""
        if isinstance(value, int):
            return value
        return self._others.setdefault(value, len(self._listed) + len(self._others) + 1)

    def name(self, number: int) -> str:
        """The name of the authority with that number."""
        others = number - len(self._listed)
        return self._listed[number - 1].name if others < 1 else [*self._others][others - 1]


def _number_of_day(day: date | None) -> int:
    return BLANK if day is None else ReportingYear.of(day).ending << DAY | day.toordinal()


@dataclass(frozen=True, slots=True)
class _ReadColumn:
    """A column of some rows."""

    numbers: Numbers
    _read: Callable[[str], Any]
    _cells: Cells
    _starts: Numbers
    _ends: Numbers

    def cell(self, row: int) -> Cell[Any]:
        return read_cell(self._cells.text(self._starts[row], self._ends[row]), self._read)


class _Column:
    """A column whose texts are each read once."""

    def __init__(
        self, name: str, read: Callable[[str], Any], number_of: Callable[[Any], int]
    ) -> None:
        def number(text: str) -> int:
            cell = read_cell(text, read)
            return WRONG if cell.wrong is not None else number_of(cell.value)

        self._name, self._read = name, read
        self._place = DECISION_COLUMNS.index(name)
        self._texts = Texts(number)

    def read(self, rows: Rows, findings: Findings) -> _ReadColumn:
        starts, ends = rows.cells.column(rows.places[self._place])
        numbers = self._texts.numbers(rows.cells, starts, ends)
        read = _ReadColumn(numbers, self._read, rows.cells, starts, ends)
        if len(wrong := np.flatnonzero(numbers == WRONG)):
            found = ((int(rows.lines[row]), read.cell(row)) for row in wrong.tolist())
            problems = ((line, each.wrong or "", self._name, each.text) for line, each in found)
            findings.add_many(CELL + self._place, len(wrong), problems)
        return read
