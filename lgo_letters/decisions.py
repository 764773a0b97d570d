"""decisions.csv and authorities.csv → checked rows; what is wrong in them, as problems.

Every rule about a cell or a row stands here, once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, TypeVar

from .errors import DataError, Problem
from .names import file_stem, key, nearest
from .tables import Table, read_table


class Outcome(StrEnum):
    """What the Ombudsman decided on a complaint."""

    UPHELD = "Upheld"
    NOT_UPHELD = "Not upheld"
    CLOSED = "Closed after initial enquiries"
    REFERRED_BACK = "Referred back for local resolution"
    ADVICE_GIVEN = "Advice given"
    INCOMPLETE = "Incomplete or invalid"


class Compliance(StrEnum):
    """What an authority did about the recommendations of an upheld decision."""

    COMPLIED = "Complied"
    COMPLIED_LATE = "Complied late"
    NOT_COMPLIED = "Not complied"


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
class Decision:
    """A row of decisions.csv; `authority` is the name as in authorities.csv.

    `satisfactory_remedy` is None where blank; `compliance_date` and `compliance` are both None
    where no compliance has been recorded.
    """

    reference: str
    authority: str
    service_area: str
    decision_date: date
    outcome: Outcome
    satisfactory_remedy: bool | None = None
    compliance_date: date | None = None
    compliance: Compliance | None = None


@dataclass(frozen=True, slots=True)
class InputFile:
    """What the record of a run says of an input: its name without folders, content, rows."""

    file: str
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class Data:
    """Both files, read and checked; figures may be drawn from it only where it is sound."""

    authorities: tuple[Authority, ...]
    decisions: tuple[Decision, ...]
    authorities_file: InputFile
    decisions_file: InputFile
    problems: tuple[Problem, ...] = ()
    notices: tuple[str, ...] = ()

    def sound(self) -> Data:
        """Itself; raises DataError where a file has a problem in it."""
        if self.problems:
            raise DataError(self.problems)
        return self


def read_data(authorities_file: Path, decisions_file: Path, types: Sequence[str] | None) -> Data:
    """Reads and checks both files against each other and against the edition's types.

    `types` is None where the edition could not be read; a type is then taken as it stands.
    Raises UsageError where a file cannot be opened.
    """
    authority_table = read_table(authorities_file, ("name", "type", "role"), _OPTIONAL)
    authorities = _read_authorities(authority_table, types)
    decision_table = read_table(decisions_file, _DECISION_COLUMNS)
    known = {key(each.name): each.name for each in authorities} if authority_table.rows else None
    decisions = _read_decisions(decision_table, known, key("\n".join(authority_table.lost)))
    return Data(
        tuple(authorities),
        tuple(decisions),
        _input_file(authority_table),
        _input_file(decision_table),
        tuple(_in_order(authority_table) + _in_order(decision_table)),
        tuple(authority_table.notices + decision_table.notices),
    )


def _input_file(table: Table) -> InputFile:
    return InputFile(table.file, table.sha256, len(table.rows))


def _in_order(table: Table) -> list[Problem]:
    return sorted(table.problems, key=lambda problem: problem.line or 0)


# ---- authorities.csv

# The e-mail address is known as a column and never kept: no letter needs it.
_OPTIONAL = ("recipient", "salutation", "code", "email")


def _read_authorities(table: Table, types: Sequence[str] | None) -> list[Authority]:
    if table.readable and not table.rows and not table.problems:
        table.problem(1, "no authority follows the header; add a row for each.")
    type_named = None if types is None else {key(each): each for each in types}
    authorities: list[Authority] = []
    seen: dict[str, int] = {}
    stems: dict[str, tuple[int, str]] = {}
    for line, (name, type_, role, recipient, salutation, code, _email) in table.rows:
        for column, value in (("name", name), ("type", type_), ("role", role)):
            if not value:
                table.problem(line, "is blank; fill it in.", column, "")
        for column, value in (
            ("name", name),
            ("role", role),
            ("recipient", recipient),
            ("salutation", salutation),
        ):
            if not value.isprintable():
                table.problem(line, "holds a control character; delete it.", column, value)
        spelled = _known_type(type_, type_named, table, line) if type_ and type_named else type_
        if not name:
            continue
        if (first := seen.setdefault(key(name), line)) != line:
            table.problem(
                line,
                f"stands in line {first} already; delete one of the rows.",
                "name",
                name,
            )
            continue
        if (same := stems.setdefault(file_stem(name), (line, name)))[0] != line:
            table.problem(
                line,
                f'makes the same file name as "{same[1]}" in line {same[0]}, '
                f"{file_stem(name)}.pdf; change one of the names.",
                "name",
                name,
            )
        authorities.append(
            Authority(
                name, spelled, role, recipient or None, salutation or None, code or None, line
            )
        )
    return authorities


def _known_type(type_: str, named: Mapping[str, str], table: Table, line: int) -> str:
    """The type as the edition spells it."""
    if (known := named.get(key(type_))) is not None:
        return known
    table.problem(
        line,
        f'is no type that the edition names; the nearest is "{nearest(type_, named.values())[0]}".',
        "type",
        type_,
    )
    return type_


# ---- decisions.csv

_DECISION_COLUMNS = (
    "reference",
    "authority",
    "service_area",
    "decision_date",
    "decision",
    "satisfactory_remedy",
    "compliance_date",
    "compliance_outcome",
)

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_BRITISH = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_REFERENCE = re.compile(r"[0-9]{2} [0-9]{3} [0-9]{3}")
_WRITE_A_DATE = "write it as 2019-10-14 or 14/10/2019."
# Looking for the nearest name takes a millisecond, and a wrong file may hold a million wrong names.
_MOST_NAMES_LOOKED_UP = 100
_REMEDIES = {"yes": True, "no": False}

T = TypeVar("T")


class _WrongCellError(ValueError):
    """What is wrong with a cell, completing a sentence that starts with its value."""


@dataclass(slots=True)
class _Cell(Generic[T]):
    """A cell as read: no value and not wrong is a blank cell."""

    text: str
    value: T | None = None
    wrong: str | None = None

    @property
    def blank(self) -> bool:
        return self.value is None and self.wrong is None


class _Column(Generic[T]):
    """Reads the cells of one column; a text that stands in many rows is read once."""

    def __init__(self, name: str, read: Callable[[str], T | None]) -> None:
        self.name = name
        self._read = read
        self._cells: dict[str, _Cell[T]] = {}

    def cell(self, text: str, line: int, table: Table) -> _Cell[T]:
        """The cell; a wrong one adds its problem to the table."""
        cell = self._cells.get(text)
        if cell is None:
            try:
                cell = _Cell(text, self._read(text))
            except _WrongCellError as wrong:
                cell = _Cell(text, wrong=str(wrong))
            self._cells[text] = cell
        if cell.wrong is not None:
            table.problem(line, cell.wrong, self.name, text)
        return cell


def _read_decisions(table: Table, known: Mapping[str, str] | None, lost: str) -> list[Decision]:
    """Every row that is right in itself; `known` maps the authorities' keys to their names.

    `lost` holds rows of the authorities that are a problem already: whoever stands there is none
    again here.
    """
    readers: dict[str, Callable[[str], Any]] = {
        "reference": _reference,
        "authority": _authority_reader(known, lost),
        "service_area": str,
        "decision_date": _needed_date,
        "decision": _outcome,
        "satisfactory_remedy": _remedy,
        "compliance_date": _date,
        "compliance_outcome": _compliance,
    }
    columns = [_Column(name, readers[name]) for name in _DECISION_COLUMNS]
    decisions: list[Decision] = []
    first_lines: dict[tuple[str, str], int] = {}
    for line, texts in table.rows:
        cells: list[_Cell[Any]] = [
            column.cell(text, line, table) for column, text in zip(columns, texts, strict=True)
        ]
        reference, authority, _, day, outcome, remedy, compliance_day, compliance = cells
        for column, text, message in _contradictions(
            day, outcome, remedy, compliance_day, compliance
        ):
            table.problem(line, message, column, text)
        if reference.value is None or authority.value is None:
            continue
        case = (reference.value, authority.value)
        if (first := first_lines.setdefault(case, line)) != line:
            table.problem(
                line,
                f"stands in line {first} already for {authority.value}; delete one of the rows.",
                "reference",
                reference.text,
            )
        elif all(cell.wrong is None for cell in cells):
            values: list[Any] = [cell.value for cell in cells]
            decisions.append(Decision(*values))
    return decisions


def _contradictions(
    day: _Cell[date],
    outcome: _Cell[Outcome],
    remedy: _Cell[bool],
    compliance_day: _Cell[date],
    compliance: _Cell[Compliance],
) -> Iterator[tuple[str, str, str]]:
    """Column, text and message of each cell that contradicts another; wrong cells prove nothing."""
    not_upheld = outcome.value not in (None, Outcome.UPHELD)
    if remedy.value and not_upheld:
        yield (
            "satisfactory_remedy",
            remedy.text,
            "stands on a decision that was not upheld; only an upheld decision has a remedy.",
        )
    if compliance.value and not_upheld:
        yield (
            "compliance_outcome",
            compliance.text,
            "stands on a decision that was not upheld; only an upheld decision has one.",
        )
    if compliance_day.value and compliance.blank:
        yield (
            "compliance_outcome",
            "",
            f"is blank beside the compliance date {compliance_day.text}; "
            f"write {_either(Compliance)}, or empty both.",
        )
    if compliance.value and compliance_day.blank:
        yield (
            "compliance_date",
            "",
            f'is blank beside the outcome "{compliance.text}"; give the date, or empty both.',
        )
    if compliance_day.value and day.value and compliance_day.value < day.value:
        yield (
            "compliance_date",
            compliance_day.text,
            f"is before the date of the decision, {day.text}; correct one of them.",
        )


def _reference(text: str) -> str:
    if not text:
        raise _WrongCellError("is blank; write the case reference, such as 19 001 854.")
    if not _REFERENCE.fullmatch(text):
        raise _WrongCellError("is no case reference; write it as 19 001 854.")
    return text


def _authority_reader(known: Mapping[str, str] | None, lost: str) -> Callable[[str], str]:
    """Reads the authority's name; where the authorities could not be read, any name will do."""
    hints = iter(range(_MOST_NAMES_LOOKED_UP))

    def read(text: str) -> str:
        if not text:
            raise _WrongCellError("is blank; write the authority's name as in authorities.csv.")
        if known is None:
            return key(text)
        if (name := known.get(key(text))) is not None:
            return name
        if key(text) in lost:
            return key(text)
        hint = "correct one of the files"
        if known and next(hints, None) is not None:
            hint = f'the nearest is "{nearest(text, known.values())[0]}"'
        raise _WrongCellError(f"is no authority in authorities.csv; {hint}.")

    return read


def _needed_date(text: str) -> date:
    day = _date(text)
    if day is None:
        raise _WrongCellError(f"is blank; a date is needed: {_WRITE_A_DATE}")
    return day


def _date(text: str) -> date | None:
    if not text:
        return None
    if iso := _ISO.fullmatch(text):
        year, month, day = iso.groups()
    elif british := _BRITISH.fullmatch(text):
        day, month, year = british.groups()
    else:
        raise _WrongCellError(f"is not a date; {_WRITE_A_DATE}")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise _WrongCellError(f"is not a day of the calendar; {_WRITE_A_DATE}") from None


def _outcome(text: str) -> Outcome:
    if not text:
        raise _WrongCellError(f"is blank; write {_either(Outcome)}.")
    return _one_of(Outcome, text, "decision")


def _compliance(text: str) -> Compliance | None:
    return _one_of(Compliance, text, "compliance outcome") if text else None


def _remedy(text: str) -> bool | None:
    if text and key(text) not in _REMEDIES:
        raise _WrongCellError("is no answer here; write yes or no, or leave the cell blank.")
    return _REMEDIES.get(key(text))


E_ = TypeVar("E_", bound=StrEnum)


def _one_of(kind: type[E_], text: str, what: str) -> E_:
    for member in kind:
        if key(member) == key(text):
            return member
    raise _WrongCellError(f"is no {what}; write {_either(kind)}.")


def _either(kind: type[StrEnum]) -> str:
    *others, last = kind
    return f"{', '.join(others)} or {last}"
