"""accessibility.md: the body's own statement on accessibility, which the public pages show.

No letter depends on it, so it is read for the pages alone, and may be changed after the letters
have gone out.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lgo_letters.errors import EditionError, Problem

from .folder import ACCESSIBILITY, EditionFolder
from .settings import Settings
from .text.blocks import Block
from .text.markdown import Source, check_levels
from .text.wording import PageWording

BLANK = "[TO FILL IN"
"""How a blank begins, which a person has yet to fill in."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What it says, and the lines on which there is still a blank."""

    blocks: tuple[Block, ...]
    blanks: tuple[int, ...]


def read_statement(folder: Path, settings: Settings) -> Statement | None:
    """The statement of an edition; None where it has none.

    It may use the placeholders publisher, title, which is that of the pages, and links.NAME. Raises
    EditionError with every problem in it.
    """
    files = EditionFolder(folder)
    if not files.has(ACCESSIBILITY):
        return None
    text = files.text(ACCESSIBILITY)
    if text is not None and not text.strip():
        message = "the file is empty; write in it or delete it."
        files.problems.append(Problem(ACCESSIBILITY, 1, message))
    if files.problems:
        raise EditionError(files.problems)
    values = {
        "publisher": settings.document.author,
        "title": settings.site.title,
        "links": settings.links,
    }
    blocks = PageWording(text or "", Source(ACCESSIBILITY), values).blocks(values)
    check_levels(blocks, ACCESSIBILITY)
    lines = enumerate(files.texts[ACCESSIBILITY], start=1)
    return Statement(blocks, tuple(number for number, line in lines if BLANK in line))
