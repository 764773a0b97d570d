"""The hidden file in which a run records what it writes, and the lock of the folder.

The first line says which files the run may write, and is flushed before any is written; a line per
letter follows, written before the letter is renamed. The lock ends with the process that holds it,
however that ends.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lgo_letters.errors import WriteError

from .files import close_locked, finish_replacing, flush_folder, open_locked, write_all, writing

JOURNAL = ".lgo-letters.run"

Entry = dict[str, Any]
"""What the manifest says of one letter, or of the run."""


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What an earlier run that was killed recorded.

    `about` is its year and whether it was the example, None if it wrote nothing; `letters` are
    their entries, some of which may be untrue after a power cut; `files` are all that it might have
    written.
    """

    about: Entry | None
    letters: Sequence[Entry]
    files: frozenset[str]


class Journal:
    """The journal of a folder, held by this process alone."""

    def __init__(self, folder: Path) -> None:
        """Raises WriteError if another run has locked it, or if it cannot be made.

        Files that a process was replacing together when it was killed are then all replaced.
        """
        self._folder, self._file = folder, folder / JOURNAL
        with writing(self._file):
            descriptor = open_locked(self._file)
        if descriptor is None:
            raise WriteError(
                f"Another run of lgo-letters is writing to {folder}; wait until it has finished, "
                "or choose another folder with --out."
            )
        try:
            finish_replacing(folder)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        self.needed = os.fstat(descriptor).st_size > 0
        """Whether it has to stay, as it says what the manifest does not."""
        self._size_of_whole_lines = 0

    def leftovers(self) -> Leftovers:
        """What a run that was killed recorded, without a line that was cut short."""
        with writing(self._file), open(self._descriptor, "rb", closefd=False) as journal:
            journal.seek(0)
            whole = [line for line in journal if line.endswith(b"\n")]
        self._size_of_whole_lines = sum(map(len, whole))
        lines = [_parsed(line) for line in whole]
        if not lines or not lines[0].keys() >= {"year", "example"}:
            return Leftovers(None, (), frozenset())
        # A journal of version 0.1.0 does not say which files it might write.
        files = set() if "files" in lines[0] else {"statistics.csv"}
        files.update(name for line in lines for name in _names(line.get("files")))
        letters = [line for line in lines[1:] if is_entry(line)]
        files.update(letter["file"] for letter in letters)
        return Leftovers(lines[0], letters, frozenset(files))

    def begin(self, about: Entry, files: Sequence[str], *, keep: bool) -> None:
        """Makes it ready for a run that might write these files.

        With `keep`, the whole lines of a run that was killed stay in it.
        """
        with writing(self._file):
            os.ftruncate(self._descriptor, self._size_of_whole_lines if keep else 0)
            write_all(self._descriptor, _line({**about, "files": files}))
            os.fsync(self._descriptor)
            flush_folder(self._folder)
        self.needed = keep

    def append(self, letter: Entry) -> None:
        """Adds a letter that is about to be renamed; raises OSError if there is no room."""
        write_all(self._descriptor, _line(letter))
        self.keep()

    def keep(self) -> None:
        """Keeps the file, as something is about to be written that the manifest does not know."""
        self.needed = True

    def close(self) -> None:
        """Ends the lock, and removes the file unless it is still needed."""
        close_locked(self._descriptor, self._file, remove=not self.needed)


def _line(entry: Entry) -> bytes:
    return f"{json.dumps(entry, ensure_ascii=False)}\n".encode()


def _parsed(line: bytes) -> Entry:
    """The object on a line; an empty one if there is none, as after a power cut."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def is_entry(entry: Entry) -> bool:
    """Whether it is the entry of a letter whose file is in the folder."""
    texts = [entry.get(name) for name in ("authority", "file", "sha256")]
    return all(isinstance(text, str) for text in texts) and is_plain(entry["file"])


def _names(value: Any) -> Iterator[str]:
    """The names of files in a list; none if it is not a list."""
    for name in value if isinstance(value, list) else ():
        if isinstance(name, str) and is_plain(name):
            yield name


def is_plain(file: str) -> bool:
    """Whether it names a file in the folder itself."""
    return file not in ("", "..") and "\0" not in file and Path(file).name == file
