"""What several tests share: the example year, read once, and copies that a test may spoil."""

from __future__ import annotations

import os
import shutil
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings

from lgo_letters.figures.compare import YearFigures
from lgo_letters.letter.letter import Letter
from lgo_letters.pdf.typeset import Pdf, typeset
from lgo_letters.run.composed import year_figures, year_letters
from lgo_letters.run.inputs import Inputs, read_inputs
from lgo_letters.run.sources import Sources
from tests.support.commands import AUTHORITIES, DECISIONS
from tests.support.paths import EDITION, EXAMPLES
from tests.support.shapes import SHAPES
from tests.support.signed import make_year

settings.register_profile("ci", max_examples=100, deadline=None, derandomize=True)
settings.register_profile("developer", max_examples=100, deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "developer")

# Where the tests are started deaf to Ctrl-C, as by nohup, the runs that they start would be too.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def one_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that runs within a test starts no processes: tests run side by side already."""
    monkeypatch.setattr("os.cpu_count", lambda: 1)


@pytest.fixture(scope="session")
def inputs() -> Inputs:
    """The example year, as it is shipped."""
    files = EXAMPLES / "decisions.csv", EXAMPLES / "authorities.csv"
    return read_inputs(Sources(*files, EDITION), 2020)


@pytest.fixture(scope="session")
def figures(inputs: Inputs) -> YearFigures:
    return year_figures(inputs)


@pytest.fixture(scope="session")
def letters(inputs: Inputs, figures: YearFigures) -> dict[str, Letter]:
    """The example's letters by the authority's name."""
    return {letter.authority: letter for letter in year_letters(inputs, figures)}


@pytest.fixture(scope="session")
def bromsgrove(letters: dict[str, Letter]) -> Letter:
    """The letter of record, without the example's mark."""
    return replace(letters["Bromsgrove District Council"], mark=None)


@pytest.fixture(scope="session", params=SHAPES)
def shape(request: pytest.FixtureRequest, letters: dict[str, Letter]) -> tuple[Letter, Pdf]:
    """Each shape of letter in turn, and its pages."""
    letter = SHAPES[request.param](letters)
    return letter, typeset(letter)


@pytest.fixture(scope="session")
def year_to_sign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small year's tables, edition and letters, to be copied and signed off."""
    workplace = tmp_path_factory.mktemp("year")
    make_year(workplace)
    return workplace


@pytest.fixture
def edition_copy(tmp_path: Path) -> Path:
    """A copy of the 2020 edition that a test may change."""
    return Path(shutil.copytree(EDITION, tmp_path / "edition"))


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the current one."""
    folder = tmp_path / "workplace"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def own_files(workplace: Path) -> Path:
    """A folder with a small year of one's own, which is the current one."""
    (workplace / "authorities.csv").write_text(AUTHORITIES, encoding="utf-8")
    (workplace / "decisions.csv").write_text(DECISIONS, encoding="utf-8")
    return workplace
