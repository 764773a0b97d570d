"""`lgo-letters dispatch export`: the messages as files, for others to send."""

from __future__ import annotations

from pathlib import Path

import click

from lgo_letters.errors import count_of, printable

from .dispatch_options import LEDGERS, Planning, keep_accepted, plans
from .options import JSON
from .output import envelope
from .output.console import notice
from .output.notices import notice_edition


@click.command(short_help="Write the messages as files, for others to send.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@plans
@JSON
def export(planning: Planning, folder: Path, json_: bool) -> None:
    """Write what is still to come as .eml files and a list, messages.csv, into the new folder DIR.

    That is recorded, and from then on `send` refuses: what others have sent is recorded with
    `dispatch resolve NAME --sent`. Whatever forbids to send forbids to export.
    """
    from lgo_letters.dispatch.export import export as write
    from lgo_letters.dispatch.ledger import open_ledger
    from lgo_letters.run.signoff import format_time

    with open_ledger(LEDGERS, planning.year.inputs.year) as ledger:
        before = list(ledger.exports)
        plan = planning.plan(ledger)
        keep_accepted(plan, ledger)
        number = write(plan, ledger, folder)
    notice_edition(planning.year.inputs)
    for earlier in before:
        notice(
            f"{earlier['who']} exported messages on {format_time(earlier['time'])} already; see "
            "that nobody is sent the same twice."
        )
    if json_:
        envelope.print_success({"folder": folder, "code": plan.code, "messages": number})
    else:
        messages = count_of(number, "message")
        click.echo(printable(f"{messages} in {folder}, and nothing was sent; code {plan.code}."))
