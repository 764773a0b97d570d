"""authorities.csv → the authorities in it; what is wrong in it, as problems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from lgo_letters.names import file_stem, fold, key

from .cells import UnknownWordError, WrongCellError
from .data import Authority, AuthorityList
from .mapping import NO_MAPPING, TableMapping
from .problems import CELL, DUPLICATE, ProblemLog
from .table import FileReport, Table

_REQUIRED = ("name", "type", "role")
_OPTIONAL = ("recipient", "salutation", "code")
_COLUMNS = (*_REQUIRED, *_OPTIONAL)
_LONGEST_VALUE = 500  # characters: far more than any has, and no more than a page has room for

_Cells = Mapping[str, str]


def read_authorities(
    file: Path, types: Sequence[str] | None, mapping: TableMapping = NO_MAPPING
) -> tuple[AuthorityList, FileReport]:
    """Reads the authorities, and checks them against the edition's types.

    `types` is None where the edition could not be read; a type is then taken as it stands.
    Raises UsageError where the file cannot be opened.
    """
    read_type = _type_reader(types)
    for column in mapping.words:
        is_type = column == "type"
        read = read_type if is_type else str
        mapping.check_words(column, read, is_free=not is_type or types is None)
    table = Table(file, _REQUIRED, _OPTIONAL, mapping)
    mapped: Counter[tuple[str, str]] = Counter()
    authorities = tuple(_read(table, read_type, mapping, mapped))
    _refuse_same_files(authorities, table)
    if table.header and not table.number and not table.problems.number:
        table.problems.add(1, "no authority follows the header; add a row for each.")
    listed = AuthorityList(authorities, key("\n".join(table.lost)), table.problems.file)
    return listed, table.report(mapped)


def _read(
    table: Table,
    read_type: Callable[[str], str],
    mapping: TableMapping,
    mapped: Counter[tuple[str, str]],
) -> Iterator[Authority]:
    """The authorities; counts in `mapped` each word of the export."""
    first_lines: dict[str, int] = {}
    index = {} if table.header is None else table.header.index
    for line, row in table.rows():
        cells = {name: fold(row[index[name]]) if name in index else "" for name in _COLUMNS}
        for column, words in mapping.words.items():
            if (word := words.get(its_key := key(cells[column]))) is not None:
                mapped[column, its_key] += 1
                cells[column] = fold(word.ours)
        _check_cells(cells, line, table.problems)
        if cells["type"]:
            try:
                cells["type"] = read_type(cells["type"])
            except WrongCellError as wrong:
                table.problems.add(line, wrong.in_table(), "type", cells["type"], CELL)
        if not (name := cells["name"]):
            continue
        if (first := first_lines.setdefault(key(name), line)) == line:
            recipient, salutation, code = (cells[column] or None for column in _OPTIONAL)
            role = cells["role"]
            yield Authority(name, cells["type"], role, recipient, salutation, code, line=line)
        else:
            message = f"is already {table.source.where(first)}; delete one of the two rows."
            table.problems.add(line, message, "name", name, CELL)


def _check_cells(cells: _Cells, line: int, problems: ProblemLog) -> None:
    """What is right or wrong in a cell whatever the others say."""
    for column in _REQUIRED:
        if not cells[column]:
            problems.add(line, "is blank; fill it in.", column, "", CELL)
    for column, value in cells.items():
        if column == "type":
            continue  # it is one of the edition's
        if not value.isprintable():
            problems.add(line, "holds a control character; delete it.", column, value, CELL)
        elif len(value) > _LONGEST_VALUE:
            message = f"has more than {_LONGEST_VALUE} characters; shorten it."
            problems.add(line, message, column, value, CELL)


def _type_reader(types: Sequence[str] | None) -> Callable[[str], str]:
    """The type as the edition spells it."""
    named = {key(name): name for name in types or ()}

    def read(text: str) -> str:
        if types is None:
            return text
        if (known := named.get(key(text))) is None:
            or_else = (
                "; correct it, map it in lgo-letters.toml, or add it to edition.toml as one of the "
                "[[types]]"
            )
            raise UnknownWordError("is not a type in this edition", text, types, or_else=or_else)
        return known

    return read


def _refuse_same_files(authorities: Sequence[Authority], table: Table) -> None:
    first_of: dict[str, Authority] = {}
    for authority in authorities:
        stem = file_stem(authority.name)
        if (same := first_of.setdefault(stem, authority)) is not authority:
            message = (
                f'makes the same file name as "{same.name}" {table.source.where(same.line)}, '
                f"{stem}.pdf; change one of the names."
            )
            table.problems.add(authority.line, message, "name", authority.name, DUPLICATE)
