"""Rows of decisions.csv for tests that count them, without a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lgo_letters.data import Decided, Decisions, Recorded
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


def alike(rows: Iterable[Decision]) -> Decisions:
    """How many of the rows are alike."""
    decided: Counter[Decided] = Counter()
    recorded: Counter[Recorded] = Counter()
    dates: Counter[date] = Counter()
    for row in rows:
        year = ReportingYear.of(row.decision_date)
        decided[Decided(row.authority, year, row.outcome, row.satisfactory_remedy)] += 1
        dates[row.decision_date] += 1
        if row.compliance_date is not None and row.compliance is not None:
            year = ReportingYear.of(row.compliance_date)
            recorded[Recorded(row.authority, year, row.compliance)] += 1
            dates[row.compliance_date] += 1
    return Decisions(decided, recorded, dates)
