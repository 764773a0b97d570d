"""What is tried of a year's letters before any is written: their characters, and their layout.

A font draws a character that it lacks as an empty box, in silence.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from lgo_letters.errors import Problem
from lgo_letters.letter.letter import Letter

from . import render
from .inputs import Inputs
from .pool import Pool

_WHITE_SPACE = set(" \n")


def try_letters(
    inputs: Inputs, letters: Sequence[Letter], pool: Pool
) -> tuple[list[Problem], list[Problem]]:
    """The characters that letters cannot set: problems of the data, and of the edition.

    Where there is none, sets two letters of each body, the first and the one with the longest name,
    and keeps neither; raises EditionError where one cannot be set.
    """
    first: dict[Any, Letter] = {}
    longest: dict[Any, Letter] = {}
    for letter in letters:
        first.setdefault(letter.body, letter)
        known = longest.setdefault(letter.body, letter)
        if len(letter.authority) > len(known.authority):
            longest[letter.body] = letter
    tries = [
        pool.submit(render.try_letter, letter)
        for index, letter in enumerate(first.values())
        # The very first in every process: it takes the longest, and the others wait for it.
        for _ in range(pool.number if index == 0 else 1)
    ]
    used = frozenset().union(*(letter.characters() for letter in letters))
    unsupported = pool.submit(render.unsupported_characters, used).result()
    problems = _problems_with(unsupported - _WHITE_SPACE, inputs)
    if not any(problems):
        tries += [pool.submit(render.try_letter, letter) for letter in longest.values()]
        for future in tries:
            future.result()
    return problems


def _problems_with(
    unsupported: frozenset[str], inputs: Inputs
) -> tuple[list[Problem], list[Problem]]:
    """A problem for each place in the data, and in the edition, with such a character."""
    data = [
        Problem(
            inputs.data.authorities_file.file, authority.line, _message(character), column, text
        )
        for authority in inputs.data.authorities
        for column in ("name", "role", "recipient", "salutation")
        for text in [getattr(authority, column) or ""]
        for character in sorted(unsupported.intersection(text))
    ]
    edition = [
        Problem(file, number, _message(character), value=line.strip())
        for file, lines in inputs.validated_edition().texts.items()
        for number, line in enumerate(lines, start=1)
        for character in sorted(unsupported.intersection(line))
    ]
    placed = {character for problem in (*data, *edition) for character in problem.value or ""}
    edition += [
        Problem("edition.toml", None, _message(character))
        for character in sorted(unsupported - placed)
    ]
    return data, edition


def _message(character: str) -> str:
    name = unicodedata.name(character, "a control character")
    code = f"U+{ord(character):04X}"
    what = "which the letter's fonts lack; replace it"
    if unicodedata.category(character).startswith("M"):
        what = "a mark on the character before it, which no letter can show; write both as one"
    elif render.needs_shaping(character):
        what = (
            "which is written from right to left, and letters are set from left to right only; "
            "replace it"
        )
    return f"has the character {code} ({name}), {what}."
