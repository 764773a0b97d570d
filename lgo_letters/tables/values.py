"""A column's texts → its values: each distinct text is read once, by Python, for all its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
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
        """Reads each text, in the order given."""
        read = sorted(((text, *self._read(text)) for text in texts), key=itemgetter(0))
        self._texts = [text for text, _, _ in read]
        self._values = [value for _, value, _ in read]
        self._wrong = [wrong for _, _, wrong in read]

    def _read(self, text: str) -> tuple[Any, bool]:
        try:
            return self.column.read(fold(text)), False
        except WrongCellError:
            return None, True

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
        value = self._number if self._are_own_values else self._found("values", self._type)
        # A blank has no value, and is not looked for.
        return f"case when {self.cell} <> '' then {value} end" if "" in self._texts else value

    @property
    def wrong(self) -> str:
        """Whether a cell is wrong."""
        return self._found("wrong", "BOOLEAN", usually="false")

    @property
    def parameters(self) -> dict[str, Sequence[Any]]:
        """What `value` and, where `is_wrong`, `wrong` are to be executed with."""
        lists: dict[str, Sequence[Any]] = {}
        if self.column.usual is not None or not self._are_own_values:
            lists[f"{self.name}_values"] = self._values
        if self.is_wrong:
            lists[f"{self.name}_wrong"] = self._wrong
        return lists

    def create_types(self, connection: DuckDBPyConnection) -> None:
        """Makes the ENUM of the texts, and that of the values if these are texts too."""
        _create_enum(connection, f"{self.name}_text", self._texts)
        if self.column.type == "VARCHAR":
            values = sorted({value for value in self._values if value is not None})
            _create_enum(connection, f"{self.name}_value", values)

    @property
    def _type(self) -> str:
        return f"{self.name}_value" if self.column.type == "VARCHAR" else self.column.type

    @property
    def _are_own_values(self) -> bool:
        is_text = self.column.type == "VARCHAR"
        return is_text and self._values == [text or None for text in self._texts]

    @property
    def _number(self) -> str:
        return f"{self.cell}::{self.name}_text"

    def _found(self, what: str, type_: str, usually: str = "null") -> str:
        found = f"(${self.name}_{what}::{type_}[])[enum_code({self._number})::BIGINT + 1]"
        if self.column.usual is None:
            return found
        return f"case when {self.to_read} then {found} else {usually} end"


def _create_enum(connection: DuckDBPyConnection, name: str, texts: Sequence[str]) -> None:
    connection.execute(
        f"create type {name} as enum (select unnest($texts::VARCHAR[]))", {"texts": texts}
    )
