"""`lgo-letters dispatch send`, `rehearse` and `resend`: what sends e-mail."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
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
from lgo_letters.errors import DispatchError, StoppedError, count_of, printable
from lgo_letters.run.inputs import find_authority
from lgo_letters.run.signoff import options_of

from .dispatch_options import (
    LEDGERS,
    Planning,
    keep_accepted,
    looks_at_plan,
    now,
    plans,
    plans_for_one,
)
from .options import JSON, QUIET, one_line
from .output import envelope
from .output.console import colour, notice, quiet
from .output.lists import duration, wrapped
from .output.notices import notice_edition

_SAMPLE = 5
_LEFT = ("uncertain", "refused", "to come")  # after which a run is not complete
_QUARTER = 15  # minutes: every time zone's midnight is at one


@click.command(short_help="Send what is still to come of a plan.")
@plans
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
def send(planning: Planning, confirm: str, per_minute: float, json_: bool) -> None:
    """Send what is still to come of the plan that has this code.

    Each message is sent at most once. A run that was stopped, however that was, goes on by the same
    command.
    """
    with open_ledger(LEDGERS, planning.year.inputs.year) as ledger:
        plan = planning.plan(ledger)
        plan.check(confirm)
        login = login_from_environment(plan.server)
        notice_edition(planning.year.inputs)
        keep_accepted(plan, ledger)
        watch = _Watch(planning, ledger, confirm)
        post = Post(plan.server, login, plan.code, per_minute, may_go_on=watch.may_go_on)
        tasks = [Task(outgoing) for outgoing in plan.due]
        sending = _Sending(len(tasks), post)
        try:
            _send(tasks, ledger, post, sending)
        finally:
            states = _states(plan, ledger)
            fields = {"code": plan.code, **sending.fields(), "states": states}
            envelope.keep_fields(fields)
            for message in _left(states):
                notice(message)
    if left := sum(len(states.get(state, ())) for state in _LEFT):
        options = options_of(plan.folder, plan.year)
        are = "message of this plan is" if left == 1 else "messages of this plan are"
        raise DispatchError(
            f"{left:,} {are} not accepted by {plan.server.host}; "
            f'"lgo-letters dispatch status {options}" says of each what to do.'
        )
    if json_:
        envelope.print_success(fields)
    elif not quiet():
        click.echo(printable(sending.sentence()))


@click.command(short_help="Send a few messages to yourself.")
@looks_at_plan
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
def rehearse(planning: Planning, to: str, sample: int, json_: bool) -> None:
    """Send some of the messages, spread over the plan, to your own address and nobody else.

    They are the real ones, with [REHEARSAL] in their subject and a line above their text. It
    needs no sign-off, and is kept in a ledger of its own.
    """
    year = planning.year.inputs.year
    plan = planning.plan(read_ledger(LEDGERS, year))
    check_rehearsal(plan, planning.year.inputs.data.authorities, to)
    chosen = sample_of(plan.messages, sample)
    with open_ledger(LEDGERS, year, rehearsal=True) as ledger:
        login = login_from_environment(plan.server)
        notice_edition(planning.year.inputs)
        post = Post(plan.server, login, plan.code, rehearsal_to=to)
        tasks = [Task(outgoing, ledger.next_number(outgoing.key)) for outgoing in chosen]
        sending = _Sending(len(tasks), post)
        _send(tasks, ledger, post, sending)
    _report(sending, json_=json_, fields={"code": plan.code, "to": to})


@click.command(short_help="Send an authority its letter another time.")
@click.argument("name", metavar="NAME")
@plans_for_one
@click.option("--to", metavar="ADDRESS", help="Another address than the table has.")
@click.option(
    "--reason", metavar="TEXT", required=True, callback=one_line, help="Why; kept in the ledger."
)
@JSON
@QUIET
def resend(planning: Planning, name: str, to: str | None, reason: str, json_: bool) -> None:
    """Send the authority NAME a second message with its letter, which nothing else ever does.

    For one that was refused, came back, or is uncertain. Whatever forbids to send forbids this.
    """
    name = find_authority(name, [letter.authority for letter in planning.year.letters])
    choices = replace(planning.choices, authorities=frozenset({name}), again=name, to=to)
    planning = replace(planning, choices=choices)
    with open_ledger(LEDGERS, planning.year.inputs.year) as ledger:
        plan = planning.plan(ledger).only(name).without(EXPORTED)
        plan.check()
        login = login_from_environment(plan.server)
        notice_edition(planning.year.inputs)
        keep_accepted(plan, ledger)
        post = Post(plan.server, login, plan.code)
        tasks = [Task(one, ledger.resend(one, reason)) for one in plan.due]
        sending = _Sending(len(tasks), post)
        _send(tasks, ledger, post, sending, if_stopped=_LOOK_FIRST)
    _report(sending, json_=json_, fields={"authority": name})


_GO_ON = "Run the same command again to send the rest."
_LOOK_FIRST = 'Look at "dispatch status" before you send it again.'


def _send(
    tasks: Sequence[Task],
    ledger: OpenLedger,
    post: Post,
    sending: _Sending,
    *,
    if_stopped: str = _GO_ON,
) -> None:
    try:
        with contextlib.closing(sending):
            send_messages(tasks, ledger, post, sending.told)
    except KeyboardInterrupt as error:
        then = "" if sending.accepted == sending.asked else f" {if_stopped}"
        raise StoppedError(f"Stopped. {sending.sentence()}{then}") from error


def _report(sending: _Sending, *, json_: bool, fields: dict[str, Any]) -> None:
    """The end of a command of which every message has to be accepted."""
    envelope.keep_fields({**fields, **sending.fields()})
    if sending.accepted < sending.asked:
        raise DispatchError(f"{sending.sentence()} The last that was not: {sending.last}.")
    if json_:
        envelope.print_success({**fields, **sending.fields()})
    elif not quiet():
        click.echo(printable(sending.sentence()))


class _Watch:
    """Plans again when the day may have changed in the middle of a run."""

    def __init__(self, planning: Planning, ledger: OpenLedger, code: str) -> None:
        self._planning, self._ledger, self._code = planning, ledger, code
        self._quarter = self._this_quarter()

    def may_go_on(self) -> None:
        """Raises DispatchError where there is an objection now."""
        if (quarter := self._this_quarter()) != self._quarter:
            self._quarter = quarter
            self._planning.plan(self._ledger).check(self._code)

    @staticmethod
    def _this_quarter() -> tuple[date, int, int]:
        moment = now()
        return moment.date(), moment.hour, moment.minute // _QUARTER


class _Sending:
    """What became of the messages of a run: shown on stderr while it runs, and counted."""

    def __init__(self, asked: int, post: Post) -> None:
        self.asked, self._post = asked, post
        self.accepted = self._done = self._tenths = 0
        self._left = self.last = ""
        self._started = time.monotonic()
        self._bar: Any = None
        if asked and not quiet() and sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
            self._bar = click.progressbar(
                length=asked,
                label="Messages",
                file=sys.stderr,
                show_pos=True,
                show_eta=False,
                item_show_func=lambda _: self._left,
                color=colour(),
            )
            self._bar.render_progress()

    def close(self) -> None:
        """Ends the bar's line."""
        if self._bar is not None:
            self._bar.render_finish()

    def told(self, outgoing: Outgoing, answer: Answer, pause: float | None, waiting: int) -> None:
        """Counts an attempt, and shows it."""
        self._done += pause is None
        self.accepted += answer.step == "accepted"
        if answer.step != "accepted":
            again = "" if pause is None else "; it will be tried again"
            again += f" in {duration(pause)}" if pause else ""
            if self._bar is not None:
                click.echo("\r\033[K", nl=False, err=True)  # the bar is drawn again below
            step = "uncertain" if answer.step == "unanswered" else answer.step
            self.last = f"{outgoing.key.authority}: {step} ({answer.text})"
            notice(f"{self.last}{again}")
        if quiet() or self.asked == 1:
            return
        took = (time.monotonic() - self._started) / max(1, self._done)
        left = duration(waiting * max(60 / self._post.per_minute, took))
        self._left = f"{left} left" if waiting else ""
        if self._bar is not None:
            self._bar.update(self._done - self._bar.pos)
        elif (tenths := self._done * 10 // self.asked) > self._tenths:
            self._tenths = tenths
            left = f", {self._left}" if self._left else ""
            done = f"{self._done:,} of {count_of(self.asked, 'message')}"
            click.echo(f"{self._done * 100 // self.asked} %: {done}{left}", err=True)

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
