"""The whole site of the example from cold, letters included, against `generate` alone.

python -m tests.benchmarks.site [--repeats 5]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

from .command import seconds


def _from_cold(command: str) -> float:
    """The seconds of a command in an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        return seconds(["-m", "lgo_letters", command, "--year", "2020"], Path(folder))


def main(repeats: int) -> None:
    """Prints the seconds of both, medians of the rounds, and their ratio."""
    rounds = [(_from_cold("site"), _from_cold("generate")) for _ in range(repeats + 1)]
    site, letters = zip(*rounds[1:], strict=True)  # the first compiles Python's modules
    times = statistics.median(ours / its for ours, its in zip(site, letters, strict=True))
    print(f"site --year 2020:     {statistics.median(site):.2f} s")
    print(f"generate --year 2020: {statistics.median(letters):.2f} s")
    print(f"times that:           {times:.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.site")
    parser.add_argument("--repeats", type=int, default=5)
    main(parser.parse_args().repeats)
