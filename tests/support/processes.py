"""Runs of the program as processes of their own, which a test may end as roughly as it likes."""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psutil

from tests.support.paths import EXAMPLES, ROOT

GENERATE = ["generate", "--year", "2020"]


def put_small_year(folder: Path, authorities: int) -> None:
    """The first authorities of the example and their decisions, as tables of one's own.

    The authorities keep the columns up to the code, without days and successors.
    """
    lines = (EXAMPLES / "authorities.csv").read_text(encoding="utf-8").splitlines()
    kept = [line.rsplit(",", 6)[0] for line in lines[: authorities + 1]]
    known = {line.split(",")[0] for line in kept[1:]}
    rows = (EXAMPLES / "decisions.csv").read_text(encoding="utf-8").splitlines()
    rows = [rows[0], *(row for row in rows[1:] if row.split(",")[1] in known)]
    (folder / "authorities.csv").write_text("\n".join(kept), encoding="utf-8")
    (folder / "decisions.csv").write_text("\n".join(rows), encoding="utf-8")


def start(
    folder: Path, *arguments: str | Path, module: str = "lgo_letters", **options: Any
) -> subprocess.Popen[str]:
    """The program in a session of its own, its output to be read; it ends with the tests."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
        **options,
    )
    atexit.register(process.kill)
    return process


def start_until(
    step: int,
    number: signal.Signals,
    folder: Path,
    letters: Path,
    *arguments: str,
    command: Sequence[str] = GENERATE,
) -> subprocess.Popen[str]:
    """A run that writes letters there, and gets a signal at one step of doing so (see at_step)."""
    at = [str(step), str(int(number)), str(letters)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    whole = [*at, *command, *arguments, "--out", str(letters)]
    return start(folder, *whole, module="tests.support.at_step", env=environment)


def stopped_at(
    step: int, folder: Path, letters: Path, *arguments: str, command: Sequence[str] = GENERATE
) -> subprocess.Popen[str]:
    """A run that stands still at that step."""
    process = start_until(step, signal.SIGSTOP, folder, letters, *arguments, command=command)
    state = psutil.Process(process.pid)
    wait_until(lambda: state.status() == psutil.STATUS_STOPPED)
    return process


def finished(folder: Path, *arguments: str | Path, **options: Any) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a run that is let go to its end."""
    process = start(folder, *arguments, **options)
    stdout, stderr = process.communicate(timeout=300)
    return process.returncode, stdout, stderr


def end_of(process: subprocess.Popen[str]) -> str:
    """What it said on stderr, once it and all that it started are gone."""
    _, stderr = process.communicate(timeout=60)
    wait_until(lambda: not _in_session(process.pid))
    return stderr


def workers_of(process: subprocess.Popen[str]) -> Sequence[psutil.Process]:
    """The processes that make letters for it."""
    children = psutil.Process(process.pid).children(recursive=True)
    return [child for child in children if "resource_tracker" not in " ".join(child.cmdline())]


def wait_until(condition: Callable[[], object]) -> None:
    """Waits for a minute at most."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "waited for a minute"
        time.sleep(0.01)


def _in_session(session: int) -> bool:
    """Whether any process is left in it: workers have groups of their own."""
    for process in psutil.pids():
        with contextlib.suppress(ProcessLookupError):
            if os.getsid(process) == session:
                return True
    return False


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder and of those in it, hidden ones too."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }
