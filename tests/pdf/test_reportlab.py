"""What the letter leans on in ReportLab, so that another version of it is noticed."""

from __future__ import annotations

import hashlib
import importlib.util
import io
from itertools import chain
from typing import Any

import pytest
from reportlab.lib import rl_accel
from reportlab.pdfbase import pdfdoc, ttfonts
from reportlab.pdfbase.pdfdoc import PDFCatalog, PDFDocument, PDFPage, PDFStream
from reportlab.pdfbase.pdfmetrics import getFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject
from reportlab.platypus import BaseDocTemplate
from reportlab.platypus import Paragraph as ReportLabParagraph

from lgo_letters.pdf import reportlab_patches
from lgo_letters.pdf.paragraphs import TaggedParagraph
from lgo_letters.pdf.structure import Element
from lgo_letters.pdf.styles import FACES, FONT, register_fonts, styles
from tests.support.tags import (
    opened,
)


def _canvas(kind: Any = Canvas, **options: Any) -> Any:
    register_fonts()
    return kind(io.BytesIO(), initialFontName=FONT, **options)


def test_reportlabs_stream_still_ends_without_an_end_of_line() -> None:
    stream = PDFStream(content=b"x", filters=[])
    written = reportlab_patches._format_stream_of_reportlab(stream, PDFDocument())
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


def test_a_font_takes_its_unicode_map_from_where_the_patch_puts_it(
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


def test_a_paragraph_tells_of_a_link_again_on_every_line() -> None:
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


def test_a_canvas_keeps_its_operators_in_a_list_that_every_page_begins_again() -> None:
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


def test_a_link_annotation_takes_what_the_canvas_adds_and_is_the_last_of_its_page() -> None:
    canvas = _canvas(pageCompression=0)
    canvas.linkURL("https://a.example", (0, 0, 1, 1), F=4, StructParent=7, Contents="words")
    assert isinstance(canvas._annotationrefs, list)
    assert len(canvas._annotationrefs) == 1
    canvas.drawString(0, 0, "words")
    canvas.save()
    with opened(canvas._filename.getvalue()) as pdf:
        annotations: Any = pdf.pages[0].Annots
        (annotation,) = annotations
        assert (annotation.F, annotation.StructParent) == (4, 7)
        assert str(annotation.Contents) == "words"


def test_a_page_leaves_out_the_entries_that_the_canvas_adds_unless_it_is_told() -> None:
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
        with opened(canvas._filename.getvalue()) as pdf:
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
    assert [reference.format(document) for reference in references] == [
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
    assert reportlab_patches._numbers(*numbers) == rl_accel.fp_str(*numbers)


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
    assert all(kind == kinds[0] for kind in kinds)
