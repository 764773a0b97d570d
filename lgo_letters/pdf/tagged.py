"""Tagged PDF and PDF/A, on ReportLab's inside; made for ReportLab 5.

A letter is PDF/UA-1 (ISO 14289-1) and PDF/A-3a (ISO 19005-3) at once. The canvas hands out
marked-content identifiers while a page is painted, and the structure tree is written when the
file is saved: one pass, and reading order is drawing order. Whatever is painted outside a tag is
an artifact (ISO 14289-1, 7.1), so rules, rings and footers need nothing.

    TaggedCanvas    marks, artifacts, PDF/A parts
    TaggedParagraph a paragraph that says tag="P", its label and its links tagged too
"""

from __future__ import annotations

import contextlib
import io
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from . import reportlab_settings  # noqa: F401  # before anything of ReportLab

# isort: split
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfdoc
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream, PDFString
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject
from reportlab.platypus import Paragraph

from . import reportlab_patches  # noqa: F401  # ReportLab writes what the standards refuse without it
from .description import Description, xmp
from .structure import Element, StructureTree

# The sRGB profile that LittleCMS makes ("No copyright, use freely"), the colour of PDF/A.
_PROFILE = Path(__file__).with_name("colour") / "sRGB.icc"
_HEADINGS = ("H1", "H2", "H3")
_PRINTED = 4  # /F of an annotation: shown on paper too (ISO 19005-3, 6.3.2)
_LOCKED = 128  # /F of an annotation: a viewer lets nobody move or delete it

SIGNATURE_FIELD = "Signature"
"""The name of the field that a digital signature fills."""


class HoleCode(str):
    """What a page's content holds at one of the letter's holes."""

    hole: str


@dataclass(frozen=True, slots=True)
class Places:
    """Where in a file the parts stand that differ from one letter to its like.

    `offsets` says for each object, from number 1 up, where it starts. `streams` holds the code of
    a page's content, by the number of its object, `figures` the number of the structure element of
    a hole's Figure.
    """

    offsets: Sequence[int]
    streams: dict[int, list[str]]
    figures: dict[str, int]
    information: int
    metadata: int
    producer: str


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

    def __init__(self, *args: Any, description: Description, **options: Any) -> None:
        options |= {"invariant": 1, "lang": description.language, "pdfVersion": (1, 7)}
        self._tree = StructureTree()
        self._element: Element | None = None
        self._words: _Words | None = None
        self._links_due: deque[Element] = deque()
        self._untagged_from = 0
        self._is_marked = False
        self._figures: dict[str, Element] = {}
        self._streams: dict[str, list[str]] = {}
        self._description = description
        super().__init__(*args, **options)

    def start_afresh(self) -> None:
        """Forgets what was drawn on the page, and its tags."""
        self._code.clear()
        self._tree, self._untagged_from = StructureTree(), 0

    # ---- tags while drawing

    @contextlib.contextmanager
    def text_of(self, element: Element, words: _Words | None = None) -> Iterator[None]:
        """Text objects drawn within belong to the element; all else stays an artifact."""
        self._element, self._words = element, words
        yield
        self._element = None

    @contextlib.contextmanager
    def figure(
        self, element: Element, width: float, height: float, hole: str | None = None
    ) -> Iterator[None]:
        """All that is drawn within is the Figure, with its box (ISO 14289-1, 7.3).

        `hole` is the name of a hole within it.
        """
        if hole is not None:
            self._figures[hole] = element
        element.box = tuple(self._absRect((0, 0, width, height), relative=1))
        self._close_artifact()
        with self._marked(self.mark(element)):
            yield

    @contextlib.contextmanager
    def pagination(self, subtype: str) -> Iterator[None]:
        """All that is drawn within is a Header or a Footer (ISO 14289-1, 7.8)."""
        self._close_artifact()
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

    @contextlib.contextmanager
    def hole(self, name: str | None) -> Iterator[None]:
        """All that is drawn within is the hole of that name; without one, it is as fixed as ever.

        Its code leans on nothing before it and leaves nothing open.
        """
        if name is None:
            yield
            return
        self._close_artifact()
        start = len(self._code)
        yield
        self._close_artifact()
        code = HoleCode("\n".join(self._code[start:]))
        code.hole = name
        self._code[start:] = [code]
        self._untagged_from = len(self._code)

    def mark(self, element: Element) -> str:
        """The operator that opens a marked-content sequence of the element on this page."""
        self._attach(element)
        return f"/{element.tag} <</MCID {self._tree.mark(element)}>> BDC"

    def _attach(self, element: Element) -> None:
        for each in self._tree.add(element):
            if each.tag in _HEADINGS and each.name is not None:
                key = f"heading {each.number}"
                self.bookmarkHorizontal(key, 0, 20)
                self.addOutlineEntry(each.name, key, _HEADINGS.index(each.tag))

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
        return _TaggedText(self, x, y, direction, self._element, self._words)

    def drawText(self, aTextObject: PDFTextObject) -> None:
        """Draws a text object; a tagged one lies in no artifact."""
        if not isinstance(aTextObject, _TaggedText):
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
        self._attach(form)
        x, y = self.absolutePosition(0, 0)
        field = {
            "Type": PDFName("Annot"),
            "Subtype": PDFName("Widget"),
            "FT": PDFName("Sig"),
            "T": PDFString(SIGNATURE_FIELD),
            "TU": PDFString(description),
            "Rect": PDFArray([round(each, 2) for each in (x, y, x, y)]),
            "F": _PRINTED | _LOCKED,
            "StructParent": self._tree.annotation_key(form),
            "P": self._doc.thisPageRef(),
        }
        self._addAnnotation(PDFDictionary(field))
        reference = self._annotationrefs[-1]
        self._tree.hold(form, reference)
        catalog: Any = self._doc.Catalog
        catalog.AcroForm = PDFDictionary({"Fields": PDFArray([reference]), "SigFlags": 3})

    def showPage(self) -> None:
        """Ends the page and remembers to which elements its marks belong."""
        self._close_artifact()
        code = [self._preamble, *self._code]
        super().showPage()
        page: Any = self._doc.Pages.pages[-1]
        page.Contents = PDFArray([self._stream(each) for each in _cut(code)])
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents = self._tree.end_page()
        page.Tabs = PDFName("S")  # ISO 14289-1, 7.18.3
        self._untagged_from = 0

    def _stream(self, code: list[str]) -> Any:
        """A part of a page's content, as an object of its own."""
        name = f"Content{len(self._streams)}"
        self._streams[name] = code
        stream = PDFStream(content="\n".join(code) + "\n", filters=[pdfdoc.PDFZCompress])
        return self._doc.Reference(stream, name)

    def places(self) -> Places:
        """Where the parts stand that differ from one letter to its like, once it is saved."""
        document: Any = self._doc
        numbers = {name: number for number, name in document.numberToId.items()}
        offsets = [document.idToOffset[name] for _, name in sorted(document.numberToId.items())]
        return Places(
            offsets=offsets,
            streams={numbers[name]: code for name, code in self._streams.items()},
            figures={hole: numbers[each.object_name] for hole, each in self._figures.items()},
            information=numbers[document.info.__InternalName__],
            metadata=numbers[document.Catalog.Metadata.__InternalName__],
            producer=document.info.producer,
        )

    def save(self) -> None:
        """Writes the file, with its structure tree."""
        if len(self._code):
            self.showPage()
        catalog: Any = self._doc.Catalog
        catalog.MarkInfo = PDFDictionary({"Marked": "true"})
        catalog.StructTreeRoot = self._tree.write(self._doc, self._doc.Pages.pages)
        self._describe(self._description)  # last: the document template has words of its own
        super().save()

    # ---- what the file says of itself (ISO 19005-3, 6.2.3 and 6.6; ISO 14289-1, 5 and 7.1)

    def _describe(self, description: Description) -> None:
        self.setTitle(description.title)
        self.setAuthor(description.author)
        self.setSubject(description.subject)
        self.setKeywords(description.keywords)
        self.setCreator(description.creator)
        self.setDateFormatter(lambda *_: f"D:{description.day.replace('-', '')}000000Z")
        self.setViewerPreference("DisplayDocTitle", "true")
        document: Any = self._doc
        document._ID = description.file_identifier
        catalog = document.Catalog
        catalog.__NoDefault__ = [*catalog.__NoDefault__, "OutputIntents"]
        catalog.Metadata = PDFStream(
            PDFDictionary({"Type": PDFName("Metadata"), "Subtype": PDFName("XML")}),
            xmp(description, document.info.producer),
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


# From so many characters on, code between two holes is a stream by itself: what is the same in
# many letters then need be compressed but once.
_WORTH_A_STREAM = 2000


def _cut(code: Sequence[str]) -> list[list[str]]:
    """A page's code, cut into what holds holes and long stretches that hold none."""
    parts: list[list[str]] = []
    fixed: list[str] = []
    for item in [*code, None]:
        if item is not None and not isinstance(item, HoleCode):
            fixed.append(item)
            continue
        is_long = sum(map(len, fixed)) >= _WORTH_A_STREAM
        if is_long or not parts:
            parts.append(fixed)
        else:
            parts[-1] += fixed
        if item is not None:
            if is_long:
                parts.append([])
            parts[-1].append(item)
        fixed = []
    return parts


class _TaggedText(PDFTextObject):
    """A text object whose text belongs to an element, save its links, which are their own."""

    def __init__(
        self,
        canvas: TaggedCanvas,
        x: float,
        y: float,
        direction: Any,
        element: Element,
        words: _Words | None,
    ) -> None:
        super().__init__(canvas, x, y, direction)  # "BT", the origin
        self._tagged, self._element, self._words = canvas, element, words
        self._code.append(canvas.mark(element))

    def _textOut(self, text: str, TStar: Any = 0) -> None:
        """With a space at the end of a line, or readers join its last word to the next.

        A word that is longer than a line, and so is broken, gets none.
        """
        ends_a_word = self._words is None or self._words.go_on(text)
        super()._textOut(f"{text} " if TStar and ends_a_word else text, TStar)

    def _linkRecord(self, key: tuple[int, str], event: str) -> None:
        """Called by Paragraph after the first text of a link on a line, and before what follows."""
        link = self._element.links[key]
        if event == "start":
            self._code[-1:-1] = ["EMC", self._tagged.mark(link)]
            self._tagged.link_follows(link)
        else:
            self._code += ["EMC", self._tagged.mark(self._element)]

    def getCode(self) -> Any:
        self._code.append("EMC")
        return super().getCode()


class _Words:
    """Where the words of a paragraph end, counted in letters, and how many have been drawn."""

    def __init__(self) -> None:
        self._letters, self._drawn = 0, 0
        self._ends: set[int] = set()

    def add(self, text: str) -> None:
        """Text of the paragraph, which is to be drawn later."""
        *words, rest = text.split(" ")
        for word in words:
            self._letters += len(word)
            self._ends.add(self._letters)
        self._letters += len(rest)

    def go_on(self, text: str) -> bool:
        """Text that is drawn now; whether it ends a word."""
        self._drawn += len(text) - text.count(" ")
        return self._drawn in self._ends or self._drawn >= self._letters


class TaggedParagraph(Paragraph):
    """A paragraph of an element, which all its pieces share where it is split.

    `label` is what stands before a list item: it hangs at the left, in the element's LI as its
    Lbl. Each link is a Link of its own within the element.
    """

    blPara: Any  # noqa: N815  # the lines, set by wrap; other paragraphs may share them

    def __init__(
        self,
        text: Any,  # None for a piece of a split paragraph, whose words are in `frags`
        style: ParagraphStyle,
        element: Element | None = None,
        label: str = "",
        **options: Any,
    ) -> None:
        if text is not None:
            options["frags"] = _parsed(text, style)
        super().__init__(text, style, **options)
        self.element, self._label = element or Element("P"), label
        self.hole: str | None = None
        self._broken_for: float | None = None
        self._words = _Words()
        for fragment in self.frags if text is not None else []:
            words = " " if getattr(fragment, "lineBreak", False) else fragment.text
            self._words.add(words)
            for key in getattr(fragment, "link", None) or []:
                link = self.element.links.setdefault(key, Element("Link", self.element, name=""))
                link.name = f"{link.name}{words}"

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Width and height; lines of one width are broken once, however often that is asked."""
        if self._broken_for != available_width or not hasattr(self, "blPara"):
            super().wrap(available_width, available_height)
            self._broken_for = available_width
        return self.width, self.height

    def breakLines(self, width: Any) -> Any:
        """The lines; those of one text in one style are broken once, however many letters have it.

        A text with soft hyphens is broken each time: to split it changes its words.
        """
        if self.text is None or _SOFT_HYPHEN in self.text:
            return super().breakLines(width)
        self.frags, lines = _broken(self.text, self.style, tuple(width))
        return lines

    def split(self, available_width: float, available_height: float) -> list[Any]:
        """The pieces, all of the one element, the label before the first."""
        pieces: list[Any] = super().split(available_width, available_height)
        for piece in pieces:
            piece.element, piece._words, piece.hole = self.element, self._words, self.hole
        for piece in pieces[:1]:
            piece._label = self._label
        return pieces

    def draw(self) -> None:
        """Draws label and text, each as what it is."""
        canvas: Any = self.canv
        if self._label:
            self._draw_label(canvas)
        lines = self.blPara
        whole_links = getattr(lines, "link", None) if lines.kind == 0 else None
        element = self.element.links[whole_links[0]] if whole_links else self.element
        for _ in lines.lines if whole_links else []:
            canvas.link_follows(element)
        with canvas.hole(self.hole), canvas.text_of(element, self._words):
            super().draw()

    def _draw_label(self, canvas: TaggedCanvas) -> None:
        body = self.element.parent or self.element
        canvas.setFont(self.style.bulletFontName, self.style.bulletFontSize)
        canvas.setFillColor(self.style.bulletColor)
        with canvas.text_of(Element("Lbl", body.parent)):
            canvas.drawString(0, self.height - self.style.fontSize, f"{self._label} ")


_SOFT_HYPHEN = "\xad"


@lru_cache(maxsize=256)
def _parsed(markup: str, style: ParagraphStyle) -> list[Any]:
    """The fragments of a paragraph, each in one font."""
    fragments: list[Any] = Paragraph(markup, style).frags
    return fragments


@lru_cache(maxsize=256)
def _broken(markup: str, style: ParagraphStyle, widths: tuple[float, ...]) -> tuple[Any, Any]:
    """The words of a paragraph, and its lines."""
    paragraph: Any = Paragraph(markup, style, frags=_parsed(markup, style))
    lines = paragraph.breakLines(list(widths))
    return paragraph.frags, lines


def code_of(draw: Callable[[Any], None], font: str) -> HoleCode:
    """What a page's content holds at a hole that is drawn on a canvas."""
    canvas: Any = _scratch_canvas(font)
    canvas.start_afresh()
    draw(canvas)
    (code,) = (each for each in canvas._code if isinstance(each, HoleCode))
    return code


@lru_cache(maxsize=1)
def _scratch_canvas(font: str) -> TaggedCanvas:
    nothing_to_say = Description("", "", "", "", "", "", date.min, "")
    return TaggedCanvas(io.BytesIO(), description=nothing_to_say, initialFontName=font)


@lru_cache(maxsize=1024)
def literal_string(text: str) -> bytes:
    """The text as a string of a PDF (ISO 32000-1, 7.9.2)."""
    written: bytes = PDFString(text).format(pdfdoc.DummyDoc())
    return written
