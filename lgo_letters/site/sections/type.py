"""The parts of a type's page: its averages, what may be chance, and its authorities by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from lgo_letters.figures.chance import Chance
from lgo_letters.figures.compare import GroupFigures
from lgo_letters.figures.definitions import AverageMethod, Statistic
from lgo_letters.figures.explain import drawn_average
from lgo_letters.site import charts, words
from lgo_letters.site.page import Section
from lgo_letters.site.site import Site, SiteType


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


def chance_section(site: Site, type_: SiteType) -> Section | None:
    """How far its authorities differ by more than chance; None where nothing can be said."""
    year, comparison = site.newest, site.newest.edition.settings.comparison
    if type_.group is None or comparison is None:
        return None
    tested = [one for one in year.definitions.statistics if one.name in year.chances]
    funnels = [
        _funnel(site, type_, type_.group, statistic)
        for statistic in tested
        if type_.group.counts[statistic.denominator]
    ]
    if not funnels:
        return None
    values = {"type": type_, "comparison": comparison, "statistics": tested, "funnels": funnels}
    return Section("chance", "What may be chance", "section-chance.html", values)


def _funnel(
    site: Site, type_: SiteType, group: GroupFigures, statistic: Statistic
) -> Mapping[str, object]:
    """A chart, the average in it, and of how many authorities each thing is said."""
    name = site.newest.edition.statistic_name(statistic.name)
    cases = site.newest.definitions.noun(statistic.denominator, 2)
    average = words.rate(statistic, statistic.rate(group.counts))
    number = Counter(one.newest.chance(statistic) for one in type_.members)
    said = "; ".join(f"{chance.label.lower()}, {number[chance]:,}" for chance in Chance)
    counts = [(one.name, one.newest.figures.counts) for one in type_.members]
    chart = charts.funnel_chart(
        f"Funnel chart: {name}, by the number of {cases}. All together, {average}; {said}.",
        [(one, its[statistic.denominator], its[statistic.numerator]) for one, its in counts],
        group.counts[statistic.denominator],
        group.counts[statistic.numerator],
        (statistic.per, statistic.unit),
    )
    return {"name": name, "cases": cases, "average": average, "number": number, "chart": chart}


def members_section(_: Site, type_: SiteType) -> Section:
    """Its authorities with their figures."""
    heading = "The authorities by name"
    return Section("members", heading, "section-members.html", {"type": type_})
