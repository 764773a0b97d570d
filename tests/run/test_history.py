"""Earlier years, from their files and from the tables, in letters and in what `check` finds."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import page
import pytest

from lgo_letters.edition.text.blocks import Table
from lgo_letters.errors import DataError
from lgo_letters.figures.count import count
from lgo_letters.figures.history import Difference, Outlier
from lgo_letters.pdf.typeset import typeset
from lgo_letters.run.composed import year_figures, year_letters
from lgo_letters.run.history import HistoryReview, review_history
from lgo_letters.run.inputs import Inputs, read_inputs
from lgo_letters.run.sources import Sources
from lgo_letters.tables.export import read_mapping
from lgo_letters.year import ReportingYear
from tests.support.commands import HEADER
from tests.support.editions import change, line_of, own
from tests.support.letters import block_words
from tests.support.tags import TaggedPdf, complaints, opened

BATH, CORK = "Bath District Council", "Cork District Council"
AUTHORITIES = f"""name,type,role
{BATH},District Council,Chief Executive
{CORK},District Council,Chief Executive
"""


def rows(authority: str, year: int, upheld: int, not_upheld: int) -> str:
    """Decisions of the year that ends in `year`."""
    kinds = ["Upheld"] * upheld + ["Not upheld"] * not_upheld
    return "".join(
        f"{year % 100} {number:03} 000,{authority},Housing,{year - 1}-05-01,{kind},,,\n"
        for number, kind in enumerate(kinds)
    )


# Upheld of investigated: Bath 3 of 4 (75), 1 of 4 (25), 2 of 4 (50), 1 of 2 (50), 0 of 1, 1 of 1;
# Cork 1 of 2 in the year, none before.
DECISIONS = (
    HEADER
    + rows(BATH, 2020, 3, 1)
    + rows(BATH, 2019, 1, 3)
    + rows(BATH, 2018, 2, 2)
    + rows(BATH, 2017, 1, 1)
    + rows(BATH, 2016, 0, 1)
    + rows(BATH, 2015, 1, 0)
    + rows(CORK, 2020, 1, 1)
)


@pytest.fixture
def folder(tmp_path: Path, edition_copy: Path) -> Path:
    """Tables of six years, and an edition whose letter is what a test writes."""
    (tmp_path / "authorities.csv").write_text(AUTHORITIES, encoding="utf-8")
    (tmp_path / "decisions.csv").write_text(DECISIONS, encoding="utf-8")
    (tmp_path / "history").mkdir()
    return tmp_path


def publish(folder: Path, year: int, *rows: str, columns: str = "upheld_rate") -> None:
    text = "\n".join([f"authority,type,decisions,{columns}", *rows, ""])
    (folder / "history" / f"statistics-{year}.csv").write_text(text, encoding="utf-8")


def inputs_of(folder: Path, *complete_years: int) -> Inputs:
    file = folder / "lgo-letters.toml"
    file.write_text(f"[decisions]\ncomplete_years = {[*complete_years]}\n", encoding="utf-8")
    tables = folder / "decisions.csv", folder / "authorities.csv"
    return read_inputs(Sources(*tables, folder / "edition", read_mapping(file)), 2020)


def texts(folder: Path, letter: str, *complete_years: int) -> list[str]:
    """What the letter says to Bath and to Cork."""
    (folder / "edition" / "letter.md").write_text(letter, encoding="utf-8")
    inputs = inputs_of(folder, *complete_years)
    letters = year_letters(inputs, year_figures(inputs))
    return [" ".join(block_words(block) for block in letter.body) for letter in letters]


def review(folder: Path, *complete_years: int) -> HistoryReview:
    inputs = inputs_of(folder, *complete_years)
    return review_history(inputs, year_figures(inputs))


def numbers(calls: Sequence[str]) -> str:
    return " ".join(f"[{{{{ {call} }}}}]" for call in calls)


FIVE_YEARS = numbers([f"previous('upheld', {years})" for years in range(1, 6)])
MARKED = "{{ previous('upheld') }}{% if recalculated() %} (recalculated){% endif %}."


# ---- in letters


def test_an_earlier_figure_is_the_one_that_was_published(folder: Path) -> None:
    publish(folder, 2019, f"{BATH},District Council,4,26")
    publish(folder, 2017, f"{BATH},District Council,2,51", f"{CORK},District Council,9,80")
    assert texts(folder, FIVE_YEARS) == ["[26] [] [51] [] []", "[] [] [80] [] []"]


def test_without_a_file_an_earlier_figure_is_counted_if_the_year_is_complete(folder: Path) -> None:
    assert texts(folder, FIVE_YEARS) == ["[] [] [] [] []"] * 2
    complete = 2019, 2018, 2016, 2015
    assert texts(folder, FIVE_YEARS, *complete) == ["[25] [50] [] [0] [100]", "[] [] [] [] []"]


def test_a_text_can_tell_what_was_published_from_what_is_recalculated(folder: Path) -> None:
    assert texts(folder, MARKED, 2019)[0] == "25 (recalculated)."
    publish(folder, 2019, f"{BATH},District Council,4,26")
    assert texts(folder, MARKED, 2019)[0] == "26."


def test_figures_over_a_break_are_blank(folder: Path) -> None:
    change(
        folder / "edition",
        ("\n[links]", '\n[[breaks]]\nbefore = 2019\nnote = "Counted otherwise."\n\n[links]'),
    )
    publish(folder, 2018, f"{BATH},District Council,4,26")
    assert texts(folder, FIVE_YEARS, 2019, 2017)[0] == "[25] [] [] [] []"


def test_figures_of_another_body_or_another_type_are_blank(folder: Path) -> None:
    publish(
        folder, 2019, f"{BATH},County Council,4,26", "Derry District Council,District Council,4,26"
    )
    assert texts(folder, numbers(["previous('upheld')"])) == ["[]", "[]"]


def test_earlier_figures_may_stand_in_panels_and_in_own_paragraphs(folder: Path) -> None:
    publish(folder, 2019, f"{BATH},District Council,4,26")
    panel = '"**{{ rate }}%** of complaints we investigated'
    change(
        folder / "edition",
        (panel, "\"{% if rate > previous('upheld') %}More:{% endif %} **{{ rate }}%** of those"),
    )
    own(folder / "edition", f"{BATH}.md", "Then {{ previous('upheld') }}.\n")
    assert texts(folder, "A {{ own_paragraphs }}") == ["A Then 26.", "A"]
    inputs = inputs_of(folder)
    panels = [letter.panels[0] for letter in year_letters(inputs, year_figures(inputs))]
    assert [panel.sentence.text for panel in panels] == [
        "More: 75% of those were upheld.",
        "50% of those were upheld.",
    ]


@pytest.mark.parametrize("number", [2, 6])
def test_a_table_of_years_is_a_real_table_and_is_read_where_it_stands(
    folder: Path, number: int
) -> None:
    """Of 2016 nothing is known; of Cork, which is in no file, what is recalculated: averages."""
    note = '[[breaks]]\nbefore = 2020\nnote = "Counted otherwise."'
    change(folder / "edition", ("\n[links]", f"\n{note}\n[tables]\nyears = {number}\n[links]"))
    publish(folder, 2019, f"{BATH},District Council,4,26")
    publish(folder, 2017, f"{BATH},District Council,2,51")
    (folder / "edition" / "letter.md").write_text("Before.\n\n{{ table.years }}\n\nAfter.\n")
    inputs = inputs_of(folder, 2018, 2015)
    bath, cork = year_letters(inputs, year_figures(inputs))
    _, table, note_below, _ = bath.body
    assert isinstance(table, Table)
    heads = "2014-15\n(recalculated)", "2016-17", "2017-18\n(recalculated)", "2018-19", "2019-20"
    rates = "100", "51", "50", "26", "75"
    shown = slice(-number, None)
    assert table.headings == ("Statistic", *heads[shown])
    assert table.rows[0] == ("Complaints upheld (%)", *rates[shown])
    assert block_words(note_below) == "Counted otherwise."
    of_cork = [head for table in cork.tables() for head in table.headings[1:-1]]
    assert of_cork == [head for head in heads[shown] if "recalculated" in head]
    pdf = typeset(bath)
    assert complaints(TaggedPdf(opened(pdf.content)), bath) == []
    for profile in ("ua1", "3a"):
        assert page.validate_pdf_bytes(pdf.content, profile=profile).failures == []


def test_no_earlier_year_is_counted_before_a_text_asks_for_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = []

    def noting(data: object, definitions: object, year: ReportingYear) -> object:
        counted.append(year.ending)
        return count(data, definitions, year)  # type: ignore[arg-type]

    monkeypatch.setattr("lgo_letters.run.composed.count", noting)
    texts(folder, "No figure.", 2019, 2018)
    assert counted == [2020]
    counted.clear()
    texts(folder, FIVE_YEARS, 2018)
    assert counted == [2020, 2018]
    counted.clear()
    publish(folder, 2018, f"{BATH},District Council,4,26")
    texts(folder, FIVE_YEARS, 2018)
    assert counted == [2020]
    counted.clear()
    texts(folder, "{{ table.years }}", 2019, 2018, 2017)
    assert counted == [2020, 2019]


def test_a_problem_in_an_earlier_year_s_file_stops_the_letters_and_not_the_year_s_figures(
    folder: Path,
) -> None:
    publish(folder, 2019, f"{BATH},District Council,4,none")
    with pytest.raises(DataError) as refused:
        year_figures(inputs_of(folder))
    (problem,) = refused.value.problems
    assert (problem.file, problem.line, problem.value) == ("statistics-2019.csv", 2, "none")
    sources = inputs_of(folder).sources
    assert year_figures(read_inputs(sources, 2020, wording=False)).england.counts["upheld"] == 4


def test_a_file_of_an_earlier_year_is_never_overwritten(folder: Path) -> None:
    publish(folder, 2019, f"{BATH},District Council,4,26")
    assert (folder / "history" / "statistics-2019.csv").resolve() in inputs_of(folder).files


# ---- in what `check` finds


def test_figures_that_were_published_and_come_out_otherwise_are_found(folder: Path) -> None:
    """Bath's 25 of 2019 is counted right; the type's average is its own, since Cork had none."""
    publish(
        folder,
        2019,
        f"{BATH},District Council,4,25,26",
        f"{CORK},District Council,,30,26",
        columns="upheld_rate,upheld_average",
    )
    publish(folder, 2018, f"{BATH},District Council,4,49")
    year, before = review(folder, 2019).years[0], review(folder, 2019).years[1]
    assert list(year.differences) == [
        Difference("District Council", "upheld_average", Decimal(26), Decimal(25)),
        Difference(CORK, "upheld_rate", Decimal(30), None),
    ]
    assert list(before.differences) == []  # since that year is not said to be complete


def test_of_earlier_figures_those_are_found_that_are_not_compared(folder: Path) -> None:
    publish(
        folder, 2019, f"{BATH},County Council,4,26", "Derry District Council,District Council,4,26"
    )
    (year,) = review(folder).years
    assert list(year.not_compared) == [BATH]
    assert list(year.unknown) == ["Derry District Council"]


def test_outliers_are_found_by_what_was_published_and_by_complete_years(folder: Path) -> None:
    assert list(review(folder, 2016).outliers) == []  # 4 decisions after 1
    publish(folder, 2019, f"{BATH},District Council,20,26", f"{CORK},District Council,9,26")
    assert list(review(folder).outliers) == [Outlier(BATH, ReportingYear(2019), 20, 4)]


def test_a_recalculated_figure_that_a_text_does_not_mark_is_found(folder: Path) -> None:
    edition = folder / "edition"
    change(
        edition,
        (
            '"Dear {{ salutation }}"',
            "\"Dear {{ salutation }}{% if previous('upheld', 2) %}!{% endif %}\"",
        ),
    )
    (edition / "letter.md").write_text(
        f"{MARKED}\n\nAfter {{{{ previous('upheld') }}}} and {{{{ previous('remedy', 2) }}}}.\n"
    )
    own(edition, f"{BATH}.md", "{{ previous('upheld') }}\n")
    change(edition, (".\n\nAfter", ".{{ own_paragraphs }}\n\nAfter"), file="letter.md")
    found = [str(problem) for problem in review(folder, 2019, 2018).unmarked]
    write = "prints a recalculated figure without saying so; write {% if recalculated"
    assert found == [
        f"own/{BATH}.md, line 1: \"previous('upheld', 1)\" {write}(1) %}} (recalculated)"
        "{% endif %} after it.",
        f"letter.md, line 3: \"previous('remedy', 2)\" {write}(2) %}} (recalculated)"
        "{% endif %} after it.",
        f"edition.toml, line {line_of('Dear', edition)}, letter.salutation: "
        f"\"previous('upheld', 2)\" {write}(2) %}} (recalculated){{% endif %}} "
        "after it.",
    ]
    assert len(review(folder, 2018).unmarked) == 2
    publish(folder, 2018, f"{BATH},District Council,4,26")
    assert len(review(folder, 2018).unmarked) == 0
