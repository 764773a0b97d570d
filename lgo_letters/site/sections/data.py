"""The way from an authority's page to the data behind it."""

from __future__ import annotations

from lgo_letters.site.page import Section
from lgo_letters.site.site import Site, SiteAuthority


def data_section(_: Site, __: SiteAuthority) -> Section:
    """A link to the tables to download."""
    return Section("data", "Data", "section-data.html", {})
