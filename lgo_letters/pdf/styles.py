"""Fonts, styles and colours, and how a paragraph of a letter becomes one of ReportLab's.

Sizes and distances are in points.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import groupby
from typing import Any

from . import reportlab_settings  # noqa: F401  # before anything of ReportLab

# isort: split
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import getFont, registerFont, registerFontFamily, stringWidth

from lgo_letters.edition import blocks
from lgo_letters.shipped import shipped

from .reportlab_patches import Face
from .structure import Element
from .tagged import TaggedParagraph

FONT, BOLD, ITALIC, BOLD_ITALIC = "Letter", "Letter-Bold", "Letter-Italic", "Letter-BoldItalic"
FACES = {
    FONT: "LiberationSans-Regular.ttf",
    BOLD: "LiberationSans-Bold.ttf",
    ITALIC: "LiberationSans-Italic.ttf",
    BOLD_ITALIC: "LiberationSans-BoldItalic.ttf",
}

INK = HexColor("#1A1A1A")
SMALL_PRINT = HexColor("#4A4A4A")  # 8.9:1 against white
RING = HexColor("#E3E7EA")
RING_EDGE = HexColor("#6B7378")  # 4.9:1 against white, so that the ring shows in print

MARGIN = 25 * mm
WIDTH = A4[0] - 2 * MARGIN
RULE = 1.5
_END_OF_LINE = 3.5  # for the space that ends each line, so that readers do not join words
_LIST_INDENT = 6 * mm
_LABEL_GAP = 0.6  # of the size, after a label: the least that ReportLab leaves


@lru_cache(maxsize=1)
def register_fonts() -> None:
    """Makes the four faces of the letter known to ReportLab, once a process."""
    for name, file in FACES.items():
        registerFont(Face(name, str(shipped("fonts") / file)))
    registerFontFamily(FONT, FONT, BOLD, ITALIC, BOLD_ITALIC)


def characters_of_the_fonts() -> frozenset[str]:
    """The characters that every face of the letter can draw."""
    register_fonts()
    fonts: list[Any] = [getFont(name) for name in FACES]
    faces = [set(font.face.charToGlyph) for font in fonts]
    return frozenset(map(chr, set.intersection(*faces)))


@dataclass(frozen=True)
class Styles:
    """Every style of a letter, in one accent colour."""

    accent: Color
    masthead: ParagraphStyle
    masthead_last: ParagraphStyle
    line: ParagraphStyle
    last_line: ParagraphStyle
    body: ParagraphStyle
    title: ParagraphStyle
    heading: ParagraphStyle
    subheading: ParagraphStyle
    list_item: ParagraphStyle
    signatory: ParagraphStyle
    panel_heading: ParagraphStyle
    panel_text: ParagraphStyle
    panel_count: ParagraphStyle
    small_print: ParagraphStyle
    small_list: ParagraphStyle


LARGE = 28  # the percentage in a panel's sentence, and the count's number
_CAP_HEIGHT, _DESCENT = 0.73, 0.22  # of Liberation Sans, of its size


@lru_cache(maxsize=8)
def styles(accent_colour: str) -> Styles:
    """The styles in an accent colour such as #1D4F60."""
    register_fonts()
    accent = HexColor(accent_colour)
    body = ParagraphStyle(
        "body",
        fontName=FONT,
        bulletFontName=FONT,
        fontSize=11.5,
        bulletFontSize=11.5,
        leading=15,
        rightIndent=_END_OF_LINE,
        spaceAfter=8.5,
        textColor=INK,
        bulletColor=INK,
        allowWidows=0,
        allowOrphans=0,
        linkUnderline=1,
    )
    panel_text = ParagraphStyle("panel text", body, leading=17, spaceAfter=6)
    small_print = ParagraphStyle(
        "small print", body, fontSize=10, leading=13, spaceAfter=4, textColor=SMALL_PRINT
    )
    heading = ParagraphStyle(
        "heading",
        body,
        fontName=BOLD,
        fontSize=13,
        leading=16,
        spaceBefore=12,
        spaceAfter=5,
        textColor=accent,
    )
    masthead = ParagraphStyle(
        "masthead", body, fontName=BOLD, fontSize=16, leading=18.5, spaceAfter=0, textColor=accent
    )
    line = ParagraphStyle("line", body, spaceAfter=0)
    return Styles(
        accent=accent,
        masthead=masthead,
        masthead_last=ParagraphStyle(
            "masthead, last line", masthead, fontSize=23, leading=25, spaceAfter=6
        ),
        line=line,
        last_line=ParagraphStyle("last line", line, spaceAfter=14),
        body=body,
        title=ParagraphStyle(
            "title", heading, fontSize=16, leading=20, spaceBefore=4, spaceAfter=9
        ),
        heading=heading,
        subheading=ParagraphStyle("subheading", heading, fontSize=11.5, leading=15),
        list_item=ParagraphStyle("list item", body, leftIndent=_LIST_INDENT, spaceAfter=4),
        signatory=ParagraphStyle("signatory", line, fontName=BOLD),
        panel_heading=ParagraphStyle(
            "panel heading", heading, fontSize=15, leading=18, spaceBefore=0, spaceAfter=8
        ),
        panel_text=panel_text,
        panel_count=ParagraphStyle("panel count", panel_text, spaceBefore=10),
        small_print=small_print,
        small_list=ParagraphStyle(
            "small list",
            small_print,
            leftIndent=3.5 * mm,
            bulletFontSize=10,
            bulletColor=SMALL_PRINT,
        ),
    )


def paragraph(
    content: blocks.Paragraph,
    style: ParagraphStyle,
    parent: Element | None = None,
    label: str = "",
) -> TaggedParagraph:
    """A ReportLab paragraph within a part of the letter, the label of a list item before it."""
    markup = _markup(content)
    return TaggedParagraph(markup, style, Element("P", parent), label)


class LargeParagraph(TaggedParagraph):
    """A paragraph whose bold words are set large, in a colour.

    ReportLab hangs a paragraph by whatever stands first in it and gives every line the same
    leading, so that large type runs out of its paragraph at the top or the foot; here the first
    line hangs by the height of its large figures.
    """

    def __init__(
        self,
        content: blocks.Paragraph,
        style: ParagraphStyle,
        colour: Color,
        parent: Element | None = None,
    ) -> None:
        large = f'size="{LARGE}" color="#{colour.hexval()[2:]}"'
        markup = _markup(content, large)
        super().__init__(markup, style, Element("P", parent))

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Width and height, from the large figures' top to below the last line."""
        super().wrap(available_width, available_height)
        lines = self.blPara
        if lines.kind == 1:  # words in more than one style
            top = _CAP_HEIGHT * LARGE
            first, *others = lines.lines
            first = first.clone(ascent=top, fontSize=top)
            self.blPara = lines.clone(lines=[first, *others])
            self.height = top + len(others) * self.style.leading + _DESCENT * LARGE
        return self.width, self.height


def text(words: str, style: ParagraphStyle, parent: Element | None = None) -> TaggedParagraph:
    """A ReportLab paragraph of plain words."""
    return TaggedParagraph(escape(words, quote=False), style, Element("P", parent))


def heading(
    words: str, style: ParagraphStyle, tag: str, parent: Element | None = None
) -> TaggedParagraph:
    """A heading, "H1" to "H3", which becomes a bookmark too."""
    return TaggedParagraph(escape(words, quote=False), style, Element(tag, parent, name=words))


def list_paragraphs(
    content: blocks.ListBlock, style: ParagraphStyle, parent: Element | None = None
) -> list[TaggedParagraph]:
    """The paragraphs of a list, each item's label before its first, and space after the last."""
    widest = max(stringWidth(item.label, FONT, style.fontSize) for item in content.items)
    indent = max(style.leftIndent, widest + _LABEL_GAP * style.fontSize)
    style = _indented(style, indent)
    numbered = content.items[0].label[0].isdigit()
    whole = Element("L", parent, numbered=numbered)
    paragraphs = []
    for item in content.items:
        body = Element("LBody", Element("LI", whole))
        for place, each in enumerate(item.paragraphs):
            paragraphs.append(paragraph(each, style, body, label="" if place else item.label))
    paragraphs[-1].spaceAfter = 2 * style.spaceAfter
    return paragraphs


@lru_cache(maxsize=64)
def _indented(style: ParagraphStyle, indent: float) -> ParagraphStyle:
    return ParagraphStyle("list of its width", style, leftIndent=indent)


def _markup(content: blocks.Paragraph, large: str = "") -> str:
    """ReportLab's markup; a link is one, whatever its words look like."""
    markup = ""
    for link, runs in groupby(content.runs, key=lambda run: run.link):
        words = "".join(_run_markup(run, large) for run in runs)
        markup += words if link is None else f'<a href="{escape(link)}">{words}</a>'
    return markup


def _run_markup(run: blocks.Run, large: str) -> str:
    markup = escape(run.text, quote=False).replace("\n", "<br/>")
    if run.italic:
        markup = f"<i>{markup}</i>"
    if run.bold:
        markup = f"<b>{markup}</b>"
    if run.bold and large:
        markup = f"<font {large}>{markup}</font>"
    return markup
