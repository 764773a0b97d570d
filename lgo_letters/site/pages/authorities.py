"""Authorities by type and by name: all of them, each of them, a few side by side."""

from __future__ import annotations

from collections.abc import Iterator

from lgo_letters.site.page import ALL, Link, Page
from lgo_letters.site.sections import AUTHORITY, TYPE
from lgo_letters.site.site import Site, SiteAuthority


def authority_pages(site: Site) -> Iterator[Page]:
    """authorities/index.html and authorities/SLUG/index.html."""
    regions = sorted({one.authority.region for one in site.current if one.authority.region})
    yield Page(ALL.path, "authorities.html", ALL.text, {"regions": regions})
    for one in site.authorities.values():
        yield _authority_page(site, one)


def _authority_page(site: Site, one: SiteAuthority) -> Page:
    type_ = site.types.get(one.authority.type)
    values = {
        "one": one,
        "type": type_,
        "sections": [section for make in AUTHORITY if (section := make(site, one)) is not None],
        "successors": site.successors(one.authority),
    }
    trail = [ALL] if type_ is None else [ALL, Link(type_.heading, type_.path)]
    return Page(one.path, "authority.html", one.name, values, trail)


def former_pages(site: Site) -> Iterator[Page]:
    """authorities/SLUG/index.html of names that are not in use any more, to lead on from there."""
    for former in site.former_names:
        path = f"authorities/{former.slug}/index.html"
        yield Page(path, "former.html", former.name, {"former": former}, [ALL])


def type_pages(site: Site) -> Iterator[Page]:
    """types/SLUG/index.html."""
    for type_ in site.types.values():
        sections = [section for make in TYPE if (section := make(site, type_)) is not None]
        values = {"type": type_, "sections": sections}
        yield Page(type_.path, "type.html", type_.heading, values, [ALL])


def compare_page(site: Site) -> Iterator[Page]:
    """compare/index.html: every compared type as a table, of which a script shows chosen rows."""
    compared = [type_ for type_ in site.types.values() if type_.group is not None]
    if compared:
        yield Page("compare/index.html", "compare.html", "Compare councils", {"types": compared})
