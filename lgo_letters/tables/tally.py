"""Rows of decisions.csv → how many of them are alike; what is wrong in them, as problems.

Rows are checked many at a time: the rules of a row are asked once for each way in which its cells
go together, and only rows with a problem are looked at singly.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lgo_letters.figures.statistics import count
from lgo_letters.year import ReportingYear

from .columns import (
    BLANK,
    COMPLIANCES,
    DAY,
    DECISION_COLUMNS,
    OUTCOMES,
    REMEDIES,
    WRONG,
    Authorities,
    Columns,
    Read,
)
from .data import Counts, Decided, Decisions, Listed, ReadTable
from .findings import AGAIN, CONTRADICTION, Finding, Findings
from .lazy import Packed
from .rules import Outcome, contradictions
from .tables import Table

if TYPE_CHECKING:
    from .cells import Numbers


def read_decisions(file: Path, listed: Listed | None, year: ReportingYear) -> ReadTable[Decisions]:
    """Checks every row, and counts those of the authorities that are listed.

    `listed` is None where they could not be read, and any name will do. Raises UsageError where the
    file cannot be opened.
    """
    table = Table(file, DECISION_COLUMNS)
    return table.said(tally(table, listed, year))


def tally(table: Table, listed: Listed | None, year: ReportingYear) -> Decisions:
    """The same of a table."""
    cases, counts = _Cases(), _Counts(year)
    # The columns' texts are forgotten by the end: what follows needs the room.
    authorities = _read(table, Columns(table.findings, listed), cases, counts)
    cases.refuse_again(authorities.name, table.findings)
    return counts.decisions(0 if listed is None else len(listed.authorities))


def _read(table: Table, columns: Columns, cases: _Cases, counts: _Counts) -> Authorities:
    """Adds every row to the cases and to the counts; gives the authorities."""
    ways = _Ways(table.findings)
    with closing(table.rows()) as many:
        for rows in many:
            read = columns.read(rows)
            ways.refuse_contradictions(read)
            cases.add(read)
            counts.add(read)
    return columns.authorities


# How many states each of the cells that may contradict each other has, wrong being one.
_STATES = (len(OUTCOMES) + 1, len(REMEDIES) + 1, 3, len(COMPLIANCES) + 1)


class _Ways:
    """The ways in which the cells of a row go together, and which of them are contradictions.

    A way is whether the decision is wrong, or which it is, and so on; of the dates whether they are
    there, and whether compliance came first.
    """

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        # How many contradictions there are, by way; WRONG where that is not yet known.
        self._contradictions = np.full(2 * math.prod(_STATES), WRONG)

    def refuse_contradictions(self, read: Read) -> None:
        """Asks the rules of one row for each way."""
        ways = self._ways(*read.numbers[2:])
        for way in np.flatnonzero(np.bincount(ways, minlength=len(self._contradictions))):
            if self._contradictions[way] == WRONG:
                row = int(np.argmax(ways == way))
                self._contradictions[way] = len(list(contradictions(*read.look(row))))
        in_rows = self._contradictions[ways]
        if number := int(in_rows.sum()):
            found = (
                (int(read.lines[row]), message, column, text)
                for row in np.flatnonzero(in_rows).tolist()
                for column, text, message in contradictions(*read.look(row))
            )
            self._findings.add_many(CONTRADICTION, number, found)

    def _ways(
        self,
        day: Numbers,
        outcome: Numbers,
        remedy: Numbers,
        compliance_day: Numbers,
        compliance: Numbers,
    ) -> Numbers:
        came_first = (compliance_day > BLANK) & (compliance_day < day)
        ways = came_first.astype(np.int64)
        states = outcome, remedy, np.minimum(compliance_day, 1), compliance
        for state, number_of in zip(states, _STATES, strict=True):
            ways *= number_of
            ways += state - WRONG
        return ways


_AUTHORITY = 29  # bits of the number of an authority


class _Cases:
    """References with their authorities."""

    def __init__(self) -> None:
        self._cases: list[Numbers] = []
        self._lines: list[range | Numbers] = []

    def add(self, read: Read) -> None:
        lines, (references, authorities, *_) = read.lines, read.numbers
        named = np.minimum(references, authorities) > WRONG
        if not named.all():
            lines = np.asarray(lines)[named]
            references, authorities = references[named], authorities[named]
        self._cases.append(references << _AUTHORITY | authorities)
        self._lines.append(lines)

    def refuse_again(self, name: Callable[[int], str], findings: Findings) -> None:
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
            _again(int(cases[row]), name, int(lines[row]), int(lines[at]))
            for row, at in zip(again[by_line], first[by_line], strict=True)
        )
        findings.add_many(AGAIN, len(again), found)


def _again(case: int, name: Callable[[int], str], line: int, first: int) -> Finding:
    authority = name(case & (1 << _AUTHORITY) - 1)
    digits = f"{case >> _AUTHORITY:010}"
    return (
        line,
        f"stands in line {first} already for {authority}; delete one of the rows.",
        "reference",
        f"{digits[:2]} {digits[3:6]} {digits[7:]}",
    )


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

    def counts(self, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
        """Each number from `start` on, less that, and how often it was added."""
        times = self._times[start:end]
        for number in np.flatnonzero(times).tolist():
            yield number, int(times[number])


_UPHELD, _YES = OUTCOMES.index(Outcome.UPHELD), REMEDIES.index(True)
# What counts for an authority: a remedy only where it is satisfactory and the decision upheld.
_COUNTED: Sequence[Any] = [*((each, None) for each in OUTCOMES), (Outcome.UPHELD, True)]


class _Counts:
    """Counts of the rows without a wrong cell."""

    def __init__(self, year: ReportingYear) -> None:
        self._year = year
        self._decided, self._of_year, self._recorded_of_year = _Alike(), _Alike(), _Alike()
        self._days = np.zeros(date.max.toordinal() + 1, np.int32)

    def add(self, read: Read) -> None:
        right = np.minimum.reduce(read.numbers) > WRONG
        numbers = read.numbers[1:]
        self._add(*(numbers if right.all() else (each[right] for each in numbers)))

    def _add(
        self,
        authority: Numbers,
        day: Numbers,
        outcome: Numbers,
        remedy: Numbers,
        compliance_day: Numbers,
        compliance: Numbers,
    ) -> None:
        self._decided.add((day >> DAY) << 5 | outcome << 2 | remedy)
        # Each date decides for itself whether it is in the year.
        of_year = day >> DAY == self._year.ending
        is_satisfactory = (outcome == _UPHELD) & (remedy == _YES)
        counted = np.where(is_satisfactory, len(_COUNTED) - 1, outcome)
        self._of_year.add((authority << 3 | counted)[of_year])
        of_year = compliance_day >> DAY == self._year.ending
        self._recorded_of_year.add((authority << 2 | compliance)[of_year])
        self._add_days(day)
        self._add_days(compliance_day[compliance_day > BLANK])

    def _add_days(self, days: Numbers) -> None:
        if len(days):
            days = days & (1 << DAY) - 1
            first = int(days.min())
            times = np.bincount(days - first)
            self._days[first : first + len(times)] += times

    def decisions(self, authorities: int) -> Decisions:
        """What was counted, in words, of so many authorities from the first on."""
        decided = {
            Decided(
                ReportingYear(number >> 5), OUTCOMES[number >> 2 & 7], REMEDIES[number & 3]
            ): times
            for number, times in self._decided.counts()
        }
        days = np.flatnonzero(self._days).tolist()
        dates = {date.fromordinal(day): int(self._days[day]) for day in days}
        counts = Packed(Counts, map(self._counts, range(1, authorities + 1)))
        return Decisions(counts, decided, dates)

    def _counts(self, authority: int) -> Counts:
        of_year = self._of_year.counts(authority << 3, authority + 1 << 3)
        recorded = self._recorded_of_year.counts(authority << 2, authority + 1 << 2)
        return count(
            ((*_COUNTED[kind], times) for kind, times in of_year),
            ((COMPLIANCES[kind], times) for kind, times in recorded),
        )
