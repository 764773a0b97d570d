"""What the commands say of tables that are workbooks."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.support.commands import AUTHORITIES, DECISIONS, HEADER, run
from tests.support.workbooks import write_workbook


def rows(table: str) -> list[list[str]]:
    """The cells of a small table of text."""
    return [line.split(",") for line in table.splitlines()]


@pytest.fixture
def workbooks(workplace: Path) -> Path:
    """The small year as workbooks, and as texts in a folder beside it."""
    write_workbook(workplace / "decisions.xlsx", rows(DECISIONS), "Cases closed")
    write_workbook(workplace / "authorities.xlsx", rows(AUTHORITIES), "Bodies")
    (workplace / "text").mkdir()
    (workplace / "text/decisions.csv").write_text(DECISIONS, encoding="utf-8")
    (workplace / "text/authorities.csv").write_text(AUTHORITIES, encoding="utf-8")
    return workplace


def test_workbooks_here_have_the_figures_of_the_same_tables_as_text(workbooks: Path) -> None:
    files = ["--decisions", "text/decisions.csv", "--authorities", "text/authorities.csv"]
    as_text, found = run("stats", "--year", "2020", *files), run("stats", "--year", "2020")
    assert found.exit_code == 0, found.output
    assert found.stdout == as_text.stdout
    named = ["--decisions", "decisions.xlsx#cases closed", "--authorities", "authorities.xlsx"]
    assert run("stats", "--year", "2020", *named).stdout == as_text.stdout


def test_the_record_of_a_run_names_file_and_sheet(workbooks: Path) -> None:
    assert run("generate", "--year", "2020", "--out", "letters").exit_code == 0
    manifest = json.loads((workbooks / "letters/manifest.json").read_text(encoding="utf-8"))
    content = (workbooks / "decisions.xlsx").read_bytes()
    assert manifest["inputs"]["decisions"] == {
        "file": "decisions.xlsx#Cases closed",
        "sha256": hashlib.sha256(content).hexdigest(),
        "rows": len(DECISIONS.splitlines()) - 1,
    }


def test_check_names_sheet_and_cell_of_each_problem(workbooks: Path) -> None:
    wrong = ["19 000 009", "Bromley", "#REF!", "=B2", "Upheldd", "TRUE", "", ""]
    write_workbook(workbooks / "decisions.xlsx", [*rows(HEADER), [], wrong], "Cases closed")
    result = run("check", "--year", "2020")
    assert result.exit_code == 3
    where = "decisions.xlsx, 'Cases closed'!"
    assert [line for line in result.output.splitlines() if line.startswith(where)] == [
        f'{where}B3, column authority: "Bromley" is not an authority in authorities.xlsx; the '
        'nearest is "Bromley District Council"; correct it, or add it to also_known_as in '
        "lgo-letters.toml.",
        f'{where}C3, column service_area: "#REF!" is an error of Excel\'s; correct the formula, '
        "or write the value.",
        f'{where}D3, column decision_date: "=B2" is a formula without its value; save the file '
        "again in Excel, or write the value.",
        f'{where}E3, column decision: "Upheldd" is not a decision; the nearest is "Upheld"; write '
        "Upheld, Not upheld, Closed after initial enquiries, Referred back for local resolution, "
        "Advice given or Incomplete or invalid, or map it in lgo-letters.toml.",
    ]
    found = json.loads(run("check", "--year", "2020", "--json").stdout)
    (problem, *_) = found["problems"]["data"]
    assert (problem["file"], problem["line"], problem["cell"]) == (
        "decisions.xlsx",
        3,
        "'Cases closed'!B3",
    )


def test_a_formula_or_an_error_among_the_authorities_is_a_problem(workbooks: Path) -> None:
    lines = rows(AUTHORITIES)
    lines[1][3], lines[2][0] = "=A1", "#N/A"
    write_workbook(workbooks / "authorities.xlsx", lines, "Bodies")
    output = run("check", "--year", "2020").output
    assert 'authorities.xlsx, Bodies!D2, column recipient: "=A1" is a formula without' in output
    assert 'authorities.xlsx, Bodies!A3, column name: "#N/A" is an error of Excel' in output


@pytest.mark.parametrize("ending", ["xls", "xlsm", "xlsb", "ods"])
def test_another_workbook_here_is_refused_and_the_example_not_taken_in_its_place(
    workbooks: Path, ending: str
) -> None:
    (workbooks / "decisions.xlsx").rename(workbooks / f"decisions.{ending}")
    result = run("check", "--year", "2020")
    assert result.exit_code == 3
    assert (
        f"decisions.{ending}: the file is a workbook of a kind not known; open it" in result.output
    )


def test_a_workbook_is_not_overwritten(workbooks: Path) -> None:
    (workbooks / "decisions.xlsx").rename(workbooks / "statistics.csv")
    (workbooks / "decisions.xlsx").symlink_to("statistics.csv")
    result = run(
        "generate", "--year", "2020", "--decisions", "decisions.xlsx#Cases closed", "--out", "."
    )
    assert result.exit_code == 2
    assert "statistics.csv is an input and would be overwritten" in result.output
