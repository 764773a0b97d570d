"""A file as people save it → its digest and its lines of text; what is not text, as problems."""

from __future__ import annotations

import codecs
import hashlib
import io
import re
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .given_file import GivenFile
from .problems import ENCODING, NUL, ProblemLog

SAVE_AS = 'in Excel, choose "Save As" and the type "CSV UTF-8 (Comma delimited)"'
_PIECE = 1 << 16  # bytes looked at together: few enough to stay near the processor meanwhile
_MARK = b"\xef\xbb\xbf"
_HEAD = 12  # bytes; a workbook, a picture and most that is not text has a NUL among them


class TextFile:
    """A file that is looked through once for what it is, and may then be read line by line.

    `lines_by_lf` is how many lines there are if each ends by LF; `last_bad` is the last line given
    out so far that is not text, and a problem; `read_once` are the bytes of a pipe. Raises
    UsageError where the file cannot be read.
    """

    def __init__(self, path: Path, problems: ProblemLog) -> None:
        self.path, self._problems = path, problems
        self.last_bad = 0
        self._start = b""
        self._has_nul = False
        self._is_utf_8 = self._has_plain_quotes = True
        self._utf_16: str | None = None  # Python's name of it, if the file is that
        self._has_utf_8 = False  # a mark of it, or any beyond ASCII
        self.read_once: bytes | None = None
        self._file = GivenFile(path)
        self.check_unchanged = self._file.check_unchanged
        with self._file.reading():
            if not self._file.is_regular:
                self.read_once = path.read_bytes()  # a pipe cannot be read twice
            self._look_through()

    @property
    def is_plain(self) -> bool:
        """Whether another reader may open the file, and finds nothing that can be read two ways.

        It is then UTF-8 without a NUL; all its lines end by LF, or all by CR LF; quotation marks
        stand round whole cells only, with none and no line end between them.
        """
        is_plain_text = self._is_utf_8 and not self._has_nul and self._has_like_ends
        return self.read_once is None and is_plain_text and self._has_plain_quotes

    @property
    def notice(self) -> str | None:
        """What a person should know of the encoding, once all lines have been read."""
        if self._utf_16 is not None:
            return f"{self.path.name} is not UTF-8; all of it was read as Unicode text (UTF-16)."
        if self._encoding != "cp1252" or self.last_bad:
            return None
        return f"{self.path.name} is not UTF-8; all of it was read as Windows text (cp1252)."

    def is_text(self) -> bool:
        """Whether lines may be read; if not, why is a problem."""
        if self._utf_16 is None and b"\0" in self._start:
            # Each of its lines would be a problem.
            self._problems.add(1, f"the file is not text; if it is a table, {SAVE_AS}.")
            return False
        return True

    def lines(self) -> Generator[str, None, None]:
        """Every line with its end, by LF, CR LF or CR; one that is not text is a problem."""
        is_text = self._is_utf_8 and not self._has_nul
        # As Latin-1 every byte is a character, and no other character ends a line.
        encoding = self._utf_16 or ("utf-8-sig" if is_text else "latin-1")
        with (
            self._file.reading(),
            self._open() as file,
            io.TextIOWrapper(file, encoding, "replace", newline="") as lines,
        ):
            if is_text:
                yield from lines
            elif self._utf_16 is not None:
                for number, line in enumerate(lines, start=1):
                    if "\0" in line or "\N{REPLACEMENT CHARACTER}" in line:
                        message = "the line is not text throughout, as UTF-16 or otherwise;"
                        self._wrong(number, f"{message} {SAVE_AS}.", ENCODING)
                    yield line
            else:
                for number, line in enumerate(lines, start=1):
                    yield self._decoded(number, line.encode("latin-1"))

    # ---- one look at all bytes

    def _open(self) -> io.BufferedReader | io.BytesIO:
        if self.read_once is None:
            return self.path.open("rb")
        return io.BytesIO(self.read_once)

    def _look_through(self) -> None:
        """Looks at all bytes, while a thread takes the digest, which needs no lock of Python's."""
        with ThreadPoolExecutor(1) as thread:
            try:
                digest: Callable[[], str] = thread.submit(self._digest).result
            except RuntimeError:  # no thread may be started
                digest = self._digest
            self._look()
            self.sha256 = digest()

    def _digest(self) -> str:
        with self._open() as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def _look(self) -> None:
        lfs = crs = crlfs = 0
        piece = last = b""
        with self._open() as file:
            # Whole lines: no character, pair of quotation marks or CR LF is cut in two.
            while piece := file.read(_PIECE) + file.readline():
                if not self._start:
                    self._start = piece[:_HEAD]
                    self._utf_16 = _utf_16(self._start)
                    self._has_utf_8 = piece.startswith(_MARK)
                    piece = piece.removeprefix(_MARK)
                lfs += len(piece) - len(piece.replace(b"\n", b""))  # in half the time of count
                if b"\r" in piece:
                    crs, crlfs = crs + piece.count(b"\r"), crlfs + piece.count(b"\r\n")
                self._has_nul = self._has_nul or b"\0" in piece
                self._has_plain_quotes = self._has_plain_quotes and _has_plain_quotes(piece)
                if not piece.isascii():
                    self._look_at_encoding(piece)
                last = piece[-1:]
        self.lines_by_lf = lfs + (last != b"\n")
        self._has_like_ends = crs == crlfs and crs in (0, lfs)

    def _look_at_encoding(self, piece: bytes) -> None:
        try:
            piece.decode("utf-8")
        except UnicodeDecodeError:
            self._is_utf_8 = False
            if piece.decode("utf-8", "ignore").isascii():
                return
        self._has_utf_8 = True

    # ---- lines of which some are not text

    @property
    def _encoding(self) -> str:
        """That of a whole file; one that is not UTF-8 is cp1252 only if no part of it is UTF-8."""
        return "utf-8" if self._is_utf_8 or self._has_utf_8 else "cp1252"

    def _decoded(self, number: int, line: bytes) -> str:
        """The line's text; where it is not text, a substitute and a problem."""
        if number == 1:
            line = line.removeprefix(_MARK)
        if b"\0" in line:
            message = "the line holds a NUL byte, so this is not text; if it is a table, "
            self._wrong(number, f"{message}{SAVE_AS}.", NUL)
        try:
            return line.decode(self._encoding)
        except UnicodeDecodeError as error:
            value = None
            message = (
                f"the byte 0x{line[error.start]:02X} is neither UTF-8 nor Windows text (cp1252);"
            )
            if self._has_utf_8:
                value = _cell_that_is_not_utf_8(line)
                message = (
                    "is not UTF-8 but other parts of the file are; save all of it in one encoding:"
                )
            self._wrong(number, f"{message} {SAVE_AS}.", ENCODING, value)
            return line.decode("cp1252", "replace")

    def _wrong(self, number: int, message: str, rank: int, value: str | None = None) -> None:
        self._problems.add(number, message, value=value, rank=rank)
        self.last_bad = number


def _has_plain_quotes(lines: bytes) -> bool:
    """Whether quotation marks stand in pairs round whole cells, with no line end between them."""
    end = -1
    while (start := lines.find(b'"', end + 1)) >= 0:
        end = lines.find(b'"', start + 1)
        if (
            end < 0
            or lines[start - 1 : start] not in (b"", b",", b"\n")  # b"" before the first byte
            or lines[end + 1 : end + 2] not in (b"", b",", b"\n", b"\r")
            or lines.find(b"\n", start, end) >= 0
        ):
            return False
    return True


def _utf_16(start: bytes) -> str | None:
    """Python's name for it, if the file starts with a mark or every other byte there is NUL."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if len(start) < _HEAD or any(start[1:_HEAD:2]) == any(start[:_HEAD:2]):
        return None
    return "utf-16-be" if any(start[1:_HEAD:2]) else "utf-16-le"


def _cell_that_is_not_utf_8(line: bytes) -> str:
    """The first such cell alone: the rest of the line may be nobody else's business."""
    cells = (
        cell for cell in re.split(b"[,;\t]", line) if "\ufffd" in cell.decode("utf-8", "replace")
    )
    return next(cells).decode("cp1252", "replace").strip()
