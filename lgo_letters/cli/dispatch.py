"""`lgo-letters dispatch`: the letters by e-mail, to the right councils and at most once."""

from __future__ import annotations

import click

from .lazy import LazyGroup
from .options import VERSION

_COMMANDS = {
    "plan": ("dispatch_plan", "Show who would be sent what."),
    "rehearse": ("dispatch_send", "Send a few messages to yourself."),
    "send": ("dispatch_send", "Send what is still to come of a plan."),
    "status": ("dispatch_status", "Show what became of each message."),
    "resolve": ("dispatch_status", "Record what you found out about a message."),
    "resend": ("dispatch_send", "Send an authority its letter another time."),
    "export": ("dispatch_export", "Write the messages as files, for others to send."),
}


@click.group(cls=LazyGroup, modules=_COMMANDS)
@VERSION
def dispatch() -> None:
    """Send each authority its letter by e-mail: at most once, and not before its day.

    Nothing leaves without `send --confirm`. What was sent to whom is kept in dispatch/YEAR.jsonl
    here.
    """
