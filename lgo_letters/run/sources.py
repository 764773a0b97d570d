"""Which files a run reads: those given, else those in the current folder, else those shipped.

lgo-letters.toml in the current folder says what the tables there mean, and may name them.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lgo_letters.errors import UsageError
from lgo_letters.shipped import shipped
from lgo_letters.tables.data import MAPPING_FILE
from lgo_letters.tables.files.records import WORKBOOK, WORKBOOKS, split_sheet

if TYPE_CHECKING:
    from lgo_letters.tables.export import ExportMapping

DECISIONS = "decisions.csv"
AUTHORITIES = "authorities.csv"
EXAMPLE = shipped("examples")


@dataclass(frozen=True, slots=True)
class Sources:
    """The files of a run; a table may be FILE.xlsx#Sheet. `mapping` is not for the example."""

    decisions: Path
    authorities: Path
    edition: Path
    mapping: ExportMapping | None = None

    @property
    def improvements(self) -> Path:
        """The service improvements, beside the decisions; there need not be any."""
        return self.decisions.parent / "improvements.csv"

    @property
    def history(self) -> Path:
        """The folder of earlier years' statistics.csv, beside the decisions."""
        return self.decisions.parent / "history"


def find_sources(
    year: int, decisions: Path | None, authorities: Path | None, edition: Path | None
) -> Sources:
    """Finds the files of a run; the example is used for both tables or for neither.

    Raises UsageError if only one table is found, if what is in the current folder cannot be used,
    or if there is no edition for the year; DataError if lgo-letters.toml has a problem.
    """
    mapping = None
    if (file := _here(MAPPING_FILE)) is not None:
        from lgo_letters.tables.export import read_mapping

        mapping = read_mapping(file)
    decisions = decisions or _find_table("decisions", mapping)
    authorities = authorities or _find_table("authorities", mapping)
    edition = edition or find_edition(year)
    if decisions is None and authorities is None:
        return Sources(EXAMPLE / DECISIONS, EXAMPLE / AUTHORITIES, edition)
    if decisions is None or authorities is None:
        missing = "decisions" if decisions is None else "authorities"
        raise UsageError(
            f"There is {decisions or authorities} but no {missing}.csv or {missing}{WORKBOOK}; put "
            f"it here, or name it with --{missing}."
        )
    if EXAMPLE.resolve() in (decisions.resolve().parent, authorities.resolve().parent):
        mapping = None
    return Sources(decisions, authorities, edition, mapping)


def _find_table(table: str, mapping: ExportMapping | None) -> Path | None:
    """The file that lgo-letters.toml names, else the text or workbook in the current folder."""
    if mapping is not None and (named := mapping.file(table)) is not None:
        if not split_sheet(named)[0].is_file():
            raise mapping.refuse_file(table, "is not a file here; correct the name.")
        return named
    found = [file for ending in (".csv", *WORKBOOKS) if (file := _here(f"{table}{ending}"))]
    if len(found) > 1:
        raise UsageError(
            f"There are both {found[0]} and {found[1]} here; remove one of them, or name the right "
            f"one with --{table}."
        )
    return found[0] if found else None


def _here(name: str) -> Path | None:
    """The file of that name in the current folder; a broken link is not ignored."""
    file = Path(name)
    if not os.path.lexists(file):
        return None
    if not file.is_file():
        raise UsageError(
            f"{file} here is not a file that can be read (but a folder, a pipe or a broken link); "
            "replace it with a file, or remove it."
        )
    return file


def find_edition(year: int) -> Path:
    """The edition of a year: `editions/YEAR` here, else the shipped one.

    Raises UsageError if there is none, or if what is here cannot be used.
    """
    if (edition := _edition_of(year)) is not None:
        return edition
    make_one = f'make one with "lgo-letters edition new {year}'
    first = _shipped_editions()[0]
    if first.name > str(year):
        raise UsageError(f'There is no edition for {year}; {make_one} --from {first}".')
    base = edition_before(year)
    raise UsageError(f'There is no edition for {year}; {make_one}", which starts from {base}.')


def edition_before(year: int) -> Path:
    """The edition of the year before: the one here, else the shipped one, else one shipped earlier.

    Raises UsageError if there is none, or if what is here cannot be used.
    """
    if (edition := _edition_of(year - 1)) is not None:
        return edition
    if earlier := [edition for edition in _shipped_editions() if edition.name < str(year)]:
        return earlier[-1]
    raise UsageError(f"There is no edition of a year before {year}; name one with --from.")


def here(year: int) -> Path:
    """Where a user's own edition of a year lies."""
    return Path("editions") / str(year)


def _edition_of(year: int) -> Path | None:
    own = here(year)
    for path in (own.parent, own):
        if os.path.lexists(path) and not path.is_dir():
            raise UsageError(
                f"{path} here is not a folder that can be read; replace it with a folder, or "
                "remove it."
            )
    known = (own, shipped("editions") / str(year))
    return next((edition for edition in known if edition.is_dir()), None)


def _shipped_editions() -> list[Path]:
    return sorted(shipped("editions").iterdir())
