from __future__ import annotations

import io
import itertools
import os
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pdfplumber
import pypdfium2
import pytest
from PIL import Image

from lgo_letters.edition.text.blocks import Heading, Paragraph, Picture
from lgo_letters.errors import EditionError
from lgo_letters.letter.letter import Chart, Letter
from lgo_letters.pdf.typeset import Pdf, typeset
from tests.support.pages import a_page_as_picture, key_of, words_of_panel
from tests.support.paths import ROOT, TESTS
from tests.support.processes import finished
from tests.support.shapes import SENTENCE, SHAPES, a_paragraph, panels_with_all, words_in

BACKTEST = TESTS / "backtest"
MARGIN = 25 / 25.4 * 72  # 25 mm in points
WIDTH, HEIGHT = 595.27, 841.88  # A4 in points


def _pages(pdf: Pdf) -> Iterator[Any]:
    with pdfplumber.open(io.BytesIO(pdf.content)) as document:
        yield from document.pages


def _lines(pdf: Pdf) -> list[list[str]]:
    """Each page's lines above the footer, in the order in which the file gives them."""
    with pypdfium2.PdfDocument(pdf.content) as document:
        return [page.get_textpage().get_text_bounded(bottom=50).splitlines() for page in document]


def _text(pdf: Pdf) -> list[str]:
    """Each page's text above the footer, white space folded."""
    return [" ".join(" ".join(lines).split()) for lines in _lines(pdf)]


def test_the_letter_to_bromsgrove_says_the_letter_of_record_word_for_word(
    bromsgrove: Letter,
) -> None:
    seed = (BACKTEST / "bromsgrove-letter-2020.txt").read_text(encoding="utf-8")
    plain = re.sub(r"\[([^\]]*)\]\(#\)", r"\1", seed).replace("**", "")
    assert " ".join(_text(typeset(bromsgrove))).split() == plain.split()


def test_the_letter_to_bromsgrove_is_two_pages_of_letter_and_one_of_panels(
    bromsgrove: Letter,
) -> None:
    pages = _text(typeset(bromsgrove))
    assert len(pages) == 3
    assert pages[0].startswith("Local Government & Social Care OMBUDSMAN")
    assert pages[1].endswith("Chair, Commission for Local Administration in England")
    assert pages[2].startswith("Complaints upheld 40% of complaints")


@pytest.mark.parametrize("page", [1, 2, 3])
def test_the_pages_of_the_letter_to_bromsgrove_look_as_they_were_approved(
    bromsgrove: Letter, page: int
) -> None:
    difference = a_page_as_picture(typeset(bromsgrove).content, page).differs_from(
        BACKTEST / f"bromsgrove-{page}.png"
    )
    assert difference is None, difference


@pytest.mark.parametrize("page", [3, 4])
def test_five_panels_on_two_pages_look_as_they_were_approved(
    letters: dict[str, Letter], page: int
) -> None:
    letter = SHAPES["five panels of every kind"](letters)
    difference = a_page_as_picture(typeset(letter).content, page).differs_from(
        BACKTEST / f"five-panels-{page}.png"
    )
    assert difference is None, difference


def test_a_page_that_looks_otherwise_is_noticed(bromsgrove: Letter, tmp_path: Path) -> None:
    first, *others = bromsgrove.panels
    changed = bromsgrove._replace(
        panels=(first._replace(chart=Chart("ring", Fraction(45, 100), None, "")), *others),
    )
    expected = tmp_path / "expected.png"
    a_page_as_picture(typeset(bromsgrove).content, 3).image.save(expected)
    picture = a_page_as_picture(typeset(changed).content, 3)
    assert picture.differs_from(expected, failures=tmp_path) is not None
    with Image.open(tmp_path / "expected-difference.png") as side_by_side:
        assert side_by_side.width > 3 * picture.image.width


def test_the_page_count_is_that_of_the_file(shape: tuple[Letter, Pdf]) -> None:
    _, pdf = shape
    with pypdfium2.PdfDocument(pdf.content) as document:
        assert len(document) == pdf.pages


def test_a_letter_without_own_paragraphs_is_two_pages_and_those_of_its_panels(
    letters: dict[str, Letter],
) -> None:
    for name, shape in SHAPES.items():
        if not name.startswith("own paragraphs"):
            letter = shape(letters)
            assert typeset(letter).pages == (3 if len(letter.panels) <= 3 else 4), name


def test_every_word_of_every_shape_stands_in_order(shape: tuple[Letter, Pdf]) -> None:
    letter, pdf = shape
    assert " ".join(_text(pdf)).split() == words_in(letter)


def test_nothing_stands_outside_the_margins(shape: tuple[Letter, Pdf]) -> None:
    _, pdf = shape
    for page in _pages(pdf):
        chars = [char for char in page.chars if not char["text"].isspace()]
        drawn = [*chars, *page.images, *page.rects, *page.curves, *page.lines]
        assert min(item["x0"] for item in drawn) >= MARGIN - 1
        assert max(item["x1"] for item in drawn) <= WIDTH - MARGIN + 1
        assert min(item["top"] for item in drawn) >= 20 / 25.4 * 72
        assert max(char["bottom"] for char in page.chars) <= HEIGHT - 15


def test_no_page_is_blank(shape: tuple[Letter, Pdf]) -> None:
    _, pdf = shape
    assert all(len(text.split()) > 20 for text in _text(pdf))


def _panel_pages(letter: Letter) -> list[list[str]]:
    """The headings of the panels on each page that has any, found by what the pages say."""
    found = []
    for text in _text(typeset(letter)):
        on_page = [
            panel.heading
            for panel in letter.panels
            if f"{panel.heading} {key_of(panel)}".strip() + f" {panel.sentence.text}" in text
        ]
        found.append(on_page)
    return [on_page for on_page in found if on_page]


def _numbered_panels(letter: Letter, number: int) -> Letter:
    """The letter with so many panels like its first, whose headings are numbers in words."""
    names = ("One", "Two", "Three", "Four", "Five", "Six")[:number]
    return letter._replace(panels=tuple(letter.panels[0]._replace(heading=name) for name in names))


@pytest.mark.parametrize(
    ("number", "on_pages"),
    [(1, [1]), (2, [2]), (3, [3]), (4, [4]), (5, [3, 2]), (6, [3, 3])],
)
def test_panels_are_shared_out_evenly_among_as_few_pages_as_hold_them(
    bromsgrove: Letter, number: int, on_pages: list[int]
) -> None:
    letter = _numbered_panels(bromsgrove, number)
    pages = _panel_pages(letter)
    assert [len(page) for page in pages] == on_pages
    assert [name for page in pages for name in page] == [panel.heading for panel in letter.panels]


@pytest.mark.parametrize(
    ("number", "on_pages"),
    [(1, [1]), (2, [2]), (3, [3]), (4, [2, 2]), (5, [3, 2]), (6, [3, 3])],
)
def test_a_heading_begins_the_first_page_of_panels_however_many_there_are(
    letters: dict[str, Letter], number: int, on_pages: list[int]
) -> None:
    letter = panels_with_all(number)(letters)
    assert [len(page) for page in _panel_pages(letter)] == on_pages
    heading = letter.panels_heading
    assert heading is not None
    texts = _text(typeset(letter))
    assert [text.startswith(heading) for text in texts] == [
        index == 2 for index in range(len(texts))
    ]
    assert " ".join(texts).count(heading) == 1


def test_a_heading_stays_with_a_panel_that_fills_the_page_below_it(bromsgrove: Letter) -> None:
    """Without the heading a second panel would stand on its page."""
    first, second, _ = bromsgrove.panels
    tall = first._replace(note=(a_paragraph(SENTENCE * 20),))
    letter = bromsgrove._replace(panels=(tall, second))
    assert [len(page) for page in _panel_pages(letter)] == [2]
    heading = " ".join(["Whose they are, and of when"] * 8)  # four lines
    pages = _text(typeset(letter._replace(panels_heading=heading)))
    assert pages[2].startswith(f"{heading} {first.heading} {first.sentence.text}")
    assert pages[3].startswith(second.heading)


def test_the_lines_of_a_heading_above_the_panels_are_about_as_long_as_each_other(
    letters: dict[str, Letter],
) -> None:
    letter = SHAPES["a heading of two lines above a bar"](letters)
    assert _lines(typeset(letter))[2][:2] == [
        "Bournemouth, Christchurch and Poole ",
        "Council: year ending 31 March 2020 ",
    ]


def test_panels_of_different_heights_go_where_they_fit(bromsgrove: Letter) -> None:
    """Two that fill a page nearly, and before, between and after them small ones."""
    letter = _numbered_panels(bromsgrove, 5)
    tall = (a_paragraph(SENTENCE * 21),)
    first, second, third, fourth, fifth = letter.panels
    panels = first, second._replace(note=tall), third, fourth._replace(note=tall), fifth
    pages = _panel_pages(letter._replace(panels=panels))
    assert pages == [["One", "Two"], ["Three", "Four"], ["Five"]]


def test_no_panel_is_split_and_none_left_out(shape: tuple[Letter, Pdf]) -> None:
    """All words of a panel stand on one page, after the letter's own pages."""
    letter, pdf = shape
    texts = _text(pdf)
    end = next(index for index, text in enumerate(texts) if letter.closing in text)
    for panel in letter.panels:
        words = " ".join(words_of_panel(panel))
        assert sum(words in text for text in texts[end + 1 :]) >= 1, panel.heading


def test_the_signature_block_is_on_one_page_with_the_end_of_the_text(
    shape: tuple[Letter, Pdf],
) -> None:
    letter, pdf = shape
    last_paragraph = letter.body[-1]
    assert isinstance(last_paragraph, Paragraph)
    end = " ".join(last_paragraph.text.split()[-12:])  # about a line
    block = " ".join([letter.closing, letter.signature.name, *letter.signature.office])
    (page,) = (text for text in _text(pdf) if letter.closing in text)
    assert f"{end} {block}" in page


@pytest.mark.parametrize("sentences", range(40))
def test_wherever_the_page_ends_the_signature_keeps_two_lines_and_no_line_is_alone(
    bromsgrove: Letter, sentences: int
) -> None:
    """The text grows line by line, so that the page's end falls everywhere in turn."""
    words = " ".join(f"word{number}" for number in range(8 * sentences + 1))
    body = (*bromsgrove.body, Heading("One more thing"), a_paragraph(words))
    last_words = "This is the last paragraph of the letter and it has several lines. " * 6
    letter = bromsgrove._replace(body=(*body, a_paragraph(last_words)))
    for above, below in itertools.pairwise(_lines(typeset(letter))[:-1]):
        assert above[-1] != "One more thing"
        assert below[0] != letter.closing
        if below[0].startswith("word"):
            assert below[1].startswith("word")
            assert above[-2].startswith("word")
        if "last paragraph" in " ".join(below[:2]) and letter.closing in below:
            assert below.index(letter.closing) >= 2


def test_the_signature_is_in_proportion_and_transparent(bromsgrove: Letter) -> None:
    pages = list(_pages(typeset(bromsgrove)))
    (image,) = (image for page in pages for image in page.images)
    picture = bromsgrove.signature.picture
    drawn = (image["x1"] - image["x0"]) / (image["bottom"] - image["top"])
    assert drawn == pytest.approx(picture.width / picture.height, rel=0.01)
    assert "SMask" in image["stream"].attrs
    assert image["srcsize"] == (picture.width, picture.height)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "RGB"])
def test_a_png_of_any_kind_is_drawn_as_the_signature(bromsgrove: Letter, mode: str) -> None:
    png = io.BytesIO()
    Image.new("RGBA", (60, 20), (0, 0, 255, 0)).convert(mode).save(png, "PNG")
    picture = Picture(png.getvalue(), 60, 20, "Signature")
    letter = bromsgrove._replace(signature=bromsgrove.signature._replace(picture=picture))
    second_page = list(_pages(typeset(letter)))[1]
    assert len(second_page.images) == 1


def test_the_example_is_marked_on_every_page_and_a_letter_of_ones_own_on_none(
    bromsgrove: Letter, letters: dict[str, Letter]
) -> None:
    mark = "Example: invented figures"
    example = typeset(letters["Bromsgrove District Council"])
    assert all(mark in page.extract_text() for page in _pages(example))
    assert not any(mark in page.extract_text() for page in _pages(typeset(bromsgrove)))
    assert mark.encode() in example.content
    assert mark.encode() not in typeset(bromsgrove).content


def test_the_file_says_its_title_author_language_and_the_letters_own_date(
    bromsgrove: Letter,
) -> None:
    with pypdfium2.PdfDocument(typeset(bromsgrove).content) as document:
        metadata = document.get_metadata_dict()
    assert metadata["Title"] == "Annual review letter 2020: Bromsgrove District Council"
    assert metadata["Author"] == "Local Government and Social Care Ombudsman"
    assert metadata["CreationDate"] == metadata["ModDate"] == "D:20200722000000Z"
    assert b"/Lang (en-GB)" in typeset(bromsgrove).content


def test_the_same_letter_is_the_same_bytes_and_its_identity_is_its_own(
    letters: dict[str, Letter], monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = letters["Bromsgrove District Council"]
    first = typeset(letter).content
    typeset(letters["Birmingham City Council"])
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert typeset(letter).content == first
    other = typeset(letter._replace(salutation="Dear Ms Dicks")).content
    identity = re.compile(rb"/ID\s*\[\s*(\(.*?\)|<.*?>)", re.DOTALL)
    assert identity.findall(first) != identity.findall(other)


def test_all_fonts_are_embedded(bromsgrove: Letter) -> None:
    content = typeset(bromsgrove).content
    fonts = set(re.findall(rb"/BaseFont /(\S+)", content))
    assert fonts
    assert all(b"LiberationSans" in font for font in fonts), fonts


def test_no_type_is_smaller_than_9_points_and_the_body_is_11_and_a_half(
    shape: tuple[Letter, Pdf],
) -> None:
    _, pdf = shape
    sizes = [round(char["size"], 2) for page in _pages(pdf) for char in page.chars]
    assert min(sizes) >= 9
    assert max(set(sizes), key=sizes.count) == 11.5


def test_links_lead_where_the_edition_says(bromsgrove: Letter) -> None:
    found = [link["uri"] for page in _pages(typeset(bromsgrove)) for link in page.hyperlinks]
    assert list(dict.fromkeys(found)) == [
        "https://www.lgo.org.uk/your-councils-performance",
        "https://www.lgo.org.uk/information-centre/councils-performance",
        "https://www.lgo.org.uk/training",
    ]


def test_a_part_that_fits_on_no_page_is_an_error_of_the_edition(bromsgrove: Letter) -> None:
    signature = bromsgrove.signature._replace(office=("An office",) * 80)
    panel = bromsgrove.panels[0]._replace(note=(a_paragraph(SENTENCE * 90),))
    with pytest.raises(EditionError) as error:
        typeset(bromsgrove._replace(panels=(panel,)))
    assert "does not fit on a page; shorten its text" in str(error.value.problems[0])
    assert typeset(bromsgrove._replace(signature=signature)).pages > 3


def test_a_name_that_looks_like_markup_comes_out_as_itself(bromsgrove: Letter) -> None:
    name = "<b>Tonbridge & Malling</b> &amp; {{ x }} **King's** <a href='x'>"
    letter = bromsgrove._replace(address=("Chief Executive", name))
    assert f"Chief Executive {name} Dear Mr Dicks" in _text(typeset(letter))[0]


def test_no_byte_depends_on_what_the_environment_or_the_home_folder_says(tmp_path: Path) -> None:
    """ReportLab takes settings from both, and the time from SOURCE_DATE_EPOCH."""
    settings = "pageCompression=0\nuseA85=1\nplatypus_link_underline=0\nbaseUnderlineOffset=-3\n"
    (tmp_path / ".reportlab_settings").write_text(settings)
    (tmp_path / "reportlab_settings.py").write_text("underlineWidth = '3'\n")
    plain = {name: value for name, value in os.environ.items() if not name.startswith("RL_")}
    plain["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(tmp_path)])
    strange = {
        **plain, "HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "RL_pageCompression": "0",
        "RL_useA85": "1", "RL_invariant": "0", "SOURCE_DATE_EPOCH": "abc",
    }  # fmt: skip
    made = []
    for name, environment in (("plain", plain), ("strange", strange)):
        file = tmp_path / f"{name}.pdf"
        code, _, _ = finished(
            tmp_path, "preview", "bromsgrove", "--year", "2020", "--no-open", "--out", file,
            env=environment,
        )  # fmt: skip
        assert code == 0
        made.append(file.read_bytes())
    assert made[0] == made[1]
