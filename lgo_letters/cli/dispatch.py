"""`lgo-letters dispatch`: the letters by e-mail, to the right councils and at most once."""

from __future__ import annotations

import click

from .dispatch_export import export
from .dispatch_plan import plan
from .dispatch_send import rehearse, resend, send
from .dispatch_status import resolve, status
from .options import VERSION


@click.group(short_help="Send the letters by e-mail.")
@VERSION
def dispatch() -> None:
    """Send each authority its letter by e-mail: at most once, and not before its day.

    Nothing leaves without `send --confirm`. What was sent to whom is kept in dispatch/YEAR.jsonl
    here.
    """


for command in (plan, rehearse, send, status, resolve, resend, export):
    dispatch.add_command(command)
