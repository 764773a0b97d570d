"""Fonts, styles and colours.

Sizes and distances are in points.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
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
HAIRLINE = HexColor("#C3CACF")  # between the rows of a table, which are told apart without it
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


class Styles:
    """Every style of a letter, in one accent colour."""

    def __init__(self, accent_colour: str) -> None:
        register_fonts()
        self.accent = HexColor(accent_colour)
        self.body = body = ParagraphStyle(
            "body",
            fontName=FONT, bulletFontName=FONT, fontSize=11.5, bulletFontSize=11.5, leading=15,
            rightIndent=_END_OF_LINE, spaceAfter=8.5, textColor=INK, bulletColor=INK,
            allowWidows=0, allowOrphans=0, linkUnderline=1,
        )  # fmt: skip
        self.line = ParagraphStyle("line", body, spaceAfter=0)
        self.last_line = ParagraphStyle("last line", self.line, spaceAfter=14)
        self.list_item = ParagraphStyle("list item", body, leftIndent=_LIST_INDENT, spaceAfter=4)
        self.signatory = ParagraphStyle("signatory", self.line, fontName=BOLD)
        accented = ParagraphStyle("accented", body, fontName=BOLD, textColor=self.accent)
        self.masthead = ParagraphStyle(
            "masthead", accented, fontSize=16, leading=18.5, spaceAfter=0
        )
        self.masthead_last = ParagraphStyle(
            "masthead, last line", self.masthead, fontSize=23, leading=25, spaceAfter=6
        )
        self.heading = ParagraphStyle(
            "heading", accented, fontSize=13, leading=16, spaceBefore=12, spaceAfter=5
        )
        self.title = ParagraphStyle(
            "title", self.heading, fontSize=16, leading=20, spaceBefore=4, spaceAfter=9
        )
        self.subheading = ParagraphStyle("subheading", self.heading, fontSize=11.5, leading=15)
        self.panel_heading = ParagraphStyle(
            "panel heading", self.heading, fontSize=15, leading=18, spaceBefore=0, spaceAfter=8
        )
        self.panels_heading = ParagraphStyle(
            "panels heading", self.title, fontSize=15, leading=19, spaceAfter=12
        )
        self.small_panel_heading = ParagraphStyle(
            "small panel heading", self.panel_heading, fontSize=13, leading=16
        )
        self.panel_text = ParagraphStyle("panel text", body, leading=17, spaceAfter=6)
        self.panel_count = ParagraphStyle("panel count", self.panel_text, spaceBefore=10)
        self.small_print = ParagraphStyle(
            "small print", body, fontSize=10, leading=13, spaceAfter=4, textColor=SMALL_PRINT
        )
        self.caution = ParagraphStyle("caution", self.small_print, textColor=INK)
        self.small_list = ParagraphStyle(
            "small list", self.small_print,
            leftIndent=3.5 * mm, bulletFontSize=10, bulletColor=SMALL_PRINT,
        )  # fmt: skip
        self.key = ParagraphStyle(
            "key", self.small_print,
            fontSize=9, leading=11, leftIndent=8, spaceBefore=4, spaceAfter=0,
        )  # fmt: skip
        self.table_caption = ParagraphStyle(
            "table caption", self.line, fontName=BOLD, fontSize=10, leading=13, spaceAfter=2
        )
        cell = ParagraphStyle("table cell", self.line, fontSize=10, leading=13)
        self.table_cells = _of_columns(cell)
        self.table_total = _of_columns(ParagraphStyle("table total", cell, fontName=BOLD))
        self.table_headings = _of_columns(
            ParagraphStyle("table heading", cell, fontName=BOLD, fontSize=9, leading=11)
        )


def _of_columns(style: ParagraphStyle) -> tuple[ParagraphStyle, ParagraphStyle]:
    """The style in the first column of a table, and in a column of figures, flush with its edge."""
    figures = ParagraphStyle(f"{style.name} of figures", style, alignment=TA_RIGHT, rightIndent=0)
    return style, figures


@lru_cache(maxsize=8)
def styles(accent_colour: str) -> Styles:
    """The styles in an accent colour such as #1D4F60."""
    return Styles(accent_colour)
