"""Composed years → the files of the site, with their letters."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lgo_letters import __version__
from lgo_letters.errors import UsageError, WriteError
from lgo_letters.run.batch import RenderOptions, letter_file, write_letters
from lgo_letters.run.composed import ComposedYear
from lgo_letters.run.files import sha256_of
from lgo_letters.run.manifest import manifest_of
from lgo_letters.run.pool import Pool

from .page import Page
from .pages import PAGES
from .render import ASSETS, Renderer
from .write import new_site, write_file
from .year import Site, SiteYear


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
) -> Built:
    """Writes the site of some years, the newest first, whole or not at all.

    `letters` are the folders of letters that there are, by year; those of other years are made by
    the pool as `generate` makes them. Raises UsageError or WriteError where a folder does not hold
    the year's letters as its manifest has them, and WriteError where the site cannot be written.
    """
    about = {
        "lgo_letters": __version__,
        "years": [year.inputs.year for year in years],
        "example": any(year.inputs.example for year in years),
        "draft": draft,
    }
    with new_site(out, about) as folder:
        site_years = []
        for year in years:
            ending = year.inputs.year
            to = folder / "letters" / str(ending)
            if ending in letters:
                _copy_letters(year, letters[ending], to)
            else:
                _make_letters(year, folder / "made", to, pool)
            sizes = {
                letter.authority: file.stat().st_size
                for letter in year.letters
                if (file := to / letter_file(letter.authority)).exists()
            }
            site_years.append(SiteYear(year, sizes))
        site = Site(tuple(site_years), base_url, draft)
        return Built(write_pages(site, folder), sum(len(one.letter_sizes) for one in site_years))


def _copy_letters(year: ComposedYear, source: Path, to: Path) -> None:
    """The letters of a folder, byte for byte; nothing else that lies there."""
    manifest = manifest_of(source)
    if (manifest.year, manifest.is_example) != (year.inputs.year, year.inputs.example):
        of = "the example" if manifest.is_example else "real data"
        raise UsageError(
            f"{source} holds letters for {manifest.year}, made from {of}; name the folder of the "
            f"year's own with --letters, or move it away."
        )
    to.mkdir(mode=0o700, parents=True)
    for file, entry in manifest.letters.items():
        if sha256_of(source / file) != entry["sha256"]:
            raise WriteError(
                f"{source / file} is not the letter that was recorded; run "
                f'"lgo-letters generate --year {manifest.year}" again.'
            )
        write_file(to / file, (source / file).read_bytes())


def _make_letters(year: ComposedYear, scratch: Path, to: Path, pool: Pool) -> None:
    """The year's letters as `generate` writes them, without their record."""
    chosen = range(len(year.letters))
    write_letters(year, chosen, scratch, RenderOptions(pool), lambda *_: None)
    to.mkdir(mode=0o700, parents=True)
    for letter in year.letters:
        file = letter_file(letter.authority)
        (scratch / file).rename(to / file)
    shutil.rmtree(scratch)


def write_pages(site: Site, folder: Path) -> int:
    """Every page and file; the number of pages."""
    pages = 0
    renderer = Renderer(site)
    for asset in sorted(ASSETS.iterdir()):
        write_file(folder / "assets" / asset.name, asset.read_bytes())
    for make in PAGES:
        for made in make(site):
            if isinstance(made, Page):
                write_file(folder / made.path, renderer.html(made))
                pages += 1
            else:
                write_file(folder / made.path, made.content)
    return pages
