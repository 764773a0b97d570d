"""Decisions → what each authority comes to in a reporting year, each count by its own date."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from lgo_letters.tables.data import Data, Decisions
from lgo_letters.year import ReportingYear

from .definitions import Counts, Definitions

_DECIDED = """
    select {group}, decision, count(*), count(*) filter (where satisfactory_remedy)
    from decisions where decision_date between $start and $end group by all
"""
_RECORDED = """
    select {group}, compliance_outcome, count(*)
    from decisions where compliance_date between $start and $end group by all
"""


def count(data: Data, definitions: Definitions, year: ReportingYear) -> Sequence[Counts]:
    """The counts of each authority, in the order of authorities.csv, by all of their names."""
    counted = _count_by("authority", data.decisions, definitions, year)
    return [_complete(counted[each.name], definitions) for each in data.authorities]


def total(counts: Iterable[Counts], definitions: Definitions) -> Counts:
    """The sum of counts, name by name."""
    summed = Counter[str]()
    for each in counts:
        summed.update(each)
    return _complete(summed, definitions)


def _complete(counts: Counter[str], definitions: Definitions) -> Counts:
    return {name: counts[name] for name in definitions.counts}


def _count_by(
    group: str, decisions: Decisions, definitions: Definitions, year: ReportingYear
) -> defaultdict[str | None, Counter[str]]:
    """The counts by the values of a column of decisions.

    What was decided goes by the date of the decision; compliance by the date on which it was
    recorded, whatever year the decision fell in.
    """
    kinds = definitions.kinds
    dates = {"start": year.start, "end": year.end}
    counted: defaultdict[str | None, Counter[str]] = defaultdict(Counter)
    for value, kind, number, remedies in decisions.query(_DECIDED.format(group=group), dates):
        counts = counted[value]
        counts["decisions"] += number
        for name in kinds.counts_as.get(kind, ()):
            counts[name] += number
        if kinds.remedy_on in kinds.counts_as.get(kind, ()):
            counts["satisfactory_remedies"] += remedies
    for value, outcome, number in decisions.query(_RECORDED.format(group=group), dates):
        for name in _OUTCOME_COUNTS.get(outcome, ()):
            counted[value][name] += number
    return counted


_OUTCOME_COUNTS = {
    "Complied": ("compliance_outcomes", "complied"),
    "Complied late": ("compliance_outcomes", "complied", "complied_late"),
    "Not complied": ("compliance_outcomes", "not_complied"),
}
