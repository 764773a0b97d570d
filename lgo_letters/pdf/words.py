"""How the words of a letter become paragraphs on a page.

Sizes and distances are in points.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from itertools import groupby
from typing import Any, NamedTuple

from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth

from lgo_letters.edition.text import blocks

from .paragraphs import TaggedParagraph
from .structure import Element
from .styles import FONT, WIDTH, Styles

LARGE = 28  # the percentage in a panel's sentence, and the number in its count
_CAP_HEIGHT, _DESCENT = 0.73, 0.22  # of Liberation Sans, of its size
_ROOM = 0.8  # of its size, above the foot of large type in a line that is not the first
_ABOVE, _BELOW = 5 / 6, 1 / 6  # of a line's leading, over and under the foot of its type
_LABEL_GAP = 0.6  # of the size, after a label: the least that ReportLab leaves


class StyledText(NamedTuple):
    """Words and how they are set: `style` is a field of Styles; bold words may be large.

    They are a paragraph, or what another `tag` makes of them, such as "H2".
    """

    content: blocks.Paragraph
    style: str
    width: float = WIDTH
    is_large: bool = False
    tag: str = "P"

    def flowable(self, look: Styles, parent: Element | None = None) -> TaggedParagraph:
        """The paragraph for a page, within a part of the letter."""
        style = getattr(look, self.style)
        if self.tag != "P":
            markup = escape(self.content.text, quote=False)
            return BalancedHeading(markup, style, Element(self.tag, parent, name=self.content.text))
        if not self.is_large:
            return paragraph(self.content, style, parent)
        markup = _markup(self.content, f'size="{LARGE}" color="#{look.accent.hexval()[2:]}"')
        return LargeParagraph(markup, style, Element("P", parent))


def plain(words: str) -> blocks.Paragraph:
    """A paragraph of plain words."""
    return blocks.Paragraph((blocks.Run(words),))


def paragraph(
    content: blocks.Paragraph,
    style: ParagraphStyle,
    parent: Element | None = None,
    label: str = "",
) -> TaggedParagraph:
    """A ReportLab paragraph within a part of the letter, the label of a list item before it."""
    markup = _markup(content)
    return TaggedParagraph(markup, style, Element("P", parent), label)


class LargeParagraph(TaggedParagraph):
    """A paragraph of which some words are large.

    ReportLab hangs a paragraph by whatever stands first in it and gives every line the same
    leading, so that large type runs out of its paragraph at the top or the foot, and into the line
    above; here the first line hangs by the height of its figures, and others have room for theirs.
    """

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Width and height, from the large figures' top to below the last line."""
        super().wrap(available_width, available_height)
        if self.blPara.kind == 1:  # words in more than one style
            self._hang()
        return self.width, self.height

    def _hang(self) -> None:
        first, *others = self.blPara.lines
        top = _CAP_HEIGHT * LARGE if _is_large(first) else first.fontSize
        first = first.clone(ascent=top, fontSize=top)
        above, below = _ABOVE * self.style.leading, _BELOW * self.style.leading
        if any(map(_is_large, others)):
            self.autoLeading = "max"  # of a line's own ascent and descent
            first = first.clone(descent=-below)
            others = [
                line.clone(ascent=_ROOM * LARGE if _is_large(line) else above, descent=-below)
                for line in others
            ]
            self.height = top + sum(below + line.ascent for line in others)
        else:
            self.height = top + len(others) * self.style.leading
        self.height += _DESCENT * LARGE
        self.blPara = self.blPara.clone(lines=[first, *others])


class BalancedHeading(TaggedParagraph):
    """A heading whose lines are about as long as each other: none holds a year alone."""

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Width and height, in the narrowest column that takes no more lines."""
        _, height = super().wrap(available_width, available_height)
        narrower = available_width
        while self.height == height > self.style.leading:
            narrower -= self.style.fontSize
            super().wrap(narrower, available_height)
        return super().wrap(min(available_width, narrower + self.style.fontSize), available_height)


def _is_large(line: Any) -> bool:
    return any(word.fontSize == LARGE for word in line.words)


def heading(
    words: str, style: ParagraphStyle, tag: str, parent: Element | None = None
) -> TaggedParagraph:
    """A heading, "H1" to "H4", which becomes a bookmark too."""
    return TaggedParagraph(escape(words, quote=False), style, Element(tag, parent, name=words))


def caption(words: str, style: ParagraphStyle, figure: Element) -> TaggedParagraph:
    """What stands below a figure (ISO 14289-1, 7.3), and is no text of its own."""
    return TaggedParagraph(escape(words, quote=False), style, Element("Caption", figure))


def list_paragraphs(
    content: blocks.ListBlock, style: ParagraphStyle, parent: Element | None = None
) -> list[TaggedParagraph]:
    """The paragraphs of a list, each item's label before its first, and space after the last."""
    widest = max(stringWidth(item.label, FONT, style.fontSize) for item in content.items)
    indent = max(style.leftIndent, widest + _LABEL_GAP * style.fontSize)
    style = _indented(style, indent)
    numbered = content.items[0].label[0].isdigit()
    whole = Element("L", parent, numbered=numbered)
    paragraphs = []
    for item in content.items:
        body = Element("LBody", Element("LI", whole))
        for index, content_of_item in enumerate(item.paragraphs):
            label = "" if index else item.label
            paragraphs.append(paragraph(content_of_item, style, body, label))
    paragraphs[-1].spaceAfter = 2 * style.spaceAfter
    return paragraphs


@lru_cache(maxsize=64)
def _indented(style: ParagraphStyle, indent: float) -> ParagraphStyle:
    return ParagraphStyle("list of its width", style, leftIndent=indent)


def _markup(content: blocks.Paragraph, large: str = "") -> str:
    """ReportLab's markup; a link is one, whatever its words look like."""
    markup = ""
    for link, runs in groupby(content.runs, key=lambda run: run.link):
        words = "".join(_run_markup(run, large) for run in runs)
        markup += words if link is None else f'<a href="{escape(link)}">{words}</a>'
    return markup


def _run_markup(run: blocks.Run, large: str) -> str:
    markup = escape(run.text, quote=False).replace("\n", "<br/>")
    if run.italic:
        markup = f"<i>{markup}</i>"
    if run.bold:
        markup = f"<b>{markup}</b>"
    if run.bold and large:
        markup = f"<font {large}>{markup}</font>"
    return markup
