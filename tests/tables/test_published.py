"""What may be public: the columns of decisions.csv for the pages, and improvements.csv."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from unittest import mock

import pytest

from lgo_letters.tables.data import Authority, AuthorityList, FileReport
from lgo_letters.tables.decisions import read as decisions
from lgo_letters.tables.decisions.columns import PUBLIC_COLUMNS, decision_columns
from lgo_letters.tables.export import read_mapping
from lgo_letters.tables.improvements import Improvement, read_improvements
from lgo_letters.tables.mapping import NO_MAPPING, TableMapping
from tests.support.commands import HEADER
from tests.support.definitions import KINDS
from tests.support.workbooks import write_workbook

KNOWN = AuthorityList(
    (
        Authority("Bromsgrove District Council", "District Council", "Chief Executive"),
        Authority("Leeds City Council", "Metropolitan Borough", "Chief Executive"),
    )
)
RIGHT = ["Bromsgrove District Council", "Housing", "2019-05-01", "Upheld", "no", "", ""]
Rows = list[list[str]]
Read = tuple[list[tuple[object, ...]], list[str]]


def table(*rows: list[str], header: str = ",".join(PUBLIC_COLUMNS)) -> Rows:
    """decisions.csv of rows of which only the columns for the pages are given."""
    return [
        [*HEADER.rstrip().split(","), *header.split(",")],
        *([f"19 000 {number:03}", *RIGHT, *row] for number, row in enumerate(rows)),
    ]


def text_of(rows: Rows) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def read(file: Path, mapping: TableMapping = NO_MAPPING, *, texts: bool = True) -> Read:
    """What the columns for the pages say, row by row, and the problems."""
    asked = decision_columns(KNOWN, KINDS, texts=texts)
    rows, report = decisions.read_decisions(file, asked, KINDS, mapping)
    columns = ", ".join(PUBLIC_COLUMNS)
    found = rows.query(f"select {columns} from decisions order by line")  # noqa: S608
    return found, [str(problem) for problem in report.problems]


def read_text(folder: Path, rows: Rows, mapping: TableMapping = NO_MAPPING) -> Read:
    file = folder / "decisions.csv"
    file.write_text(text_of(rows), encoding="utf-8")
    return read(file, mapping)


SUMMARY = (
    "Caf\xe9 \N{EM DASH} a fee of \xa340, not \xa330; it\N{RIGHT SINGLE QUOTATION MARK}s fault"
)
ADDRESS = "https://www.example.org:8080/decisions/19-000-000?lang=en&x=%20#top"
ROWS = table(
    ["yes", SUMMARY, ADDRESS, "http://example.org"],
    ["No", "", "", ""],
    ["", "  two \t spaces ", "", ""],
    ["TRUE", "", "", ADDRESS],
)
READ = [
    (True, SUMMARY, ADDRESS, "http://example.org"),
    (False, None, None, None),
    (None, "two spaces", None, None),
    (True, None, None, ADDRESS),
]


def test_the_columns_for_the_pages_are_read_alike_in_both_ways_and_from_a_workbook(
    tmp_path: Path,
) -> None:
    with mock.patch.object(decisions, "_read_carefully", side_effect=AssertionError):
        assert read_text(tmp_path, ROWS) == (READ, [])
    with mock.patch.object(decisions, "strict_scan", return_value=None):
        assert read(tmp_path / "decisions.csv") == (READ, [])
    write_workbook(tmp_path / "decisions.xlsx", ROWS)
    assert read(tmp_path / "decisions.xlsx") == (READ, [])


def test_texts_that_are_not_kept_are_read_in_both_ways(tmp_path: Path) -> None:
    without_texts = [(published, None, None, None) for published, *_ in READ]
    file = tmp_path / "decisions.csv"
    file.write_text(text_of(ROWS), encoding="utf-8")
    with mock.patch.object(decisions, "_read_carefully", side_effect=AssertionError):
        assert read(file, texts=False) == (without_texts, [])
        with mock.patch.object(decisions, "_SAMPLE", 1):
            assert read(file, texts=False) == (without_texts, [])
    with mock.patch.object(decisions, "strict_scan", return_value=None):
        assert read(file, texts=False) == (without_texts, [])


def test_quotation_marks_and_commas_and_line_ends_in_a_summary_are_its_own(tmp_path: Path) -> None:
    rows = table(["yes", 'He said "no",\nand left', "", ""], ["yes", "", "", ""])
    assert read_text(tmp_path, rows) == (
        [(True, 'He said "no", and left', None, None), (True, None, None, None)],
        [],
    )


def test_a_file_without_the_columns_or_with_some_of_them_says_nothing_else(tmp_path: Path) -> None:
    assert read_text(tmp_path, [row[:8] for row in ROWS[:2]]) == ([(None,) * 4], [])
    rows = table([ADDRESS, "yes"], header="Link,Published")
    assert read_text(tmp_path, rows) == ([(True, None, ADDRESS, None)], [])


WRONG_ADDRESS = (
    " is not an address of the web; copy it from a browser, such as https://www.example.org/page."
)
WRONG = {
    "published": {
        "perhaps": " is neither yes nor no; write one of them, or leave the cell blank, or map it "
        "in lgo-letters.toml."
    },
    "summary": {
        "a\N{RIGHT-TO-LEFT OVERRIDE}b": " holds the invisible character U+202E (RIGHT-TO-LEFT "
        "OVERRIDE); delete it.",
        "a\x07b": " holds the invisible character U+0007 (a control character); delete it.",
        "x" * 2001: " has more than 2,000 characters; shorten it.",
        "#REF!": " is an error of Excel's; correct the formula, or write the value.",
        "=HYPERLINK(A1)": " is a formula without its value; save the file again in Excel, or write "
        "the value.",
    },
    "link": dict.fromkeys(
        (
            "javascript:alert(1)",
            "data:text/html,x",
            "//example.org",
            "www.example.org",
            "https://",
            "https://name:word@example.org",
            "https://example.org\\@evil.example",
            "https://example.org/a b",
            'https://example.org/"onclick=alert(1)',
            "https://example.org/<script>",
            "https://ex\N{CYRILLIC SMALL LETTER A}mple.org",
            "https://example.org/\N{RIGHT-TO-LEFT OVERRIDE}",
        ),
        WRONG_ADDRESS,
    ),
    "report": {"ftp://example.org/report": WRONG_ADDRESS, "https://-": WRONG_ADDRESS},
}


def test_what_a_page_must_not_show_or_lead_to_is_a_problem_with_its_line(tmp_path: Path) -> None:
    wrong = [(column, *its) for column, found in WRONG.items() for its in found.items()]
    rows = (
        [text if name == column else "" for name in PUBLIC_COLUMNS] for column, text, _ in wrong
    )
    _, problems = read_text(tmp_path, table(*rows))
    for line, ((column, _, message), problem) in enumerate(zip(wrong, problems, strict=True), 2):
        assert problem.startswith(f"decisions.csv, line {line}, column {column}: ")
        assert problem.endswith(f'"{message}')
    assert read(tmp_path / "decisions.csv", texts=False)[1] == problems


@pytest.mark.parametrize("row", [["", "a\x07b", "", ""], ["", "", "x", ""], ["", "", "", "=x"]])
def test_a_wrong_text_behind_many_right_ones_is_found_whether_texts_are_kept_or_not(
    tmp_path: Path, row: list[str]
) -> None:
    with mock.patch.object(decisions, "_SAMPLE", 1):
        _, problems = read_text(tmp_path, [*ROWS, ["19 000 009", *RIGHT, *row]])
        assert len(problems) == 1
        assert read(tmp_path / "decisions.csv", texts=False)[1] == problems


def test_the_longest_address_and_summary_are_read(tmp_path: Path) -> None:
    summary, address = "x" * 2000, f"https://example.org/{'x' * 1980}"
    assert read_text(tmp_path, table(["", summary, address, ""])) == (
        [(None, summary, address, None)],
        [],
    )
    _, problems = read_text(tmp_path, table(["", "", f"{address}x", ""]))
    assert problems[0].endswith(" has more than 2,000 characters; shorten it.")


def test_the_columns_for_the_pages_are_mapped_as_the_others_are(tmp_path: Path) -> None:
    (tmp_path / "lgo-letters.toml").write_text(
        '[decisions.columns]\npublished = "On the web"\nsummary = "In brief"\n'
        '[decisions.values.published]\n"Y" = "yes"\n'
        '[decisions.values.summary]\n"n/a" = ""\n',
        encoding="utf-8",
    )
    mapping = read_mapping(tmp_path / "lgo-letters.toml")
    rows = table(["Y", "n/a"], ["yes", "Fault"], header="On the web,In brief")
    assert read_text(tmp_path, rows, mapping.decisions) == (
        [(True, None, None, None), (True, "Fault", None, None)],
        [],
    )
    assert not mapping.problems


def test_words_of_a_column_that_the_file_does_not_have_change_nothing(tmp_path: Path) -> None:
    (tmp_path / "lgo-letters.toml").write_text(
        '[decisions.values.published]\n"Y" = "yes"\n', encoding="utf-8"
    )
    mapping = read_mapping(tmp_path / "lgo-letters.toml")
    assert read_text(tmp_path, [row[:8] for row in ROWS[:2]], mapping.decisions) == (
        [(None,) * 4],
        [],
    )


# ---- improvements.csv

HEADINGS = "reference,authority,improvement,due,completed\n"


def improvements(
    folder: Path, text: str, mapping: TableMapping = NO_MAPPING
) -> tuple[list[Improvement], FileReport]:
    (folder / "improvements.csv").write_text(text, encoding="utf-8")
    found, report = read_improvements(folder / "improvements.csv", KNOWN, None, mapping)
    return [*found], report


def test_improvements_are_read_as_decisions_are(tmp_path: Path) -> None:
    found, report = improvements(
        tmp_path,
        HEADINGS + '19-000-001, LEEDS city council ,"Train ""all"",  at once",1/7/2020,\n'
        "\n19000001,Leeds City Council,Publish times,,14-Oct-2020\n",
    )
    leeds = "Leeds City Council"
    assert found == [
        Improvement("19 000 001", leeds, 'Train "all", at once', date(2020, 7, 1), None),
        Improvement("19 000 001", leeds, "Publish times", None, date(2020, 10, 14)),
    ]
    assert report.problems == ()
    assert report.file.rows == 2


def test_a_name_that_is_mapped_for_the_decisions_is_known_in_improvements_too(
    tmp_path: Path,
) -> None:
    (tmp_path / "lgo-letters.toml").write_text(
        '[authorities.also_known_as]\n"Leeds" = "Leeds City Council"\n', encoding="utf-8"
    )
    mapping = read_mapping(tmp_path / "lgo-letters.toml").decisions
    text = f"{HEADINGS}19 000 001,Leeds,Train staff,,\n"
    assert improvements(tmp_path, text, mapping)[0][0].authority == "Leeds City Council"
    assert improvements(tmp_path, text)[0] == []


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("?,Leeds City Council,Train staff,,", 'column reference: "?" is not a case reference'),
        (
            "19 000 001,Leed City Council,Train staff,,",
            'column authority: "Leed City Council" is not an authority in authorities.csv; the '
            'nearest is "Leeds City Council"',
        ),
        ("19 000 001,Leeds City Council,,,", "column improvement: the cell is blank; say"),
        (
            "19 000 001,Leeds City Council,a\N{RIGHT-TO-LEFT ISOLATE}b,,",
            "holds the invisible character U+2067 (RIGHT-TO-LEFT ISOLATE)",
        ),
        ("19 000 001,Leeds City Council,Train,31/6/2019,", 'column due: "31/6/2019" is not a real'),
        ("19 000 001,Leeds City Council,Train,,soon", 'column completed: "soon" is not a date'),
        (
            "19000000,Leeds City Council,TRAIN staff,,",
            'column improvement: "TRAIN staff" is already on line 2; delete one of the two rows.',
        ),
    ],
)
def test_a_wrong_improvement_is_a_problem_with_its_line(
    row: str, problem: str, tmp_path: Path
) -> None:
    right = "19 000 000,Leeds City Council,Train staff,,"
    found, report = improvements(tmp_path, f"{HEADINGS}{right}\n{row}\n")
    assert len(found) == 1
    (said,) = map(str, report.problems)
    assert said.startswith("improvements.csv, line 3, ")
    assert problem in said


def test_an_improvements_file_without_rows_has_none_and_one_without_columns_is_a_problem(
    tmp_path: Path,
) -> None:
    found, report = improvements(tmp_path, HEADINGS)
    assert (found, report.problems) == ([], ())
    _, report = improvements(tmp_path, "reference,authority,due\n")
    assert "the columns improvement and completed are missing" in str(report.problems[0])
