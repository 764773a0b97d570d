"""What a person at a terminal reads: notices, problems, and every error as one sentence."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import Any, NoReturn

import click

from lgo_letters.errors import (
    LettersError,
    ProblemsError,
    StoppedError,
    WriteError,
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
            return super().invoke(context)
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
    """Ends the command; if JSON was asked for, prints the one object."""
    if envelope.is_wanted(context):
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


def notice(message: str) -> None:
    """Prints what a person should know, though it stops nothing."""
    if not quiet():
        click.secho(printable(message), fg="yellow", err=True, color=colour())


def set_meta(context: click.Context, option: click.Parameter, value: bool) -> bool:
    """Remembers --debug or --quiet for everything that prints."""
    context.meta[str(option.name)] = value
    return value


def open_file(file: Path) -> None:
    """Opens a file in its viewer, if there is a desktop and a terminal."""
    has_desktop = sys.platform in ("win32", "darwin") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    if has_desktop and sys.stdout.isatty():
        click.launch(str(file))
