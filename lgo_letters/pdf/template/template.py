"""A letter's file with slots in it, and how it is filled."""

from __future__ import annotations

import contextlib
import itertools
import re
import zlib
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import NamedTuple

from reportlab.pdfbase.pdfdoc import DummyDoc, PDFString

from lgo_letters.letter.letter import Attachment, Letter, is_variable
from lgo_letters.pdf.description import Description, xmp
from lgo_letters.pdf.embedded import file_stream
from lgo_letters.pdf.panels import panel_texts
from lgo_letters.pdf.typeset import Pdf, addressing, describe, panels_heading, typeset

from .file import ENTRY, Element, PdfFile, reference, split_once, with_data
from .slots import TEXT, DoesNotFit, SlotContent, escaped, slot_contents, text_start


def typeset_fast(
    letter: Letter, *, signature_field: bool = False, sha256: str | None = None
) -> Pdf:
    """Sets a letter as `typeset` does, from the template of its kind where there is one.

    `sha256` is the letter's own where it is known. Raises EditionError as `typeset` does.
    """
    sha256 = sha256 or letter.sha256()
    try:
        contents = slot_contents(letter)
    except DoesNotFit:
        return typeset(letter, signature_field=signature_field, sha256=sha256)
    forms = tuple(tuple(content.form for content in part) for part in contents)
    templates = _templates(letter.without_variables(), forms, signature_field)
    description = describe(letter, sha256, signature_field)
    values = LetterValues([*itertools.chain(*contents)], description, letter.attachments)
    if templates:
        return templates[0].filled(values)
    pdf = typeset(letter, signature_field=signature_field, sha256=sha256)
    with contextlib.suppress(DoesNotFit):
        templates.append(PdfTemplate(pdf, letter, values))
    return pdf


@lru_cache(maxsize=64)  # of some hundred kilobytes
def _templates(*_: Hashable) -> list[PdfTemplate]:
    """The one template of a kind of letter, once there is one.

    A kind is what letters share, the forms of their slots, and whether they are to be signed. An
    edition has about ten kinds, and more where many authorities have paragraphs of their own.
    """
    return []


@dataclass(frozen=True, slots=True)
class LetterValues:
    """What a letter puts into the slots of a template."""

    contents: Sequence[SlotContent]
    description: Description
    attachments: Sequence[Attachment]


Fill = Callable[[LetterValues], bytes]
"""Makes an object of the file for a letter."""


class PdfTemplate:
    """A letter's file, cut into what letters of its kind share and what is a letter's own."""

    def __init__(self, pdf: Pdf, letter: Letter, first: LetterValues) -> None:
        """Cuts the file of a letter; raises DoesNotFit where filling it again gives another."""
        file, self._pages = PdfFile(pdf.content), pdf.pages
        # What is shared, where objects start in it, and what makes the letter's own that follows.
        self._pieces: list[tuple[bytes, list[int], Fill | None]] = []
        fills, start, starts = _fills(file, letter, first), 0, list[int]()
        for number, offset in enumerate(file.offsets, start=1):
            if number in fills:
                self._pieces.append((pdf.content[start:offset], starts, fills[number]))
                start, starts = offset + len(file.objects[number]), []
            else:
                starts.append(offset - start)
        self._pieces.append((pdf.content[start : file.table], starts, None))
        self._head, self._entries = file.head, ENTRY * len(file.offsets)
        self._trailer = split_once(file.trailer, first.description.file_identifier)
        self._end = split_once(self._trailer[1], b"%d" % file.table)
        if self.filled(first) != pdf:
            raise DoesNotFit

    def filled(self, values: LetterValues) -> Pdf:
        """The file of a letter of the template's kind."""
        content: list[bytes] = []
        offsets: list[int] = []
        written = 0
        for shared, starts, fill in self._pieces:
            content.append(shared)
            offsets += [written + start for start in starts]
            written += len(shared)
            if fill is not None:
                content.append(fill(values))
                offsets.append(written)
                written += len(content[-1])
        content += [self._head, self._entries % tuple(offsets)]
        content += [self._trailer[0], values.description.file_identifier]
        content += [self._end[0], b"%d" % written, self._end[1]]
        return Pdf(b"".join(content), self._pages)


# ---- what makes the objects that are a letter's own, from those of the first letter


def _fills(file: PdfFile, letter: Letter, first: LetterValues) -> dict[int, Fill]:
    """By the objects' numbers."""
    information = reference(rb"/Info (\d+) 0 R", file.trailer)
    catalog = file.objects[reference(rb"/Root (\d+) 0 R", file.trailer)]
    metadata = reference(rb"/Metadata (\d+) 0 R", catalog)
    fills = {
        information: _entries_fill(file.objects[information], first, _said_of_the_file),
        metadata: _metadata_fill(file.objects[metadata]),
    }
    for index, number in enumerate(file.embedded_files()):
        fills[number] = partial(_embedded_file, number, index)
    elements, bookmarks = _slot_elements(file.elements(), letter), file.bookmarks()
    for slot, element in enumerate(elements):
        match element.tag:
            case "Figure":
                number, key = element.number, "Alt"
            case "H2":
                number, key = bookmarks[element.number], "Title"
            case _:
                continue
        fills[number] = _entries_fill(file.objects[number], first, partial(_words, slot, key))
    marks = {mark: slot for slot, element in enumerate(elements) for mark in element.marks}
    for index, (page, streams) in enumerate(file.pages()):
        slots = {mcid: slot for (marked_on, mcid), slot in marks.items() if marked_on == page}
        for stream in streams:
            code = file.code(stream)
            spans = _spans(code, slots, first, has_footer=index > 0)
            if spans:
                fills[stream] = _stream_fill(file.objects[stream], code, spans)
    return fills


def _slot_elements(elements: Sequence[Element], letter: Letter) -> list[Element]:
    """The elements that show what stands in the slots, in the order of `slot_contents`."""
    above = itertools.takewhile(lambda element: element.tag != "H1", elements)
    slots = [element for element in above if element.tag == "P"][-len(addressing(letter)) :]
    sections = [element for element in elements if element.tag == "Sect"]
    first = elements.index(sections[0])
    slots += elements[first - len(panels_heading(letter)) : first]
    for panel, section in zip(letter.panels, sections, strict=True):
        kids = [element for element in elements if element.parent == section.number]
        slots += [kid for kid in kids if kid.tag == "Figure"]
        paragraphs = (kid for kid in kids if kid.tag == "P")
        texts = zip(panel_texts(panel), paragraphs, strict=False)  # a note may follow
        slots += [paragraph for text, paragraph in texts if is_variable(text.content)]
    return slots


class _Span(NamedTuple):
    """Where a slot is in the code of a stream, and the number of its mark."""

    start: int
    end: int
    slot: int
    mcid: str = ""


def _spans(
    code: str, slots: Mapping[int, int], first: LetterValues, *, has_footer: bool
) -> list[_Span]:
    """The slots in a stream, given those on its page by the numbers of their marks."""
    texts = [(text_start(code, text), text.end(), text[1]) for text in TEXT.finditer(code)]
    figures = [(*figure.span(2), figure[1]) for figure in _FIGURE.finditer(code)]
    spans = [
        _Span(start, end, slots[int(mcid)], mcid)
        for start, end, mcid in [*texts, *figures]
        if int(mcid) in slots
    ]
    if has_footer and _FOOTER in code:
        footer = len(first.contents) - 1
        words = first.contents[footer].code
        start = code.find(words, code.index(_FOOTER))
        if start < 0:  # it is cut where the number of a page is very long
            raise DoesNotFit
        spans.append(_Span(start, start + len(words), footer))
    return spans


_FIGURE = re.compile(r"^/Figure <</MCID (\d+)>> BDC\n(.*?)\nEMC$", re.MULTILINE | re.DOTALL)
_FOOTER = "/Artifact <</Type /Pagination /Subtype /Footer>> BDC\n"


def _stream_fill(content: bytes, code: str, spans: Sequence[_Span]) -> Fill:
    """Fills a part of a page's content."""
    with_code, spans = with_data(content), sorted(spans)
    starts, ends = [0, *(span.end for span in spans)], [*(span.start for span in spans), len(code)]
    shared = [code[start:end] for start, end in zip(starts, ends, strict=True)]

    def fill(values: LetterValues) -> bytes:
        pieces = [shared[0]]
        for span, after in zip(spans, shared[1:], strict=True):
            pieces += [values.contents[span.slot].code.replace("\0", span.mcid), after]
        return with_code(zlib.compress("".join(pieces).encode()))

    return fill


def _entries_fill(
    content: bytes, first: LetterValues, entries: Callable[[LetterValues], list[bytes]]
) -> Fill:
    """Puts entries into a dictionary, in the order in which they stand there."""
    shared, rest = [], content
    for entry in entries(first):
        before, rest = split_once(rest, entry)
        shared.append(before)
    return lambda values: b"".join(
        [*itertools.chain(*zip(shared, entries(values), strict=True)), rest]
    )


def _said_of_the_file(values: LetterValues) -> list[bytes]:
    said = values.description
    return [_entry("Subject", said.subject), _entry("Title", said.title)]


def _words(slot: int, key: str, values: LetterValues) -> list[bytes]:
    return [_entry(key, values.contents[slot].words)]


def _embedded_file(number: int, index: int, values: LetterValues) -> bytes:
    written = file_stream(values.attachments[index], values.description)
    return b"%d 0 obj\n%bendobj\n" % (number, written)


def _metadata_fill(content: bytes) -> Fill:
    with_xmp = with_data(content)
    return lambda values: with_xmp(xmp(values.description))


@lru_cache(maxsize=1024)
def _entry(key: str, text: str) -> bytes:
    """An entry of a dictionary with a text in it (ISO 32000-1, 7.9.2)."""
    is_plain = text.isascii() and text.isprintable()  # which ReportLab takes long to find out
    written = f"({escaped(text)})".encode() if is_plain else PDFString(text).format(DummyDoc())
    return b"/%b %b" % (key.encode(), written)
