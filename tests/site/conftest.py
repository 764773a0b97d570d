"""The example's pages, written once; and a browser."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lgo_letters.figures.compare import YearFigures
from lgo_letters.letter.letter import Letter
from lgo_letters.run.composed import ComposedYear
from lgo_letters.run.improvements import find_improvements
from lgo_letters.run.inputs import Inputs
from lgo_letters.site.build import write_pages
from lgo_letters.site.site import Site
from lgo_letters.site.year import SiteYear
from tests.support.commands import HEADER, run
from tests.support.editions import edition_of_2021
from tests.support.site import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def example_site(
    tmp_path_factory: pytest.TempPathFactory,
    inputs: Inputs,
    figures: YearFigures,
    letters: dict[str, Letter],
) -> Path:
    """The example's pages without its letters, only to be read."""
    folder = tmp_path_factory.mktemp("site")
    year = ComposedYear(inputs, figures, list(letters.values()))
    improvements = find_improvements(inputs)
    assert improvements is not None
    site_year = SiteYear(year.inputs, year.figures, year.letters, {})
    write_pages(Site((site_year,), agreed=improvements.validated()), folder)
    return folder


AUTHORITIES = """name,type,role,code,region,from,until,successor,also_known_as
Bromsgrove District Council,District Council,Chief Executive,E07000234,West Midlands,,,,The DC
Wye District Council,District Council,Chief Executive,,,,2020-03-31,Bromsgrove District Council,
Long Gone District Council,District Council,Chief Executive,,,,2018-03-31,Wye District Council,
Bromley District Council,District Council,Chief Executive,,South East,,,,
"<script>alert(1)</script> & ""Sons"" Council",District Council,Chief Executive,,<i>East</i>,,,,
Quiet County Council,County Council,Chief Executive,,,,,,
Peak District National Park Authority,National Park Authority,Chief Executive,,,,,,
"""
DECISIONS = (
    HEADER
    + """19 000 001,Bromsgrove District Council,Housing,2019-05-01,Upheld,yes,2019-07-01,Complied
19 000 002,Bromsgrove District Council,Housing,2019-05-02,Not upheld,,,
19 000 003,Bromsgrove District Council,Housing,2019-05-03,Advice given,,,
19 000 004,Wye District Council,Housing,2019-05-04,Upheld,no,2020-05-04,Not complied
19 000 005,Bromley District Council,Housing,2019-05-05,Not upheld,,,
20 000 001,Bromsgrove District Council,Housing,2020-05-01,Upheld,no,,
20 000 002,Bromley District Council,Housing,2020-05-02,Upheld,no,2020-07-01,Complied
20 000 003,Bromley District Council,Housing,2020-05-03,Not upheld,,,
"""
)


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tables above and an edition of 2021; only to be read."""
    folder = tmp_path_factory.mktemp("tables")
    (folder / "authorities.csv").write_text(AUTHORITIES, encoding="utf-8")
    (folder / "decisions.csv").write_text(DECISIONS, encoding="utf-8")
    edition_of_2021(folder)
    return folder


@pytest.fixture(scope="session")
def two_years(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of both years, with its letters; only to be read."""
    out = tmp_path_factory.mktemp("two") / "site"
    with contextlib.chdir(tables):
        done = run("site", "--year", "2020", "--year", "2021", "--out", out)
    assert done.exit_code == 0, done.output
    return out


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def here(tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the small tables of two years, which is the current folder."""
    folder = Path(shutil.copytree(tables, tmp_path / "here"))
    monkeypatch.chdir(folder)
    return folder
