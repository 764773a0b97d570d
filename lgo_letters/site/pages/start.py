"""The start page, and the authorities by postcode district."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lgo_letters.site import places
from lgo_letters.site.page import Page
from lgo_letters.site.sections import START
from lgo_letters.site.site import Site, SiteAuthority


def start_page(site: Site) -> Iterator[Page]:
    """index.html."""
    sections = [section for make in START if (section := make(site)) is not None]
    values = {"sections": sections, "has_postcodes": any(_districts(site))}
    yield Page("index.html", "start.html", site.title, values)


def postcodes_page(site: Site) -> Iterator[Page]:
    """postcodes/index.html, unless no authority of the newest year is in any district."""
    if found := [*_districts(site)]:
        values = {"districts": found, "attribution": places.attribution()}
        title = "Find your council by postcode"
        yield Page("postcodes/index.html", "postcodes.html", title, values)


class _District(NamedTuple):
    """A postcode district: the authorities in it, and those of which one or several may be."""

    code: str
    authorities: Sequence[SiteAuthority]
    some_of: Sequence[SiteAuthority]


def _districts(site: Site) -> Iterator[_District]:
    """The postcode districts in which an authority of the newest year is."""
    by_code = {places.place_code(one.authority.code): one for one in site.current}
    for district, codes in places.postcode_districts().items():
        authorities = [by_code[code] for code in codes if code in by_code]
        # Which of them it is, is not known where those after them have come in the data's year.
        some_of = [
            by_code[code]
            for owner in codes
            if owner not in by_code
            for code in places.drawn_as(owner)
            if code in by_code
        ]
        if authorities or some_of:
            yield _District(district, authorities, some_of)
