"""`explain`: the decisions behind an authority's counts, and what an average is drawn from."""

from __future__ import annotations

import csv
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import run

EXAMPLE = "--year", "2020"
BROMSGROVE = "explain", "bromsgrove", *EXAMPLE


def shown(*arguments: str) -> str:
    result = run(*BROMSGROVE, *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def record(*arguments: str) -> dict[str, Any]:
    return dict(json.loads(shown(*arguments, "--format", "json")))


def replace_in(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.usefixtures("own_files")
def test_the_table_has_the_figures_and_the_decisions_of_every_count() -> None:
    lines = shown().splitlines()
    period = "1 April 2019 to 31 March 2020"
    assert lines[0] == f"Bromsgrove District Council (District Council), {period}"
    assert [line.split() for line in lines[4:7]] == [
        ["Upheld", "1", "of", "2", "50%", "67%"],
        ["Complied", "1", "of", "1", "100%", "100%"],
        ["Satisfactory", "remedies", "1", "of", "1", "100%", "50%"],
    ]
    assert [line for line in lines if ": " in line] == [
        "Decisions: 2",
        "Detailed investigations: 2",
        "Upheld: 1",
        "Satisfactory remedies: 1",
        "Compliance outcomes: 1",
        "Complied: 1",
        "Complied late: 0",
        "Not complied: 0",
    ]


@pytest.mark.usefixtures("own_files")
def test_a_row_of_the_table_says_what_the_file_says() -> None:
    *_, rule, row, more = shown("--count", "upheld").splitlines()
    assert "Authority" not in shown()
    widths = [len(dashes) + 2 for dashes in rule.split()]
    edges = [sum(widths[:index]) for index in range(len(widths) + 1)]
    cells = [[line[start:end].strip() for start, end in pairwise(edges)] for line in (row, more)]
    assert cells[0] == ["19 000 001", "2019-05-01", "Upheld", "Housing", "yes", "Complied"]
    assert cells[1] == ["", "", "", "", "", "2019-07-01"]


def test_no_line_of_the_table_is_longer_than_100_characters() -> None:
    lines = run("explain", "birmingham", *EXAMPLE).stdout.splitlines()
    assert len(lines) > 590
    assert max(map(len, lines)) <= 100


def test_a_body_that_ended_has_a_column_of_its_own_within_100_characters(own_files: Path) -> None:
    with (own_files / "decisions.csv").open("a", encoding="utf-8") as file:
        file.write(
            "19 000 004,Old Bromsgrove District Council,Education and children's services,"
            "2019-06-01,Referred back for local resolution,,,\n"
            "19 000 005,Bromsgrove District Council,Environment and public protection,"
            "2019-06-01,Upheld,no,2020-01-01,Complied late\n"
        )
    table = "name,type,role,until,successor"
    (own_files / "authorities.csv").write_text(
        f"{table}\n"
        "Bromsgrove District Council,District Council,Chief Executive,,\n"
        "Bromley District Council,District Council,Chief Executive,,\n"
        "Old Bromsgrove District Council,District Council,Clerk,2019-03-31,"
        "Bromsgrove District Council\n"
    )
    lines = shown().splitlines()
    assert max(map(len, lines)) <= 100
    (found,) = (line for line in lines if line.startswith("19 000 004"))
    assert "Old Bromsgrove" in found


@pytest.mark.usefixtures("own_files")
def test_the_json_is_of_the_contract_and_count_chooses_decisions_alone() -> None:
    whole, some = record(), record("--count", "upheld", "--count", "complied_late")
    assert [*whole] == ["lgo_letters", "command", "year", "authority", "counts", "decisions"]
    assert (whole["command"], whole["year"]) == ("explain", 2020)
    assert whole["decisions"][0] == {
        "reference": "19 000 001",
        "authority": "Bromsgrove District Council",
        "service_area": "Housing",
        "decision_date": "2019-05-01",
        "decision": "Upheld",
        "satisfactory_remedy": True,
        "compliance_date": "2019-07-01",
        "compliance_outcome": "Complied",
        "line": 2,
        "counts_in": [
            "decisions",
            "satisfactory_remedies",
            "detailed_investigations",
            "upheld",
            "compliance_outcomes",
            "complied",
        ],
    }
    assert [row["reference"] for row in whole["decisions"]] == ["19 000 001", "19 000 002"]
    assert whole["decisions"][1]["satisfactory_remedy"] is None
    assert some["decisions"] == whole["decisions"][:1]
    assert some["counts"] == whole["counts"]


@pytest.mark.usefixtures("own_files")
def test_the_csv_has_a_row_per_decision_and_a_header_where_there_is_none() -> None:
    one, other = csv.DictReader(shown("--format", "csv").splitlines())
    assert (one["satisfactory_remedy"], other["satisfactory_remedy"]) == ("yes", "")
    assert other["counts_in"] == "decisions;detailed_investigations"
    (header,) = shown("--format", "csv", "--count", "not_complied").splitlines()
    assert header.startswith("reference,authority,")


def test_an_average_shows_its_authorities_and_ends_with_its_sums() -> None:
    arguments = "explain", "bromsgrove", *EXAMPLE, "--average", "upheld"
    head, _, *rows, blank, sums = run(*arguments).stdout.splitlines()
    assert head.split("  ")[0] == "District Council (192)"
    assert len(rows) == 192
    (bromsgrove,) = (row.split() for row in rows if row.startswith("Bromsgrove"))
    assert bromsgrove == ["Bromsgrove", "District", "Council", "2", "5", "40%"]
    assert (blank, sums) == ("", "Average (pooled): 405 of 900 is 45%")


def test_a_mean_says_how_many_rates_there_are_and_what_they_add_up_to(
    own_files: Path, edition_copy: Path
) -> None:
    assert own_files
    replace_in(edition_copy / "edition.toml", 'method = "pooled"', 'method = "mean"')
    arguments = "--average", "upheld", "--edition", str(edition_copy)
    # Of Bromsgrove 1 of 2, of Bromley 1 of 1.
    *_, sums = shown(*arguments).splitlines()
    assert sums == "Average (mean): 2 rates add up to 150.00%; that over 2 is 75%"
    found = record(*arguments)
    assert [*found] == [
        "lgo_letters", "command", "year", "authority", "type", "statistic", "average_method",
        "numerator", "denominator", "authorities", "sums", "average",
    ]  # fmt: skip
    assert found["authority"] == "Bromsgrove District Council"
    assert (found["sums"], found["average"]) == ({"rates": "3/2", "authorities": 2}, 75)


@pytest.mark.usefixtures("own_files")
def test_the_csv_of_an_average_has_a_row_per_authority() -> None:
    assert shown("--average", "remedy", "--format", "csv").splitlines() == [
        "authority,satisfactory_remedies,upheld,remedy_rate",
        "Bromsgrove District Council,1,1,100",
        "Bromley District Council,0,1,0",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["bromsgrove", "--count", "uphold"],
            'No count is called "uphold"; the nearest of decisions, detailed_investigations, '
            "upheld, satisfactory_remedies, compliance_outcomes, complied, complied_late, "
            "not_complied is upheld.",
        ),
        (
            ["bromsgrove", "--count", "population"],
            "population is a number of residents, which no decision makes up; ask for another "
            "count.",
        ),
        (
            ["bromsgrove", "--average", "remedies"],
            'No statistic is called "remedies"; the nearest of upheld, compliance, remedy is '
            "remedy.",
        ),
        (
            ["peak", "--average", "upheld"],
            "Peak District National Park Authority has no average, since the edition does not "
            "compare the type National Park Authority; leave out --average.",
        ),
        (
            ["bromsgrove", "--count", "upheld", "--average", "upheld"],
            "--count shows decisions and --average shows authorities; leave out one of them.",
        ),
        (
            ["brom"],
            '"brom" fits 2 authorities; give more of the name of the one you mean: Bromsgrove '
            "District Council, Bromley District Council.",
        ),
    ],
)
@pytest.mark.usefixtures("own_files")
def test_what_cannot_be_explained_is_one_sentence(arguments: list[str], message: str) -> None:
    result = run("explain", *arguments, "--year", "2020")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"Error: {message}\n"


@pytest.mark.usefixtures("own_files")
def test_an_edition_without_statistics_has_none_to_explain(edition_copy: Path) -> None:
    file = edition_copy / "edition.toml"
    text = file.read_text(encoding="utf-8")
    before, _, _ = text.partition("[[statistics]]")
    file.write_text(f'{before}[[panels]]\nheading = "None"\nsentence = "Nothing."\n', "utf-8")
    result = run(*BROMSGROVE, "--average", "upheld", "--edition", edition_copy)
    assert result.stderr == 'Error: No statistic is called "upheld"; the edition has none.\n'


def test_a_body_not_in_the_year_is_named_with_the_reason() -> None:
    result = run("explain", "Buckinghamshire Council", *EXAMPLE)
    assert result.exit_code == 2
    assert "takes no part in the reporting year 2020: it begins on 1 April 2020" in result.stderr


def test_the_wording_of_the_edition_is_not_read(own_files: Path, edition_copy: Path) -> None:
    assert own_files
    (edition_copy / "letter.md").write_text("{{ nonsense", encoding="utf-8")
    assert record("--edition", str(edition_copy))["counts"]["decisions"] == 2
