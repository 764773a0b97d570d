"""lgo-letters.toml → which heading of an export is which column, and which word means which.

Nothing is read by a mapping in which anything is wrong.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from lgo_letters.errors import DataError, Problem, UsageError
from lgo_letters.names import fold, key, nearest
from lgo_letters.toml_lines import Path as SettingPath
from lgo_letters.toml_lines import SettingLines, read_toml
from lgo_letters.toml_settings import Line, Table, validate

from .cells import WrongCellError
from .data import MAPPING_FILE, Mapped
from .files.records import column_key

_LARGEST = 1_000_000  # bytes: far more than every spelling of every authority takes

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


class Word(NamedTuple):
    """A word in the file, what it means, and the setting that says so."""

    text: str
    meaning: str
    setting: SettingPath


@dataclass(frozen=True, slots=True)
class TableMapping:
    """What the headings and words of one table mean.

    `columns` are headings of the file by column; `words` go by column, and then by what names have
    in common (`names.key`). `named` are the settings that name a column.
    `problems` are those found so far in the whole of lgo-letters.toml.
    """

    name: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, Word]] = field(default_factory=dict)
    named: Sequence[SettingPath] = ()
    problems: list[Problem] = field(default_factory=list)
    lines: SettingLines = field(default_factory=lambda: SettingLines(MAPPING_FILE, ""))

    def refuse(self, setting: SettingPath, message: str, value: str | None = None) -> None:
        """Adds a problem with a setting."""
        self.problems.append(self.lines.problem(setting, message, value))

    def heading(self, column: str) -> str:
        """What the file calls a column."""
        return self.columns.get(column, column)

    def check_columns(self, is_column: Callable[[str], bool], columns: Collection[str]) -> None:
        """Adds a problem for each setting that names a column that the table does not have."""
        for setting in self.named:
            if not is_column(column := str(setting[-1])):
                near = nearest(column, columns)[0]
                message = f'is not a column of {self.name}; the nearest is "{near}"; correct it.'
                self.refuse(setting, message, column)

    def refuse_headings(self, columns: Iterable[str], file: str, headings: str) -> None:
        """Adds a problem for each column whose heading the file does not have."""
        message = f"is not a heading in {file}; write one of those that it has: {headings}."
        for column in columns:
            self.refuse((self.name, "columns", column), message, self.columns[column])
            message = f"is not a heading in {file} either."

    def check_words(self, column: str, read: Callable[[str], Any], *, is_free: bool) -> None:
        """Adds a problem for each word of a column that means nothing, or two things.

        The latter cannot be known where the column `is_free`, so that any word is right.
        """
        for word in self.words.get(column, {}).values():
            try:
                value = read(fold(word.meaning))
            except WrongCellError as wrong:
                if word.meaning.strip():
                    self.refuse(word.setting, str(wrong), word.meaning)
                else:
                    self.refuse(word.setting, f"the value {wrong}")
                continue
            with contextlib.suppress(WrongCellError):
                if not is_free and read(fold(word.text)) != value:
                    message = (
                        f'has a meaning already, and cannot be read as "{word.meaning}"; delete '
                        "this line, or correct the file that it is for."
                    )
                    self.refuse(word.setting, message, word.text)

    def changed(self, rows: int, by_word: Mapping[tuple[str, str], int]) -> Iterator[Mapped]:
        """Every mapping with the number of rows that it changed, of so many in the file.

        `by_word` goes by column and what names have in common.
        """
        for column, heading in self.columns.items():
            yield Mapped(self.name, None, heading, column, rows)
        for column, words in self.words.items():
            for its_key, word in words.items():
                number = by_word.get((column, its_key), 0)
                yield Mapped(self.name, column, word.text, word.meaning, number)


NO_MAPPING = TableMapping()


class ExportMapping:
    """The whole of lgo-letters.toml; without settings, one that maps nothing."""

    def __init__(
        self, settings: _Settings | None = None, lines: SettingLines | None = None, sha256: str = ""
    ) -> None:
        settings, lines = settings or _Settings(), lines or SettingLines(MAPPING_FILE, "")
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
    settings, problems = validate(_Settings, tables, lines)
    if settings is None:
        raise DataError(problems)
    return ExportMapping(settings, lines, hashlib.sha256(content).hexdigest())
