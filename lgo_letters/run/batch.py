"""Many letters: made in worker processes, which return bytes, and written one by one here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import Enum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lgo_letters import __version__
from lgo_letters.figures.report import Fields, authority_fields, rows_csv
from lgo_letters.letter.letter import Letter
from lgo_letters.names import file_stem

from . import archive
from .composed import ComposedYear
from .inputs import Inputs
from .journal import Entry
from .pool import Pool, completed, in_parts
from .record import Plan, Record, open_record
from .render import RenderedLetter, RenderJob, render_letters
from .sheets import forget_lost_sheets, has_sheets, sheet_files, sheet_jobs, write_sheets
from .signoff import refuse_signed_off

if TYPE_CHECKING:
    from lgo_letters.signing.sign import Signer

_MOST_IN_A_PART = 16  # letters: what they share, such as the signature, is sent once per part


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """Who makes letters, and who signs them, with the key in `key_file`.

    With `force`, even unchanged letters are made again; with `unsigned`, signed letters may be
    replaced by unsigned ones; with `sheets`, they get sheets, as they do where there are any.
    Of letters that are made again from a record, by file, `signature_fields` are those that have a
    field to be signed in even if nobody signs them, and `issued` the figures that statistics.csv
    has of them whatever the record gives.
    """

    pool: Pool
    signer: Signer | None = None
    key_file: Path | None = None
    force: bool = False
    unsigned: bool = False
    sheets: bool = False
    signature_fields: Collection[str] = ()
    issued: Mapping[str, Fields] = field(default_factory=dict)


class LetterStatus(Enum):
    """What became of an authority's letter."""

    MADE = "made"
    RESTORED = "made again because its file had been changed"
    UNCHANGED = "left as it was because it would be the same"
    OUTDATED = "not asked for, but would now be different"
    REISSUED = "reissued after sign-off, and left as it was"
    UNLISTED = "of an authority that no longer gets one"


Report = Callable[[str, LetterStatus], None]
"""Called with an authority's name and what became of its letter."""


def letter_file(authority: str) -> str:
    """The name of an authority's letter: bromsgrove-district-council.pdf."""
    return f"{file_stem(authority)}.pdf"


def write_letters(
    year: ComposedYear, chosen: Sequence[int], folder: Path, options: RenderOptions, report: Report
) -> int | None:
    """Writes the letters of the chosen authorities, statistics.csv and manifest.json.

    Unchanged letters and sheets are left alone. `chosen` are indices of authorities. Gives the
    number of authorities whose sheets were written, None where letters have no sheets. Raises
    WriteError if a file or the folder cannot be written or a letter cannot be signed, EditionError
    if a letter cannot be set; what has been written is then whole and recorded, and the next run
    goes on from there. Raises SignOffError, WriteError, UsageError or EditionError, with nothing
    written, if letters are signed off, something is in the way that must not be replaced, or the
    edition has no words for sheets.
    """
    refuse_signed_off(folder, year.inputs.year)  # as `open_record` does once nobody else may sign
    names = [letter.authority for letter in year.letters]
    files = [*map(letter_file, names)]
    with_sheets = options.sheets or has_sheets(folder)
    if with_sheets:
        year.inputs.validated_edition().sheet_words()  # before anything is written
    key_files = [] if options.key_file is None else [options.key_file]
    figures = year.figures
    rows = [authority_fields(one, figures.definitions) for one in figures.authorities]
    plan = Plan(
        about=about_run(year),
        statistics=partial(_statistics, rows, files, options.issued),
        files=files,
        chosen={files[index] for index in chosen},
        beside=[file for index in chosen if with_sheets for file in sheet_files(names[index])],
        inputs=[*year.inputs.files, *key_files],
        may_replace_signed=options.unsigned or options.signer is not None,
    )
    with open_record(folder, plan) as record:
        for entry in record.others():
            if record.sha256(entry["file"]) is None:
                record.forget(entry["file"])
            else:
                report(entry["authority"], LetterStatus.UNLISTED)
        forget_lost_sheets(record, names)
        run = archive.store(year.inputs, folder)
        tasks = _tasks(year.letters, rows, set(chosen), record, run, options, report)
        for task, rendered in _rendered(tasks, len(chosen), options):
            entry = letter_entry(task.job, rendered, task.signature, task.recorded)
            record.write(entry, rendered.content)
            report(task.job.letter.authority, task.status)
        if not with_sheets:
            return None
        due = [index for index in chosen if not record.is_reissued(files[index])]
        return write_sheets(sheet_jobs(year, due), len(due), record, options.pool)


def _statistics(
    rows: Sequence[Fields],
    files: Sequence[str],
    issued: Mapping[str, Fields],
    entries: Mapping[str, Entry],
) -> Iterator[str]:
    """statistics.csv: the figures of today, but of a reissued letter those that it has."""
    reissued = {file: entry["figures"] for file, entry in entries.items() if "issues" in entry}
    as_issued = {**issued, **reissued}
    return rows_csv(
        {name: as_issued.get(file, row).get(name) for name in row}
        for file, row in zip(files, rows, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Task:
    """A letter to be made, what it will have become, how it is signed, and what else is recorded.

    The latter are its authority's figures and the record of the run.
    """

    job: RenderJob
    status: LetterStatus
    signature: Entry
    recorded: Entry


def letter_entry(
    job: RenderJob, rendered: RenderedLetter, signature: Entry, recorded: Entry
) -> Entry:
    """What the manifest says about a letter that was made."""
    unsigned = {"unsigned_sha256": rendered.unsigned_sha256} if signature["signed"] else {}
    return {
        "authority": job.letter.authority,
        "file": letter_file(job.letter.authority),
        "sha256": rendered.sha256,
        "letter_sha256": job.sha256,
        **signature,
        **unsigned,
        "pages": rendered.pages,
        **recorded,
    }


def _tasks(
    letters: Sequence[Letter],
    rows: Sequence[Fields],
    chosen: Collection[int],
    record: Record,
    run: str,
    options: RenderOptions,
    report: Report,
) -> Iterator[_Task]:
    """The chosen letters that have to be made, each with its row of figures; reports on the others.

    What is recorded of a letter that is unchanged is as it is now, since some of the figures do not
    appear in the letter. `run` is the record of the run.
    """
    for index, letter in sorted(enumerate(letters), key=_kind):
        digest, file = letter.sha256(), letter_file(letter.authority)
        entry = record.entry(file)
        if record.is_reissued(file):
            if index in chosen:
                report(letter.authority, LetterStatus.REISSUED)
            continue
        if index not in chosen:
            if entry is not None and (file in record.lost or entry.get("letter_sha256") != digest):
                report(letter.authority, LetterStatus.OUTDATED)
            continue
        recorded = {"record": run, "figures": rows[index]}
        has_field = options.signer is None and file in options.signature_fields
        signature = signature_entry(options.signer)
        if has_field:
            signature["signature_field"] = True
        wanted = {**signature, "letter_sha256": digest}
        status = LetterStatus.MADE if options.force else _status(file, record, wanted)
        if status is LetterStatus.UNCHANGED and entry is not None:
            record.update(entry | recorded)
            report(letter.authority, status)
        else:
            yield _Task(RenderJob(letter, digest, has_field), status, signature, recorded)


def _status(file: str, record: Record, wanted: Entry) -> LetterStatus:
    """What becomes of a letter if its entry has to say what is wanted."""
    entry = record.entry(file)
    if entry is None:
        return LetterStatus.RESTORED if file in record.lost else LetterStatus.MADE
    digest = record.sha256(file)
    if digest is None or digest == entry["sha256"]:
        has_field, wanted_field = (one.get("signature_field") for one in (entry, wanted))
        as_wanted = entry | wanted == entry and has_field == wanted_field
        is_unchanged = digest is not None and as_wanted
        return LetterStatus.UNCHANGED if is_unchanged else LetterStatus.MADE
    return LetterStatus.RESTORED


def _kind(numbered: tuple[int, Letter]) -> tuple[int, list[bool], int]:
    """Sorts letters of the same layout together.

    Each process sets the first of a layout slowly; letters with few full panels have the most
    layouts, so they go first.
    """
    _, letter = numbered
    full = [panel.chart is None or panel.chart.share is not None for panel in letter.panels]
    return sum(full), full, id(letter.body)


def _rendered(
    tasks: Iterator[_Task], number: int, options: RenderOptions
) -> Iterator[tuple[_Task, RenderedLetter]]:
    """Each letter, of at most `number`, as soon as it is ready."""
    parts = in_parts(tasks, number, options.pool, _MOST_IN_A_PART)
    jobs = ((part, [task.job for task in part]) for part in parts)
    work = partial(render_letters, signer=options.signer)
    for part, rendered in completed(options.pool, work, jobs):
        yield from zip(part, rendered, strict=True)


def signature_entry(signer: Signer | None) -> Entry:
    """What decides how a letter is signed."""
    if signer is None:
        return {"signed": False}
    return {
        "signed": True,
        "certificate_sha256": signer.certificate_sha256(),
        "timestamp": signer.timestamp_url is not None,
        "revocation": signer.revocation,
    }


def about_run(year: ComposedYear) -> Entry:
    """What the manifest says about the run."""
    inputs, edition = year.inputs, year.inputs.validated_edition()
    name = str(inputs.year)
    return {
        "lgo_letters": __version__,
        "year": inputs.year,
        "edition": name,
        "date": edition.settings.letter.date.isoformat(),
        "average": edition.definitions.average_method.value,
        "example": inputs.example,
        "record": archive.digest(inputs),
        "inputs": {
            "decisions": asdict(inputs.data.decisions_file),
            "authorities": asdict(inputs.data.authorities_file),
            "edition": {"file": name, "sha256": edition.sha256, "files": len(edition.files)},
            **inputs.mapping_file,
            **_history(inputs),
        },
    }


def _history(inputs: Inputs) -> Entry:
    """What it says of the figures of earlier years, if any were published."""
    files = [asdict(year.report.file) for year in inputs.published.values()]
    return {"history": files} if files else {}
