"""The structure tree of a tagged PDF (ISO 32000-1, 14.7), built while its pages are drawn.

Element         a node of the tree; it is added when it is first drawn
StructureTree   elements, the marks on each page, the parent tree
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFString


@dataclass(eq=False)
class Element:
    """A structure element: a standard type of ISO 32000-1, 14.8.4, such as "P" or "Figure".

    Without a parent it belongs to the document, or to the part of it that is being drawn.
    `alternative` says in words what a Figure shows; `name` is the bookmark of a heading and the
    description of a Link; `numbered` is told of an L, and `scope` of a TH: "Column" or "Row", which
    it is the heading of; `language` is told where it is not the document's.
    """

    tag: str
    parent: Element | None = None
    alternative: str | None = None
    name: str | None = None
    numbered: bool = False
    scope: str | None = None
    language: str | None = None
    kids: list[Element | _Mark | _Annotation] = field(default_factory=list)
    box: tuple[float, ...] | None = None
    links: dict[tuple[int, str], Element] = field(default_factory=dict)
    number: int | None = None


@dataclass(frozen=True)
class _Mark:
    """A marked-content sequence: the index of its page, and the identifier on it."""

    page: int
    mcid: int


@dataclass(frozen=True)
class _Annotation:
    """The place of a link or of a field on a page."""

    page: int
    reference: Any


_HIGHEST_KEY = 1_000_000  # of the parent tree: pages count up from 0, annotations down from here


class StructureTree:
    """The tree of a document whose pages are drawn one after another."""

    def __init__(self) -> None:
        self._document = self._part = Element("Document", number=0)
        self._elements = [self._document]
        self._pages: list[list[Element]] = [[]]  # to which element each mark belongs
        self._annotations: list[Element] = []

    def begin_part(self, part: Element | None) -> None:
        """What is added from here on and lies in no other element lies in a new part; or in none.

        The part itself lies in the document.
        """
        self._part = self._document
        if part is not None:
            part.parent, self._part = self._document, part

    def add(self, element: Element) -> Iterator[Element]:
        """Adds an element, and before it those that it lies in, as far as they are new: these."""
        if element.number is None:
            element.parent = parent = element.parent or self._part
            yield from self.add(parent)
            parent.kids.append(element)
            element.number = len(self._elements)
            self._elements.append(element)
            yield element

    def mark(self, element: Element) -> int:
        """The identifier of the next marked-content sequence of this page, the element's."""
        marks = self._pages[-1]
        element.kids.append(_Mark(len(self._pages) - 1, len(marks)))
        marks.append(element)
        return len(marks) - 1

    def annotation_key(self, element: Element) -> int:
        """The key in the parent tree of an annotation that the element holds."""
        self._annotations.append(element)
        return _HIGHEST_KEY - len(self._annotations)

    def hold(self, element: Element, annotation: Any) -> None:
        """Puts a reference to an annotation of this page into the element."""
        element.kids.append(_Annotation(len(self._pages) - 1, annotation))

    def end_page(self) -> int:
        """The key in the parent tree of the page that ends."""
        self._pages.append([])
        return len(self._pages) - 2

    def write(self, document: Any, pages: Sequence[Any]) -> PDFDictionary:
        """Adds the tree to a document of ReportLab's; its root.

        Each element is added ready written, as objects are numbered in the order in which they are
        added: to write dictionaries within dictionaries takes ReportLab many times as long.
        """
        first = document.objectcounter + 1
        named = {
            element: b"%d 0 R" % number for number, element in enumerate(self._elements, first)
        }
        root_named = b"%d 0 R" % (first + len(self._elements) + 1)
        page_references = [document.Reference(page).format(document) for page in pages]
        for element in self._elements:
            kids = [_kid(kid, named, page_references, document) for kid in element.kids]
            parent = root_named if element.parent is None else named[element.parent]
            written = b"<<\n%b/K %b /P %b /S /%b /Type /StructElem\n>>" % (
                _attributes(element, document),
                PDFArray(kids).format(document),
                parent,
                element.tag.encode(),
            )
            document.Reference(written, f"Element{element.number}")
        numbers: list[Any] = []
        for key, marks in enumerate(self._pages[:-1]):
            numbers += [key, PDFArray([named[element] for element in marks])]
        for index in range(len(self._annotations) - 1, -1, -1):
            numbers += [_HIGHEST_KEY - index - 1, named[self._annotations[index]]]
        tree = {
            "Type": PDFName("StructTreeRoot"),
            "K": PDFArray([named[self._document]]),
            "ParentTree": document.Reference(PDFDictionary({"Nums": PDFArray(numbers)})),
            "ParentTreeNextKey": _HIGHEST_KEY,
        }
        root = PDFDictionary(tree)
        document.Reference(root)
        return root


def _kid(
    kid: Element | _Mark | _Annotation,
    named: dict[Element, bytes],
    pages: Sequence[bytes],
    document: Any,
) -> bytes:
    match kid:
        case Element():
            return named[kid]
        case _Mark(page, mcid):
            return b"<<\n/MCID %d /Pg %b /Type /MCR\n>>" % (mcid, pages[page])
        case _Annotation(page, reference):
            held = reference.format(document)
            return b"<<\n/Obj %b /Pg %b /Type /OBJR\n>>" % (held, pages[page])


def _attributes(element: Element, document: Any) -> bytes:
    """What a Figure, an L, a TH or words in another language have before their kids."""
    written = b""
    if element.box is not None:
        box = PDFArray([round(coordinate, 2) for coordinate in element.box])
        written += b"/A <<\n/BBox %b /O /Layout\n>> " % box.format(document)
    if element.tag == "L":
        numbering = b"Decimal" if element.numbered else b"Disc"
        written += b"/A <<\n/ListNumbering /%b /O /List\n>> " % numbering
    if element.scope is not None:
        written += b"/A <<\n/O /Table /Scope /%b\n>> " % element.scope.encode()
    if element.language is not None:
        written += b"/Lang %b " % PDFString(element.language).format(document)
    if element.alternative is not None:
        written += b"/Alt %b " % PDFString(element.alternative).format(document)
    return written
