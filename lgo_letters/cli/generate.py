"""`lgo-letters generate`: every letter, with statistics.csv and manifest.json."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from lgo_letters.errors import StoppedError, UsageError
from lgo_letters.run.pool import Pool, processors
from lgo_letters.run.render import render_pool

from .options import (
    FOLDER,
    JSON,
    QUIET,
    Command,
    GivenInputs,
    authority_option,
    letters_folder,
    names_inputs,
    needs_the_extra,
    out_option,
    signing_options,
)
from .output import envelope
from .output.console import notice, quiet, show
from .output.notices import edition_notices, notice_of_figures, notice_unheld, remarks
from .output.remade import remade_fields, remade_notices, remade_sentence

if TYPE_CHECKING:
    from lgo_letters.run.batch import RenderOptions, Report
    from lgo_letters.signing.sign import Signer


def with_render_pool(command: Command) -> Command:
    """Starts the processes that make letters, `pool`, so that they warm up while inputs are read.

    The command has the options --jobs and --cluster; with --cluster, no process is started here.
    """

    @functools.wraps(command)
    def wrapped(jobs: int | None, cluster: str | None, **options: Any) -> Any:
        if cluster is not None:
            _check_cluster(cluster, jobs, options["signer"])
        with render_pool(jobs or processors() if cluster is None else 1) as pool:
            return command(pool=pool, cluster=cluster, **options)

    return wrapped


def _check_cluster(cluster: str, jobs: int | None, signer: Signer | None) -> None:
    """Raises UsageError if letters may not be sent there, or a key would have to be."""
    if signer is not None:
        raise UsageError(
            "--sign-with cannot be used with --cluster, as the key must not leave this computer; "
            "leave out one of them."
        )
    if jobs is not None:
        raise UsageError(
            "--jobs sets the number of processes on this computer; leave it out with --cluster, "
            "which has its own workers."
        )
    with needs_the_extra("cluster", "Clusters"):
        from lgo_letters.run.cluster import scheduler_address
    scheduler_address(cluster)


class _End(NamedTuple):
    """What is to be said once all letters are there: notices, remarks, and fields for programs.

    `sheets` is of how many authorities sheets were written, None where letters have none.
    """

    notices: Iterable[str]
    remarks: Iterable[str]
    fields: Mapping[str, Any]
    sheets: int | None


class _Run(NamedTuple):
    """How many letters are to be written where, and what writes them."""

    number: int
    folder: Path
    write: Callable[[RenderOptions, Report], _End]


@click.command
@signing_options
@with_render_pool
@names_inputs(unless="from_record")
@click.option(
    "--from-record",
    type=FOLDER,
    metavar="FOLDER",
    is_eager=True,
    help="Make the letters in FOLDER again from the record beside them, which has year and inputs; "
    "needs --out.",
)
@out_option("Folder for the letters.")
@authority_option(
    "Write only this authority's letter; part of the name is enough. May be given several times."
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that make letters. Default: one per processor, but no more than 16.",
)
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Make the letters on the Dask cluster whose scheduler has this address: on this computer, "
    "or elsewhere with tls:// before its address.",
)
@click.option("--force", is_flag=True, help="Make every letter again, even if it is unchanged.")
@click.option(
    "--unsigned",
    is_flag=True,
    help="Allow signed letters to be replaced by unsigned ones.",
)
@click.option(
    "--sheets",
    is_flag=True,
    help="Write the figures and cases behind each letter beside it, as NAME.xlsx and NAME.csv, now "
    "and in every later run there.",
)
@JSON
@QUIET
def generate(
    given: GivenInputs,
    from_record: Path | None,
    signer: Signer | None,
    key_file: Path | None,
    out: Path | None,
    authorities: Sequence[str],
    pool: Pool,
    cluster: str | None,
    force: bool,
    unsigned: bool,
    sheets: bool,
) -> None:
    """Write one PDF letter per authority, with statistics.csv and manifest.json.

    Unchanged letters are not made again, so to finish a run that was stopped, run the command
    again. Only files that an earlier run wrote are replaced, and never an input.
    """
    from lgo_letters.run.batch import RenderOptions

    from .output.progress import Progress, RunSummary

    started = time.monotonic()
    if from_record is None:
        run = _from_inputs(given, authorities, out, pool)
    else:
        run = _from_record(from_record, authorities, out)
    summary = RunSummary(run.number, run.folder)
    try:
        with (
            _workers(pool, cluster) as workers,
            closing(Progress(summary, shown=not quiet())) as progress,
        ):
            options = RenderOptions(workers, signer, key_file, force, unsigned, sheets)
            end = run.write(options, progress.tell)
            summary.sheets = end.sheets
    except KeyboardInterrupt as error:
        raise StoppedError(summary.stopped()) from error
    finally:
        notice(*summary.notices())
        seconds = time.monotonic() - started
        envelope.keep_fields(summary.fields(seconds))
    notice(*end.notices)
    sentence = " ".join([summary.sentence(seconds), *end.remarks])
    show({**summary.fields(seconds), **end.fields}, [sentence])


def _from_inputs(
    given: GivenInputs, authorities: Sequence[str], out: Path | None, pool: Pool
) -> _Run:
    """A run that makes letters as the inputs are now."""
    from lgo_letters.run.batch import write_letters
    from lgo_letters.run.composed import compose_year, indices_of

    inputs = given.read(wording=True)
    year = compose_year(inputs, pool)
    notice_of_figures(inputs, year.figures)
    notice_unheld(inputs, year.figures)
    chosen = indices_of(year.figures, authorities)
    folder = letters_folder(out, inputs.year)

    def write(options: RenderOptions, report: Report) -> _End:
        written = write_letters(year, chosen, folder, options, report)
        names = {year.letters[index].authority for index in chosen}
        return _End(edition_notices(inputs), remarks(inputs, names), {}, written)

    return _Run(len(chosen), folder, write)


def _from_record(folder: Path, authorities: Sequence[str], out: Path | None) -> _Run:
    """A run that makes the letters in a folder again, in another."""
    from lgo_letters.run.remake import originals, remake

    if out is None:
        raise UsageError("--from-record needs a folder for the letters; name it with --out.")
    letters = originals(folder, authorities, out)
    envelope.keep_year(click.get_current_context(), None, letters.manifest.year)

    def write(options: RenderOptions, report: Report) -> _End:
        comparison = remake(letters, out, options, report)
        return _End(
            remade_notices(letters),
            [remade_sentence(letters, comparison)],
            remade_fields(letters, comparison),
            comparison.sheets,
        )

    return _Run(letters.number, out, write)


def _workers(pool: Pool, cluster: str | None) -> AbstractContextManager[Pool]:
    """Those of the cluster, if there is one."""
    if cluster is None:
        return nullcontext(pool)
    from lgo_letters.run.cluster import cluster_pool

    return cluster_pool(cluster)
