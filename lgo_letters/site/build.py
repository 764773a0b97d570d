"""Composed years → the files of the site, with their letters."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lgo_letters import __version__
from lgo_letters.edition.accessibility import Statement
from lgo_letters.run.batch import letter_file
from lgo_letters.run.composed import ComposedYear
from lgo_letters.run.pool import Pool
from lgo_letters.tables.improvements import Improvement

from .geojson import OwnMap
from .letters import check_publishable, copy_letters, make_letters
from .page import Page
from .pages import PAGES
from .release import RELEASE, release_moment
from .render import ASSETS, Renderer
from .site import Site
from .write import new_site, write_file
from .year import SiteYear


@dataclass(frozen=True, slots=True)
class Built:
    """How many pages and letters were written."""

    pages: int
    letters: int


def build_site(
    years: Sequence[ComposedYear],
    letters: Mapping[int, Path],
    out: Path,
    pool: Pool,
    *,
    base_url: str | None = None,
    draft: bool = False,
    own_map: OwnMap | None = None,
    agreed: Sequence[Improvement] = (),
    statement: Statement | None = None,
) -> Built:
    """Writes the site of some years, the newest first, whole or not at all.

    `letters` are the folders of letters that there are, by year; those of other years are made by
    the pool as `generate` makes them. `agreed` are the service improvements of all cases. Raises as
    `check_publishable` where letters may not be published, and WriteError where the site cannot be
    written.
    """
    for year in years:
        check_publishable(year, letters.get(year.inputs.year))
    about = {
        "lgo_letters": __version__,
        "years": [year.inputs.year for year in years],
        "example": any(year.inputs.example for year in years),
        "draft": draft,
        RELEASE: max(map(_release_moment, years)).isoformat(),
    }
    with new_site(out, about) as folder:
        site_years = []
        for year in years:
            ending = year.inputs.year
            to = folder / "letters" / str(ending)
            corrected: tuple[Any, ...] = ()
            if ending in letters:
                corrected = copy_letters(year, letters[ending], to)
            else:
                make_letters(year, folder / "made", to, pool)
            sizes = {
                letter.authority: file.stat().st_size
                for letter in year.letters
                if (file := to / letter_file(letter.authority)).exists()
            }
            site_years.append(SiteYear(year, sizes, *corrected))
        site = Site(tuple(site_years), base_url, draft, own_map, agreed, statement)
        return Built(write_pages(site, folder), sum(len(one.letter_sizes) for one in site_years))


def _release_moment(year: ComposedYear) -> datetime:
    return release_moment(year.inputs.validated_edition().settings)


def _served(asset: Path) -> bytes:
    """A style sheet or script without what only its reader needs; other files as they are."""
    content = asset.read_bytes()
    if asset.suffix == ".css":
        content = re.sub(rb"/\*.*?\*/", b"", content, flags=re.DOTALL)
        return re.sub(rb"\s*([{};,])\s*|(?<=:)[ ]|\n", rb"\1", content)
    return re.sub(rb"(?m)^ +", b"", content) if asset.suffix == ".js" else content


def write_pages(site: Site, folder: Path) -> int:
    """Every page and file; the number of pages."""
    pages = 0
    renderer = Renderer(site)
    for asset in sorted(ASSETS.iterdir()):
        write_file(folder / "assets" / asset.name, _served(asset))
    for make in PAGES:
        for made in make(site):
            if isinstance(made, Page):
                write_file(folder / made.path, renderer.html(made))
                pages += 1
            else:
                write_file(folder / made.path, made.content)
    return pages
