from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from lgo_letters.errors import WriteError
from lgo_letters.run import pool
from lgo_letters.run.pool import Pool, completed, in_this_process, local_pool, preparation
from tests.support.processes import (
    GENERATE,
    contents,
    end_of,
    finished,
    put_small_year,
    start,
    stopped_at,
    wait_until,
    workers_of,
)

needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")


@pytest.fixture
def year(workplace: Path) -> Path:
    put_small_year(workplace, 30)
    return workplace


@needs_signals
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_process_outlives_a_run_that_is_ended(year: Path, how: signal.Signals) -> None:
    process = start(year, *GENERATE, "--jobs", "2", "--out", "x")
    wait_until(lambda: workers_of(process))
    process.send_signal(how)
    end_of(process)
    assert all(file.read_bytes().endswith(b"%%EOF\n") for file in (year / "x").glob("*.pdf"))


@needs_signals
def test_a_worker_that_dies_ends_the_run_with_a_sentence_and_the_next_goes_on(year: Path) -> None:
    process = stopped_at(30, year, year / "x", "--jobs", "2")
    workers_of(process)[0].kill()
    process.send_signal(signal.SIGCONT)
    stderr = end_of(process)
    assert process.returncode == 5
    assert stderr.splitlines()[-2] == (
        "Error: A worker process ended before its letters were made; run the command again to make "
        "the rest, with --jobs 1 if it happens again."
    )
    there = len(list((year / "x").glob("*.pdf")))
    assert not list((year / "x").glob(".*"))
    code, stdout, _ = finished(year, *GENERATE, "--out", "x", "--jobs", "2")
    assert code == 0
    assert stdout.startswith(f"30 letters ({30 - there} made, {there} unchanged)")
    assert finished(year, *GENERATE, "--out", "y", "--jobs", "1")[0] == 0
    assert contents(year / "x") == contents(year / "y")


def test_parts_are_taken_as_they_are_needed_and_each_is_done_once() -> None:
    taken: list[int] = []
    most_ahead = 0

    def parts() -> Iterator[int]:
        for part in range(100):
            taken.append(part)
            yield part

    done = []
    with ThreadPoolExecutor(2) as threads:
        pairs = ((part, part) for part in parts())
        for part, result in completed(Pool(2, threads.submit), lambda part: part * part, pairs):
            done.append(part)
            assert result == part * part
            most_ahead = max(most_ahead, len(taken) - len(done))
    assert sorted(done) == list(range(100))
    assert most_ahead <= 6


def test_workers_from_which_nothing_comes_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []

    def look() -> None:
        looks.append(1)
        if len(looks) == 3:
            raise ConnectionError("they never will")

    monkeypatch.setattr("lgo_letters.run.pool._PATIENCE", 0.01)
    idle = Pool(1, lambda *_: Future(), look)
    with pytest.raises(ConnectionError):
        list(completed(idle, str, [(1, 1)]))


def test_what_in_this_process_does_is_done_at_once_and_its_errors_come_as_from_others() -> None:
    here = in_this_process()
    done = here.submit(int, "7")
    assert done.done()
    assert done.result() == 7
    with pytest.raises(ValueError, match="invalid literal"):
        list(completed(here, int, [("x", "x")]))


WARM = False
READY = 0


def _warm_up() -> None:
    global READY  # noqa: PLW0603  # of a process of its own
    READY = os.getpid()


def _where_it_is_done(_: int) -> tuple[int, bool, int]:
    time.sleep(0.01)  # so that one process does not do all
    return os.getpid(), WARM, READY


@pytest.mark.parametrize(("way", "warm"), [("fork", True), ("spawn", False)])
def test_processes_are_started_in_either_way_and_warm_up_first(
    way: str, warm: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "start_method", lambda: way)
    monkeypatch.setattr(sys.modules[__name__], "WARM", True)
    with local_pool(2, WriteError(), _warm_up) as two:
        pairs = ((part, part) for part in range(20))
        done = [result for _, result in completed(two, _where_it_is_done, pairs)]
    made_by = {process for process, _, _ in done}
    assert len(made_by) == 2
    assert os.getpid() not in made_by
    assert {is_warm for _, is_warm, _ in done} == {warm}
    # A twin finds ready what the first made ready; other processes do it each for themselves.
    readied_by = {readied_by for _, _, readied_by in done}
    assert readied_by <= made_by
    assert len(readied_by) == (1 if way == "fork" else 2)


def test_what_is_prepared_first_is_there_in_the_twins_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "start_method", lambda: "fork")
    with local_pool(3, WriteError()) as three:
        prepared = three.submit(preparation, _warm_up)
        pairs = ((part, part) for part in range(30))
        done = [result for _, result in completed(three, _where_it_is_done, pairs)]
        assert prepared.result() is None
    made_by = {process for process, _, _ in done}
    readied_by = {readied_by for _, _, readied_by in done}
    assert len(made_by) == 3
    assert len(readied_by) == 1
    assert readied_by < made_by


@needs_signals
@pytest.mark.parametrize("jobs", ["20", "200"])
def test_where_no_more_processes_may_be_started_this_one_does_the_work(
    year: Path, jobs: str
) -> None:
    program = [sys.executable, "-m", "lgo_letters", *GENERATE, "--jobs", jobs, "--out", "x"]
    few_files = ["sh", "-c", 'ulimit -n 64 && exec "$@"', "sh", *program]
    done = subprocess.run(few_files, check=False, cwd=year, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("30 letters (30 made, ")


def _refuse_to_start(_: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


@pytest.mark.parametrize("where", ["everywhere", "in the processes"])
def test_where_no_thread_may_be_started_processes_do_the_work_all_the_same(
    where: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pool, "start_method", lambda: "fork")
    with monkeypatch.context() as refused:
        refused.setattr(threading.Thread, "start", _refuse_to_start)
        with local_pool(2, WriteError()) as two:
            if where == "in the processes":
                refused.undo()
            pairs = ((part, str(part)) for part in range(9))
            assert dict(completed(two, int, pairs)) == {part: part for part in range(9)}
    assert capfd.readouterr().err == ""


def _refuse_to_fork() -> int:
    raise BlockingIOError


def test_a_twin_that_may_not_be_forked_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "start_method", lambda: "fork")
    with local_pool(2, WriteError("One is missing."), _refuse_more_forks) as two:
        ends = [two.submit(int, "7") for _ in range(2)]
        errors = {type(end.exception()) for end in ends}
    assert errors == {type(None), WriteError}


def _refuse_more_forks() -> None:
    os.fork = _refuse_to_fork


def _fail() -> None:
    raise ImportError


def test_who_cannot_warm_up_says_so_at_the_first_work() -> None:
    with local_pool(1, WriteError(), _fail) as one:
        assert one.submit(int, "7").result() == 7
        with pytest.raises(ValueError, match="invalid literal"):
            one.submit(int, "x").result()


def _die() -> None:
    os._exit(1)


def test_the_error_that_was_given_is_raised_where_a_process_dies_before_it_is_ready() -> None:
    with (
        local_pool(2, WriteError("They are gone."), _die) as two,
        pytest.raises(WriteError, match="They are gone"),
    ):
        two.submit(int, "7").result()


class _UnreadableError(Exception):
    def __init__(self, one: int, two: int) -> None:
        super().__init__(one)  # which is all that is sent of it


def _raise_what_cannot_be_read(number: int) -> None:
    raise _UnreadableError(number, number)


def test_an_answer_that_cannot_be_read_is_an_error_and_the_next_is_read() -> None:
    with local_pool(1, WriteError()) as one:
        answers = [one.submit(_raise_what_cannot_be_read, 1), one.submit(int, "7")]
        with pytest.raises(TypeError, match="two"):
            answers[0].result(timeout=60)
        assert answers[1].result(timeout=60) == 7
