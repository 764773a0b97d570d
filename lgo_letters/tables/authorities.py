"""authorities.csv → the authorities in it; what is wrong in it, as problems."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, TypeVar

from lgo_letters.names import file_stem, fold, key, nearest

from .cells import UnknownWordError, WrongCellError, formula_or_error, read_date
from .data import Authority, AuthorityList, FileReport
from .files.problems import CELL, DUPLICATE, RULE, Found, ProblemLog
from .mapping import NO_MAPPING, TableMapping
from .table import Table

# Columns of text are fields of that name.
_REQUIRED = tuple(field.name for field in fields(Authority) if field.type == "str")
_TEXTS = tuple(field.name for field in fields(Authority) if field.type == "str | None")
TEXT_COLUMNS = (*_REQUIRED, *_TEXTS)
_OPTIONAL = (*_TEXTS, "cc", "from", "until", "successor", "also_known_as", "population")
_COLUMNS = (*_REQUIRED, *_OPTIONAL)
_FREE = {*TEXT_COLUMNS, "cc", "also_known_as"}  # in which nearly any text is right
_POPULATION_OF_YEAR = "population_[0-9]{4}"
_POPULATION = re.compile("[0-9]{1,3}(,[0-9]{3})+|[0-9]+")
_LONGEST_VALUE = 500  # characters: far more than any has, and no more than a page has room for
_MOST_CIRCLES = 20  # that are looked for, each with one look at all authorities
_MOST_NAMES_SHOWN = 5

_Cells = Mapping[str, str]
_Value = TypeVar("_Value")


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
    table = Table(file, _REQUIRED, _OPTIONAL, _POPULATION_OF_YEAR, mapping)
    mapped: Counter[tuple[str, str]] = Counter()
    authorities = tuple(_read(table, read_type, mapping, mapped))
    listed = AuthorityList(authorities, key("\n".join(table.lost)), table.problems.file)
    _refuse_same_files(listed.authorities, table)
    _refuse_shared_names(listed.authorities, table)
    listed = replace(listed, authorities=tuple(_with_successors(listed, table.problems)))
    _refuse_circles(listed.authorities, table.problems)
    table.refuse_without_rows()
    return listed, table.report(mapped)


def _read(
    table: Table,
    read_type: Callable[[str], str],
    mapping: TableMapping,
    mapped: Counter[tuple[str, str]],
) -> Iterator[Authority]:
    """The authorities, each name once, their successors as they are written.

    Counts in `mapped` each word of the export that is mapped.
    """
    first_lines: dict[str, int] = {}
    index = {} if table.header is None else table.header.index
    for line, row in table.rows():
        cells = dict.fromkeys(_COLUMNS, "")
        cells |= {column: fold(row[at]) for column, at in index.items()}
        for column, words in mapping.words.items():
            if (word := words.get(its_key := key(cells[column]))) is not None:
                mapped[column, its_key] += 1
                cells[column] = fold(word.meaning)
        problems_before = table.problems.number
        _check_cells(cells, line, table.problems)
        authority = _authority(cells, read_type, line, table.problems)
        if table.problems.number > problems_before:
            # A comma may have cut its name in two: decisions are not blamed for naming it whole.
            table.lost.append(",".join(row))
        if not (name := authority.name):
            continue
        if (first := first_lines.setdefault(key(name), line)) == line:
            yield authority
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
        if column in _FREE and (wrong := formula_or_error(value)) is not None:
            problems.add(line, f"{wrong}.", column, value, CELL)
        elif not value.isprintable():
            problems.add(line, "holds a control character; delete it.", column, value, CELL)
        elif len(value) > _LONGEST_VALUE:
            message = f"has more than {_LONGEST_VALUE} characters; shorten it."
            problems.add(line, message, column, value, CELL)


def _type_reader(types: Sequence[str] | None) -> Callable[[str], str]:
    """The type as the edition spells it; a blank one is wrong for another reason."""
    named = {key(name): name for name in types or ()}

    def read(text: str) -> str:
        if types is None or not text:
            return text
        if (known := named.get(key(text))) is None:
            or_else = (
                "; correct it, map it in lgo-letters.toml, or add it to edition.toml as one of the "
                "[[types]]"
            )
            raise UnknownWordError("is not a type in this edition", text, types, or_else=or_else)
        return known

    return read


def _authority(
    cells: _Cells, read_type: Callable[[str], str], line: int, problems: ProblemLog
) -> Authority:
    """A row's authority, and what is wrong in the cells that are more than text."""

    def read(column: str, reader: Callable[[str], _Value | None]) -> _Value | None:
        try:
            return reader(cells[column])
        except WrongCellError as wrong:
            problems.add(line, wrong.with_advice(), column, cells[column], CELL)
            return None

    start, until = read("from", read_date), read("until", read_date)
    if start and until and until < start:
        message = f"is before the first day, {start}; correct one of them."
        problems.add(line, message, "until", cells["until"], RULE)
    if cells["successor"] and not cells["until"]:
        message = f'is blank beside the successor "{cells["successor"]}"; give the last day of '
        problems.add(line, f"{message}the authority, or empty both.", "until", "", RULE)
    populations = {
        None if column == "population" else int(column[-4:]): number
        for column in cells
        if column.startswith("population") and (number := read(column, _read_population))
    }
    texts: dict[str, Any] = {column: cells[column] for column in _REQUIRED}
    texts["type"] = read("type", read_type) or cells["type"]
    texts |= {column: cells[column] or None for column in _TEXTS}
    return Authority(
        **texts,
        cc=_names(cells["cc"]),
        start=start,
        until=until,
        successors=_names(cells["successor"]),
        also_known_as=_names(cells["also_known_as"]),
        populations=populations,
        line=line,
    )


def _names(cell: str) -> tuple[str, ...]:
    """The names or addresses in a cell, between semicolons."""
    return tuple(name for part in cell.split(";") if (name := part.strip()))


def _read_population(text: str) -> int | None:
    if not text:
        return None
    if not _POPULATION.fullmatch(text):
        raise WrongCellError("is not a whole number; write the number of residents, such as 99,881")
    if not (number := int(text.replace(",", ""))):
        raise WrongCellError(
            "is not a population; give the number of residents, or leave the cell blank"
        )
    return number


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


def _refuse_shared_names(authorities: Sequence[Authority], table: Table) -> None:
    """Refuses another name of an authority that is a name of a second one too."""
    first_of = {key(authority.name): authority for authority in authorities}
    for authority in authorities:
        for name in authority.also_known_as:
            if (other := first_of.setdefault(key(name), authority)) is not authority:
                where = table.source.where(other.line)
                message = f'is a name of "{other.name}" {where} too; delete one of the two.'
                table.problems.add(authority.line, message, "also_known_as", name, DUPLICATE)


def _with_successors(listed: AuthorityList, problems: ProblemLog) -> Iterator[Authority]:
    """The authorities, their successors by the names that those have in their own rows."""
    named, names = listed.named, [authority.name for authority in listed.authorities]

    def unknown(line: int, name: str) -> Found:
        near = nearest(name, names)[0]
        message = f'is not in this file; add its row, or correct it: the nearest is "{near}".'
        return line, message, "successor", name

    for authority in listed.authorities:
        known: dict[str, None] = {}
        for name in authority.successors:
            successor = named.get(key(name))
            if successor is authority:
                message = "is the authority itself; name the one that came after it."
                problems.add(authority.line, message, "successor", name, CELL)
            elif successor is not None:
                known[successor.name] = None
            elif key(name) not in listed.lost:
                # The nearest is looked for only where the problem is kept.
                problems.add_many(CELL, 1, (unknown(authority.line, one) for one in [name]))
        yield replace(authority, successors=tuple(known))


def _refuse_circles(authorities: Sequence[Authority], problems: ProblemLog) -> None:
    """Refuses successors that lead back to the authority with which they begin."""
    successors = {authority.name: authority.successors for authority in authorities}
    lines = {authority.name: authority.line for authority in authorities}
    for _ in range(_MOST_CIRCLES):
        try:
            TopologicalSorter(successors).prepare()
        except CycleError as error:
            circle = error.args[1][:0:-1]  # from each to its successor, the last's is the first
            start = circle.index(min(circle, key=lines.__getitem__))
            first, *others = circle[start:] + circle[:start]
            more = [] if len(others) < _MOST_NAMES_SHOWN else ["…"]
            chain = ", ".join([first, *others[:_MOST_NAMES_SHOWN], *more, first])
            message = f"leads back to the authority itself ({chain}); correct one of these rows."
            problems.add(lines[first], message, "successor", others[0], RULE)
            successors[first] = ()
        else:
            return
