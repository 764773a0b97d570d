"""The holes of a letter: the words and charts that differ from one letter to the next.

Which they are, `Letter.shared` says; here they have names, and the styles in which they are set.
Sizes and distances are in points.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import reportlab_settings  # noqa: F401  # before anything of ReportLab

# isort: split
from reportlab.lib.units import mm

from lgo_letters.edition.blocks import Paragraph, Run
from lgo_letters.letter.letter import Chart, Letter, Panel, is_own

from .structure import Element
from .styles import WIDTH, LargeParagraph, Styles, paragraph
from .tagged import TaggedParagraph

CHART = 42 * mm
GAP = 6 * mm  # between the chart and the words beside it

FOOTER = "footer"


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph of a letter's own; its style is a field of Styles; bold words may be large."""

    content: Paragraph
    style: str
    width: float = WIDTH
    large: bool = False

    def flowable(
        self, look: Styles, hole: str | None = None, parent: Element | None = None
    ) -> TaggedParagraph:
        """The paragraph for a page, which knows which hole it fills."""
        style = getattr(look, self.style)
        if self.large:
            flowable: TaggedParagraph = LargeParagraph(self.content, style, look.accent, parent)
        else:
            flowable = paragraph(self.content, style, parent)
        flowable.hole = hole if is_own(self.content) else None
        return flowable


def opening_words(letter: Letter) -> dict[str, Words]:
    """Address and salutation, in their order."""
    lines = {f"address {place}": _line(line, "line") for place, line in enumerate(letter.address)}
    *_, last = lines
    lines[last] = _line(letter.address[-1], "last_line")
    return {**lines, "salutation": _line(letter.salutation, "body")}


def panel_words(panel: Panel, number: int) -> dict[str, Words]:
    """The words beside the chart of a letter's first, second or third panel, in their order."""
    width = WIDTH - CHART - GAP
    words = {"sentence": Words(panel.sentence, "panel_text", width, large=True)}
    if panel.comparison is not None:
        words["comparison"] = Words(panel.comparison, "panel_text", width)
    if panel.count is not None:
        figure, noun = panel.count
        runs = (Run(figure, bold=True), Run(f" {noun}"))
        words["count"] = Words(Paragraph(runs), "panel_count", width, large=True)
    if panel.small_print is not None:
        words["small print"] = Words(panel.small_print, "small_print", width)
    return {f"panel {number} {name}": each for name, each in words.items()}


def own_words(letter: Letter) -> dict[str, Words]:
    """All words of a letter's own, by the names of their holes."""
    words = opening_words(letter)
    for number, panel in enumerate(letter.panels, start=1):
        words |= panel_words(panel, number)
    return {name: each for name, each in words.items() if is_own(each.content)}


def chart_hole(number: int) -> str:
    """The name of the hole of a panel's chart."""
    return f"panel {number} chart"


def own_charts(letter: Letter) -> dict[str, Chart]:
    """The charts, by the names of their holes."""
    return {chart_hole(number): panel.chart for number, panel in enumerate(letter.panels, start=1)}


def _line(words: str, style: str) -> Words:
    return Words(Paragraph((Run(words),)), style)
