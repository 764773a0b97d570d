"""A small year whose letters are signed off, and commands that sign, withdraw and are refused."""

from __future__ import annotations

import contextlib
import json
import shutil
from pathlib import Path
from typing import Any

from click.testing import Result

from tests.support.commands import AUTHORITIES, DECISIONS, run
from tests.support.paths import EDITION
from tests.support.processes import GENERATE

SIGNOFF = ["signoff", "--year", "2020"]
ANALYST = [*SIGNOFF, "--role", "analyst", "--name", "A. Person"]
APPROVER = [*SIGNOFF, "--role", "approver", "--name", "B. Other"]
WITHDRAW = [*SIGNOFF, "--withdraw", "--reason", "a case was wrong"]


def make_year(workplace: Path) -> None:
    """Tables, an edition that asks for two roles, and letters."""
    edition = Path(shutil.copytree(EDITION, workplace / "editions" / "2020"))
    with (edition / "edition.toml").open("a", encoding="utf-8") as file:
        file.write('\n[signoff]\nroles = ["analyst", "approver"]\n')
    (workplace / "authorities.csv").write_text(AUTHORITIES, encoding="utf-8")
    (workplace / "decisions.csv").write_text(DECISIONS, encoding="utf-8")
    with contextlib.chdir(workplace):
        assert run(*GENERATE, "--jobs", "1").exit_code == 0


def sign_in_both_roles() -> None:
    for command in (ANALYST, APPROVER):
        result = run(*command)
        assert result.exit_code == 0, result.stderr


def status(*arguments: str) -> Result:
    return run(*SIGNOFF, "--status", *arguments)


def kept(folder: Path) -> list[dict[str, Any]]:
    """Every sign-off that the file has."""
    return list(json.loads((folder / "signoff.json").read_bytes())["signoffs"])


def check_refused(result: Result, words: str) -> None:
    """That a command ended with exit code 7 and one sentence that has these words."""
    assert result.exit_code == 7, result.output
    (error,) = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert words in error.replace("\\", "/")
    assert "Traceback" not in result.output


def correct_a_case() -> None:
    """Upholds the second of Bromsgrove's cases."""
    changed = DECISIONS.replace("2019-05-02,Not upheld", "2019-05-02,Upheld")
    Path("decisions.csv").write_text(changed, encoding="utf-8")
