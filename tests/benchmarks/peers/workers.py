"""A pool of processes that each make letters in a loop and write them, started before the clock."""

from __future__ import annotations

import contextlib
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

Maker = Callable[[dict[str, Any]], bytes]
MakeAll = Callable[[Sequence[dict[str, Any]], Path], None]
"""Makes the letters of these figures and writes them into the folder."""

# The parts in which each process is handed its share, so that none waits long for another at the
# end; and the most letters in a part.
_PARTS = 50
_MOST_AT_A_TIME = 10

_make: Maker  # this process's own


def _start(maker: Callable[[], Maker], warming: Sequence[dict[str, Any]], ready: Barrier) -> None:
    global _make  # noqa: PLW0603  # a process is started once
    _make = maker()
    for figures in warming:
        _make(figures)
    ready.wait()


def _make_here(figures: dict[str, Any], folder: Path) -> None:
    (folder / figures["file"]).write_bytes(_make(figures))


@contextlib.contextmanager
def workers(
    maker: Callable[[], Maker], jobs: int, warming: Sequence[dict[str, Any]]
) -> Iterator[MakeAll]:
    """So many processes that have all made the letters to warm up, and wait for work."""
    context = multiprocessing.get_context("spawn")  # as this program starts its own
    ready = context.Barrier(jobs + 1)
    with context.Pool(jobs, _start, (maker, warming, ready)) as pool:
        ready.wait()

        def make_all(letters: Sequence[dict[str, Any]], folder: Path) -> None:
            make = partial(_make_here, folder=folder)
            at_a_time = max(1, min(_MOST_AT_A_TIME, len(letters) // (jobs * _PARTS)))
            for _ in pool.imap_unordered(make, letters, chunksize=at_a_time):
                pass

        yield make_all
