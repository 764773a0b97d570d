"""What a person at a terminal reads: notices, problems, and every error as one sentence."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn

import click

from lgo_letters.errors import (
    LettersError,
    ProblemsError,
    StoppedError,
    WriteError,
    count_of,
    printable,
    reason,
)

from . import envelope
from .streams import prepare, stdout_failure

MOST_PROBLEMS_PRINTED = 20


class Commands(click.Group):
    """Turns every error into one sentence on stderr and its exit code."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Runs the program; it is an error if stdout cannot be written and nothing else is wrong.

        If nobody reads stdout any more, the exit code is that of the result.
        """
        prepare()
        try:
            return super().main(*args, **extra)
        except SystemExit as end:
            if (failure := stdout_failure()) is not None:
                end.code = end.code or WriteError.exit_code
                what = reason(failure)
                click.secho(
                    f"Error: The output cannot be written ({what}); make room, or send it "
                    "somewhere else.",
                    fg="red",
                    err=True,
                    color=colour(),
                )
            raise

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Reads the options before the command."""
        try:
            return super().make_context(*args, **extra)
        except click.exceptions.NoArgsIsHelpError:
            raise
        except click.UsageError as error:
            _fail(error.ctx or click.Context(self), error.format_message(), error.exit_code, error)

    def invoke(self, context: click.Context) -> Any:
        """Runs the command that was asked for."""
        try:
            result = super().invoke(context)
            envelope.print_success(context)
            return result
        except (click.exceptions.Exit, click.exceptions.NoArgsIsHelpError):
            raise
        except (KeyboardInterrupt, click.Abort, StoppedError) as stop:
            message = str(stop) or "Stopped."
            click.echo(f"\n{message}", err=True)
            _end(context, message, StoppedError.exit_code, stop)
        except click.ClickException as error:
            _fail(context, error.format_message(), error.exit_code, error)
        except LettersError as error:
            if isinstance(error, ProblemsError):
                _print_problems(error)
            _fail(context, str(error), error.exit_code, error)
        except MemoryError as error:
            message = "Memory ran out; close other programs, and run the command again."
            _fail(context, message, WriteError.exit_code, error)
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
    click.secho(f"Error: {printable(message)}", fg="red", err=True, color=colour())
    _end(context, message, exit_code, error)


def _end(context: click.Context, message: str, exit_code: int, error: BaseException) -> NoReturn:
    envelope.print_failure(context, exit_code, message, error)
    context.exit(exit_code)


def _print_problems(error: ProblemsError) -> None:
    for problem in error.problems[:MOST_PROBLEMS_PRINTED]:
        click.echo(str(problem), err=True)
    if (more := error.number - MOST_PROBLEMS_PRINTED) > 0:
        click.echo(f"… and {more:,} more.", err=True)


def colour() -> bool | None:
    """No colour if NO_COLOR is set; otherwise click decides, by whether this is a terminal."""
    return False if os.environ.get("NO_COLOR") else None


def quiet() -> bool:
    """Whether to print only errors."""
    return bool(click.get_current_context().meta.get("quiet"))


def show(fields: Mapping[str, Any], lines: Iterable[str]) -> None:
    """Shows what a command has found: the lines, or the fields at its end if JSON was asked for.

    The fields stand there with the error of a command that fails after this, too.
    """
    envelope.keep_fields(fields)
    if not (envelope.is_wanted(click.get_current_context()) or quiet()):
        click.echo(printable("\n".join(lines)))


def notice(*messages: str) -> None:
    """Prints what a person should know, though it stops nothing."""
    for message in () if quiet() else messages:
        click.secho(printable(message), fg="yellow", err=True, color=colour())


def set_meta(context: click.Context, option: click.Parameter, value: bool) -> bool:
    """Remembers --debug or --quiet for everything that prints."""
    context.meta[str(option.name)] = value
    return value


class Bar:
    """How far a run is, on stderr: a bar on a terminal, elsewhere a line per tenth."""

    def __init__(self, number: int, noun: str, *, shown: bool) -> None:
        self._number, self._noun = number, noun
        self._tenths = 0
        self._beside = ""
        self._bar: Any = None
        if shown and sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
            self._bar = click.progressbar(
                length=number,
                label=f"{noun}s".capitalize(),
                file=sys.stderr,
                show_pos=True,
                show_eta=False,
                item_show_func=lambda _: self._beside or None,
                color=colour(),
            )
            self._bar.render_progress()

    @property
    def is_drawn(self) -> bool:
        """Whether there is a terminal to draw it on."""
        return self._bar is not None

    def show(self, done: int, beside: str = "") -> None:
        """Shows that so many are done, and what else there is to say."""
        self._beside = beside
        tenths = done * 10 // self._number
        if self._bar is not None:
            self._bar.update(done - self._bar.pos)
        elif tenths > self._tenths:
            self._tenths = tenths
            counted = f"{done:,} of {count_of(self._number, self._noun)}"
            more = f", {beside}" if beside else ""
            click.echo(f"{done * 100 // self._number} %: {counted}{more}", err=True)

    def close(self) -> None:
        """Ends the bar's line."""
        if self._bar is not None:
            self._bar.render_finish()


def open_file(file: Path) -> None:
    """Opens a file in its viewer, if there is a desktop and a terminal."""
    has_desktop = sys.platform in ("win32", "darwin") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    if has_desktop and sys.stdout.isatty():
        click.launch(str(file))
