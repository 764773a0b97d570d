"""A letter as plain data, and how it is composed; knows no PDF."""
