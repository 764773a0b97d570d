"""`lgo-letters dispatch plan`: who would be sent what, and all that stands against it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from lgo_letters.dispatch.draft import Planned
from lgo_letters.dispatch.ledger import open_ledger, read_ledger
from lgo_letters.dispatch.plan import Plan
from lgo_letters.errors import DispatchError, count_of, printable
from lgo_letters.figures.report import csv_lines

from .dispatch_options import ACCEPTS, CHOOSES, LEDGERS, Planning, keep_accepted, plans
from .options import format_option
from .output import envelope
from .output.console import notice
from .output.lists import names_line, wrapped
from .output.notices import edition_notices

_COLUMNS = ("authority", "to", "cc", "file", "state")


@click.command
@plans(CHOOSES, *ACCEPTS)
@format_option("table", "csv", "json")
def plan(planning: Planning, format_: str) -> None:
    """Show who would be sent what, and every objection to it; nothing is sent.

    It ends with the number of messages and a code, drawn from addresses, texts and files, which
    `dispatch send` asks for.
    """
    year = planning.year.inputs.year
    ledger = read_ledger(LEDGERS, year)
    made = planning.plan(ledger)
    if made.accepted:
        with open_ledger(LEDGERS, year) as opened:
            made = planning.plan(opened)
            keep_accepted(made, opened)
    notice(*made.notices, *edition_notices(planning.year.inputs))
    envelope.keep_fields(_fields(made))
    if format_ == "table":
        click.echo(printable("\n".join(_lines(made))))
    elif format_ == "csv":
        click.echo("".join(csv_lines([_COLUMNS, *map(_row, made.planned)])), nl=False)
        for objection in made.objections:
            click.echo(printable(objection.message), err=True)
    if made.objections:
        raise DispatchError(
            f"{count_of(len(made.objections), 'objection')} to this plan, so none of it is sent; "
            "see to what is listed, and run the command again."
        )


def _fields(made: Plan) -> dict[str, Any]:
    return {
        "folder": made.folder,
        "code": made.code,
        "due": len(made.due),
        "messages": [
            {
                "authority": one.authority.name,
                "issue": one.outgoing.key.issue,
                "addressee": one.addressee.name,
                "to": one.outgoing.to,
                "cc": one.outgoing.cc,
                "subject": one.outgoing.subject,
                "text": one.outgoing.text,
                "files": [file.path.name for file in one.outgoing.attachments],
                "state": one.state,
            }
            for one in made.planned
        ],
        "without_address": made.unaddressed,
        "objections": [
            {"kind": one.kind, "authority": one.authority, "message": one.message}
            for one in made.objections
        ],
    }


def _row(one: Planned, between: str = "; ") -> list[str]:
    outgoing = one.outgoing
    files = between.join(file.path.name for file in outgoing.attachments)
    return [one.authority.name, outgoing.to, between.join(outgoing.cc), files, one.state]


def _lines(made: Plan) -> Iterator[str]:
    from tabulate import tabulate

    headers = [column.capitalize() for column in _COLUMNS]
    rows = [_row(one, "\n") for one in made.planned]
    yield tabulate(rows, headers, disable_numparse=True)
    yield ""
    objected = {objection.authority for objection in made.objections}
    if skipped := [name for name in made.unaddressed if name not in objected]:
        yield names_line("Left out, as there is no address", skipped)
        yield ""
    if made.objections:
        yield f"Objections ({len(made.objections):,}):"
        for objection in made.objections:
            yield wrapped(f"- {objection.message}")
        yield ""
    messages = count_of(len(made.planned), "message")
    yield f"{messages}, {len(made.due):,} to come; code {made.code}. Nothing was sent."
