"""Sending: each message at most once, whatever the server does at whatever step."""

from __future__ import annotations

import itertools
import os
import socket
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from lgo_letters.dispatch.ledger import open_ledger, read_ledger
from lgo_letters.dispatch.outgoing import Outgoing
from lgo_letters.dispatch.send import Pauses, Post, Task, send_messages
from lgo_letters.dispatch.smtp import Answer, Connection, Timeouts
from lgo_letters.errors import DispatchError
from tests.support.mail import DIE, HANG, LOSE, MailServer, mail_server
from tests.support.outgoing import outgoing

SOON = Pauses(deferred=(0.01, 0.01), lost=0.01)


def _send(
    folder: Path,
    mail: MailServer,
    *messages: Outgoing,
    pauses: Pauses = SOON,
    per_minute: float = 1e6,
) -> list[str]:
    """Sends them; how each attempt ended."""
    post = Post(
        mail.settings(),
        None,
        "1-abc",
        per_minute=per_minute,
        pauses=pauses,
        timeouts=Timeouts(greeting=0.5, answer=0.5, dot=0.5, goodbye=0.5),
    )
    steps: list[str] = []

    def told(_message: Outgoing, answer: Answer, *_: object) -> None:
        steps.append(answer.step)

    with open_ledger(folder / "dispatch", 2020) as ledger:
        to_come = [Task(one) for one in messages if ledger.state(one.key) == "to come"]
        send_messages(to_come, ledger, post, told)
    return steps


def test_a_message_is_delivered_once_and_not_again_by_another_run(tmp_path: Path) -> None:
    message = outgoing(tmp_path, cc=("clerk@leeds.example",))
    with mail_server() as mail:
        assert _send(tmp_path, mail, message) == ["accepted"]
        assert _send(tmp_path, mail, message) == []
    (delivered,) = mail.delivered
    assert delivered.to == (message.to, "clerk@leeds.example")
    assert delivered.sender == "back@ombudsman.example"
    last = read_ledger(tmp_path / "dispatch", 2020).last(message.key)
    assert last is not None
    assert (last.state, last.answer) == ("accepted", "250 2.0.0 kept")


@pytest.mark.parametrize("how", [DIE, HANG])
@pytest.mark.parametrize("step", ["greeting", "EHLO", "MAIL", "RCPT", "DATA"])
def test_a_server_that_fails_before_the_dot_gets_the_message_again(
    tmp_path: Path, step: str, how: str
) -> None:
    fails = iter([how])
    message = outgoing(tmp_path)
    with mail_server(lambda at, _: next(fails, None) if at == step else None) as mail:
        assert _send(tmp_path, mail, message) == ["deferred", "accepted"]
    assert len(mail.delivered) == 1


def test_no_dot_goes_to_a_server_that_has_hung_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = iter([DIE])
    message = outgoing(tmp_path)
    check = Connection._check_silence

    def check_later(self: Connection) -> None:
        time.sleep(0.1)  # so that the server has heard the first line of the message
        check(self)

    monkeypatch.setattr(Connection, "_check_silence", check_later)
    with mail_server(lambda at, _: next(fails, None) if at == "content" else None) as mail:
        assert _send(tmp_path, mail, message) == ["deferred", "accepted"]
    assert len(mail.delivered) == 1


def test_no_dot_goes_to_a_server_that_has_answered_it_already(tmp_path: Path) -> None:
    answers = iter(["354 go ahead\r\n250 2.0.0 kept"])
    message = outgoing(tmp_path)
    with mail_server(lambda at, _: next(answers, None) if at == "DATA" else None) as mail:
        assert _send(tmp_path, mail, message) == ["deferred", "accepted"]
    assert len(mail.delivered) == 1


@pytest.mark.parametrize(("how", "delivered"), [(DIE, 1), (HANG, 1), (LOSE, 0)])
def test_a_server_that_fails_after_the_dot_leaves_a_doubt_and_gets_nothing_again(
    tmp_path: Path, how: str, delivered: int
) -> None:
    message, other = outgoing(tmp_path), outgoing(tmp_path, "Bristol City Council")
    fails = iter([how])
    with mail_server(lambda at, _: next(fails, None) if at == "dot" else None) as mail:
        assert _send(tmp_path, mail, message, other) == ["unanswered", "accepted"]
        assert _send(tmp_path, mail, message, other) == []
    assert sum(message.to in one.to for one in mail.delivered) == delivered
    assert read_ledger(tmp_path / "dispatch", 2020).state(message.key) == "uncertain"


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "dot"])
def test_an_answer_of_the_400s_is_followed_by_another_attempt(tmp_path: Path, step: str) -> None:
    answers = iter(["451 4.7.1 greylisted", "450 4.2.0 not yet"])
    message = outgoing(tmp_path)
    with mail_server(lambda at, _: next(answers, None) if at == step else None) as mail:
        assert _send(tmp_path, mail, message) == ["deferred", "deferred", "accepted"]
    assert len(mail.delivered) == 1
    ids = {entry["message_id"] for entry in _entries(tmp_path, "claimed")}
    assert len(ids) == 1


def test_a_message_that_is_put_off_too_often_is_left_to_the_next_run(tmp_path: Path) -> None:
    message = outgoing(tmp_path)
    with mail_server(lambda at, _: "450 no" if at == "RCPT" else None) as mail:
        assert _send(tmp_path, mail, message) == ["deferred"] * 3
        assert read_ledger(tmp_path / "dispatch", 2020).state(message.key) == "to come"
        mail.says = lambda *_: None
        assert _send(tmp_path, mail, message) == ["accepted"]
    assert len(mail.delivered) == 1


def test_others_are_sent_while_a_message_waits_for_another_attempt(tmp_path: Path) -> None:
    first, second = outgoing(tmp_path), outgoing(tmp_path, "Bristol City Council")
    answers = iter(["450 no"])
    with mail_server(lambda at, _: next(answers, None) if at == "RCPT" else None) as mail:
        assert _send(tmp_path, mail, first, second) == ["deferred", "accepted", "accepted"]
    assert [delivered.to for delivered in mail.delivered] == [(second.to,), (first.to,)]


@pytest.mark.parametrize("step", ["RCPT", "DATA", "dot"])
def test_what_a_server_refuses_is_not_sent_again(tmp_path: Path, step: str) -> None:
    message, other = outgoing(tmp_path), outgoing(tmp_path, "Bristol City Council")
    answers = iter(["550 5.1.1 nobody of that name"])
    with mail_server(lambda at, _: next(answers, None) if at == step else None) as mail:
        assert _send(tmp_path, mail, message, other) == ["refused", "accepted"]
        assert _send(tmp_path, mail, message, other) == []
    assert [delivered.to for delivered in mail.delivered] == [(other.to,)]
    ledger = read_ledger(tmp_path / "dispatch", 2020)
    last = ledger.last(message.key)
    assert last is not None
    assert last.state == "refused"
    assert "nobody of that name" in (last.answer or "")


@pytest.mark.parametrize(("refused", "answer", "step"), [
    ("chief@leeds-city-council.example", "550 no", "refused"),
    ("clerk@leeds.example", "550 no", "refused"),
    ("clerk@leeds.example", "450 later", "deferred"),
])  # fmt: skip
def test_nobody_gets_a_message_that_one_of_its_recipients_is_refused(
    tmp_path: Path, refused: str, answer: str, step: str
) -> None:
    message = outgoing(tmp_path, cc=("clerk@leeds.example",))
    other = outgoing(tmp_path, "Bristol City Council")

    def says(at: str, _: Sequence[str]) -> str | None:
        return answer if at == "RCPT" and mail.heard[-1] == f"RCPT TO:<{refused}>" else None

    with mail_server(says) as mail:
        assert _send(tmp_path, mail, message, other, pauses=Pauses((), 0.01)) == [step, "accepted"]
    assert [delivered.to for delivered in mail.delivered] == [(other.to,)]
    assert mail.heard[mail.heard.index(f"RCPT TO:<{refused}>") + 1] == "RSET"


def test_three_failures_of_the_connection_in_a_row_stop_the_run(tmp_path: Path) -> None:
    messages = [outgoing(tmp_path, f"Council {number}") for number in range(5)]
    with mail_server(lambda at, _: DIE if at == "MAIL" else None) as mail:
        with pytest.raises(DispatchError, match=r"failed 3 times in a row .* same command again"):
            _send(tmp_path, mail, *messages)
        assert sum(line.startswith("MAIL") for line in mail.heard) == 3
        mail.says = lambda *_: None
        assert sorted(_send(tmp_path, mail, *messages)) == ["accepted"] * 5
    assert len(mail.delivered) == 5


def test_a_server_that_is_not_there_is_named_with_what_to_do(tmp_path: Path) -> None:
    with mail_server() as mail:
        pass
    with pytest.raises(DispatchError, match=rf"localhost, port {mail.port}, .*refused.* network"):
        _send(tmp_path, mail, outgoing(tmp_path))
    assert read_ledger(tmp_path / "dispatch", 2020).state(outgoing(tmp_path).key) == "to come"


def test_a_server_that_ends_connections_now_and_then_is_only_asked_again(tmp_path: Path) -> None:
    messages = [outgoing(tmp_path, f"Council {number}") for number in range(6)]
    mails = itertools.count(1)

    def says(at: str, _: Sequence[str]) -> str | None:
        return "421 enough for now" if at == "MAIL" and next(mails) % 3 == 0 else None

    with mail_server(says) as mail:
        assert _send(tmp_path, mail, *messages).count("accepted") == 6
    assert len(mail.delivered) == len({delivered.to for delivered in mail.delivered}) == 6


def test_a_server_that_refuses_the_sender_refuses_no_letter(tmp_path: Path) -> None:
    message = outgoing(tmp_path)
    with mail_server(lambda at, _: "553 not yours" if at == "MAIL" else None) as mail:
        with pytest.raises(DispatchError, match=r"takes no messages from back@.*553 not yours"):
            _send(tmp_path, mail, message)
        mail.says = lambda *_: None
        assert _send(tmp_path, mail, message) == ["accepted"]


def test_a_server_that_wants_none_of_it_does_not_get_to_refuse_them_all(tmp_path: Path) -> None:
    messages = [outgoing(tmp_path, f"Council {number}") for number in range(7)]
    with mail_server(lambda at, _: "550 5.4.5 daily limit" if at == "dot" else None) as mail:
        with pytest.raises(DispatchError, match=r"refused 5 messages in a row .*daily limit"):
            _send(tmp_path, mail, *messages)
        mail.says = lambda *_: None
        assert _send(tmp_path, mail, *messages) == ["accepted"] * 2


def test_messages_keep_their_distance(tmp_path: Path) -> None:
    messages = [outgoing(tmp_path, f"Council {number}") for number in range(3)]
    with mail_server() as mail:
        began = time.monotonic()
        _send(tmp_path, mail, *messages, per_minute=300)
    assert 0.4 <= time.monotonic() - began < 1.5


def test_a_letter_that_changed_since_the_plan_is_not_sent(tmp_path: Path) -> None:
    message = outgoing(tmp_path)
    message.attachments[0].path.write_bytes(b"%PDF of somebody else")
    with mail_server() as mail, pytest.raises(DispatchError, match="not the file that the manif"):
        _send(tmp_path, mail, message)
    assert mail.delivered == []


def test_the_dot_is_sent_only_once_the_ledger_is_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    message, done = outgoing(tmp_path), []
    fsync, sendall = os.fsync, socket.socket.sendall

    def synced(descriptor: int) -> None:
        fsync(descriptor)
        ledger = tmp_path / "dispatch/2020.jsonl"
        if ledger.exists():
            done.append(b"".join(ledger.read_bytes().splitlines()[-1:])[:21])

    def sent(self: socket.socket, content: bytes) -> None:
        done.append(bytes(content[-5:]))
        sendall(self, content)

    with mail_server() as mail:
        monkeypatch.setattr("os.fsync", synced)
        monkeypatch.setattr("socket.socket.sendall", sent)
        _send(tmp_path, mail, message)
        monkeypatch.undo()
    place = done.index(b".\r\n")
    assert done[place - 1] == b'{"step": "committing"'
    assert done[place + 1] == b'{"step": "accepted", '
    assert done[place - 2].endswith(b"--\r\n")


def _entries(folder: Path, step: str) -> list[dict[str, Any]]:
    ledger = read_ledger(folder / "dispatch", 2020)
    return [entry for entry in ledger.entries if entry["step"] == step]
