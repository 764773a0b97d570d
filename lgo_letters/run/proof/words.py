"""The words and tables of a proof: it is read in the office, and always in English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lgo_letters.edition.text.blocks import ListBlock, ListItem, Paragraph, Run, Table
from lgo_letters.names import capitalised

NOBODY = "–"  # noqa: RUF001  # a dash
"""Where a table has no number."""

DIGITS = 12
"""Of a digest: enough to tell two files apart."""


def said(words: str, lead: str = "") -> Paragraph:
    """A paragraph, with words before it that stand out."""
    runs = [Run(f"{lead} ", bold=True)] if lead else []
    return Paragraph((*runs, Run(words)))


def listed(items: Sequence[str], labels: Sequence[str] | None = None) -> ListBlock:
    """A list, each item a paragraph."""
    labels = labels or ["•"] * len(items)
    return ListBlock(
        tuple(
            ListItem(label, (Paragraph((Run(words),)),))
            for label, words in zip(labels, items, strict=True)
        )
    )


def sums(
    caption: str, headings: Sequence[str], rows: Mapping[str, Sequence[int]], total: str
) -> Table:
    """A table of numbers, whose last row is the sum of the others, column by column."""
    columns = zip(*rows.values(), strict=True)
    written = [(name, *(f"{number:,}" for number in numbers)) for name, numbers in rows.items()]
    totals = (total, *(f"{sum(column):,}" for column in columns))
    return Table(caption, tuple(map(capitalised, headings)), (*written, totals), has_total=True)
