"""The cells of many rows as places in their bytes, so that a text that stands often is read once.

Nothing here knows a rule: `Splitter` finds the cells of plain CSV, `Texts` knows those of a column.
"""

from __future__ import annotations

import csv
import functools
import os
import unicodedata
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lgo_letters.names import fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Words = NDArray[np.uint64]

_COMMA, _QUOTE, _LF, _CR = b',"\n\r'
_WORD = 8  # bytes
_MOST_AT_ONCE = 1 << 23  # bytes
_LONGEST = 128  # bytes of a cell that are taken at once
_PAD = bytes(_LONGEST)  # so that they can be taken from where any cell starts


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of rows: `ends` says of each column where its cells end, a byte before the next start.

    In the columns that are `quoted`, a cell may stand in quotation marks that are not its own;
    `before_cr` where a CR that is not its own may follow the last cell of a row.
    """

    content: bytes
    encoding: str
    ends: Numbers
    quoted: Set[int] = frozenset()
    before_cr: bool = False

    @classmethod
    def of(cls, rows: Sequence[Sequence[str]], width: int, encoding: str) -> Cells:
        """The cells of rows as given."""
        cells = [cell.encode(encoding) for row in rows for cell in row]
        lengths = np.fromiter(map(len, cells), np.int64, len(cells))
        ends = (lengths + 1).cumsum() - 1
        by_column = np.ascontiguousarray(ends.reshape(len(rows), width).T)
        return cls(b",".join(cells) + b"," + _PAD, encoding, by_column)

    def column(self, place: int | None) -> tuple[Numbers, Numbers]:
        """Where each cell of a column starts and ends; an absent column's are blank."""
        if place is None:
            nowhere = np.zeros(self.ends.shape[1], np.int64)
            return nowhere, nowhere
        ends = self.ends[place]
        if place:
            starts = self.ends[place - 1] + 1
        else:
            starts = np.concatenate(([0], self.ends[-1, :-1] + 1))
        each = np.frombuffer(self.content, np.uint8)
        if self.before_cr and place == len(self.ends) - 1:
            ends = ends - (each[ends - 1] == _CR)
        if place in self.quoted:
            in_quotes = each[starts] == _QUOTE
            return starts + in_quotes, ends - in_quotes
        return starts, ends

    def text(self, start: int, end: int) -> str:
        """A cell as it is to be read."""
        return as_read(self.content[start:end].decode(self.encoding))


class Splitter:
    """Finds the cells of lines of plain CSV.

    Plain are lines of as many cells as the header has, `width`, of which one with quotation marks
    has one at its start, one at its end and none between; the cells of the `first` column that was
    asked for are not blank, so that no line is.
    """

    def __init__(self, width: int, first: int | None) -> None:
        self._width = width
        self._first = first
        self._room = np.zeros((3, 0), bool)

    def split(self, content: bytes, encoding: str) -> Cells | None:
        """The cells of whole lines, or None where only careful reading will do."""
        if len(content) > _MOST_AT_ONCE:
            return None  # a line is longer than any that is plain
        content += _PAD if content.endswith((b"\n", b"\r")) else b"\n" + _PAD
        has_cr = b"\r" in content
        if has_cr and content.count(b"\r") != content.count(b"\r\n"):
            return None
        each = np.frombuffer(content, np.uint8)
        if len(each) > self._room.shape[1]:
            self._room = np.zeros((3, len(each)), bool)
        may_end, is_line_end, _ = self._room[:, : len(each)]
        np.equal(each, _COMMA, out=may_end)
        np.equal(each, _LF, out=is_line_end)
        lines = np.count_nonzero(is_line_end)
        np.logical_or(may_end, is_line_end, out=may_end)
        ends = np.flatnonzero(may_end)
        quoted: Set[int] = frozenset()
        if b'"' in content:
            marks = np.flatnonzero(np.equal(each, _QUOTE, out=self._room[2, : len(each)]))
            if not _are_plain(each, marks):
                return None
            ends = _without_quoted(ends, marks)
            quoted = set((np.searchsorted(ends, marks) % self._width).tolist())
        if len(ends) != lines * self._width:
            return None
        by_column = np.ascontiguousarray(ends.reshape(lines, self._width).T)
        if not is_line_end[by_column[-1]].all():
            return None
        if np.diff(by_column[-1], prepend=-1).max() > csv.field_size_limit():
            return None
        cells = Cells(content, encoding, by_column, quoted, has_cr)
        return None if _may_be_blank(cells, self._first) else cells


def _are_plain(each: NDArray[np.uint8], marks: Numbers) -> bool:
    """Whether quotation marks stand round whole cells, by turns at the start and at the end."""
    if len(marks) % 2:
        return False
    before = each[np.maximum(marks[0::2] - 1, 0)]
    after = each[marks[1::2] + 1]
    starts = (before == _COMMA) | (before == _LF) | (marks[0::2] == 0)
    ends = (after == _COMMA) | (after == _LF) | (after == _CR)
    return bool(starts.all() and ends.all())


def _without_quoted(ends: Numbers, marks: Numbers) -> Numbers:
    """The ends of cells, without the commas that stand in quotation marks."""
    first, last = np.searchsorted(ends, marks).reshape(-1, 2).T
    holding = np.flatnonzero(first < last)
    if not len(holding):
        return ends
    within = [np.arange(first[at], last[at]) for at in holding]
    return np.delete(ends, np.concatenate(within))


def _may_be_blank(cells: Cells, place: int | None) -> bool:
    """Whether a cell of the column is empty, or starts with what may be white space."""
    starts, ends = cells.column(place)
    start = np.frombuffer(cells.content, np.uint8)[starts]
    return bool(((starts >= ends) | (start <= 0x20) | (start >= 0x7F)).any())


_SLOTS = 17  # bits of the place to which a hash points


@functools.cache
def _own(size: int) -> Words:
    """For each length of a cell, which bits of as many words are its own."""
    bytes_ = np.arange(size * _WORD)
    kept = np.where(bytes_ < np.arange(size * _WORD + 1)[:, np.newaxis], 0xFF, 0)
    return kept.astype(np.uint8).view(np.uint64)


class Texts:
    """Texts of a column, each with the number of what it says; of those with one hash the last met.

    So the room is bounded, whatever stands in a file.
    """

    def __init__(self, read: Callable[[str], int]) -> None:
        """`read` says what the number of a text is."""
        self._read = read
        self._blank = read("")
        # Odd numbers, drawn anew so that no file can be written to fit them.
        drawn = np.frombuffer(os.urandom(_LONGEST), np.uint64)
        self._factors: Words = drawn | np.uint64(1)
        # By hash the place of a text, or 0; by place its bytes and its number.
        self._places = np.zeros(1 << _SLOTS, np.int32)
        self._used = 1
        self._words: Words = np.zeros((64, 1), np.uint64)
        self._numbers = np.zeros(64, np.int64)

    def numbers(self, cells: Cells, starts: Numbers, ends: Numbers) -> Numbers:
        """The number of what each cell says."""
        filled = np.flatnonzero(ends > starts)
        if len(filled) == len(starts):
            return self._look_up(cells, starts, ends)
        numbers = np.full(len(starts), self._blank)
        if len(filled):
            numbers[filled] = self._look_up(cells, starts[filled], ends[filled])
        return numbers

    def _look_up(self, cells: Cells, starts: Numbers, ends: Numbers) -> Numbers:
        """Each cell is compared, byte by byte, with the one text to which its hash points."""
        lengths = ends - starts
        words = self._as_words(cells.content, starts, lengths)
        size = words.shape[1]
        slots = (words @ self._factors[:size] >> np.uint64(64 - _SLOTS)).astype(np.int64)
        places = self._places.take(slots)
        numbers = self._numbers.take(places)
        differ = np.flatnonzero(words != self._words.take(places, axis=0)) // size
        is_longer = lengths > _LONGEST
        if len(differ) or is_longer.any():
            is_new = np.zeros(len(lengths), bool)
            is_new[differ] = True
            rows = np.flatnonzero(is_new | is_longer)
            numbers[rows] = self._read_each(cells, starts[rows], ends[rows])
            new = np.flatnonzero(is_new & ~is_longer)
            self._keep(slots[new], words[new], numbers[new])
        return numbers

    def _as_words(self, content: bytes, starts: Numbers, lengths: Numbers) -> Words:
        """The first bytes of cells as rows of words, as many as the longest text has."""
        longest = min(int(lengths.max()), _LONGEST)
        if (more := -(-longest // _WORD) - self._words.shape[1]) > 0:
            self._words = np.pad(self._words, ((0, 0), (0, more)))
        size = self._words.shape[1]
        windows = np.ndarray(len(content) - size * _WORD + 1, f"V{size * _WORD}", content, 0, (1,))
        words: Words = windows[starts].view(np.uint64).reshape(-1, size)
        words &= _own(size).take(np.minimum(lengths, _LONGEST), axis=0)
        return words

    def _read_each(self, cells: Cells, starts: Numbers, ends: Numbers) -> list[int]:
        known: dict[bytes, int] = {}
        found = []
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            cell = cells.content[start:end]
            if (number := known.get(cell)) is None:
                number = known[cell] = self._read(cells.text(start, end))
            found.append(number)
        return found

    def _keep(self, slots: Numbers, words: Words, numbers: Numbers) -> None:
        slots, of_slots = np.unique(slots, return_index=True)
        places = self._places[slots]
        empty = np.flatnonzero(places == 0)
        places[empty] = np.arange(self._used, self._used + len(empty))
        self._used += len(empty)
        if (more := self._used - len(self._numbers)) > 0:
            more += self._used // 4  # so that they are not moved often
            self._words = np.pad(self._words, ((0, more), (0, 0)))
            self._numbers = np.pad(self._numbers, (0, more))
        self._places[slots] = places
        self._words[places], self._numbers[places] = words[of_slots], numbers[of_slots]


def as_read(cell: str) -> str:
    """White space folded, and an accent that stands by itself set on its letter (NFC)."""
    return fold(cell if cell.isascii() else unicodedata.normalize("NFC", cell))


# ---- numbers written by a pattern


def eight_digits(cells: Cells, place: int | None) -> Numbers:
    """The digits of each cell that is written as 19 001 854, a nought for each space.

    -1 for a cell that is written otherwise.
    """
    starts, ends = cells.column(place)
    numbers = np.full(len(starts), -1, np.int64)
    rows = np.flatnonzero(ends - starts == len(_PATTERN))
    windows = np.ndarray(len(cells.content) - _WORD + 1, "<u8", cells.content, 0, (1,))
    # Of a byte that is as in the pattern 0 to 9 is left, or 0 of a space.
    head = windows[starts[rows]] ^ _HEAD
    tail = windows[ends[rows] - _WORD] ^ _TAIL
    plain = ((head + _HEAD_ROOM | tail + _TAIL_ROOM | head | tail) & _HIGH_BITS) == 0
    # Eight digits at once: pairs, then pairs of pairs, then both halves.
    pairs = head * np.uint64(10) + (head >> np.uint64(8))
    value = (pairs & _PAIRS) * _FIRST_AND_THIRD
    value += (pairs >> np.uint64(16) & _PAIRS) * _SECOND_AND_FOURTH
    value >>= np.uint64(32)
    value *= np.uint64(100)
    value += (tail >> np.uint64(48) & np.uint64(0xFF)) * np.uint64(10) + (tail >> np.uint64(56))
    if len(rows) == len(numbers) and plain.all():
        return value.astype(np.int64)
    numbers[rows[plain]] = value[plain]
    return numbers


def _as_word(of: bytes) -> np.uint64:
    return np.uint64(int.from_bytes(of, "little"))


_PATTERN = b"00 000 000"
_HEAD, _TAIL = _as_word(_PATTERN[:_WORD]), _as_word(_PATTERN[-_WORD:])
# What is added to a byte so that a digit above 9, and anything but a space, reaches the high bit.
_ROOM = bytes(0x7F if each == ord(" ") else 0x7F - 9 for each in _PATTERN)
_HEAD_ROOM, _TAIL_ROOM = _as_word(_ROOM[:_WORD]), _as_word(_ROOM[-_WORD:])
_HIGH_BITS = _as_word(b"\x80" * _WORD)
_PAIRS = np.uint64(0x000000FF_000000FF)
_FIRST_AND_THIRD = np.uint64((1_000_000 << 32) + 100)
_SECOND_AND_FOURTH = np.uint64((10_000 << 32) + 1)
