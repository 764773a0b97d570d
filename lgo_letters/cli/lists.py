"""Lists as a person at a terminal reads them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

_WIDTH = 100  # characters of a line


def names_lines(what: str, names: Sequence[str]) -> Iterator[str]:
    """How many names something is true of, and which."""
    yield wrapped(f"{what} ({len(names)}): {', '.join(names) or 'none'}")


def wrapped(text: str) -> str:
    """A text on lines of a terminal, all but the first indented."""
    return textwrap.fill(text, width=_WIDTH, subsequent_indent="  ", break_on_hyphens=False)
