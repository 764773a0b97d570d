"""What a run reads: which files, and both the data and the edition in one reading.

Finds the files by the rules of the command line, so that every command reads alike.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from .data import Data, InputFile
from .errors import EditionError, LettersError, Problem, UsageError, cut, refuse
from .names import matching, nearest
from .shipped import shipped
from .workers import Workers, local_workers, processors, this_process
from .year import ReportingYear

if TYPE_CHECKING:
    from .choices import Choices
    from .edition import Edition, OwnParagraphs

Read = TypeVar("Read")

DECISIONS = "decisions.csv"
AUTHORITIES = "authorities.csv"
_EXAMPLE = shipped("examples")
_MOST_NAMES_LISTED = 20


@dataclass(frozen=True, slots=True)
class Sources:
    """The files of a run."""

    decisions: Path
    authorities: Path
    edition: Path


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that was read, and every problem found in it.

    `example` says that the decisions are those shipped with the product, whatever the file is
    called. `files` are the tables, the edition's folder and the files read of it. `edition` is None
    where it has problems, or figures alone were asked for, which need no more than its choices; own
    paragraphs go by the authority's name.
    """

    year: int
    example: bool
    files: frozenset[Path]
    data: Data
    choices: Choices | None
    edition: Edition | None
    own_paragraphs: Mapping[str, OwnParagraphs]
    edition_problems: tuple[Problem, ...]

    def sound_choices(self) -> Choices:
        """What of the edition figures depend on, where all is right.

        Raises DataError where the data have a problem, with the edition's beside it, else
        EditionError where the edition has one.
        """
        refuse(self.data.problems, self.edition_problems, self.data.more_problems)
        if self.choices is None:
            raise EditionError(self.edition_problems)
        return self.choices

    def sound(self) -> Edition:
        """The edition, where all is right and its wording was read; raises as `sound_choices`."""
        self.sound_choices()
        if self.edition is None:
            raise EditionError(self.edition_problems)
        return self.edition


def find_sources(
    year: int, decisions: Path | None, authorities: Path | None, edition: Path | None
) -> Sources:
    """The files given, else those in the folder one is in, else the ones shipped.

    The example is taken for both tables or for neither. Raises UsageError where one table alone
    is there, and where there is no edition for the year.
    """
    decisions = decisions or _here(DECISIONS)
    authorities = authorities or _here(AUTHORITIES)
    edition = edition or _find_edition(year)
    if decisions is None and authorities is None:
        return Sources(_EXAMPLE / DECISIONS, _EXAMPLE / AUTHORITIES, edition)
    if decisions is None:
        raise UsageError(
            f"There is {authorities} but no {DECISIONS}; put it here, or give it with --decisions."
        )
    if authorities is None:
        raise UsageError(
            f"There is {decisions} but no {AUTHORITIES}; put it here, or give it with "
            "--authorities."
        )
    return Sources(decisions, authorities, edition)


def _here(name: str) -> Path | None:
    """What has that name in the folder one is in, usable or not: a broken link is not nothing."""
    file = Path(name)
    if os.path.lexists(file) and not file.is_file():
        raise UsageError(
            f"{file} here is not a file that can be read (a folder, a pipe, or a link to nothing); "
            "put the table there, or take it away."
        )
    return file if file.is_file() else None


def _find_edition(year: int) -> Path:
    here = Path("editions") / str(year)
    for place in (here.parent, here):
        if os.path.lexists(place) and not place.is_dir():
            raise UsageError(
                f"{place} here is not a folder that can be read; put the folder there, or take it "
                "away."
            )
    if here.is_dir():
        return here
    folder = shipped("editions")
    if (folder / str(year)).is_dir():
        return folder / str(year)
    latest = max(folder.iterdir(), key=lambda each: each.name)
    raise UsageError(
        f"There is no edition for {year}; copy {latest} to {here}, "
        "and edit its wording, dates and year."
    )


def read_inputs(sources: Sources, year: int, *, wording: bool = True) -> Inputs:
    """Reads and checks the edition and the data, each as far as the other allows.

    Without `wording`, of the edition no more than figures depend on. The data are read in a process
    of its own where there is a processor for it, as soon as it is known what they are checked
    against: what reads them takes long to import, and so does what reads the wording.
    """
    edition: Edition | None = None
    with _reader() as reader:
        from .choices import read_choices  # in the meantime

        choices, edition_problems = _tried(read_choices, sources.edition, year)
        types = None if choices is None else choices.types
        tables = sources.authorities, sources.decisions
        reading: Future[Data] = reader.submit(read_data, *tables, types, ReportingYear(year))
        if wording:
            from .edition import read_edition

            edition, edition_problems = _tried(read_edition, sources.edition, year)
        data = reading.result()
    own_paragraphs: Mapping[str, OwnParagraphs] = {}
    if edition is not None and edition.own_paragraphs and data.authorities:
        from .edition import fit_own_paragraphs

        names = [each.name for each in data.authorities]
        own_paragraphs, edition_problems = fit_own_paragraphs(edition.own_paragraphs, names)
    of_edition = () if edition is None else (sources.edition / name for name in edition.names)
    files = frozenset(each.resolve() for each in (*tables, sources.edition, *of_edition))
    return Inputs(
        year,
        _is_example(data.decisions_file),
        files,
        data,
        choices,
        edition,
        own_paragraphs,
        tuple(edition_problems),
    )


def _is_example(decisions: InputFile) -> bool:
    """Whether the content is that of the shipped example, of which anybody may have a copy."""
    return hashlib.sha256((_EXAMPLE / DECISIONS).read_bytes()).hexdigest() == decisions.sha256


def _tried(
    read: Callable[[Path, int], Read], folder: Path, year: int
) -> tuple[Read | None, Sequence[Problem]]:
    """What could be read of an edition, or what is wrong with it."""
    try:
        return read(folder, year), ()
    except EditionError as error:
        return None, error.problems


def _reader() -> AbstractContextManager[Workers]:
    if processors() == 1:
        return nullcontext(this_process())
    gone = LettersError(
        "The process that reads the tables ended before its end, perhaps because memory ran out; "
        "close other programs, and run the command again."
    )
    return local_workers(1, gone, _get_ready_to_read)


def _get_ready_to_read() -> None:
    from . import authorities, tally  # noqa: F401


def read_data(
    authorities: Path, decisions: Path, types: Sequence[str] | None, year: ReportingYear
) -> Data:
    """Reads and checks both tables against each other and against the edition's types, and counts.

    `types` is None where the edition could not be read. Raises UsageError where a file cannot be
    opened.
    """
    from .authorities import read_authorities
    from .tally import read_decisions

    listed = read_authorities(authorities, types)
    known = listed.said if listed.file.rows else None
    return Data.of(listed, read_decisions(decisions, known, year))


def find_authority(text: str, names: Sequence[str]) -> str:
    """The one authority that a name or a part of one means.

    Raises UsageError, with the names to choose from, where it means several or none.
    """
    found = matching(text, names)
    if len(found) == 1:
        return found[0]
    if not found:
        near = ", ".join(nearest(text, names, count=3))
        raise UsageError(f'No authority is called "{cut(text)}"; the nearest are: {near}.')
    listed = ", ".join(found[:_MOST_NAMES_LISTED])
    more = len(found) - _MOST_NAMES_LISTED
    if more > 0:
        listed += f" and {more} more"
    raise UsageError(
        f'"{text}" fits {len(found)} authorities; give more of the name of the one you mean: '
        f"{listed}."
    )
