"""Proof → PDF: what is put before the person who approves a year's letters, some of them whole.

Sizes and distances are in points.
"""

from __future__ import annotations

import copy
import hashlib
import io
from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from reportlab.lib.colors import white
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfdoc import PDFInfo
from reportlab.platypus import CondPageBreak, Flowable, NextPageTemplate, PageBreak

from lgo_letters import __version__
from lgo_letters.edition.text.blocks import Block, Heading, ListBlock, ListItem, Paragraph, Run
from lgo_letters.letter.letter import Letter
from lgo_letters.names import capitalised

from .canvas import TaggedCanvas
from .description import Description
from .panels import stacked_height
from .paragraphs import TaggedParagraph
from .structure import Element
from .styles import (
    BOLD,
    FONT,
    HAIRLINE,
    INK,
    MARGIN,
    SMALL_PRINT,
    WIDTH,
    Styles,
    characters_of_the_fonts,
    styles,
)
from .tables import TableFlowable
from .typeset import (
    FOOTER,
    FURNITURE_SIZE,
    HEIGHT,
    Document,
    Pages,
    Pdf,
    Together,
    body_story,
    draw_footer,
    letter_story,
    raising_layout_errors,
    shortened,
)
from .words import heading

MARK = "PROOF"
"""What every page of a proof says, and its file of itself."""

_LANGUAGE = "en-GB"  # of all but the letters
_CONTENTS = "Contents, by page"
_LAST = "last page"
_NOT_FOR_ISSUE = f"{MARK}, not for issue"
_KEYWORDS = f"<pdf:Keywords>{MARK}".encode()
_LITTLE = 0.2  # of a page
_MOST_PASSES = 5  # until the contents say the pages on which things are; two or three are usual

_HEADER = A4[1] - 11 * mm  # of its first line
_BELOW = 12.5  # from the first line of the header to the second
_RULE = A4[1] - 17.5 * mm
_BOX = 48, 14  # that says PROOF
_LEFT = MARGIN + _BOX[0] + 8  # of the words beside it
_ROOM = WIDTH - _BOX[0] - 8 - 90  # for these, bold or not, before the page's number


class Section(NamedTuple):
    """A part of the proof before the letters: its headings are of level 3 below its own."""

    heading: str
    content: tuple[Block, ...]


class ShownLetter(NamedTuple):
    """A letter that stands in the proof as it will be sent, and why it is there."""

    letter: Letter
    reason: str


class Proof(NamedTuple):
    """All that a proof says, its parts in the order in which they are read, the contents aside.

    `mark` is what every letter says of itself, such as that its figures are invented.
    """

    title: str
    author: str
    dated: date
    accent: str
    mark: str | None
    opening: tuple[Block, ...]
    sections: tuple[Section, ...]
    letters: tuple[ShownLetter, ...]


def typeset_proof(proof: Proof) -> Pdf:
    """Sets a proof; the same proof always gives the same bytes.

    A character that the fonts lack becomes a question mark: it is in none of the letters, which
    were tried. Raises EditionError where a part that must not be split is higher than a page.
    """
    look = _look(proof.accent)
    proof = _with_known_characters(proof, characters_of_the_fonts() | {"\n"})
    pages: dict[str, int] = {}
    is_close = False
    for _ in range(_MOST_PASSES):
        buffer = io.BytesIO()
        document = _ProofDocument(buffer, proof, look, pages)
        with raising_layout_errors("the proof"):
            document.build(
                [*_story(proof, look, pages, is_close=is_close)],
                canvasmaker=partial(TaggedCanvas, description=_description(proof)),
            )
        if document.pages == pages and (is_close or not document.ends_thinly):
            break
        pages, is_close = document.pages, is_close or document.ends_thinly
    return Pdf(buffer.getvalue(), document.page)


def is_proof(content: bytes) -> bool:
    """Whether a file says of itself that it is a proof of this program."""
    return _KEYWORDS in content and b"<xmp:CreatorTool>lgo-letters " in content


def _look(accent: str) -> Styles:
    """The styles of letters, but with smaller text."""
    look = copy.copy(styles(accent))
    look.body = ParagraphStyle(
        "text of a proof", look.body, fontSize=10, leading=13.5, spaceAfter=8
    )
    look.list_item = ParagraphStyle(
        "list item of a proof", look.list_item,
        fontSize=10, bulletFontSize=10, leading=13.5, spaceAfter=3,
    )  # fmt: skip
    return look


def _with_known_characters(value: Any, known: frozenset[str]) -> Any:
    """The same with a question mark for each other character in a text; the letters as they are."""
    if isinstance(value, str):
        return "".join(c if c in known else "?" for c in value)
    if isinstance(value, tuple) and not isinstance(value, Letter):
        parts = (_with_known_characters(part, known) for part in value)
        return value._make(parts) if hasattr(value, "_make") else tuple(parts)
    return value


def _description(proof: Proof) -> Description:
    return Description(
        title=f"{MARK}: {proof.title}",
        author=proof.author,
        subject=f"Proof of {proof.title}",
        keywords=MARK if proof.mark is None else f"{MARK}, {proof.mark}",
        creator=f"lgo-letters {__version__}",
        producer=PDFInfo.producer,
        language=_LANGUAGE,
        dated=proof.dated,
        identity=hashlib.sha256(repr(proof).encode()).hexdigest(),
    )


# ---- what is set


def _story(
    proof: Proof, look: Styles, pages: Mapping[str, int], *, is_close: bool
) -> Iterator[Flowable]:
    """All that is set; the sections start on a page of their own unless it is to be close."""
    yield heading(f"{MARK.capitalize()}: {proof.title}", look.title, "H1")
    yield from _unsplit(body_story((*proof.opening, *_contents(proof, pages)), look))
    if not is_close:
        yield CondPageBreak(HEIGHT / 2)
    for section in proof.sections:
        yield from _unsplit(body_story((Heading(section.heading), *section.content), look))
    for number, shown in enumerate(proof.letters, start=1):
        yield NextPageTemplate(_key(number))
        yield PageBreak()
        yield from letter_story(shown.letter, styles(shown.letter.accent))


def _unsplit(story: Iterator[Flowable]) -> Iterator[Flowable]:
    """The same, a table and what leads to it on a page of their own rather than on two."""
    for piece in story:
        parts = piece.parts if isinstance(piece, Together) else [piece]
        if any(isinstance(part, TableFlowable) for part in parts):
            height = parts[0].getSpaceBefore() + stacked_height(parts, WIDTH, HEIGHT)
            yield CondPageBreak(min(height, HEIGHT / 2))
        yield piece


def _contents(proof: Proof, pages: Mapping[str, int]) -> Iterator[Block]:
    """The sections, and the letters with why they are shown, each with its page before it."""
    entries = [(section.heading, section.heading, "") for section in proof.sections]
    entries += [
        (_key(number), shown.letter.authority, f": {shown.reason}")
        for number, shown in enumerate(proof.letters, start=1)
    ]
    yield Heading(_CONTENTS)
    yield ListBlock(
        tuple(
            ListItem(
                f"{pages.get(key, 0):\N{FIGURE SPACE}>2}",
                (Paragraph((Run(words, link=f"#{key}"), Run(more))),),
            )
            for key, words, more in entries
        )
    )


def _key(number: int) -> str:
    return f"letter {number}"


# ---- the pages


class _ProofDocument(Document):
    """A document that notes on which page each section and each letter begins, and the last.

    `known` are the pages as far as they were noted before. It `ends_thinly` where there is little
    on the last page before the letters.
    """

    def __init__(
        self, file: io.BytesIO, proof: Proof, look: Styles, known: Mapping[str, int]
    ) -> None:
        super().__init__(file)
        self.pages: dict[str, int] = {}
        self.ends_thinly = False
        self._proof, self._look, self._last = proof, look, known.get(_LAST, 0)
        self._sections = {section.heading for section in proof.sections}
        front = Pages(id="front", onPage=self._begin_page, onPageEnd=self._end_page)
        letters = [
            Pages(
                id=_key(number),
                onPage=partial(self._begin_letter_page, number),
                onPageEnd=partial(self._end_letter_page, number),
            )
            for number in range(1, len(proof.letters) + 1)
        ]
        self.addPageTemplates([front, *letters])

    def afterFlowable(self, flowable: Flowable) -> None:
        """Notes where a section begins; a letter may have the same heading, and comes later."""
        if isinstance(flowable, TaggedParagraph):
            name = flowable.element.name
            if name in self._sections and name not in self.pages:
                self._note(name)

    def _note(self, key: str) -> None:
        canvas: Any = self.canv
        canvas.bookmarkPage(key)
        self.pages[key] = self.page

    def _begin_page(self, canvas: Any, _: object) -> None:
        self._draw_header(canvas, self._proof.title)

    def _end_page(self, canvas: Any, _: object) -> None:
        self.pages[_LAST] = self.page
        frame: Any = self.frame
        self.ends_thinly = frame._y - frame._y1p > (1 - _LITTLE) * HEIGHT
        if self._proof.mark is not None:
            with canvas.pagination("Footer"):
                canvas.setFont(FONT, FURNITURE_SIZE)
                canvas.setFillColor(SMALL_PRINT)
                canvas.drawString(MARGIN, FOOTER, self._proof.mark)

    def _begin_letter_page(self, number: int, canvas: Any, _: object) -> None:
        shown = self._proof.letters[number - 1]
        name = f"Letter {number}: {shown.letter.authority}"
        if _key(number) in self.pages:
            self._draw_header(canvas, name)
            return
        self._draw_header(canvas)
        self._note(_key(number))
        canvas.begin_part(None)
        _draw_line(canvas, Element("H1", name=name), name, BOLD, _HEADER)
        _draw_line(canvas, Element("P"), capitalised(shown.reason), FONT, _HEADER - _BELOW)
        language = None if shown.letter.language == _LANGUAGE else shown.letter.language
        canvas.begin_part(Element("Part", language=language))

    def _end_letter_page(self, number: int, canvas: Any, _: object) -> None:
        self.pages[_LAST] = self.page
        letter = self._proof.letters[number - 1].letter
        marks = filter(None, (_NOT_FOR_ISSUE, letter.mark))
        page = self.page - self.pages[_key(number)] + 1
        draw_footer(canvas, letter._replace(mark=". ".join(marks)), page)

    def _draw_header(self, canvas: Any, words: str = "") -> None:
        """PROOF, what the page belongs to, and its number."""
        with canvas.pagination("Header"):
            canvas.setFillColor(self._look.accent)
            canvas.rect(MARGIN, _HEADER - 4, *_BOX, stroke=0, fill=1)
            canvas.setFillColor(white)
            canvas.setFont(BOLD, 10.5)
            canvas.drawCentredString(MARGIN + _BOX[0] / 2, _HEADER, MARK)
            canvas.setFillColor(SMALL_PRINT)
            canvas.setFont(FONT, FURNITURE_SIZE)
            canvas.drawString(_LEFT, _HEADER, shortened(words, _ROOM))
            page = f"Page {self.page} of {self._last}"
            canvas.drawRightString(MARGIN + WIDTH, _HEADER, page)
            canvas.setStrokeColor(HAIRLINE)
            canvas.setLineWidth(0.5)
            canvas.line(MARGIN, _RULE, MARGIN + WIDTH, _RULE)


def _draw_line(canvas: Any, element: Element, words: str, font: str, height: float) -> None:
    """Words of the header that are read as part of the proof."""
    canvas.saveState()
    canvas.translate(_LEFT, height)
    canvas.setFillColor(INK)
    canvas.setFont(font, FURNITURE_SIZE)
    with canvas.text_of(element):
        canvas.drawString(0, 0, f"{shortened(words, _ROOM)} ")
    canvas.restoreState()
