"""A figure → the decisions that make up a count, or the authorities that make up an average."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from lgo_letters.tables.data import Data
from lgo_letters.year import ReportingYear

from .bodies import holders
from .compare import AuthorityFigures, AverageSums, YearFigures, average_sums
from .count import FLAGS, counts_in
from .definitions import Definitions, Statistic

_CASES = f"""
    select reference, authority, service_area, decision_date, decision, satisfactory_remedy,
        compliance_date, compliance_outcome, line,
        case when decision_date between $start and $end then decision end as decided,
        case when compliance_date between $start and $end then compliance_outcome end as recorded,
        [{FLAGS}] as flags
    from decisions
    where (decided is not null or recorded is not null)
        and list_contains($names::VARCHAR[], authority::VARCHAR)
    order by decision_date, reference::VARCHAR, authority::VARCHAR
"""


class Case(NamedTuple):
    """A row of decisions.csv that counts in the year, and the names of its counts.

    `authority` is the body that the file names, which may have ended; `line` is where the row
    starts. What is blank, or not known, is None.
    """

    reference: str
    authority: str
    service_area: str | None
    decision_date: date
    decision: str
    satisfactory_remedy: bool | None
    compliance_date: date | None
    compliance_outcome: str | None
    line: int | None
    counts_in: tuple[str, ...]


def cases(
    data: Data, definitions: Definitions, year: ReportingYear, authority: str
) -> Sequence[Case]:
    """The rows that make up an authority's counts, by decision date and reference.

    Those of bodies whose counts go to it are among them. For every count of rows, those that name
    it are as many as the authority's figures say.
    """
    holder = holders(data.authorities, year)
    names = [name for name in holder if holder[name] == authority]
    return [*_cases(data, definitions, year, names)]


def cases_by_authority(
    data: Data, definitions: Definitions, year: ReportingYear
) -> Mapping[str, Sequence[Case]]:
    """As `cases`, those of every authority that has any, read at once."""
    holder = {body: name for body, name in holders(data.authorities, year).items() if name}
    found: defaultdict[str, list[Case]] = defaultdict(list)
    for case in _cases(data, definitions, year, [*holder]):
        found[holder[case.authority]].append(case)
    return found


def _cases(
    data: Data, definitions: Definitions, year: ReportingYear, names: Sequence[str]
) -> Iterator[Case]:
    """The rows of the bodies of these names."""
    dates = {"start": year.start, "end": year.end}
    for *cells, decided, recorded, flags in data.decisions.query(_CASES, {**dates, "names": names}):
        counts = counts_in(definitions.kinds, decided, recorded, flags)
        yield Case._make((*cells, tuple(counts)))


def count_names(definitions: Definitions) -> Sequence[str]:
    """The counts of rows as they are listed: decisions, the edition's own, then the others."""
    return [*dict.fromkeys(("decisions", *definitions.kinds.counts, *definitions.row_counts))]


@dataclass(frozen=True, slots=True)
class DrawnAverage:
    """A statistic's average of the authorities of a type, and the sums that it is drawn from."""

    type: str
    statistic: Statistic
    members: Sequence[AuthorityFigures]
    sums: AverageSums


def drawn_average(figures: YearFigures, type_: str, statistic: Statistic) -> DrawnAverage:
    """The average of a type, from those of it that take part in the year."""
    members = [one for one in figures.authorities if one.authority.type == type_]
    method = figures.definitions.average_method
    sums = average_sums(statistic, [one.counts for one in members], method)
    return DrawnAverage(type_, statistic, members, sums)
