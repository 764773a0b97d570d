"""Sign-offs: bound to every byte of a folder, in the way of `generate`, and never forgotten."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import BROMLEY, run, stopped_run
from tests.support.paths import EDITION
from tests.support.processes import (
    GENERATE,
    contents,
    end_of,
    start_until,
    stopped_at,
)
from tests.support.signed import (
    ANALYST,
    APPROVER,
    SIGNOFF,
    WITHDRAW,
    check_refused,
    correct_a_case,
    kept,
    sign_in_both_roles,
    status,
)

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other files and no signals")


@pytest.fixture
def folder(year_to_sign: Path, workplace: Path) -> Path:
    """A copy of the letters; the year is in the current folder."""
    shutil.copytree(year_to_sign, workplace, dirs_exist_ok=True)
    return workplace / "letters" / "2020"


@pytest.fixture
def signed(folder: Path) -> Path:
    """The same, signed off in both roles."""
    sign_in_both_roles()
    return folder


# ---- complete


def test_a_folder_is_complete_when_every_role_of_the_edition_has_signed(folder: Path) -> None:
    check_refused(status(), "letters/2020 is not signed off as analyst and approver")
    assert "Still to sign: approver." in run(*ANALYST).stdout
    check_refused(status(), "is not signed off as approver")
    run(*APPROVER)
    result = status()
    assert result.exit_code == 0, result.stderr
    assert "Signed off by A. Person as analyst on " in result.stdout
    assert "Signed off by B. Other as approver on " in result.stdout


def test_an_edition_without_roles_asks_for_nothing_and_takes_any(own_files: Path) -> None:
    run(*GENERATE)
    result = status()
    assert result.exit_code == 0
    assert "Nobody has signed off, and the edition asks for no sign-off." in result.stdout
    assert run(*SIGNOFF, "--role", "head of casework", "--name", "C").exit_code == 0
    assert status().exit_code == 0
    (own_files / "letters" / "2020" / BROMLEY).unlink()
    check_refused(status(), f"{BROMLEY} is missing")


def test_a_sign_off_says_who_what_and_when_for_programs(folder: Path) -> None:
    result = run(*ANALYST, "--note", "all  totals\u00a0checked", "--json")
    record = json.loads(result.stdout)
    manifest = (folder / "manifest.json").read_bytes()
    assert record["missing"] == {"approver": 3}
    (signoff,) = kept(folder)
    assert signoff["manifest_sha256"] == hashlib.sha256(manifest).hexdigest()
    assert (signoff["letters"], signoff["note"]) == (3, "all totals checked")
    assert record["signoffs"] == [{**signoff, "in_force": True}]
    failed = json.loads(status("--json").stdout)
    assert failed["error"]["code"] == 7
    assert failed["signoffs"] == record["signoffs"]


def test_showing_who_has_signed_writes_nothing(signed: Path) -> None:
    before = contents(signed), signed.stat().st_mtime_ns
    status()
    assert (contents(signed), signed.stat().st_mtime_ns) == before


@POSIX
def test_only_the_owner_reads_who_has_signed(signed: Path) -> None:
    assert stat.S_IMODE((signed / "signoff.json").stat().st_mode) == 0o600


# ---- who may sign


def test_nobody_holds_two_roles_however_the_name_is_typed(folder: Path) -> None:
    run(*ANALYST)
    result = run(*SIGNOFF, "--role", "approver", "--name", "a.  PERSON")
    assert result.exit_code == 2
    assert "A. Person has signed off as analyst, and nobody may hold two roles" in result.stderr
    assert len(kept(folder)) == 1


def test_a_role_that_the_edition_lacks_is_refused_with_those_that_it_has(folder: Path) -> None:
    result = run(*SIGNOFF, "--role", "director", "--name", "C")
    assert result.exit_code == 2
    assert 'No role is called "director"; the edition asks for: analyst, approver.' in result.stderr
    assert not (folder / "signoff.json").exists()


@pytest.mark.parametrize("name", ["A. Person", "C. Third"])
def test_a_role_is_signed_once_and_again_only_after_it_is_withdrawn(
    signed: Path, name: str
) -> None:
    again = [*SIGNOFF, "--role", "ANALYST", "--name", name]
    check_refused(run(*again), "Signed off already: by A. Person as analyst on ")
    assert run(*WITHDRAW, "--role", "Analyst").exit_code == 0
    assert run(*again).exit_code == 0
    assert status().exit_code == 0
    assert [one["name"] for one in kept(signed)] == ["A. Person", "B. Other", name]


@pytest.mark.parametrize(
    ("option", "text"),
    [("role", " "), ("name", ""), ("name", "A\nB"), ("name", "A\u202eB"), ("note", "x" * 1001)],
)
def test_a_text_that_nobody_can_read_is_notkept(folder: Path, option: str, text: str) -> None:
    texts = {"role": "analyst", "name": "A", "note": "", option: text}
    result = run(*SIGNOFF, *(f"--{name}={said}" for name, said in texts.items() if said or option))
    assert result.exit_code == 2
    assert not (folder / "signoff.json").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--role", "analyst"],
        ["--name", "A"],
        ["--status", "--withdraw"],
        ["--status", "--role", "analyst"],
        ["--withdraw"],
        ["--withdraw", "--reason", "r", "--name", "A"],
        ["--role", "analyst", "--name", "A", "--reason", "r"],
    ],
)
def test_options_that_do_not_go_together_do_nothing(folder: Path, arguments: list[str]) -> None:
    before = contents(folder)
    result = run(*SIGNOFF, *arguments)
    assert result.exit_code == 2
    assert "Give --role and --name" in result.stderr
    assert contents(folder) == before


def test_letters_of_another_year_or_none_are_not_signed(folder: Path) -> None:
    arguments = ["--role", "analyst", "--name", "A", "--edition", str(EDITION)]
    result = run("signoff", "--year", "2021", *arguments, "--out", folder)
    assert result.exit_code == 4  # the edition is not of that year
    result = run(*SIGNOFF, *arguments, "--out", "nothing")
    assert result.exit_code == 2
    assert "nothing holds no letters of lgo-letters" in result.stderr
    assert not Path("nothing").exists()


# ---- what voids it


def _append(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"\n")


def _flip_one_bit(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def _link_to_a_copy(file: Path) -> None:
    copy = file.parent.parent / "copy"
    shutil.move(file, copy)
    file.symlink_to(copy)


def _fold_up(file: Path) -> None:
    file.unlink()
    file.mkdir()


@POSIX
@pytest.mark.parametrize("tamper", [_append, _flip_one_bit, Path.unlink, _link_to_a_copy, _fold_up])
@pytest.mark.parametrize("name", [BROMLEY, "statistics.csv"])
def test_whatever_is_no_longer_as_it_was_signed_is_named(
    signed: Path, tamper: Callable[[Path], None], name: str
) -> None:
    before = (signed / name).read_bytes()
    tamper(signed / name)
    check_refused(status(), f"letters/2020 is not as the manifest has it: {name} ")
    check_refused(run(*ANALYST), "Signed off already")  # and nobody signs the tampered
    run(*WITHDRAW)
    check_refused(run(*ANALYST), f"letters/2020 is not as the manifest has it: {name} ")
    if not (signed / name).is_dir():
        (signed / name).unlink(missing_ok=True)
        (signed / name).write_bytes(before)
        assert run(*ANALYST).exit_code == 0


@pytest.mark.parametrize("tamper", [_append, _flip_one_bit, Path.unlink])
def test_a_manifest_that_is_not_the_one_that_was_signed_voids_every_sign_off(
    signed: Path, tamper: Callable[[Path], None]
) -> None:
    tamper(signed / "manifest.json")
    assert status().exit_code == 7
    assert run(*GENERATE).exit_code == 7


@pytest.mark.parametrize("name", ["another.pdf", "statistics (1).csv", "folder/"])
def test_what_was_added_is_named(signed: Path, name: str) -> None:
    (signed / name).mkdir() if name.endswith("/") else (signed / name).write_bytes(b"")
    name = name.rstrip("/")
    check_refused(
        status(), f"letters/2020 is not as the manifest has it: {name} is not in it; move it"
    )
    run(*WITHDRAW)
    check_refused(run(*ANALYST), f"{name} is not in it")


def test_letters_of_version_0_3_are_to_be_made_again_before_they_are_signed(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    del manifest["files"], manifest["date"]
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    words = "statistics.csv is not in it; put back what was there, or withdraw any sign-off and run"
    check_refused(run(*ANALYST), words)
    (folder / "statistics.csv").unlink()
    check_refused(run(*ANALYST), words)
    assert run(*GENERATE).exit_code == 0
    assert run(*ANALYST).exit_code == 0


@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", "desktop.ini"])
def test_what_systems_put_into_folders_changes_nothing(signed: Path, name: str) -> None:
    (signed / name).write_bytes(b"of the system")
    for ours in ("record", "superseded"):
        (signed / ours).mkdir(exist_ok=True)
    assert status().exit_code == 0


def test_letters_of_a_run_that_did_not_finish_are_not_signed(
    own_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(*GENERATE).exit_code == 0
    (own_files / "letters" / "2020" / BROMLEY).unlink()
    stopped_run(own_files / "letters" / "2020", monkeypatch)
    check_refused(status(), "A run that writes to letters/2020 has not finished")
    check_refused(run(*ANALYST), "A run that writes to letters/2020 has not finished")
    assert run(*GENERATE).exit_code == 0
    assert run(*ANALYST).exit_code == 0


# ---- in the way


@pytest.mark.parametrize("arguments", [[], ["--authority", "bromley"], ["--force", "--unsigned"]])
def test_generate_changes_nothing_once_somebody_has_signed(
    folder: Path, workplace: Path, arguments: list[str]
) -> None:
    run(*ANALYST)
    correct_a_case()
    (folder / BROMLEY).write_bytes(b"of another hand")
    before = contents(folder)
    result = run(*GENERATE, *arguments)
    check_refused(result, "is signed off, and nothing there was changed: A. Person as analyst on ")
    assert "(3 letters)" in result.stderr
    assert '"lgo-letters reissue NAME --year 2020 --reason TEXT"' in result.stderr
    assert '"lgo-letters signoff --year 2020 --withdraw --reason TEXT"' in result.stderr
    assert contents(folder) == before


def test_a_sign_off_that_comes_while_a_run_begins_is_seen_once_nobody_else_may_sign(
    signed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lgo_letters.run.batch.refuse_signed_off", lambda *_: None)
    before = contents(signed)
    check_refused(run(*GENERATE, "--force"), "is signed off, and nothing there was changed")
    assert contents(signed) == before


def test_not_even_what_a_run_that_was_killed_has_left_is_touched(
    signed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_offs = signed / "signoff.json"
    content = sign_offs.read_bytes()
    sign_offs.unlink()
    (signed / BROMLEY).unlink()
    stopped_run(signed, monkeypatch)
    (signed / ".lgo-letters-1-1.part").write_bytes(b"")
    sign_offs.write_bytes(content)
    before = contents(signed)
    check_refused(run(*GENERATE), "is signed off, and nothing there was changed")
    assert contents(signed) == before


def test_withdrawn_sign_offs_let_generate_go_on_and_are_kept_with_the_reason(signed: Path) -> None:
    first = kept(signed)
    result = run(*WITHDRAW)
    assert result.exit_code == 0
    assert result.stdout.count("Withdrawn: the sign-off of ") == 2
    check_refused(run(*WITHDRAW), "there is nothing to withdraw")
    correct_a_case()
    assert run(*GENERATE).stdout.startswith("3 letters (2 made, 1 unchanged)")
    run(*ANALYST)
    *withdrawn, last = kept(signed)
    assert [one["reason"] for one in withdrawn] == ["a case was wrong"] * 2
    unlike = ("withdrawn", "reason")
    assert [{**one, "withdrawn": None, "reason": None} for one in withdrawn] == first
    assert all(one[name] is not None for one in withdrawn for name in unlike)
    assert last["manifest_sha256"] != first[0]["manifest_sha256"]
    result = status()
    check_refused(result, "is not signed off as approver")
    assert '("a case was wrong"): A. Person as analyst' in result.stdout


def test_sign_offs_of_an_earlier_manifest_are_void_in_the_way_andkept(signed: Path) -> None:
    sign_offs = signed / "signoff.json"
    content = sign_offs.read_bytes()
    sign_offs.unlink()  # as an earlier version, which knows nothing of it, would pass it over
    correct_a_case()
    run(*GENERATE)
    sign_offs.write_bytes(content)
    result = status()
    check_refused(result, "is not signed off as analyst and approver")
    assert result.stdout.count("Void, since the manifest was another then") == 2
    check_refused(run(*GENERATE), "is signed off")
    assert run(*SIGNOFF, "--role", "approver", "--name", "A. Person").exit_code == 0
    assert len(kept(signed)) == 3


# ---- a file of another hand


def _with_digest(signoffs: Any) -> bytes:
    digest = hashlib.sha256(json.dumps(signoffs).encode()).hexdigest()
    return json.dumps({"signoffs": signoffs, "sha256": digest}).encode()


def _forged(**changes: Any) -> bytes:
    entry = {
        "role": "approver", "name": "B. Other", "signed": "2020-07-20T09:15:00Z",
        "manifest_sha256": "", "letters": 3, "note": None, "withdrawn": None, "reason": None,
    }  # fmt: skip
    return _with_digest([{**entry, **changes}])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 100,
        b"[]",
        b'{"signoffs": []}',
        b'{"signoffs": {"sha256": 1}, "sha256": 1}',
        b"[" * 100_000,
        b'{"signoffs": ' + b"9" * 5_000 + b"}",
        _with_digest(["x"]),
        _with_digest({}),
        _with_digest(None),
        _forged(role=None),
        _forged(name=["B. Other"]),
        _forged(letters="3"),
        _forged(signed="yesterday"),
        _forged(signed=None),
        _forged(withdrawn="never"),
        _forged(withdrawn=False),
        _forged(note={}),
        _forged(more="x"),
        _with_digest([{"role": "approver"}]),
    ],
    ids=lambda content: str(content[:60]),
)
def test_a_broken_signoff_file_is_said_so_and_never_counts(folder: Path, content: bytes) -> None:
    (folder / "signoff.json").write_bytes(content)
    before = contents(folder)
    for command in ([*SIGNOFF, "--status"], ANALYST, WITHDRAW, GENERATE):
        check_refused(run(*command), "signoff.json is not as lgo-letters wrote it")
    assert contents(folder) == before


def test_a_sign_off_changed_by_hand_never_counts(signed: Path) -> None:
    file = signed / "signoff.json"
    text = file.read_text(encoding="utf-8")
    for old, new in (("B. Other", "C. Third"), ('"letters": 3', '"letters": 4')):
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        check_refused(status(), "signoff.json is not as lgo-letters wrote it")
    file.write_text(text.replace("\n", "\r\n"), encoding="utf-8", newline="")
    assert status().exit_code == 0  # as a tool that changes line ends leaves it


@POSIX
def test_a_pipe_or_a_folder_in_place_of_the_file_is_said_so(folder: Path) -> None:
    os.mkfifo(folder / "signoff.json")
    check_refused(status(), "signoff.json is not as lgo-letters wrote it")
    (folder / "signoff.json").unlink()
    (folder / "signoff.json").mkdir()
    check_refused(status(), "signoff.json is not as lgo-letters wrote it")


# ---- at once, and killed


@POSIX
def test_nobody_signs_while_a_run_writes(folder: Path, workplace: Path) -> None:
    writing = stopped_at(12, workplace, folder, "--jobs", "1", "--force")
    result = run(*ANALYST)
    assert result.exit_code == 5
    assert "Another run of lgo-letters is writing to letters/2020" in result.stderr
    assert not (folder / "signoff.json").exists()
    os.kill(writing.pid, signal.SIGCONT)
    end_of(writing)
    assert run(*ANALYST).exit_code == 0


@POSIX
def test_a_run_waits_for_nobody_who_signs_and_changes_nothing(
    folder: Path, workplace: Path
) -> None:
    correct_a_case()
    letters = contents(folder)
    steps = _steps(workplace, folder)
    signing = stopped_at(steps - 6, workplace, folder, command=ANALYST)
    assert run(*GENERATE).exit_code == 5
    os.kill(signing.pid, signal.SIGCONT)
    end_of(signing)
    assert run(*GENERATE).exit_code == 7
    assert {**contents(folder), **letters} == contents(folder)
    assert len(kept(folder)) == 1


@POSIX
def test_killed_at_any_moment_nothing_is_half_signed_off(folder: Path, workplace: Path) -> None:
    before = contents(folder)
    steps = _steps(workplace, folder)
    for step in [steps // 2, *random.Random(0).sample(range(steps - 7, steps + 1), 4)]:
        process = start_until(step, signal.SIGKILL, workplace, folder, command=ANALYST)
        end_of(process)
        assert process.returncode == -signal.SIGKILL
        found = json.loads(status("--json").stdout)
        assert found["differences"] == []
        if found["signoffs"]:
            assert [*found["missing"]] == ["approver"]
        else:
            assert [*found["missing"]] == ["analyst", "approver"]
        assert run(*ANALYST).exit_code == (7 if found["signoffs"] else 0)
        assert not list(folder.glob(".*"))
        (folder / "signoff.json").unlink()
        assert contents(folder) == before


def _steps(workplace: Path, folder: Path) -> int:
    """How many there are when the analyst signs."""
    counted = start_until(0, signal.SIGKILL, workplace, folder, command=ANALYST)
    steps = int(end_of(counted).splitlines()[-1])
    (folder / "signoff.json").unlink()
    return steps


def test_commands_that_are_suggested_name_the_folder_where_it_is_another(folder: Path) -> None:
    folder.rename("other letters")
    there = "--out", "other letters"
    options = "--year 2020 --out 'other letters'"
    check_refused(run(*SIGNOFF, "--status", *there), f"signoff {options} --role")
    assert run(*ANALYST, *there).exit_code == 0
    result = run(*GENERATE, *there)
    check_refused(result, f'"lgo-letters reissue NAME {options} --reason TEXT"')
    check_refused(result, f'"lgo-letters signoff {options} --withdraw --reason TEXT"')
