"""Many letters: those to be made are found, made in worker processes and written one by one.

Workers return bytes; only the caller writes.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from enum import Enum
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from . import __version__
from .inputs import Inputs
from .layout import typeset_by_layout
from .letter import Letter
from .names import file_stem
from .record import Entry, Record, open_record
from .report import authority_fields, statistics_csv
from .statistics import AuthorityFigures, YearFigures
from .workers import Workers, each_done, local_workers, way_to_start

if TYPE_CHECKING:
    from .signing import Signer

# Letters that take as long as a process to start, by the way in which it is started.
_WORTH_A_PROCESS = {"fork": 150, "spawn": 500}
_AS_LONG_TO_SIGN = 15  # letters that are made while one is signed

# Letters that go to a worker at once: what they share, such as the signature, goes once.
_MOST_LETTERS_AT_ONCE = 32
_LEAST_PARTS_FOR_A_WORKER = 4  # so that all have done at about the same time

_one_at_a_time = threading.Lock()  # a Dask worker has several threads, ReportLab is made for one


@dataclass(frozen=True, slots=True)
class MadeLetter:
    """A letter as a file, its digest, and the number of its pages.

    Where it is signed, `unsigned_sha256` is the digest of the letter that the signature follows:
    the same for the same letter, which the signed file is not.
    """

    content: bytes
    sha256: str
    pages: int
    unsigned_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """How letters are made: in so many processes (None: as many as are worth it), and where.

    `cluster` is the address of a Dask scheduler. With `force`, letters that are there are made
    anew.
    """

    signer: Signer | None = None
    jobs: int | None = None
    cluster: str | None = None
    force: bool = False


class Became(Enum):
    """What became of an authority's letter."""

    MADE = "made"
    MENDED = "made anew, as its file was not as it had been made"
    LEFT = "left as it was: it is what would be made"
    OUTDATED = "not asked for, and not what would be made"
    UNLISTED = "of an authority that is in the list no more"


def make_letter(
    letter: Letter, signer: Signer | None = None, sha256: str | None = None
) -> MadeLetter:
    """Sets a letter, and signs it where there is a signer; `sha256` is its own, where known.

    Raises EditionError where it cannot be set, WriteError where it cannot be signed.
    """
    if signer is None:
        pdf = typeset_by_layout(letter, sha256=sha256)
        return MadeLetter(pdf.content, _sha256(pdf.content), pdf.pages)
    from .signing import sign  # needs the extra that a signer comes from

    pdf = typeset_by_layout(letter, signature_field=True, sha256=sha256)
    signed = sign(pdf.content, signer)
    return MadeLetter(signed, _sha256(signed), pdf.pages, _sha256(pdf.content))


def letter_file(authority: str) -> str:
    """The name of an authority's letter: bromsgrove-district-council.pdf."""
    return f"{file_stem(authority)}.pdf"


def write_letters(
    letters: Sequence[Letter],
    chosen: frozenset[str],
    inputs: Inputs,
    figures: YearFigures,
    folder: Path,
    way: Way,
    tell: Callable[[str, Became], None],
) -> None:
    """Writes the letters of the chosen authorities, statistics.csv and manifest.json.

    A letter that is there as it would be made is left. `letters` are all authorities'; `tell` is
    told what became of each. Raises WriteError where a file or the folder cannot be written or a
    letter cannot be signed, EditionError where a letter cannot be set; what is written by then is
    whole and recorded, and the next run goes on from there.
    """
    by_name = {each.authority.name: each for each in figures.authorities}
    signature = _signature(way.signer)
    files = [letter_file(name) for name in by_name]
    statistics = statistics_csv(figures, frozenset(by_name))
    with open_record(folder, _about(inputs, figures), statistics, files) as record:
        for entry in record.others(files):
            if record.sha256(entry["file"]) is None:
                record.forget(entry["file"])
            else:
                tell(entry["authority"], Became.UNLISTED)
        # Letters are composed as they are needed, as there may be very many.
        tasks = _to_make(letters, chosen, record, way.force, signature, tell)
        with contextlib.closing(_all_made(tasks, way)) as all_made:
            for task, made in all_made:
                name = task.letter.authority
                record.write(_entry(task, made, by_name[name], signature), made.content)
                tell(name, task.became)


@dataclass(frozen=True, slots=True)
class _Task:
    """A letter to be made, its digest, and what it will have become."""

    letter: Letter
    sha256: str
    became: Became


def _to_make(
    letters: Iterable[Letter],
    chosen: frozenset[str],
    record: Record,
    force: bool,
    signature: Entry,
    tell: Callable[[str, Became], None],
) -> Iterator[_Task]:
    """The letters that are not there as they would be made; of the others it tells."""
    for letter in letters:
        name, digest = letter.authority, letter.sha256()
        entry = record.entry(letter_file(name))
        if name not in chosen:
            if entry is not None and entry.get("letter_sha256") != digest:
                tell(name, Became.OUTDATED)
            continue
        there = None if entry is None or force else record.sha256(entry["file"])
        if entry is None or there is None:
            yield _Task(letter, digest, Became.MADE)
        elif there != entry["sha256"]:
            yield _Task(letter, digest, Became.MENDED)
        elif entry | signature != entry or entry.get("letter_sha256") != digest:
            yield _Task(letter, digest, Became.MADE)
        else:
            tell(name, Became.LEFT)


def _all_made(tasks: Iterator[_Task], way: Way) -> Generator[tuple[_Task, MadeLetter]]:
    """Each letter, made in this process or in others where that is worth it, as it is done."""
    worth = _WORTH_A_PROCESS[way_to_start()] // (1 if way.signer is None else _AS_LONG_TO_SIGN)
    most = way.jobs or os.cpu_count() or 1
    first = list(islice(tasks, most * worth))  # so many that all processes are worth it
    if not first:
        return
    jobs = min(most, len(first) // (1 if way.jobs else worth))
    tasks = chain(sorted(first, key=_full_panels), tasks)
    if jobs <= 1 and way.cluster is None:
        yield from ((task, make_letter(task.letter, way.signer, task.sha256)) for task in tasks)
        return
    make = partial(_make_part, signer=way.signer)
    with _workers(jobs, way.cluster) as workers:
        for part, made in each_done(workers, make, _parts(tasks, len(first), workers.number)):
            yield from zip(part, made, strict=True)


def _full_panels(task: _Task) -> int:
    """Letters of few full panels are of many kinds, of which each process sets the first slowly."""
    return sum(panel.chart.rate is not None for panel in task.letter.panels)


def _workers(jobs: int, cluster: str | None) -> AbstractContextManager[Workers]:
    if cluster is None:
        return local_workers(jobs)
    from .cluster import cluster_workers  # needs the extra that an address is checked with

    return cluster_workers(cluster)


def _parts(tasks: Iterator[_Task], number: int, workers: int) -> Iterator[Sequence[_Task]]:
    """Parts of the letters, of which there are so many at least."""
    size = number // (workers * _LEAST_PARTS_FOR_A_WORKER)
    size = max(1, min(size, _MOST_LETTERS_AT_ONCE))
    while part := list(islice(tasks, size)):
        yield part


def _make_part(tasks: Sequence[_Task], signer: Signer | None) -> list[MadeLetter]:
    with _one_at_a_time:
        return [make_letter(task.letter, signer, task.sha256) for task in tasks]


def _entry(task: _Task, made: MadeLetter, figures: AuthorityFigures, signature: Entry) -> Entry:
    unsigned = {"unsigned_sha256": made.unsigned_sha256} if signature["signed"] else {}
    return {
        "authority": task.letter.authority,
        "file": letter_file(task.letter.authority),
        "sha256": made.sha256,
        "letter_sha256": task.sha256,
        **signature,
        **unsigned,
        "pages": made.pages,
        "figures": authority_fields(figures),
    }


def _signature(signer: Signer | None) -> Entry:
    """What decides how a letter is signed."""
    if signer is None:
        return {"signed": False}
    return {
        "signed": True,
        "certificate_sha256": signer.certificate_sha256(),
        "timestamp": signer.timestamp_url is not None,
        "revocation": signer.revocation,
    }


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _about(inputs: Inputs, figures: YearFigures) -> Entry:
    """What the manifest says beside the letters."""
    edition = inputs.sound()
    name = str(edition.year.ending)
    return {
        "lgo_letters": __version__,
        "year": edition.year.ending,
        "edition": name,
        "average": figures.method.value,
        "example": inputs.example,
        "inputs": {
            "decisions": asdict(inputs.data.decisions_file),
            "authorities": asdict(inputs.data.authorities_file),
            "edition": {"file": name, "sha256": edition.sha256, "files": edition.files},
        },
    }
