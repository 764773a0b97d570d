"""The steps between what was read and what is typeset, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lgo_letters.figures.statistics import YearFigures, compare

from .inputs import Inputs

if TYPE_CHECKING:
    from lgo_letters.letter.composition import Letters


def year_figures(inputs: Inputs) -> YearFigures:
    """Compares what was counted; raises DataError or EditionError where an input has a problem."""
    choices, data = inputs.sound_choices(), inputs.data
    return compare(
        data.authorities,
        data.decisions.counts,
        choices.year,
        choices.compared_types,
        choices.average_method,
    )


def year_letters(inputs: Inputs, figures: YearFigures) -> Letters:
    """Every authority's letter; raises as `year_figures`."""
    from lgo_letters.letter.composition import Letters  # figures alone need no letter

    return Letters(figures, inputs.sound(), inputs.own_paragraphs, inputs.example)
