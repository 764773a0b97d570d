"""A page for each type of authority."""

from __future__ import annotations

from collections.abc import Iterator

from lgo_letters.site.page import ALL, Page
from lgo_letters.site.sections import TYPE
from lgo_letters.site.site import Site


def type_pages(site: Site) -> Iterator[Page]:
    """types/SLUG/index.html."""
    for type_ in site.types.values():
        sections = [section for make in TYPE if (section := make(site, type_)) is not None]
        values = {"type": type_, "sections": sections}
        yield Page(type_.path, "type.html", type_.heading, values, [ALL])
