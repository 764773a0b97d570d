"""A page that leads on for each name that is no longer in use: other names, and ended bodies."""

from __future__ import annotations

from collections.abc import Iterator

from lgo_letters.site.page import ALL, Page
from lgo_letters.site.site import Site


def former_pages(site: Site) -> Iterator[Page]:
    """authorities/SLUG/index.html of names without a page of figures."""
    for former in site.former_names:
        path = f"authorities/{former.slug}/index.html"
        yield Page(path, "former.html", former.name, {"former": former}, [ALL])
