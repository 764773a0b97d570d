"""The pieces that a letter's text is made of: plain data, text and never markup."""

from __future__ import annotations

import re
from typing import NamedTuple

ADDRESS = re.compile(r"(https?://|mailto:)[^\s<>\"\\]+")
"""Where a link may lead."""


class Run(NamedTuple):
    """Text set in one way; `link` is the address it leads to; a line feed breaks the line."""

    text: str
    bold: bool = False
    italic: bool = False
    link: str | None = None


class Paragraph(NamedTuple):
    """A paragraph of runs."""

    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """Its words, without their formatting."""
        return "".join(run.text for run in self.runs)


class Heading(NamedTuple):
    """A heading within the letter: level 2 below the letter's own, 3 below that."""

    text: str
    level: int = 2


class ListItem(NamedTuple):
    """A list item: the label before it, such as "-" or "1.", and its paragraphs."""

    label: str
    paragraphs: tuple[Paragraph, ...]


class ListBlock(NamedTuple):
    """A list of one level."""

    items: tuple[ListItem, ...]


class Table(NamedTuple):
    """A table: the headings of its columns, and its rows, each starting with a heading of its own.

    `caption` says what it shows, "" for nothing; `has_total` says that the last row is the sum of
    the others. A line feed breaks the line in a text, and a cell may be empty.
    """

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    has_total: bool = False


class TableName(NamedTuple):
    """Where a table of an authority's figures is to stand: one of TABLES."""

    name: str


TABLES = ("service_areas", "years")
"""The tables that a text may ask for."""

Block = Paragraph | Heading | ListBlock | Table


class Picture(NamedTuple):
    """An image: the bytes of a PNG, its size in pixels, and what it shows in words."""

    png: bytes
    width: int
    height: int
    alternative: str
