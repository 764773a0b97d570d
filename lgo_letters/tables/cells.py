"""What a cell of decisions.csv may say: one function per column, from text to value.

A text has its white space folded; that it is in a million rows does not matter here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lgo_letters.names import key, nearest

from .data import AuthorityList
from .kinds import DecisionKinds

COMPLIANCE_OUTCOMES = ("Complied", "Complied late", "Not complied")
REFERENCE = "[0-9]{2} [0-9]{3} [0-9]{3}"
"""A case reference, as Python and DuckDB both read the pattern."""

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_BRITISH = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_REFERENCE = re.compile(REFERENCE)
_WRITE_A_DATE = "write it as 2019-10-14 or 14/10/2019."
_REMEDIES = {"yes": True, "no": False}


class WrongCellError(ValueError):
    """What is wrong with a cell, completing a sentence that starts with its value."""


class _UnknownNameError(WrongCellError):
    """The same of a name, and the nearest of those that are known.

    That takes a millisecond to find, and a wrong file may hold a million wrong names: it is found
    for the messages that are shown.
    """

    def __init__(self, message: str, text: str, names: Sequence[str], advice: str = "") -> None:
        self._message, self._text, self._names, self._advice = message, text, names, advice

    def __str__(self) -> str:
        near = nearest(self._text, self._names)[0]
        return f'{self._message}; the nearest is "{near}"{self._advice}.'


@dataclass(frozen=True, slots=True)
class Column:
    """A column of decisions.csv, and how it is read.

    `read` gives the value of a text, None for a blank, and raises WrongCellError; `type` is
    DuckDB's for the values. `usual` makes, of a cell's SQL, that of a predicate: texts for which it
    is true are their own values. Nearly every reference is another, so reading each takes long.
    """

    name: str
    read: Callable[[str], Any]
    type: str = "VARCHAR"
    usual: Callable[[str], str] | None = None


def decision_columns(
    authorities: AuthorityList | None, kinds: DecisionKinds | None
) -> tuple[Column, ...]:
    """Those of DECISION_COLUMNS, in their order.

    Without authorities or kinds, because they could not be read, any name or kind will do.
    """
    return (
        Column("reference", read_reference, usual=_is_reference),
        Column("authority", _authority_reader(authorities)),
        Column("service_area", lambda text: text or None),
        Column("decision_date", _read_needed_date, "DATE"),
        Column("decision", _decision_reader(kinds)),
        Column("satisfactory_remedy", _read_remedy, "BOOLEAN"),
        Column("compliance_date", read_date, "DATE"),
        Column("compliance_outcome", _read_compliance_outcome),
    )


def read_reference(text: str) -> str:
    """The case reference."""
    if not text:
        raise WrongCellError("is blank; write the case reference, such as 19 001 854.")
    if not _REFERENCE.fullmatch(text):
        raise WrongCellError("is not a case reference; write it as 19 001 854.")
    return text


def _is_reference(cell: str) -> str:
    return f"regexp_full_match({cell}, '{REFERENCE}')"


def _authority_reader(listed: AuthorityList | None) -> Callable[[str], str]:
    """The name as in authorities.csv; the key of one that cannot be checked against it."""
    named = {} if listed is None else listed.named
    names = [authority.name for authority in named.values()]

    def read(text: str) -> str:
        if not text:
            raise WrongCellError("is blank; write the authority's name as in authorities.csv.")
        wanted = key(text)
        if (authority := named.get(wanted)) is not None:
            return authority.name
        if listed is None or wanted in listed.lost:
            return wanted
        message = "is not an authority in authorities.csv"
        if not named:
            raise WrongCellError(f"{message}; correct one of the files.")
        raise _UnknownNameError(message, text, names)

    return read


def _decision_reader(kinds: DecisionKinds | None) -> Callable[[str], str]:
    """The kind of decision as the edition writes it."""
    names = () if kinds is None else kinds.names
    by_key = {key(name): name for name in names}

    def read(text: str) -> str:
        if not text:
            raise WrongCellError(f"is blank; write {either(names)}.")
        if kinds is None:
            return text
        if (name := by_key.get(key(text))) is not None:
            return name
        raise _UnknownNameError("is not a decision", text, names, f"; write {either(names)}")

    return read


def _read_needed_date(text: str) -> date:
    day = read_date(text)
    if day is None:
        raise WrongCellError(f"is blank; a date is needed: {_WRITE_A_DATE}")
    return day


def read_date(text: str) -> date | None:
    """A day, None where the cell is blank."""
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
        raise WrongCellError(f"is not a real date; {_WRITE_A_DATE}") from None


def _read_remedy(text: str) -> bool | None:
    if text and key(text) not in _REMEDIES:
        raise WrongCellError("is neither yes nor no; write one of them, or leave the cell blank.")
    return _REMEDIES.get(key(text))


def _read_compliance_outcome(text: str) -> str | None:
    for outcome in COMPLIANCE_OUTCOMES:
        if key(outcome) == key(text):
            return outcome
    if text:
        raise WrongCellError(f"is not a compliance outcome; write {either(COMPLIANCE_OUTCOMES)}.")
    return None


def either(names: Sequence[str]) -> str:
    """The names as a choice: A, B or C."""
    *others, last = names or ("a kind of decision",)
    return f"{', '.join(others)} or {last}" if others else last


DECISION_COLUMNS = tuple(column.name for column in decision_columns(None, None))
