"""history/statistics-YYYY.csv → the figures that were published for an earlier year."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from lgo_letters.names import fold, key

from .data import Authority, AuthorityList, FileReport
from .files.problems import CELL, DUPLICATE, ProblemLog
from .table import Table

MOST_YEARS_BACK = 5
"""Figures of so many earlier years may be asked for."""

_NAMES = ("authority", "type")
# More digits than any figure has, and the most decimals that an edition may print.
_NUMBER = re.compile(r"([0-9]{1,12}|[0-9]{1,3}(,[0-9]{3}){1,3})(\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class PastFigures:
    """The printed figures of one authority in an earlier year, in which its type was `type`.

    `numbers` go by the columns of statistics.csv, such as `upheld_rate`, without those that do not
    exist; each has the decimals with which it is printed. `decisions` is None where not known.
    `counts` are those that statistics.csv has beside its figures, and no part of these.
    """

    type: str
    decisions: int | None
    numbers: Mapping[str, Decimal]
    counts: Mapping[str, int] = field(default_factory=dict, compare=False)

    def rate(self, statistic: str) -> Decimal | None:
        """Its rate, times the statistic's `per`."""
        return self.numbers.get(f"{statistic}_rate")

    def average(self, statistic: str) -> Decimal | None:
        """The average of similar authorities, times the statistic's `per`."""
        return self.numbers.get(f"{statistic}_average")


@dataclass(frozen=True, slots=True)
class PublishedYear:
    """A statistics.csv: its columns of rates and averages, and the figures of each authority.

    These go by the name in authorities.csv, or in the file where authorities.csv has no such name.
    """

    columns: tuple[str, ...]
    figures: Mapping[str, PastFigures]
    report: FileReport


def history_files(folder: Path, year: int) -> dict[int, Path]:
    """The files there are for the years before a year, by the year that each is of."""
    files = {
        year - ago: folder / f"statistics-{year - ago}.csv" for ago in range(1, MOST_YEARS_BACK + 1)
    }
    return {year: file for year, file in files.items() if os.path.lexists(file)}


def unread_files(folder: Path) -> tuple[str, ...]:
    """A notice of each table there whose name says no year, so that no command reads it."""
    return tuple(
        f"{file.parent.name}/{file.name} is not read; name it statistics-YEAR.csv, after its year."
        for file in sorted(folder.glob("*.csv"))
        if not re.fullmatch(r"statistics-[0-9]{4}\.csv", file.name)
    )


def read_published_year(
    file: Path,
    authorities: Sequence[Authority],
    statistics: Sequence[str],
    counts: Sequence[str] = (),
) -> PublishedYear:
    """Reads the statistics.csv of a year; columns of other statistics and counts are left alone.

    A count beside `decisions` that is not a whole number is not known. Raises UsageError where the
    file cannot be opened.
    """
    wanted = [f"{name}_{what}" for name in statistics for what in ("rate", "average")]
    table = Table(file, _NAMES, ("decisions", *wanted, *counts))
    if table.header is None:
        return PublishedYear((), {}, table.report())
    columns = tuple(column for column in wanted if column in table.header.index)
    counts = [count for count in counts if count in table.header.index]
    figures = dict(_rows(table, table.header.index, authorities, counts))
    if not columns:
        message = "the file has no figure of this edition's statistics"
        example = f", such as {wanted[0]}" if wanted else ""
        table.problems.add(1, f"{message}{example}; put that year's statistics.csv there.")
    table.refuse_without_rows()
    return PublishedYear(columns, _with_all_decimals(figures), table.report())


def _rows(
    table: Table,
    index: Mapping[str, int],
    authorities: Sequence[Authority],
    counts: Sequence[str],
) -> Iterator[tuple[str, PastFigures]]:
    """The authority's name and figures in each row, but for a second row about one authority."""
    named = AuthorityList(tuple(authorities)).named
    first_lines: dict[str, int] = {}
    for line, row in table.rows():
        cells = {column: fold(row[cell]) for column, cell in index.items()}
        for column in _NAMES:
            if not cells[column]:
                table.problems.add(line, "is blank; fill it in.", column, "", CELL)
        written, type_ = (cells.pop(column) for column in _NAMES)
        texts = {count: cells.pop(count) for count in counts}
        numbers = {
            column: number
            for column, text in cells.items()
            if (number := _number(text, column, line, table.problems)) is not None
        }
        if not written:
            continue
        known = named.get(key(written))
        name = written if known is None else known.name
        if (first := first_lines.setdefault(key(name), line)) == line:
            decisions = numbers.pop("decisions", None)
            counted = {
                count: int(text.replace(",", ""))
                for count, text in texts.items()
                if (found := _NUMBER.fullmatch(text)) and not found[3]
            }
            known_decisions = None if decisions is None else int(decisions)
            yield name, PastFigures(type_, known_decisions, numbers, counted)
        else:
            who = "" if key(written) == key(name) else f"is {name}, which "
            message = f"{who}is already {table.source.where(first)}; delete one of the two rows."
            table.problems.add(line, message, "authority", written, DUPLICATE)


def _number(text: str, column: str, line: int, problems: ProblemLog) -> Decimal | None:
    """The number in a cell; None where it is blank, or not a number, which is a problem."""
    is_whole = column == "decisions"
    found = _NUMBER.fullmatch(text)
    if found and not (is_whole and found[3]):
        return Decimal(text.replace(",", ""))
    if text:
        what = "a whole number; write it as 1234" if is_whole else "a number; write it as 40 or 2.7"
        problems.add(line, f"is not {what}, or leave the cell blank.", column, text, CELL)
    return None


def _with_all_decimals(figures: Mapping[str, PastFigures]) -> dict[str, PastFigures]:
    """Figures with all the decimals that were printed: a spreadsheet drops noughts at the end.

    Each statistic was printed with as many as the longest number in its two columns has.
    """
    exponents: dict[str, int] = {}
    for row in figures.values():
        for column, number in row.numbers.items():
            statistic = _statistic(column)
            exponent = int(number.as_tuple().exponent)
            exponents[statistic] = min(exponent, exponents.get(statistic, 0))

    def printed(column: str, number: Decimal) -> Decimal:
        return number.quantize(Decimal(1).scaleb(exponents[_statistic(column)]))

    return {
        name: replace(
            row, numbers={column: printed(column, row.numbers[column]) for column in row.numbers}
        )
        for name, row in figures.items()
    }


def _statistic(column: str) -> str:
    return column.rpartition("_")[0]
