"""What every command of `dispatch` that plans has in common: its options, and the plan."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from lgo_letters.dispatch.addresses import mailbox
from lgo_letters.dispatch.draft import Choices, Draft, draft_of
from lgo_letters.dispatch.ledger import Ledger, OpenLedger
from lgo_letters.dispatch.outgoing import Server
from lgo_letters.dispatch.plan import Plan, compose_for, make_plan
from lgo_letters.dispatch.server import read_server
from lgo_letters.run.composed import ComposedYear, indices_of
from lgo_letters.run.inputs import find_authority

from .options import (
    Command,
    GivenInputs,
    authority_option,
    letters_folder,
    names_inputs,
    out_option,
)

LEDGERS = Path("dispatch")
"""The folder of what was sent to whom: here, and never beside the letters."""


@dataclass(frozen=True, slots=True)
class Planning:
    """All that a plan is made from but the ledger, read once."""

    year: ComposedYear
    folder: Path
    server: Server
    choices: Choices

    def draft(self, ledger: Ledger) -> Draft:
        """The messages of this moment, which nobody has objected to yet."""
        return draft_of(self.year, self.folder, ledger, now(), self.choices)

    def plan(self, ledger: Ledger) -> Plan:
        """The plan of this moment."""
        return make_plan(self.year, self.folder, self.server, ledger, now(), self.choices)


def now() -> datetime:
    """The moment that counts as now; tests move it."""
    return datetime.now(UTC)


def keep_accepted(plan: Plan, ledger: OpenLedger) -> None:
    """Records what a plan's choices accept, with login and time."""
    for one in plan.accepted:
        ledger.allow(one.objection.kind, one.what)


CHOOSES = authority_option(
    "Send only this authority's, by its name or part of it; several times. From the day of "
    "publication on, nothing is sent without it."
)
"""For commands that are not about one authority."""
ACCEPTS = (
    click.option(
        "--accept-shared",
        "shared",
        multiple=True,
        metavar="ADDRESS",
        help="Accept that this address serves several authorities; kept with login and time.",
    ),
    click.option(
        "--accept-new",
        "new",
        multiple=True,
        metavar="NAME",
        help="Accept that this authority has another address or person than last year; kept "
        "likewise.",
    ),
    click.option(
        "--skip-missing",
        is_flag=True,
        help="Leave out the authorities without an address; kept likewise.",
    ),
)
"""For commands that need a plan to which nobody objects."""


def plans(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """The options of a plan, read into `planning`; also --debug and --version.

    `options` are those of CHOOSES and ACCEPTS that the command has.
    """

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def wrapped(
            given: GivenInputs,
            out: Path | None,
            authorities: Sequence[str] = (),
            shared: Sequence[str] = (),
            new: Sequence[str] = (),
            skip_missing: bool = False,  # click gives all by name
            **others: Any,
        ) -> Any:
            server = read_server()
            inputs = given.read(wording=True)
            folder = letters_folder(out, given.year)
            year = compose_for(inputs, folder)
            names = [one.name for one in inputs.data.authorities]
            of_year = year.figures.authorities
            chosen = indices_of(year.figures, authorities) if authorities else ()
            choices = Choices(
                frozenset(of_year[index].authority.name for index in chosen),
                frozenset(map(mailbox, shared)),
                frozenset(find_authority(text, names) for text in new),
                skip_missing,
            )
            return command(planning=Planning(year, folder, server, choices), **others)

        decorated: Command = wrapped
        for option in reversed(options):
            decorated = option(decorated)
        return names_inputs()(out_option("Folder of the letters.")(decorated))

    return decorate
