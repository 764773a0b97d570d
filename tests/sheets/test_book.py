from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lgo_letters.errors import EditionError
from lgo_letters.figures.compare import YearFigures
from lgo_letters.figures.explain import cases_by_authority
from lgo_letters.figures.report import authority_fields
from lgo_letters.letter.letter import Letter
from lgo_letters.run.composed import year_figures, year_letters
from lgo_letters.run.inputs import Inputs, read_inputs
from lgo_letters.run.sources import Sources
from lgo_letters.sheets.book import Book, Cell, Sheet, compose_book
from tests.support.editions import change, problems
from tests.support.paths import EDITION, TESTS

SEENLANDE = TESTS / "editions" / "seenlande"
AVON, EXE = "Avon Council", "Transport for Exe"
AUTHORITIES = """name,type,role,recipient,email,until,successor
Avon Council,District Council,Chief Executive,Ms Secret,secret@example.org,,
Brent Council,District Council,Chief Executive,,,2018-01-01,Avon Council
Transport for Exe,Transport body,Commissioner,,,,
"""
DECISIONS = """reference,authority,service_area,decision_date,decision,satisfactory_remedy,\
compliance_date,compliance_outcome
19 000 001,Avon Council,Housing,2019-05-01,Upheld,yes,2019-07-01,Complied
19 000 002,Avon Council,,2019-05-02,Not upheld,,,
18 000 003,Avon Council,Housing,2019-03-03,Upheld,no,2019-04-05,Complied late
18 000 004,Avon Council,Housing,2019-03-04,Upheld,no,2019-03-31,Not complied
19 000 005,Brent Council,Planning,2019-06-01,Upheld,,,
"""


def books(inputs: Inputs) -> dict[str, Book]:
    figures, edition = year_figures(inputs), inputs.validated_edition()
    cases = cases_by_authority(inputs.data, figures.definitions, figures.year)
    return {
        letter.authority: compose_book(letter, one, cases.get(letter.authority, ()), edition)
        for letter, one in zip(year_letters(inputs, figures), figures.authorities, strict=True)
    }


def small(edition: Path = EDITION) -> dict[str, Book]:
    """Two authorities' books; the first has a case of a body that it succeeded."""
    Path("authorities.csv").write_text(AUTHORITIES, encoding="utf-8")
    Path("decisions.csv").write_text(DECISIONS, encoding="utf-8")
    return books(
        read_inputs(Sources(Path("decisions.csv"), Path("authorities.csv"), edition), 2020)
    )


def sheet_of(book: Book, table: str) -> Sheet:
    (found,) = (sheet for sheet in book.sheets if sheet.table == table)
    return found


def details_of(book: Book) -> dict[Cell, Cell]:
    """The rows of its cover."""
    items, details = zip(*sheet_of(book, "about").rows, strict=True)
    return dict(zip(items, details, strict=True))


@pytest.fixture(scope="module")
def of_the_example(inputs: Inputs) -> dict[str, Book]:
    return books(inputs)


# ---- figures and cases


def test_figures_are_those_of_stats(
    figures: YearFigures, of_the_example: Mapping[str, Book]
) -> None:
    definitions = figures.definitions
    for one in figures.authorities:
        fields = authority_fields(one, definitions)
        rows = sheet_of(of_the_example[one.authority.name], "figures").rows
        for statistic, (*_, above, below, rate, average) in zip(
            definitions.statistics, rows, strict=True
        ):
            assert (above, below) == (fields[statistic.numerator], fields[statistic.denominator])
            for cell, name in ((rate, "rate"), (average, "average")):
                expected = fields[f"{statistic.name}_{name}"]
                assert cell == ("no figure" if expected is None else expected)


def test_every_case_behind_a_count_is_listed_and_says_what_it_counts_as(
    figures: YearFigures, of_the_example: Mapping[str, Book]
) -> None:
    shown = {"decisions": "decision", "upheld": "upheld decision", "complied": "complied"}
    for one in figures.authorities:
        book = of_the_example[one.authority.name]
        decisions, compliance = (sheet_of(book, n).rows for n in ("decisions", "compliance"))
        assert len(decisions) == one.counts["decisions"]
        assert len(compliance) == one.counts["compliance_outcomes"]
        counts_as = [str(row[-1]).split(", ") for row in (*decisions, *compliance)]
        for name, noun in shown.items():
            assert sum(noun in nouns for nouns in counts_as) == one.counts[name]


def test_each_case_stands_on_the_sheet_of_the_date_that_falls_in_the_year(
    workplace: Path,
) -> None:
    avon = small()[AVON]
    upheld = "decision, detailed investigation, upheld decision"
    assert sheet_of(avon, "decisions").rows == (
        ("19 000 001", AVON, "Housing", date(2019, 5, 1), "Upheld", "Yes",
         "decision, satisfactory remedy decision, detailed investigation, upheld decision"),
        ("19 000 002", AVON, "(none)", date(2019, 5, 2), "Not upheld", "(none)",
         "decision, detailed investigation"),
        ("19 000 005", "Brent Council", "Planning", date(2019, 6, 1), "Upheld", "(none)", upheld),
    )  # fmt: skip
    assert sheet_of(avon, "compliance").rows == (
        ("18 000 003", AVON, "Housing", date(2019, 3, 3), date(2019, 4, 5), "Complied late",
         "compliance outcome, complied, complied late"),
        ("19 000 001", AVON, "Housing", date(2019, 5, 1), date(2019, 7, 1), "Complied",
         "compliance outcome, complied"),
    )  # fmt: skip
    assert sheet_of(avon, "figures").rows == (
        ("Complaints upheld (%)", "Upheld decisions out of detailed investigations",
         2, 3, Decimal(67), Decimal(67)),
        ("Compliance with Ombudsman recommendations (%)", "Complied out of compliance outcomes",
         2, 2, Decimal(100), Decimal(100)),
        ("Satisfactory remedies provided by the authority (%)",
         "Satisfactory remedy decisions out of upheld decisions",
         1, 2, Decimal(50), Decimal(50)),
    )  # fmt: skip


def test_where_nothing_is_counted_a_sheet_has_no_rows_and_a_figure_says_so(
    workplace: Path,
) -> None:
    exe = small()[EXE]
    assert sheet_of(exe, "decisions").rows == sheet_of(exe, "compliance").rows == ()
    for *_, above, below, rate, average in sheet_of(exe, "figures").rows:
        assert (above, below, rate, average) == (0, 0, "no figure", "no figure")


def test_no_recipient_and_no_address_is_in_it(workplace: Path) -> None:
    for book in small().values():
        assert "ecret" not in repr(book)
        assert "Chief Executive" not in repr(book)


# ---- the cover


def test_the_cover_says_what_it_is_of_which_year_and_whom_to_ask(
    of_the_example: Mapping[str, Book], letters: Mapping[str, Letter]
) -> None:
    book = of_the_example["Bromsgrove District Council"]
    cover = book.sheets[0]
    assert cover.lines == (
        letters["Bromsgrove District Council"].title,
        "Unpublished cases: not for publication",
        "Example: invented figures",
    )
    details = details_of(book)
    assert [sheet.name for sheet in book.sheets] == ["About", "Figures", "Decisions", "Compliance"]
    assert details.keys() > {sheet.name for sheet in book.sheets}
    assert details["Authority"] == "Bromsgrove District Council"
    assert details["Reporting year"] == "1 April 2019 to 31 March 2020"
    assert details["Date"] == "22 July 2020"
    assert details["Whom to ask"] == "Local Government and Social Care Ombudsman"


def test_the_edition_may_say_whom_to_ask_and_change_single_words(
    workplace: Path, edition_copy: Path
) -> None:
    words = '[sheets]\ncontact = "data@ombudsman.example"\nrate = "Share"\n\n[signatory]'
    change(edition_copy, ("[signatory]", words))
    book = small(edition_copy)[AVON]
    assert details_of(book)["Whom to ask"] == "data@ombudsman.example"
    assert "Example" not in repr(book.sheets[0])
    assert "Share" in sheet_of(book, "figures").headings
    assert "Number" in sheet_of(book, "figures").headings


# ---- another language


def test_a_book_in_another_language_has_that_languages_words() -> None:
    files = SEENLANDE / "decisions.csv", SEENLANDE / "authorities.csv"
    book = books(read_inputs(Sources(*files, SEENLANDE), 2022))["Gemeinde Aalsee"]
    assert [sheet.name for sheet in book.sheets] == [
        "Übersicht", "Zahlen", "Entscheidungen", "Umsetzung",
    ]  # fmt: skip
    assert details_of(book)["Berichtsjahr"] == "1.\xa0Juli 2021 bis 30.\xa0Juni 2022"
    assert [row[0] for row in sheet_of(book, "figures").rows][-1] == (
        "Abhilfe schon vor der Beschwerde (je 10.000)"
    )
    assert [row[-2] for row in sheet_of(book, "compliance").rows] == ["Umgesetzt", "Umgesetzt"]
    assert sheet_of(book, "decisions").rows[1][-2:] == (
        "ja",
        "Entscheidung, Fall mit Abhilfe vorab, teilweise begründeter Fall, beanstandeter Fall",
    )


def _seenlande_with(folder: Path, words: str) -> Path:
    """The edition with these words of sheets only."""
    edition = Path(shutil.copytree(SEENLANDE, folder / "edition"))
    text = (edition / "edition.toml").read_text(encoding="utf-8")
    before, _, rest = text.partition("[sheets]\n")
    _, _, after = rest.partition("[signatory]\n")
    (edition / "edition.toml").write_text(f"{before}{words}[signatory]\n{after}", encoding="utf-8")
    return edition


def test_an_edition_without_its_languages_words_for_sheets_makes_letters_and_no_book(
    tmp_path: Path,
) -> None:
    edition = _seenlande_with(tmp_path, "")
    files = SEENLANDE / "decisions.csv", SEENLANDE / "authorities.csv"
    inputs = read_inputs(Sources(*files, edition), 2022)
    assert year_letters(inputs, year_figures(inputs))
    with pytest.raises(EditionError) as raised:
        books(inputs)
    (problem,) = raised.value.problems
    assert '"de" is the language, and sheets need words in it; add to [sheets]: about, ' in str(
        problem
    )
    assert "contact" not in problem.message


@pytest.mark.parametrize(
    ("words", "column", "what"),
    [
        ('[sheets]\nabout = "Info"\n', "document.language", "add to [sheets]: figures, "),
        ('[sheets]\nabout = "A/B"\n', "sheets.about", "is not a sheet's name"),
        ('[sheets]\nabout = "' + 32 * "x" + '"\n', "sheets.about", "in at most 31 characters"),
    ],
)
def test_words_of_sheets_that_cannot_be_used_are_problems(
    tmp_path: Path, words: str, column: str, what: str
) -> None:
    (problem,) = problems(_seenlande_with(tmp_path, words), 2022)
    assert problem.column == column
    assert what in problem.message


@pytest.mark.parametrize(
    ("words", "column"),
    [
        ('about = "figures"', "sheets.figures"),
        ('rate = "number"', "sheets.rate"),
        ('decision = "Service area"', "words.service_area"),
    ],
)
def test_two_sheets_or_columns_of_one_name_are_a_problem(
    edition_copy: Path, words: str, column: str
) -> None:
    change(edition_copy, ("[signatory]", f"[sheets]\n{words}\n\n[signatory]"))
    (problem,) = problems(edition_copy)
    assert problem.column == column
    assert "is given twice in [sheets] as a " in problem.message
