"""Letter → PDF: pages, and what must stay together on one.

Sizes and distances are in points.
"""

from __future__ import annotations

import contextlib
import io
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import zip_longest
from typing import Any, BinaryIO

from PIL import Image as PillowImage
from PIL.PngImagePlugin import PngImageFile
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfdoc import PDFInfo
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    HRFlowable,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
)
from reportlab.platypus.doctemplate import LayoutError

from lgo_letters import __version__
from lgo_letters.edition.text import blocks
from lgo_letters.edition.text.blocks import Picture
from lgo_letters.errors import EditionError, Problem
from lgo_letters.letter.letter import Letter

from .canvas import Pixels, TaggedCanvas
from .description import Description
from .panels import PanelFlowable, UnderHeading, panels_by_page, stacked_height
from .structure import Element
from .styles import FONT, MARGIN, RULE, SMALL_PRINT, WIDTH, Styles, styles
from .tables import TableFlowable, table
from .words import StyledText, heading, list_paragraphs, paragraph, plain

_TOP = 22 * mm
_BOTTOM = 22 * mm
HEIGHT = A4[1] - _TOP - _BOTTOM  # of the text
FOOTER = 12 * mm  # from the page's lower edge
FURNITURE_SIZE = 9  # of the type in a footer
_LONGEST_FOOTER = 500  # characters, more than fit: shortening takes the square of their number

_SIGNATURE = (58 * mm, 17 * mm)  # the box that it fills in proportion
_MASTHEAD = (80 * mm, 25 * mm)


@dataclass(frozen=True, slots=True)
class Pdf:
    """A letter as a PDF file, and the number of its pages."""

    content: bytes
    pages: int


def typeset(letter: Letter, *, signature_field: bool = False, sha256: str | None = None) -> Pdf:
    """Sets a letter; the same letter always gives the same bytes.

    A letter that is to be signed has an empty field for the digital signature, without size, so
    that its pages are those of the unsigned letter. `sha256` is the letter's own where it is known.
    Raises EditionError where a part that must not be split is higher than a page.
    """
    look = styles(letter.accent)
    buffer = io.BytesIO()
    description = describe(letter, sha256 or letter.sha256(), signature_field)
    document = Document(buffer)
    document.addPageTemplates(
        Pages(onPageEnd=lambda canvas, _: draw_footer(canvas, letter, canvas.getPageNumber()))
    )
    story = letter_story(letter, look, signature_field=signature_field)
    canvas_maker = partial(TaggedCanvas, description=description, attachments=letter.attachments)
    with raising_layout_errors(f"the letter to {letter.authority}"):
        document.build(story, canvasmaker=canvas_maker)
    return Pdf(buffer.getvalue(), document.page)


class Document(BaseDocTemplate):
    """A document of A4 pages, still without a template for them."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file, pagesize=A4, initialFontName=FONT)


class Pages(PageTemplate):
    """Pages of text, on which something is drawn when they begin and when they end."""

    def __init__(self, **options: Any) -> None:
        frame = Frame(
            MARGIN, _BOTTOM, WIDTH, HEIGHT,
            leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
        )  # fmt: skip
        super().__init__(frames=[frame], **options)


@contextlib.contextmanager
def raising_layout_errors(what: str) -> Iterator[None]:
    """Raises EditionError where a part of it that must not be split is higher than a page."""
    try:
        yield
    except LayoutError as error:
        message = (
            "a heading, a panel, a row of a table or the signature does not fit on a page; shorten "
            "its text."
        )
        raise EditionError([Problem(what, None, message)]) from error


def describe(letter: Letter, sha256: str, signature_field: bool) -> Description:
    """What the file of a letter says of itself."""
    return Description(
        title=letter.title,
        author=letter.author,
        subject=letter.subject,
        keywords=letter.mark or "",
        creator=f"lgo-letters {__version__}",
        producer=PDFInfo.producer,
        language=letter.language,
        dated=letter.dated,
        identity=f"{sha256}, to be signed" if signature_field else sha256,
    )


def draw_footer(canvas: Any, letter: Letter, page: int) -> None:
    """From the second page on the letter's name and the page; on every page the mark, if any."""
    canvas.setFont(FONT, FURNITURE_SIZE)
    canvas.setFillColor(SMALL_PRINT)
    with canvas.pagination("Footer"):
        if page > 1:
            canvas.drawString(MARGIN, FOOTER, footer(letter, page))
            canvas.drawRightString(MARGIN + WIDTH, FOOTER, f"{letter.page} {page}")
        if letter.mark is not None:
            canvas.drawString(MARGIN, FOOTER - 1.3 * FURNITURE_SIZE, letter.mark)


def footer(letter: Letter, page: int) -> str:
    """What the foot of a page says of the letter, as far as there is room beside its number."""
    room = WIDTH - stringWidth(f"{letter.page} {page}", FONT, FURNITURE_SIZE) - 6 * mm
    return shortened(letter.footer, room)


def shortened(line: str, room: float) -> str:
    """A line in the type of a footer, as many of its words as there is room for."""
    if stringWidth(line, FONT, FURNITURE_SIZE) <= room:
        return line
    words = line[:_LONGEST_FOOTER]
    while " " in words and stringWidth(f"{words}…", FONT, FURNITURE_SIZE) > room:
        words = words.rpartition(" ")[0]
    return f"{words}…"


# ---- the parts of the letter


def letter_story(letter: Letter, look: Styles, *, signature_field: bool = False) -> list[Flowable]:
    """A whole letter, from the top of a page on."""
    closing = list(_closing(letter, look, signature_field))
    body = body_story(letter.body, look, closing)
    return [*_opening(letter, look), *body, *_panels(letter, look)]


def _opening(letter: Letter, look: Styles) -> Iterator[Flowable]:
    if isinstance(letter.masthead, Picture):
        yield _Figure(letter.masthead, _MASTHEAD)
    else:
        *lines, last = letter.masthead
        yield from (paragraph(plain(line), look.masthead) for line in lines)
        yield paragraph(plain(last), look.masthead_last)
    yield HRFlowable(
        width="100%",
        thickness=RULE,
        color=look.accent,
        spaceBefore=6,
        spaceAfter=14,
        lineCap="butt",
    )
    yield paragraph(plain(letter.date), look.last_line)
    yield paragraph(plain(letter.delivery), look.last_line)
    for words in addressing(letter):
        yield words.flowable(look)
    yield heading(letter.heading, look.title, "H1")


def body_story(
    content: Sequence[blocks.Block], look: Styles, closing: Sequence[Flowable] = ()
) -> Iterator[Flowable]:
    """The blocks, each that leads to the next glued to it, and the closing to the last one."""
    before: list[Flowable] = []
    *pieces, (last, _) = _pieces(content, look)
    for piece, leads_on in pieces:
        if leads_on:
            before.append(piece)
            continue
        yield Together(before, piece, []) if before else piece
        before = []
    yield Together(before, last, closing)


def _pieces(content: Sequence[blocks.Block], look: Styles) -> Iterator[tuple[Piece, bool]]:
    """Paragraphs and tables, and whether each leads on to the next.

    A heading does, and a line or two before a list or a table.
    """
    for block, following in zip_longest(content, content[1:]):
        match block:
            case blocks.Heading():
                style = look.heading if block.level == 2 else look.subheading
                yield heading(block.text, style, f"H{block.level}"), True
            case blocks.Paragraph():
                piece = paragraph(block, look.body)
                leads_on = isinstance(following, blocks.ListBlock | blocks.Table)
                yield piece, leads_on and piece.wrap(WIDTH, A4[1])[1] <= 3 * look.body.leading
            case blocks.ListBlock():
                for item in list_paragraphs(block, look.list_item):
                    yield item, False
            case blocks.Table():
                yield table(block, look), False


def _closing(letter: Letter, look: Styles, signature_field: bool) -> Iterator[Flowable]:
    signature = letter.signature
    yield paragraph(plain(letter.closing), look.body)
    yield _Figure(signature.picture, _SIGNATURE)
    if signature_field:
        yield _SignatureField(letter.signature_field)
    yield Spacer(1, 4)
    yield paragraph(plain(signature.name), look.signatory)
    yield from (paragraph(plain(line), look.line) for line in signature.office)


def addressing(letter: Letter) -> list[StyledText]:
    """To whom the letter goes: address and salutation, in the lines that they are set in.

    Between them stands what a letter that was made again says of it.
    """
    *lines, last = letter.address
    return [
        *(StyledText(plain(line), "line") for line in lines),
        StyledText(plain(last), "last_line"),
        *([] if letter.reissued is None else [StyledText(letter.reissued, "body")]),
        StyledText(plain(letter.salutation), "body"),
    ]


def panels_heading(letter: Letter) -> list[StyledText]:
    """What stands above the first panel, if anything does."""
    words = letter.panels_heading
    return [] if words is None else [StyledText(plain(words), "panels_heading", tag="H2")]


def _panels(letter: Letter, look: Styles) -> Iterator[Flowable]:
    above = panels_heading(letter)
    panels: list[Flowable] = [
        PanelFlowable(panel, look, level=3 if above else 2) for panel in letter.panels
    ]
    for words in above:
        panels[0] = UnderHeading(words.flowable(look), panels[0])
    for page in panels_by_page(panels, WIDTH, HEIGHT):
        yield PageBreak()
        yield from page


class _Figure(Flowable):
    """The picture on the left, as large as its box allows and in proportion."""

    def __init__(self, picture: Picture, box: tuple[float, float]) -> None:
        super().__init__()
        scale = min(box[0] / picture.width, box[1] / picture.height)
        self.width, self.height = picture.width * scale, picture.height * scale
        self._pixels = _pixels(picture.png)
        self._element = Element("Figure", alternative=picture.alternative)

    def draw(self) -> None:
        """Draws the picture, with its alternative text."""
        canvas: Any = self.canv
        with canvas.figure(self._element, self.width, self.height):
            canvas.picture(self._pixels, self.width, self.height)


class _SignatureField(Flowable):
    """The empty field of a digital signature, which takes no room."""

    _ZEROSIZE = True

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def draw(self) -> None:
        """Draws nothing, and leaves the field here."""
        canvas: Any = self.canv
        canvas.signature_field(self._name)


@lru_cache(maxsize=4)
def _pixels(png: bytes) -> Pixels:
    """The picture compressed, once for all letters: it takes longer than setting one."""
    with PngImageFile(io.BytesIO(png)) as image:  # Image.open would load the other formats too
        *colours, alpha = image.convert("RGBA").split()
    is_grey = colours[0] == colours[1] == colours[2]
    samples = colours[0] if is_grey else PillowImage.merge("RGB", colours)
    return Pixels(
        *samples.size,
        "DeviceGray" if is_grey else "DeviceRGB",
        zlib.compress(samples.tobytes()),
        None if alpha.getextrema() == (255, 255) else zlib.compress(alpha.tobytes()),
    )


Piece = Paragraph | TableFlowable
"""A part of the body that may be split."""


class Together(Flowable):
    """Flowables before and after a piece of the body that may be split, though not off from them.

    It is never drawn itself: it always asks to be split, and hands back its parts. Where the piece
    is split, at least two of its lines or rows stay with what comes before it, and at least two
    with what comes after.
    """

    _TOO_HIGH = 1e6

    def __init__(self, before: Sequence[Flowable], piece: Piece, after: Sequence[Flowable]) -> None:
        super().__init__()
        self._before, self._piece, self._after = list(before), piece, list(after)
        self.parts = [*before, piece, *after]

    def getSpaceBefore(self) -> float:
        """The space before its first part."""
        space: float = self.parts[0].getSpaceBefore()
        return space

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """More than any page, so that split is asked."""
        return available_width, self._TOO_HIGH

    def split(self, available_width: float, available_height: float) -> list[Flowable]:
        """All parts where they fit; those of this page and the rest; or none, for a new page."""
        if stacked_height(self.parts, available_width, self._TOO_HIGH) <= available_height:
            return self.parts
        above = stacked_height([*self._before, self._piece], available_width, self._TOO_HIGH)
        room = min(
            self._piece.height - (above - available_height),
            self._piece.height - (2 * self._piece.style.leading if self._after else 0),
        )
        pieces = self._piece.split(available_width, room) if room > 0 else []
        if len(pieces) == 2:
            rest: Any = pieces[1]
            rest = Together([], rest, self._after) if self._after else rest
            return [*self._before, pieces[0], rest]
        frame: Any = self._frame  # type: ignore[attr-defined]  # set by the frame that asks
        return self.parts if frame._atTop else []
