"""decisions.csv and authorities.csv → checked data; what is wrong in them, as problems."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from .data import Authority, Data, InputFile
from .names import file_stem, key, nearest
from .tables import SmallTable, Table, read_table
from .tally import DECISION_COLUMNS, tally
from .year import ReportingYear


def read_data(
    authorities_file: Path, decisions_file: Path, types: Sequence[str] | None, year: ReportingYear
) -> Data:
    """Reads and checks both files against each other and against the edition's types, and counts.

    `types` is None where the edition could not be read; a type is then taken as it stands.
    Raises UsageError where a file cannot be opened.
    """
    authority_table = read_table(authorities_file, ("name", "type", "role"), _OPTIONAL)
    authorities = _read_authorities(authority_table, types)
    number_of_rows = len(authority_table.rows)
    known = {key(each.name): each.name for each in authorities} if number_of_rows else None
    authority_table.rows.clear()  # of very many authorities they take much memory
    decision_table = Table(decisions_file, DECISION_COLUMNS)
    decisions = tally(decision_table, known, key("\n".join(authority_table.lost)), year)
    problems = authority_table.findings.first() + decision_table.findings.first()
    number = authority_table.findings.number + decision_table.findings.number
    return Data(
        tuple(authorities),
        decisions,
        InputFile(authority_table.file, authority_table.sha256, number_of_rows),
        InputFile(decision_table.file, decision_table.sha256, decision_table.number),
        tuple(problems),
        number - len(problems),
        (*authority_table.notices, *decision_table.notices),
    )


# ---- authorities.csv

# The e-mail address is known as a column and never kept: no letter needs it.
_OPTIONAL = ("recipient", "salutation", "code", "email")


_LONGEST_NAME = 500  # characters: far more than any has, and no more than a page has room for


def _read_authorities(table: SmallTable, types: Sequence[str] | None) -> list[Authority]:
    if table.readable and not table.rows and not table.findings.number:
        table.findings.add(1, "no authority follows the header; add a row for each.")
    type_named = None if types is None else {key(each): each for each in types}
    authorities: list[Authority] = []
    seen: dict[str, int] = {}
    stems: dict[str, tuple[int, str]] = {}
    for line, (name, type_, role, recipient, salutation, code, _email) in table.rows:
        for column, value in (("name", name), ("type", type_), ("role", role)):
            if not value:
                table.findings.add(line, "is blank; fill it in.", column, "")
        for column, value in (
            ("name", name),
            ("role", role),
            ("recipient", recipient),
            ("salutation", salutation),
        ):
            if not value.isprintable():
                table.findings.add(line, "holds a control character; delete it.", column, value)
            elif len(value) > _LONGEST_NAME:
                message = f"has more than {_LONGEST_NAME} characters; shorten it."
                table.findings.add(line, message, column, value)
        spelled = _known_type(type_, type_named, table, line) if type_ and type_named else type_
        if not name:
            continue
        if (first := seen.setdefault(key(name), line)) != line:
            table.findings.add(
                line,
                f"stands in line {first} already; delete one of the rows.",
                "name",
                name,
            )
            continue
        if (same := stems.setdefault(file_stem(name), (line, name)))[0] != line:
            table.findings.add(
                line,
                f'makes the same file name as "{same[1]}" in line {same[0]}, '
                f"{file_stem(name)}.pdf; change one of the names.",
                "name",
                name,
            )
        authorities.append(
            Authority(
                name,
                spelled,
                sys.intern(role),
                recipient or None,
                salutation or None,
                code or None,
                line,
            )
        )
    return authorities


def _known_type(type_: str, named: Mapping[str, str], table: SmallTable, line: int) -> str:
    """The type as the edition spells it."""
    if (known := named.get(key(type_))) is not None:
        return known
    table.findings.add(
        line,
        f'is no type that the edition names; the nearest is "{nearest(type_, named.values())[0]}".',
        "type",
        type_,
    )
    return type_
