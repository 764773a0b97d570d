"""The functions of an edition's texts: what a call gives, and which names it may give.

A call gives its names in quotation marks, so that every one is checked when the edition is read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, Self

from lgo_letters.figures.compare import AuthorityFigures
from lgo_letters.figures.definitions import Statistic
from lgo_letters.figures.history import Earlier
from lgo_letters.names import nearest
from lgo_letters.tables.history import MOST_YEARS_BACK


class Number(Fraction):
    """A number as it is printed; conditions compare it so, and take it for true or false."""

    text: str
    is_true: bool
    hash: int

    def __new__(cls, number: str, text: str, *, is_true: bool) -> Self:
        """`number` is written as 1,234.5 and `text`, as it is printed, with the edition's marks."""
        new = super().__new__(cls, number.replace(",", ""))
        new.text, new.is_true, new.hash = text, is_true, Fraction.__hash__(new)
        return new

    @classmethod
    def from_float(cls, f: float) -> Fraction:  # type: ignore[override]
        """The number that is written, as 2.7 in a condition: not the nearest binary one."""
        return Fraction(str(f))

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return self.is_true

    def __eq__(self, other: object) -> bool:
        return self.text == other if isinstance(other, str) else super().__eq__(other)

    def __hash__(self) -> int:  # type: ignore[override]  # as the one of Fraction
        return self.hash  # by which each text that is filled in is looked for


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
    figures: AuthorityFigures,
    statistics: Mapping[str, Statistic],
    nouns: Mapping[str, Sequence[str]],
    format_number: Callable[[str], str],
    earlier: Earlier,
) -> dict[str, Callable[..., object]]:
    """The functions by name for one authority's letter; `nouns` has each singular and plural.

    `format_number` writes a number with the marks of the language; `earlier` gives the figures of
    earlier years.
    """
    authority, counts, averages = figures.authority.name, figures.counts, figures.averages

    def shown(number: str, *, is_true: bool) -> Number:
        return _number(number, format_number(number), is_true=is_true)

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

    def previous(statistic: str, years: int) -> Number | NoRate:
        year = earlier(years)
        past = None if year is None else year.compared(authority)
        rate = None if past is None else past.rate(statistic)
        return NO_RATE if rate is None else shown(f"{rate:,f}", is_true=True)

    def recalculated(years: int) -> bool:
        year = earlier(years)
        return year is not None and year.is_recalculated and year.compared(authority) is not None

    return {
        "number": number,
        "noun": noun,
        "counted": counted,
        "rate_of": lambda name: printed(statistics[name], statistics[name].rate(counts)),
        "average_of": lambda name: printed(statistics[name], averages.get(name)),
        "previous": previous,
        "recalculated": recalculated,
    }


NEEDED = object()
"""The default of a parameter that may not be left out."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A name in quotation marks or, if it has a keyword, a whole number, which may be left out.

    `check` says what is wrong with an argument, None for nothing.
    """

    check: Callable[[Any], str | None]
    default: object = NEEDED
    keyword: str | None = None

    def fits(self, argument: object) -> bool:
        """Whether an argument is of the right sort."""
        sort = int if self.keyword else str
        return type(argument) is sort or argument is self.default is not NEEDED

    @property
    def example(self) -> str:
        """How an argument is written."""
        return f"{self.keyword}=2" if self.keyword else "'NAME'"


@dataclass(frozen=True, slots=True)
class Signature:
    """How a function of an edition's texts may be called."""

    name: str
    parameters: tuple[Parameter, ...]

    @property
    def calls(self) -> tuple[str, ...]:
        """The shortest call and the longest, as examples."""
        needed = [one for one in self.parameters if one.default is NEEDED]
        examples = (", ".join(one.example for one in its) for its in (needed, self.parameters))
        return tuple(dict.fromkeys(f"{self.name}({example})" for example in examples))

    def bind(self, given: Sequence[object], named: Mapping[str, object]) -> list[object] | None:
        """The argument of each parameter; None where those given do not fit."""
        rest = self.parameters[len(given) :]
        if len(given) > len(self.parameters) or named.keys() - {one.keyword for one in rest}:
            return None
        arguments = [*given, *(named.get(one.keyword or "", one.default) for one in rest)]
        fits = map(Parameter.fits, self.parameters, arguments)
        return arguments if all(fits) else None


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

    def years(number: int) -> str | None:
        if 1 <= number <= MOST_YEARS_BACK:
            return None
        return f"is not a number of years back; write one from 1 to {MOST_YEARS_BACK}."

    a_count, a_noun, a_statistic = Parameter(count), Parameter(noun), Parameter(statistic)
    some_years = Parameter(years, 1, "years")
    parameters: dict[str, tuple[Parameter, ...]] = {
        "number": (a_count,),
        "noun": (a_noun, Parameter(count, None)),
        "counted": (a_noun,),
        "rate_of": (a_statistic,),
        "average_of": (a_statistic,),
        "previous": (a_statistic, some_years),
        "recalculated": (some_years,),
    }
    return {name: Signature(name, its) for name, its in parameters.items()}


def unknown(name: str, what: str, names: Collection[str] | None) -> str | None:
    """The message where the edition defines other names than this one, with the nearest of them."""
    if names is None or name in names:
        return None
    near = nearest(name, names)
    hint = f'the nearest is "{near[0]}"' if near else "it has none"
    return f"is not {what} of this edition; {hint}."
