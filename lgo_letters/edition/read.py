"""Opens a year's edition: its settings first, which figures need, then its wording."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lgo_letters.errors import Problem
from lgo_letters.figures.definitions import Definitions
from lgo_letters.toml_lines import read_toml
from lgo_letters.year import ReportingYear

from .checks import check, definitions_of
from .folder import SETTINGS, EditionFolder
from .settings import Settings, read_settings
from .text.functions import signatures

if TYPE_CHECKING:
    from .edition import Edition


def year_of(folder: Path) -> int | None:
    """The year that an edition says it is of, whatever else is in it; None where it says none."""
    tables, _, _ = read_toml(SETTINGS, EditionFolder(folder).text(SETTINGS) or "")
    year = tables.get("year")
    return year if isinstance(year, int) else None


class OpenEdition:
    """An edition whose settings have been read and checked, and whose wording can be.

    `definitions`, and `types`, the types that an authority may have, are None where the settings
    could not be read, and any reference and service area will then do; a setting that contradicts
    another is a problem, and they are there. `reference_pattern` is None, and `service_areas` are
    empty, where the edition does not say what those may be. `roles` are those that sign off.
    """

    def __init__(self, folder: Path, year: int) -> None:
        """Reads and checks the settings; raises UsageError where there is no such folder."""
        self.year = ReportingYear(year)
        self.definitions: Definitions | None = None
        self.types: tuple[str, ...] | None = None
        self.reference_pattern: str | None = ".*"
        self.service_areas: tuple[str, ...] = ()
        self.roles: tuple[str, ...] = ()
        self._files = EditionFolder(folder)
        self._settings: Settings | None = None
        text = self._files.text(SETTINGS)
        self._tables, self._lines, problem = read_toml(SETTINGS, text or "")
        problems = self._files.problems
        if problem is not None:
            problems.append(problem)
        elif text is not None:
            self._settings, found = read_settings(self._tables, self._lines)
            problems += found
        if self._settings is not None:
            definitions = definitions_of(self._settings)
            self.year = definitions.year(year)
            problems += check(self._settings, definitions, year, self._lines)
            self.definitions = definitions
            self.types = tuple(type_.name for type_ in self._settings.types)
            self.reference_pattern = self._settings.reference_pattern
            self.service_areas = tuple(self._settings.service_areas)
            self.roles = self._settings.roles

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that is wrong with what has been read, edition.toml first."""
        return tuple(
            sorted(
                self._files.problems,
                key=lambda problem: (problem.file != SETTINGS, problem.file, problem.line or 0),
            )
        )

    def read_wording(self) -> Edition | None:
        """Reads and checks all texts and pictures, once; None where the edition has a problem.

        Where the settings have problems, the texts are checked as far as they can be.
        """
        from .wording_reader import WordingReader  # it takes long to import, and figures do without

        if not self._tables:
            return None
        settings, definitions, calls = self._settings, self.definitions, signatures(None, (), None)
        if settings is not None and definitions is not None:
            statistics = [statistic.name for statistic in settings.statistics]
            calls = signatures(definitions.counts, settings.nouns, statistics)
        links = self._tables.get("links")
        links = links if isinstance(links, dict) else {}
        reader = WordingReader(self._files, self._lines, links, calls)
        edition = reader.edition(self.year, settings, definitions)
        return None if self._files.problems else edition
