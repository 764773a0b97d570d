"""Paragraphs and text that say to which structure elements they belong."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.textobject import PDFTextObject
from reportlab.platypus import Paragraph

from .structure import Element

if TYPE_CHECKING:
    from .canvas import TaggedCanvas


class WordEnds:
    """Where the words of a paragraph end, counted in letters, and how many have been drawn."""

    def __init__(self) -> None:
        self._letters, self._drawn = 0, 0
        self._ends: set[int] = set()

    def add(self, text: str) -> None:
        """Text of the paragraph, which is to be drawn later."""
        *words, rest = text.split(" ")
        for word in words:
            self._letters += len(word)
            self._ends.add(self._letters)
        self._letters += len(rest)

    def advance(self, text: str) -> bool:
        """Text that is drawn now; whether it ends a word."""
        self._drawn += len(text) - text.count(" ")
        return self._drawn in self._ends or self._drawn >= self._letters


class TaggedText(PDFTextObject):
    """A text object whose text belongs to an element, except its links, which are their own."""

    def __init__(
        self,
        canvas: TaggedCanvas,
        x: float,
        y: float,
        direction: Any,
        element: Element,
        ends: WordEnds | None,
    ) -> None:
        super().__init__(canvas, x, y, direction)  # "BT", the origin
        self._tagged, self._element, self._ends = canvas, element, ends
        self._code.append(canvas.mark(element))

    def _textOut(self, text: str, TStar: Any = 0) -> None:
        """With a space at the end of a line, or readers join its last word to the next.

        A word that is longer than a line, and so is broken, gets none.
        """
        ends_a_word = self._ends is None or self._ends.advance(text)
        super()._textOut(f"{text} " if TStar and ends_a_word else text, TStar)

    def _linkRecord(self, key: tuple[int, str], event: str) -> None:
        """Called by Paragraph after the first text of a link on a line, and before what follows."""
        link = self._element.links[key]
        if event == "start":
            self._code[-1:-1] = ["EMC", self._tagged.mark(link)]
            self._tagged.link_follows(link)
        else:
            self._code += ["EMC", self._tagged.mark(self._element)]

    def getCode(self) -> Any:
        """The whole text object, its last tag closed."""
        self._code.append("EMC")
        return super().getCode()


class TaggedParagraph(Paragraph):
    """A paragraph of an element, which all its pieces share where it is split.

    `label` is what stands before a list item: it hangs at the left, in the element's LI as its
    Lbl. Each link is a Link of its own within the element.
    """

    blPara: Any  # noqa: N815  # the lines, set by wrap; other paragraphs may share them

    def __init__(
        self,
        text: Any,  # None for a piece of a split paragraph, whose words are in `frags`
        style: ParagraphStyle,
        element: Element | None = None,
        label: str = "",
        **options: Any,
    ) -> None:
        if text is not None:
            options["frags"] = _parsed(text, style)
        super().__init__(text, style, **options)
        self.element, self._label = element or Element("P"), label
        self._width_of_lines: float | None = None
        self.ends = WordEnds()
        for fragment in self.frags if text is not None else []:
            words = " " if getattr(fragment, "lineBreak", False) else fragment.text
            self.ends.add(words)
            for key in getattr(fragment, "link", None) or []:
                link = self.element.links.setdefault(key, Element("Link", self.element, name=""))
                link.name = f"{link.name}{words}"

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Width and height; lines of one width are broken once, however often that is asked."""
        if self._width_of_lines != available_width or not hasattr(self, "blPara"):
            super().wrap(available_width, available_height)
            self._width_of_lines = available_width
        return self.width, self.height

    def breakLines(self, width: Any) -> Any:
        """The lines; those of one text in one style are broken once, however many letters have it.

        A text with soft hyphens is broken each time: to split it changes its words.
        """
        if self.text is None or _SOFT_HYPHEN in self.text:
            return super().breakLines(width)
        self.frags, lines = _broken(self.text, self.style, tuple(width))
        return lines

    def split(self, available_width: float, available_height: float) -> list[Any]:
        """The pieces, all of the one element, the label before the first."""
        pieces: list[Any] = super().split(available_width, available_height)
        for piece in pieces:
            piece.element, piece.ends = self.element, self.ends
        for piece in pieces[:1]:
            piece._label = self._label
        return pieces

    def draw(self) -> None:
        """Draws label and text, each as what it is."""
        canvas: Any = self.canv
        if self._label:
            self._draw_label(canvas)
        lines = self.blPara
        whole_links = getattr(lines, "link", None) if lines.kind == 0 else None
        element = self.element.links[whole_links[0]] if whole_links else self.element
        for _ in lines.lines if whole_links else []:
            canvas.link_follows(element)
        with canvas.text_of(element, self.ends):
            super().draw()

    def _draw_label(self, canvas: TaggedCanvas) -> None:
        body = self.element.parent or self.element
        canvas.setFont(self.style.bulletFontName, self.style.bulletFontSize)
        canvas.setFillColor(self.style.bulletColor)
        with canvas.text_of(Element("Lbl", body.parent)):
            canvas.drawString(0, self.height - self.style.fontSize, f"{self._label} ")


_SOFT_HYPHEN = "\xad"


@lru_cache(maxsize=256)
def _parsed(markup: str, style: ParagraphStyle) -> list[Any]:
    """The fragments of a paragraph, each in one font."""
    fragments: list[Any] = Paragraph(markup, style).frags
    return fragments


@lru_cache(maxsize=256)
def _broken(markup: str, style: ParagraphStyle, widths: tuple[float, ...]) -> tuple[Any, Any]:
    """The words of a paragraph, and its lines."""
    paragraph: Any = Paragraph(markup, style, frags=_parsed(markup, style))
    lines = paragraph.breakLines(list(widths))
    return paragraph.frags, lines
