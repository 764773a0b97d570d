"""The options that several commands share."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lgo_letters import __version__
from lgo_letters.errors import UsageError

from .output import envelope
from .output.console import notice, set_meta

if TYPE_CHECKING:
    from lgo_letters.run.inputs import Inputs
    from lgo_letters.signing.sign import Signer

Command = Callable[..., Any]

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
    help="Print only errors.",
)
JSON = click.option(
    "--json",
    is_flag=True,
    expose_value=False,
    is_eager=True,  # so that errors in other options are reported in JSON too
    callback=envelope.wants_json,
    help="Print one JSON object.",
)
VERSION = click.version_option(__version__, prog_name="lgo-letters")


class _Table(click.Path):
    """A table: FILE, or FILE.xlsx#Sheet."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path, whose file has to be there."""
        from lgo_letters.tables.files.records import split_sheet

        super().convert(split_sheet(Path(value))[0], param, ctx)
        return Path(value)


A_YEAR = click.IntRange(2, 9999)


def _year_option(**attributes: Any) -> Callable[[Command], Command]:
    return click.option(
        "--year",
        type=A_YEAR,
        metavar="YEAR",
        help="Reporting year: the one that ends in YEAR, on 31 March unless the edition says "
        "otherwise.",
        **attributes,
    )


YEAR = _year_option(required=True, callback=envelope.keep_year)


def one_line(context: click.Context, option: click.Parameter, text: str | None) -> str | None:
    """A text of one line that hides nothing, its spaces folded; the callback of an option."""
    from lgo_letters.names import fold
    from lgo_letters.toml_settings import line, visible

    try:
        return None if text is None else fold(line(visible(text)))
    except ValueError as error:
        raise click.BadParameter(f"{error}.", context, option) from error


FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
TABLE = _Table(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def _edition_option(**attributes: Any) -> Callable[[Command], Command]:
    return click.option(
        "--edition",
        type=FOLDER,
        metavar="DIR",
        help="The letter's wording, dates, signatory. Default: editions/YEAR here, else the "
        "shipped one.",
        **attributes,
    )


EDITION = _edition_option()


def table_options(command: Command, callback: Callable[..., Any] | None = None) -> Command:
    """The options that name both tables, read into `decisions` and `authorities_file`."""
    decisions = click.option(
        "--decisions",
        type=TABLE,
        metavar="FILE",
        callback=callback,
        help="Decisions: CSV, or a workbook as FILE.xlsx or FILE.xlsx#Sheet. Default: "
        "decisions.csv or decisions.xlsx here, else the shipped example.",
    )
    authorities = click.option(
        "--authorities",
        "authorities_file",
        type=TABLE,
        metavar="FILE",
        callback=callback,
        help="Authorities, likewise. Default: authorities.csv or authorities.xlsx here, else "
        "the shipped example.",
    )
    return decisions(authorities(command))


def input_notices(inputs: Inputs) -> Iterator[str]:
    """What a person should know about the tables that were read."""
    if inputs.example:
        yield (
            "This is the example that comes with lgo-letters: its figures are invented. "
            "For your own, put decisions.csv and authorities.csv here, or name them."
        )
    yield from inputs.data.notices


@dataclass(frozen=True, slots=True)
class GivenInputs:
    """What a command line says of the inputs; None, and 0 for the year, where it says nothing."""

    year: int
    decisions: Path | None
    authorities: Path | None
    edition: Path | None

    def read(self, *, wording: bool) -> Inputs:
        """The inputs of the year; prints as notices what a person should know of them.

        Without `wording`, only the part of the edition that figures depend on is read.
        """
        from lgo_letters.run.inputs import read_inputs
        from lgo_letters.run.sources import find_sources

        sources = find_sources(self.year, self.decisions, self.authorities, self.edition)
        inputs = read_inputs(sources, self.year, wording=wording)
        notice(*input_notices(inputs))
        return inputs


def names_inputs(*, unless: str | None = None) -> Callable[[Command], Command]:
    """The options that name the inputs, gathered into `given`; also --debug and --version.

    `unless` is an eager option of the command that stands for all of them.
    """

    def checked(context: click.Context, option: click.Parameter, value: Any) -> Any:
        is_named_otherwise = unless is not None and context.params.get(unless) is not None
        if option.name == "year":
            if value is None and not is_named_otherwise:
                raise click.MissingParameter(ctx=context, param=option)
            envelope.keep_year(context, option, value)
        if value is not None and is_named_otherwise:
            other = f"--{unless}".replace("_", "-")
            raise UsageError(
                f"{option.opts[0]} cannot be used with {other}, which names year and inputs; leave "
                "it out."
            )
        return value

    options = (
        _year_option(required=unless is None, callback=checked),
        functools.partial(table_options, callback=checked),
        _edition_option(callback=checked),
        DEBUG,
        VERSION,
    )

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def wrapped(
            year: int | None,
            decisions: Path | None,
            authorities_file: Path | None,
            edition: Path | None,
            **options: Any,
        ) -> Any:
            given = GivenInputs(year or 0, decisions, authorities_file, edition)
            return command(given=given, **options)

        decorated: Command = wrapped
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate


def reads_inputs(*, wording: bool) -> Callable[[Command], Command]:
    """The options that name the inputs, read into `inputs`; also --debug and --version.

    Without `wording`, only the part of the edition that figures depend on is read.
    """

    def decorate(command: Command) -> Command:
        @names_inputs()
        @functools.wraps(command)
        def wrapped(given: GivenInputs, **options: Any) -> Any:
            return command(inputs=given.read(wording=wording), **options)

        return wrapped

    return decorate


def format_option(*formats: str) -> Callable[[Command], Command]:
    """The option --format, read into `format_`; the first is the default."""
    return click.option(
        "--format",
        "format_",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        is_eager=True,
        callback=envelope.wants_json,
        help="How to show the figures.",
    )


def authority_option(help_: str) -> Callable[[Command], Command]:
    """The option --authority, any number of times."""
    return click.option("--authority", "authorities", metavar="NAME", multiple=True, help=help_)


def out_option(help_: str) -> Callable[[Command], Command]:
    """The option --out that names a folder of letters."""
    return click.option(
        "--out",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="DIR",
        help=f"{help_} Default: letters/YEAR.",
    )


def letters_folder(out: Path | None, year: int) -> Path:
    """The folder of a year's letters, unless another is named."""
    return out or Path("letters") / str(year)


def check_replaceable(file: Path, inputs: Inputs, key_file: Path | None = None) -> None:
    """Raises UsageError if it would replace an input, a link or a device."""
    from lgo_letters.run.files import identity, is_ordinary, writing

    kept = [*inputs.files, *([] if key_file is None else [key_file])]
    with writing(file):
        is_in_edition = any(file.resolve().is_relative_to(path) for path in inputs.files)
        is_input = (this := identity(file)) is not None and this in map(identity, kept)
        replaceable = is_ordinary(file) or not os.path.lexists(file)
    if is_in_edition or is_input:
        raise UsageError(
            f"{file} is an input, part of the edition or your signing key; give another file with "
            "--out."
        )
    if not replaceable:
        raise UsageError(f"{file} is not an ordinary file; give another file with --out.")


_PASSPHRASE = "LGO_LETTERS_SIGN_PASSPHRASE"  # noqa: S105  # the name of a variable


def signing_options(command: Command) -> Command:
    """The options that say how letters are signed, read into `signer`.

    `key_file` is the file with the key; both are None if nothing is signed.
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
                raise UsageError("--unsigned contradicts --sign-with; leave out one of them.")
            signer = _signer(sign_with, timestamp_url, revocation)
        elif timestamp_url is not None or revocation:
            option = "--revocation" if timestamp_url is None else "--timestamp-url"
            raise UsageError(f"{option} needs a signature; give --sign-with FILE.p12 too.")
        return command(signer=signer, key_file=sign_with, **options)

    return wrapped


def _signer(file: Path, timestamp_url: str | None, revocation: bool) -> Signer:
    with needs_the_extra("sign", "Signatures"):
        from lgo_letters.signing.sign import load_signer
    passphrase = os.environ.get(_PASSPHRASE)
    if passphrase is None:
        if not sys.stdin.isatty():
            raise UsageError(
                f"There is no terminal to ask for the passphrase of {file}; put it into the "
                f"environment variable {_PASSPHRASE}."
            )
        asked = click.prompt(
            f"Passphrase of {file}", hide_input=True, err=True, default="", show_default=False
        )
        passphrase = str(asked)
    return load_signer(file, passphrase, timestamp_url=timestamp_url, revocation=revocation)


@contextlib.contextmanager
def needs_the_extra(extra: str, what: str) -> Iterator[None]:
    """Raises UsageError if a module that `what`, a plural, need is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise UsageError(
            f"{what} need {error.name}, which is not installed; install it with: "
            f'python -m pip install "lgo-letters[{extra}]"'
        ) from error
