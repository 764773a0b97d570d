"""What was read of both tables, as plain data: checked authorities, and decisions counted.

Reading needs libraries that its readers do without.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from .errors import DataError, Problem
from .rules import Compliance, Outcome
from .year import ReportingYear


@dataclass(frozen=True, slots=True)
class Authority:
    """A row of authorities.csv; `recipient` and `code` are None where blank or absent.

    `line` is where the row starts in the file.
    """

    name: str
    type: str
    role: str
    recipient: str | None = None
    salutation: str | None = None
    code: str | None = None
    line: int = field(default=0, compare=False)

    @property
    def addressed_as(self) -> str:
        """The name after "Dear": the salutation, else the recipient, else the role."""
        return self.salutation or self.recipient or self.role


@dataclass(frozen=True, slots=True)
class InputFile:
    """What the record of a run says of an input: its name without folders, content, rows."""

    file: str
    sha256: str
    rows: int


class Decided(NamedTuple):
    """What decisions have in common; `authority` is the name as in authorities.csv.

    `year` is that of the date of the decision; `satisfactory_remedy` is None where blank.
    """

    authority: str
    year: ReportingYear
    outcome: Outcome
    satisfactory_remedy: bool | None = None


class Recorded(NamedTuple):
    """What recorded outcomes of compliance have in common; `year` is that of their own date."""

    authority: str
    year: ReportingYear
    compliance: Compliance


@dataclass(frozen=True, slots=True)
class Decisions:
    """How many rows are alike, of those without a wrong cell.

    `dates` counts those of decisions and of compliance.
    """

    decided: Mapping[Decided, int]
    recorded: Mapping[Recorded, int]
    dates: Mapping[date, int]


@dataclass(frozen=True, slots=True)
class Data:
    """Both files, read and checked; figures may be drawn from it only where it is sound.

    `problems` are the first of each file; `more_problems` says how many there are beside them.
    """

    authorities: tuple[Authority, ...]
    decisions: Decisions
    authorities_file: InputFile
    decisions_file: InputFile
    problems: tuple[Problem, ...] = ()
    more_problems: int = 0
    notices: tuple[str, ...] = ()

    def sound(self) -> Data:
        """Itself; raises DataError where a file has a problem in it."""
        if self.problems:
            raise DataError(self.problems, self.more_problems)
        return self
