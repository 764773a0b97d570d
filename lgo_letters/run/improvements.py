"""The service improvements that lie beside the decisions: of the public pages, not of letters."""

from __future__ import annotations

import os
from collections.abc import Sequence

from lgo_letters.errors import DataError
from lgo_letters.tables.data import AuthorityList, FileReport
from lgo_letters.tables.improvements import Improvement, read_improvements
from lgo_letters.tables.mapping import NO_MAPPING

from .inputs import Inputs


def find_improvements(inputs: Inputs) -> tuple[Sequence[Improvement], FileReport] | None:
    """What improvements.csv says, and what is wrong in it; None where there is no such file.

    Raises UsageError where it cannot be opened.
    """
    sources, data = inputs.sources, inputs.data
    if not os.path.lexists(sources.improvements):
        return None
    return read_improvements(
        sources.improvements,
        AuthorityList(data.authorities, file=data.authorities_file.file),
        inputs.validated_edition().settings.reference_pattern,
        NO_MAPPING if sources.mapping is None else sources.mapping.decisions,
    )


def year_improvements(inputs: Inputs) -> tuple[Sequence[Improvement], Sequence[str]]:
    """The improvements, none where there is no file, and what a person should know of it.

    Raises DataError where it has a problem.
    """
    if (found := find_improvements(inputs)) is None:
        return (), ()
    improvements, report = found
    if report.problems:
        raise DataError(report.problems, report.more_problems)
    cases = inputs.data.decisions.query("select reference, authority from decisions")
    known = {(reference, authority) for reference, authority in cases}
    lost = [one for one in improvements if (one.reference, one.authority) not in known]
    notices = [*report.notices]
    if lost:
        are, more = ("is", "") if len(lost) == 1 else ("are", ", and not the others")
        notices.append(
            f"{len(lost):,} of {len(improvements):,} improvements in {report.file.file} {are} left "
            f"out: {inputs.data.decisions_file.file} does not have the decision "
            f"{lost[0].reference} of {lost[0].authority}{more}."
        )
    return improvements, notices
