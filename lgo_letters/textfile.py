"""A file → pieces of whole lines, hashed, with their encoding; what is no text, as problems.

A file may be larger than memory: a piece is read when it is asked for.
"""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import io
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

from .errors import UsageError
from .findings import ENCODING, NUL, Findings

SAVE_AS = 'in Excel, choose "Save As" and the type "CSV UTF-8 (Comma delimited)"'
SAVE_WITH_COMMAS = (
    "where Windows is set to a region whose lists have semicolons, Excel always writes those: open "
    'the workbook in LibreOffice, choose "Save As", the type "Text CSV", and "," as the field '
    "delimiter, or set the region to English (United Kingdom) before you save it in Excel"
)
PIECE = 1 << 21
"""Bytes read at once: few enough to stay near the processor while they are looked at."""

_Item = TypeVar("_Item")
_MARK = b"\xef\xbb\xbf"
_HEAD = 12  # bytes, of which a workbook, a picture and most that is no text has one that is NUL


@dataclass(slots=True)
class Piece:
    """Some whole lines of a file.

    `first` is the number of the first of its lines, `bad` are those of the lines that are no text;
    where some cannot be decoded, `makeshift` is the text of all. Whoever counts the lines anyway
    sets `number`; it is counted where nobody did.
    """

    content: bytes
    encoding: str
    first: int
    bad: frozenset[int]
    makeshift: Sequence[str] = ()
    number: int = 0

    @property
    def last(self) -> int:
        """The number of the last of its lines."""
        if not self.number:
            self.number = _number_of_lines(self.content)
        return self.first + self.number - 1

    def lines(self) -> Iterator[str]:
        """The text of each line, with its end."""
        if self.makeshift:
            yield from self.makeshift
        else:
            for line in self.content.splitlines(keepends=True):
                yield line.decode(self.encoding)


class TextFile:
    """A file that is read once, from its beginning to its end.

    Raises UsageError where it cannot be opened or read.
    """

    def __init__(self, path: Path, findings: Findings, size: int = PIECE) -> None:
        self.notices: list[str] = []
        self._findings = findings
        self._size = size
        self._hash = hashlib.sha256()
        self._rest = b""
        self._encoding = "utf-8"
        self._is_mixed: bool | None = None  # not known before the first line that is not UTF-8
        self._path = path
        with self._reading():
            if stat.S_ISCHR(path.stat().st_mode):
                raise UsageError(f"{path} is a device and no file; give a CSV file.")
            file = path.open("rb")
            # What cannot be read twice, such as a pipe, is kept.
            self._file = file if file.seekable() else io.BufferedReader(io.BytesIO(file.read()))

    @property
    def sha256(self) -> str:
        """The hash of what has been read; of the whole file once all pieces have been."""
        return self._hash.hexdigest()

    def pieces(self) -> Iterator[Piece]:
        """The file's first line, and then many lines at a time.

        None comes out of a file that is empty, or UTF-16, or no text from its beginning.
        """
        with self._reading(), self._file:
            start = self._file.peek(64)[:64]
            if _is_utf_16(start):
                message = f"the file is saved as UTF-16 (Unicode text); {SAVE_AS}."
                self._findings.add(1, message)
            elif b"\0" in start[:_HEAD]:  # or each of its lines would be a problem
                message = f"the file is no text; if it is a table, {SAVE_AS}."
                self._findings.add(1, message)
            elif self._is_empty():
                message = "the file is empty; it needs a header line and a line for each row."
                self._findings.add(1, message)
            else:
                yield from self._pieces()
            while self._read(self._size):
                pass
        if self._encoding == "cp1252" and not self._findings.number_of(NUL, ENCODING):
            self.notices.append(
                f"{self._findings.file} is not UTF-8; all of it was read as Windows text (cp1252)."
            )

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise UsageError(f"{self._path} cannot be read ({error.strerror}).") from error

    def _read(self, size: int) -> bytes:
        content = self._file.read(size)
        self._hash.update(content)
        return content

    def _is_empty(self) -> bool:
        """Whether nothing but white space stands in the file."""
        empty = not self._file.read(self._size + 3).removeprefix(_MARK).strip()
        while empty and (more := self._file.read(self._size)):
            empty = not more.strip()
        self._file.seek(0)
        return empty

    def _pieces(self) -> Iterator[Piece]:
        first = 1
        for content in self._whole_lines():
            piece = self._piece(content, first)
            yield piece
            first = piece.last + 1

    def _whole_lines(self) -> Iterator[bytes]:
        if (mark := self._read(3)) == _MARK:
            self._is_mixed = True  # if any of it is not UTF-8
            mark = b""
        # Of a long line as much again is read as there is, so that no byte is moved often.
        lines = mark + self._read(self._size)
        while not (end := _first_line_end(lines)) and (more := self._read(len(lines) or 1)):
            lines += more
        yield from self._given(lines, end or len(lines))
        while more := self._read(max(self._size, len(self._rest))):
            lines = self._rest + more
            yield from self._given(lines, _last_line_end(lines))
        yield from self._given(self._rest, len(self._rest))

    def _given(self, lines: bytes, end: int) -> Iterator[bytes]:
        self._rest = lines[end:]
        if end:
            yield lines[:end]

    def _piece(self, content: bytes, first: int) -> Piece:
        bad: set[int] = set()
        if b"\0" in content:
            lines = enumerate(content.splitlines(), start=first)
            bad.update(number for number, line in lines if b"\0" in line)
            message = f"the line holds a NUL byte, so this is no text; if it is a table, {SAVE_AS}."
            found = ((number, message, None, None) for number in sorted(bad))
            self._findings.add_many(NUL, len(bad), found)
        makeshift = () if content.isascii() else self._decode(content, first, bad)
        return Piece(content, self._encoding, first, frozenset(bad), makeshift)

    def _decode(self, content: bytes, first: int, bad: set[int]) -> Sequence[str]:
        """Nothing where a piece can be decoded; else a makeshift for it, its wrong lines now bad.

        A file that is not UTF-8 is cp1252 if no part of it is UTF-8; else each line that is not
        is a problem.
        """
        try:
            text = content.decode(self._encoding)
        except UnicodeDecodeError:
            if self._is_mixed is None:
                self._is_mixed = self._has_utf_8_to_come(content)
                self._encoding = "utf-8" if self._is_mixed else "cp1252"
                return self._decode(content, first, bad)
            return list(self._decoded_lines(content, first, bad))
        if self._encoding == "utf-8" and self._is_mixed is None and not text.isascii():
            self._is_mixed = True  # if any of the rest is not UTF-8
        return ()

    def _has_utf_8_to_come(self, content: bytes) -> bool:
        """Whether this piece or what follows holds a character of UTF-8 that is not ASCII."""
        decoder = codecs.getincrementaldecoder("utf-8")("ignore")
        place = self._file.tell()
        found = not (decoder.decode(content) + decoder.decode(self._rest)).isascii()
        while not found and (more := self._file.read(self._size)):
            found = not decoder.decode(more).isascii()
        self._file.seek(place)
        return found

    def _decoded_lines(self, content: bytes, first: int, bad: set[int]) -> Iterator[str]:
        for number, line in enumerate(content.splitlines(keepends=True), start=first):
            if self._is_mixed and _is_utf_8(line):
                yield line.decode("utf-8")
                continue
            text = line.decode("cp1252", "replace")
            if self._is_mixed:
                message = (
                    "is not UTF-8 but other parts of the file are; save all of it in one encoding"
                )
                value = _cell_that_is_not_utf_8(line)
                self._findings.add(number, f"{message}: {SAVE_AS}.", value=value, kind=ENCODING)
                bad.add(number)
            elif "\N{REPLACEMENT CHARACTER}" in text:
                byte = line[text.index("\N{REPLACEMENT CHARACTER}")]
                message = f"the byte 0x{byte:02X} is neither UTF-8 nor Windows text (cp1252)"
                self._findings.add(number, f"{message}; {SAVE_AS}.", kind=ENCODING)
                bad.add(number)
            yield text


def _is_utf_16(start: bytes) -> bool:
    """Whether a file starts with a mark of UTF-16, or every other byte of its start is NUL."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    return len(start) >= 8 and (not any(start[1::2]) or not any(start[0::2]))


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _cell_that_is_not_utf_8(line: bytes) -> str:
    """The first such cell alone: the rest of the line may be nobody else's business."""
    cell = next(cell for cell in line.split(b",") if not _is_utf_8(cell))
    return cell.decode("cp1252", "replace").strip()


_FEW = 4  # pieces that are read sooner than a thread is of use


def ahead(items: Iterator[_Item]) -> Iterator[_Item]:
    """The same items; of many, a thread makes the next one while one is looked at."""
    yield from islice(items, _FEW)
    if (item := next(items, None)) is None:
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1, "read-ahead") as thread:
        while item is not None:
            try:
                following = thread.submit(next, items, None)
            except RuntimeError:  # no thread may be started
                yield item
                yield from items
                return
            yield item
            item = following.result()


# ---- line ends: LF, CR LF or CR, as Python's csv has them


def _number_of_lines(content: bytes) -> int:
    number = content.count(b"\n")
    if b"\r" in content:
        number += content.count(b"\r") - content.count(b"\r\n")
    return number + (not content.endswith((b"\n", b"\r")))  # the file's last line


def _first_line_end(lines: bytes) -> int:
    """Where the second line starts; 0 where that cannot be seen yet."""
    end = lines.find(b"\n") + 1
    cr = lines.find(b"\r", 0, end or len(lines)) + 1
    if not cr or cr == end - 1:
        return end
    return cr if cr < len(lines) else 0


def _last_line_end(lines: bytes) -> int:
    """Where the last line starts that may be broken off; a CR may wait for its LF."""
    return max(lines.rfind(b"\n") + 1, lines.rfind(b"\r", 0, len(lines) - 1) + 1)
