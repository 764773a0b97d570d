"""Who a mail server is, and who may send: certificates, passwords and tokens."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from lgo_letters.dispatch.ledger import open_ledger
from lgo_letters.dispatch.send import Pauses, Post, Task, send_messages
from lgo_letters.dispatch.smtp import PASSWORD, TOKEN, Timeouts, login_from_environment
from lgo_letters.errors import DispatchError
from tests.support import mail as servers
from tests.support.mail import MailServer, mail_server
from tests.support.outgoing import outgoing, settings
from tests.support.tls import DAY, NOW, Issuer

SECRET = "s3cret-wörd"  # noqa: S105  # of a server that lives as long as a test
USER = "letters@ombudsman.example"


@pytest.fixture
def issuer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Issuer:
    """An issuer whom this computer trusts."""
    issuer = Issuer(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(issuer.root))
    return issuer


def _send(folder: Path, mail: MailServer, **others: Any) -> str:
    """Sends a message; everything that was kept or said of it."""
    server = mail.settings(**others)
    message, timeouts = outgoing(folder), Timeouts(2, 2, 2, 2)
    said: list[str] = []
    with open_ledger(folder / "dispatch", 2020) as ledger:
        try:
            login = login_from_environment(server)
            pauses = Pauses((), 0)
            post = Post(server, login, "1-abc", 1e6, pauses=pauses, timeouts=timeouts)
            said.append(repr(post))
            send_messages([Task(message)], ledger, post, lambda *told: said.append(str(told)))
        except DispatchError as error:
            said += [f"Error: {error}", repr(error.__context__)]
    return "\n".join([*said, (folder / "dispatch/2020.jsonl").read_text(encoding="utf-8")])


@pytest.mark.parametrize("is_tls_from_the_start", [False, True])
def test_a_message_goes_to_a_server_that_is_who_it_says(
    tmp_path: Path, issuer: Issuer, *, is_tls_from_the_start: bool
) -> None:
    security = "tls" if is_tls_from_the_start else "starttls"
    with mail_server(
        certificate=issuer.issue(), is_tls_from_the_start=is_tls_from_the_start
    ) as mail:
        _send(tmp_path, mail, security=security)
    assert len(mail.delivered) == 1
    assert ("STARTTLS" in mail.heard) != is_tls_from_the_start


@pytest.mark.parametrize("is_tls_from_the_start", [False, True])
@pytest.mark.parametrize(("fault", "sentence"), [
    ("expired", "has expired, so nothing was sent; ask who runs the server to renew it"),
    ("name", "is for another name, so nothing was sent; write host in lgo-letters.toml as"),
    ("issuer", "was issued by nobody whom this computer trusts, so nothing was sent; if it is"),
])  # fmt: skip
def test_a_server_that_is_not_shown_to_be_who_it_says_gets_nothing(
    tmp_path: Path,
    issuer: Issuer,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    sentence: str,
    *,
    is_tls_from_the_start: bool,
) -> None:
    certificate = issuer.issue(
        "mail.example" if fault == "name" else "localhost",
        NOW - DAY if fault == "expired" else NOW + DAY,
    )
    if fault == "issuer":
        monkeypatch.delenv("SSL_CERT_FILE")
    monkeypatch.setenv(PASSWORD, SECRET)
    with mail_server(
        certificate=certificate, is_tls_from_the_start=is_tls_from_the_start, password=SECRET
    ) as mail:
        security = "tls" if is_tls_from_the_start else "starttls"
        said = _send(tmp_path, mail, security=security, user=USER)
    assert f"The certificate that localhost shows on port {mail.port} {sentence}" in said
    assert mail.delivered == []
    assert mail.logins == []


def test_a_server_without_starttls_gets_neither_password_nor_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PASSWORD, SECRET)
    with mail_server(password=SECRET) as mail:
        said = _send(tmp_path, mail, security="starttls", user=USER)
    assert f"localhost does not offer STARTTLS on port {mail.port}, so nothing was sent" in said
    assert [line.split()[0] for line in mail.heard] == ["EHLO"]
    assert mail.logins == []


def test_a_port_without_tls_is_asked_in_vain(tmp_path: Path) -> None:
    with mail_server() as mail:
        said = _send(tmp_path, mail, security="tls")
    assert "failed 3 times in a row (TLS: wrong version number)" in said
    assert mail.delivered == []


def test_a_password_that_is_not_ascii_is_taken(
    tmp_path: Path, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PASSWORD, SECRET)
    with mail_server(certificate=issuer.issue(), password=SECRET) as mail:
        said = _send(tmp_path, mail, user=USER)
    assert len(mail.delivered) == 1
    assert mail.logins == [(USER, SECRET)]
    _check_hidden(SECRET, said)


def test_a_server_may_ask_for_the_login_line_by_line(
    tmp_path: Path, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PASSWORD, SECRET)
    with mail_server(certificate=issuer.issue(), password=SECRET, mechanisms=("LOGIN",)) as mail:
        _send(tmp_path, mail, user=USER)
    assert mail.logins == [(USER, SECRET)]
    assert len(mail.delivered) == 1


def test_a_token_is_taken_by_a_server_that_asks_for_oauth(
    tmp_path: Path, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN, servers.TOKEN)
    with mail_server(certificate=issuer.issue(), password=SECRET) as mail:
        said = _send(tmp_path, mail, user=USER)
    assert len(mail.delivered) == 1
    assert mail.logins == [(f"user={USER}", f"auth=Bearer {servers.TOKEN}")]
    _check_hidden(servers.TOKEN, said)


@pytest.mark.parametrize(("variable", "kind"), [(PASSWORD, "password"), (TOKEN, "token")])
def test_a_secret_that_is_not_taken_stops_the_run_and_shows_nowhere(
    tmp_path: Path, issuer: Issuer, monkeypatch: pytest.MonkeyPatch, variable: str, kind: str
) -> None:
    monkeypatch.setenv(variable, "wr0ng-secret")
    with mail_server(certificate=issuer.issue(), password=SECRET) as mail:
        said = _send(tmp_path, mail, user=USER)
    assert f"did not let {USER} log in with the {kind} of the environment (535" in said
    assert len(mail.logins) == 1
    assert mail.delivered == []
    _check_hidden("wr0ng-secret", said)


def test_a_server_that_says_the_secret_aloud_is_not_quoted(
    tmp_path: Path, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PASSWORD, SECRET)
    both = base64.b64encode(f"\0{USER}\0{SECRET}".encode()).decode()

    def says(step: str, _: object) -> str | None:
        return f"535 no {SECRET} in {both}" if step == "AUTH" else None

    with mail_server(says, certificate=issuer.issue(), password=SECRET) as mail:
        said = _send(tmp_path, mail, user=USER)
    assert "did not let" in said
    _check_hidden(SECRET, said)


@pytest.mark.parametrize(("given", "sentence"), [
    ({}, "neither is set"),
    ({PASSWORD: "a", TOKEN: "b"}, "both are set, leave out one"),
])  # fmt: skip
def test_the_secret_comes_from_one_variable_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], sentence: str
) -> None:
    for name in (PASSWORD, TOKEN):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(DispatchError, match=sentence):
        login_from_environment(settings(25, user=USER))
    assert login_from_environment(settings(25)) is None


def _check_hidden(secret: str, said: str) -> None:
    """That neither the secret nor what is sent of it stands in what was said or kept."""
    sent = (secret, f"\0{USER}\0{secret}", f"user={USER}\1auth=Bearer {secret}\1\1")
    for hidden in (secret, *(base64.b64encode(text.encode()).decode() for text in sent)):
        assert hidden not in said
