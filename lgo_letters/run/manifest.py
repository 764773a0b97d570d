"""manifest.json: what a folder of letters holds at rest, and what made it.

    {…about the run…, "files": {NAME: SHA-256, …}, "letters": [{…, "record": DIGEST}, …]}

`files` are those that belong to the letters: statistics.csv, corrections.csv where a letter was
reissued, and the sheets where there are any. A letter's `record` is that of the run that would make
it as it is.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lgo_letters.errors import UsageError, WriteError

from .files import NOT_OURS, open_ordinary
from .journal import Entry, is_entry, is_plain

MANIFEST = "manifest.json"
STATISTICS = "statistics.csv"
CORRECTIONS = "corrections.csv"
_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """A folder's manifest: about the run, the letters' entries by file, and the other files.

    `sha256` is the digest of the whole manifest.
    """

    about: Entry
    letters: Mapping[str, Entry]
    files: Mapping[str, str]
    sha256: str

    @property
    def year(self) -> int:
        """The reporting year of its letters."""
        return int(self.about["year"])

    @property
    def is_example(self) -> bool:
        """Whether its figures are invented."""
        return bool(self.about["example"])


def sheets_of(file: str) -> tuple[str, str]:
    """The names of the sheets that go with a letter: NAME.xlsx and NAME.csv."""
    stem = file.removesuffix(".pdf")
    return f"{stem}.xlsx", f"{stem}.csv"


def by_record(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """The entries of letters by the record that made each; without those that have none."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        if "record" in entry:
            found.setdefault(entry["record"], []).append(entry)
    return found


def manifest_text(about: Entry, letters: Iterable[Entry], files: Mapping[str, str]) -> bytes:
    """A manifest as it is written, a letter on each line."""
    head = json.dumps({**about, "files": files}, ensure_ascii=False, indent=1).removesuffix("\n}")
    lines = ",\n  ".join(json.dumps(entry, ensure_ascii=False) for entry in letters)
    return f'{head},\n "letters": [\n  {lines}\n ]\n}}\n'.encode()


def records_of(entry: Entry) -> set[str]:
    """The records that a letter's entry names: its own, and those of its earlier issues.

    Raises an error where they are not names of records.
    """
    named = {issue["record"] for issue in (entry, *entry.get("issues", ())) if "record" in issue}
    if not all(map(_DIGEST.fullmatch, named)):
        raise ValueError("something is not the name of a record")
    return named


def _check_details(entry: Entry) -> None:
    """Raises an error where its records, figures or issues are not as they are written."""
    records_of(entry)
    issues, figures = entry.get("issues"), entry.get("figures", {})
    if not isinstance(figures, dict) or (issues is not None and len(issues) < 2):
        raise ValueError("something is not figures, or not the issues of a reissued letter")
    for issue in issues or ():
        date.fromisoformat(issue["date"])


def read_manifest(folder: Path, name: str = MANIFEST) -> Manifest | None:
    """The manifest of a folder, None if there is none; raises WriteError where it is not ours."""
    file = folder / name
    if not os.path.lexists(file):
        return None
    try:
        with open_ordinary(file) as opened:
            content = opened.read()
        about = json.loads(content)
        letters = {entry["file"]: dict(entry) for entry in about.pop("letters")}
        files = {}
        if "files" in about:  # version 0.3 and earlier had neither these nor the letters' date
            files = dict(about.pop("files"))
            date.fromisoformat(about["date"])
        manifest = Manifest(about, letters, files, hashlib.sha256(content).hexdigest())
        _ = manifest.year, manifest.is_example
        if not all(map(is_entry, letters.values())):
            raise ValueError("something is not the entry of a letter")
        for entry in letters.values():
            _check_details(entry)
        if not all(is_plain(name) and isinstance(files[name], str) for name in files):
            raise ValueError("something is not the name of a file and its digest")
    except NOT_OURS as error:
        raise WriteError(
            f"{file} is not a manifest that lgo-letters wrote; move it away, or choose another "
            "folder with --out."
        ) from error
    return manifest


def manifest_of(folder: Path) -> Manifest:
    """The manifest of a folder that has to hold letters; raises UsageError where it holds none."""
    if (manifest := read_manifest(folder)) is None:
        raise UsageError(
            f"{folder} holds no letters of lgo-letters, as it has no {MANIFEST}; name a folder "
            "that holds them."
        )
    return manifest
