"""The letters of a year as the site publishes them: those that may be public, and no others."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lgo_letters.errors import SignOffError, SiteError, UsageError, listed
from lgo_letters.run.batch import RenderOptions, letter_file, write_letters
from lgo_letters.run.composed import ComposedYear
from lgo_letters.run.corrections import Correction, as_cell, corrected_figures, read_corrections
from lgo_letters.run.files import check_digest
from lgo_letters.run.manifest import Manifest, manifest_of
from lgo_letters.run.pool import Pool
from lgo_letters.run.review import review_folder

from .corrections import Superseded, copy_superseded
from .write import write_file

if TYPE_CHECKING:
    from lgo_letters.run.changes import LetterChange


def check_publishable(year: ComposedYear, folder: Path | None) -> None:
    """Raises an error where the letters of a year may not be published as they are.

    `folder` holds them; None where there is none yet. SiteError: they carry their decisions, are
    not what would be written now or not signed off as the edition asks. UsageError: they are not
    the year's. WriteError: one is not as it was recorded.
    """
    ending, settings = year.inputs.year, year.inputs.validated_edition().settings
    if settings.embedded.decisions:
        raise SiteError(
            f"The letters of {ending} carry the decisions behind their figures, which are for the "
            "authority alone; leave embedded.decisions out of edition.toml, and make the letters "
            "again."
        )
    if folder is None:
        if settings.roles:
            raise SiteError(
                f"There are no letters of {ending}, and the edition asks for a sign-off before "
                f'they are published; run "lgo-letters generate --year {ending}" and have them '
                "signed off, or name their folder with --letters."
            )
        return
    manifest = _manifest(year, folder)
    if settings.roles:
        try:
            review_folder(folder, ending, settings.roles).check_complete()
        except SignOffError as error:
            raise SiteError(str(error)) from error
    _check_unchanged(year, folder, manifest)


def _manifest(year: ComposedYear, folder: Path) -> Manifest:
    """What a folder holds; raises where that is of another year, or is not as it was recorded."""
    manifest = manifest_of(folder)
    if (manifest.year, manifest.is_example) != (year.inputs.year, year.inputs.example):
        of = "the example" if manifest.is_example else "real data"
        raise UsageError(
            f"{folder} holds letters for {manifest.year}, made from {of}; name the folder of the "
            f"year's own with --letters, or move it away."
        )
    for file, entry in manifest.letters.items():
        again = f'run "lgo-letters generate --year {manifest.year}" again'
        check_digest(folder / file, entry["sha256"], *([] if "issues" in entry else [again]))
    return manifest


# ---- letters that are not what would be written now


def _check_unchanged(year: ComposedYear, folder: Path, manifest: Manifest) -> None:
    """Letters as they would be made now are at once known to be so; of others it is asked why."""
    made = {file: entry.get("letter_sha256") for file, entry in manifest.letters.items()}
    if made == {letter_file(letter.authority): letter.sha256() for letter in year.letters}:
        return
    from lgo_letters.run.changes import find_changes

    corrected = corrected_figures(read_corrections(folder, manifest))
    changed = [
        letter.authority
        for letter in find_changes(year, folder).letters
        if not _is_as_issued(letter, corrected)
    ]
    if changed:
        raise SiteError(
            f"{folder} differs from what would be written now: the letter to {listed(changed, 1)}; "
            f'see "lgo-letters changes --year {manifest.year}", and make the letters again, or '
            "reissue those that were signed off."
        )


def _is_as_issued(letter: LetterChange, corrected: Mapping[str, Mapping[str, str]]) -> bool:
    """Whether a letter differs in nothing but what another version of lgo-letters would change.

    Figures may differ that corrections.csv gives as they are now.
    """
    from lgo_letters.run.changes import AVERAGE, FIGURES, GONE, NEW, WORDING

    return (
        letter.is_recorded
        and {WORDING, NEW, GONE}.isdisjoint(letter.changes)
        and bool(letter.figures or {FIGURES, AVERAGE}.isdisjoint(letter.changes))
        and all(
            corrected.get(letter_file(letter.authority), {}).get(figure.name)
            == as_cell(figure.after)
            for figure in letter.figures
        )
    )


# ---- the letters on the site


def copy_letters(
    year: ComposedYear, folder: Path, to: Path
) -> tuple[Sequence[Correction], Mapping[str, Sequence[Superseded]]]:
    """The letters of a folder, and those that they replaced, byte for byte; nothing else there.

    Gives what was corrected in them, and the ones that were replaced by the letter's file.
    """
    manifest = _manifest(year, folder)
    to.mkdir(mode=0o700, parents=True)
    for file in manifest.letters:
        write_file(to / file, (folder / file).read_bytes())
    return read_corrections(folder, manifest), copy_superseded(folder, manifest, to)


def make_letters(year: ComposedYear, scratch: Path, to: Path, pool: Pool) -> None:
    """The year's letters as `generate` writes them, without their record."""
    chosen = range(len(year.letters))
    write_letters(year, chosen, scratch, RenderOptions(pool), lambda *_: None)
    to.mkdir(mode=0o700, parents=True)
    for letter in year.letters:
        file = letter_file(letter.authority)
        (scratch / file).rename(to / file)
    shutil.rmtree(scratch)
