"""A Letter: what one authority's letter says, as plain data.

A Letter knows nothing of pages or of PDF. It holds everything that a reader can see or that a
reader's software is told, so it alone decides what is printed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple

from lgo_letters import __version__
from lgo_letters.edition.text.blocks import Block, Paragraph, Picture, Table


class Chart(NamedTuple):
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


class Panel(NamedTuple):
    """One headline panel, its parts in the order in which they are read."""

    heading: str
    chart: Chart | None
    sentence: Paragraph
    comparison: Paragraph | None
    counted: Paragraph | None
    small_print: Paragraph | None
    caution: Paragraph | None
    note: tuple[Block, ...]

    def without_variables(self) -> Panel:
        """The panel without what varies from letter to letter, as `Letter.without_variables`."""
        chart = self.chart and self.chart._replace(share=None, average=None, alternative="")
        return self._replace(
            chart=chart,
            sentence=Paragraph(()) if is_variable(self.sentence) else self.sentence,
            comparison=None if is_variable(self.comparison) else self.comparison,
            counted=None if is_variable(self.counted) else self.counted,
            small_print=None if is_variable(self.small_print) else self.small_print,
            caution=None if is_variable(self.caution) else self.caution,
        )


def is_variable(paragraph: Paragraph | None) -> bool:
    """Whether a paragraph may vary from letter to letter: a link has its place on the page."""
    return paragraph is None or not any(run.link for run in paragraph.runs)


class Signature(NamedTuple):
    """The image of a signature, and the signatory's name and lines of office below it."""

    picture: Picture
    name: str
    office: tuple[str, ...]


class Attachment(NamedTuple):
    """A file that the letter carries: its name, its MIME type, and what it is in words."""

    name: str
    media_type: str
    description: str
    content: bytes


FIGURES_FILE, DECISIONS_FILE = "figures.csv", "decisions.csv"
"""The names of the files that a letter may carry."""


class Letter(NamedTuple):
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
    reissued: Paragraph | None
    """What a letter that was made again says of it."""
    salutation: str
    heading: str
    body: tuple[Block, ...]
    closing: str
    signature: Signature
    panels_heading: str | None
    panels: tuple[Panel, ...]
    footer: str
    page: str
    """The word before a page's number."""
    signature_field: str
    """What the field of a digital signature is called."""
    mark: str | None
    """What every page says of the letter as a whole, such as that its figures are invented."""
    attachments: tuple[Attachment, ...] = ()

    def without_variables(self) -> Letter:
        """The letter without what varies from letter to letter: only what is named here does."""
        return self._replace(
            authority="",
            title="",
            subject="",
            address=(),
            salutation="",
            panels_heading=self.panels_heading and "",
            panels=tuple(panel.without_variables() for panel in self.panels),
            footer="",
            attachments=tuple(file._replace(content=b"") for file in self.attachments),
        )

    def tables(self) -> Iterator[Table]:
        """Every table in its texts."""
        for content in (self.body, *(panel.note for panel in self.panels)):
            yield from (block for block in content if isinstance(block, Table))

    def sha256(self) -> str:
        """A digest of all that the letter says and looks like, and of the program's version."""
        parts = [part if isinstance(part, str) else _digest(part) for part in self._parts()]
        return hashlib.sha256(f"{__version__} {parts}".encode()).hexdigest()

    def characters(self) -> set[str]:
        """Every character in the letter's texts."""
        return set().union(*map(_characters, self._parts()))

    def _parts(self) -> Iterator[object]:
        """All that the letter holds, in parts that it may have in common with other letters."""
        return chain(_parts_of_letter(self), *map(_parts_of_panel, self.panels))


_parts_of_letter = attrgetter(*(name for name in Letter._fields if name != "panels"))
_parts_of_panel = attrgetter(*Panel._fields)


@lru_cache(maxsize=1024)
def _digest(part: object) -> str:
    return hashlib.sha256(repr(part).encode()).hexdigest()


@lru_cache(maxsize=1024)
def _characters(part: object) -> frozenset[str]:
    return frozenset("".join(_texts(part)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _texts(part)
