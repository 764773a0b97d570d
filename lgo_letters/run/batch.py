"""Many letters: those to be made are found, made in worker processes and written one by one.

Workers return bytes; only the caller writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from lgo_letters import __version__
from lgo_letters.figures.report import authority_fields, statistics_csv
from lgo_letters.letter.letter import Letter
from lgo_letters.names import file_stem

from .composed import ComposedYear
from .journal import Entry
from .pool import Pool, completed
from .record import Plan, Record, open_record
from .render import RenderedLetter, RenderJob, render_letters

if TYPE_CHECKING:
    from lgo_letters.signing.sign import Signer

# Letters that go to a worker at once: what they share, such as the signature, goes once.
_MOST_LETTERS_AT_ONCE = 16
_LEAST_PARTS_PER_WORKER = 4  # so that all have done at about the same time


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """How letters are made: by whom, and signed by whom, with the key in which file.

    With `force`, letters that are there are made again; with `unsigned`, signed ones may be
    replaced by unsigned ones.
    """

    pool: Pool
    signer: Signer | None = None
    key_file: Path | None = None
    force: bool = False
    unsigned: bool = False


class LetterStatus(Enum):
    """What became of an authority's letter."""

    MADE = "made"
    RESTORED = "made again, as its file was not as it had been made"
    UNCHANGED = "left as it was: it is what would be made"
    OUTDATED = "not asked for, and not what would be made"
    UNLISTED = "of an authority that is no longer in the list"


Report = Callable[[str, LetterStatus], None]
"""Is told each authority's name, and what became of its letter."""


def letter_file(authority: str) -> str:
    """The name of an authority's letter: bromsgrove-district-council.pdf."""
    return f"{file_stem(authority)}.pdf"


def write_letters(
    year: ComposedYear, chosen: Sequence[int], folder: Path, options: RenderOptions, report: Report
) -> None:
    """Writes the letters of the chosen authorities, statistics.csv and manifest.json.

    A letter that is there as it would be made is left. `chosen` are indices of authorities. Raises
    WriteError where a file or the folder cannot be written or a letter cannot be signed,
    EditionError where a letter cannot be set; what is written by then is whole and recorded, and
    the next run goes on from there. Raises WriteError or UsageError, with nothing written, where
    something is there that must not be replaced.
    """
    files = [letter_file(letter.authority) for letter in year.letters]
    key_files = [] if options.key_file is None else [options.key_file]
    plan = Plan(
        about=_about(year),
        statistics=partial(statistics_csv, year.figures, range(len(files))),
        files=files,
        chosen={files[index] for index in chosen},
        inputs=[*year.inputs.files, *key_files],
        may_replace_signed=options.unsigned or options.signer is not None,
    )
    with open_record(folder, plan) as record:
        for entry in record.others():
            if record.sha256(entry["file"]) is None:
                record.forget(entry["file"])
            else:
                report(entry["authority"], LetterStatus.UNLISTED)
        signature = _signature(options.signer)
        sorting = _Sorting(year, set(chosen), record, signature, options.force, report)
        for task, rendered in _rendered(sorting.to_make(), len(chosen), options):
            record.write(_entry(task, rendered, signature), rendered.content)
            report(task.job.letter.authority, task.status)


@dataclass(frozen=True, slots=True)
class _Task:
    """A letter to be made, what it will have become, and its authority's figures."""

    job: RenderJob
    status: LetterStatus
    figures: Entry


def _entry(task: _Task, rendered: RenderedLetter, signature: Entry) -> Entry:
    """What the manifest says of a letter that was made."""
    unsigned = {"unsigned_sha256": rendered.unsigned_sha256} if signature["signed"] else {}
    return {
        "authority": task.job.letter.authority,
        "file": letter_file(task.job.letter.authority),
        "sha256": rendered.sha256,
        "letter_sha256": task.job.sha256,
        **signature,
        **unsigned,
        "pages": rendered.pages,
        "figures": task.figures,
    }


@dataclass(frozen=True, slots=True)
class _Sorting:
    """Sorts letters into those to be made, `chosen` by their indices, and those to be left."""

    year: ComposedYear
    chosen: set[int]
    record: Record
    signature: Entry
    force: bool
    report: Report

    def to_make(self) -> Iterator[_Task]:
        """The letters that are not there as they would be made; it reports on the others.

        Of one that is left, the figures are recorded as they are now: what is counted of an
        authority does not all stand in its letter.
        """
        for index, letter in sorted(enumerate(self.year.letters), key=_kind):
            digest, file = letter.sha256(), letter_file(letter.authority)
            entry = self.record.entry(file)
            if index not in self.chosen:
                lost = file in self.record.lost
                if entry is not None and (lost or entry.get("letter_sha256") != digest):
                    self.report(letter.authority, LetterStatus.OUTDATED)
                continue
            status = self._status(file, entry, digest)
            figures = authority_fields(
                self.year.figures.authorities[index], self.year.figures.definitions
            )
            if status is LetterStatus.UNCHANGED and entry is not None:
                self.record.update(entry | {"figures": figures})
                self.report(letter.authority, status)
            else:
                yield _Task(RenderJob(letter, digest), status, figures)

    def _status(self, file: str, entry: Entry | None, digest: str) -> LetterStatus:
        if self.force:
            return LetterStatus.MADE
        if entry is None:
            return LetterStatus.RESTORED if file in self.record.lost else LetterStatus.MADE
        there = self.record.sha256(file)
        if there is not None and there != entry["sha256"]:
            return LetterStatus.RESTORED
        as_wanted = entry | self.signature | {"letter_sha256": digest} == entry
        return LetterStatus.UNCHANGED if there is not None and as_wanted else LetterStatus.MADE


def _kind(numbered: tuple[int, Letter]) -> tuple[int, list[bool], int]:
    """Puts letters that are set alike together.

    Of a kind each process sets the first slowly; letters of few full panels are of the most kinds,
    and therefore go first.
    """
    _, letter = numbered
    full = [panel.chart is None or panel.chart.share is not None for panel in letter.panels]
    return sum(full), full, id(letter.body)


def _rendered(
    tasks: Iterator[_Task], number: int, options: RenderOptions
) -> Iterator[tuple[_Task, RenderedLetter]]:
    """Each letter of so many at most, as it is done."""
    size = number // (options.pool.number * _LEAST_PARTS_PER_WORKER)
    size = max(1, min(size, _MOST_LETTERS_AT_ONCE))
    work = partial(render_letters, signer=options.signer)
    for part, rendered in completed(options.pool, work, _parts(tasks, size)):
        yield from zip(part, rendered, strict=True)


def _parts(
    tasks: Iterator[_Task], size: int
) -> Iterator[tuple[Sequence[_Task], Sequence[RenderJob]]]:
    """Parts of the letters: what is kept of each here, and what goes to a worker."""
    while part := list(islice(tasks, size)):
        yield part, [task.job for task in part]


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


def _about(year: ComposedYear) -> Entry:
    """What the manifest says beside the letters."""
    inputs, edition = year.inputs, year.inputs.validated_edition()
    name = str(inputs.year)
    return {
        "lgo_letters": __version__,
        "year": inputs.year,
        "edition": name,
        "average": edition.definitions.average_method.value,
        "example": inputs.example,
        "inputs": {
            "decisions": asdict(inputs.data.decisions_file),
            "authorities": asdict(inputs.data.authorities_file),
            "edition": {"file": name, "sha256": edition.sha256, "files": len(edition.files)},
        },
    }
