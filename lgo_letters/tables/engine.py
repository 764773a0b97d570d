"""DuckDB's engine, without the layer of Python round it.

That layer makes relations, expressions and data frames, of which nothing is used here, and takes
longer to import than 20,000 rows to count.
"""

from __future__ import annotations

try:
    import _duckdb as duckdb
except ImportError:  # of another name in some other version
    import duckdb  # type: ignore[no-redef]

__all__ = ["duckdb"]
