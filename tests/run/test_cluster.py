from __future__ import annotations

import pickle
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lgo_letters.errors import UsageError, WriteError
from lgo_letters.run import cluster
from lgo_letters.run.cluster import cluster_workers, scheduler_address
from lgo_letters.run.pool import each_done
from tests.support.certificates import PASSPHRASE, authority
from tests.support.commands import run
from tests.support.processes import (
    GENERATE,
    contents,
    end_of,
    finished,
    put_small_year,
    start_until,
    stopped_at,
    wait_until,
)

needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("127.0.0.1:8786", "tcp://127.0.0.1:8786"),
        ("localhost:8786", "tcp://localhost:8786"),
        ("tcp://127.8.9.10:8786", "tcp://127.8.9.10:8786"),
        ("tcp://[::1]:8786", "tcp://[::1]:8786"),
        ("tls://scheduler.example.org:8786", "tls://scheduler.example.org:8786"),
    ],
)
def test_letters_go_over_loopback_or_tls(given: str, taken: str) -> None:
    assert scheduler_address(given) == taken


@pytest.mark.parametrize(
    "given",
    [
        "192.168.1.2:8786",
        "tcp://scheduler.example.org:8786",
        "tcp://127.0.0.1.example.org:8786",
        "tcp://localhost@example.org:8786",
        "tcp://0.0.0.0:8786",
        "ws://127.0.0.1:8786",
        "ucx://127.0.0.1:8786",
        "inproc://127.0.0.1:8786",
    ],
)
def test_any_other_way_is_refused_before_anything_is_sent(workplace: Path, given: str) -> None:
    result = run(*GENERATE, "--cluster", given, "--quiet")
    assert result.exit_code == 2
    assert result.stderr == (
        f"Error: {given} is neither on this computer nor reached over TLS, and letters are "
        "confidential until they are published; give --cluster an address with tls://.\n"
    )
    assert list(workplace.iterdir()) == []


@pytest.mark.parametrize("given", ["", "here", "tls://", "127.0.0.1", "tls://x:y", "tcp://[::1"])
def test_what_is_no_address_is_refused(workplace: Path, given: str) -> None:
    result = run(*GENERATE, "--cluster", given, "--quiet")
    assert result.exit_code == 2
    assert "is no address of a Dask scheduler; give --cluster one like" in result.stderr


def test_what_does_not_go_with_a_cluster_is_refused(
    workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run(*GENERATE, "--cluster", "127.0.0.1:1", "--jobs", "2")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "leave it out with --cluster" in result.stderr
    monkeypatch.setenv("LGO_LETTERS_SIGN_PASSPHRASE", PASSPHRASE)
    (workplace / "signer.p12").write_bytes(authority("Root").issue("Ombudsman").p12())
    result = run(*GENERATE, "--cluster", "127.0.0.1:1", "--sign-with", "signer.p12")
    assert result.exit_code == 2
    assert "the key must not leave this computer" in result.stderr


def test_without_the_extra_it_is_said_how_to_install_it(
    workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "lgo_letters.run.cluster")
    result = run(*GENERATE, "--cluster", "127.0.0.1:8786")
    assert result.exit_code == 2
    assert 'install it with: python -m pip install "lgo-letters[cluster]"' in result.stderr


def test_a_scheduler_that_is_not_there_is_said_within_seconds(
    workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_CONNECTING", 1)
    address = f"127.0.0.1:{_free_port()}"
    begun = time.monotonic()
    result = run(*GENERATE, "--authority", "leeds", "--cluster", address, "--quiet")
    assert time.monotonic() - begun < 10
    assert result.exit_code == 5
    assert result.stderr.startswith(f"Error: No Dask scheduler could be reached at {address} (")
    assert len(result.stderr.splitlines()) == 1
    assert not [file for file in workplace.rglob("*") if file.is_file()]


def test_another_version_s_letters_are_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    work = pickle.dumps((str, 1))
    assert cluster._do(cluster._versions(), work) == "1"
    with pytest.raises(WriteError, match=r"A worker of the cluster has lgo-letters .*, and here"):
        cluster._do("lgo-letters 0.0.1, ReportLab 5.1.0 and zlib 1.3", work)


@pytest.mark.parametrize("open_one", ["scheduler", "worker"])
def test_a_cluster_that_sends_over_an_open_network_gets_no_letter(open_one: str) -> None:
    loopback, elsewhere = "tcp://127.0.0.1:1", "tcp://192.168.1.2:1"
    information = {
        "address": elsewhere if open_one == "scheduler" else loopback,
        "workers": {loopback: {}, (elsewhere if open_one == "worker" else loopback): {}},
    }
    client: Any = SimpleNamespace(
        wait_for_workers=lambda *_, **__: None, scheduler_info=lambda **_: information
    )
    with pytest.raises(WriteError, match=r"sends to tcp://192\.168\.1\.2:1, which is neither on"):
        cluster._checked_workers(client, "127.0.0.1:8786")


def test_a_cluster_that_has_lost_all_its_workers_for_long_ends_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, threads = [0.0], {"tcp://127.0.0.1:1": 1}
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    client: Any = SimpleNamespace(nthreads=lambda: threads)
    watch = cluster._Watch(client, "127.0.0.1:8786")
    for clock[0] in (100.0, 200.0):
        watch()
    threads.clear()
    clock[0] += cluster._WITHOUT_WORKERS - 1
    watch()
    clock[0] += 2
    with pytest.raises(WriteError, match="has lost all its workers; start some, and run"):
        watch()


# ---- a real one


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Dask:
    """A cluster on loopback, its scheduler first among its processes."""

    def __init__(self, folder: Path) -> None:
        self.processes: list[subprocess.Popen[bytes]] = []
        self._folder, self._log = folder, folder / "dask.log"

    def start(self, protocol: str, *, workers: int) -> str:
        """The scheduler's address, once all workers are there."""
        port = _free_port()
        address = f"{protocol}://127.0.0.1:{port}"
        self._start("scheduler", "--port", str(port), "--protocol", protocol)
        options = "--nthreads", "1", "--no-nanny", "--local-directory", ".", "--protocol", protocol
        for _ in range(workers):
            self._start("worker", address, *options)
        wait_until(lambda: self._log.read_text().count("Register worker") == workers)
        return address

    def _start(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "dask", *arguments]
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [*command, "--no-dashboard", "--host", "127.0.0.1"],
                stdout=log,
                stderr=log,
                cwd=self._folder,
                start_new_session=True,
            )
        self.processes.append(process)


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Dask]:
    """A cluster of which nothing outlives the test."""
    cluster_of_test = Dask(tmp_path)
    yield cluster_of_test
    for process in cluster_of_test.processes:
        process.kill()
        process.wait()


@needs_signals
def test_a_cluster_of_which_a_worker_is_killed_makes_the_letters_that_are_made_here(
    dask: Dask, workplace: Path
) -> None:
    address = dask.start("tcp", workers=2)
    worker = dask.processes[1]
    put_small_year(workplace, 60)
    process = stopped_at(20, workplace, workplace / "x", "--cluster", address)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    process.send_signal(signal.SIGCONT)
    stderr = end_of(process)
    assert process.returncode == 0, stderr
    assert "100 %: 60 of 60 letters" in stderr
    assert "distributed" not in stderr
    assert finished(workplace, *GENERATE, "--out", "y", "--jobs", "1")[0] == 0
    assert contents(workplace / "x") == contents(workplace / "y")


@needs_signals
def test_a_cluster_that_is_gone_ends_the_run_with_a_sentence(dask: Dask, workplace: Path) -> None:
    address = dask.start("tcp", workers=2)
    scheduler = dask.processes[0]
    put_small_year(workplace, 400)
    process = stopped_at(20, workplace, workplace / "x", "--cluster", address)
    scheduler.kill()
    scheduler.wait()
    process.send_signal(signal.SIGCONT)
    stderr = end_of(process)
    assert process.returncode == 5, stderr
    assert f"Error: The cluster at {address} did not make its letters (" in stderr
    assert "Traceback" not in stderr
    there = len(list((workplace / "x").glob("*.pdf")))
    assert 0 < there < 400
    assert not list((workplace / "x").glob(".*"))


@needs_signals
def test_ctrl_c_stops_a_run_on_a_cluster_within_a_second(dask: Dask, workplace: Path) -> None:
    address = dask.start("tcp", workers=2)
    put_small_year(workplace, 60)
    process = start_until(20, signal.SIGINT, workplace, workplace / "x", "--cluster", address)
    process.wait(timeout=60)
    ended = time.monotonic()
    stderr = end_of(process)
    sent = next(line for line in stderr.splitlines() if re.fullmatch(r"\d+\.\d+", line))
    assert ended - float(sent) < 1
    assert process.returncode == 130
    assert " of 60 letters are in " in stderr
    assert "distributed" not in stderr


def test_an_error_of_a_letter_comes_back_from_the_cluster_as_it_is(
    dask: Dask,
) -> None:
    with (
        cluster_workers(dask.start("tcp", workers=1)) as workers,
        pytest.raises(UsageError, match="is no address of a Dask scheduler"),
    ):
        list(each_done(workers, scheduler_address, [("x", "x")]))


def test_a_cluster_is_reached_over_tls_with_the_certificates_of_dask_s_configuration(
    dask: Dask,
    workplace: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root = authority("Root")
    member = root.issue("Member", use=None)
    (tmp_path / "ca.pem").write_bytes(root.pem())
    (tmp_path / "member.pem").write_bytes(member.pem() + member.key_pem())
    settings = {"CA_FILE": "ca.pem"}
    for part in ("SCHEDULER", "WORKER", "CLIENT"):
        settings |= {f"{part}__CERT": "member.pem", f"{part}__KEY": "member.pem"}
    for name, file in settings.items():
        monkeypatch.setenv(f"DASK_DISTRIBUTED__COMM__TLS__{name}", str(tmp_path / file))
    put_small_year(workplace, 4)
    address = dask.start("tls", workers=1)
    command = [*GENERATE, "--out", "x", "--cluster", address]
    code, stdout, stderr = finished(workplace, *command)
    assert code == 0, stderr
    assert stdout.startswith("4 letters (4 made, ")
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TLS__CA_FILE", "nowhere.pem")
    code, _, stderr = finished(workplace, *command, "--force")
    assert code == 2
    assert stderr.splitlines()[-1].startswith("Error: TLS needs certificates, and Dask's ")
    monkeypatch.delenv("DASK_DISTRIBUTED__COMM__TLS__CA_FILE")
    code, _, stderr = finished(workplace, *command, "--force")
    assert code == 2
