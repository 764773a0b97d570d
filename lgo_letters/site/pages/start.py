"""The start page."""

from __future__ import annotations

from collections.abc import Iterator

from lgo_letters.site.page import Page
from lgo_letters.site.sections import START
from lgo_letters.site.year import Site


def start_page(site: Site) -> Iterator[Page]:
    """index.html."""
    sections = [section for make in START if (section := make(site)) is not None]
    yield Page("index.html", "start.html", site.title, {"sections": sections})
