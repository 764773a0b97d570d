"""Figures and edition → letters: the wording of the edition, with the figures in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import TypeVar

from lgo_letters.edition.edition import ChartWording, Edition, OwnParagraphs, PanelWording
from lgo_letters.edition.folder import BODY, SETTINGS
from lgo_letters.edition.text.blocks import Block, Paragraph
from lgo_letters.edition.text.functions import NO_RATE, Number, functions
from lgo_letters.edition.text.markdown import check_levels
from lgo_letters.edition.text.placeholders import Values
from lgo_letters.edition.text.wording import Markdown, SentenceWording
from lgo_letters.errors import EditionError, Problem
from lgo_letters.figures.bodies import addressee_of
from lgo_letters.figures.compare import AuthorityFigures
from lgo_letters.figures.explain import Case
from lgo_letters.figures.history import Earlier
from lgo_letters.names import file_stem
from lgo_letters.tables.data import Authority

from .attachments import attachments
from .letter import Attachment, Chart, Letter, Panel, Signature
from .tables import Tables

OnBlank = Callable[[Problem], None]
Item = TypeVar("Item")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Reissue:
    """Of a letter that is made again: its date, and the date of the letter that it replaces."""

    dated: date
    replaces: date


def compose_all(
    figures: Iterable[AuthorityFigures],
    edition: Edition,
    own_paragraphs: Mapping[str, OwnParagraphs],
    named: Mapping[str, Authority],
    tables: Tables,
    earlier: Earlier,
    *,
    example: bool,
    cases: Mapping[str, Sequence[Case]] | None = None,
    on_blank: OnBlank = lambda _: None,
    reissues: Mapping[str, Reissue] = MappingProxyType({}),
) -> tuple[Letter, ...]:
    """One letter per authority, in the order of the figures.

    Own paragraphs go by its name; `reissues`, which say that a letter is made again, by its file's,
    without the ending: one that is written otherwise in the same file is reissued too.

    `named` has every successor by its name. A table is made only where a text asks for it. `cases`
    go by the authority's name and are there where the edition has letters carry them.
    `on_blank` is told of each figure that a letter prints though the authority has none. Raises
    EditionError with every problem of every letter, each once.
    """
    shared = values_of_year(edition)

    def letter(authority: AuthorityFigures) -> Letter:
        reissue = reissues.get(file_stem(authority.authority.name))
        dated = edition.settings.letter.date if reissue is None else reissue.dated
        addressee = addressee_of(authority.authority, named, dated)
        values = {**shared, **authority_values(authority, edition, addressee, earlier)}

        def table(name: str) -> Iterable[Block]:
            caption = edition.captions.get(name)
            return tables[name](authority, "" if caption is None else caption.text(values))

        values |= {"tables": table, "on_blank": on_blank}
        own = own_paragraphs.get(authority.authority.name)
        files = tuple(attachments(authority, edition, cases or {}))
        return _compose(values, edition, own, addressee, files, reissue, example=example)

    return _of_each(letter, figures)


def _of_each(make: Callable[[Item], Made], items: Iterable[Item]) -> tuple[Made, ...]:
    """What is made of each item; raises EditionError with every problem of all, each once."""
    made = []
    problems: dict[Problem, None] = {}
    for item in items:
        try:
            made.append(make(item))
        except EditionError as error:
            problems |= dict.fromkeys(error.problems)
    if problems:
        raise EditionError(list(problems))
    return tuple(made)


def _compose(
    values: Values,
    edition: Edition,
    own: OwnParagraphs | None,
    addressee: Authority,
    files: tuple[Attachment, ...],
    reissue: Reissue | None,
    *,
    example: bool,
) -> Letter:
    """One authority's letter, with its own paragraphs; `example` marks invented figures.

    The addressee, another authority where this one has ended, gives the address, the role and the
    salutation. Raises EditionError where a text of the edition leaves nothing that can be set, or a
    figure does not fit its chart, with the problems of every panel.
    """
    settings, words = edition.settings, edition.words
    recipient = [addressee.recipient] if addressee.recipient else []
    own_text = own.wording.markdown(values) if own else Markdown()
    body = edition.body.blocks({**values, "own_paragraphs": own_text})
    if not body:
        message = f"comes out empty for {values['authority']}; give it words for that type."
        raise EditionError([edition.body.source.problem(1, message)])
    check_levels(body, own.file if own else BODY)
    dated = settings.letter.date if reissue is None else reissue.dated
    return Letter(
        authority=values["authority"],
        language=settings.document.language,
        title=edition.title.text(values),
        author=settings.document.author,
        subject=edition.subject.text(values),
        dated=dated,
        accent=settings.letter.accent,
        masthead=edition.masthead,
        date=words.format_date(dated),
        delivery=settings.letter.delivery,
        address=(*recipient, addressee.role, addressee.name),
        reissued=None if reissue is None else _reissued(reissue, edition, values),
        salutation=edition.salutation.text(values),
        heading=edition.heading.text(values),
        body=body,
        closing=settings.letter.closing,
        signature=Signature(
            edition.signature, settings.signatory.name, tuple(settings.signatory.office)
        ),
        panels_heading=edition.panels_heading.text(values) if edition.panels_heading else None,
        panels=_of_each(lambda wording: _panel(wording, values), edition.panels),
        footer=edition.footer.text(values),
        page=words.page,
        signature_field=words.digital_signature,
        mark=words.example if example else None,
        attachments=files,
    )


def _reissued(reissue: Reissue, edition: Edition, values: Values) -> Paragraph:
    """What the letter says of being made again; raises EditionError where the edition lacks it."""
    if edition.reissue is None:
        message = (
            'is missing, and a letter is to be made again; add [reissue] and below it text = "'
            'Reissued on {{ reissued }}; it replaces the letter of {{ date }}."'
        )
        raise EditionError([Problem(SETTINGS, None, message, "reissue")])
    format_date = edition.words.format_date
    dates = {"reissued": format_date(reissue.dated), "date": format_date(reissue.replaces)}
    return edition.reissue.paragraph({**values, **dates})


def values_of_year(edition: Edition) -> Values:
    """What the names that mean the same in every letter stand for."""
    letter, year, format_date = edition.settings.letter, edition.year, edition.words.format_date
    return {
        "date": format_date(letter.date),
        "publication": format_date(letter.publication),
        "year": year.ending,
        "year_end": format_date(year.end),
        "year_label": year.label,
        "year_start": format_date(year.start),
    }


def authority_values(
    figures: AuthorityFigures, edition: Edition, addressee: Authority, earlier: Earlier
) -> Values:
    """What the other names stand for in this authority's letter."""
    nouns, format_number = edition.settings.nouns, edition.words.format_number
    type_settings = edition.type_settings(figures.authority.type)
    statistics = {statistic.name: statistic for statistic in edition.definitions.statistics}
    return {
        "authority": figures.authority.name,
        "body": type_settings.body,
        "compared": type_settings.compared,
        "role": addressee.role,
        "salutation": addressee.addressed_as,
        "type": type_settings.name,
        **functions(figures, statistics, nouns, format_number, earlier),
    }


def _panel(wording: PanelWording, values: Values) -> Panel:
    has_rate = has_average = True
    if wording.statistic is not None:
        rate = values["rate_of"](wording.statistic.name)
        average = values["average_of"](wording.statistic.name)
        values = {**values, "rate": rate, "average": average}
        has_rate, has_average = bool(rate), bool(average)
    sentence = wording.sentence if has_rate else wording.nothing
    comparison = wording.comparison if has_rate else wording.nothing_average

    def paragraph(piece: SentenceWording | None, *, stands: bool) -> Paragraph | None:
        return piece.optional_paragraph(values) if piece is not None and stands else None

    return Panel(
        heading=wording.heading.text(values),
        chart=None if wording.chart is None else _chart(wording.chart, values),
        sentence=sentence.paragraph(values),
        comparison=paragraph(comparison, stands=has_average),
        counted=paragraph(wording.count, stands=has_rate),
        small_print=paragraph(wording.small_print, stands=has_rate),
        caution=_caution(wording, values) if has_rate else None,
        note=() if wording.note is None else wording.note.blocks(values),
    )


def _caution(wording: PanelWording, values: Values) -> Paragraph | None:
    """What the panel says where its rate rests on few cases."""
    if wording.caution is None or wording.statistic is None:
        return None
    cases = values["number"](wording.statistic.rests_on)
    if cases >= wording.caution.below:
        return None
    return wording.caution.sentence.optional_paragraph(values)


def _chart(wording: ChartWording, values: Values) -> Chart:
    if not values["rate"]:
        return Chart(wording.kind, None, None, wording.nothing.text(values))
    share, average = _share("rate", wording, values), _share("average", wording, values)
    key = "" if average is None else wording.key
    return Chart(wording.kind, share, average, wording.text.text(values), key)


def _share(name: str, wording: ChartWording, values: Values) -> Fraction | None:
    """How much of the full ring or bar a figure is; None where there is no such figure."""
    if values[name] is NO_RATE:
        return None
    number: Number = values[name]
    if number > wording.full:
        message = (
            f"ends at {wording.full:,}, and the {name} of {values['authority']} is {number}; "
            'write chart = "bar" with a scale that goes that far.'
        )
        raise EditionError([wording.source.problem(1, message, wording.kind)])
    return _part_of(number, wording.full)


@lru_cache(maxsize=4096)  # the same few numbers are in letter after letter
def _part_of(number: Number, full: int) -> Fraction:
    return number / full
