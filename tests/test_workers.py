from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lgo_letters import batch, workers
from lgo_letters.errors import WriteError
from lgo_letters.workers import Workers, each_done, local_workers

from .processes import (
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
    assert stdout.startswith(f"30 letters ({30 - there} made, {there} left as ")
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
    with ThreadPoolExecutor(2) as pool:
        for part, result in each_done(Workers(2, pool.submit), lambda part: part * part, parts()):
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

    monkeypatch.setattr("lgo_letters.workers._PATIENCE", 0.01)
    workers = Workers(1, lambda *_: Future(), look)
    with pytest.raises(ConnectionError):
        list(each_done(workers, str, [1]))


@pytest.mark.parametrize(
    ("letters", "signed", "processes"),
    [(299, False, 0), (300, False, 2), (19, True, 0), (20, True, 2)],
)
def test_processes_are_started_where_they_are_worth_it(
    letters: int, signed: bool, processes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def local_workers(number: int) -> Any:
        asked.append(number)
        raise WriteError

    monkeypatch.setattr(batch, "local_workers", local_workers)
    monkeypatch.setattr(batch, "make_letter", lambda *_: None)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    signer: Any = object() if signed else None
    monkeypatch.setattr(batch, "way_to_start", lambda: "fork")
    letter: Any = SimpleNamespace(panels=())
    tasks = iter([batch._Task(letter, "", batch.Became.MADE)] * letters)
    with contextlib.suppress(WriteError):
        list(batch._all_made(tasks, batch.Way(signer)))
    assert asked == ([processes] if processes else [])


WARM = False


def _where_it_is_done(_: int) -> tuple[int, bool]:
    return os.getpid(), WARM


@pytest.mark.parametrize(("way", "warm"), [("fork", True), ("spawn", False)])
def test_a_process_is_started_in_either_way(
    way: str, warm: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "way_to_start", lambda: way)
    monkeypatch.setattr(sys.modules[__name__], "WARM", True)
    with local_workers(2) as two:
        done = [result for _, result in each_done(two, _where_it_is_done, iter(range(20)))]
    assert os.getpid() not in {process for process, _ in done}
    assert {is_warm for _, is_warm in done} == {warm}
