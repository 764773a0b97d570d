"""The ledger under fire: senders killed at a byte drawn by lot, and servers that fail meanwhile."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from lgo_letters.dispatch.ledger import open_ledger, read_ledger
from tests.support.killed_sender import messages, send
from tests.support.mail import DIE, LOSE, MailServer, mail_server
from tests.support.paths import ROOT

SEEDS = int(os.environ.get("LGO_LETTERS_KILLED_SENDERS", "4"))
RUNS = 6


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_sender_that_is_killed_again_and_again_sends_nothing_twice_and_loses_nothing(
    tmp_path: Path, seed: int
) -> None:
    lot = random.Random(seed)
    folder = tmp_path / f"seed-{seed}"
    folder.mkdir()

    def says(step: str, _: Sequence[str]) -> str | None:
        if seed % 2 == 0 or lot.random() > 0.03:
            return None
        return lot.choice([DIE, LOSE if step == "dot" else DIE, "451 later", "421 goodbye"])

    with mail_server(says) as mail:
        command = [sys.executable, "-m", "tests.support.killed_sender"]
        arguments = [str(mail.port), str(folder), str(seed), str(RUNS)]
        done = subprocess.run([*command, *arguments], check=True, cwd=ROOT, capture_output=True)
        time.sleep(0.1)  # in which the server takes what a killed sender had said
        delivered = _times_delivered(mail, folder)
        states = _states(folder)
        assert all(times <= 1 for times in delivered)
        assert set(states) <= {"accepted", "uncertain"}
        for state, times in zip(states, delivered, strict=True):
            assert state == "uncertain" or times == 1
        mail.says = lambda *_: None
        _resolve(folder, delivered)
        assert send(folder, mail.port)
        assert _times_delivered(mail, folder) == [1] * len(states)
    assert _states(folder) == ["accepted"] * len(states)
    assert int(done.stdout) >= 2


def _times_delivered(mail: MailServer, folder: Path) -> list[int]:
    return [sum(one.to in taken.to for taken in mail.delivered) for one in messages(folder)]


def _states(folder: Path) -> list[str]:
    ledger = read_ledger(folder / "dispatch", 2020)
    return [ledger.state(one.key) for one in messages(folder)]


def _resolve(folder: Path, delivered: Sequence[int]) -> None:
    """What a person does who has asked each authority of whose message nobody knows."""
    with open_ledger(folder / "dispatch", 2020) as ledger:
        for one, times in zip(messages(folder), delivered, strict=True):
            if ledger.state(one.key) == "uncertain":
                ledger.resolve(one.key, "sent" if times else "not-sent", "by telephone")
