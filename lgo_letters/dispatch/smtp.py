"""A connection to the mail server, where the phase says whether a message may have arrived.

smtplib raises the same exception for a connection that ends at MAIL, when surely nothing was sent,
as for one that ends after the dot, when everything may have been (RFC 1047). So the dot is sent by
itself, and only what happens after it leaves a doubt.
"""

from __future__ import annotations

import base64
import contextlib
import os
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lgo_letters.errors import DispatchError, printable

from .message import as_address
from .outgoing import End, Server

PASSWORD = "LGO_LETTERS_SMTP_PASSWORD"  # noqa: S105  # the name of a variable
TOKEN = "LGO_LETTERS_SMTP_TOKEN"  # noqa: S105

_LONGEST_ANSWER = 500
_NEXT_LINE, _GO_ON, _CLOSING = 334, 354, 421


class Timeouts(NamedTuple):
    """How many seconds are waited: for the dot's answer and others as RFC 5321 4.5.3.2 has it."""

    greeting: float = 60
    answer: float = 300
    dot: float = 600
    goodbye: float = 5


class LostConnectionError(Exception):
    """The connection could not be made, or ended before the dot: nothing was sent."""


class Answer(NamedTuple):
    """How an attempt ended, and in whose words."""

    step: End
    text: str


@dataclass(frozen=True, slots=True)
class Login:
    """Who logs in, and with which secret, which nothing may show."""

    user: str
    secret: str
    is_token: bool

    def __repr__(self) -> str:
        return f"Login({self.user!r})"

    def lines(self, mechanism: str) -> Sequence[str]:
        """What the client says, line by line; the first begins with AUTH."""
        if mechanism == "XOAUTH2":
            bearer = f"user={self.user}\1auth=Bearer {self.secret}\1\1"
            return f"AUTH XOAUTH2 {_base64(bearer)}", ""  # the second asks what was wrong
        if mechanism == "PLAIN":
            both = f"\0{self.user}\0{self.secret}"
            return (f"AUTH PLAIN {_base64(both)}",)
        return "AUTH LOGIN", _base64(self.user), _base64(self.secret)

    def without_secret(self, text: str) -> str:
        """A text in which the secret does not stand, as such or as it is sent."""
        sent = [self.lines(mechanism)[-1 if mechanism == "LOGIN" else 0] for mechanism in _ALL]
        for secret in (self.secret, *(line.split(" ")[-1] for line in sent)):
            text = text.replace(secret, "…")
        return text


_BY_PASSWORD, _BY_TOKEN = ("PLAIN", "LOGIN"), ("XOAUTH2",)
_ALL = (*_BY_PASSWORD, *_BY_TOKEN)


def login_from_environment(server: Server) -> Login | None:
    """Who logs in, None where the settings name no user.

    Raises DispatchError where the secret is not in the environment, or two of them are.
    """
    if server.user is None:
        return None
    password, token = os.environ.get(PASSWORD, ""), os.environ.get(TOKEN, "")
    if bool(password) == bool(token):
        both = "both are set, leave out one" if password else "neither is set"
        raise DispatchError(
            f"To log in as {server.user}, put the password into the environment variable "
            f"{PASSWORD}, or for a server that asks for OAuth a token into {TOKEN}; {both}."
        )
    return Login(server.user, password or token, is_token=bool(token))


class Connection:
    """A connection over which messages can be sent, encrypted and logged in as settings ask.

    Raises LostConnectionError where another attempt may do, and DispatchError where it will not.
    """

    def __init__(self, server: Server, login: Login | None, timeouts: Timeouts) -> None:
        self._server, self._login, self._timeouts = server, login, timeouts
        self._smtp = smtplib.SMTP(local_hostname=sender_domain(server))  # connected to nothing yet
        with self._before_the_dot():
            self._smtp = _connected(server, timeouts.greeting)
            self._socket.settimeout(timeouts.answer)
            self._smtp.ehlo_or_helo_if_needed()
            if server.security == "starttls":
                self._start_tls()
            if login is not None:
                self._log_in(login)

    @property
    def is_open(self) -> bool:
        """Whether there is any sense in another message over it."""
        return self._smtp.sock is not None

    def deliver(
        self, recipients: Sequence[str], content: bytes, committing: Callable[[], None]
    ) -> Answer:
        """Sends a message to all recipients or to none; calls `committing` just before the dot.

        The connection is dropped, without the dot, if that raises.
        """
        with self._before_the_dot():
            self._socket.settimeout(self._timeouts.answer)
            answer = self._begin(recipients)
            if answer is not None:
                with contextlib.suppress(LostConnectionError, OSError, smtplib.SMTPException):
                    self._ask("RSET")
                return answer
            self._smtp.send(re.sub(rb"(?m)^\.", b"..", content))
            self._check_silence()
            committing()
        return self._end()

    def close(self) -> None:
        """Says goodbye, and does not mind if nobody hears it."""
        with contextlib.suppress(OSError, smtplib.SMTPException):
            if self.is_open:
                self._socket.settimeout(self._timeouts.goodbye)
                self._smtp.quit()
        self._smtp.close()

    # ---- phases

    def _begin(self, recipients: Sequence[str]) -> Answer | None:
        """Everything up to the text; an answer where the server does not want it."""
        sender = as_address(self._server.bounce_to).addr_spec
        code, text = self._ask(f"MAIL FROM:<{sender}>")
        if code >= 500:
            raise DispatchError(
                f"{self._server.host} takes no messages from {sender} ({text}), so nothing more "
                "was sent; check bounce_to and user in lgo-letters.toml, or ask who runs the "
                "server."
            )
        if code // 100 != 2:
            return Answer("deferred", text)
        for recipient in recipients:
            code, text = self._ask(f"RCPT TO:<{as_address(recipient).addr_spec}>")
            if code // 100 != 2:
                return _not_taken(code, f"{recipient}: {text}")
        code, text = self._ask("DATA")
        return None if code == _GO_ON else _not_taken(code, text)

    def _end(self) -> Answer:
        """The dot, and what the server says to it."""
        try:
            self._socket.settimeout(self._timeouts.dot)
            self._smtp.send(b".\r\n")
            code, text = self._reply()
        except (OSError, smtplib.SMTPException) as error:
            self._smtp.close()
            return Answer("unanswered", self._shown(_reason(error)))
        except BaseException:
            self._smtp.close()
            raise
        if code == _CLOSING or not 200 <= code < 600:
            self._smtp.close()
        if code // 100 == 2:
            return Answer("accepted", text)
        return _not_taken(code, text) if 400 <= code < 600 else Answer("unanswered", text)

    def _check_silence(self) -> None:
        """Raises LostConnectionError if the server has hung up, or spoken out of turn.

        What it said would be taken for its answer to the dot.
        """
        self._socket.settimeout(0)
        with contextlib.suppress(BlockingIOError, ssl.SSLWantReadError):
            heard = self._socket.recv(_LONGEST_ANSWER)
            said = heard.decode("utf-8", "replace").strip()
            raise LostConnectionError(self._shown(said or "the server ended the connection"))
        with contextlib.suppress(ssl.SSLWantReadError):
            file = self._smtp.file  # what came together with an earlier answer
            if file is not None and file.peek(1):
                raise LostConnectionError("the server has answered before it was asked")

    def _start_tls(self) -> None:
        host = self._server.host
        if not self._smtp.has_extn("starttls"):
            raise DispatchError(
                f"{host} does not offer STARTTLS on port {self._server.port}, so nothing was "
                'sent, since anybody could have read it; if it wants security = "tls" and another '
                "port, set that in lgo-letters.toml, otherwise ask who runs the server."
            )
        self._smtp.starttls(context=ssl.create_default_context())
        self._smtp.ehlo()

    def _log_in(self, login: Login) -> None:
        host, kind = self._server.host, "token" if login.is_token else "password"
        offered = self._smtp.esmtp_features.get("auth", "").upper().split()
        wanted = _BY_TOKEN if login.is_token else _BY_PASSWORD
        mechanism = next((one for one in wanted if one in offered), None)
        if mechanism is None:
            raise DispatchError(
                f"{host} offers no login by {kind} ({' or '.join(wanted)}; it has "
                f"{', '.join(offered) or 'none at all'}), so nothing was sent; check port, "
                "security and user in lgo-letters.toml, or ask who runs the server."
            )
        code, text = 0, ""
        for line in login.lines(mechanism):
            code, text = self._ask(line)
            if code != _NEXT_LINE:
                break
        if 400 <= code < 500:
            raise LostConnectionError(text)
        if code // 100 != 2:
            raise DispatchError(
                f"{host} did not let {login.user} log in with the {kind} of the environment "
                f"({text}), so nothing was sent; correct user in lgo-letters.toml or the {kind}."
            )

    @property
    def _socket(self) -> socket.socket:
        if self._smtp.sock is None:
            raise smtplib.SMTPServerDisconnected("the connection has ended")
        return self._smtp.sock

    # ---- words

    def _ask(self, command: str) -> tuple[int, str]:
        """A command and its answer; raises LostConnectionError where the server says goodbye."""
        self._smtp.putcmd(command)
        code, text = self._reply()
        if code == _CLOSING or not 200 <= code < 600:
            self._smtp.close()
            raise LostConnectionError(text)
        return code, text

    def _reply(self) -> tuple[int, str]:
        code, text = self._smtp.getreply()
        return code, self._shown(f"{code} {text.decode('utf-8', 'replace')}")

    def _shown(self, text: str) -> str:
        """The server's words, on one line, bounded, and never with the secret."""
        shown = text if self._login is None else self._login.without_secret(text)
        return printable(" ".join(shown.split()), "")[:_LONGEST_ANSWER]

    @contextlib.contextmanager
    def _before_the_dot(self) -> Iterator[None]:
        """Turns what a network can do into one error, as long as surely nothing was sent.

        Whatever happens in the middle of a message, the connection is dropped.
        """
        try:
            yield
        except ssl.SSLCertVerificationError as error:
            self._smtp.close()
            raise DispatchError(_untrusted(self._server, error)) from error
        except (OSError, smtplib.SMTPException) as error:
            self._smtp.close()
            raise LostConnectionError(self._shown(_reason(error))) from error
        except BaseException:
            self._smtp.close()
            raise


def sender_domain(server: Server) -> str:
    """The domain in whose name messages are sent; no message says which computer sent it."""
    return as_address(server.sender).domain


def _connected(server: Server, timeout: float) -> smtplib.SMTP:
    where, name = (server.host, server.port), sender_domain(server)
    if server.security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(*where, name, timeout=timeout, context=context)
    return smtplib.SMTP(*where, name, timeout=timeout)


def _not_taken(code: int, text: str) -> Answer:
    """For an answer of the 400s, another attempt may do."""
    return Answer("deferred" if code < 500 else "refused", text)


def _reason(error: OSError | smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
        return f"{error.smtp_code} {said}"
    if isinstance(error, ssl.SSLError) and error.reason:
        return f"TLS: {error.reason.replace('_', ' ').lower()}"
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).lower()


def _untrusted(server: Server, error: ssl.SSLCertVerificationError) -> str:
    """That a server is not who it should be, why, and what to do."""
    what, remedy = _UNTRUSTED.get(
        error.verify_code, (f"is not valid ({error.verify_message})", "have it put right")
    )
    return (
        f"The certificate that {server.host} shows on port {server.port} {what}, so nothing was "
        f"sent; {remedy}."
    )


_ANOTHER_ISSUER = (
    "was issued by nobody whom this computer trusts",
    "if it is your own organisation's, name the file of its root certificate in the environment "
    "variable SSL_CERT_FILE",
)
_ANOTHER_NAME = (
    "is for another name",
    "write host in lgo-letters.toml as the certificate has it, or ask who runs the server",
)
# By the numbers of OpenSSL's X509_verify_cert_error_string(3).
_UNTRUSTED = {
    9: ("is not valid yet", "check this computer's clock, or ask who runs the server"),
    10: ("has expired", "ask who runs the server to renew it"),
    18: _ANOTHER_ISSUER,
    19: _ANOTHER_ISSUER,
    20: _ANOTHER_ISSUER,
    21: _ANOTHER_ISSUER,
    62: _ANOTHER_NAME,
    64: _ANOTHER_NAME,
}


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
