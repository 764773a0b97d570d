"""The ledger: what it says after whatever happened to its file or to those who wrote it."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lgo_letters.dispatch.ledger import OpenLedger, open_ledger, read_ledger
from lgo_letters.dispatch.outgoing import Outgoing
from lgo_letters.dispatch.send import Pauses, Post, Task, send_messages
from lgo_letters.dispatch.smtp import Timeouts
from lgo_letters.errors import DispatchError
from tests.support.mail import mail_server
from tests.support.outgoing import outgoing, settings
from tests.support.processes import start, wait_until


@pytest.fixture
def message(tmp_path: Path) -> Outgoing:
    return outgoing(tmp_path)


def _claim(ledger: OpenLedger, message: Outgoing, number: int = 1) -> Any:
    return ledger.claim(message, number, domain="ombudsman.example", code="1-abc")


def _answered(ledger: OpenLedger, claimed: Any, step: Any) -> None:
    ledger.committing(claimed)
    ledger.answered(claimed, step, "said")


def _state(folder: Path, message: Outgoing) -> str:
    return read_ledger(folder, 2020).state(message.key)


def _send(folder: Path, port: int, *messages: Outgoing) -> None:
    timeouts = Timeouts(2, 2, 2, 2)
    post = Post(settings(port), None, "1-abc", 1e6, pauses=Pauses((), 0), timeouts=timeouts)
    with open_ledger(folder, 2020) as ledger:
        to_come = [Task(one) for one in messages if ledger.state(one.key) == "to come"]
        send_messages(to_come, ledger, post, lambda *_: None)


@pytest.mark.parametrize(("last", "state"), [
    ("claimed", "to come"), ("committing", "uncertain"), ("accepted", "accepted"),
])  # fmt: skip
def test_the_last_step_says_what_became_of_a_message(
    tmp_path: Path, message: Outgoing, last: str, state: str
) -> None:
    with open_ledger(tmp_path, 2020) as ledger:
        claimed = _claim(ledger, message)
        if last != "claimed":
            ledger.committing(claimed)
        if last == "accepted":
            ledger.answered(claimed, "accepted", "250 kept")
    assert _state(tmp_path, message) == state


def test_a_step_that_was_cut_short_anywhere_never_came_to_be(
    tmp_path: Path, message: Outgoing
) -> None:
    with open_ledger(tmp_path, 2020) as ledger:
        claimed = _claim(ledger, message)
        before = (tmp_path / "2020.jsonl").read_bytes()
        ledger.committing(claimed)
    whole = (tmp_path / "2020.jsonl").read_bytes()
    for size in range(len(before), len(whole)):
        (tmp_path / "2020.jsonl").write_bytes(whole[:size])
        assert _state(tmp_path, message) == "to come"
    with open_ledger(tmp_path, 2020) as ledger:
        ledger.committing(_claim(ledger, message))
    assert _state(tmp_path, message) == "uncertain"
    assert all(map(json.loads, (tmp_path / "2020.jsonl").read_bytes().splitlines()))


def test_zeros_that_a_power_cut_left_in_the_last_line_are_no_step(
    tmp_path: Path, message: Outgoing
) -> None:
    with open_ledger(tmp_path, 2020) as ledger:
        ledger.committing(_claim(ledger, message))
    with (tmp_path / "2020.jsonl").open("ab") as file:
        file.write(bytes(50) + b'e": 1}\n')
    assert _state(tmp_path, message) == "uncertain"
    with open_ledger(tmp_path, 2020) as ledger:
        ledger.resolve(message.key, "sent", "asked")
    assert _state(tmp_path, message) == "accepted"


@pytest.mark.parametrize("spoil", [
    lambda lines: [*lines[:1], b'{"step": "claimed"}\n', *lines[1:]],
    lambda lines: lines[1:],
    lambda lines: [*lines, b'{"step": "vanished", "time": ""}\n'],
    lambda lines: [lines[0].replace(b"2020", b"2021", 1), *lines[1:]],
    lambda lines: [lines[0].replace(b"false", b"true"), *lines[1:]],
    lambda lines: [*lines, b"\n"],
    lambda lines: [*lines, lines[1]],  # claimed again, as if it were surely not sent
    lambda lines: [lines[0], *lines[2:]],
])  # fmt: skip
def test_a_ledger_that_was_changed_by_hand_stops_everything(
    tmp_path: Path, message: Outgoing, spoil: Callable[[list[bytes]], list[bytes]]
) -> None:
    with open_ledger(tmp_path, 2020) as ledger:
        ledger.committing(_claim(ledger, message))
    file = tmp_path / "2020.jsonl"
    file.write_bytes(b"".join(spoil(file.read_bytes().splitlines(keepends=True))))
    with (
        pytest.raises(DispatchError, match="is not as lgo-letters wrote it"),
        open_ledger(tmp_path, 2020),
    ):
        pass
    with pytest.raises(DispatchError, match=r"put the original back"):
        read_ledger(tmp_path, 2020)


def test_the_ledger_of_rehearsals_is_never_taken_for_the_real_one(
    tmp_path: Path, message: Outgoing
) -> None:
    with open_ledger(tmp_path, 2020, rehearsal=True) as ledger:
        _answered(ledger, _claim(ledger, message), "accepted")
    assert _state(tmp_path, message) == "to come"
    (tmp_path / "2020-rehearsal.jsonl").rename(tmp_path / "2020.jsonl")
    with pytest.raises(DispatchError, match="for the messages of 2020"):
        read_ledger(tmp_path, 2020)


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "dispatch", 2020) as ledger:
        assert stat.S_IMODE(ledger.file.stat().st_mode) == 0o600
        assert stat.S_IMODE(ledger.file.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("room", [0, 1])
def test_a_disk_that_is_full_before_the_dot_leaves_a_message_to_come(
    tmp_path: Path, message: Outgoing, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    with mail_server() as mail:
        _fill_disk_after(room + 1, monkeypatch)  # the first line begins the ledger
        with pytest.raises(DispatchError, match=r"2020.jsonl cannot be written \(no space left"):
            _send(tmp_path, mail.port, message)
        monkeypatch.undo()
        assert mail.delivered == []
        assert _state(tmp_path, message) == "to come"
        _send(tmp_path, mail.port, message)
    assert len(mail.delivered) == 1


def test_a_disk_that_is_full_after_the_dot_leaves_a_doubt_and_says_what_the_server_said(
    tmp_path: Path, message: Outgoing, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server() as mail:
        _fill_disk_after(3, monkeypatch)
        with pytest.raises(DispatchError, match=r"Leeds City Council is not recorded: 250 .* kept"):
            _send(tmp_path, mail.port, message, outgoing(tmp_path, "Bristol City Council"))
        monkeypatch.undo()
        assert _state(tmp_path, message) == "uncertain"
        _send(tmp_path, mail.port, message)
    assert [delivered.to for delivered in mail.delivered] == [(message.to,)]


def _fill_disk_after(lines: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is room for so many lines, and for half of the next."""
    left, write = [lines], os.write

    def full(descriptor: int, content: bytes) -> int:
        if bytes(content[:2]) == b'{"':
            left[0] -= 1
        if left[0] >= 0:
            return write(descriptor, content)
        if left[0] == -1:
            left[0] -= 1
            return write(descriptor, content[: len(content) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.write", full)


def test_a_ledger_that_is_put_away_during_a_run_ends_it(tmp_path: Path, message: Outgoing) -> None:
    with open_ledger(tmp_path, 2020) as ledger:
        claimed = _claim(ledger, message)
        ledger.file.rename(tmp_path / "away.jsonl")
        with pytest.raises(DispatchError, match="no such file"):
            ledger.committing(claimed)


def test_a_second_sender_is_told_that_there_is_one(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; "
        "from lgo_letters.dispatch.ledger import open_ledger; "
        "held = open_ledger(Path('.'), 2020); held.__enter__(); print('held', flush=True); "
        "time.sleep(60)"
    )
    (tmp_path / "holder.py").write_text(code, encoding="utf-8")
    other = start(tmp_path, module="holder")
    try:
        wait_until(lambda: other.stdout is not None and other.stdout.readline() == "held\n")
        with (
            pytest.raises(DispatchError, match="Another lgo-letters holds"),
            open_ledger(tmp_path, 2020),
        ):
            pass
    finally:
        other.kill()
        other.communicate()
    with open_ledger(tmp_path, 2020):  # as the lock ended with the process
        pass


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("step", ["accepted", "refused", "unanswered"])
def test_no_message_is_claimed_again_that_may_have_been_sent(
    tmp_path: Path, message: Outgoing, number: int, step: Any
) -> None:
    with open_ledger(tmp_path, 2020) as ledger:
        _answered(ledger, _claim(ledger, message, number), step)
        with pytest.raises(DispatchError, match="and was not sent again"):
            _claim(ledger, message, number)


def test_a_message_is_the_same_in_a_ledger_that_was_begun_again(
    tmp_path: Path, message: Outgoing
) -> None:
    ids = list[str]()
    for folder, is_rehearsal in (("a", False), ("b", False), ("c", True)):
        with open_ledger(tmp_path / folder, 2020, rehearsal=is_rehearsal) as ledger:
            ids += [_claim(ledger, message, number).message_id for number in (1, 2)]
    assert ids[:2] == ids[2:4]
    assert len({*ids}) == 4


# ---- what a person does


@pytest.mark.parametrize(("outcome", "state"), [
    ("sent", "accepted"), ("not-sent", "to come"),
    ("returned", "returned"), ("acknowledged", "acknowledged"),
])  # fmt: skip
def test_a_person_says_what_became_of_a_message_that_nobody_knew_of(
    tmp_path: Path, message: Outgoing, outcome: Any, state: str
) -> None:
    with open_ledger(tmp_path, 2020) as ledger:
        claimed = _claim(ledger, message)
        ledger.committing(claimed)
        ledger.resolve(message.key, outcome, "by telephone")
        assert ledger.state(message.key) == state
        assert ledger.entries[-1].keys() >= {"who", "time", "note"}
        if outcome == "not-sent":
            again = _claim(ledger, message)
            assert (again.message_id, again.date) == (claimed.message_id, claimed.date)


@pytest.mark.parametrize("outcome", ["not-sent", "sent"])
def test_what_a_server_accepted_is_not_made_to_come_again(
    tmp_path: Path, message: Outgoing, outcome: Any
) -> None:
    with open_ledger(tmp_path, 2020) as ledger:
        _answered(ledger, _claim(ledger, message), "accepted")
        with pytest.raises(DispatchError, match=f"is accepted, and --{outcome} is for"):
            ledger.resolve(message.key, outcome, "slip")
        assert ledger.state(message.key) == "accepted"


def test_a_second_message_has_an_identity_of_its_own_and_send_never_sends_it(
    tmp_path: Path, message: Outgoing
) -> None:
    with open_ledger(tmp_path, 2020) as ledger:
        first = _claim(ledger, message)
        with pytest.raises(DispatchError, match="has not been sent its letter yet"):
            ledger.resend(message, "slip")
        ledger.answered(first, "refused", "550 nobody")
        second = _claim(ledger, message, ledger.resend(message, "address corrected"))
        assert second.message_id != first.message_id
        assert ledger.state(message.key) == "refused"  # as long as the second was only claimed
        ledger.committing(second)
        assert ledger.state(message.key) == "uncertain"
        ledger.resolve(message.key, "not-sent", "by the server's log")
        assert ledger.state(message.key) == "refused"
        assert ledger.resend(message, "once more") == 3
