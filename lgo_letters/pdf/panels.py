"""The headline panels as flowables: a chart on the left, the words on the right.

Sizes and distances are in points, angles in degrees.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from . import reportlab_settings  # noqa: F401  # before anything of ReportLab

# isort: split
from reportlab.lib.colors import Color, black, white
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph

from lgo_letters.edition import blocks
from lgo_letters.letter import letter

from .slots import CHART, GAP, chart_hole, panel_words
from .structure import Element
from .styles import RING, RING_EDGE, RULE, Styles, heading, list_paragraphs, paragraph

_ABOVE_HEADING = 8


class PanelFlowable(Flowable):
    """A panel that is drawn on one page or not at all: rule, heading, chart beside the words."""

    def __init__(self, panel: letter.Panel, number: int, styles: Styles) -> None:
        super().__init__()
        section = Element("Sect")
        self._heading = heading(panel.heading, styles.panel_heading, "H2", section)
        self._chart = ChartFlowable(panel.chart, styles, chart_hole(number), section)
        self._words = [
            *(
                words.flowable(styles, hole, section)
                for hole, words in panel_words(panel, number).items()
            ),
            *_note(panel, styles, section),
        ]
        self._accent = styles.accent
        self.spaceAfter = 15 * mm

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Width and height of the panel."""
        self.width = available_width
        _, heading = self._heading.wrap(available_width, available_height)
        self._top = RULE + _ABOVE_HEADING + heading + self._heading.getSpaceAfter()
        self._words_height = stacked_height(
            self._words, available_width - CHART - GAP, available_height
        )
        self.height = self._top + max(self._words_height, CHART)
        return self.width, self.height

    def draw(self) -> None:
        """Draws its parts in the order in which they are read."""
        self.canv.setFillColor(self._accent)
        self.canv.rect(0, self.height - RULE, self.width, RULE, stroke=0, fill=1)
        heading_height = self._heading.height
        self._heading.drawOn(self.canv, 0, self.height - RULE - _ABOVE_HEADING - heading_height)
        below = self.height - self._top
        self._chart.drawOn(self.canv, -ChartFlowable.OVERHANG, below - CHART)
        beside_the_middle = max(0.0, (CHART - self._words_height) / 2)
        draw_stacked(self._words, self.canv, CHART + GAP, below - beside_the_middle)


def _note(panel: letter.Panel, styles: Styles, section: Element) -> Iterator[Paragraph]:
    for block in panel.note:
        match block:
            case blocks.ListBlock():
                yield from list_paragraphs(block, styles.small_list, section)
            case blocks.Heading():
                yield heading(block.text, styles.subheading, "H3", section)
            case blocks.Paragraph():
                yield paragraph(block, styles.small_print, section)


class ChartFlowable(Flowable):
    """A ring whose dark arc is the rate, clockwise from the top, with a mark at the average."""

    _RING = 19.0
    OVERHANG = 6.0  # of the mark, beyond the ring on both sides
    _OUTER = CHART / 2 - OVERHANG
    _INNER = _OUTER - _RING

    def __init__(
        self, chart: letter.Chart, styles: Styles, hole: str, section: Element | None = None
    ) -> None:
        super().__init__()
        self._drawn, self._hole = chart, hole
        self._element = Element("Figure", section, chart.alternative)
        self._accent = styles.accent
        self.width = self.height = CHART

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Width and height, which are fixed."""
        return self.width, self.height

    def draw(self) -> None:
        """Draws the chart as a Figure, with its alternative text."""
        canvas: Any = self.canv
        with canvas.figure(self._element, CHART, CHART, self._hole):
            self._draw_ring()
            self.draw_own()

    def draw_own(self) -> None:
        """Draws what is the letter's own: the arc and the mark."""
        canvas: Any = self.canv
        with canvas.hole(self._hole):
            if self._drawn.rate:
                self._draw_arc(self._accent, self._drawn.rate)
            if self._drawn.average is not None:
                self._draw_mark(self._drawn.average)

    def _draw_ring(self) -> None:
        """Draws the ring; that of the empty chart is of dashes."""
        if self._drawn.rate is None:
            self.canv.setDash(3, 3)
        else:
            self._draw_arc(RING, 100)
        self.canv.setLineWidth(0.8)
        self.canv.setStrokeColor(RING_EDGE)
        for radius in (self._OUTER, self._INNER):
            self.canv.circle(CHART / 2, CHART / 2, radius)
        self.canv.setDash()

    def _draw_arc(self, colour: Color, rate: int) -> None:
        """The part of the ring that `rate` per cent of it takes."""
        radius = (self._INNER + self._OUTER) / 2
        self.canv.setLineWidth(self._RING)
        self.canv.setStrokeColor(colour)
        near, far = CHART / 2 - radius, CHART / 2 + radius
        path = self.canv.beginPath()
        angle: Any = -3.6 * rate  # whole degrees would do for the types alone
        path.arc(near, near, far, far, startAng=90, extent=angle)
        if rate == 100:  # joined up, or the ring would show a seam
            path.close()
        self.canv.drawPath(path)

    def _draw_mark(self, average: int) -> None:
        """A black line across the ring, edged in white where it crosses the dark arc."""
        angle = math.radians(90 - 3.6 * average)
        ends = [
            CHART / 2 + radius * part
            for radius in (self._INNER - self.OVERHANG, self._OUTER + self.OVERHANG)
            for part in (math.cos(angle), math.sin(angle))
        ]
        for colour, width in ((white, 4.6), (black, 2.6)):
            self.canv.setStrokeColor(colour)
            self.canv.setLineWidth(width)
            self.canv.line(*ends)


def stacked_height(content: Sequence[Flowable], width: float, height: float) -> float:
    """The height of flowables below each other, wrapped to a width, the last's space left out."""
    total = space = 0.0
    for each in content:
        total += max(space, each.getSpaceBefore()) if total else 0
        total += each.wrap(width, height)[1]
        space = each.getSpaceAfter()
    return total


def draw_stacked(content: Sequence[Flowable], canvas: Canvas, left: float, top: float) -> None:
    """Draws wrapped flowables below each other from a point down."""
    space, first = 0.0, True
    for each in content:
        top -= each.height + (0 if first else max(space, each.getSpaceBefore()))
        each.drawOn(canvas, left, top)
        space, first = each.getSpaceAfter(), False
