"""The start page."""

from __future__ import annotations

from collections.abc import Iterator

from lgo_letters.site.page import Page
from lgo_letters.site.sections import START
from lgo_letters.site.site import Site

from .postcodes import districts


def start_page(site: Site) -> Iterator[Page]:
    """index.html."""
    sections = [section for make in START if (section := make(site)) is not None]
    values = {"sections": sections, "has_postcodes": any(districts(site))}
    yield Page("index.html", "start.html", site.title, values)
