"""What we change in ReportLab 5.1, for each change why, and what would make it needless.

The package imports this before anything of ReportLab; it changes ReportLab for the whole process.
"""

from __future__ import annotations

import os
import sys
import time
from functools import lru_cache
from types import ModuleType
from typing import Any

# ---- 1. What ReportLab takes from the environment
#
# For: a letter's bytes depend on the letter alone. ReportLab takes settings from variables RL_…,
# from two modules and from a file in the home folder. Needless: once it can be told to take none.
_MODULES = ("reportlab.local_rl_settings", "reportlab_settings")  # the second hides the file
_variables = {name: os.environ.pop(name) for name in [*os.environ] if name.startswith("RL_")}
sys.modules.update({name: ModuleType(name) for name in _MODULES})
try:
    import reportlab.rl_config
finally:
    os.environ.update(_variables)
    for _name in _MODULES:
        del sys.modules[_name]

# ruff: noqa: E402  # with its own settings from here on
from reportlab.lib.utils import TimeStamp
from reportlab.pdfbase import pdfdoc, ttfonts
from reportlab.pdfbase.pdfdoc import PDFStream
from reportlab.pdfgen import canvas as pdfcanvas
from reportlab.pdfgen import pathobject, textobject


class _FixedMoment(TimeStamp):
    """The same moment always.

    For: the same bytes whatever SOURCE_DATE_EPOCH says, which ReportLab's own looks at even where
    a document is said to be invariant. Needless: once `invariant` wins over it.
    """

    def __init__(self, invariant: object = None) -> None:  # ReportLab's own argument
        self.t, self.lt, self.tzname = 0.0, time.gmtime(0), "UTC"
        self.YMDhms, self.dhh, self.dmm = tuple(self.lt)[:6], 0, 0


pdfdoc.TimeStamp = _FixedMoment


# ---- 2. What ReportLab writes that the standards refuse

_format_stream_of_reportlab = PDFStream.format


def _format_stream(self: PDFStream, document: Any) -> bytes:
    """A stream with an end of line before "endstream" (ISO 19005-3, 6.1.7.1).

    It is a carriage return and a line feed: data that end in a carriage return would make a line
    feed alone look like half of theirs. Needless: once PDFStream.format writes one itself
    (5.1 does not).
    """
    written = _format_stream_of_reportlab(self, document)
    return written.removesuffix(b"endstream\n") + b"\r\nendstream\n"


def _to_unicode(font_name: str, subset: list[int]) -> str:
    """A ToUnicode map of those codes only that are in use (ISO 14289-1, 7.21.7).

    ReportLab 5.1 maps an unused code to U+0000, which is not allowed. Needless: once
    ttfonts.makeToUnicodeCMap leaves unused codes out.
    """
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


PDFStream.format = _format_stream  # type: ignore[method-assign]
ttfonts.makeToUnicodeCMap = _to_unicode  # type: ignore[assignment]


# ---- 3. What ReportLab works out again and again, though it is the same
#
# For: speed alone; without these lines the bytes are the same. Each is needless once it no longer
# saves time: try a run of plain letters without it.

# Streams stand in the file as they are: as text in base 85, ReportLab's default, they would be a
# quarter larger, and take a third of the time. (This one changes the bytes.)
reportlab.rl_config.useA85 = 0

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
# Fonts, the colour profile and long stretches of text are the same in many letters.
pdfdoc.PDFZCompress.encode = lru_cache(maxsize=32)(pdfdoc.PDFZCompress.encode)  # type: ignore[method-assign]


class Face(ttfonts.TTFont):
    """A face of a font that does its work once, and is named alike in every file.

    A word is measured once; the part of the face that a file holds has all of printable ASCII, and
    is made once for all files that hold the same part. Needless: once ReportLab keeps subsets from
    one document to the next, and names a font whichever others the document has (5.1 numbers fonts
    in the order of their first use).
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
        """The name of a subset in the file: the face's own name, and the subset's number."""
        state: Any = self._assignState(document)
        if state.internalName is None:
            state.internalName = self.fontName
            document.fontMapping[self.fontName] = f"/{self.fontName}"
            document.delayedFonts.append(self)
        name: str = super().getSubsetInternalName(subset, document)
        return name
