"""What `report` has written as CSV → the figures and the cases again."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import date

from .explain import Case
from .report import Fields

_TEXTS = ("authority", "type", "code")
_REMEDIES, _WRITTEN = (None, False, True), ("", "no", "yes")


def read_authority(content: bytes) -> Fields:
    """The one row of `rows_csv` of an authority; raises ValueError for what it did not write."""
    header, row = _records(content)
    if tuple(header[:4]) != (*_TEXTS, "decisions"):
        raise ValueError(header)
    cells = zip(header, row, strict=True)
    return {name: (cell or None) if name in _TEXTS else _number(cell) for name, cell in cells}


def _number(cell: str) -> int | float | None:
    if not cell:
        return None
    if not re.fullmatch(r"\d{1,18}(\.\d{1,18})?", cell, re.ASCII):
        raise ValueError(cell)
    return float(cell) if "." in cell else int(cell)


def read_cases(content: bytes) -> Sequence[Case]:
    """The rows of `cases_csv` without lines; raises ValueError for what it did not write."""
    header, *rows = _records(content)
    if header != [name for name in Case._fields if name != "line"]:
        raise ValueError(header)
    return [_case(*row) for row in rows]


def _case(*cells: str) -> Case:
    reference, authority, area, decided, decision, remedy, recorded, outcome, counts = cells
    return Case(
        reference,
        authority,
        area or None,
        date.fromisoformat(decided),
        decision,
        _REMEDIES[_WRITTEN.index(remedy)],
        date.fromisoformat(recorded) if recorded else None,
        outcome or None,
        None,
        tuple(counts.split(";")),
    )


def _records(content: bytes) -> list[list[str]]:
    try:
        return [*csv.reader(io.StringIO(content.decode(), newline=""), strict=True)]
    except csv.Error as error:
        raise ValueError(str(error)) from error
