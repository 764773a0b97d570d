"""One composed year, taken by every command: inputs → figures → letters, checked once."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from lgo_letters.errors import EditionError, Problem, UsageError, raise_for_problems
from lgo_letters.figures.breakdown import Breakdown, breakdown_of_authorities, breakdowns
from lgo_letters.figures.by import OF_DECISIONS
from lgo_letters.figures.compare import AuthorityFigures, YearFigures, compare
from lgo_letters.figures.count import count
from lgo_letters.figures.explain import cases_by_authority
from lgo_letters.figures.history import Earlier, EarlierYear, Past, comparable, past_figures
from lgo_letters.names import matching
from lgo_letters.tables.cells import either
from lgo_letters.year import format_date

from .inputs import Inputs, find_authority
from .pool import preparation

if TYPE_CHECKING:
    from lgo_letters.edition.edition import Edition
    from lgo_letters.letter.compose import Reissue
    from lgo_letters.letter.letter import Letter
    from lgo_letters.letter.tables import Tables
    from lgo_letters.tables.data import Authority
    from lgo_letters.year import ReportingYear

    from .pool import Pool


@dataclass(frozen=True, slots=True)
class ComposedYear:
    """A year whose inputs are valid and whose letters can all be set, in the figures' order."""

    inputs: Inputs
    figures: YearFigures
    letters: Sequence[Letter]


def indices_of(figures: YearFigures, texts: Sequence[str]) -> Sequence[int]:
    """The authorities meant by names or parts of names, in file order; all if none is given.

    Raises UsageError if a text means several authorities or none, or one not in the year.
    """
    if not texts:
        return range(len(figures.authorities))
    return sorted({_index_of(text, figures) for text in texts})


def _index_of(text: str, figures: YearFigures) -> int:
    """A part of a name means those in the year before others; the full name wins over parts."""
    names = [one.authority.name for one in figures.authorities]
    absent = {body.authority.name: body.authority for body in figures.absent}
    found = matching(text, [*names, *absent])
    in_year = [name for name in found if name in names]
    if found and not in_year:
        raise UsageError(_absence(absent[find_authority(text, found)], figures.year))
    return names.index(find_authority(text, in_year or names))


def _absence(authority: Authority, year: ReportingYear) -> str:
    """Why it takes no part in the year, and what to do."""
    absent = f"{authority.name} takes no part in the reporting year {year.ending}: it"
    if authority.until is None or authority.until >= year.start:
        begins = format_date(authority.start or year.start)
        return f"{absent} begins on {begins}; name another authority or a later year."
    ended = f"{absent} ended on {format_date(authority.until)}"
    if not authority.successors:
        return f"{ended}; name another authority or an earlier year."
    return f"{ended}; name {either(authority.successors)}, which came after it."


def year_figures(inputs: Inputs, years_ago: int = 0) -> YearFigures:
    """The year's figures, or those of an earlier one counted from the same tables.

    Raises DataError or EditionError if an input has a problem.
    """
    definitions, data = inputs.validated_definitions(), inputs.data
    year = definitions.year(inputs.year).earlier(years_ago)
    return compare(data.authorities, count(data, definitions, year), year, definitions)


def year_breakdown(inputs: Inputs, figures: YearFigures, by: str, name: str | None) -> Breakdown:
    """The breakdown of everybody's figures, or of those of one authority of the year, by name."""
    if by not in OF_DECISIONS:
        return breakdown_of_authorities(figures, by)
    return breakdowns(inputs.data, figures.definitions, figures.year, by)[name]


def recalculated(inputs: Inputs, years_ago: int) -> Past | None:
    """An earlier year's figures, counted again; None where not all of its decisions are there."""
    if inputs.year - years_ago not in inputs.complete_years:
        return None
    return past_figures(year_figures(inputs, years_ago))


def earlier_years(inputs: Inputs) -> Earlier:
    """The years before, each counted or looked up when it is first asked for."""
    settings, now = inputs.validated_edition().settings, inputs.validated_edition().year

    @cache
    def earlier(years_ago: int) -> EarlierYear | None:
        then = now.earlier(years_ago)
        published = inputs.published.get(then.ending)
        past = published.figures if published is not None else recalculated(inputs, years_ago)
        if past is None:
            return None
        past = comparable(past, then, now, inputs.data.authorities)
        return EarlierYear(then, published is None, past, settings.breaks_between(then, now))

    return earlier


def year_letters(
    inputs: Inputs,
    figures: YearFigures,
    on_blank: Callable[[Problem], None] = lambda _: None,
    reissues: Mapping[str, Reissue] = MappingProxyType({}),
    addressees: Sequence[Authority] | None = None,
) -> Sequence[Letter]:
    """Every authority's letter, not yet tried; raises as `year_figures`.

    `on_blank` is told of each figure that a letter prints though the authority has none.
    `reissues` say which letters are made again after they were issued, as `compose_all` has them.
    `addressees` are those who may receive one, by default the authorities of the inputs.
    """
    return _composer(inputs, figures, on_blank, reissues, addressees)(figures.authorities)


def _composer(
    inputs: Inputs,
    figures: YearFigures,
    on_blank: Callable[[Problem], None],
    reissues: Mapping[str, Reissue],
    addressees: Sequence[Authority] | None = None,
) -> Callable[[Iterable[AuthorityFigures]], Sequence[Letter]]:
    """What makes the letters of some of the year's authorities, as `year_letters` all."""
    from lgo_letters.letter.compose import compose_all  # figures alone need no letter

    edition, own = inputs.validated_edition(), inputs.own_paragraphs
    cases = None
    if edition.settings.embedded.decisions:
        cases = cases_by_authority(inputs.data, figures.definitions, figures.year)
    named = {one.name: one for one in addressees or inputs.data.authorities}
    earlier = earlier_years(inputs)
    tables = _tables(inputs, figures, edition, earlier)
    return lambda authorities: compose_all(
        authorities,
        edition,
        own,
        named,
        tables,
        earlier,
        example=inputs.example,
        cases=cases,
        on_blank=on_blank,
        reissues=reissues,
    )


def _tables(inputs: Inputs, figures: YearFigures, edition: Edition, earlier: Earlier) -> Tables:
    """What makes each table of a letter; nothing is counted before one is asked for."""
    from lgo_letters.letter import tables

    @cache
    def by_service_area() -> Mapping[str | None, Breakdown]:
        return breakdowns(inputs.data, figures.definitions, figures.year, "service_area")

    return {
        "service_areas": lambda one, caption: [
            tables.service_areas(by_service_area()[one.authority.name], caption, edition)
        ],
        "years": lambda one, caption: tables.years(one, earlier, caption, edition),
    }


def compose_year(
    inputs: Inputs, pool: Pool, reissues: Mapping[str, Reissue] = MappingProxyType({})
) -> ComposedYear:
    """The whole year, every letter tried; raises DataError or EditionError if one has a problem."""
    from . import render
    from .trial import try_letters

    figures = year_figures(inputs)
    compose = _composer(inputs, figures, lambda _: None, reissues)
    if pool.number > 1:  # the others set a letter of each kind while this process composes
        with contextlib.suppress(EditionError):  # which is raised below, with all others
            pool.submit(preparation, render.try_each, compose(_one_of_each_kind(figures)))
    letters = compose(figures.authorities)
    raise_for_problems(*try_letters(inputs, letters, pool))
    return ComposedYear(inputs, figures, letters)


def _one_of_each_kind(figures: YearFigures) -> Sequence[AuthorityFigures]:
    """One authority for each set of figures that a letter may print or lack."""
    first: dict[tuple[bool, ...], AuthorityFigures] = {}
    for one in figures.authorities:
        rates = figures.definitions.rates(one.counts).values()
        first.setdefault(tuple(rate is None for rate in (*rates, *one.averages.values())), one)
    return [*first.values()]
