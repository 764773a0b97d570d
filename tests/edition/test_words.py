"""The words that are the program's own, in English and in other languages."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lgo_letters.edition.words import ENGLISH, Words
from tests.support.editions import change, line_of, problems, read_edition
from tests.support.letters import AVERAGES, BATH, compose, counts_of

GERMAN = """
[words]
page = "Seite"
months = [
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli",
    "August", "September", "Oktober", "November", "Dezember",
]
date = "{day}. {month} {year}"
thousands = "."
decimal = ","
example = "Beispiel: erfundene Zahlen"
authority_missing = "keine Angabe"
digital_signature = "Digitale Signatur"
service_area = "Bereich"
total = "Insgesamt"
none = "(ohne Angabe)"
statistic = "Kennzahl"
average = "Durchschnitt"
recalculated = "(neu berechnet)"
figures_file = "Die Zahlen dieses Briefes"
decisions_file = "Die Entscheidungen, aus denen sie sich ergeben"
"""


def with_words(edition: Path, words: str, language: str = "en-GB") -> Path:
    change(edition, ('"en-GB"', f'"{language}"'), ("[signatory]", f"{words}\n[signatory]"))
    return edition


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2020, 7, 22), "22 July 2020"),
        (date(2019, 4, 1), "1 April 2019"),
        (date(2020, 1, 9), "9 January 2020"),
        (date(2020, 12, 31), "31 December 2020"),
    ],
)
def test_a_letter_writes_a_date_in_words_without_a_leading_zero(day: date, written: str) -> None:
    assert ENGLISH.format_date(day) == written


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        ("{day}. {month} {year}", "22. July 2020"),
        ("{month} {day}, {year}", "July 22, 2020"),
        ("{year}年{month}{day}日", "2020年July22日"),
    ],
)
def test_a_date_is_written_after_the_edition_s_pattern(pattern: str, written: str) -> None:
    assert Words(date=pattern).format_date(date(2020, 7, 22)) == written


@pytest.mark.parametrize(
    ("thousands", "decimal", "written"),
    [
        (",", ".", "1,234,567.8"),
        (".", ",", "1.234.567,8"),
        ("\N{RIGHT SINGLE QUOTATION MARK}", ".", "1’234’567.8"),  # noqa: RUF001  # as the Swiss do
        ("", ",", "1234567,8"),
        (" ", ",", "1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567,8"),
    ],
)
def test_a_number_has_the_edition_s_marks(thousands: str, decimal: str, written: str) -> None:
    words = Words(thousands=thousands, decimal=decimal)
    assert words.format_number("1,234,567.8") == written


def test_a_letter_in_another_language_has_that_languages_words(edition_copy: Path) -> None:
    with_words(edition_copy, GERMAN, "de-AT")
    change(
        edition_copy,
        ("**{{ rate }}%** of complaints we investigated were upheld.",
         "{% if number('decisions') > 1_234 and number('decisions') == '12.345' %}"
         "{{ number('decisions') }} am {{ date }}: {{ rate }}{% endif %}"),
        ('denominator = "detailed_investigations"',
         'denominator = "detailed_investigations"\ndecimals = 1'),
    )  # fmt: skip
    letter = compose(edition_copy, BATH, counts_of(12_345, 5, 2), AVERAGES, example=True)
    assert (letter.language, letter.page, letter.mark) == (
        "de-AT", "Seite", "Beispiel: erfundene Zahlen",
    )  # fmt: skip
    assert (letter.date, letter.signature_field) == ("22. Juli 2020", "Digitale Signatur")
    assert letter.subject.endswith("31. März 2020")
    assert letter.panels[0].sentence.text == "12.345 am 22. Juli 2020: 40,0"


def test_a_number_with_spaces_between_thousands_is_not_broken(edition_copy: Path) -> None:
    with_words(edition_copy, '[words]\nthousands = " "')
    change(edition_copy, ("This year, we", "{{ counted('decisions') }} we"), file="letter.md")
    letter = compose(edition_copy, counts=counts_of(12_345))
    body = " ".join(getattr(block, "text", "") for block in letter.body)
    assert "12\N{NO-BREAK SPACE}345 decisions we" in body


def test_the_words_of_british_english_may_be_changed_one_by_one(edition_copy: Path) -> None:
    words = read_edition(with_words(edition_copy, '[words]\npage = "p."')).words
    assert words == ENGLISH.model_copy(update={"page": "p."})


@pytest.mark.parametrize("language", ["de", "cy", "en-US", "en"])
def test_another_language_needs_all_of_its_words(edition_copy: Path, language: str) -> None:
    (problem,) = problems(with_words(edition_copy, "", language))
    assert (problem.line, problem.column, problem.value) == (
        line_of("language = ", edition_copy), "document.language", language,
    )  # fmt: skip
    assert all(f" {name}" in problem.message for name in Words.model_fields)


def test_the_words_that_another_language_lacks_are_named(edition_copy: Path) -> None:
    words = GERMAN.replace('page = "Seite"\n', "").replace('decimal = ","\n', "")
    (problem,) = problems(with_words(edition_copy, words, "de"))
    assert problem.message == "needs words of its own; add to [words]: page, decimal."


@pytest.mark.parametrize(
    ("old", "new", "setting", "what"),
    [
        ('    "Januar", ', "    ", "words.months", "too few entries (11); write at least 12"),
        ('"Januar", ', '"Januar", "Jan", ', "words.months", "too many entries"),
        ('"Juli",', '"",', "words.months.7", "empty"),
        ("{day}. {month}", "{day}. {monat}", "words.date", "{day}, {month} and {year} once"),
        ("{day}. {month} {year}", "{day}. {month}", "words.date", "once each"),
        ("{day}. ", "{day}. {day}", "words.date", "once each"),
        ("{day}. ", "{day.__class__}. ", "words.date", "once each"),
        ("{day}. ", "{{ day }}. ", "words.date", "placeholder"),
        ("{day}. ", "{day}}. ", "words.date", "once each"),
        ('thousands = "."', 'thousands = ".."', "words.thousands", "not a mark between thousands"),
        ('thousands = "."', 'thousands = "5"', "words.thousands", "not a mark between thousands"),
        ('decimal = ","', 'decimal = ""', "words.decimal", "not a decimal mark"),
        ('decimal = ","', 'decimal = "."', "words.decimal", "the mark between thousands too"),
        ('page = "Seite"', 'page = "{{ page }}"', "words.page", "placeholder"),
        ('page = "Seite"', 'pag = "Seite"', "words.pag", 'the nearest is "page"'),
    ],
)  # fmt: skip
def test_a_word_that_cannot_be_used_is_named_with_its_line(
    edition_copy: Path, old: str, new: str, setting: str, what: str
) -> None:
    with_words(edition_copy, GERMAN, "de")
    change(edition_copy, (old, new))
    (problem,) = problems(edition_copy)
    assert problem.column == setting
    lines = (edition_copy / "edition.toml").read_text(encoding="utf-8").splitlines()
    assert problem.line is not None
    assert setting == "words.months" or new.strip().split()[0] in lines[problem.line - 1]
    assert what in problem.message
