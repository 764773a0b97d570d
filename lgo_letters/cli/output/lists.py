"""Lists, tables and numbers as a person at a terminal reads them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lgo_letters.year import ReportingYear, format_date

if TYPE_CHECKING:
    from lgo_letters.figures.definitions import Counts, Statistic

_WIDTH = 100  # characters of a line
_MOST_NAMES = 20  # which is more than a person reads


def names_line(what: str, names: Sequence[str]) -> str:
    """How many names something is true of, and which: the first of them where they are many."""
    shown = ", ".join(names[:_MOST_NAMES]) or "none"
    more = and_more(len(names) - _MOST_NAMES)
    return wrapped(" ".join([f"{what} ({len(names):,}): {shown}", *more]))


def and_more(number: int, option: str = "--json") -> Iterator[str]:
    """The line behind the first of many, if there are more than are shown."""
    if number > 0:
        yield f"… and {number:,} more, which {option} lists."


def wrapped(text: str) -> str:
    """A text on lines of a terminal, all but the first indented."""
    return textwrap.fill(text, width=_WIDTH, subsequent_indent="  ", break_on_hyphens=False)


def period(year: ReportingYear) -> str:
    """The first day of a year and its last."""
    return f"{format_date(year.start)} to {format_date(year.end)}"


def duration(seconds: float) -> str:
    """A time span in minutes and seconds, with hours only where there are any."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def tabulated(rows: Sequence[Sequence[str]], headers: Sequence[str]) -> str:
    """A table whose first column is words, and whose others are numbers."""
    from tabulate import tabulate  # only people need it

    alignment = ["left", *["right"] * (len(headers) - 1)]
    return tabulate(rows, headers=headers, disable_numparse=True, colalign=alignment)


def label(name: str) -> str:
    """The name of a count, a statistic or a column as a heading."""
    return name.replace("_", " ").capitalize()


def number_of(count: str, counts: Counts) -> str:
    """A number with thousands commas, "-" where it is not known."""
    return f"{counts[count]:,}" if count in counts else "-"


def n_of_d(statistic: Statistic, counts: Counts) -> str:
    """A statistic's numerator and denominator, "2 of 5"."""
    return f"{number_of(statistic.numerator, counts)} of {number_of(statistic.denominator, counts)}"
