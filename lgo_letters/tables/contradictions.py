"""What may not be together in a row of decisions.csv: every rule within a row, once.

A rule is an SQL predicate on a row's values. Each column has its value, NULL where the cell is
blank or wrong, and `has_COLUMN`, which is NULL where the cell is wrong: so a wrong cell proves
nothing. `may_have_remedy` and `may_have_compliance` say what the kind of decision allows. A message
completes a sentence that starts with the cell of `column`; {COLUMN} in it is a cell's text, and
{remedy_on} and {compliance_on} say in words what such decisions count as.
"""

from __future__ import annotations

from dataclasses import dataclass

from .cells import COMPLIANCE_OUTCOMES, either


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Where `predicate` is true of a row, `column` is a problem that `message` tells."""

    predicate: str
    column: str
    message: str


CONTRADICTIONS = [
    Contradiction(
        "satisfactory_remedy and not may_have_remedy",
        "satisfactory_remedy",
        "is on a decision that was not {remedy_on}; "
        "only a decision that was {remedy_on} has a remedy.",
    ),
    Contradiction(
        "has_compliance_outcome and not may_have_compliance",
        "compliance_outcome",
        "is on a decision that was not {compliance_on}; "
        "only a decision that was {compliance_on} has one.",
    ),
    Contradiction(
        "has_compliance_date and not has_compliance_outcome",
        "compliance_outcome",
        "is blank beside the compliance date {compliance_date}; "
        f"write {either(COMPLIANCE_OUTCOMES)}, or empty both.",
    ),
    Contradiction(
        "has_compliance_outcome and not has_compliance_date",
        "compliance_date",
        'is blank beside the outcome "{compliance_outcome}"; give the date, or empty both.',
    ),
    Contradiction(
        "compliance_date < decision_date",
        "compliance_date",
        "is before the date of the decision, {decision_date}; correct one of them.",
    ),
]
