"""A year's Review: all authorities together, in it and in the years before that are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from lgo_letters.edition.text.blocks import Paragraph
from lgo_letters.edition.text.functions import functions
from lgo_letters.errors import Problem
from lgo_letters.figures.compare import AuthorityFigures, Averages
from lgo_letters.figures.count import total
from lgo_letters.figures.definitions import Counts, Statistic
from lgo_letters.figures.history import EarlierYear
from lgo_letters.letter.compose import values_of_year
from lgo_letters.run.composed import year_figures
from lgo_letters.tables.data import Authority
from lgo_letters.tables.history import PastFigures, PublishedYear
from lgo_letters.year import ReportingYear

from .page import Link
from .site import KnownYear, Site
from .year import SiteYear


class Origin(StrEnum):
    """Where the figures of a year are from."""

    COUNTED = "counted"
    """The year is one of the site's, and nothing else was published for it."""
    PUBLISHED = "published"
    """They are the sums of what was published for each authority."""
    RECALCULATED = "recalculated"
    """They are counted again from the decisions as they are known today."""


@dataclass(frozen=True, slots=True)
class WholeYear:
    """What all authorities together come to in a year; counts that are not known are left out.

    `rates` go by the statistic's name.
    """

    year: ReportingYear
    origin: Origin
    counts: Counts
    rates: Averages


@dataclass(frozen=True)
class Review:
    """The Review of one of the site's years."""

    site: Site
    year: SiteYear

    @property
    def link(self) -> Link:
        """What it is called, and where its page lies."""
        title = f"{self.year.edition.settings.review.title} {self.year.label}"
        return Link(title, f"review/{self.year.ending}/index.html")

    @cached_property
    def statistics(self) -> Sequence[Statistic]:
        """Those that all authorities together have.

        Over residents they have none: a county and its districts have the same.
        """
        definitions = self.year.definitions
        return [
            one
            for one in definitions.statistics
            if {one.numerator, one.denominator} <= {*definitions.row_counts}
        ]

    @cached_property
    def years(self) -> Sequence[WholeYear]:
        """Its year, and those before it of which counts are known; the newest first."""
        newest, now = self.site.newest, self.year.figures.year
        known = (known for known in self.site.known_years if known.year <= now)
        return [whole for one in known if (whole := _whole_year(newest, one)).counts]

    @cached_property
    def sentences(self) -> Sequence[Paragraph]:
        """What the edition says at its head, without what prints a figure that does not exist."""
        england = self.year.figures.england
        statistics = {
            one.name: replace(one, decimals=one.england_decimals or one.decimals)
            for one in self.year.definitions.statistics
        }
        everybody = Authority(england.name, type="", role="")
        values = {
            **values_of_year(self.year.edition),
            **functions(
                AuthorityFigures(everybody, england.counts, {}),
                statistics,
                self.year.edition.settings.nouns,
                self.year.edition.words.format_number,
                self._earlier,
            ),
            "authority": england.name,
        }
        said = []
        for wording in self.year.edition.review:
            blanks: list[Problem] = []
            paragraph = wording.optional_paragraph({**values, "on_blank": blanks.append})
            if paragraph is not None and not blanks:
                said.append(paragraph)
        return said

    def _earlier(self, years_ago: int) -> EarlierYear | None:
        ending = self.year.ending - years_ago
        then = next((whole for whole in self.years if whole.year.ending == ending), None)
        if then is None:
            return None
        numbers = {
            f"{one.name}_rate": one.rounded(rate, one.england_decimals)
            for one in self.statistics
            if (rate := then.rates.get(one.name)) is not None
        }
        figures = {self.year.figures.england.name: PastFigures("", None, numbers)}
        breaks = self.site.breaks_between(then.year, self.year.figures.year)
        return EarlierYear(then.year, then.origin is Origin.RECALCULATED, figures, breaks)


def _whole_year(newest: SiteYear, known: KnownYear) -> WholeYear:
    published = newest.inputs.published.get(known.year.ending)
    totals = {} if published is None else _totals(published)
    if known.year_of_site is not None:
        figures = known.year_of_site.figures
        sums = total([one.counts for one in figures.authorities], figures.definitions)
        is_as_published = all(sums.get(name) == totals[name] for name in totals)
        origin = Origin.COUNTED if is_as_published else Origin.RECALCULATED
    elif published is not None:
        rates = newest.definitions.rates(totals)
        return WholeYear(known.year, Origin.PUBLISHED, totals, rates)
    else:
        figures = year_figures(newest.inputs, newest.ending - known.year.ending)
        origin = Origin.RECALCULATED
    return WholeYear(known.year, origin, figures.england.counts, figures.england.rates)


def _totals(published: PublishedYear) -> Counts:
    """The sums of the counts that a statistics.csv has of every authority."""
    rows = [
        row.counts if row.decisions is None else {"decisions": row.decisions, **row.counts}
        for row in published.figures.values()
    ]
    names = [name for name in rows[0] if all(name in counts for counts in rows)]
    return {name: sum(counts[name] for counts in rows) for name in names}
