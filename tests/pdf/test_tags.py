from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import page
import pikepdf
import pypdfium2
import pytest

from lgo_letters.edition.text.blocks import Picture, Run
from lgo_letters.letter.letter import Letter
from lgo_letters.pdf.typeset import Pdf, typeset
from tests.support.shapes import ADDRESS, a_link, a_paragraph, with_own, words_in
from tests.support.tags import (
    HEADINGS,
    HOLD_TEXT,
    Element,
    Mark,
    TaggedPdf,
    annotation_complaints,
    artifact_complaints,
    bytes_of,
    complaints,
    folded,
    mark_complaints,
    opened,
    outline_of,
    tree_complaints,
    word_complaints,
)

Read = tuple[Letter, TaggedPdf]


@pytest.fixture(scope="session")
def read(shape: tuple[Letter, Pdf]) -> Iterator[Read]:
    """Each shape of letter in turn, and its tags."""
    letter, pdf = shape
    with opened(pdf.content) as tagged:
        yield letter, TaggedPdf(tagged)


def _tags_of(letter: Letter) -> TaggedPdf:
    return TaggedPdf(opened(typeset(letter).content))


# ---- every shape


@pytest.mark.parametrize("profile", ["ua1", "3a"])
def test_every_shape_meets_the_standard(shape: tuple[Letter, Pdf], profile: str) -> None:
    _, pdf = shape
    report = page.validate_pdf_bytes(pdf.content, profile=profile)
    assert [f"{failure.rule_id}: {failure.message}" for failure in report.failures] == []
    assert report.is_compliant
    assert report.rules.passed == report.rules.total > 100


def test_every_mark_is_exactly_one_elements_and_leads_back_to_it(read: Read) -> None:
    _, pdf = read
    assert mark_complaints(pdf) == []
    assert len(pdf.marked) > 30


def test_every_link_and_its_annotations_hold_each_other(read: Read) -> None:
    _, pdf = read
    assert annotation_complaints(pdf) == []


def test_every_element_stands_where_it_may_and_has_content(read: Read) -> None:
    _, pdf = read
    assert tree_complaints(pdf) == []


def test_the_text_in_the_order_of_the_tags_is_the_letters_word_for_word(read: Read) -> None:
    letter, pdf = read
    assert word_complaints(pdf, letter) == []
    assert pdf.words() == words_in(letter)


def test_nothing_that_a_person_should_read_is_an_artifact(read: Read) -> None:
    letter, pdf = read
    assert artifact_complaints(pdf, letter) == []


def test_the_tags_are_those_that_the_letter_should_have(read: Read) -> None:
    letter, pdf = read
    assert pdf.outline() == outline_of(letter)


def test_there_is_one_h1_and_no_level_is_left_out(read: Read) -> None:
    letter, pdf = read
    levels = [int(heading.tag[1]) for heading in pdf.tagged(*HEADINGS)]
    assert [level for level in levels if level == 1] == levels[:1]
    assert all(below - above <= 1 for above, below in pairwise(levels))
    panels = [panel.heading for panel in letter.panels]
    level = "H2" if letter.panels_heading is None else "H3"
    headings = [folded(pdf.text_of(heading)) for heading in pdf.tagged(level)]
    assert headings[-len(panels) :] == panels


def test_every_list_says_whether_it_is_numbered(read: Read) -> None:
    _, pdf = read
    for element in pdf.tagged("L"):
        labels = [folded(pdf.text_of(kid)) for kid in element.elements() if kid.tag == "Lbl"]
        expected = "/Decimal" if labels[0][0].isdigit() else "/Disc"
        assert (element.source.A.O, element.source.A.ListNumbering) == ("/List", expected)


def test_every_figure_is_one_mark_that_draws_and_says_no_text_within_its_box(read: Read) -> None:
    letter, pdf = read
    figures = pdf.tagged("Figure")
    charts = [panel.chart for panel in letter.panels if panel.chart]
    assert len(figures) == 1 + len(charts) + isinstance(letter.masthead, Picture)
    for figure in figures:
        mark, *captions = figure.kids  # what its mark means may stand below
        assert isinstance(mark, Mark)
        assert [kid.tag for kid in captions if isinstance(kid, Element)] in ([], ["Caption"])
        assert pdf.marked[mark].paints
        assert not pdf.marked[mark].text
        assert figure.alternative
        left, bottom, right, top = map(float, figure.source.A.BBox)
        x0, y0, x1, y1 = map(float, pdf.pdf.pages[mark.page].mediabox)
        assert figure.source.A.O == "/Layout"
        assert x0 <= left < right <= x1
        assert y0 <= bottom < top <= y1
        assert right - left > 20
        assert top - bottom > 20


def test_a_figures_box_is_where_its_picture_is(read: Read) -> None:
    """The signature stands between the closing and the signatory's name."""
    letter, pdf = read
    (figure,) = (
        element
        for element in pdf.tagged("Figure")
        if element.alternative == letter.signature.picture.alternative
    )
    (mark,) = figure.held()
    left, bottom, right, top = map(float, figure.source.A.BBox)
    with pypdfium2.PdfDocument(bytes_of(pdf)) as document:
        (picture,) = document[mark.page].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
        assert picture.get_bounds() == pytest.approx((left, bottom, right, top), abs=0.02)


def test_the_bookmarks_are_the_headings_in_order_each_on_its_page(read: Read) -> None:
    _, pdf = read
    with pdf.pdf.open_outline() as outline:
        bookmarks = list(_bookmarks(outline.root, 1))
    pages: list[Any] = [drawn.objgen for drawn in pdf.pdf.pages]
    expected = []
    for heading in pdf.tagged(*HEADINGS):
        first = heading.held()[0]
        words = folded(pdf.text_of(heading))
        expected.append((int(heading.tag[1]), words, pages[first.page]))
    assert bookmarks == expected


def _bookmarks(
    items: list[pikepdf.OutlineItem], level: int
) -> Iterator[tuple[int, str, tuple[int, int]]]:
    for item in items:
        destination: Any = item.destination
        yield level, folded(item.title), destination[0].objgen
        yield from _bookmarks(item.children, level + 1)


def test_the_document_information_says_what_the_letter_says(read: Read) -> None:
    letter, pdf = read
    information: Any = pdf.pdf.docinfo
    root: Any = pdf.pdf.Root
    assert str(information.Title) == letter.title
    assert str(information.Author) == letter.author
    assert str(information.Subject) == letter.subject
    assert str(information.Keywords) == (letter.mark or "")
    assert str(root.Lang) == letter.language
    assert root.ViewerPreferences.DisplayDocTitle is True
    assert root.MarkInfo.Marked is True
    assert all(drawn.obj.Tabs == "/S" for drawn in pdf.pdf.pages)


_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_PDF = "{http://ns.adobe.com/pdf/1.3/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"


def test_xmp_says_the_same_as_the_document_information(read: Read) -> None:
    letter, pdf = read
    metadata = pdf.pdf.Root.Metadata
    assert "/Filter" not in metadata
    tree = ElementTree.fromstring(metadata.read_bytes())  # noqa: S314  # our own file

    def says(name: str) -> str:
        (element,) = tree.iter(name)
        inner = list(element.iter(f"{_RDF}li")) or [element]
        return inner[0].text or ""

    information: Any = pdf.pdf.docinfo
    assert says(f"{_DC}title") == str(information.Title)
    assert says(f"{_DC}creator") == str(information.Author)
    assert says(f"{_DC}description") == str(information.Subject)
    assert says(f"{_DC}language") == letter.language
    assert says(f"{_PDF}Keywords") == str(information.Keywords)
    assert says(f"{_PDF}Producer") == str(information.Producer)
    assert says(f"{_XMP}CreatorTool") == str(information.Creator)
    for name, key in (("CreateDate", "/CreationDate"), ("ModifyDate", "/ModDate")):
        assert says(f"{_XMP}{name}") == f"{letter.dated.isoformat()}T00:00:00Z"
        assert str(information[key]) == f"D:{letter.dated:%Y%m%d}000000Z"


def test_copied_text_has_its_words_and_spaces_right(shape: tuple[Letter, Pdf]) -> None:
    letter, pdf = shape
    with pypdfium2.PdfDocument(pdf.content) as document:
        pages = [drawn.get_textpage().get_text_bounded(bottom=50) for drawn in document]
    assert "".join(pages).split() == words_in(letter)
    ligatures_and_unknown = "\ufb00\ufb01\ufb02\ufb03\ufb04\ufffd\ufffe"
    assert not set("".join(pages)) & set(ligatures_and_unknown)


def test_every_line_ends_with_a_space_for_readers_that_drop_the_line_ends(
    read: Read,
) -> None:
    """Of a paragraph, and of each of its words, the pieces are joined as they are painted."""
    _, pdf = read
    for element in pdf.tagged(*HOLD_TEXT):
        is_empty_cell = element.tag == "TD" and not element.kids
        assert is_empty_cell or pdf.text_of(element).endswith(" ")


def test_the_parent_tree_counts_pages_up_from_nought(read: Read) -> None:
    _, pdf = read
    keys = [drawn.obj.StructParents for drawn in pdf.pdf.pages]
    assert keys == list(range(len(pdf.pdf.pages)))


# ---- what is hard


def test_a_link_with_bold_words_is_one_link(bromsgrove: Letter) -> None:
    link = Run("Our ", link=ADDRESS), Run("last", bold=True, link=ADDRESS), a_link(" report")
    letter = with_own(bromsgrove, a_paragraph("See ", *link, "."))
    pdf = _tags_of(letter)
    assert pdf.outline() == outline_of(letter)
    assert complaints(pdf, letter) == []


def test_the_words_of_a_link_with_a_line_feed_stay_apart(bromsgrove: Letter) -> None:
    letter = with_own(bromsgrove, a_paragraph("See ", a_link("our\nreport"), "."))
    pdf = _tags_of(letter)
    assert pdf.outline() == outline_of(letter)
    assert complaints(pdf, letter) == []


@pytest.mark.parametrize("leads_on", [True, False], ids=["link", "text"])
def test_a_word_longer_than_a_line_is_one_word(bromsgrove: Letter, leads_on: bool) -> None:
    word = "https://www.example.org/" + "complaints-and-remedies/" * 8
    run = Run(word, link=ADDRESS if leads_on else None)
    letter = with_own(bromsgrove, a_paragraph("See ", run, " and more."))
    assert complaints(_tags_of(letter), letter) == []


@pytest.mark.parametrize("words", range(0, 40, 3))
def test_wherever_a_line_ends_a_link_is_whole(bromsgrove: Letter, words: int) -> None:
    """The text before grows word by word, so that the line ends everywhere in the links."""
    before = "a " * words
    runs: list[str | Run] = [
        a_link("the report"),
        " ",
        a_link("of the year"),
        ", ",
        a_link("last"),
        " of all",
    ]
    letter = with_own(bromsgrove, a_paragraph(before, *runs), a_paragraph(*runs, before, *runs))
    pdf = _tags_of(letter)
    assert pdf.outline() == outline_of(letter)
    assert complaints(pdf, letter) == []


@pytest.mark.parametrize("lines", range(14))
def test_wherever_a_page_ends_the_tags_are_right(bromsgrove: Letter, lines: int) -> None:
    """The text before grows line by line, so that the page ends everywhere in the link."""
    long_link = a_paragraph(a_link("The report of the Ombudsman " * 30))
    mixed = a_paragraph("Read ", a_link("the report of the Ombudsman " * 20), "and more.")
    before = a_paragraph("\n".join(["A line."] * (lines + 1)))
    letter = with_own(bromsgrove, before, long_link, mixed, after=6)
    pdf = _tags_of(letter)
    assert pdf.outline() == outline_of(letter)
    assert complaints(pdf, letter) == []


def test_a_letter_of_another_accent_has_the_same_tags(bromsgrove: Letter) -> None:
    other = bromsgrove._replace(accent="#7A1F1F")
    assert _tags_of(other).outline() == outline_of(bromsgrove)
