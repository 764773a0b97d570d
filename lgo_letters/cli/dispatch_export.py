"""`lgo-letters dispatch export`: the messages as files, for others to send."""

from __future__ import annotations

from pathlib import Path

import click

from lgo_letters.dispatch.export import export as write
from lgo_letters.dispatch.ledger import open_ledger
from lgo_letters.errors import count_of
from lgo_letters.run.signoff import format_time

from .dispatch_options import ACCEPTS, CHOOSES, LEDGERS, Planning, keep_accepted, plans
from .options import JSON
from .output.console import notice, show
from .output.notices import edition_notices


@click.command
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@plans(CHOOSES, *ACCEPTS)
@JSON
def export(planning: Planning, folder: Path) -> None:
    """Write what is still to come as .eml files and a list, messages.csv, into the new folder DIR.

    That is recorded, and from then on `send` refuses: what others have sent is recorded with
    `dispatch resolve NAME --sent`. Whatever forbids to send forbids to export.
    """
    with open_ledger(LEDGERS, planning.year.inputs.year) as ledger:
        before = list(ledger.exports)
        plan = planning.plan(ledger)
        keep_accepted(plan, ledger)
        number = write(plan, ledger, folder)
    notice(*edition_notices(planning.year.inputs))
    for earlier in before:
        notice(
            f"{earlier['who']} exported messages on {format_time(earlier['time'])} already; see "
            "that nobody is sent the same twice."
        )
    messages = count_of(number, "message")
    show(
        {"folder": folder, "code": plan.code, "messages": number},
        [f"{messages} in {folder}, and nothing was sent; code {plan.code}."],
    )
