"""Figures → the tables that a letter's text may ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from lgo_letters.edition.edition import Edition
from lgo_letters.edition.text.blocks import Block, Paragraph, Run, Table
from lgo_letters.figures.breakdown import Breakdown
from lgo_letters.figures.compare import AuthorityFigures
from lgo_letters.figures.definitions import Counts
from lgo_letters.figures.history import Earlier, EarlierYear, printed_figures
from lgo_letters.names import capitalised

Tables = Mapping[str, Callable[[AuthorityFigures, str], Iterable[Block]]]
"""What makes each table of an authority, and words below it if need be, by its name in TABLES.

The text is the table's caption, "" for none.
"""


def service_areas(breakdown: Breakdown, caption: str, edition: Edition) -> Table:
    """An authority's counts by service area, and their sum; an area without any is left out."""
    words, headings = edition.words, _count_headings(edition)

    def row(heading: str, counts: Counts) -> tuple[str, ...]:
        return heading, *(words.format_number(f"{counts[name]:,}") for name in headings)

    rows = [
        row(words.none if area is None else area, counts)
        for area, counts in breakdown.rows.items()
        if any(counts[name] for name in headings)
    ]
    rows.append(row(words.total, breakdown.total))
    return Table(caption, (words.service_area, *headings.values()), tuple(rows), has_total=True)


def _count_headings(edition: Edition) -> Mapping[str, str]:
    """The headings of the columns by the counts that they show: those that the edition gives.

    Else they are decisions and the counts of its first statistic, under their nouns.
    """
    definitions = edition.definitions
    names = ["decisions"]
    for statistic in definitions.statistics[:1]:
        names += [statistic.denominator, statistic.numerator]
    headings = {
        name: capitalised(definitions.noun(name, 2))
        for name in names
        if name in definitions.row_counts
    }
    return edition.settings.tables.service_areas or headings


def years(
    figures: AuthorityFigures, earlier: Earlier, caption: str, edition: Edition
) -> Iterator[Block]:
    """A row for each statistic and for its average, a column for each year of which any is known.

    An average that the authority has in none of the years has no row. Figures on both sides of a
    break are those of their years and are shown; its note stands under the table.
    """
    words, name, statistics = edition.words, figures.authority.name, edition.definitions.statistics
    shown = list(_known(name, edition.settings.tables.years - 1, earlier))
    headings = [
        f"{year.year.label}\n{words.recalculated}" if year.is_recalculated else year.year.label
        for year in shown
    ]
    columns = [*(year.figures[name] for year in shown), printed_figures(figures, statistics)]

    def row(heading: str, numbers: Sequence[Decimal | None]) -> tuple[str, ...]:
        missing = words.authority_missing
        cells = (missing if n is None else words.format_number(f"{n:,f}") for n in numbers)
        return heading, *cells

    rows = []
    for statistic in statistics:
        heading, unit = (
            edition.statistic_name(statistic.name),
            " (%)" if statistic.per == 100 else "",
        )
        rows.append(row(f"{heading}{unit}", [column.rate(statistic.name) for column in columns]))
        averages = [column.average(statistic.name) for column in columns]
        if any(average is not None for average in averages):
            rows.append(row(f"{heading}: {words.average}{unit}", averages))
    yield Table(caption, (words.statistic, *headings, edition.year.label), tuple(rows))
    for note in shown[0].breaks if shown else ():
        yield Paragraph((Run(note),))


def _known(authority: str, most: int, earlier: Earlier) -> Iterator[EarlierYear]:
    """Of the years before, at most so many, those with a figure of the authority, in order."""
    for years_ago in range(most, 0, -1):
        year = earlier(years_ago)
        if year is not None and (past := year.figures.get(authority)) and past.numbers:
            yield year
