"""Letter → PDF, fast: a run of letters is one document with a few holes.

The first letter of a kind is typeset plainly, and its file cut into what its like have in common
and holes; every other is that file with the holes filled, byte for byte what typesetting it plainly
would give. A letter that fits no layout (a character beyond ASCII in a hole, a footer that is cut
for want of room) is typeset plainly.
"""

from __future__ import annotations

import contextlib
import itertools
import re
import string
import zlib
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

from . import reportlab_settings  # noqa: F401  # before anything of ReportLab

# isort: split
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth

from lgo_letters.edition.blocks import Paragraph, Run
from lgo_letters.letter.letter import Chart, Letter

from .description import Description, xmp
from .panels import ChartFlowable
from .slots import CHART, FOOTER, Words, own_charts, own_words
from .structure import Element
from .styles import FACES, FONT, styles
from .tagged import HoleCode, Places, code_of, literal_string
from .typeset import Pdf, describe, footer, typeset_plainly


@dataclass(frozen=True, slots=True)
class Filling:
    """The code that fills a hole, a NUL for the number of its mark on the page."""

    code: str
    form: Hashable
    """What the rest of the page depends on: the height of words, and their fonts in order."""


class MisfitError(Exception):
    """A letter or a part of one that no layout can hold."""


def typeset_by_layout(
    letter: Letter, *, signature_field: bool = False, sha256: str | None = None
) -> Pdf:
    """Sets a letter as `typeset` does, in a layout of its like where there is one.

    `sha256` is the letter's own where it is known. Raises EditionError as `typeset` does.
    """
    sha256 = sha256 or letter.sha256()
    try:
        fillings = _fillings(letter)
    except MisfitError:
        return typeset_plainly(letter, sha256, signature_field=signature_field)[0]
    forms = tuple((hole, filling.form) for hole, filling in fillings.items())
    layouts = _layouts(letter.shared(), forms, signature_field)
    own = Own(letter, fillings, describe(letter, sha256, signature_field))
    if layouts:
        return layouts[0].filled(own)
    pdf, places = typeset_plainly(letter, sha256, signature_field=signature_field)
    with contextlib.suppress(MisfitError):
        layouts.append(Layout(pdf, places, own))
    return pdf


@lru_cache(maxsize=64)  # of some hundred kilobytes
def _layouts(*_: Hashable) -> list[Layout]:
    """The one layout of a kind of letter, once there is one.

    A kind is what letters share, the forms of their holes, and whether they are to be signed. An
    edition has about ten kinds, and more where many authorities have paragraphs of their own.
    """
    return []


# ---- what fills a hole

_MOST_PAGES = 999


def _fillings(letter: Letter) -> dict[str, Filling]:
    """What fills the holes of a letter, by their names; raises MisfitError where one has none."""
    styles(letter.accent)  # which makes the fonts known
    is_whole = footer(letter, _MOST_PAGES) == letter.footer != ""
    if not (is_whole and letter.footer.isascii()):
        raise MisfitError
    fillings = {
        hole: _one_line(words, letter.accent) or _with_its_digits(words, letter.accent)
        for hole, words in own_words(letter).items()
    }
    for hole, chart in own_charts(letter).items():
        fillings[hole] = _chart_filling(chart.rate, chart.average, letter.accent)
    return fillings


@lru_cache(maxsize=256)
def _with_its_digits(words: Words, accent: str) -> Filling:
    """Words after the model of the same words with other digits, which are all of one width."""
    zeros = Paragraph(
        tuple(replace(run, text=_DIGIT.sub("0", run.text)) for run in words.content.runs)
    )
    model = _filling(replace(words, content=zeros), accent)
    digits = iter(_DIGIT.findall(words.content.text))
    # The words stand in the literal strings that are shown, in their order.
    code = _SHOWN.sub(lambda shown: _ZERO.sub(lambda _: next(digits), shown[0]), model.code)
    return Filling(code, model.form)


_DIGIT, _ZERO = re.compile(r"[0-9]"), re.compile("0")
_SHOWN = re.compile(r"\((?:[^()\\]|\\.)*\)(?= Tj)")


@lru_cache(maxsize=256)
def _filling(words: Words, accent: str) -> Filling:
    """Words as ReportLab sets them; raises MisfitError where they hold more than printable ASCII.

    The codes of other characters follow from the order in which a letter needs them.
    """
    if not words.content.text.isascii() or not _digits_are_of_one_width():
        raise MisfitError
    flowable = words.flowable(styles(accent), "alone")
    flowable.wrap(words.width, A4[1])
    code = code_of(lambda canvas: flowable.drawOn(canvas, 0, 0), FONT)
    if len(_MARK.findall(code)) != 1:
        raise MisfitError
    return Filling(_MARK.sub("\0", code), (flowable.height, *_FONT.findall(code)))


def _chart_filling(rate: int | None, average: int | None, accent: str) -> Filling:
    arc, mark = _drawn(rate, None, accent), _drawn(None, average, accent)
    return Filling("\n".join(filter(None, (arc, mark))), rate is None)


@lru_cache(maxsize=256)
def _drawn(rate: int | None, average: int | None, accent: str) -> str:
    """The code of a chart's arc or of its mark."""
    chart = ChartFlowable(Chart(rate, average, ""), styles(accent), "alone")

    def draw(canvas: Any) -> None:
        chart.canv = canvas
        with canvas.figure(Element("Figure"), CHART, CHART):
            chart.draw_own()

    return code_of(draw, FONT)


@lru_cache(maxsize=1)
def _digits_are_of_one_width() -> bool:
    return all(len({stringWidth(digit, face, 1) for digit in string.digits}) == 1 for face in FACES)


_MARK = re.compile(r"(?<=<</MCID )\d+(?=>> BDC)")
_FONT = re.compile(r"/(\S+) \S+ Tf")


def _one_line(words: Words, accent: str) -> Filling | None:
    """Words that surely stand on one line, after the model of another line in their style."""
    match words.content.runs:
        case [Run(bold=False, italic=False) as run] if not words.large:
            pass
        case _:
            return None
    text, style = run.text, getattr(styles(accent), words.style)
    room = words.width - style.leftIndent - style.rightIndent - 0.01
    if not _PLAIN.fullmatch(text) or stringWidth(text, style.fontName, style.fontSize) > room:
        return None
    model = "x & x" if " & " in text else "x"  # markup with an entity is set in another way
    before, after, form = _line_model(model, words.style, words.width, accent)
    return Filling(f"{before}{_escaped(text)}{after}", form)


# Printable ASCII, its words one space apart, of what markup knows but a free-standing "&".
_PLAIN = re.compile(r"[!-%'-;=?-~]+(( &)? [!-%'-;=?-~]+)*")


@lru_cache(maxsize=64)
def _line_model(text: str, style: str, width: float, accent: str) -> tuple[str, str, Hashable]:
    """A line's code before and after its text, and its form."""
    filling = _filling(Words(Paragraph((Run(text),)), style, width), accent)
    before, after = filling.code.split(f"({text} )")
    return f"{before}(", f" ){after}", filling.form


def _escaped(text: str) -> str:
    """Printable ASCII as it stands in a literal string (ISO 32000-1, 7.3.4.2)."""
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


# ---- the file


@dataclass(frozen=True, slots=True)
class Own:
    """What a letter puts into the holes of a layout."""

    letter: Letter
    fillings: Mapping[str, Filling]
    description: Description


Filler = Callable[[Own], bytes]


class Layout:
    """A letter's file, cut into what its like have in common and what is a letter's own."""

    def __init__(self, pdf: Pdf, places: Places, own: Own) -> None:
        """Cuts the file of a letter; raises MisfitError where filling it again gives another."""
        content, self._pages = pdf.content, pdf.pages
        table = content.rindex(b"\nxref\n") + 1
        makers = dict(_makers(places))
        self._fixed: list[bytes] = []
        self._fillers: list[Filler] = []
        self._lengths: list[int] = []
        # Of the objects up to the first own one, of those from there to the second, and so on.
        self._offsets: list[list[int]] = [[]]
        start = 0
        objects = itertools.pairwise([*places.offsets, table])
        for number, (first, end) in enumerate(objects, start=1):
            self._offsets[-1].append(first)
            if number in makers:
                self._fixed.append(content[start:first])
                self._fillers.append(makers[number](content[first:end], own))
                self._lengths.append(end - first)
                self._offsets.append([])
                start = end
        self._fixed.append(content[start:table])
        head, trailer = _split(content[table:], b"trailer\n")
        self._table = head[: -len(_ENTRY % 0) * len(places.offsets)]
        self._entries = _ENTRY * len(places.offsets)
        self._trailer = _split(b"trailer\n" + trailer, own.description.file_identifier)
        self._end = _split(self._trailer[1], b"%d" % table)
        if self.filled(own) != pdf:
            raise MisfitError

    def filled(self, own: Own) -> Pdf:
        """The file of a letter of the layout's kind."""
        file, offsets, shift = [self._fixed[0]], [*self._offsets[0]], 0
        for fill, length, fixed, after in zip(
            self._fillers, self._lengths, self._fixed[1:], self._offsets[1:], strict=True
        ):
            filled = fill(own)
            file += [filled, fixed]
            shift += len(filled) - length
            offsets += [offset + shift for offset in after]
        table = sum(map(len, file))
        file += [self._table, self._entries % tuple(offsets)]
        file += [self._trailer[0], own.description.file_identifier]
        file += [self._end[0], b"%d" % table, self._end[1]]
        return Pdf(b"".join(file), self._pages)


_ENTRY = b"%010d 00000 n \n"


def _split(content: bytes, where: bytes) -> tuple[bytes, bytes]:
    """What stands before and after bytes that stand there once; raises MisfitError else."""
    match content.split(where):
        case [before, after]:
            return before, after
        case _:
            raise MisfitError


# ---- the objects of a file that differ: for each what fills it, made from the first letter's


def _makers(places: Places) -> Iterator[tuple[int, Callable[[bytes, Own], Filler]]]:
    """By the object's number."""
    for number, code in places.streams.items():
        if any(isinstance(each, HoleCode) for each in code):
            yield number, partial(_content_filler, code)
    for hole, number in places.figures.items():
        yield number, partial(_figure_filler, hole)
    yield places.information, _information_filler
    yield places.metadata, partial(_metadata_filler, places.producer)


def _content_filler(code: list[str], content: bytes, first: Own) -> Filler:
    """Fills a part of a page's content."""
    stream = _stream(content)
    parts = list(code)
    holes = [(at, each) for at, each in enumerate(code) if isinstance(each, HoleCode)]
    marks = {at: mark[0] if (mark := _MARK.search(each)) else "" for at, each in holes}
    footer = f"({_escaped(first.letter.footer)})"

    def fill(own: Own) -> bytes:
        for at, each in holes:
            if each.hole == FOOTER:
                parts[at] = each.replace(footer, f"({_escaped(own.letter.footer)})")
            else:
                parts[at] = own.fillings[each.hole].code.replace("\0", marks[at])
        return stream(zlib.compress("\n".join([*parts, ""]).encode()))

    return fill


def _figure_filler(hole: str, content: bytes, first: Own) -> Filler:
    """Fills in what a chart shows in words."""
    before, after = _split(content, _entry("Alt", _alternative(first, hole)))
    return lambda own: before + _entry("Alt", _alternative(own, hole)) + after


def _information_filler(content: bytes, first: Own) -> Filler:
    before, others = _split(content, _entry("Subject", first.description.subject))
    between, after = _split(others, _entry("Title", first.description.title))
    return lambda own: b"".join(
        (
            before, _entry("Subject", own.description.subject),
            between, _entry("Title", own.description.title), after,
        )
    )  # fmt: skip


def _metadata_filler(producer: str, content: bytes, _: Own) -> Filler:
    stream = _stream(content)
    return lambda own: stream(xmp(own.description, producer))


def _stream(content: bytes) -> Callable[[bytes], bytes]:
    """The object of a stream with other data in it."""
    head, data = content.split(b"\nstream\n", 1)
    before, after = _LENGTH.split(head, 1)
    end = data[data.rindex(b"\r\nendstream\n") :]
    return lambda data: b"%b%d%b\nstream\n%b%b" % (before, len(data), after, data, end)


_LENGTH = re.compile(rb"(?<=/Length )\d+")


def _entry(key: str, text: str) -> bytes:
    return f"/{key} ".encode() + literal_string(text)


def _alternative(own: Own, hole: str) -> str:
    return own_charts(own.letter)[hole].alternative
