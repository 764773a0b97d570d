"""The structure tree of a tagged PDF (ISO 32000-1, 14.7), built while its pages are drawn.

Element         a node of the tree; it is added when it is first drawn
StructureTree   elements, the marks on each page, the parent tree
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from reportlab.pdfbase.pdfdoc import (
    PDFArray,
    PDFDictionary,
    PDFName,
    PDFObjectReference,
    PDFString,
)


@dataclass(eq=False)
class Element:
    """A structure element: a standard type of ISO 32000-1, 14.8.4, such as "P" or "Figure".

    Without a parent it belongs to the document. `alternative` says in words what a Figure shows;
    `name` is the bookmark of a heading and the description of a Link; `numbered` is told of an L.
    """

    tag: str
    parent: Element | None = None
    alternative: str | None = None
    name: str | None = None
    numbered: bool = False
    kids: list[Element | _Mark | _Annotation] = field(default_factory=list)
    box: tuple[float, ...] | None = None
    links: dict[tuple[int, str], Element] = field(default_factory=dict)
    number: int | None = None

    @property
    def object_name(self) -> str:
        """By which the document knows the element's object."""
        return f"Element{self.number}"


@dataclass(frozen=True)
class _Mark:
    """A marked-content sequence: the page's place among the pages, and the identifier on it."""

    page: int
    mcid: int


@dataclass(frozen=True)
class _Annotation:
    """The place of a link or of a field on a page."""

    page: int
    reference: Any


_ROOT = "StructTreeRoot"
_HIGHEST_KEY = 1_000_000  # of the parent tree: pages count up from 0, annotations down from here


class StructureTree:
    """The tree of a document whose pages are drawn one after another."""

    def __init__(self) -> None:
        self._document = Element("Document", number=0)
        self._elements = [self._document]
        self._pages: list[list[Element]] = [[]]  # to which element each mark belongs
        self._annotations: list[Element] = []

    def add(self, element: Element) -> Iterator[Element]:
        """Adds an element, and before it those that it lies in, as far as they are new: these."""
        if element.number is None:
            parent = element.parent or self._document
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
        """Adds the tree to a document of ReportLab's; its root."""
        for element in self._elements:
            document.Reference(self._dictionary(element, document, pages), element.object_name)
        numbers: list[Any] = []
        for key, marks in enumerate(self._pages[:-1]):
            numbers += [key, PDFArray([_reference(element) for element in marks])]
        for place in range(len(self._annotations) - 1, -1, -1):
            numbers += [_HIGHEST_KEY - place - 1, _reference(self._annotations[place])]
        tree = {
            "Type": PDFName("StructTreeRoot"),
            "K": PDFArray([_reference(self._document)]),
            "ParentTree": document.Reference(PDFDictionary({"Nums": PDFArray(numbers)})),
            "ParentTreeNextKey": _HIGHEST_KEY,
        }
        root = PDFDictionary(tree)
        document.Reference(root, _ROOT)
        return root

    def _dictionary(self, element: Element, document: Any, pages: Sequence[Any]) -> PDFDictionary:
        parent = PDFObjectReference(_ROOT)
        if element is not self._document:
            parent = _reference(element.parent or self._document)
        described = {
            "Type": PDFName("StructElem"),
            "S": PDFName(element.tag),
            "P": parent,
            "K": PDFArray([_kid(kid, document, pages) for kid in element.kids]),
        }
        if element.alternative is not None:
            described["Alt"] = PDFString(element.alternative)
        if element.box is not None:
            box = PDFArray([round(each, 2) for each in element.box])
            described["A"] = PDFDictionary({"O": PDFName("Layout"), "BBox": box})
        if element.tag == "L":
            numbering = PDFName("Decimal" if element.numbered else "Disc")
            described["A"] = PDFDictionary({"O": PDFName("List"), "ListNumbering": numbering})
        return PDFDictionary(described)


def _kid(kid: Element | _Mark | _Annotation, document: Any, pages: Sequence[Any]) -> Any:
    if isinstance(kid, Element):
        return _reference(kid)
    page = document.Reference(pages[kid.page])
    if isinstance(kid, _Mark):
        mark = {"Type": PDFName("MCR"), "Pg": page, "MCID": kid.mcid}
    else:
        mark = {"Type": PDFName("OBJR"), "Pg": page, "Obj": kid.reference}
    return PDFDictionary(mark)


def _reference(element: Element) -> Any:
    return PDFObjectReference(element.object_name)
