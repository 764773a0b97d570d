"""What is tried of a year's letters before any is written: their characters, a layout of each body.

Both in one look through the letters, however many there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lgo_letters.errors import Problem
from lgo_letters.letter.letter import Letter

from . import render
from .characters import add_characters, problems_with
from .inputs import Inputs
from .pool import Workers


def try_letters(
    inputs: Inputs, letters: Iterable[Letter], workers: Workers
) -> tuple[list[Problem], list[Problem]]:
    """The characters that the letters' fonts lack: problems of the data, and of the edition.

    Where there is none, sets two letters of each body, the first and the one with the longest name,
    and keeps none; raises EditionError where one cannot be set.
    """
    used: set[str] = set()
    by_body: dict[Any, Letter] = {}
    tried = []
    for letter in letters:
        add_characters(letter, used)
        if letter.body not in by_body:
            # While others are looked at; the very first in every process, which takes it long.
            times = 1 if by_body else workers.number
            tried += [workers.submit(render.try_letter, letter) for _ in range(times)]
        longest = by_body.setdefault(letter.body, letter)
        if len(letter.authority) > len(longest.authority):
            by_body[letter.body] = letter
    lacking = workers.submit(render.lacking_characters, frozenset(used))
    problems = problems_with(lacking.result(), inputs)
    if not any(problems):
        tried += [workers.submit(render.try_letter, letter) for letter in by_body.values()]
        for each in tried:
            each.result()
    return problems
