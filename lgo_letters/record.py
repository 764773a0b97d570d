"""What a folder of letters is known to hold, right at every moment while a run writes into it.

manifest.json is the record of a folder at rest. While a run writes, a journal beside it, a hidden
file, holds what is new: first which files the run may come to write, flushed before any is,
then a line per letter, handed to the operating system before the letter gets its name. So whenever
and however a run ends, the next one knows every letter that is whole, and every file that is ours.
The run's lock is on the journal too, and ends with the process that holds it.

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
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from .errors import UsageError, WriteError
from .files import (
    close_locked,
    flush,
    flush_folder,
    identity,
    identity_of,
    make_folder,
    open_locked,
    open_ordinary,
    part_in,
    remove_parts,
    sha256_of,
    write_all,
    write_privately,
    writing,
)

MANIFEST = "manifest.json"
STATISTICS = "statistics.csv"
JOURNAL = ".lgo-letters.run"
_FLUSHED_AT_ONCE = 100  # letters: the end waits for no more, and others are made meanwhile

Entry = dict[str, Any]
"""What the manifest says of one letter, or of the run."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is going to write.

    `about` is what the manifest says beside the letters; `files` are those of all letters, in the
    order in which it lists them, before others that it has from earlier; `chosen` are the places of
    those that the run may write. `statistics` gives the text of statistics.csv. `inputs` are never
    written over, nor signed letters where not `may_replace_signed`.
    """

    about: Entry
    statistics: Callable[[], Iterable[str]]
    files: Sequence[str]
    chosen: Collection[int]
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
    journal = _Journal(folder)
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


_NOWHERE = -1


class Record:
    """The letters that a folder is known to hold, by their files.

    `lost` are those that a run which did not come to its end might write, and that are not what was
    written, as after a power cut.
    """

    def __init__(self, folder: Path, journal: _Journal, plan: Plan) -> None:
        self._folder, self._journal, self._plan = folder, journal, plan
        manifest = _manifest_entries(folder, plan.about)
        written, files = journal.read(plan.about)
        digests = {file: self.sha256(file) for file in files}
        whole = {each["file"]: each for each in written if digests[each["file"]] == each["sha256"]}
        entries = (manifest or {}) | whole
        recorded = {each["file"]: each for each in written} | entries
        self.lost = {
            file
            for file, digest in digests.items()
            if digest and file in recorded and digest != recorded[file]["sha256"]
        }
        self._known = {file: _line(entry) for file, entry in entries.items()}
        self._signed = {file for file, entry in entries.items() if entry.get("signed")}
        self._ours = {JOURNAL} if manifest is None else {JOURNAL, STATISTICS, MANIFEST}
        self._remains = files - entries.keys() - self._ours
        self._not_flushed = list(whole)
        # Where in the journal the lines start that this run writes: there may be very many.
        self._starts = array("q", [_NOWHERE]) * len(plan.files)
        self._last: _Last | None = None

    def begin(self) -> None:
        """Makes folder and journal ready for letters, once it is known that nothing is in the way.

        Raises as `open_record`.
        """
        files = [self._plan.files[place] for place in self._plan.chosen]
        self._refuse_what_is_in_the_way([*files, STATISTICS, MANIFEST, JOURNAL, *self._remains])
        self._refuse_to_undo_signatures(files)
        with writing(self._folder):
            for file in self._remains:
                (self._folder / file).unlink(missing_ok=True)
        remove_parts(self._folder)
        self._journal.begin(self._plan.about, [*files, STATISTICS], len(self._not_flushed))

    def _refuse_what_is_in_the_way(self, names: Iterable[str]) -> None:
        inputs = {identity(file) for file in self._plan.inputs}
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
            is_ours = name in self._known or name in self._ours or name in self._remains
            if not is_ours or not stat.S_ISREG(status.st_mode):
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
        if signed := sum(file in self._signed for file in files):
            letters = "a signed letter" if signed == 1 else f"{signed:,} signed letters"
            raise WriteError(
                f"{self._folder} holds {letters} that unsigned ones would replace; give "
                "--sign-with FILE.p12 to sign again, or --unsigned to replace them."
            )

    def entry(self, file: str) -> Entry | None:
        """What was known of a file when this run began; None where nothing was."""
        return dict(json.loads(self._known[file])) if file in self._known else None

    def others(self) -> list[Entry]:
        """What is known of all other files than those of the letters."""
        others = dict(self._known)
        for file in self._plan.files if others else ():
            others.pop(file, None)
        return [json.loads(line) for line in others.values()]

    def forget(self, file: str) -> None:
        """Knows no more of a file, which is no longer there."""
        del self._known[file]

    def sha256(self, file: str) -> str | None:
        """The digest of a file as it is now; None where there is none that can be read."""
        return sha256_of(self._folder / file)

    def note(self, place: int, entry: Entry) -> None:
        """Records what is new of the letter with that place among the files, itself left as it is.

        Raises WriteError where it cannot be recorded.
        """
        with writing(self._folder / JOURNAL):
            self._starts[place] = self._journal.append(_line(entry))

    def write(self, place: int, entry: Entry, content: bytes) -> None:
        """Writes the letter with that place among the files, and records it.

        Raises WriteError where it cannot be written.
        """
        file = self._folder / entry["file"]
        with writing(file), part_in(self._folder, (content,)) as part:
            start = self._journal.append(_line(entry))
            self._last = _Last(place, start, self._starts[place])
            part.replace(file)
        self._starts[place] = start
        self._not_flushed.append(entry["file"])
        if len(self._not_flushed) >= _FLUSHED_AT_ONCE:
            self._flush()

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
        self._journal.superfluous = True

    def settle_what_is_there(self) -> None:
        """As `settle`, where a run was stopped: perhaps between a letter's line and its name."""
        remove_parts(self._folder)
        if self._last is not None:
            place, start, before = self._last
            entry = json.loads(self._journal.line_at(start))
            is_there = self.sha256(entry["file"]) == entry["sha256"]
            self._starts[place] = start if is_there else before
            self._journal.letters -= not is_there
            self._not_flushed.append(entry["file"])
        if self._journal.letters:
            self.settle()

    def _flush(self) -> None:
        with writing(self._folder):
            flush(self._folder / file for file in self._not_flushed)
            flush_folder(self._folder)
        self._not_flushed.clear()

    def _manifest(self) -> Iterator[bytes]:
        head = json.dumps(self._plan.about, ensure_ascii=False, indent=1).removesuffix("\n}")
        yield f'{head},\n "letters": ['.encode()
        for number, line in enumerate(self._all_lines()):
            yield f"{',' if number else ''}\n  {line}".encode()
        yield b"\n ]\n}\n"

    def _all_lines(self) -> Iterator[str]:
        others = dict(self._known)
        for file, start in zip(self._plan.files, self._starts, strict=True):
            known = others.pop(file, None)
            if start != _NOWHERE:
                yield self._journal.line_at(start)
            elif known is not None:
                yield known
        yield from others.values()


class _Last(NamedTuple):
    """The letter written last: its place, and where in the journal its line starts and did."""

    place: int
    start: int
    before: int


def _status(file: Path) -> os.stat_result | None:
    """That of a file, or of a link itself; None where nothing is there."""
    with writing(file):
        try:
            return file.lstat()
        except FileNotFoundError:
            return None


class _Journal:
    """The run's own file in the folder, and its lock: a line about the run, then one per letter."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._file = folder, folder / JOURNAL
        with writing(self._file):
            descriptor = open_locked(self._file)
        if descriptor is None:
            raise WriteError(
                f"Another run of lgo-letters is writing into {folder}; wait until it has ended, or "
                "choose another folder with --out."
            )
        self._descriptor = descriptor
        self._size = 0
        self._has_earlier = os.fstat(descriptor).st_size > 0  # of a run that is gone
        self.letters = 0
        self.superfluous = False

    def read(self, about: Entry) -> tuple[list[Entry], set[str]]:
        """What a run that was killed has recorded: letters, and all files that it might write.

        A torn line is left out. Raises WriteError where they are not of this year or kind.
        """
        with writing(self._file), open(self._descriptor, "rb", closefd=False) as journal:
            journal.seek(0)
            lines = [line for line in journal if line.endswith(b"\n")]
        head, *others = map(_parsed, lines or [b""])
        if not head.keys() >= {"year", "example"}:
            return [], set()
        self._size = sum(map(len, lines))
        entries = [each for each in others if _is_entry(each)]
        # A journal of version 0.1.0 does not say which files it might write.
        files = {STATISTICS} if "files" not in head else set()
        files.update(*(_names(each.get("files")) for each in (head, *others)))
        files.update(each["file"] for each in entries)
        if entries or any(os.path.lexists(self._folder / file) for file in files):
            _refuse_others(self._folder, head, about)
        return entries, files

    def begin(self, about: Entry, files: Sequence[str], letters: int) -> None:
        """Makes it ready for a run that might write these files, all of which are ours by now.

        So many letters of a run that was killed are known from it, which stay in it.
        """
        with writing(self._file):
            os.ftruncate(self._descriptor, self._size if letters else 0)
            self._size = os.fstat(self._descriptor).st_size
            kind = {name: about[name] for name in ("year", "example")}
            self._write(_line({**kind, "files": files}))
            os.fsync(self._descriptor)
            flush_folder(self._folder)
        self.letters, self._has_earlier = letters, False

    def append(self, line: str) -> int:
        """Adds a letter, and says where its line starts; raises OSError where there is no room."""
        start = self._size
        self._write(line)
        self.letters += 1
        return start

    def _write(self, line: str) -> None:
        written = f"{line}\n".encode()
        write_all(self._descriptor, written)
        self._size += len(written)

    def line_at(self, start: int) -> str:
        """The line that starts there."""
        with open(self._descriptor, "rb", closefd=False) as journal:
            journal.seek(start)
            return journal.readline().decode().removesuffix("\n")

    def close(self) -> None:
        """Ends the lock; the file stays where it knows what the manifest does not."""
        remove = self.superfluous or not (self.letters or self._has_earlier)
        close_locked(self._descriptor, self._file, remove=remove)


def _line(entry: Entry) -> str:
    return json.dumps(entry, ensure_ascii=False)


def _parsed(line: bytes) -> Entry:
    """The object on a line; an empty one where it is none, as after a power cut."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _is_entry(entry: Entry) -> bool:
    texts = [entry.get(name) for name in ("authority", "file", "sha256")]
    return all(isinstance(text, str) for text in texts) and _is_plain(entry["file"])


def _names(value: Any) -> Iterator[str]:
    """The names of files in a list; none where it is no list."""
    for name in value if isinstance(value, list) else ():
        if isinstance(name, str) and _is_plain(name):
            yield name


def _is_plain(file: str) -> bool:
    """Whether it names a file in a folder, and leads nowhere else."""
    return file not in ("", "..") and "\0" not in file and Path(file).name == file


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
        sound = all(_is_entry(entry) for entry in entries.values())
    except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise _no_manifest(file) from error
    if not sound:
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
