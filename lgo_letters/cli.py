"""The commands: options in, printing and exit codes out. Nothing is computed here."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .console import Commands, notice, quiet
from .errors import StoppedError, UsageError, harmless, refuse
from .options import (
    DEBUG,
    FILE,
    QUIET,
    VERSION,
    has_presses,
    needs_the_extra,
    reads_figures,
    reads_inputs,
    several_authorities,
    signs,
)

if TYPE_CHECKING:
    from .composition import Letters
    from .inputs import Inputs
    from .signing import Signer
    from .statistics import YearFigures
    from .workers import Workers


# A command is short, and what it loads stays: looking for garbage all the while takes a tenth.
gc.set_threshold(100_000, 20, 20)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@VERSION
def main() -> None:
    """Annual review letters from a year's decisions: checked, counted, compared, typeset.

    A reporting year runs from 1 April to 31 March and is named after the year it ends in.
    All rates and averages are whole per cent, rounded half up.
    """


@main.command(short_help="Write every letter, with statistics and manifest.")
@signs
@has_presses
@reads_inputs
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder for the letters. Default: letters/YEAR.",
)
@several_authorities(
    "Write only this authority's letter; a part of the name will do. May be given several times."
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that make letters. Default: one for each processor, but no more than 16.",
)
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Make the letters on the Dask cluster whose scheduler is there: on this computer, or "
    "elsewhere with tls:// before its address.",
)
@click.option("--force", is_flag=True, help="Make every letter again, also one that is there.")
@click.option(
    "--unsigned",
    is_flag=True,
    help="Replace signed letters by unsigned ones, which is refused without this.",
)
@click.option("--json", "json_", is_flag=True, help="Print one JSON object in the end.")
@QUIET
def generate(
    inputs: Inputs,
    signer: Signer | None,
    key_file: Path | None,
    out: Path | None,
    authorities_: Sequence[str],
    presses: Workers,
    cluster: str | None,
    force: bool,
    unsigned: bool,
    json_: bool,
) -> None:
    """Write one PDF letter per authority, with statistics.csv and manifest.json.

    A letter that is there as it would be made is left as it is, so that a run that was stopped is
    finished by running the command again. Only files that an earlier run has written are replaced,
    and never an input.
    """
    from .batch import Way, write_letters
    from .progress import Progress, Tally

    started = time.monotonic()
    figures = _figures(inputs)
    chosen = _chosen(inputs, authorities_)
    letters = _composed(inputs, figures, presses)
    folder = out or Path("letters") / str(inputs.year)
    tally = Tally(len(chosen), folder)
    try:
        with (
            _workers(presses, cluster) as workers,
            Progress(tally, shown=not quiet()) as progress,
        ):
            way = Way(workers, signer, force, unsigned, key_file)
            write_letters(letters, chosen, inputs, figures, folder, way, progress.tell)
    except KeyboardInterrupt as error:
        raise StoppedError(tally.stopped()) from error
    finally:
        for each in tally.notices():
            notice(each)
        seconds = time.monotonic() - started
        if json_:
            click.echo(tally.json(seconds))
    if json_ or quiet():
        return
    said = [tally.sentence(seconds)]
    if inputs.example:
        said.append("Example: invented figures.")
    if own := _with_own_paragraphs(inputs, chosen):
        said.append(f"With paragraphs of their own: {', '.join(own)}.")
    click.echo(harmless(" ".join(said)))


@main.command(short_help="Write one letter, and look at it.")
@click.argument("name")
@signs
@reads_inputs
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File of the letter. Default: here, named as generate names it.",
)
@click.option("--png", is_flag=True, help="Write one picture a page beside it (…-1.png).")
@click.option(
    "--open/--no-open",
    "open_",
    default=True,
    help="Open the letter in the viewer, where there is a desktop and a terminal. Default: open.",
)
def preview(
    inputs: Inputs,
    signer: Signer | None,
    key_file: Path | None,
    name: str,
    out: Path | None,
    png: bool,
    open_: bool,
) -> None:
    """Write the letter of one authority, NAME or a part of its name.

    It replaces a file of that name, such as an earlier preview, but never an input.
    """
    from .batch import letter_file
    from .files import write_privately
    from .press import Order, make_letters
    from .workers import this_process

    figures = _figures(inputs)
    (place,) = _chosen(inputs, [name])
    letter = _composed(inputs, figures, this_process())[place]
    (pdf,) = make_letters([Order(letter, letter.sha256())], signer)
    file = out or Path(letter_file(letter.authority))
    pages = [file.with_name(f"{file.stem}-{page}.png") for page in range(1, pdf.pages + 1)]
    for each in [file, *pages] if png else [file]:
        _check_file(each, inputs, key_file)
    write_privately(file, (pdf.content,))
    click.echo(harmless(f"{file} ({pdf.pages} pages)"))
    if png:
        from .pictures import page_pictures

        for page, picture in zip(pages, page_pictures(pdf.content), strict=True):
            write_privately(page, (picture,))
            click.echo(harmless(str(page)))
    if open_ and sys.stdout.isatty() and _has_desktop():
        click.launch(str(file))


@main.command(short_help="Show the figures.")
@reads_figures
@several_authorities("Show only this authority; a part of the name will do.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="How to show the figures.",
)
def stats(inputs: Inputs, authorities_: Sequence[str], format_: str) -> None:
    """Show the figures of every authority, of each type and of England.

    Averages and rates are in whole per cent. An average is that of the authority's type, whatever
    is shown.
    """
    from .report import statistics_csv, statistics_json, statistics_table

    show = {"table": statistics_table, "csv": statistics_csv, "json": statistics_json}[format_]
    figures = _figures(inputs)
    click.echo("".join(show(figures, _chosen(inputs, authorities_))).rstrip("\n"))


@main.command(short_help="Check data and edition; write nothing.")
@reads_inputs
@click.option("--json", "json_", is_flag=True, help="Print one JSON object.")
def check(inputs: Inputs, json_: bool) -> None:
    """Read and check the data and the edition, and show what to reconcile; write nothing."""
    from .check import check_json, check_text, check_year

    checked = check_year(inputs)
    click.echo(check_json(checked) if json_ else harmless(check_text(checked)))
    refuse(checked.data_problems, checked.edition_problems, inputs.data.more_problems)


@main.command(short_help="Say whether signed letters are unchanged, and whose they are.")
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=FILE)
@click.option(
    "--trust",
    type=FILE,
    multiple=True,
    metavar="CERT",
    help="Certificates (PEM or DER), one of which the signer's must be, or lead back to. May be "
    "given several times.",
)
@click.option(
    "--trust-timestamp",
    type=FILE,
    multiple=True,
    metavar="CERT",
    help="The same for time stamps, and for nothing else. May be given several times.",
)
@click.option("--json", "json_", is_flag=True, help="Print one JSON object.")
@DEBUG
@VERSION
def verify(
    files: Sequence[Path], trust: Sequence[Path], trust_timestamp: Sequence[Path], json_: bool
) -> None:
    """Say of each letter who signed it, when, and whether it is unchanged since.

    Nothing is fetched from the network. Without --trust nobody's identity is checked.
    """
    with needs_the_extra("sign", "Signatures"):
        from .verify import all_genuine, verified_json, verified_text, verify_letters

    verified = verify_letters(files, trust, trust_timestamp)
    click.echo(verified_json(verified) if json_ else verified_text(verified))
    all_genuine(verified)


def _check_file(file: Path, inputs: Inputs, key_file: Path | None) -> None:
    """Raises UsageError where it would take the place of an input, a link or a device."""
    from .files import identity, is_ordinary, writing

    kept = [*inputs.files, *([] if key_file is None else [key_file])]
    with writing(file):
        is_in_edition = any(file.resolve().is_relative_to(each) for each in inputs.files)
        is_input = (this := identity(file)) is not None and this in map(identity, kept)
        replaceable = is_ordinary(file) or not os.path.lexists(file)
    if is_in_edition or is_input:
        raise UsageError(
            f"{file} is an input, in the edition or what you sign with; give another file with "
            "--out."
        )
    if not replaceable:
        raise UsageError(f"{file} is not an ordinary file; give another file with --out.")


def _figures(inputs: Inputs) -> YearFigures:
    """The year's figures, with a notice where there is nothing to count or a date is impossible."""
    from .pipeline import year_figures

    figures = year_figures(inputs)
    if not figures.england.decisions:
        notice(
            f"No decision in {inputs.data.decisions_file.file} falls in the reporting year "
            f"{inputs.year}; is it the file of that year?"
        )
    dates = inputs.data.decisions.dates
    if wrong := [day for day in sorted(dates) if not _OMBUDSMAN_SINCE <= day <= date.today()]:
        number = sum(dates[day] for day in wrong)
        what = "1 date" if number == 1 else f"{number:,} dates"
        notice(
            f"{inputs.data.decisions_file.file} has {what} "
            f"before 1974, when there was no Ombudsman, or in the future, such as {wrong[0]}; "
            "correct the file, as no figure of the year counts what happened then."
        )
    return figures


_OMBUDSMAN_SINCE = date(1974, 4, 1)  # by the Local Government Act 1974


def _workers(presses: Workers, cluster: str | None) -> AbstractContextManager[Workers]:
    """Those of the cluster where there is one."""
    if cluster is None:
        return nullcontext(presses)
    from .cluster import cluster_workers

    return cluster_workers(cluster)


def _composed(inputs: Inputs, figures: YearFigures, workers: Workers) -> Letters:
    """Every letter, once it is known that all can be set."""
    from .pipeline import year_letters
    from .trial import try_letters

    letters = year_letters(inputs, figures)
    refuse(*try_letters(inputs, letters, workers))
    return letters


def _chosen(inputs: Inputs, texts: Sequence[str]) -> Collection[int]:
    """The places of the authorities asked for, in authorities.csv; all where none is."""
    from .inputs import find_authority

    authorities = inputs.data.authorities
    if not texts:
        return range(len(authorities))
    names = [each.name for each in authorities]
    return {names.index(find_authority(text, names)) for text in texts}


def _with_own_paragraphs(inputs: Inputs, chosen: Collection[int]) -> Sequence[str]:
    """The chosen authorities whose letters have paragraphs of their own."""
    if not inputs.own_paragraphs:
        return ()
    names = {inputs.data.authorities[place].name for place in chosen}
    return [name for name in inputs.own_paragraphs if name in names]


def _has_desktop() -> bool:
    return sys.platform in ("win32", "darwin") or any(
        os.environ.get(each) for each in ("DISPLAY", "WAYLAND_DISPLAY")
    )
