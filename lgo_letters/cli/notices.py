"""What a person ought to know of a year's inputs, whichever command has read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from .console import notice

if TYPE_CHECKING:
    from lgo_letters.figures.compare import YearFigures
    from lgo_letters.run.inputs import Inputs


def notice_of_figures(inputs: Inputs, figures: YearFigures) -> None:
    """Says that nothing was decided in the year, or that a date cannot be right."""
    if not figures.england.counts["decisions"]:
        notice(no_decision(inputs))
    notice_implausible_dates(inputs)


def notice_implausible_dates(inputs: Inputs) -> None:
    """Says that dates were most likely mistyped: 2109 or 0019 leaves the figures of its year."""
    from lgo_letters.figures.reconcile import implausible_dates

    if dates := implausible_dates(inputs.data.decisions, date.today()):
        number = "1 date" if len(dates) == 1 else f"{len(dates):,} dates"
        notice(
            f"{inputs.data.decisions_file.file} has {number} before 1974, when there was no "
            f"Ombudsman, or in the future, such as {dates[0]}; correct the file, as no figure of "
            "the year counts what happened then."
        )


def no_decision(inputs: Inputs) -> str:
    """The sentence for a file without a decision in the year asked for."""
    return (
        f"No decision in {inputs.data.decisions_file.file} falls in the reporting year "
        f"{inputs.year}; is it the file of that year?"
    )


SPECIMEN = "The signature is the specimen that comes with lgo-letters."


def notice_specimen_signature(inputs: Inputs) -> None:
    """Says that letters of one's own data would be signed by a specimen."""
    if inputs.has_specimen_signature:
        notice(f"{SPECIMEN[:-1]}; put the signatory's own into the edition before letters go out.")


def remarks(inputs: Inputs, chosen: Sequence[int]) -> Iterator[str]:
    """What stands on the last line of a run behind the number of letters."""
    if inputs.example:
        yield "Example: invented figures."
    if inputs.has_specimen_signature:
        yield SPECIMEN
    names = {inputs.data.authorities[index].name for index in chosen}
    if own := [name for name in inputs.own_paragraphs if name in names]:
        yield f"With paragraphs of their own: {', '.join(own)}."
