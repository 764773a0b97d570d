"""The functions of an edition's texts: what a call gives, and which names it may give.

A call gives its names in quotation marks, so that every one is checked when the edition is read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Self

from lgo_letters.figures.definitions import Counts, Statistic
from lgo_letters.names import nearest

from .words import Words


class Number(Fraction):
    """A number as it is printed; conditions compare it so, and take it for true or false."""

    text: str
    is_true: bool

    def __new__(cls, number: str, text: str, *, is_true: bool) -> Self:
        """`number` is written as 1,234.5 and `text`, as it is printed, with the edition's marks."""
        new = super().__new__(cls, number.replace(",", ""))
        new.text, new.is_true = text, is_true
        return new

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return self.is_true

    def __eq__(self, other: object) -> bool:
        return self.text == other if isinstance(other, str) else super().__eq__(other)

    __hash__ = Fraction.__hash__


_number = lru_cache(maxsize=4096)(Number)  # the same few numbers are in letter after letter


class NoRate(float):
    """A rate that does not exist, or a population that is not known.

    It is blank, false, and neither above nor below anything.
    """

    on_print: Callable[[], None]

    def __new__(cls, on_print: Callable[[], None] = lambda: None) -> Self:
        """`on_print` is called whenever a text prints the blank."""
        new = super().__new__(cls, "nan")
        new.on_print = on_print
        return new

    def __str__(self) -> str:
        self.on_print()
        return ""

    def __bool__(self) -> bool:
        return False


NO_RATE = NoRate()


def functions(
    counts: Counts,
    averages: Mapping[str, Fraction | None],
    statistics: Mapping[str, Statistic],
    nouns: Mapping[str, Sequence[str]],
    words: Words,
) -> dict[str, Callable[..., object]]:
    """The functions by name for one authority's letter; `nouns` has each singular and plural."""

    def shown(number: str, *, is_true: bool) -> Number:
        return _number(number, words.format_number(number), is_true=is_true)

    def number(count: str) -> Number | NoRate:
        if count not in counts:
            return NO_RATE
        return shown(f"{counts[count]:,}", is_true=counts[count] != 0)

    def noun(count: str, of: str | None = None) -> str:
        one, several = nouns[count]
        return one if counts.get(of or count) == 1 else several

    def counted(count: str) -> str:
        return f"{number(count)} {noun(count)}" if count in counts else ""

    def printed(statistic: Statistic, rate: Fraction | None) -> Number | NoRate:
        return NO_RATE if rate is None else shown(statistic.printed(rate), is_true=True)

    return {
        "number": number,
        "noun": noun,
        "counted": counted,
        "rate_of": lambda name: printed(statistics[name], statistics[name].rate(counts)),
        "average_of": lambda name: printed(statistics[name], averages.get(name)),
    }


Signature = tuple[Callable[[str], str | None], ...]
"""A check for each name that a function takes: what is wrong, or None. The second is optional."""

INSTEAD_OF = {"rate": {"rate_of", "number", "counted"}, "average": {"average_of"}}
"""For a placeholder that a text must have, the functions that may give a figure instead."""


def signatures(
    counts: Collection[str] | None, nouns: Collection[str], statistics: Collection[str] | None
) -> dict[str, Signature]:
    """How each function may be called: with any names where `counts` and `statistics` are None."""

    def count(name: str) -> str | None:
        return unknown(name, "a count", counts)

    def noun(name: str) -> str | None:
        if counts is None or name in nouns or name not in counts:
            return count(name)
        return "has no entry in [nouns]; add its singular and plural there."

    def statistic(name: str) -> str | None:
        return unknown(name, "a statistic", statistics)

    return {
        "number": (count,),
        "noun": (noun, count),
        "counted": (noun,),
        "rate_of": (statistic,),
        "average_of": (statistic,),
    }


def unknown(name: str, what: str, names: Collection[str] | None) -> str | None:
    """The message where the edition defines other names than this one, with the nearest of them."""
    if names is None or name in names:
        return None
    near = nearest(name, names)
    hint = f'the nearest is "{near[0]}"' if near else "it has none"
    return f"is not {what} of this edition; {hint}."
