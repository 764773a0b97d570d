"""The shape of edition.toml, and every setting that does not have it, with its line."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from lgo_letters.errors import Problem
from lgo_letters.toml_lines import SettingLines
from lgo_letters.toml_settings import Line, SettingsTable, Text, line, validate, visible

from .blocks import ADDRESS

_LARGEST_PER = 1_000_000_000
_MOST_DECIMALS = 6

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


def _month_and_day(text: str) -> str:
    try:
        datetime.date(2001, *map(int, text.split("-")))  # a year without 29 February
    except ValueError:
        raise ValueError(
            "is not a day of every year; write the month and the day as 04-01"
        ) from None
    return text


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"is not a regular expression ({error}); correct it") from None
    return text


def contrast_with_white(colour: str) -> float:
    """The contrast ratio of a colour such as #1D4F60 against white (WCAG 2.2): 1 to 21."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    )
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


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
Pattern = Annotated[str, AfterValidator(_pattern)]
Colour = Annotated[
    str, _matching("#[0-9A-Fa-f]{6}", "a colour", "as #1D4F60"), AfterValidator(_dark_enough)
]


class LetterSettings(SettingsTable):
    """[letter]: the frame round the body; `masthead` is the alternative text of its image."""

    masthead: PlainLines
    masthead_image: FileName | None = None
    date: datetime.date
    publication: datetime.date
    delivery: Plain
    salutation: Line
    heading: Line
    closing: Plain
    footer: Line
    panels_heading: Line | None = None
    accent: Colour


class DocumentSettings(SettingsTable):
    """[document]: what the file says of itself."""

    language: Language
    title: Line
    author: Plain
    subject: Line


class SignatorySettings(SettingsTable):
    """[signatory]: who signs, and the image of the signature."""

    name: Plain
    office: PlainLines
    signature: FileName
    alternative: Plain


class TypeSettings(SettingsTable):
    """[[types]]: a type of authority, the word for its body, and whether it is compared."""

    name: Plain
    body: Plain
    compared: bool


class AverageSettings(SettingsTable):
    """[averages]: how they are worked out."""

    method: Literal["pooled", "mean"]


class DecisionSettings(SettingsTable):
    """[[decisions]]: a kind of decision, and the edition's own counts that it adds to."""

    name: Plain
    counts_as: list[ColumnName] = Field(default_factory=list)


class StatisticSettings(SettingsTable):
    """[[statistics]]: one count over another, `per` times, at so many decimal places."""

    name: ColumnName
    numerator: Line
    denominator: Line
    per: Annotated[int, Field(ge=1, le=_LARGEST_PER)] = 100
    decimals: Annotated[int, Field(ge=0, le=_MOST_DECIMALS)] = 0
    england_decimals: Annotated[int, Field(ge=1, le=_MOST_DECIMALS)] | None = None


class PanelSettings(SettingsTable):
    """[[panels]]: what a panel says, with every variant; `scale` is the end of a bar."""

    statistic: Line | None = None
    heading: Line
    chart: Literal["ring", "bar", "none"] = "none"
    scale: Annotated[int, Field(ge=1, le=_LARGEST_PER)] | None = None
    sentence: Text
    comparison: Text | None = None
    count: Text | None = None
    small_print: Text | None = None
    nothing: Text | None = None
    nothing_average: Text | None = None
    note: Text | None = None
    chart_text: Line | None = None
    chart_nothing: Line | None = None
    key: Annotated[str, AfterValidator(_plain_or_empty)] = ""


class CautionSettings(SettingsTable):
    """[caution]: what stands under the small print of a panel that rests on few cases."""

    below: Annotated[int, Field(ge=1, le=_LARGEST_PER)]
    text: Text


class BreakSettings(SettingsTable):
    """[[breaks]]: figures of the year `before` and later are not compared with earlier ones."""

    before: Annotated[int, Field(ge=2, le=9999)]
    note: Plain


class TableSettings(SettingsTable):
    """[tables]: of how many years, the letter's own among them, the table of years shows."""

    years: Annotated[int, Field(ge=2, le=6)] = 3


class Settings(SettingsTable):
    """The whole of edition.toml."""

    year: Annotated[int, Field(ge=2, le=9999)]
    year_starts: YearStart = "04-01"
    reference_pattern: Pattern | None = None
    service_areas: list[Plain] = Field(default_factory=list)
    remedy_on: Line = "upheld"
    compliance_on: Line = "upheld"
    letter: LetterSettings
    document: DocumentSettings
    signatory: SignatorySettings
    links: dict[LinkName, Address] = Field(default_factory=dict)
    averages: AverageSettings
    caution: CautionSettings | None = None
    breaks: list[BreakSettings] = Field(default_factory=list)
    tables: TableSettings = Field(default_factory=TableSettings)
    types: Annotated[list[TypeSettings], Field(min_length=1)]
    decisions: Annotated[list[DecisionSettings], Field(min_length=1)]
    nouns: dict[str, Annotated[list[Plain], Field(min_length=2, max_length=2)]]
    statistics: list[StatisticSettings] = Field(default_factory=list)
    panels: Annotated[list[PanelSettings], Field(min_length=1, max_length=6)]


def read_settings(
    raw: Mapping[str, Any], lines: SettingLines
) -> tuple[Settings | None, list[Problem]]:
    """The settings in the tables of edition.toml, or None and what is wrong with them."""
    if isinstance(panels := raw.get("panels"), dict):
        return None, [lines.problem(("panels", *list(panels)[:1]), _VERSION_0_1)]
    return validate(Settings, raw, lines)


_VERSION_0_1 = (
    "is how version 0.1 wrote a panel; write each one as [[panels]], the figure that it shows as "
    "[[statistics]], and what is counted as [[decisions]], as the edition that comes with this "
    "version does."
)
