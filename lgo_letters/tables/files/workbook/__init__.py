"""A workbook → the records of one of its sheets, as the CSV file of that sheet would have them.

Calamine reads the cells: it is kept up, takes a tenth of the time of openpyxl, and knows which
numbers are dates. It says nothing of hidden rows, makes errors and formulas without a saved value
blank cells, and believes what a workbook says of itself: a false number of strings, one value in a
sheet's last cell, or a long text that a million cells share has it ask for a hundred gigabytes,
which ends the process. So it is given only what was looked at before, and found to be within the
bounds of `bounds.py`: one sheet, its strings and its styles, in a workbook made for it.

Nothing outside this folder knows of it but the line of `table.py` that imports `WorkbookRecords`.
"""

from .records import WorkbookRecords

__all__ = ["WorkbookRecords"]
