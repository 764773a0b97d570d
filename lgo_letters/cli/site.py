"""`lgo-letters site`: the public pages, with the letters."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lgo_letters.errors import UsageError, printable

from .options import (
    A_YEAR,
    DEBUG,
    FILE,
    FOLDER,
    QUIET,
    VERSION,
    input_notices,
    letters_folder,
    table_options,
)
from .output.console import notice, open_file, quiet
from .output.notices import edition_notices, notice_of_figures, notice_unheld, statement_notices

if TYPE_CHECKING:
    from lgo_letters.run.inputs import Inputs
    from lgo_letters.tables.improvements import Improvement

_NO_STATEMENT = (
    "The edition has no accessibility.md, so the pages say that there is no statement on their "
    "accessibility yet; take the one of the edition of 2020 that comes with lgo-letters, and fill "
    "it in."
)
_BASE_URL = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(/[A-Za-z0-9._~\-]+)*/?")


@click.group(invoke_without_command=True)
@click.option(
    "--year",
    "years",
    type=A_YEAR,
    multiple=True,
    metavar="YEAR",
    help="Reporting year, as for generate. Several times: the newest is what pages are about, the "
    "others stand beside it.",
)
@table_options
@click.option(
    "--edition",
    "editions",
    type=FOLDER,
    multiple=True,
    metavar="DIR",
    help="The edition of a year; once for each year. Default: editions/YEAR here, else the shipped "
    "one.",
)
@click.option(
    "--letters",
    "folders",
    type=FOLDER,
    multiple=True,
    metavar="DIR",
    help="A year's letters; once for each year. Default: letters/YEAR where that is, else they are "
    "made.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("site"),
    metavar="DIR",
    help="Folder for the site. Default: site.",
)
@click.option("--base-url", metavar="URL", help="Where the site will be served.")
@click.option(
    "--map",
    "map_file",
    type=FILE,
    metavar="FILE",
    help="GeoJSON whose features have authorities' codes or names, for the map. Default: shapes "
    "drawn from postcodes.",
)
@click.option("--draft", is_flag=True, help="Say on every page that it is a draft.")
@click.option("--open", "open_", is_flag=True, help="Open the start page in the browser.")
@QUIET
@DEBUG
@VERSION
@click.pass_context
def site(
    context: click.Context,
    years: Sequence[int],
    decisions: Path | None,
    authorities_file: Path | None,
    editions: Sequence[Path],
    folders: Sequence[Path],
    out: Path,
    base_url: str | None,
    map_file: Path | None,
    draft: bool,
    open_: bool,
) -> None:
    """Write the public pages of one year or several, with their letters, into a folder.

    Any web server serves it, and it opens from disk. It is written whole or not at all, and only
    its owner can read it.
    """
    if context.invoked_subcommand is not None:
        return
    from lgo_letters.edition.accessibility import read_statement
    from lgo_letters.run.composed import compose_year
    from lgo_letters.run.pool import processors
    from lgo_letters.run.render import render_pool
    from lgo_letters.site.build import build_site
    from lgo_letters.site.geojson import read_map

    started = time.monotonic()
    in_order = _in_order(years)
    letters = _letters(in_order, folders)
    with render_pool(processors()) as pool:
        inputs = _read(in_order, decisions, authorities_file, editions)
        base_url = _base_url(base_url, is_example=any(one.example for one in inputs))
        own_map = None if map_file is None else read_map(map_file, inputs[0].data.authorities)
        composed = [compose_year(one, pool) for one in inputs]
        agreed = _agreed_improvements(inputs[0])
        statement = read_statement(
            inputs[0].sources.edition, inputs[0].validated_edition().settings
        )
        for year in composed:
            notice_of_figures(year.inputs, year.figures)
            notice_unheld(year.inputs, year.figures)
        built = build_site(
            composed,
            letters,
            out,
            pool,
            base_url=base_url,
            draft=draft,
            own_map=own_map,
            agreed=agreed,
            statement=statement,
        )
    _notice_editions(inputs)
    notice(*([_NO_STATEMENT] if statement is None else statement_notices(statement)))
    if not quiet():
        remark = " Example: invented figures." if any(one.example for one in inputs) else ""
        seconds = time.monotonic() - started
        click.echo(
            printable(
                f"{built.pages:,} pages and {built.letters:,} letters in {out}, "
                f"{seconds:.1f} s.{remark}"
            )
        )
    if open_:
        open_file(out / "index.html")


@site.command(short_help="Copy the site to where everybody may read it.")
@click.option(
    "--out",
    "folder",
    type=FOLDER,
    default=Path("site"),
    metavar="DIR",
    help="Folder of the site. Default: site.",
)
@click.option(
    "--to",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    metavar="DIR",
    help="Folder for the copy, which replaces an older one.",
)
@QUIET
@DEBUG
@VERSION
def release(folder: Path, to: Path) -> None:
    """Copy a site, whole or not at all, to where everybody may read it.

    It has to be byte for byte what `site` wrote, not a draft, not from the example, and not before
    the moment that the edition names.
    """
    from lgo_letters.site.release import release_site

    files = release_site(folder, to, datetime.now(UTC))
    if not quiet():
        click.echo(printable(f"{files:,} files of {folder} released in {to}."))


def _agreed_improvements(inputs: Inputs) -> Sequence[Improvement]:
    """The service improvements of all cases; says what a person should know of their file."""
    from lgo_letters.run.improvements import find_improvements

    if (found := find_improvements(inputs)) is None:
        return ()
    improvements = found.validated()
    notice(*found.report.notices)
    return improvements


def _notice_editions(inputs: Sequence[Inputs]) -> None:
    """Says what to see to in the editions, and of which years, where there are several."""
    years: dict[str, list[str]] = {}
    for one in inputs:
        for message in edition_notices(one):
            years.setdefault(message, []).append(str(one.year))
    for message, of in years.items():
        notice(message if len(inputs) == 1 else f"{', '.join(of)}: {message}")


def _in_order(years: Sequence[int]) -> Sequence[int]:
    """The years, the newest first."""
    if not years:
        raise click.UsageError("Missing option '--year'.")
    if len({*years}) < len(years):
        raise UsageError("A year is given twice; give --year once for each.")
    return sorted(years, reverse=True)


def _read(
    years: Sequence[int],
    decisions: Path | None,
    authorities: Path | None,
    editions: Sequence[Path],
) -> Sequence[Inputs]:
    """The inputs of each year: the same tables, and each year's own edition."""
    from lgo_letters.run.inputs import read_inputs
    from lgo_letters.run.sources import find_sources

    of_year = _editions(years, editions)
    inputs = [
        read_inputs(find_sources(year, decisions, authorities, of_year.get(year)), year)
        for year in years
    ]
    notice(*dict.fromkeys(itertools.chain.from_iterable(map(input_notices, inputs))))
    return inputs


def _editions(years: Sequence[int], editions: Sequence[Path]) -> Mapping[int, Path]:
    """The editions that are named, each by the year that it says it is of."""
    from lgo_letters.edition.read import year_of

    if len(editions) == len(years) == 1:
        return {years[0]: editions[0]}
    return _by_year({folder: year_of(folder) for folder in editions}, years, "edition")


def _letters(years: Sequence[int], folders: Sequence[Path]) -> Mapping[int, Path]:
    """The folders of letters that are named, or lie where they are written, by year."""
    from lgo_letters.run.manifest import manifest_of

    named = _by_year({folder: manifest_of(folder).year for folder in folders}, years, "letters")
    found = {year: letters_folder(None, year) for year in years}
    return {year: folder for year, folder in found.items() if folder.is_dir()} | named


def _by_year(
    year_of: Mapping[Path, int | None], years: Sequence[int], option: str
) -> dict[int, Path]:
    """Folders by their years; raises UsageError for one of another year, or for a second."""
    found: dict[int, Path] = {}
    for folder, year in year_of.items():
        if year is None or year not in years:
            of = "" if year is None else f", as it is of {year}"
            raise UsageError(
                f"--{option} {folder} fits none of the years{of}; give --year {year or 'YEAR'} "
                "too, or leave it out."
            )
        if year in found:
            raise UsageError(f"{found[year]} and {folder} are both of {year}; leave out one.")
        found[year] = folder
    return found


def _base_url(url: str | None, *, is_example: bool) -> str | None:
    """The address with a slash at its end; raises UsageError where it is none or not allowed."""
    if url is None:
        return None
    if is_example:
        raise UsageError(
            "The example's figures are invented, so its pages may not have an address; leave out "
            "--base-url, or put your own tables here."
        )
    if not _BASE_URL.fullmatch(url):
        raise UsageError(f'"{url}" is not an address; write it as https://www.example.org/councils')
    return f"{url.rstrip('/')}/"
