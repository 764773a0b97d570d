"""What is tried before any letter of a year is written: the characters, and the layout.

A font silently draws a character that it lacks as an empty box.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from lgo_letters.edition.blocks import Block
from lgo_letters.errors import Problem
from lgo_letters.letter.letter import Letter

from . import render
from .inputs import Inputs
from .pool import Pool

_WHITE_SPACE = set(" \n")


def try_letters(
    inputs: Inputs, letters: Sequence[Letter], pool: Pool
) -> tuple[list[Problem], list[Problem]]:
    """The characters that letters cannot show: problems of the data, and of the edition.

    If there are none, sets two letters of each body, the first and the one with the longest name,
    and discards them; raises EditionError if one cannot be set.
    """
    first: dict[tuple[Block, ...], Letter] = {}
    for letter in letters:
        first.setdefault(letter.body, letter)
    longest = {letter.body: letter for letter in sorted(letters, key=_length)}
    # The first letter of a process takes the longest, so that every process tries one.
    in_every_process = [*letters[:1]] * (pool.number - 1)
    tries = [pool.submit(render.try_letter, one) for one in (*in_every_process, *first.values())]
    used = frozenset().union(*(letter.characters() for letter in letters))
    unsupported = pool.submit(render.unsupported_characters, used).result()
    problems = _problems_with(unsupported - _WHITE_SPACE, inputs)
    if not any(problems):
        tries += [pool.submit(render.try_letter, letter) for letter in longest.values()]
        for future in tries:
            future.result()
    return problems


def _length(letter: Letter) -> int:
    return len(letter.authority)


def _problems_with(
    unsupported: frozenset[str], inputs: Inputs
) -> tuple[list[Problem], list[Problem]]:
    """A problem for each such character and cell of the data, or line of the edition."""
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
    found = {character for problem in (*data, *edition) for character in problem.value or ""}
    edition += [
        Problem("edition.toml", None, _message(character))
        for character in sorted(unsupported - found)
    ]
    return data, edition


def _message(character: str) -> str:
    name = unicodedata.name(character, "a control character")
    code = f"U+{ord(character):04X}"
    if unicodedata.category(character).startswith("M"):
        what = "a mark on the character before it, which no letter can show; write both as one"
    elif render.needs_shaping(character):
        what = (
            "which is written from right to left, and letters are set from left to right only; "
            "replace it"
        )
    else:
        what = "which the letter's fonts lack; replace it"
    return f"has the character {code} ({name}), {what}."
