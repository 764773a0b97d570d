"""Where a text of an edition may ask for a table, and where not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lgo_letters.edition.text.blocks import Block, Heading, ListBlock, Paragraph, Run, Table
from lgo_letters.edition.text.markdown import Source, table_marker
from lgo_letters.edition.text.wording import Markdown, Wording
from lgo_letters.errors import EditionError
from tests.support.editions import change, line_of, own, problems, read_edition

BODY = Source("letter.md")
KNOWN: dict[str, Any] = {"compared": True, "name": "", "own_paragraphs": ""}
YEARS, AREAS = (Table(name, ("A", "B"), (("a", "1"),)) for name in ("years", "areas"))
BELOW = Paragraph((Run("Below the table."),))
TABLES: dict[str, list[Block]] = {"years": [YEARS, BELOW], "service_areas": [AREAS]}


def read(text: str, **values: Any) -> tuple[Block, ...]:
    return Wording(text, BODY, KNOWN).blocks({**KNOWN, "tables": TABLES.__getitem__, **values})


def words(text: str) -> Paragraph:
    return Paragraph((Run(text),))


# ---- where a table stands


def test_a_table_stands_where_the_text_asks_for_it() -> None:
    text = "## Figures\n\nBefore.\n\n{{ table.years }}\n\nAfter.\n\n{{table.service_areas}}\n"
    assert read(text) == (
        Heading("Figures"),
        words("Before."),
        YEARS,
        BELOW,
        words("After."),
        AREAS,
    )


def test_a_table_under_a_condition_comes_or_goes_whole() -> None:
    text = (
        "Before.\n\n{% if compared %}\n{{ table.years }}\n{% else %}\nNone.\n{% endif %}\n"
        "\n{% if compared %}{{ table.service_areas }}{% endif %}\n"
    )
    assert read(text) == (words("Before."), YEARS, BELOW, AREAS)
    assert read(text, compared=False) == (words("Before."), words("None."))


def test_a_table_of_one_s_own_paragraphs_stands_in_the_body() -> None:
    own_text = Wording("Thank you.\n\n{{ table.years }}\n", BODY, KNOWN).markdown(KNOWN)
    body = read("One.\n\n{{ own_paragraphs }}\n\nTwo.\n", own_paragraphs=own_text)
    assert body == (words("One."), words("Thank you."), YEARS, BELOW, words("Two."))


def test_only_the_tables_asked_for_are_made() -> None:
    asked: list[str] = []

    def make(name: str) -> list[Block]:
        asked.append(name)
        return TABLES[name]

    read("No table.", tables=make)
    assert asked == []
    read("{{ table.years }}", tables=make)
    assert asked == ["years"]


def test_a_text_is_filled_in_once_whatever_its_tables_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wording = Wording("{{ name }}\n\n{{ table.years }}\n", BODY, KNOWN)
    other = Table("other", ("A", "B"), (("b", "2"),))
    first = wording.blocks({**KNOWN, "name": "x", "tables": lambda _: [YEARS]})
    second = wording.blocks({**KNOWN, "name": "x", "tables": lambda _: [other]})
    assert (first[1], second[1]) == (YEARS, other)
    assert wording._fill.cache_info().misses == 1


def test_a_text_without_a_table_gives_every_letter_the_same_blocks() -> None:
    wording = Wording("One.\n\nTwo.\n", BODY, KNOWN)
    assert wording.blocks(KNOWN) is wording.blocks(KNOWN)


@pytest.mark.parametrize("name", ["{{ table.years }}", table_marker("years"), "table.years"])
def test_a_value_is_never_a_table(name: str) -> None:
    (block,) = read("{{ name }}", name=name)
    assert isinstance(block, Paragraph)
    (item,) = read("- {{ name }}", name=name)
    assert isinstance(item, ListBlock)


# ---- where none may stand


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("See {{ table.years }}.", 1),
        ("See this:\n{{ table.years }}", 1),
        ("One.\n\n{{ table.years }} {{ table.years }}", 3),
        ("One.\n\n**{{ table.years }}**", 3),
        ("One.\n\n- {{ table.years }}", 3),
        ("One.\n\n- One.\n\n  {{ table.years }}", 5),
        ("One.\n\n## {{ table.years }}", 3),
        ("{{ table.years }}\n-----\n", 1),
        ("{% if compared %}{{ table.years }}{% else %}None.{% endif %}", 1),
        ("One [{{ table.years }}](https://example.org).", 1),
    ],
)
def test_a_table_that_is_not_alone_in_a_paragraph_is_a_problem_with_its_line(
    text: str, line: int
) -> None:
    with pytest.raises(EditionError) as refused:
        read(text)
    (problem,) = refused.value.problems
    assert (problem.line, problem.message) == (
        line, "a table stands alone in a paragraph; leave an empty line above it and below.",
    )  # fmt: skip


def test_a_table_that_words_of_other_files_join_is_a_problem_too() -> None:
    table = Markdown(table_marker("years"))
    with pytest.raises(EditionError, match="1 problem"):
        read("Own: {{ own_paragraphs }}", own_paragraphs=table)


def test_an_unknown_table_is_named_with_the_nearest(edition_copy: Path) -> None:
    change(edition_copy, ("{{ own_paragraphs }}", "{{ table.yeers }}"), file="letter.md")
    (problem,) = problems(edition_copy)
    assert str(problem) == (
        f"letter.md, line {line_of('{{ table.yeers }}', edition_copy, 'letter.md')}: "
        '"yeers" is not among the tables of this edition; the nearest is "years".'
    )


def test_a_table_needs_the_name_of_one(edition_copy: Path) -> None:
    change(edition_copy, ("{{ own_paragraphs }}", "{{ table }}"), file="letter.md")
    (problem,) = problems(edition_copy)
    assert problem.message.endswith("name the entry that you mean: {{ table.NAME }}.")


def test_tables_stand_in_the_body_in_own_paragraphs_and_in_notes_alone(
    edition_copy: Path,
) -> None:
    change(edition_copy, ("{{ own_paragraphs }}", "{{ own_paragraphs }}\n\n{{ table.years }}"),
           file="letter.md")  # fmt: skip
    own(edition_copy, "bath-council.md", "{{ table.service_areas }}\n")
    change(edition_copy, ('note = "', 'note = "{{ table.years }}\\n\\n'))
    read_edition(edition_copy)
    changes = {
        "**{{ rate }}%** of complaints": "panels.1.sentence",
        "Annual Review letter {{ year }}": "letter.heading",
        "Annual review letter {{ year }}": "document.title",
        "{{ rate }} per cent compliance": "panels.2.chart_text",
        "Statistics are based on a total of {{ counted('compliance": "panels.2.small_print",
    }
    for words in changes:
        change(edition_copy, (words, f"{{{{ table.years }}}} {words}"))
    found = problems(edition_copy)
    assert {problem.column for problem in found} == set(changes.values())
    for problem in found:
        assert problem.message.startswith("cannot stand here; put a table alone into a paragraph")
        assert problem.value == "{{ table.years }}"
        assert problem.line is not None


# ---- [tables]


def test_a_caption_and_heads_are_those_of_the_edition(edition_copy: Path) -> None:
    tables = (
        '[tables]\nservice_areas_caption = "Decisions, {{ year }}"\n'
        '[tables.service_areas]\nupheld = "Upheld"\n'
    )
    change(edition_copy, ("[averages]", f"{tables}\n[averages]"))
    edition = read_edition(edition_copy)
    assert list(edition.captions) == ["service_areas"]
    assert edition.settings.tables.service_areas == {"upheld": "Upheld"}


def test_a_column_of_an_unknown_count_is_a_problem(edition_copy: Path) -> None:
    change(edition_copy, ("[averages]", '[tables.service_areas]\nuphold = "Upheld"\n[averages]'))
    (problem,) = problems(edition_copy)
    assert problem.line == line_of('uphold = "Upheld"', edition_copy)
    assert problem.column == "tables.service_areas.uphold"
    assert problem.message == 'is not a count of this edition; the nearest is "upheld".'


def test_a_table_has_no_more_columns_than_a_page_has_room_for(edition_copy: Path) -> None:
    columns = "\n".join(f'count_{number} = "x"' for number in range(7))
    change(edition_copy, ("[averages]", f"[tables.service_areas]\n{columns}\n[averages]"))
    (problem,) = problems(edition_copy)
    assert "has too many entries; keep at most 6" in problem.message


def test_a_caption_may_use_no_placeholder_that_there_is_not(edition_copy: Path) -> None:
    change(edition_copy, ("[averages]", '[tables]\nyears_caption = "{{ yeer }}"\n[averages]'))
    (problem,) = problems(edition_copy)
    assert (problem.column, problem.value) == ("tables.years_caption", "{{ yeer }}")
