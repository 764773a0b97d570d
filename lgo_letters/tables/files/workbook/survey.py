"""What is looked for in a sheet, and in the strings of a workbook, before the library reads it."""

from __future__ import annotations

import contextlib
import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from . import bounds
from .parse import SAVE_LESS, UnreadableWorkbookError, damaged, parse

# What may be in what; a sheet has other elements only before and after its sheetData.
_IN = {"sheetData": ("row",), "row": ("c",), "c": ("f", "v", "is"), "f": (), "v": ()}
_PARENT = {name: parent for parent, names in _IN.items() for name in names}
_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}
_ROW_NUMBER = re.compile("[1-9][0-9]{0,6}")
_LONGEST_SHOWN = 20  # characters of what is damaged


class SheetSurvey:
    """What the library does not say about a sheet, and how much it will have to keep of it.

    `hidden` are the numbers of hidden rows. `unreadable` are the cells without a value, by row:
    each with the index of its column and a text, which is an error's name or, where a formula has
    no saved value, that formula. The last cell with either or with a value is in row `height` and
    column `width`. Making one raises UnreadableWorkbookError.
    """

    def __init__(self, pieces: Iterable[bytes], string_lengths: Sequence[int]) -> None:
        self.hidden: set[int] = set()
        self.unreadable: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
        self.height = self.width = 0
        self._lengths = string_lengths
        self._cells = self._characters = self._unreadable = 0
        self._inside = ""  # which of these elements; in a string also how deep
        self._depth = 0
        self._row_number, self._row, self._column = "0", 0, -1
        self._type, self._text = "", ""
        self._formula: str | None = None
        self._has_string = False
        parse(
            pieces,
            self._start,
            self._end,
            self._add_text,
            # The library passes over what follows one of these in a value.
            self._refuse_in_value,
        )
        if self.height * self.width > bounds.AREA:
            last = _cell_name(self.height, self.width - 1)
            raise UnreadableWorkbookError(f"has values as far apart as A1 and {last}; {SAVE_LESS}")
        if self._characters > bounds.CHARACTERS:
            number = f"{bounds.CHARACTERS:,}"
            raise UnreadableWorkbookError(
                f"has more than {number} characters in its cells; {SAVE_LESS}"
            )

    # Of a large sheet, nearly all time is spent in the next three.

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        inside = self._inside
        if inside == "is":
            self._depth += 1
        elif not inside:
            self._inside = name if name == "sheetData" else ""
        elif name not in _IN[inside]:
            raise damaged(f"{name[:_LONGEST_SHOWN]} is in {inside}")
        else:
            self._inside = name
            if name == "c":
                self._start_cell(attributes)
            elif name == "row":
                self._start_row(attributes)
            elif name == "is":
                self._has_string = True
            elif name == "f":
                self._formula = ""

    def _end(self) -> None:
        inside = self._inside
        if inside == "is" and self._depth:
            self._depth -= 1
        elif inside:
            self._inside = _PARENT.get(inside, "")
            if inside == "c":
                self._end_cell()

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        self._cells += 1
        if self._cells > bounds.CELLS:
            raise UnreadableWorkbookError(f"has more than {bounds.CELLS:,} cells; {SAVE_LESS}")
        self._type = attributes.get("t", "n")
        self._text, self._formula, self._has_string = "", None, False
        if (name := attributes.get("r")) is not None:
            self._column = _column_index(name.removesuffix(self._row_number))
        else:
            self._column += 1

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        number = attributes.get("r", str(self._row + 1))
        if not _ROW_NUMBER.fullmatch(number) or int(number) > bounds.ROW:
            raise damaged(f"a row has the number {number[:_LONGEST_SHOWN]}")
        self._row_number, self._row, self._column = number, int(number), -1
        if attributes.get("hidden") in ("1", "true"):
            self.hidden.add(self._row)

    def _add_text(self, text: str) -> None:
        if self._inside == "v":
            self._text += text
        elif self._inside == "f" and self._formula is not None:
            self._formula += text

    def _refuse_in_value(self) -> None:
        if self._inside == "v":
            raise damaged("a value is interrupted")

    def _end_cell(self) -> None:
        type_ = self._type
        if type_ == "e":
            self._add_unreadable(self._text)
            if self._text not in _ERRORS:
                cell = _cell_name(self._row, self._column)
                raise UnreadableWorkbookError(
                    f"has the error {self._text[:_LONGEST_SHOWN]} in {cell}; correct it"
                )
        elif self._text or self._has_string or type_ == "str":
            if type_ == "s":
                self._characters += self._string_length()
            elif type_ == "n" and self._text.startswith("-"):
                self._check_number()
        elif self._formula is not None:
            self._add_unreadable(f"={self._formula}")
        else:
            return
        if self._row > self.height:
            self.height = self._row
        if self._column >= self.width:
            self.width = self._column + 1

    def _string_length(self) -> int:
        try:
            return self._lengths[int(self._text)]
        except (ValueError, IndexError):
            cell = _cell_name(self._row, self._column)
            raise damaged(f"{cell} has a string that is not there") from None

    def _check_number(self) -> None:
        with contextlib.suppress(ValueError):  # which the library finds too
            if float(self._text) < bounds.LEAST_NUMBER:
                cell = _cell_name(self._row, self._column)
                raise damaged(f"{cell} has the number {self._text[:_LONGEST_SHOWN]}")

    def _add_unreadable(self, text: str) -> None:
        self._unreadable += 1
        if self._unreadable > bounds.UNREADABLE:
            raise UnreadableWorkbookError(
                f"has more than {bounds.UNREADABLE:,} errors and formulas without a saved value; "
                "open it in Excel, correct them, and save it"
            )
        self.unreadable[self._row].append((self._column, text))


def string_lengths(pieces: Iterable[bytes]) -> list[int]:
    """How many characters each shared string has, at the most."""
    lengths: list[int] = []
    depth = 0

    def start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth
        depth += 1
        if name == "si":
            if depth != 2:
                raise damaged("a string is in another")
            lengths.append(0)
        # The library makes room at once for as many strings as there are said to be.
        if len(lengths) > bounds.CELLS or _number(attributes.get("uniqueCount")) > bounds.CELLS:
            raise UnreadableWorkbookError(f"has more than {bounds.CELLS:,} texts; {SAVE_LESS}")

    def end() -> None:
        nonlocal depth
        depth -= 1

    def add_text(text: str) -> None:
        if depth >= 2 and lengths:
            lengths[-1] += len(text)

    parse(pieces, start, end, add_text)
    return lengths


def _number(text: str | None) -> int:
    try:
        return int(text or 0)
    except ValueError:
        return 0


def column_name(index: int) -> str:
    """A, B … Z, AA …, for 0, 1 …."""
    name = ""
    while index >= 0:
        name = chr(ord("A") + index % 26) + name
        index = index // 26 - 1
    return name


def _cell_name(row: int, column: int) -> str:
    return f"{column_name(column)}{row}"


@functools.cache
def _column_index(name: str) -> int:
    index = -1
    for letter in name if re.fullmatch("[A-Z]{1,3}", name) else "":
        index = (index + 1) * 26 + ord(letter) - ord("A")
    if not 0 <= index < bounds.COLUMN:
        raise damaged(f"a cell is called {name[:_LONGEST_SHOWN]}")
    return index
