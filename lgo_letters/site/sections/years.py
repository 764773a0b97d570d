"""An authority's statistics over all years of which any is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from lgo_letters.figures.definitions import Statistic
from lgo_letters.site import words
from lgo_letters.site.charts import LineChart, line_chart
from lgo_letters.site.page import Section
from lgo_letters.site.site import KnownYear, Site, SiteAuthority


@dataclass(frozen=True, slots=True)
class _Row:
    """One statistic in one year; `counts` is "2 of 5", or None where only the rate is known."""

    label: str
    is_recalculated: bool
    counts: str | None
    rate: str | None
    average: str | None


def years_section(site: Site, one: SiteAuthority) -> Section | None:
    """A table per statistic, and a chart where there are figures of two years or more."""
    known = [year for year in site.known_years if one.name in year.past]
    statistics = one.newest.year.definitions.statistics
    if not statistics:
        return None
    values = {
        "statistics": [
            {
                "name": one.newest.year.edition.statistic_name(statistic.name),
                "column": statistic.name,
                "rows": [_row(year, one, statistic) for year in known],
                "chart": _chart(known, one, statistic),
            }
            for statistic in statistics
        ],
        "others": words.plural(one.authority.type),
        "compared": one.newest.group is not None,
        "breaks": [note for year in known[:-1] for note in year.breaks],
        "is_other_body": any(
            one.name not in year.like_before and not year.breaks for year in known[:-1]
        ),
        "is_recalculated": any(one.name in year.recalculated for year in known),
    }
    heading = "Statistics" if len(known) == 1 else "Year by year"
    return Section("years", heading, "section-years.html", values)


def _row(year: KnownYear, one: SiteAuthority, statistic: Statistic) -> _Row:
    figures = year.past[one.name]
    counts = None
    if year.year_of_site is not None:
        its_counts = year.year_of_site.authorities[one.name].figures.counts
        counts = words.n_of_d(statistic, its_counts)
    return _Row(
        year.year.label,
        one.name in year.recalculated,
        counts,
        _printed(figures.rate(statistic.name), statistic.unit),
        _printed(figures.average(statistic.name), statistic.unit),
    )


def _printed(figure: Decimal | None, unit: str) -> str | None:
    return None if figure is None else f"{figure:,f}{unit}"


def _chart(
    known: Sequence[KnownYear], one: SiteAuthority, statistic: Statistic
) -> LineChart | None:
    """The rate and the average over the years; None where fewer than two have a rate."""
    in_order = [*reversed(known)]
    rates = [year.past[one.name].rate(statistic.name) for year in in_order]
    averages = [year.past[one.name].average(statistic.name) for year in in_order]
    labels = [year.year.label for year in in_order]
    rows: list[tuple[str, Sequence[Decimal | None]]] = [("This authority", rates)]
    if any(average is not None for average in averages):
        rows.append(("Average", averages))
    joined = [False, *(one.name in year.like_before for year in in_order[1:])]
    return line_chart(labels, rows, joined, statistic.unit)
