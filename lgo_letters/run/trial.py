"""What is tried before any letter of a year is written: the characters, and the layout.

A font silently draws a character that it lacks as an empty box.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from lgo_letters.edition.text.blocks import Block, Heading
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

    If there are none, sets some letters of each layout: the first, the one with the longest name
    and, if they have tables, the one with the most rows. Raises EditionError if one cannot be set.
    """
    first: dict[tuple[Block | type[Block], ...], Letter] = {}
    for letter in letters:
        first.setdefault(layout(letter), letter)
    longest = {layout(letter): letter for letter in sorted(letters, key=_length)}
    largest = {layout(letter): letter for letter in sorted(letters, key=_rows) if _rows(letter)}
    # The first letter of a process takes the longest, so that every process tries one.
    in_every_process = [*letters[:1]] * (pool.number - 1)
    tries = [pool.submit(render.try_letter, one) for one in (*in_every_process, *first.values())]
    used = frozenset().union(*(letter.characters() for letter in letters))
    unsupported = pool.submit(render.unsupported_characters, used).result()
    problems = _problems_with(unsupported - _WHITE_SPACE, inputs)
    if not any(problems):
        others = (*longest.values(), *largest.values())
        tries += [pool.submit(render.try_letter, letter) for letter in others]
        for future in tries:
            future.result()
    return problems


def layout(letter: Letter) -> tuple[Block | type[Block], ...]:
    """What the body is made of: its headings, which must fit on a page, and what other blocks.

    Paragraphs go over as many pages as they need, and may say other figures in each letter.
    """
    return tuple(block if isinstance(block, Heading) else type(block) for block in letter.body)


def _length(letter: Letter) -> int:
    return len(letter.authority)


def _rows(letter: Letter) -> int:
    return sum(len(table.rows) for table in letter.tables())


_SERVICE_AREAS = """
    select min(line), service_area from decisions where service_area is not null
    group by service_area order by all
"""


def _problems_with(
    unsupported: frozenset[str], inputs: Inputs
) -> tuple[list[Problem], list[Problem]]:
    """A problem for each such character and cell of the data, or line of the edition."""
    if not unsupported:
        return [], []
    data = [
        Problem(
            inputs.data.authorities_file.file, authority.line, _message(character), column, text
        )
        for authority in inputs.data.authorities
        for column in ("name", "role", "recipient", "salutation")
        for text in [getattr(authority, column) or ""]
        for character in sorted(unsupported.intersection(text))
    ]
    data += [
        Problem(inputs.data.decisions_file.file, line, _message(character), "service_area", area)
        for line, area in inputs.data.decisions.query(_SERVICE_AREAS)
        for character in sorted(unsupported.intersection(area))
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
