"""Where the files lie that come with the product: fonts, the example, the editions.

In an installed wheel they are inside the package; in a clone, fonts and examples lie beside it.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """The folder of that name, in the package or beside it."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name
