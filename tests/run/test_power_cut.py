"""What a power cut can take, and what the next run makes of what is left.

Nothing can be cut here: what is flushed is recorded, and what is lost is made so by hand.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from lgo_letters.run.journal import JOURNAL
from tests.support.commands import BROMLEY, BROMSGROVE, PEAK_DISTRICT, run, stopped_run
from tests.support.processes import GENERATE, contents


class Disk:
    """What a run writes, flushes, names and removes, in its order."""

    def __init__(self, patched: pytest.MonkeyPatch) -> None:
        self.events: list[tuple[str, Any]] = []
        write, fsync, replace, unlink = os.write, os.fsync, os.replace, os.unlink

        def recorded_write(descriptor: int, content: bytes) -> int:
            self.events.append(("write", os.fstat(descriptor).st_ino))
            return write(descriptor, content)

        def recorded_fsync(descriptor: int) -> None:
            fsync(descriptor)
            self.events.append(("flush", os.fstat(descriptor).st_ino))

        def recorded_replace(old: Any, new: Any) -> None:
            replace(old, new)
            self.events.append(("name", Path(new).name))

        def recorded_unlink(file: Any, **options: Any) -> None:
            unlink(file, **options)
            self.events.append(("remove", Path(file).name))

        for name, recorded in {
            "write": recorded_write, "fsync": recorded_fsync,
            "replace": recorded_replace, "unlink": recorded_unlink,
        }.items():  # fmt: skip
            patched.setattr(os, name, recorded)

    def first(self, kind: str) -> int:
        """When such a thing was done first."""
        return next(at for at, event in enumerate(self.events) if event[0] == kind)

    def last(self, kind: str, what: object) -> int:
        """When that was done last; -1 where it was not."""
        return max(
            (at for at, event in enumerate(self.events) if event == (kind, what)), default=-1
        )

    def is_flushed_between(self, what: int, after: int, before: int) -> bool:
        """Whether a file or a folder was flushed after one event and before another."""
        return ("flush", what) in self.events[after + 1 : before]


def _run_on(disk: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    with monkeypatch.context() as patched:
        recorded = Disk(patched)
        assert run(*GENERATE, "--out", disk).exit_code == 0
    return recorded


def _check_flushed(disk: Disk, folder: Path, written: set[str]) -> None:
    """That the manifest got its name when all that it names was flushed, and was flushed itself."""
    named = disk.last("name", "manifest.json")
    own = folder.stat().st_ino
    for name in written:
        number = (folder / name).stat().st_ino
        assert disk.is_flushed_between(number, disk.last("write", number), named), name
        assert disk.is_flushed_between(own, disk.last("name", name), named), name
    manifest = (folder / "manifest.json").stat().st_ino
    assert disk.is_flushed_between(manifest, disk.last("write", manifest), named)
    removed = disk.last("remove", JOURNAL)
    assert removed > named
    assert disk.is_flushed_between(own, named, removed)


EVERYTHING = {BROMLEY, BROMSGROVE, PEAK_DISTRICT, "statistics.csv"}


def test_all_that_a_manifest_names_is_flushed_before_it_and_the_folder_too(
    own_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = own_files / "x"
    disk = _run_on(folder, monkeypatch)
    _check_flushed(disk, folder, EVERYTHING)
    assert disk.is_flushed_between(own_files.stat().st_ino, -1, disk.last("name", BROMLEY))


def test_letters_of_a_run_that_was_killed_are_flushed_by_the_next(
    own_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = own_files / "x"
    stopped_run(folder, monkeypatch)
    _check_flushed(_run_on(folder, monkeypatch), folder, EVERYTHING)


def test_letters_are_flushed_as_a_long_run_goes_on(
    own_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lgo_letters.run.record._FLUSHED_AT_ONCE", 2)
    folder = own_files / "x"
    disk = _run_on(folder, monkeypatch)
    _check_flushed(disk, folder, EVERYTHING)
    letters = [
        at for at, (kind, what) in enumerate(disk.events) if kind == "name" and what in EVERYTHING
    ]
    numbers = {(folder / name).stat().st_ino for name in EVERYTHING}
    flushed = {what for kind, what in disk.events[letters[1] : letters[2]] if kind == "flush"}
    assert len(numbers & flushed) == 2


def test_which_files_a_run_may_write_is_on_the_disk_before_any_is(
    own_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = own_files / "x"
    head, *_ = stopped_run(folder, monkeypatch)
    assert sorted(json.loads(head)["files"]) == sorted(EVERYTHING)
    for name in contents(folder):
        (folder / name).unlink()
    disk = _run_on(folder, monkeypatch)
    _, journal = disk.events[written := disk.first("write")]
    first = disk.first("name")
    assert disk.is_flushed_between(journal, written, first)
    assert disk.is_flushed_between(folder.stat().st_ino, written, first)


def test_letters_of_which_the_journal_was_lost_are_made_again(
    own_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = own_files / "x"
    head, *_ = stopped_run(folder, monkeypatch)
    whole = {name: content for name, content in contents(folder).items() if name != JOURNAL}
    for lost in (b"", bytes(4000)):
        for name in whole:
            (folder / name).write_bytes(lost)
        (folder / JOURNAL).write_bytes(head + lost)
        result = run(*GENERATE, "--out", folder)
        assert result.exit_code == 0, result.stderr
        assert "(3 made, 0 unchanged" in result.stdout
        assert {name: (folder / name).read_bytes() for name in whole} == whole
        for name in contents(folder):
            (folder / name).unlink()
        assert head == stopped_run(folder, monkeypatch)[0]


def test_no_manifest_names_a_letter_that_was_lost(
    own_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = own_files / "x"
    stopped_run(folder, monkeypatch)
    (folder / BROMLEY).write_bytes(b"")
    assert run(*GENERATE, "--out", folder, "--authority", "peak").exit_code == 0
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert [letter["file"] for letter in manifest["letters"]] == [BROMSGROVE, PEAK_DISTRICT]
    assert not (folder / BROMLEY).exists()
    assert run(*GENERATE, "--out", folder).exit_code == 0
    assert run(*GENERATE, "--out", "expected").exit_code == 0
    assert contents(folder) == contents(own_files / "expected")


def test_a_lost_letter_that_is_not_asked_for_is_counted(
    own_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = own_files / "x"
    assert run(*GENERATE, "--out", folder).exit_code == 0
    whole = contents(folder)
    head = json.dumps({"year": 2020, "example": False, "files": [BROMLEY, BROMSGROVE]})
    (folder / JOURNAL).write_text(f"{head}\n", encoding="utf-8")
    (folder / BROMLEY).write_bytes(b"")
    result = run(*GENERATE, "--out", folder, "--authority", "peak")
    assert "1 other letter in " in result.stderr
    result = run(*GENERATE, "--out", folder)
    assert "now made again: Bromley District Council." in result.stderr
    assert contents(folder) == whole


def test_an_older_letter_stays_known_where_the_new_one_did_not_get_its_name(
    own_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = own_files / "x"
    assert run(*GENERATE, "--out", folder).exit_code == 0
    entry = json.loads((folder / "manifest.json").read_bytes())["letters"][1]
    older = contents(folder)
    head = json.dumps({"year": 2020, "example": False, "files": []})
    lines = [json.dumps({**entry, "sha256": digest}) for digest in ("a", "b")]
    (folder / JOURNAL).write_text("\n".join([head, *lines, ""]), encoding="utf-8")
    result = run(*GENERATE, "--out", folder)
    assert result.exit_code == 0
    assert "made again" not in result.stderr
    assert "(0 made, 3 unchanged" in result.stdout
    assert contents(folder) == older


def test_a_journal_of_version_0_1_0_is_understood(
    own_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = own_files / "x"
    _, *lines = stopped_run(folder, monkeypatch)
    (folder / "statistics.csv").write_text("of a run that was killed before its manifest")
    (folder / JOURNAL).write_bytes(b'{"year": 2020, "example": false}\n' + b"".join(lines))
    result = run(*GENERATE, "--out", folder)
    assert result.exit_code == 0, result.stderr
    assert "(0 made, 3 unchanged" in result.stdout
