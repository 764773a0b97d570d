"""DuckDB's own reader, in front of Python's for files in which nothing can be read two ways."""

from __future__ import annotations

import csv
import re

from lgo_letters.tables.table import Table


def strict_scan(table: Table) -> str | None:
    """SQL that reads the rows of a table as cells c0, c1 …, or None where it may not be trusted.

    Blank lines and rows of the wrong shape are not among them, or are an error of DuckDB's.
    """
    header, text = table.header, table.source.plain_text
    if header is None or text is None or header.line != 1:
        return None
    width = header.width
    columns = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(width + 1))
    # One cell too few shows as NULL in the last, and one too many in the one behind it: DuckDB
    # passes over it where it is blank. No cell is a line end, so no other cell is NULL.
    return f"""(
        from read_csv(
            {quoted(_unglobbed(str(text.path.absolute())))}, columns = {{{columns}}},
            auto_detect = false, header = false, skip = 1, delim = ',', quote = '"', escape = '"',
            comment = '', nullstr = '\n', compression = 'none', strict_mode = true,
            null_padding = true, ignore_errors = false, max_line_size = {csv.field_size_limit()}
        ) where c{width - 1} is not null and c{width} is null
    )"""


def _unglobbed(path: str) -> str:
    """A path that means itself: d[1].csv would be d1.csv else."""
    return re.sub(r"([*?[])", r"[\1]", path)


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
