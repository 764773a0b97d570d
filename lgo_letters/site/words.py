"""Numbers and names as the pages, which are in English, write them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from lgo_letters.figures.definitions import Counts, Definitions, Statistic

LANGUAGE = "en-GB"
"""The language of the pages; an edition's own texts on them may be in another."""


def number(value: int | None) -> str:
    """A number with thousands commas; a dash where it is not known."""
    return "\N{EN DASH}" if value is None else f"{value:,}"


def rate(statistic: Statistic, value: Fraction | None, decimals: int | None = None) -> str | None:
    """A rate or an average as printed, 40%; None where there is none."""
    return None if value is None else statistic.printed(value, decimals) + statistic.unit


def n_of_d(statistic: Statistic, counts: Counts) -> str:
    """The two counts of a statistic: 2 of 5."""
    numerator, denominator = counts.get(statistic.numerator), counts.get(statistic.denominator)
    return f"{number(numerator)} of {number(denominator)}"


def counted(count: str, definitions: Definitions, unnamed: Mapping[str, str]) -> str:
    """What a count is of: the edition's noun, or where it has none, what `unnamed` says."""
    is_named = count in definitions.nouns or count not in unnamed
    return definitions.noun(count, 2) if is_named else unnamed[count]


def plural(name: str) -> str:
    """Several of a type of authority, by the rules of English spelling."""
    is_y = name.endswith("y") and name[-2:-1] not in "aeiou"
    return f"{name[:-1]}ies" if is_y else f"{name}s"


def file_size(size: int) -> str:
    """The size of a file as people write it: 85 KB."""
    return f"{max(1, round(size / 1000)):,} KB"
