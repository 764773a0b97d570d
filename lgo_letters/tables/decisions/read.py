"""decisions.csv → a table of its checked rows in DuckDB; what is wrong in them, as problems.

Where nothing in a file can be read two ways and nothing is wrong, DuckDB reads it. Every other file
is read by Python's csv, so that each problem has its line. The cells and rows of both are checked
by the same rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lgo_letters.names import key
from lgo_letters.tables.data import Decisions, FileReport, raising_memory_errors
from lgo_letters.tables.engine import duckdb
from lgo_letters.tables.kinds import DecisionKinds
from lgo_letters.tables.mapping import NO_MAPPING, TableMapping
from lgo_letters.tables.table import Header, Row, Table

from . import checks
from .columns import DECISION_COLUMNS, PUBLIC_COLUMNS, Column
from .strict import quoted, strict_scan
from .values import ReadColumn

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SAMPLE = 20_480  # rows in which most texts of a file are
_BATCH = 20_000  # rows that are put into DuckDB together
_NO_HEADER = Header(1, 1, 1, dict.fromkeys(DECISION_COLUMNS, 0), {})
_COLUMNS = (*DECISION_COLUMNS, *PUBLIC_COLUMNS)
_FLAGS = tuple(f"{name}_is_wrong" for name in _COLUMNS)
_TEXTS = tuple(f"{name}_text" for name in _COLUMNS)
_OURS = ("line", "rowid", "may_have_remedy", "may_have_compliance", *_FLAGS, *_TEXTS)


@raising_memory_errors()
def read_decisions(
    file: Path,
    columns: Sequence[Column],
    kinds: DecisionKinds | None,
    mapping: TableMapping = NO_MAPPING,
) -> tuple[Decisions, FileReport]:
    """Reads and checks every row.

    `kinds` are None where they could not be read; a remedy and an outcome then may stand on any.
    Raises UsageError where the file cannot be opened, and MemoryError.
    """
    columns = [_with_words(column, mapping) for column in columns]
    table = Table(file, DECISION_COLUMNS, PUBLIC_COLUMNS, mapping=mapping)
    index = (table.header or _NO_HEADER).index
    columns = [column for column in columns if column.name in index]
    connection = _read_strictly(table, columns, kinds) or _read_carefully(table, columns, kinds)
    return Decisions(connection), table.report(_rows_by_word(connection, columns))


def _with_words(column: Column, mapping: TableMapping) -> Column:
    """The column with its words of the export, which are checked."""
    if not (meanings := mapping.meanings(column.name)):
        return column
    mapping.check_words(column.name, column.read, is_free=column.is_free)
    return replace(column, words=meanings, usual=None)


def _rows_by_word(
    connection: DuckDBPyConnection, columns: Sequence[Column]
) -> Counter[tuple[str, str]]:
    """In how many rows each text of the columns with words stands, as `names.key` has it."""
    rows: Counter[tuple[str, str]] = Counter()
    for name in (column.name for column in columns if column.words):
        texts = connection.execute(f"select {name}_text, count(*) from cells group by all")
        for text, number in texts.fetchall():
            rows[name, key(text)] += number
    return rows


def _read_strictly(
    table: Table, columns: Sequence[Column], kinds: DecisionKinds | None
) -> DuckDBPyConnection | None:
    """The rows as DuckDB reads them, or None where it may not be trusted or anything is wrong."""
    text = table.source.plain_text
    if table.header is None or text is None or (scan := strict_scan(table)) is None:
        return None
    for sample in (f"(from {scan} limit {_SAMPLE})", scan):
        try:
            connection, read = _open_database(), _columns_of(table.header, columns)
            _read_texts(connection, read, sample)
            if any(column.is_wrong for column in read):
                return None
            _make_tables(connection, read, table.header, scan, kinds)
            ((number,),) = connection.execute("select count(*) from cells").fetchall()
        except duckdb.ConversionException:
            continue  # a text is not in the sample
        except duckdb.OutOfMemoryException:
            raise
        except (duckdb.Error, UnicodeEncodeError):
            return None
        # Below the header, each line is a row: none is blank.
        if number != text.lines - 1 or checks.is_any_row_wrong(connection, read):
            return None
        table.number = number
        return connection
    return None


def _read_carefully(
    table: Table, columns: Sequence[Column], kinds: DecisionKinds | None
) -> DuckDBPyConnection:
    """The rows as Python's csv reads them; whatever is wrong is a problem."""
    header = table.header or _NO_HEADER
    connection, read = _open_database(), _columns_of(header, columns)
    _fill_raw(connection, table.rows(), header)
    _read_texts(connection, read, "raw")
    _make_tables(connection, read, header, "raw", kinds)
    checks.find_problems(connection, read, kinds, table)
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
    cells = ", ".join(f"case when {one.to_read} then {one.cell} end" for one in columns)
    sql = f"""
        select index, text from (
            select unnest(range({len(columns)})) as index, unnest([{cells}]) as text from {rows}
        ) where text is not null group by all
    """
    texts: list[list[str]] = [[] for _ in columns]
    for index, text in connection.execute(sql).fetchall():
        texts[index].append(text)
    for column, its_texts in zip(columns, texts, strict=True):
        column.read(connection, its_texts)


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
    wrong = [column for column in columns if column.is_wrong]
    values = ["line"] if rows == "raw" else []
    kept = {column.name: column for column in columns if column.column.is_kept}
    values += [f"{column.value} as {name}" for name, column in kept.items()]
    values += [f"{column.wrong} as {column.name}_is_wrong" for column in wrong]
    values += [f"{column.text} as {column.name}_text" for column in columns if column.column.words]
    values += [f"{cell} as {name}" for name, cell in others.items()]
    are_read = [column.is_read for column in columns if not column.column.is_kept]
    sql = f"create table cells as select {', '.join(values)} from {rows}"
    sql += f" where {' and '.join(are_read) or 'true'}"
    lists = {name: texts for column in columns for name, texts in column.lists.items()}
    connection.execute(sql, {name: texts for name, texts in lists.items() if f"${name}" in sql})
    checked = ["*" if rows == "raw" else "rowid + 2 as line, *"]
    checked += [f"null as {name}" for name in PUBLIC_COLUMNS if name not in kept]
    checked += [f"false as {column.name}_is_wrong" for column in columns if column not in wrong]
    remedy = compliance = "null"
    if kinds is not None:
        remedy = _is_one_of(kinds.counting_as(kinds.remedy_on))
        compliance = _is_one_of(kinds.counting_as(kinds.compliance_on))
    checked += [f"{remedy} as may_have_remedy", f"{compliance} as may_have_compliance"]
    connection.execute(f"create view checked as select {', '.join(checked)} from cells")
    names = ", ".join(("line", *_COLUMNS, *others))
    is_wrong = " or ".join(f"{column.name}_is_wrong" for column in columns)
    connection.execute(
        f"create view decisions as select {names} from checked where not ({is_wrong})"
    )


def _is_one_of(kinds: Sequence[str]) -> str:
    """SQL: whether a row's decision is of one of the kinds, NULL where it is wrong."""
    return f"list_contains([{', '.join(map(quoted, kinds))}]::VARCHAR[], decision::VARCHAR)"
