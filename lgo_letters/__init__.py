"""Annual review letters from a year's decisions."""

__version__ = "0.6.0"
