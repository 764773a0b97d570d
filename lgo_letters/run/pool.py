"""Work done in other processes: those of this computer, or of a cluster (see `cluster`).

Why not ProcessPoolExecutor: its workers share one pipe for results, and if one is killed while it
writes, the run hangs for ever (CPython 3.11, gh-94777). loky ends such a run, but took 1.4 times as
long for a year's letters, and left its workers running for 40 s after their parent was killed. Here
each worker has its own pipe, and ends with its parent.
"""

from __future__ import annotations

import contextlib
import multiprocessing.connection
import os
import signal
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from itertools import islice
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from lgo_letters.errors import LettersError

Part = TypeVar("Part")
Result = TypeVar("Result")
Kept = TypeVar("Kept")

_MOST_BY_DEFAULT = 16  # processes, each of some 60 MB
_LEAST_PARTS_PER_PROCESS = 4
_DUCKDB = {"_duckdb", "duckdb"}
_PATIENCE = 1.0  # seconds between two looks at workers from which nothing has come


def _do_nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Pool:
    """`number` processes that do what is submitted; `watch` raises if they never will.

    `ahead` is how many parts are under way per process: one in work, others on the way there and
    back.
    """

    number: int
    submit: Callable[..., Future[Any]]
    watch: Callable[[], None] = _do_nothing
    ahead: int = 3


def completed(
    pool: Pool, work: Callable[[Part], Result], parts: Iterable[tuple[Kept, Part]]
) -> Iterator[tuple[Kept, Result]]:
    """The result of each part, with what was kept of it here, in the order of completion.

    Parts are taken only as they are needed, so that a full disk or Ctrl-C wastes little work.
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


def in_parts(items: Iterable[Part], number: int, pool: Pool, most: int) -> Iterator[list[Part]]:
    """The items, at most `number`, in parts of at most `most`; all processes end together."""
    size = max(1, min(number // (pool.number * _LEAST_PARTS_PER_PROCESS), most))
    waiting = iter(items)
    return iter(lambda: list(islice(waiting, size)), [])


def processors() -> int:
    """How many processes to start by default: one per processor, up to a limit."""
    return min(os.cpu_count() or 1, _MOST_BY_DEFAULT)


def in_this_process() -> Pool:
    """Does what is submitted immediately, in the process that submits it."""
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
    """Processes on this computer, which end with this block or with this process.

    They warm up first; if they can be forked, one does, and the others are forked from it when the
    first work comes, or once that is done if it is `preparation`. So they do it once for all, which
    saves each of them half a second of processor time. If none can be started, this process does
    the work. Raises `gone` if one ends early.
    """
    try:
        processes, pipes = _started(number, warm_up)
    except OSError:
        yield in_this_process()
        return
    workers = [_Worker(pipe, gone) for pipe in pipes]

    def submit(*work: Any) -> Future[Any]:
        return min(workers, key=_Worker.jobs).submit(work)

    try:
        yield Pool(number, submit, ahead=2)
    finally:
        for process in processes:
            _end(process)
        for worker in workers:
            worker.close()


class _Worker:
    """A process at the other end of a pipe, which does one job after another.

    Its next job is on the way while it does one, so that it never waits for this process.
    """

    def __init__(self, pipe: Connection[Any, Any], gone: LettersError) -> None:
        self._pipe, self._gone = pipe, gone
        self._jobs: deque[Future[Any]] = deque()
        self._reader: threading.Thread | None = threading.Thread(target=self._read, daemon=True)
        try:
            self._reader.start()
        except RuntimeError:  # no thread can be started, so whoever submits waits
            self._reader = None

    def jobs(self) -> int:
        """How many jobs it has that are not done."""
        return len(self._jobs)

    def submit(self, work: tuple[Any, ...]) -> Future[Any]:
        """Sends it a job; `gone` is raised by what is given if it has ended."""
        job: Future[Any] = Future()
        self._jobs.append(job)
        try:
            self._pipe.send(work)
        except OSError:
            self._fail()
        if self._reader is None:
            self._read_one()
        return job

    def _read(self) -> None:
        while self._read_one():
            pass

    def _read_one(self) -> bool:
        """Takes one answer; gives whether there was one."""
        try:
            result, error = self._pipe.recv()
        except (EOFError, OSError):
            self._fail()
            return False
        except Exception as unreadable:  # as the error of a library may be
            result, error = None, unreadable
        job = self._jobs.popleft()
        if error is None:
            job.set_result(result)
        else:
            job.set_exception(error)
        return True

    def _fail(self) -> None:
        """Ends what it had to do, which may be noticed here and by the reader at once."""
        with contextlib.suppress(IndexError):
            while True:
                self._jobs.popleft().set_exception(self._gone)

    def close(self) -> None:
        """Forgets the process, which has ended."""
        if self._reader is not None:
            self._reader.join()
        self._pipe.close()


def _started(
    number: int, warm_up: Callable[[], None]
) -> tuple[Sequence[BaseProcess], Sequence[Connection[Any, Any]]]:
    """Processes, each with its twins, and our ends of the pipes to all of them."""
    method = start_method()
    context: Any = multiprocessing.get_context(method)
    ours, theirs = zip(*(context.Pipe() for _ in range(number)), strict=True)
    groups = [theirs] if method == "fork" else [(pipe,) for pipe in theirs]
    processes = [
        context.Process(target=_serve, args=(pipes, warm_up), daemon=True) for pipes in groups
    ]
    try:
        with _sigint_blocked(method):
            for process in processes:
                process.start()
    except OSError:
        for process in processes:
            _end(process)
        raise
    for pipe in theirs:
        pipe.close()
    return processes, ours


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
    """Forking, which is faster, where it is safe: on Linux, in a process with one thread.

    DuckDB starts threads that Python does not see.
    """
    has_one_thread = threading.active_count() == 1 and _DUCKDB.isdisjoint(sys.modules)
    return "fork" if sys.platform == "linux" and has_one_thread else "spawn"


@contextlib.contextmanager
def _sigint_blocked(method: str) -> Iterator[None]:
    """Blocks Ctrl-C in what is started here, which the process that starts it ends itself."""
    if sys.platform == "win32":
        yield
        return
    if method == "spawn":
        resource_tracker.ensure_running()  # which would unblock it when it starts
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def preparation(work: Callable[..., Result], *arguments: Any) -> Result:
    """Does work whose results the process keeps: submitted first, its twins will have them too."""
    return work(*arguments)


def _serve(pipes: Sequence[Connection[Any, Any]], warm_up: Callable[[], None]) -> None:
    """Works until the other end of its pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        os.setpgid(0, 0)  # to be ended with its twins
    with contextlib.suppress(Exception):  # the work will say what is wrong
        warm_up()
    with contextlib.suppress(EOFError, OSError):
        work, *arguments = _first_work(pipes[0])
        is_done = work is preparation
        if is_done:
            pipes[0].send(_answer(work, *arguments))
        pipe = _own(pipes)
        with contextlib.suppress(RuntimeError):  # if no thread can be started
            threading.Thread(target=_end_with_the_parent, daemon=True).start()
        if pipe is pipes[0] and not is_done:
            pipe.send(_answer(work, *arguments))
        while True:
            pipe.send(_answer(*pipe.recv()))


def _first_work(pipe: Connection[Any, Any]) -> Any:
    """Waits for it without a thread, since twins are to be forked; EOFError if the parent ends."""
    parent: Any = multiprocessing.parent_process()
    if pipe not in multiprocessing.connection.wait([pipe, parent.sentinel]):
        raise EOFError
    return pipe.recv()


def _own(pipes: Sequence[Connection[Any, Any]]) -> Connection[Any, Any]:
    """The first pipe; a twin is forked for each of the others.

    If no more can be forked, the remaining pipes are closed, and their other ends notice.
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


def _answer(work: Callable[..., Any], *arguments: Any) -> tuple[Any, Exception | None]:
    try:
        return work(*arguments), None
    except Exception as error:
        error.add_note(traceback.format_exc())  # as pickling loses the traceback
        return None, error


def _end_with_the_parent() -> None:
    """Ends this process when the one that started it is gone, however that ended."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
