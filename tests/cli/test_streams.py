"""Whoever reads what the program says may go away: the work is done, and its exit code is right."""

from __future__ import annotations

import errno
import json
import os
import pty
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.support.certificates import PASSPHRASE, authority
from tests.support.paths import ROOT
from tests.support.processes import GENERATE, put_small_year

if sys.platform == "win32":
    pytest.skip("Windows has other streams", allow_module_level=True)

LETTERS = 3
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
FULL = "There is a full device on Linux alone"


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small year, and a letter that is not signed."""
    folder = tmp_path_factory.mktemp("year")
    put_small_year(folder, LETTERS)
    (folder / "not-signed.pdf").write_bytes(b"%PDF-1.7\n%%EOF\n")
    (folder / "wrong.csv").write_bytes((folder / "decisions.csv").read_bytes() + b"19,,,,,,,\n")
    return folder


# What is written to these is read by nobody; after the exec nothing of a shell is left.
REDIRECTIONS = {
    "stdout gone": "| true",
    "stderr gone": "2> >(true)",
    "both gone": "2>&1 | true",
    "stdout closed": ">&-",
    "stderr closed": "2>&-",
    "all closed": "<&- >&- 2>&-",
    "stderr full": "2>/dev/full",
}
COMMANDS = {
    "generate": (GENERATE, 0),
    "preview": (["preview", "buckingham", "--year", "2020", "--no-open"], 0),
    "preview of several": (["preview", "council", "--year", "2020", "--no-open"], 2),
    "stats": (["stats", "--year", "2020"], 0),
    "check": (["check", "--year", "2020", "--decisions", "wrong.csv"], 3),
    "verify": (["verify", "not-signed.pdf"], 6),
    "--help": (["--help"], 0),
}


def code_of(
    folder: Path,
    arguments: list[str],
    redirection: str,
    variables: Mapping[str, str] = MappingProxyType({}),
) -> int:
    """The exit code of the program, whatever becomes of those that read what it says."""
    line = f'"$0" -m lgo_letters "$@" {redirection}; exit ${{PIPESTATUS[0]}}'
    command = ["bash", "-c", line, sys.executable, *arguments]
    return subprocess.run(
        command, check=False, capture_output=True, cwd=folder, env={**ENVIRONMENT, **variables}
    ).returncode


@pytest.mark.parametrize("redirection", REDIRECTIONS)
def test_every_letter_is_made_whoever_reads_what_is_said(
    year: Path, tmp_path: Path, redirection: str
) -> None:
    arguments = [*GENERATE, "--out", str(tmp_path)]
    assert code_of(year, arguments, REDIRECTIONS[redirection]) == 0
    assert len([*tmp_path.glob("*.pdf")]) == LETTERS
    assert len(json.loads((tmp_path / "manifest.json").read_bytes())["letters"]) == LETTERS


@pytest.mark.parametrize("redirection", REDIRECTIONS)
@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "generate"])
def test_the_exit_code_is_that_of_the_result(year: Path, command: str, redirection: str) -> None:
    arguments, code = COMMANDS[command]
    assert code_of(year, arguments, REDIRECTIONS[redirection]) == code


def test_no_file_is_written_into_by_what_is_meant_for_a_closed_stream(
    year: Path, tmp_path: Path
) -> None:
    file = tmp_path / "letter.pdf"
    arguments = ["preview", "buckingham", "--year", "2020", "--no-open", "--out", str(file)]
    assert code_of(year, arguments, "<&- >&- 2>&-") == 0
    content = file.read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.endswith(b"%%EOF\n")
    assert b"pages)" not in content


@pytest.mark.skipif(not Path("/dev/full").exists(), reason=FULL)
@pytest.mark.parametrize(
    ("command", "code"), [("stats", 5), ("--help", 5), ("preview", 5), ("check", 3), ("verify", 6)]
)
def test_a_full_stdout_is_an_error_that_says_what_to_do_where_nothing_else_is_wrong(
    year: Path, command: str, code: int
) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "lgo_letters", *COMMANDS[command][0]],
            check=False, stdout=full, stderr=subprocess.PIPE, cwd=year, env=ENVIRONMENT, text=True,
        )  # fmt: skip
    assert done.returncode == code
    assert done.stderr.splitlines()[-1] == (
        f"Error: The output cannot be written ({os.strerror(errno.ENOSPC).lower()}); make room, "
        "or send it somewhere else."
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason=FULL)
def test_every_letter_is_made_before_a_full_stdout_is_told_of(year: Path, tmp_path: Path) -> None:
    arguments = [*GENERATE, "--out", str(tmp_path)]
    assert code_of(year, arguments, ">/dev/full") == 5
    assert len([*tmp_path.glob("*.pdf")]) == LETTERS


def test_every_letter_is_made_though_the_terminal_goes_away(year: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "lgo_letters", *GENERATE, "--out", str(tmp_path), "--jobs", "1"],
        stdin=theirs, stdout=theirs, stderr=theirs, cwd=year, env=ENVIRONMENT,
        start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    os.read(ours, 1)  # it has begun to show its progress
    os.close(ours)
    assert process.wait(timeout=60) == 0
    assert len([*tmp_path.glob("*.pdf")]) == LETTERS


@pytest.mark.parametrize("passphrase", [PASSPHRASE, None])
def test_letters_are_signed_with_stdin_closed_where_nothing_is_asked_for(
    year: Path, tmp_path: Path, passphrase: str | None
) -> None:
    (tmp_path / "signer.p12").write_bytes(authority("Root").issue("Ombudsman").p12())
    arguments = [*GENERATE, "--sign-with", str(tmp_path / "signer.p12"), "--out", str(tmp_path)]
    variable = {} if passphrase is None else {"LGO_LETTERS_SIGN_PASSPHRASE": passphrase}
    code = code_of(year, arguments, "<&-", variable)
    assert (code, len([*tmp_path.glob("*.pdf")])) == (
        (2, 0) if passphrase is None else (0, LETTERS)
    )


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_what_an_encoding_lacks_is_written_as_json_writes_it(year: Path, encoding: str) -> None:
    name = "Tŷ \N{OFFICE BUILDING} King\N{RIGHT SINGLE QUOTATION MARK}s Council"
    own = year / f"{encoding}.csv"
    own.write_text(f"name,type,role\n{name},County Council,Chief", encoding="utf-8")
    (year / "none.csv").write_text((year / "decisions.csv").read_text().split("\n")[0])
    done = subprocess.run(
        [sys.executable, "-m", "lgo_letters", "stats", "--year", "2020", "--format", "json",
         "--decisions", "none.csv", "--authorities", own.name],
        check=True, capture_output=True, cwd=year,
        env={**ENVIRONMENT, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
    )  # fmt: skip
    printed = done.stdout.decode(encoding)
    assert "T\\u0177 \\ud83c\\udfe2 King" in printed
    assert json.loads(printed)["authorities"][0]["authority"] == name
