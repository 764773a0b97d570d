"""Tables on pages: where they are split, how columns stand, and what a screen reader reads."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any

import page
import pdfplumber
import pypdfium2
import pytest

from lgo_letters.edition.text.blocks import Block, Heading, Table
from lgo_letters.errors import EditionError
from lgo_letters.letter.letter import Letter
from lgo_letters.pdf.styles import styles
from lgo_letters.pdf.tables import TableFlowable, table
from lgo_letters.pdf.template import template, typeset_fast
from lgo_letters.pdf.typeset import Pdf, typeset
from tests.support.pages import a_page_as_picture
from tests.support.paths import TESTS
from tests.support.shapes import SENTENCE, SERVICE_AREAS, SHAPES, a_paragraph, with_own, years
from tests.support.tags import TaggedPdf, complaints, folded, opened, outline_of

MARGIN, WIDTH = 25 / 25.4 * 72, 595.27  # in points
HEADS = ("Area", "Cases", "Upheld")


def a_table(number: int) -> Table:
    """So many numbered rows and a total."""
    rows = tuple((f"Service{index}", f"{index:,}", "1") for index in range(1, number + 1))
    return Table("All services", HEADS, (*rows, ("Total", "99", "9")), has_total=True)


def lines_of(pdf: Pdf) -> list[list[str]]:
    """Each page's lines, without the footer."""
    with pypdfium2.PdfDocument(pdf.content) as document:
        texts = [one.get_textpage().get_text_bounded(bottom=50) for one in document]
    return [[folded(line) for line in text.splitlines()] for text in texts]


def words_on(pdf: Pdf, number: int) -> list[dict[str, Any]]:
    with pdfplumber.open(io.BytesIO(pdf.content)) as document:
        return list(document.pages[number - 1].extract_words(extra_attrs=["fontname"]))


def failures(pdf: Pdf) -> list[str]:
    return [
        f"{failure.rule_id}: {failure.message}"
        for profile in ("ua1", "3a")
        for failure in page.validate_pdf_bytes(pdf.content, profile=profile).failures
    ]


# ---- across pages


def test_a_long_table_has_its_heads_on_every_page_and_in_the_tags_once(bromsgrove: Letter) -> None:
    letter = with_own(bromsgrove, a_table(90))
    pdf = typeset(letter)
    lines = lines_of(pdf)
    with_rows = [page for page in lines if any(line.startswith("Service") for line in page)]
    assert len(with_rows) == 3
    for before, later in pairwise(with_rows):
        assert before[-1].startswith("Service")
        assert later[0] == " ".join(HEADS)
        assert later[1].startswith("Service")
    assert [line for page in lines for line in page].count("All services") == 1
    rows = [line for page in lines for line in page if line.startswith("Service")]
    assert rows == [f"Service{index} {index} 1" for index in range(1, 91)]
    tagged = TaggedPdf(opened(pdf.content))
    assert tagged.outline() == outline_of(letter)
    assert complaints(tagged, letter) == []
    assert [folded(tagged.text_of(head)) for head in tagged.tagged("TH")].count("Cases") == 1
    assert len(tagged.tagged("Table")) == 1
    artifacts = [content.text for content in tagged.contents if content.tag == "Artifact"]
    assert sum("".join(HEADS) in text for text in artifacts) == 2
    assert failures(pdf) == []


@pytest.mark.parametrize(
    ("number", "splits"), [(1, []), (2, []), (3, [[2, 2]]), (5, [[2, 4], [3, 3], [4, 2]])]
)
def test_two_rows_stand_on_both_sides_of_a_page_s_end_or_all_on_the_next(
    number: int, splits: list[list[int]]
) -> None:
    """Rows of numbers and one of the total; nothing is split where less room is left."""
    found = []
    for room in range(200):
        pieces = table(a_table(number), styles("#1D4F60")).split(WIDTH - 2 * MARGIN, room)
        found.append([len(piece._rows) for piece in pieces if isinstance(piece, TableFlowable)])
    assert [rows for rows, _ in groupby(found)] == [[], *splits]


def _growing(letter: Letter, lines: int, *content: Block) -> list[list[str]]:
    """The pages of a letter in which something stands after so many lines."""
    before = a_paragraph("\n".join(["A line."] * (lines + 1)))
    return lines_of(typeset(with_own(letter, before, *content)))


@pytest.mark.parametrize("lines", range(0, 40, 6))
def test_wherever_a_page_ends_two_rows_stand_on_both_sides_and_under_their_heads(
    bromsgrove: Letter, lines: int
) -> None:
    heading = Heading("Your services")
    pages = _growing(bromsgrove, lines, heading, a_paragraph("In short:"), a_table(12))
    rows = [
        [line.split()[0] for line in page if line.startswith(("Service", "Total"))]
        for page in pages
    ]
    assert [row for page in rows for row in page] == [
        *(f"Service{index}" for index in range(1, 13)), "Total",
    ]  # fmt: skip
    assert all(len(page) >= 2 for page in rows if page)
    first = next(page for page, its_rows in zip(pages, rows, strict=True) if its_rows)
    start = first.index("Your services")
    assert first[start : start + 4] == [
        "Your services", "In short:", "All services", "Area Cases Upheld",
    ]  # fmt: skip
    assert all(page[-1] != "Your services" for page in pages)


@pytest.mark.parametrize("lines", range(0, 44, 6))
def test_the_signature_keeps_two_rows_of_a_table_that_ends_the_letter(
    bromsgrove: Letter, lines: int
) -> None:
    before = a_paragraph("\n".join(["A line."] * (lines + 1)))
    letter = bromsgrove._replace(body=(*bromsgrove.body, before, a_table(12)))
    (page,) = (page for page in lines_of(typeset(letter)) if letter.closing in page)
    end = page.index(letter.closing)
    assert page[end - 1] == "Total 99 9"
    assert page[end - 2] == "Service12 12 1"


def test_a_row_is_not_split(bromsgrove: Letter) -> None:
    """Each row has three lines, so that the lines of a page would end within one."""
    rows = tuple((f"First{index}\nsecond\nthird", "1") for index in range(50))
    pages = lines_of(typeset(with_own(bromsgrove, Table("", ("Name", "Cases"), rows))))
    split = [sum(line.startswith(word) for line in page) for page in pages for word in ROW]
    assert split[::3] == split[1::3] == split[2::3]
    assert sum(split) == 150


ROW = ("First", "second", "third")


def test_a_row_higher_than_a_page_is_an_error_that_names_the_letter(bromsgrove: Letter) -> None:
    rows = (("word " * 5000, "1"), ("b", "2"), ("c", "3"))
    with pytest.raises(EditionError) as error:
        typeset(with_own(bromsgrove, Table("", ("Name", "Cases"), rows)))
    (problem,) = error.value.problems
    assert problem.file == "the letter to Bromsgrove District Council"
    assert "a row of a table or the signature does not fit on a page" in problem.message


# ---- columns


def _edges(words: Sequence[dict[str, Any]], texts: set[str]) -> Iterator[float]:
    yield from (word["x1"] for word in words if word["text"] in texts)


@pytest.mark.parametrize("number", [2, 3, 5, 6])
def test_figures_stand_flush_right_under_their_heads_and_the_last_at_the_margin(
    bromsgrove: Letter, number: int
) -> None:
    content = years(number)
    pdf = typeset(with_own(bromsgrove, content, after=0))
    words = words_on(pdf, 1)
    for column in range(1, number + 1):
        head = content.headings[column].partition("\n")[0]
        (edge,) = _edges(words, {head})
        assert sum(abs(word["x1"] - edge) < 0.1 for word in words) >= 3
        if column == number:
            assert edge == pytest.approx(WIDTH - MARGIN, abs=0.1)


@pytest.mark.parametrize("number", [2, 6])
def test_a_panel_s_note_with_a_table_has_the_whole_width_and_no_year_is_broken(
    bromsgrove: Letter, number: int
) -> None:
    first, *others = bromsgrove.panels
    content = years(number)
    head, *labels, last = content.headings
    content = content._replace(headings=(head, *(f"{one}\n(recalculated)" for one in labels), last))
    letter = bromsgrove._replace(panels=(first._replace(note=(content,)), *others))
    words = words_on(typeset(letter), 3)
    marks = [word for word in words if word["text"] == "(recalculated)"]
    assert len(marks) == number - 1
    assert all(later["x0"] - before["x1"] > 4 for before, later in pairwise(marks))
    assert {word["text"] for word in words} >= {*labels, "Average", "12.5%"}
    assert next(_edges(words, {"2019-20"})) == pytest.approx(WIDTH - MARGIN, abs=0.1)
    assert next(word["x0"] for word in words if word["text"] == head) == pytest.approx(MARGIN)


def test_a_total_is_bold_and_no_other_row_is(bromsgrove: Letter) -> None:
    words = words_on(typeset(with_own(bromsgrove, SERVICE_AREAS, after=0)), 1)
    bold = {word["text"] for word in words if "Bold" in word["fontname"]}
    assert bold >= {"Total", "1,069", "17"}
    assert not {"Adult", "1,034", "(none)"} & bold


def test_cells_stay_under_their_heads_where_one_is_empty(bromsgrove: Letter) -> None:
    letter = with_own(bromsgrove, years(3))
    tagged = TaggedPdf(opened(typeset(letter).content))
    rows = [[kid.tag for kid in row.kids] for row in tagged.tagged("TR")]  # type: ignore[union-attr]
    assert rows == [["TH"] * 4, *[["TH", "TD", "TD", "TD"]] * 3]
    average = [folded(tagged.text_of(cell)) for cell in tagged.tagged("TD")][3:6]
    assert average == ["", "12.5%", "12.5%"]


def test_a_figure_wider_than_its_column_is_broken_and_stays_on_the_page(
    bromsgrove: Letter,
) -> None:
    cells = ("1" * 60,) * 6
    content = Table("", ("Name", *"abcdef"), (("A name", *cells),) * 2)
    letter = with_own(bromsgrove, content, a_paragraph(SENTENCE), after=0)
    words = words_on(typeset(letter), 1)
    assert max(word["x1"] for word in words) <= WIDTH - MARGIN + 1
    assert complaints(TaggedPdf(opened(typeset(letter).content)), letter) == []


# ---- what they look like, and what they cost


@pytest.mark.parametrize(
    ("name", "page", "file"),
    [("own paragraphs with tables", 2, "tables-2.png"), ("a table in a note", 3, "tables-3.png")],
)
def test_tables_look_as_they_were_approved(
    letters: dict[str, Letter], name: str, page: int, file: str
) -> None:
    letter = SHAPES[name](letters)
    difference = a_page_as_picture(typeset(letter).content, page).differs_from(
        TESTS / "backtest" / file
    )
    assert difference is None, difference


def test_letters_with_tables_leave_no_template_behind(bromsgrove: Letter) -> None:
    template._templates.cache_clear()
    for number in (3, 4, 5):
        letter = with_own(bromsgrove, a_table(number))
        assert typeset_fast(letter) == typeset(letter)
    assert template._templates.cache_info().currsize == 0
    typeset_fast(bromsgrove)
    assert template._templates.cache_info().currsize == 1
