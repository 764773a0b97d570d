"""A file, be it text or a workbook → its records, each with its line; problems as data."""
