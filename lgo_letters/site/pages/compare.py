"""A few authorities of one type side by side.

Without the script the page has every compared type as a table; the script sets chosen rows of one
side by side.
"""

from __future__ import annotations

from collections.abc import Iterator

from lgo_letters.site.page import Page
from lgo_letters.site.site import Site


def compare_page(site: Site) -> Iterator[Page]:
    """compare/index.html."""
    compared = [type_ for type_ in site.types.values() if type_.group is not None]
    if compared:
        yield Page("compare/index.html", "compare.html", "Compare councils", {"types": compared})
