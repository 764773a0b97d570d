"""Who has signed a folder's letters off: signoff.json, which binds each role to the manifest.

    {"signoffs": [{…}, …], "sha256": "… of the sign-offs"}

The manifest has the digest of every letter and of every file that belongs to them, so a sign-off
covers all of it. No sign-off is ever removed: one that was withdrawn says when and why, and one of
another manifest than the folder's is void. The digest shows an edit by hand; it is a guard against
accidents, since whoever may write in the folder can work it out again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lgo_letters.edition.folder import is_ignored
from lgo_letters.errors import SignOffError, UsageError, WriteError, cut
from lgo_letters.names import key
from lgo_letters.year import format_date

from .files import (
    flush_folder,
    is_ordinary,
    open_ordinary,
    remove_parts,
    sha256_of,
    write_privately,
    writing,
)
from .journal import JOURNAL, Journal
from .manifest import MANIFEST, Manifest, manifest_of

SIGNOFF = "signoff.json"
RECORDS, SUPERSEDED = "record", "superseded"
_NOT_COVERED = {MANIFEST, SIGNOFF, RECORDS, SUPERSEDED}
_NOT_IN_IT = "is not in it"
_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class SignOff:
    """One person's sign-off in one role, of the manifest with that digest.

    `signed` and `withdrawn` are times in UTC; `letters` is how many letters were signed off, and
    `reason` why the sign-off was withdrawn.
    """

    role: str
    name: str
    signed: str
    manifest_sha256: str
    letters: int
    note: str | None = None
    withdrawn: str | None = None
    reason: str | None = None

    def __str__(self) -> str:
        """Who signed off in which role, and when."""
        return f"{self.name} as {self.role} on {format_time(self.signed)}"


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that is not as the manifest has it, and how it differs."""

    file: str
    what: str


@dataclass(frozen=True, slots=True)
class Review:
    """A folder's sign-offs, and whether what they cover is still there, byte for byte.

    `roles` are those that the edition asks for.
    """

    folder: Path
    manifest: Manifest
    roles: tuple[str, ...]
    signoffs: tuple[SignOff, ...]
    differences: tuple[Difference, ...]
    unfinished: bool

    @property
    def in_force(self) -> Sequence[SignOff]:
        """Those of this manifest that were not withdrawn."""
        digest = self.manifest.sha256
        return [one for one in _standing(self.signoffs) if one.manifest_sha256 == digest]

    @property
    def void(self) -> Sequence[SignOff]:
        """Those of another manifest that were not withdrawn."""
        return [one for one in _standing(self.signoffs) if one not in self.in_force]

    @property
    def missing(self) -> Sequence[str]:
        """The roles that have to sign: the edition's, else those that have signed something."""
        asked = self.roles or dict.fromkeys(one.role for one in _standing(self.signoffs))
        signed = {key(one.role) for one in self.in_force}
        return [role for role in asked if key(role) not in signed]

    def check_unchanged(self) -> None:
        """Raises SignOffError where a file is not as it was made, or a run did not finish."""
        again = f'run "lgo-letters generate --year {self.manifest.year}"'
        if self.unfinished:
            raise SignOffError(
                f"A run that writes to {self.folder} has not finished, so nothing there is signed "
                f"off; wait for it, or {again} again."
            )
        if self.differences:
            first, *others = self.differences
            more = f", and {len(others):,} more" if others else ""
            what_to_do = f"put back what was there, or withdraw any sign-off and {again}"
            if all(difference.what == _NOT_IN_IT for difference in self.differences):
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
                f'"lgo-letters signoff --year {self.manifest.year} --role ROLE --name NAME".'
            )


def review_folder(folder: Path, year: int, roles: Sequence[str]) -> Review:
    """What a folder's sign-offs are worth now.

    Raises UsageError where it holds no letters of the year, SignOffError where signoff.json or the
    manifest below it is broken.
    """
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
    differences = tuple(_differences(folder, manifest))
    return Review(folder, manifest, tuple(roles), signoffs, differences, _is_unfinished(folder))


def _differences(folder: Path, manifest: Manifest) -> Iterator[Difference]:
    letters = {file: entry["sha256"] for file, entry in manifest.letters.items()}
    digests = {**letters, **manifest.files}
    for file, digest in digests.items():
        if not os.path.lexists(folder / file):
            yield Difference(file, "is missing")
        elif not is_ordinary(folder / file) or sha256_of(folder / file) != digest:
            yield Difference(file, "was changed")
    for file in sorted(path.name for path in folder.iterdir()):
        if not (file in digests or file in _NOT_COVERED or is_ignored(file)):
            yield Difference(file, _NOT_IN_IT)


def _is_unfinished(folder: Path) -> bool:
    """Whether a run is writing there, or one that was killed has left its journal."""
    try:
        return (folder / JOURNAL).lstat().st_size > 0
    except FileNotFoundError:
        return False


# ---- signing and withdrawing


def sign(folder: Path, year: int, roles: Sequence[str], signoff: SignOff) -> Review:
    """Adds a sign-off, bound to the manifest as it is now.

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
    with _locked(folder):
        review = review_folder(folder, year, roles)
        _check_role(review, signoff)
        review.check_unchanged()
        signoff = replace(
            signoff, manifest_sha256=review.manifest.sha256, letters=len(review.manifest.letters)
        )
        signoffs = (*review.signoffs, signoff)
        _write(folder, signoffs)
    return replace(review, signoffs=signoffs)


def new_signoff(role: str, name: str, note: str | None) -> SignOff:
    """A sign-off of this moment, not yet bound to a manifest."""
    return SignOff(role, name, _now(), "", 0, note)


def _check_role(review: Review, signoff: SignOff) -> None:
    for other in review.in_force:
        if key(other.role) == key(signoff.role):
            raise SignOffError(
                f"Signed off already: by {other}; withdraw that first with "
                f'"lgo-letters signoff --year {review.manifest.year} --withdraw '
                f'--role {other.role} --reason TEXT".'
            )
        if key(other.name) == key(signoff.name):
            raise UsageError(
                f"{other.name} has signed off as {other.role}, and nobody may hold two roles; "
                f"another person has to sign off as {signoff.role}."
            )


def withdraw(folder: Path, role: str | None, reason: str) -> Sequence[SignOff]:
    """Withdraws the sign-offs that stand, in one role or in all, and gives them back.

    Raises SignOffError where there is none.
    """
    now = _now()

    def is_meant(one: SignOff) -> bool:
        return one.withdrawn is None and (role is None or key(one.role) == key(role))

    if not any(map(is_meant, read_signoffs(folder))):
        as_role = "" if role is None else f" as {cut(role)}"
        raise SignOffError(
            f"Nobody has signed off {folder}{as_role}; there is nothing to withdraw."
        )
    with _locked(folder):
        before = read_signoffs(folder)
        _write(
            folder,
            [
                replace(one, withdrawn=now, reason=reason) if is_meant(one) else one
                for one in before
            ],
        )
    return [one for one in before if is_meant(one)]


def refuse_signed_off(folder: Path, year: int) -> None:
    """Raises SignOffError where a sign-off stands, which only `withdraw` takes away.

    For whoever holds the folder's lock and is about to write letters.
    """
    if signoffs := _standing(read_signoffs(folder)):
        who = "; ".join(f"{one} ({count_letters(one.letters)})" for one in signoffs)
        raise SignOffError(
            f"{folder} is signed off, and nothing there was changed: {who}. To put one letter "
            f'right, run "lgo-letters reissue NAME --year {year} --reason TEXT"; to make letters '
            f'again, first "lgo-letters signoff --year {year} --withdraw --reason TEXT".'
        )


def _standing(signoffs: Iterable[SignOff]) -> Sequence[SignOff]:
    return [one for one in signoffs if one.withdrawn is None]


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """The folder's lock, held; raises WriteError where a run holds it."""
    journal = Journal(folder)
    try:
        remove_parts(folder)
        yield
    finally:
        journal.close()


# ---- the file


def read_signoffs(folder: Path) -> tuple[SignOff, ...]:
    """Every sign-off of a folder, in the order in which they were made; none without signoff.json.

    Raises SignOffError where the file is not as this program wrote it.
    """
    file = folder / SIGNOFF
    if not os.path.lexists(file):
        return ()
    try:
        with open_ordinary(file) as opened:
            content = json.loads(opened.read())
        signoffs = tuple(map(_signoff, content["signoffs"]))
        if content["sha256"] != _digest(signoffs):
            raise ValueError("the digest is that of other sign-offs")
    except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise SignOffError(
            f"{file} is not as lgo-letters wrote it, so nothing counts as signed off; put the "
            "original back, or move it away to begin again without any sign-off."
        ) from error
    return signoffs


def _signoff(entry: Any) -> SignOff:
    """A sign-off from JSON; raises ValueError or TypeError where it is none."""
    signoff = SignOff(**entry)
    texts = signoff.role, signoff.name, signoff.signed, signoff.manifest_sha256
    optional = signoff.note, signoff.withdrawn, signoff.reason
    if not all(isinstance(text, str) for text in texts) or not isinstance(signoff.letters, int):
        raise TypeError("something is not of the type that it has to be")
    if not all(text is None or isinstance(text, str) for text in optional):
        raise TypeError("something is not text")
    for time in (signoff.signed, signoff.withdrawn or signoff.signed):
        format_time(time)
    return signoff


def _digest(signoffs: Sequence[SignOff]) -> str:
    return hashlib.sha256(json.dumps([*map(asdict, signoffs)]).encode()).hexdigest()


def _write(folder: Path, signoffs: Sequence[SignOff]) -> None:
    content = {"signoffs": [*map(asdict, signoffs)], "sha256": _digest(signoffs)}
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    write_privately(folder / SIGNOFF, [text.encode()], on_disk=True)
    with writing(folder):
        flush_folder(folder)


def _now() -> str:
    return datetime.now(UTC).strftime(_TIME)


def format_time(time: str) -> str:
    """A time in UTC as a person reads it: 20 July 2020 at 09:15 UTC."""
    at = datetime.strptime(time, _TIME)  # the Z is UTC
    return f"{format_date(at)} at {at:%H:%M} UTC"


def count_letters(number: int) -> str:
    """A number of letters."""
    return "1 letter" if number == 1 else f"{number:,} letters"
