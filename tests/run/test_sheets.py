"""Sheets beside letters: which are written, which stay, and what a run that is killed leaves."""

from __future__ import annotations

import hashlib
import json
import random
import re
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from lgo_letters.edition.words import ENGLISH
from lgo_letters.run.journal import JOURNAL
from lgo_letters.run.record import Record
from tests.support.commands import DECISIONS, run
from tests.support.processes import GENERATE, contents, end_of, start_until

SHEETS = {
    f"{stem}.{ending}"
    for stem in (
        "bromley-district-council",
        "bromsgrove-district-council",
        "peak-district-national-park-authority",
    )
    for ending in ("xlsx", "csv")
}
BROMLEYS = {"bromley-district-council.xlsx", "bromley-district-council.csv"}
# Neither a letter nor a figure of another authority changes by this.
CORRECTED = DECISIONS.replace("Bromley District Council,Housing", "Bromley District Council,Other")


@pytest.fixture
def folder(own_files: Path) -> Path:
    """A small year's letters with sheets, made."""
    assert run(*GENERATE, "--sheets").exit_code == 0
    return own_files / "letters" / "2020"


def _files(folder: Path) -> Any:
    return json.loads((folder / "manifest.json").read_bytes())["files"]


def _sheets(folder: Path) -> dict[str, int]:
    """The sheets that are there, by what tells a file from another of the same name."""
    return {file.name: file.stat().st_ino for file in folder.iterdir() if file.name in SHEETS}


def _written(folder: Path, *arguments: str | Path) -> set[str]:
    """The sheets that a run writes."""
    before = _sheets(folder)
    result = run(*GENERATE, *arguments)
    assert result.exit_code == 0, result.output
    return {name for name, inode in _sheets(folder).items() if before.get(name) != inode}


def _check_recorded(folder: Path) -> None:
    """That the manifest has just the files beside the letters, by name, with their digests."""
    there = {
        name: hashlib.sha256(content).hexdigest()
        for name, content in contents(folder).items()
        if not name.endswith(".pdf") and name != "manifest.json" and not name.startswith("record/")
    }
    assert [*_files(folder).items()] == sorted(there.items())


# ---- which are written


def test_each_letter_gets_a_workbook_and_a_csv_file_that_the_manifest_names(folder: Path) -> None:
    assert _sheets(folder).keys() == SHEETS
    _check_recorded(folder)
    if sys.platform != "win32":
        assert {(folder / name).stat().st_mode & 0o777 for name in SHEETS} == {0o600}
    book = CalamineWorkbook.from_path(folder / "bromsgrove-district-council.xlsx")
    assert book.sheet_names == ["About", "Figures", "Decisions", "Compliance"]
    assert (folder / "bromsgrove-district-council.csv").read_text(encoding="utf-8") == (
        "reference,authority,service_area,decision_date,decision,satisfactory_remedy,"
        "compliance_date,compliance_outcome,counts_in\n"
        "19 000 001,Bromsgrove District Council,Housing,2019-05-01,Upheld,yes,2019-07-01,Complied,"
        "decisions;satisfactory_remedies;detailed_investigations;upheld;compliance_outcomes;"
        "complied\n"
        "19 000 002,Bromsgrove District Council,Housing,2019-05-02,Not upheld,,,,"
        "decisions;detailed_investigations\n"
    )


def test_without_the_option_there_are_none(own_files: Path) -> None:
    result = run(*GENERATE)
    assert "sheets" not in result.stdout
    assert not _sheets(own_files / "letters" / "2020")


def test_the_last_line_says_how_many_were_made(own_files: Path) -> None:
    asked = "3 letters (3 made, 0 unchanged) with sheets (3 made, 0 unchanged) in "
    assert run(*GENERATE, "--sheets").stdout.startswith(asked)
    (own_files / "decisions.csv").write_text(CORRECTED, encoding="utf-8")
    kept = "3 letters (0 made, 3 unchanged) with sheets (1 made, 2 unchanged) in "
    assert run(*GENERATE).stdout.startswith(kept)
    record = json.loads(run(*GENERATE, "--json").stdout)
    assert (record["letters"], record["reused"], record["sheets"]) == (3, 3, 0)


def test_a_folder_that_has_sheets_keeps_them_current_and_writes_only_what_changed(
    folder: Path, own_files: Path
) -> None:
    assert _written(folder) == set()
    (own_files / "decisions.csv").write_text(CORRECTED, encoding="utf-8")
    assert _written(folder) == BROMLEYS
    assert "Other" in (folder / "bromley-district-council.csv").read_text(encoding="utf-8")
    _check_recorded(folder)


def test_a_row_that_moves_in_the_file_changes_no_sheet(folder: Path, own_files: Path) -> None:
    header, *rows = DECISIONS.splitlines(keepends=True)
    (own_files / "decisions.csv").write_text("".join([header, *reversed(rows)]), encoding="utf-8")
    assert _written(folder) == set()


def test_with_authority_only_its_sheets_are_written(folder: Path, own_files: Path) -> None:
    changed = CORRECTED.replace(
        "Bromsgrove District Council,Housing", "Bromsgrove District Council,X"
    )
    (own_files / "decisions.csv").write_text(changed, encoding="utf-8")
    assert _written(folder, "--authority", "bromley") == BROMLEYS
    _check_recorded(folder)
    assert run(*GENERATE, "--authority", "bromley", "--sheets", "--out", "one").exit_code == 0
    assert _sheets(own_files / "one").keys() == BROMLEYS


def test_a_sheet_that_was_changed_or_deleted_is_made_again(folder: Path) -> None:
    before = contents(folder)
    (folder / "bromley-district-council.xlsx").write_bytes(b"of another hand")
    (folder / "bromley-district-council.csv").unlink()
    assert _written(folder) == BROMLEYS
    assert contents(folder) == before


def test_the_same_inputs_give_the_same_bytes_with_any_number_of_processes(
    folder: Path, own_files: Path
) -> None:
    assert run(*GENERATE, "--sheets", "--out", "again", "--jobs", "2").exit_code == 0
    assert contents(own_files / "again") == contents(folder)


# ---- what is in the way


def test_a_file_that_no_run_wrote_is_not_replaced(own_files: Path) -> None:
    letters = own_files / "letters" / "2020"
    assert run(*GENERATE).exit_code == 0
    (letters / "bromley-district-council.csv").write_text("mine")
    before = contents(letters)
    assert run(*GENERATE).exit_code == 0
    result = run(*GENERATE, "--sheets")
    assert result.exit_code == 5
    assert "bromley-district-council.csv would be overwritten, and no run of" in result.stderr
    assert contents(letters) == before


def test_an_input_is_not_replaced(own_files: Path) -> None:
    table = (own_files / "authorities.csv").read_text(encoding="utf-8")
    renamed = f"{table}Decisions,Transport body,Chief Executive,,,,\n"
    (own_files / "authorities.csv").write_text(renamed, encoding="utf-8")
    result = run(*GENERATE, "--sheets", "--out", ".")
    assert result.exit_code == 2
    assert "decisions.csv is an input and would be overwritten" in result.stderr
    assert not list(own_files.glob("*.pdf"))


def test_an_authority_named_as_the_table_of_figures_has_files_of_its_own(own_files: Path) -> None:
    table = (own_files / "authorities.csv").read_text(encoding="utf-8")
    renamed = f"{table}Statistics,Transport body,Chief Executive,,,,\n"
    (own_files / "authorities.csv").write_text(renamed, encoding="utf-8")
    assert run(*GENERATE, "--sheets").exit_code == 0
    _check_recorded(own_files / "letters" / "2020")
    assert "statistics-letter.csv" in _files(own_files / "letters" / "2020")


def test_an_edition_without_words_for_sheets_is_known_before_anything_is_written(
    own_files: Path, edition_copy: Path
) -> None:
    text = (edition_copy / "edition.toml").read_text(encoding="utf-8")
    words = [f"{name} = {json.dumps(word)}" for name, word in ENGLISH.model_dump().items()]
    settings = "\n".join(["[words]", *words, "", "[signatory]"])
    text = text.replace('"en-GB"', '"en-US"').replace("[signatory]", settings)
    (edition_copy / "edition.toml").write_text(text, encoding="utf-8")
    result = run(*GENERATE, "--sheets", "--edition", edition_copy)
    assert result.exit_code == 4
    assert '"en-US" is the language, and sheets need words in it' in result.stderr
    assert not (own_files / "letters").exists()
    assert run(*GENERATE, "--edition", edition_copy).exit_code == 0


# ---- authorities that are gone


def test_sheets_of_an_authority_no_longer_listed_stay_known_until_they_are_deleted(
    folder: Path, own_files: Path
) -> None:
    table = own_files / "authorities.csv"
    rows = table.read_text(encoding="utf-8").splitlines()
    table.write_text("\n".join([*rows[:2], *rows[3:]]), encoding="utf-8")
    decisions = [row for row in DECISIONS.splitlines() if "Bromley" not in row]
    (own_files / "decisions.csv").write_text("\n".join(decisions), encoding="utf-8")
    assert run(*GENERATE).exit_code == 0
    assert _sheets(folder).keys() == SHEETS
    _check_recorded(folder)
    for name in BROMLEYS:
        (folder / name).unlink()
    assert run(*GENERATE).exit_code == 0
    _check_recorded(folder)
    assert not BROMLEYS & _files(folder).keys()


# ---- killed and stopped

needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")


@needs_signals
def test_a_run_killed_at_any_step_leaves_nothing_unknown_and_the_next_finishes_it(
    own_files: Path,
) -> None:
    assert run(*GENERATE, "--sheets", "--out", "expected").exit_code == 0
    expected = contents(own_files / "expected")
    process = start_until(
        10**9, signal.SIGKILL, own_files, own_files / "counted", "--sheets", "--jobs", "1"
    )
    steps = int(end_of(process).splitlines()[-1])
    for step in random.Random(0).sample(range(steps // 2, steps + 1), 2):
        letters = own_files / f"letters-{step}"
        process = start_until(step, signal.SIGKILL, own_files, letters, "--sheets", "--jobs", "1")
        end_of(process)
        for name, content in contents(letters).items():
            assert name not in expected or content == expected[name]
        assert run(*GENERATE, "--out", letters, "--sheets").exit_code == 0
        assert contents(letters) == expected


def _stopped(monkeypatch: pytest.MonkeyPatch, at: str, error: BaseException, *more: str) -> None:
    """A run that ends with that error when it is about to write a file, or when it has."""
    write = Record.write_beside

    def stop(record: Record, name: str, content: bytes) -> None:
        if name != at:
            write(record, name, content)
            return
        with monkeypatch.context() as patched:
            patched.setattr(Record, "_take", lambda *_: (_ for _ in ()).throw(error))
            write(record, name, content)

    with monkeypatch.context() as patched:
        patched.setattr(Record, "write_beside", stop)
        assert run(*GENERATE, *more).exit_code != 0


def test_a_sheet_that_was_just_written_when_a_run_is_stopped_is_recorded(
    own_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = own_files / "letters" / "2020"
    _stopped(monkeypatch, "bromsgrove-district-council.xlsx", KeyboardInterrupt(), "--sheets")
    assert "bromsgrove-district-council.xlsx" in _sheets(letters)
    _check_recorded(letters)
    assert not (letters / JOURNAL).exists()
    assert run(*GENERATE).exit_code == 0
    assert _sheets(letters).keys() == SHEETS


def _killed(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    """A run that is killed when all letters and sheets are written, before its manifest."""

    def die(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(Record, "settle", die)
        patched.setattr(Record, "settle_what_is_there", lambda _: None)
        assert run(*GENERATE, *arguments).exit_code == 1


def test_new_sheets_of_a_killed_run_are_removed_unless_they_are_asked_for_again(
    own_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = own_files / "letters" / "2020"
    assert run(*GENERATE).exit_code == 0
    before = contents(letters)
    _killed(monkeypatch, "--sheets")
    assert _sheets(letters).keys() == SHEETS
    assert run(*GENERATE).exit_code == 0
    assert contents(letters) == before
    _killed(monkeypatch, "--sheets")
    assert run(*GENERATE, "--sheets").exit_code == 0
    assert _sheets(letters).keys() == SHEETS
    _check_recorded(letters)


def test_a_sheet_that_a_killed_run_changed_is_never_listed_with_its_old_digest(
    folder: Path, own_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own_files / "decisions.csv").write_text(CORRECTED, encoding="utf-8")
    _killed(monkeypatch)
    assert run(*GENERATE, "--authority", "peak").exit_code == 0
    _check_recorded(folder)
    assert run(*GENERATE).exit_code == 0
    assert run(*GENERATE, "--sheets", "--out", "expected").exit_code == 0
    assert contents(folder) == contents(own_files / "expected")


def test_sheets_that_cannot_be_written_are_one_sentence_and_the_next_run_goes_on(
    own_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        begin = Record.begin

        def late(record: Record) -> None:
            begin(record)
            (own_files / "letters" / "2020" / "bromley-district-council.xlsx").mkdir()

        patched.setattr(Record, "begin", late)
        result = run(*GENERATE, "--sheets")
    assert result.exit_code == 5
    assert re.search("bromley-district-council.xlsx cannot be written .is a dir", result.stderr)
    letters = own_files / "letters" / "2020"
    (letters / "bromley-district-council.xlsx").rmdir()
    assert run(*GENERATE, "--sheets").exit_code == 0
    _check_recorded(letters)
    assert _sheets(letters).keys() == SHEETS
