"""Which heading of an export is which column of a table, and which word means which."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lgo_letters.errors import Problem
from lgo_letters.names import fold, nearest
from lgo_letters.toml_lines import Path as SettingPath
from lgo_letters.toml_lines import SettingLines

from .cells import WrongCellError
from .data import MAPPING_FILE, Mapped


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

    def meanings(self, column: str) -> Mapping[str, str]:
        """What the words of a column mean, by what names have in common."""
        return {its_key: word.meaning for its_key, word in self.words.get(column, {}).items()}

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
