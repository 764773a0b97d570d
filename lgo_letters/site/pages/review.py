"""The Review of each year: a page for people to read and print, with its tables as files."""

from __future__ import annotations

from collections.abc import Iterator

from lgo_letters.site.page import File, Page
from lgo_letters.site.review import Review
from lgo_letters.site.sections import REVIEW
from lgo_letters.site.site import Site
from lgo_letters.site.table import csv_of


def review_pages(site: Site) -> Iterator[Page | File]:
    """review/YEAR/index.html, and beside it each of its tables as CSV."""
    reviews = [Review(site, year) for year in site.years]
    for review in reviews:
        sections = [section for make in REVIEW if (section := make(review)) is not None]
        link, year = review.link, review.year
        others = [other.link for other in reviews if other is not review]
        values = {"year": year, "sections": sections, "others": others}
        yield Page(link.path, "review.html", link.text, values)
        for section in sections:
            for table in section.values.get("downloads", ()):
                content = csv_of({**row, **site.mark} for row in table.rows)
                yield File(f"review/{year.ending}/{table.name}.csv", content)
