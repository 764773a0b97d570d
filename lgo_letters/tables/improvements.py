"""improvements.csv → what authorities have agreed to improve; what is wrong in it, as problems."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from lgo_letters.names import fold, key

from .cells import WrongCellError, read_date
from .data import AuthorityList, FileReport
from .decisions.columns import Column, decision_columns, read_text
from .files.problems import CELL, DUPLICATE
from .mapping import NO_MAPPING, TableMapping
from .table import Table


class Improvement(NamedTuple):
    """A service improvement that an authority agreed to in a case; dates are None where blank.

    `authority` is the body that the case was about, which may have ended.
    """

    reference: str
    authority: str
    improvement: str
    due: date | None
    completed: date | None


def read_improvements(
    file: Path,
    authorities: AuthorityList,
    reference_pattern: str | None = None,
    decisions: TableMapping = NO_MAPPING,
) -> tuple[Sequence[Improvement], FileReport]:
    """Reads a file, in which references and names are written as in the decisions.

    `decisions` says which words the decisions have for names. Raises UsageError where the file
    cannot be opened.
    """
    of_decisions = {
        column.name: replace(column, words=decisions.meanings(column.name))
        for column in decision_columns(authorities, None, reference_pattern)
    }
    columns = (
        of_decisions["reference"],
        of_decisions["authority"],
        Column("improvement", _read_improvement),
        Column("due", read_date),
        Column("completed", read_date),
    )
    table = Table(file, Improvement._fields)
    return tuple(_rows(table, columns)), table.report()


def _read_improvement(text: str) -> str:
    if not text:
        raise WrongCellError("is blank; say what is to be improved")
    read_text(text)
    return text


def _rows(table: Table, columns: Sequence[Column]) -> Iterator[Improvement]:
    """The improvements in the rows in which nothing is wrong."""
    first_lines: dict[tuple[str, str, str], int] = {}
    index = {} if table.header is None else table.header.index
    for line, row in table.rows():
        cells, problems_before = [], table.problems.number
        for column in columns:
            text = fold(row[index[column.name]])
            try:
                cells.append(column.value(text))
            except WrongCellError as wrong:
                table.problems.add(line, wrong.with_advice(), column.name, text, CELL)
        if table.problems.number > problems_before:
            continue
        improvement = Improvement(*cells)
        same = improvement.reference, improvement.authority, key(improvement.improvement)
        if (first := first_lines.setdefault(same, line)) == line:
            yield improvement
        else:
            message = f"is already {table.source.where(first)}; delete one of the two rows."
            table.problems.add(line, message, "improvement", improvement.improvement, DUPLICATE)
