from __future__ import annotations

import pickle
import tracemalloc
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lgo_letters.tables.data import Authority, Counts
from lgo_letters.tables.lazy import Lazy, Packed


class _Squares(Lazy[int]):
    def __len__(self) -> int:
        return 5

    def make(self, place: int) -> int:
        return place * place


def test_a_lazy_sequence_is_one_like_any_other() -> None:
    squares, plain = _Squares(), [0, 1, 4, 9, 16]
    assert [*squares] == plain
    assert squares == plain
    assert squares != plain[1:]
    assert squares != 5
    assert (squares[0], squares[4], squares[-1], squares[-5]) == (0, 16, 16, 0)
    assert squares[1:4] == plain[1:4]
    assert squares[::-2] == plain[::-2]
    assert hash(squares) == hash(_Squares())
    for place in (5, -6):
        with pytest.raises(IndexError):
            squares[place]


TEXTS = st.text(st.characters(exclude_categories=()), max_size=20)
AUTHORITIES = st.builds(
    Authority,
    TEXTS,
    TEXTS,
    TEXTS,
    st.none() | TEXTS,
    st.none() | TEXTS,
    st.none() | TEXTS,
    st.integers(0, 2**40),
)


@given(st.lists(AUTHORITIES, max_size=5))
def test_what_is_packed_comes_out_as_it_went_in(authorities: list[Authority]) -> None:
    packed = Packed(Authority, authorities)
    sent = pickle.loads(pickle.dumps(packed))  # noqa: S301  # as a process sends it
    for each in (packed, sent):
        assert [*each] == authorities
        assert [one.line for one in each] == [one.line for one in authorities]


MANY = 10_000


def _authority(place: int) -> Authority:
    return Authority(f"West Lindsey District Council {place}", "District Council", "Clerk")


@pytest.mark.parametrize(
    ("kind", "make", "most"),
    [(Authority, _authority, 100), (Counts, lambda place: Counts(place, 1, 1), 60)],
)
def test_what_is_packed_takes_little_room(
    kind: type[Any], make: Callable[[int], Any], most: int
) -> None:
    def taken(values: Callable[[], Sequence[Any]]) -> float:
        tracemalloc.start()
        try:
            kept = values()
            return tracemalloc.get_traced_memory()[0] / len(kept)
        finally:
            tracemalloc.stop()

    packed = taken(lambda: Packed(kind, map(make, range(MANY))))
    assert packed < most  # bytes of each
    assert packed < 0.6 * taken(lambda: [*map(make, range(MANY))])
