"""edition.toml: its shape, and what is wrong in it, each with its line."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from .errors import Problem
from .names import nearest

_LEAST_CONTRAST = 4.5  # to 1, against white: WCAG 2.2, success criterion 1.4.3


def _address(address: str) -> str:
    if not re.fullmatch(r"(https?://|mailto:)[^\s<>\"\\]+", address):
        raise ValueError("is no web address; write it with https://")
    return address


def _dark_enough(colour: str) -> str:
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
        raise ValueError("is no colour; write it as #1D4F60")
    if (contrast := contrast_with_white(colour)) < _LEAST_CONTRAST:
        raise ValueError(
            f"has a contrast of {contrast:.1f}:1 against white; "
            f"choose a darker colour, of at least {_LEAST_CONTRAST}:1"
        )
    return colour


def contrast_with_white(colour: str) -> float:
    """The contrast ratio of a colour such as #1D4F60 against white (WCAG 2.2): 1 to 21."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    )
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
Line = Annotated[Text, Field(pattern=r"^[^\r\n]*$")]
Lines = Annotated[list[Line], Field(min_length=1)]
FileName = Annotated[Line, Field(pattern=r"^[^/\\:]+$")]
Figure = Literal[
    "decisions",
    "detailed_investigations",
    "upheld",
    "compliance_outcomes",
    "complied",
    "complied_late",
    "satisfactory_remedies",
]
"""A field of Counts."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class LetterSettings(_Table):
    """[letter]: the frame round the body; `masthead` is the alternative text of its image."""

    masthead: Lines
    masthead_image: FileName | None = None
    date: datetime.date
    publication: datetime.date
    delivery: Line
    salutation: Line
    heading: Line
    closing: Line
    footer: Line
    accent: Annotated[str, AfterValidator(_dark_enough)]


class DocumentSettings(_Table):
    """[document]: what the file says of itself."""

    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")]
    title: Line
    author: Line
    subject: Line


class SignatorySettings(_Table):
    """[signatory]: who signs, and the image of the signature."""

    name: Line
    office: Lines
    signature: FileName
    alternative: Line


class TypeSettings(_Table):
    """[[types]]: a type of authority, the word for its body, and whether it is compared."""

    name: Line
    body: Line
    compared: bool


class AverageSettings(_Table):
    """[averages]: how they are drawn."""

    method: Literal["pooled", "mean"]


class PanelSettings(_Table):
    """[panels.NAME]: what a panel says, with every variant."""

    heading: Line
    sentence: Text
    comparison: Text
    count: Figure | None = None
    small_print: Text
    based_on: Figure
    nothing: Text
    nothing_average: Text
    note: Text | None = None
    chart: Line
    chart_nothing: Line


class PanelsSettings(_Table):
    """[panels]: the three of them, in the order of the letter."""

    upheld: PanelSettings
    compliance: PanelSettings
    remedy: PanelSettings


class Settings(_Table):
    """The whole of edition.toml."""

    year: Annotated[int, Field(ge=2, le=9999)]
    letter: LetterSettings
    document: DocumentSettings
    signatory: SignatorySettings
    links: dict[Line, Annotated[str, AfterValidator(_address)]] = Field(default_factory=dict)
    averages: AverageSettings
    types: Annotated[list[TypeSettings], Field(min_length=1)]
    nouns: dict[Figure, Annotated[list[Line], Field(min_length=2, max_length=2)]]
    panels: PanelsSettings


Path = tuple[str | int, ...]
"""Where a setting stands: ("panels", "upheld", "sentence"), ("types", 0, "name")."""


def read_settings(file: str, text: str) -> tuple[Settings | None, SettingLines, list[Problem]]:
    """The settings, or None and what is wrong with them."""
    lines = SettingLines(file, text)
    try:
        return Settings.model_validate(tomllib.loads(text)), lines, []
    except tomllib.TOMLDecodeError as error:
        return None, lines, [_not_toml(file, str(error))]
    except RecursionError:
        return None, lines, [Problem(file, 1, "is nested too deeply; write it flatter.")]
    except ValidationError as invalid:
        problems = [
            lines.problem(error["loc"], _plainly(error), _value(error))
            for error in invalid.errors(include_url=False)
        ]
        return None, lines, sorted(problems, key=lambda problem: problem.line or 0)


class SettingLines:
    """On which line of a TOML file each setting stands, which no TOML reader tells."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._lines = dict(reversed(list(_setting_lines(text))))

    def line(self, path: Sequence[str | int]) -> int:
        """The line of a setting, or of the nearest thing round it that has one."""
        known = (tuple(path[:end]) for end in range(len(path), 0, -1))
        return next((self._lines[each] for each in known if each in self._lines), 1)

    def problem(self, path: Sequence[str | int], message: str, value: str | None = None) -> Problem:
        """A problem with a setting."""
        return Problem(self._file, self.line(path), message, dotted(path), value)


def dotted(path: Sequence[str | int]) -> str:
    """The setting's name as TOML writes it; entries of a list count from 1."""
    return ".".join(str(each + 1) if isinstance(each, int) else each for each in path)


_TABLE = re.compile(r"\s*(\[\[?)\s*([\w.\s\"'-]+?)\s*\]")
_KEY = re.compile(r"\s*([\w.\s\"'-]+?)\s*=")


def _setting_lines(text: str) -> Iterator[tuple[Path, int]]:
    table: Path = ()
    entries: dict[Path, int] = {}
    inside: str | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if inside is None:
            if found := _TABLE.match(line):
                table = _parts(found[2])
                if found[1] == "[[":
                    entries[table] = entries.get(table, -1) + 1
                    table = (*table, entries[table])
                yield table, number
            elif found := _KEY.match(line):
                yield (*table, *_parts(found[1])), number
        for quotes in ('"""', "'''"):
            if inside in (None, quotes) and line.count(quotes) % 2:
                inside = None if inside else quotes


def _parts(name: str) -> Path:
    return tuple(part.strip().strip("\"'") for part in name.split("."))


def _not_toml(file: str, error: str) -> Problem:
    line = re.search(r"at line (\d+)", error)
    what = re.sub(r"\s*\(at .*\)", "", error)
    return Problem(
        file,
        int(line[1]) if line else None,
        f"the file is not TOML here ({what}); text needs quotation marks, a date none.",
    )


def _value(error: Any) -> str | None:
    value = error["input"]
    wanted = error["type"] not in ("missing", "extra_forbidden")
    return str(value) if wanted and isinstance(value, str | int | float | datetime.date) else None


def _plainly(error: Any) -> str:
    """What pydantic found, as a sentence for the person who wrote the setting."""
    what: str = error["type"]
    context = error.get("ctx", {})
    if what == "missing":
        return "the setting is missing; add it."
    if what == "extra_forbidden":
        return f"the setting is not known{_nearest_setting(error['loc'])}; rename or delete it."
    if what == "value_error":
        return f"{context['error']}."
    if what.startswith("date"):
        return "is not a date; write it as 2020-07-22, without quotation marks."
    if what in ("string_type", "string_too_short", "string_pattern_mismatch"):
        return "is not what can stand here; write text of one line in quotation marks."
    if what == "literal_error":
        return f"is not known here; write {context['expected']}."
    if what == "bool_type":
        return "is neither true nor false; write one of them, without quotation marks."
    return f"is not what can stand here ({error['msg'].lower()}); correct it."


def _nearest_setting(path: Path) -> str:
    model: Any = Settings
    for part in path[:-1]:
        if isinstance(part, str):
            model = model.model_fields[part].annotation
            model = getattr(model, "__args__", (model,))[0]
    near = nearest(str(path[-1]), model.model_fields)
    return f' (the nearest is "{near[0]}")' if near else ""
