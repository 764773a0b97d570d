"""Fonts, styles and colours.

Sizes and distances are in points.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import getFont, registerFont, registerFontFamily

from lgo_letters.shipped import shipped

from .reportlab_patches import Face

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
    key: ParagraphStyle
    small_print: ParagraphStyle
    small_list: ParagraphStyle


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
        key=ParagraphStyle(
            "key", small_print, fontSize=9, leading=11, leftIndent=8, spaceBefore=4, spaceAfter=0
        ),
        small_print=small_print,
        small_list=ParagraphStyle(
            "small list",
            small_print,
            leftIndent=3.5 * mm,
            bulletFontSize=10,
            bulletColor=SMALL_PRINT,
        ),
    )
