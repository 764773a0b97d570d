"""Rows of decisions.csv for tests that count them, without a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lgo_letters import statistics
from lgo_letters.data import Counts, Decided, Recorded
from lgo_letters.rules import Compliance, Outcome
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


def count(rows: Iterable[Decision], year: ReportingYear) -> dict[str, Counts]:
    """The counts of the rows, each of which is given alone."""
    rows = list(rows)
    decided = [
        (
            row.authority,
            Decided(ReportingYear.of(row.decision_date), row.outcome, row.satisfactory_remedy),
            1,
        )
        for row in rows
    ]
    recorded = [
        (row.authority, Recorded(ReportingYear.of(row.compliance_date), row.compliance), 1)
        for row in rows
        if row.compliance_date is not None and row.compliance is not None
    ]
    return statistics.count(decided, recorded, year)
