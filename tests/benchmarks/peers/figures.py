"""The finished figures of letters: what every program is given before the clock starts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lgo_letters.edition.edition import Edition
from lgo_letters.figures.compare import AuthorityFigures, YearFigures
from lgo_letters.figures.definitions import Counts, Statistic
from lgo_letters.names import file_stem
from lgo_letters.run.composed import year_figures
from lgo_letters.run.inputs import Inputs, read_inputs
from lgo_letters.run.sources import Sources
from lgo_letters.shipped import shipped

# What grows from one repetition to the next, so that no panel is that of an earlier repetition.
_GROWING = ("decisions", "detailed_investigations", "compliance_outcomes", "complied")

PlainFigures = dict[str, Any]
"""One letter's figures as JSON has them, with the file's name among them."""


@dataclass(frozen=True)
class Work:
    """The letters to make: as this program takes them, and as plain data for the others."""

    inputs: Inputs
    figures: YearFigures
    plain: list[PlainFigures]

    def first(self, number: int) -> Work:
        """The first so many of the letters."""
        figures = replace(self.figures, authorities=self.figures.authorities[:number])
        return Work(self.inputs, figures, self.plain[:number])


def work(number: int | None = None) -> Work:
    """So many letters of the shipped example, its authorities repeated; each once without number.

    From the second repetition on, names end in its number and the counts are a little higher.
    """
    example = shipped("examples")
    files = example / "decisions.csv", example / "authorities.csv"
    inputs = read_inputs(Sources(*files, shipped("editions") / "2020"), 2020)
    figures = year_figures(inputs)
    count = len(figures.authorities) if number is None else number
    repeated = replace(figures, authorities=tuple(_repeated(figures.authorities, count)))
    edition = inputs.validated_edition()
    return Work(inputs, repeated, [_plain(one, edition) for one in repeated.authorities])


def _repeated(once: Sequence[AuthorityFigures], number: int) -> Iterator[AuthorityFigures]:
    for index in range(number):
        repetition, which = divmod(index, len(once))
        figures = once[which]
        # The peers' letters know one name: that of the authority, not of one that came after it.
        authority = replace(figures.authority, until=None)
        if repetition:
            authority = replace(authority, name=f"{authority.name} {repetition + 1}")
            figures = replace(figures, counts=_grown(figures.counts, repetition))
        yield replace(figures, authority=authority)


def _grown(counts: Counts, by: int) -> Counts:
    """More of each, where there is one at all: an empty panel stays empty."""
    return {
        name: number + by if number and name in _GROWING else number
        for name, number in counts.items()
    }


def _plain(figures: AuthorityFigures, edition: Edition) -> PlainFigures:
    type_settings = edition.type_settings(figures.authority.type)
    return {
        "file": f"{file_stem(figures.authority.name)}.pdf",
        "authority": figures.authority.name,
        "recipient": figures.authority.recipient or "",
        "role": figures.authority.role,
        "addressed_as": figures.authority.addressed_as,
        "body": type_settings.body,
        "compared": type_settings.compared,
        "example": True,
        "panels": {
            statistic.name: _panel(statistic, figures, edition)
            for statistic in edition.definitions.statistics
        },
    }


# The counts that the 2020 edition's panels show, and those that their small print quotes.
_COUNTS = {"upheld": "upheld", "compliance": None, "remedy": "satisfactory_remedies"}
_BASED_ON = {
    "upheld": "detailed_investigations",
    "compliance": "compliance_outcomes",
    "remedy": "detailed_investigations",
}


def _panel(statistic: Statistic, figures: AuthorityFigures, edition: Edition) -> dict[str, Any]:
    rate, average = statistic.rate(figures.counts), figures.averages[statistic.name]

    def counted(count: str) -> list[str]:
        number = figures.counts[count]
        one, many = edition.settings.nouns[count]
        return [f"{number:,}", one if number == 1 else many]

    shown = _COUNTS[statistic.name]
    return {
        "rate": None if rate is None else statistic.number(rate),
        "average": None if average is None else statistic.number(average),
        "count": None if shown is None else counted(shown),
        "based_on": " ".join(counted(_BASED_ON[statistic.name])),
    }
