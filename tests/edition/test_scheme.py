"""What another scheme may set, and what of it cannot be used, with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.editions import change, line_of, problems, read_edition

FIRST = "\nyear = 2020"
BEFORE_LETTER = "\n[letter]\n"


# ---- one setting


@pytest.mark.parametrize(
    ("start", "what"),
    [
        ("02-29", "is not a day of every year; write the month and the day as 04-01."),
        ("04-31", "is not a day of every year"),
        ("13-01", "is not a month and a day; write it as 04-01."),
        ("00-01", "is not a month and a day"),
        ("4-1", "is not a month and a day"),
        ("1 April", "is not a month and a day"),
    ],
)
def test_a_year_starts_on_a_day_of_every_year(edition_copy: Path, start: str, what: str) -> None:
    change(edition_copy, (FIRST, f'{FIRST}\nyear_starts = "{start}"'))
    (problem,) = problems(edition_copy)
    assert (problem.line, problem.column, problem.value) == (
        line_of("year_starts", edition_copy), "year_starts", start,
    )  # fmt: skip
    assert problem.message.startswith(what)


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("[0-9", "missing ]"),
        ("(?=a)a", "invalid perl operator: (?="),  # look-ahead
        ("(?<!a)b", "invalid perl operator: (?<"),  # look-behind
        (r"(a)\1", r"invalid escape sequence: \1"),  # a back-reference
        ("((a{100}){100}){100}", "repetition"),  # a million letters
    ],
)
def test_a_pattern_that_duckdb_cannot_run_is_named_with_the_reason(
    edition_copy: Path, pattern: str, why: str
) -> None:
    change(edition_copy, (FIRST, f"{FIRST}\nreference_pattern = '{pattern}'"))
    (problem,) = problems(edition_copy)
    assert (problem.line, problem.column, problem.value) == (
        line_of("reference_pattern", edition_copy), "reference_pattern", pattern,
    )  # fmt: skip
    assert why in problem.message


@pytest.mark.parametrize("pattern", [r"B-\d{4}/[0-9]{2}", "(a+)+$", "(?i)[a-zß]+"])
def test_a_pattern_that_duckdb_can_run_is_kept(edition_copy: Path, pattern: str) -> None:
    change(edition_copy, (FIRST, f"{FIRST}\nreference_pattern = '{pattern}'"))
    assert read_edition(edition_copy).settings.reference_pattern == pattern


@pytest.mark.parametrize(
    ("years", "what"),
    [
        ("1", "is too small; write a whole number of at least 2."),
        ("7", "is too large; write a whole number of at most 6."),
        ('"3"', "is not a whole number; write it in digits, without quotation marks."),
        ("2.5", "is not a whole number; write it in digits, without quotation marks."),
    ],
)
def test_a_number_out_of_its_bounds_is_told_what_they_are(
    edition_copy: Path, years: str, what: str
) -> None:
    change(edition_copy, (BEFORE_LETTER, f"\n[tables]\nyears = {years}\n{BEFORE_LETTER}"))
    (problem,) = problems(edition_copy)
    assert (problem.line, problem.column) == (line_of("years =", edition_copy), "tables.years")
    assert problem.message == what


# ---- settings that contradict each other


@pytest.mark.parametrize(
    ("settings", "column", "value"),
    [
        ('service_areas = [\n"Housing",\n"Planning",\n"housing", # again\n]',
         "service_areas.3", "housing"),
        ('breaks = [\n{ before = 2019, note = "a" },\n{ before = 2018, note = "b" },\n'
         '{ before = 2019, note = "c" },\n] # again', "breaks.3.before", "2019"),
    ],
)  # fmt: skip
def test_what_is_given_twice_is_named(
    edition_copy: Path, settings: str, column: str, value: str
) -> None:
    change(edition_copy, (FIRST, f"{FIRST}\n{settings}"))
    (problem,) = problems(edition_copy)
    assert (problem.column, problem.value) == (column, value)
    assert "is given twice" in problem.message


def test_two_breaks_before_one_year_are_named_with_the_second_line(edition_copy: Path) -> None:
    one = '\n[[breaks]]\nbefore = 2019\nnote = "a"\n'
    change(edition_copy, (BEFORE_LETTER, f"{one}{one.replace('2019', '2019 # again')}[letter]\n"))
    (problem,) = problems(edition_copy)
    assert problem.line == line_of("# again", edition_copy)
    assert problem.message == "is given twice in [[breaks]]; change or delete one of the two."


PANEL = '\n[[panels]] # last\nheading = "Decisions"\n'


@pytest.mark.parametrize(
    "panel",
    [
        'chart = "ring"\nsentence = "{{ rate }}% and {{ average }}%"\n',
        'chart = "bar"\nsentence = "All"\nnote = "{{ rate }}"\n',
        'chart = "ring"\nsentence = "All"\nchart_text = "{{ rate }}"\nchart_nothing = "None"\n',
    ],
)
def test_a_chart_without_a_statistic_is_one_problem(edition_copy: Path, panel: str) -> None:
    with (edition_copy / "edition.toml").open("a", encoding="utf-8") as file:
        file.write(PANEL + panel)
    (problem,) = problems(edition_copy)
    assert (problem.line, problem.column) == (line_of("# last", edition_copy) + 2, "panels.4.chart")
    assert "a chart shows a statistic; name it" in problem.message


@pytest.mark.parametrize(
    ("words", "line", "message"),
    [
        ("", 0, "the setting is missing; add it."),
        ('sentence = ""\n', 2, "the text is empty; write it."),
        ('sentence = "{# later #}"\n', 2, "is not one paragraph of text; make it one."),
    ],
)
def test_a_panel_without_words_is_named(
    edition_copy: Path, words: str, line: int, message: str
) -> None:
    with (edition_copy / "edition.toml").open("a", encoding="utf-8") as file:
        file.write(PANEL + words)
    (problem,) = problems(edition_copy)
    assert problem.line == line_of("# last", edition_copy) + line
    assert (problem.column, problem.message) == ("panels.4.sentence", message)


# ---- lines


def test_a_list_of_tables_that_is_too_long_is_named_with_the_line_where_it_begins(
    edition_copy: Path,
) -> None:
    with (edition_copy / "edition.toml").open("a", encoding="utf-8") as file:
        file.write(4 * f'{PANEL}sentence = "a"\n')
    (problem,) = problems(edition_copy)
    lines = (edition_copy / "edition.toml").read_text(encoding="utf-8").splitlines()
    assert (problem.line, problem.column) == (lines.index("[[panels]]") + 1, "panels")


@pytest.mark.parametrize(
    ("noun", "line"),
    [('x = [\n"one",\n5, # wrong\n]', 0), ('x = ["one", 5] # wrong', 0), ("x = 5 # wrong", 0)],
)
def test_an_entry_that_is_not_a_text_is_named_within_its_list(
    edition_copy: Path, noun: str, line: int
) -> None:
    change(edition_copy, ("[nouns]", f"[nouns]\n{noun}"))
    (problem,) = problems(edition_copy)
    assert problem.line == line_of("x = ", edition_copy) + line


def test_a_role_given_twice_is_named_however_it_is_typed(edition_copy: Path) -> None:
    with (edition_copy / "edition.toml").open("a", encoding="utf-8") as file:
        file.write('[signoff]\nroles = ["analyst", "approver", " Analyst"]\n')
    (problem,) = problems(edition_copy)
    assert problem.message == "is given twice in [signoff]; change or delete one of the two."
    assert problem.value == " Analyst"
