"""lgo-letters.toml → what the headings and words of an export mean, for each of its tables.

It is imported only where there is such a file. Nothing is read by a mapping in which anything is
wrong.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from lgo_letters.errors import DataError, Problem, UsageError
from lgo_letters.names import key
from lgo_letters.toml_lines import Path as SettingPath
from lgo_letters.toml_lines import SettingLines, read_toml
from lgo_letters.toml_settings import Line, Table, validate

from .files.records import column_key
from .mapping import TableMapping, Word

_LARGEST = 1_000_000  # bytes: far more than every spelling of every authority takes

_SECRET = re.compile("(?i).*(pass|pwd|secret|token|credential).*")
_IN_THE_ENVIRONMENT = (
    "a secret does not belong in a file; delete it, and put it into the environment variable "
    "LGO_LETTERS_SMTP_PASSWORD, or LGO_LETTERS_SMTP_TOKEN where the server asks for OAuth."
)

_Year = Annotated[int, Field(ge=2, le=9999)]


class _TableSettings(Table):
    """[decisions] or [authorities]: the file, the headings of its columns, and its words."""

    file: Line | None = None
    columns: dict[str, Line] = Field(default_factory=dict)
    values: dict[str, dict[str, str]] = Field(default_factory=dict)


class _DecisionsSettings(_TableSettings):
    complete_years: list[_Year] = Field(default_factory=list)


class _AuthoritiesSettings(_TableSettings):
    also_known_as: dict[str, Line] = Field(default_factory=dict)


class _Settings(Table):
    decisions: _DecisionsSettings = Field(default_factory=_DecisionsSettings)
    authorities: _AuthoritiesSettings = Field(default_factory=_AuthoritiesSettings)
    dispatch: dict[str, Any] = Field(default_factory=dict)  # which is read where letters are sent


class ExportMapping:
    """The whole of lgo-letters.toml."""

    def __init__(self, settings: _Settings, lines: SettingLines, sha256: str) -> None:
        self.sha256 = sha256
        self.complete_years = tuple(settings.decisions.complete_years)
        self.problems: list[Problem] = []
        self._lines = lines
        self._files = {
            "decisions": settings.decisions.file,
            "authorities": settings.authorities.file,
        }
        known_as = [
            ("authority", Word(*pair, ("authorities", "also_known_as", pair[0])))
            for pair in settings.authorities.also_known_as.items()
        ]
        self.decisions = self._table("decisions", settings.decisions, known_as)
        self.authorities = self._table("authorities", settings.authorities, [])

    def _table(
        self, name: str, settings: _TableSettings, more: Iterable[tuple[str, Word]]
    ) -> TableMapping:
        words: dict[str, dict[str, Word]] = {}
        named: list[SettingPath] = [(name, "columns", column) for column in settings.columns]
        named += [(name, "values", column) for column in settings.values]
        mapping = TableMapping(name, settings.columns, words, named, self.problems, self._lines)
        headings: dict[str, str] = {}
        for column, heading in settings.columns.items():
            first = headings.setdefault(column_key(heading), column)
            if first != column:
                message = f"is {first} already; give each column a heading of its own."
                mapping.refuse((name, "columns", column), message, heading)
        of_values = [
            (column, Word(text, meaning, (name, "values", column, text)))
            for column, values in settings.values.items()
            for text, meaning in values.items()
        ]
        for column, word in [*of_values, *more]:
            of_column = words.setdefault(column, {})
            if not key(word.text):
                message = "gives a meaning to a blank cell; fill in the cells of the file instead."
                mapping.refuse(word.setting, message)
            elif of_column.setdefault(key(word.text), word) is not word:
                message = "is mapped twice; delete one of the two lines."
                mapping.refuse(word.setting, message, word.text)
        return mapping

    def file(self, table: str) -> Path | None:
        """The file that a table is read from, None if it is not named."""
        file = self._files[table]
        return None if file is None else Path(file)

    def sorted_problems(self) -> tuple[Problem, ...]:
        """All problems so far, in the order of their lines."""
        return tuple(sorted(self.problems, key=lambda problem: problem.line or 0))

    def refuse_file(self, table: str, message: str) -> DataError:
        """The error of a file that cannot be used."""
        return DataError([self._lines.problem((table, "file"), message, self._files[table])])


def read_mapping(file: Path) -> ExportMapping:
    """Reads lgo-letters.toml; raises DataError where it is not of that shape.

    Raises UsageError where it cannot be read. Whether it fits the tables is found with those.
    """
    tables, lines, sha256 = open_settings(file)
    settings, problems = validate(_Settings, tables, lines)
    if settings is None:
        raise DataError(problems)
    return ExportMapping(settings, lines, sha256)


def open_settings(file: Path) -> tuple[dict[str, Any], SettingLines, str]:
    """The tables of lgo-letters.toml, not yet checked, their lines, and the file's SHA-256.

    Raises UsageError where it cannot be read, DataError where it is not TOML or has a secret in it.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(_LARGEST + 1)
    except OSError as error:
        raise UsageError(f"{file} cannot be read ({error.strerror}).") from error
    if len(content) > _LARGEST:
        message = f"the file is larger than {_LARGEST:,} bytes; make it smaller."
        raise DataError([Problem(file.name, None, message)])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = "is not UTF-8 text; save it as UTF-8."
        raise DataError([Problem(file.name, line, message)]) from error
    tables, lines, problem = read_toml(file.name, text)
    if problem is not None:
        raise DataError([problem])
    _refuse_secrets(tables, lines)  # before the record of a run has one
    return tables, lines, hashlib.sha256(content).hexdigest()


def _refuse_secrets(tables: Mapping[str, Any], lines: SettingLines) -> None:
    """Raises DataError where a setting of [dispatch] is called as a secret is; never shows it."""
    dispatch = tables.get("dispatch")
    for name in dispatch if isinstance(dispatch, dict) else ():
        if _SECRET.fullmatch(name):
            raise DataError([lines.problem(("dispatch", name), _IN_THE_ENVIRONMENT)])
