"""Tables as flowables: a header, rows that are never split, and a rule under each.

Sizes and distances are in points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate
from typing import Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, Paragraph

from lgo_letters.edition.text import blocks

from .paragraphs import TaggedParagraph
from .structure import Element
from .styles import HAIRLINE, Styles

_PADDING = 3.0  # above and below the words of a row
_GAP = 10.0  # before a column of figures
_ROOMY = 70.0  # the width of a column of figures where there is room for it
_FIRST = 0.2  # of the width: what is left to the first column at least
_TOGETHER = 2  # rows at the foot of a page and at the top of the next; so a total is not alone
_STRONG, _LIGHT = 0.8, 0.5  # rules


@dataclass
class _Row:
    """The words of a row's cells; a strong rule stands under one that `ends_part`."""

    cells: Sequence[Paragraph]
    is_header: bool = False
    ends_part: bool = False
    height: float = 0.0

    def wrap(self, widths: Sequence[float]) -> None:
        """Sets the height in columns of these widths."""
        heights = (cell.wrap(width, 0)[1] for cell, width in zip(self.cells, widths, strict=True))
        self.height = max(heights) + 2 * _PADDING

    def draw(self, canvas: Any, lefts: Sequence[float], top: float) -> None:
        """Draws the cells from the top down; headings stand at the foot of their row."""
        for cell, left in zip(self.cells, lefts, strict=True):
            above = self.height - _PADDING - cell.height if self.is_header else _PADDING
            if isinstance(cell, TaggedParagraph):
                canvas.attach(cell.element)  # one without words too, or those after it would move
            cell.drawOn(canvas, left, top - above - cell.height)

    def repeated(self) -> _Row:
        """The row as it stands again on another page: an artifact, as it is read only once."""
        return _Row([Paragraph(cell.text, cell.style) for cell in self.cells], is_header=True)


class TableFlowable(Flowable):
    """A table over all the width there is; on each page its header, on the first its caption."""

    spaceBefore, spaceAfter = 8.0, 14.0  # noqa: N815  # ReportLab's names

    def __init__(
        self,
        caption: Paragraph | None,
        header: _Row,
        rows: Sequence[_Row],
        wanted_widths: Sequence[float],
        look: Styles,
    ) -> None:
        super().__init__()
        self._caption, self._header, self._rows = caption, header, rows
        self._wanted_widths, self._look = wanted_widths, look
        self.style = look.table_cells[0]

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Width and height of the table."""
        self._widths = _widths(self._wanted_widths, available_width)
        for row in (self._header, *self._rows):
            row.wrap(self._widths)
        self._above = 0.0
        if self._caption is not None:
            self._above = self._caption.wrap(available_width, 0)[1] + self._caption.getSpaceAfter()
        self.width = available_width
        self.height = self._above + sum(row.height for row in (self._header, *self._rows))
        return self.width, self.height

    def split(self, available_width: float, available_height: float) -> list[Flowable]:
        """The rows that fit, and the others under the header again; none where too few would."""
        self.wrap(available_width, available_height)
        room = available_height - self._above - self._header.height
        fitting = sum(end <= room for end in accumulate(row.height for row in self._rows))
        fitting = min(fitting, len(self._rows) - _TOGETHER)
        if fitting < _TOGETHER:
            return []
        return [
            self._piece(self._caption, self._header, self._rows[:fitting]),
            self._piece(None, self._header.repeated(), self._rows[fitting:]),
        ]

    def _piece(
        self, caption: Paragraph | None, header: _Row, rows: Sequence[_Row]
    ) -> TableFlowable:
        return TableFlowable(caption, header, rows, self._wanted_widths, self._look)

    def draw(self) -> None:
        """Draws caption, header and rows in the order in which they are read."""
        canvas: Any = self.canv
        top = self.height - self._above
        if self._caption is not None:
            self._caption.drawOn(canvas, 0, self.height - self._caption.height)
        lefts = [*accumulate(self._widths[:-1], initial=0.0)]
        for row in (self._header, *self._rows):
            row.draw(canvas, lefts, top)
            top -= row.height
            is_strong = row.is_header or row.ends_part or row is self._rows[-1]
            canvas.setStrokeColor(self._look.accent if is_strong else HAIRLINE)
            canvas.setLineWidth(_STRONG if is_strong else _LIGHT)
            canvas.line(0, top, self.width, top)


def table(content: blocks.Table, look: Styles, parent: Element | None = None) -> TableFlowable:
    """A table within a part of the letter."""
    whole = Element("Table", parent)
    caption = None
    if content.caption:
        style, element = look.table_caption, Element("Caption", whole)
        caption = TaggedParagraph(_markup(content.caption), style, element)
    header = _row(content.headings, look.table_headings, whole, is_header=True)
    rows = [_row(texts, look.table_cells, whole) for texts in content.rows]
    if content.has_total:
        rows[-1] = _row(content.rows[-1], look.table_total, whole)
        if rows[1:]:
            rows[-2].ends_part = True
    return TableFlowable(caption, header, rows, _wanted_widths(content, look), look)


def _row(
    texts: Sequence[str],
    styles: tuple[ParagraphStyle, ParagraphStyle],
    whole: Element,
    *,
    is_header: bool = False,
) -> _Row:
    """A row of text: its first cell is its heading, or all of them are headings of columns."""
    row, (first, figures) = Element("TR", whole), styles
    others = len(texts) - 1
    scopes = ["Column"] * len(texts) if is_header else ["Row", *[None] * others]
    cells = [
        TaggedParagraph(_markup(text), style, Element("TH" if scope else "TD", row, scope=scope))
        for text, style, scope in zip(texts, [first, *[figures] * others], scopes, strict=True)
    ]
    return _Row(cells, is_header)


def _markup(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br/>")


def _wanted_widths(content: blocks.Table, look: Styles) -> list[float]:
    """The width that each column needs so that no cell, and no word of its heading, is broken."""
    _, heading_style = look.table_headings
    _, style = look.table_total  # set wider than the rows above it
    widths = []
    for heading, *cells in zip(content.headings, *content.rows, strict=True):
        words = [_width(word, heading_style) for word in heading.split()]
        lines = [_width(line, style) for cell in cells for line in cell.split("\n")]
        widths.append(max(words + lines) + _GAP)
    return widths


def _width(text: str, style: ParagraphStyle) -> float:
    return stringWidth(text, style.fontName, style.fontSize)


def _widths(wanted: Sequence[float], available: float) -> list[float]:
    """The widths of columns: those of figures alike where there is room, the first has the rest."""
    first, *figures = wanted
    room = (available - first) / len(figures)
    if (widest := max(figures)) <= room:
        figures = [max(widest, min(_ROOMY, room))] * len(figures)
    share = min(1.0, (1 - _FIRST) * available / sum(figures))
    figures = [share * width for width in figures]
    return [available - sum(figures), *figures]
