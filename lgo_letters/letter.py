"""Figures and edition → Letter: what one authority's letter says, as plain data.

A Letter knows nothing of pages or of PDF; everything of the edition that a reader can see or
that a reader's software is told stands in it, so it alone decides what is printed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import overload

from . import __version__
from .blocks import Block, Heading, Paragraph, Picture
from .edition import BODY, Edition, OwnParagraphs, PanelWording
from .errors import EditionError, Problem
from .settings import Figure
from .statistics import AuthorityFigures, Statistic, YearFigures, per_cent
from .wording import Markdown, Values
from .year import british

EXAMPLE_MARK = "Example: invented figures"


@dataclass(frozen=True, slots=True)
class Chart:
    """A ring of which `rate` per cent is filled, with a mark at `average` per cent.

    Both are whole numbers from 0 to 100, as in the panel's words; None where there is no such
    figure, and an empty chart has no mark, which would look like its rate. `alternative` says the
    same in words.
    """

    rate: int | None
    average: int | None
    alternative: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One headline panel, its parts in the order in which they are read."""

    heading: str
    chart: Chart
    sentence: Paragraph
    comparison: Paragraph | None
    count: tuple[str, str] | None
    """A number and its noun: ("2", "upheld decisions")."""
    small_print: Paragraph | None
    note: tuple[Block, ...]

    def shared(self) -> Panel:
        """The panel without what is its authority's own, as `Letter.shared`."""
        return replace(
            self,
            chart=_NO_CHART,
            sentence=_NO_WORDS if is_own(self.sentence) else self.sentence,
            comparison=None if is_own(self.comparison) else self.comparison,
            count=None,
            small_print=None if is_own(self.small_print) else self.small_print,
        )


_NO_CHART, _NO_WORDS = Chart(None, None, ""), Paragraph(())


def is_own(paragraph: Paragraph | None) -> bool:
    """Whether a paragraph that differs from letter to letter may: one with a link is fixed.

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

    def shared(self) -> Letter:
        """The letter without what is its authority's own: what all its like have in common.

        Here alone is said what varies from letter to letter; all else is fixed.
        """
        return replace(
            self,
            authority="",
            title="",
            subject="",
            address=(),
            salutation="",
            panels=tuple(panel.shared() for panel in self.panels),
            footer="",
        )

    def sha256(self) -> str:
        """A digest of all that the letter says and looks like, and of the program's version."""
        long = _digest((self.masthead, self.body, self.signature))
        rest = replace(self, masthead=(), body=(), signature=_NO_SIGNATURE)
        return hashlib.sha256(f"{__version__} {long} {rest}".encode()).hexdigest()


_NO_SIGNATURE = Signature(Picture(b"", 0, 0, ""), "", ())


@lru_cache(maxsize=256)  # few, and the same in many letters
def _digest(value: Hashable) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()


class Letters(Sequence[Letter]):
    """One letter an authority, in the order of authorities.csv, composed when it is asked for.

    So a hundred thousand letters take no more room than the few that are kept.
    """

    def __init__(
        self,
        figures: YearFigures,
        edition: Edition,
        own_paragraphs: Mapping[str, OwnParagraphs],
        example: bool,
    ) -> None:
        """`own_paragraphs` go by the authority's name; `example` marks invented figures.

        Asking for a letter raises EditionError where a text of the edition leaves nothing that
        can be set.
        """
        self._figures, self._own = figures.authorities, own_paragraphs
        self._edition, self._example = edition, example
        self._composed = lru_cache(maxsize=1000)(self._compose)

    def __len__(self) -> int:
        return len(self._figures)

    @overload
    def __getitem__(self, place: int) -> Letter: ...

    @overload
    def __getitem__(self, place: slice) -> list[Letter]: ...

    def __getitem__(self, place: int | slice) -> Letter | list[Letter]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        return self._composed(place)

    def _compose(self, place: int) -> Letter:
        figures = self._figures[place]
        own = self._own.get(figures.authority.name)
        return _compose(figures, self._edition, own, self._example)


def _compose(
    figures: AuthorityFigures, edition: Edition, own: OwnParagraphs | None, example: bool
) -> Letter:
    settings, values = edition.settings, _values(figures, edition)
    recipient = [figures.authority.recipient] if figures.authority.recipient else []
    own_text = own.wording.markdown(values) if own else Markdown()
    body = edition.body.blocks({**values, "own_paragraphs": own_text})
    if not body:
        message = f"leaves nothing to say to {figures.authority.name}; give it words for that type."
        raise EditionError([edition.body.source.problem(1, message)])
    _check_levels(body, own.file if own else BODY)
    return Letter(
        authority=figures.authority.name,
        language=settings.document.language,
        title=edition.title.text(values),
        author=settings.document.author,
        subject=edition.subject.text(values),
        dated=settings.letter.date,
        accent=settings.letter.accent,
        masthead=edition.masthead,
        date=british(settings.letter.date),
        delivery=settings.letter.delivery,
        address=(*recipient, figures.authority.role, figures.authority.name),
        salutation=edition.salutation.text(values),
        heading=edition.heading.text(values),
        body=body,
        closing=settings.letter.closing,
        signature=Signature(
            edition.signature, settings.signatory.name, tuple(settings.signatory.office)
        ),
        panels=tuple(
            _panel(statistic, wording, figures, edition, values)
            for statistic, wording in edition.panels.items()
        ),
        footer=edition.footer.text(values),
        mark=EXAMPLE_MARK if example else None,
    )


def _check_levels(body: Sequence[Block], file: str) -> None:
    """Raises EditionError where a level of heading is left out (ISO 14289-1, 7.4.2)."""
    headings = [block for block in body if isinstance(block, Heading)]
    if headings and headings[0].level > 2:
        message = "stands under no ## heading; make it one with ##, or put one before it."
        raise EditionError([Problem(file, None, message, value=f"### {headings[0].text}")])


def _values(figures: AuthorityFigures, edition: Edition) -> Values:
    """What the placeholders of every text stand for in this authority's letter."""
    settings, year = edition.settings, edition.year
    type_settings = edition.type_settings(figures.authority.type)
    return {
        "authority": figures.authority.name,
        "body": type_settings.body,
        "compared": type_settings.compared,
        "date": british(settings.letter.date),
        "links": settings.links,
        "publication": british(settings.letter.publication),
        "role": figures.authority.role,
        "salutation": figures.authority.addressed_as,
        "type": type_settings.name,
        "year": year.ending,
        "year_end": british(year.end),
        "year_start": british(year.start),
    }


def _panel(
    statistic: Statistic,
    wording: PanelWording,
    figures: AuthorityFigures,
    edition: Edition,
    values: Values,
) -> Panel:
    rate, average = statistic.rate(figures.counts), figures.averages[statistic]
    rounded = None if rate is None else per_cent(rate)
    rounded_average = None if average is None else per_cent(average)
    values = {
        **values,
        "rate": "" if rounded is None else str(rounded),
        "average": "" if rounded_average is None else str(rounded_average),
        "based_on": " ".join(_counted(wording.based_on, figures, edition)),
    }
    empty = rounded is None
    comparison = wording.nothing_average if empty else wording.comparison
    chart = wording.chart_nothing if empty else wording.chart
    return Panel(
        heading=wording.heading,
        chart=Chart(rounded, None if empty else rounded_average, chart.text(values)),
        sentence=(wording.nothing if empty else wording.sentence).paragraph(values),
        comparison=None if average is None else comparison.paragraph(values),
        count=None if empty or not wording.count else _counted(wording.count, figures, edition),
        small_print=None if empty else wording.small_print.paragraph(values),
        note=() if wording.note is None else wording.note.blocks(values),
    )


def _counted(figure: Figure, figures: AuthorityFigures, edition: Edition) -> tuple[str, str]:
    number: int = getattr(figures.counts, figure)
    return f"{number:,}", edition.noun(figure, number)
