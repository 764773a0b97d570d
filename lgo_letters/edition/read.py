"""Opens a year's edition: its settings first, which figures need, then its wording."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lgo_letters.errors import Problem
from lgo_letters.figures.definitions import Definitions
from lgo_letters.year import ReportingYear

from .checks import check, definitions_of
from .folder import SETTINGS, EditionFolder
from .functions import signatures
from .settings import Settings, read_settings
from .toml_lines import read_toml

if TYPE_CHECKING:
    from .edition import Edition


class OpenEdition:
    """An edition whose settings have been read and checked, and whose wording can be.

    `definitions` are None where a setting has a problem.
    """

    def __init__(self, folder: Path, year: int) -> None:
        """Raises UsageError where there is no such folder."""
        self.year = ReportingYear(year)
        self._files = EditionFolder(folder)
        self._settings: Settings | None = None
        self._defined: Definitions | None = None
        text = self._files.text(SETTINGS)
        self._tables, self._lines, problem = read_toml(SETTINGS, text or "")
        problems = self._files.problems
        if problem is not None:
            problems.append(problem)
        elif text is not None:
            self._settings, found = read_settings(self._tables, self._lines)
            problems += found
        if self._settings is not None:
            self._defined = definitions_of(self._settings)
            problems += check(self._settings, self._defined, year, self._lines)
        self.definitions = None if problems else self._defined

    @property
    def types(self) -> tuple[str, ...] | None:
        """Every type that an authority may have; None where a setting has a problem."""
        if self._settings is None or self.definitions is None:
            return None
        return tuple(type_.name for type_ in self._settings.types)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that is wrong with what has been read, edition.toml first."""
        return tuple(sorted(self._files.problems, key=_by_file_and_line))

    def read_wording(self) -> Edition | None:
        """Reads and checks all texts and pictures, once; None where the edition has a problem.

        Where the settings have problems, the texts are checked as far as they can be.
        """
        from .edition import WordingReader  # it takes long to import, and figures do without

        if not self._tables:
            return None
        settings, defined, links = self._settings, self._defined, self._tables.get("links")
        calls = signatures(None, (), ())
        if settings is not None and defined is not None:
            statistics = [statistic.name for statistic in defined.statistics]
            calls = signatures(defined.counts, settings.nouns, statistics)
        links = links if isinstance(links, dict) else {}
        reader = WordingReader(self._files, self._lines, links, calls)
        own = reader.own_paragraphs()
        body = reader.body(own_paragraphs_needed=bool(own))
        if settings is None or defined is None:
            return None
        edition = reader.edition(self.year, settings, defined, body, own)
        return None if self._files.problems else edition


def open_edition(folder: Path, year: int) -> OpenEdition:
    """Reads and checks the settings of the edition of a reporting year, and no wording.

    Raises UsageError where there is no such folder.
    """
    return OpenEdition(folder, year)


def _by_file_and_line(problem: Problem) -> tuple[bool, str, int]:
    return problem.file != SETTINGS, problem.file, problem.line or 0
