"""edition.toml: its shape, and what is wrong in it, each with its line."""

from __future__ import annotations

import datetime
import math
import os
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from lgo_letters.errors import Problem
from lgo_letters.names import invisible, nearest

from .blocks import ADDRESS

# Looking for plug-ins of pydantic in all that is installed takes longer than reading an edition.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

_LONGEST_LINE = 1000  # characters: a heading of more fills a page
_MOST_DOTS = 200  # on a line: a key of many parts takes memory by the square of their number
_LARGEST_NUMBER = 2**63 - 1  # as TOML has it

_LEAST_CONTRAST = 4.5  # to 1, against white: WCAG 2.2, success criterion 1.4.3


def _text(text: str) -> str:
    if not text.strip():
        raise ValueError("the text is empty; write it")
    if (character := invisible(text)) is not None:  # written as \\u202e
        raise ValueError(f"holds {character}, which nobody can see; delete it")
    return text


def _line(text: str) -> str:
    if "\n" in text or "\r" in text:
        raise ValueError("is more than one line; write it in one")
    if len(text) > _LONGEST_LINE:
        raise ValueError(f"has more than {_LONGEST_LINE:,} characters; shorten it")
    return text


def _no_placeholder(text: str) -> str:
    if "{{" in text or "{%" in text:
        raise ValueError("holds a placeholder, and none can stand here; write it out")
    return text


def _file_name(name: str) -> str:
    if re.search(r"[/\\:]", name) or name in (".", "..") or not name.isprintable():
        raise ValueError(
            "is more than a file's name; put the file into the edition's folder and name it alone"
        )
    return name


def _language(code: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", code):
        raise ValueError("is no code of a language; write it as en-GB")
    return code


def _link_name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name):
        raise ValueError("is no name for a placeholder; write it in letters, digits and _")
    return name


def _address(address: str) -> str:
    if not ADDRESS.fullmatch(address):
        raise ValueError("is no web address; write it with https://")
    return address


def _dark_enough(colour: str) -> str:
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
        raise ValueError("is no colour; write it as #1D4F60")
    if (contrast := contrast_with_white(colour)) < _LEAST_CONTRAST:
        raise ValueError(
            f"has a contrast of {math.floor(contrast * 100) / 100:.2f}:1 against white; "
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


Text = Annotated[str, AfterValidator(_text)]
Line = Annotated[Text, AfterValidator(_line)]
Plain = Annotated[Line, AfterValidator(_no_placeholder)]
PlainLines = Annotated[list[Plain], Field(min_length=1)]
FileName = Annotated[Line, AfterValidator(_file_name)]
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

    masthead: PlainLines
    masthead_image: FileName | None = None
    date: datetime.date
    publication: datetime.date
    delivery: Plain
    salutation: Line
    heading: Line
    closing: Plain
    footer: Line
    accent: Annotated[str, AfterValidator(_dark_enough)]


class DocumentSettings(_Table):
    """[document]: what the file says of itself."""

    language: Annotated[str, AfterValidator(_language)]
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
    """[averages]: how they are drawn."""

    method: Literal["pooled", "mean"]


class PanelSettings(_Table):
    """[panels.NAME]: what a panel says, with every variant."""

    heading: Plain
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
    links: dict[
        Annotated[str, AfterValidator(_link_name)], Annotated[str, AfterValidator(_address)]
    ] = Field(default_factory=dict)
    averages: AverageSettings
    types: Annotated[list[TypeSettings], Field(min_length=1)]
    nouns: dict[Figure, Annotated[list[Plain], Field(min_length=2, max_length=2)]]
    panels: PanelsSettings


Path = tuple[str | int, ...]
"""Where a setting stands: ("panels", "upheld", "sentence"), ("types", 0, "name")."""


def read_settings(file: str, text: str) -> tuple[Settings | None, SettingLines, list[Problem]]:
    """The settings, or None and what is wrong with them; and where they stand."""
    lines = SettingLines(file, text)
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > _MOST_DOTS:
            message = f"the line has more than {_MOST_DOTS} full stops; write fewer."
            return None, lines, [Problem(file, number, message)]
    try:
        lines.raw = tomllib.loads(text)
        return Settings.model_validate(lines.raw), lines, []
    except tomllib.TOMLDecodeError as error:
        return None, lines, [_not_toml(file, str(error), lines)]
    except RecursionError:
        return None, lines, [Problem(file, 1, "is nested too deeply; write it flatter.")]
    except ValidationError as invalid:
        problems = [
            lines.problem(error["loc"], _plainly(error), _value(error))
            for error in invalid.errors(include_url=False)
        ]
        return None, lines, sorted(problems, key=lambda problem: problem.line or 0)
    except ValueError:  # of Python, on thousands of digits
        return None, lines, [Problem(file, None, "holds a number of too many digits; shorten it.")]


class SettingLines:
    """On which lines of a TOML file each setting stands, which no TOML reader tells."""

    def __init__(self, file: str, text: str) -> None:
        settings = list(_setting_lines(text))
        self._file = file
        self._lines = dict(reversed(settings))
        self.last = settings[-1][1][0] if settings else 1
        self.raw: dict[str, Any] = {}
        """The file's tables, as far as it is TOML at all."""

    def lines(self, path: Sequence[str | int]) -> tuple[int, ...]:
        """The line of each line of a text; of the nearest thing round it where it has none."""
        known = (tuple(path[:end]) for end in range(len(path), 0, -1))
        return next((self._lines[each] for each in known if each in self._lines), (1,))

    def problem(self, path: Sequence[str | int], message: str, value: str | None = None) -> Problem:
        """A problem with a setting."""
        return Problem(self._file, self.lines(path)[0], message, dotted(path), value)


def dotted(path: Sequence[str | int]) -> str:
    """The setting's name as TOML writes it; entries of a list count from 1."""
    named = (str(each + 1) if isinstance(each, int) else each for each in path)
    return ".".join(each for each in named if each != "[key]")  # pydantic's word for a name


# What a TOML file is made of; a text that is never closed goes on to the end of the file.
_TOKEN = re.compile(
    r"""
    (?P<text> \"{3}(?:\\.|[^\\])*?(?:\"{3}|\Z) | '{3}.*?(?:'{3}|\Z)
            | "(?:\\.|[^"\\\n])*" | '[^'\n]*' )
    | (?P<comment> \#[^\n]* )
    | (?P<end> \n )
    | (?P<mark> [\[\]{}=.] )
    | (?P<word> [^\s\[\]{}=.\"'\#]+ )
    """,
    re.DOTALL | re.VERBOSE,
)


@dataclass(slots=True)
class _Statement:
    """A header or a setting: its line, its pieces up to the equals sign, and its value's texts."""

    line: int
    pieces: list[str] = field(default_factory=list)
    texts: list[tuple[int, str]] = field(default_factory=list)
    is_list: bool = False


def _setting_lines(text: str) -> Iterator[tuple[Path, tuple[int, ...]]]:
    """Each setting's path and lines, in the order of the file; so too each text of a list."""
    table: Path = ()
    entries: dict[Path, int] = {}
    for statement in _statements(text):
        name = _parts(statement.pieces)
        if statement.pieces[0] == "[":
            table = name
            if statement.pieces[1:2] == ["["]:
                entries[name] = entries.get(name, -1) + 1
                table = (*name, entries[name])
            yield table, (statement.line,)
        elif statement.is_list or not statement.texts:
            yield (*table, *name), (statement.line,)
            for place, (line, _) in enumerate(statement.texts):
                yield (*table, *name, place), (line,)
        else:
            yield (*table, *name), _text_lines(*statement.texts[0])


def _statements(text: str) -> Iterator[_Statement]:
    line, depth, in_value = 1, 0, False
    statement = _Statement(line)
    for token in _TOKEN.finditer(text):
        piece = token[0]
        if token.lastgroup == "end" and not depth:
            if statement.pieces:
                yield statement
            statement, in_value = _Statement(line + 1), False
        elif in_value:
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(piece, 0)
            statement.is_list |= depth > 0
            if token.lastgroup == "text":
                statement.texts.append((line, piece))
        elif piece == "=":
            in_value = True
        elif token.lastgroup != "comment":
            statement.pieces.append(piece)
        line += piece.count("\n")
    if statement.pieces:
        yield statement


def _text_lines(line: int, text: str) -> tuple[int, ...]:
    """For each line of a text, as TOML reads it, the line of the file that it stands on."""
    text = re.sub(r"^(\"{3}|'{3})", "", text)
    opening = re.match(r"\r?\n", text)
    line += opening is not None
    lines = [line]
    for found in re.finditer(r"\\\s*\n\s*|\\.|\n", text[opening.end() if opening else 0 :]):
        line += found[0].count("\n")
        if found[0] in ("\n", "\\n"):
            lines.append(line)
    return tuple(lines)


def _parts(statement: Sequence[str]) -> Path:
    return tuple(piece.strip("\"'") for piece in statement if piece not in ("[", "]", "."))


def _not_toml(file: str, error: str, lines: SettingLines) -> Problem:
    line = re.search(r"at line (\d+)", error)
    what = re.sub(r"\s*\(at .*\)", "", error)
    return Problem(
        file,
        int(line[1]) if line else lines.last,
        f"the file is not TOML here ({what}); text needs quotation marks, a date none.",
    )


def _value(error: Any) -> str | None:
    value = error["input"]
    if error["type"] in ("missing", "extra_forbidden"):
        return None
    if isinstance(value, int) and abs(value) > _LARGEST_NUMBER:  # Python does not write the longest
        return None
    if not isinstance(value, str | int | float | datetime.date):
        return None
    return str(value) if str(value).strip() else None


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
    if what == "string_type":
        return "is not text; put it in quotation marks."
    if what == "literal_error":
        return f"is not known here; write {context['expected']}."
    if what in ("model_type", "dict_type"):
        return "is not a table; write its name in [ ] and its settings below."
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
