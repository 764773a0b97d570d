"""decisions.csv → its checked rows in DuckDB, and what is wrong in them."""
