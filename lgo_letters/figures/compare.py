"""Figures of one year, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from lgo_letters.tables.data import Authority

from .definitions import Counts


@dataclass(frozen=True, slots=True)
class AuthorityFigures:
    """An authority's counts and the averages of its type (None where it is not compared)."""

    authority: Authority
    counts: Counts
    averages: Mapping[str, Fraction | None]
