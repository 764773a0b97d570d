from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.support.commands import run
from tests.support.editions import change, line_of
from tests.support.paths import EDITION

PUBLISHED = """authority,type,code,decisions,upheld_rate,upheld_average
Bromsgrove District Council,District Council,E07000234,20,41,45
Bromley District Council,Unitary Council,,3,0,45
Hinckley District Council,District Council,,3,0,45
"""


@pytest.fixture
def history(own_files: Path) -> Path:
    (own_files / "history").mkdir()
    file = own_files / "history" / "statistics-2019.csv"
    file.write_text(PUBLISHED, encoding="utf-8")
    return file


def test_check_shows_what_is_known_of_earlier_years(history: Path) -> None:
    done = run("check", "--year", "2020")
    assert done.exit_code == 0
    assert done.stdout.endswith(
        """
Earlier year 2019 (published, statistics-2019.csv)
Not compared, being another body or type then (1): Bromley District Council
Not in authorities.csv (1): Hinckley District Council

With five times or a fifth of the decisions of an earlier year (1): Bromsgrove District Council (20
  in 2019, now 2)
"""
    )


def test_check_gives_programs_the_same(history: Path) -> None:
    found = json.loads(run("check", "--year", "2020", "--json").stdout)["history"]
    (year,) = found["years"]
    assert year.pop("file")["rows"] == 3
    assert year == {
        "year": 2019,
        "breaks": [],
        "not_compared": ["Bromley District Council"],
        "unknown": ["Hinckley District Council"],
        "differences": [],
    }
    assert found["outliers"] == [
        {
            "authority": "Bromsgrove District Council",
            "year": 2019,
            "decisions_then": 20,
            "decisions_now": 2,
        }
    ]
    assert found["unmarked"] == []


def test_check_notices_a_recalculated_figure_that_a_text_does_not_mark(
    own_files: Path,
) -> None:
    text = "[decisions]\ncomplete_years = [2019]\n"
    (own_files / "lgo-letters.toml").write_text(text, encoding="utf-8")
    edition = Path(shutil.copytree(EDITION, own_files / "editions" / "2020"))
    change(edition, ("{# Only for", "{{ previous('upheld') }}{# Only for"), file="letter.md")
    line = line_of("previous('upheld')", edition, "letter.md")
    done = run("check", "--year", "2020")
    assert f"letter.md, line {line}: \"previous('upheld', 1)\" prints a recalculated" in done.stderr
    (found,) = json.loads(run("check", "--year", "2020", "--json").stdout)["history"]["unmarked"]
    assert (found["file"], found["line"]) == ("letter.md", line)


def test_check_says_nothing_of_earlier_years_where_nothing_is_known(own_files: Path) -> None:
    assert "Earlier" not in run("check", "--year", "2020").stdout
    found = json.loads(run("check", "--year", "2020", "--json").stdout)["history"]
    assert found == {"years": [], "outliers": [], "unmarked": []}


def test_a_mistake_in_a_file_of_an_earlier_year_is_a_problem_of_the_data(history: Path) -> None:
    history.write_text(PUBLISHED.replace("41", "41%"), encoding="utf-8")
    done = run("generate", "--year", "2020")
    assert done.exit_code == 3
    assert done.stderr.startswith('statistics-2019.csv, line 2, column upheld_rate: "41%" is not a')
    assert not Path("letters").exists()


def test_a_file_whose_name_says_no_year_is_noticed(history: Path) -> None:
    history.rename(history.with_name("stats-2019.csv"))
    assert (
        "history/stats-2019.csv is not read; name it statistics-YEAR.csv, after its year.\n"
    ) in run("check", "--year", "2020").stderr


def test_the_manifest_names_the_files_of_earlier_years(history: Path) -> None:
    assert run("generate", "--year", "2020", "--authority", "bromley").exit_code == 0
    manifest = json.loads(Path("letters/2020/manifest.json").read_text(encoding="utf-8"))
    (file,) = manifest["inputs"]["history"]
    assert (file["file"], file["rows"]) == ("statistics-2019.csv", 3)
