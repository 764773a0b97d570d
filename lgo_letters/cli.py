"""The commands: options in, printing and exit codes out. Nothing is computed here."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from . import __version__
from .errors import LettersError, ProblemsError, UsageError, WriteError, refuse

if TYPE_CHECKING:
    from .inputs import Inputs
    from .letter import Letter
    from .signing import Signer
    from .statistics import YearFigures

_MOST_PROBLEMS_PRINTED = 20
_STOPPED = 130  # by Ctrl-C, as shells have it


class _Commands(click.Group):
    """Turns every error into one sentence on stderr and its exit code."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Reads the options before the command."""
        try:
            return super().make_context(*args, **extra)
        except click.exceptions.NoArgsIsHelpError:
            raise
        except click.UsageError as error:
            _fail(error.ctx or click.Context(self), error.format_message(), error.exit_code, error)
        except OSError as error:
            _fail_to_print(click.Context(self), error)

    def invoke(self, context: click.Context) -> Any:
        """Runs the command that was asked for."""
        try:
            return super().invoke(context)
        except click.exceptions.Exit:
            raise
        except (KeyboardInterrupt, click.Abort):
            click.echo("\nStopped; what is written is whole. Run the command again.", err=True)
            context.exit(_STOPPED)
        except click.ClickException as error:
            _fail(context, error.format_message(), error.exit_code, error)
        except LettersError as error:
            if isinstance(error, ProblemsError):
                _print_problems(error)
            _fail(context, str(error), error.exit_code, error)
        except OSError as error:
            _fail_to_print(context, error)
        except Exception as error:
            message = (
                f"lgo-letters has a fault ({type(error).__name__}: {error}); "
                "run the command again with --debug and report what it prints."
            )
            _fail(context, message, LettersError.exit_code, error)


def _fail(context: click.Context, message: str, exit_code: int, error: BaseException) -> NoReturn:
    if context.meta.get("debug"):
        click.echo("".join(traceback.format_exception(error)), err=True, nl=False)
    if isinstance(error, click.UsageError) and error.ctx is not None:
        message += f" See {error.ctx.command_path} --help."
    click.secho(f"Error: {message}", fg="red", err=True, color=_colour())
    context.exit(exit_code)


def _fail_to_print(context: click.Context, error: OSError) -> NoReturn:
    """Ends quietly where the reader of a pipe has gone, with a sentence where there is no room."""
    sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115  # what is still to come goes nowhere
    if isinstance(error, BrokenPipeError):
        context.exit(0)
    what = (error.strerror or str(error)).lower()
    _fail(context, f"The output cannot be written ({what}).", WriteError.exit_code, error)


def _print_problems(error: ProblemsError) -> None:
    for problem in error.problems[:_MOST_PROBLEMS_PRINTED]:
        click.echo(str(problem), err=True)
    if (more := error.number - _MOST_PROBLEMS_PRINTED) > 0:
        click.echo(f"… and {more:,} more.", err=True)


def _colour() -> bool | None:
    """No colour where NO_COLOR is set; else as click decides, by whether this is a terminal."""
    return False if os.environ.get("NO_COLOR") else None


def _notice(message: str) -> None:
    click.secho(message, fg="yellow", err=True, color=_colour())


def _set_debug(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        context.meta["debug"] = True


_DEBUG = click.option(
    "--debug",
    is_flag=True,
    expose_value=False,
    callback=_set_debug,
    help="Show the traceback of an error.",
)
_VERSION = click.version_option(__version__, prog_name="lgo-letters")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def _reads_inputs(command: Callable[..., Any]) -> Callable[..., Any]:
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
        type=_FILE,
        metavar="FILE",
        help="Decisions CSV. Default: decisions.csv here, else the shipped example.",
    )
    @click.option(
        "--authorities",
        type=_FILE,
        metavar="FILE",
        help="Authorities CSV. Default: authorities.csv here, else the shipped example.",
    )
    @click.option(
        "--edition",
        type=_FOLDER,
        metavar="DIR",
        help="The letter's wording, dates, signatory. Default: editions/YEAR here, else the "
        "shipped one.",
    )
    @_DEBUG
    @_VERSION
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
        if sources.example:
            _notice(
                "This is the example that comes with lgo-letters: its figures are invented. "
                "For your own, put decisions.csv and authorities.csv here, or name them."
            )
        inputs = read_inputs(sources, year)
        for notice in inputs.data.notices:
            _notice(notice)
        return command(inputs=inputs, **options)

    return wrapped


_PASSPHRASE = "LGO_LETTERS_SIGN_PASSPHRASE"  # noqa: S105  # the name of a variable


def _signs(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say with what letters are signed, checked and read into `signer`."""

    @click.option(
        "--sign-with",
        type=_FILE,
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
            if (out := options.get("out")) is not None and out.resolve() == sign_with.resolve():
                raise UsageError(f"{out} is what you sign with; give another file with --out.")
            signer = _signer(sign_with, timestamp_url, revocation)
        elif timestamp_url is not None or revocation:
            option = "--revocation" if timestamp_url is None else "--timestamp-url"
            raise UsageError(f"{option} goes with a signature; give --sign-with FILE.p12 too.")
        return command(signer=signer, **options)

    return wrapped


def _signer(file: Path, timestamp_url: str | None, revocation: bool) -> Signer:
    with _needs_the_extra():
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
def _needs_the_extra() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        raise UsageError(
            f"Signatures need {error.name}, which is not installed; install it with: "
            'python -m pip install "lgo-letters[sign]"'
        ) from error


def _several_authorities(help_: str) -> Callable[..., Any]:
    return click.option("--authority", "authorities_", metavar="NAME", multiple=True, help=help_)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@_VERSION
def main() -> None:
    """Annual review letters from a year's decisions: checked, counted, compared, typeset.

    A reporting year runs from 1 April to 31 March and is named after the year it ends in.
    All rates and averages are whole per cent, rounded half up.
    """


@main.command(short_help="Write every letter, with statistics and manifest.")
@_signs
@_reads_inputs
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder for the letters. Default: letters/YEAR.",
)
@_several_authorities(
    "Write only this authority's letter; a part of the name will do. May be given several times."
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that make letters. Default: one for each processor.",
)
def generate(
    inputs: Inputs,
    signer: Signer | None,
    out: Path | None,
    authorities_: Sequence[str],
    jobs: int | None,
) -> None:
    """Write one PDF letter an authority, with statistics.csv and manifest.json."""
    from .batch import no_longer_listed, write_letters

    started = time.monotonic()
    figures = _figures(inputs)
    chosen = _chosen(inputs, authorities_)
    letters = [each for each in _composed(inputs, figures) if each.authority in chosen]
    folder = out or Path("letters") / str(inputs.year)
    with click.progressbar(
        write_letters(letters, inputs, figures, folder, jobs or os.cpu_count() or 1, signer),
        length=len(letters),
        label="Letters",
        file=sys.stderr,
        hidden=not sys.stderr.isatty() or os.environ.get("TERM") == "dumb",
        show_pos=True,
        color=_colour(),
    ) as written:
        for _ in written:
            pass
    if gone := no_longer_listed(folder, inputs):
        _notice(f"Letters of authorities no longer in authorities.csv: {', '.join(gone)}.")
    said = [f"{_letters(len(letters))} in {folder}, in {time.monotonic() - started:.1f} s."]
    if inputs.example:
        said.append("Example: invented figures.")
    if own := [name for name in inputs.own_paragraphs if name in chosen]:
        said.append(f"With paragraphs of their own: {', '.join(own)}.")
    click.echo(" ".join(said))


@main.command(short_help="Write one letter, and look at it.")
@click.argument("name")
@_signs
@_reads_inputs
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
    inputs: Inputs, signer: Signer | None, name: str, out: Path | None, png: bool, open_: bool
) -> None:
    """Write the letter of one authority, NAME or a part of its name."""
    from .batch import letter_file, make_letter, write_privately

    figures = _figures(inputs)
    (authority,) = _chosen(inputs, [name])
    letters = _composed(inputs, figures)
    pdf = make_letter(next(each for each in letters if each.authority == authority), signer)
    file = out or Path(letter_file(authority))
    if file.resolve() in inputs.files:
        raise UsageError(f"{file} is an input; give another file with --out.")
    write_privately(file, pdf.content)
    click.echo(f"{file} ({pdf.pages} pages)")
    if png:
        from .pictures import page_pictures

        for number, picture in enumerate(page_pictures(pdf.content), start=1):
            page = file.with_name(f"{file.stem}-{number}.png")
            write_privately(page, picture)
            click.echo(str(page))
    if open_ and sys.stdout.isatty() and _has_desktop():
        click.launch(str(file))


@main.command(short_help="Show the figures.")
@_reads_inputs
@_several_authorities("Show only this authority; a part of the name will do.")
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
    click.echo(show(figures, _chosen(inputs, authorities_)).rstrip("\n"))


@main.command(short_help="Check data and edition; write nothing.")
@_reads_inputs
@click.option("--json", "json_", is_flag=True, help="Print one JSON object.")
def check(inputs: Inputs, json_: bool) -> None:
    """Read and check the data and the edition, and show what to reconcile; write nothing."""
    from .check import check_json, check_text, check_year

    checked = check_year(inputs)
    click.echo(check_json(checked) if json_ else check_text(checked))
    refuse(checked.data_problems, checked.edition_problems, inputs.data.more_problems)


@main.command(short_help="Say whether signed letters are unchanged, and whose they are.")
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=_FILE)
@click.option(
    "--trust",
    type=_FILE,
    multiple=True,
    metavar="CERT",
    help="Certificate (PEM or DER) that the signer's must be, or lead back to; also one for the "
    "time stamp's. May be given several times.",
)
@click.option("--json", "json_", is_flag=True, help="Print one JSON object.")
@_DEBUG
@_VERSION
def verify(files: Sequence[Path], trust: Sequence[Path], json_: bool) -> None:
    """Say of each letter who signed it, when, and whether it is unchanged since.

    Nothing is fetched from the network. Without --trust nobody's identity is checked.
    """
    with _needs_the_extra():
        from .verify import all_genuine, verified_json, verified_text, verify_letters

    verified = verify_letters(files, trust)
    click.echo(verified_json(verified) if json_ else verified_text(verified))
    all_genuine(verified)


def _figures(inputs: Inputs) -> YearFigures:
    """The year's figures, with a notice where there is nothing to count."""
    from .pipeline import year_figures

    figures = year_figures(inputs)
    if not figures.england.decisions:
        _notice(
            f"No decision in {inputs.data.decisions_file.file} falls in the reporting year "
            f"{inputs.year}; is it the file of that year?"
        )
    return figures


def _composed(inputs: Inputs, figures: YearFigures) -> list[Letter]:
    """Every letter, once it is known that all can be set."""
    from .batch import try_layouts
    from .characters import refuse_lacking_characters
    from .pipeline import year_letters

    letters = year_letters(inputs, figures)
    refuse_lacking_characters(inputs, letters)
    try_layouts(letters)
    return letters


def _chosen(inputs: Inputs, texts: Sequence[str]) -> frozenset[str]:
    """The names of the authorities asked for; all where none is."""
    from .inputs import find_authority

    names = [each.name for each in inputs.data.authorities]
    return frozenset(find_authority(text, names) for text in texts) or frozenset(names)


def _letters(number: int) -> str:
    return "1 letter" if number == 1 else f"{number:,} letters"


def _has_desktop() -> bool:
    return sys.platform in ("win32", "darwin") or any(
        os.environ.get(each) for each in ("DISPLAY", "WAYLAND_DISPLAY")
    )
