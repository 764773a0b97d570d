from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lgo_letters.edition.diff import differences
from lgo_letters.edition.sentences import of_a_year, sentences, split

PIECES = [
    "We wrote", " to ", "Mr", ".", "!", "?", "…", " ", "  ", "\n", "\r\n", "\n\n", "- ", "1. ",
    "## ", "{{ year }}", "{% if compared %}", "{{", "[map](", ")", "**", '"', "2.7", "No", "é",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text())
def test_the_sentences_of_a_text_are_the_text_when_joined(text: str) -> None:
    assert "".join(split(text)) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "We wrote. We called! Did we? Yes… No",
            ["We wrote.", "We called!", "Did we?", "Yes…", "No"],
        ),
        (
            "Mr. King met Dr. J. A. Smith, e.g. Monday. So",
            ["Mr. King met Dr. J. A. Smith, e.g. Monday.", "So"],
        ),
        ("It rose to 2.7 per 100,000. 118 courses", ["It rose to 2.7 per 100,000.", "118 courses"]),
        ("See section No. 5. Is it so? No. We", ["See section No. 5.", "Is it so?", "No.", "We"]),
        (
            'He said "Stop." (Twice.) **Then.** It',
            ['He said "Stop."', "(Twice.)", "**Then.**", "It"],
        ),
        ("It is so, i.e. not otherwise. it goes on", ["It is so, i.e. not otherwise. it goes on"]),
        ("On {{ date }}. {{ body }} {{ a. B }}", ["On {{ date }}.", "{{ body }} {{ a. B }}"]),
        ("See [a map](https://x/a. B) now", ["See [a map](https://x/a. B) now"]),
        ("## What, 1\nOne line\nof two", ["## What, 1", "One line\nof two"]),
        ("Three:\n- One.\n- Two. More\n2. Two", ["Three:", "- One.", "- Two.", "More", "2. Two"]),
        ("One\n\n \t\nTwo\r\n\r\nThree.\r\nFour", ["One", "Two", "Three.", "Four"]),
        ("{% if a. B %}\nOne.\n{% endif %}\nTwo", ["{% if a. B %}", "One.", "{% endif %}", "Two"]),
    ],
)
def test_a_sentence_ends_where_a_reader_would_end_it(text: str, expected: list[str]) -> None:
    assert [piece.strip() for piece in split(text)] == expected


def test_each_sentence_has_its_file_and_the_line_on_which_it_begins() -> None:
    settings = (
        'year = 2020\n[letter]\nheading = """\n  One.\n  Two."""\noffice = [\n  "A",\n  "B"]\n'
    )
    body = "\ufeffFirst.\r\n{# Left out.\r\nToo. #}\r\n\r\nSecond,\r\non two. Third.\r\n"
    found = sentences({"letter.md": body.removeprefix("\ufeff"), "edition.toml": settings})
    assert [(one.file, one.line, one.setting, one.text) for one in found] == [
        ("letter.md", 1, None, "First."),
        ("letter.md", 5, None, "Second, on two."),
        ("letter.md", 6, None, "Third."),
        ("edition.toml", 1, "year", "2020"),
        ("edition.toml", 4, "letter.heading", "One."),
        ("edition.toml", 5, "letter.heading", "Two."),
        ("edition.toml", 7, "letter.office.1", "A"),
        ("edition.toml", 8, "letter.office.2", "B"),
    ]


def test_settings_that_are_not_toml_are_taken_line_by_line() -> None:
    found = sentences({"edition.toml": "# note\nyear = = 2020\n\ntitle = A. B\n"})
    assert [(one.line, one.text) for one in found] == [(2, "year = = 2020"), (4, "title = A. B")]


def test_a_number_that_python_will_not_write_is_shown_all_the_same() -> None:
    (sentence,) = sentences({"edition.toml": f"year = 0x{'f' * 9000}\n"})
    assert sentence.text == f"0x{'f' * 9000}"


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("We write to you with our annual summary for the year ending {{ year_end }}.", []),
        ("So, I hope that we, as the Ombudsman, did well.", []),
        ("**Complaints upheld** - We uphold complaints: Failure is rare.", []),
        ("{{ number('upheld') }} of {{ counted('decisions') }}", []),
        ("Attended by 178 delegates", ["178"]),
        (
            "It cost £1,400.50, or 12.5%, on 3rd July 2020 and in May.",
            ["£1,400.50", "12.5%", "3rd July 2020", "May"],
        ),
        ("1. First three areas", ["three"]),
        ("- **First** three areas", ["three"]),
        ("## First three areas", ["three"]),
        (
            "Earlier this year, and last financial year, we now hold new seminars",
            ["this year", "last financial year", "now", "new"],
        ),
        (
            "Seminars in London and King's Lynn, by Michael King",
            ["London", "King's Lynn", "Michael King"],
        ),
        ("Michael King", ["King"]),
        (
            "Visit our [website]({{ links.map }}) or www.lgo.org.uk/training",
            ["website", "www.lgo.org.uk/training"],
        ),
        ("In Österreich", ["Österreich"]),
    ],
)
def test_what_may_be_true_of_one_year_only_is_found_in_a_sentence(
    text: str, because: list[str]
) -> None:
    assert of_a_year(text, "Local Government and Social Care Ombudsman") == because


@pytest.mark.parametrize("piece", ["A b ", "[a](", "{{ a }}. B", ". ", " \n", "\n- ", '"', "1,"])
def test_a_text_that_is_made_to_be_slow_is_read_and_compared_in_seconds(piece: str) -> None:
    text = piece * (50_000 // len(piece))
    started = time.process_time()
    found = list(sentences({"letter.md": text}))
    for sentence in found[:100]:
        of_a_year(sentence.text, "")
    list(differences(found, list(sentences({"letter.md": f"Zz. {text[::-1]}"}))))
    assert time.process_time() - started < 5
