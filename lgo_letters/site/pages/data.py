"""The tables to download, and the page that says what is in them."""

from __future__ import annotations

from collections.abc import Iterator

from lgo_letters.site import words
from lgo_letters.site.downloads import about_data, tables
from lgo_letters.site.page import File, Page
from lgo_letters.site.site import Site


def data_pages(site: Site) -> Iterator[Page | File]:
    """data/index.html, and in data/ each table as CSV, as JSON, and its description in CSVW."""
    about = about_data(site)
    shown = []
    for table in tables(site):
        path = f"data/{table.name}"
        files = {
            " as CSV": File(f"{path}.csv", table.csv()),
            " as JSON": File(f"{path}.json", table.json(about)),
            ": description of the columns": File(
                f"{path}.csv-metadata.json", table.metadata(about)
            ),
        }
        yield from files.values()
        links = [
            {"form": form, "path": file.path, "size": words.file_size(len(file.content))}
            for form, file in files.items()
        ]
        shown.append({"table": table, "files": links})
    yield Page("data/index.html", "data.html", "Data", {"downloads": shown, "about": about})
