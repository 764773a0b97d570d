"""How time and memory grow with rows and with letters, over two orders of magnitude.

    python -m tests.benchmarks.growth [--share 1]

Rows are read, checked and counted by `stats`; letters are made by `generate`, all from one and the
same number of rows. Each is a whole process, from cold; its memory is the largest that the process,
or one of its workers, held at any time. With `--share 0.01` all is a hundredth of the size.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

import psutil
from tabulate import tabulate

from .environment import compiling

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
ROWS = [20_000, 200_000, 2_000_000]
LETTERS = [35, 350, 3_500]
ROWS_OF_LETTERS = 200_000
_BETWEEN_LOOKS = 0.02  # seconds


class Run(NamedTuple):
    """A whole process: seconds, and megabytes of its largest process."""

    seconds: float
    megabytes: float


def run(*command: str | Path) -> Run:
    """Runs a command of lgo-letters to its end, and watches its processes."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "lgo_letters", *map(str, command)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=compiling(),
    )
    largest = 0
    with suppress(psutil.NoSuchProcess):
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            for worker in [watched, *watched.children(recursive=True)]:
                with suppress(psutil.NoSuchProcess):
                    largest = max(largest, worker.memory_info().rss)
            time.sleep(_BETWEEN_LOOKS)
    seconds = time.perf_counter() - started
    assert process.wait() == 0, f"{command} ended with {process.returncode}"
    return Run(seconds, largest / 1e6)


def _read(name: str) -> tuple[list[str], list[list[str]]]:
    with (EXAMPLES / name).open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows


def _write(file: Path, header: Sequence[str], rows: Iterator[list[str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as output:
        writer = csv.writer(output)
        writer.writerow(header)
        writer.writerows(rows)


def make_year(folder: Path, authorities: int, decisions: int) -> list[str | Path]:
    """Tables of the example's rows again and again, and the options that name them.

    The authorities keep the columns up to the code, so that all take part in the year.
    """
    header, rows = _read("authorities.csv")
    name, code = header.index("name"), header.index("code")
    names: list[str] = []

    def councils() -> Iterator[list[str]]:
        for index, council in enumerate(islice(cycle(rows), authorities)):
            row, number = council[: code + 1], index // len(rows)
            if number:
                row[name], row[code] = f"{row[name]} {number + 1}", ""
            names.append(row[name])
            yield row

    def cases() -> Iterator[list[str]]:
        given = zip(islice(cycle(examples), decisions), cycle(names), strict=False)
        for index, (example, council) in enumerate(given):
            row, digits = [*example], f"{index:08}"
            row[reference] = f"{digits[:2]} {digits[2:5]} {digits[5:]}"
            row[authority] = council
            yield row

    _write(folder / "authorities.csv", header[: code + 1], councils())
    header, examples = _read("decisions.csv")
    reference, authority = header.index("reference"), header.index("authority")
    _write(folder / "decisions.csv", header, cases())
    files = "--decisions", folder / "decisions.csv", "--authorities", folder / "authorities.csv"
    return ["--year", "2020", *files]


def rows_table(sizes: Sequence[int], folder: Path) -> Iterator[list[object]]:
    """A line for each number of rows: seconds, microseconds a row, megabytes."""
    for rows in sizes:
        options = make_year(folder, 355, rows)
        taken = run("stats", *options)
        yield [f"{rows:,} rows", taken.seconds, taken.seconds / rows * 1e6, taken.megabytes]


def letters_table(sizes: Sequence[int], rows: int, folder: Path) -> Iterator[list[object]]:
    """A line for each number of letters: seconds, milliseconds a letter without reading, memory."""
    for letters in sizes:
        options = make_year(folder, letters, rows)
        reading = run("stats", *options)
        with tempfile.TemporaryDirectory(dir=folder) as out:
            taken = run("generate", *options, "--out", out)
            made = len(list(Path(out).glob("*.pdf")))
        assert made == letters, f"{made} letters of {letters} were made"
        per_letter = (taken.seconds - reading.seconds) / letters * 1e3
        yield [f"{letters:,} letters", taken.seconds, per_letter, taken.megabytes]


def main(share: float) -> None:
    """Prints both tables."""
    rows = [max(1, round(size * share)) for size in ROWS]
    letters = sorted({max(4, round(size * share)) for size in LETTERS})
    with tempfile.TemporaryDirectory() as folder:
        print(
            tabulate(
                rows_table(rows, Path(folder)),
                headers=["stats", "seconds", "µs a row", "MB of the largest process"],
                floatfmt=("", ".2f", ".2f", ".0f"),
            )
        )
        of = round(ROWS_OF_LETTERS * share)
        print(f"\nLetters from {of:,} rows, whose reading the milliseconds leave out:")
        print(
            tabulate(
                letters_table(letters, of, Path(folder)),
                headers=["generate", "seconds", "ms a letter", "MB of the largest process"],
                floatfmt=("", ".2f", ".2f", ".0f"),
            )
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.growth")
    parser.add_argument("--share", type=float, default=1.0)
    main(parser.parse_args().share)
