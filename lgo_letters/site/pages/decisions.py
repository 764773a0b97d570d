"""The published decisions of an authority, a page and a table to download for each year."""

from __future__ import annotations

from collections.abc import Iterator

from lgo_letters.site import words
from lgo_letters.site.page import ALL, File, Link, Page
from lgo_letters.site.site import Site, SiteAuthority
from lgo_letters.site.table import csv_of
from lgo_letters.site.year import AuthorityYear


def decision_pages(site: Site) -> Iterator[Page | File]:
    """authorities/SLUG/decisions-YEAR.html and .csv, where any decision is published."""
    for one in site.authorities.values():
        for its_year in one.years:
            if its_year.decision_rows:
                table = _table(site, its_year)
                yield table
                yield _page(one, its_year, table)


def _page(one: SiteAuthority, its_year: AuthorityYear, table: File) -> Page:
    published = its_year.decision_rows
    values = {
        "one": one,
        "year": its_year.year,
        "published": published,
        "counts": its_year.published_counts,
        "decided": its_year.figures.counts["decisions"],
        "areas": sorted({its.case.service_area for _, its in published if its.case.service_area}),
        "csv_size": words.file_size(len(table.content)),
        "others": [other for other in one.years if other is not its_year and other.decision_rows],
    }
    trail = [ALL, Link(one.name, one.path)]
    title = f"Decisions about {one.name}, {its_year.year.label}"
    return Page(its_year.decisions_path, "decisions.html", title, values, trail)


def _table(site: Site, its_year: AuthorityYear) -> File:
    content = csv_of({**published.fields, **site.mark} for _, published in its_year.decision_rows)
    return File(its_year.decisions_path.replace(".html", ".csv"), content)
