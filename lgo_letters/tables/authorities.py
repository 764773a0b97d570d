"""authorities.csv → the authorities in it; what is wrong in it, as problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from lgo_letters.names import file_stem, key, nearest

from .data import Authority, Listed, ReadTable
from .findings import AGAIN, CELL, Findings
from .lazy import Packed
from .tables import Row, Table

# The e-mail address is known as a column and never kept: no letter needs it.
_OPTIONAL = ("recipient", "salutation", "code", "email")
_LONGEST_NAME = 500  # characters: far more than any has, and no more than a page has room for
_PIECE = 1 << 16  # bytes read at once: a row takes much room while it is looked at


def read_authorities(file: Path, types: Sequence[str] | None) -> ReadTable[Listed]:
    """Reads the authorities, and checks them against the edition's types.

    `types` is None where the edition could not be read; a type is then taken as it stands.
    Raises UsageError where the file cannot be opened.
    """
    table = Table(file, ("name", "type", "role"), _OPTIONAL, size=_PIECE)
    authorities = _read(table, types)
    _refuse_same_files(authorities, table.findings)
    if table.readable and not table.number and not table.findings.number:
        table.findings.add(1, "no authority follows the header; add a row for each.")
    return table.said(Listed(authorities, key("\n".join(table.lost))))


def _read(table: Table, types: Sequence[str] | None) -> Packed[Authority]:
    type_named = None if types is None else {key(each): each for each in types}
    authorities = Packed(Authority)
    places: dict[str, int] = {}
    for row in table.each_row():
        _check_cells(row, table.findings)
        authority = _authority(row, type_named, table.findings)
        place = len(authorities)
        if not authority.name:
            continue
        if (first := places.setdefault(key(authority.name), place)) == place:
            authorities.append(authority)
            continue
        message = f"stands in line {authorities[first].line} already; delete one of the rows."
        table.findings.add(row.line, message, "name", authority.name, CELL)
    return authorities


def _refuse_same_files(authorities: Sequence[Authority], findings: Findings) -> None:
    places: dict[str, int] = {}
    for place, authority in enumerate(authorities):
        stem = file_stem(authority.name)
        if (first := places.setdefault(stem, place)) != place:
            same = authorities[first]
            message = (
                f'makes the same file name as "{same.name}" in line {same.line}, '
                f"{stem}.pdf; change one of the names."
            )
            findings.add(authority.line, message, "name", authority.name, AGAIN)


def _check_cells(row: Row, findings: Findings) -> None:
    """What is right or wrong in a cell whatever stands elsewhere."""
    name, type_, role, recipient, salutation, code, _email = row.cells
    for column, value in (("name", name), ("type", type_), ("role", role)):
        if not value:
            findings.add(row.line, "is blank; fill it in.", column, "", CELL)
    for column, value in (
        ("name", name),
        ("role", role),
        ("recipient", recipient),
        ("salutation", salutation),
        ("code", code),
    ):
        if not value.isprintable():
            findings.add(row.line, "holds a control character; delete it.", column, value, CELL)
        elif len(value) > _LONGEST_NAME:
            message = f"has more than {_LONGEST_NAME} characters; shorten it."
            findings.add(row.line, message, column, value, CELL)


def _authority(row: Row, type_named: Mapping[str, str] | None, findings: Findings) -> Authority:
    name, type_, role, recipient, salutation, code, _email = row.cells
    if type_ and type_named:
        type_ = _known_type(type_, type_named, row.line, findings)
    return Authority(
        name,
        type_,
        role,
        recipient or None,
        salutation or None,
        code or None,
        row.line,
    )


def _known_type(type_: str, named: Mapping[str, str], line: int, findings: Findings) -> str:
    """The type as the edition spells it."""
    if (known := named.get(key(type_))) is not None:
        return known
    findings.add(
        line,
        f'is no type that the edition names; the nearest is "{nearest(type_, named.values())[0]}".',
        "type",
        type_,
        CELL,
    )
    return type_
