"""A small year that is ready to be sent, made once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.dispatch import make_dispatch_year


@pytest.fixture(scope="session")
def made_year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The year of `tests.support.dispatch`, only to be copied."""
    workplace = tmp_path_factory.mktemp("dispatch")
    make_dispatch_year(workplace)
    return workplace


@pytest.fixture
def year(made_year: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, which is the current folder."""
    folder = Path(shutil.copytree(made_year, tmp_path / "year"))
    monkeypatch.chdir(folder)
    return folder
