"""Letters composed from figures that a test makes up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

from lgo_letters.edition.edition import Edition, fit_own_paragraphs
from lgo_letters.edition.text.blocks import Block, ListBlock, Paragraph, Picture, Run, Table
from lgo_letters.figures.compare import AuthorityFigures
from lgo_letters.figures.definitions import Counts
from lgo_letters.figures.history import Earlier
from lgo_letters.letter.compose import OnBlank, compose_all
from lgo_letters.letter.letter import Chart, Letter, Panel
from lgo_letters.letter.tables import Tables
from lgo_letters.tables.data import Authority
from tests.support.editions import read_edition
from tests.support.pages import table_texts
from tests.support.paths import EDITION, TESTS

_OF_RECORD = TESTS / "backtest" / "bromsgrove-letter-2020.txt"

AVON = Authority("Avon Council", "Unitary Council", "Chief Executive")
BATH = Authority("Bath Council", "Unitary Council", "Chief Executive", "Ms Lee")
TRANSPORT = Authority("Transport for London", "Transport body", "Commissioner")


def counts_of(
    decisions: int = 0,
    detailed_investigations: int = 0,
    upheld: int = 0,
    compliance_outcomes: int = 0,
    complied: int = 0,
    complied_late: int = 0,
    satisfactory_remedies: int = 0,
    **own_counts: int,
) -> Counts:
    return {
        "decisions": decisions,
        "detailed_investigations": detailed_investigations,
        "upheld": upheld,
        "satisfactory_remedies": satisfactory_remedies,
        "compliance_outcomes": compliance_outcomes,
        "complied": complied,
        "complied_late": complied_late,
        "not_complied": compliance_outcomes - complied,
        **own_counts,
    }


SOME = counts_of(12, 5, 2, 2, 2, 0, 0)
FEW = counts_of(1, 1, 1, 1, 1, 0, 1)
NO_COUNTS = counts_of()
Averages = Mapping[str, Fraction | None]
# Of districts: 405 of 900 upheld, 297 of 300 complied with, 81 of 405 remedied.
AVERAGES: Averages = {
    "upheld": Fraction(9, 20),
    "compliance": Fraction(99, 100),
    "remedy": Fraction(1, 5),
}
NO_AVERAGES: Averages = dict.fromkeys(AVERAGES)


def compose(
    edition: Path | Edition = EDITION,
    authority: Authority = BATH,
    counts: Counts = SOME,
    averages: Averages = AVERAGES,
    example: bool = False,
    tables: Tables | None = None,
) -> Letter:
    figures = AuthorityFigures(authority, counts, averages)
    (letter,) = letters_of(edition, figures, example=example, tables=tables)
    return letter


def no_year(years_ago: int) -> None:
    """Earlier years of which nothing is known."""


def letters_of(
    edition: Path | Edition,
    *figures: AuthorityFigures,
    earlier: Earlier = no_year,
    example: bool = False,
    tables: Tables | None = None,
    on_blank: OnBlank = lambda _: None,
) -> tuple[Letter, ...]:
    if isinstance(edition, Path):
        edition = read_edition(edition)
    names = [authority.authority.name for authority in figures]
    fitting, problems = fit_own_paragraphs(edition.own_paragraphs, names)
    assert problems == []
    return compose_all(
        figures, edition, fitting, {}, tables or {}, earlier, example=example, on_blank=on_blank
    )


def a_count(number: str, noun: str) -> Paragraph:
    return Paragraph((Run(number, bold=True), Run(f" {noun}")))


def chart_of(panel: Panel) -> Chart:
    assert panel.chart is not None
    return panel.chart


def charts(letter: Letter) -> list[Chart]:
    return [chart_of(panel) for panel in letter.panels]


# ---- a letter as words


def block_words(block: Block) -> str:
    if isinstance(block, ListBlock):
        return " ".join(
            f"{item.label} {' '.join(paragraph.text for paragraph in item.paragraphs)}"
            for item in block.items
        )
    if isinstance(block, Table):
        return " ".join(table_texts(block))
    return block.text


def panel_words(panel: Panel) -> Iterator[str]:
    yield panel.heading
    yield panel.sentence.text
    if panel.comparison is not None:
        yield panel.comparison.text
    if panel.counted is not None:
        yield panel.counted.text
    if panel.small_print is not None:
        yield panel.small_print.text
    if panel.caution is not None:
        yield panel.caution.text
    yield from map(block_words, panel.note)


def parts(letter: Letter) -> Iterator[str]:
    assert not isinstance(letter.masthead, Picture)
    yield " ".join(letter.masthead)
    yield letter.date
    yield letter.delivery
    yield " ".join(letter.address)
    yield letter.salutation
    yield letter.heading
    yield from map(block_words, letter.body)
    yield letter.closing
    yield " ".join((letter.signature.name, *letter.signature.office))
    if letter.panels_heading is not None:
        yield letter.panels_heading
    for panel in letter.panels:
        yield from panel_words(panel)


def parts_of_record() -> list[str]:
    text = _OF_RECORD.read_text(encoding="utf-8").replace("**", "")
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text)
    # A page of the PDF ends within this paragraph.
    text, joined = re.subn(r"(positive and open approach to)\s+(resolving)", r"\1 \2", text)
    assert joined == 1
    return [folded for part in re.split(r"\n\s*\n", text) if (folded := " ".join(part.split()))]
