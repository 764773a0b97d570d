"""All authorities by type, and a page for each."""

from __future__ import annotations

from collections.abc import Iterator

from lgo_letters.site.page import ALL, Link, Page
from lgo_letters.site.sections import AUTHORITY
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
