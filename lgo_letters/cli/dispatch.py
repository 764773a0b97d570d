"""`lgo-letters dispatch`: the letters by e-mail, to the right councils and at most once."""

from __future__ import annotations

from importlib import import_module

import click

from .options import VERSION

_MODULES = {
    "plan": "dispatch_plan",
    "rehearse": "dispatch_send",
    "send": "dispatch_send",
    "status": "dispatch_status",
    "resolve": "dispatch_status",
    "resend": "dispatch_send",
    "export": "dispatch_export",
}
"""The commands, and the module of each."""


class _LazyGroup(click.Group):
    """Loads a command when it is asked for: no other command should start later for these."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # click's signature
        return sorted(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _MODULES:
            return None
        command: click.Command = getattr(
            import_module(f".{_MODULES[cmd_name]}", __package__), cmd_name
        )
        return command


@click.group(cls=_LazyGroup, short_help="Send the letters by e-mail.")
@VERSION
def dispatch() -> None:
    """Send each authority its letter by e-mail: at most once, and not before its day.

    Nothing leaves without `send --confirm`. What was sent to whom is kept in dispatch/YEAR.jsonl
    here.
    """
