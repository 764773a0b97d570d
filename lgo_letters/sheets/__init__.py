"""Sheets: what goes with a letter, as a workbook that people read and check."""
