"""`proof`: what is put before the person who approves the letters."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pypdfium2
import pytest

from lgo_letters.pdf.proof import is_proof
from tests.support.commands import DECISIONS, run

YEAR = "proof", "--year", "2020"
FILE = Path("proof-2020.pdf")


def pages_of(file: Path = FILE) -> list[str]:
    with pypdfium2.PdfDocument(file) as document:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


def made(*arguments: str | Path) -> str:
    """What is on the proof's pages."""
    result = run(*YEAR, *arguments)
    assert result.exit_code == 0, result.output
    return " ".join(pages_of())


@pytest.mark.usefixtures("own_files")
def test_it_says_in_one_sentence_what_it_wrote_for_its_owner_alone() -> None:
    result = run(*YEAR)
    assert result.exit_code == 0
    assert result.stdout == (
        "proof-2020.pdf (13 pages), with 3 of 3 letters. The signature is the specimen that comes "
        "with lgo-letters.\n"
    )
    assert stat.S_IMODE(FILE.stat().st_mode) == 0o600
    assert is_proof(FILE.read_bytes())


@pytest.mark.usefixtures("own_files")
def test_the_same_inputs_and_seed_give_the_same_bytes_wherever_they_lie(tmp_path: Path) -> None:
    made()
    first = FILE.read_bytes()
    made()
    assert FILE.read_bytes() == first
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for name in ("decisions", "authorities"):
        shutil.copy(f"{name}.csv", elsewhere)
    files = [f"--{name}={elsewhere / name}.csv" for name in ("decisions", "authorities")]
    made(*files, "--seed", "1", "--sample", "3")
    assert FILE.read_bytes() == first
    assert "elsewhere" not in " ".join(pages_of())


@pytest.mark.usefixtures("own_files")
def test_the_first_page_says_what_was_read_and_what_to_settle() -> None:
    made()
    page = pages_of()[0]
    assert "3 letters about the year from 1 April 2019 to 31 March 2020, dated 22 July 2020" in page
    assert "decisions.csv 3" in page
    assert "No decision falls in 11 months of the year" in page
    assert "The signature is the specimen that comes with lgo-letters" in page
    assert "invented" not in page


@pytest.mark.usefixtures("own_files")
def test_a_date_after_the_letters_own_is_to_be_settled_whatever_the_day_is() -> None:
    later = "19 000 004,Bromley District Council,Housing,2109-05-03,Not upheld,,,\n"
    Path("decisions.csv").write_text(DECISIONS + later, encoding="utf-8")
    words = made()
    assert "Correct 1 date before 1974 or after the letter's" in words
    assert "Dates after the letter's (1): on lines 5." in words


@pytest.mark.usefixtures("workplace")
def test_the_examples_mark_stands_on_every_page_beside_proof() -> None:
    result = run(*YEAR, "--sample", "0")
    assert result.stdout.endswith("Example: invented figures.\n")
    pages = pages_of()
    assert all("Example: invented figures" in page and "PROOF" in page for page in pages)
    assert "The figures are invented:" in pages[0]


@pytest.mark.usefixtures("own_files")
def test_it_says_what_changed_since_the_letters_that_are_there() -> None:
    assert "There are no letters in letters/2020 yet; nothing was compared." in made()
    assert run("generate", "--year", "2020").exit_code == 0
    assert "No letter changes: 3 letters would be as in letters/2020." in made()
    Path("decisions.csv").write_text(DECISIONS.replace("Not upheld", "Upheld"), encoding="utf-8")
    words = made().split("What has changed")[-1]
    assert "19 000 002 (Bromsgrove District Council): Not upheld → Upheld." in words
    assert "50% → 100% of 2" in words
    assert "67% → 100%, in 2 letters" in words


def test_it_replaces_a_proof_and_no_other_file(own_files: Path) -> None:
    assert run("preview", "bromsgrove", "--year", "2020", "--out", FILE).exit_code == 0
    letter = FILE.read_bytes()
    result = run(*YEAR)
    assert result.exit_code == 2
    assert "proof-2020.pdf is not a proof of lgo-letters and would be overwritten" in result.stderr
    assert FILE.read_bytes() == letter
    decisions = own_files / "decisions.csv"
    result = run(*YEAR, "--out", decisions)
    assert result.exit_code == 2
    assert "is an input" in result.stderr
    assert decisions.read_text(encoding="utf-8") == DECISIONS
    FILE.unlink()
    FILE.symlink_to(own_files / "elsewhere.pdf")
    assert "is not an ordinary file" in run(*YEAR).stderr


@pytest.mark.usefixtures("own_files")
def test_a_problem_in_the_data_or_the_edition_leaves_no_proof(edition_copy: Path) -> None:
    (edition_copy / "letter.md").write_text("{{ nothing }}\n", encoding="utf-8")
    assert run(*YEAR, "--edition", edition_copy).exit_code == 4
    Path("decisions.csv").write_text(DECISIONS.replace("Not upheld", "Held"), encoding="utf-8")
    result = run(*YEAR)
    assert result.exit_code == 3
    assert 'column decision: "Held"' in result.stderr
    assert not FILE.exists()
