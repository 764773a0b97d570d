"""What is to be sent, and through which server, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

End = Literal["accepted", "refused", "deferred", "unanswered"]
"""How an attempt to send a message ends, as a step of the ledger.

`deferred` is for what may be tried again; `unanswered` is the only one after which nobody knows
whether it was sent.
"""


class Key(NamedTuple):
    """What is sent at most once: a year's letter to an authority, counting its issues from 1."""

    year: int
    authority: str
    issue: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message, and the SHA-256 that the manifest gives it."""

    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The e-mail to one authority; the first attachment is its letter.

    `text` is plain text with line feeds.
    """

    key: Key
    to: str
    cc: tuple[str, ...]
    subject: str
    text: str
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class Server:
    """[dispatch] of lgo-letters.toml: the mail server, and in whose name it is asked to send.

    `sender` stands in From, `bounce_to` is the address of the envelope to which undelivered
    messages come back, and `rehearse_to` are the addresses to which a rehearsal may go.
    """

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str | None
    sender: str
    bounce_to: str
    reply_to: str | None
    rehearse_to: tuple[str, ...]
