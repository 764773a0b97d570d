"""Messages to be sent, and the settings of who sends them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from lgo_letters.dispatch.outgoing import Attachment, Key, Outgoing, Server

_SERVER = Server(
    "localhost",
    25,
    "none",
    user=None,
    sender="LGSCO <letters@ombudsman.example>",
    bounce_to="back@ombudsman.example",
    reply_to=None,
    rehearse_to=(),
)


def settings(port: int, **others: Any) -> Server:
    """The settings of a sender that uses a server on this computer, by default unencrypted."""
    return replace(_SERVER, port=port, **others)


def outgoing(
    folder: Path, authority: str = "Leeds City Council", *, size: int = 100, **others: Any
) -> Outgoing:
    """A message to an authority with a letter of about that size, which is written there."""
    name = authority.lower().replace(" ", "-")
    letter = folder / f"{name}.pdf"
    letter.write_bytes(b"%PDF-1.7 " + authority.encode() + bytes(size))
    digest = hashlib.sha256(letter.read_bytes()).hexdigest()
    message = Outgoing(
        Key(2020, authority, 1),
        f"chief@{name}.example",
        (),
        f"Annual review letter 2020: {authority}",
        "Dear Mr Dicks\n\nYour letter is attached.\n.\nIt is confidential until 29 July.\n",
        (Attachment(letter, digest),),
    )
    return replace(message, **others)
