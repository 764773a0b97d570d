"""What is wrong in one file, in bounded memory: the first problems kept, the others counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import islice

from lgo_letters.errors import Problem

# Ranks of problems: of those in one line, the lower come first. Columns and rules have ranks of
# their own, counted up from CELL and from RULE.
FILE, NUL, ENCODING, NOT_CSV, SHAPE, CELL, RULE, DUPLICATE = *range(6), 100, 1_000

WHOLE_FILE = 0
"""The line of a problem that no line has."""
MOST_KEPT = 1_000
"""How many problems of a file are kept to be shown; a wrong file may hold millions."""

Found = tuple[int, str, str | None, str | None]
"""Line, message, column and value of a problem."""


class ProblemLog:
    """The problems of one file, gathered rank by rank, those of a rank in the order of lines."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.number = 0
        """How many problems there are, kept or not."""
        self._kept: defaultdict[int, list[Found]] = defaultdict(list)

    def add(
        self,
        line: int,
        message: str,
        column: str | None = None,
        value: str | None = None,
        rank: int = FILE,
    ) -> None:
        """Adds one problem."""
        self.add_many(rank, 1, [(line, message, column, value)])

    def add_many(self, rank: int, number: int, found: Iterable[Found]) -> None:
        """Adds a number of problems, of which no more are made than are kept."""
        self.number += number
        kept = self._kept[rank]
        kept.extend(islice(found, MOST_KEPT - len(kept)))

    def first(self) -> tuple[Problem, ...]:
        """The first problems in the order of their lines, at most as many as are kept."""
        found = [found for rank in sorted(self._kept) for found in self._kept[rank]]
        found.sort(key=lambda problem: problem[0])
        return tuple(
            Problem(self.file, line or None, message, column, value)
            for line, message, column, value in found[:MOST_KEPT]
        )
