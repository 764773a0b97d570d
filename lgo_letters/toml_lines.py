"""A TOML file → its tables, and on which line each setting stands, which no TOML reader tells."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from typing import Any

from .errors import Problem

_MOST_DOTS = 200  # on a line: a key of many parts takes memory by the square of their number

Path = tuple[str | int, ...]
"""Where a setting stands: ("letter", "heading"), ("types", 0, "name")."""


def read_toml(file: str, text: str) -> tuple[dict[str, Any], SettingLines, Problem | None]:
    """The file's tables, none where it is not TOML, which is a problem; and where they stand."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > _MOST_DOTS:
            message = f"the line has more than {_MOST_DOTS} full stops; write fewer."
            return {}, SettingLines(file, ""), Problem(file, number, message)
    lines = SettingLines(file, text)
    try:
        return tomllib.loads(text), lines, None
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        what = re.sub(r"\s*\(at .*\)", "", str(error))
        message = f"the file is not TOML here ({what}); put text in quotation marks, but not dates."
        return {}, lines, Problem(file, int(place[1]) if place else lines.last, message)
    except RecursionError:
        return {}, lines, Problem(file, 1, "is nested too deeply; use fewer levels.")
    except ValueError:  # of Python, on thousands of digits
        return {}, lines, Problem(file, None, "has a number with too many digits; shorten it.")


class SettingLines:
    """On which lines of a TOML file each setting stands."""

    def __init__(self, file: str, text: str) -> None:
        self._file, self.last = file, 1
        self._lines: dict[Path, tuple[int, ...]] = {}
        for path, lines in _setting_lines(text):
            self.last = lines[0]
            for end in range(len(path), 0, -1):  # a table stands where its first setting does
                self._lines.setdefault(path[:end], lines)

    def lines(self, path: Sequence[str | int]) -> tuple[int, ...]:
        """The line of each line of a text; of the nearest thing round it where it has none."""
        known = (tuple(path[:end]) for end in range(len(path), 0, -1))
        return next((self._lines[part] for part in known if part in self._lines), (1,))

    def problem(self, path: Sequence[str | int], message: str, value: str | None = None) -> Problem:
        """A problem with a setting."""
        return Problem(self._file, self.lines(path)[0], message, dotted(path), value)


def dotted(path: Sequence[str | int]) -> str:
    """The setting's name as TOML writes it; entries of a list count from 1."""
    named = (str(part + 1) if isinstance(part, int) else part for part in path)
    return ".".join(part for part in named if part != "[key]")  # pydantic's word for a name


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


def _setting_lines(text: str) -> Iterator[tuple[Path, tuple[int, ...]]]:
    """Each setting's path and lines, in the order of the file; so too each text of a list."""
    table: Path = ()
    entries: dict[Path, int] = {}
    for line, pieces, texts, is_list in _statements(text):
        name: Path = tuple(piece.strip("\"'") for piece in pieces if piece not in "[].")
        if pieces[0] == "[":
            table = name
            if pieces[1:2] == ["["]:
                entries[name] = entries.get(name, -1) + 1
                table = (*name, entries[name])
            yield table, (line,)
        elif is_list or not texts:
            yield (*table, *name), (line,)
            for index, (line_of_text, _) in enumerate(texts):
                yield (*table, *name, index), (line_of_text,)
        else:
            yield (*table, *name), _text_lines(*texts[0])


def _statements(text: str) -> Iterator[tuple[int, list[str], list[tuple[int, str]], bool]]:
    """Each header or setting: its line, its pieces up to =, its value's texts, and if it is a list.

    Each text has its line before it.
    """
    line = start = 1
    depth, in_value, is_list = 0, False, False
    pieces: list[str] = []
    texts: list[tuple[int, str]] = []
    for token in _TOKEN.finditer(text):
        piece = token[0]
        if token.lastgroup == "end" and not depth:
            if pieces:
                yield start, pieces, texts, is_list
            start, pieces, texts, in_value, is_list = line + 1, [], [], False, False
        elif in_value:
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(piece, 0)
            is_list |= depth > 0
            if token.lastgroup == "text":
                texts.append((line, piece))
        elif piece == "=":
            in_value = True
        elif token.lastgroup != "comment":
            pieces.append(piece)
        line += piece.count("\n")
    if pieces:
        yield start, pieces, texts, is_list


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
