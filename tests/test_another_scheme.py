"""The letters of another ombudsman, in another language: an invented scheme, tables and all.

Its year starts on 1 July, and it writes in German: tests/editions/seenlande.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import page
import pypdfium2
import pytest

from lgo_letters.edition.text.blocks import Table
from lgo_letters.figures.compare import YearFigures
from lgo_letters.letter.letter import Letter
from lgo_letters.pdf.template import typeset_fast
from lgo_letters.pdf.typeset import typeset
from lgo_letters.run.composed import year_figures, year_letters
from lgo_letters.run.inputs import Inputs, read_inputs
from lgo_letters.run.sources import Sources
from tests.support.commands import run
from tests.support.pages import words_of
from tests.support.paths import TESTS
from tests.support.tags import TaggedPdf, complaints, opened

SEENLANDE = TESTS / "editions" / "seenlande"
DECISIONS, AUTHORITIES = SEENLANDE / "decisions.csv", SEENLANDE / "authorities.csv"
AALSEE, BIRKENFELDE, MUERITZHOEHE, OSTERMOOR, ZWECKVERBAND = (
    "Gemeinde Aalsee",
    "Gemeinde Birkenfelde",
    "Stadt Müritzhöhe",
    "Gemeinde Ostermoor",
    "Zweckverband Wasser Seenlande-Nord",
)


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    return read_inputs(Sources(DECISIONS, AUTHORITIES, SEENLANDE), 2022)


@pytest.fixture(scope="module")
def figures(inputs: Inputs) -> YearFigures:
    return year_figures(inputs)


@pytest.fixture(scope="module")
def letters(inputs: Inputs, figures: YearFigures) -> Mapping[str, Letter]:
    return {letter.authority: letter for letter in year_letters(inputs, figures)}


def of_the_scheme(command: str, *arguments: str | Path) -> list[str | Path]:
    files = ["--edition", SEENLANDE, "--decisions", DECISIONS, "--authorities", AUTHORITIES]
    return [command, *arguments, "--year", "2022", *map(str, files)]


# ---- figures


def test_its_year_runs_from_1_july_to_30_june_both_days_included(figures: YearFigures) -> None:
    year = figures.year
    assert (year.start, year.end) == (date(2021, 7, 1), date(2022, 6, 30))
    assert year.label == "2021-22"


# By hand from decisions.csv, whose first rows lie on the year's edges: decisions, wholly and partly
# upheld, remedied before, outcomes, complied with.
@pytest.mark.parametrize(
    ("authority", "counted"),
    [
        # Not the decisions of 30 June 2021 and 1 July 2022, but the outcome of 1 July 2021.
        (AALSEE, (4, 1, 2, 1, 2, 2)),
        (BIRKENFELDE, (3, 1, 0, 0, 1, 1)),
        (MUERITZHOEHE, (2, 1, 1, 2, 2, 1)),
        (OSTERMOOR, (0, 0, 0, 0, 0, 0)),
        (ZWECKVERBAND, (1, 0, 0, 0, 0, 0)),
    ],
)
def test_its_findings_are_counted_as_it_says(
    figures: YearFigures, authority: str, counted: tuple[int, ...]
) -> None:
    (counts,) = (one.counts for one in figures.authorities if one.authority.name == authority)
    names = (
        "decisions begruendet teilweise satisfactory_remedies compliance_outcomes complied".split()
    )
    assert tuple(counts[name] for name in names) == counted
    assert counts["beanstandet"] == counts["begruendet"] + counts["teilweise"]


def test_its_averages_are_those_of_its_type(figures: YearFigures) -> None:
    (gemeinden,) = figures.types
    printed = {
        statistic.name: statistic.printed(rate)
        for statistic in figures.definitions.statistics
        if (rate := gemeinden.averages[statistic.name]) is not None
    }
    # 6 of 9, 3 of 9, 4 of 5, 3 of 6: the Zweckverband's one decision is not among them.
    assert printed == {
        "beanstandet": "66.7", "teilweise": "33", "umgesetzt": "80", "abhilfe": "5,000.0",
    }  # fmt: skip


# ---- letters


def test_its_letter_is_the_expected_one_word_for_word(letters: Mapping[str, Letter]) -> None:
    expected = (SEENLANDE / "letter-to-aalsee.txt").read_text(encoding="utf-8")
    assert words_of(letters[AALSEE]) == expected.split()


def test_an_authority_without_a_decision_gets_the_averages_alone(
    letters: Mapping[str, Letter],
) -> None:
    words = " ".join(words_of(letters[OSTERMOOR]))
    assert "Im Berichtsjahr mussten wir über keine Beschwerde entscheiden." in words
    assert "haben wir über keine Beschwerde entschieden. Der Durchschnitt aller Gem" in words
    assert "waren von je 10.000 beanstandeten Fällen 5.000,0 schon behoben." in words
    charts = [panel.chart and panel.chart.alternative for panel in letters[OSTERMOOR].panels]
    assert charts == [
        "Leeres Ringdiagramm: keine Entscheidungen",
        None,
        "Leeres Balkendiagramm: keine Entscheidungen",
        "Leeres Ringdiagramm: keine Empfehlungen",
        "Leeres Balkendiagramm: kein beanstandeter Fall",
    ]


def test_a_type_that_is_not_compared_reads_no_averages(letters: Mapping[str, Letter]) -> None:
    words = " ".join(words_of(letters[ZWECKVERBAND]))
    assert "hilft, aus Beschwerden zu lernen" in words
    assert "dass sie Ihrer Einrichtung hilft" in words
    assert "1 Entscheidung getroffen" in words
    assert "0,0 % der Beschwerden" in words
    assert not any(word in words for word in ("Durchschnitt", "vergleichen", "Gemeinde"))


def test_own_paragraphs_go_to_their_authority_alone(letters: Mapping[str, Letter]) -> None:
    with_them = [name for name, one in letters.items() if "vorbildlich." in words_of(one)]
    assert with_them == [MUERITZHOEHE]


def test_a_table_of_its_letters_speaks_its_language(letters: Mapping[str, Letter]) -> None:
    (table,) = letters[MUERITZHOEHE].tables()
    assert table == Table(
        "Unsere Entscheidungen nach Bereichen, 2021-22",
        ("Bereich", "Entscheidungen", "Beanstandete Fälle"),
        (("Bauen", "1", "1"), ("Verkehr", "1", "1"), ("Insgesamt", "2", "2")),
        has_total=True,
    )


def test_charts_say_their_figures_with_the_languages_own_marks(
    letters: Mapping[str, Letter],
) -> None:
    charts = [panel.chart and panel.chart.alternative for panel in letters[MUERITZHOEHE].panels]
    assert charts == [
        "Ringdiagramm: 100,0 Prozent beanstandet, Durchschnitt 66,7 Prozent",
        None,
        "Balkendiagramm: 50 Prozent teilweise begründet, Durchschnitt 33 Prozent",
        "Ringdiagramm: 50 Prozent umgesetzt, Durchschnitt 80 Prozent",
        "Balkendiagramm: 10.000,0 von 10.000, Durchschnitt 5.000,0",
    ]


# ---- pages


@pytest.mark.parametrize("authority", [AALSEE, MUERITZHOEHE, OSTERMOOR, ZWECKVERBAND])
def test_its_letters_meet_both_standards_and_their_tags_say_what_they_say(
    letters: Mapping[str, Letter], authority: str
) -> None:
    letter = letters[authority]
    pdf = typeset(letter)
    for profile in ("ua1", "3a"):
        report = page.validate_pdf_bytes(pdf.content, profile=profile)
        assert [f"{failure.rule_id}: {failure.message}" for failure in report.failures] == []
    with opened(pdf.content) as tagged:
        assert complaints(TaggedPdf(tagged), letter) == []
        assert str(tagged.Root.Lang) == "de"


def test_its_pages_are_numbered_in_its_language(letters: Mapping[str, Letter]) -> None:
    with pypdfium2.PdfDocument(typeset(letters[AALSEE]).content) as document:
        pages = [drawn.get_textpage().get_text_bounded() for drawn in document]
    assert [text.split()[-2:] for text in pages[1:]] == [["Seite", "2"], ["Seite", "3"]]
    assert not any(word in " ".join(pages) for word in ("Page", "Example", "average", "2022-"))


def test_the_fast_layout_sets_its_letters_too(letters: Mapping[str, Letter]) -> None:
    for letter in letters.values():
        assert typeset_fast(letter, signature_field=True) == typeset(letter, signature_field=True)


# ---- commands


def test_check_speaks_english_with_the_schemes_own_nouns() -> None:
    result = run(*of_the_scheme("check"))
    assert result.exit_code == 0, result.output
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    for line in (
        "Reporting year 2022: 1 July 2021 to 30 June 2022",
        "Entscheidungen: 10",
        "Beanstandete Fälle: 6 of 10 Entscheidungen (60.00%)",
        "Umsetzung unserer Empfehlungen: 4 of 5 Empfehlungen (80.0%)",
        "Nicht begründet 0 4 0 4",  # in 2021, 2022, 2023, and all
        "Begründet 1 3 1 5",
        "Dates in the file: 30 June 2021 to 1 July 2022",
        f"Without a decision in the year (1): {OSTERMOOR}",
    ):
        assert line in lines


def test_stats_has_the_schemes_jurisdiction_and_period() -> None:
    result = run(*of_the_scheme("stats"))
    assert result.stdout.splitlines()[-1].split()[:3] == ["Seenlande", "(5)", "10"]
    assert "England" not in result.stdout
    assert result.stdout.splitlines()[0].split()[:2] == ["Authority", "Entscheidungen"]
    result = run(*of_the_scheme("stats", "--format", "json"))
    assert json.loads(result.stdout)["period"] == {"start": "2021-07-01", "end": "2022-06-30"}


def test_generate_writes_its_letters(tmp_path: Path) -> None:
    result = run(*of_the_scheme("generate", "--out", tmp_path / "letters"))
    assert result.exit_code == 0, result.output
    assert len([*(tmp_path / "letters").glob("*.pdf")]) == 5


# ---- what its tables may say


def refused(tmp_path: Path, old: str, new: str) -> tuple[int | None, str | None, str | None]:
    text = DECISIONS.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "decisions.csv").write_text(text.replace(old, new, 1), encoding="utf-8")
    shutil.copy(AUTHORITIES, tmp_path)
    tables = Sources(tmp_path / "decisions.csv", tmp_path / "authorities.csv", SEENLANDE)
    (problem,) = read_inputs(tables, 2022).data.problems
    return problem.line, problem.column, problem.value


@pytest.mark.parametrize("reference", ["BB-02/21", "19 001 854", "BB-0002/2021", "xBB-0002/21"])
def test_its_references_follow_its_own_pattern(tmp_path: Path, reference: str) -> None:
    found = refused(tmp_path, "BB-0002/21", reference)
    assert found == (3, "reference", reference)


def test_its_findings_and_service_areas_are_its_own(tmp_path: Path) -> None:
    assert refused(tmp_path, "Bauen,2021-07-01,Begründet", "Bauen,2021-07-01,Upheld") == (
        3, "decision", "Upheld",
    )  # fmt: skip
    assert refused(tmp_path, "Bauen,2021-07-01", "Bauten,2021-07-01") == (
        3, "service_area", "Bauten",
    )  # fmt: skip


def test_dates_before_there_was_its_ombudsman_are_told(tmp_path: Path) -> None:
    text = DECISIONS.read_text(encoding="utf-8").replace("2021-06-30", "1998-06-30")
    decisions = tmp_path / "decisions.csv"
    decisions.write_text(text, encoding="utf-8")
    result = run(*of_the_scheme("stats"), "--decisions", decisions)  # the last one counts
    assert "has 1 date in the future or before 1998, when there was no Ombudsman" in result.stderr
