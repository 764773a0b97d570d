"""Decisions → what each authority comes to in a reporting year, each count by its own date."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from lgo_letters.tables.data import Data
from lgo_letters.year import ReportingYear

from .definitions import DECISION_COUNTS, Counts, Definitions

_DECIDED = f"""
    select authority, decision, {", ".join(DECISION_COUNTS.values())}
    from decisions where decision_date between $start and $end group by all
"""
_RECORDED = """
    select authority, compliance_outcome, count(*)
    from decisions where compliance_date between $start and $end group by all
"""
_OUTCOME_COUNTS = {
    "Complied": ("compliance_outcomes", "complied"),
    "Complied late": ("compliance_outcomes", "complied", "complied_late"),
    "Not complied": ("compliance_outcomes", "not_complied"),
}


def count(data: Data, definitions: Definitions, year: ReportingYear) -> Sequence[Counts]:
    """What the rows of each authority come to, in the order of authorities.csv.

    What was decided goes by the date of the decision; compliance by the date on which it was
    recorded, whatever year the decision fell in.
    """
    kinds = definitions.kinds
    dates = {"start": year.start, "end": year.end}
    counted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for authority, kind, *numbers in data.decisions.query(_DECIDED, dates):
        decided = dict(zip(DECISION_COUNTS, numbers, strict=True))
        counts_as = kinds.counts_as.get(kind, ())
        if kinds.remedy_on not in counts_as:
            decided["satisfactory_remedies"] = 0
        counted[authority].update(decided)
        for name in counts_as:
            counted[authority][name] += decided["decisions"]
    for authority, outcome, number in data.decisions.query(_RECORDED, dates):
        for name in _OUTCOME_COUNTS[outcome]:
            counted[authority][name] += number
    return [
        {name: counted[authority.name][name] for name in definitions.row_counts}
        for authority in data.authorities
    ]


def total(counts: Sequence[Counts], definitions: Definitions) -> Counts:
    """The sum of counts, name by name; of populations, the sum of those that are known."""
    summed = Counter(dict.fromkeys(definitions.row_counts, 0))
    for its_counts in counts:
        summed.update(its_counts)
    return dict(summed)
