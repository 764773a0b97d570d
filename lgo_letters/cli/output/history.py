"""What `check` shows of the years before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from lgo_letters.figures.definitions import plain_number
from lgo_letters.figures.history import Difference
from lgo_letters.run.history import HistoryReview

from .lists import and_more, names_line, wrapped

_MOST_DIFFERENCES = 20


def history_fields(history: HistoryReview) -> dict[str, Any]:
    """What programs read."""
    return {
        "years": [
            {
                "year": reviewed.earlier.year.ending,
                "file": reviewed.file and asdict(reviewed.file),
                "breaks": reviewed.earlier.breaks,
                "not_compared": reviewed.not_compared,
                "unknown": reviewed.unknown,
                "differences": [*map(_difference_fields, reviewed.differences)],
            }
            for reviewed in history.years
        ],
        "outliers": [
            {**outlier._asdict(), "year": outlier.year.ending} for outlier in history.outliers
        ],
        "unmarked": [asdict(problem) for problem in history.unmarked],
    }


def _difference_fields(difference: Difference) -> dict[str, Any]:
    fields = difference._asdict()
    for name in ("published", "recalculated"):
        if fields[name] is not None:
            fields[name] = plain_number(fields[name])
    return fields


def history_lines(history: HistoryReview) -> Iterator[str]:
    """What people read; nothing where no earlier year is known."""
    for reviewed in history.years:
        source = "recalculated" if reviewed.file is None else f"published, {reviewed.file.file}"
        yield ""
        yield f"Earlier year {reviewed.earlier.year.ending} ({source})"
        for note in reviewed.earlier.breaks:
            yield wrapped(f"Nothing is compared with it, because of a break: {note}")
        yield names_line("Not compared, being another body or type then", reviewed.not_compared)
        yield names_line("Not in authorities.csv", reviewed.unknown)
        if reviewed.differences:
            yield from _difference_lines(reviewed.differences)
    if history.years:
        yield ""
        what = "With five times or a fifth of the decisions of an earlier year"
        outliers = [
            f"{name} ({then:,} in {year.ending}, now {now:,})"
            for name, year, then, now in history.outliers
        ]
        yield names_line(what, outliers)


def _difference_lines(differences: Sequence[Difference]) -> Iterator[str]:
    from tabulate import tabulate

    rows = [
        [found.name, found.column, *("none" if n is None else f"{n:,f}" for n in found[2:])]
        for found in differences[:_MOST_DIFFERENCES]
    ]
    header = [f"Figures that differ ({len(differences):,})", "", "Published", "Recalculated"]
    align = ("left", "left", "right", "right")
    yield tabulate(rows, headers=header, colalign=align, disable_numparse=True)
    yield from and_more(len(differences) - len(rows))
