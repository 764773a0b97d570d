"""The parts of the start page: England in a few figures, and every authority by name."""

from __future__ import annotations

from itertools import groupby

from lgo_letters.names import key
from lgo_letters.site import words
from lgo_letters.site.page import Section
from lgo_letters.site.year import Site, SiteAuthority


def england_section(site: Site) -> Section:
    """Everybody's rates, with the decimals that the edition gives England's."""
    year = site.newest
    england = year.figures.england
    headlines = [
        {
            "column": statistic.name,
            "name": year.edition.statistic_name(statistic.name),
            "rate": words.rate(
                statistic, england.rates[statistic.name], statistic.england_decimals
            ),
            "drawn_from": f"{words.n_of_d(statistic, england.counts)} "
            f"{year.definitions.noun(statistic.denominator, 2)}",
        }
        for statistic in year.definitions.statistics
        if england.rates[statistic.name] is not None
    ]
    heading = f"{england.name} in {year.label}"
    return Section("england", heading, "section-england.html", {"headlines": headlines})


def names_section(site: Site) -> Section:
    """Every authority with a page, under the first letter of its name."""
    by_letter = groupby(site.authorities.values(), key=_initial)
    groups = [(letter, list(members)) for letter, members in by_letter]
    return Section("names", "All councils by name", "section-names.html", {"groups": groups})


def _initial(one: SiteAuthority) -> str:
    return key(one.name)[:1].upper()
