"""The release: what was looked at goes out, whole, for everybody, and not before its time."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lgo_letters.edition.settings import Settings
from lgo_letters.errors import SiteError, UsageError, WriteError
from lgo_letters.site import write
from lgo_letters.site.release import release_moment, release_site
from lgo_letters.site.write import new_site, write_file
from tests.support.commands import run
from tests.support.editions import change, problems, read_edition
from tests.support.paths import EDITION
from tests.support.site import files

NOT_WINDOWS = pytest.mark.skipif(sys.platform == "win32", reason="needs the modes of POSIX")
ABOUT = {"draft": False, "example": False, "release": "2020-07-29T09:00:00+01:00"}
NINE_IN_LONDON = datetime(2020, 7, 29, 8, 0, tzinfo=UTC)  # summer time is an hour ahead
A_SECOND_BEFORE = datetime(2020, 7, 29, 7, 59, 59, tzinfo=UTC)


def put(out: Path, content: str = "new", **about: object) -> Path:
    with new_site(out, {**ABOUT, **about}) as folder:
        write_file(folder / "index.html", content.encode())
        write_file(folder / "letters/2020/one.pdf", b"%PDF")
    return out


def release(site: Path, to: Path, now: datetime = NINE_IN_LONDON) -> None:
    release_site(site, to, now)


def refusal(site: Path, to: Path, now: datetime = NINE_IN_LONDON) -> str:
    with pytest.raises(SiteError) as refused:
        release(site, to, now)
    assert not to.exists()
    return str(refused.value).replace(str(site), "site").replace("\\", "/")


@NOT_WINDOWS
def test_everybody_can_read_the_copy_and_the_owner_alone_the_site(tmp_path: Path) -> None:
    site, to = put(tmp_path / "site"), tmp_path / "www"
    before = os.umask(0o077)
    try:
        release(site, to)
    finally:
        os.umask(before)
    assert files(to) == files(site)
    modes = {path.stat().st_mode & 0o777 for path in to.rglob("*") if path.is_file()}
    folders = {path.stat().st_mode & 0o777 for path in [to, *to.rglob("*")] if path.is_dir()}
    assert (modes, folders) == ({0o644}, {0o755})
    assert site.stat().st_mode & 0o777 == 0o700


def test_it_replaces_an_older_site_as_a_whole(tmp_path: Path) -> None:
    site, to = put(tmp_path / "site"), put(tmp_path / "www", "old")
    release(site, to)
    assert files(to) == files(site)
    assert {path.name for path in tmp_path.iterdir()} == {"site", "www"}


def test_a_folder_that_is_no_site_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "other.html").touch()
    with pytest.raises(WriteError, match="choose another folder with --to"):
        release(put(tmp_path / "site"), tmp_path / "www")
    assert [*files(tmp_path / "www")] == ["other.html"]


def test_it_goes_out_at_its_moment_and_not_a_second_before(tmp_path: Path) -> None:
    site = put(tmp_path / "site")
    assert refusal(site, tmp_path / "www", A_SECOND_BEFORE) == (
        "site may not be released before 09:00 on 29 July 2020 (UTC+01:00), as its edition says; "
        "wait until then."
    )
    release(site, tmp_path / "www", NINE_IN_LONDON)


def test_a_draft_and_the_example_are_not_released(tmp_path: Path) -> None:
    assert "site is a draft" in refusal(put(tmp_path / "site", draft=True), tmp_path / "www")
    assert "invented" in refusal(put(tmp_path / "site", example=True), tmp_path / "www")


def test_what_was_looked_at_is_what_goes_out(tmp_path: Path) -> None:
    site, to = put(tmp_path / "site"), tmp_path / "www"
    page, letter = site / "index.html", site / "letters/2020/one.pdf"
    page.write_text("newer", encoding="utf-8")
    assert refusal(site, to) == (
        "The site is not as it was written: site/index.html was changed; write the site again, "
        "and look at it before it is released."
    )
    page.write_text("new", encoding="utf-8")
    (site / "more.html").touch()
    assert "site/more.html does not belong to it" in refusal(site, to)
    (site / "more.html").unlink()
    (site / ".DS_Store").touch()  # which a look at the folder may leave there
    release(site, to)
    assert not (to / ".DS_Store").exists()
    shutil.rmtree(to)
    letter.unlink()
    assert "site/letters/2020/one.pdf is missing" in refusal(site, to)


def test_no_file_outside_the_site_is_copied(tmp_path: Path) -> None:
    site = put(tmp_path / "site")
    (tmp_path / "secret").touch()
    record = json.loads((site / "site.json").read_bytes())
    record["files"]["../secret"] = (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
    (site / "site.json").write_text(json.dumps(record), encoding="utf-8")
    assert "secret is missing" in refusal(site, tmp_path / "www")


@pytest.mark.parametrize("to", ["site", "site/www", "."])
def test_a_site_is_not_released_into_itself(to: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="choose another folder with --to"):
        release(put(tmp_path / "site"), tmp_path / to)


@pytest.mark.parametrize("record", ["", "[]", "{}", '{"files": {}, "release": "2020-07-29"}'])
def test_a_folder_without_a_record_of_a_site_is_refused(record: str, tmp_path: Path) -> None:
    site = put(tmp_path / "site")
    (site / "site.json").write_text(record, encoding="utf-8")
    with pytest.raises(UsageError, match="is not a site that this version of lgo-letters wrote"):
        release(site, tmp_path / "www")


def kill(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def replace_and_be_killed(new: Path, old: Path) -> None:
    _REPLACE(new, old)
    kill()


_REPLACE = write._replace


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a process that can be killed")
@pytest.mark.parametrize(
    ("step", "instead", "left"),
    [
        ("release.write_file", kill, "old"),
        ("write._replace", kill, "old"),
        ("write._replace", replace_and_be_killed, "new"),
    ],
)
def test_a_release_that_is_killed_leaves_the_old_copy_or_the_new_one(
    step: str,
    instead: Callable[..., None],
    left: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site, to = put(tmp_path / "site"), put(tmp_path / "www", "old")
    with monkeypatch.context() as patched:
        patched.setattr(f"lgo_letters.site.{step}", instead)
        if not (child := os.fork()):
            release(site, to)
            os._exit(0)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    assert (to / "index.html").read_text(encoding="utf-8") == left
    release(site, to)
    assert files(to) == files(site)
    assert {path.name for path in tmp_path.iterdir()} == {"site", "www"}


# ---- the moment, and the command


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EDITION, tmp_path / "edition"))


def with_release(edition: Path, lines: str) -> Path:
    change(edition, ("[signatory]", f"[release]\n{lines}\n\n[signatory]"))
    return edition


def settings_of(edition: Path) -> Settings:
    return read_edition(edition).settings


@pytest.mark.parametrize(
    ("lines", "moment"),
    [
        ("", "2020-07-29T00:00:00+01:00"),
        ("at = 2020-07-29T09:00:00", "2020-07-29T09:00:00+01:00"),
        ('at = 2020-12-01T09:00:00\nzone = "Europe/London"', "2020-12-01T09:00:00+00:00"),
        ('zone = "Europe/Berlin"', "2020-07-29T00:00:00+02:00"),
    ],
)
def test_the_moment_is_the_editions_else_the_publication_day(
    lines: str, moment: str, edition: Path
) -> None:
    assert release_moment(settings_of(with_release(edition, lines))).isoformat() == moment


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("at = 2020-07-29", "is not a date and a time; write it as 2020-07-29T09:00:00"),
        ("at = 2020-07-29T09:00:00Z", "has an offset from UTC; leave it out"),
        ('zone = "Europe"', "is not a known time zone; write it as Europe/London."),
        ('zone = "../etc"', "is not a known time zone"),
        ('zone = "Europe/Lundon"', "is not a known time zone"),
    ],
)
def test_a_wrong_moment_is_a_problem_of_the_edition(line: str, message: str, edition: Path) -> None:
    (problem,) = problems(with_release(edition, line))
    assert message in str(problem)


def test_a_site_of_several_years_keeps_the_latest_of_their_moments(two_years: Path) -> None:
    record = json.loads((two_years / "site.json").read_bytes())
    assert record["release"] == "2021-07-28T00:00:00+01:00"


def test_the_command_needs_no_edition(two_years: Path, workplace: Path) -> None:
    done = run("site", "release", "--out", two_years, "--to", "www")
    assert done.exit_code == 0, done.output
    assert "released in www." in done.output
    assert files(workplace / "www") == files(two_years)


def test_the_command_has_an_exit_code_of_its_own(workplace: Path) -> None:
    put(workplace / "site", draft=True)
    done = run("site", "release", "--to", "www")
    assert (done.exit_code, done.stderr.count("Error: ")) == (10, 1)
