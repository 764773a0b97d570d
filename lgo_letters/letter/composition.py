"""Figures and edition → letters: the wording of the edition, with the figures in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache

from lgo_letters.edition.blocks import Block, Heading, Paragraph, Run
from lgo_letters.edition.edition import BODY, Edition, OwnParagraphs, PanelWording
from lgo_letters.edition.settings import Figure
from lgo_letters.edition.wording import Markdown, Values
from lgo_letters.errors import EditionError, Problem
from lgo_letters.figures.statistics import AuthorityFigures, Statistic, YearFigures, per_cent
from lgo_letters.tables.lazy import Lazy
from lgo_letters.year import british

from .letter import Chart, Letter, Panel, Signature

_MOST_KEPT = 500  # letters: more than England has authorities
EXAMPLE_MARK = "Example: invented figures"


class Letters(Lazy[Letter]):
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
        # They are asked for in their order, twice: it is of use to keep all or none.
        kept = _MOST_KEPT if len(self._figures) <= _MOST_KEPT else 0
        self._composed = lru_cache(maxsize=kept)(self._compose)

    def __len__(self) -> int:
        return len(self._figures)

    def make(self, place: int) -> Letter:
        """Composes a letter, or has it still."""
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
        chart=Chart(
            "ring",
            None if rounded is None else Fraction(rounded, 100),
            None if empty or rounded_average is None else Fraction(rounded_average, 100),
            chart.text(values),
        ),
        sentence=(wording.nothing if empty else wording.sentence).paragraph(values),
        comparison=None if average is None else comparison.paragraph(values),
        count=None if empty or not wording.count else _count(wording.count, figures, edition),
        small_print=None if empty else wording.small_print.paragraph(values),
        note=() if wording.note is None else wording.note.blocks(values),
    )


def _count(figure: Figure, figures: AuthorityFigures, edition: Edition) -> Paragraph:
    number, noun = _counted(figure, figures, edition)
    return Paragraph((Run(number, bold=True), Run(f" {noun}")))


def _counted(figure: Figure, figures: AuthorityFigures, edition: Edition) -> tuple[str, str]:
    number: int = getattr(figures.counts, figure)
    return f"{number:,}", edition.noun(figure, number)
