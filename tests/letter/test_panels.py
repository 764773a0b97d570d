"""Editions whose statistics and panels are not those of 2020."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest

from lgo_letters.edition.text.blocks import Paragraph, Run
from lgo_letters.errors import EditionError, Problem
from lgo_letters.figures.compare import AuthorityFigures
from lgo_letters.letter.letter import Chart, Letter
from tests.support.editions import change, line_of, read_edition
from tests.support.letters import (
    AVERAGES,
    AVON,
    BATH,
    NO_AVERAGES,
    NO_COUNTS,
    SOME,
    TRANSPORT,
    chart_of,
    compose,
    counts_of,
    letters_of,
)


def panels_of(edition: Path) -> tuple[str, list[str]]:
    """edition.toml up to its panels, and each panel."""
    text = (edition / "edition.toml").read_text(encoding="utf-8")
    before, *panels = text.split("[[panels]]")
    return before, ["[[panels]]" + panel for panel in panels]


def with_panels(edition: Path, *panels: str, statistics: str = "") -> Path:
    """The edition with other panels, and statistics beside its own."""
    before, _ = panels_of(edition)
    text = "\n".join([before, statistics, *panels])
    (edition / "edition.toml").write_text(text, encoding="utf-8")
    return edition


def refused(edition: Path, *figures: AuthorityFigures) -> tuple[Problem, ...]:
    with pytest.raises(EditionError) as error:
        letters_of(edition, *figures)
    return error.value.problems


DECISIONS_PANEL = """
[[panels]]
heading = "Decisions"
sentence = "We made **{{ number('decisions') }}** {{ noun('decisions') }} on your services."
"""
PER_STATISTIC = """
[[statistics]]
name = "upheld_per_100000"
numerator = "upheld"
denominator = "decisions"
per = 100_000
decimals = 1
"""
PER_PANEL = """
[[panels]]
statistic = "upheld_per_100000"
heading = "Upheld in proportion"
chart = "bar"
scale = 50_000
sentence = "**{{ rate }}** in 100,000 decisions were upheld."
comparison = "The average is **{{ average }}**."
nothing = "We made no decisions."
chart_text = "Bar: {{ rate }} in 100,000{% if average %}, average {{ average }}{% endif %}"
chart_nothing = "Empty bar: no decisions"
key = "average of similar authorities"
"""
PER_AVERAGES = {**AVERAGES, "upheld_per_100000": Fraction(1, 8)}


# ---- which panels, in which order


def test_a_panel_may_be_left_out_and_the_others_turned_round(edition_copy: Path) -> None:
    upheld, _, remedy = compose(edition_copy).panels
    _, (first, _, third) = panels_of(edition_copy)
    with_panels(edition_copy, third, first)
    assert compose(edition_copy).panels == (remedy, upheld)
    empty = compose(edition_copy, counts=NO_COUNTS).panels
    assert [panel.sentence.text.partition(" between")[0] for panel in empty] == [
        "We upheld no complaints",
        "We carried out no detailed investigations",
    ]


def test_a_panel_of_words_and_counts_needs_no_statistic(edition_copy: Path) -> None:
    _, three = panels_of(edition_copy)
    before = compose(edition_copy)
    with_panels(edition_copy, *three, DECISIONS_PANEL)
    letter = compose(edition_copy)
    assert letter.panels[:3] == before.panels
    panel = letter.panels[3]
    assert panel.heading == "Decisions"
    assert panel.sentence == Paragraph(
        (Run("We made "), Run("12", bold=True), Run(" decisions on your services."))
    )
    assert (panel.chart, panel.comparison, panel.counted, panel.small_print) == (None,) * 4
    assert panel.note == ()
    nothing = compose(edition_copy, TRANSPORT, NO_COUNTS, NO_AVERAGES).panels[3]
    assert nothing.sentence.text == "We made 0 decisions on your services."


def test_five_panels_have_rings_a_bar_and_none(edition_copy: Path) -> None:
    _, (first, second, third) = panels_of(edition_copy)
    with_panels(
        edition_copy, first, PER_PANEL, DECISIONS_PANEL, second,
        third.replace('"ring"', '"bar"\nscale = 80'), statistics=PER_STATISTIC,
    )  # fmt: skip
    letter = compose(edition_copy, averages=PER_AVERAGES)
    kinds = [panel.chart and panel.chart.kind for panel in letter.panels]
    assert kinds == ["ring", "bar", None, "ring", "bar"]
    remedy = chart_of(letter.panels[4])
    assert (remedy.share, remedy.average) == (Fraction(0), Fraction(20, 80))


def test_a_statistic_may_be_per_100000_with_a_decimal(edition_copy: Path) -> None:
    with_panels(edition_copy, PER_PANEL, statistics=PER_STATISTIC)
    # 2 of 12 are 16,666.66… in 100,000; 1 of 8 is 12,500.
    (panel,) = compose(edition_copy, averages=PER_AVERAGES).panels
    assert panel.sentence.text == "16,666.7 in 100,000 decisions were upheld."
    assert panel.comparison is not None
    assert panel.comparison.text == "The average is 12,500.0."
    assert panel.chart == Chart(
        "bar",
        Fraction(166_667, 500_000),
        Fraction(1, 4),
        "Bar: 16,666.7 in 100,000, average 12,500.0",
        "average of similar authorities",
    )


@pytest.mark.parametrize("counts", [SOME, NO_COUNTS])
def test_words_beside_the_mark_go_with_the_mark(
    edition_copy: Path, counts: Mapping[str, int]
) -> None:
    with_panels(edition_copy, PER_PANEL, statistics=PER_STATISTIC)
    averages = PER_AVERAGES if counts is NO_COUNTS else NO_AVERAGES
    (panel,) = compose(edition_copy, counts=counts, averages=averages).panels
    assert chart_of(panel).average is None
    assert chart_of(panel).key == ""


def test_an_empty_panel_without_words_for_the_average_leaves_it_out(edition_copy: Path) -> None:
    with_panels(edition_copy, PER_PANEL, statistics=PER_STATISTIC)
    (panel,) = compose(edition_copy, counts=NO_COUNTS, averages=PER_AVERAGES).panels
    assert panel.sentence.text == "We made no decisions."
    assert panel.comparison is None
    assert chart_of(panel).alternative == "Empty bar: no decisions"


# ---- what stands above the panels, and under those that rest on few cases


def test_the_heading_above_the_panels_says_whose_they_are(edition_copy: Path) -> None:
    assert compose(edition_copy).panels_heading is None
    change(
        edition_copy,
        ("accent =", 'panels_heading = "{{ authority }}, year ending {{ year_end }}"\naccent ='),
    )
    assert compose(edition_copy).panels_heading == "Bath Council, year ending 31 March 2020"
    change(edition_copy, ("{{ authority }}, year", "{{ authorities }}, year"))
    (problem,) = refused(edition_copy)
    assert problem.column == "letter.panels_heading"


def with_caution(edition: Path, below: int, text: str = "Of few cases.") -> Path:
    change(edition, ("[averages]", f'[caution]\nbelow = {below}\ntext = "{text}"\n\n[averages]'))
    return edition


def cautions(letter: Letter) -> list[str | None]:
    return [None if panel.caution is None else panel.caution.text for panel in letter.panels]


@pytest.mark.parametrize(
    ("below", "cautious"),
    [(2, [False, False, False]), (3, [False, True, True]), (6, [True, True, True])],
)
def test_a_caution_stands_in_panels_of_fewer_cases_than_the_edition_says(
    edition_copy: Path, below: int, cautious: list[bool]
) -> None:
    """The rates are of 5 detailed investigations, 2 compliance outcomes and 2 upheld decisions."""
    assert cautions(compose(edition_copy)) == [None, None, None]
    letter = compose(with_caution(edition_copy, below))
    assert cautions(letter) == ["Of few cases." if is_so else None for is_so in cautious]


def test_there_is_no_caution_where_nothing_is_counted_nor_where_there_is_no_rate(
    edition_copy: Path,
) -> None:
    _, three = panels_of(edition_copy)
    with_panels(with_caution(edition_copy, 1000), *three, DECISIONS_PANEL)
    assert cautions(compose(edition_copy, counts=NO_COUNTS)) == [None] * 4
    assert cautions(compose(edition_copy, counts=SOME)) == ["Of few cases."] * 3 + [None]


@pytest.mark.parametrize(("upheld", "is_cautious"), [(0, True), (2, True), (3, False)])
def test_among_residents_a_caution_asks_for_the_cases(
    edition_copy: Path, upheld: int, is_cautious: bool
) -> None:
    """The residents are always many; where nothing was upheld, there is a rate of few cases too."""
    of_residents = PER_STATISTIC.replace('"decisions"', '"population"')
    with_panels(with_caution(edition_copy, 3), PER_PANEL, statistics=of_residents)
    counts = {**counts_of(12, 5, upheld), "population": 1_000_000}
    letter = compose(edition_copy, counts=counts, averages=PER_AVERAGES)
    assert cautions(letter) == ["Of few cases." if is_cautious else None]
    unknown = compose(edition_copy, counts=counts_of(12, 5, upheld), averages=PER_AVERAGES)
    assert cautions(unknown) == [None]


def test_a_caution_has_the_placeholders_and_functions_of_its_panel(edition_copy: Path) -> None:
    text = (
        "{% if rate < 100 %}**{{ rate }}%** of {{ number('upheld') }}, {{ authority }}"
        "{% if average %}; {{ average }}% in {{ counted('decisions') }}{% endif %}{% endif %}"
    )
    letter = compose(with_caution(edition_copy, 10, text))
    assert cautions(letter) == [
        "40% of 2, Bath Council; 45% in 12 decisions",
        None,  # of 100 %, which the condition leaves out
        "0% of 2, Bath Council; 20% in 12 decisions",
    ]
    assert letter.panels[0].caution is not None
    assert letter.panels[0].caution.runs[0] == Run("40%", bold=True)


def test_what_is_wrong_with_a_caution_is_said_once_with_its_line(edition_copy: Path) -> None:
    with_caution(edition_copy, 3, "Of {{ number('uphold') }} cases.")
    (problem,) = refused(edition_copy)
    assert problem.line == line_of("number('uphold')", edition_copy)
    assert (problem.column, problem.value) == ("caution.text", "uphold")


# ---- functions in every text


def test_an_edition_s_own_counts_stand_in_its_body_and_its_panels(edition_copy: Path) -> None:
    change(
        edition_copy,
        ('name = "Advice given"', 'name = "Not for us"\ncounts_as = ["not_for_us"]'),
        ("[nouns] #", '[nouns]\nnot_for_us = ["complaint", "complaints"]\n#'),
    )
    (edition_copy / "letter.md").write_text(
        "Of {{ counted('decisions') }}, {{ counted('not_for_us') }} "
        "{% if number('not_for_us') == 1 %}was{% else %}were{% endif %} not for us.\n"
        "{% if not rate_of('compliance') %}\n\nThere was nothing to comply with.\n{% endif %}\n"
        "\nSimilar councils had {{ average_of('upheld') }}% upheld.\n",
        encoding="utf-8",
    )
    with_panels(
        edition_copy,
        '[[panels]]\nheading = "{{ body }} {{ year }}"\n'
        "sentence = \"{{ number('not_for_us') }} of these {{ noun('not_for_us', 'upheld') }}\"",
    )
    assert read_edition(edition_copy).definitions.kinds.counting_as("not_for_us") == ("Not for us",)
    letter = compose(edition_copy, counts={**SOME, "not_for_us": 1})
    assert words_of(letter) == [
        "Of 12 decisions, 1 complaint was not for us.",
        "Similar councils had 45% upheld.",
    ]
    assert letter.panels[0].heading == "Council 2020"
    assert letter.panels[0].sentence.text == "1 of these complaints"
    none = compose(edition_copy, counts=counts_of(1234, not_for_us=1000))
    assert words_of(none) == [
        "Of 1,234 decisions, 1,000 complaints were not for us.",
        "There was nothing to comply with.",
        "Similar councils had 45% upheld.",
    ]


def words_of(letter: Letter) -> list[str]:
    return [block.text for block in letter.body if isinstance(block, Paragraph)]


def test_functions_stand_in_the_frame_and_in_paragraphs_of_their_own(edition_copy: Path) -> None:
    change(
        edition_copy,
        ('subject = "Complaint', "subject = \"{{ counted('upheld') }}, complaint"),
        ('footer = "', "footer = \"{{ rate_of('upheld') }}% "),
        ("**{{ rate }}%** of", "**{{ rate }}%**, not {{ average_of('remedy') }}%, of"),
        ('note = "', 'note = "{% if rate == 100 %}All well.{% endif %}\\n\\n'),
    )
    (edition_copy / "own").mkdir()
    (edition_copy / "own" / "bath-council.md").write_text("{{ counted('upheld') }}", "utf-8")
    letter = compose(edition_copy)
    assert letter.subject.startswith("2 upheld decisions, complaint")
    assert letter.footer.startswith("40% Annual")
    assert letter.panels[0].sentence.text.startswith("40%, not 20%, of")
    assert len(letter.panels[1].note) == 2
    assert "2 upheld decisions" in words_of(letter)


def test_an_optional_text_that_a_condition_leaves_empty_is_left_out(edition_copy: Path) -> None:
    count = "count = \"**{{ number('upheld') }}** {{ noun('upheld') }}\""
    new = "count = \"{% if number('upheld') %}{{ counted('upheld') }}{% endif %}\""
    change(edition_copy, (count, new))
    assert compose(edition_copy).panels[0].counted == Paragraph((Run("2 upheld decisions"),))
    panel = compose(edition_copy, counts=counts_of(9, 5, 0)).panels[0]
    assert panel.sentence.text.startswith("0% of complaints")  # a rate of 0 is one
    assert panel.counted is None


# ---- what does not fit


NOT_TESTED = 'statistics = ["upheld", "remedy"]', 'statistics = ["remedy"]'


def test_a_rate_above_100_does_not_fit_a_ring_and_the_authority_is_named(
    edition_copy: Path,
) -> None:
    change(
        edition_copy,
        ('numerator = "upheld"\ndenominator = "detailed_investigations"',
         'numerator = "decisions"\ndenominator = "upheld"'),
        NOT_TESTED,
    )  # fmt: skip
    even = AuthorityFigures(AVON, counts_of(2, 2, 2), NO_AVERAGES)
    above = AuthorityFigures(BATH, counts_of(12, 5, 2), NO_AVERAGES)
    nothing = AuthorityFigures(TRANSPORT, NO_COUNTS, NO_AVERAGES)
    assert chart_of(letters_of(edition_copy, even, nothing)[0].panels[0]).share == 1
    (problem,) = refused(edition_copy, even, above, nothing)
    text = (edition_copy / "edition.toml").read_text(encoding="utf-8")
    line = text[: text.index('chart = "ring"')].count("\n") + 1
    assert (problem.file, problem.line, problem.column) == ("edition.toml", line, "panels.1.chart")
    assert "the rate of Bath Council is 600" in problem.message
    average = AuthorityFigures(AVON, counts_of(2, 2, 2), {"upheld": Fraction(3)})
    (problem,) = refused(edition_copy, average)
    assert "the average of Avon Council is 300" in problem.message


def test_what_does_not_fit_is_told_once_for_each_authority_and_panel(edition_copy: Path) -> None:
    change(
        edition_copy,
        ('numerator = "upheld"\ndenominator = "detailed_investigations"',
         'numerator = "decisions"\ndenominator = "upheld"'),
        NOT_TESTED,
        ('numerator = "complied"', 'numerator = "decisions"'),
    )  # fmt: skip
    averages = {**AVERAGES, "upheld": Fraction(3), "compliance": Fraction(4)}
    figures = [AuthorityFigures(one, counts_of(12, 5, 2, 1), averages) for one in (AVON, BATH)]
    found = [(problem.column, problem.message) for problem in refused(edition_copy, *figures)]
    assert [column for column, _ in found] == ["panels.1.chart", "panels.2.chart"] * 2
    for (_, message), figure in zip(found, ("Avon Council is 600", "Avon Council is 1,200",
                                            "Bath Council is 600", "Bath Council is 1,200"),
                                    strict=True):  # fmt: skip
        assert f"the rate of {figure};" in message


def test_a_rate_beyond_the_scale_does_not_fit_a_bar(edition_copy: Path) -> None:
    with_panels(edition_copy, PER_PANEL, statistics=PER_STATISTIC)
    (problem,) = refused(edition_copy, AuthorityFigures(BATH, counts_of(3, 2, 2), NO_AVERAGES))
    assert problem.line == line_of('chart = "bar"', edition_copy)
    assert "ends at 50,000" in problem.message
    assert "Bath Council is 66,666.7" in problem.message


def test_problems_of_all_letters_are_reported_each_once(edition_copy: Path) -> None:
    change(
        edition_copy,
        (
            "In **{{ rate }}%** of cases we were satisfied the authority had successfully "
            "implemented our recommendations.",
            "{% if rate < 100 %}a{% endif %}",
        ),
        ('numerator = "upheld"\ndenominator = "detailed_investigations"',
         'numerator = "decisions"\ndenominator = "upheld"'),
        NOT_TESTED,
    )  # fmt: skip
    above = counts_of(12, 5, 2)
    figures = [AuthorityFigures(authority, above, NO_AVERAGES) for authority in (AVON, BATH)]
    leaves = [
        AuthorityFigures(authority, counts_of(2, 2, 2, 1, 1), NO_AVERAGES)
        for authority in (AVON, BATH)
    ]
    assert len(refused(edition_copy, *figures)) == 2
    found = refused(edition_copy, *figures, *leaves)
    assert [problem.column for problem in found] == ["panels.1.chart"] * 2 + ["panels.2.sentence"]


# ---- what a letter says of itself


def test_the_characters_of_a_letter_are_those_of_all_its_texts(edition_copy: Path) -> None:
    change(
        edition_copy,
        ("{{ rate }} per cent upheld", "{{ rate }} Ŵ"),
        ("Failure to comply", "Ẅ"),
        ('"upheld decisions"]', '"Ẁ"]'),
        ('alternative = "Signature', 'alternative = "Ẃ'),
        ('title = "Annual', 'title = "Ỳ'),
    )
    characters = compose(edition_copy).characters()
    assert set("ŴẄẀẂỲ") <= characters
    assert set("40%12.") <= characters
    assert not {"{", "}", "<", "\0"} & characters


def test_letters_without_what_varies_are_one(edition_copy: Path) -> None:
    one = compose(edition_copy)
    other = compose(edition_copy, AVON, counts_of(9, 5, 1, 4, 3, 0, 1))
    assert one != other
    assert one.without_variables() == other.without_variables()
    chart = chart_of(one.without_variables().panels[0])
    assert chart == Chart("ring", None, None, "")
    change(edition_copy, ("**{{ rate }}%** of", "[map]({{ links.map }}): {{ rate }}% of"))
    fixed = compose(edition_copy).without_variables().panels[0]
    assert fixed.sentence.text.startswith("map: 40% of")
    with_panels(edition_copy, DECISIONS_PANEL)
    assert compose(edition_copy).without_variables().panels[0].chart is None
