"""What rows count for, and which are refused, as the commands say it: whatever counts them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import AUTHORITIES, HEADER, run

OTHER_DECISIONS = (
    "Not upheld",
    "Closed after initial enquiries",
    "Referred back for local resolution",
    "Advice given",
    "Incomplete or invalid",
)


@pytest.fixture
def tables(workplace: Path) -> Path:
    """The folder of the tables, which is the current one; the decisions are still to be put."""
    (workplace / "authorities.csv").write_text(AUTHORITIES, encoding="utf-8")
    return workplace


def put(folder: Path, rows: Sequence[str]) -> None:
    """Decisions on Bromsgrove: the date and all that follows it in a row."""
    lines = (f"19 000 {index:03},Bromsgrove District Council,x,{r}" for index, r in enumerate(rows))
    (folder / "decisions.csv").write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")


def figures() -> dict[str, Any]:
    """Bromsgrove's figures of 2020."""
    result = run("stats", "--year", "2020", "--authority", "bromsgrove", "--format", "json")
    assert result.exit_code == 0, result.output
    (authority,) = json.loads(result.stdout)["authorities"]
    return dict(authority)


def refused() -> list[tuple[int, str]]:
    """Line and column of each problem of the decisions."""
    result = run("check", "--year", "2020", "--json")
    assert result.exit_code == 3, result.output
    report = json.loads(result.stdout)
    assert report["reconciliation"] is None
    return [(problem["line"], problem["column"]) for problem in report["problems"]["data"]]


@pytest.mark.parametrize("decision", OTHER_DECISIONS)
def test_only_an_upheld_decision_has_a_remedy(tables: Path, decision: str) -> None:
    upheld, other = "2019-05-01,Upheld,yes,,", f"2019-05-01,{decision}"
    put(tables, [upheld, f"{other},no,,", f"{other},,,"])
    assert (figures()["upheld"], figures()["satisfactory_remedies"]) == (1, 1)
    for rows, line in (([upheld, f"{other},yes,,"], 3), ([f"{other},yes,,", upheld], 2)):
        put(tables, rows)
        assert refused() == [(line, "satisfactory_remedy")]
        assert run("stats", "--year", "2020").exit_code == 3


def test_a_remedy_counts_where_it_is_satisfactory_and_the_decision_of_the_year(
    tables: Path,
) -> None:
    put(
        tables,
        [
            "2019-04-01,Upheld,yes,,",
            "2020-03-31,Upheld,yes,,",
            "2019-05-01,Upheld,no,,",
            "2019-05-01,Upheld,,,",
            "2019-03-31,Upheld,yes,2019-05-01,Complied",
            "2020-04-01,Upheld,yes,,",
        ],
    )
    counted = figures()
    assert (counted["upheld"], counted["satisfactory_remedies"]) == (4, 2)
    assert (counted["remedy_rate"], counted["compliance_outcomes"]) == (50, 1)


SAME_DAY = "2019-05-02,Upheld,no,2019-05-02,Complied"
LATER = "2019-05-02,Upheld,no,2019-05-03,Complied"
EARLIER = "2019-05-02,Upheld,no,2019-05-01,Complied"


def test_compliance_on_the_day_of_the_decision_counts(tables: Path) -> None:
    put(tables, [SAME_DAY, LATER])
    assert (figures()["compliance_outcomes"], figures()["complied"]) == (2, 2)


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ([SAME_DAY, EARLIER], 3),
        ([EARLIER, SAME_DAY], 2),
        ([LATER, EARLIER, SAME_DAY], 3),
        ([EARLIER, LATER, SAME_DAY], 2),
    ],
)
def test_compliance_on_a_day_before_the_decision_is_the_one_problem(
    tables: Path, rows: Sequence[str], line: int
) -> None:
    put(tables, rows)
    assert refused() == [(line, "compliance_date")]


# ---- dates that cannot be right


@pytest.mark.parametrize(
    ("command", "rows", "said"),
    [
        (
            "stats",
            ["2109-10-14,Upheld,no,,", "14/10/2019,Upheld,no,15/10/2109,Complied"],
            "decisions.csv has 2 dates in the future or before 1974, when there was no Ombudsman, "
            "such as 2109-10-14; correct the file, as the year's figures leave out such dates.\n",
        ),
        (
            "generate",
            ["14/10/0019,Upheld,no,,", "2019-10-14,Upheld,no,,"],
            "decisions.csv has 1 date in the future or before 1974, when there was no Ombudsman, "
            "such as 0019-10-14; correct the file, as the year's figures leave out such dates.\n",
        ),
        ("stats", ["1974-04-01,Upheld,no,,", "2019-10-14,Upheld,no,2021-10-14,Complied"], ""),
    ],
)
def test_a_date_that_cannot_be_right_is_told(
    tables: Path, command: str, rows: Sequence[str], said: str
) -> None:
    put(tables, rows)
    result = run(command, "--year", "2020", "--authority", "bromsgrove")
    assert result.exit_code == 0
    told = [line for line in result.stderr.splitlines(keepends=True) if "decisions.csv" in line]
    assert "".join(told) == said
    assert figures()["upheld"] == 1


# ---- dates after the letter's


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["2020-07-22,Upheld,no,,"], "0"),
        (["2020-07-23,Upheld,no,2020-07-24,Complied"], "2 (line 2)"),
        (["2019-05-01,Upheld,no,,", *["2020-07-23,Upheld,no,,"] * 2], "2 (lines 3, 4)"),
        (["2020-07-23,Upheld,no,,"] * 20, f"20 (lines {', '.join(map(str, range(2, 22)))})"),
        (
            ["2020-07-23,Upheld,no,,"] * 21,
            f"21 (the first on lines {', '.join(map(str, range(2, 22)))})",
        ),
    ],
    ids=["none", "two on one line", "two", "as many as are listed", "more"],
)
def test_dates_after_the_letters_are_counted_and_the_first_lines_listed(
    tables: Path, rows: Sequence[str], said: str
) -> None:
    put(tables, rows)
    shown = run("check", "--year", "2020").stdout.splitlines()
    assert f"Dates after the letter's date: {said}" in shown
