from __future__ import annotations

import hashlib
import importlib.util
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain, pairwise
from typing import Any
from xml.etree import ElementTree

import page
import pikepdf
import pypdfium2
import pytest
from reportlab.lib import rl_accel
from reportlab.pdfbase import pdfdoc, ttfonts
from reportlab.pdfbase.pdfdoc import PDFCatalog, PDFDocument, PDFPage, PDFStream
from reportlab.pdfbase.pdfmetrics import getFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject
from reportlab.platypus import BaseDocTemplate
from reportlab.platypus import Paragraph as ReportLabParagraph

from lgo_letters.edition.blocks import Run
from lgo_letters.letter.letter import Letter
from lgo_letters.pdf import reportlab_patches as mended
from lgo_letters.pdf.structure import Element
from lgo_letters.pdf.styles import FACES, FONT, register_fonts, styles
from lgo_letters.pdf.paragraphs import TaggedParagraph
from lgo_letters.pdf.typeset import Pdf, typeset
from tests.support.shapes import ADDRESS, SHAPES, a_link, a_paragraph, with_own, words_in
from tests.support.tags import (
    Mark,
    TaggedPdf,
    annotation_complaints,
    artifact_complaints,
    complaints,
    folded,
    mark_complaints,
    outline_of,
    tree_complaints,
    word_complaints,
)

Read = tuple[Letter, TaggedPdf]


def _opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


@pytest.fixture(scope="session")
def read(shape: tuple[Letter, Pdf]) -> Iterator[Read]:
    """Each shape of letter in turn, and its tags."""
    letter, pdf = shape
    with _opened(pdf.content) as opened:
        yield letter, TaggedPdf(opened)


def _tags_of(letter: Letter) -> TaggedPdf:
    return TaggedPdf(_opened(typeset(letter).content))


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
    assert len(pdf.marked) > 40


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
    levels = [int(each.tag[1]) for each in pdf.tagged("H1", "H2", "H3")]
    assert [level for level in levels if level == 1] == levels[:1]
    assert all(below - above <= 1 for above, below in pairwise(levels))
    panels = [panel.heading for panel in letter.panels]
    assert [folded(pdf.text_of(each)) for each in pdf.tagged("H2")][-3:] == panels


def test_every_list_says_whether_it_is_numbered(read: Read) -> None:
    _, pdf = read
    for each in pdf.tagged("L"):
        labels = [folded(pdf.text_of(kid)) for kid in each.elements() if kid.tag == "Lbl"]
        expected = "/Decimal" if labels[0][0].isdigit() else "/Disc"
        assert (each.source.A.O, each.source.A.ListNumbering) == ("/List", expected)


def test_every_figure_is_one_mark_that_draws_and_says_no_text_within_its_box(read: Read) -> None:
    _, pdf = read
    figures = pdf.tagged("Figure")
    assert len(figures) >= 4
    for figure in figures:
        (mark,) = figure.kids
        assert isinstance(mark, Mark)
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
        each
        for each in pdf.tagged("Figure")
        if each.alternative == letter.signature.picture.alternative
    )
    (mark,) = figure.held()
    left, bottom, right, top = map(float, figure.source.A.BBox)
    with pypdfium2.PdfDocument(_bytes_of(pdf)) as document:
        (picture,) = document[mark.page].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
        assert picture.get_bounds() == pytest.approx((left, bottom, right, top), abs=0.02)


def _bytes_of(pdf: TaggedPdf) -> bytes:
    content = io.BytesIO()
    pdf.pdf.save(content)
    return content.getvalue()


def test_the_bookmarks_are_the_headings_in_order_each_on_its_page(read: Read) -> None:
    _, pdf = read
    with pdf.pdf.open_outline() as outline:
        bookmarks = list(_bookmarks(outline.root, 1))
    pages: list[Any] = [each.objgen for each in pdf.pdf.pages]
    expected = []
    for heading in pdf.tagged("H1", "H2", "H3"):
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
    assert all(each.obj.Tabs == "/S" for each in pdf.pdf.pages)


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
        pages = [each.get_textpage().get_text_bounded(bottom=50) for each in document]
    assert "".join(pages).split() == words_in(letter)
    ligatures_and_unknown = "\ufb00\ufb01\ufb02\ufb03\ufb04\ufffd\ufffe"
    assert not set("".join(pages)) & set(ligatures_and_unknown)


def test_every_line_ends_with_a_space_for_readers_that_drop_the_line_ends(
    read: Read,
) -> None:
    """Of a paragraph, and of each of its words, the pieces are joined as they are painted."""
    _, pdf = read
    for each in pdf.tagged("P", "H1", "H2", "H3", "Lbl"):
        assert pdf.text_of(each).endswith(" ")


def test_the_parent_tree_counts_pages_up_from_nought(read: Read) -> None:
    _, pdf = read
    keys = [each.obj.StructParents for each in pdf.pdf.pages]
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


# ---- planted defects: the checks find them


@pytest.fixture(scope="session")
def sound(letters: dict[str, Letter]) -> tuple[Letter, bytes]:
    """A letter with lists and links, before it is spoilt."""
    letter = SHAPES["own paragraphs with links in lists"](letters)
    return letter, typeset(letter).content


def _a_heading_as_an_artifact(pdf: TaggedPdf) -> None:
    """Marks and all: the element is gone, and no validator would miss it."""
    heading = pdf.tagged("H2")[0]
    (mark,) = heading.held()
    assert isinstance(mark, Mark)
    _rewrite(pdf, mark, pikepdf.Operator("BMC"), [pikepdf.Name.Artifact])
    kids = pdf.root.source.K
    del kids[[each.objgen for each in kids].index(heading.number)]


def _a_heading_marked_as_an_artifact(pdf: TaggedPdf) -> None:
    (mark,) = pdf.tagged("H2")[0].held()
    assert isinstance(mark, Mark)
    _rewrite(pdf, mark, pikepdf.Operator("BMC"), [pikepdf.Name.Artifact])


def _rewrite(pdf: TaggedPdf, mark: Mark, operator: pikepdf.Operator, operands: list[Any]) -> None:
    """Another operator where a mark's content begins."""
    page_of_mark = pdf.pdf.pages[mark.page]
    instructions: list[Any] = []
    for each in pikepdf.parse_content_stream(page_of_mark):
        begins = str(each.operator) == "BDC" and each.operands[1].get("/MCID") == mark.mcid
        instructions.append((operands, operator) if begins else each)
    content = pikepdf.unparse_content_stream(instructions)
    page_of_mark.Contents = pdf.pdf.make_stream(content)


def _two_paragraphs_swapped(pdf: TaggedPdf) -> None:
    kids = pdf.root.source.K
    kids[8], kids[10] = kids[10], kids[8]


def _two_list_items_swapped(pdf: TaggedPdf) -> None:
    kids = pdf.tagged("L")[0].source.K
    kids[3], kids[4] = kids[4], kids[3]


def _a_label_after_its_words(pdf: TaggedPdf) -> None:
    kids = pdf.tagged("LI")[3].source.K
    kids[0], kids[1] = kids[1], kids[0]


def _a_mark_of_two_elements(pdf: TaggedPdf) -> None:
    first, second = pdf.tagged("P")[:2]
    second.source.K.append(first.source.K[0])


def _a_mark_twice_in_one_element(pdf: TaggedPdf) -> None:
    first = pdf.tagged("Figure")[0]
    first.source.K.append(first.source.K[0])


def _a_mark_of_no_element(pdf: TaggedPdf) -> None:
    del pdf.tagged("Figure")[0].source.K[0]


def _a_mark_that_is_nowhere(pdf: TaggedPdf) -> None:
    pdf.tagged("P")[3].source.K[0].MCID = 900


def _a_mark_of_another_page(pdf: TaggedPdf) -> None:
    pdf.tagged("P")[3].source.K[0].Pg = pdf.pdf.pages[1].obj


def _a_link_without_its_annotation(pdf: TaggedPdf) -> None:
    kids = pdf.tagged("Link")[0].source.K
    (place,) = (place for place, kid in enumerate(kids) if kid.get("/Type") == "/OBJR")
    del kids[place]


def _a_link_with_anothers_annotation(pdf: TaggedPdf) -> None:
    first, second = (
        next(kid for kid in link.source.K if kid.get("/Type") == "/OBJR")
        for link in pdf.tagged("Link")[:2]
    )
    first.Obj, second.Obj = second.Obj, first.Obj


def _a_link_that_says_another_thing(pdf: TaggedPdf) -> None:
    _, annotation = next(iter(pdf.annotations.values()))
    annotation.Contents = pikepdf.String("click here")


def _a_page_that_leads_back_elsewhere(pdf: TaggedPdf) -> None:
    parents = pdf.parents[0]
    parents[2], parents[3] = parents[3], parents[2]


def _an_annotation_that_leads_back_elsewhere(pdf: TaggedPdf) -> None:
    numbers: Any = pdf.pdf.Root.StructTreeRoot.ParentTree.Nums
    numbers[len(numbers) - 1] = pdf.tagged("Link")[-1].source


def _a_page_without_its_key(pdf: TaggedPdf) -> None:
    del pdf.pdf.pages[1].obj["/StructParents"]


def _an_element_of_another_parent(pdf: TaggedPdf) -> None:
    pdf.tagged("P")[3].source.P = pdf.tagged("Sect")[0].source


def _a_list_item_outside_its_list(pdf: TaggedPdf) -> None:
    item = pdf.tagged("LI")[0].source
    item.P = pdf.root.source
    del pdf.tagged("L")[0].source.K[0]
    kids = pdf.root.source.K
    places = [each.objgen for each in kids]
    kids.insert(places.index(pdf.tagged("L")[0].number), item)


def _text_outside_all_tags(pdf: TaggedPdf) -> None:
    _insert(pdf, b"BT /Letter+0 11 Tf (Lost) Tj ET")


def _text_in_an_artifact(pdf: TaggedPdf) -> None:
    _insert(pdf, b"/Artifact BMC BT /Letter+0 11 Tf (Lost) Tj ET EMC")


def _text_in_the_footer(pdf: TaggedPdf) -> None:
    _insert(pdf, b"/Artifact <</Subtype /Footer>> BDC BT /Letter+0 11 Tf (Lost) Tj ET EMC")


def _a_mark_that_is_not_closed(pdf: TaggedPdf) -> None:
    _insert(pdf, b"/Artifact BMC")


def _a_mark_closed_twice(pdf: TaggedPdf) -> None:
    _insert(pdf, b"EMC")


def _a_mark_that_crosses_the_text(pdf: TaggedPdf) -> None:
    _insert(pdf, b"/Artifact BMC BT EMC ET")


def _a_mark_within_a_mark(pdf: TaggedPdf) -> None:
    _insert(pdf, b"/Artifact BMC /Artifact BMC EMC EMC")


def _insert(pdf: TaggedPdf, operators: bytes) -> None:
    first = pdf.pdf.pages[0]
    first.contents_coalesce()
    content: Any = first.Contents
    first.Contents = pdf.pdf.make_stream(content.read_bytes() + b"\n" + operators)


DEFECTS: dict[str, tuple[Callable[[TaggedPdf], None], str]] = {
    "a heading as an artifact": (_a_heading_as_an_artifact, '"Complaint statistics" is an art'),
    "a heading marked as an artifact": (_a_heading_marked_as_an_artifact, "points at nothing"),
    "two paragraphs swapped": (_two_paragraphs_swapped, "the tags read"),
    "two list items swapped": (_two_list_items_swapped, 'the tags read "5."'),
    "a label after its words": (_a_label_after_its_words, "the tags read"),
    "a mark of two elements": (_a_mark_of_two_elements, "claimed by P"),
    "a mark twice in one element": (_a_mark_twice_in_one_element, "claimed by Figure"),
    "a mark of no element": (_a_mark_of_no_element, "claimed by no element"),
    "a mark that is nowhere": (_a_mark_that_is_nowhere, "points at nothing"),
    "a mark of another page": (_a_mark_of_another_page, "claimed by"),
    "a link without its annotation": (_a_link_without_its_annotation, "has no annotation"),
    "a link with another's annotation": (_a_link_with_anothers_annotation, "leads back to another"),
    "a link that says another thing": (_a_link_that_says_another_thing, 'says "click here"'),
    "a page that leads back elsewhere": (_a_page_that_leads_back_elsewhere, "leads back to anoth"),
    "an annotation that leads back elsewhere": (
        _an_annotation_that_leads_back_elsewhere,
        "leads back to another",
    ),
    "a page without its key": (_a_page_without_its_key, "no StructParents"),
    "an element of another parent": (_an_element_of_another_parent, "names another parent"),
    "a list item outside its list": (_a_list_item_outside_its_list, "stands in Document"),
    "text outside all tags": (_text_outside_all_tags, "neither tagged nor an artifact"),
    "text in an artifact": (_text_in_an_artifact, '"Lost" is an artifact'),
    "text in the footer": (_text_in_the_footer, "its footer is"),
    "a mark that is not closed": (_a_mark_that_is_not_closed, "the page ends within"),
    "a mark closed twice": (_a_mark_closed_twice, "EMC closes nothing"),
    "a mark that crosses the text": (_a_mark_that_crosses_the_text, "what was opened before BT"),
    "a mark within a mark": (_a_mark_within_a_mark, "stands within"),
}


def test_a_letter_that_is_not_spoilt_has_no_complaint(sound: tuple[Letter, bytes]) -> None:
    letter, content = sound
    with _opened(content) as pdf:
        assert complaints(TaggedPdf(pdf), letter) == []


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_is_found(sound: tuple[Letter, bytes], defect: str) -> None:
    letter, content = sound
    spoil, expected = DEFECTS[defect]
    with _opened(content) as pdf:
        spoil(TaggedPdf(pdf))
        found = complaints(TaggedPdf(pdf), letter)
    assert any(expected in complaint for complaint in found), found


@pytest.mark.parametrize(
    "defect", ["a heading as an artifact", "two paragraphs swapped", "a mark of two elements"]
)
def test_the_validator_alone_would_not_find_the_defect(
    sound: tuple[Letter, bytes], defect: str
) -> None:
    """Why the tags are read at all: should this fail, the validator has become better."""
    _, content = sound
    with _opened(content) as pdf:
        tags = TaggedPdf(pdf)
        DEFECTS[defect][0](tags)
        spoilt = _bytes_of(tags)
    assert page.validate_pdf_bytes(spoilt, profile="ua1").is_compliant


def test_a_wrong_alternative_text_is_another_outline(sound: tuple[Letter, bytes]) -> None:
    letter, content = sound
    with _opened(content) as pdf:
        TaggedPdf(pdf).tagged("Figure")[0].source.Alt = pikepdf.String("A picture")
        assert TaggedPdf(pdf).outline() != outline_of(letter)


# ---- what the letter leans on in ReportLab


def _canvas(kind: Any = Canvas, **options: Any) -> Any:
    register_fonts()
    return kind(io.BytesIO(), initialFontName=FONT, **options)


def test_reportlabs_stream_still_ends_without_an_end_of_line() -> None:
    stream = PDFStream(content=b"x", filters=[])
    written = mended._format_stream_as_it_was(stream, PDFDocument())
    assert written.endswith(b"\nstream\nxendstream\n")


def test_every_stream_ends_with_an_end_of_line() -> None:
    stream = PDFStream(content=b"x", filters=[])
    written: bytes = stream.format(PDFDocument())
    assert written.endswith((b"\nstream\nx\nendstream\n", b"\nstream\nx\r\nendstream\n"))


def test_reportlabs_unicode_map_still_gives_unused_codes_a_meaning() -> None:
    specification = importlib.util.spec_from_file_location("as_it_was", ttfonts.__file__)
    assert specification is not None
    assert specification.loader is not None
    as_it_was = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(as_it_was)
    assert "<0000>" in as_it_was.makeToUnicodeCMap("Font", [0, 65])
    assert "<0000>" not in ttfonts.makeToUnicodeCMap("Font", [0, 65])
    assert "<01> <0041>" in ttfonts.makeToUnicodeCMap("Font", [0, 65])


def test_a_font_takes_its_unicode_map_from_where_tagged_puts_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[Any, ...]] = []

    def records(*arguments: Any) -> str:
        asked.append(arguments)
        return ""

    monkeypatch.setattr(ttfonts, "makeToUnicodeCMap", records)
    canvas = _canvas()
    canvas.setFont(FONT, 10)
    canvas.drawString(0, 0, "A\u0175")
    canvas.save()
    ((name, codes),) = asked
    assert "LiberationSans" in name
    assert codes[65] == 65
    assert 0x175 in codes


class _Records(PDFTextObject):
    """A text object that records how a paragraph fills it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.heard: list[str] = []

    def _textOut(self, text: str, TStar: Any = 0) -> None:  # noqa: N802, N803  # ReportLab's
        super()._textOut(text, TStar)  # type: ignore[misc]  # the types leave it out
        self.heard.append(f"{text}|" if TStar else text)

    def _linkRecord(self, key: tuple[int, str], event: str) -> None:  # noqa: N802
        self.heard.append(f"{event} {key[0]} {key[1]}")


def _heard(markup: str, width: float = 400) -> list[str]:
    """What a paragraph of ReportLab's own tells its text object."""
    texts: list[_Records] = []

    class Records(Canvas):
        def beginText(  # noqa: N802
            self, x: float = 0, y: float = 0, direction: Any = None
        ) -> PDFTextObject:
            texts.append(_Records(self, x, y, direction))
            return texts[-1]

    canvas = _canvas(Records)
    paragraph = ReportLabParagraph(markup, styles("#1D4F60").body)
    paragraph.wrapOn(canvas, width, 800)
    paragraph.drawOn(canvas, 0, 0)
    (text,) = texts
    return text.heard


def test_a_paragraph_tells_of_a_link_after_its_first_text_and_before_what_follows() -> None:
    heard = _heard('See <a href="https://a.example">this</a> and that.')
    assert heard == [
        "See ",
        "this",
        "start 0 https://a.example",
        "end 0 https://a.example",
        " and that.|",
    ]


def test_a_paragraph_tells_of_a_link_anew_on_every_line() -> None:
    heard = _heard('See <a href="https://a.example">this link</a>', width=48)
    assert heard == [
        "See ",
        "this|",
        "start 0 https://a.example",
        "end 0 https://a.example",
        "link|",
        "start 0 https://a.example",
        "end 0 https://a.example",
    ]


def test_a_paragraph_of_one_style_tells_of_no_link_and_has_it_in_its_lines() -> None:
    assert _heard('<a href="https://a.example">this</a>') == ["this|"]
    paragraph: Any = ReportLabParagraph(
        '<a href="https://a.example">this</a>', styles("#1D4F60").body
    )
    paragraph.wrap(100, 100)
    assert paragraph.blPara.kind == 0
    assert paragraph.blPara.link == [(0, "https://a.example")]


def test_the_last_text_of_a_line_says_that_it_is_the_last() -> None:
    assert _heard("one two", width=30) == ["one|", "two|"]
    assert _heard("<b>one</b> two<br/>three") == ["one", " two", "|", "three|"]


def test_the_pieces_of_a_split_paragraph_are_of_its_class_and_of_its_element() -> None:
    register_fonts()
    element = Element("P")
    words = 'word <a href="https://a.example">link</a> ' * 50
    whole = TaggedParagraph(words, styles("#1D4F60").body, element, label="1.")
    whole.wrap(300, 800)
    first, second = whole.split(300, 60)
    assert isinstance(first, TaggedParagraph)
    assert isinstance(second, TaggedParagraph)
    assert first.element is second.element is element
    assert (first._label, second._label) == ("1.", "")
    assert len(element.links) == 50


def test_a_canvas_keeps_its_operators_in_a_list_that_each_page_begins_anew() -> None:
    canvas = _canvas()
    canvas.setLineWidth(2)
    assert isinstance(canvas._code, list)
    assert canvas._code == ["2 w"]
    canvas.showPage()
    assert canvas._code == []


def test_a_canvas_draws_every_text_through_its_own_begin_and_draw() -> None:
    asked = []

    class Records(Canvas):
        def beginText(self, *arguments: Any, **options: Any) -> PDFTextObject:  # noqa: N802
            asked.append("begin")
            return super().beginText(*arguments, **options)

        def drawText(self: Any, aTextObject: PDFTextObject) -> None:  # noqa: N802, N803
            asked.append("draw")
            before = len(self._code)
            Canvas.drawText(self, aTextObject)
            (drawn,) = self._code[before:]
            assert drawn.startswith("BT")
            assert drawn.endswith("ET")

    canvas = _canvas(Records)
    canvas.drawString(0, 0, "left")
    canvas.drawRightString(0, 0, "right")
    assert asked == ["begin", "draw"] * 2


def test_a_text_object_opens_the_text_first_and_closes_it_last() -> None:
    canvas = _canvas()
    canvas.setFont(FONT, 10)
    text: Any = canvas.beginText(0, 0)
    assert text._code[0] == "BT"
    text.textOut("words")
    assert text.getCode().startswith("BT")
    assert text.getCode().endswith("ET")


def test_a_link_annotation_takes_what_tagged_adds_and_is_the_last_of_its_page() -> None:
    canvas = _canvas(pageCompression=0)
    canvas.linkURL("https://a.example", (0, 0, 1, 1), F=4, StructParent=7, Contents="words")
    assert isinstance(canvas._annotationrefs, list)
    assert len(canvas._annotationrefs) == 1
    canvas.drawString(0, 0, "words")
    canvas.save()
    with _opened(canvas._filename.getvalue()) as pdf:
        annotations: Any = pdf.pages[0].Annots
        (annotation,) = annotations
        assert (annotation.F, annotation.StructParent) == (4, 7)
        assert str(annotation.Contents) == "words"


def test_a_page_leaves_out_the_entries_that_tagged_adds_unless_it_is_told() -> None:
    canvas = _canvas()
    canvas.showPage()
    page_object = canvas._doc.Pages.pages[-1]
    assert isinstance(page_object, PDFPage)
    assert not {"StructParents", "Tabs"} & set(page_object.__NoDefault__)


def test_a_catalog_has_slots_for_all_but_output_intents() -> None:
    slots = set(PDFCatalog.__NoDefault__)
    assert {"StructTreeRoot", "MarkInfo", "Metadata", "ViewerPreferences"} <= slots
    assert "OutputIntents" not in slots


def test_a_document_template_still_has_words_of_its_own_to_say_of_the_file() -> None:
    """They would overwrite the letter's, were those not said at the last moment."""
    register_fonts()
    said = []

    class Records(Canvas):
        def setTitle(self, title: str | None) -> None:  # noqa: N802
            said.append("title")
            super().setTitle(title)

        def save(self) -> None:
            said.append("save")
            super().save()

    template: Any = BaseDocTemplate(io.BytesIO(), initialFontName=FONT)
    template._makeCanvas(canvasmaker=Records).save()
    assert said == ["title", "save"]


def test_a_documents_signature_makes_its_identity() -> None:
    written = []
    for fed in (b"one", b"two"):
        canvas = _canvas(invariant=1)
        canvas._doc.signature = hashlib.md5(fed, usedforsecurity=False)
        canvas.drawString(0, 0, "words")
        canvas.save()
        with _opened(canvas._filename.getvalue()) as pdf:
            written.append(bytes(pdf.trailer.ID[0]))
    assert written[0] != written[1]


def test_a_position_on_the_page_can_be_asked_for() -> None:
    canvas = _canvas()
    canvas.translate(10, 20)
    assert tuple(canvas._absRect((0, 0, 5, 5), relative=1)) == (10, 20, 15, 25)


def test_objects_are_numbered_in_the_order_in_which_they_are_added() -> None:
    """The elements of the tree name each other before they are added."""
    document: Any = PDFDocument()
    first = document.objectcounter + 1
    references = [
        document.Reference(b"<< >>", "Element0"),
        document.Reference(pdfdoc.PDFDictionary({})),
    ]
    assert [each.format(document) for each in references] == [
        b"%d 0 R" % first,
        b"%d 0 R" % (first + 1),
    ]


@pytest.mark.parametrize("face", FACES)
def test_printable_ascii_stands_for_itself_in_every_face(face: str) -> None:
    register_fonts()
    text = "".join(map(chr, range(32, 127)))
    font: Any = getFont(face)
    pieces = [(0, text.encode())]
    assert font.splitString(text, PDFDocument()) == pieces
    assert ttfonts.TTFont.splitString(font, text, PDFDocument()) == pieces


@pytest.mark.parametrize("numbers", [(0.125, 3), ((1, 2.5),), ([],), (-0.0,), (True,), (1e-9, 1e9)])
def test_numbers_are_written_as_reportlab_writes_them(numbers: tuple[Any, ...]) -> None:
    assert mended._numbers(*numbers) == rl_accel.fp_str(*numbers)


_MUCH_HYPHENATED = (
    "co\u00adop\u00ader\u00ada\u00adtion in or\u00adgan\u00adi\u00adza\u00adtions " * 30
)


def _kinds_of_words(paragraph: Any) -> list[type]:
    lines = paragraph.blPara.lines
    words = [line[1] if paragraph.blPara.kind == 0 else line.words for line in lines]
    return [type(word) for word in [*paragraph.frags, *chain.from_iterable(words)]]


@pytest.mark.parametrize(
    "words", ["plain words " * 90, f"a long word: {'w' * 900}", _MUCH_HYPHENATED]
)
@pytest.mark.parametrize("start", ["", "<b>Bold</b> "])
def test_a_paragraph_that_was_split_is_whole_in_the_next_letter(words: str, start: str) -> None:
    register_fonts()
    kinds = []
    for height in range(30, 300, 15):
        paragraph = TaggedParagraph(f"{start}{words}", styles("#1D4F60").body)
        paragraph.wrap(300, 800)
        kinds.append(_kinds_of_words(paragraph))
        paragraph.split(300, height)
    assert all(each == kinds[0] for each in kinds)


def test_a_letter_of_another_accent_has_the_same_tags(bromsgrove: Letter) -> None:
    other = replace(bromsgrove, accent="#7A1F1F")
    assert _tags_of(other).outline() == outline_of(bromsgrove)
