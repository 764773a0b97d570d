"""What a folder of letters keeps of those that were put right → what the pages say of it."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from lgo_letters.edition.edition import Edition
from lgo_letters.errors import WriteError
from lgo_letters.letter.letter import DECISIONS_FILE
from lgo_letters.run.files import NOT_OURS, sha256_of
from lgo_letters.run.manifest import CORRECTIONS, Manifest, read_manifest
from lgo_letters.run.review import SUPERSEDED, superseded_manifest
from lgo_letters.year import format_date

from . import words
from .write import write_file

_PUT_BACK = "put back what was there"


class Correction(NamedTuple):
    """What is not so any more of one letter: its figures, by name, as they were and as they are.

    The letter was reissued, or stands as it was issued. Without figures, its words alone changed.
    """

    authority: str
    file: str
    dated: date
    reason: str
    is_reissued: bool
    figures: Sequence[tuple[str, str, str]]


class Superseded(NamedTuple):
    """A letter that was replaced; `size` is None where it must not be published."""

    file: str
    dated: date
    size: int | None


def check_digest(file: Path, digest: str, what_to_do: str = _PUT_BACK) -> None:
    """Raises WriteError where a file is not as it was recorded."""
    if sha256_of(file) != digest:
        raise WriteError(f"{file} is not as it was recorded; {what_to_do}.")


def read_corrections(folder: Path, manifest: Manifest) -> Sequence[Correction]:
    """The rows of corrections.csv, those of one letter and occasion together, in their order.

    Raises WriteError where it is not as it was recorded.
    """
    if CORRECTIONS not in manifest.files:
        return ()
    file = folder / CORRECTIONS
    check_digest(file, manifest.files[CORRECTIONS])
    try:
        with file.open(encoding="utf-8", newline="") as opened:
            return tuple(_corrections(csv.DictReader(opened)))
    except NOT_OURS as error:
        raise WriteError(f"{file} is not as lgo-letters writes it; {_PUT_BACK}.") from error


def _corrections(rows: Iterable[dict[str, str]]) -> Iterator[Correction]:
    of_letter = itemgetter("authority", "file", "date", "reason", "letter")
    for (authority, file, dated, reason, letter), its_rows in itertools.groupby(rows, of_letter):
        figures = [(row["figure"], row["before"], row["after"]) for row in its_rows]
        yield Correction(
            authority,
            file,
            date.fromisoformat(dated),
            reason,
            letter == "reissued",
            [figure for figure in figures if figure[0]],
        )


def sentences(correction: Correction, edition: Edition) -> Iterator[tuple[str, str]]:
    """What each of its figures is of, and the sentence that corrects it."""
    rates = {}
    for statistic in edition.definitions.statistics:
        what, unit = edition.statistic_name(statistic.name), words.unit(statistic)
        rates[f"{statistic.name}_rate"] = what, unit, "figure", ""
        rates[f"{statistic.name}_average"] = what, unit, "average", "an average of "
    gives = "gave" if correction.is_reissued else "gives"
    for name, *figures in correction.figures:
        if name in rates:
            what, unit, noun, an = rates[name]
            before, after = (f"{figure}{unit}" if figure else f"no {noun}" for figure in figures)
            given = f"The letter {gives} {an if figures[0] else ''}{before}"
        else:  # which not every letter gives
            what = edition.definitions.noun(name, 2).capitalize()
            before, after = (f"{Decimal(figure):,}" if figure else "unknown" for figure in figures)
            given = f"Given as {before}"
        yield what, f"{given}; corrected to {after} on {format_date(correction.dated)}."


# ---- letters that were replaced


def copy_superseded(
    folder: Path, manifest: Manifest, to: Path
) -> Mapping[str, Sequence[Superseded]]:
    """Copies them byte for byte; each letter's by the letter's file, the newest first.

    Each has to be the one that today's manifest names, and that a manifest which was superseded
    had; raises WriteError otherwise. One that carries its authority's decisions is left out.
    """
    reissued = {file: entry for file, entry in manifest.letters.items() if "issues" in entry}
    if not reissued:
        return {}
    from lgo_letters.pdf.embedded_reader import embedded_file
    from lgo_letters.run.reissue import kept_as

    superseded, recorded = folder / SUPERSEDED, {*_superseded_digests(folder)}
    found: dict[str, list[Superseded]] = {}
    for file, entry in reissued.items():
        for issue in reversed(entry["issues"][:-1]):
            name, digest = kept_as(file, issue["number"]), issue["sha256"]
            if (file, digest) not in recorded:
                raise WriteError(f"No manifest in {superseded} has {name}; {_PUT_BACK}.")
            check_digest(superseded / name, digest)
            size = None
            if embedded_file(superseded / name, DECISIONS_FILE) is None:
                content = (superseded / name).read_bytes()
                write_file(to / SUPERSEDED / name, content)
                size = len(content)
            letter = Superseded(name, date.fromisoformat(issue["date"]), size)
            found.setdefault(file, []).append(letter)
    return found


def _superseded_digests(folder: Path) -> Iterator[tuple[str, str]]:
    """The letters that the manifests in superseded/ have, by file and digest."""
    for number in itertools.count(1):
        manifest = read_manifest(folder / SUPERSEDED, superseded_manifest(number))
        if manifest is None:
            return
        yield from ((file, entry["sha256"]) for file, entry in manifest.letters.items())
