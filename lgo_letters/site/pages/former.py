"""A page that points on for each name that is no longer in use: other names, and ended bodies."""

from __future__ import annotations

from collections.abc import Iterator

from lgo_letters.names import file_stem
from lgo_letters.site.page import Page
from lgo_letters.site.year import Site

from .authorities import INDEX


def former_pages(site: Site) -> Iterator[Page]:
    """authorities/SLUG/index.html of names that have no page of their own."""
    taken = {one.slug for one in site.authorities.values()}
    for row in site.newest.inputs.data.authorities:
        known = site.authorities.get(row.name)
        targets = site.successors(row) if known is None else (known,)
        names = row.also_known_as if known else (row.name, *row.also_known_as)
        for name in names if targets else ():
            if (slug := file_stem(name)) not in taken:
                taken.add(slug)
                ended = row.until if known is None else None
                values = {"targets": targets, "ended": ended}
                path = f"authorities/{slug}/index.html"
                yield Page(path, "former.html", name, values, [INDEX])
