"""`stats --by`: what the figures of England, or of one authority, are made up of."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import run

EXAMPLE = "--year", "2020"


def printed(*arguments: str) -> list[list[str]]:
    """The rows of the table, cell by cell, without its rules."""
    result = run("stats", *EXAMPLE, *arguments)
    assert result.exit_code == 0, result.output
    lines = [line for line in result.stdout.splitlines() if not line.startswith("---")]
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in lines]


def record(*arguments: str) -> dict[str, Any]:
    result = run("stats", *EXAMPLE, *arguments, "--format", "json")
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


def test_the_table_has_a_row_per_value_and_the_whole_last() -> None:
    head, *rows, whole = printed("--by", "type")
    assert head[:4] == ["Type", "Decisions", "Upheld", "Rate"]
    assert "Avg" not in head
    assert rows[1] == [
        "District Council", "4,000", "405 of 900", "45%", "297 of 300", "99%", "81 of 405", "20%",
    ]  # fmt: skip
    assert whole[:4] == ["England (355)", "17,000", "2,558 of 4,200", "61%"]
    assert len(rows) == 8


def test_the_table_of_one_authority_ends_with_its_name() -> None:
    *_, housing, _, planning, whole = printed("--by", "service_area", "--authority", "bromsgrove")
    assert housing == ["Housing", "1", "0 of 0", "-", "0 of 0", "-", "0 of 0", "-"]
    assert planning[:3] == ["Planning and development", "7", "0 of 1"]
    assert whole[:4] == ["Bromsgrove District Council", "12", "2 of 5", "40%"]


def test_a_blank_value_is_none_in_brackets(own_files: Path) -> None:
    text = (own_files / "decisions.csv").read_text(encoding="utf-8")
    file = own_files / "decisions.csv"
    file.write_text(text.replace("Bromley District Council,Housing", "Bromley District Council,"))
    assert [row[:2] for row in printed("--by", "service_area")[1:]] == [
        ["Housing", "2"], ["(none)", "1"], ["England (3)", "3"],
    ]  # fmt: skip
    assert record("--by", "service_area")["rows"][1]["service_area"] == "(none)"


def test_the_json_says_by_what_and_of_whom_and_has_rows_and_a_total() -> None:
    england = record("--by", "month")
    assert [*england] == ["lgo_letters", "command", "year", "authority", "by", "rows", "total"]
    assert (england["authority"], england["by"]) == (None, "month")
    assert [row["month"] for row in england["rows"]][::11] == ["2019-04", "2020-03"]
    assert england["total"]["decisions"] == 17_000
    assert england["total"]["compliance_rate"] == 99
    one = record("--by", "decision", "--authority", "bolsover")
    assert one["authority"] == "Bolsover District Council"
    assert {row["decision"]: row["decisions"] for row in one["rows"]} == {
        "Upheld": 1,
        "Not upheld": 3,
        "Closed after initial enquiries": 8,
        "Referred back for local resolution": 2,
        "Advice given": 0,
        "Incomplete or invalid": 2,
    }
    assert one["total"]["decisions"] == 16


def test_the_csv_has_a_row_per_value_and_the_total_last() -> None:
    result = run("stats", *EXAMPLE, "--by", "service_area", "--format", "csv")
    rows = list(csv.DictReader(result.stdout.splitlines()))
    *areas, total = rows
    assert [row["service_area"] for row in areas][::8] == [
        "Adult care services", "Planning and development",
    ]  # fmt: skip
    assert total["service_area"] == "Total"
    for column in ("decisions", "detailed_investigations", "upheld", "complied"):
        assert sum(int(row[column]) for row in areas) == int(total[column])


@pytest.mark.parametrize("by", ["type", "region"])
def test_one_authority_is_of_one_type_and_region_and_has_no_breakdown_by_them(by: str) -> None:
    result = run("stats", *EXAMPLE, "--by", by, "--authority", "bromsgrove")
    assert result.exit_code == 2
    assert f"--by {by} shows all authorities together; leave out" in result.stderr


def test_a_breakdown_is_of_one_authority_or_of_england() -> None:
    result = run(
        "stats", *EXAMPLE, "--by", "month", "--authority", "bromsgrove", "--authority", "leeds"
    )
    assert result.exit_code == 2
    assert "--by shows the figures of one authority or of all together" in result.stderr
    assert "give --authority once" in result.stderr


def test_another_column_is_refused_with_those_there_are() -> None:
    result = run("stats", *EXAMPLE, "--by", "role")
    assert result.exit_code == 2
    assert "service_area" in result.stderr
