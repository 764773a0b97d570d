"""`lgo-letters dispatch send`, `rehearse` and `resend`: what sends e-mail."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import click

from lgo_letters.dispatch.ledger import OpenLedger, open_ledger, read_ledger
from lgo_letters.dispatch.objections import EXPORTED
from lgo_letters.dispatch.outgoing import Outgoing
from lgo_letters.dispatch.plan import Plan
from lgo_letters.dispatch.rehearsal import check_rehearsal, sample_of
from lgo_letters.dispatch.send import PER_MINUTE, Post, Task, send_messages
from lgo_letters.dispatch.smtp import Answer, login_from_environment
from lgo_letters.errors import DispatchError, StoppedError, count_of
from lgo_letters.run.inputs import find_authority
from lgo_letters.run.signoff import options_of

from .dispatch_options import ACCEPTS, CHOOSES, LEDGERS, Planning, keep_accepted, now, plans
from .options import JSON, QUIET, one_line
from .output import envelope
from .output.console import Bar, notice, quiet, show
from .output.lists import duration, wrapped
from .output.notices import edition_notices

_SAMPLE = 5
_LEFT = ("uncertain", "refused", "to come")  # after which a run is not complete
_QUARTER = 15  # minutes: every time zone's midnight is at one


@click.command
@plans(CHOOSES, *ACCEPTS)
@click.option("--confirm", metavar="CODE", required=True, help="The code of the plan.")
@click.option(
    "--per-minute",
    type=click.FloatRange(min=0, min_open=True),
    default=PER_MINUTE,
    show_default=True,
    metavar="N",
    help="How many messages at most are sent in a minute.",
)
@JSON
@QUIET
def send(planning: Planning, confirm: str, per_minute: float) -> None:
    """Send what is still to come of the plan that has this code.

    Each message is sent at most once. A run that was stopped, however that was, goes on by the same
    command.
    """
    with open_ledger(LEDGERS, planning.year.inputs.year) as ledger:
        plan = planning.plan(ledger)
        plan.check(confirm)
        may_go_on = _watch(planning, ledger, confirm)
        post = _post(planning, plan, per_minute=per_minute, may_go_on=may_go_on)
        keep_accepted(plan, ledger)
        run = _Run([Task(outgoing) for outgoing in plan.due], ledger, post)
        try:
            run.send()
        finally:
            states = _states(plan, ledger)
            fields = {"code": plan.code, **run.fields(), "states": states}
            envelope.keep_fields(fields)
            notice(*_left(states))
    if left := sum(len(states.get(state, ())) for state in _LEFT):
        options = options_of(plan.folder, plan.year)
        are = "message of this plan is" if left == 1 else "messages of this plan are"
        raise DispatchError(
            f"{left:,} {are} not accepted by {plan.server.host}; "
            f'"lgo-letters dispatch status {options}" says of each what to do.'
        )
    show(fields, [run.sentence()])


@click.command
@plans()
@click.option("--to", metavar="ME", required=True, help="One of rehearse_to in lgo-letters.toml.")
@click.option(
    "--sample",
    type=click.IntRange(min=1),
    default=_SAMPLE,
    show_default=True,
    metavar="N",
    help="How many messages.",
)
@JSON
@QUIET
def rehearse(planning: Planning, to: str, sample: int) -> None:
    """Send some of the messages, spread over the plan, to your own address and nobody else.

    They are the real ones, with [REHEARSAL] in their subject and a line above their text. It
    needs no sign-off, and is kept in a ledger of its own.
    """
    year = planning.year.inputs.year
    plan = planning.plan(read_ledger(LEDGERS, year))
    check_rehearsal(plan, planning.year.inputs.data.authorities, to)
    chosen = sample_of(plan.messages, sample)
    with open_ledger(LEDGERS, year, rehearsal=True) as ledger:
        post = _post(planning, plan, rehearsal_to=to)
        tasks = [Task(outgoing, ledger.next_number(outgoing.key)) for outgoing in chosen]
        run = _Run(tasks, ledger, post)
        run.send()
    _report(run, {"code": plan.code, "to": to})


@click.command
@click.argument("name", metavar="NAME")
@plans(*ACCEPTS)
@click.option("--to", metavar="ADDRESS", help="Another address than the table has.")
@click.option(
    "--reason", metavar="TEXT", required=True, callback=one_line, help="Why; kept in the ledger."
)
@JSON
@QUIET
def resend(planning: Planning, name: str, to: str | None, reason: str) -> None:
    """Send the authority NAME a second message with its letter, which nothing else ever does.

    For one that was refused, came back, or is uncertain. Whatever forbids to send forbids this.
    """
    name = find_authority(name, [letter.authority for letter in planning.year.letters])
    choices = replace(planning.choices, authorities=frozenset({name}), again=name, to=to)
    planning = replace(planning, choices=choices)
    with open_ledger(LEDGERS, planning.year.inputs.year) as ledger:
        plan = planning.plan(ledger).only(name).without(EXPORTED)
        plan.check()
        post = _post(planning, plan)
        keep_accepted(plan, ledger)
        run = _Run([Task(one, ledger.resend(one, reason)) for one in plan.due], ledger, post)
        run.send(if_stopped='Look at "dispatch status" before you send it again.')
    _report(run, {"authority": name})


def _post(planning: Planning, plan: Plan, **how: Any) -> Post:
    """Through what a plan is sent; says what to see to in the edition before that."""
    login = login_from_environment(plan.server)
    notice(*edition_notices(planning.year.inputs))
    return Post(plan.server, login, plan.code, **how)


def _report(run: _Run, about: dict[str, Any]) -> None:
    """The end of a command of which every message has to be accepted."""
    fields = {**about, **run.fields()}
    envelope.keep_fields(fields)
    if run.accepted < run.asked:
        raise DispatchError(f"{run.sentence()} The last that was not: {run.last}.")
    show(fields, [run.sentence()])


def _watch(planning: Planning, ledger: OpenLedger, code: str) -> Callable[[], None]:
    """Plans again when the day may have changed in the middle of a run, and raises an objection."""
    last = _this_quarter()

    def may_go_on() -> None:
        nonlocal last
        if (quarter := _this_quarter()) != last:
            last = quarter
            planning.plan(ledger).check(code)

    return may_go_on


def _this_quarter() -> tuple[date, int, int]:
    moment = now()
    return moment.date(), moment.hour, moment.minute // _QUARTER


class _Run:
    """A run that sends messages: shown on stderr, and what became of them counted."""

    def __init__(self, tasks: Sequence[Task], ledger: OpenLedger, post: Post) -> None:
        self._tasks, self._ledger, self._post = tasks, ledger, post
        self.asked = len(tasks)
        self.accepted = self._done = 0
        self.last = ""
        self._started = time.monotonic()
        self._bar = Bar(self.asked, "message", shown=bool(tasks) and not quiet())

    def send(self, *, if_stopped: str = "Run the same command again to send the rest.") -> None:
        """Sends them; after Ctrl-C raises StoppedError, which says what to do then."""
        try:
            with contextlib.closing(self._bar):
                send_messages(self._tasks, self._ledger, self._post, self._told)
        except KeyboardInterrupt as error:
            then = "" if self.accepted == self.asked else f" {if_stopped}"
            raise StoppedError(f"Stopped. {self.sentence()}{then}") from error

    def _told(self, outgoing: Outgoing, answer: Answer, pause: float | None, waiting: int) -> None:
        """Counts an attempt, and shows it."""
        self._done += pause is None
        self.accepted += answer.step == "accepted"
        if answer.step != "accepted":
            again = "" if pause is None else "; it will be tried again"
            again += f" in {duration(pause)}" if pause else ""
            if self._bar.is_drawn:
                click.echo("\r\033[K", nl=False, err=True)  # the bar is drawn again below
            step = "uncertain" if answer.step == "unanswered" else answer.step
            self.last = f"{outgoing.key.authority}: {step} ({answer.text})"
            notice(f"{self.last}{again}")
        if not quiet() and self.asked > 1:
            took = (time.monotonic() - self._started) / max(1, self._done)
            left = duration(waiting * max(60 / self._post.per_minute, took))
            self._bar.show(self._done, f"{left} left" if waiting else "")

    def sentence(self) -> str:
        """The last line of a run."""
        if not self.asked:
            return "No message of this plan is still to come, and nothing was sent."
        to = "" if self._post.rehearsal_to is None else f" for {self._post.rehearsal_to}"
        seconds = time.monotonic() - self._started
        return (
            f"{self.accepted:,} of {count_of(self.asked, 'message')} accepted by "
            f"{self._post.server.host}{to}, {seconds:.1f} s."
        )

    def fields(self) -> dict[str, Any]:
        """The same for programs."""
        seconds = round(time.monotonic() - self._started, 3)
        return {"messages": self.asked, "accepted": self.accepted, "seconds": seconds}


def _states(plan: Plan, ledger: OpenLedger) -> Mapping[str, Sequence[str]]:
    """The authorities whose message was asked for, by what became of it."""
    states: dict[str, list[str]] = {}
    for one in plan.planned:
        if one.is_chosen:
            key = one.outgoing.key
            states.setdefault(ledger.state(key), []).append(key.authority)
    return states


def _left(states: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """What a person has still to see to; of what is to come, only how much it is."""
    for state in _LEFT:
        if names := states.get(state):
            which = "" if state == "to come" else f": {', '.join(names)}"
            yield wrapped(f"{state.capitalize()} ({len(names):,}){which}")
