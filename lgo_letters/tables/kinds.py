"""The kinds of decision that an edition knows: what the tables may say, and what each counts as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DecisionKinds:
    """The kinds of decision by name, in the edition's order, each with the counts it adds to.

    `remedy_on` and `compliance_on` name the count of the decisions on which a satisfactory remedy
    or a compliance outcome may stand.
    """

    counts_as: Mapping[str, tuple[str, ...]]
    remedy_on: str = "upheld"
    compliance_on: str = "upheld"

    @property
    def names(self) -> tuple[str, ...]:
        """Every kind, as the edition writes it."""
        return tuple(self.counts_as)

    @property
    def counts(self) -> tuple[str, ...]:
        """The edition's own counts, each once, in the order in which the kinds name them."""
        return tuple(dict.fromkeys(count for kind in self.counts_as.values() for count in kind))

    def counting_as(self, count: str) -> tuple[str, ...]:
        """The kinds that add to a count."""
        return tuple(name for name, counts in self.counts_as.items() if count in counts)
