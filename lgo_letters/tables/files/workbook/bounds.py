"""How large a workbook may be: far above what is needed, and read in seconds and under 500 MB.

A year's 20,000 rows of 12 columns are 1 MB, unpacked 7 MB, and 240,000 cells.
"""

BYTES = 64 << 20
"""Of a workbook."""
PARTS = 10_000
"""Of a workbook, read or not: pictures, other sheets."""
LARGE_PART = 128 << 20
"""Bytes, unpacked, of a sheet or of the strings that cells share."""
SMALL_PART = 8 << 20
"""Bytes, unpacked, of any other part that is read."""
TAGS = 7_000_000
"""Of such a part: starts and ends of a million cells, with a formula and a value in each."""
DEPTH = 100
"""Of elements in each other; Excel needs about ten."""
LONGEST_TAG = 1 << 20
"""Bytes: an XML parser looks at an unfinished tag again with every piece of it."""
CELLS = 1_000_000
"""Of a sheet, blank ones too if they have a format; also of the strings that cells share."""
AREA = 4_000_000
"""Cells from A1 to the last value: the library keeps all of them, and ours are rows that wide."""
CHARACTERS = 64 << 20
"""Of all cells together: the library keeps a shared string once for each cell."""
UNREADABLE = 100_000
"""Errors, and formulas without a saved value."""
LEAST_NUMBER = -(10**11)
"""In a cell; the library ends in a panic where one that is less has the format of a date."""
ROW, COLUMN = 1_048_576, 16_384
"""Excel's last."""
