from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lgo_letters.edition.text.blocks import Block, Heading, ListBlock, ListItem, Paragraph, Run
from lgo_letters.edition.text.markdown import Source
from lgo_letters.edition.text.wording import Markdown, PlainWording, SentenceWording, Wording
from lgo_letters.errors import EditionError, Problem

BODY = Source("letter.md")
LINKS = {"map": "https://example.org/map", "training": "https://example.org/training"}
VALUES: dict[str, Any] = {
    "authority": "Tonbridge & Malling",
    "compared": True,
    "links": LINKS,
    "type": "District Council",
    "year": 2020,
}


def read(text: str, **values: Any) -> tuple[Block, ...]:
    return Wording(text, BODY, VALUES).blocks({**VALUES, **values})


def words(text: str, **values: Any) -> list[str]:
    blocks = read(text, **values)
    assert all(isinstance(block, Paragraph) for block in blocks)
    return [block.text for block in blocks if isinstance(block, Paragraph)]


def refusal(
    text: str,
    kind: type[PlainWording | Wording] = Wording,
    source: Source = BODY,
    needed: frozenset[str] = frozenset(),
) -> tuple[Problem, ...]:
    with pytest.raises(EditionError) as refused:
        kind(text, source, VALUES, needed)
    return refused.value.problems


def paragraph(*runs: Run) -> Paragraph:
    return Paragraph(runs)


# ---- placeholders and conditions


def test_a_placeholder_gives_way_to_its_value() -> None:
    assert words("In {{ year }}, {{authority}}.") == ["In 2020, Tonbridge & Malling."]


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("compared", True),
        ("not compared", False),
        ("compared and year", True),
        ("not compared or year == 2021", False),
        ('type == "District Council"', True),
        ('type != "District Council"', False),
        ('(type == "County Council") or compared', True),
    ],
)
def test_a_condition_chooses_between_two_texts(condition: str, holds: bool) -> None:
    text = f"{{% if {condition} %}}yes{{% else %}}no{{% endif %}}"
    assert words(text) == ["yes" if holds else "no"]


@pytest.mark.parametrize(("year", "expected"), [(2019, "a"), (2020, "b"), (2021, "c")])
def test_a_condition_may_have_several_cases(year: int, expected: str) -> None:
    text = "{% if year == 2019 %}a{% elif year == 2020 %}b{% else %}c{% endif %}"
    assert words(text, year=year) == [expected]


@pytest.mark.parametrize(
    ("compared", "expected"), [(True, ["one", "two", "three"]), (False, ["one", "three"])]
)
def test_a_paragraph_under_a_condition_comes_or_goes_whole(
    compared: bool, expected: list[str]
) -> None:
    text = "one\n\n{% if compared %}\ntwo\n{% endif %}\n\nthree\n"
    assert words(text, compared=compared) == expected


def test_a_comment_leaves_no_trace() -> None:
    assert words("one\n\n{# not **said {{ nothing }} #}\ntwo") == ["one", "two"]


def test_a_link_of_the_edition_leads_to_its_address() -> None:
    address = "https://example.org/a_b*c(d)?e=1&f=2~g#h"
    wording = Wording("[map]({{ links.map }})", BODY, {"links": {"map": address}})
    assert wording.blocks({}) == (paragraph(Run("map", link=address)),)


@pytest.mark.parametrize("name", ["update", "items", "keys", "get", "copy"])
def test_a_link_may_have_any_name(name: str) -> None:
    links = {name: "https://example.org/here"}
    values = {**VALUES, "links": links}
    wording = Wording(f"[there]({{{{ links.{name} }}}})", BODY, values)
    assert wording.blocks(values) == (paragraph(Run("there", link="https://example.org/here")),)


def test_windows_line_ends_read_like_others() -> None:
    assert read("one\r\n\r\n- two\r\n") == read("one\n\n- two\n")
    assert words("one\r\n\r\ntwo") == ["one", "two"]


# ---- values are text

NAMES = [
    "Tonbridge & Malling",
    "King's Lynn",
    "<b>",
    "<b>Bath</b>",
    "<!-- Bath -->",
    "<https://example.org>",
    "https://example.org",
    "{{ x }}",
    "{{ authority }}",
    "{% if x %}",
    "{# x #}",
    "**a**",
    "__a__",
    "*a*",
    "_a_",
    "~~a~~",
    "[a](b)",
    "[a](https://example.org)",
    "![a](b)",
    "# x",
    "## x ##",
    "1. x",
    "1) x",
    "- x",
    "+ x",
    "* x",
    "> x",
    "---",
    "===",
    "***",
    "`a`",
    "```",
    "~~~",
    "a\\",
    "\\*a\\*",
    "\\\\",
    "&amp;",
    "&#42;",
    "a | b",
    "| - |",
    "[a]: b",
    '"quoted"',
    "100%",
    "\u2019\u201c\u201d\u2013\u2026",
    "Ynys Môn",
    "Bath \U0001f3db \U0001d49c",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "text",
    ["{{ authority }}", "the {{ authority }} of", "one\n{{ authority }}", "a_{{ authority }}_b"],
)
def test_a_value_in_a_paragraph_comes_out_as_itself(text: str, name: str) -> None:
    expected = text.replace("{{ authority }}", name).replace("\n", " ")
    assert words(text, authority=name) == [expected]


@pytest.mark.parametrize("name", NAMES)
def test_a_value_between_marks_takes_them_on_and_adds_none(name: str) -> None:
    assert read("**{{ authority }}**", authority=name) == (paragraph(Run(name, bold=True)),)
    assert read("*{{ authority }}*", authority=name) == (paragraph(Run(name, italic=True)),)
    link = read("[{{ authority }}](https://example.org)", authority=name)
    assert link == (paragraph(Run(name, link="https://example.org")),)


@pytest.mark.parametrize("name", NAMES)
def test_a_value_in_a_heading_or_a_list_comes_out_as_itself(name: str) -> None:
    assert read("## {{ authority }}", authority=name) == (Heading(name, 2),)
    item = ListItem("-", (paragraph(Run(name)),))
    assert read("- {{ authority }}", authority=name) == (ListBlock((item,)),)


@pytest.mark.parametrize("name", ["Foo (X)", "“Foo”", "Foo *"])
def test_bold_holds_round_a_value_that_ends_in_a_mark(name: str) -> None:
    blocks = read("**{{ authority }}**s", authority=name)
    assert blocks == (paragraph(Run(name, bold=True), Run("s")),)


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("a\nb", "a b"),
        ("a\n\nb", "a b"),
        ("a  \n  b", "a b"),
        ("    a", "a"),
        ("\ta\t", "a"),
        ("a\r\nb", "a b"),
        ("a  1\u00a0234\u00a0b", "a 1\u00a0234\u00a0b"),  # which holds a number together
        ("a\u2028b", "a b"),
        ("a\\\nb", "a\\ b"),
        ("a\n# b", "a # b"),
    ],
)
def test_white_space_in_a_value_is_folded_but_for_no_break_spaces(name: str, folded: str) -> None:
    assert words("{{ authority }}", authority=name) == [folded]
    assert PlainWording("{{ authority }}", BODY, VALUES).text({"authority": name}) == folded


ANY_TEXT = st.text(
    st.one_of(
        st.sampled_from("#*_-+.)(`[]{}<>&\\|~!1a= \n\t:%'\"^$"),
        st.characters(
            exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn"), exclude_characters="\u00a0"
        ),
    ),
    max_size=40,
)


@given(ANY_TEXT)
def test_any_printable_value_comes_out_as_itself(name: str) -> None:
    folded = " ".join(name.split())
    assert read("{{ authority }}", authority=name) == ((paragraph(Run(folded)),) if folded else ())
    assert words("x {{ authority }}y", authority=name) == [f"x {folded}y"]
    assert read("## x {{ authority }} x", authority=name) == (
        Heading(f"x {folded} x" if folded else "x  x", 2),
    )
    plain = PlainWording("x {{ authority }}y", BODY, VALUES).text({"authority": name})
    assert plain == f"x {folded}y"


@given(ANY_TEXT.filter(str.strip))
def test_any_printable_value_keeps_the_marks_round_it(name: str) -> None:
    folded = " ".join(name.split())
    bold = read("a **{{ authority }}** b", authority=name)
    assert bold == (paragraph(Run("a "), Run(folded, bold=True), Run(" b")),)
    link = read("[{{ authority }}](https://example.org)", authority=name)
    assert link == (paragraph(Run(folded, link="https://example.org")),)


def test_markdown_of_another_wording_goes_in_as_markdown_and_its_values_as_text() -> None:
    known = {**VALUES, "own_paragraphs": ""}
    own = Wording("**Thanks** to {{ authority }}.\n\nMore.\n", Source("own/a.md"), VALUES)
    values = {**VALUES, "authority": "**a**"}
    body = Wording("one\n\n{{ own_paragraphs }}\n\ntwo", BODY, known)
    assert body.blocks({**values, "own_paragraphs": own.markdown(values)}) == (
        paragraph(Run("one")),
        paragraph(Run("Thanks", bold=True), Run(" to **a**.")),
        paragraph(Run("More.")),
        paragraph(Run("two")),
    )


def test_a_value_is_text_or_markdown_whichever_came_before() -> None:
    wording = Wording("{{ authority }}{% if year %}{% endif %}", BODY, VALUES)
    for value, run in [
        ("**a**", Run("**a**")),
        (Markdown("**a**"), Run("a", bold=True)),
        ("**a**", Run("**a**")),
    ]:
        assert wording.blocks({"authority": value, "year": 2020}) == (paragraph(run),)


# ---- what a text may not hold


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("a\n\n> b", 3, "a quotation"),
        ("a\n\n    b", 3, "code"),
        ("a\n\n\tb", 3, "code"),
        ("a\n\n```\nb\n```", 3, "code"),
        ("a\n\n~~~\nb\n~~~", 3, "code"),
        ("a\nb `c`", 2, "code"),
        ("a\n\n---\n\nb", 3, "a rule"),
        ("a\n\n* * *", 3, "a rule"),
        ("a\n\n<div>\nb\n</div>", 3, "HTML"),
        ("a\n\n<!-- b -->", 3, "HTML"),
        ("a\nb <i>c</i>", 2, "HTML"),
        ("a\nb<br>c", 2, "HTML"),
        ("a\n\n![b](https://example.org/b.png)", 3, "an image"),
        ("a\n\nb | c\n--- | ---\n1 | 2", 3, "a table"),
        ("a\n\nb ~~c~~", 3, "struck text"),
        ("a\n\n- b\n  - c", 4, "a list is nested in another list"),
        ("1. b\n   - c", 2, "a list is nested in another list"),
        ("a\n\n# b", 3, "a heading of level 1"),
        ("a\n\nb\n===", 3, "a heading of level 1"),
        ("a\n\n#### b", 3, "a heading of level 4"),
        ("a\n\n- ## b", 3, "a heading of level 2"),
        ("- a\n\n  > b", 3, "a quotation"),
        ("- a\n\n  b `c`", 3, "code"),
        ("## a\n\n## b `c`", 3, "code"),
        ("- a\n-", 2, "a list item is empty"),
        ("a\n\n**b", 3, '"**" is not a Markdown mark here'),
        ("a\nb** c", 2, '"**" is not a Markdown mark here'),
        ("a\n\n** b **", 3, '"**" is not a Markdown mark here'),
        ("a\n\n[b](https://example.org", 3, '"](" is not a Markdown mark here'),
        ("a\n\n[b](https://example.org/a b)", 3, '"](" is not a Markdown mark here'),
        ("a\n\n[b](javascript:alert(1))", 3, "is not a web address"),
        ("a\n\n[b][c]", 3, '"][" is not a Markdown mark here'),
        ("a\n\n[b](c)", 3, '"c" is not a web address'),
        ("a\nb [c](www.example.org)", 2, '"www.example.org" is not a web address'),
        ("a\n\n[b](ftp://example.org)", 3, '"ftp://example.org" is not a web address'),
        ("a\n\n[b](#c)", 3, '"#c" is not a web address'),
        ("a\n\n[b]()", 3, '"" is not a web address'),
        ("a\n\n[b](placeholder-guide)", 3, '"placeholder-guide" is not a web address'),
    ],
)
def test_markdown_that_a_letter_cannot_show_is_named_with_its_line(
    text: str, line: int, what: str
) -> None:
    problem = refusal(text)[0]
    assert (problem.file, problem.line) == ("letter.md", line)
    assert what in problem.message
    assert problem.message.endswith(".")


def test_a_link_in_a_heading_is_not_lost_in_silence() -> None:
    assert refusal("a\n\n## b [c](https://example.org)")[0].line == 3


def test_a_heading_without_words_is_refused() -> None:
    assert refusal("a\n\n##\n\nb")[0].line == 3


@pytest.mark.parametrize(
    "text",
    [
        "one\n\n[a]({{ authority }})",
        "one\n\n[a]({{ year }})",
        "one\n\n[a](https://example.org/{{ authority }})",
    ],
)
def test_a_link_to_what_is_no_address_of_the_edition_is_refused(text: str) -> None:
    assert refusal(text)[0].line == 3


def test_every_problem_of_a_text_is_reported_in_order() -> None:
    found = refusal("# a\n\n{{ autority }}\n\n> b\n\n{{ yer }}\n\n**c")
    assert [problem.line for problem in found] == [1, 3, 5, 7, 9]


def test_lines_are_counted_past_comments_conditions_and_placeholders_of_several_lines() -> None:
    text = "{#\n\n#}\n{% if\ncompared %}\na\n{% endif %}\n\n{{\nauthority\n}}\n\n> b"
    assert [problem.line for problem in refusal(text)] == [13]


def test_a_problem_stands_on_the_line_and_key_of_its_setting() -> None:
    source = Source("edition.toml", "panels.1.note", (40, 41, 42))
    (problem,) = refusal("a\n\n> b", source=source)
    assert (problem.file, problem.line, problem.column) == (
        "edition.toml",
        42,
        "panels.1.note",
    )


@pytest.mark.parametrize("kind", [PlainWording, SentenceWording, Wording])
def test_an_unknown_placeholder_is_named_with_its_line_and_the_nearest(
    kind: type[PlainWording | Wording],
) -> None:
    (problem,) = refusal("one\ntwo\nthree {{ autority }}", kind)
    assert (problem.file, problem.line, problem.value) == ("letter.md", 3, "{{ autority }}")
    assert "{{ authority }}" in problem.message


def test_an_unknown_name_in_a_condition_is_named_with_its_line() -> None:
    (problem,) = refusal("one\n\n{% if compard %}a{% endif %}")
    assert (problem.line, problem.value) == (3, "{{ compard }}")
    assert "{{ compared }}" in problem.message


def test_an_unknown_link_is_named_with_its_line_and_the_nearest() -> None:
    (problem,) = refusal("one\n\n[a]({{ links.trainng }})")
    assert (problem.line, problem.value) == (3, "trainng")
    assert '"training"' in problem.message


def test_a_needed_placeholder_that_is_missing_is_named() -> None:
    (problem,) = refusal("a {# {{ year }} #}", needed=frozenset({"year"}))
    assert problem.line == 1
    assert "{{ year }}" in problem.message
    wording = PlainWording("a {{ year }}", BODY, VALUES, {"year"})
    assert wording.text(VALUES) == "a 2020"


@pytest.mark.parametrize(
    "trick",
    [
        "{{ authority.__class__ }}",
        "{{ authority.upper }}",
        "{{ authority.upper() }}",
        "{{ links.__class__ }}",
        "{{ links.map.__class__ }}",
        "{{ links.clear }}",
        "{{ links['map'] }}",
        "{{ authority[0] }}",
        "{{ authority[:2] }}",
        "{% for letter in authority %}{{ letter }}{% endfor %}",
        "{% for number in [1, 2] %}a{% endfor %}",
        "{% include 'letter.md' %}",
        "{% import 'letter.md' as a %}",
        "{% from 'letter.md' import a %}",
        "{% extends 'letter.md' %}",
        "{% block a %}a{% endblock %}",
        "{% set authority = 'a' %}",
        "{% set authority %}a{% endset %}",
        "{% macro a() %}a{% endmacro %}",
        "{% call authority() %}a{% endcall %}",
        "{% filter upper %}a{% endfilter %}",
        "{% with %}a{% endwith %}",
        "{% autoescape true %}a{% endautoescape %}",
        "{% do authority %}",
        "{{ authority|upper }}",
        "{{ authority|safe }}",
        "{{ authority() }}",
        "{{ range(3) }}",
        "{{ lipsum() }}",
        "{{ self }}",
        "{{ namespace }}",
        "{{ year + 1 }}",
        "{{ year ** year }}",
        "{{ authority * 1000 }}",
        "{{ authority % year }}",
        "{{ -year }}",
        "{{ authority ~ authority }}",
        "{{ [year] }}",
        "{{ {'a': year} }}",
        "{{ (year, year) }}",
        "{{ 'a' if compared else 'b' }}",
        "{% if authority is defined %}a{% endif %}",
        "{% if authority|length > 3 %}a{% endif %}",
        "{{ links }}",
    ],
)
def test_a_template_trick_is_refused_with_its_line(trick: str) -> None:
    for kind in (PlainWording, Wording):
        problems = refusal(f"one\n\n{trick}", kind)
        assert {problem.line for problem in problems} == {3}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\n\n{{ authority", 3),
        ("a\n\n{{ }}", 3),
        ("a\n\n{{ authority year }}", 3),
        ("a\n\n{# b", 3),
        ("a\n\n{% endif %}", 3),
        ("a\n\n{% if %}b{% endif %}", 3),
        ("a\n\n{% nonsense %}", 3),
    ],
)
def test_a_malformed_placeholder_is_named_with_its_line(text: str, line: int) -> None:
    assert [problem.line for problem in refusal(text)] == [line]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{% if compared %}" * 150 + "a" + "{% endif %}" * 150, id="150 conditions"),
        pytest.param("{% if compared %}" * 5000 + "a" + "{% endif %}" * 5000, id="5000 conditions"),
        pytest.param("{{ " + "(" * 3000 + "year" + ")" * 3000 + " }}", id="3000 brackets"),
        pytest.param("{% if " + "year and " * 250 + "year %}a{% endif %}", id="250 times and"),
        pytest.param("{% if " + "not " * 400 + "year %}a{% endif %}", id="400 times not"),
        pytest.param("{% if " + "year and " * 3000 + "year %}a{% endif %}", id="3000 times and"),
        pytest.param(
            "{% if year %}a" + "{% elif year %}a" * 3000 + "{% endif %}", id="3000 times elif"
        ),
    ],
)
def test_conditions_nested_deeply_are_a_problem_of_the_edition(text: str) -> None:
    """They are one before the text is compiled, which only a letter does that needs it."""
    (problem,) = refusal(text)
    assert "nested too deeply" in problem.message


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{% if compared %}" * 77 + "a" + "{% endif %}" * 77, id="conditions"),
        pytest.param("{% if " + "year and " * 76 + "year %}a{% endif %}", id="and"),
        pytest.param("{% if " + "not " * 76 + "year %}a{% endif %}a", id="not"),
        pytest.param("{% if not year %}a" + "{% elif year %}a" * 78 + "{% endif %}", id="elif"),
        pytest.param(
            "{% if compared %}" * 40 + "{% if " + "not " * 36 + "year %}a" + "{% endif %}" * 41,
            id="conditions and not",
        ),
    ],
)
def test_conditions_that_are_not_nested_too_deeply_are_set(text: str) -> None:
    assert read(text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("{% if authority > 5 %}a{% endif %}", 1),
        ("one\n\n{% if compared %}\n{% if 5 < authority %}a{% endif %}\n{% endif %}", 4),
        ("one\n\n{{ year in authority }}", 3),
    ],
)
def test_a_comparison_of_a_text_with_a_number_is_a_problem_with_its_line(
    text: str, line: int
) -> None:
    with pytest.raises(EditionError) as refused:
        read(text)
    (problem,) = refused.value.problems
    assert (problem.file, problem.line) == ("letter.md", line)
    assert "compares a text with a number" in problem.message


# ---- sentences and plain texts


@pytest.mark.parametrize("text", ["a\n\nb", "- a", "## a", "", "  \n"])
def test_a_sentence_is_one_paragraph(text: str) -> None:
    (problem,) = refusal(text, SentenceWording, Source("edition.toml", "panels.1.nothing", (7,)))
    assert problem.line == 7
    assert "one paragraph" in problem.message


def test_a_sentence_gives_its_paragraph() -> None:
    wording = SentenceWording("**{{ year }}** in\n{{ authority }}", BODY, VALUES)
    sentence = wording.paragraph(VALUES)
    assert sentence.text == "2020 in Tonbridge & Malling"
    assert sentence.runs[0] == Run("2020", bold=True)


def test_a_sentence_that_a_condition_leaves_empty_is_named() -> None:
    source = Source("edition.toml", "panels.1.nothing", (7,))
    wording = SentenceWording("{% if compared %}a{% endif %}", source, VALUES)
    assert wording.paragraph(VALUES).text == "a"
    with pytest.raises(EditionError) as refused:
        wording.paragraph({**VALUES, "compared": False})
    (problem,) = refused.value.problems
    assert (problem.file, problem.line, problem.column) == (
        "edition.toml",
        7,
        "panels.1.nothing",
    )


def test_a_sentence_that_may_be_left_out_is_none_where_a_condition_leaves_it_empty() -> None:
    wording = SentenceWording("{% if compared %}a{% endif %}", BODY, VALUES)
    assert wording.optional_paragraph(VALUES) == paragraph(Run("a"))
    assert wording.optional_paragraph({**VALUES, "compared": False}) is None


@pytest.mark.parametrize(
    "paragraph_of", [SentenceWording.paragraph, SentenceWording.optional_paragraph]
)
def test_a_sentence_of_which_a_condition_leaves_two_paragraphs_is_named(paragraph_of: Any) -> None:
    wording = SentenceWording("a{% if compared %}{{ authority }}{% endif %}", BODY, VALUES)
    with pytest.raises(EditionError) as refused:
        paragraph_of(wording, {**VALUES, "authority": Markdown("\n\nb")})
    assert "one paragraph" in refused.value.problems[0].message


def test_a_plain_text_that_a_condition_leaves_empty_is_named() -> None:
    source = Source("edition.toml", "panels.1.chart_text", (7,))
    wording = PlainWording("{% if compared %}a{% endif %}", source, VALUES)
    assert wording.text(VALUES) == "a"
    with pytest.raises(EditionError) as refused:
        wording.text({**VALUES, "compared": False})
    (problem,) = refused.value.problems
    assert (problem.line, problem.column) == (7, "panels.1.chart_text")
    assert "comes out empty" in problem.message


def test_a_plain_text_knows_no_markdown() -> None:
    wording = PlainWording("**a** `b` <i> # {{ authority }}", BODY, VALUES)
    assert wording.text({"authority": "{{ x }} & *c*"}) == "**a** `b` <i> # {{ x }} & *c*"


# ---- Markdown into blocks


def test_paragraphs_are_parted_by_blank_lines_and_not_by_line_ends() -> None:
    assert words("one\ntwo\n\nthree\n\n\n\nfour\n") == ["one two", "three", "four"]


def test_headings_have_their_level() -> None:
    assert read("## one\n\n### two\n") == (Heading("one", 2), Heading("two", 3))


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("a **b** c", (Run("a "), Run("b", bold=True), Run(" c"))),
        ("a __b__ c", (Run("a "), Run("b", bold=True), Run(" c"))),
        ("a *b* c", (Run("a "), Run("b", italic=True), Run(" c"))),
        ("a _b_ c", (Run("a "), Run("b", italic=True), Run(" c"))),
        ("***a***", (Run("a", bold=True, italic=True),)),
        (
            "**a *b* c**",
            (Run("a ", bold=True), Run("b", bold=True, italic=True), Run(" c", bold=True)),
        ),
        (
            "a [b](https://example.org) c",
            (Run("a "), Run("b", link="https://example.org"), Run(" c")),
        ),
        (
            "[a **b**](https://example.org)",
            (
                Run("a ", link="https://example.org"),
                Run("b", bold=True, link="https://example.org"),
            ),
        ),
        ("**[a](mailto:a@b.uk)**", (Run("a", bold=True, link="mailto:a@b.uk"),)),
        ("<http://example.org>", (Run("http://example.org", link="http://example.org"),)),
        ("a\\\nb", (Run("a"), Run("\n"), Run("b"))),
        ("a  \nb", (Run("a"), Run("\n"), Run("b"))),
        ("a\nb", (Run("a"), Run(" "), Run("b"))),
        (r"1\. a \*b\* & c's", (Run("1. a *b* & c's"),)),
        ("a &amp; b", (Run("a & b"),)),
        ("a ~b~ - c - 100%", (Run("a ~b~ - c - 100%"),)),
    ],
)
def test_words_are_read_with_how_they_are_set(text: str, runs: tuple[Run, ...]) -> None:
    assert read(text) == (Paragraph(runs),)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("- a\n- b", ["-", "-"]),
        ("* a\n* b", ["•", "•"]),
        ("+ a", ["+"]),
        ("1. a\n2. b\n3. c", ["1.", "2.", "3."]),
        ("3) a\n4) b", ["3)", "4)"]),
        ("0. a\n1. b", ["0.", "1."]),
        ("9. a\n9. b", ["9.", "10."]),
    ],
)
def test_a_list_has_the_labels_of_its_items(text: str, labels: list[str]) -> None:
    (block,) = read(text)
    assert isinstance(block, ListBlock)
    assert [item.label for item in block.items] == labels


def test_a_list_item_may_have_several_paragraphs() -> None:
    assert read("a\n\n- b **c**\n\n  d\n- e\n\nf") == (
        paragraph(Run("a")),
        ListBlock(
            (
                ListItem(
                    "-",
                    (paragraph(Run("b "), Run("c", bold=True)), paragraph(Run("d"))),
                ),
                ListItem("-", (paragraph(Run("e")),)),
            )
        ),
        paragraph(Run("f")),
    )


def test_two_lists_stay_two() -> None:
    assert read("- a\n\n1. b\n") == (
        ListBlock((ListItem("-", (paragraph(Run("a")),)),)),
        ListBlock((ListItem("1.", (paragraph(Run("b")),)),)),
    )
