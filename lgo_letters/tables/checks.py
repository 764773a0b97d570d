"""The checked rows of decisions.csv → what is wrong in them, as problems."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from lgo_letters.names import fold

from .cells import DECISION_COLUMNS
from .contradictions import CONTRADICTIONS, Contradiction
from .kinds import DecisionKinds
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
    # References that rise from row to row, as in many files, are soon known to be different.
    rise = "reference > lag(reference) over () as rises from cells"
    if not _number(connection, f"from (select {rise}) where not rises"):
        return False
    distinct = "select distinct hash(reference, authority) from cells"
    return _number(connection, f"from ({distinct})") < _number(connection, "from cells")


def find_wrong_cells(
    connection: DuckDBPyConnection, columns: Sequence[ReadColumn], problems: ProblemLog
) -> None:
    """Each wrong cell is a problem."""
    for rank, column in enumerate(columns, start=CELL):
        if column.is_wrong:
            of_cells = "from cells join raw using (line)"
            sql = f"select line, {column.cell} {of_cells} where {column.name}_is_wrong"
            _find(connection, sql, problems, rank, column.problem)


def find_contradictions(
    connection: DuckDBPyConnection,
    columns: Sequence[ReadColumn],
    kinds: DecisionKinds | None,
    problems: ProblemLog,
) -> None:
    """Each rule that a row breaks is a problem."""
    words = {}
    if kinds is not None:
        words["remedy_on"] = kinds.remedy_on.replace("_", " ")
        words["compliance_on"] = kinds.compliance_on.replace("_", " ")
    cells = ", ".join(column.cell for column in columns)
    for rank, rule in enumerate(CONTRADICTIONS, start=RULE):

        def problem(line: int, *texts: str, rule: Contradiction = rule) -> Found:
            row = dict(zip(DECISION_COLUMNS, map(fold, texts), strict=True))
            return line, rule.message.format(**row, **words), rule.column, row[rule.column]

        sql = f"select line, {cells} from checked join raw using (line) where {rule.predicate}"
        _find(connection, sql, problems, rank, problem)


def find_duplicates(connection: DuckDBPyConnection, problems: ProblemLog) -> None:
    """One reference may be there once for one authority."""

    def problem(line: int, reference: str, authority: str, first: int) -> Found:
        message = f"is in line {first} already for {authority}; delete one of the rows."
        return line, message, "reference", reference

    _find(connection, _DUPLICATES, problems, DUPLICATE, problem)


def _find(
    connection: DuckDBPyConnection,
    sql: str,
    problems: ProblemLog,
    rank: int,
    problem: Callable[..., Found],
) -> None:
    """Each row that a query gives, of a line and more, is a problem."""
    if number := _number(connection, f"from ({sql})"):
        rows = connection.execute(f"{sql} order by line limit {MOST_KEPT}").fetchall()
        problems.add_many(rank, number, (problem(*row) for row in rows))


def _number(connection: DuckDBPyConnection, sql: str) -> int:
    ((number,),) = connection.execute(f"select count(*) {sql}").fetchall()
    return int(number)
