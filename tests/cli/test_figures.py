"""`figures`: what letters carry, as CSV and JSON, and every letter of which it cannot be had."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lgo_letters.letter.letter import DECISIONS_FILE, FIGURES_FILE, Attachment, Letter
from lgo_letters.pdf.typeset import typeset
from tests.support.commands import BROMLEY, BROMSGROVE, PEAK_DISTRICT, run
from tests.support.editions import change, with_embedded
from tests.support.paths import EDITION

YEAR = "--year", "2020"
LETTERS = Path("letters", "2020")


@pytest.fixture
def letters_of_own(own_files: Path) -> Path:
    """A folder with the letters of a small year, which carry figures and decisions."""
    edition = Path(shutil.copytree(EDITION, own_files / "editions" / "2020"))
    with_embedded(edition, figures="true", decisions="true")
    done = run("generate", *YEAR)
    assert done.exit_code == 0, done.output
    return LETTERS


def shown(*arguments: str | Path) -> str:
    result = run("figures", *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def record(*arguments: str | Path) -> dict[str, Any]:
    return dict(json.loads(shown(*arguments, "--format", "json")))


@pytest.mark.usefixtures("letters_of_own")
def test_the_letters_of_a_year_have_the_rows_of_stats() -> None:
    in_order = [LETTERS / BROMSGROVE, LETTERS / BROMLEY, LETTERS / PEAK_DISTRICT]
    assert shown(*in_order) == run("stats", *YEAR, "--format", "csv").stdout
    assert shown(LETTERS).splitlines()[1].startswith("Bromley")  # by the names of the files
    assert shown(LETTERS, LETTERS / BROMLEY) == shown(LETTERS)


@pytest.mark.usefixtures("letters_of_own")
def test_the_json_has_the_objects_of_stats_each_with_its_file() -> None:
    stats = json.loads(run("stats", *YEAR, "--format", "json").stdout)
    found = record(LETTERS)
    assert [*found] == ["lgo_letters", "command", "year", "letters"]
    assert (found["command"], found["year"]) == ("figures", None)
    by_file = {letter["file"]: letter["figures"] for letter in found["letters"]}
    for authority, file in zip(
        stats["authorities"], (BROMSGROVE, BROMLEY, PEAK_DISTRICT), strict=True
    ):
        assert by_file[str(LETTERS / file)] == authority


@pytest.mark.usefixtures("letters_of_own")
def test_rates_with_decimals_come_out_as_they_went_in(own_files: Path) -> None:
    change(
        own_files / "editions" / "2020",
        ('denominator = "detailed_investigations"',
         'denominator = "detailed_investigations"\ndecimals = 1'),
    )  # fmt: skip
    assert run("generate", *YEAR).exit_code == 0
    stats = run("stats", *YEAR, "--authority", "bromsgrove", "--format", "csv").stdout
    assert ",50.0,66.7," in stats
    assert shown(LETTERS / BROMSGROVE) == stats


@pytest.mark.usefixtures("letters_of_own")
def test_the_decisions_are_those_that_explain_shows_but_for_their_lines() -> None:
    (letter,) = record(LETTERS / BROMSGROVE, "--decisions")["letters"]
    as_json = json.loads(run("explain", "bromsgrove", *YEAR, "--format", "json").stdout)
    without = [
        {name: value for name, value in case.items() if name != "line"}
        for case in as_json["decisions"]
    ]
    assert letter["decisions"] == without
    assert run("generate", *YEAR, "--sheets").exit_code == 0
    sheet = (LETTERS / BROMSGROVE).with_suffix(".csv").read_text(encoding="utf-8")
    assert shown(LETTERS / BROMSGROVE, "--decisions") == sheet
    header, *rows = shown(LETTERS, "--decisions").splitlines()
    assert [row[:10] for row in rows] == ["19 000 003", "19 000 001", "19 000 002"]
    assert shown(LETTERS / PEAK_DISTRICT, "--decisions").splitlines() == [header]


@pytest.mark.usefixtures("letters_of_own")
def test_a_row_that_only_moves_in_the_table_changes_no_letter() -> None:
    header, *rows = Path("decisions.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    Path("decisions.csv").write_text("".join([header, *reversed(rows)]), encoding="utf-8")
    assert run("changes", *YEAR).stdout.startswith("No letter changes: 3 letters")


def _failure(*arguments: str | Path, code: int = 3) -> list[str]:
    result = run("figures", *arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert "Traceback" not in result.output
    return result.stderr.splitlines()


@pytest.mark.usefixtures("own_files")
def test_letters_that_carry_nothing_are_all_named_and_nothing_is_printed(
    letters_of_own: Path, letters: dict[str, Letter]
) -> None:
    for name in ("a.pdf", "b.pdf"):
        plain = typeset(letters["Bromsgrove District Council"])
        (letters_of_own / name).write_bytes(plain.content)
    for options, file in ((), "figures"), (("--decisions",), "decisions"):
        first, second, last = _failure(letters_of_own, *options)
        assert first == (
            f"{LETTERS / 'a.pdf'}: carries no {file}.csv; leave it out, or make it again with "
            f"{file} = true under [embedded] in its edition."
        )
        assert second.startswith(f"{LETTERS / 'b.pdf'}: carries no {file}.csv; ")
        assert last.startswith("Error: 2 problems in the data; ")


@pytest.fixture
def carrying(letters: dict[str, Letter], workplace: Path) -> Callable[[str, bytes], Path]:
    """Puts a letter that carries another's file into the current folder."""

    def carrying(name: str, content: bytes) -> Path:
        file = Attachment(name, "text/csv", "A file", content)
        letter = letters["Bromsgrove District Council"]._replace(attachments=(file,))
        (workplace / "letter.pdf").write_bytes(typeset(letter).content)
        return Path("letter.pdf")

    return carrying


HEADER = b"authority,type,code,decisions,upheld_rate\n"
OTHERS = [
    b"",
    HEADER,
    HEADER + b"Avon,District,,12\n",
    HEADER + b"Avon,District,,12,40\n" * 2,
    HEADER + b"Avon,District,,12,NaN\n",
    HEADER + b"Avon,District,,twelve,40\n",
    HEADER + b"Avon,District,,12," + b"9" * 5000 + b"\n",
    HEADER + b'Avon,"District,,12,40\n',
    HEADER + "Môn,District,,12,40\n".encode("latin-1"),
    b"name,decisions\nAvon,12\n",
    b"PK\x03\x04\x14\x00",
]


@pytest.mark.parametrize("content", OTHERS)
def test_a_file_that_this_program_did_not_write_is_said_so(
    content: bytes, carrying: Callable[[str, bytes], Path]
) -> None:
    line, _ = _failure(carrying(FIGURES_FILE, content))
    assert line == (
        "letter.pdf: carries a figures.csv that lgo-letters did not write; leave it out."
    )


CASE_HEADER = (
    b"reference,authority,service_area,decision_date,decision,satisfactory_remedy,"
    b"compliance_date,compliance_outcome,counts_in\n"
)


@pytest.mark.parametrize(
    "content",
    [
        HEADER,
        CASE_HEADER + b"1,Avon,,2019-13-01,Upheld,,,,decisions\n",
        CASE_HEADER + b"1,Avon,,2019-10-01,Upheld,perhaps,,,decisions\n",
        CASE_HEADER + b"1,Avon,,2019-10-01,Upheld,,,decisions\n",
    ],
)
def test_decisions_that_this_program_did_not_write_are_said_so(
    content: bytes, carrying: Callable[[str, bytes], Path]
) -> None:
    line, _ = _failure(carrying(DECISIONS_FILE, content), "--decisions")
    assert line.startswith("letter.pdf: carries a decisions.csv that lgo-letters did not write")


def test_nothing_that_a_terminal_obeys_or_a_spreadsheet_runs_comes_out(
    carrying: Callable[[str, bytes], Path],
) -> None:
    file = carrying(FIGURES_FILE, HEADER + b"=cmd()\x1b[2J,\xe2\x80\xaeDistrict,,12,40\n")
    assert shown(file).splitlines()[1] == "'=cmd()�[2J,�District,,12,40"
    assert "\x1b" not in shown(file, "--format", "json")


def test_letters_of_two_editions_are_read_together_as_json_only(
    letters_of_own: Path, carrying: Callable[[str, bytes], Path]
) -> None:
    other = carrying(FIGURES_FILE, HEADER + b"Avon,District,,12,40\n")
    (line,) = _failure(letters_of_own, other, code=2)
    assert line == (
        f"Error: letter.pdf has other columns than {LETTERS / BROMLEY}; read the letters of one "
        "edition at a time, or all of them with --format json."
    )
    assert [len(one["figures"]) for one in record(letters_of_own, other)["letters"]][2:] == [16, 5]


def test_a_failure_is_one_json_object_too(workplace: Path) -> None:
    (workplace / "letter.pdf").write_bytes(b"no PDF")
    result = run("figures", "letter.pdf", "--format", "json")
    assert result.exit_code == 3
    (problem,) = json.loads(result.stdout)["error"]["problems"]
    assert problem["message"] == "is not a PDF that can be read; get the letter again."


def test_a_folder_without_letters_and_a_file_that_is_not_there_are_wrong_usage(
    workplace: Path,
) -> None:
    (workplace / "empty").mkdir()
    assert "holds no PDF file" in _failure("empty", code=2)[0]
    assert "does not exist" in _failure("letter.pdf", code=2)[0]
