"""What the figures mean, accessibility, and the page for a wrong address."""

from __future__ import annotations

from collections.abc import Iterator

from lgo_letters.site.page import Page
from lgo_letters.site.sections.review import described_statistics
from lgo_letters.site.year import Site


def about_pages(site: Site) -> Iterator[Page]:
    """about/index.html, accessibility/index.html and 404.html."""
    year = site.newest
    compared = [group.name for group in year.figures.types]
    about = {
        "statistics": described_statistics(year),
        "compared": compared,
        "method": year.definitions.average_method,
    }
    yield Page("about/index.html", "about.html", "About the figures", about)
    yield Page("accessibility/index.html", "accessibility.html", "Accessibility statement")
    yield Page("404.html", "404.html", "Page not found")
