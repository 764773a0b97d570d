"""Charts: a ring or a bar, dark as far as its share goes, with a mark at an average.

What a chart draws leans on nothing drawn before it, and is the same wherever on a page it stands.
Sizes and distances are in points, angles in degrees.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from reportlab.lib.colors import Color, black, white
from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from lgo_letters.letter.letter import Chart

from .structure import Element
from .styles import RING, RING_EDGE, WIDTH

_EDGE, _MARK, _KEY = 0.8, 2.6, 9.0
_OVERHANG = 6.0  # of the mark, beyond the ring or the bar on both sides


class Ring:
    """A ring that is filled clockwise from the top, in a box whose lower left corner is here."""

    width = height = 42 * mm
    overhang = _OVERHANG  # how far the mark may stand out on the left
    _THICKNESS = 19.0
    _CENTRE = width / 2
    _OUTER = _CENTRE - _OVERHANG
    _INNER = _OUTER - _THICKNESS

    def draw_track(self, canvas: Any, is_empty: bool) -> None:
        """The whole ring; where there is nothing to count, its edges in dashes."""
        if not is_empty:
            self.draw_share(canvas, Fraction(1), RING)
        _set_edge(canvas, is_dashed=is_empty)
        for radius in (self._OUTER, self._INNER):
            canvas.circle(self._CENTRE, self._CENTRE, radius)
        canvas.setDash()

    def draw_share(self, canvas: Any, share: Fraction, colour: Color) -> None:
        """An arc."""
        radius = (self._INNER + self._OUTER) / 2
        canvas.setLineWidth(self._THICKNESS)
        canvas.setStrokeColor(colour)
        near, far = self._CENTRE - radius, self._CENTRE + radius
        path = canvas.beginPath()
        path.arc(near, near, far, far, startAng=90, extent=-float(360 * share))
        if share == 1:  # joined up, or the ring would show a seam
            path.close()
        canvas.drawPath(path)

    def draw_mark(self, canvas: Any, average: Fraction) -> None:
        """A line from within the ring to beyond it."""
        angle = math.radians(90 - 360 * average)
        ends = [
            self._CENTRE + radius * part
            for radius in (self._INNER - _OVERHANG, self._OUTER + _OVERHANG)
            for part in (math.cos(angle), math.sin(angle))
        ]
        _draw_mark(canvas, ends)


class Bar:
    """A bar over the width of the text that is filled from the left, in a box likewise."""

    _THICKNESS = 16.0
    width, height, overhang = WIDTH, _THICKNESS + 2 * _OVERHANG, 0.0

    def draw_track(self, canvas: Any, is_empty: bool) -> None:
        """The whole bar; where there is nothing to count, its edge in dashes."""
        _set_edge(canvas, is_dashed=is_empty)
        canvas.setFillColor(RING)
        inset = _EDGE / 2
        canvas.rect(
            inset, _OVERHANG + inset, self.width - _EDGE, self._THICKNESS - _EDGE, fill=not is_empty
        )
        canvas.setDash()

    def draw_share(self, canvas: Any, share: Fraction, colour: Color) -> None:
        """The left of the bar."""
        canvas.setFillColor(colour)
        canvas.rect(0, _OVERHANG, float(self.width * share), self._THICKNESS, stroke=0, fill=1)

    def draw_mark(self, canvas: Any, average: Fraction) -> None:
        """A line from below the bar to above it."""
        across = float(self.width * average)
        _draw_mark(canvas, [across, 0, across, self.height])


_DRAWINGS: dict[str, Ring | Bar] = {"ring": Ring(), "bar": Bar()}

Step = tuple[Callable[..., None], *tuple[Any, ...]]
"""What draws a part of a chart on a canvas, and its other arguments."""


def chart_steps(chart: Chart, accent: Color) -> Iterator[Step]:
    """The track, the share and the mark of a chart, as far as it has them."""
    drawing = _DRAWINGS[chart.kind]
    yield drawing.draw_track, chart.share is None
    if chart.share:
        yield drawing.draw_share, chart.share, accent
    if chart.average is not None:
        yield drawing.draw_mark, chart.average


def _set_edge(canvas: Any, *, is_dashed: bool) -> None:
    if is_dashed:
        canvas.setDash(3, 3)
    canvas.setLineWidth(_EDGE)
    canvas.setStrokeColor(RING_EDGE)


def draw_key(canvas: Any, left: float, top: float) -> None:
    """A small mark, for the words that say what the mark of a chart means."""
    canvas.saveState()
    canvas.setStrokeColor(black)
    canvas.setLineWidth(_MARK)
    canvas.line(left + _MARK / 2, top - _KEY, left + _MARK / 2, top)
    canvas.restoreState()


def _draw_mark(canvas: Any, ends: Sequence[float]) -> None:
    """A black line, edged in white where it crosses what is dark."""
    for colour, width in ((white, _MARK + 2), (black, _MARK)):
        canvas.setStrokeColor(colour)
        canvas.setLineWidth(width)
        canvas.line(*ends)


class ChartFlowable(Flowable):
    """A chart as a Figure, with its alternative text."""

    def __init__(self, chart: Chart, accent: Color, section: Element) -> None:
        super().__init__()
        self._steps = [*chart_steps(chart, accent)]
        self.element = Element("Figure", section, chart.alternative)
        drawing = _DRAWINGS[chart.kind]
        self.width, self.height, self._overhang = drawing.width, drawing.height, drawing.overhang

    def draw(self) -> None:
        """Draws the chart on the left."""
        canvas: Any = self.canv
        canvas.translate(-self._overhang, 0)
        with canvas.figure(self.element, self.width, self.height):
            for draw, *arguments in self._steps:
                draw(canvas, *arguments)
