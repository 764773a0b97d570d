"""What a folder of letters holds, known at every moment while a run writes into it.

manifest.json is the record of a folder at rest. While a run writes, its journal holds what is new,
so that however a run ends, the next one knows every letter that is whole, and every file of ours.

    before     the record of the run, whole and flushed (archive.py)
    a letter   temporary file → line in the journal → rename
    the end    flush letters and statistics.csv → flush manifest.json → rename it → remove journal
               → remove the records that it no longer names

A power cut may lose letters that are not flushed, or lines of the journal. After a run that did not
finish, the next one believes a line only if the file has its digest, and of the files that the run
might have written removes those that neither a line nor the manifest knows.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lgo_letters.errors import UsageError, WriteError, listed

from . import archive
from .files import (
    flush,
    flush_folder,
    identity,
    identity_of,
    make_folder,
    part_in,
    remove_parts,
    sha256_of,
    write_privately,
    writing,
)
from .journal import JOURNAL, Entry, Journal, is_entry
from .manifest import MANIFEST, STATISTICS, manifest_text, read_manifest, records_of
from .signoff import refuse_signed_off

_FLUSHED_AT_ONCE = 100  # files: others are made meanwhile, and few are left for the end


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is going to write.

    `about` is what the manifest says about the run; `files` are those of all letters, in the order
    in which it lists them; `chosen` are those that the run may write, and `beside` what it may
    write beside them. `statistics` gives the text of statistics.csv, from the letters' entries by
    file. `inputs` are never overwritten, nor signed letters unless `may_replace_signed`.
    """

    about: Entry
    statistics: Callable[[Mapping[str, Entry]], Iterable[str]]
    files: Sequence[str]
    chosen: Collection[str]
    beside: Collection[str] = ()
    inputs: Collection[Path] = ()
    may_replace_signed: bool = True


@contextlib.contextmanager
def open_record(folder: Path, plan: Plan) -> Iterator[Record]:
    """The record of a folder, for one run alone; however that ends, what it wrote is recorded.

    Raises SignOffError, with the folder unchanged, if its letters are signed off; WriteError if
    another run is writing there, if it holds letters of another year, or of the example and these
    are not, if signed letters would be replaced and must not be, or if a file that no run wrote is
    in the way; UsageError if an input is.
    """
    with writing(folder):
        make_folder(folder)
    journal = Journal(folder)
    try:
        refuse_signed_off(folder, plan.about["year"])
        record = Record(folder, journal, plan)
        record.begin()
        try:
            yield record
        except BaseException:
            with contextlib.suppress(WriteError):  # the journal then stays, and says the same
                record.settle_what_is_there()
            raise
        record.settle()
    finally:
        journal.close()


class Record:
    """The letters that a folder is known to hold, by their files.

    `beside` are the digests of the files that belong to them, such as statistics.csv, by name.
    `lost` are the letters whose content is not what a run that did not finish wrote, as after a
    power cut.
    """

    def __init__(self, folder: Path, journal: Journal, plan: Plan) -> None:
        self._folder, self._journal, self._plan = folder, journal, plan
        manifest = read_manifest(folder)
        if manifest is not None:
            refuse_others(folder, manifest.about, plan.about)
        left = journal.leftovers()
        self.beside = {  # a run that was killed may have written others under these names
            name: digest
            for name, digest in (manifest.files if manifest else {}).items()
            if name not in left.files or self.sha256(name) == digest
        }
        if left.about is not None and (
            left.letters or any(os.path.lexists(folder / file) for file in left.files)
        ):
            refuse_others(folder, left.about, plan.about)
        digests = {file: self.sha256(file) for file in left.files}
        whole = {  # of two lines of one letter, the later one wins
            letter["file"]: letter
            for letter in left.letters
            if digests[letter["file"]] == letter["sha256"]
        }
        self._entries: dict[str, Entry] = {**(manifest.letters if manifest else {}), **whole}
        recorded = {letter["file"]: letter for letter in left.letters} | self._entries
        self.lost = {
            file
            for file, digest in digests.items()
            if digest and file in recorded and digest != recorded[file]["sha256"]
        }
        self._ours = {JOURNAL, *self.beside}
        if manifest is not None:
            self._ours |= {STATISTICS, MANIFEST}
        self._remains = left.files - self._entries.keys() - self._ours
        self._not_flushed = list(whole)
        self._wrote = bool(whole)  # something that the manifest does not say yet
        self._unfinished: Entry | None = None

    def begin(self) -> None:
        """Makes the folder and journal ready for letters; raises as `open_record`."""
        chosen = [file for file in self._plan.files if file in self._plan.chosen]
        beside = [*self._plan.beside, STATISTICS]
        self._refuse_what_is_in_the_way([*chosen, *beside, MANIFEST, JOURNAL, *self._remains])
        self._refuse_to_undo_signatures(chosen)
        with writing(self._folder):
            for file in self._remains:
                (self._folder / file).unlink(missing_ok=True)
        remove_parts(self._folder)
        kind = {name: self._plan.about[name] for name in ("year", "example")}
        self._journal.begin(kind, [*chosen, *beside], keep=self._wrote)

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
                    f"{self._folder / name} is an input and would be overwritten; choose another "
                    "folder with --out."
                )
            if name not in ours or not stat.S_ISREG(status.st_mode):
                foreign.append(name)
        if foreign:
            it = "them" if foreign[1:] else "it"
            raise WriteError(
                f"{self._folder / listed(foreign, 1)} would be overwritten, and no run of "
                f"lgo-letters has recorded writing {it}; move {it} away, or choose another folder "
                "with --out."
            )

    def _refuse_to_undo_signatures(self, files: Iterable[str]) -> None:
        if self._plan.may_replace_signed:
            return
        if signed := sum(bool(self._entries.get(file, {}).get("signed")) for file in files):
            letters = "a signed letter" if signed == 1 else f"{signed:,} signed letters"
            raise WriteError(
                f"{self._folder} holds {letters} that would be replaced by unsigned letters; give "
                "--sign-with FILE.p12 to sign them again, or --unsigned to replace them."
            )

    def entry(self, file: str) -> Entry | None:
        """What is known about a file; None if nothing is."""
        return self._entries.get(file)

    def is_reissued(self, file: str) -> bool:
        """Whether it is a letter that was reissued after sign-off, and no run may touch."""
        return "issues" in self._entries.get(file, {})

    def others(self) -> list[Entry]:
        """What is known about files that are not those of this run's letters."""
        listed = set(self._plan.files)
        return [entry for file, entry in self._entries.items() if file not in listed]

    def forget(self, file: str) -> None:
        """Drops the entry of a file that no longer exists."""
        del self._entries[file]

    def sha256(self, file: str) -> str | None:
        """The digest of a file as it is now; None if there is none that can be read."""
        return sha256_of(self._folder / file)

    def update(self, entry: Entry) -> None:
        """Replaces the entry of a letter whose file stays as it is."""
        if entry != self._entries[entry["file"]]:
            self._entries[entry["file"]] = entry
            self._wrote = True

    def write(self, entry: Entry, content: bytes) -> None:
        """Writes a letter and records it; raises WriteError if it cannot be written."""
        self._write(entry, content, partial(self._journal.append, entry))

    def write_beside(self, name: str, content: bytes) -> None:
        """Writes a file that belongs to the letters; raises WriteError if it cannot be written.

        A run that was killed leaves it to the next one, which makes it again.
        """
        entry = {"file": name, "sha256": hashlib.sha256(content).hexdigest()}
        self._write(entry, content, self._journal.keep)

    def _write(self, entry: Entry, content: bytes, announce: Callable[[], None]) -> None:
        file = self._folder / entry["file"]
        with writing(file), part_in(self._folder, content) as part:
            announce()
            self._unfinished = entry
            part.replace(file)
        self._take(entry)
        if len(self._not_flushed) >= _FLUSHED_AT_ONCE:
            self._flush()

    def _take(self, entry: Entry) -> None:
        """Records a file that has its name: a letter, or one that belongs to the letters."""
        if is_entry(entry):
            self._entries[entry["file"]] = entry
        else:
            self.beside[entry["file"]] = entry["sha256"]
        self._not_flushed.append(entry["file"])
        self._wrote, self._unfinished = True, None

    def _flush(self) -> None:
        with writing(self._folder):
            flush(self._folder / file for file in self._not_flushed)
            flush_folder(self._folder)
        self._not_flushed.clear()

    def settle(self) -> None:
        """Writes statistics.csv and manifest.json, after which the journal is not needed.

        Everything that the manifest names is flushed before it.
        """
        self.write_beside(STATISTICS, "".join(self._plan.statistics(self._entries)).encode())
        self._flush()
        write_privately(self._folder / MANIFEST, self._manifest(), on_disk=True)
        with writing(self._folder):
            flush_folder(self._folder)
        self._journal.needed = False
        self._remove_records()

    def settle_what_is_there(self) -> None:
        """As `settle`, after a run was stopped, perhaps while it renamed a letter."""
        remove_parts(self._folder)
        last = self._unfinished
        if last is not None and self.sha256(last["file"]) == last["sha256"]:
            self._take(last)
        if self._wrote:
            self.settle()
        else:
            self._remove_records()

    def _remove_records(self) -> None:
        """Removes the records that no letter names."""
        archive.keep_only(self._folder, set().union(*map(records_of, self._entries.values())))

    def _manifest(self) -> bytes:
        names = dict.fromkeys([*self._plan.files, *self._entries])
        letters = [self._entries[file] for file in names if file in self._entries]
        return manifest_text(self._plan.about, letters, dict(sorted(self.beside.items())))


def _status(file: Path) -> os.stat_result | None:
    """The status of a file, or of a link itself; None if there is nothing."""
    with writing(file):
        try:
            return file.lstat()
        except FileNotFoundError:
            return None


def refuse_others(folder: Path, earlier: Entry, about: Entry) -> None:
    """Raises WriteError for another year, or if invented figures would mix with real ones."""
    if all(earlier[name] == about[name] for name in ("year", "example")):
        return
    source = "the example" if earlier["example"] else "real data"
    raise WriteError(
        f"{folder} holds letters for {earlier['year']}, made from {source}; move it away, or "
        "choose another folder with --out."
    )
