"""What may not be together in a row of decisions.csv: every rule within a row, once.

A rule is an SQL predicate on a row's values. Each column has its value, NULL where the cell is
blank or wrong, and `COLUMN_is_wrong`: a wrong cell must prove nothing. `may_have_remedy` and
`may_have_compliance` say what the kind of decision allows, NULL where that is not known. A message
completes a sentence that starts with the cell of `column`; {COLUMN} in it is a cell's text, and
{with_remedy} and {with_compliance} are the kinds of decision that may have one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lgo_letters.tables.cells import either

from .columns import COMPLIANCE_OUTCOMES, Column
from .strict import quoted


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
        'does not go with the decision "{decision}"; only {with_remedy} can have a remedy.',
    ),
    Contradiction(
        "compliance_outcome is not null and not may_have_compliance",
        "compliance_outcome",
        'does not go with the decision "{decision}"; only {with_compliance} can have an outcome.',
    ),
    Contradiction(
        "compliance_date is not null"
        " and compliance_outcome is null and not compliance_outcome_is_wrong",
        "compliance_outcome",
        "is blank beside the compliance date {compliance_date}; "
        f"write {either(COMPLIANCE_OUTCOMES)}, or empty both.",
    ),
    Contradiction(
        "compliance_outcome is not null"
        " and compliance_date is null and not compliance_date_is_wrong",
        "compliance_date",
        'is blank beside the outcome "{compliance_outcome}"; give the date, or empty both.',
    ),
    Contradiction(
        "compliance_date < decision_date",
        "compliance_date",
        "is before the date of the decision, {decision_date}; correct one of them.",
    ),
]


def pattern_rules(columns: Iterable[Column]) -> Iterator[Contradiction]:
    """The rule of each column whose values have to match a pattern."""
    for column in columns:
        if column.pattern is not None:
            shown = column.pattern.replace("{", "{{").replace("}", "}}")
            yield Contradiction(
                f"not regexp_full_match({column.name}::VARCHAR, {quoted(column.pattern)})",
                column.name,
                f"does not match the {column.name}_pattern in edition.toml, {shown}; correct one "
                "of them.",
            )
