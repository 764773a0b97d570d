"""What was read of both tables, as plain data: authorities checked, and decisions counted.

Reading needs libraries that its readers do without.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from operator import add, attrgetter
from typing import Generic, NamedTuple, TypeVar

from lgo_letters.errors import DataError, Problem
from lgo_letters.year import ReportingYear

from .rules import Outcome


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


Said = TypeVar("Said")


@dataclass(frozen=True, slots=True)
class ReadTable(Generic[Said]):
    """What one file says, and what is wrong in it.

    `problems` are the first; `more_problems` says how many there are beside them.
    """

    said: Said
    file: InputFile
    problems: tuple[Problem, ...]
    more_problems: int
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """What authorities.csv says; `lost` holds its rows of the wrong shape, as one `names.key`."""

    authorities: Sequence[Authority]
    lost: str = ""


class Decided(NamedTuple):
    """What decisions have in common: the reporting year of their date, and what was decided.

    `satisfactory_remedy` is None where blank.
    """

    year: ReportingYear
    outcome: Outcome
    satisfactory_remedy: bool | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted in one reporting year, for one authority or several.

    `decisions`, `detailed_investigations` (upheld and not upheld), `upheld` and
    `satisfactory_remedies` go by the date of the decision; `compliance_outcomes`, `complied`
    (the late ones too) and `complied_late` by the date on which compliance was recorded.
    """

    decisions: int = 0
    detailed_investigations: int = 0
    upheld: int = 0
    compliance_outcomes: int = 0
    complied: int = 0
    complied_late: int = 0
    satisfactory_remedies: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*map(add, _every_count(self), _every_count(other)))


_every_count = attrgetter(*(each.name for each in fields(Counts)))


@dataclass(frozen=True, slots=True)
class Decisions:
    """What was counted of the rows without a wrong cell.

    `counts` are those of one reporting year, in the order of the authorities. `decided` and `dates`
    count the rows of all years and authorities; `dates` are those of decisions and of compliance.
    """

    counts: Sequence[Counts]
    decided: Mapping[Decided, int]
    dates: Mapping[date, int]


@dataclass(frozen=True, slots=True)
class Data:
    """Both files, read and checked; figures may be drawn from it only where it is sound.

    `problems` are the first of each file; `more_problems` says how many there are beside them.
    """

    authorities: Sequence[Authority]
    decisions: Decisions
    authorities_file: InputFile
    decisions_file: InputFile
    problems: tuple[Problem, ...] = ()
    more_problems: int = 0
    notices: tuple[str, ...] = ()

    @classmethod
    def of(cls, listed: ReadTable[Listed], counted: ReadTable[Decisions]) -> Data:
        """Both files together."""
        return cls(
            listed.said.authorities,
            counted.said,
            listed.file,
            counted.file,
            listed.problems + counted.problems,
            listed.more_problems + counted.more_problems,
            listed.notices + counted.notices,
        )

    def sound(self) -> Data:
        """Itself; raises DataError where a file has a problem in it."""
        if self.problems:
            raise DataError(self.problems, self.more_problems)
        return self
