"""Letters made again after sign-off, and what is kept of those that they replace.

    superseded/NAME-1.pdf        a letter as it was first issued, and its sheets likewise
    superseded/manifest-1.json   the manifest that was signed off, which today's binds
    corrections.csv              what was printed and is not so any more, for the public

Everything that is replaced is replaced at once (files.py), so a run that is killed has done all of
it or nothing.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lgo_letters.errors import SignOffError, UsageError, WriteError, raise_for_problems
from lgo_letters.figures.report import Fields, authority_fields, csv_lines
from lgo_letters.letter.compose import Reissue
from lgo_letters.names import file_stem
from lgo_letters.year import format_date

from . import archive
from .batch import about_run, letter_entry, letter_file, signature_entry
from .composed import ComposedYear, year_letters
from .corrections import AS_ISSUED, COLUMNS, REISSUED, as_cell, corrected_figures, read_corrections
from .files import flush, flush_folder, make_folder, replace_together, write_privately, writing
from .journal import Entry
from .manifest import CORRECTIONS, MANIFEST, STATISTICS, Manifest, manifest_text, sheets_of
from .pool import in_this_process
from .record import refuse_others
from .render import RenderJob, render_letters
from .review import SUPERSEDED, Review, review_folder, superseded_manifest
from .sheets import make_sheets, sheet_jobs
from .signoff import locked
from .trial import try_letters

if TYPE_CHECKING:
    from lgo_letters.letter.letter import Letter
    from lgo_letters.signing.sign import Signer

_NOT_FIGURES = {"authority", "type", "code"}


class Others(Enum):
    """What becomes of other letters whose printed figures a correction has moved."""

    ONLY = "they stay as they were issued"
    ALL = "they are reissued too"


@dataclass(frozen=True, slots=True)
class Request:
    """Why and from which date on a letter is made again, and who signs it digitally.

    Without `others`, nothing is done where the figures of other letters have moved.
    """

    dated: date
    reason: str
    others: Others | None = None
    signer: Signer | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """A letter that would now be different, and its figures that are, before and after.

    Of one that stays as it was issued, figures are the letter's and those of now, where nothing
    published says so already. They are alike where an earlier correction does not hold any more.
    """

    authority: str
    file: str
    figures: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The letters that were reissued, none if nothing was done, and others whose figures moved."""

    reissued: Sequence[Correction]
    others: Sequence[Correction]


def reissue(year: ComposedYear, index: int, folder: Path, request: Request) -> Outcome:
    """Makes the letter of one authority again, by its index, from the inputs as they are now.

    Raises SignOffError where nothing is signed off, or what was is no longer there; UsageError
    where there is no such letter, it would say the same, or the date is before its own;
    EditionError where the edition has no words for it; WriteError where one cannot be written.
    """
    authority = year.letters[index].authority
    file = letter_file(authority)
    with locked(folder):
        review = review_folder(folder, year.inputs.year, ())
        _check_signed_off(review, file)
        refuse_others(folder, review.manifest.about, about_run(year))
        if file not in review.manifest.letters:
            raise UsageError(f"{folder} has no letter to {authority}, so none can be reissued.")
        letters = {one.entry["file"]: one for one in _of_now(year, review.manifest)}
        if letters[file].is_same:
            raise UsageError(
                f"The letter to {authority} would say the same as it does, so it is not reissued; "
                "correct the tables or the edition first."
            )
        asked = _correction(letters.pop(file), {})
        told = corrected_figures(read_corrections(folder, review.manifest))
        others, right_again = _moved(letters, told)
        if others and request.others is None:
            return Outcome([], others)
        reissued = [asked, *(others if request.others is Others.ALL else [])]
        standing = [*(others if request.others is Others.ONLY else []), *right_again]
        _replace(year, review, request, reissued, standing)
    return Outcome(reissued, standing)


def _check_signed_off(review: Review, file: str) -> None:
    folder = review.folder
    if not review.in_force:
        what_to_do = f'make its letters again with "lgo-letters generate {review.options}"'
        if "issues" in review.manifest.letters.get(file, {}):
            what_to_do = "sign it off first, as generate leaves a reissued letter as it is"
        raise SignOffError(f"No sign-off of {folder} is in force; {what_to_do}.")
    review.check_unchanged()


# ---- what would now be different


class _OfNow(NamedTuple):
    """A letter's entry, and what it would be now if it were issued as it was."""

    entry: Entry
    is_same: bool
    fields: Fields


def _of_now(year: ComposedYear, manifest: Manifest) -> Iterator[_OfNow]:
    """The letters that there are, each as it would be now."""
    again = reissues_of(manifest.letters.values())
    letters = year_letters(year.inputs, year.figures, reissues=again)
    for figures, letter in zip(year.figures.authorities, letters, strict=True):
        entry = manifest.letters.get(letter_file(letter.authority))
        if entry is not None:
            is_same = letter.sha256() == entry.get("letter_sha256")
            yield _OfNow(entry, is_same, authority_fields(figures, year.figures.definitions))


def _correction(letter: _OfNow, told: Mapping[str, str]) -> Correction:
    """The figures of a letter that are others now than were published last.

    `told` has what published corrections say that a figure is.
    """
    issued: Fields = letter.entry.get("figures", {})
    figures = {
        name: (issued.get(name), letter.fields.get(name))
        for name in dict.fromkeys([*issued, *letter.fields])
        if name not in _NOT_FIGURES
        and told.get(name, as_cell(issued.get(name))) != as_cell(letter.fields.get(name))
    }
    return Correction(letter.fields["authority"], letter.entry["file"], figures)


def _moved(
    letters: Mapping[str, _OfNow], told: Mapping[str, Mapping[str, str]]
) -> tuple[list[Correction], list[Correction]]:
    """Letters, by file, whose published figures have moved: and those that are right again."""
    wrong, right_again = list[Correction](), list[Correction]()
    for file, letter in letters.items():
        if letter.is_same and file not in told:
            continue  # figures may have moved that it does not print
        if (correction := _correction(letter, told.get(file, {}))).figures:
            (right_again if letter.is_same else wrong).append(correction)
    return wrong, right_again


def reissues_of(entries: Iterable[Entry]) -> dict[str, Reissue]:
    """By their files' names without the ending, how the letters that were reissued are dated."""
    reissues = {}
    for entry in entries:
        if "issues" in entry:
            replaced, dated = (date.fromisoformat(one["date"]) for one in entry["issues"][-2:])
            reissues[file_stem(entry["authority"])] = Reissue(dated, replaced)
    return reissues


def _issues(entry: Entry, manifest: Manifest) -> list[Entry]:
    """Every issue of a letter so far."""
    first = {"number": 1, "sha256": entry["sha256"], "date": manifest.about["date"], "reason": None}
    if "record" in entry:  # version 0.3 and earlier kept none
        first["record"] = entry["record"]
    issues: list[Entry] = entry.get("issues", [first])
    return issues


# ---- making it again


def _replace(
    year: ComposedYear,
    review: Review,
    request: Request,
    reissued: Sequence[Correction],
    standing: Sequence[Correction],
) -> None:
    """Writes all that is new, and keeps what it replaces; `standing` are letters left as issued."""
    folder, manifest = review.folder, review.manifest
    files = [correction.file for correction in reissued]
    entries, contents = _remade(year, manifest, request, files)
    kept = {
        name: kept_as(name, len(_issues(manifest.letters[file], manifest)))
        for file in files
        for name in (file, *sheets_of(file))
        if name in contents and (name == file or name in manifest.files)
    }
    contents[STATISTICS] = _statistics(folder, entries)
    contents[CORRECTIONS] = _corrections_csv(folder, manifest, request, reissued, standing)
    number = _number(folder)
    _keep(folder, {**kept, MANIFEST: superseded_manifest(number)})
    archive.store(year.inputs, folder)
    about = {
        **about_run(year),
        "date": manifest.about["date"],
        "record": manifest.about.get("record"),  # of the run that gave statistics.csv its rows
        "reissue": {
            "number": number,
            "manifest_sha256": manifest.sha256,
            "date": request.dated.isoformat(),
            "reason": request.reason,
            "letters": files,
        },
    }
    letters = {**manifest.letters, **entries}
    beside = {name: content for name, content in contents.items() if name not in letters}
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in beside.items()}
    text = manifest_text(about, letters.values(), {**manifest.files, **digests})
    replace_together(folder, {**contents, MANIFEST: text})


def _remade(
    year: ComposedYear, manifest: Manifest, request: Request, files: Sequence[str]
) -> tuple[dict[str, Entry], dict[str, bytes]]:
    """The new letters' entries, by their files, and the content of these and what goes with them.

    Whatever else a run makes for a letter belongs here, or its entry says of it.
    """
    figures = {one.authority.name: one for one in year.figures.authorities}
    signature, run = signature_entry(request.signer), archive.digest(year.inputs)
    letters = _letters(year, manifest, request, files)
    jobs = [RenderJob(letter, letter.sha256()) for letter in letters]
    entries: dict[str, Entry] = {}
    contents: dict[str, bytes] = {}
    for job, rendered in zip(jobs, render_letters(jobs, request.signer), strict=True):
        authority = job.letter.authority
        file = letter_file(authority)
        fields = authority_fields(figures[authority], year.figures.definitions)
        issues = _issues(manifest.letters[file], manifest)
        issue = {"number": len(issues) + 1, "sha256": rendered.sha256, "record": run}
        issue |= {"date": request.dated.isoformat(), "reason": request.reason}
        entry = letter_entry(job, rendered, signature, {"record": run, "figures": fields})
        entries[file] = {**entry, "issues": [*issues, issue]}
        contents[file] = rendered.content
    if any(name.endswith(".xlsx") for name in manifest.files):
        contents |= _sheets(year, letters)
    return entries, contents


def _sheets(year: ComposedYear, letters: Sequence[Letter]) -> dict[str, bytes]:
    """The sheets that go with the new letters."""
    new = {letter.authority: letter for letter in letters}
    all_letters = [new.get(letter.authority, letter) for letter in year.letters]
    chosen = [index for index, letter in enumerate(all_letters) if letter.authority in new]
    jobs = [*sheet_jobs(replace(year, letters=all_letters), chosen)]
    return {
        name: content
        for job, contents in zip(jobs, make_sheets(jobs), strict=True)
        for name, content in zip(job.files, contents, strict=True)
    }


def _letters(
    year: ComposedYear, manifest: Manifest, request: Request, files: Sequence[str]
) -> Sequence[Letter]:
    """The new letters; raises where one cannot be made or must not be dated so."""
    reissues = {}
    for entry in (manifest.letters[file] for file in files):
        authority = entry["authority"]
        replaces = date.fromisoformat(_issues(entry, manifest)[-1]["date"])
        if request.dated < replaces:
            raise UsageError(
                f"--date {request.dated} is before the date of the letter to {authority}, "
                f"{format_date(replaces)}; give that date or a later one."
            )
        if entry.get("signed") and request.signer is None:
            raise UsageError(
                f"The letter to {authority} bears a digital signature; give --sign-with FILE.p12 "
                "to sign the one that replaces it."
            )
        reissues[file_stem(authority)] = Reissue(request.dated, replaces)
    every = year_letters(year.inputs, year.figures, reissues=reissues)
    letters = [letter for letter in every if file_stem(letter.authority) in reissues]
    raise_for_problems(*try_letters(year.inputs, letters, in_this_process()))
    return letters


def _statistics(folder: Path, entries: Mapping[str, Entry]) -> bytes:
    """statistics.csv as it was issued, with the new rows of the reissued letters."""
    rows: list[Fields] = [entry["figures"] for entry in entries.values()]
    header, *others = csv.reader(io.StringIO((folder / STATISTICS).read_text(encoding="utf-8")))
    if any(header != list(row) for row in rows):
        raise UsageError(
            f"{STATISTICS} has other columns than the edition's statistics give; reissue with the "
            "statistics of the edition by which the letters were made."
        )
    new = {file_stem(row[0]): row for row in csv.reader(csv_lines(row.values() for row in rows))}
    replaced = (new.get(file_stem(row[0]), row) for row in others)
    return "".join(csv_lines([header, *replaced])).encode()


def _corrections_csv(
    folder: Path,
    manifest: Manifest,
    request: Request,
    reissued: Sequence[Correction],
    standing: Sequence[Correction],
) -> bytes:
    """corrections.csv with what is new: a row per figure, or one for a letter without any."""
    before = b""
    if CORRECTIONS in manifest.files:
        before = (folder / CORRECTIONS).read_bytes()

    def rows(corrections: Iterable[Correction], letter: str) -> Iterable[Sequence[Any]]:
        for one in corrections:
            figures = one.figures or {"": ("", "")}
            head = one.authority, one.file, request.dated.isoformat(), request.reason, letter
            yield from ((*head, name, *figure) for name, figure in figures.items())

    told = [*rows(reissued, REISSUED), *rows(standing, AS_ISSUED)]
    return before + "".join(csv_lines(told if before else [COLUMNS, *told])).encode()


# ---- what is kept


def kept_as(file: str, number: int) -> str:
    """The name, in superseded/, of an issue of a file, which are counted from 1."""
    stem, _, ending = file.rpartition(".")
    return f"{stem}-{number}.{ending}"


def _number(folder: Path) -> int:
    """The number of the manifest among those kept: the one that it has, or the first free one."""
    content, number = (folder / MANIFEST).read_bytes(), 1
    while os.path.lexists(file := folder / SUPERSEDED / superseded_manifest(number)):
        if file.is_file() and file.read_bytes() == content:
            break
        number += 1
    return number


def _keep(folder: Path, names: Mapping[str, str]) -> None:
    """Copies files to superseded/ under other names, flushed; raises WriteError if one is taken.

    A run that was killed may have copied them already.
    """
    superseded = folder / SUPERSEDED
    with writing(superseded):
        make_folder(superseded)
        for name, kept in names.items():
            content, file = (folder / name).read_bytes(), superseded / kept
            if not os.path.lexists(file):
                write_privately(file, content)
            elif not file.is_file() or file.read_bytes() != content:
                raise WriteError(f"{file} is in the way; move it away, and run the command again.")
        flush(superseded / kept for kept in names.values())
        flush_folder(superseded)
