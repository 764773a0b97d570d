"""Work done in other processes, a bounded part of it at a time, wherever those processes are.

Whatever submits as a `concurrent.futures.Executor` does will do: here to processes on this
computer; `cluster` has another.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any, TypeVar, cast

from .errors import WriteError

Part = TypeVar("Part")
Result = TypeVar("Result")

# So many parts for each worker: one that it does, and more that are on the way to it and back.
_PARTS_AHEAD = 3
_PATIENCE = 1.0  # seconds between two looks at workers from which nothing has come


def _all_is_well() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Workers:
    """Processes that do what is submitted; `watch` raises WriteError where they never will."""

    number: int
    submit: Callable[..., Future[Any]]
    watch: Callable[[], None] = _all_is_well


def each_done(
    workers: Workers, work: Callable[[Part], Result], parts: Iterable[Part]
) -> Iterator[tuple[Part, Result]]:
    """Each part with what the work made of it, in the order in which they are done.

    Parts are taken as they are needed, so that memory does not grow with their number.
    """
    waiting = iter(parts)
    under_way: dict[Future[Result], Part] = {}
    while True:
        for part in islice(waiting, workers.number * _PARTS_AHEAD - len(under_way)):
            under_way[workers.submit(work, part)] = part
        if not under_way:
            return
        done = wait(under_way, timeout=_PATIENCE, return_when=FIRST_COMPLETED).done
        if not done:
            workers.watch()
        for each in done:
            yield under_way.pop(each), each.result()


@contextlib.contextmanager
def local_workers(number: int) -> Iterator[Workers]:
    """So many processes on this computer, which end with this block, or with this process.

    Raises WriteError where one ends before. Each has a pipe of its own: the one pipe that those of
    a ProcessPoolExecutor share is blocked for ever where one of them dies while it writes.
    """
    processes: list[_Process] = []
    idle: SimpleQueue[_Process] = SimpleQueue()

    def work_in_one(work: Callable[[Any], Any], part: Any) -> Any:
        process = idle.get()
        try:
            return process.done(work, part)
        finally:
            idle.put(process)

    threads = ThreadPoolExecutor(number)  # they wait, each for its process
    try:
        for _ in range(number):
            processes.append(_Process())
            idle.put(processes[-1])
        yield Workers(number, lambda *what: threads.submit(work_in_one, *what))
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
        for each in processes:
            each.end()
        threads.shutdown()


class _Process:
    """A process that does what it is sent, and sends back what came of it."""

    def __init__(self) -> None:
        context: Any = multiprocessing.get_context(way_to_start())
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        with _deaf_to_ctrl_c():
            self._process.start()
        theirs.close()

    def done(self, work: Callable[[Part], Result], part: Part) -> Result:
        """What the work made of the part; raises what it raised."""
        try:
            self._pipe.send((work, part))
            result, error = self._pipe.recv()
        except (EOFError, OSError) as end:
            raise WriteError(
                "A worker process ended before its letters were made; run the command again to "
                "make the rest, with --jobs 1 if it happens again."
            ) from end
        if error is not None:
            raise error
        return cast("Result", result)

    def end(self) -> None:
        """Ends it, whatever it is doing."""
        self._process.kill()
        self._process.join()
        self._pipe.close()


def way_to_start() -> str:
    """By "fork", where a process is there at once, with all that this one has made ready.

    That is safe on Linux, and for a process that has one thread; "spawn" is so everywhere.
    """
    is_safe = sys.platform == "linux" and threading.active_count() == 1
    return "fork" if is_safe else "spawn"


@contextlib.contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """What is started here stays deaf to it: the process that starts it also ends it."""
    if sys.platform == "win32":
        yield
        return
    if way_to_start() == "spawn":
        resource_tracker.ensure_running()  # which would give back the hearing
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection[Any, Any]) -> None:
    """Works, in a process of its own, until the other end of the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    with contextlib.suppress(EOFError, OSError):
        while True:
            pipe.send(_answer(*pipe.recv()))


def _answer(work: Callable[[Any], Any], part: Any) -> tuple[Any, Exception | None]:
    try:
        return work(part), None
    except Exception as error:
        error.add_note(traceback.format_exc())  # which does not come along by itself
        return None, error


def _end_with_the_parent() -> None:
    """Ends this process when the one that started it is gone, however that ended."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
