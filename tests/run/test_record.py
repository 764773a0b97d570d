from __future__ import annotations

import errno
import json
import os
import random
import re
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from lgo_letters.run import files, render
from lgo_letters.run.files import open_locked
from lgo_letters.run.journal import JOURNAL
from lgo_letters.run.record import Plan, Record, open_record
from tests.support.commands import BROMLEY, BROMSGROVE, DECISIONS, PEAK_DISTRICT, run, stopped_run
from tests.support.processes import (
    GENERATE,
    contents,
    end_of,
    finished,
    put_small_year,
    start,
    start_until,
    stopped_at,
    wait_until,
)

ABOUT = {"year": 2020, "example": False}
SPECIMEN = (
    "The signature is the specimen that comes with lgo-letters; put the signatory's own into the "
    "edition before letters go out.\n"
)
needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")


@pytest.fixture
def folder(own_files: Path) -> Path:
    """A small year's letters, made."""
    assert run(*GENERATE).exit_code == 0
    return own_files / "letters" / "2020"


def _inodes(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_ino for file in folder.glob("*.pdf")}


def _made_again(folder: Path, *arguments: str | Path) -> set[str]:
    """The letters that a run makes again: those that are other files after it."""
    before = _inodes(folder)
    result = run(*GENERATE, *arguments)
    assert result.exit_code == 0, result.output
    return {name for name, inode in _inodes(folder).items() if before.get(name) != inode}


def _entries(folder: Path) -> list[Any]:
    return list(json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["letters"])


# ---- killed


@pytest.fixture(scope="module")
def reference(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, dict[str, bytes], float]:
    """A small year, its letters as a run makes them that is never stopped, and the seconds of it.

    They are those of the writing alone.
    """
    folder = tmp_path_factory.mktemp("reference")
    put_small_year(folder, 30)
    letters = folder / "letters"
    process = start(folder, *GENERATE, "--jobs", "1", "--out", letters)
    wait_until((letters / JOURNAL).exists)
    begun = time.monotonic()
    stderr = end_of(process)
    assert process.returncode == 0, stderr
    return folder, contents(letters), time.monotonic() - begun


def _check_only_whole(folder: Path, expected: dict[str, bytes]) -> None:
    for file in folder.glob("*.pdf"):
        assert file.read_bytes() == expected[file.name]
        with pikepdf.open(file) as opened:
            assert len(opened.pages) >= 3


@needs_signals
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_killed_at_any_moment_leaves_whole_letters_and_the_next_finishes_it(
    jobs: int, reference: tuple[Path, dict[str, bytes], float], tmp_path: Path
) -> None:
    year, expected, seconds = reference
    letters = tmp_path / "letters"
    command = [*GENERATE, "--jobs", str(jobs), "--out", str(letters)]
    lot = random.Random(jobs)
    for _ in range(12):
        process = start(year, *command)
        wait_until(lambda: (letters / JOURNAL).exists() or process.poll() is not None)  # noqa: B023
        time.sleep(lot.uniform(0, seconds / 3))
        process.kill()
        end_of(process)
        _check_only_whole(letters, expected)
        if process.returncode == 0:  # it was finished: make room for more
            assert contents(letters) == expected
            for name in lot.sample(sorted(expected), 20):
                (letters / name).unlink()
    code, stdout, stderr = finished(year, *command)
    assert code == 0, stderr
    assert "Changed" not in stderr
    assert re.match(r"30 letters \(\d+ made, \d+ unchanged\)", stdout)
    assert contents(letters) == expected


@needs_signals
def test_no_step_of_writing_is_one_at_which_a_run_must_not_be_killed(own_files: Path) -> None:
    assert run(*GENERATE, "--out", "expected").exit_code == 0
    expected = contents(own_files / "expected")
    steps = _steps(own_files)
    assert steps > 20  # some for each letter, the journal and the two tables
    for step in random.Random(0).sample(range(1, steps + 1), 6):
        letters = own_files / f"letters-{step}"
        for _ in range(2):  # and again, in what is left to do
            process = start_until(step, signal.SIGKILL, own_files, letters, "--jobs", "1")
            end_of(process)
            assert process.returncode in (-signal.SIGKILL, 0)
            _check_only_whole(letters, expected)
        result = run(*GENERATE, "--out", letters)
        assert result.exit_code == 0, result.stderr
        assert "Changed" not in result.stderr
        assert contents(letters) == expected


def _steps(folder: Path) -> int:
    counted = start_until(0, signal.SIGKILL, folder, folder / "counted", "--jobs", "1")
    return int(end_of(counted).splitlines()[-1])


@needs_signals
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_stops_within_a_second_and_says_how_to_go_on(
    jobs: str, reference: tuple[Path, dict[str, bytes], float], tmp_path: Path
) -> None:
    year, expected, _ = reference
    letters = tmp_path / "letters"
    process = start_until(30, signal.SIGINT, year, letters, "--jobs", jobs, "--json")
    stdout, stderr = process.communicate(timeout=60)
    ended = time.monotonic()
    end_of(process)
    assert process.returncode == 130
    sent = next(line for line in stderr.splitlines() if re.fullmatch(r"\d+\.\d+", line))
    assert ended - float(sent) < 1
    record = json.loads(stdout)
    there = len(list(letters.glob("*.pdf")))
    assert 0 < there < 30
    assert record["made"] in (there, there - 1)  # it may be stopped before it counts the last
    assert record["failed"] == 30 - record["made"]
    assert stderr.splitlines()[-2] == (
        f"Stopped; {record['made']} of 30 letters are in {letters}, each whole. "
        "Run the command again to make the rest."
    )
    assert "Traceback" not in stderr
    assert not list(letters.glob(".*"))
    assert len(_entries(letters)) == there
    code, stdout, _ = finished(year, *GENERATE, "--out", letters)
    assert code == 0
    assert stdout.startswith(f"30 letters ({30 - there} made, {there} unchanged) in ")
    assert contents(letters) == expected


# ---- run again


def test_what_is_there_as_it_would_be_made_is_left(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "_render", None)  # it would be a fault to call it
    before = contents(folder)
    result = run(*GENERATE)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("3 letters (0 made, 3 unchanged) in ")
    assert result.stderr == SPECIMEN
    assert contents(folder) == before


def test_one_corrected_decision_makes_the_letters_of_that_type_again(
    folder: Path, own_files: Path
) -> None:
    changed = DECISIONS.replace("2019-05-02,Not upheld", "2019-05-02,Upheld")
    (own_files / "decisions.csv").write_text(changed, encoding="utf-8")
    assert _made_again(folder) == {BROMLEY, BROMSGROVE}
    assert _made_again(folder) == set()


def test_another_version_makes_all_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lgo_letters.letter.letter.__version__", "9.9.9")
    assert len(_made_again(folder)) == 3


def test_force_makes_all_again(folder: Path) -> None:
    assert len(_made_again(folder, "--force")) == 3


def test_a_letter_that_is_not_as_it_was_made_is_made_again_and_named(folder: Path) -> None:
    before = contents(folder)
    (folder / BROMLEY).write_bytes(b"%PDF-1.7 of another hand")
    (folder / PEAK_DISTRICT).unlink()
    result = run(*GENERATE)
    assert result.stdout.startswith("3 letters (2 made, 1 unchanged) in ")
    assert result.stderr.splitlines()[-2] == (
        "Changed since it was made, and now made again: Bromley District Council."
    )
    assert contents(folder) == before


def test_with_authority_letters_that_would_now_be_different_are_counted(
    folder: Path, own_files: Path
) -> None:
    changed = DECISIONS.replace("2019-05-02,Not upheld", "2019-05-02,Upheld")
    (own_files / "decisions.csv").write_text(changed, encoding="utf-8")
    result = run(*GENERATE, "--authority", "bromley")
    assert "1 other letter in letters/2020 would now be different" in (
        result.stderr.replace("\\", "/")
    )
    assert _made_again(folder, "--authority", "peak") == set()
    assert len(_entries(folder)) == 3
    assert _made_again(folder) == {BROMSGROVE}


def test_a_letter_of_an_authority_no_longer_listed_is_forgotten_once_it_is_deleted(
    folder: Path, own_files: Path
) -> None:
    table = own_files / "authorities.csv"
    table.write_text("\n".join(table.read_text(encoding="utf-8").splitlines()[:3]))
    for _ in range(2):
        assert "no longer get one: Peak District" in run(*GENERATE).stderr
        assert len(_entries(folder)) == 3
    (folder / PEAK_DISTRICT).unlink()
    assert run(*GENERATE).stderr == SPECIMEN
    assert len(_entries(folder)) == 2


def test_an_authority_renamed_to_the_same_file_has_one_letter(
    folder: Path, own_files: Path
) -> None:
    for table in ("authorities.csv", "decisions.csv"):
        text = (own_files / table).read_text(encoding="utf-8")
        renamed = text.replace("Peak District National", "Peak-District National")
        (own_files / table).write_text(renamed, encoding="utf-8")
    assert _made_again(folder) == {PEAK_DISTRICT}
    assert [entry["authority"] for entry in _entries(folder)][2:] == [
        "Peak-District National Park Authority"
    ]


# ---- the journal


def test_the_lines_of_a_journal_are_independent_of_one_another(
    own_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head, first, second, third = stopped_run(own_files / "x", monkeypatch)
    rubbish = b"\0" * 40 + b"\n[]\n" + b'{"file": "../x", "sha256": "", "authority": ""}\n'
    for journal, left in {
        head + first + second + third: 3,
        head + first + second + third[:-1]: 2,  # torn
        head + first[:30] + b"\n" + second + third: 2,
        head + rubbish + first: 1,
        head: 0,
    }.items():
        letters = own_files / f"x{left}-{len(journal)}"
        shutil.copytree(own_files / "x", letters)
        (letters / JOURNAL).write_bytes(journal)
        result = run(*GENERATE, "--out", letters)
        assert result.exit_code == 0, result.stderr
        assert f"({3 - left} made, {left} unchanged" in result.stdout
        assert "Changed" not in result.stderr
        assert not (letters / JOURNAL).exists()
    # Whose letters these are nobody knows: the first line is on the disk before there is any.
    for number, journal in enumerate([rubbish + first + second, head[:5], b""]):
        letters = own_files / f"unknown-{number}"
        shutil.copytree(own_files / "x", letters)
        (letters / JOURNAL).write_bytes(journal)
        before = contents(letters)
        result = run(*GENERATE, "--out", letters)
        assert result.exit_code == 5
        assert f"{BROMSGROVE} and 2 more would be overwritten" in result.stderr
        before.pop(JOURNAL) if not journal else None
        assert contents(letters) == before


def test_after_a_power_cut_only_files_with_their_recorded_digest_are_trusted(
    own_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, line, *_ = stopped_run(own_files / "x", monkeypatch)
    first = json.loads(line)
    lost = own_files / "x" / first["file"]
    whole = lost.read_bytes()
    lost.write_bytes(bytes(len(whole)))
    result = run(*GENERATE, "--out", "x")
    assert f"now made again: {first['authority']}." in result.stderr
    assert lost.read_bytes() == whole


def test_a_killed_run_of_the_example_is_not_mixed_with_own_letters(
    own_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = stopped_run(own_files / "x", monkeypatch)
    lines[0] = lines[0].replace(b"false", b"true")
    (own_files / "x" / JOURNAL).write_bytes(b"".join(lines))
    before = contents(own_files / "x")
    result = run(*GENERATE, "--out", "x")
    assert result.exit_code == 5
    assert "x holds letters for 2020, made from the example; move it away" in result.stderr
    assert contents(own_files / "x") == before


def test_leftovers_of_a_killed_run_alone_are_removed(folder: Path) -> None:
    others = [".lgo-letters-x.part", "lgo-letters-abcdefgh.part", ".bromley.pdf.part"]
    for name in (*others, ".lgo-letters-4567-12.part"):
        (folder / name).touch()
    assert run(*GENERATE).exit_code == 0
    assert {file.name for file in folder.glob("*.part")} | {
        file.name for file in folder.glob(".*")
    } == set(others)


# ---- two at once


@needs_signals
def test_a_second_run_in_the_same_folder_is_refused(
    reference: tuple[Path, dict[str, bytes], float], tmp_path: Path
) -> None:
    year, expected, _ = reference
    letters = tmp_path / "letters"
    first = stopped_at(30, year, letters)
    code, stdout, stderr = finished(year, *GENERATE, "--out", letters)
    first.send_signal(signal.SIGCONT)
    assert (code, stdout) == (5, "")
    assert stderr == (
        f"Error: Another run of lgo-letters is writing to {letters}; wait until it has finished, "
        "or choose another folder with --out.\n"
    )
    end_of(first)
    assert first.returncode == 0
    assert contents(letters) == expected


def test_a_journal_that_is_removed_before_it_is_locked_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / JOURNAL
    lock = files._lock
    locked: list[int] = []

    def late(descriptor: int) -> None:
        if not locked and sys.platform != "win32":
            file.unlink()
        lock(descriptor)
        locked.append(descriptor)

    monkeypatch.setattr(files, "_lock", late)
    descriptor = open_locked(file)
    assert descriptor is not None
    assert os.path.samestat(os.fstat(descriptor), file.stat())
    assert open_locked(file) is None
    os.close(descriptor)


# ---- what the operating system refuses


@pytest.mark.parametrize("at", ["record", "letter", "second letter", "journal", "manifest"])
def test_a_full_disk_is_one_sentence_and_the_next_run_goes_on(
    at: str, own_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(*GENERATE, "--out", "expected").exit_code == 0
    letters = own_files / "x"
    with monkeypatch.context() as patched:
        _fill_disk(patched, at)
        result = run(*GENERATE, "--out", letters, "--json")
    assert result.exit_code == 5
    (sentence,) = (line for line in result.stderr.splitlines() if "%" not in line)
    assert "cannot be written (no space left on device); fix that, " in sentence
    made = len(list(letters.glob("*.pdf")))
    assert made == {"record": 0, "letter": 0, "second letter": 1, "journal": 1, "manifest": 3}[at]
    record = json.loads(result.stdout)
    assert (record["letters"], record["made"], record["failed"]) == (3, made, 3 - made)
    assert not list(letters.glob("*.part")) + list(letters.glob(".*.part"))
    result = run(*GENERATE, "--out", letters)
    assert result.stdout.startswith(f"3 letters ({3 - made} made, {made} unchanged) in ")
    assert contents(letters) == contents(own_files / "expected")


def _fill_disk(patched: pytest.MonkeyPatch, at: str) -> None:
    """From that moment on, nothing has room."""
    begins, times = {
        "letter": (b"%PDF", 1),
        "second letter": (b"%PDF", 2),
        "journal": (b'{"authority"', 2),
        "record": (b'{\n "authorities"', 1),
        "manifest": (b'{\n "lgo_letters"', 1),
    }[at]
    write, met = os.write, [0]

    def limited_write(descriptor: int, content: bytes) -> int:
        met[0] += content.startswith(begins) or met[0] >= times
        if met[0] == times:
            return write(descriptor, content[:20])  # what the last block has room for
        if met[0] > times:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, content)

    patched.setattr(os, "write", limited_write)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_file_that_may_not_grow_so_large_leaves_no_litter(own_files: Path, jobs: str) -> None:
    import resource

    def limit() -> None:
        bytes_ = 60_000  # more than the record has, and less than a letter
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_, bytes_))

    code, _, stderr = finished(own_files, *GENERATE, "--jobs", jobs, preexec_fn=limit)
    assert code == 5
    assert "cannot be written (file too large)" in stderr.splitlines()[-1]
    assert list((own_files / "letters" / "2020").iterdir()) == []


def _file_in_place_of_the_folder(path: Path) -> None:
    path.parent.touch()


def _folder_in_place_of_the_journal(path: Path) -> None:
    (path / JOURNAL).mkdir(parents=True)


@pytest.mark.parametrize(
    "prepare",
    [_file_in_place_of_the_folder, _folder_in_place_of_the_journal],
)
def test_a_place_that_cannot_be_written_is_one_sentence(
    own_files: Path, prepare: Callable[[Path], None]
) -> None:
    path = own_files / "x" / "y"
    prepare(path)
    result = run(*GENERATE, "--out", path)
    assert result.exit_code == 5
    assert re.match(r"Error: .* cannot be written \(.*\); fix", result.stderr.splitlines()[-1])
    assert not list(own_files.rglob("*.part"))


def test_a_folder_that_comes_into_the_way_of_one_letter_stops_no_other_for_good(
    own_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        begin = Record.begin

        def late(record: Record) -> None:
            begin(record)
            (own_files / "x" / BROMLEY).mkdir()

        patched.setattr(Record, "begin", late)
        result = run(*GENERATE, "--out", "x")
    assert result.exit_code == 5
    assert f"{BROMLEY} cannot be written (is a directory)" in result.stderr
    assert {file.name for file in (own_files / "x").iterdir()} == {
        PEAK_DISTRICT, BROMLEY, "manifest.json", "record", "statistics.csv",
    }  # fmt: skip
    assert [entry["file"] for entry in _entries(own_files / "x")] == [PEAK_DISTRICT]
    (own_files / "x" / BROMLEY).rmdir()
    result = run(*GENERATE, "--out", "x")
    assert result.stdout.startswith("3 letters (2 made, 1 unchanged)")


def test_a_record_of_a_run_that_wrote_nothing_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), open_record(tmp_path, Plan(ABOUT, list, [], [])):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []
