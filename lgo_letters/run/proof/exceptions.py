"""What is out of the ordinary in a year: every authority of which something is to be said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from lgo_letters.edition.edition import Edition
from lgo_letters.edition.text.blocks import Block, Heading, Table
from lgo_letters.errors import count_of
from lgo_letters.figures.compare import YearFigures
from lgo_letters.figures.definitions import POPULATION, Statistic, round_half_up
from lgo_letters.figures.history import EarlierYear, Move, Outlier, largest_moves
from lgo_letters.figures.reconcile import Reconciliation, implausible_dates
from lgo_letters.names import capitalised
from lgo_letters.run.check import Checked
from lgo_letters.run.history import HistoryReview, ReviewedYear
from lgo_letters.tables.data import Authority
from lgo_letters.year import format_date

from .words import listed, said

_MOST_MOVES = 5  # of each statistic
_MOST_OUTLIERS = 20

Exceptional = tuple[str, Sequence[Block]]
"""What may be out of the ordinary, and what is said where it is: nothing where nothing is."""


def exceptions_content(
    checked: Checked, found: Reconciliation, figures: YearFigures, edition: Edition
) -> Iterator[Block]:
    """The authorities, the bodies that come and go, the dates, and the moves since last year.

    What was looked for and not found stands together at the end.
    """
    sought = [
        _below_full_compliance(found, figures),
        *_bodies(found, figures),
        *_dates(checked, found, figures),
        *_lists(checked, found, figures, edition),
    ]
    for _, content in sought:
        yield from content
    if nothing := [what for what, content in sought if not content]:
        yield said(f"{'; '.join(nothing)}.", "Looked for and not found:")
    if checked.history is not None:
        yield Heading("Against earlier years", 3)
        yield from _history(checked.history, figures, edition)


def _below_full_compliance(found: Reconciliation, figures: YearFigures) -> Exceptional:
    what, names = "Below 100% compliance", found.below_full_compliance
    counts_of = {one.authority.name: one.counts for one in figures.authorities}
    statistics = [s for s in figures.definitions.statistics if s.numerator == "complied"][:1]

    def row(name: str) -> tuple[str, ...]:
        counts = counts_of[name]
        numbers = (counts[count] for count in ("compliance_outcomes", "complied", "not_complied"))
        rates = (statistic.shown(statistic.rate(counts)) for statistic in statistics)
        return name, *(f"{number:,}" for number in numbers), *rates

    headings = ("Authority", "Outcomes", "Complied", "Not complied", "Printed")
    table = Table(
        f"{what} ({len(names):,})", headings[: 4 + len(statistics)], tuple(map(row, names))
    )
    return what, [table] if names else []


def _bodies(found: Reconciliation, figures: YearFigures) -> Iterator[Exceptional]:
    """Where letters and counts of bodies go that have ended or not yet begun, and first letters."""
    ended = [
        f"{body.name}, {_until(body)}: "
        + ("its own address, as it has no successor" if to is body else f"to {to.name}")
        for body, to in found.ended
    ]
    yield _items(
        "Ended before the letter's date", "Their letters go to their first-named successors.", ended
    )
    yield _items(
        "Not in the year, with something to count",
        "It is counted for their only successor in the year, else in no letter.",
        [
            f"{body.authority.name}: {count_of(body.counts['decisions'], 'decision')}, "
            f"{count_of(body.counts['compliance_outcomes'], 'compliance outcome')}, "
            f"{f'for {body.holder}' if body.holder else 'in no letter'}"
            for body in figures.absent
            if any(body.counts.values())
        ],
    )
    yield _names(
        "First letter, as the body began in the year",
        [
            one.authority.name
            for one in figures.authorities
            if one.authority.start is not None and one.authority.start >= figures.year.start
        ],
    )


def _until(body: Authority) -> str:
    return "" if body.until is None else f"until {format_date(body.until)}"


def _dates(checked: Checked, found: Reconciliation, figures: YearFigures) -> Iterator[Exceptional]:
    """What the dates and blank cells of decisions.csv leave open."""
    after, since = found.after_letter, figures.definitions.since
    lines = ", ".join(f"{line:,}" for line in after.first)
    more = " and more" if after.number > len(after.first) else ""
    yield _sentence("Dates after the letter's", after.number, f"on lines {lines}{more}.")
    early = implausible_dates(checked.inputs.data.decisions, since, date.max)
    such = f"such as {format_date(early[0])}; the figures leave them out." if early else ""
    yield _sentence(f"Dates before {since.year}, when there was no Ombudsman", len(early), such)
    blank = found.blank_remedies
    yield _sentence("Decisions of the year with a blank remedy", blank, "counted as no.")
    months = [format_date(month).removeprefix("1 ") for month in found.empty_months]
    yield _names("Months of the year without a decision", months)


def _lists(
    checked: Checked, found: Reconciliation, figures: YearFigures, edition: Edition
) -> Iterator[Exceptional]:
    """The names of authorities of which something is missing, or which have words of their own."""
    yield _names("Paragraphs of their own", sorted(checked.inputs.own_paragraphs))
    if any(POPULATION in statistic.columns for statistic in figures.definitions.statistics):
        yield _names("Without a population, so in no average over it", found.without_population)
    yield _names("Without a decision in the year", found.without_decision)
    yield _nothing_to_count(found, edition)


def _nothing_to_count(found: Reconciliation, edition: Edition) -> Exceptional:
    """How many have nothing to count in each statistic, and who they are, each named once."""
    what = "Nothing to count"
    empty: dict[str, list[str]] = {}
    for name, authorities in found.nothing_to_count.items():
        for authority in authorities:
            empty.setdefault(authority, []).append(edition.statistic_name(name))
    together: dict[str, list[str]] = {}
    for authority, statistics in empty.items():
        together.setdefault("; ".join(statistics), []).append(authority)
    numbers = "; ".join(
        f"{edition.statistic_name(name)}, {len(authorities):,}"
        for name, authorities in found.nothing_to_count.items()
    )
    content = [
        said(f"{', '.join(names)}.", f"{statistics} ({len(names):,}):")
        for statistics, names in together.items()
    ]
    return what, [
        said(f"{numbers}. Each authority is named once below.", f"{what} ({len(empty):,}):"),
        *content,
    ] if content else []


def _names(what: str, names: Sequence[str]) -> Exceptional:
    return _sentence(what, len(names), f"{', '.join(names)}.")


def _sentence(what: str, number: int, words: str) -> Exceptional:
    return what, [said(words, f"{what} ({number:,}):")] if number else []


def _items(what: str, words: str, items: Sequence[str]) -> Exceptional:
    content: list[Block] = [said(words, f"{what} ({len(items):,}):"), listed(items)]
    return what, content if items else []


# ---- against earlier years


def _history(history: HistoryReview, figures: YearFigures, edition: Edition) -> Iterator[Block]:
    """The largest moves against the latest earlier year of which anything is known; outliers."""
    if not history.years:
        yield said(
            "No earlier year's figures are known: there is no history/statistics-"
            f"{figures.year.ending - 1}.csv beside the decisions. Nothing was compared."
        )
        return
    latest, earlier = history.years[0], history.years[0].earlier
    yield said(_source(latest))
    if earlier.breaks:
        yield said(f"Nothing is compared with it: {' '.join(earlier.breaks)}")
    for statistic in figures.definitions.statistics:
        if moves := largest_moves(statistic, figures, earlier, _MOST_MOVES):
            yield _moves_table(statistic, moves, figures, earlier, edition)
    if history.outliers:
        yield _outliers(history.outliers)


def _outliers(found: Sequence[Outlier]) -> Block:
    """Those that differ by the most decisions; where they are many, the file may be a wrong one."""
    shown = "; ".join(
        f"{one.authority}, {one.decisions_then:,} in {one.year.label} and {one.decisions_now:,} now"
        for one in found[:_MOST_OUTLIERS]
    )
    more = f"; and {len(found) - _MOST_OUTLIERS:,} more" if found[_MOST_OUTLIERS:] else ""
    what = f"Five times or a fifth of an earlier year's decisions ({len(found):,}):"
    return said(f"{shown}{more}.", what)


def _source(reviewed: ReviewedYear) -> str:
    label, file = reviewed.earlier.year.label, reviewed.file
    known = "counted again from the decisions" if file is None else f"as published, {file.file}"
    sentences = [f"The earlier year is {label}, {known}."]
    if number := len(reviewed.not_compared):
        bodies = count_of(number, "authority was", "authorities were")
        sentences.append(f"{bodies} another body or type then, and not compared.")
    if number := len(reviewed.differences):
        figures = count_of(number, "published figure")
        sentences.append(f'Counted again, {figures} would now be different; "check" lists them.')
    return " ".join(sentences)


def _moves_table(
    statistic: Statistic,
    moves: Sequence[Move],
    figures: YearFigures,
    earlier: EarlierYear,
    edition: Edition,
) -> Table:
    rows = [
        (
            move.authority,
            f"{move.then:,f}{statistic.unit}",
            f"{move.now:,f}{statistic.unit}",
            f"{move.number:,}",
            f"{round_half_up(move.cases):,}",
        )
        for move in moves
    ]
    noun = capitalised(figures.definitions.noun(statistic.denominator, 2))
    headings = ("Authority", earlier.year.label, figures.year.label, noun, "Cases moved")
    caption = f"Largest moves: {edition.statistic_name(statistic.name)}"
    return Table(caption, headings, tuple(rows))
