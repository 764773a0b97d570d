"""A Letter: what one authority's letter says, as plain data.

A Letter knows nothing of pages or of PDF; everything of the edition that a reader can see or
that a reader's software is told stands in it, so it alone decides what is printed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

from lgo_letters import __version__
from lgo_letters.edition.blocks import Block, Paragraph, Picture


@dataclass(frozen=True, slots=True)
class Chart:
    """A ring or a bar of which `share` is filled, with a mark at `average`.

    Both are fractions of the full ring or bar, from 0 to 1, of the figures as they are printed;
    None where there is no such figure, and an empty chart has no mark, which would look like its
    rate. `alternative` says the same in words; `key` stands beside the mark, "" for nothing.
    """

    kind: str
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
        """The panel without what varies from letter to letter, as `Letter.without_variables`."""
        chart = self.chart and replace(self.chart, share=None, average=None, alternative="")
        return replace(
            self,
            chart=chart,
            sentence=Paragraph(()) if is_variable(self.sentence) else self.sentence,
            comparison=None if is_variable(self.comparison) else self.comparison,
            count=None if is_variable(self.count) else self.count,
            small_print=None if is_variable(self.small_print) else self.small_print,
        )


def is_variable(paragraph: Paragraph | None) -> bool:
    """Whether a paragraph may vary from letter to letter: one with a link is fixed.

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
        """The letter without what varies from letter to letter: what all its like have in common.

        Here alone is said what varies; all else is fixed.
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
        content = [
            piece if isinstance(piece, str | Fraction | None) else _digest(Same(piece))
            for piece in _pieces(self)
        ]
        return hashlib.sha256(f"{__version__} {content}".encode()).hexdigest()

    def characters(self) -> set[str]:
        """Every character in the letter's texts."""
        return set().union(
            *(
                piece if isinstance(piece, str) else _characters(Same(piece))
                for piece in _pieces(self)
            )
        )


class Same:
    """A value by its identity, so that what is known of it is found without looking through it."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.value is other.value

    def __hash__(self) -> int:
        return id(self.value)


_WHOLES = (Letter, Panel, Chart, Signature)  # made again for each letter


def _pieces(whole: Any) -> Iterator[object]:
    """All that a letter holds, as pieces that it may have in common with other letters."""
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


@lru_cache(maxsize=512)
def _characters(same: Same) -> frozenset[str]:
    return frozenset("".join(_texts(same.value)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _texts(part)
    elif is_dataclass(value):
        for part in fields(value):
            yield from _texts(getattr(value, part.name))
