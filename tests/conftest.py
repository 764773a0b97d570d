"""What several tests share: the example year, read once, and copies that a test may spoil."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from jinja2 import nodes
from jinja2.sandbox import SandboxedEnvironment

from lgo_letters.edition import wording_reader
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

# Every program that a test starts would otherwise compile the whole of this one again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Where the tests are started deaf to Ctrl-C, as by nohup, the runs that they start would be too.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def one_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that runs within a test starts no processes: tests run side by side already."""
    monkeypatch.setattr("os.cpu_count", lambda: 1)


@pytest.fixture(autouse=True, scope="session")
def texts_compiled_once() -> Iterator[None]:
    """Most tests read the edition of 2020, whose forty texts Jinja compiles for the first alone.

    It reads each text, and ours check it, every time; what is compiled is the same where both the
    text and what was made of it are.
    """
    parse, compile_ = SandboxedEnvironment._parse, SandboxedEnvironment.compile
    compiled: dict[tuple[object, ...], Any] = {}

    def noted(environment: SandboxedEnvironment, source: str, *others: Any) -> nodes.Template:
        tree = parse(environment, source, *others)
        tree.text = source  # type: ignore[attr-defined]
        return tree

    def once(environment: SandboxedEnvironment, tree: Any) -> Any:
        key = environment, tree.text, repr(tree)
        if key not in compiled:
            compiled[key] = compile_(environment, tree)
        return compiled[key]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(SandboxedEnvironment, "_parse", noted)
        patched.setattr(SandboxedEnvironment, "compile", once)
        # Nor is its signature's size found by reading all its pixels but once.
        measured = lru_cache(maxsize=4)(wording_reader._size_of_png)
        patched.setattr(wording_reader, "_size_of_png", measured)
        yield


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
    return letters["Bromsgrove District Council"]._replace(mark=None)


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
