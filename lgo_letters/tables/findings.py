"""What is wrong in one file, in bounded memory: the first problems as such, the others counted."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from lgo_letters.errors import Problem

# Kinds of problems, in the order in which those of one line are shown. Columns come before rows.
FILE, NUL, ENCODING, EMPTY, NO_CSV, SHAPE, CELL, CONTRADICTION, AGAIN = *range(7), 50, 51

MOST_KEPT = 1_000
"""How many problems of a file are kept to be shown; a wrong file may hold tens of millions."""

Finding = tuple[int, str, str | None, str | None]
"""Line, message, column and value of a problem."""


class Findings:
    """The problems of one file, gathered kind by kind, each kind in the order of its lines.

    Of problems in the same line, those of the lower kind come first.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self._first: dict[int, list[Finding]] = {}
        self._numbers: dict[int, int] = {}

    def add(
        self,
        line: int,
        message: str,
        column: str | None = None,
        value: str | None = None,
        kind: int = FILE,
    ) -> None:
        """Adds one problem."""
        self.add_many(kind, 1, [(line, message, column, value)])

    def add_many(self, kind: int, number: int, found: Iterable[Finding]) -> None:
        """Adds a number of problems, of which no more are made than are kept."""
        if not number:
            return
        self._numbers[kind] = self._numbers.get(kind, 0) + number
        first = self._first.setdefault(kind, [])
        first.extend(islice(found, MOST_KEPT - len(first)))

    @property
    def number(self) -> int:
        """How many problems there are, kept or not."""
        return sum(self._numbers.values())

    def number_of(self, *kinds: int) -> int:
        """How many there are of some kinds."""
        return sum(self._numbers.get(kind, 0) for kind in kinds)

    def first(self) -> list[Problem]:
        """The first problems in the order of their lines, at most as many as are kept."""
        found = [each for kind in sorted(self._first) for each in self._first[kind]]
        found.sort(key=lambda each: each[0])
        return [Problem(self.file, *each) for each in found[:MOST_KEPT]]
