"""Regular expressions that an edition gives, as DuckDB reads them.

DuckDB runs them with RE2, in time that grows with the text alone: no pattern can hang a run, as it
could with Python's `re`. So they are run by DuckDB and nowhere else.
"""

from __future__ import annotations


def what_is_wrong(pattern: str) -> str | None:
    """Why a pattern cannot be run, in RE2's words; None where it can."""
    from .engine import duckdb  # few editions give a pattern

    with duckdb.connect(":memory:") as connection:
        try:
            connection.execute("select regexp_full_match('', $pattern)", {"pattern": pattern})
        except duckdb.Error as error:
            return str(error).removeprefix("Invalid Input Error: ")
    return None
