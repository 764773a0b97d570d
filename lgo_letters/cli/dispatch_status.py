"""`lgo-letters dispatch status` and `resolve`: what became of each message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, get_args

import click

from lgo_letters.dispatch.ledger import Ledger, Message, Outcome, State, open_ledger, read_ledger
from lgo_letters.dispatch.outgoing import Key
from lgo_letters.errors import printable
from lgo_letters.run.inputs import find_authority
from lgo_letters.run.signoff import format_time

from .dispatch_options import LEDGERS, Planning, plans
from .options import JSON, format_option, one_line
from .output import envelope
from .output.console import show
from .output.lists import wrapped

_HEADERS = ("Authority", "State", "When", "To", "What was said")
_WIDEST = 60  # characters of what was said


@click.command
@plans()
@format_option("table", "json")
def status(planning: Planning, format_: str) -> None:
    """Show for each authority what became of its message, and what is to be done.

    "accepted" is by your mail server: only an acknowledgement says that a letter was read.
    """
    ledger = read_ledger(LEDGERS, planning.year.inputs.year)
    rows = [*_rows(planning, ledger)]
    counts = Counter(row.state for row in rows)
    if format_ == "json":
        authorities = [row.fields() for row in rows]
        envelope.keep_fields({"states": _all_states(counts), "authorities": authorities})
        return
    from tabulate import tabulate

    click.echo(printable(tabulate([row.cells() for row in rows], _HEADERS, disable_numparse=True)))
    click.echo()
    click.echo(printable("\n".join(_advice(rows, counts, is_exported=bool(ledger.exports)))))


@click.command
@click.argument("name", metavar="NAME")
@plans()
@click.option("--sent", "outcome", flag_value="sent", help="It was sent; nothing sends it again.")
@click.option(
    "--not-sent", "outcome", flag_value="not-sent", help="It was not sent; send will send it."
)
@click.option("--returned", "outcome", flag_value="returned", help="It came back.")
@click.option(
    "--acknowledged", "outcome", flag_value="acknowledged", help="The authority has received it."
)
@click.option(
    "--note", metavar="TEXT", required=True, callback=one_line, help="How you know; kept with it."
)
@JSON
def resolve(planning: Planning, name: str, outcome: Outcome | None, note: str) -> None:
    """Record what became of the message to the authority NAME, with your login and the time."""
    if outcome is None:
        raise click.UsageError("Give --sent, --not-sent, --returned or --acknowledged.")
    year = planning.year.inputs.year
    with open_ledger(LEDGERS, year) as ledger:
        rows = {row.key.authority: row for row in _rows(planning, ledger)}
        key = rows[find_authority(name, [*rows])].key
        ledger.resolve(key, outcome, note)
        state = ledger.state(key)
    fields = {"authority": key.authority, "issue": key.issue, "state": state}
    show(fields, [f"{key.authority}: {state} ({note})."])


class _Row(NamedTuple):
    """What became of an authority's message: the last that may have been sent."""

    key: Key
    to: str
    state: str
    last: Message | None
    messages: int

    def cells(self) -> Sequence[str]:
        if self.last is None:
            return self.key.authority, self.state, "", self.to, ""
        said = self.last.answer or ""
        said = said if len(said) <= _WIDEST else f"{said[:_WIDEST]}…"
        to = self.last.to or self.to
        return self.key.authority, self.state, format_time(self.last.time), to, said

    def fields(self) -> dict[str, Any]:
        last = self.last
        return {
            "authority": self.key.authority,
            "issue": self.key.issue,
            "state": self.state,
            "to": self.to if last is None else last.to or self.to,
            "time": None if last is None else last.time,
            "answer": None if last is None else last.answer,
            "message_id": None if last is None else last.message_id or None,
            "messages": self.messages,
        }


def _rows(planning: Planning, ledger: Ledger) -> Iterator[_Row]:
    """Of every authority that has a letter, with or without an address, or has had one."""
    draft = planning.draft(ledger)
    keys = {one.outgoing.key: one.outgoing.to for one in draft.planned}
    keys |= dict.fromkeys(draft.unaddressed, "")
    there = {key.authority for key in keys}
    keys |= {key: "" for key in ledger.all_keys() if key.authority not in there}
    for key, to in keys.items():
        number = len(ledger.messages(key))
        yield _Row(key, to, ledger.state(key), ledger.last(key), number)


def _all_states(counts: Counter[str]) -> dict[str, int]:
    return {state: counts[state] for state in get_args(State)}


_WHAT_TO_DO = {
    "uncertain": "The server may have taken it. Look for its Message-ID in the server's log, or "
    'ask the authority; then "resolve NAME --sent" or "--not-sent".',
    "refused": 'Correct the address in authorities.csv, and "resend NAME --reason TEXT"; or '
    '"resolve NAME --sent", if it went another way.',
    "returned": 'Correct the address in authorities.csv, and "resend NAME --reason TEXT".',
    "to come": '"send --confirm CODE" sends them; "plan" shows the code.',
}
_WITHOUT_ADDRESS = (
    'Nothing is sent to them: add it to authorities.csv; or "resolve NAME --sent", if the letter '
    "went another way."
)
_EXPORTED = 'they were exported, for others to send; record each with "resolve NAME --sent".'


def _advice(rows: Sequence[_Row], counts: Counter[str], *, is_exported: bool) -> Iterator[str]:
    yield ", ".join(f"{number:,} {state}" for state, number in _all_states(counts).items()) + "."
    advice = {**_WHAT_TO_DO, "to come": _EXPORTED} if is_exported else _WHAT_TO_DO
    for state, what_to_do in advice.items():
        of_state = [row for row in rows if row.state == state]
        if not of_state:
            continue
        yield ""
        names = ", ".join(row.key.authority for row in of_state)
        yield wrapped(f"{state.capitalize()}: {what_to_do if state == 'to come' else names}")
        if state != "to come":
            yield wrapped(f"  {what_to_do}")
        if state == "uncertain":
            for row in of_state:
                message_id = "" if row.last is None else row.last.message_id
                yield f"  {message_id}  {row.key.authority}"
    if unaddressed := [row.key.authority for row in rows if not row.to and row.last is None]:
        yield ""
        yield wrapped(f"No address: {', '.join(unaddressed)}")
        yield wrapped(f"  {_WITHOUT_ADDRESS}")
