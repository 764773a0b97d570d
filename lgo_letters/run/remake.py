"""Letters made again from the records beside them, and whether they are the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from lgo_letters.errors import UsageError

from . import archive
from .batch import LetterStatus, RenderOptions, Report, letter_file, write_letters
from .composed import compose_year
from .files import identity, sha256_of
from .inputs import find_authority, read_inputs
from .journal import Entry
from .manifest import Manifest, by_record, manifest_of
from .pool import in_this_process
from .reissue import reissues_of
from .sheets import has_sheets

_OF_OTHERS = (LetterStatus.OUTDATED, LetterStatus.UNLISTED)


@dataclass(frozen=True, slots=True)
class Originals:
    """Letters that can be made again: their entries by the record of each, the latest run's last.

    `unrecorded` are the names of authorities whose letters have no record, and `altered` of those
    whose letter is not as it was made.
    """

    folder: Path
    manifest: Manifest
    by_record: Mapping[str, Sequence[Entry]]
    unrecorded: Sequence[str]
    altered: Sequence[str]

    @property
    def number(self) -> int:
        """How many letters can be made again."""
        return sum(map(len, self.by_record.values()))


class OtherVersion(NamedTuple):
    """What decides the bytes of letters, its version when they were made, and that of today."""

    name: str
    then: str | None
    now: str | None


def other_versions(then: Mapping[str, str]) -> Sequence[OtherVersion]:
    """All that is not of the same version today as in a record."""
    now = archive.versions()
    found = (OtherVersion(name, then.get(name), now.get(name)) for name in {**then, **now})
    return [one for one in found if one.then != one.now]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Which letters are not what they were, signatures aside, and all versions that differ.

    `sheets` is of how many authorities sheets were written, None where letters have none.
    """

    different: Sequence[str]
    versions: Sequence[OtherVersion]
    sheets: int | None


def originals(folder: Path, authorities: Sequence[str], out: Path) -> Originals:
    """The letters in a folder, or those of some authorities, to be made again in another.

    Raises UsageError if they have no record, if one is not as it was written, if a name is not that
    of an authority, or if both folders are the same.
    """
    manifest = manifest_of(folder)
    if identity(out) == identity(folder):
        raise UsageError(f"{folder} holds the letters themselves; name another folder with --out.")
    entries = list(manifest.letters.values())
    if authorities:
        names = [entry["authority"] for entry in entries]
        chosen = {find_authority(text, names) for text in authorities}
        entries = [entry for entry in entries if entry["authority"] in chosen]
    recorded = by_record(entries)
    if not recorded:
        raise UsageError(
            f"{folder} has no record of what made its letters, as version 0.3 and earlier kept "
            "none; make them from their inputs."
        )
    for record in recorded:
        archive.check(folder, record)
    latest = manifest.about.get("record")
    return Originals(
        folder,
        manifest,
        dict(sorted(recorded.items(), key=lambda its: (its[0] == latest, its[0]))),
        [entry["authority"] for entry in entries if "record" not in entry],
        [
            entry["authority"]
            for entry in entries
            if sha256_of(folder / entry["file"]) not in (None, entry["sha256"])
        ],
    )


def remake(letters: Originals, out: Path, options: RenderOptions, report: Report) -> Comparison:
    """Makes the letters again, each from its own record; raises as `write_letters`.

    A letter that was signed, and is not now, is made as it was before. Sheets are made where there
    are any.
    """
    sheets = options.sheets or has_sheets(letters.folder)
    issued = {
        file: entry["figures"]
        for file, entry in letters.manifest.letters.items()
        if "issues" in entry or "reissue" in letters.manifest.about
    }
    written = 0
    different: list[str] = []
    versions: dict[OtherVersion, None] = {}
    for record, entries in letters.by_record.items():
        with archive.opened(letters.folder, record) as run:
            inputs = read_inputs(run.sources, run.year)
            year = compose_year(inputs, in_this_process(), reissues_of(entries))
            indices = {letter_file(one.authority): i for i, one in enumerate(year.letters)}
            _refuse_unknown(entries, indices, letters.folder)
            signed = {entry["file"] for entry in entries if entry.get("signed")}
            written += (
                write_letters(
                    year,
                    [indices[entry["file"]] for entry in entries],
                    out,
                    replace(options, sheets=sheets, signature_fields=signed, issued=issued),
                    lambda name, status: None if status in _OF_OTHERS else report(name, status),
                )
                or 0
            )
        made = manifest_of(out).letters
        found = [
            entry["authority"]
            for entry in entries
            if _unsigned_sha256(entry) != _unsigned_sha256(made[entry["file"]])
        ]
        different += found
        if found:
            versions |= dict.fromkeys(other_versions(run.versions))
    return Comparison(different, list(versions), written if sheets else None)


def _refuse_unknown(entries: Sequence[Entry], indices: Mapping[str, int], folder: Path) -> None:
    """Raises UsageError where the record of a letter makes no such letter."""
    for entry in entries:
        if entry["file"] not in indices:
            raise UsageError(
                f"The record of {entry['file']} in {folder} makes no letter of that name; put the "
                "whole folder back from a copy."
            )


def _unsigned_sha256(entry: Entry) -> str:
    return str(entry.get("unsigned_sha256", entry["sha256"]))
