"""The benchmarks run, and what they are given is of every kind."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from lgo_letters.letter.letter import Chart, Letter
from tests.benchmarks.peers.figures import Work, work
from tests.support.paths import ROOT

FULL, EMPTY, NOT_COMPARED = (
    "Bromsgrove District Council",
    "Derbyshire Dales District Council",
    "Transport for London",
)


@pytest.fixture(scope="module")
def example() -> Work:
    return work()


def test_the_letters_compared_are_of_three_kinds(letters: dict[str, Letter]) -> None:
    def charts(name: str) -> list[Chart]:
        return [panel.chart for panel in letters[name].panels if panel.chart is not None]

    assert all(chart.share is not None for chart in charts(FULL))
    assert any(chart.share is None for chart in charts(EMPTY))
    assert [chart.average for chart in charts(NOT_COMPARED)] == [None] * 3


def test_no_two_letters_of_a_long_run_are_the_same(example: Work) -> None:
    once = len(example.plain)
    longer = work(2 * once + 5)
    assert longer.plain[:once] == example.plain
    names = [letter["authority"] for letter in longer.plain]
    assert len({*names}) == len({letter["file"] for letter in longer.plain}) == 2 * once + 5
    position = names.index(FULL)
    assert names[once + position] == f"{FULL} 2"
    panels, later = (longer.plain[index]["panels"] for index in (position, once + position))
    assert all(panels[name] != later[name] for name in panels)


def _printed(benchmark: str, *options: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", f"tests.benchmarks.{benchmark}", "--repeats", "1", *options],
        check=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    return done.stdout


def test_letters_a_second_are_printed_for_each_program() -> None:
    """Those that the tests install: what is measured against comes with the extra `bench`."""
    printed = _printed("letters", "--letters", "4", "--without", "typst", "--without", "weasyprint")
    assert re.search(r"^lgo-letters +4 +[\d.]+ +[\d.]+ +[\d.]+$", printed, re.MULTILINE)
    assert re.search(r"^lgo-letters, signed +4 +[\d.]+ +[\d.]+ +[\d.]+$", printed, re.MULTILINE)
