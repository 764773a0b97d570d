"""The parts of a year's Review that say what all authorities come to, and how that is counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from lgo_letters.figures.definitions import Statistic, plain_number
from lgo_letters.names import capitalised
from lgo_letters.site import words
from lgo_letters.site.charts import LineChart, line_chart
from lgo_letters.site.page import Download, Section
from lgo_letters.site.review import Origin, Review, WholeYear
from lgo_letters.site.year import SiteYear

from .start import headlines


def points_section(review: Review) -> Section:
    """Everybody's rates, and the sentences that the edition has on them."""
    values = {
        "headlines": headlines(review),
        "sentences": review.sentences,
        "england": review.year.figures.england,
        "language": review.year.edition.settings.document.language,
    }
    return Section("points", "Main points", "section-points.html", values)


class Figure(NamedTuple):
    """A count or, with a statistic, a rate: what it is called, and its column in tables."""

    name: str
    column: str
    statistic: Statistic | None

    def of(self, whole: WholeYear) -> Decimal | None:
        """The figure of a year; None where there is none, or it is not known."""
        if self.statistic is None:
            number = whole.counts.get(self.column)
            return None if number is None else Decimal(number)
        rate, decimals = whole.rates.get(self.statistic.name), self.statistic.england_decimals
        return None if rate is None else self.statistic.rounded(rate, decimals)

    def printed(self, whole: WholeYear) -> str | None:
        """The same as people write it."""
        number = self.of(whole)
        return None if number is None else f"{number:,f}{self.unit}"

    def plain(self, whole: WholeYear) -> int | float | None:
        """The same as programs read it."""
        number = self.of(whole)
        return None if number is None else plain_number(number)

    @property
    def unit(self) -> str:
        """What stands right after it."""
        return "" if self.statistic is None else self.statistic.unit


_UNNAMED = {
    "complied": "complied, on time or late",
    "complied_late": "of these, complied late",
    "not_complied": "did not comply",
}
"""What counts are called where the edition has no noun for them."""


def _figures(review: Review) -> Sequence[Figure]:
    """The counts, each once and before the first rate that needs it, and the rates."""
    year = review.year
    found: dict[str, Figure] = {}

    def add(count: str) -> None:
        name = capitalised(words.counted(count, year.definitions, _UNNAMED))
        found.setdefault(count, Figure(name, count, None))

    add("decisions")
    for statistic in review.statistics:
        for count in statistic.columns:
            add(count)
            if count == "complied_late":
                add("not_complied")
        column = f"{statistic.name}_rate"
        found[column] = Figure(year.edition.statistic_name(statistic.name), column, statistic)
    return [*found.values()]


def figures_section(review: Review) -> Section:
    """Every count and rate beside those of the years before, with charts where there are two."""
    figures, years = _figures(review), review.years
    in_charts = [one for one in figures if one.statistic is not None or one.column == "decisions"]
    rows = [
        {
            "year": whole.year.ending,
            "year_label": whole.year.label,
            "origin": whole.origin.value,
            **{figure.column: figure.plain(whole) for figure in figures},
        }
        for whole in years
    ]
    values = {
        "years": years,
        "figures": figures,
        "charts": [(one.name, chart) for one in in_charts if (chart := _chart(review, one))],
        "breaks": review.site.breaks_between(years[-1].year, years[0].year),
        "whole": review.year.figures.england.name,
        "Origin": Origin,
        "downloads": [Download("years", "The year in figures", rows)],
    }
    return Section("year", "The year in figures", "section-year-figures.html", values)


def _chart(review: Review, figure: Figure) -> LineChart | None:
    """A figure over the years; None where fewer than two have it."""
    in_order = review.years[::-1]
    labels = [whole.year.label for whole in in_order]
    joined = [
        not review.site.breaks_between(then.year, now.year) for then, now in pairwise(in_order)
    ]
    rows = [(review.year.figures.england.name, [figure.of(whole) for whole in in_order])]
    return line_chart(labels, rows, [False, *joined], figure.unit, figure.name)


def method_section(review: Review) -> Section:
    """How the figures are made, and what they do not say."""
    values = {
        "year": review.year,
        "statistics": described_statistics(review.year),
        "years": review.years,
        "Origin": Origin,
        "left_out": len(review.year.definitions.statistics) - len(review.statistics),
    }
    return Section("method", "Method and caveats", "section-method.html", values)


def described_statistics(year: SiteYear) -> Sequence[Mapping[str, object]]:
    """What each statistic is called, and what it counts out of what."""
    return [
        {
            "name": year.edition.statistic_name(statistic.name),
            "numerator": words.counted(statistic.numerator, year.definitions, _UNNAMED),
            "denominator": words.counted(statistic.denominator, year.definitions, _UNNAMED),
            "per": statistic.per,
            "decimals": statistic.decimals,
        }
        for statistic in year.definitions.statistics
    ]
