"""What a folder of letters is known to hold, right at every moment while a run writes into it.

manifest.json is the record of a folder at rest. While a run writes, a journal beside it, a hidden
file, holds what is new: a line a letter, handed to the operating system before the letter gets its
name. So whenever and however a run ends, the next one knows every letter that is whole. The run's
lock is on the journal too, and ends with the process that holds it.

    a letter   temporary file → line in the journal → its name
    the end    statistics.csv → manifest.json, on the disk before it gets its name → no journal
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from lgo_letters.errors import WriteError

from .files import (
    close_locked,
    open_locked,
    part_in,
    remove_parts,
    write_all,
    write_privately,
    writing,
)

MANIFEST = "manifest.json"
STATISTICS = "statistics.csv"
JOURNAL = ".lgo-letters.run"

Entry = dict[str, Any]
"""What the manifest says of one letter, or of the run."""


@contextlib.contextmanager
def open_record(
    folder: Path, about: Entry, statistics: Callable[[], Iterable[str]], files: Sequence[str]
) -> Iterator[Record]:
    """The record of a folder, for one run alone; whatever ends that, what it wrote is recorded.

    `about` is what the manifest says beside the letters; `files` are those of all letters, in the
    order in which it lists them, before others that it has from earlier; `statistics` gives the
    text of statistics.csv. Raises WriteError where another run is writing there, and where letters
    of another year lie there, or of the example and these are not.
    """
    with writing(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    journal = _Journal(folder, about)
    try:
        record = Record(folder, journal, about, files)
        remove_parts(folder)
        journal.begin()
        try:
            yield record
        except BaseException:
            with contextlib.suppress(WriteError):  # then the journal stays, and says the same
                remove_parts(folder)
                if journal.letters:
                    Record(folder, journal, about, files).settle(statistics)
            raise
        record.settle(statistics)
    finally:
        journal.close()


_NOWHERE = -1


class Record:
    """The letters that a folder is known to hold, by their files."""

    def __init__(self, folder: Path, journal: _Journal, about: Entry, files: Sequence[str]) -> None:
        self._folder, self._journal, self._about, self._files = folder, journal, about, files
        entries = _manifest_entries(folder, about)
        entries |= {each["file"]: each for each in journal.read()}
        self._known = {file: _line(entry) for file, entry in entries.items()}
        # Where in the journal the lines start that this run writes: there may be very many.
        self._starts = array("q", [_NOWHERE]) * len(files)

    def entry(self, file: str) -> Entry | None:
        """What was known of a file when this run began; None where nothing was."""
        return dict(json.loads(self._known[file])) if file in self._known else None

    def others(self) -> list[Entry]:
        """What is known of all other files than those of the letters."""
        others = dict(self._known)
        for file in self._files if others else ():
            others.pop(file, None)
        return [json.loads(line) for line in others.values()]

    def forget(self, file: str) -> None:
        """Knows no more of a file, which is no longer there."""
        del self._known[file]

    def sha256(self, file: str) -> str | None:
        """The digest of a file as it is now; None where there is none that can be read."""
        return _sha256(self._folder / file)

    def write(self, place: int, entry: Entry, content: bytes) -> None:
        """Writes the letter with that place among the files, and records it.

        Raises WriteError where it cannot be written.
        """
        file, line = self._folder / entry["file"], _line(entry)
        with writing(file), part_in(self._folder, (content,)) as part:
            start = self._journal.append(line)
            part.replace(file)
        self._starts[place] = start

    def settle(self, statistics: Callable[[], Iterable[str]]) -> None:
        """Writes statistics.csv and manifest.json, whereupon the journal can go."""
        lines = (line.encode() for line in statistics())
        write_privately(self._folder / STATISTICS, lines)
        write_privately(self._folder / MANIFEST, self._manifest(), on_disk=True)
        self._journal.superfluous = True

    def _manifest(self) -> Iterator[bytes]:
        head = json.dumps(self._about, ensure_ascii=False, indent=1).removesuffix("\n}")
        yield f'{head},\n "letters": ['.encode()
        for number, line in enumerate(self._all_lines()):
            yield f"{',' if number else ''}\n  {line}".encode()
        yield b"\n ]\n}\n"

    def _all_lines(self) -> Iterator[str]:
        others = dict(self._known)
        for file, start in zip(self._files, self._starts, strict=True):
            known = others.pop(file, None)
            if start != _NOWHERE:
                yield self._journal.line_at(start)
            elif known is not None:
                yield known
        yield from others.values()


class _Journal:
    """The run's own file in the folder, and its lock: a line about the run, then one a letter."""

    def __init__(self, folder: Path, about: Entry) -> None:
        self._folder, self._about, self._file = folder, about, folder / JOURNAL
        with writing(self._file):
            descriptor = open_locked(self._file)
        if descriptor is None:
            raise WriteError(
                f"Another run of lgo-letters is writing into {folder}; wait until it has ended, or "
                "choose another folder with --out."
            )
        self._descriptor = descriptor
        self._head = _line({"year": about["year"], "example": about["example"]})
        self._size = 0
        self.letters = 0
        self.superfluous = False

    def read(self) -> list[Entry]:
        """What a run that was killed, or this one, has recorded; a torn line is left out.

        The last letter may not have got its name, so that it counts only where it is there; all
        others have theirs. Raises WriteError where they are not of this year or kind.
        """
        with writing(self._file), open(self._descriptor, "rb", closefd=False) as journal:
            journal.seek(0)
            lines = [line for line in journal if line.endswith(b"\n")]
        head = _parsed(lines[0]) if lines else {}
        if not head.keys() >= {"year", "example"}:
            lines = []
        entries = [each for each in map(_parsed, lines[1:]) if _is_entry(each)]
        self.letters = len(entries)
        if entries:
            _refuse_others(self._folder, head, self._about)
            last = entries[-1]
            if _sha256(self._folder / last["file"]) != last["sha256"]:
                del lines[-1], entries[-1]
                self.letters -= 1
        self._cut(sum(map(len, lines)))
        return entries

    def _cut(self, size: int) -> None:
        with writing(self._file):
            os.ftruncate(self._descriptor, size)
        self._size = size

    def begin(self) -> None:
        """Makes it ready for this run, behind what a run that was killed has left in it."""
        if not self.letters:
            self._cut(0)
            with writing(self._file):
                self._write(self._head)

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
        remove = self.superfluous or not self.letters
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


def _is_plain(file: str) -> bool:
    return bool(file) and Path(file).name == file


def _sha256(file: Path) -> str | None:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return None


def _manifest_entries(folder: Path, about: Entry) -> dict[str, Entry]:
    """The manifest's entries by file; none where there is no manifest."""
    file = folder / MANIFEST
    if not file.exists():
        return {}
    try:
        manifest = json.loads(file.read_bytes())
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
