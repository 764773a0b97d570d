"""Work done in other processes, a bounded part of it at a time, wherever those processes are.

Whatever submits as a `concurrent.futures.Executor` does will do: here to processes on this
computer, or to this process itself; `cluster` has another.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from typing import Any, TypeVar, cast

from lgo_letters.errors import LettersError

Part = TypeVar("Part")
Result = TypeVar("Result")
Kept = TypeVar("Kept")

_MOST_BY_DEFAULT = 16  # processes, each of some 60 MB
_PATIENCE = 1.0  # seconds between two looks at workers from which nothing has come


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Workers:
    """So many processes that do what is submitted; `watch` raises where they never will.

    `ahead` is how many parts are under way for each: one that it does, and more that are on the way
    to it and back.
    """

    number: int
    submit: Callable[..., Future[Any]]
    watch: Callable[[], None] = _nothing
    ahead: int = 3


def each_done(
    workers: Workers, work: Callable[[Part], Result], parts: Iterable[tuple[Kept, Part]]
) -> Iterator[tuple[Kept, Result]]:
    """What the work made of each part, in the order in which they are done.

    With it comes what was kept here of the part. Parts are taken as they are needed, so that memory
    does not grow with their number.
    """
    waiting = iter(parts)
    under_way: dict[Future[Result], Kept] = {}
    while True:
        for kept, part in islice(waiting, workers.number * workers.ahead - len(under_way)):
            under_way[workers.submit(work, part)] = kept
        if not under_way:
            return
        done = wait(under_way, timeout=_PATIENCE, return_when=FIRST_COMPLETED).done
        if not done:
            workers.watch()
        while done:  # results are let go of one by one
            each = done.pop()
            yield under_way.pop(each), each.result()
            del each


def processors() -> int:
    """How many processes can work at once, and no more than are sensible unasked."""
    return min(os.cpu_count() or 1, _MOST_BY_DEFAULT)


def this_process() -> Workers:
    """Does what is submitted at once, in the process that submits it."""
    return Workers(1, _done_here, ahead=1)


def _done_here(work: Callable[..., Result], *what: Any) -> Future[Result]:
    done: Future[Result] = Future()
    try:
        done.set_result(work(*what))
    except Exception as error:
        done.set_exception(error)
    return done


@contextlib.contextmanager
def local_workers(
    number: int, gone: LettersError, get_ready: Callable[[], None] = _nothing
) -> Iterator[Workers]:
    """So many processes on this computer, which end with this block, or with this process.

    They begin by getting ready; where they can be forked, one does and the others are its twins.
    Where none may be started, this process does the work. Raises `gone` where one ends before. Each
    has a pipe of its own: the one pipe that those of a ProcessPoolExecutor share is blocked for
    ever where one of them dies while it writes.
    """
    try:
        processes, pipes = _started(number, get_ready)
    except OSError:
        yield this_process()
        return
    idle: SimpleQueue[Connection[Any, Any]] = SimpleQueue()
    for pipe in pipes:
        idle.put(pipe)

    def work_in_one(work: Callable[..., Any], *what: Any) -> Any:
        pipe = idle.get()
        try:
            return _done_behind(pipe, gone, work, what)
        finally:
            idle.put(pipe)

    def submit(*work: Any) -> Future[Any]:
        try:
            return threads.submit(work_in_one, *work)
        except RuntimeError:  # no thread may be started: then this one waits
            return _done_here(work_in_one, *work)

    threads = ThreadPoolExecutor(number)  # they wait, each for its process
    try:
        yield Workers(number, submit)
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            _end(process)
        threads.shutdown()
        for pipe in pipes:
            pipe.close()


def _started(
    number: int, get_ready: Callable[[], None]
) -> tuple[Sequence[BaseProcess], Sequence[Connection[Any, Any]]]:
    """Processes, each with its twins, and the ends of the pipes to all of them."""
    context: Any = multiprocessing.get_context(way_to_start())
    ours, theirs = zip(*(context.Pipe() for _ in range(number)), strict=True)
    together = [theirs] if way_to_start() == "fork" else [(each,) for each in theirs]
    processes = [
        context.Process(target=_serve, args=(each, get_ready), daemon=True) for each in together
    ]
    try:
        with _deaf_to_ctrl_c():
            for process in processes:
                process.start()
    except OSError:
        for process in processes:
            _end(process)
        raise
    for each in theirs:
        each.close()
    return processes, ours


def _done_behind(
    pipe: Connection[Any, Any], gone: LettersError, work: Callable[..., Result], what: Sequence[Any]
) -> Result:
    """What the process at the other end made of it; raises what it raised, or that it is gone."""
    try:
        pipe.send((work, what))
        result, error = pipe.recv()
    except (EOFError, OSError):
        result, error = None, gone
    if error is not None:
        raise error
    return cast("Result", result)


def _end(process: BaseProcess) -> None:
    """Ends a process and its twins, whatever they are doing."""
    if process.pid is None:
        return
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.join()


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


def _serve(pipes: Sequence[Connection[Any, Any]], get_ready: Callable[[], None]) -> None:
    """Works, in a process of its own, until the other end of its pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        os.setpgid(0, 0)  # to be ended with its twins
    with contextlib.suppress(Exception):  # the work will say what is wrong
        get_ready()
    pipe = _own(pipes)
    with contextlib.suppress(RuntimeError):  # where no thread may be started
        threading.Thread(target=_end_with_the_parent, daemon=True).start()
    with contextlib.suppress(EOFError, OSError):
        while True:
            pipe.send(_answer(*pipe.recv()))


def _own(pipes: Sequence[Connection[Any, Any]]) -> Connection[Any, Any]:
    """The first pipe; for each other a twin is forked, whose own it is.

    Where no more are allowed, the other ends of the pipes that are left hear that nobody is there.
    """
    own, *others = pipes
    with contextlib.suppress(OSError):
        for each in others:
            if os.fork() == 0:
                own = each
                break
    for each in pipes:
        if each is not own:
            each.close()
    return own


def _answer(work: Callable[..., Any], what: Sequence[Any]) -> tuple[Any, Exception | None]:
    try:
        return work(*what), None
    except Exception as error:
        error.add_note(traceback.format_exc())  # which does not come along by itself
        return None, error


def _end_with_the_parent() -> None:
    """Ends this process when the one that started it is gone, however that ended."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
