"""A mail server on loopback that does as a test says at each step."""

from __future__ import annotations

import asyncio
import base64
import functools
import socket
import ssl
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from aiosmtpd.smtp import SMTP, AuthResult

from lgo_letters.dispatch.outgoing import Server
from tests.support.outgoing import settings

DIE, HANG, LOSE = "die", "hang", "lose"
"""Instead of an answer: the connection is torn down, or nothing more is said. At the dot the
message is kept before that, but with LOSE it is not.
"""

_MECHANISMS = ("PLAIN", "LOGIN", "XOAUTH2")
STEPS = ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "content", "dot"]
TOKEN = "a-token"  # noqa: S105  # that the server takes

Says = Callable[[str, Sequence[str]], str | None]
"""What the server does at a step, given the recipients so far: one of these, or a line that it
answers; None for what it should do. After two lines it says nothing more.
"""


class Delivered(NamedTuple):
    """A message that the server has taken."""

    sender: str
    to: tuple[str, ...]
    content: bytes


class MailServer:
    """What a test sees of the server, and the certificate that it shows."""

    def __init__(self, says: Says, certificate: Path | None) -> None:
        self.says = says
        self.certificate = certificate
        self.port = 0
        self.delivered: list[Delivered] = []
        self.heard: list[str] = []
        """Every command, without the text of messages."""
        self.logins: list[tuple[str, str]] = []
        self.transports: list[Any] = []

    def settings(self, **others: Any) -> Server:
        """The settings of a sender that uses it."""
        security = "none" if self.certificate is None else "starttls"
        return settings(self.port, **{"security": security, **others})


class _Smtp(SMTP):
    """aiosmtpd's protocol, where a test has a say at every answer."""

    def __init__(self, mail: MailServer, **options: Any) -> None:
        super().__init__(self, hostname="mail.example", timeout=60, **options)
        self._mail, self._is_greeted = mail, False
        self._smtp_methods = {
            command: functools.partial(self._hear, command, method)
            for command, method in self._smtp_methods.items()
        }

    async def _hear(self, command: str, method: Any, argument: str | None) -> None:
        self._mail.heard.append(f"{command} {argument or ''}".strip())
        said = await self._said(command)
        await (method(argument) if said is None else self.push(said))
        if said is not None and "\r\n" in said:
            await asyncio.sleep(3600)

    async def push(self, status: Any) -> None:
        said = None if self._is_greeted else await self._said("greeting")
        self._is_greeted = True
        await super().push(said or status)
        if status[:3] in ("354", b"354"):
            await self._said("content")

    async def _said(self, step: str) -> str | None:
        recipients = [] if self.envelope is None else self.envelope.rcpt_tos
        said = self._mail.says(step, recipients)
        if said is None or said[0].isdigit():
            return said
        if step == "content":
            await self._reader.readuntil(b"\r\n")
        if step == "dot" and said != LOSE:
            self._keep()
        if said in (DIE, LOSE):
            assert self.transport is not None
            self.transport.abort()  # type: ignore[attr-defined]
        await asyncio.sleep(3600)  # until the connection has ended
        return None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._mail.transports.append(transport)

    async def handle_DATA(self, *_: object) -> str:  # noqa: N802  # the library's own name
        said = await self._said("dot")
        if said is None or said[0] == "2":
            self._keep()
        return said or "250 2.0.0 kept"

    def _keep(self) -> None:
        assert self.envelope is not None
        assert isinstance(self.envelope.content, bytes)
        to, sender = (*self.envelope.rcpt_tos,), self.envelope.mail_from or ""
        self._mail.delivered.append(Delivered(sender, to, self.envelope.content))

    async def auth_XOAUTH2(self, _: SMTP, arguments: list[str]) -> AuthResult:  # noqa: N802
        user, bearer = base64.b64decode(arguments[1]).decode().removesuffix("\1\1").split("\1")
        self._mail.logins.append((user, bearer))
        if bearer == f"auth=Bearer {TOKEN}":
            return AuthResult(success=True)
        await self.challenge_auth('{"status":"401"}')
        return AuthResult(success=False, handled=False)


@contextmanager
def mail_server(
    says: Says = lambda _step, _to: None,
    *,
    certificate: Path | None = None,
    is_tls_from_the_start: bool = False,
    password: str | None = None,
    mechanisms: Collection[str] = _MECHANISMS,
) -> Iterator[MailServer]:
    """A server on a free port, in a thread; it offers STARTTLS if it has a certificate and key.

    With a password it wants a login in one of these ways.
    """
    mail = MailServer(says, certificate)
    context = None
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)

    def check(_mechanism: str, user: bytes, given: bytes) -> bool:
        mail.logins.append((user.decode(), given.decode()))
        return password is not None and given.decode() == password

    options: dict[str, Any] = {"auth_require_tls": False, "auth_callback": check}
    if not is_tls_from_the_start:
        options["tls_context"] = context
    offered = () if password is None else mechanisms
    options["auth_exclude_mechanism"] = set(_MECHANISMS) - set(offered)
    loop = asyncio.new_event_loop()

    async def serve(started: threading.Event, ended: asyncio.Event) -> None:
        server = await loop.create_server(
            lambda: _Smtp(mail, loop=loop, **options),
            "localhost",
            family=socket.AF_INET,
            ssl=context if is_tls_from_the_start else None,
        )
        mail.port = server.sockets[0].getsockname()[1]
        started.set()
        await ended.wait()
        server.close()
        for transport in mail.transports:
            transport.abort()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        await asyncio.sleep(0)  # for the transports to hear that they are closed

    started, ended = threading.Event(), asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(serve(started, ended),))
    thread.start()
    try:
        assert started.wait(10)
        yield mail
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()
        loop.close()
