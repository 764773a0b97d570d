"""What a folder of letters is known to hold, right at every moment while a run writes into it.

manifest.json is the record of a folder at rest. While a run writes, its journal holds what is new,
so that whenever and however a run ends, the next one knows every letter that is whole, and every
file that is ours.

    a letter   temporary file → line in the journal → its name
    the end    letters and statistics.csv flushed → manifest.json flushed → its name → no journal

A power cut may take letters that are not flushed, or lines of the journal. Of the files that a run
might write which did not come to its end, the next believes a line only where the file has its
digest, and removes those of which neither a line nor the manifest knows.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lgo_letters.errors import UsageError, WriteError

from .files import (
    flush,
    flush_folder,
    identity,
    identity_of,
    make_folder,
    open_ordinary,
    part_in,
    remove_parts,
    sha256_of,
    write_privately,
    writing,
)
from .journal import JOURNAL, Entry, Journal, is_entry

MANIFEST = "manifest.json"
STATISTICS = "statistics.csv"
_FLUSHED_AT_ONCE = 100  # letters: the end waits for no more, and others are made meanwhile


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is going to write.

    `about` is what the manifest says beside the letters; `files` are those of all letters, in the
    order in which it lists them, before others that it has from earlier; `chosen` are those that
    the run may write. `statistics` gives the text of statistics.csv. `inputs` are never written
    over, nor signed letters unless `may_replace_signed`.
    """

    about: Entry
    statistics: Callable[[], Iterable[str]]
    files: Sequence[str]
    chosen: Collection[str]
    inputs: Collection[Path] = ()
    may_replace_signed: bool = True


@contextlib.contextmanager
def open_record(folder: Path, plan: Plan) -> Iterator[Record]:
    """The record of a folder, for one run alone; whatever ends that, what it wrote is recorded.

    Raises WriteError, with the folder as it was, where another run is writing there, where letters
    of another year lie there, or of the example and these are not, where signed letters would be
    replaced and must not be, and where a file that no run has written is in the way; UsageError
    where an input is.
    """
    with writing(folder):
        make_folder(folder)
    journal = Journal(folder)
    try:
        record = Record(folder, journal, plan)
        record.begin()
        try:
            yield record
        except BaseException:
            with contextlib.suppress(WriteError):  # then the journal stays, and says the same
                record.settle_what_is_there()
            raise
        record.settle()
    finally:
        journal.close()


class Record:
    """The letters that a folder is known to hold, by their files.

    `lost` are those that a run which did not come to its end might write, and that are not what was
    written, as after a power cut.
    """

    def __init__(self, folder: Path, journal: Journal, plan: Plan) -> None:
        self._folder, self._journal, self._plan = folder, journal, plan
        manifest = _manifest_entries(folder, plan.about)
        left = journal.leftovers()
        if left.about is not None and (
            left.letters or any(os.path.lexists(folder / file) for file in left.files)
        ):
            _refuse_others(folder, left.about, plan.about)
        digests = {file: self.sha256(file) for file in left.files}
        # Later lines of one letter come after earlier ones, and win.
        whole = {
            letter["file"]: letter
            for letter in left.letters
            if digests[letter["file"]] == letter["sha256"]
        }
        self._entries: dict[str, Entry] = {**(manifest or {}), **whole}
        recorded = {letter["file"]: letter for letter in left.letters} | self._entries
        self.lost = {
            file
            for file, digest in digests.items()
            if digest and file in recorded and digest != recorded[file]["sha256"]
        }
        self._ours = {JOURNAL} if manifest is None else {JOURNAL, STATISTICS, MANIFEST}
        self._remains = left.files - self._entries.keys() - self._ours
        self._not_flushed = list(whole)
        self._wrote = bool(whole)  # what the manifest does not say yet
        self._unfinished: Entry | None = None

    def begin(self) -> None:
        """Makes folder and journal ready for letters, once it is known that nothing is in the way.

        Raises as `open_record`.
        """
        chosen = [file for file in self._plan.files if file in self._plan.chosen]
        self._refuse_what_is_in_the_way([*chosen, STATISTICS, MANIFEST, JOURNAL, *self._remains])
        self._refuse_to_undo_signatures(chosen)
        with writing(self._folder):
            for file in self._remains:
                (self._folder / file).unlink(missing_ok=True)
        remove_parts(self._folder)
        kind = {name: self._plan.about[name] for name in ("year", "example")}
        self._journal.begin(kind, [*chosen, STATISTICS], keep=self._wrote)

    def _refuse_what_is_in_the_way(self, names: Iterable[str]) -> None:
        inputs = {identity(file) for file in self._plan.inputs}
        ours = self._entries.keys() | self._ours | self._remains
        foreign = []
        for name in names:
            status = _status(self._folder / name)
            if status is None:
                continue
            if identity_of(status) in inputs:
                raise UsageError(
                    f"{self._folder / name} is an input, and would be written over; choose another "
                    "folder with --out."
                )
            if name not in ours or not stat.S_ISREG(status.st_mode):
                foreign.append(name)
        if foreign:
            others = f" and {len(foreign) - 1:,} more there" if foreign[1:] else ""
            raise WriteError(
                f"{self._folder / foreign[0]}{others} would be written over, and no run of "
                "lgo-letters has recorded to have written it; move it away, or choose another "
                "folder with --out."
            )

    def _refuse_to_undo_signatures(self, files: Iterable[str]) -> None:
        if self._plan.may_replace_signed:
            return
        if signed := sum(bool(self._entries.get(file, {}).get("signed")) for file in files):
            letters = "a signed letter" if signed == 1 else f"{signed:,} signed letters"
            raise WriteError(
                f"{self._folder} holds {letters} that unsigned ones would replace; give "
                "--sign-with FILE.p12 to sign again, or --unsigned to replace them."
            )

    def entry(self, file: str) -> Entry | None:
        """What is known of a file; None where nothing is."""
        return self._entries.get(file)

    def others(self) -> list[Entry]:
        """What is known of all other files than those of the letters."""
        listed = set(self._plan.files)
        return [entry for file, entry in self._entries.items() if file not in listed]

    def forget(self, file: str) -> None:
        """Knows no more of a file, which is no longer there."""
        del self._entries[file]

    def sha256(self, file: str) -> str | None:
        """The digest of a file as it is now; None where there is none that can be read."""
        return sha256_of(self._folder / file)

    def update(self, entry: Entry) -> None:
        """Takes what is new of a letter whose file stays as it is."""
        if entry != self._entries[entry["file"]]:
            self._entries[entry["file"]] = entry
            self._wrote = True

    def write(self, entry: Entry, content: bytes) -> None:
        """Writes a letter and records it; raises WriteError where it cannot be written."""
        file = self._folder / entry["file"]
        with writing(file), part_in(self._folder, (content,)) as part:
            self._journal.append(entry)
            self._unfinished = entry
            part.replace(file)
        self._take(entry)
        if len(self._not_flushed) >= _FLUSHED_AT_ONCE:
            self._flush()

    def _take(self, entry: Entry) -> None:
        self._entries[entry["file"]] = entry
        self._not_flushed.append(entry["file"])
        self._wrote, self._unfinished = True, None

    def _flush(self) -> None:
        with writing(self._folder):
            flush(self._folder / file for file in self._not_flushed)
            flush_folder(self._folder)
        self._not_flushed.clear()

    def settle(self) -> None:
        """Writes statistics.csv and manifest.json, whereupon the journal can go.

        The manifest names nothing that a power cut could still take.
        """
        lines = (line.encode() for line in self._plan.statistics())
        write_privately(self._folder / STATISTICS, lines)
        self._not_flushed.append(STATISTICS)
        self._flush()
        write_privately(self._folder / MANIFEST, self._manifest(), on_disk=True)
        with writing(self._folder):
            flush_folder(self._folder)
        self._journal.needed = False

    def settle_what_is_there(self) -> None:
        """As `settle`, where a run was stopped: perhaps while a letter got its name."""
        remove_parts(self._folder)
        last = self._unfinished
        if last is not None and self.sha256(last["file"]) == last["sha256"]:
            self._take(last)
        if self._wrote:
            self.settle()

    def _manifest(self) -> Iterator[bytes]:
        listed = [file for file in self._plan.files if file in self._entries]
        files = dict.fromkeys([*listed, *self._entries])
        head = json.dumps(self._plan.about, ensure_ascii=False, indent=1).removesuffix("\n}")
        letters = ",\n  ".join(
            json.dumps(self._entries[file], ensure_ascii=False) for file in files
        )
        yield f'{head},\n "letters": [\n  {letters}\n ]\n}}\n'.encode()


def _status(file: Path) -> os.stat_result | None:
    """That of a file, or of a link itself; None where nothing is there."""
    with writing(file):
        try:
            return file.lstat()
        except FileNotFoundError:
            return None


def _manifest_entries(folder: Path, about: Entry) -> dict[str, Entry] | None:
    """The manifest's entries by file; None where there is no manifest."""
    file = folder / MANIFEST
    if not os.path.lexists(file):
        return None
    try:
        with open_ordinary(file) as opened:
            manifest = json.loads(opened.read())
        earlier = {"year": int(manifest["year"]), "example": bool(manifest["example"])}
        entries = {entry["file"]: dict(entry) for entry in manifest["letters"]}
        valid = all(map(is_entry, entries.values()))
    except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise _no_manifest(file) from error
    if not valid:
        raise _no_manifest(file)
    _refuse_others(folder, earlier, about)
    return entries


def _no_manifest(file: Path) -> WriteError:
    return WriteError(
        f"{file} is not a manifest that lgo-letters wrote; move it away, or choose another "
        "folder with --out."
    )


def _refuse_others(folder: Path, earlier: Entry, about: Entry) -> None:
    """Raises WriteError: invented figures must not come to lie among real ones."""
    if all(earlier[name] == about[name] for name in ("year", "example")):
        return
    what = f"{earlier['year']}, made from {'the example' if earlier['example'] else 'real data'}"
    raise WriteError(
        f"{folder} holds letters of {what}; move it away, or choose another folder with --out."
    )
