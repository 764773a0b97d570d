"""Work done in other processes, a bounded part of it at a time, wherever those processes are.

Any `concurrent.futures.Executor` will do: here a pool of processes on this computer; `cluster`
has another.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection
from typing import Any, TypeVar

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
    """So many processes on this computer, which end with this block or with this process."""
    # "spawn" is the one way to start a process that every system has.
    context = multiprocessing.get_context("spawn")
    held_by_workers, held_here = context.Pipe(duplex=False)
    pool = _Pool(number, context, initializer=_end_with, initargs=(held_by_workers,))
    try:
        yield Workers(number, pool.submit)
        pool.shutdown()
    except BrokenProcessPool as error:
        raise WriteError(
            "A worker process ended before its letters were made; run the command again to make "
            "the rest, with --jobs 1 if it happens again."
        ) from error
    finally:
        held_here.close()  # which ends the workers, whatever they are doing
        pool.shutdown(cancel_futures=True)
        held_by_workers.close()


class _Pool(ProcessPoolExecutor):
    """Starts its processes, which it does as work is submitted, deaf to Ctrl-C.

    That is for the process which has started them, and which then ends them.
    """

    def submit(self, *args: Any, **options: Any) -> Future[Any]:
        """Submits."""
        if not hasattr(signal, "pthread_sigmask"):
            return super().submit(*args, **options)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return super().submit(*args, **options)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_with(other_end: Connection[Any, Any]) -> None:
    """Ends this worker when the other end of its pipe is closed, as it is by any death."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        with contextlib.suppress(EOFError, OSError):
            other_end.recv_bytes()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
