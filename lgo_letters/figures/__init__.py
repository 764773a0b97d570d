"""Decisions → counts, rates and averages: pure and exact."""
