"""Rows of decisions.csv for tests that count them, and counts as tests write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import duckdb

from lgo_letters.figures import count as counting
from lgo_letters.figures.definitions import Counts, Definitions
from lgo_letters.tables.data import Authority, AuthorityList, Data, Decisions, InputFile
from lgo_letters.year import ReportingYear
from tests.support.definitions import DEFINITIONS


@dataclass(frozen=True)
class Decision:
    """A row, as far as it is counted."""

    authority: str
    kind: str
    decision_date: date
    satisfactory_remedy: bool | None = None
    compliance_date: date | None = None
    compliance: str | None = None
    service_area: str | None = None


def listed(names: Iterable[str]) -> AuthorityList:
    """Authorities of whom nothing matters but the name."""
    return AuthorityList(tuple(Authority(name, "", "") for name in names))


def some_counts(**counts: int) -> Counts:
    """Counts of the 2020 edition: those given, and nought of all others."""
    assert set(counts) <= set(DEFINITIONS.row_counts)
    return dict.fromkeys(DEFINITIONS.row_counts, 0) | counts


def in_order(authorities: Iterable[Authority], counts: Mapping[str, Counts]) -> list[Counts]:
    """Counts by name, in the order of the authorities; those left out have none."""
    return [counts.get(authority.name, some_counts()) for authority in authorities]


def by_name(authorities: Iterable[Authority], counts: Iterable[Counts]) -> dict[str, Counts]:
    """Counts by name, of the authorities that have any."""
    pairs = zip(authorities, counts, strict=True)
    return {
        authority.name: its_counts for authority, its_counts in pairs if any(its_counts.values())
    }


def count(
    rows: Iterable[Decision], year: ReportingYear, definitions: Definitions = DEFINITIONS
) -> dict[str, Counts]:
    """The counts of the rows by name, of the authorities that have any."""
    rows = list(rows)
    data = data_of(rows)
    return by_name(data.authorities, counting.count(data, definitions, year))


def data_of(rows: Sequence[Decision], authorities: Sequence[Authority] = ()) -> Data:
    """The rows as though they had been read; they stand only until the next are asked for.

    Without authorities, they are those that the rows name, of whom nothing else is known.
    """
    connection = _connection()
    columns = {
        "line": range(2, len(rows) + 2),
        "reference": [f"19 000 {number:03}" for number in range(len(rows))],
        "authority": [row.authority for row in rows],
        "decision_date": [row.decision_date for row in rows],
        "decision": [row.kind for row in rows],
        "satisfactory_remedy": [row.satisfactory_remedy for row in rows],
        "compliance_date": [row.compliance_date for row in rows],
        "compliance_outcome": [row.compliance for row in rows],
        "service_area": [row.service_area for row in rows],
    }
    types = "BIGINT VARCHAR VARCHAR DATE VARCHAR BOOLEAN DATE VARCHAR VARCHAR".split()
    cells = (
        f"unnest(${name}::{type_}[]) as {name}" for name, type_ in zip(columns, types, strict=True)
    )
    connection.execute(
        f"create or replace table decisions as select {', '.join(cells)}",
        {name: list(values) for name, values in columns.items()},
    )
    known = listed(dict.fromkeys(row.authority for row in rows)).authorities
    files = InputFile("authorities.csv", "", 0), InputFile("decisions.csv", "", len(rows))
    return Data(tuple(authorities) or known, Decisions(connection), *files)


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:")
