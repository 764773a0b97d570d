"""Groups of commands that are loaded when they are asked for, so that none waits for the others."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """A group that knows of each command its module here, and the line that stands for it in help.

    Until it is run, that is all that there is of it.
    """

    def __init__(self, *args: Any, modules: Mapping[str, tuple[str, str]], **extra: Any) -> None:
        super().__init__(*args, **extra)
        self._modules = {name: module for name, (module, _) in modules.items()}
        for name, (_, short_help) in modules.items():
            self.add_command(click.Command(name, short_help=short_help))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command itself, loaded, for click to run it."""
        name, command, others = super().resolve_command(ctx, args)
        if name is not None:
            command = getattr(import_module(f".{self._modules[name]}", __package__), name)
        return name, command, others
