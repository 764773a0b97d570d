"""Composed years → the files of the site, with their letters."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    editions = [year.inputs.validated_edition() for year in years]
    about = {
        "lgo_letters": __version__,
        "years": [year.inputs.year for year in years],
        "example": any(year.inputs.example for year in years),
        "draft": draft,
        RELEASE: max(release_moment(edition.settings) for edition in editions).isoformat(),
    }
    with new_site(out, about) as folder:
        with_letters = [
            _with_letters(one, letters.get(one.inputs.year), folder, pool) for one in years
        ]
        site = Site(tuple(with_letters), base_url, draft, own_map, agreed, statement)
        return Built(write_pages(site, folder), sum(len(one.letter_sizes) for one in with_letters))


def _with_letters(year: ComposedYear, source: Path | None, folder: Path, pool: Pool) -> SiteYear:
    """The year, whose letters are put into the folder of the site."""
    to = folder / "letters" / str(year.inputs.year)
    corrected: tuple[Any, ...] = ()
    if source is not None:
        corrected = copy_letters(year, source, to)
    else:
        make_letters(year, folder / "made", to, pool)
    sizes = {
        letter.authority: file.stat().st_size
        for letter in year.letters
        if (file := to / letter_file(letter.authority)).exists()
    }
    return SiteYear(year.inputs, year.figures, year.letters, sizes, *corrected)


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
