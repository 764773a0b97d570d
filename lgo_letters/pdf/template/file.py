"""A letter's file as its own structure shows it: objects, elements, the streams of its pages.

It reads what `typeset` writes and no other PDF; what it does not find raises DoesNotFit.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from .slots import DoesNotFit

ENTRY = b"%010d 00000 n \n"
"""A line of the cross-reference table (ISO 32000-1, 7.5.4)."""
_ENTRY = re.compile(rb"(\d{10}) 00000 n \n")
_KIDS = re.compile(rb"/K (\[[^\[\]()]*\]) /P \d+ 0 R /S /(\w+) /Type /StructElem\n>>\nendobj\n$")
_MARK = re.compile(rb"/MCID (\d+) /Pg (\d+) 0 R")
_REFERENCE = re.compile(rb"(\d+) 0 R")
_LENGTH = re.compile(rb"(?<=/Length )\d+")


@dataclass(frozen=True, slots=True)
class Element:
    """A structure element: the number of its object, its tag, and its kids as they are written."""

    number: int
    tag: str
    kids: bytes


class PdfFile:
    """The objects of a letter's file, by their numbers from 1."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.table = content.rindex(b"\nxref\n") + 1
        """Where the cross-reference table stands."""
        table = content[self.table :]
        self.offsets = [int(offset) for offset in _ENTRY.findall(table)]
        self.head = table[: table.index(ENTRY % self.offsets[0])]
        """What stands in the table before the first object's entry."""
        self.trailer = table[table.index(b"trailer\n") :]
        self._ends = [*self.offsets[1:], self.table]

    def object(self, number: int) -> bytes:
        """The object of that number, from "1 0 obj" on."""
        return self._content[self.offsets[number - 1] : self._ends[number - 1]]

    def reference(self, number: int, key: bytes) -> int:
        """The number of the object that another names under a key."""
        return _first(rb"/%b (\d+) 0 R" % key, self.object(number))

    @cached_property
    def root(self) -> int:
        """The number of the catalog."""
        return _first(rb"/Root (\d+) 0 R", self.trailer)

    @cached_property
    def information(self) -> int:
        """The number of the document information."""
        return _first(rb"/Info (\d+) 0 R", self.trailer)

    @cached_property
    def metadata(self) -> int:
        """The number of the XMP."""
        return self.reference(self.root, b"Metadata")

    def elements(self) -> list[Element]:
        """The elements within the Document, in the order in which they are read."""
        tree = self.reference(self.root, b"StructTreeRoot")
        document = self._element(_first(rb"/K \[ (\d+) 0 R \]", self.object(tree)))
        return self.kids(document)

    def kids(self, element: Element) -> list[Element]:
        """The elements within one."""
        return [self._element(int(number)) for number in _REFERENCE.findall(element.kids)]

    def _element(self, number: int) -> Element:
        found = _KIDS.search(self.object(number))
        if found is None:
            raise DoesNotFit
        return Element(number, found[2].decode(), found[1])

    def mark(self, element: Element) -> tuple[int, int]:
        """The object of the page on which an element is marked, and the mark's number there."""
        match _MARK.findall(element.kids):
            case [(mcid, page)]:
                return int(page), int(mcid)
            case _:
                raise DoesNotFit

    def pages(self) -> list[int]:
        """The numbers of the pages, in their order."""
        pages = self.object(self.reference(self.root, b"Pages"))
        return [int(number) for number in _REFERENCE.findall(_between(pages, b"/Kids [", b"]"))]

    def streams(self, page: int) -> list[int]:
        """The numbers of the streams of a page's content."""
        contents = self.object(self.reference(page, b"Contents"))
        return [int(number) for number in _REFERENCE.findall(_between(contents, b"[", b"]"))]

    def code(self, stream: int) -> str:
        """What a stream of a page's content holds."""
        _, data, _ = split_stream(self.object(stream))
        return zlib.decompress(data).decode()

    def without(self, numbers: Sequence[int]) -> list[bytes]:
        """What stands before the first of some objects, between it and the second, and so on."""
        starts = [0, *(self._ends[number - 1] for number in numbers)]
        ends = [*(self.offsets[number - 1] for number in numbers), self.table]
        return [self._content[start:end] for start, end in zip(starts, ends, strict=True)]


def _first(pattern: bytes, content: bytes) -> int:
    found = re.search(pattern, content)
    if found is None:
        raise DoesNotFit
    return int(found[1])


def _between(content: bytes, before: bytes, after: bytes) -> bytes:
    return content.partition(before)[2].partition(after)[0]


def split_once(content: bytes, where: bytes) -> tuple[bytes, bytes]:
    """What stands before and after bytes that stand there once; raises DoesNotFit otherwise."""
    match content.split(where):
        case [before, after]:
            return before, after
        case _:
            raise DoesNotFit


def split_stream(content: bytes) -> tuple[bytes, bytes, bytes]:
    """The object of a stream: its dictionary, its data, and what follows them."""
    head, _, rest = content.partition(b"\nstream\n")
    end = rest.rindex(b"\r\nendstream\n")
    return head, rest[:end], rest[end:]


def with_data(content: bytes) -> Callable[[bytes], bytes]:
    """The object of a stream with other data in it."""
    head, _, end = split_stream(content)
    before, after = _LENGTH.split(head, 1)
    return lambda data: b"%b%d%b\nstream\n%b%b" % (before, len(data), after, data, end)
