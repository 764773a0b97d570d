"""authorities.csv → the authorities in it; what is wrong in it, as problems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from lgo_letters.names import file_stem, fold, key, nearest

from .data import Authority, AuthorityList
from .problems import CELL, DUPLICATE, ProblemLog
from .table import FileReport, Table

_REQUIRED = ("name", "type", "role")
_OPTIONAL = ("recipient", "salutation", "code")
_COLUMNS = (*_REQUIRED, *_OPTIONAL)
_LONGEST_VALUE = 500  # characters: far more than any has, and no more than a page has room for

_Cells = Mapping[str, str]


def read_authorities(file: Path, types: Sequence[str] | None) -> tuple[AuthorityList, FileReport]:
    """Reads the authorities, and checks them against the edition's types.

    `types` is None where the edition could not be read; a type is then taken as it stands.
    Raises UsageError where the file cannot be opened.
    """
    table = Table(file, _REQUIRED, _OPTIONAL)
    authorities = tuple(_read(table, types))
    _refuse_same_files(authorities, table.problems)
    if table.header and not table.number and not table.problems.number:
        table.problems.add(1, "no authority follows the header; add a row for each.")
    return AuthorityList(authorities, key("\n".join(table.lost))), table.report()


def _read(table: Table, types: Sequence[str] | None) -> Iterator[Authority]:
    type_named = None if types is None else {key(name): name for name in types}
    first_lines: dict[str, int] = {}
    index = {} if table.header is None else table.header.index
    for line, row in table.rows():
        cells = {name: fold(row[index[name]]) if name in index else "" for name in _COLUMNS}
        _check_cells(cells, line, table.problems)
        if cells["type"] and type_named:
            cells["type"] = _known_type(cells["type"], type_named, line, table.problems)
        if not (name := cells["name"]):
            continue
        if (first := first_lines.setdefault(key(name), line)) == line:
            recipient, salutation, code = (cells[column] or None for column in _OPTIONAL)
            role = cells["role"]
            yield Authority(name, cells["type"], role, recipient, salutation, code, line=line)
        else:
            message = f"is in line {first} already; delete one of the rows."
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


def _known_type(type_: str, named: Mapping[str, str], line: int, problems: ProblemLog) -> str:
    """The type as the edition spells it."""
    if (known := named.get(key(type_))) is not None:
        return known
    near = nearest(type_, named.values())[0]
    message = (
        f'is not a type in this edition; correct it (the nearest is "{near}"), or add it to '
        "edition.toml as one of the [[types]]."
    )
    problems.add(line, message, "type", type_, CELL)
    return type_


def _refuse_same_files(authorities: Sequence[Authority], problems: ProblemLog) -> None:
    first_of: dict[str, Authority] = {}
    for authority in authorities:
        stem = file_stem(authority.name)
        if (same := first_of.setdefault(stem, authority)) is not authority:
            message = (
                f'makes the same file name as "{same.name}" in line {same.line}, '
                f"{stem}.pdf; change one of the names."
            )
            problems.add(authority.line, message, "name", authority.name, DUPLICATE)
