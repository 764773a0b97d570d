"""Two states of the same tables → the rows that differ between them, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lgo_letters.names import key

from .authorities import TEXT_COLUMNS
from .data import Authority, AuthorityList

if TYPE_CHECKING:
    from .data import Data

Cells = Mapping[str, str | None]
"""What stands in a row, by its columns, as a file has it; None where a cell is blank."""

_COLUMNS = (
    *("reference", "authority", "service_area", "decision_date", "decision"),
    *("satisfactory_remedy", "compliance_date", "compliance_outcome"),
)
_ROWS = """
    select reference, authority, service_area, decision_date::VARCHAR, decision,
        case satisfactory_remedy when true then 'yes' when false then 'no' end,
        compliance_date::VARCHAR, compliance_outcome
    from decisions order by line
"""


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that was added, removed or changed; `reference` is None for one of authorities.csv.

    `cells` are those that differ, before and after; None where there is no row, or nothing in it.
    """

    authority: str
    change: str
    cells: Mapping[str, tuple[str | None, str | None]]
    reference: str | None = None


def decision_changes(before: Data, after: Data) -> Sequence[RowChange]:
    """The decisions that differ in a column that letters depend on, by reference and authority.

    An authority that is called something else now is still the same.
    """
    named = AuthorityList(after.authorities).named

    def rows(data: Data) -> dict[tuple[str, str], tuple[str | None, ...]]:
        names = {one.name: _name_in(named, one.name) for one in data.authorities}
        found = data.decisions.query(_ROWS)
        return {(row[0], names.get(row[1], row[1])): row[2:] for row in found}

    old, new = rows(before), rows(after)
    columns = _COLUMNS[2:]
    return [
        RowChange(authority, *_difference(columns, old.get(place), new.get(place)), place[0])
        for place in dict.fromkeys([*old, *new])
        if old.get(place) != new.get(place)
        for authority in [place[1]]
    ]


def authority_changes(
    before: Sequence[Authority], after: Sequence[Authority]
) -> Sequence[RowChange]:
    """The rows of authorities.csv that differ in a column that lgo-letters knows, by their name.

    One whose earlier name is among its other names is still the same.
    """
    named = AuthorityList(tuple(after)).named
    old = {_name_in(named, one.name): _cells(one) for one in before}
    new = {one.name: _cells(one) for one in after}
    found = []
    for name in dict.fromkeys([*old, *new]):
        was, now = old.get(name), new.get(name)
        if was != now:
            columns = list(dict.fromkeys([*(was or ()), *(now or ())]))
            before_and_after = (
                None if cells is None else tuple(map(cells.get, columns)) for cells in (was, now)
            )
            found.append(RowChange(name, *_difference(columns, *before_and_after)))
    return found


def _name_in(named: Mapping[str, Authority], name: str) -> str:
    known = named.get(key(name))
    return name if known is None else known.name


def _difference(
    columns: Iterable[str],
    before: tuple[str | None, ...] | None,
    after: tuple[str | None, ...] | None,
) -> tuple[str, dict[str, tuple[str | None, str | None]]]:
    """What became of a row, and the cells that differ; one of both is not None."""
    change = "added" if before is None else "removed" if after is None else "changed"
    nothing = (None,) * len(before or after or ())
    pairs = zip(columns, before or nothing, after or nothing, strict=True)
    return change, {name: (was, now) for name, was, now in pairs if was != now}


def _cells(authority: Authority) -> Cells:
    """An authority's row as authorities.csv has it."""
    populations = {
        "population" if year is None else f"population_{year}": str(number)
        for year, number in authority.populations.items()
    }
    return {
        **{column: getattr(authority, column) for column in TEXT_COLUMNS},
        "cc": "; ".join(authority.cc) or None,
        "from": authority.start and authority.start.isoformat(),
        "until": authority.until and authority.until.isoformat(),
        "successor": "; ".join(authority.successors) or None,
        "also_known_as": "; ".join(authority.also_known_as) or None,
        **populations,
    }
