"""What may stand in a row of decisions.csv: every rule about a cell or a row, once.

A rule sees one text, or one row; that a text stands in a million rows is no business of its.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Generic, TypeVar

from lgo_letters.names import key, nearest


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


_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_BRITISH = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_REFERENCE = re.compile(r"[0-9]{2} [0-9]{3} [0-9]{3}")
_WRITE_A_DATE = "write it as 2019-10-14 or 14/10/2019."
# Looking for the nearest name takes a millisecond, and a wrong file may hold a million wrong names.
_MOST_NAMES_LOOKED_UP = 100
_REMEDIES = {"yes": True, "no": False}

T = TypeVar("T")


class WrongCellError(ValueError):
    """What is wrong with a cell, completing a sentence that starts with its value."""


@dataclass(slots=True)
class Cell(Generic[T]):
    """A cell as read: no value and not wrong is a blank cell."""

    text: str
    value: T | None = None
    wrong: str | None = None

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it."""
        return self.value is None and self.wrong is None


def read_cell(text: str, read: Callable[[str], T | None]) -> Cell[T]:
    """A cell with its value, or with what is wrong with it."""
    try:
        return Cell(text, read(text))
    except WrongCellError as wrong:
        return Cell(text, wrong=str(wrong))


def contradictions(
    day: Cell[date],
    outcome: Cell[Outcome],
    remedy: Cell[bool],
    compliance_day: Cell[date],
    compliance: Cell[Compliance],
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


def cell_readers(
    known: Mapping[str, int] | None, names: Callable[[], Iterable[str]], lost: str
) -> dict[str, Callable[[str], Any]]:
    """How each column is read: text → value, None for a blank; raises WrongCellError.

    `known` maps the keys of the names that `names` gives to numbers, which are the values; it is
    None where the authorities could not be read, and any name will do. `lost` holds rows of the
    authorities that are a problem already: whoever stands there is none again here. The value is
    then the key.
    """
    return {
        "reference": reference,
        "authority": _authority_reader(known, names, lost),
        "decision_date": _needed_date,
        "decision": _outcome,
        "satisfactory_remedy": _remedy,
        "compliance_date": _date,
        "compliance_outcome": _compliance,
    }


def reference(text: str) -> str:
    """The case reference."""
    if not text:
        raise WrongCellError("is blank; write the case reference, such as 19 001 854.")
    if not _REFERENCE.fullmatch(text):
        raise WrongCellError("is no case reference; write it as 19 001 854.")
    return text


def _authority_reader(
    known: Mapping[str, int] | None, names: Callable[[], Iterable[str]], lost: str
) -> Callable[[str], int | str]:
    hints: dict[str, str] = {}

    def hint(text: str) -> str:
        if known and text not in hints and len(hints) < _MOST_NAMES_LOOKED_UP:
            hints[text] = f'the nearest is "{nearest(text, names())[0]}"'
        return hints.get(text, "correct one of the files")

    def read(text: str) -> int | str:
        if not text:
            raise WrongCellError("is blank; write the authority's name as in authorities.csv.")
        if known is None:
            return key(text)
        if (number := known.get(key(text))) is not None:
            return number
        if key(text) in lost:
            return key(text)
        raise WrongCellError(f"is no authority in authorities.csv; {hint(text)}.")

    return read


def _needed_date(text: str) -> date:
    day = _date(text)
    if day is None:
        raise WrongCellError(f"is blank; a date is needed: {_WRITE_A_DATE}")
    return day


def _date(text: str) -> date | None:
    if not text:
        return None
    if iso := _ISO.fullmatch(text):
        year, month, day = iso.groups()
    elif british := _BRITISH.fullmatch(text):
        day, month, year = british.groups()
    else:
        raise WrongCellError(f"is not a date; {_WRITE_A_DATE}")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise WrongCellError(f"is not a day of the calendar; {_WRITE_A_DATE}") from None


def _outcome(text: str) -> Outcome:
    if not text:
        raise WrongCellError(f"is blank; write {_either(Outcome)}.")
    return _one_of(Outcome, text, "decision")


def _compliance(text: str) -> Compliance | None:
    return _one_of(Compliance, text, "compliance outcome") if text else None


def _remedy(text: str) -> bool | None:
    if text and key(text) not in _REMEDIES:
        raise WrongCellError("is no answer here; write yes or no, or leave the cell blank.")
    return _REMEDIES.get(key(text))


E_ = TypeVar("E_", bound=StrEnum)


def _one_of(kind: type[E_], text: str, what: str) -> E_:
    for member in kind:
        if key(member) == key(text):
            return member
    raise WrongCellError(f"is no {what}; write {_either(kind)}.")


def _either(kind: type[StrEnum]) -> str:
    *others, last = kind
    return f"{', '.join(others)} or {last}"
