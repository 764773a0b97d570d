"""The benchmarks run, and what they measure against is the same letter."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Callable

import pikepdf
import pytest

from lgo_letters.letter.letter import Chart, Letter
from lgo_letters.pdf.typeset import typeset
from tests.benchmarks.peers.figures import Work, work
from tests.benchmarks.peers.typst_letter import typst_maker
from tests.benchmarks.peers.words import pages_and_words
from tests.support.paths import ROOT

FULL, EMPTY, NOT_COMPARED = (
    "Bromsgrove District Council",
    "Derbyshire Dales District Council",
    "Transport for London",
)


@pytest.fixture(scope="module")
def example() -> Work:
    return work()


@pytest.fixture(scope="module")
def by_typst(example: Work) -> Callable[[str], bytes]:
    """The letter to an authority, as Typst makes it."""
    make, plain = typst_maker(), {letter["authority"]: letter for letter in example.plain}
    return lambda name: make(plain[name])


@pytest.mark.parametrize("name", [FULL, EMPTY, NOT_COMPARED])
def test_typsts_letter_has_the_words_of_ours_on_as_many_pages(
    name: str, by_typst: Callable[[str], bytes], letters: dict[str, Letter]
) -> None:
    ours, theirs = pages_and_words(typeset(letters[name]).content), pages_and_words(by_typst(name))
    assert theirs == ours
    assert ours[0] == 3


def test_the_letters_compared_are_of_three_kinds(letters: dict[str, Letter]) -> None:
    def charts(name: str) -> list[Chart]:
        return [panel.chart for panel in letters[name].panels if panel.chart is not None]

    assert all(chart.share is not None for chart in charts(FULL))
    assert any(chart.share is None for chart in charts(EMPTY))
    assert [chart.average for chart in charts(NOT_COMPARED)] == [None] * 3


def test_typsts_letter_says_that_it_is_pdf_ua(by_typst: Callable[[str], bytes]) -> None:
    with (
        pikepdf.open(io.BytesIO(by_typst(FULL))) as pdf,
        pdf.open_metadata() as metadata,
    ):
        assert metadata["pdfuaid:part"] == "1"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.Lang == "en-GB"


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
    printed = _printed("letters", "--letters", "4", "--without", "weasyprint")
    assert re.search(r"^lgo-letters +4 +[\d.]+ +[\d.]+ +[\d.]+$", printed, re.MULTILINE)
    assert re.search(r"^lgo-letters, signed +4 +[\d.]+ +[\d.]+ +[\d.]+$", printed, re.MULTILINE)
    assert re.search(r"^Typst [\d.]+ +4( +[\d.]+){4}$", printed, re.MULTILINE)


def test_seconds_of_whole_commands_are_printed() -> None:
    printed = _printed("command", "--letters", "4")
    lines = [
        "generate --year 2020",
        "the whole Typst program",
        "--help",
        'python -c "import click"',
    ]
    for line in lines:
        assert re.search(rf"^{re.escape(line)} +[\d.]+( +[\d.]+)?$", printed, re.MULTILINE), line
