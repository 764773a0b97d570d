"""The site as a folder: whole or not at all, for its owner alone, the same for the same inputs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lgo_letters.errors import WriteError
from lgo_letters.run.files import close_locked, open_locked
from lgo_letters.site import write
from lgo_letters.site.write import new_site, write_file

NOT_WINDOWS = pytest.mark.skipif(sys.platform == "win32", reason="needs the modes of POSIX")


def put(out: Path, **contents: str) -> None:
    """Writes a site of files whose names are words, under a folder; only ASCII will do."""
    with new_site(out, {"years": [2020]}) as folder:
        for name, content in contents.items():
            write_file(folder / "pages" / name, content.encode("ascii"))


def contents(out: Path) -> dict[str, str]:
    return {file.name: file.read_text(encoding="utf-8") for file in (out / "pages").iterdir()}


def test_a_new_site_replaces_the_old_one_as_a_whole(tmp_path: Path) -> None:
    put(tmp_path / "site", one="1", two="2")
    put(tmp_path / "site", two="3")
    assert contents(tmp_path / "site") == {"two": "3"}
    assert [file.name for file in tmp_path.iterdir()] == ["site"]


def test_it_is_also_replaced_where_folders_cannot_be_exchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "_exchange", lambda *_: False)
    put(tmp_path / "site", one="1")
    put(tmp_path / "site", one="2")
    assert contents(tmp_path / "site") == {"one": "2"}
    assert [file.name for file in tmp_path.iterdir()] == ["site"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems may do it in two steps")
def test_folders_are_exchanged_in_one_step(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    assert write._exchange(tmp_path / "one", tmp_path / "two")
    assert (tmp_path / "one" / "two").exists()
    assert (tmp_path / "two" / "one").exists()


def test_the_record_has_the_digest_of_every_file(tmp_path: Path) -> None:
    put(tmp_path / "site", one="1")
    record = json.loads((tmp_path / "site" / "site.json").read_text(encoding="utf-8"))
    # sha256sum of the character 1
    digest = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"
    assert record == {"years": [2020], "files": {"pages/one": digest}}


@NOT_WINDOWS
def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        put(tmp_path / "new" / "site", one="1")
    finally:
        os.umask(before)
    for path in (tmp_path / "new" / "site").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
    assert (tmp_path / "new" / "site").stat().st_mode & 0o077 == 0


def test_where_something_goes_wrong_the_old_site_stays(tmp_path: Path) -> None:
    put(tmp_path / "site", one="1")
    with pytest.raises(UnicodeEncodeError):
        put(tmp_path / "site", two="2", three="\N{EURO SIGN}")
    assert contents(tmp_path / "site") == {"one": "1"}
    assert [file.name for file in tmp_path.iterdir()] == ["site"]


KILLED = """
import os, signal, sys
from pathlib import Path
from lgo_letters.site.write import new_site, write_file
with new_site(Path(sys.argv[1]), {"years": [2020]}) as folder:
    write_file(folder / "pages" / "two", b"2")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@NOT_WINDOWS
def test_a_run_that_is_killed_leaves_the_old_site_and_nothing_that_stays(tmp_path: Path) -> None:
    put(tmp_path / "site", one="1")
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "site")], check=False)
    assert done.returncode == -signal.SIGKILL
    assert contents(tmp_path / "site") == {"one": "1"}
    put(tmp_path / "site", two="3")
    assert contents(tmp_path / "site") == {"two": "3"}
    assert [file.name for file in tmp_path.iterdir()] == ["site"]


def test_a_folder_that_is_not_a_site_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(WriteError, match="is not a site that lgo-letters wrote"):
        put(tmp_path / "mine", one="1")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_an_empty_folder_may_become_a_site(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    put(tmp_path / "empty", one="1")
    assert contents(tmp_path / "empty") == {"one": "1"}


def test_a_file_that_somebody_put_into_the_site_is_not_lost(tmp_path: Path) -> None:
    put(tmp_path / "site", one="1")
    (tmp_path / "site" / "pages" / "mine").touch()
    with pytest.raises(WriteError, match=r"mine would be lost, as lgo-letters did not write it"):
        put(tmp_path / "site", one="2")
    assert contents(tmp_path / "site") == {"one": "1", "mine": ""}


@NOT_WINDOWS
def test_a_link_is_not_followed(tmp_path: Path) -> None:
    put(tmp_path / "site", one="1")
    (tmp_path / "link").symlink_to(tmp_path / "site")
    with pytest.raises(WriteError, match="is not a site"):
        put(tmp_path / "link", one="2")
    assert contents(tmp_path / "site") == {"one": "1"}


@pytest.mark.parametrize("record", ["", "[]", "{}", '{"files": 1}', "[" * 100_000])
def test_a_record_that_is_none_is_refused(record: str, tmp_path: Path) -> None:
    put(tmp_path / "site", one="1")
    (tmp_path / "site" / "site.json").write_text(record)
    with pytest.raises(WriteError, match="is not a site that lgo-letters wrote"):
        put(tmp_path / "site", one="2")


def test_two_runs_do_not_write_one_site_at_once(tmp_path: Path) -> None:
    lock = tmp_path / ".lgo-letters-site.lock"
    descriptor = open_locked(lock)
    assert descriptor is not None
    try:
        with pytest.raises(WriteError, match="Another run is writing"):
            put(tmp_path / "site", one="1")
    finally:
        close_locked(descriptor, lock, remove=True)
    assert not (tmp_path / "site").exists()
