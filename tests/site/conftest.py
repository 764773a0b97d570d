"""The example's pages, written once; and a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lgo_letters.figures.compare import YearFigures
from lgo_letters.letter.letter import Letter
from lgo_letters.run.composed import ComposedYear
from lgo_letters.run.inputs import Inputs
from lgo_letters.site.build import write_pages
from lgo_letters.site.year import Site, SiteYear
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
    write_pages(Site((SiteYear(year, {}),)), folder)
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser
