"""The files of an edition's folder, each read once and within bounds."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path

from lgo_letters.errors import Problem, UsageError
from lgo_letters.names import invisible

SETTINGS = "edition.toml"
BODY = "letter.md"
EMAIL, EMAIL_LATE = "email.md", "email-late.md"
TEXTS = BODY, EMAIL, EMAIL_LATE, SETTINGS
"""The texts of an edition, own paragraphs aside; it may do without those of an e-mail."""
ACCESSIBILITY = "accessibility.md"
OWN = "own"

MARK = "# TO CONFIRM"
"""How a comment begins behind a setting that a person must confirm."""

# An edition may come from anybody. Its files are read in seconds whatever they contain: a text of
# this size is ten letters of 2020, a picture a signature scanned far finer than it is printed.
_LARGEST_TEXT = 50_000  # bytes
LARGEST_PICTURE = 5_000_000  # bytes
_MOST_OWN_PARAGRAPHS = 2000  # files; there are some 400 authorities
_IGNORED = {"thumbs.db", "desktop.ini"}  # put into every folder by Windows


class UnreadableError(Exception):
    """A file that cannot be read; the message completes a sentence that starts with its name."""


class EditionFolder:
    """The files of a folder as they are read, and what is wrong with the texts among them.

    `contents` are the bytes of the files read, by name; `texts` the lines of the text files,
    comments left empty.
    """

    def __init__(self, folder: Path) -> None:
        """Raises UsageError where there is no such folder."""
        if not folder.is_dir():
            raise UsageError(f"{folder} is not a folder; give the folder of an edition.")
        self._folder = folder
        self.contents: dict[str, bytes] = {}
        self.texts: dict[str, Sequence[str]] = {}
        self.problems: list[Problem] = []

    def digest(self) -> str:
        """SHA-256 of the names and contents of all files read."""
        digest = hashlib.sha256()
        for name, content in sorted(self.contents.items()):
            digest.update(f"{name}\0{len(content)}\0".encode("utf-8", "surrogatepass") + content)
        return digest.hexdigest()

    def digests(self) -> dict[str, str]:
        """SHA-256 of the content of each file read, by its name."""
        return {
            name: hashlib.sha256(content).hexdigest() for name, content in self.contents.items()
        }

    def has(self, name: str) -> bool:
        """Whether the folder has something of that name, be it a broken link."""
        return os.path.lexists(self._folder / name)

    def text(self, name: str) -> str | None:
        """A text file; None, and a problem, where it cannot be read."""
        try:
            content = self.content(name, _LARGEST_TEXT)
            text = content.decode("utf-8-sig")
        except UnreadableError as error:
            self.problems.append(Problem(name, None, str(error)))
            return None
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            self.problems.append(Problem(name, line, "is not UTF-8 text; save it as UTF-8."))
            return None
        self.texts[name] = without_comments(name, text).splitlines()
        for number, words in enumerate(text.split("\n"), start=1):
            if (character := invisible(words)) is not None:  # may turn round what is read
                message = f"contains {character}, which nobody can see; delete it."
                self.problems.append(Problem(name, number, message, value=words.strip()))
        return text

    def content(self, name: str, largest: int) -> bytes:
        """The file's bytes; UnreadableError where it cannot be read or has more than `largest`."""
        file = self._folder / name
        try:
            status = file.stat()
            if not stat.S_ISREG(status.st_mode):  # a pipe would be waited for, a device never ends
                message = "cannot be read (it is not a file); put a readable file there."
            elif not file.resolve().is_relative_to(self._folder.resolve()):
                message = "leads out of the edition's folder; put the file itself there."
            elif status.st_size > largest:
                message = f"is larger than {largest:,} bytes; make it smaller."
            else:
                self.contents[name] = file.read_bytes()
                return self.contents[name]
        except FileNotFoundError:
            message = "is missing from the edition's folder; put the file there."
        except OSError as error:
            message = f"cannot be read ({error.strerror}); put a readable file there."
        raise UnreadableError(message)

    def own_files(self) -> list[str]:
        """The names of the Markdown files in own/; whatever else is there is a problem."""
        names = sorted(file.name for file in self._folder.iterdir() if file.name.lower() == OWN)
        folder = self._folder / (names or [OWN])[0]
        if folder.exists() and not folder.is_dir():
            message = "is not a folder; make it one, with one file per authority."
            self.problems.append(Problem(OWN, None, message))
        files = [
            f"{folder.name}/{file.name}"
            for file in sorted(folder.iterdir() if folder.is_dir() else [])
            if not is_ignored(file.name)
        ]
        if len(files) > _MOST_OWN_PARAGRAPHS:
            message = f"has more than {_MOST_OWN_PARAGRAPHS:,} files; keep one per authority."
            self.problems.append(Problem(OWN, None, message))
            return []
        markdown = [file for file in files if file.lower().endswith(".md")]
        self.problems += [
            Problem(file, None, "is not an .md file; rename or move it.")
            for file in files
            if file not in markdown
        ]
        return markdown


def is_ignored(name: str) -> bool:
    """Whether it names a hidden file, or one that the system puts into folders by itself."""
    return name.startswith(".") or name.lower() in _IGNORED


def unconfirmed(lines: Iterable[str]) -> dict[int, str]:
    """The lines of edition.toml that bear a mark, by number, without what stands behind it."""
    return {
        number: line.partition(MARK)[0].strip()
        for number, line in enumerate(lines, start=1)
        if MARK in line
    }


def without_comments(name: str, text: str) -> str:
    """A text file of an edition, with each line that is a comment left empty."""
    if name == SETTINGS:
        return re.sub(r"(?m)^[ \t]*#.*$", "", text)
    return re.sub(r"(?s)\{#.*?(?:#\}|\Z)", lambda found: "\n" * found[0].count("\n"), text)
