"""Text on a page that says to which structure element it belongs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportlab.pdfgen.textobject import PDFTextObject

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
