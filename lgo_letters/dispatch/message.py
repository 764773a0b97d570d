"""What a mail server is given: a message of RFC 5322, the same bytes at every attempt.

Everything in it is ASCII in lines that end in CRLF, so no server on the way has to change a byte of
what the sender's server signs (DKIM), and no line of a text can end the message.
"""

from __future__ import annotations

import hashlib
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from lgo_letters.errors import DispatchError, reason
from lgo_letters.run.files import open_ordinary

from .addresses import is_address
from .outgoing import Attachment, Outgoing, Server

REHEARSAL = "[REHEARSAL]"
"""How the subject of every rehearsal begins, and of nothing else."""

_POLICY = SMTP.clone(cte_type="7bit")
_TYPES = {
    ".pdf": ("application", "pdf"),
    ".csv": ("text", "csv"),
    ".xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
_LONGEST_LINE = 998  # characters (RFC 5322, 2.1.1)


def message_bytes(
    outgoing: Outgoing,
    server: Server,
    *,
    date: str,
    message_id: str,
    rehearsal_to: str | None = None,
) -> bytes:
    """The message, with CRLF at the end of every line; for a rehearsal to that address alone.

    Raises DispatchError where an attachment is not the one of the manifest, or where a header
    would say something else than it should.
    """
    message = EmailMessage(policy=_POLICY)
    message["Date"] = date
    message["Message-ID"] = message_id
    message["From"] = as_address(server.sender)
    message["To"] = as_address(rehearsal_to or outgoing.to)
    if outgoing.cc and rehearsal_to is None:
        message["Cc"] = [as_address(address) for address in outgoing.cc]
    if server.reply_to is not None:
        message["Reply-To"] = as_address(server.reply_to)
    message["Subject"] = _subject(outgoing, is_rehearsal=rehearsal_to is not None)
    text = outgoing.text if rehearsal_to is None else f"{_about_rehearsal(outgoing)}{outgoing.text}"
    message.set_content(text, cte="quoted-printable")
    for attachment in outgoing.attachments:
        kind, subtype = _TYPES.get(attachment.path.suffix, ("application", "octet-stream"))
        message.add_attachment(
            _content(attachment), kind, subtype, filename=_line(attachment.path.name)
        )
    # Neither in base64 nor in quoted-printable can there be such a line.
    message.set_boundary(f"=_{hashlib.sha256(message_id.encode()).hexdigest()[:32]}")
    content = message.as_bytes()
    if not _is_safe(content):
        raise DispatchError(
            f"The message to {outgoing.key.authority} would have a line that mail servers change, "
            "so it was not sent; look for unusual characters in its subject and addresses."
        )
    return content


def _is_safe(content: bytes) -> bool:
    """Whether it is ASCII in lines that end in CRLF and are not too long."""
    lines = content.split(b"\r\n")
    return (
        content.isascii()
        and not any(end in line for line in lines for end in (b"\r", b"\n", b"\0"))
        and max(map(len, lines)) <= _LONGEST_LINE
    )


def as_address(text: str) -> Address:
    """An address, perhaps as `Name <name@example.org>`; raises DispatchError if it is none."""
    name, bracket, rest = text.rpartition(" <")
    address = rest.removesuffix(">") if bracket else rest
    if not is_address(address) or any(mark in name for mark in '<>@"'):
        raise DispatchError(f'"{text}" is not an e-mail address, so nothing was sent to it.')
    return Address(_line(name), addr_spec=address)


def _subject(outgoing: Outgoing, *, is_rehearsal: bool) -> str:
    subject = _line(outgoing.subject)
    if REHEARSAL.casefold() in subject.casefold():
        raise DispatchError(
            f"The subject of the message to {outgoing.key.authority} has {REHEARSAL} in it, which "
            "only a rehearsal has; take it out of the edition's email.md."
        )
    return f"{REHEARSAL} {subject}" if is_rehearsal else subject


def _about_rehearsal(outgoing: Outgoing) -> str:
    copy = f", with a copy to {', '.join(outgoing.cc)}" if outgoing.cc else ""
    return (
        f"{REHEARSAL} Nobody but you has had this message. It is for {outgoing.key.authority} and "
        f"would go to {outgoing.to}{copy}. What follows is its text.\n\n"
    )


def _line(text: str) -> str:
    """A text for a header; raises DispatchError if it could begin another."""
    if not text.isprintable():
        raise DispatchError(f"{text!r} cannot stand in the head of an e-mail; nothing was sent.")
    return text


def _content(attachment: Attachment) -> bytes:
    """The bytes of an attachment; raises DispatchError if they are not those of the manifest."""
    try:
        with open_ordinary(attachment.path) as file:
            content = file.readall()
    except OSError as error:
        raise DispatchError(
            f"{attachment.path} cannot be read ({reason(error)}), so it was not sent; fix that."
        ) from error
    if hashlib.sha256(content).hexdigest() != attachment.sha256:
        raise DispatchError(
            f"{attachment.path} is not the file that the manifest names, so it was not sent; put "
            "that one back, or generate the letters and sign them off again."
        )
    return content
