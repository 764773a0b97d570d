from __future__ import annotations

import pytest
from reportlab.lib.colors import Color, black, white
from reportlab.pdfbase.pdfmetrics import stringWidth

from lgo_letters.pdf.styles import (
    FACES,
    INK,
    RING,
    RING_EDGE,
    SMALL_PRINT,
    characters_of_the_fonts,
    register_fonts,
    styles,
)

# The lightest greys and hues that an edition may choose: just above 4.5:1 against white.
LIGHTEST_ACCENTS = ["#767676", "#1D4F60", "#C8102E", "#007A3D", "#0072CE", "#8A6A00"]


def contrast(one: Color, other: Color) -> float:
    """WCAG 2.2's contrast ratio, from the colours as ReportLab holds them."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Color) -> float:
    parts = (colour.red, colour.green, colour.blue)
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("accent", LIGHTEST_ACCENTS)
def test_all_text_has_a_contrast_of_4_5_to_1_against_the_page(accent: str) -> None:
    look = styles(accent)
    every = [style for style in vars(look).values() if hasattr(style, "textColor")]
    assert len(every) > 12
    for style in every:
        assert contrast(style.textColor, white) >= 4.5, style.name
        assert contrast(style.bulletColor, white) >= 4.5, style.name
    assert min(contrast(INK, white), contrast(SMALL_PRINT, white)) >= 7


@pytest.mark.parametrize("accent", LIGHTEST_ACCENTS)
def test_the_parts_of_a_chart_have_a_contrast_of_3_to_1(accent: str) -> None:
    look = styles(accent)
    assert contrast(look.accent, RING) >= 3  # the arc against the rest of the ring
    assert contrast(RING_EDGE, white) >= 3  # the ring against the page
    assert contrast(black, RING) >= 3  # the mark on the ring
    assert contrast(white, look.accent) >= 3  # the mark's edge on the arc


def test_the_measure_of_contrast_is_that_of_wcag() -> None:
    assert contrast(black, white) == pytest.approx(21)
    assert contrast(Color(0x76 / 255, 0x76 / 255, 0x76 / 255), white) == pytest.approx(
        4.54, abs=0.01
    )


def test_the_fonts_have_what_british_and_welsh_names_need() -> None:
    assert set("ÂÊÎÔÛŴŶâêîôûŵŷéèáö£€–—‘’“”…•½") <= characters_of_the_fonts()  # noqa: RUF001
    assert not set("漢☎") & characters_of_the_fonts()


def test_the_digits_of_every_face_are_of_one_width() -> None:
    """So figures of as many digits take the same room, as the fast layout and page numbers do."""
    register_fonts()
    for face in FACES:
        assert len({stringWidth(digit, face, 10) for digit in "0123456789"}) == 1
