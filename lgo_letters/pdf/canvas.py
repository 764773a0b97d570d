"""A canvas that writes tagged PDF and PDF/A, on ReportLab's inside; made for ReportLab 5.

A letter is PDF/UA-1 (ISO 14289-1) and PDF/A-3a (ISO 19005-3) at once. The canvas hands out
marked-content identifiers while a page is painted, and the structure tree is written when the
file is saved: one pass, and reading order is drawing order. Whatever is painted outside a tag is
an artifact (ISO 14289-1, 7.1), so rules and page furniture need nothing.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfdoc
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream, PDFString
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject

from lgo_letters.letter.letter import Attachment

from .description import Description, xmp
from .embedded import embed
from .paragraphs import TaggedText, WordEnds
from .structure import Element, StructureTree

# The sRGB profile that LittleCMS makes ("No copyright, use freely"), the colour of PDF/A.
_PROFILE = Path(__file__).with_name("colour") / "sRGB.icc"
_HEADINGS = ("H1", "H2", "H3", "H4", "H5")
_PRINTED = 4  # /F of an annotation: shown on paper too (ISO 19005-3, 6.3.2)
_LOCKED = 128  # /F of an annotation: a viewer lets nobody move or delete it

SIGNATURE_FIELD = "Signature"
"""The name of the field that a digital signature fills."""


@dataclass(frozen=True, slots=True)
class Pixels:
    """A picture as a PDF holds it: compressed samples of 8 bits, line by line.

    `alpha` is None where nothing of the picture is transparent.
    """

    width: int
    height: int
    space: str
    samples: bytes
    alpha: bytes | None


class TaggedCanvas(Canvas):
    """A canvas that tags what is drawn on it."""

    def __init__(
        self,
        *args: Any,
        description: Description,
        attachments: Sequence[Attachment] = (),
        **options: Any,
    ) -> None:
        options |= {"invariant": 1, "lang": description.language, "pdfVersion": (1, 7)}
        self._tree = StructureTree()
        self._element: Element | None = None
        self._ends: WordEnds | None = None
        self._links_due: deque[Element] = deque()
        self._streams: list[list[str]] = []  # of the page, up to that which is being drawn
        self._untagged_from = 0
        self._is_marked = False
        self._lowered = 0
        self._description, self._attachments = description, attachments
        super().__init__(*args, **options)

    # ---- tags while drawing

    @contextlib.contextmanager
    def text_of(self, element: Element, ends: WordEnds | None = None) -> Iterator[None]:
        """Text objects drawn within belong to the element; all else stays an artifact."""
        self._element, self._ends = element, ends
        yield
        self._element = None

    @contextlib.contextmanager
    def figure(self, element: Element, width: float, height: float) -> Iterator[None]:
        """All that is drawn within is the Figure, with its box (ISO 14289-1, 7.3)."""
        element.box = tuple(self._absRect((0, 0, width, height), relative=1))
        self._close_artifact()
        with self._marked(self.mark(element)):
            yield

    @contextlib.contextmanager
    def pagination(self, subtype: str) -> Iterator[None]:
        """All that is drawn within is a Header or a Footer (ISO 14289-1, 7.8)."""
        self._begin_stream()
        with self._marked(f"/Artifact <</Type /Pagination /Subtype /{subtype}>> BDC"):
            yield

    @contextlib.contextmanager
    def _marked(self, operator: str) -> Iterator[None]:
        """All that is drawn within is one marked-content sequence, which nothing else divides."""
        self._code.append(operator)
        self._is_marked = True
        yield
        self._is_marked = False
        self._code.append("EMC")
        self._untagged_from = len(self._code)

    def mark(self, element: Element) -> str:
        """The operator that opens a marked-content sequence of the element on this page."""
        self.attach(element)
        return f"/{element.tag} <</MCID {self._tree.mark(element)}>> BDC"

    def attach(self, element: Element) -> None:
        """Adds an element to the structure tree, where it is new: it is read next."""
        for added in self._tree.add(element):
            if added.tag == "H1":
                self._begin_stream()
            if added.tag in _HEADINGS and added.name is not None:
                level = _HEADINGS.index(added.tag) + self._lowered
                added.tag = _HEADINGS[level]
                key = f"heading {added.number}"
                self.bookmarkHorizontal(key, 0, 20)
                self.addOutlineEntry(added.name, key, level)

    def begin_part(self, part: Element | None) -> None:
        """What is drawn from here on lies in a new part, headings a level lower; or in no part."""
        self._tree.begin_part(part)
        self._lowered = int(part is not None)

    def _close_artifact(self) -> None:
        """Marks what was painted since the last tag as an artifact (ISO 14289-1, 7.1)."""
        if self._is_marked:
            return
        if any(code.strip() for code in self._code[self._untagged_from :]):
            self._code.insert(self._untagged_from, "/Artifact BMC")
            self._code.append("EMC")
        self._untagged_from = len(self._code)

    def beginText(self, x: float = 0, y: float = 0, direction: Any = None) -> PDFTextObject:
        """A text object, tagged where it belongs to an element."""
        if self._element is None:
            return super().beginText(x, y, direction)
        return TaggedText(self, x, y, direction, self._element, self._ends)

    def drawText(self, aTextObject: PDFTextObject) -> None:
        """Draws a text object; a tagged one lies in no artifact."""
        if not isinstance(aTextObject, TaggedText):
            super().drawText(aTextObject)
            return
        self._close_artifact()
        super().drawText(aTextObject)
        self._untagged_from = len(self._code)

    def link_follows(self, link: Element) -> None:
        """Says to which Link element the next link annotation belongs."""
        self._links_due.append(link)

    def linkURL(self, url: str, rect: Any, *args: Any, **options: Any) -> None:
        """A link annotation that its Link element holds (ISO 14289-1, 7.18.5)."""
        link = self._links_due.popleft()
        key = self._tree.annotation_key(link)
        described: dict[str, Any] = {"F": _PRINTED, "StructParent": key}
        described["Contents"] = PDFString(link.name or "")
        super().linkURL(url, rect, *args, **options, **described)
        self._tree.hold(link, self._annotationrefs[-1])

    def linkRect(
        self, contents: str, destinationname: str, Rect: Any = None, *_: Any, **options: Any
    ) -> None:
        """A link to a bookmark of this document, as `linkURL` is one to an address."""
        link = self._links_due.popleft()
        annotation = {
            "Type": PDFName("Annot"),
            "Subtype": PDFName("Link"),
            "Rect": PDFArray(self._absRect(Rect, options["relative"])),
            "Border": PDFArray([0, 0, 0]),
            "Dest": self._bookmarkReference(destinationname),
            "F": _PRINTED,
            "StructParent": self._tree.annotation_key(link),
            "Contents": PDFString(link.name or ""),
        }
        self._addAnnotation(PDFDictionary(annotation))
        self._tree.hold(link, self._annotationrefs[-1])

    def picture(self, pixels: Pixels, width: float, height: float) -> None:
        """Draws a picture in a box whose lower left corner is here."""
        document: Any = self._doc
        image = _image(pixels, pixels.space, pixels.samples)
        if pixels.alpha is not None:
            mask = _image(pixels, "DeviceGray", pixels.alpha)
            image.dictionary["SMask"] = document.Reference(mask)
        name = f"Picture{len(document.idToObject)}"
        document.addForm(name, image)
        self._formsinuse.append(name)
        self._currentPageHasImages = 1
        self.saveState()
        self.scale(width, height)
        self._code.append(f"/{pdfdoc.xObjectName(name)} Do")
        self.restoreState()

    def signature_field(self, description: str) -> None:
        """An empty field for a digital signature, on this page and without size.

        What shows nothing needs no appearance (ISO 19005-3, 6.3.3); it is printed, locked, in a
        Form and described all the same (ISO 14289-1, 7.18.1 and 7.18.4).
        """
        form = Element("Form")
        self.attach(form)
        x, y = self.absolutePosition(0, 0)
        field = {
            "Type": PDFName("Annot"),
            "Subtype": PDFName("Widget"),
            "FT": PDFName("Sig"),
            "T": PDFString(SIGNATURE_FIELD),
            "TU": PDFString(description),
            "Rect": PDFArray([round(coordinate, 2) for coordinate in (x, y, x, y)]),
            "F": _PRINTED | _LOCKED,
            "StructParent": self._tree.annotation_key(form),
            "P": self._doc.thisPageRef(),
        }
        self._addAnnotation(PDFDictionary(field))
        reference = self._annotationrefs[-1]
        self._tree.hold(form, reference)
        catalog: Any = self._doc.Catalog
        catalog.AcroForm = PDFDictionary({"Fields": PDFArray([reference]), "SigFlags": 3})

    # ---- pages

    def _begin_stream(self) -> None:
        """Puts what is drawn from here on into a content stream of its own.

        Several are as one (ISO 32000-1, 7.8.2). What stands above a letter's heading differs from
        letter to letter, as footers do; the text between is the same in many, and compressed once.
        """
        self._close_artifact()
        if self._code:
            self._streams.append([*self._code])
            self._code.clear()
            self._untagged_from = 0

    def showPage(self) -> None:
        """Ends the page and remembers to which elements its marks belong."""
        self._close_artifact()
        first, *others = [*self._streams, [*self._code]]
        super().showPage()
        page: Any = self._doc.Pages.pages[-1]
        page.Contents = PDFArray([*map(self._stream, [[self._preamble, *first], *others])])
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents = self._tree.end_page()
        page.Tabs = PDFName("S")  # ISO 14289-1, 7.18.3
        self._streams, self._untagged_from = [], 0

    def _stream(self, code: list[str]) -> Any:
        """A part of a page's content, as an object of its own."""
        stream = PDFStream(content="\n".join(code) + "\n", filters=[pdfdoc.PDFZCompress])
        return self._doc.Reference(stream)

    def save(self) -> None:
        """Writes the file, with its structure tree."""
        if self._streams or len(self._code):
            self.showPage()
        catalog: Any = self._doc.Catalog
        catalog.MarkInfo = PDFDictionary({"Marked": "true"})
        catalog.StructTreeRoot = self._tree.write(self._doc, self._doc.Pages.pages)
        embed(self._doc, self._attachments, self._description)
        self._describe(self._description)  # last: the document template has words of its own
        super().save()

    # ---- what the file says of itself (ISO 19005-3, 6.2.3 and 6.6; ISO 14289-1, 5 and 7.1)

    def _describe(self, description: Description) -> None:
        self.setTitle(description.title)
        self.setAuthor(description.author)
        self.setSubject(description.subject)
        self.setKeywords(description.keywords)
        self.setCreator(description.creator)
        self.setProducer(description.producer)
        self.setDateFormatter(lambda *_: description.moment)
        self.setViewerPreference("DisplayDocTitle", "true")
        document: Any = self._doc
        document._ID = description.file_identifier
        catalog = document.Catalog
        catalog.__NoDefault__ = [*catalog.__NoDefault__, "OutputIntents"]
        catalog.Metadata = PDFStream(
            PDFDictionary({"Type": PDFName("Metadata"), "Subtype": PDFName("XML")}),
            xmp(description),
        )
        profile = PDFStream(PDFDictionary({"N": 3}), _PROFILE.read_bytes())
        profile.filters = [pdfdoc.PDFZCompress]
        intent = {
            "Type": PDFName("OutputIntent"),
            "S": PDFName("GTS_PDFA1"),
            "OutputConditionIdentifier": PDFString("sRGB"),
            "Info": PDFString("sRGB"),
            "DestOutputProfile": document.Reference(profile),
        }
        catalog.OutputIntents = PDFArray([PDFDictionary(intent)])


def _image(pixels: Pixels, space: str, samples: bytes) -> PDFStream:
    described = {
        "Type": PDFName("XObject"),
        "Subtype": PDFName("Image"),
        "Width": pixels.width,
        "Height": pixels.height,
        "BitsPerComponent": 8,
        "ColorSpace": PDFName(space),
        "Filter": PDFName("FlateDecode"),
    }
    return PDFStream(PDFDictionary(described), samples)
