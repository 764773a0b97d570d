"""A column's texts → its values: each distinct text is read once, by Python, for all its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from lgo_letters.names import fold

from .cells import Column, WrongCellError
from .problems import Found

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class ReadColumn:
    """A column with the texts that were read; `cell` is SQL of its cell as text."""

    def __init__(self, column: Column, cell: str) -> None:
        self.column, self.cell = column, cell
        self.name = column.name
        self._texts: list[str] = []
        self._values: list[Any] = []
        self._wrong: list[bool] = []

    @property
    def is_wrong(self) -> bool:
        """Whether any of the texts is."""
        return any(self._wrong)

    def read(self, texts: Iterable[str]) -> None:
        """Reads each text."""
        self._texts = list(texts)
        self._values, self._wrong = [], []
        for text in self._texts:
            try:
                self._values.append(self.column.read(fold(text)))
                self._wrong.append(False)
            except WrongCellError:
                self._values.append(None)
                self._wrong.append(True)

    def problem(self, line: int, text: str) -> Found:
        """What is wrong with a wrong text."""
        try:
            self.column.read(fold(text))
        except WrongCellError as wrong:
            return line, str(wrong), self.name, fold(text)
        raise AssertionError(f"{text!r} is right")

    # ---- in SQL: a text's number in an ENUM finds its value in a list

    @property
    def to_read(self) -> str:
        """Whether a cell's text is one to be read, since it may not be its own value."""
        usual = self.column.usual
        return "true" if usual is None else f"not {usual(self.cell)}"

    @property
    def value(self) -> str:
        """A cell's value; what the cell's ENUM lacks is a ConversionException."""
        if self.column.usual is not None:
            return self._found("values", "VARCHAR", usually=self.cell)
        return self._found("values", self._enum if self._is_text else self.column.type)

    @property
    def wrong(self) -> str:
        """Whether a cell is wrong."""
        return self._found("wrong", "BOOLEAN", usually="false")

    @property
    def parameters(self) -> dict[str, Sequence[Any]]:
        """What `value` and `wrong` are to be executed with."""
        if not self.is_wrong:
            return {f"{self.name}_values": self._values}
        return {f"{self.name}_values": self._values, f"{self.name}_wrong": self._wrong}

    def create_types(self, connection: DuckDBPyConnection) -> None:
        """Makes the ENUM of the texts, and that of the values if these are texts too."""
        _create_enum(connection, f"{self.name}_text", self._texts)
        if self._is_text and self.column.usual is None:
            values = sorted({value for value in self._values if value is not None})
            _create_enum(connection, self._enum, values)

    @property
    def _is_text(self) -> bool:
        return self.column.type == "VARCHAR"

    @property
    def _enum(self) -> str:
        return f"{self.name}_value"

    def _found(self, what: str, type_: str, usually: str = "null") -> str:
        number = f"enum_code({self.cell}::{self.name}_text)::BIGINT + 1"
        found = f"(${self.name}_{what}::{type_}[])[{number}]"
        if self.column.usual is None:
            return found
        return f"case when {self.to_read} then {found} else {usually} end"


def _create_enum(connection: DuckDBPyConnection, name: str, texts: Sequence[str]) -> None:
    connection.execute(
        f"create type {name} as enum (select unnest($texts::VARCHAR[]))", {"texts": texts}
    )
