"""A year's wording, dates, statistics and panels, read once and checked."""
