"""What the commands say of lgo-letters.toml and of exports that they do not understand yet."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from lgo_letters.cli.output.console import MOST_PROBLEMS_PRINTED
from tests.support.commands import AUTHORITIES, DECISIONS, HEADER, run

MAPPING = """[decisions]
file = "export.csv"
[decisions.columns]
reference = "Case Ref"
[decisions.values.decision]
Fault = "Upheld"
"No fault" = "Not upheld"
"Discontinued" = "Closed after initial enquiries"
"""


@pytest.fixture
def export(workplace: Path) -> Path:
    """A small year with a heading and words of its own, mapped."""
    text = DECISIONS.replace("reference", "Case Ref").replace(",Upheld,", ",Fault,")
    (workplace / "export.csv").write_text(text.replace(",Not upheld,", ",no fault,"))
    (workplace / "authorities.csv").write_text(AUTHORITIES)
    (workplace / "lgo-letters.toml").write_text(MAPPING)
    return workplace


def test_check_lists_every_mapping_with_its_rows_and_those_that_changed_nothing(
    export: Path,
) -> None:
    result = run("check", "--year", "2020")
    assert result.exit_code == 0, result.output
    table = """
lgo-letters.toml     In the file    Read as                           Rows
-------------------  -------------  ------------------------------  ------
decisions, heading   Case Ref       reference                            3
decisions, decision  Fault          Upheld                               2
decisions, decision  No fault       Not upheld                           1
decisions, decision  Discontinued   Closed after initial enquiries       0
Mappings that changed nothing (1): Discontinued
"""
    assert table in result.stdout


def test_a_mapping_of_a_table_that_cannot_be_read_is_not_said_to_change_nothing(
    export: Path,
) -> None:
    (export / "export.csv").write_text("Decisions of 2019-20\n")
    result = run("check", "--year", "2020")
    assert result.exit_code == 3
    assert "Mappings" not in result.stdout


def test_check_as_json_has_the_mappings_and_the_digest_of_their_file(export: Path) -> None:
    found = json.loads(run("check", "--year", "2020", "--json").stdout)
    assert found["inputs"]["mapping"] == {
        "file": "lgo-letters.toml",
        "sha256": hashlib.sha256(MAPPING.encode()).hexdigest(),
    }
    assert found["mapped"][1] == {
        "table": "decisions",
        "column": "decision",
        "text": "Fault",
        "meaning": "Upheld",
        "rows": 2,
    }
    assert found["unknown_words"] == []


def test_the_manifest_has_the_digest_of_the_mapping(export: Path) -> None:
    result = run("generate", "--year", "2020", "--authority", "bromley", "--out", "x")
    assert result.exit_code == 0, result.output
    manifest = json.loads((export / "x" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["inputs"]["mapping"] == {
        "file": "lgo-letters.toml",
        "sha256": hashlib.sha256(MAPPING.encode()).hexdigest(),
    }


def test_a_mapping_that_does_not_fit_is_a_problem_of_the_data(export: Path) -> None:
    (export / "lgo-letters.toml").write_text(MAPPING.replace('"Case Ref"', '"Reference"'))
    result = run("check", "--year", "2020", "--json")
    assert result.exit_code == 3
    (problem,) = json.loads(result.stdout)["problems"]["data"]
    assert (problem["file"], problem["line"]) == ("lgo-letters.toml", 4)


def test_a_mapping_that_cannot_be_understood_stops_every_command(export: Path) -> None:
    (export / "lgo-letters.toml").write_text(MAPPING.replace("columns", "colums"))
    for command in ("check", "stats", "generate"):
        result = run(command, "--year", "2020")
        assert result.exit_code == 3
        assert "decisions.colums: the setting is not known" in result.stderr
    assert not (export / "letters").exists()


@pytest.mark.parametrize("more", [0, 1])
def test_check_shows_each_unknown_word_once_where_not_every_problem_is_printed(
    workplace: Path, more: int
) -> None:
    rows = [
        f"19 000 {number:03},Bromley District Council,,2019-05-01,{word},,,\n"
        for number, word in enumerate(["Fault"] * (MOST_PROBLEMS_PRINTED - 2 + more) + ["?", "?"])
    ]
    (workplace / "decisions.csv").write_text(HEADER + "".join(rows))
    (workplace / "authorities.csv").write_text(AUTHORITIES)
    result = run("check", "--year", "2020")
    assert result.exit_code == 3
    table = """
Not understood    Column    In the file      Rows
----------------  --------  -------------  ------
decisions.csv     decision  Fault              19
decisions.csv     decision  ?                   2
"""
    assert (table in result.stdout) == bool(more)


@pytest.mark.parametrize("option", ["--decisions", "--authorities"])
def test_a_sheet_of_a_workbook_that_is_not_there_is_wrong_usage(
    workplace: Path, option: str
) -> None:
    result = run("check", "--year", "2020", option, "export.xlsx#Cases")
    assert result.exit_code == 2
    assert "'export.xlsx' does not exist" in result.stderr
