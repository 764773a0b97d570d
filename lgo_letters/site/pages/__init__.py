"""The pages of the site: functions that turn a `Site` into pages and files, listed once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lgo_letters.site.page import ALL, File, Link, Page
from lgo_letters.site.review import Review
from lgo_letters.site.site import Site

from .about import about_pages
from .authorities import authority_pages, compare_page, former_pages, type_pages
from .corrections import corrections_page
from .data import data_pages
from .decisions import decision_pages
from .review import review_pages
from .start import postcodes_page, start_page

PAGES: tuple[Callable[[Site], Iterator[Page | File]], ...] = (
    start_page,
    postcodes_page,
    authority_pages,
    decision_pages,
    former_pages,
    type_pages,
    compare_page,
    review_pages,
    data_pages,
    corrections_page,
    about_pages,
)
"""What makes the site. A new kind of page is a function here, a template, and a line of this."""


def navigation(site: Site) -> tuple[Link, ...]:
    """The links at the head of every page."""
    compared = any(type_.group is not None for type_ in site.types.values())
    return (
        Link("Find a council", "index.html"),
        ALL,
        *([Link("Compare", "compare/index.html")] if compared else ()),
        Link("Review", Review(site, site.newest).link.path),
        Link("About the figures", "about/index.html"),
    )


FOOTER = (
    Link("About the figures", "about/index.html"),
    Link("Data", "data/index.html"),
    Link("Corrections", "corrections/index.html"),
    Link("Accessibility", "accessibility/index.html"),
)
"""The links at its foot."""
