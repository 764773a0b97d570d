"""[comparison]: what is tested against the rest of a type, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lgo_letters.figures.chance import Chance
from tests.support.editions import change, line_of, problems, read_edition
from tests.support.paths import EDITION

TESTED = 'statistics = ["upheld", "remedy"]'
OVER_ALL = """
[[statistics]]
name = "over_all"
numerator = "upheld"
denominator = "decisions"

[[statistics]]
name = "over_residents"
numerator = "upheld"
denominator = "population"

[[statistics]]
name = "upside_down"
numerator = "detailed_investigations"
denominator = "upheld"

[[panels]]
statistic = "upheld\""""


def test_the_2020_edition_says_what_the_product_says_and_that_it_needs_approval() -> None:
    edition = read_edition(EDITION)
    assert edition.definitions.tested == ("upheld", "remedy")
    assert edition.settings.comparison is not None
    further = (
        " than similar councils by more than chance would usually explain. Which services people "
        "complained about can cause this; it is not by itself a judgement on the council."
    )
    assert {chance: edition.settings.comparison.sentence(chance) for chance in Chance} == {
        Chance.TOO_FEW: "Too few cases to compare.",
        Chance.CHANCE: "The difference from similar councils may be chance.",
        Chance.HIGHER: f"Higher{further}",
        Chance.LOWER: f"Lower{further}",
    }
    text = (EDITION / "edition.toml").read_text(encoding="utf-8")
    above = text.partition("[comparison]")[0].rpartition("# ---- ")[2].replace("\n# ", " ")
    assert "The sentences are the product's and not the Ombudsman's: they need approval." in above


def test_an_edition_without_it_tests_nothing(edition_copy: Path) -> None:
    file = edition_copy / "edition.toml"
    text = file.read_text(encoding="utf-8").partition("[comparison]")[0]
    file.write_text(text, encoding="utf-8")
    edition = read_edition(edition_copy)
    assert edition.settings.comparison is None
    assert edition.definitions.tested == ()


def test_a_share_of_all_decisions_may_be_tested(edition_copy: Path) -> None:
    change(
        edition_copy,
        ('\n[[panels]]\nstatistic = "upheld"', OVER_ALL),
        (TESTED, 'statistics = ["over_all"]'),
    )
    assert read_edition(edition_copy).definitions.tested == ("over_all",)


@pytest.mark.parametrize("statistic", ["compliance", "over_residents", "upside_down"])
def test_what_is_no_share_of_its_own_decisions_cannot_be_tested(
    edition_copy: Path, statistic: str
) -> None:
    change(
        edition_copy,
        ('\n[[panels]]\nstatistic = "upheld"', OVER_ALL),
        (TESTED, f'statistics = ["upheld", "{statistic}"]'),
    )
    (problem,) = problems(edition_copy)
    assert (problem.line, problem.column, problem.value) == (
        line_of("statistics = [", edition_copy), "comparison.statistics.2", statistic,
    )  # fmt: skip
    assert problem.message == (
        "cannot be tested, as its numerator is not a part of its denominator, or is not of "
        "decisions; delete it here."
    )


@pytest.mark.parametrize(
    ("old", "new", "setting", "what"),
    [
        (TESTED, 'statistics = ["uphold"]', "comparison.statistics.1", "is not a statistic"),
        (TESTED, 'statistics = ["upheld", "upheld"]', "comparison.statistics.2", "is given twice"),
        (TESTED, "statistics = []", "comparison.statistics", "at least 1"),
        ('too_few = "Too few cases', '# "Too few', "comparison.too_few", "the setting is missing"),
        ('too_few = "Too few', 'too_few = "{{ body }}: too few', "comparison.too_few",
         "contains a placeholder"),
        ('too_few = "Too few', 'too_few = "Too\\u202e few', "comparison.too_few", "U+202E"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_it_is_named_with_its_line(
    edition_copy: Path, old: str, new: str, setting: str, what: str
) -> None:
    change(edition_copy, (old, new))
    (problem,) = problems(edition_copy)
    assert problem.column == setting
    assert problem.line is not None
    assert what in problem.message
