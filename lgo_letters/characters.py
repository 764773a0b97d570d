"""Characters that a letter cannot set, and where they come from.

A font draws a character that it lacks as an empty box, in silence.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from .choices import SETTINGS
from .errors import Problem
from .inputs import Inputs
from .letter import Letter, Same
from .press import is_set_otherwise

_WHITE_SPACE = set(" \n")


def add_characters(letter: Letter, used: set[str]) -> None:
    """Adds the characters in all texts of a letter to those in use."""
    for each in letter.pieces():
        used.update(each if isinstance(each, str) else _characters(Same(each)))


@lru_cache(maxsize=512)  # letters have their bodies and much else in common
def _characters(same: Same) -> frozenset[str]:
    return frozenset("".join(_texts(same.value)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts(each)
    elif hasattr(value, "__slots__"):
        for name in value.__slots__:
            yield from _texts(getattr(value, name))


def problems_with(lacking: frozenset[str], inputs: Inputs) -> tuple[list[Problem], list[Problem]]:
    """A problem for each place with a character that cannot be set, white space left out.

    Those of the data come first, then those of the edition.
    """
    lacking -= _WHITE_SPACE
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


def _message(character: str) -> str:
    name = unicodedata.name(character, "a control character")
    code = f"U+{ord(character):04X}"
    what = "which the letter's fonts lack; replace it"
    if unicodedata.category(character).startswith("M"):
        what = "a mark on the character before it, which no letter can show; write both as one"
    elif is_set_otherwise(character):
        what = (
            "which is written from right to left, and letters are set from left to right only; "
            "replace it"
        )
    return f"has the character {code} ({name}), {what}."
