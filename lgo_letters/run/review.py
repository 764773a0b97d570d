"""What a folder's sign-offs are worth now: whether all that they cover is there, byte for byte.

A letter that is reissued changes the manifest, which then binds the one before it. So the manifests
of a folder are a chain, and whoever has signed an earlier one off is asked for the letters that
were reissued since, and no others.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lgo_letters.edition.folder import is_ignored
from lgo_letters.errors import SignOffError, UsageError, WriteError, cut
from lgo_letters.names import key

from .archive import RECORDS
from .files import is_ordinary, is_replacing, sha256_of
from .journal import JOURNAL, Journal
from .manifest import (
    CORRECTIONS,
    MANIFEST,
    STATISTICS,
    Manifest,
    manifest_of,
    read_manifest,
    sheets_of,
)
from .signoff import SIGNOFF, SignOff, locked, options_of, read_signoffs, standing, write_signoffs

SUPERSEDED = "superseded"
_NOT_COVERED = {MANIFEST, STATISTICS, SIGNOFF, RECORDS, SUPERSEDED}
_NOT_IN_IT = "is not in it"


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that is not as the manifest has it, and how it differs."""

    file: str
    what: str


@dataclass(frozen=True, slots=True)
class Step:
    """A manifest of the chain, and the files of the letters that were reissued with it."""

    manifest: Manifest
    reissued: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Review:
    """A folder's sign-offs, and how its files differ from what they cover.

    `steps` are the manifests, today's first; `roles` are those that the edition asks for.
    """

    folder: Path
    steps: Sequence[Step]
    roles: tuple[str, ...]
    signoffs: tuple[SignOff, ...]
    differences: tuple[Difference, ...]
    unfinished: bool

    @property
    def manifest(self) -> Manifest:
        """Today's."""
        return self.steps[0].manifest

    @property
    def options(self) -> str:
        """How a command names the folder."""
        return options_of(self.folder, self.manifest.year)

    @property
    def reissued(self) -> frozenset[str]:
        """The files of the letters that were reissued since the first manifest of the chain."""
        return frozenset().union(*(step.reissued for step in self.steps))

    @property
    def in_force(self) -> Sequence[SignOff]:
        """The sign-offs of a manifest of the chain that were not withdrawn."""
        digests = {step.manifest.sha256 for step in self.steps}
        return [one for one in standing(self.signoffs) if one.manifest_sha256 in digests]

    @property
    def void(self) -> Sequence[SignOff]:
        """Those of another manifest that were not withdrawn."""
        return [one for one in standing(self.signoffs) if one not in self.in_force]

    def unsigned(self, role: str) -> frozenset[str]:
        """The files of the letters that nobody has signed off in a role."""
        signed = {one.manifest_sha256 for one in self.in_force if key(one.role) == key(role)}
        files: frozenset[str] = frozenset()
        for step in self.steps:
            if step.manifest.sha256 in signed:
                return files
            files |= step.reissued
        return frozenset(self.manifest.letters)

    @property
    def missing(self) -> Mapping[str, frozenset[str]]:
        """The roles that have to sign, and the files of the letters that they have to sign off.

        They are the edition's roles, else those in which somebody has signed.
        """
        asked = self.roles or dict.fromkeys(one.role for one in standing(self.signoffs))
        return {role: files for role in asked if (files := self.unsigned(role))}

    def check_unchanged(self) -> None:
        """Raises SignOffError where a file is not as it was made, or a run did not finish."""
        again = f'run "lgo-letters generate {self.options}"'
        if self.unfinished:
            raise SignOffError(
                f"A run that writes to {self.folder} has not finished, so nothing there is signed "
                f"off; wait for it, or {again} again."
            )
        if self.differences:
            first, *others = self.differences
            more = f", and {len(others):,} more" if others else ""
            what_to_do = f"put back what was there, or withdraw any sign-off and {again}"
            if first.file in _never_made_again(self.manifest):
                what_to_do = (
                    "put back what was there, since generate leaves a reissued letter and what "
                    "belongs to it as they are"
                )
            elif all(
                difference.what == _NOT_IN_IT and difference.file != STATISTICS
                for difference in self.differences
            ):
                what_to_do = f"move {'them' if others else 'it'} away"
            raise SignOffError(
                f"{self.folder} is not as the manifest has it: {first.file} {first.what}{more}; "
                f"{what_to_do}."
            )

    def check_complete(self) -> None:
        """Raises SignOffError where a sign-off is missing, or is no longer valid."""
        self.check_unchanged()
        if self.missing:
            roles = " and ".join(self.missing)
            raise SignOffError(
                f"{self.folder} is not signed off as {roles}; sign with "
                f'"lgo-letters signoff {self.options} --role ROLE --name NAME".'
            )


def review_folder(folder: Path, year: int, roles: Sequence[str]) -> Review:
    """What a folder's sign-offs are worth now.

    Raises UsageError where it holds no letters of the year, SignOffError where signoff.json or the
    manifest below it is broken.
    """
    if is_replacing(folder):
        Journal(folder).close()  # which goes on with it
    signoffs = read_signoffs(folder)
    try:
        manifest = manifest_of(folder)
    except (UsageError, WriteError) as error:
        if signoffs:  # of a manifest that is gone
            raise SignOffError(str(error)) from error
        raise
    if manifest.year != year:
        raise UsageError(
            f"{folder} holds letters for {manifest.year}; give --year {manifest.year}, or name "
            "another folder with --out."
        )
    steps, problems = _chain(folder, manifest)
    differences = (*_differences(folder, manifest), *problems)
    unfinished = _is_unfinished(folder)
    return Review(folder, steps, tuple(roles), signoffs, differences, unfinished)


def _differences(folder: Path, manifest: Manifest) -> Iterator[Difference]:
    letters = {file: entry["sha256"] for file, entry in manifest.letters.items()}
    digests = {**letters, **manifest.files}
    if STATISTICS not in manifest.files:  # as version 0.3 and earlier left it
        yield Difference(STATISTICS, _NOT_IN_IT)
    for file, digest in digests.items():
        if not os.path.lexists(folder / file):
            yield Difference(file, "is missing")
        elif not is_ordinary(folder / file) or sha256_of(folder / file) != digest:
            yield Difference(file, "was changed")
    for file in sorted(path.name for path in folder.iterdir()):
        if not (file in digests or file in _NOT_COVERED or is_ignored(file)):
            yield Difference(file, _NOT_IN_IT)


def _never_made_again(manifest: Manifest) -> set[str]:
    """The files that no run of generate writes: of the letters that were reissued."""
    reissued = [file for file, entry in manifest.letters.items() if "issues" in entry]
    return {CORRECTIONS, *reissued}.union(*map(sheets_of, reissued))


def _is_unfinished(folder: Path) -> bool:
    """Whether a run is writing there, or one that was killed has left its journal."""
    try:
        return (folder / JOURNAL).lstat().st_size > 0
    except FileNotFoundError:
        return False


# ---- signing


def sign(folder: Path, year: int, roles: Sequence[str], signoff: SignOff) -> Review:
    """Adds a sign-off, bound to the manifest as it is now.

    It is for the letters that were reissued since the last one in that role, else for all.

    Raises UsageError where the edition has no such role, or that person another; SignOffError where
    somebody has signed in that role, or what is there is not what the manifest says.
    """
    known = {key(role): role for role in roles}
    if roles and key(signoff.role) not in known:
        raise UsageError(
            f'No role is called "{cut(signoff.role)}"; the edition asks for: {", ".join(roles)}.'
        )
    signoff = replace(signoff, role=known.get(key(signoff.role), signoff.role))
    manifest_of(folder)  # before anything is made there
    with locked(folder):
        review = review_folder(folder, year, roles)
        _check_role(review, signoff)
        review.check_unchanged()
        letters = len(review.unsigned(signoff.role))
        signoff = replace(signoff, manifest_sha256=review.manifest.sha256, letters=letters)
        signoffs = (*review.signoffs, signoff)
        write_signoffs(folder, signoffs)
    return replace(review, signoffs=signoffs)


def _check_role(review: Review, signoff: SignOff) -> None:
    for other in review.in_force:
        if key(other.role) == key(signoff.role) and not review.unsigned(other.role):
            raise SignOffError(
                f"Signed off already: by {other}; withdraw that first with "
                f'"lgo-letters signoff {review.options} --withdraw '
                f'--role {other.role} --reason TEXT".'
            )
        if key(other.name) == key(signoff.name) and key(other.role) != key(signoff.role):
            raise UsageError(
                f"{other.name} has signed off as {other.role}, and nobody may hold two roles; "
                f"another person has to sign off as {signoff.role}."
            )


# ---- the chain of manifests


def superseded_manifest(number: int) -> str:
    """The name, in superseded/, of the manifest that a reissue has replaced."""
    return f"manifest-{number}.json"


def _chain(folder: Path, newest: Manifest) -> tuple[list[Step], list[Difference]]:
    """The manifests from the newest on, as far as each is the one that the next was made from."""
    steps, manifest = list[Step](), newest
    while (reissue := manifest.about.get("reissue")) is not None:
        try:
            name = superseded_manifest(int(reissue["number"]))
            digest, files = reissue["manifest_sha256"], frozenset(map(str, reissue["letters"]))
        except (ValueError, TypeError, KeyError, OverflowError):
            return [*steps, Step(manifest)], [Difference(MANIFEST, "cannot be read")]
        steps.append(Step(manifest, files))
        try:
            before = read_manifest(folder / SUPERSEDED, name)
        except WriteError:
            before = None
        if before is None or before.sha256 != digest:
            return steps, [Difference(f"{SUPERSEDED}/{name}", "is missing or was changed")]
        if _without(before, files) != _without(manifest, files):
            what = "has other letters than were kept when one was reissued"
            return steps, [Difference(f"{SUPERSEDED}/{name}", what)]
        manifest = before
    return [*steps, Step(manifest)], []


def _without(manifest: Manifest, reissued: frozenset[str]) -> tuple[dict[str, Any], dict[str, str]]:
    """What a manifest says of all but the reissued letters and what changes with them."""
    changing = {STATISTICS, CORRECTIONS}.union(*map(sheets_of, reissued))
    return (
        {file: entry for file, entry in manifest.letters.items() if file not in reissued},
        {file: digest for file, digest in manifest.files.items() if file not in changing},
    )
