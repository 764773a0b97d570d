"""The form of every JSON object that a command prints, for success and for failure.

    {"lgo_letters": VERSION, "command": NAME, "year": YEAR or null, …the command's own fields…}

A failure has "error" too: its exit code, its sentence, and the problems found in files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import click

from lgo_letters import __version__
from lgo_letters.errors import ProblemsError

_COMMAND, _YEAR, _FIELDS = "json_command", "json_year", "json_fields"


def wants_json(context: click.Context, _: click.Parameter, value: Any) -> Any:
    """Remembers which command is to print an object, by --json or by --format json."""
    if value in (True, "json"):
        context.meta[_COMMAND] = context.command_path.partition(" ")[2]
    return value


def keep_year(context: click.Context, _: click.Parameter | None, value: int) -> int:
    """Remembers the year for the head of the object."""
    context.meta[_YEAR] = value
    return value


def is_wanted(context: click.Context) -> bool:
    """Whether stdout is to hold one JSON object and nothing else."""
    return _COMMAND in context.meta


def keep_fields(fields: Mapping[str, Any]) -> None:
    """Remembers what a command reports, even if it fails then, for the one object."""
    click.get_current_context().meta[_FIELDS] = fields


def print_success(context: click.Context) -> None:
    """Prints the object of a command that has succeeded, if it is wanted."""
    if is_wanted(context):
        _print(context, {})


def print_failure(
    context: click.Context, exit_code: int, message: str, error: BaseException
) -> None:
    """Prints the object of a command that has failed, if it is wanted."""
    if not is_wanted(context):
        return
    problems = error.problems if isinstance(error, ProblemsError) else ()
    described: dict[str, Any] = {
        "code": exit_code,
        "message": message,
        "problems": [asdict(problem) for problem in problems],
    }
    if isinstance(error, ProblemsError):
        described["problems_not_listed"] = error.number - len(problems)
    _print(context, {"error": described})


def _print(context: click.Context, end: Mapping[str, Any]) -> None:
    fields = {
        "lgo_letters": __version__,
        "command": context.meta[_COMMAND],
        "year": context.meta.get(_YEAR),
        **context.meta.get(_FIELDS, {}),
        **end,
    }
    printed = json.dumps(fields, ensure_ascii=False, indent=2, default=str)
    click.echo(re.sub(r"[^ -~\n]", _escaped, printed))


def _escaped(character: re.Match[str]) -> str:
    """Escapes a character that could reverse or hide what a terminal shows."""
    return character[0] if character[0].isprintable() else json.dumps(character[0])[1:-1]
