from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
from distributed import Client

from lgo_letters.errors import UsageError, WriteError
from lgo_letters.run import cluster
from lgo_letters.run.cluster import cluster_pool, scheduler_address
from lgo_letters.run.pool import completed
from tests.support.certificates import PASSPHRASE, authority
from tests.support.commands import run
from tests.support.paths import ROOT
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
def test_what_is_not_an_address_is_refused(workplace: Path, given: str) -> None:
    result = run(*GENERATE, "--cluster", given, "--quiet")
    assert result.exit_code == 2
    assert "is not the address of a Dask scheduler; give --cluster one like" in result.stderr


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


def test_another_version_s_letters_are_not_taken() -> None:
    loopback = "tcp://127.0.0.1:1"
    other = cluster._versions().replace("ReportLab ", "ReportLab 1.")
    client: Any = SimpleNamespace(
        wait_for_workers=lambda *_, **__: None,
        scheduler_info=lambda **_: {"address": loopback, "workers": {loopback: {}}},
        run=lambda *_, **__: {loopback: other},
    )
    with pytest.raises(
        WriteError, match=r"A worker .* has lgo-letters .* ReportLab 1\..*, but this computer"
    ):
        cluster._checked_workers(client, "127.0.0.1:8786")


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
    monkeypatch.setattr(cluster, "_checked_workers", lambda *_: [*threads])
    client: Any = SimpleNamespace(nthreads=lambda: threads)
    watched = cluster._Cluster(client, "127.0.0.1:8786")
    for clock[0] in (100.0, 200.0):
        watched.watch()
    threads.clear()
    clock[0] += cluster._WITHOUT_WORKERS - 1
    watched.watch()
    clock[0] += 2
    with pytest.raises(WriteError, match="has lost all its workers; start some, and run"):
        watched.watch()


# ---- a real one


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


ON_LOOPBACK = ("--host", "127.0.0.1", "--no-dashboard", "--dashboard-address", "127.0.0.1:0")


class Dask:
    """A cluster on loopback, its scheduler first among its processes."""

    def __init__(self, folder: Path) -> None:
        self.processes: list[subprocess.Popen[bytes]] = []
        self._folder, self._log = folder, folder / "dask.log"

    def start(
        self,
        protocol: str,
        *,
        workers: int,
        scheduler_options: Sequence[str] = ON_LOOPBACK,
        worker_options: Sequence[str] = (*ON_LOOPBACK, "--no-nanny"),
    ) -> str:
        """The scheduler's address, once all workers are there."""
        port = _free_port()
        address = f"{protocol}://127.0.0.1:{port}"
        self.run("scheduler", "--port", str(port), "--protocol", protocol, *scheduler_options)
        options = "--nthreads", "1", "--protocol", protocol, *worker_options
        for _ in range(workers):
            self.run("worker", address, *options)
        self.wait_for(workers)
        return address

    def wait_for(self, workers: int) -> None:
        """Waits until the scheduler knows of so many."""
        wait_until(lambda: self._log.read_text().count("Register worker addr") >= workers)

    def run(self, *arguments: str) -> None:
        """Starts one more process."""
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments],
                stdout=log,
                stderr=log,
                cwd=self._folder,
                env={**os.environ, "DASK_TEMPORARY_DIRECTORY": "."},
                start_new_session=True,
            )
        self.processes.append(process)

    def listening(self) -> set[str]:
        """The addresses on which its processes listen, and those that these started."""
        addresses = set()
        for process in self.processes:
            started = psutil.Process(process.pid)
            for one in (started, *started.children(recursive=True)):
                with contextlib.suppress(psutil.NoSuchProcess, FileNotFoundError):
                    connections = one.net_connections("tcp")
                    addresses |= {c.laddr.ip for c in connections if c.status == psutil.CONN_LISTEN}
        return addresses


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Dask]:
    """A cluster of which nothing outlives the test."""
    cluster_of_test = Dask(tmp_path)
    yield cluster_of_test
    for process in cluster_of_test.processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
        process.kill()
        process.wait()


def test_what_the_readme_starts_listens_on_loopback_alone(dask: Dask, workplace: Path) -> None:
    page = (ROOT / "docs" / "cluster.md").read_text(encoding="utf-8").replace("\\\n", "")
    port = str(_free_port())
    for command in re.findall(r"^dask (.*)$", page, re.MULTILINE):
        dask.run(*command.replace("8786", port).split())
    dask.wait_for(1)
    assert dask.listening() == {"127.0.0.1"}
    put_small_year(workplace, 4)
    code, stdout, stderr = finished(workplace, *GENERATE, "--cluster", f"127.0.0.1:{port}")
    assert code == 0, stderr
    assert stdout.startswith("4 letters (4 made, ")


ANYWHERE = ON_LOOPBACK[2:]
OPEN_WEB_SERVER = ON_LOOPBACK[:3]
LISTENS_TOO = "import socket\nopen_to_all = socket.create_server(('', 0))"


@pytest.mark.parametrize(
    ("who", "scheduler", "worker"),
    [
        ("scheduler", OPEN_WEB_SERVER, (*ON_LOOPBACK, "--no-nanny")),
        ("worker", ON_LOOPBACK, (*ANYWHERE, "--no-nanny")),
        ("worker", ON_LOOPBACK, (*OPEN_WEB_SERVER, "--no-nanny")),
        ("nanny", ON_LOOPBACK, (*ON_LOOPBACK, "--preload-nanny", LISTENS_TOO)),
    ],
)
def test_whoever_listens_on_every_interface_without_tls_gets_no_letter(
    dask: Dask, workplace: Path, who: str, scheduler: Sequence[str], worker: Sequence[str]
) -> None:
    address = dask.start("tcp", workers=1, scheduler_options=scheduler, worker_options=worker)
    code, _, stderr = finished(workplace, *GENERATE, "--cluster", address, "--quiet")
    assert code == 5, stderr
    assert re.fullmatch(
        rf"Error: A {who} of the cluster listens on (0\.0\.0\.0:\d+( and )?)?(\[::\]:\d+)? without "
        r"Dask's TLS, where other computers may reach it; it was sent no letter\. Start it .*\n",
        stderr,
    ), stderr
    assert not list(workplace.rglob("*.pdf"))


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
def test_a_result_is_taken_though_its_worker_dies_as_it_arrives(
    dask: Dask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What became of it is then unknown to Dask, which its own executor takes for an error."""
    gather: Any = Client._gather_remote

    async def gather_as_the_worker_dies(self: Client, *options: Any) -> Any:
        response = await gather(self, *options)
        dask.processes[1].kill()
        while any(self.futures[key].status == "finished" for key in response["data"]):
            await asyncio.sleep(0.01)
        return response

    with cluster_pool(dask.start("tcp", workers=1)) as workers:
        monkeypatch.setattr(Client, "_gather_remote", gather_as_the_worker_dies)
        assert list(completed(workers, list, [("kept", range(5))])) == [("kept", [0, 1, 2, 3, 4])]


@pytest.mark.parametrize("options", [ON_LOOPBACK, ANYWHERE], ids=["on loopback", "anywhere"])
def test_where_all_workers_die_those_started_since_are_checked_and_go_on(
    dask: Dask, options: Sequence[str]
) -> None:
    def parts() -> Iterator[tuple[int, int]]:
        for number in range(9):
            if number == 5:
                dask.processes[1].kill()
                dask.run("worker", address, "--nthreads", "1", "--no-nanny", *options)
                dask.wait_for(2)
            yield number, number

    address = dask.start("tcp", workers=1)
    with cluster_pool(address) as workers:
        done = completed(workers, str, parts())
        if options == ON_LOOPBACK:
            assert {*done} == {(number, str(number)) for number in range(9)}
        else:
            with pytest.raises(WriteError, match="A worker of the cluster listens on"):
                list(done)


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
        cluster_pool(dask.start("tcp", workers=1)) as workers,
        pytest.raises(UsageError, match="is not the address of a Dask scheduler"),
    ):
        list(completed(workers, scheduler_address, [("x", "x")]))


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
    everywhere = ("--no-dashboard", "--dashboard-address", "127.0.0.1:0")
    address = dask.start("tls", workers=1, scheduler_options=everywhere, worker_options=everywhere)
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
