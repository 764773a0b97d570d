"""The tables that a letter's texts ask for, filled with its authority's figures."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from lgo_letters.edition.text.blocks import Block, Table
from lgo_letters.figures.breakdown import Breakdown
from lgo_letters.figures.compare import AuthorityFigures
from lgo_letters.letter.letter import Letter
from lgo_letters.letter.tables import Tables, service_areas
from lgo_letters.run.composed import year_figures, year_letters
from lgo_letters.run.inputs import read_inputs
from lgo_letters.run.sources import Sources
from tests.support.editions import change, own, read_edition
from tests.support.letters import AVON, BATH, NO_AVERAGES, SOME, compose, counts_of, letters_of
from tests.support.paths import EXAMPLES

BREAKDOWN = Breakdown(
    "service_area",
    {
        "Housing": counts_of(1_200, 30, 20, satisfactory_remedies=4),
        "Transport": counts_of(0, 0, 0, complied=3),
        "Planning & <trees>": counts_of(5, 1, 0),
        None: counts_of(1, 0, 0),
    },
    counts_of(1_206, 31, 20, satisfactory_remedies=4, complied=3),
)


def with_table(edition: Path, name: str = "service_areas") -> Path:
    change(
        edition,
        ("{{ own_paragraphs }}", f"{{{{ own_paragraphs }}}}\n\n{{{{ table.{name} }}}}"),
        file="letter.md",
    )
    return edition


def table_of(edition: Path) -> Table:
    return service_areas(BREAKDOWN, "A caption", read_edition(edition))


def numbered() -> tuple[Tables, Counter[str]]:
    """Tables that say for whom they are, and how often each was made."""
    made: Counter[str] = Counter()

    def make(figures: AuthorityFigures, caption: str) -> list[Block]:
        made[figures.authority.name] += 1
        return [Table(caption, ("Name", "Decisions"), ((figures.authority.name, "Ŵ"),))]

    return {"service_areas": make, "years": make}, made


# ---- service areas


def test_the_table_has_decisions_and_the_first_statistic_by_service_area(
    edition_copy: Path,
) -> None:
    """Transport has a compliance outcome, and nothing that the table shows."""
    assert table_of(edition_copy) == Table(
        "A caption",
        ("Service area", "Decisions", "Detailed investigations", "Upheld decisions"),
        (
            ("Housing", "1,200", "30", "20"),
            ("Planning & <trees>", "5", "1", "0"),
            ("(none)", "1", "0", "0"),
            ("Total", "1,206", "31", "20"),
        ),
        has_total=True,
    )


def test_the_columns_are_those_that_the_edition_gives(edition_copy: Path) -> None:
    columns = 'satisfactory_remedies = "Put right"\ncomplied = "Complied with"\n'
    change(edition_copy, ("[averages]", f"[tables.service_areas]\n{columns}[averages]"))
    table = table_of(edition_copy)
    assert table.headings == ("Service area", "Put right", "Complied with")
    assert table.rows == (("Housing", "4", "0"), ("Transport", "0", "3"), ("Total", "4", "3"))


def test_a_count_without_a_noun_stands_under_its_own_name(edition_copy: Path) -> None:
    change(
        edition_copy,
        ('numerator = "upheld"', 'numerator = "not_complied"'),
        ('statistics = ["upheld", "remedy"]', 'statistics = ["remedy"]'),
    )
    assert table_of(edition_copy).headings[-1] == "Not complied"


def test_an_authority_without_a_decision_has_a_total_of_nought(edition_copy: Path) -> None:
    nothing = Breakdown("service_area", {"Housing": counts_of()}, counts_of())
    table = service_areas(nothing, "", read_edition(edition_copy))
    assert table.rows == (("Total", "0", "0", "0"),)


# ---- in a letter


def test_each_letter_has_its_own_authority_s_tables(edition_copy: Path) -> None:
    tables, made = numbered()
    figures = [AuthorityFigures(one, SOME, NO_AVERAGES) for one in (AVON, BATH)]
    letters = letters_of(with_table(edition_copy), *figures, tables=tables)
    assert [[table.rows[0][0] for table in letter.tables()] for letter in letters] == [
        ["Avon Council"], ["Bath Council"],
    ]  # fmt: skip
    assert made == {"Avon Council": 1, "Bath Council": 1}


def test_a_caption_has_the_letter_s_own_values_in_it(edition_copy: Path) -> None:
    caption = "{{ authority }} in {{ year }}: {{ counted('upheld') }}"
    change(edition_copy, ("[averages]", f'[tables]\nyears_caption = "{caption}"\n[averages]'))
    (table,) = compose(with_table(edition_copy, "years"), tables=numbered()[0]).tables()
    assert table.caption == "Bath Council in 2020: 2 upheld decisions"


def test_a_table_may_stand_in_own_paragraphs_and_in_a_note(edition_copy: Path) -> None:
    own(edition_copy, "bath-council.md", "We write to you alone.\n\n{{ table.years }}\n")
    change(edition_copy, ('note = "', 'note = "{{ table.service_areas }}\\n\\n'))
    figures = [AuthorityFigures(one, SOME, NO_AVERAGES) for one in (AVON, BATH)]
    avon, bath = letters_of(edition_copy, *figures, tables=numbered()[0])
    assert [*avon.tables()] == [avon.panels[1].note[0]]
    assert [*bath.tables()][1:] == [bath.panels[1].note[0]]
    assert bath.body.index(next(bath.tables())) > 1


def test_a_table_belongs_to_what_a_letter_says(edition_copy: Path) -> None:
    tables, _ = numbered()
    letter = compose(with_table(edition_copy), tables=tables)
    assert "Ŵ" in letter.characters()

    def other(_: AuthorityFigures, caption: str) -> list[Block]:
        return [Table(caption, ("Name", "Decisions"), (("Bath Council", "1"),))]

    assert letter.sha256() != compose(edition_copy, tables={"service_areas": other}).sha256()
    assert letter.sha256() == compose(edition_copy, tables=tables).sha256()


# ---- from the example's decisions


def letters_by_name(edition: Path) -> dict[str, Letter]:
    files = EXAMPLES / "decisions.csv", EXAMPLES / "authorities.csv"
    inputs = read_inputs(Sources(*files, edition), 2020)
    return {one.authority: one for one in year_letters(inputs, year_figures(inputs))}


def test_bromsgrove_s_table_has_its_twelve_decisions(edition_copy: Path) -> None:
    letters = letters_by_name(with_table(edition_copy))
    (table,) = letters["Bromsgrove District Council"].tables()
    assert [*table.rows] == [
        ("Benefits and tax", "1", "1", "1"),
        ("Environment and public protection", "1", "1", "0"),
        ("Highways and transport", "1", "1", "0"),
        ("Housing", "1", "0", "0"),
        ("Other", "1", "1", "1"),
        ("Planning and development", "7", "1", "0"),
        ("Total", "12", "5", "2"),
    ]
    assert all(len([*letter.tables()]) == 1 for letter in letters.values())


def test_an_edition_that_uses_no_table_counts_nothing_for_one(
    edition_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lgo_letters.run.composed.breakdowns", None)
    assert len(letters_by_name(edition_copy)) == 355
