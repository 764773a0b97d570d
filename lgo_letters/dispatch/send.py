"""Sends messages one after the other, as slowly as was asked for, each step in the ledger."""

from __future__ import annotations

import contextlib
import heapq
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from lgo_letters.errors import DispatchError

from .ledger import OpenLedger
from .message import message_bytes
from .outgoing import Outgoing, Server
from .smtp import Answer, Connection, Login, LostConnectionError, Timeouts, sender_domain

PER_MINUTE = 20

_MOST_FAILURES = 3  # of the connection in a row
_MOST_REFUSALS = 5  # in a row: then it is not the recipients that the server does not want
_LONGEST_IDLE = 30.0  # seconds, as a server may end a connection over which nothing comes


class Pauses(NamedTuple):
    """Seconds before another attempt: after each answer of the 400s, and after a lost connection.

    The first of them grow, as servers that ask for another attempt mean minutes, not seconds.
    """

    deferred: Sequence[float] = (60, 300, 900)
    lost: float = 5


class Task(NamedTuple):
    """A message, and its number among those of its key."""

    outgoing: Outgoing
    number: int = 1


@dataclass(frozen=True, slots=True)
class Post:
    """Through what a run sends, and how.

    `code` is that of the plan, and `rehearsal_to` is the address that gets every message of a
    rehearsal. `may_go_on` raises DispatchError where the day or the letters forbid another message.
    """

    server: Server
    login: Login | None
    code: str
    per_minute: float = PER_MINUTE
    rehearsal_to: str | None = None
    may_go_on: Callable[[], None] = lambda: None
    pauses: Pauses = field(default_factory=Pauses)
    timeouts: Timeouts = field(default_factory=Timeouts)


Told = Callable[[Outgoing, Answer, float | None, int], None]
"""Is told how each attempt ended, in how many seconds there will be another, if any, and how many
messages are waiting.
"""


def send_messages(tasks: Sequence[Task], ledger: OpenLedger, post: Post, told: Told) -> None:
    """Sends each message at most once; what was deferred too often is left to come.

    Raises DispatchError where nothing more can be sent, such as after three failures of the
    connection in a row; the ledger says what was sent, and the same run goes on from there.
    """
    with contextlib.closing(_Run(ledger, post)) as run:
        queue = [(0.0, place, 0, task) for place, task in enumerate(tasks)]
        while queue:
            due, place, attempts, task = heapq.heappop(queue)
            run.wait_until(due)
            post.may_go_on()
            with _finishing():
                answer, pause = run.attempt(task, attempts)
                if pause is not None:
                    heapq.heappush(queue, (time.monotonic() + pause, place, attempts + 1, task))
                told(task.outgoing, answer, pause, len(queue))
            run.check(answer)


class _Run:
    """One run's connection and pace."""

    def __init__(self, ledger: OpenLedger, post: Post) -> None:
        self._ledger, self._post = ledger, post
        self._connection: Connection | None = None
        self._not_before = 0.0
        self._failures = self._refusals = 0

    def wait_until(self, due: float) -> None:
        """Waits, and keeps no connection through a long pause."""
        pause = max(due, self._not_before) - time.monotonic()
        if pause > _LONGEST_IDLE:
            self.close()
        time.sleep(max(0.0, pause))
        self._not_before = time.monotonic() + 60 / self._post.per_minute

    def attempt(self, task: Task, attempts: int) -> tuple[Answer, float | None]:
        """Tries to send a message; how that ended, and the pause before another attempt, if any."""
        post, (outgoing, number) = self._post, task
        message = self._ledger.claim(
            outgoing,
            number,
            domain=sender_domain(post.server),
            code=post.code,
            to=post.rehearsal_to,
        )
        content = message_bytes(
            outgoing,
            post.server,
            date=message.date,
            message_id=message.message_id,
            rehearsal_to=post.rehearsal_to,
        )
        pauses = post.pauses.deferred
        pause = pauses[attempts] if attempts < len(pauses) else None
        try:
            if self._connection is None or not self._connection.is_open:
                self._connection = Connection(post.server, post.login, post.timeouts)
            answer = self._connection.deliver(
                (message.to, *message.cc), content, lambda: self._ledger.committing(message)
            )
            self._failures = self._failures + 1 if answer.step == "unanswered" else 0
        except LostConnectionError as failure:
            answer, pause = Answer("deferred", str(failure)), 0.0
            self._failures += 1
        try:
            self._ledger.answered(message, answer.step, answer.text)
        except DispatchError as error:
            raise DispatchError(
                f"{error} What the server said of the message to {outgoing.key.authority} is not "
                f'recorded: {answer.text}. If that message is listed as uncertain, "resolve" it.'
            ) from error
        if self._failures:
            self._not_before = time.monotonic() + post.pauses.lost * self._failures
        return answer, pause if answer.step == "deferred" else None

    def check(self, answer: Answer) -> None:
        """Raises DispatchError after too many failures or refusals in a row."""
        server = self._post.server
        self._refusals = self._refusals + 1 if answer.step == "refused" else 0
        if self._refusals == _MOST_REFUSALS:
            raise DispatchError(
                f"{server.host} refused {_MOST_REFUSALS} messages in a row (the last: "
                f"{answer.text}), so no more were tried. If that is not about their addresses, ask "
                "who runs the server; then run the same command again, which goes on from here."
            )
        if self._failures == _MOST_FAILURES:
            raise DispatchError(
                f"The connection to {server.host}, port {server.port}, failed {_MOST_FAILURES} "
                f"times in a row ({answer.text}), so nothing more was sent. Check the network, and "
                "host, port and security in lgo-letters.toml; then run the same command again, "
                "which goes on from here."
            )

    def close(self) -> None:
        """Ends the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@contextlib.contextmanager
def _finishing() -> Iterator[None]:
    """Lets Ctrl-C wait until a message has had its answer; a second one does not wait."""
    is_asked = False

    def note(*_: object) -> None:
        nonlocal is_asked
        if is_asked:
            raise KeyboardInterrupt
        is_asked = True

    before = signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if is_asked:
        raise KeyboardInterrupt
