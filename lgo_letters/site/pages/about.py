"""What the figures mean, accessibility, and the page for a wrong address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lgo_letters.edition.text.blocks import Block, Heading
from lgo_letters.site.page import Page
from lgo_letters.site.sections.review import described_statistics
from lgo_letters.site.site import Site


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
    parts = [] if site.statement is None else _parts(site.statement.blocks)
    title = "Accessibility statement"
    yield Page("accessibility/index.html", "accessibility.html", title, {"parts": parts})
    yield Page("404.html", "404.html", "Page not found")


def _parts(blocks: Sequence[Block]) -> list[tuple[Heading | None, list[Block]]]:
    """A text in the parts that its headings of the second level head, and what stands before."""
    parts: list[tuple[Heading | None, list[Block]]] = []
    for block in blocks:
        if isinstance(block, Heading) and block.level == 2:
            parts.append((block, []))
            continue
        if not parts:
            parts.append((None, []))
        parts[-1][1].append(block)
    return parts
