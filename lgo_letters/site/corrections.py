"""Letters that were corrected → what the pages say of them, and the letters that were replaced."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from lgo_letters.edition.edition import Edition
from lgo_letters.errors import WriteError
from lgo_letters.letter.letter import DECISIONS_FILE
from lgo_letters.run.corrections import Correction
from lgo_letters.run.files import check_digest
from lgo_letters.run.manifest import Manifest, read_manifest
from lgo_letters.run.review import SUPERSEDED, superseded_manifest
from lgo_letters.year import format_date

from .write import write_file


class Superseded(NamedTuple):
    """A letter that was replaced; `size` is None where it must not be published."""

    file: str
    dated: date
    size: int | None


def sentences(correction: Correction, edition: Edition) -> Iterator[tuple[str, str]]:
    """What each of its figures is of, and the sentence that corrects it."""
    rates = {}
    for statistic in edition.definitions.statistics:
        rates[f"{statistic.name}_rate"] = statistic, "figure", ""
        rates[f"{statistic.name}_average"] = statistic, "average", "an average of "
    gives = "gave" if correction.is_reissued else "gives"
    for name, *figures in correction.figures:
        if name in rates:
            statistic, noun, an = rates[name]
            what = edition.statistic_name(statistic.name)
            decimals, unit = statistic.decimals, statistic.unit
            before, after = (_shown(figure, decimals, unit, f"no {noun}") for figure in figures)
            given = f"The letter {gives} {an if figures[0] else ''}{before}"
        else:  # a count, which not every letter gives
            what = edition.definitions.noun(name, 2).capitalize()
            before, after = (_shown(figure, 0, "", "unknown") for figure in figures)
            given = f"Given as {before}"
        became = f"corrected to {after}"
        if figures[0] == figures[1]:
            became = "an earlier correction was withdrawn"
        yield what, f"{given}; {became} on {format_date(correction.dated)}."


def _shown(figure: str, decimals: int, unit: str, none: str) -> str:
    return f"{Decimal(figure):,.{decimals}f}{unit}" if figure else none


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
                raise WriteError(
                    f"No manifest in {superseded} has {name}; put back what was there."
                )
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
