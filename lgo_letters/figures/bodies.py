"""Authorities over time: which take part in a reporting year, and who stands in for the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from graphlib import TopologicalSorter
from itertools import islice

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
    successors = {authority.name: authority.successors for authority in authorities}
    found: dict[str, set[str]] = {}
    for name in TopologicalSorter(successors).static_order():  # successors come first
        if takes_part(named[name], year):
            found[name] = {name}
        else:
            its_successors = set().union(*(found[successor] for successor in successors[name]))
            found[name] = {*islice(its_successors, 2)}  # two are several, as more would be
    return {name: found[name].pop() if len(found[name]) == 1 else None for name in named}


def addressee_of(authority: Authority, named: Mapping[str, Authority], day: date) -> Authority:
    """Who receives an authority's letter on a day: itself, unless it has ended by then.

    Then it is its first-named successor, and so on to one that has not ended or names no successor.
    """
    while authority.until is not None and authority.until < day and authority.successors:
        authority = named[authority.successors[0]]
    return authority
