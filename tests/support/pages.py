"""Pages as pictures that can be compared, and the words that a letter should show."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from PIL import Image, ImageChops

from lgo_letters.edition.text.blocks import Block, ListBlock, Table
from lgo_letters.letter.letter import Letter, Panel
from lgo_letters.pdf.pictures import page_pictures
from tests.support.paths import TESTS

FAILURES = TESTS / "failures"
_DOTS_PER_INCH = 72
_SHADES = 48  # of 255; what anti-aliasing may change in a pixel
_SHARE = 0.0002  # of the pixels; what may differ by more


@dataclass
class PagePicture:
    """A page as it was drawn just now."""

    image: Image.Image

    def differs_from(self, expected_file: Path, failures: Path = FAILURES) -> str | None:
        """What differs, in words, with the three pictures laid side by side; None if nothing."""
        with Image.open(expected_file) as opened:
            expected = opened.convert("L")
        actual = self.image.convert("L")
        if actual.size != expected.size:
            return f"the page is {actual.size} pixels and should be {expected.size}"
        difference = ImageChops.difference(expected, actual)
        histogram = difference.histogram()
        share = sum(histogram[_SHADES:]) / sum(histogram)
        if share <= _SHARE:
            return None
        file = failures / f"{expected_file.stem}-difference.png"
        failures.mkdir(exist_ok=True)
        _side_by_side([expected, actual, ImageChops.invert(difference)]).save(file)
        return f"{share:.2%} of the pixels differ; expected, actual and difference are in {file}"


def _side_by_side(images: Sequence[Image.Image]) -> Image.Image:
    gap, (width, height) = 8, images[0].size
    sheet = Image.new("L", (len(images) * (width + gap), height), 128)
    for index, image in enumerate(images):
        sheet.paste(image, (index * (width + gap), 0))
    return sheet


def a_page_as_picture(pdf: bytes, number: int) -> PagePicture:
    """The page of that number, from 1."""
    (png,) = islice(page_pictures(pdf, _DOTS_PER_INCH), number - 1, number)
    return PagePicture(Image.open(io.BytesIO(png)))


def words_of(letter: Letter) -> list[str]:
    """The words that the pages should show, in reading order, without the footer."""
    return " ".join(_parts(letter)).split()


def _parts(letter: Letter) -> Iterator[str]:
    assert isinstance(letter.masthead, tuple)
    yield from (*letter.masthead, letter.date, letter.delivery, *letter.address)
    yield "" if letter.reissued is None else letter.reissued.text
    yield from (letter.salutation, letter.heading)
    yield from _block_parts(letter.body)
    yield from (letter.closing, letter.signature.name, *letter.signature.office)
    yield letter.panels_heading or ""
    for panel in letter.panels:
        yield from _panel_parts(panel)


def words_of_panel(panel: Panel) -> list[str]:
    """The words that a panel should show, in reading order."""
    return " ".join(_panel_parts(panel)).split()


def _panel_parts(panel: Panel) -> Iterator[str]:
    yield from (panel.heading, key_of(panel), panel.sentence.text)
    for paragraph in (panel.comparison, panel.counted, panel.small_print, panel.caution):
        yield paragraph.text if paragraph else ""
    yield from _block_parts(panel.note)


def key_of(panel: Panel) -> str:
    """The words beside the mark of an average; none where there is no mark."""
    return panel.chart.key if panel.chart and panel.chart.average is not None else ""


def _block_parts(content: Sequence[Block]) -> Iterator[str]:
    for block in content:
        if isinstance(block, ListBlock):
            for item in block.items:
                yield item.label
                yield from (paragraph.text for paragraph in item.paragraphs)
        elif isinstance(block, Table):
            yield from table_texts(block)
        else:
            yield block.text


def table_texts(table: Table) -> Iterator[str]:
    """The texts of a table, in reading order."""
    yield table.caption
    for row in (table.headings, *table.rows):
        yield from row
