"""The slots of a letter: the words and charts that differ from one letter to the next.

Which they are, `Letter.without_variables` says. Here is what fills them: the code that a page's
content holds at a slot.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Hashable, Iterator
from datetime import date
from functools import cache, lru_cache
from typing import Any, NamedTuple, cast

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import getFont

from lgo_letters.edition.text.blocks import Paragraph
from lgo_letters.letter.letter import Chart, Letter, Panel, is_variable
from lgo_letters.pdf.canvas import TaggedCanvas
from lgo_letters.pdf.charts import chart_steps
from lgo_letters.pdf.description import Description
from lgo_letters.pdf.panels import has_key, panel_texts
from lgo_letters.pdf.styles import FONT, styles
from lgo_letters.pdf.typeset import addressing, footer, panels_heading
from lgo_letters.pdf.words import StyledText, plain


class DoesNotFit(Exception):  # noqa: N818  # it is no error: the letter is typeset plainly
    """A letter or a part of one that no template can hold."""


class SlotContent(NamedTuple):
    """The code that fills a slot, a NUL for the number of its mark on the page."""

    code: str
    form: Hashable
    """What the rest of the file depends on: style and height of words, and their fonts in order."""
    words: str = ""
    """What the file says of it elsewhere: of a chart, what it shows; of a heading, its bookmark."""


_MOST_PAGES = 999


def slot_contents(letter: Letter) -> list[list[SlotContent]]:
    """What fills the slots of a letter, in the order in which they are read.

    First those of address and salutation, then the heading above the panels, those of each panel,
    last the footer. Raises DoesNotFit where one cannot be filled.
    """
    styles(letter.accent)  # which makes the fonts known
    is_whole = footer(letter, _MOST_PAGES) == letter.footer != ""
    # Each table has a letter's own figures, so that no other letter would be of its kind; and few
    # letters are made again.
    if not (is_whole and letter.footer.isascii()) or any(letter.tables()) or letter.reissued:
        raise DoesNotFit
    return [
        [_text_content(line, letter.accent) for line in addressing(letter)],
        [_heading_content(heading, letter.accent) for heading in panels_heading(letter)],
        *([*_panel_contents(panel, letter.accent)] for panel in letter.panels),
        [SlotContent(f"({escaped(letter.footer)})", "footer")],
    ]


def _panel_contents(panel: Panel, accent: str) -> Iterator[SlotContent]:
    if panel.chart is not None:
        yield _chart_content(panel.chart, accent)
    for text in panel_texts(panel):
        if is_variable(text.content):
            yield _text_content(text, accent)


def _chart_content(chart: Chart, accent: str) -> SlotContent:
    steps = chart_steps(chart, styles(accent).accent)
    code = "\n".join(_step_code(*step) for step in steps)
    return SlotContent(code, ("chart", chart.kind, has_key(chart)), chart.alternative)


# ---- words


def _heading_content(heading: StyledText, accent: str) -> SlotContent:
    return _text_content(heading, accent)._replace(words=heading.content.text)


def _text_content(text: StyledText, accent: str) -> SlotContent:
    return _one_line(text, accent) or _with_its_digits(text, accent)


@lru_cache(maxsize=256)
def _with_its_digits(text: StyledText, accent: str) -> SlotContent:
    """Words after the model of the same words with other digits, which are all of one width."""
    zeros = Paragraph(
        tuple(run._replace(text=_DIGIT.sub("0", run.text)) for run in text.content.runs)
    )
    model = _model(text._replace(content=zeros), accent)
    digits = iter(_DIGIT.findall(text.content.text))
    # The words stand in the literal strings that are shown, in their order.
    code = _SHOWN.sub(lambda shown: _ZERO.sub(lambda _: next(digits), shown[0]), model.code)
    return SlotContent(code, model.form)


_DIGIT, _ZERO = re.compile(r"[0-9]"), re.compile("0")
_SHOWN = re.compile(r"\((?:[^()\\]|\\.)*\)(?= Tj)")


@lru_cache(maxsize=256)
def _model(text: StyledText, accent: str) -> SlotContent:
    """Words as ReportLab sets them; raises DoesNotFit where they hold more than printable ASCII.

    The codes of other characters follow from the order in which a letter needs them.
    """
    if not text.content.text.isascii():
        raise DoesNotFit
    flowable = text.flowable(styles(accent))
    flowable.element.name = None  # there is no outline here that a bookmark would fit
    flowable.wrap(text.width, A4[1])
    drawn = _drawn(flowable.drawOn, 0, 0)
    texts = [*TEXT.finditer(drawn)]
    if len(texts) != 1 or len(_MARK.findall(drawn)) != 1:
        raise DoesNotFit
    code = drawn[text_start(drawn, texts[0]) : texts[0].end()]
    form = (text.style, text.is_large, flowable.height, *_FONT.findall(code))
    return SlotContent(_MARK.sub("\0", code), form)


TEXT = re.compile(r"^BT [-.\d ]+ Tm /(?:P|H2) <</MCID (\d+)>> BDC .*$", re.MULTILINE)
"""The line of a page's code that holds a paragraph or the heading above the panels."""
_MARK = re.compile(r"(?<=<</MCID )\d+(?=>> BDC)")
_FONT = re.compile(r"/(\S+) \S+ Tf")


def text_start(code: str, text: re.Match[str]) -> int:
    """From where on the code of a paragraph is the same wherever on a page it stands."""
    return code.rindex(_MOVED, 0, text.start()) + len(_MOVED)


_MOVED = " cm\n"  # the end of the line that moves the origin to the paragraph's corner


def _one_line(text: StyledText, accent: str) -> SlotContent | None:
    """Words that surely stand on one line, after the model of another line in their style."""
    if text.is_large or len(text.content.runs) != 1:
        return None
    (run,), style = text.content.runs, getattr(styles(accent), text.style)
    if run.bold or run.italic or not _PLAIN.fullmatch(run.text):
        return None
    room = text.width - style.leftIndent - style.rightIndent - 0.01
    if sum(map(_widths(style.fontName).__getitem__, run.text)) * style.fontSize > room:
        return None
    model = "x & x" if " & " in run.text else "x"  # markup with an entity is set in another way
    before, after, form = _line_model(model, text.style, text.width, text.tag, accent)
    return SlotContent(f"{before}{escaped(run.text)}{after}", form)


@cache
def _widths(font: str) -> dict[str, float]:
    """The widths of a font's characters in its size; `stringWidth` takes ten times as long."""
    widths: dict[int, float] = cast("Any", getFont(font)).face.charWidths  # in thousandths
    return {chr(code): width / 1000 for code, width in widths.items()}


# Printable ASCII, its words one space apart, of what markup knows but a free-standing "&".
_PLAIN = re.compile(r"[!-%'-;=?-~]+(( &)? [!-%'-;=?-~]+)*")


@lru_cache(maxsize=64)
def _line_model(
    words: str, style: str, width: float, tag: str, accent: str
) -> tuple[str, str, Hashable]:
    """A line's code before and after its words, and its form."""
    model = _model(StyledText(plain(words), style, width, tag=tag), accent)
    before, after = model.code.split(f"({words} )")
    return f"{before}(", f" ){after}", model.form


def escaped(text: str) -> str:
    """Printable ASCII as it stands in a literal string (ISO 32000-1, 7.3.4.2)."""
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


_NOTHING_TO_SAY = Description("", "", "", "", "", "", "", date.min, "")


def _drawn(draw: Callable[..., None], *arguments: Any) -> str:
    """The code that drawing leaves on a page."""
    canvas = TaggedCanvas(io.BytesIO(), description=_NOTHING_TO_SAY, initialFontName=FONT)
    draw(canvas, *arguments)
    code: str = canvas.getCurrentPageContent()
    return code


_step_code = lru_cache(maxsize=512)(_drawn)
