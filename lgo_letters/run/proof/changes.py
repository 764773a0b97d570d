"""What has changed since the letters in a folder, as a proof says it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lgo_letters.edition.text.blocks import Block, Table
from lgo_letters.figures.report import authority_fields
from lgo_letters.run.batch import letter_file
from lgo_letters.run.composed import ComposedYear
from lgo_letters.run.manifest import Manifest

from .words import DIGITS, NOBODY, number_of, said


def changes_content(year: ComposedYear, manifest: Manifest | None, folder: Path) -> Iterator[Block]:
    """The letters that would now be different, and each of their figures that is another now."""
    if manifest is None:
        yield said(f"There are no letters in {folder.as_posix()} yet; nothing was compared.")
        return
    now = {letter_file(letter.authority): letter for letter in year.letters}
    same = [
        file
        for file, letter in now.items()
        if manifest.letters.get(file, {}).get("letter_sha256") == letter.sha256()
    ]
    new, gone = now.keys() - manifest.letters.keys(), manifest.letters.keys() - now.keys()
    yield said(
        f"Of {number_of(len(now), 'letter')}, {len(same):,} would be the same as in "
        f"{folder.as_posix()}, {len(now) - len(same) - len(new):,} different and {len(new):,} new; "
        f"{len(gone):,} there would be gone. The manifest there begins with "
        f"{manifest.sha256[:DIGITS]} (SHA-256)."
    )
    if rows := dict.fromkeys(_moved(year, manifest)):
        yield Table("Figures that would be different", ("", "Before", "Now"), tuple(rows))


def _moved(year: ComposedYear, manifest: Manifest) -> Iterator[tuple[str, ...]]:
    """Each figure that is another now, an average once for its type."""
    for one in year.figures.authorities:
        fields = authority_fields(one, year.figures.definitions)
        before = manifest.letters.get(letter_file(one.authority.name), {}).get("figures", fields)
        for name, now in fields.items():
            then = before.get(name)
            if then != now:
                of_whom = fields["type" if name.endswith("_average") else "authority"]
                heading = f"{of_whom}: {name.replace('_', ' ')}"
                yield heading, *(NOBODY if n is None else str(n) for n in (then, now))
