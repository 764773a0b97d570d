"""The structure tree of a tagged PDF (ISO 32000-1, 14.7), built while its pages are drawn.

An element is added when it is first drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFObjectReference, PDFString

_ROOT = PDFObjectReference("StructTreeRoot")


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
    kids: list[Element | PDFDictionary] = field(default_factory=list)
    box: tuple[float, ...] | None = None
    links: dict[tuple[int, str], Element] = field(default_factory=dict)
    number: int | None = None

    @property
    def reference(self) -> PDFObjectReference:
        """A reference to it as an object of the file."""
        return PDFObjectReference(f"Element{self.number}")

    def dictionary(self) -> PDFDictionary:
        """The element as an object of the file."""
        entries = {
            "Type": PDFName("StructElem"),
            "S": PDFName(self.tag),
            "P": _ROOT if self.parent is None else self.parent.reference,
            "K": PDFArray(
                [kid.reference if isinstance(kid, Element) else kid for kid in self.kids]
            ),
        }
        if self.box is not None:
            box = PDFArray([round(coordinate, 2) for coordinate in self.box])
            entries["A"] = PDFDictionary({"O": PDFName("Layout"), "BBox": box})
        if self.tag == "L":
            numbering = PDFName("Decimal" if self.numbered else "Disc")
            entries["A"] = PDFDictionary({"O": PDFName("List"), "ListNumbering": numbering})
        if self.alternative is not None:
            entries["Alt"] = PDFString(self.alternative)
        return PDFDictionary(entries)


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
            element.parent = element.parent or self._document
            yield from self.add(element.parent)
            element.parent.kids.append(element)
            element.number = len(self._elements)
            self._elements.append(element)
            yield element

    def mark(self, element: Element, page: PDFObjectReference) -> int:
        """The identifier of the next marked-content sequence of this page, the element's."""
        marks = self._pages[-1]
        mark = {"MCID": len(marks), "Pg": page, "Type": PDFName("MCR")}
        element.kids.append(PDFDictionary(mark))
        marks.append(element)
        return len(marks) - 1

    def annotation_key(self, element: Element) -> int:
        """The key in the parent tree of an annotation that the element holds."""
        self._annotations.append(element)
        return _HIGHEST_KEY - len(self._annotations)

    def hold(self, element: Element, annotation: Any, page: PDFObjectReference) -> None:
        """Puts a reference to an annotation of this page into the element."""
        held = {"Obj": annotation, "Pg": page, "Type": PDFName("OBJR")}
        element.kids.append(PDFDictionary(held))

    def end_page(self) -> int:
        """The key in the parent tree of the page that ends."""
        self._pages.append([])
        return len(self._pages) - 2

    def write(self, document: Any) -> PDFObjectReference:
        """Adds the tree to a document of ReportLab's, and returns a reference to its root."""
        for element in self._elements:
            document.Reference(element.dictionary(), element.reference.name)
        numbers: list[Any] = []
        for key, marks in enumerate(self._pages[:-1]):
            numbers += [key, PDFArray([element.reference for element in marks])]
        for index, element in reversed([*enumerate(self._annotations, start=1)]):
            numbers += [_HIGHEST_KEY - index, element.reference]
        tree = {
            "Type": PDFName("StructTreeRoot"),
            "K": PDFArray([self._document.reference]),
            "ParentTree": document.Reference(PDFDictionary({"Nums": PDFArray(numbers)})),
            "ParentTreeNextKey": _HIGHEST_KEY,
        }
        document.Reference(PDFDictionary(tree), _ROOT.name)
        return _ROOT
