"""A letter's file as its own structure shows it: objects, elements, the streams of its pages.

It reads what `typeset` writes and no other PDF; where it finds something else it raises DoesNotFit.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lgo_letters.pdf.embedded import EMBEDDED_FILE

from .slots import DoesNotFit

ENTRY = b"%010d 00000 n \n"
"""A line of the cross-reference table (ISO 32000-1, 7.5.4)."""
_ENTRY = re.compile(rb"(\d{10}) 00000 n \n")
_ELEMENT = re.compile(rb"/K (\[[^]]*\]) /P (\d+) 0 R /S /(\w+) /Type /StructElem\n>>\nendobj\n$")
_HEADING = re.compile(r"H[1-6]")
_BOOKMARK = re.compile(rb"\d+ 0 obj\n<<\n(/Count \d+ )?/Dest \[")
_EMBEDDED_FILE = re.compile(rb"\d+ 0 obj\n<<\n" + re.escape(EMBEDDED_FILE))
_MARK = re.compile(rb"/MCID (\d+) /Pg (\d+) 0 R")
_CONTENTS = re.compile(rb"/Contents (\d+) 0 R .* /Type /Page\n", re.DOTALL)
_REFERENCE = re.compile(rb"(\d+) 0 R")
_LENGTH = re.compile(rb"(?<=/Length )\d+")


@dataclass(frozen=True, slots=True)
class Element:
    """A structure element: the numbers of its object and its parent's, its tag, its marks."""

    number: int
    parent: int
    tag: str
    marks: tuple[tuple[int, int], ...]
    """The number of a page's object, and a mark's number on that page."""


class PdfFile:
    """The objects of a letter's file, by their numbers from 1."""

    def __init__(self, content: bytes) -> None:
        self.table = content.rindex(b"\nxref\n") + 1
        """Where the cross-reference table stands."""
        table = content[self.table :]
        self.offsets = [int(offset) for offset in _ENTRY.findall(table)]
        self.head, _ = split_once(table, ENTRY % self.offsets[0])
        """What stands in the table before the entry of the first object."""
        self.trailer = table[table.index(b"trailer\n") :]
        ends = [*self.offsets[1:], self.table]
        self.objects = {
            number: content[start:end]
            for number, (start, end) in enumerate(zip(self.offsets, ends, strict=True), start=1)
        }

    def elements(self) -> list[Element]:
        """The structure elements in the order in which they are read, which is that of objects."""
        return [
            Element(
                number,
                int(found[2]),
                found[3].decode(),
                tuple((int(page), int(mcid)) for mcid, page in _MARK.findall(found[1])),
            )
            for number, content in self.objects.items()
            if (found := _ELEMENT.search(content))
        ]

    def bookmarks(self) -> dict[int, int]:
        """The numbers of the bookmarks by those of the headings, which are in the same order."""
        headings = (one.number for one in self.elements() if _HEADING.fullmatch(one.tag))
        numbers = (number for number, text in self.objects.items() if _BOOKMARK.match(text))
        return dict(zip(headings, numbers, strict=True))

    def embedded_files(self) -> list[int]:
        """The numbers of the streams that hold files, in the order of these."""
        return [number for number, text in self.objects.items() if _EMBEDDED_FILE.match(text)]

    def pages(self) -> Iterator[tuple[int, list[int]]]:
        """The numbers of the pages in their order, each with those of its content's streams."""
        for number, content in self.objects.items():
            if found := _CONTENTS.search(content):
                _, _, streams = self.objects[int(found[1])].partition(b"[")
                yield number, [int(stream) for stream in _REFERENCE.findall(streams)]

    def code(self, stream: int) -> str:
        """What a stream of a page's content holds."""
        _, data, _ = _split_stream(self.objects[stream])
        return zlib.decompress(data).decode()


def reference(pattern: bytes, content: bytes) -> int:
    """The number of the object to which a pattern refers."""
    if (found := re.search(pattern, content)) is None:
        raise DoesNotFit
    return int(found[1])


def split_once(content: bytes, where: bytes) -> tuple[bytes, bytes]:
    """What stands before and after bytes that stand there once; raises DoesNotFit otherwise."""
    match content.split(where):
        case [before, after]:
            return before, after
        case _:
            raise DoesNotFit


def _split_stream(content: bytes) -> tuple[bytes, bytes, bytes]:
    """The object of a stream: its dictionary, its data, and what follows them."""
    head, _, rest = content.partition(b"\nstream\n")
    end = rest.rindex(b"\r\nendstream\n")
    return head, rest[:end], rest[end:]


def with_data(content: bytes) -> Callable[[bytes], bytes]:
    """The object of a stream with other data in it."""
    head, _, end = _split_stream(content)
    before, after = _LENGTH.split(head, 1)
    return lambda data: b"%b%d%b\nstream\n%b%b" % (before, len(data), after, data, end)
