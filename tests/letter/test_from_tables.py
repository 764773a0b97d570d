"""From tables to letters: what an edition says of how figures are drawn reaches its letters."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from lgo_letters.edition.read import OpenEdition
from lgo_letters.figures.compare import compare
from lgo_letters.figures.count import count
from lgo_letters.letter.compose import compose_all
from lgo_letters.letter.letter import Letter
from lgo_letters.tables.read import read_tables
from tests.support.editions import change
from tests.support.letters import chart_of, no_year, parts, parts_of_record
from tests.support.paths import EDITION, EXAMPLES

DECISIONS = """\
reference,authority,service_area,decision_date,decision,satisfactory_remedy,compliance_date,\
compliance_outcome
19 000 001,Avon Council,Housing,2019-05-01,Upheld,,,
19 000 002,Bath Council,Housing,2019-05-01,Upheld,,,
19 000 003,Bath Council,Housing,2019-05-01,Not upheld,,,
19 000 004,Bath Council,Housing,2019-05-01,Not upheld,,,
19 000 005,Bath Council,Housing,2019-05-01,Not upheld,,,
"""
AUTHORITIES = """name,type,role
Avon Council,Unitary Council,Chief Executive
Bath Council,Unitary Council,Chief Executive
Cork Council,Unitary Council,Chief Executive
"""


def letters_of(edition: Path, authorities: Path, decisions: Path) -> dict[str, Letter]:
    opened = OpenEdition(edition, 2020)
    definitions, read = opened.definitions, opened.read_wording()
    assert definitions is not None
    assert read is not None
    data = read_tables(authorities, decisions, opened.types, definitions.kinds)
    assert list(data.problems) == []
    counts = count(data, definitions, opened.year)
    figures = compare(data.authorities, counts, opened.year, definitions).authorities
    named = {authority.name: authority for authority in data.authorities}
    letters = compose_all(figures, read, {}, named, {}, no_year, example=False)
    return {letter.authority: letter for letter in letters}


@pytest.fixture
def tables(tmp_path: Path) -> tuple[Path, Path]:
    authorities, decisions = tmp_path / "authorities.csv", tmp_path / "decisions.csv"
    authorities.write_text(AUTHORITIES, encoding="utf-8")
    decisions.write_text(DECISIONS, encoding="utf-8")
    return authorities, decisions


def test_the_example_s_figures_for_bromsgrove_give_the_letter_of_record() -> None:
    letters = letters_of(EDITION, EXAMPLES / "authorities.csv", EXAMPLES / "decisions.csv")
    assert len(letters) == 355
    bromsgrove = letters["Bromsgrove District Council"]
    assert [" ".join(part.split()) for part in parts(bromsgrove)] == parts_of_record()


# Avon has 1 upheld of 1, Bath 1 of 4, Cork none of none: 2 of 5, or (100 + 25) / 2 = 62.5.
@pytest.mark.parametrize(("method", "average"), [("pooled", 40), ("mean", 63)])
def test_the_method_of_the_average_is_the_edition_s(
    edition_copy: Path, tables: tuple[Path, Path], method: str, average: int
) -> None:
    change(edition_copy, ('\nmethod = "pooled"', f'\nmethod = "{method}"'))
    panels = [letter.panels[0] for letter in letters_of(edition_copy, *tables).values()]
    shares = [chart_of(panel).average for panel in panels]
    expected = Fraction(average, 100)
    assert shares == [expected, expected, None]  # the third has no rate, so its chart is empty
    comparisons = [panel.comparison.text for panel in panels if panel.comparison is not None]
    assert [text.rpartition(" in ")[0] for text in comparisons] == [
        f"This compares to an average of {average}%",
        f"This compares to an average of {average}%",
        "The average",
    ]


def test_which_types_are_compared_is_the_edition_s(
    edition_copy: Path, tables: tuple[Path, Path]
) -> None:
    old = 'name = "Unitary Council"\nbody = "Council"\ncompared = true'
    change(edition_copy, (old, old.replace("true", "false")))
    letter = letters_of(edition_copy, *tables)["Bath Council"]
    assert [panel.comparison for panel in letter.panels] == [None, None, None]
