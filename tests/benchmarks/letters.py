"""Letters in a second: this program, Typst and WeasyPrint by turns, in one run.

    python -m tests.benchmarks.letters [--letters 3000] [--repeats 5] [--without weasyprint]

Each starts from the finished figures, all with the same names and counts, and ends with its files
in a folder; each makes a few letters before the clock starts, with one process a processor that is
kept from round to round. This program writes statistics and manifest as well.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from tabulate import tabulate

from lgo_letters.edition.settings import EmbeddedSettings
from lgo_letters.run.batch import RenderOptions, write_letters
from lgo_letters.run.composed import ComposedYear, year_letters
from lgo_letters.run.pool import Pool
from lgo_letters.run.render import render_pool
from lgo_letters.signing.sign import Signer, load_signer
from tests.support.certificates import PASSPHRASE, authority

from .peers.figures import Work, work
from .peers.words import pages_and_words
from .peers.workers import Maker, workers

OURS, TYPST, WEASYPRINT = "lgo-letters", "Typst", "WeasyPrint"
SIGNED, CARRYING = "lgo-letters, signed", "lgo-letters, figures embedded"
OPTIONAL = {"embedded": CARRYING, "signed": SIGNED, "typst": TYPST, "weasyprint": WEASYPRINT}
_WARMING = 10  # letters before the clock starts
_SHARE_OF_WEASYPRINT = 20  # it makes one letter where the others make so many: only its rate counts


@dataclass
class Program:
    """What takes part: how it makes letters, which, and how many a second it made by round."""

    name: str
    make: Callable[[Work, Path], None]
    letters: Work
    rates: list[float] = field(default_factory=list)

    def take_a_turn(self) -> None:
        """Makes its letters in a folder of their own, and notes the rate."""
        with tempfile.TemporaryDirectory() as folder:
            started = time.perf_counter()
            self.make(self.letters, Path(folder))
            taken = time.perf_counter() - started
            made, expected = len(list(Path(folder).glob("*.pdf"))), len(self.letters.plain)
        assert made == expected, f"{self.name} made {made} letters of {expected}"
        self.rates.append(expected / taken)

    def warm_up(self) -> dict[str, tuple[int, list[str]]]:
        """Makes a few letters that nobody times: by file, their pages and their words in order."""
        found = {}
        with tempfile.TemporaryDirectory() as folder:
            self.make(self.letters.first(_WARMING), Path(folder))
            for file in Path(folder).glob("*.pdf"):
                pages, words = pages_and_words(file.read_bytes())
                # Some programs draw a page's furniture first, others last.
                found[file.name] = pages, sorted(words)
        return found


@lru_cache(maxsize=2)  # those to warm up with, and all
def _given(number: int, embedded: bool) -> Work:
    given = work(number)
    edition = given.inputs.validated_edition()
    settings = edition.settings.model_copy(update={"embedded": EmbeddedSettings(figures=embedded)})
    inputs = replace(given.inputs, edition=replace(edition, settings=settings))
    return replace(given, inputs=inputs)


@contextlib.contextmanager
def _ours(
    name: str, letters: Work, jobs: int, signer: Signer | None = None, *, embedded: bool = False
) -> Iterator[Program]:
    """Our program in a process of its own, as a command runs in one, with its pool."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn, _start_pool, (jobs,)) as process:

        def make(given: Work, folder: Path) -> None:
            process.submit(_make_ours, len(given.plain), folder, signer, embedded).result()

        yield Program(name, make, letters)


_STARTED = contextlib.ExitStack()  # what lasts as long as the process
_POOLS: list[Pool] = []


def _start_pool(jobs: int) -> None:
    import lgo_letters.cli.main  # noqa: F401  # which says when to look for garbage

    _POOLS.append(_STARTED.enter_context(render_pool(jobs)))


def _make_ours(number: int, folder: Path, signer: Signer | None, embedded: bool) -> None:
    """From finished figures to files, as `generate` does it: what the others are held against."""
    given = _given(number, embedded)
    year = ComposedYear(given.inputs, given.figures, year_letters(given.inputs, given.figures))
    options = RenderOptions(_POOLS[0], signer)
    write_letters(year, range(len(year.letters)), folder, options, lambda *_: None)


def _signer() -> Signer:
    file = authority("Root").issue("Ombudsman", bits=2048).p12()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "signer.p12"
        path.write_bytes(file)
        return load_signer(path, PASSPHRASE)


@contextlib.contextmanager
def _peer(name: str, maker: Callable[[], Maker], letters: Work, jobs: int) -> Iterator[Program]:
    with workers(maker, jobs, letters.plain[:_WARMING]) as make_all:
        yield Program(name, lambda given, folder: make_all(given.plain, folder), letters)


def _weasyprint() -> Callable[[], Maker] | None:
    """Its maker, with a notice where it is absent or lacks what makes it fast."""
    try:
        from weasyprint.text.ffi import harfbuzz_subset

        from .peers.weasyprint_letter import weasyprint_maker
    except (ImportError, OSError) as error:
        reason = str(error).splitlines()[0]
        print(f'WeasyPrint is left out ({reason}); it needs Pango and the extra "bench".')
        return None
    if harfbuzz_subset is None:
        print("WeasyPrint takes twice as long here as where libharfbuzz-subset0 is installed.")
    return weasyprint_maker


@contextlib.contextmanager
def _programs(letters: Work, jobs: int, without: Collection[str]) -> Iterator[list[Program]]:
    """Everything that takes part, warm."""
    with contextlib.ExitStack() as stack:
        programs = [stack.enter_context(_ours(OURS, letters, jobs))]
        if "embedded" not in without:
            programs.append(stack.enter_context(_ours(CARRYING, letters, jobs, embedded=True)))
        if "signed" not in without:
            programs.append(stack.enter_context(_ours(SIGNED, letters, jobs, _signer())))
        if "typst" not in without:
            from .peers.typst_letter import typst_maker  # of the extra "bench"

            programs.append(stack.enter_context(_peer(TYPST, typst_maker, letters, jobs)))
        if "weasyprint" not in without and (maker := _weasyprint()) is not None:
            fewer = letters.first(max(_WARMING, len(letters.plain) // _SHARE_OF_WEASYPRINT))
            programs.append(stack.enter_context(_peer(WEASYPRINT, maker, fewer, jobs)))
        yield programs


def _hold_together(programs: Sequence[Program]) -> None:
    """Raises AssertionError where two programs make letters that do not say the same."""
    ours, *others = (program.warm_up() for program in programs)
    for program, theirs in zip(programs[1:], others, strict=True):
        assert theirs == ours, f"{program.name} makes another letter than {OURS}"


def _row(program: Program, ours: Sequence[float]) -> list[object]:
    """A line of the table; the ratio is the median of those within each round."""
    is_peer = program.name in (TYPST, WEASYPRINT)
    ratio = statistics.median(mine / its for mine, its in zip(ours, program.rates, strict=True))
    return [
        f"{program.name} {version(program.name)}" if is_peer else program.name,
        len(program.letters.plain),
        *(summary(program.rates) for summary in (statistics.median, min, max)),
        ratio if is_peer else None,
    ]


def main(number: int, repeats: int, without: Collection[str] = ()) -> None:
    """Prints how many letters a second each made, and how many times as many this program did."""
    jobs = os.cpu_count() or 1
    with _programs(work(number), jobs, without) as programs:
        _hold_together(programs)
        for program in programs:  # the first turn is not counted: all is read, and warm, after it
            program.take_a_turn()
            program.rates.clear()
        for _ in range(repeats):
            for program in programs:
                program.take_a_turn()
    print(f"Letters a second with {jobs} processes; median, least and most of {repeats} rounds:")
    rows = [_row(program, programs[0].rates) for program in programs]
    headers = ["", "letters", "median", "least", "most", "lgo-letters makes, times as many"]
    print(tabulate(rows, headers=headers, floatfmt=(",", ",", ".1f", ".1f", ".1f", ".2f")))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.letters")
    parser.add_argument("--letters", type=int, default=3000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--without", choices=OPTIONAL, action="append", default=[])
    given = parser.parse_args()
    main(given.letters, given.repeats, given.without)
