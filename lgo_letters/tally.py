"""Rows of decisions.csv → how many of them are alike; what is wrong in them, as problems.

Rows are checked many at a time: a cell's rule is asked once for each text, the rules of a row once
for each way in which its cells go together, and only rows with a problem are looked at singly.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from .cells import Texts, eight_digits
from .data import Decided, Decisions
from .findings import AGAIN, CELL, CONTRADICTION, Finding, Findings
from .rules import Cell, Compliance, Outcome, cell_readers, contradictions, read_cell
from .statistics import count
from .tables import Rows, Table
from .year import ReportingYear

if TYPE_CHECKING:
    from .cells import Numbers

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


def tally(
    table: Table, known: Mapping[str, str] | None, lost: str, year: ReportingYear
) -> Decisions:
    """Checks every row of decisions.csv, and counts; `known` and `lost` as for `cell_readers`."""
    rows = _Tally(table.findings, known, lost, year)
    with closing(table.rows()) as many:
        for some in many:
            rows.add(some)
    rows.refuse_references_again()
    return rows.decisions()


_WRONG, _BLANK = -1, 0
_DAY = 22  # bits of the number of a day
_AUTHORITY = 29  # bits of the number of an authority


class _Column:
    """A column whose texts are each read once.

    A value is known by a number: that of a date is its reporting year's and then its day's, that
    of any other its place among the values, from 1.
    """

    def __init__(self, place: int, read: Callable[[str], Any], values: Sequence[Any] = ()) -> None:
        self.name = DECISION_COLUMNS[place]
        self.is_date = self.name in ("decision_date", "compliance_date")
        self.values = [None, *values]
        self.cells: list[Cell[Any]] = []
        self._place = place
        self._read = read
        self._places = {value: number for number, value in enumerate(self.values)}
        self._texts = Texts()
        self._known: list[str] = []
        self._value_numbers = self._times = np.zeros(0, np.int64)
        self._counts: Counter[Any] = Counter()

    def read(self, rows: Rows, findings: Findings) -> tuple[Numbers, Numbers]:
        """Of each row the number of its cell, in `cells`, and that of its value."""
        numbers = self._texts.number(rows.cells, rows.places[self._place])
        if self._known is not self._texts.texts:
            self.counts()
            self._known, self.cells = self._texts.texts, []
            self._value_numbers = np.zeros(0, np.int64)
        if new := self._known[len(self.cells) :]:
            cells = [read_cell(text, self._read) for text in new]
            self.cells += cells
            self._value_numbers = np.concatenate(
                (self._value_numbers, np.array([self._value_number(each) for each in cells]))
            )
        values = self._value_numbers[numbers]
        if len(wrong := np.flatnonzero(values == _WRONG)):
            kind = CELL + self._place
            findings.add_many(kind, len(wrong), self._wrong(rows, numbers, wrong))
        return numbers, values

    def count(self, numbers: Numbers) -> None:
        """Counts the cells of rows, of which none is wrong, by their values."""
        times = np.bincount(numbers, minlength=len(self.cells))
        times[: len(self._times)] += self._times
        self._times = times

    def counts(self) -> Counter[Any]:
        """How often each value was counted."""
        for number in np.flatnonzero(self._times).tolist():
            if (value := self.cells[number].value) is not None:
                self._counts[value] += int(self._times[number])
        self._times = np.zeros(0, np.int64)
        return self._counts

    def _value_number(self, cell: Cell[Any]) -> int:
        if cell.wrong is not None:
            return _WRONG
        if isinstance(cell.value, date):
            return ReportingYear.of(cell.value).ending << _DAY | cell.value.toordinal()
        if (number := self._places.get(cell.value)) is None:
            number = self._places[cell.value] = len(self.values)
            self.values.append(cell.value)
        return number

    def _wrong(self, rows: Rows, numbers: Numbers, wrong: Numbers) -> Iterator[Finding]:
        for row in wrong:
            cell = self.cells[numbers[row]]
            yield int(rows.lines[row]), cell.wrong or "", self.name, cell.text


class _Alike:
    """Counts of equal numbers, which are few or lie close together."""

    def __init__(self) -> None:
        self._times = np.zeros(1, np.int32)

    def add(self, numbers: Numbers) -> None:
        numbers, times = np.unique(numbers, return_counts=True)
        if len(numbers) and numbers[-1] >= len(self._times):
            room = int(numbers[-1]) * 5 // 4 + 1  # so that no number is moved often
            self._times = np.pad(self._times, (0, room - len(self._times)))
        self._times[numbers] += times

    def counts(self) -> Iterator[tuple[int, int]]:
        """Each number, and how often it was added."""
        for number in np.flatnonzero(self._times):
            yield int(number), int(self._times[number])


class _Tally:
    """The rows seen so far."""

    def __init__(
        self, findings: Findings, known: Mapping[str, str] | None, lost: str, year: ReportingYear
    ) -> None:
        readers = cell_readers(known, lost)
        values: dict[str, Sequence[Any]] = {
            "decision": list(Outcome),
            "satisfactory_remedy": [False, True],
            "compliance_outcome": list(Compliance),
        }
        self._findings = findings
        self._read_reference = readers["reference"]
        self._columns = [
            _Column(place, readers[name], values.get(name, ()))
            for place, name in enumerate(DECISION_COLUMNS)
            if name not in ("reference", "service_area")
        ]
        # How many there are, by way; _WRONG where that is not yet known.
        self._contradictions = np.full(2 * math.prod(_WAYS), _WRONG)
        self._year = year
        self._decided, self._of_year, self._recorded_of_year = _Alike(), _Alike(), _Alike()
        self._cases: list[Numbers] = []
        self._lines: list[range | Numbers] = []

    def add(self, rows: Rows) -> None:
        references = self._references(rows)
        read = [column.read(rows, self._findings) for column in self._columns]
        cells, (authority, *values) = zip(*read, strict=True)
        self._refuse_contradictions(rows, cells[1:], values)
        self._keep_cases(rows, references, authority)
        right = np.minimum.reduce([references, authority, *values]) > _WRONG
        if not right.all():
            authority, *values = (each[right] for each in (authority, *values))
            cells = tuple(each[right] for each in cells)
        self._count(authority, *values)
        for column, numbers in zip(self._columns, cells, strict=True):
            if column.is_date:
                column.count(numbers)

    def _references(self, rows: Rows) -> Numbers:
        """Those written as usual many at a time; each other one by its rule."""
        references = eight_digits(rows.cells, rows.places[0])
        starts, ends = rows.cells.column(rows.places[0])
        for row in np.flatnonzero(references == _WRONG).tolist():
            cell = read_cell(rows.cells.text(starts[row], ends[row]), self._read_reference)
            if cell.wrong is None:
                references[row] = int(cell.text.replace(" ", "0"))
            else:
                line = int(rows.lines[row])
                self._findings.add(line, cell.wrong, DECISION_COLUMNS[0], cell.text, CELL)
        return references

    def _refuse_contradictions(
        self, rows: Rows, numbers: Sequence[Numbers], values: Sequence[Numbers]
    ) -> None:
        """Asks the rules of one row for each way in which cells go together.

        A way is whether the decision is wrong, or which it is, and so on; of the dates whether
        they are there, and whether compliance came first.
        """
        day, outcome, remedy, compliance_day, compliance = values
        came_first = (compliance_day > _BLANK) & (compliance_day < day)
        states = outcome, remedy, np.minimum(compliance_day, 1), compliance
        ways = came_first.astype(np.int64)
        for state, number_of in zip(states, _WAYS, strict=True):
            ways *= number_of
            ways += state + 1
        for way in np.flatnonzero(np.bincount(ways, minlength=len(self._contradictions))):
            if self._contradictions[way] == _WRONG:
                row = int(np.argmax(ways == way))
                self._contradictions[way] = len(list(self._contradicting(numbers, row)))
        in_rows = self._contradictions[ways]
        if number := int(in_rows.sum()):
            found = (
                (int(rows.lines[row]), message, column, text)
                for row in np.flatnonzero(in_rows)
                for column, text, message in self._contradicting(numbers, row)
            )
            self._findings.add_many(CONTRADICTION, number, found)

    def _contradicting(
        self, numbers: Sequence[Numbers], row: Any
    ) -> Iterator[tuple[str, str, str]]:
        columns = self._columns[1:]
        cells = [column.cells[each[row]] for column, each in zip(columns, numbers, strict=True)]
        yield from contradictions(*cells)

    def _keep_cases(self, rows: Rows, references: Numbers, authority: Numbers) -> None:
        lines = rows.lines
        named = np.minimum(references, authority) > _WRONG
        if not named.all():
            lines = np.asarray(lines)[named]
            references, authority = references[named], authority[named]
        self._cases.append(references << _AUTHORITY | authority)
        self._lines.append(lines)

    def refuse_references_again(self) -> None:
        """One reference stands once for one authority."""
        cases = np.concatenate([np.zeros(0, np.int64), *self._cases])
        self._cases = []
        if (cases[1:] > cases[:-1]).all():
            return  # as where a file is sorted by its references
        ordered = np.sort(cases)
        if not (ordered[1:] == ordered[:-1]).any():
            return
        lines = np.concatenate([np.asarray(each) for each in self._lines])
        order = np.argsort(cases, kind="stable")
        is_again = np.concatenate(([False], ordered[1:] == ordered[:-1]))
        places = np.arange(len(order))
        first = order[np.maximum.accumulate(np.where(is_again, 0, places))]
        again, first = order[is_again], first[is_again]
        by_line = np.argsort(again)
        found = (
            self._again(cases[row], int(lines[row]), int(lines[at]))
            for row, at in zip(again[by_line], first[by_line], strict=True)
        )
        self._findings.add_many(AGAIN, len(again), found)

    def _again(self, case: int, line: int, first: int) -> Finding:
        authority = self._columns[0].values[case & (1 << _AUTHORITY) - 1]
        digits = f"{case >> _AUTHORITY:010}"
        return (
            line,
            f"stands in line {first} already for {authority}; delete one of the rows.",
            "reference",
            f"{digits[:2]} {digits[3:6]} {digits[7:]}",
        )

    def _count(
        self,
        authority: Numbers,
        day: Numbers,
        outcome: Numbers,
        remedy: Numbers,
        compliance_day: Numbers,
        compliance: Numbers,
    ) -> None:
        decided = outcome << 2 | remedy
        self._decided.add((day >> _DAY) << 5 | decided)
        # Each date decides for itself whether it is in the year.
        of_year = day >> _DAY == self._year.ending
        self._of_year.add((authority << 5 | decided)[of_year])
        of_year = compliance_day >> _DAY == self._year.ending
        self._recorded_of_year.add((authority << 2 | compliance)[of_year])

    def decisions(self) -> Decisions:
        """What was counted, in words."""
        names, _, outcomes, remedies, _, compliances = (each.values for each in self._columns)
        counts = count(
            (
                (names[number >> 5], outcomes[number >> 2 & 7], remedies[number & 3], times)
                for number, times in self._of_year.counts()
            ),
            (
                (names[number >> 2], compliances[number & 3], times)
                for number, times in self._recorded_of_year.counts()
            ),
        )
        decided = {
            Decided(
                ReportingYear(number >> 5), outcomes[number >> 2 & 7], remedies[number & 3]
            ): each
            for number, each in self._decided.counts()
        }
        dates = sum((each.counts() for each in self._columns if each.is_date), Counter())
        return Decisions(counts, decided, dates)


# How many states each of the cells that may contradict each other has, wrong being one.
_WAYS = (len(Outcome) + 2, 4, 3, len(Compliance) + 2)
