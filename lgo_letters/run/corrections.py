"""corrections.csv: what was printed and no longer holds, for the public."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from lgo_letters.errors import WriteError
from lgo_letters.figures.report import without_apostrophe

from .files import NOT_OURS, check_digest
from .manifest import CORRECTIONS, Manifest

COLUMNS = ("authority", "file", "date", "reason", "letter", "figure", "before", "after")
REISSUED, AS_ISSUED = "reissued", "as issued"
"""What the column `letter` says."""


def as_cell(figure: Any) -> str:
    """A figure as it stands there, blank where there is none."""
    return "" if figure is None else str(figure)


class Correction(NamedTuple):
    """What no longer holds of one letter: its figures, by name, as they were and as they are.

    The letter was reissued, or stands as it was issued. Without figures, its words alone changed.
    """

    authority: str
    file: str
    dated: date
    reason: str
    is_reissued: bool
    figures: Sequence[tuple[str, str, str]]


def read_corrections(folder: Path, manifest: Manifest) -> Sequence[Correction]:
    """The rows of corrections.csv, those of one letter and occasion together, in their order.

    Raises WriteError where it is not as it was recorded.
    """
    if CORRECTIONS not in manifest.files:
        return ()
    file = folder / CORRECTIONS
    check_digest(file, manifest.files[CORRECTIONS])
    try:
        with file.open(encoding="utf-8", newline="") as opened:
            return tuple(_corrections(csv.DictReader(opened)))
    except NOT_OURS as error:
        message = f"{file} is not as lgo-letters writes it; put back what was there."
        raise WriteError(message) from error


def _corrections(rows: Iterable[dict[str, str]]) -> Iterator[Correction]:
    of_letter = itemgetter(*COLUMNS[:5])
    for (authority, file, dated, reason, letter), its_rows in itertools.groupby(rows, of_letter):
        figures = [(row["figure"], row["before"], row["after"]) for row in its_rows]
        yield Correction(
            without_apostrophe(authority),
            file,
            date.fromisoformat(dated),
            without_apostrophe(reason),
            letter == REISSUED,
            [figure for figure in figures if figure[0]],
        )


def corrected_figures(corrections: Iterable[Correction]) -> Mapping[str, Mapping[str, str]]:
    """By the letter's file and the figure, what a figure was last corrected to.

    Of a letter that was reissued, what it corrects itself, and what was corrected since.
    """
    figures: dict[str, dict[str, str]] = {}
    for correction in corrections:
        if correction.is_reissued:
            figures[correction.file] = {}
        of_letter = figures.setdefault(correction.file, {})
        of_letter |= {name: after for name, _, after in correction.figures}
    return figures
