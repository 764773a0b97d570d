"""The parts of the start page: England in a few figures, and every authority by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from lgo_letters.names import key
from lgo_letters.site import words
from lgo_letters.site.page import Section
from lgo_letters.site.review import Review
from lgo_letters.site.site import Site


def england_section(site: Site) -> Section:
    """Everybody's rates, and the way to the Review."""
    review = Review(site, site.newest)
    values = {"headlines": headlines(review), "review": review.link}
    heading = f"{site.newest.figures.england.name} in {site.newest.label}"
    return Section("england", heading, "section-england.html", values)


def headlines(review: Review) -> Sequence[Mapping[str, object]]:
    """Everybody's rates, with the decimals that the edition gives England's."""
    year, england = review.year, review.year.figures.england
    return [
        {
            "column": statistic.name,
            "name": year.edition.statistic_name(statistic.name),
            "rate": words.rate(
                statistic, england.rates[statistic.name], statistic.england_decimals
            ),
            "drawn_from": f"{words.n_of_d(statistic, england.counts)} "
            f"{year.definitions.noun(statistic.denominator, 2)}",
        }
        for statistic in review.statistics
        if england.rates[statistic.name] is not None
    ]


def names_section(site: Site) -> Section:
    """Every authority with a page, under the first letter of its name."""
    by_letter = groupby(site.authorities.values(), key=lambda one: key(one.name)[:1].upper())
    groups = [(letter, list(members)) for letter, members in by_letter]
    return Section("names", "All councils by name", "section-names.html", {"groups": groups})
