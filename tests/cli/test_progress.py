from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from lgo_letters.cli.output.progress import Progress, RunSummary
from lgo_letters.run.batch import LetterStatus
from tests.support.commands import run
from tests.support.processes import GENERATE


@pytest.mark.parametrize(
    ("made", "left", "sentence"),
    [
        (355, 0, "355 letters (355 made, 0 unchanged) in x, 1.2 s."),
        (0, 1, "1 letter (0 made, 1 unchanged) in x, 1.2 s."),
        (1000, 1, "1,001 letters (1,000 made, 1 unchanged) in x, 1.2 s."),
    ],
)
def test_the_last_line_counts_what_was_made_and_what_was_left(
    made: int, left: int, sentence: str
) -> None:
    summary = RunSummary(made + left, Path("x"))
    for status, times in {LetterStatus.MADE: made, LetterStatus.UNCHANGED: left}.items():
        for _ in range(times):
            summary.add("A Council", status)
    assert summary.sentence(1.24) == sentence
    assert summary.fields(1.23456) == {
        "letters": made + left,
        "reused": left,
        "made": made,
        "failed": 0,
        "seconds": 1.235,
    }


def test_elsewhere_than_on_a_terminal_each_tenth_is_a_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    summary = RunSummary(355, Path("x"))
    with closing(Progress(summary, shown=True)) as shown:
        for index in range(355):
            shown.tell("A Council", LetterStatus.UNCHANGED if index < 150 else LetterStatus.MADE)
    assert capsys.readouterr().err.splitlines() == [
        "42 %: 151 of 355 letters",  # those that were left are not told one by one
        "50 %: 178 of 355 letters",
        "60 %: 213 of 355 letters",
        "70 %: 249 of 355 letters",
        "80 %: 284 of 355 letters",
        "90 %: 320 of 355 letters",
        "100 %: 355 of 355 letters",
    ]


def test_the_rate_is_that_of_the_letters_made_and_the_time_left_goes_by_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    shown = Progress(RunSummary(10_000, Path("x")), shown=True)
    for index in range(2001):
        clock[0] += 0 if index < 1000 else 0.5
        shown.tell("A Council", LetterStatus.UNCHANGED if index < 1000 else LetterStatus.MADE)
    assert shown._pace() == "2 letters/s, 1:06:40 left"


def test_many_names_are_not_all_listed() -> None:
    summary = RunSummary(30, Path("x"))
    for number in range(25):
        summary.add(f"Council {number}", LetterStatus.RESTORED)
    (sentence,) = summary.notices()
    assert sentence.startswith("Changed since they were made, and now made again: Council 0, ")
    assert sentence.endswith("Council 19 and 5 more.")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")
def test_on_a_terminal_a_bar_shows_count_rate_and_time_left(own_files: Path) -> None:
    import pty

    ours, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "lgo_letters", *GENERATE],
        stdout=subprocess.PIPE,
        stderr=terminal,
        env={**os.environ, "TERM": "xterm", "NO_COLOR": "1", "COLUMNS": "100"},
    )
    process.communicate(timeout=60)
    os.close(terminal)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert re.search(r"Letters  \[#+\]  3/3  [\d,]+ letters/s, 0:00 left", shown), shown
    assert " %: " not in shown
    assert "\x1b[3" not in shown  # no colour


def test_quiet_prints_nothing_but_errors(workplace: Path) -> None:
    result = run(*GENERATE, "--authority", "leeds", "--out", "x", "--quiet")
    assert (result.exit_code, result.output) == (0, "")
    (workplace / "x" / "manifest.json").write_text("{}")
    result = run(*GENERATE, "--authority", "leeds", "--out", "x", "--quiet")
    assert result.exit_code == 5
    assert re.fullmatch("Error: .*\n", result.output)


def test_json_prints_one_object_on_stdout_and_nothing_else(workplace: Path) -> None:
    leeds = [*GENERATE, "--authority", "leeds", "--out", "x", "--json"]
    result = run(*leeds)
    printed = json.loads(result.stdout)
    assert {name: printed[name] for name in ("letters", "reused", "made", "failed")} == {
        "letters": 1,
        "reused": 0,
        "made": 1,
        "failed": 0,
    }
    assert "100 %: 1 of 1 letter" in result.stderr
    result = run(*leeds, "--quiet")
    assert (json.loads(result.output)["reused"], json.loads(result.output)["made"]) == (1, 0)
