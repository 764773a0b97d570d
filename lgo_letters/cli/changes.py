"""`lgo-letters changes`: what has moved since the letters in a folder were written, and why."""

from __future__ import annotations

from pathlib import Path

import click

from lgo_letters.errors import printable
from lgo_letters.run.changes import find_changes
from lgo_letters.run.composed import compose_year
from lgo_letters.run.inputs import Inputs
from lgo_letters.run.pool import in_this_process

from .options import FOLDER, format_option, letters_folder, reads_inputs
from .output import envelope
from .output.changes import changes_csv, changes_fields, changes_lines


@click.command
@reads_inputs(wording=True)
@click.option(
    "--since",
    type=FOLDER,
    metavar="FOLDER",
    help="The letters to compare with. Default: letters/YEAR.",
)
@format_option("table", "csv", "json")
def changes(inputs: Inputs, since: Path | None, format_: str) -> None:
    """Compare the letters in a folder with those that generate would write now; write nothing.

    Shows the decisions, authorities and sentences of the edition that differ, what each letter now
    says otherwise, and which of them is the cause. Rates and averages are in whole per cent unless
    the edition says otherwise.
    """
    year = compose_year(inputs, in_this_process())
    found = find_changes(year, letters_folder(since, inputs.year))
    if format_ == "json":
        envelope.keep_fields(changes_fields(found))
    elif format_ == "csv":
        click.echo("".join(changes_csv(found)), nl=False)
    else:
        click.echo(printable("\n".join(changes_lines(found, year.figures))))
