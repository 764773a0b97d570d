"""A column's texts → its values: each distinct text is read once, by Python, for all its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lgo_letters.names import fold
from lgo_letters.tables.cells import WrongCellError
from lgo_letters.tables.files.problems import Found

from .columns import Column

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class ReadColumn:
    """A column and its texts; `cell` is the SQL of a cell's text.

    In SQL the texts are an ENUM: the number of a text is its index in the list of the values.
    """

    def __init__(self, column: Column, cell: str) -> None:
        self.column, self.name, self.cell = column, column.name, cell
        self._texts: list[str] = []
        self._values: list[Any] = []
        self._wrong: list[bool] = []

    def read(self, connection: DuckDBPyConnection, texts: Iterable[str]) -> None:
        """Reads texts, no two of them the same, and creates their ENUM."""
        for text in texts:
            value, is_wrong = None, False
            try:
                value = self.column.value(fold(text))
            except WrongCellError:
                is_wrong = True
            self._texts.append(text)
            self._values.append(value)
            self._wrong.append(is_wrong)
        _create_enum(connection, f"{self.name}_text", self._texts)
        if self.column.type == "VARCHAR" and self.column.usual is None and not self._is_as_written:
            values = dict.fromkeys(value for value in self._values if value is not None)
            _create_enum(connection, f"{self.name}_value", list(values))

    def problem(self, line: int, text: str) -> Found:
        """What is wrong with a wrong text."""
        try:
            self.column.value(fold(text))
        except WrongCellError as wrong:
            return line, wrong.with_advice(), self.name, fold(text)
        raise AssertionError(f"{text!r} is right")

    @property
    def is_wrong(self) -> bool:
        """Whether any of the texts is wrong."""
        return any(self._wrong)

    @property
    def to_read(self) -> str:
        """SQL: whether a cell's text must be read, since it is not a usual one."""
        return self._case(dict.fromkeys(self._usual, "false"), "true")

    @property
    def value(self) -> str:
        """SQL: a cell's value; as `text` where it was not read."""
        if self.column.usual is not None:
            return self._case(self._usual, self._found(self.column.type))
        if self.column.type != "VARCHAR":
            value = self._found(self.column.type)
        elif self._is_as_written:
            value = self.text  # which is faster than to look for each text and find itself
        else:
            value = self._found(f"{self.name}_value")
        return f"case when {self.cell} <> '' then {value} end" if "" in self._texts else value

    @property
    def wrong(self) -> str:
        """SQL: whether a cell is wrong."""
        return self._case(dict.fromkeys(self._usual, "false"), self._found("BOOLEAN", "wrong"))

    @property
    def is_read(self) -> str:
        """SQL: true; a ConversionException where a cell's text is one that was not read."""
        return self._case(dict.fromkeys(self._usual, "true"), f"{self.text} is not null")

    @property
    def lists(self) -> dict[str, Sequence[Any]]:
        """The lists that `value` and `wrong` may have as parameters."""
        return {f"{self.name}_values": self._values, f"{self.name}_wrong": self._wrong}

    @property
    def text(self) -> str:
        """SQL: a cell's text, as an ENUM; one that was not read is a ConversionException."""
        return f"{self.cell}::{self.name}_text"

    @property
    def _is_as_written(self) -> bool:
        """Whether each text is its own value."""
        return self._values == [text or None for text in self._texts]

    @property
    def _usual(self) -> Mapping[str, str]:
        return {} if self.column.usual is None else self.column.usual(self.cell)

    def _case(self, whens: Mapping[str, str], otherwise: str) -> str:
        if not whens:
            return otherwise
        cases = " ".join(f"when {predicate} then {value}" for predicate, value in whens.items())
        return f"case {cases} else {otherwise} end"

    def _found(self, type_: str, what: str = "values") -> str:
        return f"(${self.name}_{what}::{type_}[])[enum_code({self.text})::BIGINT + 1]"


def _create_enum(connection: DuckDBPyConnection, name: str, texts: Sequence[str]) -> None:
    connection.execute(
        f"create type {name} as enum (select unnest($texts::VARCHAR[]))", {"texts": texts}
    )
