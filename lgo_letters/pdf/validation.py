"""PDF → what in it fails PDF/UA-1 (ISO 14289-1) or PDF/A-3a (ISO 19005-3), by page-validation.

page-validation comes with the extra `lgo-letters[validate]`; without it, importing this fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import page

STANDARDS = {"ua1": "PDF/UA-1", "3a": "PDF/A-3a"}


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that a file breaks: the standard, the validator's name of the rule, and its words."""

    standard: str
    rule: str
    message: str


def failures_in(file: Path) -> list[Failure]:
    """Every failure against both standards; empty for a file that conforms.

    A file that is not a PDF, or a broken one, is one failure. Raises OSError where it cannot be
    read.
    """
    content = file.read_bytes()
    try:
        return [
            Failure(standard, failure.rule_id, failure.message)
            for profile, standard in STANDARDS.items()
            for failure in page.validate_pdf_bytes(content, profile=profile).failures
        ]
    except page.PageError as error:
        return [Failure("PDF", "unreadable", str(error))]
