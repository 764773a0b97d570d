"""What a person should know about a year's inputs, whichever command has read them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import TYPE_CHECKING

from lgo_letters.errors import count_of
from lgo_letters.year import format_date

from .console import notice

if TYPE_CHECKING:
    from lgo_letters.edition.accessibility import Statement
    from lgo_letters.figures.compare import YearFigures
    from lgo_letters.run.inputs import Inputs


def notice_of_figures(inputs: Inputs, figures: YearFigures) -> None:
    """Says that nothing was decided in the year, or that a date cannot be right."""
    if not figures.england.counts["decisions"]:
        notice(no_decision(inputs))
    notice_implausible_dates(inputs)


def notice_unheld(inputs: Inputs, figures: YearFigures) -> None:
    """Says that something was counted which stands in nobody's letter."""
    if number := figures.not_in_year.authorities:
        name = next(
            body.authority.name
            for body in figures.absent
            if body.holder is None and any(body.counts.values())
        )
        which = f"{name}, which takes no part in the year and has"
        if number > 1:
            which = f"{number:,} bodies, such as {name}, which take no part in the year and have"
        notice(
            f"No letter has what was counted for {which} no single successor that does; see "
            f'"Bodies not in the year" in "lgo-letters check --year {inputs.year}".'
        )


def notice_implausible_dates(inputs: Inputs) -> None:
    """Says that dates were probably mistyped: 2109 or 0019 is left out of its year's figures."""
    from lgo_letters.figures.reconcile import implausible_dates

    since = inputs.validated_definitions().since
    if dates := implausible_dates(inputs.data.decisions, since, date.today()):
        number = count_of(len(dates), "date")
        notice(
            f"{inputs.data.decisions_file.file} has {number} in the future or before {since.year}, "
            f"when there was no Ombudsman, such as {dates[0]}; correct the file, as the year's "
            "figures leave out such dates."
        )


def no_decision(inputs: Inputs) -> str:
    """The sentence for a file without a decision in the year asked for."""
    return (
        f"No decision in {inputs.data.decisions_file.file} falls in the reporting year "
        f"{inputs.year}; is it the file of that year?"
    )


SPECIMEN = "The signature is the specimen that comes with lgo-letters."


def edition_notices(inputs: Inputs) -> Iterator[str]:
    """What to see to in the edition before letters go out; nothing where it has a problem."""
    from lgo_letters.edition.folder import MARK, SETTINGS, unconfirmed

    if (edition := inputs.edition) is None:
        return
    letter, year = edition.settings.letter, edition.year
    if year.containing(letter.date) != year.earlier(-1):
        yield (
            f"The letter's date, {format_date(letter.date)}, is not within twelve months after "
            f"the reporting year, which ends on {format_date(year.end)}; see that it is right."
        )
    if letter.publication < letter.date:
        yield (
            f"The date of publication, {format_date(letter.publication)}, is before the letter's, "
            f"{format_date(letter.date)}; see that both are right."
        )
    if lines := unconfirmed(edition.texts[SETTINGS]):
        where = "line" if len(lines) == 1 else "lines"
        yield (
            f'{SETTINGS}, {where} {", ".join(map(str, lines))}: marked "{MARK}"; confirm what '
            "stands there, and delete the mark."
        )
    if inputs.has_specimen_signature:
        yield f"{SPECIMEN[:-1]}; put the signatory's own into the edition before letters go out."


def statement_notices(statement: Statement | None) -> Iterator[str]:
    """Where the statement on accessibility is still to be filled in; nothing without one."""
    if statement is None or not statement.blanks:
        return
    where = "line" if len(statement.blanks) == 1 else "lines"
    yield (
        f"accessibility.md, {where} {', '.join(map(str, statement.blanks))}: blank; fill in what "
        'stands in "[TO FILL IN: …]" before the public pages go out.'
    )


def remarks(inputs: Inputs, names: Collection[str]) -> Iterator[str]:
    """What follows the number of the letters, to authorities of these names, at a run's end."""
    if inputs.example:
        yield "Example: invented figures."
    if inputs.has_specimen_signature:
        yield SPECIMEN
    if own := [name for name in inputs.own_paragraphs if name in names]:
        yield f"With paragraphs of their own: {', '.join(own)}."
