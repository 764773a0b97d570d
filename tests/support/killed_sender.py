"""Runs that send messages and are killed at a byte drawn by lot, as often as it is asked for.

python -m tests.support.killed_sender PORT FOLDER SEED RUNS: each run is a process of its own that
sends the messages of FOLDER; it is killed in the middle of writing the ledger, of flushing it, or
of saying something to the server. The last run is not killed. Prints how many were.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from lgo_letters.dispatch.ledger import open_ledger
from lgo_letters.dispatch.outgoing import Outgoing
from lgo_letters.dispatch.send import Pauses, Post, Task, send_messages
from lgo_letters.dispatch.smtp import Timeouts
from lgo_letters.errors import DispatchError
from tests.support.outgoing import outgoing, settings

MESSAGES = 8
_STEPS_OF_A_MESSAGE = 16


def messages(folder: Path) -> Sequence[Outgoing]:
    """What is to be sent; the folder's name is in every address."""
    return [
        outgoing(folder, f"{folder.name} {number}", cc=(f"cc@{folder.name}-{number}.example",))
        for number in range(MESSAGES)
    ]


def send(folder: Path, port: int) -> bool:
    """One run, over whatever stands in the ledger; whether nothing is to come any more."""
    post = Post(
        settings(port),
        None,
        f"{MESSAGES}-abc",
        per_minute=1e6,
        pauses=Pauses((0, 0), 0),
        timeouts=Timeouts(1, 1, 1, 1),
    )
    with open_ledger(folder / "dispatch", 2020) as ledger:
        tasks = [Task(one) for one in messages(folder) if ledger.state(one.key) == "to come"]
        send_messages(tasks, ledger, post, lambda *_: None)
        return all(ledger.state(task.outgoing.key) != "to come" for task in tasks)


class _Killer:
    """Counts what a run does to the world, and ends it in the middle of one such thing."""

    def __init__(self, lot: random.Random) -> None:
        self._left, self._lot = lot.randint(1, _STEPS_OF_A_MESSAGE), lot

    def cut(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """The act, of which only the first bytes of what it is given may come to be."""

        def do(place: Any, *given: Any) -> Any:
            self._left -= 1
            if self._left:
                return act(place, *given)
            if given:
                act(place, given[0][: self._lot.randint(0, len(given[0]))])
            os.kill(os.getpid(), signal.SIGKILL)
            return None

        return do


def _run(folder: Path, port: int, killer: _Killer | None) -> int:
    """The status of a process that sends."""
    if child := os.fork():
        return os.waitpid(child, 0)[1]
    if killer is not None:
        os.write = killer.cut(os.write)
        os.fsync = killer.cut(os.fsync)
        socket.socket.sendall = killer.cut(socket.socket.sendall)  # type: ignore[method-assign]
    try:
        is_complete = send(folder, port)
    except DispatchError:  # as the server may fail, too
        is_complete = False
    os._exit(0 if is_complete else 8)


if __name__ == "__main__":
    the_port, the_folder = int(sys.argv[1]), Path(sys.argv[2])
    the_lot, runs = random.Random(sys.argv[3]), int(sys.argv[4])
    killed = sum(os.WIFSIGNALED(_run(the_folder, the_port, _Killer(the_lot))) for _ in range(runs))
    for _ in range(50):  # over which a server that fails may spread
        if _run(the_folder, the_port, None) == 0:
            break
    sys.stdout.write(str(killed))
