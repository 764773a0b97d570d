"""A letter's figures and cases → a workbook as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lgo_letters.edition.edition import Edition
from lgo_letters.edition.words import SheetWords
from lgo_letters.figures.compare import AuthorityFigures
from lgo_letters.figures.definitions import DECISION_COUNTS, ROW_COUNTS, Statistic
from lgo_letters.figures.explain import Case
from lgo_letters.letter.letter import Letter
from lgo_letters.names import capitalised

Cell = str | int | Decimal | date
Row = tuple[Cell, ...]

_COMPLIANCE_COUNTS = set(ROW_COUNTS) - DECISION_COUNTS.keys()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, the name of its table, the lines above it, its headings and its rows.

    The first line is the title. No cell is blank. The last `numbers` columns are of numbers.
    """

    name: str
    table: str
    lines: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    numbers: int = 0


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook, with what it says of itself.

    `date_pattern` is how a date is written, with {day}, {month} and {year}; `no_rows` is what a
    sheet says that has none.
    """

    title: str
    subject: str
    author: str
    language: str
    restricted: str
    dated: date
    date_pattern: str
    no_rows: str
    sheets: tuple[Sheet, ...]


def compose_book(
    letter: Letter, figures: AuthorityFigures, cases: Sequence[Case], edition: Edition
) -> Book:
    """The workbook that goes with a letter: about it, its figures, decisions and compliance.

    `cases` are all that the figures count. Recipients and addresses are not in it. Raises
    EditionError where the edition has no words for it.
    """
    words = edition.sheet_words()
    title = f"{letter.authority}, {edition.year.label}"
    sheets = (
        _about(letter, edition, words),
        _figures(figures, edition, words, title),
        _decisions(cases, edition, words, title),
        _compliance(cases, edition, words, title),
    )
    return Book(
        title=letter.title,
        subject=letter.subject,
        author=letter.author,
        language=letter.language,
        restricted=words.restricted,
        dated=letter.dated,
        date_pattern=edition.words.date,
        no_rows=words.no_rows,
        sheets=sheets,
    )


def _about(letter: Letter, edition: Edition, words: SheetWords) -> Sheet:
    start, end = map(edition.words.format_date, (edition.year.start, edition.year.end))
    mark = [letter.mark] if letter.mark else []
    rows = (
        (words.about, words.about_holds),
        (words.authority, letter.authority),
        (words.reporting_year, f"{start} {words.to} {end}"),
        (words.date, letter.date),
        (words.ask, words.contact or letter.author),
        (words.figures, words.figures_hold),
        (words.decisions, words.decisions_hold),
        (words.compliance, words.compliance_hold),
    )
    lines = (letter.title, words.restricted, *mark)
    return Sheet(words.about, "about", lines, (words.item, words.details), rows)


def _figures(figures: AuthorityFigures, edition: Edition, words: SheetWords, title: str) -> Sheet:
    """A row per statistic: numerator, denominator, rate and average, as printed in the letter."""
    counts, missing = figures.counts, edition.words.authority_missing

    def printed(statistic: Statistic, rate: Fraction | None) -> Cell:
        return missing if rate is None else statistic.rounded(rate)

    def row(statistic: Statistic) -> Row:
        above, below = statistic.numerator, statistic.denominator
        noun = edition.definitions.noun
        return (
            f"{edition.statistic_name(statistic.name)} ({_unit(statistic, edition)})",
            f"{capitalised(noun(above, 2))} {words.out_of} {noun(below, 2)}",
            counts.get(above, missing),
            counts.get(below, missing),
            printed(statistic, statistic.rate(counts)),
            printed(statistic, figures.averages.get(statistic.name)),
        )

    headings = (
        edition.words.statistic, words.counted, words.number, capitalised(words.out_of),
        words.rate, capitalised(edition.words.average),
    )  # fmt: skip
    rows, lines = tuple(map(row, edition.definitions.statistics)), (f"{words.figures}: {title}",)
    return Sheet(words.figures, "figures", lines, headings, rows, numbers=4)


def _unit(statistic: Statistic, edition: Edition) -> str:
    """What the rate of a statistic is given in."""
    if statistic.per == 100:
        return "%"
    return f"{edition.sheet_words().per} {edition.words.format_number(f'{statistic.per:,}')}"


def _decisions(cases: Sequence[Case], edition: Edition, words: SheetWords, title: str) -> Sheet:
    """The decisions made in the year."""
    remedies = {True: words.yes, False: words.no, None: edition.words.none}
    headings = (
        words.reference, words.authority, edition.words.service_area, words.decision_date,
        words.decision, words.satisfactory_remedy, words.counts_as,
    )  # fmt: skip
    rows = tuple(
        (*_case(case, edition), case.decision, remedies[case.satisfactory_remedy], counts)
        for case in cases
        if (counts := _counts(case, edition, of_compliance=False))
    )
    return Sheet(words.decisions, "decisions", (f"{words.decisions}: {title}",), headings, rows)


def _compliance(cases: Sequence[Case], edition: Edition, words: SheetWords, title: str) -> Sheet:
    """The compliance outcomes recorded in the year, of decisions of any year."""
    headings = (
        words.reference, words.authority, edition.words.service_area, words.decision_date,
        words.compliance_date, words.compliance_outcome, words.counts_as,
    )  # fmt: skip
    rows = tuple(
        (*_case(case, edition), case.compliance_date, _outcome(case, edition), counts)
        for case in cases
        if case.compliance_date and (counts := _counts(case, edition, of_compliance=True))
    )
    return Sheet(words.compliance, "compliance", (f"{words.compliance}: {title}",), headings, rows)


def _case(case: Case, edition: Edition) -> Row:
    area = case.service_area or edition.words.none
    return case.reference, case.authority, area, case.decision_date


def _outcome(case: Case, edition: Edition) -> str:
    """A compliance outcome, by the edition's noun for those counted as it."""
    name = (case.compliance_outcome or "").lower().replace(" ", "_")
    return capitalised(edition.definitions.noun(name, 1))


def _counts(case: Case, edition: Edition, *, of_compliance: bool) -> str:
    """What a case counts as, by its decision or by its compliance outcome; empty for nothing."""
    names = [name for name in case.counts_in if (name in _COMPLIANCE_COUNTS) is of_compliance]
    return ", ".join(edition.definitions.noun(name, 1) for name in names)
