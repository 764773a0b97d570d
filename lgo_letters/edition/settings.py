"""The shape of edition.toml, and every setting that does not have it, with its line."""

from __future__ import annotations

import datetime
import math
import os
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from lgo_letters.errors import Problem
from lgo_letters.names import invisible, nearest

from .blocks import ADDRESS
from .toml_lines import Path, SettingLines

# Pydantic's search for plug-ins takes longer than reading an edition.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

_LONGEST_LINE = 1000  # characters: a heading of more fills a page
_LARGEST_NUMBER = 2**63 - 1  # as TOML has it
_LARGEST_PER = 1_000_000_000
_MOST_DECIMALS = 6

_LEAST_CONTRAST = 4.5  # to 1, against white: WCAG 2.2, success criterion 1.4.3


def _text(text: str) -> str:
    if not text.strip():
        raise ValueError("the text is empty; write it")
    if (character := invisible(text)) is not None:  # written as \\u202e
        raise ValueError(f"contains {character}, which nobody can see; delete it")
    return text


def _line(text: str) -> str:
    if "\n" in text or "\r" in text:
        raise ValueError("is more than one line; write it in one")
    if len(text) > _LONGEST_LINE:
        raise ValueError(f"has more than {_LONGEST_LINE:,} characters; shorten it")
    return text


def _no_placeholder(text: str) -> str:
    if "{{" in text or "{%" in text:
        raise ValueError("contains a placeholder, which is not allowed here; write the words out")
    return text


def _plain_or_empty(text: str) -> str:
    return _no_placeholder(_line(_text(text))) if text else text


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


Text = Annotated[str, AfterValidator(_text)]
Line = Annotated[Text, AfterValidator(_line)]
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


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class LetterSettings(_Table):
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


class DocumentSettings(_Table):
    """[document]: what the file says of itself."""

    language: Language
    title: Line
    author: Plain
    subject: Line


class SignatorySettings(_Table):
    """[signatory]: who signs, and the image of the signature."""

    name: Plain
    office: PlainLines
    signature: FileName
    alternative: Plain


class TypeSettings(_Table):
    """[[types]]: a type of authority, the word for its body, and whether it is compared."""

    name: Plain
    body: Plain
    compared: bool


class AverageSettings(_Table):
    """[averages]: how they are worked out."""

    method: Literal["pooled", "mean"]


class DecisionSettings(_Table):
    """[[decisions]]: a kind of decision, and the edition's own counts that it adds to."""

    name: Plain
    counts_as: list[ColumnName] = Field(default_factory=list)


class StatisticSettings(_Table):
    """[[statistics]]: one count over another, `per` times, at so many decimal places."""

    name: ColumnName
    numerator: Line
    denominator: Line
    per: Annotated[int, Field(ge=1, le=_LARGEST_PER)] = 100
    decimals: Annotated[int, Field(ge=0, le=_MOST_DECIMALS)] = 0
    england_decimals: Annotated[int, Field(ge=1, le=_MOST_DECIMALS)] | None = None


class PanelSettings(_Table):
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


class CautionSettings(_Table):
    """[caution]: what stands under the small print of a panel that rests on few cases."""

    below: Annotated[int, Field(ge=1, le=_LARGEST_PER)]
    text: Text


class BreakSettings(_Table):
    """[[breaks]]: figures of the year `before` and later are not compared with earlier ones."""

    before: Annotated[int, Field(ge=2, le=9999)]
    note: Plain


class TableSettings(_Table):
    """[tables]: of how many years, the letter's own among them, the table of years shows."""

    years: Annotated[int, Field(ge=2, le=6)] = 3


class Settings(_Table):
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
    try:
        return Settings.model_validate(raw), []
    except ValidationError as invalid:
        problems = [
            lines.problem(error["loc"], _plainly(error), _value(error))
            for error in invalid.errors(include_url=False)
        ]
        return None, sorted(problems, key=lambda problem: problem.line or 0)


_VERSION_0_1 = (
    "is how version 0.1 wrote a panel; write each one as [[panels]], the figure that it shows as "
    "[[statistics]], and what is counted as [[decisions]], as the edition that comes with this "
    "version does."
)


def _value(error: Any) -> str | None:
    value = error["input"]
    if error["type"] in ("missing", "extra_forbidden") or (
        not isinstance(value, str | int | float | datetime.date)
        or (isinstance(value, int) and abs(value) > _LARGEST_NUMBER)  # too long for Python to write
    ):
        return None
    return str(value) if str(value).strip() else None


def _plainly(error: Any) -> str:
    """What pydantic found, as a sentence for the person who wrote the setting."""
    what: str = error["type"]
    context = error.get("ctx", {})
    if what == "value_error":
        return f"{context['error']}."
    if what == "extra_forbidden":
        return f"the setting is not known{_nearest_setting(error['loc'])}; rename or delete it."
    if what.startswith("date"):
        return "is not a date; write it as 2020-07-22, without quotation marks."
    if what in _MESSAGES:
        return _MESSAGES[what].format(**context)
    return f"is not allowed here ({error['msg'].lower()}); correct it."


_MESSAGES = {
    "missing": "the setting is missing; add it.",
    "string_type": "is not text; put it in quotation marks.",
    "literal_error": "is not one of the choices here; write {expected}.",
    "list_type": "is not a list; write its entries in [ ], or a table's name in [[ ]] above each.",
    "model_type": "is not a table; write its name in [ ] and its settings below.",
    "dict_type": "is not a table; write its name in [ ] and its settings below.",
    "bool_type": "is neither true nor false; write one of them, without quotation marks.",
    "too_short": "has too few entries ({actual_length}); write at least {min_length}.",
    "too_long": "has too many entries ({actual_length}); keep at most {max_length}.",
}


def _nearest_setting(path: Path) -> str:
    model: Any = Settings
    for part in path[:-1]:
        if isinstance(part, str):
            model = model.model_fields[part].annotation
            model = getattr(model, "__args__", (model,))[0]
    near = nearest(str(path[-1]), model.model_fields)
    return f' (the nearest is "{near[0]}")' if near else ""
