"""Rows of decisions.csv for tests that count them."""

from __future__ import annotations

import csv
import itertools
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lgo_letters.tables.columns import DECISION_COLUMNS
from lgo_letters.tables.data import Authority, Counts, Listed
from lgo_letters.tables.rules import Compliance, Outcome
from lgo_letters.tables.tally import read_decisions
from lgo_letters.year import ReportingYear


@dataclass(frozen=True)
class Decision:
    """A row, as far as it is counted."""

    authority: str
    outcome: Outcome
    decision_date: date
    satisfactory_remedy: bool | None = None
    compliance_date: date | None = None
    compliance: Compliance | None = None


def listed(names: Iterable[str]) -> Listed:
    """Authorities of whom nothing matters but the name."""
    return Listed([Authority(name, "", "") for name in names])


def in_order(authorities: Iterable[Authority], counts: Mapping[str, Counts]) -> list[Counts]:
    """Counts by name, in the order of the authorities; those left out have none."""
    return [counts.get(each.name, Counts()) for each in authorities]


def by_name(authorities: Iterable[Authority], counts: Iterable[Counts]) -> dict[str, Counts]:
    """Counts by name, of the authorities that have any."""
    names = (each.name for each in authorities)
    return {name: each for name, each in zip(names, counts, strict=True) if each != Counts()}


def count(rows: Iterable[Decision], year: ReportingYear) -> dict[str, Counts]:
    """The counts of the rows, written into a table and read from it."""
    rows = list(rows)
    known = listed(dict.fromkeys(row.authority for row in rows))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "decisions.csv"
        with file.open("w", encoding="utf-8", newline="") as text:
            writer = csv.writer(text)
            writer.writerow(DECISION_COLUMNS)
            writer.writerows(map(_cells, itertools.count(), rows))
        return by_name(known.authorities, read_decisions(file, known, year).said.counts)


def _cells(number: int, row: Decision) -> list[str]:
    return [
        f"19 {number // 1000:03} {number % 1000:03}",
        row.authority,
        "Housing",
        row.decision_date.isoformat(),
        row.outcome.value,
        {True: "yes", False: "no", None: ""}[row.satisfactory_remedy],
        "" if row.compliance_date is None else row.compliance_date.isoformat(),
        "" if row.compliance is None else row.compliance.value,
    ]
