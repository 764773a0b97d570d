"""The example's letters to Exim on loopback, over TLS: messages a second, memory, the ledger.

    python -m tests.benchmarks.dispatch [--letters 355]

As root, with Debian's exim4-daemon-light. Exim takes each message into its queue on disk, as the
server of an office does, and delivers none.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tabulate import tabulate

from lgo_letters.dispatch.ledger import Entry, OpenLedger, open_ledger
from lgo_letters.dispatch.outgoing import Attachment, Key, Outgoing
from lgo_letters.dispatch.send import Post, Task, send_messages
from lgo_letters.run.manifest import manifest_of
from tests.support.outgoing import settings
from tests.support.tls import Issuer

_ROOT = Path(__file__).parents[2]
_USER = "Debian-exim"
_CONFIGURATION = """\
primary_hostname = localhost
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
spool_directory = {folder}/spool
log_file_path = {folder}/spool/%slog
pid_file_path = {folder}/spool/pid
tls_advertise_hosts = *
tls_certificate = {folder}/localhost.pem
acl_smtp_rcpt = accept
acl_smtp_data = accept
queue_only = true
begin routers
"""
_TEXT = "Dear colleague\n\nI attach the Annual Review letter.\n\nPlease reply to this e-mail.\n" * 4


@contextlib.contextmanager
def _exim(folder: Path) -> Iterator[int]:
    """Exim, on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    (folder / "exim.conf").write_text(_CONFIGURATION.format(folder=folder, port=port))
    (folder / "spool").mkdir()
    for path in (folder, folder / "spool", folder / "localhost.pem"):
        shutil.chown(path, _USER)
    process = subprocess.Popen(["exim4", "-bdf", "-C", str(folder / "exim.conf")])
    try:
        for _ in range(100):
            with contextlib.suppress(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port)).close()
                break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


def _tasks(letters: Path, number: int) -> Sequence[Task]:
    """A message with each letter of a folder."""
    entries = [*manifest_of(letters).letters.values()][:number]
    return [
        Task(
            Outgoing(
                Key(2020, entry["authority"], 1),
                f"{entry['file'].removesuffix('.pdf')[:60]}@council.example",
                (),
                f"Annual Review letter 2020: {entry['authority']}",
                _TEXT,
                (Attachment(letters / entry["file"], entry["sha256"]),),
            )
        )
        for entry in entries
    ]


def send(letters: Path, port: int, number: int, per_minute: float) -> None:
    """Sends from a new ledger; prints the seconds, those in the ledger, and the peak of MB."""
    post = Post(settings(port, security="starttls"), None, "code", per_minute)
    tasks, write, in_ledger = _tasks(letters, number), OpenLedger._write, 0.0

    def timed(self: OpenLedger, entry: Entry) -> None:
        nonlocal in_ledger
        began = time.perf_counter()
        write(self, entry)
        in_ledger += time.perf_counter() - began

    with tempfile.TemporaryDirectory(dir=letters) as folder, open_ledger(Path(folder), 2020) as it:
        OpenLedger._write = timed  # type: ignore[method-assign]
        started = time.perf_counter()
        send_messages(tasks, it, post, lambda *_: None)
        seconds = time.perf_counter() - started
        accepted = sum(it.state(task.outgoing.key) == "accepted" for task in tasks)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([accepted, seconds, in_ledger, peak]))


def main(number: int) -> None:
    """Prints a row for each way to send."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        issuer = Issuer(folder)
        issuer.issue()
        generate = [sys.executable, "-m", "lgo_letters", "generate", "--year", "2020", "--quiet"]
        subprocess.run([*generate, "--out", folder / "letters"], check=True, cwd=_ROOT)
        rows = []
        with _exim(folder) as port:
            for what, messages, per_minute in (
                ("as fast as it goes", number, 1e9),
                ("at 300 a minute", 20, 300.0),
            ):
                arguments = map(str, (folder / "letters", port, messages, per_minute))
                done = subprocess.run(
                    [sys.executable, "-m", "tests.benchmarks.dispatch", "--send", *arguments],
                    check=True,
                    capture_output=True,
                    cwd=_ROOT,
                    env={**os.environ, "SSL_CERT_FILE": str(issuer.root)},
                )
                accepted, seconds, in_ledger, peak = json.loads(done.stdout)
                assert accepted == messages
                rows.append([what, accepted, seconds, in_ledger, accepted / seconds, peak])
        taken = (folder / "spool" / "mainlog").read_text().count(" <= ")
    headers = ["", "messages", "seconds", "in the ledger", "a second", "MB"]
    print(tabulate(rows, headers=headers, floatfmt=("", "", ".2f", ".2f", ".1f", ".0f")))
    print(f"Exim has taken {taken:,} messages.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.dispatch")
    parser.add_argument("--letters", type=int, default=355)
    parser.add_argument("--send", nargs=4, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.send is None:
        main(given.letters)
    else:
        of_letters, of_port, of_number, of_pace = given.send
        send(Path(of_letters), int(of_port), int(of_number), float(of_pace))
