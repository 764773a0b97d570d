"""One composed year, taken by every command: inputs → figures → letters, checked once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lgo_letters.errors import Problem, raise_for_problems
from lgo_letters.figures.compare import YearFigures, compare
from lgo_letters.figures.count import count

from .inputs import Inputs, find_authority
from .pool import Pool

if TYPE_CHECKING:
    from lgo_letters.letter.letter import Letter


@dataclass(frozen=True, slots=True)
class ComposedYear:
    """A year whose inputs are valid and whose letters can all be set, in the figures' order."""

    inputs: Inputs
    figures: YearFigures
    letters: Sequence[Letter]


def indices_of(inputs: Inputs, texts: Sequence[str]) -> Sequence[int]:
    """The authorities meant by names or parts of names, in file order; all if none is given.

    Raises UsageError if a text means several authorities or none.
    """
    names = [authority.name for authority in inputs.data.authorities]
    if not texts:
        return range(len(names))
    return sorted({names.index(find_authority(text, names)) for text in texts})


def year_figures(inputs: Inputs) -> YearFigures:
    """The year's figures; raises DataError or EditionError if an input has a problem."""
    definitions, data = inputs.validated_definitions(), inputs.data
    year = definitions.year(inputs.year)
    return compare(data.authorities, count(data, definitions, year), year, definitions)


def year_letters(
    inputs: Inputs, figures: YearFigures, on_blank: Callable[[Problem], None] = lambda _: None
) -> Sequence[Letter]:
    """Every authority's letter, not yet tried; raises as `year_figures`.

    `on_blank` is told of each figure that a letter prints though the authority has none.
    """
    from lgo_letters.letter.compose import compose_all  # figures alone need no letter

    edition, own = inputs.validated_edition(), inputs.own_paragraphs
    return compose_all(figures.authorities, edition, own, example=inputs.example, on_blank=on_blank)


def compose_year(inputs: Inputs, pool: Pool) -> ComposedYear:
    """The whole year, every letter tried; raises DataError or EditionError if one has a problem."""
    from .trial import try_letters

    figures = year_figures(inputs)
    letters = year_letters(inputs, figures)
    raise_for_problems(*try_letters(inputs, letters, pool))
    return ComposedYear(inputs, figures, letters)
