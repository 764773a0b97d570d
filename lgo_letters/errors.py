"""The errors a person can meet, each with the exit code of the command that meets it.

LettersError
├── UsageError      2  a wrong argument, or an input that is not there
├── DataError       3  problems in decisions.csv or authorities.csv
├── EditionError    4  problems in the edition
├── WriteError      5  letters could not be written
├── NotGenuineError 6  a letter not shown to be genuine
├── SignOffError    7  a sign-off is missing, or in force and in the way
├── DispatchError   8  nothing may be sent yet, or not to that address
├── InvalidPdfError 9  a PDF that breaks a rule of PDF/UA-1 or PDF/A-3a
├── SiteError      10  the site may not be written or released yet
└── StoppedError  130  by Ctrl-C, as shells have it

A problem in a file is data, not an exception: a step gathers every `Problem` that it sees,
and only then does a DataError or an EditionError carry all of them to the command line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

_LONGEST_VALUE_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong at one point of a file.

    `line` counts from 1 and is None where the whole file is meant; `column` is the column of a
    CSV file or the key of a TOML file; `value` is what is written there; `message` says what was
    expected and completes a sentence that starts with the value. In a workbook, `cell` is where
    it is written, such as Decisions!D14, or where its row begins, and `line` is that row.
    """

    file: str
    line: int | None
    message: str
    column: str | None = None
    value: str | None = None
    cell: str | None = None

    def __str__(self) -> str:
        where, value = self.file, ""
        if self.cell is not None:
            where += f", {self.cell}"
        elif self.line is not None:
            where += f", line {self.line}"
        if self.column is not None:
            where += f", {'' if self.file.endswith('.toml') else 'column '}{cut(self.column)}"
        if self.value is not None:
            is_cell = not self.value and not self.file.endswith((".toml", ".md"))
            value = "the cell " if is_cell else f'"{cut(self.value)}" '
        return printable(f"{where}: {value}{self.message}", "")


def cut(text: str) -> str:
    """A text that is not too long to be shown."""
    return text if len(text) <= _LONGEST_VALUE_SHOWN else f"{text[:_LONGEST_VALUE_SHOWN]}…"


def printable(text: str, kept: str = "\n") -> str:
    """A text with nothing that a terminal obeys, but the characters that are kept."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in kept else "\N{REPLACEMENT CHARACTER}" for c in text)


def quoted(text: object) -> str:
    """Another's words, such as a file's name, on one line and with nothing that ends the quotes."""
    shown = printable(str(text), "").replace('"', "'")
    return f'"{shown}"'


def reason(error: OSError) -> str:
    """Why the operating system would not do something, such as "permission denied"."""
    return (error.strerror or str(error)).lower()


def count_of(number: int, noun: str, nouns: str = "") -> str:
    """A number of things: 1 letter, 2,000 letters; `nouns` unless that is the noun with an s."""
    return f"{number:,} {noun if number == 1 else nouns or f'{noun}s'}"


def listed(names: Sequence[str], most: int = 20) -> str:
    """The first of some names, and how many more there are: "Leeds, York and 3 more"."""
    more = f" and {len(names) - most:,} more" if names[most:] else ""
    return ", ".join(names[:most]) + more


class LettersError(Exception):
    """An error whose message is one plain sentence that says what to do next."""

    exit_code: ClassVar[int] = 1


class UsageError(LettersError):
    """A wrong argument, or an input file that is not there."""

    exit_code = 2


class ProblemsError(LettersError):
    """Problems found in files, in the order in which a reader meets them.

    `problems` are the first, `number` counts all: a wrong file may hold millions.
    """

    what: ClassVar[str]

    def __init__(self, problems: Sequence[Problem], more: int = 0) -> None:
        self.problems = tuple(problems)
        self.number = len(self.problems) + more
        count = count_of(self.number, "problem")
        super().__init__(f"{count} in the {self.what}; correct the problems listed, and run again.")

    def __reduce__(self) -> tuple[Any, ...]:
        """From its problems, so that it comes whole out of a worker process."""
        return type(self), (self.problems, self.number - len(self.problems))


class DataError(ProblemsError):
    """No figure comes from data with a problem in them."""

    exit_code = 3
    what = "data"


class EditionError(ProblemsError):
    """No letter comes from an edition with a problem in it."""

    exit_code = 4
    what = "edition"


class WriteError(LettersError):
    """A letter could not be written; every file in the folder is whole."""

    exit_code = 5


class NotGenuineError(LettersError):
    """A letter that is not signed, was changed, or was signed by somebody who is not trusted."""

    exit_code = 6


class SignOffError(LettersError):
    """A sign-off that is missing or no longer valid, or one in force that forbids a change."""

    exit_code = 7


class DispatchError(LettersError):
    """An objection to sending: nothing was sent."""

    exit_code = 8


class InvalidPdfError(LettersError):
    """A PDF file that breaks a rule of the standards that letters meet."""

    exit_code = 9


class SiteError(LettersError):
    """The site may not be written or released yet."""

    exit_code = 10


class StoppedError(LettersError):
    """Ctrl-C in the middle of a run; the message says what is there."""

    exit_code = 130


def raise_for_problems(data: Sequence[Problem], edition: Sequence[Problem], more: int = 0) -> None:
    """Raises DataError, with all of them, where the data have a problem, else EditionError.

    `more` is how many problems the data have beside those given.
    """
    if data:
        raise DataError([*data, *edition], more)
    if edition:
        raise EditionError(edition)
