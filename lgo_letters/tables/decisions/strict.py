"""DuckDB's own reader, in front of Python's for files in which nothing can be read two ways."""

from __future__ import annotations

import csv
import re

from lgo_letters.tables.table import Table


def strict_scan(table: Table) -> str | None:
    """SQL that reads the rows of a table as cells c0, c1 …, or None where it may not be trusted.

    Blank lines are not among them; a row of another width is an error of DuckDB's.
    """
    header, text = table.header, table.source.plain_text
    if header is None or text is None or header.line != 1:
        return None
    columns = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(header.width))
    # No cell is a line end, so that none is NULL.
    return f"""read_csv(
        {quoted(_unglobbed(str(text.path.absolute())))}, columns = {{{columns}}},
        auto_detect = false, header = false, skip = 1, delim = ',', quote = '"', escape = '"',
        comment = '', nullstr = '\n', compression = 'none', strict_mode = true,
        null_padding = false, ignore_errors = false, max_line_size = {csv.field_size_limit()}
    )"""


def _unglobbed(path: str) -> str:
    """A path that means itself: d[1].csv would be d1.csv else."""
    return re.sub(r"([*?[])", r"[\1]", path)


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
