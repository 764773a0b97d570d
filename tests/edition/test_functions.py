from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from lgo_letters.edition.text.functions import functions, signatures
from lgo_letters.edition.text.markdown import Source
from lgo_letters.edition.text.wording import PlainWording, Wording
from lgo_letters.edition.words import ENGLISH
from lgo_letters.errors import EditionError, Problem
from lgo_letters.figures.compare import AuthorityFigures
from lgo_letters.figures.definitions import Statistic
from lgo_letters.figures.history import EarlierYear
from lgo_letters.tables.data import Authority
from lgo_letters.tables.history import PastFigures
from lgo_letters.year import ReportingYear

BODY = Source("letter.md")
COUNTS = {
    "decisions": 12_345,
    "detailed_investigations": 18,
    "upheld": 2,
    "complied": 1,
    "not_complied": 0,
    "not_for_us": 1,
    "compliance_outcomes": 0,
}
NOUNS = {
    "decisions": ("decision", "decisions"),
    "detailed_investigations": ("detailed investigation", "detailed investigations"),
    "upheld": ("upheld decision", "upheld decisions"),
    "complied": ("outcome", "outcomes"),
    "not_complied": ("failure", "failures"),
    "not_for_us": ("complaint **not** for us", "complaints & others"),
}
STATISTICS = {
    statistic.name: statistic
    for statistic in (
        Statistic("upheld", "upheld", "detailed_investigations"),
        Statistic("complied", "complied", "compliance_outcomes"),
        Statistic("failed", "not_complied", "detailed_investigations"),
        Statistic("all", "upheld", "upheld"),
        Statistic("per_100000", "upheld", "decisions", per=100_000, decimals=1),
        Statistic("many", "decisions", "upheld", per=1000),
        Statistic("fine", "upheld", "detailed_investigations", decimals=3),
        Statistic("whole", "upheld", "upheld", decimals=1),
    )
}
AVERAGES = {"upheld": Fraction(1, 8), "complied": None, "failed": Fraction(0)}
KNOWN: dict[str, Any] = {
    "authority": "",
    "links": {"map": "https://example.org"},
    **signatures(COUNTS, NOUNS, STATISTICS),
}

PAST = PastFigures(
    "Unitary Council",
    9,
    {
        "upheld_rate": Decimal(40),
        "failed_rate": Decimal(0),
        "per_100000_rate": Decimal("1234.50"),
        "complied_average": Decimal(99),
    },
)


def earlier(years_ago: int) -> EarlierYear | None:
    """Published a year ago, and counted again two years ago; before that lies a break."""
    if years_ago == 5:
        return None
    breaks = ("We count otherwise.",) if years_ago > 2 else ()
    year = ReportingYear(2020).earlier(years_ago)
    return EarlierYear(year, years_ago > 1, {"Bath": PAST} if years_ago < 4 else {}, breaks)


def values_of(nouns: Any = NOUNS, **counts: int) -> dict[str, Any]:
    authority = Authority("Bath", "Unitary Council", "")
    figures = AuthorityFigures(authority, {**COUNTS, **counts}, AVERAGES)
    values = functions(figures, STATISTICS, nouns, ENGLISH.format_number, earlier)
    return {"authority": "Bath", "on_blank": lambda _: None, **values}


def filled(text: str, **counts: int) -> str:
    return PlainWording(text, BODY, KNOWN).text(values_of(**counts))


def refusal(text: str) -> Problem:
    with pytest.raises(EditionError) as refused:
        Wording(text, BODY, KNOWN)
    (problem,) = refused.value.problems
    return problem


# ---- what they give


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("number('upheld')", "2"),
        ("number('not_complied')", "0"),
        ("number('decisions')", "12,345"),
        ("noun('upheld')", "upheld decisions"),
        ("noun('not_complied')", "failures"),
        ("noun('complied')", "outcome"),
        ("noun('detailed_investigations', 'complied')", "detailed investigation"),
        ("noun('complied', 'upheld')", "outcomes"),
        ("noun('upheld', 'compliance_outcomes')", "upheld decisions"),
        ("counted('decisions')", "12,345 decisions"),
        ("counted('complied')", "1 outcome"),
        ("counted('not_complied')", "0 failures"),
        ("rate_of('upheld')", "11"),  # 2 of 18 are 11.1 per cent
        ("rate_of('failed')", "0"),
        ("rate_of('all')", "100"),
        ("rate_of('per_100000')", "16.2"),  # 2 / 12345 * 100000 = 16.2009
        ("rate_of('many')", "6,172,500"),
        ("rate_of('fine')", "11.111"),
        ("rate_of('whole')", "100.0"),
        ("average_of('upheld')", "13"),  # 12.5, half up
        ("average_of('failed')", "0"),
        ("previous('upheld')", "40"),
        ("previous('failed')", "0"),
        ("previous('per_100000')", "1,234.50"),
        ("previous('upheld', 2)", "40"),
        ("previous('upheld', years=2)", "40"),
    ],
)
def test_a_function_gives_its_figure_as_it_is_printed(call: str, text: str) -> None:
    assert filled(f"{{{{ {call} }}}}") == text


@pytest.mark.parametrize(
    "call",
    [
        "rate_of('complied')",
        "average_of('complied')",
        "previous('complied')",
        "previous('upheld', 3)",
        "previous('upheld', 4)",
        "previous('upheld', 5)",
    ],
)
def test_a_rate_that_does_not_exist_is_blank(call: str) -> None:
    assert filled(f"a{{{{ {call} }}}}b") == "ab"


@pytest.mark.parametrize(
    ("number", "noun"), [(0, "upheld decisions"), (1, "upheld decision"), (21, "upheld decisions")]
)
def test_a_noun_is_singular_for_one_alone(number: int, noun: str) -> None:
    assert filled("{{ noun('upheld') }}", upheld=number) == noun


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("number('upheld')", True),
        ("number('not_complied')", False),
        ("not number('not_complied')", True),
        ("number('upheld') == 2", True),
        ("number('upheld') == number('complied')", False),
        ("number('decisions') > 12_000", True),
        ("number('decisions') == '12,345'", True),
        ("number('upheld') < number('detailed_investigations')", True),
        ("rate_of('upheld')", True),
        ("rate_of('failed')", True),
        ("rate_of('failed') == 0", True),
        ("rate_of('complied')", False),
        ("rate_of('complied') < 100", False),
        ("rate_of('complied') >= 0", False),
        ("rate_of('complied') == 0", False),
        ("rate_of('upheld') > rate_of('complied')", False),
        ("average_of('complied')", False),
        ("average_of('failed')", True),
        ("rate_of('upheld') < average_of('upheld')", True),
        ("rate_of('upheld') >= 11", True),
        ("rate_of('upheld') > 11", False),  # by what is printed, not by 11.1
        ("rate_of('fine') > 11", True),
        ("rate_of('whole') == 100", True),
        ("rate_of('per_100000') == 16.2", True),
        ("rate_of('per_100000') > 16.2", False),
        ("rate_of('per_100000') > 16.1", True),
        ("rate_of('upheld') == '11' and authority == 'Bath'", True),
        ("counted('complied') == '1 outcome'", True),
        ("previous('upheld')", True),
        ("previous('failed')", True),
        ("previous('complied')", False),
        ("previous('upheld', 3)", False),
        ("previous('upheld', 3) < 100", False),
        ("rate_of('upheld') < previous('upheld')", True),
        ("previous('per_100000') == 1234.5", True),
        ("recalculated()", False),
        ("recalculated(1)", False),
        ("recalculated(2)", True),
        ("recalculated(years=2)", True),
        ("recalculated(3)", False),
        ("recalculated(4)", False),
        ("recalculated(5)", False),
    ],
)
def test_a_condition_sees_a_number_as_it_is_printed(condition: str, holds: bool) -> None:
    assert filled(f"{{% if {condition} %}}yes{{% else %}}no{{% endif %}}") == (
        "yes" if holds else "no"
    )


def test_a_text_is_filled_in_again_for_other_numbers() -> None:
    wording = PlainWording(
        "{{ number('upheld') }}{% if number('upheld') %}!{% endif %}", BODY, KNOWN
    )
    texts = [wording.text(values_of(upheld=upheld)) for upheld in (0, 1, 0)]
    assert texts == ["0", "1!", "0"]


def test_a_noun_goes_into_markdown_as_text() -> None:
    values = values_of()
    (block,) = Wording(
        "**{{ number('not_for_us') }}** {{ noun('not_for_us') }}", BODY, KNOWN
    ).blocks(values)
    assert getattr(block, "text", None) == "1 complaint **not** for us"


# ---- how they may be called


@pytest.mark.parametrize(
    ("call", "value", "what"),
    [
        ("number('uphold')", "uphold", '"upheld"'),
        ("number('population')", "population", "not a count"),
        ("noun('compliance_outcomes')", "compliance_outcomes", "[nouns]"),
        ("noun('upheld', 'uphold')", "uphold", '"upheld"'),
        ("counted('compliance_outcomes')", "compliance_outcomes", "[nouns]"),
        ("counted('uphold')", "uphold", '"upheld"'),
        ("rate_of('uphold')", "uphold", '"upheld"'),
        ("average_of('decisions')", "decisions", "not a statistic"),
        ("numbr('upheld')", "numbr()", "number('NAME')"),
        ("range(3)", "range()", "not a function"),
        ("authority()", "authority()", "not a function"),
        ("number()", "number()", "number('NAME')"),
        ("number('upheld', 'upheld')", "number()", "number('NAME')"),
        ("noun('upheld', 'upheld', 'upheld')", "noun()", "('NAME', 'NAME')"),
        ("number(5)", "number()", "quotation marks"),
        ("number(true)", "number()", "quotation marks"),
        ("number(none)", "number()", "quotation marks"),
        ("number(authority)", "number()", "quotation marks"),
        ("number(count='upheld')", "number()", "quotation marks"),
        ("number('upheld', count='upheld')", "number()", "quotation marks"),
        ("number(*authority)", "number()", "quotation marks"),
        ("number('upheld', **authority)", "number()", "quotation marks"),
        ("number(number('upheld'))", "number()", "quotation marks"),
        ("number", "{{ number }}", "{{ number('NAME') }}"),
        ("recalculated", "{{ recalculated }}", "{{ recalculated() }}"),
        ("previous('uphold')", "uphold", '"upheld"'),
        ("previous()", "previous()", "previous('NAME') or previous('NAME', years=2)"),
        ("previous('upheld', 0)", "0", "from 1 to 5"),
        ("previous('upheld', 6)", "6", "from 1 to 5"),
        ("previous('upheld', years=99)", "99", "from 1 to 5"),
        ("previous('upheld', -1)", "previous()", "years=2"),
        ("previous('upheld', 1.0)", "previous()", "years=2"),
        ("previous('upheld', true)", "previous()", "years=2"),
        ("previous('upheld', '2')", "previous()", "years=2"),
        ("previous('upheld', number('upheld'))", "previous()", "years=2"),
        ("previous('upheld', year=2)", "previous()", "years=2"),
        ("previous('upheld', 1, 2)", "previous()", "years=2"),
        ("previous('upheld', 1, years=2)", "previous()", "years=2"),
        ("previous(years=2)", "previous()", "years=2"),
        ("recalculated('upheld')", "recalculated()", "recalculated() or recalculated(years=2)"),
        ("recalculated(0)", "0", "from 1 to 5"),
    ],
)
def test_a_call_that_does_not_fit_is_named_with_its_line(call: str, value: str, what: str) -> None:
    for text in (f"{{{{ {call} }}}}", f"{{% if {call} %}}a{{% endif %}}"):
        problem = refusal(f"one\n\n{text}")
        assert (problem.file, problem.line, problem.value) == ("letter.md", 3, value)
        assert what in problem.message


@pytest.mark.parametrize(
    "trick",
    [
        "number('upheld').text",
        "number('upheld').__class__",
        "number.__globals__",
        "number('upheld')()",
        "number('upheld') * 1000",
        "number('upheld')|string",
        "number('up' ~ 'held')",
        "number(['upheld'])",
        "[number][0]('upheld')",
        "links.map('upheld')",
    ],
)
def test_a_call_opens_no_way_out_of_the_sandbox(trick: str) -> None:
    with pytest.raises(EditionError) as refused:
        Wording(f"one\n\n{{{{ {trick} }}}}", BODY, KNOWN)
    assert {problem.line for problem in refused.value.problems} == {3}


@pytest.mark.parametrize(
    "text",
    [
        "{% if " + "number('upheld') and " * 300 + "number('upheld') %}2{% endif %}",
        "{{ number(" + "(" * 300 + "'upheld'" + ")" * 300 + ") }}",
    ],
)
def test_calls_nested_deeply_are_made_or_a_problem_of_the_edition(text: str) -> None:
    """How deep is too deep is Python's, and each version's own."""
    refused: tuple[Problem, ...] = ()
    try:
        assert filled(text) == "2"
    except EditionError as error:
        refused = tuple(error.problems)
    assert all("nested too deeply" in problem.message for problem in refused)


def test_calls_cannot_blow_a_text_up() -> None:
    nouns = {**NOUNS, "upheld": ("a", "b" * 1000)}
    wording = PlainWording("{{ counted('upheld') }}" * 2000, BODY, KNOWN)
    with pytest.raises(EditionError) as refused:
        wording.text(values_of(nouns))
    assert "more than 200,000 characters" in refused.value.problems[0].message
