"""Letters made again from their record, beside the originals: what a person or program is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .lists import names_line

if TYPE_CHECKING:
    from lgo_letters.run.remake import Comparison, Originals


def remade_sentence(letters: Originals, comparison: Comparison) -> str:
    """Whether the letters are the same, and if not, which versions differ."""
    if not comparison.different:
        signed = any(one.get("signed") for ones in letters.by_record.values() for one in ones)
        before = " before they were signed" if signed else ""
        return f"All are the same as in {letters.folder}{before}, byte for byte."
    differ = f"{len(comparison.different):,} of them differ from those in {letters.folder}"
    if not comparison.versions:
        return f"{differ}, though every version is the same; its manifest may have been changed."
    then = ", ".join(f"{one.name} {one.then or '-'}" for one in comparison.versions)
    now = ", ".join(f"{one.name} {one.now or '-'}" for one in comparison.versions)
    return f"{differ}, which were made by {then}; this is {now}."


def remade_notices(letters: Originals) -> Iterator[str]:
    """What is to be said of letters that have no record, or are not as they were made."""
    if letters.unrecorded:
        yield names_line("Not made, as there is no record of them", letters.unrecorded)
    if letters.altered:
        yield names_line(f"Changed in {letters.folder} since they were made", letters.altered)


def remade_fields(letters: Originals, comparison: Comparison) -> dict[str, Any]:
    """The same for programs."""
    return {
        "from_record": letters.folder,
        "different": comparison.different,
        "versions": [one._asdict() for one in comparison.versions],
        "unrecorded": letters.unrecorded,
        "altered": letters.altered,
    }
