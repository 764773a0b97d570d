"""The parts of a type's page: its averages, and its authorities by name."""

from __future__ import annotations

from lgo_letters.figures.definitions import AverageMethod
from lgo_letters.figures.explain import drawn_average
from lgo_letters.site import words
from lgo_letters.site.page import Section
from lgo_letters.site.year import Site, SiteType


def averages_section(site: Site, type_: SiteType) -> Section | None:
    """Each statistic of a compared type: its average, and what that is drawn from."""
    figures, edition = site.newest.figures, site.newest.edition
    if type_.group is None:
        return None
    headlines = []
    for statistic in figures.definitions.statistics:
        sums = drawn_average(figures, type_.name, statistic).sums
        drawn_from = f"the mean of {sums.number:,} rates"
        if figures.definitions.average_method is AverageMethod.POOLED:
            noun = figures.definitions.noun(statistic.denominator, sums.number)
            drawn_from = f"{int(sums.total):,} of {sums.number:,} {noun}"
        headlines.append(
            {
                "column": statistic.name,
                "name": edition.statistic_name(statistic.name),
                "rate": words.rate(statistic, sums.average),
                "drawn_from": drawn_from,
            }
        )
    return Section("averages", "Averages", "section-averages.html", {"headlines": headlines})


def members_section(_: Site, type_: SiteType) -> Section:
    """Its authorities with their figures."""
    heading = "The authorities by name"
    return Section("members", heading, "section-members.html", {"type": type_})
