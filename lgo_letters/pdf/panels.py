"""The headline panels as flowables, and how they are shared out among pages.

Sizes and distances are in points.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from lgo_letters.edition.text import blocks
from lgo_letters.letter import letter

from .charts import ChartFlowable, Ring, draw_key
from .structure import Element
from .styles import RULE, WIDTH, Styles
from .tables import table
from .words import StyledText, caption, heading, list_paragraphs, paragraph

_ABOVE_HEADING = 8
_BESIDE_RING = Ring.width + 6 * mm  # from the margin to the words beside a ring
_APART, _LEAST_APART = 15 * mm, 6 * mm  # from panel to panel
_BELOW_CHART, _BELOW_HEADING = 10, 4  # of words that nothing stands beside
_ABOVE_NOTE = 10  # that has a table
_ALONE = 138 * mm  # the width of words that nothing stands beside; longer lines are hard to read


def panel_texts(panel: letter.Panel) -> Iterator[StyledText]:
    """The words of a panel from its sentence to its note, in the order in which they are read."""
    width = WIDTH - _BESIDE_RING if _has_ring(panel) else _ALONE
    yield StyledText(panel.sentence, "panel_text", width, is_large=True)
    if panel.comparison is not None:
        yield StyledText(panel.comparison, "panel_text", width)
    if panel.counted is not None:
        yield StyledText(panel.counted, "panel_count", width, is_large=True)
    if panel.small_print is not None:
        yield StyledText(panel.small_print, "small_print", width)
    if panel.caution is not None:
        yield StyledText(panel.caution, "caution", width)


def _has_ring(panel: letter.Panel) -> bool:
    return panel.chart is not None and panel.chart.kind == "ring"


def has_key(chart: letter.Chart) -> bool:
    """Whether words stand beside the mark of the average."""
    return chart.average is not None and chart.key != ""


class PanelFlowable(Flowable):
    """A panel that is drawn on one page or not at all: rule, heading, chart and words.

    A ring stands on the left of the words, a bar above them; what its mark means, if it is said,
    stands below either. A note with a table stands below all, where it has the whole width. `level`
    is that of the panel's heading.
    """

    spaceAfter = _LEAST_APART  # noqa: N815  # ReportLab's name

    def __init__(self, panel: letter.Panel, look: Styles, level: int) -> None:
        super().__init__()
        section = Element("Sect")
        style = look.panel_heading if level == 2 else look.small_panel_heading
        self._heading = heading(panel.heading, style, f"H{level}", section)
        self._words: list[Flowable] = [text.flowable(look, section) for text in panel_texts(panel)]
        self._below: list[Flowable] = []
        has_table = any(isinstance(block, blocks.Table) for block in panel.note)
        (self._below if has_table else self._words).extend(_note(panel, look, section, level + 1))
        self._chart = [*_chart(panel, look, section)]
        self._has_key = len(self._chart) > 1
        self._accent, self._has_ring = look.accent, _has_ring(panel)
        self._gap = _BELOW_CHART if self._chart else _BELOW_HEADING

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Width and height of the panel."""
        self.width = available_width
        _, heading = self._heading.wrap(available_width, available_height)
        self._top = RULE + _ABOVE_HEADING + heading + self._heading.getSpaceAfter()
        beside, alone = (Ring.width, available_width - _BESIDE_RING), (available_width, _ALONE)
        chart_width, words_width = beside if self._has_ring else alone
        self._chart_height = stacked_height(self._chart, chart_width, available_height)
        self._words_height = stacked_height(self._words, words_width, available_height)
        if self._has_ring:
            self.height = self._top + max(self._words_height, self._chart_height)
        else:
            self.height = self._top + self._chart_height + self._gap + self._words_height
        self._below_height = stacked_height(self._below, available_width, available_height)
        if self._below:
            self.height += _ABOVE_NOTE + self._below_height
        return self.width, self.height

    def draw(self) -> None:
        """Draws its parts in the order in which they are read."""
        self.canv.setFillColor(self._accent)
        self.canv.rect(0, self.height - RULE, self.width, RULE, stroke=0, fill=1)
        heading_height = self._heading.height
        self._heading.drawOn(self.canv, 0, self.height - RULE - _ABOVE_HEADING - heading_height)
        left, top = 0.0, self.height - self._top
        draw_stacked(self._chart, self.canv, left, top)
        if self._has_key:
            draw_key(self.canv, left, top - self._chart_height + self._chart[-1].height)
        if self._has_ring:
            left = _BESIDE_RING
            top -= max(0.0, (Ring.height - self._words_height) / 2)
        else:
            top -= self._chart_height + self._gap
        draw_stacked(self._words, self.canv, left, top)
        draw_stacked(self._below, self.canv, 0, self._below_height)


def _chart(panel: letter.Panel, look: Styles, section: Element) -> Iterator[Flowable]:
    """The chart, and what its mark means."""
    if panel.chart is not None:
        chart = ChartFlowable(panel.chart, look.accent, section)
        yield chart
        if has_key(panel.chart):
            yield caption(panel.chart.key, look.key, chart.element)


def _note(panel: letter.Panel, look: Styles, section: Element, level: int) -> Iterator[Flowable]:
    for block in panel.note:
        match block:
            case blocks.ListBlock():
                yield from list_paragraphs(block, look.small_list, section)
            case blocks.Heading():
                yield heading(block.text, look.subheading, f"H{level}", section)
            case blocks.Paragraph():
                yield paragraph(block, look.small_print, section)
            case blocks.Table():
                yield table(block, look, section)


class UnderHeading(Flowable):
    """A heading, and a panel that stays below it."""

    spaceAfter = _LEAST_APART  # noqa: N815  # ReportLab's name

    def __init__(self, heading: Flowable, panel: Flowable) -> None:
        super().__init__()
        self._parts = [heading, panel]

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Width and height of both."""
        self.height = stacked_height(self._parts, available_width, available_height)
        return available_width, self.height

    def draw(self) -> None:
        """Draws both."""
        draw_stacked(self._parts, self.canv, 0, self.height)


def panels_by_page(panels: Sequence[Flowable], width: float, height: float) -> list[list[Flowable]]:
    """Panels in their order, on as few pages as hold them, as many on one as on the next.

    Where they cannot be shared out evenly, earlier pages hold more; where a page has no room for
    the usual space between them, they stand closer together. A panel that is too high for any page
    has one to itself.
    """
    ways = (
        [[*panels[start:end]] for start, end in pairwise((0, *breaks, len(panels)))]
        for number in range(len(panels))
        for breaks in combinations(range(1, len(panels)), number)
    )
    fitting = (
        pages
        for pages in ways
        if all(len(page) == 1 or stacked_height(page, width, height) <= height for page in pages)
    )
    pages = min(fitting, key=_unevenness)
    for page in pages:
        more = (height - stacked_height(page, width, height)) / max(1, len(page) - 1)
        for panel in page:
            panel.spaceAfter = min(_APART, _LEAST_APART + more)
    return pages


def _unevenness(pages: Sequence[Sequence[Flowable]]) -> tuple[int, int, list[int]]:
    numbers = [len(page) for page in pages]
    return len(pages), sum(number**2 for number in numbers), [-number for number in numbers]


def stacked_height(content: Sequence[Flowable], width: float, height: float) -> float:
    """The height of flowables below each other, wrapped to a width, the last's space left out."""
    total = space = 0.0
    for flowable in content:
        total += max(space, flowable.getSpaceBefore()) if total else 0
        total += flowable.wrap(width, height)[1]
        space = flowable.getSpaceAfter()
    return total


def draw_stacked(content: Sequence[Flowable], canvas: Canvas, left: float, top: float) -> None:
    """Draws wrapped flowables below each other from a point down."""
    space, is_first = 0.0, True
    for flowable in content:
        top -= flowable.height + (0 if is_first else max(space, flowable.getSpaceBefore()))
        flowable.drawOn(canvas, left, top)
        space, is_first = flowable.getSpaceAfter(), False
