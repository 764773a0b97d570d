"""Decisions → what each authority comes to in a reporting year, each count by its own date."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from lgo_letters.tables.data import Data
from lgo_letters.year import ReportingYear

from .definitions import DECISION_COUNTS, Counts, Definitions

# `day` is the date that decides in which year, and in which month, a row counts.
_DECIDED = f"""
    select authority, {{value}}, decision, {", ".join(DECISION_COUNTS.values())}
    from (select *, decision_date as day from decisions)
    where day between $start and $end group by all
"""
_RECORDED = """
    select authority, {value}, compliance_outcome, count(*)
    from (select *, compliance_date as day from decisions)
    where day between $start and $end group by all
"""
_OUTCOME_COUNTS = {
    "Complied": ("compliance_outcomes", "complied"),
    "Complied late": ("compliance_outcomes", "complied", "complied_late"),
    "Not complied": ("compliance_outcomes", "not_complied"),
}


def count(data: Data, definitions: Definitions, year: ReportingYear) -> Sequence[Counts]:
    """What the rows of each authority come to, in the order of authorities.csv."""
    counted = count_by("null", data, definitions, year)
    return [
        {name: counted[authority.name, None][name] for name in definitions.row_counts}
        for authority in data.authorities
    ]


def count_by(
    value: str, data: Data, definitions: Definitions, year: ReportingYear
) -> Mapping[tuple[str, str | None], Counter[str]]:
    """The counts of each authority and value, which is SQL over a row and its `day`.

    What was decided goes by the date of the decision; compliance by the date on which it was
    recorded, whatever year the decision fell in. Authorities are those that the rows name.
    """
    kinds = definitions.kinds
    dates = {"start": year.start, "end": year.end}
    counted: defaultdict[tuple[str, str | None], Counter[str]] = defaultdict(Counter)
    rows = data.decisions.query(_DECIDED.format(value=value), dates)
    for authority, its_value, kind, *numbers in rows:
        decided = dict(zip(DECISION_COUNTS, numbers, strict=True))
        counts_as = kinds.counts_as.get(kind, ())
        if kinds.remedy_on not in counts_as:
            decided["satisfactory_remedies"] = 0
        counted[authority, its_value].update(decided)
        for name in counts_as:
            counted[authority, its_value][name] += decided["decisions"]
    rows = data.decisions.query(_RECORDED.format(value=value), dates)
    for authority, its_value, outcome, number in rows:
        for name in _OUTCOME_COUNTS[outcome]:
            counted[authority, its_value][name] += number
    return counted


def total(counts: Sequence[Counts], definitions: Definitions) -> Counts:
    """The sum of counts, name by name; of populations, the sum of those that are known."""
    summed = Counter(dict.fromkeys(definitions.row_counts, 0))
    for its_counts in counts:
        summed.update(its_counts)
    return dict(summed)
