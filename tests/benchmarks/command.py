"""Whole commands from cold: `generate`, also with sheets, against a Typst program; `--help`.

    python -m tests.benchmarks.command [--repeats 5] [--letters 355]

Both make the example's letters with one process a processor. `generate` reads and checks some
20,000 rows and writes statistics and manifest as well; the Typst program gets the finished figures.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tabulate import tabulate

from .environment import compiling
from .peers.figures import PlainFigures, work

_ROOT = Path(__file__).parents[2]
_HELPS_A_ROUND = 4  # a help takes so little that it is taken more often


def seconds(arguments: Sequence[str], folder: Path) -> float:
    """How long an interpreter takes from its start to its end in a folder."""
    started = time.perf_counter()
    command = [sys.executable, *arguments]
    subprocess.run(command, check=True, capture_output=True, cwd=folder, env=compiling())
    return time.perf_counter() - started


def _generate(chosen: Sequence[PlainFigures], *more: str) -> float:
    """The seconds of `generate` in an empty folder, for all letters or those chosen."""
    options = [*more, *(part for row in chosen for part in ("--authority", row["authority"]))]
    with tempfile.TemporaryDirectory() as folder:
        command = ["-m", "lgo_letters", "generate", "--year", "2020", "--out", "letters"]
        return seconds([*command, *options], Path(folder))


def _typst(figures: Path) -> float:
    """The seconds of the whole Typst program."""
    with tempfile.TemporaryDirectory() as folder:
        program = ["-m", "tests.benchmarks.peers.typst_program", str(figures), folder]
        return seconds(program, _ROOT)


def _helps() -> tuple[float, float]:
    """The median seconds of `--help`, and of the import of Click alone, taken by turns."""
    with tempfile.TemporaryDirectory() as folder:
        pairs = [
            (
                seconds(["-m", "lgo_letters", "--help"], Path(folder)),
                seconds(["-c", "import click"], Path(folder)),
            )
            for _ in range(_HELPS_A_ROUND)
        ]
    ours, click = zip(*pairs, strict=True)
    return statistics.median(ours), statistics.median(click)


def main(repeats: int, number: int | None = None) -> None:
    """Prints the seconds of each command, medians of the rounds, and this program's share."""
    letters = work(number).plain
    chosen = letters if number is not None else []
    with tempfile.TemporaryDirectory() as scratch:
        figures = Path(scratch) / "figures.json"
        figures.write_text(json.dumps(letters), encoding="utf-8")
        rounds = [
            (_generate(chosen, "--sheets"), _generate(chosen), _typst(figures), *_helps())
            for _ in range(repeats + 1)
        ]
    # The first round compiles Python's modules and fills the disk's cache.
    with_sheets, ours, typst, our_help, click = zip(*rounds[1:], strict=True)
    print(f"Seconds from cold for {len(letters)} letters; medians of {repeats} rounds:")
    rows = [
        [
            "generate --year 2020 --sheets",
            statistics.median(with_sheets),
            _times(with_sheets, ours),
        ],
        ["generate --year 2020", statistics.median(ours), _times(ours, typst)],
        ["the whole Typst program", statistics.median(typst), None],
        ["--help", statistics.median(our_help), _times(our_help, click)],
        ['python -c "import click"', statistics.median(click), None],
    ]
    headers = ["", "seconds", "times the next line's"]
    print(tabulate(rows, headers=headers, floatfmt=("", ".3f", ".2f")))


def _times(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """How many times the other's seconds this program's are: the median of the rounds."""
    return statistics.median(mine / its for mine, its in zip(ours, theirs, strict=True))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.command")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--letters", type=int, help="only the first so many of the example's")
    given = parser.parse_args()
    main(given.repeats, given.letters)
