"""What was read of both tables, as plain data: checked authorities, and a table of decisions.

DuckDB is imported where tables are read, and not by those who only name these types.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from lgo_letters.errors import DataError, Problem
from lgo_letters.names import key

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MAPPING_FILE = "lgo-letters.toml"
"""What says how an export is to be read; it is looked for in the current folder."""


@dataclass(frozen=True, slots=True)
class Authority:
    """A row of authorities.csv; what is blank or absent is None, or empty where it is a list.

    It existed from its first day `start` to its last day `until`, both included; its counts then
    go to its successors, which are names in the file. `populations` are numbers of residents by
    the reporting year that they are for, those for any other year under None. `email` and `cc` are
    e-mail addresses, and `domain` is the one that these have to be in; nothing of the three is
    checked before a letter is sent there. `line` is where the row starts in the file.
    """

    name: str
    type: str
    role: str
    recipient: str | None = None
    salutation: str | None = None
    code: str | None = None
    region: str | None = None
    email: str | None = None
    domain: str | None = None
    cc: tuple[str, ...] = ()
    start: date | None = None
    until: date | None = None
    successors: tuple[str, ...] = ()
    also_known_as: tuple[str, ...] = ()
    populations: Mapping[int | None, int] = field(default_factory=dict, hash=False)
    line: int = field(default=0, compare=False)

    @property
    def addressed_as(self) -> str:
        """The name after "Dear": the salutation, else the recipient, else the role."""
        return self.salutation or self.recipient or self.role

    def population(self, year: int) -> int | None:
        """The number of residents for a reporting year, None where it is not known."""
        return self.populations.get(year, self.populations.get(None))


@dataclass(frozen=True, slots=True)
class AuthorityList:
    """What authorities.csv says; `lost` holds its rows of the wrong shape, as one `names.key`.

    `file` is what it is called.
    """

    authorities: tuple[Authority, ...]
    lost: str = ""
    file: str = "authorities.csv"

    @property
    def named(self) -> dict[str, Authority]:
        """Each authority by the `names.key` of its name and of its other names."""
        others = {key(name): one for one in self.authorities for name in one.also_known_as}
        return others | {key(authority.name): authority for authority in self.authorities}


@dataclass(frozen=True, slots=True)
class InputFile:
    """What the record of a run says of an input: its name without folders, content, rows."""

    file: str
    sha256: str
    rows: int


class Mapped(NamedTuple):
    """What a text of the export means, and in how many rows; `column` is None for a heading."""

    table: str
    column: str | None
    text: str
    meaning: str
    rows: int


class UnknownWord(NamedTuple):
    """A text that is not understood in a column of a file, and the number of rows that have it."""

    file: str
    column: str
    text: str
    rows: int


@dataclass(frozen=True, slots=True)
class FileReport:
    """What was read of one file, and what is wrong in it; `more_problems` are only counted.

    `read_once` are its bytes where it cannot be read again, such as a pipe.
    """

    file: InputFile
    problems: tuple[Problem, ...]
    more_problems: int
    notices: tuple[str, ...]
    mapped: tuple[Mapped, ...] = ()
    unknown_words: tuple[UnknownWord, ...] = ()
    read_once: tuple[bytes, ...] = ()


@contextlib.contextmanager
def raising_memory_errors() -> Iterator[None]:
    """Where DuckDB runs out of memory, that is a MemoryError as any other."""
    from .engine import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise MemoryError(str(error)) from error


class Decisions:
    """The rows without a wrong cell, as the table `decisions` of a DuckDB in memory.

    Its columns: `line` (where the row starts in the file), `reference`, `authority` (as in
    authorities.csv), `service_area`, `decision_date`, `decision` (the kind as the edition writes
    it), `satisfactory_remedy` (a BOOLEAN), `compliance_date`, `compliance_outcome`, `published` (a
    BOOLEAN), `summary`, `link`, `report`, each NULL where the cell is blank or the file has no such
    column, or where texts were not to be kept, and the other columns of the file as text.

    No process may be forked while this is open: DuckDB has threads.
    """

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """The rows that a query gives; `$name` in it is a parameter. May raise MemoryError."""
        with raising_memory_errors():
            return self._connection.execute(sql, parameters).fetchall()


@dataclass(frozen=True, slots=True)
class Data:
    """Both files, read and checked; no figure may come from it where there is a problem.

    `problems` are the first of each file; `more_problems` says how many there are beside them.
    """

    authorities: tuple[Authority, ...]
    decisions: Decisions
    authorities_file: InputFile
    decisions_file: InputFile
    problems: tuple[Problem, ...] = ()
    more_problems: int = 0
    notices: tuple[str, ...] = ()
    mapped: tuple[Mapped, ...] = ()
    unknown_words: tuple[UnknownWord, ...] = ()
    read_once: tuple[bytes, ...] = ()

    def including(self, reports: Sequence[FileReport]) -> Data:
        """The same with what is to be said of some files, in their order, after the rest."""

        def both(name: str) -> Any:
            return sum((getattr(report, name) for report in reports), getattr(self, name))

        names = ("problems", "more_problems", "notices", "mapped", "unknown_words", "read_once")
        return replace(self, **{name: both(name) for name in names})

    def validated(self) -> Data:
        """Itself; raises DataError where a file has a problem in it."""
        if self.problems:
            raise DataError(self.problems, self.more_problems)
        return self
