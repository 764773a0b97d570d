"""Work done in other processes, a bounded part of it at a time.

Whatever submits as a `concurrent.futures.Executor` does will do: here processes of this computer,
or this process itself; `cluster` has another.

Why not ProcessPoolExecutor: its workers share one pipe for results, and where one is killed while
it writes, the others wait for the pipe and the run for them, for ever (CPython 3.11, gh-94777).
loky ends such a run, but took 1.4 times as long for a year's letters, and left its workers running
for 40 s after their parent was killed. Here each worker has a pipe of its own, and ends with its
parent.
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


def _do_nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Pool:
    """So many processes that do what is submitted; `watch` raises where they never will.

    `ahead` is how many parts are under way for each: one that it does, and more that are on the way
    to it and back.
    """

    number: int
    submit: Callable[..., Future[Any]]
    watch: Callable[[], None] = _do_nothing
    ahead: int = 3


def completed(
    pool: Pool, work: Callable[[Part], Result], parts: Iterable[tuple[Kept, Part]]
) -> Iterator[tuple[Kept, Result]]:
    """What the work made of each part, in the order in which they are done.

    With it comes what was kept here of the part. Parts are taken as they are needed, so that a full
    disk or Ctrl-C leaves few for nothing.
    """
    waiting = iter(parts)
    under_way: dict[Future[Result], Kept] = {}
    while True:
        for kept, part in islice(waiting, pool.number * pool.ahead - len(under_way)):
            under_way[pool.submit(work, part)] = kept
        if not under_way:
            return
        done = wait(under_way, timeout=_PATIENCE, return_when=FIRST_COMPLETED).done
        if not done:
            pool.watch()
        for future in done:
            yield under_way.pop(future), future.result()


def processors() -> int:
    """How many processes can work at once, and no more than are sensible unasked."""
    return min(os.cpu_count() or 1, _MOST_BY_DEFAULT)


def in_this_process() -> Pool:
    """Does what is submitted at once, in the process that submits it."""
    return Pool(1, _run_here, ahead=1)


def _run_here(work: Callable[..., Result], *arguments: Any) -> Future[Result]:
    done: Future[Result] = Future()
    try:
        done.set_result(work(*arguments))
    except Exception as error:
        done.set_exception(error)
    return done


@contextlib.contextmanager
def local_pool(
    number: int, gone: LettersError, warm_up: Callable[[], None] = _do_nothing
) -> Iterator[Pool]:
    """So many processes on this computer, which end with this block, or with this process.

    They begin by warming up; where they can be forked, one does and the others are its twins. Where
    none may be started, this process does the work. Raises `gone` where one ends before.
    """
    try:
        processes, pipes = _started(number, warm_up)
    except OSError:
        yield in_this_process()
        return
    idle: SimpleQueue[Connection[Any, Any]] = SimpleQueue()
    for pipe in pipes:
        idle.put(pipe)

    def work_in_one(work: Callable[..., Any], *arguments: Any) -> Any:
        pipe = idle.get()
        try:
            return _run_behind(pipe, gone, work, arguments)
        finally:
            idle.put(pipe)

    def submit(*work: Any) -> Future[Any]:
        try:
            return threads.submit(work_in_one, *work)
        except RuntimeError:  # no thread may be started: then this one waits
            return _run_here(work_in_one, *work)

    threads = ThreadPoolExecutor(number)  # they wait, each for its process
    try:
        yield Pool(number, submit)
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            _end(process)
        threads.shutdown()
        for pipe in pipes:
            pipe.close()


def _started(
    number: int, warm_up: Callable[[], None]
) -> tuple[Sequence[BaseProcess], Sequence[Connection[Any, Any]]]:
    """Processes, each with its twins, and the ends of the pipes to all of them."""
    context: Any = multiprocessing.get_context(start_method())
    ours, theirs = zip(*(context.Pipe() for _ in range(number)), strict=True)
    together = [theirs] if start_method() == "fork" else [(pipe,) for pipe in theirs]
    processes = [
        context.Process(target=_serve, args=(pipes, warm_up), daemon=True) for pipes in together
    ]
    try:
        with _sigint_blocked():
            for process in processes:
                process.start()
    except OSError:
        for process in processes:
            _end(process)
        raise
    for pipe in theirs:
        pipe.close()
    return processes, ours


def _run_behind(
    pipe: Connection[Any, Any],
    gone: LettersError,
    work: Callable[..., Result],
    arguments: Sequence[Any],
) -> Result:
    """What the process at the other end made of it; raises what it raised, or that it is gone."""
    try:
        pipe.send((work, arguments))
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


def start_method() -> str:
    """By "fork", where a process is there at once, with all that this one has made ready.

    That is safe on Linux, for a process that has one thread: DuckDB starts some that Python does
    not see. "spawn" is safe everywhere.
    """
    has_one_thread = threading.active_count() == 1 and "duckdb" not in sys.modules
    is_safe = sys.platform == "linux" and has_one_thread
    return "fork" if is_safe else "spawn"


@contextlib.contextmanager
def _sigint_blocked() -> Iterator[None]:
    """What is started here stays deaf to it: the process that starts it also ends it."""
    if sys.platform == "win32":
        yield
        return
    if start_method() == "spawn":
        resource_tracker.ensure_running()  # which would give back the hearing
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipes: Sequence[Connection[Any, Any]], warm_up: Callable[[], None]) -> None:
    """Works, in a process of its own, until the other end of its pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        os.setpgid(0, 0)  # to be ended with its twins
    with contextlib.suppress(Exception):  # the work will say what is wrong
        warm_up()
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
        for other in others:
            if os.fork() == 0:
                own = other
                break
    for pipe in pipes:
        if pipe is not own:
            pipe.close()
    return own


def _answer(work: Callable[..., Any], arguments: Sequence[Any]) -> tuple[Any, Exception | None]:
    try:
        return work(*arguments), None
    except Exception as error:
        error.add_note(traceback.format_exc())  # which does not come along by itself
        return None, error


def _end_with_the_parent() -> None:
    """Ends this process when the one that started it is gone, however that ended."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
