"""How long `stats` takes on many decisions, beside a bare DuckDB query of the same counts.

    python -m tests.benchmarks.decisions [--rows N …]

makes decisions.csv of each number of rows, the example's with fresh references, and runs both as
whole processes by turns, five times each. DuckDB reads all as text and checks nothing.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

from .environment import compiling

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
RUNS = 5
QUERY = """
import duckdb, sys
duckdb.sql(f'''
    select authority, decision, satisfactory_remedy, compliance_outcome,
        decision_date between '2019-04-01' and '2020-03-31',
        compliance_date between '2019-04-01' and '2020-03-31', count(*)
    from read_csv('{sys.argv[1]}', all_varchar = true) group by all
''').fetchall()
"""


class Run(NamedTuple):
    """One process: seconds, seconds of processor time, and megabytes at its largest."""

    seconds: float
    processor: float
    megabytes: float


def make_decisions(file: Path, rows: int) -> None:
    """The example's rows again and again, each with a reference of its own."""
    with (EXAMPLES / "decisions.csv").open(encoding="utf-8") as example:
        header, *lines = example
    with file.open("w", encoding="utf-8", newline="") as output:
        output.write(header)
        for number, line in enumerate(islice(cycle(lines), rows)):
            digits = f"{number:08}"
            output.write(f"{digits[:2]} {digits[2:5]} {digits[5:]}{line[10:]}")


def run(command: Sequence[str]) -> Run:
    """Runs a command to its end."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=compiling())
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if code := os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{' '.join(command)}: exit code {code}")
    unit = 1 if sys.platform == "darwin" else 1024  # bytes in which the largest size is given
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / 1e6)


def compare(file: Path) -> None:
    """Prints medians of both, and their ratios."""
    authorities = str(EXAMPLES / "authorities.csv")
    options = ["--year", "2020", "--decisions", str(file), "--authorities", authorities]
    commands = {
        "stats": [sys.executable, "-m", "lgo_letters", "stats", *options],
        "DuckDB": [sys.executable, "-c", QUERY, str(file)],
    }
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for command in commands.values():
        run(command)  # compiles Python's modules, and fills the disk's cache
    for _ in range(RUNS):
        for name, command in commands.items():
            runs[name].append(run(command))
    medians = {
        name: Run(*map(statistics.median, zip(*times, strict=True))) for name, times in runs.items()
    }
    for name, median in medians.items():
        print(
            f"{name:8}{median.seconds:8.2f} s{median.processor:8.2f} s of processor"
            f"{median.megabytes:8.0f} MB"
        )
    ours, theirs = medians["stats"], medians["DuckDB"]
    ratio, processor = ours.seconds / theirs.seconds, ours.processor / theirs.processor
    print(f"ratio   {ratio:8.2f}  {processor:8.2f} of processor")


def main() -> None:
    """Compares on each number of rows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[20_000, 2_000_000], metavar="N")
    with tempfile.TemporaryDirectory() as folder:
        for rows in parser.parse_args().rows:
            file = Path(folder) / "decisions.csv"
            make_decisions(file, rows)
            print(f"{rows:,} rows, {file.stat().st_size / 1e6:,.0f} MB", flush=True)
            compare(file)


if __name__ == "__main__":
    main()
