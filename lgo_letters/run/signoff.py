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
import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lgo_letters.errors import SignOffError, count_of, cut
from lgo_letters.names import key
from lgo_letters.year import format_date

from .files import NOT_OURS, flush_folder, open_ordinary, remove_parts, write_privately, writing
from .journal import Journal

SIGNOFF = "signoff.json"
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


# ---- signing and withdrawing


def new_signoff(role: str, name: str, note: str | None) -> SignOff:
    """A sign-off of this moment, not yet bound to a manifest."""
    return SignOff(role, name, _now(), "", 0, note)


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
    with locked(folder):
        before = read_signoffs(folder)
        after = [
            replace(one, withdrawn=now, reason=reason) if is_meant(one) else one for one in before
        ]
        write_signoffs(folder, after)
    return [one for one in before if is_meant(one)]


def refuse_signed_off(folder: Path, year: int) -> None:
    """Raises SignOffError where a sign-off stands, which only `withdraw` takes away.

    For whoever holds the folder's lock and is about to write letters.
    """
    if signoffs := standing(read_signoffs(folder)):
        its_options = options_of(folder, year)
        who = "; ".join(f"{one} ({count_of(one.letters, 'letter')})" for one in signoffs)
        raise SignOffError(
            f"{folder} is signed off, and nothing there was changed: {who}. To put one letter "
            f'right, run "lgo-letters reissue NAME {its_options} --reason TEXT"; to make letters '
            f'again, first "lgo-letters signoff {its_options} --withdraw --reason TEXT".'
        )


def options_of(folder: Path, year: int) -> str:
    """How a command names the folder, for sentences that say which command to run."""
    default = Path("letters", str(year))
    out = "" if folder == default else f" --out {shlex.quote(str(folder))}"
    return f"--year {year}{out}"


def standing(signoffs: Iterable[SignOff]) -> Sequence[SignOff]:
    """Those that were not withdrawn."""
    return [one for one in signoffs if one.withdrawn is None]


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
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
    except NOT_OURS as error:
        raise SignOffError(
            f"{file} is not as lgo-letters wrote it, so nothing counts as signed off; put the "
            "original back, or move it away to begin again without any sign-off."
        ) from error
    return signoffs


def _signoff(entry: Any) -> SignOff:
    """A sign-off from JSON; raises ValueError or TypeError where it is none."""
    signoff = SignOff(**entry)
    texts = [signoff.role, signoff.name, signoff.signed, signoff.manifest_sha256]
    optional = signoff.note, signoff.withdrawn, signoff.reason
    texts += [text for text in optional if text is not None]
    if not all(isinstance(text, str) for text in texts) or not isinstance(signoff.letters, int):
        raise TypeError("something is not of the type that it has to be")
    for time in (signoff.signed, signoff.withdrawn or signoff.signed):
        format_time(time)
    return signoff


def _digest(signoffs: Sequence[SignOff]) -> str:
    return hashlib.sha256(json.dumps([*map(asdict, signoffs)]).encode()).hexdigest()


def write_signoffs(folder: Path, signoffs: Sequence[SignOff]) -> None:
    """Writes them all, flushed; for whoever has locked the folder."""
    content = {"signoffs": [*map(asdict, signoffs)], "sha256": _digest(signoffs)}
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    write_privately(folder / SIGNOFF, text.encode(), on_disk=True)
    with writing(folder):
        flush_folder(folder)


def _now() -> str:
    return datetime.now(UTC).strftime(_TIME)


def format_time(time: str) -> str:
    """A time in UTC as a person reads it: 20 July 2020 at 09:15 UTC."""
    at = datetime.strptime(time, _TIME)  # the Z is UTC
    return f"{format_date(at)} at {at:%H:%M} UTC"
