"""The checked rows of decisions.csv → what is wrong in them, as problems."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from lgo_letters.names import fold
from lgo_letters.tables.cells import either
from lgo_letters.tables.files.problems import CELL, DUPLICATE, MOST_KEPT, RULE, Found
from lgo_letters.tables.kinds import DecisionKinds

from .contradictions import CONTRADICTIONS, Contradiction, pattern_rules

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from lgo_letters.tables.table import Table

    from .values import ReadColumn

_DUPLICATES = """
    select line, reference, authority, first from (
        select line, reference, authority,
            min(line) over (partition by reference, authority) as first
        from checked where reference is not null and authority is not null
    ) where line > first
"""


def is_any_row_wrong(connection: DuckDBPyConnection, columns: Sequence[ReadColumn]) -> bool:
    """Whether any row, in which every cell is right, contradicts itself or is there twice."""
    broken = " or ".join(f"({rule.predicate})" for rule in _rules(columns))
    if _number(connection, f"from checked where {broken}"):
        return True
    # References that rise from row to row, as in many files, are quickly known to differ.
    rise = "select reference > lag(reference) over () as rises from cells"
    twice = "select 1 from cells group by reference, authority having count(*) > 1"
    return bool(
        _number(connection, f"from ({rise}) where not rises")
        and _number(connection, f"from ({twice})")
    )


def find_problems(
    connection: DuckDBPyConnection,
    columns: Sequence[ReadColumn],
    kinds: DecisionKinds | None,
    table: Table,
) -> None:
    """Adds a problem for each wrong cell, each rule that a row breaks, and each duplicate.

    A duplicate has the reference and the authority of an earlier row.
    """

    def find(sql: str, rank: int, problem: Callable[..., Found]) -> None:
        if number := _number(connection, f"from ({sql})"):
            rows = connection.execute(f"{sql} order by line limit {MOST_KEPT}").fetchall()
            table.problems.add_many(rank, number, (problem(*row) for row in rows))

    for rank, column in enumerate(columns, start=CELL):
        if column.is_wrong:
            wrong = f"from checked join raw using (line) where {column.name}_is_wrong"
            find(f"select line, raw.{column.cell} {wrong}", rank, column.problem)
            if column.column.has_words:
                cell = f"raw.{column.cell}"  # another column may have a name such as c0
                text = f"select {cell}, count(*) {wrong} and {cell} <> '' group by all"
                texts = connection.execute(f"{text} order by 2 desc, 1 limit {MOST_KEPT}")
                table.unknown += [(column.name, fold(text), n) for text, n in texts.fetchall()]
    words = {} if kinds is None else _words(kinds)
    names, cells = [one.name for one in columns], ", ".join(f"raw.{one.cell}" for one in columns)
    for rank, rule in enumerate(_rules(columns), start=RULE):

        def contradiction(line: int, *texts: str, rule: Contradiction = rule) -> Found:
            row = dict(zip(names, map(fold, texts), strict=True))
            return line, rule.message.format(**row, **words), rule.column, row[rule.column]

        broken = f"from checked join raw using (line) where {rule.predicate}"
        find(f"select line, {cells} {broken}", rank, contradiction)

    def duplicate(line: int, reference: str, authority: str, first: int) -> Found:
        where = table.source.where(first)
        message = f"is already {where} for {authority}; delete one of the two rows."
        return line, message, "reference", reference

    find(_DUPLICATES, DUPLICATE, duplicate)


def _rules(columns: Sequence[ReadColumn]) -> list[Contradiction]:
    return [*CONTRADICTIONS, *pattern_rules(column.column for column in columns)]


def _words(kinds: DecisionKinds) -> dict[str, str]:
    return {
        "with_remedy": either(kinds.counting_as(kinds.remedy_on)),
        "with_compliance": either(kinds.counting_as(kinds.compliance_on)),
    }


def _number(connection: DuckDBPyConnection, sql: str) -> int:
    ((number,),) = connection.execute(f"select count(*) {sql}").fetchall()
    return int(number)
