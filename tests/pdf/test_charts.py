"""What charts show, measured on the page as it is drawn."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pdfplumber
import pypdfium2
import pytest
from PIL import Image

from lgo_letters.letter.letter import Chart, Letter
from lgo_letters.pdf.styles import MARGIN, WIDTH
from lgo_letters.pdf.typeset import typeset
from tests.support.shapes import SHAPES

SHARES = [Fraction(share, 100) for share in (0, 1, 25, 40, 99, 100)]
_SCALE = 3  # pixels in a point
_STEPS = 800  # at which a chart is looked at
_DARK = 120  # shades of grey from 0: the accent is darker, the track lighter


def _drawn(letter: Letter, chart: Chart) -> Image.Image:
    """The page of a letter's one panel, with a chart, in greys."""
    panel = letter.panels[0]._replace(chart=chart)
    pdf = typeset(letter._replace(panels=(panel,)))
    with pypdfium2.PdfDocument(pdf.content) as document:
        picture: Image.Image = document[pdf.pages - 1].render(scale=_SCALE).to_pil().convert("L")
    return picture


def _shade(picture: Image.Image, x: float, y: float) -> int:
    """The shade of a point of the page, from its upper left corner."""
    shade = picture.getpixel((round(x * _SCALE), round(y * _SCALE)))
    assert isinstance(shade, int)
    return shade


def _around_the_ring(picture: Image.Image) -> Iterator[tuple[float, int]]:
    """Shares of the full ring, clockwise from the top, and the shades found there."""
    left = MARGIN - 6  # the mark may stand out
    top = 22 / 25.4 * 72 + 1.5 + 8 + 18 + 8
    centre = 21 / 25.4 * 72
    radius = centre - 6 - 19 / 2
    for step in range(_STEPS):
        share = (step + 0.5) / _STEPS
        angle = 2 * math.pi * share
        across, down = radius * math.sin(angle), -radius * math.cos(angle)
        yield share, _shade(picture, left + centre + across, top + centre + down)


def _along_the_bar(picture: Image.Image) -> Iterator[tuple[float, int]]:
    """Shares of the full bar, from the left, and the shades found there."""
    middle = 22 / 25.4 * 72 + 1.5 + 8 + 18 + 8 + 6 + 16 / 2
    for step in range(_STEPS):
        share = (step + 0.5) / _STEPS
        yield share, _shade(picture, MARGIN + share * WIDTH, middle)


TRACKS = {"ring": _around_the_ring, "bar": _along_the_bar}


@pytest.mark.parametrize("kind", TRACKS)
@pytest.mark.parametrize("share", SHARES)
def test_a_chart_is_dark_as_far_as_its_share_goes(
    bromsgrove: Letter, kind: str, share: Fraction
) -> None:
    picture = _drawn(bromsgrove, Chart(kind, share, None, "A chart"))
    for part, shade in TRACKS[kind](picture):
        if abs(part - share) > 0.01 and 0.005 < part < 0.995:  # but for edges
            assert (shade < _DARK) == (part < share), part
            assert 215 < shade < 240 or part < share, part


@pytest.mark.parametrize("kind", TRACKS)
@pytest.mark.parametrize("share", [Fraction(1, 5), Fraction(9, 10)])
def test_the_mark_is_black_edged_in_white_at_the_average(
    bromsgrove: Letter, kind: str, share: Fraction
) -> None:
    """Beyond the share and within it."""
    picture = _drawn(bromsgrove, Chart(kind, share, Fraction(3, 5), "A chart"))
    plain = _drawn(bromsgrove, Chart(kind, share, None, "A chart"))
    differing = [
        (part, shade)
        for (part, shade), (_, before) in zip(
            TRACKS[kind](picture), TRACKS[kind](plain), strict=True
        )
        if abs(shade - before) > 10
    ]
    assert {round(part, 1) for part, _ in differing} == {0.6}
    shades = [shade for _, shade in differing]
    assert min(shades) < 30
    assert max(shades) > 240


@pytest.mark.parametrize("kind", TRACKS)
def test_an_empty_chart_is_white_within_a_dashed_edge(bromsgrove: Letter, kind: str) -> None:
    picture = _drawn(bromsgrove, Chart(kind, None, None, "An empty chart"))
    assert {shade for _, shade in TRACKS[kind](picture)} == {255}
    panel = bromsgrove.panels[0]._replace(chart=Chart(kind, None, None, "An empty chart"))
    assert b"[3 3] 0 d" not in typeset(bromsgrove).content
    with pdfplumber.open(
        io.BytesIO(typeset(bromsgrove._replace(panels=(panel,))).content)
    ) as document:
        shown: Any = document.pages[-1]
        outlines = [item for item in [*shown.rects, *shown.curves] if item["stroke"]]
        assert outlines
        assert all(item["dash"] == ([3, 3], 0) for item in outlines)


def test_what_the_mark_means_is_said_only_where_there_is_a_mark(bromsgrove: Letter) -> None:
    for kind in TRACKS:
        for average in (None, Fraction(1, 2)):
            chart = Chart(kind, Fraction(1, 3), average, "A chart", "average of the others")
            panel = bromsgrove.panels[0]._replace(chart=chart)
            with pdfplumber.open(
                io.BytesIO(typeset(bromsgrove._replace(panels=(panel,))).content)
            ) as document:
                words = document.pages[-1].extract_text()
            assert ("average of the others" in words) == (average is not None)


def test_large_figures_run_into_no_other_line(letters: dict[str, Letter]) -> None:
    """Heights above the line and depths below it are Liberation Sans's, of the size."""
    letter = SHAPES["panels with their figures late"](letters)
    with pdfplumber.open(io.BytesIO(typeset(letter).content)) as document:
        characters = document.pages[-1].chars
    large = [char for char in characters if char["size"] > 20 and char["text"].strip()]
    assert len(large) > 10
    for figure in large:
        for char in characters:
            apart = char["x1"] < figure["x0"] or figure["x1"] < char["x0"]
            line, other = figure["matrix"][5], char["matrix"][5]
            if not apart and abs(line - other) > 1:
                assert other - 0.21 * char["size"] > line + 0.73 * 28 or other + 8 < line
