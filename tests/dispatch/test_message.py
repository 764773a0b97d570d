"""Messages: what is in them, and what can never be."""

from __future__ import annotations

import email
import hashlib
from dataclasses import replace
from email import policy
from pathlib import Path
from typing import Any

import mailparser
import pytest

from lgo_letters.dispatch.message import message_bytes
from lgo_letters.dispatch.outgoing import Attachment, Outgoing
from lgo_letters.errors import DispatchError
from tests.support.outgoing import outgoing, settings

DATE, MESSAGE_ID = "Wed, 22 Jul 2020 09:15:00 +0000", "<0123@ombudsman.example>"
SERVER = settings(
    25, sender="Ombudsman, Ärger <letters@ombudsman.example>", reply_to="re@o.example"
)


def _bytes(message: Outgoing, **others: Any) -> bytes:
    return message_bytes(message, SERVER, date=DATE, message_id=MESSAGE_ID, **others)


@pytest.fixture
def message(tmp_path: Path) -> Outgoing:
    """A message with a long name that is not ASCII, a copy, and lines that SMTP could take ill."""
    name = "Bournemouth, Christchurch and Poole Council, Cyngor Bwrdeistref Sirol Môn"
    file = tmp_path / "bournemouth-christchurch-and-poole-council-cyngor-bwrdeistref-sirol-mon.pdf"
    file.write_bytes(b"%PDF-1.7\r\n.\r\n" + bytes(range(256)) * 20)
    attachment = Attachment(file, hashlib.sha256(file.read_bytes()).hexdigest())
    text = f"Dear Ms Ärger\n\n.\n..two\nFrom here on\n{'long ' * 400}\n\nend\n"
    return outgoing(
        tmp_path,
        cc=("clerk@bcp.example", "links@bcp.example"),
        subject=f"Annual Review letter 2020: {name} (embargoed until 29 July 2020)",
        text=text,
        attachments=(attachment,),
    )


def test_a_message_is_read_back_as_it_was_meant(message: Outgoing) -> None:
    read = email.message_from_bytes(_bytes(message), policy=policy.default)
    assert read["subject"] == message.subject
    assert read["to"] == message.to
    assert read["cc"] == "clerk@bcp.example, links@bcp.example"
    assert read["from"].addresses[0].addr_spec == "letters@ombudsman.example"
    assert read["from"].addresses[0].display_name == "Ombudsman, Ärger"
    assert (read["date"], read["message-id"], read["reply-to"]) == (
        DATE,
        MESSAGE_ID,
        "re@o.example",
    )
    body = read.get_body()
    assert body is not None
    assert body.get_content_type() == "text/plain"
    assert body.get_content().replace("\r\n", "\n") == message.text
    (letter,) = read.iter_attachments()
    assert letter.get_content_type() == "application/pdf"
    assert letter.get_filename() == message.attachments[0].path.name
    assert hashlib.sha256(letter.get_content()).hexdigest() == message.attachments[0].sha256


def test_another_parser_reads_the_same(message: Outgoing) -> None:
    read = mailparser.parse_from_bytes(_bytes(message))
    assert read.subject == message.subject
    assert [address for _, address in read.to] == [message.to]
    assert [address for _, address in read.cc] == [*message.cc]
    assert read.body.replace("\r\n", "\n").rstrip() == message.text.rstrip()
    (letter,) = read.attachments
    assert letter["filename"] == message.attachments[0].path.name
    assert letter["mail_content_type"] == "application/pdf"


def test_every_attempt_gives_the_same_bytes(message: Outgoing) -> None:
    assert _bytes(message) == _bytes(message)


def test_no_server_on_the_way_has_to_change_a_byte(message: Outgoing) -> None:
    content = _bytes(message)
    assert content.isascii()
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r") == content.count(b"\r\n")
    assert max(map(len, content.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("name", ["To", "Cc", "Subject", "From", "Date", "Message-ID", "Reply-To"])
def test_every_field_of_the_head_stands_once(message: Outgoing, name: str) -> None:
    head = _bytes(message).partition(b"\r\n\r\n")[0]
    assert f"\r\n{head.decode()}".count(f"\r\n{name}: ") == 1


@pytest.mark.parametrize("others", [
    {"subject": "Letter\r\nBcc: spy@elsewhere.example"},
    {"subject": "Letter\nBcc: spy@elsewhere.example"},
    {"subject": "Letter\x0bBcc: spy@elsewhere.example"},
    {"subject": "Letter\u2028Bcc: spy@elsewhere.example"},
    {"to": "chief@leeds.example\r\nBcc: spy@elsewhere.example"},
    {"to": "chief@leeds.example, spy@elsewhere.example"},
    {"to": "chief@leeds.example> NOTIFY=NEVER"},
    {"to": "Chief <chief@leeds.example>, spy <spy@elsewhere.example>"},
    {"to": "häuptling@leeds.example"},
    {"cc": ("clerk@leeds.example>\r\nRCPT TO:<spy@elsewhere.example",)},
])  # fmt: skip
def test_nobody_gets_into_a_head_what_is_not_his(message: Outgoing, others: dict[str, Any]) -> None:
    with pytest.raises(DispatchError):
        _bytes(replace(message, **others))


def test_a_rehearsal_goes_to_one_address_alone_and_says_so(message: Outgoing) -> None:
    content = _bytes(message, rehearsal_to="me@ombudsman.example")
    read = email.message_from_bytes(content, policy=policy.default)
    assert read["subject"] == f"[REHEARSAL] {message.subject}"
    assert (read["to"], read["cc"]) == ("me@ombudsman.example", None)
    body = read.get_body()
    assert body is not None
    assert body.get_content().startswith("[REHEARSAL] Nobody but you has had this message.")


def test_a_real_message_never_calls_itself_a_rehearsal(tmp_path: Path) -> None:
    with pytest.raises(DispatchError, match="which only a rehearsal has"):
        _bytes(outgoing(tmp_path, subject="Re: [Rehearsal] letter"))
