"""decisions.csv → a table of its checked rows in DuckDB; what is wrong in them, as problems.

Where nothing in a file can be read two ways and nothing is wrong, DuckDB reads it. Every other file
is read by Python's csv, so that each problem has its line. The cells and rows of both are checked
by the same rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from . import checks
from .cells import DECISION_COLUMNS, Column, decision_columns
from .csv_rows import FileReport, Header, Row, Table
from .data import AuthorityList, Decisions
from .kinds import DecisionKinds
from .strict import quoted, strict_rows, strict_scan
from .values import ReadColumn

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SAMPLE = 20_480  # rows in which most texts of a file are
_BATCH = 20_000  # rows that are put into DuckDB together
_NO_HEADER = Header(1, dict.fromkeys(DECISION_COLUMNS, 0), {})
_OURS = ("line", "rowid", *(f"{name}_is_wrong" for name in DECISION_COLUMNS))


def read_decisions(
    file: Path, authorities: AuthorityList | None, kinds: DecisionKinds | None
) -> tuple[Decisions, FileReport]:
    """Reads and checks every row.

    `authorities` and `kinds` are None where they could not be read; any name or kind then goes.
    Raises UsageError where the file cannot be opened.
    """
    table = Table(file, DECISION_COLUMNS)
    connection = _read_strictly(table, decision_columns(authorities, kinds), kinds)
    if connection is None:
        connection = _read_carefully(table, decision_columns(authorities, kinds), kinds)
    return Decisions(connection), table.report()


def _read_strictly(
    table: Table, columns: Sequence[Column], kinds: DecisionKinds | None
) -> DuckDBPyConnection | None:
    """The rows as DuckDB reads them, or None where it may not be trusted or anything is wrong."""
    if table.header is None or (scan := strict_scan(table)) is None:
        return None
    for rows in (f"(from {scan} limit {_SAMPLE})", scan):
        connection = _open_database()
        read = _columns_of(table.header, columns)
        try:
            _read_texts(connection, read, rows)
            if any(column.is_wrong for column in read):
                return None
            _make_tables(connection, read, table.header, scan, kinds)
            ((number,),) = connection.execute("select count(*) from cells").fetchall()
            if number != strict_rows(table) or checks.is_any_row_wrong(connection):
                return None
        except duckdb.ConversionException:
            continue  # a text is not among the first rows
        except (duckdb.Error, UnicodeEncodeError):
            return None
        table.close()
        table.number = number
        return connection
    return None


def _read_carefully(
    table: Table, columns: Sequence[Column], kinds: DecisionKinds | None
) -> DuckDBPyConnection:
    """The rows as Python's csv reads them; whatever is wrong is a problem."""
    header = table.header or _NO_HEADER
    connection = _open_database()
    read = _columns_of(header, columns)
    _fill_raw(connection, table.rows(), header)
    _read_texts_in_order(connection, read)
    _make_tables(connection, read, header, "raw", kinds)
    checks.find_wrong_cells(connection, read, table.problems)
    checks.find_contradictions(connection, read, kinds, table.problems)
    checks.find_duplicates(connection, table.problems)
    connection.execute("drop table raw")
    return connection


def _open_database() -> DuckDBPyConnection:
    """An empty database in memory, that writes and loads nothing."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": "",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    return duckdb.connect(":memory:", config=config)


def _columns_of(header: Header, columns: Sequence[Column]) -> list[ReadColumn]:
    return [ReadColumn(column, f"c{header.index[column.name]}") for column in columns]


def _fill_raw(connection: DuckDBPyConnection, rows: Iterator[Row], header: Header) -> None:
    """Puts rows into the table `raw`: lines, and those cells c0, c1 and so on that are wanted."""
    wanted = sorted({*header.index.values(), *header.others.values()})
    names = ["line", *(f"c{index}" for index in wanted)]
    columns = ", ".join(f"{name} VARCHAR" for name in names[1:])
    connection.execute(f"create table raw (line BIGINT, {columns})")
    insert = f"insert into raw select {', '.join(f'unnest(${name})' for name in names)}"
    while batch := list(islice(rows, _BATCH)):
        lists: list[list[Any]] = [[line for line, _ in batch]]
        lists += [[cells[index] for _, cells in batch] for index in wanted]
        connection.execute(insert, dict(zip(names, lists, strict=True)))


def _read_texts(connection: DuckDBPyConnection, columns: Sequence[ReadColumn], rows: str) -> None:
    """Reads the texts of every column, found in one look at the rows."""
    lists = (f"list(distinct {each.cell}) filter (where {each.to_read})" for each in columns)
    (texts,) = connection.execute(f"select {', '.join(lists)} from {rows}").fetchall()
    for column, its_texts in zip(columns, texts, strict=True):
        column.read(its_texts or ())


def _read_texts_in_order(connection: DuckDBPyConnection, columns: Sequence[ReadColumn]) -> None:
    """Reads the texts of every column of `raw` in the order in which they first appear."""
    for column in columns:
        sql = (
            f"select {column.cell} from raw where {column.to_read} group by all order by min(line)"
        )
        column.read(text for (text,) in connection.execute(sql).fetchall())


def _make_tables(
    connection: DuckDBPyConnection,
    columns: Sequence[ReadColumn],
    header: Header,
    rows: str,
    kinds: DecisionKinds | None,
) -> None:
    """Makes the table `cells` of all values, and the views `checked` and `decisions` of it.

    `rows` is SQL of rows of cells c0, c1 …; where those have no line, they start in the second.
    """
    others = {
        f'"{name.replace(chr(34), chr(34) * 2)}"': f"c{index}"
        for name, index in header.others.items()
        if name not in _OURS
    }
    values = [f"{column.value} as {column.name}" for column in columns]
    values += [f"{cell} as {name}" for name, cell in others.items()]
    wrong = [column for column in columns if column.is_wrong]
    values += [f"{column.wrong} as {column.name}_is_wrong" for column in wrong]
    line = "rowid + 2"
    if rows == "raw":
        line = "line"
        values.insert(0, line)
    parameters: dict[str, Sequence[Any]] = {}
    for column in columns:
        column.create_types(connection)
        parameters |= column.parameters
    connection.execute(f"create table cells as select {', '.join(values)} from {rows}", parameters)
    names = ", ".join((f"{line} as line", *DECISION_COLUMNS))
    has = ", ".join(f"{_has(column)} as has_{column.name}" for column in columns)
    connection.execute(
        f"create view checked as select {names}, {has}, {_allowed(kinds)} from cells"
    )
    is_right = " and ".join(f"not {column.name}_is_wrong" for column in wrong) or "true"
    names = ", ".join((names, *others))
    connection.execute(f"create view decisions as select {names} from cells where {is_right}")


def _has(column: ReadColumn) -> str:
    has = f"{column.name} is not null"
    return f"case when not {column.name}_is_wrong then {has} end" if column.is_wrong else has


def _allowed(kinds: DecisionKinds | None) -> str:
    """What the kind of a decision allows, NULL where that cannot be known."""
    if kinds is None:
        return "null as may_have_remedy, null as may_have_compliance"
    return ", ".join(
        f"list_contains([{', '.join(map(quoted, kinds.counting_as(count)))}]::VARCHAR[], "
        f"decision::VARCHAR) as {name}"
        for name, count in (
            ("may_have_remedy", kinds.remedy_on),
            ("may_have_compliance", kinds.compliance_on),
        )
    )
