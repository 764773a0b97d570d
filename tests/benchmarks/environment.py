"""What processes that are timed find around them."""

from __future__ import annotations

import os


def compiling() -> dict[str, str]:
    """The environment, in which Python may keep the modules that it has compiled.

    Those of an installed program are compiled; else each start would compile this program's again,
    and none of the libraries that it is held against.
    """
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
