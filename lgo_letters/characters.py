"""Characters that the letter's fonts lack, and where they come from.

A font draws a character that it lacks as an empty box, in silence.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from .edition import SETTINGS
from .errors import Problem, refuse
from .inputs import Inputs
from .letter import Letter
from .styles import characters_of_the_fonts

_WHITE_SPACE = set(" \n")


def refuse_lacking_characters(inputs: Inputs, letters: Iterable[Letter]) -> None:
    """Raises DataError or EditionError where a letter holds a character that its fonts lack."""
    refuse(*lacking_characters(inputs, letters))


def lacking_characters(
    inputs: Inputs, letters: Iterable[Letter]
) -> tuple[list[Problem], list[Problem]]:
    """A problem for each place with such a character: those of the data, those of the edition."""
    known = characters_of_the_fonts() | _WHITE_SPACE
    # Letters share their bodies and much else: each is looked through once.
    parts = {id(part): part for each in letters for part in _parts(each)}
    lacking = set().union(*_texts(list(parts.values()))) - known
    data = [
        Problem(inputs.data.authorities_file.file, each.line, _message(character), column, text)
        for each in inputs.data.authorities
        for column in ("name", "role", "recipient", "salutation")
        for text in [getattr(each, column) or ""]
        for character in sorted(lacking.intersection(text))
    ]
    edition = [
        Problem(file, number, _message(character), value=line.strip())
        for file, lines in inputs.sound().texts.items()
        for number, line in enumerate(lines, start=1)
        for character in sorted(lacking.intersection(line))
    ]
    placed = {character for each in (*data, *edition) for character in each.value or ""}
    edition += [Problem(SETTINGS, None, _message(each)) for each in sorted(lacking - placed)]
    return data, edition


def _parts(value: Any) -> list[Any]:
    return [getattr(value, each.name) for each in fields(value)]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        yield from _texts(_parts(value))
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        for each in value:
            yield from _texts(each)


def _message(character: str) -> str:
    name = unicodedata.name(character, "a control character")
    code = f"U+{ord(character):04X}"
    return f"has the character {code} ({name}), which the letter's fonts lack; replace it."
