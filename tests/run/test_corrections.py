"""corrections.csv as it is read again: what each figure was last corrected to."""

from __future__ import annotations

from datetime import date

from lgo_letters.run.corrections import Correction, corrected_figures


def correction(file: str, *figures: tuple[str, str, str], is_reissued: bool) -> Correction:
    return Correction(file, file, date(2020, 8, 3), "why", is_reissued, figures)


def test_the_last_of_several_corrections_of_a_figure_holds() -> None:
    assert corrected_figures(
        [
            correction("a.pdf", ("rate", "45", "46"), ("average", "60", "61"), is_reissued=False),
            correction("b.pdf", ("rate", "10", "11"), is_reissued=True),
            correction("a.pdf", ("rate", "45", "47"), is_reissued=False),
        ]
    ) == {"a.pdf": {"rate": "47", "average": "61"}, "b.pdf": {"rate": "11"}}


def test_what_was_corrected_before_a_letter_was_reissued_is_in_the_new_letter() -> None:
    assert corrected_figures(
        [
            correction("a.pdf", ("rate", "45", "46"), is_reissued=False),
            correction("a.pdf", is_reissued=True),
            correction("a.pdf", ("average", "60", "61"), is_reissued=False),
        ]
    ) == {"a.pdf": {"average": "61"}}
