"""Decisions → what each authority comes to in a reporting year, each count by its own date."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress

from lgo_letters.tables.data import Data
from lgo_letters.tables.kinds import DecisionKinds
from lgo_letters.year import ReportingYear

from .definitions import DECISION_COUNTS, Counts, Definitions

FLAGS = ", ".join(DECISION_COUNTS.values())
"""SQL: for each of DECISION_COUNTS, whether a row is such a decision."""
_REMEDIES = "satisfactory_remedies"

# `day` is the date that decides in which year, and in which month, a row counts.
_DECIDED = f"""
    select authority, {{value}}, decision, null, {FLAGS}, count(*)
    from (select *, decision_date as day from decisions)
    where day between $start and $end group by all
"""
_RECORDED = """
    select authority, {value}, null, compliance_outcome, count(*)
    from (select *, compliance_date as day from decisions)
    where day between $start and $end group by all
"""
OUTCOME_COUNTS = {
    "Complied": ("compliance_outcomes", "complied"),
    "Complied late": ("compliance_outcomes", "complied", "complied_late"),
    "Not complied": ("compliance_outcomes", "not_complied"),
}
"""The counts in which a row counts by its outcome of compliance."""


def counts_in(
    kinds: DecisionKinds, kind: str | None, outcome: str | None, flags: Iterable[bool] = ()
) -> Sequence[str]:
    """The names of the counts in which a row counts, each once.

    `kind` is what was decided and `outcome` the compliance that was recorded, each None unless that
    was in the year. `flags` are what FLAGS selects of the row.
    """
    counts: list[str] = []
    if kind is not None:
        counts_as = kinds.counts_as.get(kind, ())
        counts += compress(DECISION_COUNTS, flags)
        if _REMEDIES in counts and kinds.remedy_on not in counts_as:
            counts.remove(_REMEDIES)
        counts += counts_as
    if outcome is not None:
        counts += OUTCOME_COUNTS[outcome]
    return counts


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
    dates = {"start": year.start, "end": year.end}
    counted: defaultdict[tuple[str, str | None], Counter[str]] = defaultdict(Counter)
    for sql in (_DECIDED, _RECORDED):
        rows = data.decisions.query(sql.format(value=value), dates)
        for authority, its_value, kind, outcome, *flags, number in rows:
            counts = counted[authority, its_value]
            for name in counts_in(definitions.kinds, kind, outcome, flags):
                counts[name] += number
    return counted


def total(counts: Sequence[Counts], definitions: Definitions) -> Counts:
    """The sum of counts, name by name; of populations, the sum of those that are known."""
    summed = Counter(dict.fromkeys(definitions.row_counts, 0))
    for its_counts in counts:
        summed.update(its_counts)
    return dict(summed)
