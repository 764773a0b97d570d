"""A whole program that makes letters with Typst, as one who has the finished figures writes it.

python -m tests.benchmarks.peers.typst_program FIGURES.json FOLDER
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from .typst_letter import typst_maker

_make: Callable[[dict[str, Any]], bytes]


def _start() -> None:
    global _make  # noqa: PLW0603  # a process is started once
    _make = typst_maker()


def _make_and_write(figures: dict[str, Any], folder: Path) -> None:
    (folder / figures["file"]).write_bytes(_make(figures))


def main(figures: Path, folder: Path) -> None:
    """Makes all letters with one process a processor."""
    letters = json.loads(figures.read_bytes())
    folder.mkdir(parents=True, exist_ok=True)
    with multiprocessing.Pool(os.cpu_count(), _start) as pool:
        for _ in pool.imap_unordered(
            partial(_make_and_write, folder=folder), letters, chunksize=10
        ):
            pass
    print(f"{len(letters)} letters in {folder}.")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
