"""Both tables, read and checked against each other and against what the edition names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .authorities import read_authorities
from .data import Data
from .decisions.columns import decision_columns
from .decisions.read import read_decisions
from .kinds import DecisionKinds
from .mapping import TableMapping

if TYPE_CHECKING:
    from .export import ExportMapping


def read_tables(
    authorities: Path,
    decisions: Path,
    types: Sequence[str] | None,
    kinds: DecisionKinds | None,
    *,
    reference_pattern: str | None = None,
    service_areas: Sequence[str] = (),
    mapping: ExportMapping | None = None,
    texts: bool = True,
) -> Data:
    """Reads both files; every problem of both, and of the mapping, is in what it gives.

    `types` and `kinds` are None where the edition could not be read; any type or kind then goes.
    Without `reference_pattern` a reference is eight digits; without `service_areas` any goes.
    Without `texts`, no summary and no address is kept. Raises UsageError where a file cannot be
    opened.
    """
    for_authorities, for_decisions = TableMapping("authorities"), TableMapping("decisions")
    if mapping is not None:
        for_authorities, for_decisions = mapping.authorities, mapping.decisions
    listed, of_authorities = read_authorities(authorities, types, for_authorities)
    # Where no authority could be read, no name is blamed for it.
    known = listed if of_authorities.file.rows else None
    columns = decision_columns(known, kinds, reference_pattern, service_areas, texts=texts)
    rows, of_decisions = read_decisions(decisions, columns, kinds, for_decisions)
    files = of_authorities.file, of_decisions.file
    problems = () if mapping is None else mapping.sorted_problems()
    data = Data(listed.authorities, rows, *files, problems)
    data = data.including([of_authorities, of_decisions])
    return replace(data, mapped=()) if problems else data
