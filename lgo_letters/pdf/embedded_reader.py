"""PDF → a file that it carries, by pypdf, which bounds what a stream may unfold to.

PDFium does so at a gibibyte a filter: a PDF of 6 KB took it 13 s and 4 GB.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.errors import FileNotDecryptedError, LimitReachedError

_LARGEST = 50_000_000  # bytes; a letter has some hundred thousand
logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it would print what it puts up with


class UnreadableFileError(ValueError):
    """What is wrong with a PDF or a file in it, completing a sentence that starts with its name."""


def embedded_file(pdf: Path, name: str) -> bytes | None:
    """The first file of that name that a PDF carries; None if it carries none.

    Raises UnreadableFileError where it cannot be had, OSError where the PDF cannot be read.
    """
    if pdf.stat().st_size > _LARGEST:
        raise UnreadableFileError("holds more than any letter does; leave it out.")
    with pdf.open("rb") as stream:
        with _unreadable("is not a PDF that can be read; get the letter again."):
            files = [file for file in PdfReader(stream).attachment_list if file.name == name]
        if not files:
            return None
        with _unreadable(f"carries a {name} that cannot be read; get the letter again."):
            content = files[0].content
            checksum: Any = files[0].checksum
            if checksum is not None and _md5(content) != checksum.original_bytes:
                raise ValueError(checksum)  # pypdf leaves out what it cannot unfold
            return content


def _md5(content: bytes) -> bytes:
    return hashlib.md5(content, usedforsecurity=False).digest()


@contextlib.contextmanager
def _unreadable(message: str) -> Iterator[None]:
    """Turns pypdf's errors, and those of Python that it lets pass, into an UnreadableFileError."""
    try:
        yield
    except OSError:
        raise
    except LimitReachedError as error:
        raise UnreadableFileError("holds more than any letter does; leave it out.") from error
    except FileNotDecryptedError as error:
        raise UnreadableFileError("asks for a password; save it without one.") from error
    except Exception as error:
        raise UnreadableFileError(message) from error
