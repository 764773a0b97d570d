"""accessibility.md: what it may say, and what is wrong in it, each with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from lgo_letters.edition.accessibility import Statement, read_statement
from lgo_letters.edition.text.blocks import Heading, Paragraph, Run
from lgo_letters.errors import EditionError
from tests.support.editions import change, read_edition
from tests.support.paths import EDITION


def statement(edition: Path, text: str) -> Statement | None:
    (edition / "accessibility.md").write_text(text, encoding="utf-8")
    return read_statement(edition, read_edition(edition).settings)


def test_it_may_name_the_body_the_pages_and_the_editions_links(edition_copy: Path) -> None:
    change(edition_copy, ("[averages]", '[site]\ntitle = "How *councils* did"\n\n[averages]'))
    text = "## About\n\n{{ publisher }}: **{{ title }}**, [training]({{ links.training }})\n"
    assert statement(edition_copy, text) == Statement(
        (
            Heading("About"),
            Paragraph(
                (
                    Run("Local Government and Social Care Ombudsman: "),
                    Run("How *councils* did", bold=True),
                    Run(", "),
                    Run("training", link="https://www.lgo.org.uk/training"),
                )
            ),
        ),
        (),
    )


def test_an_edition_may_be_without_it(edition_copy: Path) -> None:
    (edition_copy / "accessibility.md").unlink()
    assert read_statement(edition_copy, read_edition(edition_copy).settings) is None


def test_that_of_2020_is_a_model_with_blanks_on_the_lines_that_have_them() -> None:
    model = read_statement(EDITION, read_edition(EDITION).settings)
    lines = (EDITION / "accessibility.md").read_text(encoding="utf-8").splitlines()
    assert model is not None
    assert model.blanks == tuple(
        number for number, line in enumerate(lines, start=1) if "[TO" in line and "{#" not in line
    )
    assert len(model.blanks) == 7


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "the file is empty; write in it or delete it."),
        ("Hello\n\n{{ year_end }}\n", 3, "is not a placeholder of this text; the nearest is"),
        ("{{ table.years }}\n", 1, "cannot stand here; put a table alone"),
        ("Hello\n\n> said\n", 3, "a quotation (a line that starts with >) is not supported"),
        ("<script>alert(1)</script>\n", 1, "HTML is not supported; write paragraphs"),
        ("[mail](javascript:alert(1))\n", 1, '"javascript:alert(1)" is not a web address'),
        ("### Deep\n", None, "has no ## heading above it"),
        ("a\u202eb\n", 1, "which nobody can see; delete it."),
    ],
)
def test_what_a_page_cannot_show_is_a_problem(
    text: str, line: int | None, message: str, edition_copy: Path
) -> None:
    with pytest.raises(EditionError) as refused:
        statement(edition_copy, text)
    (problem,) = refused.value.problems
    assert (problem.file, problem.line) == ("accessibility.md", line)
    assert message in problem.message


def test_the_letters_do_not_depend_on_it(edition_copy: Path) -> None:
    before = read_edition(edition_copy)
    (edition_copy / "accessibility.md").write_text("Other words.\n", encoding="utf-8")
    after = read_edition(edition_copy)
    assert (before.sha256, before.files) == (after.sha256, after.files)
