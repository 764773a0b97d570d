"""The one form of every JSON object that a command prints."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from lgo_letters import __version__
from tests.support.commands import run

HEAD = ["lgo_letters", "command", "year"]


def spoil(folder: Path, what: str) -> None:
    if what == "data":
        with (folder / "decisions.csv").open("a", encoding="utf-8") as file:
            file.write("19 000 009,Bromsgrove District Council,Housing,2019-13-01,Upheld,,,\n")
    if what == "edition":
        (folder / "editions" / "2020").mkdir(parents=True)


def printed(output: str) -> dict[str, Any]:
    """The one object; json.loads raises where anything else stands beside it."""
    value = json.loads(output)
    assert isinstance(value, dict)
    return value


@pytest.mark.parametrize(
    ("arguments", "first_field"),
    [
        (["stats", "--year", "2020", "--format", "json"], "period"),
        (["check", "--year", "2020", "--json"], "example"),
        (["generate", "--year", "2020", "--json"], "letters"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else value,
)
@pytest.mark.usefixtures("own_files")
def test_what_a_command_prints_begins_with_version_command_and_year(
    arguments: list[str], first_field: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    record = printed(result.stdout)
    assert [*record][:4] == [*HEAD, first_field]
    assert [record[name] for name in HEAD] == [__version__, arguments[0], 2020]
    assert "error" not in record


@pytest.mark.parametrize(
    ("arguments", "spoilt", "code", "words"),
    [
        (["stats", "--year", "2020", "--format", "json"], "data", 3, "1 problem in the data"),
        (["check", "--year", "2020", "--json"], "data", 3, "1 problem in the data"),
        (["generate", "--year", "2020", "--json"], "data", 3, "1 problem in the data"),
        (["generate", "--year", "2020", "--json"], "edition", 4, "1 problem in the edition"),
        (["stats", "--authority", "x", "--year", "2020", "--format", "json"], "", 2, 'called "x"'),
        (["check", "--year", "2021", "--json"], "", 2, "There is no edition for 2021"),
    ],
)
def test_a_failure_is_the_same_head_with_its_code_and_its_sentence(
    own_files: Path, arguments: list[str], spoilt: str, code: int, words: str
) -> None:
    spoil(own_files, spoilt)
    result = run(*arguments)
    assert result.exit_code == code
    record = printed(result.stdout)
    assert [*record][:3] == HEAD
    assert [record[name] for name in HEAD] == [
        __version__,
        arguments[0],
        2021 if "2021" in arguments else 2020,
    ]
    error = record["error"]
    assert error["code"] == code
    assert words in error["message"]
    assert error["message"] in result.stderr
    assert [*error][:3] == ["code", "message", "problems"]
    assert len(error["problems"]) == (1 if spoilt else 0)
    if spoilt == "data":
        assert error["problems"][0]["line"] == 5
        assert error["problems"][0]["column"] == "decision_date"


def test_a_wrong_option_is_told_in_json_too_where_that_was_asked_for() -> None:
    result = run("check", "--json", "--year", "soon")
    assert result.exit_code == 2
    record = printed(result.stdout)
    assert [record[name] for name in HEAD] == [__version__, "check", None]
    assert record["error"]["code"] == 2
    assert "--year" in record["error"]["message"]


def test_commands_of_no_year_have_a_year_of_null(tmp_path: Path) -> None:
    file = tmp_path / "not.pdf"
    file.write_bytes(b"not a PDF")
    for command, code, field in (("verify", 6, "letters"), ("validate", 9, "files")):
        result = run(command, file, "--json")
        assert result.exit_code == code
        record = printed(result.stdout)
        assert [*record] == [*HEAD, field, "error"]
        assert [record[name] for name in HEAD] == [__version__, command, None]
        assert record["error"]["code"] == code


def test_what_is_asked_for_as_a_table_is_no_json() -> None:
    result = run("stats", "--year", "2020", "--authority", "nobody at all")
    assert result.exit_code == 2
    assert result.stdout == ""


@pytest.mark.skipif(sys.platform != "linux", reason="Linux has a file that fails to be read")
def test_a_pdf_that_cannot_be_read_is_a_sentence() -> None:
    result = run("validate", "/proc/self/mem")
    assert result.exit_code == 2
    assert result.stderr == (
        "Error: /proc/self/mem cannot be read (input/output error); fix that, or leave it out.\n"
    )


def test_without_the_extra_validate_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "page", None)
    monkeypatch.delitem(sys.modules, "lgo_letters.pdf.validation", raising=False)
    result = run("validate", tmp_path)
    assert result.exit_code == 2
    assert result.stderr == (
        "Error: PDF checks need page, which is not installed; install it with: "
        'python -m pip install "lgo-letters[validate]"\n'
    )
