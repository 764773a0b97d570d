"""A Letter: what one authority's letter says, as plain data.

A Letter knows nothing of pages or of PDF; everything of the edition that a reader can see or
that a reader's software is told stands in it, so it alone decides what is printed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

from lgo_letters import __version__
from lgo_letters.edition.blocks import Block, Paragraph, Picture


@dataclass(frozen=True, slots=True)
class Chart:
    """A ring or a bar, of which a share is filled, with a mark at an average.

    Both are parts of the full ring or bar, from 0 to 1, from the figures that the panel's words
    print: `share` is None where there is nothing to count, `average` where there is no mark.
    `alternative` says the same in words; `key` are words beside the mark, if any.
    """

    kind: str  # "ring" or "bar"
    share: Fraction | None
    average: Fraction | None
    alternative: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """One headline panel, its parts in the order in which they are read."""

    heading: str
    chart: Chart | None
    sentence: Paragraph
    comparison: Paragraph | None
    count: Paragraph | None
    small_print: Paragraph | None
    note: tuple[Block, ...]

    def without_variables(self) -> Panel:
        """The panel without what varies, as `Letter.without_variables`."""
        chart = self.chart and Chart(self.chart.kind, None, None, "", self.chart.key)
        return replace(
            self,
            chart=chart,
            sentence=_NO_WORDS if is_variable(self.sentence) else self.sentence,
            comparison=None if is_variable(self.comparison) else self.comparison,
            count=None if is_variable(self.count) else self.count,
            small_print=None if is_variable(self.small_print) else self.small_print,
        )


_NO_WORDS = Paragraph(())


def is_variable(paragraph: Paragraph | None) -> bool:
    """Whether a paragraph of a panel may vary from letter to letter: one with a link is fixed.

    Where a link leads from is a place on the page.
    """
    return paragraph is None or not any(run.link for run in paragraph.runs)


@dataclass(frozen=True, slots=True)
class Signature:
    """The image of a signature, and the signatory's name and lines of office below it."""

    picture: Picture
    name: str
    office: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A whole letter, its parts in the order in which they are read."""

    authority: str
    language: str
    title: str
    author: str
    subject: str
    dated: date
    accent: str
    masthead: tuple[str, ...] | Picture
    date: str
    delivery: str
    address: tuple[str, ...]
    salutation: str
    heading: str
    body: tuple[Block, ...]
    closing: str
    signature: Signature
    panels: tuple[Panel, ...]
    footer: str
    mark: str | None
    """What every page says of the letter as a whole, such as that its figures are invented."""

    def without_variables(self) -> Letter:
        """The letter without what varies from one authority to the next.

        Here alone is said what varies from letter to letter; all else is fixed.
        """
        return replace(
            self,
            authority="",
            title="",
            subject="",
            address=(),
            salutation="",
            panels=tuple(panel.without_variables() for panel in self.panels),
            footer="",
        )

    def sha256(self) -> str:
        """A digest of all that the letter says and looks like, and of the program's version."""
        said = [each if isinstance(each, str) else _digest(Same(each)) for each in self.pieces()]
        return hashlib.sha256(f"{__version__} {said}".encode()).hexdigest()

    def pieces(self) -> Iterator[object]:
        """All that the letter holds, as pieces that it may have in common with other letters."""
        return _pieces(self)


class Same:
    """A value by its identity, so that what is known of it is found without looking through it."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.value is other.value

    def __hash__(self) -> int:
        return id(self.value)


_WHOLES = (Letter, Panel, Chart, Signature)  # made for each letter anew


def _pieces(whole: Any) -> Iterator[object]:
    for name in whole.__slots__:
        value = getattr(whole, name)
        if isinstance(value, _WHOLES):
            yield from _pieces(value)
        elif name == "panels":
            for panel in value:
                yield from _pieces(panel)
        else:
            yield value


@lru_cache(maxsize=512)
def _digest(same: Same) -> str:
    return hashlib.sha256(repr(same.value).encode()).hexdigest()
