"""The service improvements that lie beside the decisions: of the public pages, not of letters."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from lgo_letters.errors import DataError
from lgo_letters.tables.data import AuthorityList, FileReport
from lgo_letters.tables.improvements import Improvement, read_improvements
from lgo_letters.tables.mapping import NO_MAPPING

from .inputs import Inputs


class FoundImprovements(NamedTuple):
    """The service improvements of a file, and what is wrong in it or should be known of it."""

    improvements: Sequence[Improvement]
    report: FileReport

    def validated(self) -> Sequence[Improvement]:
        """The improvements; raises DataError where the file has a problem."""
        if self.report.problems:
            raise DataError(self.report.problems, self.report.more_problems)
        return self.improvements


def find_improvements(inputs: Inputs) -> FoundImprovements | None:
    """What improvements.csv says; None where there is none. The inputs have no problem.

    Raises UsageError where it cannot be opened.
    """
    sources, data = inputs.sources, inputs.data
    if not os.path.lexists(sources.improvements):
        return None
    improvements, report = read_improvements(
        sources.improvements,
        AuthorityList(data.authorities, file=data.authorities_file.file),
        inputs.validated_edition().settings.reference_pattern,
        NO_MAPPING if sources.mapping is None else sources.mapping.decisions,
    )
    notices = (*report.notices, *_notices(improvements, report, inputs))
    return FoundImprovements(improvements, replace(report, notices=notices))


def _notices(
    improvements: Sequence[Improvement], report: FileReport, inputs: Inputs
) -> Sequence[str]:
    """What is said where decisions of improvements are not there: they may be mistyped, or old."""
    known = {*inputs.data.decisions.query("select reference, authority from decisions")}
    lost = [one for one in improvements if (one.reference, one.authority) not in known]
    if not lost:
        return ()
    are, more = ("is", "") if len(lost) == 1 else ("are", ", nor the others")
    return (
        f"{len(lost):,} of {len(improvements):,} improvements in {report.file.file} {are} left out "
        f"of the public pages: {inputs.data.decisions_file.file} does not have the decision "
        f"{lost[0].reference} of {lost[0].authority}{more}.",
    )
