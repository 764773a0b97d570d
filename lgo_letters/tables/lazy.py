"""Sequences of which a value is made when it is asked for, as there may be very many."""

from __future__ import annotations

import marshal
from abc import abstractmethod
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, TypeVar, overload

Value = TypeVar("Value")


class Lazy(Sequence[Value]):
    """A sequence that knows how to make each of its values."""

    @abstractmethod
    def make(self, place: int) -> Value:
        """The value at a place, from 0."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and [*self] == [*other]

    def __hash__(self) -> int:
        return hash(tuple(self))

    @overload
    def __getitem__(self, place: int) -> Value: ...

    @overload
    def __getitem__(self, place: slice) -> list[Value]: ...

    def __getitem__(self, place: int | slice) -> Value | list[Value]:
        places = range(len(self))[place]
        return self.make(places) if isinstance(places, int) else [*map(self.make, places)]


class Some(Lazy[Value]):
    """The values in some places of a sequence."""

    def __init__(self, values: Sequence[Value], places: Sequence[int]) -> None:
        self._values, self._places = values, places

    def __len__(self) -> int:
        return len(self._places)

    def make(self, place: int) -> Value:
        """The value, as the sequence has it."""
        return self._values[self._places[place]]


class Packed(Lazy[Value]):
    """Plain values in little room: as objects they take twice as much.

    A value is an instance of a dataclass, whose fields are texts, numbers and None.
    """

    def __init__(self, kind: type[Value], values: Iterable[Value] = ()) -> None:
        of_kind: Any = kind
        self._kind = of_kind
        self._fields = attrgetter(*(each.name for each in fields(of_kind)))
        self._packed = bytearray()
        self._starts = array("Q", [0])
        for each in values:
            self.append(each)

    def append(self, value: Value) -> None:
        """Adds a value behind the others."""
        self._packed += marshal.dumps(self._fields(value))
        self._starts.append(len(self._packed))

    def __len__(self) -> int:
        return len(self._starts) - 1

    def make(self, place: int) -> Value:
        """The value as it was added."""
        packed = self._packed[self._starts[place] : self._starts[place + 1]]
        made: Value = self._kind(*marshal.loads(packed))  # noqa: S302  # packed above
        return made
