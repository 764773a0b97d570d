"""`lgo-letters edition`, and what the commands that make letters say of an edition."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path

import pytest

from tests.support.commands import run
from tests.support.editions import EMAILS, change, image, own
from tests.support.paths import EDITION, ROOT
from tests.support.processes import start

NEW = Path("editions") / "2021"


def files(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


# ---- a new edition


def test_edition_new_writes_an_edition_with_which_check_finds_no_problem(own_files: Path) -> None:
    result = run("edition", "new", "2021")
    assert (result.exit_code, result.stderr) == (0, "")
    assert sorted(files(NEW)) == [
        *("accessibility.md", "edition.toml", *EMAILS, "letter.md", "signature.png"),
    ]
    checked = run("check", "--year", "2021")
    assert checked.exit_code == 0
    assert "Edition: no problem\n" in checked.stdout


def test_edition_new_lists_what_to_confirm_and_what_to_read(workplace: Path) -> None:
    lines = run("edition", "new", "2021").stdout.splitlines()
    assert lines[0] == f"{NEW}, made from the edition of 2020 in {EDITION}."
    assert 'To confirm; then delete the mark "# TO CONFIRM" behind it (6):' in lines
    assert "edition.toml, line 14: date = 2021-07-22" in lines
    assert "To read, as it may be true of 2020 only (37):" in lines
    (seminars,) = [line for line in lines if "178 delegates" in line]
    assert seminars.startswith("letter.md, line 29 (178, 143): Attended by 178 delegates from 143")
    assert "edition.toml, line 31, signatory.name (King): Michael King" in lines


def test_edition_new_in_json_is_the_same(workplace: Path) -> None:
    own(Path(shutil.copytree(EDITION, "editions/2020")), "Leeds City Council.md")
    result = run("edition", "new", "2021", "--json")
    assert "Left out, since they are of 2020: own/Leeds City Council.md.\n" in result.stderr
    made = json.loads(result.stdout)
    assert [made[name] for name in ("command", "year", "folder", "from", "from_year")] == [
        "edition new", 2021, str(NEW), str(Path("editions") / "2020"), 2020,
    ]  # fmt: skip
    assert made["to_confirm"][0] == {
        "file": "edition.toml",
        "line": 14,
        "text": "date = 2021-07-22",
    }
    assert made["to_read"][13] == {
        "file": "letter.md",
        "line": 29,
        "setting": None,
        "text": "Attended by 178 delegates from 143 local authorities, we focused on maximising "
        "the impact of complaints, making sure the right person is involved with complaints at the "
        "right time, and how to overcome common challenges.",
        "because_of": ["178", "143"],
    }
    assert made["left_out"] == ["own/Leeds City Council.md"]


def test_the_edition_before_is_the_one_here_else_the_latest_shipped_else_the_one_named(
    workplace: Path,
) -> None:
    assert run("edition", "new", "2023").exit_code == 0  # from 2020, as there is no 2022
    change(Path("editions/2023"), ("I write to you", "I send you"), file="letter.md")
    assert run("edition", "new", "2024").exit_code == 0
    assert (Path("editions/2024") / "letter.md").read_text("utf-8").startswith("I send you")
    assert run("edition", "new", "2025", "--from", EDITION).exit_code == 0
    assert (Path("editions/2025") / "letter.md").read_text("utf-8").startswith("I write to you")


def test_what_is_there_already_stays_as_it_is(workplace: Path) -> None:
    NEW.mkdir(parents=True)
    result = run("edition", "new", "2021")
    assert (result.exit_code, list(NEW.iterdir())) == (2, [])
    assert "is there already" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["2020"], 2, "There is no edition of a year before 2020; name one with --from."),
        (["2020", "--from", str(EDITION)], 2, "is the edition of 2020; give one of a year before"),
        (["2021", "--from", "."], 4, "edition.toml: is missing"),
        (["1"], 2, "is not in the range"),
    ],
)
def test_what_no_edition_can_be_made_of_is_refused_in_a_sentence(
    workplace: Path, arguments: list[str], code: int, words: str
) -> None:
    result = run("edition", "new", *arguments)
    assert result.exit_code == code
    assert words in result.stderr
    assert list(workplace.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_a_sentence_and_leaves_nothing(
    workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", refuse)
    result = run("edition", "new", "2021")
    assert result.exit_code == 5
    assert f"{NEW} cannot be written (no space left on device); fix that" in result.stderr
    assert list(Path("editions").iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")
@pytest.mark.parametrize("step", [5, 11, 17])
def test_a_run_that_is_killed_leaves_nothing_or_all_and_the_next_one_clears_up(
    workplace: Path, step: int
) -> None:
    arguments = [str(step), str(int(signal.SIGKILL)), "editions", "edition", "new", "2021"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    killed = start(workplace, *arguments, module="tests.support.at_step", env=environment)
    assert killed.wait() == -signal.SIGKILL
    there = NEW.exists()
    result = run("edition", "new", "2021")
    assert (result.exit_code == 2) is there
    assert [folder.name for folder in NEW.parent.iterdir()] == ["2021"]
    assert run("edition", "new", "2022").exit_code == 0
    assert run("edition", "diff", "2021", "2022").stdout.endswith("\n3 differences\n")


# ---- two editions


@pytest.fixture
def two_editions(workplace: Path) -> None:
    emphasis = "Again, the emphasis is on learning, not numbers. "
    shutil.copytree(EDITION, "editions/2021")
    change(
        Path("editions/2021"),
        ("Failure to comply with our recommendations is rare. An", "An"),
        ("Attended by 178 delegates", "Attended by 201 delegates"),
        (emphasis, ""),
        ("than ever before. ", f"than ever before. {emphasis}"),
        file="letter.md",
    )


@pytest.mark.usefixtures("two_editions")
def test_edition_diff_shows_the_editions_side_by_side_where_there_is_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    Path("editions/2020").symlink_to(EDITION)
    assert run("edition", "diff", "2020", "2021").stdout == (
        f"A: {Path('editions') / '2020'}\nB: {NEW}\n\n"
        "letter.md, line 9\n"
        "Failure to comply with our recommendations is\n"
        "rare.\n"
        "\n"
        "letter.md, line 25                                 letter.md, line 31, moved\n"
        "Again, the emphasis is on learning, not numbers.   Again, the emphasis is on learning, not"
        " numbers.\n"
        "\n"
        "letter.md, line 29                                 letter.md, line 29\n"
        "Attended by 178 delegates from 143 local           Attended by 201 delegates from 143"
        " local\n"
        "authorities, we focused on maximising the impact   authorities, we focused on maximising"
        " the impact\n"
        "of complaints, making sure the right person is     of complaints, making sure the right"
        " person is\n"
        "involved with complaints at the right time, and    involved with complaints at the right"
        " time, and\n"
        "how to overcome common challenges.                 how to overcome common challenges.\n"
        "\n"
        "3 differences\n"
    )


@pytest.mark.usefixtures("two_editions")
def test_edition_diff_shows_one_below_the_other_on_a_narrow_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    lines = run("edition", "diff", "2021", EDITION).stdout.splitlines()
    at = lines.index("- letter.md, line 29")
    assert lines[at : at + 6] == [
        "- letter.md, line 29",
        "- Attended by 201 delegates from 143 local authorities, we",
        "- focused on maximising the impact of complaints, making",
        "- sure the right person is involved with complaints at the",
        "- right time, and how to overcome common challenges.",
        "+ letter.md, line 29",
    ]
    assert max(map(len, lines[2:])) <= 60


@pytest.mark.usefixtures("two_editions")
def test_edition_diff_in_json_has_every_difference_with_file_and_line() -> None:
    found = json.loads(run("edition", "diff", EDITION, "2021", "--json").stdout)
    head = [found[name] for name in ("command", "year", "a", "b")]
    assert head == ["edition diff", None, str(EDITION), str(NEW)]
    assert [one["kind"] for one in found["differences"]] == ["removed", "moved", "changed"]
    assert found["differences"][0] == {
        "kind": "removed",
        "a": {
            "file": "letter.md",
            "line": 9,
            "setting": None,
            "text": "Failure to comply with our recommendations is rare.",
        },
        "b": None,
    }


def test_editions_that_say_the_same_have_no_differences(workplace: Path) -> None:
    result = run("edition", "diff", "2020", EDITION)
    assert (result.exit_code, result.stdout) == (
        0,
        f"A: {EDITION}\nB: {EDITION}\n\nNo differences\n",
    )


def test_editions_with_problems_are_compared_as_far_as_they_can_be_read(
    edition_copy: Path,
) -> None:
    change(edition_copy, ("year = 2020 # the", "year = = 2020 # the"))
    (edition_copy / "letter.md").write_bytes(b"\xff\xfe")
    own(edition_copy, "Nobody.md", "\x1b[31mThanks.\n")
    result = run("edition", "diff", edition_copy, edition_copy)
    assert result.exit_code == 0
    assert result.stdout.endswith("\n\nNo differences\n")
    result = run("edition", "diff", "2020", edition_copy)
    assert result.exit_code == 0
    assert f"{edition_copy}: letter.md, line 1: is not UTF-8 text" in result.stderr
    assert "year = = 2020" in result.stdout
    assert "�[31mThanks." in result.stdout


def test_what_is_no_edition_is_a_sentence(workplace: Path) -> None:
    for arguments, words in (
        (["2020", "nowhere"], "nowhere is not a folder; give the folder of an edition."),
        (["2020", "2031"], "There is no edition for 2031"),
    ):
        result = run("edition", "diff", *arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        assert words in result.stderr


def test_edition_alone_shows_its_help(workplace: Path) -> None:
    result = run("edition")
    assert result.exit_code == 2
    assert result.output.startswith("Usage: ")


# ---- what the commands that make letters say of an edition


@pytest.fixture
def edition_here(own_files: Path) -> Path:
    """One of 2020 in a folder of one's own tables, without a specimen signature and blanks."""
    folder = Path(shutil.copytree(EDITION, own_files / "editions" / "2020"))
    (folder / "signature.png").write_bytes(image("PNG"))
    (folder / "accessibility.md").write_text("Tell us.\n", encoding="utf-8")
    return folder


LATE = (
    "The letter's date, 1 April 2021, is not within twelve months after the reporting year, which "
    "ends on 31 March 2020; see that it is right."
)
EARLY = LATE.replace("1 April 2021", "31 March 2020")
BEFORE = (
    "The date of publication, 21 July 2020, is before the letter's, 22 July 2020; see that both "
    "are right."
)
MARKED = (
    'edition.toml, lines 14, 15: marked "# TO CONFIRM"; confirm what stands there, and delete the '
    "mark."
)


@pytest.mark.parametrize(
    ("changes", "notices"),
    [
        ({}, []),
        ({"date = 2020-07-22": "date = 2020-04-01"}, []),
        ({"date = 2020-07-22": "date = 2021-04-01", "2020-07-29": "2021-04-01"}, [LATE]),
        ({"date = 2020-07-22": "date = 2020-03-31"}, [EARLY]),
        ({"2020-07-29": "2020-07-21"}, [BEFORE]),
        ({"2020-07-29": "2020-07-22"}, []),
        ({"-22": "-22 # TO CONFIRM: 1", "-29": "-29 # TO CONFIRM: 2"}, [MARKED]),
        ({"-29": "-29 # TO CONFIRM"}, [MARKED.replace("lines 14, 15", "line 15")]),
    ],
)  # fmt: skip
def test_check_notices_what_is_odd_in_an_edition(
    edition_here: Path, changes: dict[str, str], notices: list[str]
) -> None:
    change(edition_here, *changes.items())
    result = run("check", "--year", "2020")
    assert (result.exit_code, result.stderr.splitlines()) == (0, notices)
    assert json.loads(run("check", "--year", "2020", "--json").stdout)["notices"] == notices


def test_check_names_the_lines_of_the_statement_on_accessibility_that_are_blank(
    edition_here: Path,
) -> None:
    statement = edition_here / "accessibility.md"
    for text, where in (
        ("Tell us.\n\nBy [TO FILL IN: a date], [TO FILL IN: by whom].\n", "line 3"),
        ("[TO FILL IN: what]\n{# not [TO FILL IN: this] #}\n\n[TO FILL IN]\n", "lines 1, 4"),
    ):
        statement.write_text(text, encoding="utf-8")
        notice = (
            f'accessibility.md, {where}: blank; fill in what stands in "[TO FILL IN: …]" before '
            "the public pages go out."
        )
        result = run("check", "--year", "2020")
        assert (result.exit_code, result.stderr.splitlines()) == (0, [notice])
        assert json.loads(run("check", "--year", "2020", "--json").stdout)["notices"] == [notice]
    assert run("preview", "bromley", "--year", "2020", "--no-open").stderr == ""
    statement.write_text("Ask {{ authority }}.\n", encoding="utf-8")
    result = run("check", "--year", "2020")
    assert result.exit_code == 4
    assert 'accessibility.md, line 1: "{{ authority }}" is not a placeholder' in result.stderr


def test_the_commands_that_make_letters_give_the_same_notices(edition_here: Path) -> None:
    change(edition_here, ("-22", "-22 # TO CONFIRM"), ("2020-07-29", "2020-07-21"))
    shutil.copy(EDITION / "signature.png", edition_here)
    expected = run("check", "--year", "2020").stderr.splitlines()
    assert len(expected) == 3
    assert expected[2].startswith("The signature is the specimen")
    previewed = run("preview", "bromley", "--year", "2020", "--no-open")
    assert previewed.stderr.splitlines() == expected
    assert run("generate", "--year", "2020").stderr.splitlines()[-3:] == expected
