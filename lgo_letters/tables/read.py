"""Both tables, read and checked against each other and against what the edition names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .authorities import read_authorities
from .data import Data
from .decisions import read_decisions
from .kinds import DecisionKinds


def read_tables(
    authorities: Path,
    decisions: Path,
    types: Sequence[str] | None,
    kinds: DecisionKinds | None,
) -> Data:
    """Reads both files; every problem of both is in what it gives.

    `types` and `kinds` are None where the edition could not be read; any type or kind then goes.
    Raises UsageError where a file cannot be opened.
    """
    listed, of_authorities = read_authorities(authorities, types)
    # Where no authority could be read, no name is blamed for it.
    known = listed if of_authorities.file.rows else None
    rows, of_decisions = read_decisions(decisions, known, kinds)
    return Data(
        listed.authorities,
        rows,
        of_authorities.file,
        of_decisions.file,
        of_authorities.problems + of_decisions.problems,
        of_authorities.more_problems + of_decisions.more_problems,
        of_authorities.notices + of_decisions.notices,
    )
