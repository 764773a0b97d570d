"""Authorities over time: which take part in a reporting year, and where the counts of others go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from lgo_letters.tables.data import Authority
from lgo_letters.year import ReportingYear


def takes_part(authority: Authority, year: ReportingYear) -> bool:
    """Whether the authority existed on a day of the year."""
    begins, ends = authority.start or date.min, authority.until or date.max
    return begins <= year.end and ends >= year.start


def holders(authorities: Sequence[Authority], year: ReportingYear) -> Mapping[str, str | None]:
    """For each authority, by name, the name of the one that its counts go to in the year.

    That is itself where it takes part, else its only successor that does, chains followed; None
    where there is none or where there are several. No authority may succeed itself.
    """
    named = {authority.name: authority for authority in authorities}

    def heirs(authority: Authority) -> Iterator[str]:
        if takes_part(authority, year):
            yield authority.name
        else:
            for successor in authority.successors:
                yield from heirs(named[successor])

    found = {authority.name: {*heirs(authority)} for authority in authorities}
    return {name: min(its) if len(its) == 1 else None for name, its in found.items()}
