"""[dispatch] of lgo-letters.toml: the mail server, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lgo_letters.dispatch.outgoing import Server
from lgo_letters.dispatch.server import read_server
from lgo_letters.errors import DataError, UsageError
from tests.support.commands import run
from tests.support.dispatch import PLAN, SERVER, SHARED

MINIMAL = """[dispatch]
host = "smtp.example.org"
port = 465
security = "tls"
from = "letters@example.org"
"""


def read(folder: Path, text: str) -> Server:
    file = folder / "lgo-letters.toml"
    file.write_text(text, encoding="utf-8")
    return read_server(file)


def problem(folder: Path, text: str) -> str:
    with pytest.raises(DataError) as refused:
        read(folder, text)
    (found,) = refused.value.problems
    return str(found)


def test_a_server_is_read_whole(tmp_path: Path) -> None:
    assert read(tmp_path, SERVER) == Server(
        host="localhost",
        port=2525,
        security="none",
        user=None,
        sender="LGSCO <letters@ombudsman.example>",
        bounce_to="letters@ombudsman.example",
        reply_to="links@ombudsman.example",
        rehearse_to=("me@ombudsman.example",),
    )


def test_undelivered_e_mail_comes_back_to_the_sender_unless_another_is_named(
    tmp_path: Path,
) -> None:
    assert read(tmp_path, MINIMAL).bounce_to == "letters@example.org"
    named = f'{MINIMAL}bounce_to = "returned@example.org"\n'
    assert read(tmp_path, named).bounce_to == "returned@example.org"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"tls"', '"none"', 'line 4, dispatch.security: "none" is for a server on this computer'),
        ('"tls"', '"ssl"', 'line 4, dispatch.security: "ssl" is not one of the choices here'),
        ("465", "0", "line 3, dispatch.port: "),
        ("465", '"465"', "is not a whole number"),
        ("smtp.example.org", "https://smtp.example.org", "is not the name of a server"),
        ("letters@", "Letters <letters@", "is not an e-mail address"),
        ("letters@", "letters@a.uk, b@", "is not an e-mail address"),
        ("from", "sender", 'the setting is not known (the nearest is "user"'),
        ('host = "smtp.example.org"\n', "", "dispatch.host: the setting is missing; add it."),
    ],
)
def test_a_setting_that_cannot_be_used_is_a_problem_with_its_line(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in MINIMAL
    with pytest.raises(DataError) as refused:
        read(tmp_path, MINIMAL.replace(old, new, 1))
    assert message in "\n".join(map(str, refused.value.problems))


@pytest.mark.parametrize("name", ["password", "smtp_password", "Token", "secret", "pwd"])
def test_a_secret_in_the_file_is_refused_and_not_repeated(tmp_path: Path, name: str) -> None:
    found = problem(tmp_path, f'{MINIMAL}{name} = "hunter2"\n')
    assert "a secret does not belong in a file" in found
    assert "LGO_LETTERS_SMTP_PASSWORD" in found
    assert "hunter2" not in found


def test_a_secret_in_the_file_does_not_get_into_the_record_of_a_run(year: Path) -> None:
    file = Path("lgo-letters.toml")
    text = file.read_text(encoding="utf-8")
    file.write_text(f'{text}password = "hunter2"\n', encoding="utf-8")
    result = run("generate", "--year", "2020", "--out", "others", "--jobs", "1")
    assert result.exit_code == 3
    assert "a secret does not belong in a file" in result.output
    assert not Path("others").exists()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "::1"])
def test_nothing_is_encrypted_on_this_computer_alone(tmp_path: Path, host: str) -> None:
    text = MINIMAL.replace("smtp.example.org", host).replace('"tls"', '"none"')
    assert read(tmp_path, text).security == "none"


def test_without_a_server_nothing_is_planned(tmp_path: Path, year: Path) -> None:
    with pytest.raises(UsageError, match=r"here has no \[dispatch\], which says by which"):
        read(tmp_path, "")
    Path("lgo-letters.toml").unlink()
    result = run(*PLAN, *SHARED)
    assert result.exit_code == 2
    assert "lgo-letters.toml here has no [dispatch]" in result.stderr
