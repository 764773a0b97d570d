"""What has changed since the letters in a folder, as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lgo_letters.figures.report import authority_fields
from lgo_letters.run.batch import letter_file
from lgo_letters.run.composed import ComposedYear
from lgo_letters.run.manifest import Manifest, read_manifest

from .words import number_of


def changes_since(folder: Path, year: ComposedYear) -> Iterator[str]:
    """How many letters would be different, and each figure that would be.

    Raises WriteError where the folder holds a manifest that is not ours.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        yield f"There are no letters in {folder.as_posix()} yet; nothing was compared."
        return
    now = {letter_file(letter.authority): letter for letter in year.letters}
    before = {file: entry.get("letter_sha256") for file, entry in manifest.letters.items()}
    same = sum(before.get(file) == letter.sha256() for file, letter in now.items())
    new = len(now.keys() - before.keys())
    yield (
        f"Of {number_of(len(now), 'letter')}, {same:,} would be as in {folder.as_posix()}, "
        f"{len(now) - same - new:,} different and {new:,} new; {len(before.keys() - now.keys()):,} "
        "would be gone."
    )
    yield from dict.fromkeys(_moved(year, manifest))


def _moved(year: ComposedYear, manifest: Manifest) -> Iterator[str]:
    """Each figure that is another now, an average once for its type."""
    for one in year.figures.authorities:
        fields = authority_fields(one, year.figures.definitions)
        before = manifest.letters.get(letter_file(one.authority.name), {}).get("figures", fields)
        for name, now in fields.items():
            if (then := before.get(name)) != now:
                of_whom = fields["type" if name.endswith("_average") else "authority"]
                yield f"{of_whom}: {name.replace('_', ' ')} {_number(then)} → {_number(now)}."


def _number(number: object) -> str:
    return "none" if number is None else str(number)
