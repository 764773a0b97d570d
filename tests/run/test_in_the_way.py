"""What lies in a folder of letters already: inputs and what no run has written stay as they are."""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lgo_letters.run import files
from lgo_letters.run.journal import JOURNAL
from tests.support.commands import AUTHORITIES, BROMLEY, DECISIONS, HEADER, run
from tests.support.paths import EDITION
from tests.support.processes import GENERATE, contents, start

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other files")


def _everything(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


# ---- inputs


def _itself(file: Path) -> Path:
    return file


def _other_spelling(file: Path) -> Path:
    return file.parent / ".." / file.parent.name / file.name


def _symbolic_link(file: Path) -> Path:
    link = Path("link.csv")
    link.symlink_to(file)
    return link


def _hard_link(file: Path) -> Path:
    link = Path("link.csv")
    link.hardlink_to(file)
    return link


@POSIX
@pytest.mark.parametrize("named", [_itself, _other_spelling, _symbolic_link, _hard_link])
@pytest.mark.parametrize("option", ["--decisions", "--authorities"])
def test_a_run_replaces_none_of_its_inputs_by_whatever_name_they_go(
    own_files: Path, option: str, named: Callable[[Path], Path]
) -> None:
    assert run(*GENERATE, "--out", "x").exit_code == 0
    content = DECISIONS if option == "--decisions" else AUTHORITIES
    (own_files / "x" / "statistics.csv").write_text(content, encoding="utf-8")
    before = _everything(own_files)
    result = run(*GENERATE, "--out", "x", option, named(Path("x") / "statistics.csv"), "--force")
    assert result.exit_code == 2
    assert result.stderr == (
        f"Error: {Path('x/statistics.csv')} is an input and would be overwritten; choose another "
        "folder with --out.\n"
    )
    Path("link.csv").unlink(missing_ok=True)
    assert _everything(own_files) == before


def test_a_run_in_the_folder_of_its_decisions_does_not_replace_them(own_files: Path) -> None:
    (own_files / "decisions.csv").rename(own_files / "statistics.csv")
    result = run(*GENERATE, "--decisions", "statistics.csv", "--out", ".")
    assert result.exit_code == 2
    assert (own_files / "statistics.csv").read_text(encoding="utf-8") == DECISIONS
    assert {file.name for file in own_files.iterdir()} == {"authorities.csv", "statistics.csv"}


def test_a_run_replaces_no_file_of_its_edition(own_files: Path) -> None:
    edition = Path(shutil.copytree(EDITION, own_files / "mine"))
    (edition / "signature.png").rename(edition / "statistics.csv")
    settings = (edition / "edition.toml").read_text(encoding="utf-8")
    settings = settings.replace("signature.png", "statistics.csv")
    (edition / "edition.toml").write_text(settings, encoding="utf-8")
    before = _everything(own_files)
    result = run(*GENERATE, "--edition", edition, "--out", edition)
    assert result.exit_code == 2
    assert "statistics.csv is an input" in result.stderr
    assert _everything(own_files) == before


@POSIX
def test_the_journal_is_no_input_either(own_files: Path) -> None:
    (own_files / "x").mkdir()
    (own_files / "x" / JOURNAL).hardlink_to(own_files / "decisions.csv")
    result = run(*GENERATE, "--out", "x")
    assert result.exit_code == 2
    assert (own_files / "decisions.csv").read_text(encoding="utf-8") == DECISIONS


# ---- what no run has written


@pytest.mark.parametrize("name", ["statistics.csv", BROMLEY])
def test_a_file_that_no_run_has_written_is_not_replaced(own_files: Path, name: str) -> None:
    (own_files / "x").mkdir()
    (own_files / "x" / name).write_text("mine")
    result = run(*GENERATE, "--out", "x", "--force")
    assert result.exit_code == 5
    assert result.stderr == (
        f"Error: {Path('x') / name} would be overwritten, and no run of lgo-letters has recorded "
        "writing it; move it away, or choose another folder with --out.\n"
    )
    assert contents(own_files / "x") == {name: b"mine"}


def test_a_letter_that_the_manifest_does_not_name_is_not_replaced(own_files: Path) -> None:
    assert run(*GENERATE, "--out", "x", "--authority", "bromsgrove").exit_code == 0
    (own_files / "x" / BROMLEY).write_text("mine")
    assert run(*GENERATE, "--out", "x").exit_code == 5
    assert (own_files / "x" / BROMLEY).read_text() == "mine"
    assert run(*GENERATE, "--out", "x", "--authority", "peak").exit_code == 0


@POSIX
@pytest.mark.parametrize("name", ["statistics.csv", "manifest.json", BROMLEY, JOURNAL])
@pytest.mark.parametrize("kind", ["link", "broken link", "folder", "pipe"])
def test_what_is_not_an_ordinary_file_is_neither_replaced_nor_waited_for(
    own_files: Path, kind: str, name: str
) -> None:
    assert run(*GENERATE, "--out", "x").exit_code == 0
    file = own_files / "x" / name
    if name != JOURNAL:
        file.rename(own_files / "moved")
    if kind == "pipe":
        os.mkfifo(file)
    elif kind == "folder":
        file.mkdir()
    else:
        file.symlink_to(own_files / ("moved" if kind == "link" and name != JOURNAL else "nowhere"))
    before = _everything(own_files)
    command = [*GENERATE, "--out", "x", "--force", "--jobs", "1"]
    if kind == "pipe":  # which might be waited for
        process = start(own_files, *command)
        _, stderr = process.communicate(timeout=60)
        code = process.returncode
    else:
        result = run(*command)
        code, stderr = result.exit_code, result.stderr
    assert code == 5, stderr
    assert name in stderr
    assert "choose another" in stderr
    assert _everything(own_files) == before
    assert stat.S_IFMT(file.lstat().st_mode) == {
        "pipe": stat.S_IFIFO, "folder": stat.S_IFDIR
    }.get(kind, stat.S_IFLNK)  # fmt: skip


@POSIX
def test_a_pipe_in_the_place_of_a_letter_that_is_not_asked_for_is_left(own_files: Path) -> None:
    assert run(*GENERATE, "--out", "x").exit_code == 0
    (own_files / "x" / BROMLEY).unlink()
    os.mkfifo(own_files / "x" / BROMLEY)
    (own_files / "authorities.csv").write_text("\n".join(AUTHORITIES.splitlines()[:2]))
    (own_files / "decisions.csv").write_text(HEADER)
    process = start(own_files, *GENERATE, "--out", "x", "--jobs", "1")
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 0, stderr
    assert (own_files / "x" / BROMLEY).is_fifo()


@pytest.mark.parametrize("file", ["../secret.pdf", "..", "", "a/b.pdf", "a\0b.pdf"])
def test_a_manifest_with_a_name_that_leads_elsewhere_is_not_followed(
    own_files: Path, file: str
) -> None:
    assert run(*GENERATE, "--out", "x").exit_code == 0
    manifest = json.loads((own_files / "x/manifest.json").read_bytes())
    manifest["letters"][0]["file"] = file
    (own_files / "x/manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    result = run(*GENERATE, "--out", "x")
    assert result.exit_code == 5
    assert "is not a manifest that lgo-letters wrote" in result.stderr


# ---- a preview


def test_a_preview_replaces_an_earlier_one(own_files: Path) -> None:
    for _ in range(2):
        assert run("preview", "bromley", "--year", "2020", "--png").exit_code == 0
    assert (own_files / BROMLEY).read_bytes().startswith(b"%PDF")


@POSIX
@pytest.mark.parametrize("name", ["letter.pdf", "letter-2.png"])
def test_a_preview_and_its_pictures_replace_neither_input_nor_link(
    own_files: Path, name: str
) -> None:
    command = ["preview", "bromley", "--year", "2020", "--png", "--out", "letter.pdf"]
    for make, what in {
        Path.hardlink_to: "is an input",
        Path.symlink_to: "is an input",
        _link_to_another: "is not an ordinary file",
    }.items():
        make(own_files / name, own_files / "decisions.csv")
        before = _everything(own_files)
        result = run(*command)
        assert result.exit_code == 2
        assert f"{name} {what}" in result.stderr
        assert _everything(own_files) == before
        (own_files / name).unlink()


def _link_to_another(link: Path, _: Path) -> None:
    link.with_name("another").write_text("another")
    link.symlink_to(link.with_name("another"))


# ---- the journal and temporary files


@POSIX
def test_a_journal_that_others_could_read_is_made_private(tmp_path: Path) -> None:
    (tmp_path / JOURNAL).touch()
    (tmp_path / JOURNAL).chmod(0o666)
    for journal in (JOURNAL, "new"):
        descriptor = files.open_locked(tmp_path / journal)
        assert descriptor is not None
        assert stat.S_IMODE(os.fstat(descriptor).st_mode) == 0o600
        os.close(descriptor)


@POSIX
def test_a_journal_that_is_a_link_is_not_followed(own_files: Path) -> None:
    (own_files / "x").mkdir()
    (own_files / "mine").write_text("mine")
    (own_files / "x" / JOURNAL).symlink_to(own_files / "mine")
    result = run(*GENERATE, "--out", "x")
    assert result.exit_code == 5
    assert (own_files / "mine").read_text() == "mine"


def test_a_temporary_file_takes_no_name_that_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = tmp_path / f".lgo-letters-{os.getpid()}-7.part"
    taken.write_text("another's")
    monkeypatch.setattr(files, "_numbers", iter([7, 8]))
    with files.part_in(tmp_path, b"mine") as part:
        assert part.read_bytes() == b"mine"
        assert part.name.endswith("-8.part")
    assert taken.read_text() == "another's"
