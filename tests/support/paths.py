"""Where things lie that tests use."""

from __future__ import annotations

from pathlib import Path

from lgo_letters.shipped import shipped

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
EXAMPLES = shipped("examples")
EDITION = shipped("editions") / "2020"
