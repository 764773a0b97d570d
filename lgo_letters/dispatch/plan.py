"""Who would be sent what: one e-mail per authority, and every objection to sending them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from lgo_letters.errors import DispatchError, UsageError
from lgo_letters.run.composed import ComposedYear, year_figures, year_letters
from lgo_letters.run.inputs import Inputs
from lgo_letters.run.manifest import manifest_of
from lgo_letters.run.reissue import reissues_of
from lgo_letters.run.signoff import options_of

from .draft import Choices, Planned, draft_of
from .last_year import addresses_of
from .ledger import Ledger
from .objections import MISSING, NEW, SHARED, Acceptable, Objection, acceptable, objections
from .outgoing import Outgoing, Server

_HEX_DIGITS = 6  # of a code


@dataclass(frozen=True)
class Plan:
    """Every message of a year, sent or not, and all that stands against sending what is to come.

    `unaddressed` are authorities that get none, as they have no address, unless their letters went
    another way; `accepted` is what the choices accept and the ledger has not yet; `notices` stop
    nothing.
    """

    year: int
    folder: Path
    server: Server
    planned: Sequence[Planned]
    unaddressed: Sequence[str]
    objections: Sequence[Objection]
    accepted: Sequence[Acceptable]
    notices: Sequence[str]

    @property
    def messages(self) -> Sequence[Outgoing]:
        """All of them, those that were sent too."""
        return [one.outgoing for one in self.planned]

    @property
    def due(self) -> Sequence[Outgoing]:
        """What a command with these choices sends."""
        return [one.outgoing for one in self.planned if one.is_due and one.is_chosen]

    def without(self, *kinds: str) -> Plan:
        """The same, without the objections of some kinds."""
        return replace(self, objections=[one for one in self.objections if one.kind not in kinds])

    def only(self, name: str) -> Plan:
        """The same, with the objections that are about one authority or about all."""
        about = [one for one in self.objections if one.authority in (None, name)]
        return replace(self, objections=about)

    @cached_property
    def code(self) -> str:
        """The number of messages, and digits that change with any address, text or file."""
        server = self.server
        content = [
            [server.sender, server.bounce_to, server.reply_to],
            *(
                [
                    *(message.key, message.to, message.cc, message.subject, message.text),
                    [(file.path.name, file.sha256) for file in message.attachments],
                ]
                for message in self.messages
            ),
        ]
        digest = hashlib.sha256(json.dumps(content).encode()).hexdigest()
        return f"{len(self.planned)}-{digest[:_HEX_DIGITS]}"

    def check(self, confirmed: str | None = None) -> None:
        """Raises DispatchError where there is an objection, or `confirmed` is not the code."""
        show = f'"lgo-letters dispatch plan {options_of(self.folder, self.year)}"'
        if self.objections:
            first, *others = self.objections
            more = ""
            if others:
                more = f" That is 1 of {len(self.objections):,} objections, which {show} lists."
            raise DispatchError(f"Nothing was sent: {first.message}{more}")
        if confirmed is not None and confirmed != self.code:
            raise DispatchError(
                f'Nothing was sent: "{confirmed}" is not the code of what would be sent now. An '
                "address, a text, a letter or a choice has changed since, or it was mistyped; look "
                f"at {show}, and give its code."
            )


# ---- made


def compose_for(inputs: Inputs, folder: Path) -> ComposedYear:
    """The year with its letters as a folder has them, those that were reissued too.

    They are not tried, as they are there. Raises DataError or EditionError where an input has a
    problem, UsageError where the folder holds no letters.
    """
    reissues = reissues_of(manifest_of(folder).letters.values())
    figures = year_figures(inputs)
    return ComposedYear(inputs, figures, year_letters(inputs, figures, reissues=reissues))


def make_plan(
    year: ComposedYear,
    folder: Path,
    server: Server,
    ledger: Ledger,
    now: datetime,
    choices: Choices,
) -> Plan:
    """The plan for the letters of a folder, as `compose_for` has them, at a moment with its zone.

    Raises UsageError where the folder holds none of the year, or a choice accepts what nobody
    objects to.
    """
    draft = draft_of(year, folder, ledger, now, choices)
    before = folder.parent / str(year.inputs.year - 1)
    last_year = addresses_of(before)
    nobody_knows = (
        f"There is no record of e-mail addresses in {before}, so none is compared with it."
    )
    candidates = [*acceptable(draft, last_year)]
    _check_choices(candidates, choices)
    allowed = {kind: ledger.allowed(kind) for kind in (SHARED, NEW, MISSING)}
    open_ = [one for one in candidates if one.what not in allowed[one.objection.kind]]
    accepted = [one for one in open_ if _accepts(choices, one)]
    refused = [one.objection for one in open_ if one not in accepted]
    return Plan(
        year.inputs.year,
        folder,
        server,
        draft.planned,
        [key.authority for key in draft.unaddressed if ledger.state(key) == "to come"],
        [*objections(draft), *refused],
        accepted,
        [] if last_year else [nobody_knows],
    )


def _accepts(choices: Choices, candidate: Acceptable) -> bool:
    kind, name = candidate.objection.kind, candidate.name
    named = {SHARED: choices.shared, NEW: choices.new}
    return choices.skip_missing if kind == MISSING else name in named[kind]


def _check_choices(candidates: Collection[Acceptable], choices: Choices) -> None:
    """Raises UsageError where somebody accepts what is not so: it may be a slip of the pen."""
    there = {(one.objection.kind, one.name) for one in candidates}
    for address in sorted(choices.shared):
        if (SHARED, address) not in there:
            raise UsageError(
                f"--accept-shared {address}: no message to two authorities is still to go to that "
                "address; leave it out, or correct it."
            )
    for name in sorted(choices.new):
        if (NEW, name) not in there:
            raise UsageError(
                f"--accept-new {name}: nothing about its address is new since last year's record; "
                "leave it out, or name another."
            )
