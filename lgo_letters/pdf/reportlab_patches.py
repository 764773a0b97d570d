"""What ReportLab 5 writes otherwise than the standards want, or works out again and again: mended.

Importing this changes it for the whole process; what it writes stays the same but for what is said.
"""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any

from . import reportlab_settings  # noqa: F401  # before anything of ReportLab

# isort: split
from reportlab.lib.utils import TimeStamp
from reportlab.pdfbase import pdfdoc, ttfonts
from reportlab.pdfbase.pdfdoc import PDFStream
from reportlab.pdfgen import canvas as pdfcanvas
from reportlab.pdfgen import pathobject, textobject


class Face(ttfonts.TTFont):
    """A face that measures a word once, and has a name in a file whichever others the file has.

    It holds all of printable ASCII; what a file holds of it is made once for all files alike.
    """

    def __init__(self, name: str, file: str) -> None:
        super().__init__(name, file)
        self.stringWidth = lru_cache(maxsize=1024)(self.stringWidth)  # type: ignore[method-assign]
        make = lru_cache(maxsize=8)(self.face.makeSubset)
        self.face.makeSubset = lambda subset: make(tuple(subset))  # type: ignore[method-assign]

    def splitString(self, text: str, doc: Any, encoding: str = "utf-8") -> list[tuple[int, bytes]]:
        """Pieces of the text by the subset they are in; printable ASCII stands for itself."""
        if text.isascii() and text.isprintable() and text:
            return [(0, text.encode())]
        pieces: list[tuple[int, bytes]] = super().splitString(text, doc, encoding)
        return pieces

    def getSubsetInternalName(self, subset: int, document: Any) -> str:
        """The name of a subset of it: the face's in our house, and the subset's number."""
        state: Any = self._assignState(document)
        if state.internalName is None:
            state.internalName = self.fontName
            document.fontMapping[self.fontName] = f"/{self.fontName}"
            document.delayedFonts.append(self)
        name: str = super().getSubsetInternalName(subset, document)
        return name


# ---- what ReportLab takes from the environment


class _NoMoment(TimeStamp):
    """The same moment always; ReportLab's own looks at SOURCE_DATE_EPOCH first."""

    def __init__(self, invariant: object = None) -> None:  # ReportLab's own argument
        self.t, self.lt, self.tzname = 0.0, time.gmtime(0), "UTC"
        self.YMDhms, self.dhh, self.dmm = tuple(self.lt)[:6], 0, 0


pdfdoc.TimeStamp = _NoMoment


# ---- what ReportLab writes that the standards refuse


def _format_stream(self: PDFStream, document: Any) -> bytes:
    """With an end of line before "endstream" (ISO 19005-3, 6.1.7.1).

    It is a carriage return and a line feed: data that end in a carriage return would make a line
    feed alone look like half of theirs.
    """
    written = _format_stream_as_it_was(self, document)
    return written.removesuffix(b"endstream\n") + b"\r\nendstream\n"


def _to_unicode(font_name: str, subset: list[int]) -> str:
    """A ToUnicode map of the codes in use alone: an unused one is no U+0000 (14289-1, 7.21.7)."""
    used = [(code, character) for code, character in enumerate(subset) if character]
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        f"/CIDSystemInfo << /Registry ({font_name}) /Ordering ({font_name}) /Supplement 0 >> def",
        f"/CMapName /{font_name} def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<00> <FF>",
        "endcodespacerange",
    ]
    for start in range(0, len(used), 100):  # at most a hundred in a block (ISO 32000-1, 9.10.3)
        block = used[start : start + 100]
        lines.append(f"{len(block)} beginbfchar")
        lines += [
            f"<{code:02X}> <{chr(character).encode('utf-16-be').hex().upper()}>"
            for code, character in block
        ]
        lines.append("endbfchar")
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines)


_format_stream_as_it_was = PDFStream.format
PDFStream.format = _format_stream  # type: ignore[method-assign]
ttfonts.makeToUnicodeCMap = _to_unicode  # type: ignore[assignment]


# ---- what ReportLab works out again and again


_number = lru_cache(maxsize=1024)(pdfdoc.fp_str)


def _numbers(*numbers: Any) -> str:
    """Numbers, or one sequence of them, as they are written."""
    if len(numbers) == 1 and isinstance(numbers[0], list | tuple):
        numbers = tuple(numbers[0])
    return " ".join(map(_number, numbers))


for _module in (pdfcanvas, pathobject, pdfdoc, textobject):
    _module.fp_str = _numbers
pdfdoc.PDFName = lru_cache(maxsize=1024)(pdfdoc.PDFName)
pdfcanvas.escapePDF = pdfdoc.escapePDF = lru_cache(maxsize=1024)(pdfdoc.escapePDF)
# Fonts and the colour profile are the same in many letters: each is compressed once.
pdfdoc.PDFZCompress.encode = lru_cache(maxsize=32)(pdfdoc.PDFZCompress.encode)  # type: ignore[method-assign]
