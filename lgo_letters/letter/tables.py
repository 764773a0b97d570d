"""Figures → the tables that a letter's text may ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from lgo_letters.edition.blocks import Block, Table
from lgo_letters.edition.edition import Edition
from lgo_letters.figures.breakdown import Breakdown
from lgo_letters.figures.compare import AuthorityFigures
from lgo_letters.figures.definitions import Counts
from lgo_letters.names import capitalised

Tables = Mapping[str, Callable[[AuthorityFigures, str], Iterable[Block]]]
"""What makes each table of an authority, and words below it if need be, by its name in TABLES.

The text is the table's caption, "" for none.
"""


def service_areas(breakdown: Breakdown, caption: str, edition: Edition) -> Table:
    """An authority's counts by service area, and their sum; an area without any is left out."""
    words, heads = edition.words, _count_heads(edition)

    def row(head: str, counts: Counts) -> tuple[str, ...]:
        return head, *(words.format_number(f"{counts[name]:,}") for name in heads)

    rows = [
        row(words.none if area is None else area, counts)
        for area, counts in breakdown.rows.items()
        if any(counts[name] for name in heads)
    ]
    rows.append(row(words.total, breakdown.total))
    return Table(caption, (words.service_area, *heads.values()), tuple(rows), has_total=True)


def _count_heads(edition: Edition) -> Mapping[str, str]:
    """The heads of the columns by the counts that they show: those that the edition gives.

    Else they are decisions and the counts of its first statistic, under their nouns.
    """
    definitions = edition.definitions
    names = ["decisions"]
    for statistic in definitions.statistics[:1]:
        names += [statistic.denominator, statistic.numerator]
    heads = {
        name: capitalised(definitions.noun(name, 2))
        for name in names
        if name in definitions.row_counts
    }
    return edition.settings.tables.service_areas or heads
