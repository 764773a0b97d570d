"""`lgo-letters generate`: every letter, with statistics.csv and manifest.json."""

from __future__ import annotations

import functools
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lgo_letters.errors import StoppedError, UsageError, printable

from . import envelope
from .console import notice, quiet
from .notices import notice_of_figures, notice_specimen_signature, remarks
from .options import (
    JSON,
    QUIET,
    Command,
    authority_option,
    needs_the_extra,
    reads_inputs,
    signing_options,
)

if TYPE_CHECKING:
    from lgo_letters.run.inputs import Inputs
    from lgo_letters.run.pool import Pool
    from lgo_letters.signing.sign import Signer


def with_render_pool(command: Command) -> Command:
    """Starts the processes that make letters, `pool`, before the inputs are read.

    They get ready in the meantime. The command has the options --jobs and --cluster; letters that
    go to a cluster are made there.
    """

    @functools.wraps(command)
    def wrapped(jobs: int | None, cluster: str | None, **options: Any) -> Any:
        from lgo_letters.run.pool import processors
        from lgo_letters.run.render import render_pool

        if cluster is not None:
            _check_cluster(cluster, jobs, options["signer"])
        with render_pool(jobs or processors() if cluster is None else 1) as pool:
            return command(pool=pool, cluster=cluster, **options)

    return wrapped


def _check_cluster(cluster: str, jobs: int | None, signer: Signer | None) -> None:
    """Raises UsageError where letters may not be sent there, or a key would have to be."""
    if signer is not None:
        raise UsageError(
            "--sign-with does not go with --cluster, as the key must not leave this computer; "
            "leave out one of them."
        )
    if jobs is not None:
        raise UsageError(
            "--jobs counts processes of this computer; leave it out with --cluster, whose workers "
            "are counted where they are started."
        )
    with needs_the_extra("cluster", "Clusters"):
        from lgo_letters.run.cluster import scheduler_address
    scheduler_address(cluster)


@click.command(short_help="Write every letter, with statistics and manifest.")
@signing_options
@with_render_pool
@reads_inputs(wording=True)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder for the letters. Default: letters/YEAR.",
)
@authority_option(
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
@JSON
@QUIET
def generate(
    inputs: Inputs,
    signer: Signer | None,
    key_file: Path | None,
    out: Path | None,
    authorities: Sequence[str],
    pool: Pool,
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
    from lgo_letters.run.batch import RenderOptions, write_letters
    from lgo_letters.run.composed import compose_year

    from .progress import Progress, RunSummary

    started = time.monotonic()
    year = compose_year(inputs, pool)
    notice_of_figures(inputs, year.figures)
    chosen = year.indices_of(authorities)
    folder = out or Path("letters") / str(inputs.year)
    summary = RunSummary(len(chosen), folder)
    try:
        with (
            _workers(pool, cluster) as workers,
            Progress(summary, shown=not quiet()) as progress,
        ):
            options = RenderOptions(workers, signer, key_file, force, unsigned)
            write_letters(year, chosen, folder, options, progress.tell)
    except KeyboardInterrupt as error:
        raise StoppedError(summary.stopped()) from error
    finally:
        for message in summary.notices():
            notice(message)
        seconds = time.monotonic() - started
        envelope.keep_fields(summary.fields(seconds))
    notice_specimen_signature(inputs)
    if json_:
        envelope.print_success(summary.fields(seconds))
    elif not quiet():
        click.echo(printable(" ".join([summary.sentence(seconds), *remarks(inputs, chosen)])))


def _workers(pool: Pool, cluster: str | None) -> AbstractContextManager[Pool]:
    """Those of the cluster where there is one."""
    if cluster is None:
        return nullcontext(pool)
    from lgo_letters.run.cluster import cluster_pool

    return cluster_pool(cluster)
