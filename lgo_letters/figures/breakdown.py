"""A year's counts by service area, kind of decision, month, region or type of authority."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lgo_letters.tables.data import Data
from lgo_letters.year import ReportingYear

from .bodies import holders
from .by import OF_DECISIONS
from .compare import YearFigures
from .count import count_by, total
from .definitions import Counts, Definitions

Value = str | None
"""What a row of a breakdown is about, such as a month, 2019-04; None where that is blank."""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Counts by the values of `by`, in the order in which they are shown, and their sum.

    Nobody's population is among them: there is no rate over residents.
    """

    by: str
    rows: Mapping[Value, Counts]
    total: Counts


def breakdowns(
    data: Data, definitions: Definitions, year: ReportingYear, by: str
) -> Mapping[str | None, Breakdown]:
    """The breakdown of each authority that takes part in the year, and of all together under None.

    `by` is one of OF_DECISIONS. Each count goes by its own date. An authority has the counts of
    those that it succeeded.
    """
    holder = holders(data.authorities, year)
    names = [None, *(name for name in holder if holder[name] == name)]
    counted: dict[str | None, defaultdict[Value, Counter[str]]] = {
        name: defaultdict(Counter) for name in names
    }
    for (authority, value), counts in count_by(OF_DECISIONS[by], data, definitions, year).items():
        for name in {None, holder[authority]}:
            counted[name][value].update(counts)
    known = {
        "service_area": definitions.service_areas,
        "decision": definitions.kinds.names,
        "month": [month.isoformat()[:7] for month in year.months],
    }[by]
    return {
        name: _breakdown(by, {value: [its[value]] for value in its}, known, definitions)
        for name, its in counted.items()
    }


def breakdown_of_authorities(figures: YearFigures, by: str) -> Breakdown:
    """The breakdown of all by what authorities.csv says of an authority: its region or its type.

    Bodies not in the year have a row of their own, the last.
    """
    members: defaultdict[Value, list[Counts]] = defaultdict(list)
    for one in figures.authorities:
        members[getattr(one.authority, by)].append(one.counts)
    absent = figures.not_in_year
    if absent.authorities:
        members[absent.name].append(absent.counts)
    known = figures.definitions.compared_types if by == "type" else ()
    return _breakdown(by, members, known, figures.definitions, last=(None, absent.name))


def _breakdown(
    by: str,
    counted: Mapping[Value, Sequence[Counts]],
    known: Sequence[Value],
    definitions: Definitions,
    last: Sequence[Value] = (None,),
) -> Breakdown:
    """The known values first, with or without counts, then others by name, then the last."""
    others = sorted(
        value for value in counted if value is not None and value not in (*known, *last)
    )
    rows: dict[Value, Counts] = {}
    for value in (*known, *others, *(value for value in last if value in counted)):
        counts = total(counted.get(value, ()), definitions)
        rows[value] = {name: counts[name] for name in definitions.row_counts}
    return Breakdown(by, rows, total([*rows.values()], definitions))
