"""The start page: England in a few figures, and every authority by name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from lgo_letters.names import key
from lgo_letters.site import words
from lgo_letters.site.page import Page
from lgo_letters.site.year import Site, SiteAuthority


def start_page(site: Site) -> Iterator[Page]:
    """index.html."""
    year = site.newest
    england, counts = year.figures.england, year.figures.england.counts
    headlines = [
        {
            "statistic": statistic,
            "name": year.edition.statistic_name(statistic.name),
            "rate": words.rate(
                statistic, england.rates[statistic.name], statistic.england_decimals
            ),
            "counts": words.n_of_d(statistic, counts),
            "noun": year.definitions.noun(statistic.denominator, 2),
        }
        for statistic in year.definitions.statistics
        if england.rates[statistic.name] is not None
    ]
    by_letter = groupby(site.authorities.values(), key=_initial)
    groups = [(letter, list(members)) for letter, members in by_letter]
    yield Page("index.html", "start.html", site.title, {"headlines": headlines, "groups": groups})


def _initial(one: SiteAuthority) -> str:
    """The letter under which it is listed."""
    return key(one.name)[:1].upper()
