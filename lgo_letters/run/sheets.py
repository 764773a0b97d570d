"""The sheets beside each letter, NAME.xlsx and NAME.csv: made in worker processes, written here."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lgo_letters.figures.explain import Case, cases_by_authority
from lgo_letters.figures.report import cases_csv
from lgo_letters.names import file_stem

from .composed import ComposedYear
from .manifest import CORRECTIONS, STATISTICS, read_manifest, sheets_of
from .pool import Pool, completed, in_parts
from .record import Record

if TYPE_CHECKING:
    from lgo_letters.sheets.book import Book

_MOST_IN_A_PART = 2  # authorities: each takes as long as twenty letters


class SheetJob(NamedTuple):
    """A workbook to be made, and the cases that it shows; `files` are what they are written as."""

    files: tuple[str, str]
    book: Book
    cases: Sequence[Case]


def sheet_files(authority: str) -> tuple[str, str]:
    """The names of an authority's sheets: bromsgrove-district-council.xlsx and .csv."""
    return sheets_of(f"{file_stem(authority)}.pdf")


def has_sheets(folder: Path) -> bool:
    """Whether a folder of letters has sheets; raises WriteError where its manifest is not ours."""
    manifest = read_manifest(folder)
    return manifest is not None and any(name.endswith(".xlsx") for name in manifest.files)


def sheet_jobs(year: ComposedYear, chosen: Iterable[int]) -> Iterator[SheetJob]:
    """What goes with the letters of the chosen authorities; nothing is read before it is needed.

    Raises EditionError where the edition has no words for it.
    """
    from lgo_letters.sheets.book import compose_book

    edition, figures = year.inputs.validated_edition(), year.figures
    by_authority = cases_by_authority(year.inputs.data, figures.definitions, figures.year)
    for index in chosen:
        letter = year.letters[index]
        cases = by_authority.get(letter.authority, ())
        book = compose_book(letter, figures.authorities[index], cases, edition)
        yield SheetJob(sheet_files(letter.authority), book, cases)


def make_sheets(jobs: Sequence[SheetJob]) -> list[tuple[bytes, bytes]]:
    """Each workbook and each CSV file of cases, as worker processes make them."""
    from lgo_letters.sheets.xlsx import xlsx

    return [
        (xlsx(job.book), "".join(cases_csv(job.cases, with_lines=False)).encode()) for job in jobs
    ]


def write_sheets(jobs: Iterable[SheetJob], number: int, record: Record, pool: Pool) -> int:
    """Writes the sheets, of at most `number` authorities, that are not there as they would be made.

    Gives the number of authorities of whom any was written. Raises WriteError if one cannot be.
    """
    written = 0
    parts = ((part, part) for part in in_parts(jobs, number, pool, _MOST_IN_A_PART))
    for part, made in completed(pool, make_sheets, parts):
        for job, contents in zip(part, made, strict=True):
            new = [pair for pair in zip(job.files, contents, strict=True) if _is_new(record, *pair)]
            for name, content in new:
                record.write_beside(name, content)
            written += bool(new)
    return written


def _is_new(record: Record, name: str, content: bytes) -> bool:
    digest = hashlib.sha256(content).hexdigest()
    return not record.beside.get(name) == record.sha256(name) == digest


def forget_lost_sheets(record: Record, authorities: Collection[str]) -> None:
    """Drops what the record says of sheets that are gone and belong to no authority of the year."""
    listed = {name for authority in authorities for name in sheet_files(authority)}
    for name in record.beside.keys() - listed - {STATISTICS, CORRECTIONS}:
        if record.sha256(name) is None:
            del record.beside[name]
