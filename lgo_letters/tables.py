"""A CSV file as people have it → rows of text, each with its line; what is wrong, as problems.

This step knows how Excel saves a table; what a column means is the next step's.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from .errors import Problem, UsageError
from .names import fold, key

_SAVE_AS = 'in Excel, choose "Save As" and the type "CSV UTF-8 (Comma delimited)"'
_OTHER_SEPARATORS = {"\t": "tabs", ";": "semicolons"}


class Row(NamedTuple):
    """One record: the line of the file on which it starts, and its cells, white space folded.

    The cells stand in the order in which the columns were asked for, whatever the order in the
    file; an absent optional column gives "".
    """

    line: int
    cells: tuple[str, ...]


@dataclass(slots=True)
class Table:
    """What was read from one file; `rows` holds only those of the right shape."""

    file: str
    sha256: str = ""
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    readable: bool = False
    """Whether the header was understood, so that its rows say something."""
    lost: list[str] = field(default_factory=list)
    """The text of the rows that have the wrong shape."""

    def problem(
        self, line: int | None, message: str, column: str | None = None, value: str | None = None
    ) -> None:
        """Adds a problem of this file."""
        self.problems.append(Problem(self.file, line, message, column, value))


def read_table(path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> Table:
    """Reads the asked columns of a CSV file; other columns are left alone.

    Raises UsageError where the file cannot be opened; all else that is wrong is a problem.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}).") from error
    table = Table(path.name, hashlib.sha256(content).hexdigest())
    bad_lines: set[int] = set()
    text = _decode(content, table, bad_lines)
    if text is not None:
        _read_rows(text, table, bad_lines, required, optional)
    return table


def _decode(content: bytes, table: Table, bad_lines: set[int]) -> str | None:
    """The file's text, or None where it is not text; undecodable lines are added to bad_lines."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or _looks_like_utf_16(content):
        table.problem(1, f"the file is saved as UTF-16 (Unicode text); {_SAVE_AS}.")
        return None
    has_mark = content.startswith(b"\xef\xbb\xbf")
    content = content.removeprefix(b"\xef\xbb\xbf")
    if not content.strip():
        table.problem(1, "the file is empty; it needs a header line and a line for each row.")
        return None
    lines = enumerate(content.splitlines(), start=1)
    nul_lines = {number for number, line in lines if b"\0" in line}
    for number in sorted(nul_lines):
        table.problem(
            number, f"the line holds a NUL byte, so this is no text; if it is a table, {_SAVE_AS}."
        )
    bad_lines |= nul_lines
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_otherwise(content, table, bad_lines, has_mark)


def _decode_otherwise(content: bytes, table: Table, bad_lines: set[int], has_mark: bool) -> str:
    """The text of a file that is not UTF-8: all of it as cp1252, if it is that throughout.

    Where a part of it is UTF-8, each line that is not is a problem.
    """
    lines = content.splitlines(keepends=True)
    mixed = has_mark or not all(line.decode("utf-8", "ignore").isascii() for line in lines)
    text = []
    for number, line in enumerate(lines, start=1):
        if mixed and _is_utf_8(line):
            text.append(line.decode("utf-8"))
            continue
        text.append(line.decode("cp1252", "replace"))
        if mixed:
            message = "is not UTF-8 but other parts of the file are; save all of it in one encoding"
            table.problem(number, f"{message}: {_SAVE_AS}.", value=_cell_that_is_not_utf_8(line))
        elif "\N{REPLACEMENT CHARACTER}" in text[-1]:
            byte = line[text[-1].index("\N{REPLACEMENT CHARACTER}")]
            message = f"the byte 0x{byte:02X} is neither UTF-8 nor Windows text (cp1252)"
            table.problem(number, f"{message}; {_SAVE_AS}.")
        else:
            continue
        bad_lines.add(number)
    if not mixed and not bad_lines:
        table.notices.append(
            f"{table.file} is not UTF-8; all of it was read as Windows text (cp1252)."
        )
    return "".join(text)


def _cell_that_is_not_utf_8(line: bytes) -> str:
    """The first such cell alone: the rest of the line may be nobody else's business."""
    cell = next(cell for cell in line.split(b",") if not _is_utf_8(cell))
    return cell.decode("cp1252", "replace").strip()


def _looks_like_utf_16(content: bytes) -> bool:
    """Whether every other byte of the header line is NUL, as in UTF-16 without a mark."""
    start = content[:64]
    return len(start) >= 8 and (not any(start[1::2]) or not any(start[0::2]))


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _read_rows(
    text: str,
    table: Table,
    bad_lines: set[int],
    required: Sequence[str],
    optional: Sequence[str],
) -> None:
    """Reads header and rows into the table, passing over the lines that are bad already."""
    if 1 in bad_lines:
        return
    if other := _other_separator(text, {*required, *optional}):
        table.problem(1, f"the cells are separated by {other} and not by commas; {_SAVE_AS}.")
        return
    records = _records(text, table)
    line, _, header = next(records)
    places = None if header is None else _places(header, line, table, required, optional)
    if header is None or places is None:
        return
    table.readable = True
    blank: list[int] = []
    for line, last, cells in records:
        if cells is None:
            continue
        if not any(cell.strip() for cell in cells):
            blank.append(line)
            continue
        for empty in blank:  # only empty lines at the end of a file are Excel's habit
            table.problem(empty, "the line is empty; delete it.")
        blank.clear()
        if bad_lines and not bad_lines.isdisjoint(range(line, last + 1)):
            table.lost.append(",".join(cells))
            continue
        if len(cells) != len(header):
            table.lost.append(",".join(cells))
            table.problem(
                line,
                f"the row has {_cells(len(cells))} and the header has {len(header)}; "
                "a value with a comma in it needs quotation marks round it.",
            )
            continue
        table.rows.append(
            Row(line, tuple("" if at is None else _as_read(cells[at]) for at in places))
        )


def _as_read(cell: str) -> str:
    """White space folded, and an accent that stands by itself set on its letter (NFC)."""
    return fold(cell if cell.isascii() else unicodedata.normalize("NFC", cell))


def _cells(number: int) -> str:
    return "1 cell" if number == 1 else f"{number:,} cells"


def _records(text: str, table: Table) -> Iterator[tuple[int, int, list[str] | None]]:
    """Each record's first and last line and its cells: None where it is no CSV, a problem."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            table.problem(line, _what_is_no_csv(str(error)))
            cells = None
        yield line, reader.line_num, cells


def _what_is_no_csv(error: str) -> str:
    if "field limit" in error:
        most = f"{csv.field_size_limit():,}"
        return f"a cell has more than {most} characters; shorten it, or close its quotation mark."
    if "unexpected end" in error:
        return "a quotation mark opens here and is never closed; close it, or double it."
    return "a quotation mark stands inside a value; double it, and put the value in quotes."


def _places(
    header: list[str], line: int, table: Table, required: Sequence[str], optional: Sequence[str]
) -> list[int | None] | None:
    """For each asked column its place in the header; None where the header cannot be used."""
    known = [*required, *optional]
    found: dict[str, list[int]] = {column: [] for column in known}
    for place, cell in enumerate(header):
        if (column := key(cell).replace(" ", "_")) in found:
            found[column].append(place)
    usable = True
    for column, columns_places in found.items():
        if len(columns_places) > 1:
            table.problem(line, "the column stands twice; delete or rename one.", column)
            usable = False
        elif not columns_places and column in required:
            table.problem(line, "the column is missing; add it to the header.", column)
            usable = False
    return [next(iter(found[column]), None) for column in known] if usable else None


def _other_separator(text: str, known: Set[str]) -> str | None:
    """What separates the cells of the first line where a comma does not, in words."""
    line = re.split(r"[\r\n]", text, maxsplit=1)[0]
    for separator, words in _OTHER_SEPARATORS.items():
        if len({key(cell.strip('"')) for cell in line.split(separator)} & known) > 1:
            return words
    return None
