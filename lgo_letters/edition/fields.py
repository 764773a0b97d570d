"""What a setting of edition.toml may hold: a text, a name, an address, a colour, a date."""

from __future__ import annotations

import datetime
import math
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from lgo_letters.tables.patterns import what_is_wrong
from lgo_letters.toml_settings import Line, line, visible

from .text.blocks import ADDRESS

_LEAST_CONTRAST = 4.5  # to 1, against white: WCAG 2.2, success criterion 1.4.3


def _no_placeholder(text: str) -> str:
    if "{{" in text or "{%" in text:
        raise ValueError("contains a placeholder, which is not allowed here; write the words out")
    return text


def _plain_or_empty(text: str) -> str:
    return _no_placeholder(line(visible(text))) if text else text


def _matching(pattern: str, what: str, how: str) -> AfterValidator:
    def matching(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"is not {what}; write it {how}")
        return text

    return AfterValidator(matching)


def _dark_enough(colour: str) -> str:
    if (contrast := contrast_with_white(colour)) < _LEAST_CONTRAST:
        raise ValueError(
            f"has a contrast of {math.floor(contrast * 100) / 100:.2f}:1 against white; "
            f"choose a darker colour, of at least {_LEAST_CONTRAST}:1"
        )
    return colour


def _date_pattern(text: str) -> str:
    fields = re.findall(r"\{(\w+)\}", text)
    if sorted(fields) != ["day", "month", "year"] or text.count("{") + text.count("}") != 6:
        raise ValueError(
            "does not have {day}, {month} and {year} once each; write it as {day} {month} {year}"
        )
    return text


def _month_and_day(text: str) -> str:
    try:
        datetime.date(2001, *map(int, text.split("-")))  # a year without 29 February
    except ValueError:
        raise ValueError(
            "is not a day of every year; write the month and the day as 04-01"
        ) from None
    return text


def _without_offset(moment: datetime.datetime) -> datetime.datetime:
    if moment.tzinfo is not None:
        raise ValueError("has an offset from UTC; leave it out, as release.zone says what it is")
    return moment


def _zone(text: str) -> str:
    from zoneinfo import ZoneInfo  # only few editions name one

    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise ValueError("is not a known time zone; write it as Europe/London") from None
    return text


def _with_letter(names: list[str]) -> list[str]:
    if names[:1] != ["letter"] or len({*names}) < len(names):
        raise ValueError(
            'is not the letter and what goes with it; write ["letter"], or ["letter", "sheets"]'
        )
    return names


def _pattern(text: str) -> str:
    if (why := what_is_wrong(text)) is not None:
        raise ValueError(
            f"is not a regular expression that can be used ({why}); correct it, without "
            "look-ahead, look-behind or back-references"
        )
    return text


def contrast_with_white(colour: str) -> float:
    """The contrast ratio of a colour such as #1D4F60 against white (WCAG 2.2): 1 to 21."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    )
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


PlainOrEmpty = Annotated[str, AfterValidator(_plain_or_empty)]
Plain = Annotated[Line, AfterValidator(_no_placeholder)]
PlainLines = Annotated[list[Plain], Field(min_length=1)]
FileName = Annotated[
    Line,
    _matching(r"(?!\.\.?$)[^/\\:]+", "a file in the edition's folder", "without a folder"),
]
ColumnName = Annotated[
    str, _matching("[a-z][a-z0-9_]{0,99}", "a column's name", "in lower-case letters, digits and _")
]
LinkName = Annotated[
    str, _matching("[A-Za-z][A-Za-z0-9_]*", "a placeholder's name", "in letters, digits and _")
]
Address = Annotated[str, _matching(ADDRESS.pattern, "a web address", "with https://")]
Language = Annotated[
    str, _matching("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "a language code", "as en-GB")
]
YearStart = Annotated[
    str,
    _matching("(0[1-9]|1[0-2])-[0-9]{2}", "a month and a day", "as 04-01"),
    AfterValidator(_month_and_day),
]
LocalTime = Annotated[datetime.datetime, AfterValidator(_without_offset)]
Zone = Annotated[str, AfterValidator(_zone)]
SheetName = Annotated[
    Plain,
    _matching(
        r"(?!')[^\[\]:*?/\\]{1,31}(?<!')",
        "a sheet's name",
        "in at most 31 characters, without brackets, colons, asterisks, question marks or slashes",
    ),
]
DatePattern = Annotated[Plain, AfterValidator(_date_pattern)]
ThousandsMark = Annotated[
    str,
    _matching(
        "[,.'\N{RIGHT SINGLE QUOTATION MARK} \N{NO-BREAK SPACE}]?",
        "a mark between thousands",
        "as a comma, a full stop, an apostrophe or a space, or leave it empty",
    ),
]
DecimalMark = Annotated[str, _matching("[.,]", "a decimal mark", "as a full stop or a comma")]
AttachedFile = Literal["letter", "sheets"]
Attached = Annotated[list[AttachedFile], AfterValidator(_with_letter)]
Pattern = Annotated[Line, AfterValidator(_pattern)]
Colour = Annotated[
    str, _matching("#[0-9A-Fa-f]{6}", "a colour", "as #1D4F60"), AfterValidator(_dark_enough)
]
