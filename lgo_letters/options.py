"""The options that several commands have, read into what the commands work with."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from . import __version__
from .console import notice, set_meta
from .errors import UsageError

if TYPE_CHECKING:
    from .signing import Signer

DEBUG = click.option(
    "--debug",
    is_flag=True,
    expose_value=False,
    callback=set_meta,
    help="Show the traceback of an error.",
)
QUIET = click.option(
    "--quiet",
    is_flag=True,
    expose_value=False,
    callback=set_meta,
    help="Print errors alone.",
)
VERSION = click.version_option(__version__, prog_name="lgo-letters")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def reads_figures(command: Callable[..., Any]) -> Callable[..., Any]:
    """As `reads_inputs`, for a command that needs no wording."""
    return reads_inputs(command, wording=False)


def reads_inputs(command: Callable[..., Any], *, wording: bool = True) -> Callable[..., Any]:
    """The options that name the inputs, read into `inputs`; with them, --debug."""

    @click.option(
        "--year",
        type=click.IntRange(2, 9999),
        required=True,
        metavar="YEAR",
        help="Reporting year: the one that ends on 31 March YEAR.",
    )
    @click.option(
        "--decisions",
        type=FILE,
        metavar="FILE",
        help="Decisions CSV. Default: decisions.csv here, else the shipped example.",
    )
    @click.option(
        "--authorities",
        type=FILE,
        metavar="FILE",
        help="Authorities CSV. Default: authorities.csv here, else the shipped example.",
    )
    @click.option(
        "--edition",
        type=FOLDER,
        metavar="DIR",
        help="The letter's wording, dates, signatory. Default: editions/YEAR here, else the "
        "shipped one.",
    )
    @DEBUG
    @VERSION
    @functools.wraps(command)
    def wrapped(
        year: int,
        decisions: Path | None,
        authorities: Path | None,
        edition: Path | None,
        **options: Any,
    ) -> Any:
        from .inputs import find_sources, read_inputs

        sources = find_sources(year, decisions, authorities, edition)
        inputs = read_inputs(sources, year, wording=wording)
        if inputs.example:
            notice(
                "This is the example that comes with lgo-letters: its figures are invented. "
                "For your own, put decisions.csv and authorities.csv here, or name them."
            )
        for each in inputs.data.notices:
            notice(each)
        return command(inputs=inputs, **options)

    return wrapped


def has_presses(command: Callable[..., Any]) -> Callable[..., Any]:
    """Starts the processes that make letters, `presses`, before the inputs are read.

    They get ready in the meantime. The command has the options --jobs and --cluster; letters that
    go to a cluster are made there.
    """

    @functools.wraps(command)
    def wrapped(jobs: int | None, cluster: str | None, **options: Any) -> Any:
        from .press import presses
        from .workers import processors

        if cluster is not None:
            _check_cluster(cluster, jobs, options["signer"])
        with presses(jobs or processors() if cluster is None else 1) as started:
            return command(presses=started, cluster=cluster, **options)

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
        from .cluster import scheduler_address
    scheduler_address(cluster)


_PASSPHRASE = "LGO_LETTERS_SIGN_PASSPHRASE"  # noqa: S105  # the name of a variable


def signs(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say with what letters are signed, checked and read into `signer`.

    `key_file` is the file with the key, None where nothing is signed.
    """

    @click.option(
        "--sign-with",
        type=FILE,
        metavar="FILE",
        help="Sign with the key and certificate in this PKCS#12 file (.p12, .pfx). Its passphrase "
        f"is asked for, or taken from {_PASSPHRASE}.",
    )
    @click.option(
        "--timestamp-url",
        metavar="URL",
        help="Add a time stamp from this server (RFC 3161) to each signature.",
    )
    @click.option(
        "--revocation",
        is_flag=True,
        help="Embed the proof that no certificate was revoked, fetched from the issuers' servers.",
    )
    @functools.wraps(command)
    def wrapped(
        sign_with: Path | None, timestamp_url: str | None, revocation: bool, **options: Any
    ) -> Any:
        signer = None
        if sign_with is not None:
            if options.get("unsigned"):
                raise UsageError("--unsigned does not go with --sign-with; leave out one of them.")
            signer = _signer(sign_with, timestamp_url, revocation)
        elif timestamp_url is not None or revocation:
            option = "--revocation" if timestamp_url is None else "--timestamp-url"
            raise UsageError(f"{option} goes with a signature; give --sign-with FILE.p12 too.")
        return command(signer=signer, key_file=sign_with, **options)

    return wrapped


def _signer(file: Path, timestamp_url: str | None, revocation: bool) -> Signer:
    with needs_the_extra("sign", "Signatures"):
        from .signing import load_signer
    passphrase = os.environ.get(_PASSPHRASE)
    if passphrase is None:
        if not sys.stdin.isatty():
            raise UsageError(
                f"There is no terminal on which to ask for the passphrase of {file}; put it into "
                f"the environment variable {_PASSPHRASE}."
            )
        asked = click.prompt(
            f"Passphrase of {file}", hide_input=True, err=True, default="", show_default=False
        )
        passphrase = str(asked)
    return load_signer(file, passphrase, timestamp_url=timestamp_url, revocation=revocation)


@contextlib.contextmanager
def needs_the_extra(extra: str, what: str) -> Iterator[None]:
    """Says how to install what `what` needs, in the plural, where that is not there."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise UsageError(
            f"{what} need {error.name}, which is not installed; install it with: "
            f'python -m pip install "lgo-letters[{extra}]"'
        ) from error


def several_authorities(help_: str) -> Callable[..., Any]:
    """The option --authority, as often as one likes."""
    return click.option("--authority", "authorities_", metavar="NAME", multiple=True, help=help_)
