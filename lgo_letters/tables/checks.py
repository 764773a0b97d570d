"""The checked rows of decisions.csv → what is wrong in them, as problems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lgo_letters.names import fold

from .cells import DECISION_COLUMNS
from .contradictions import CONTRADICTIONS, Contradiction
from .problems import CELL, DUPLICATE, MOST_KEPT, RULE, Found, ProblemLog

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from .values import ReadColumn

_DUPLICATES = """
    select line, reference, authority, first from (
        select line, reference, authority,
            min(line) over (partition by reference, authority) as first
        from checked where reference is not null and authority is not null
    ) where line > first
"""


def is_any_row_wrong(connection: DuckDBPyConnection) -> bool:
    """Whether any of the rows, whose cells are all right, contradicts itself or is there twice."""
    contradiction = " or ".join(f"({rule.predicate})" for rule in CONTRADICTIONS)
    if _number(connection, f"from checked where {contradiction}"):
        return True
    sql = "select count(*) - count(distinct hash(reference, authority)) from checked"
    ((surplus,),) = connection.execute(sql).fetchall()
    return bool(surplus)


def find_wrong_cells(
    connection: DuckDBPyConnection, columns: Sequence[ReadColumn], problems: ProblemLog
) -> None:
    """Each wrong cell is a problem."""
    for rank, column in enumerate(columns, start=CELL):
        if column.is_wrong:
            where = f"from cells join raw using (line) where {column.name}_is_wrong"
            found = _first(connection, f"select line, {column.cell} {where}")
            problems.add_many(
                rank,
                _number(connection, where),
                (
                    (line, column.what_is_wrong(text), column.name, fold(text))
                    for line, text in found
                ),
            )


def find_contradictions(
    connection: DuckDBPyConnection,
    columns: Sequence[ReadColumn],
    words: Mapping[str, str],
    problems: ProblemLog,
) -> None:
    """Each rule that a row breaks is a problem; `words` are what messages say beside cells."""
    cells = ", ".join(column.cell for column in columns)
    for rank, rule in enumerate(CONTRADICTIONS, start=RULE):
        where = f"from checked join raw using (line) where {rule.predicate}"
        if number := _number(connection, where):
            rows = _first(connection, f"select line, {cells} {where}")
            problems.add_many(rank, number, _contradictions(rule, rows, words))


def _contradictions(
    rule: Contradiction, rows: Sequence[tuple[Any, ...]], words: Mapping[str, str]
) -> Iterator[Found]:
    for line, *texts in rows:
        row = dict(zip(DECISION_COLUMNS, map(fold, texts), strict=True))
        yield line, rule.message.format(**row, **words), rule.column, row[rule.column]


def find_duplicates(connection: DuckDBPyConnection, problems: ProblemLog) -> None:
    """One reference may be there once for one authority."""
    if number := _number(connection, f"from ({_DUPLICATES})"):
        found: Iterator[Found] = (
            (
                line,
                f"is in line {first} already for {authority}; delete one of the rows.",
                "reference",
                reference,
            )
            for line, reference, authority, first in _first(connection, _DUPLICATES)
        )
        problems.add_many(DUPLICATE, number, found)


def _number(connection: DuckDBPyConnection, sql: str) -> int:
    ((number,),) = connection.execute(f"select count(*) {sql}").fetchall()
    return int(number)


def _first(connection: DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(f"{sql} order by line limit {MOST_KEPT}").fetchall()
