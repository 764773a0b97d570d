"""What a run reads, once: the edition and both tables, with every problem in them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from lgo_letters.errors import EditionError, Problem, UsageError, cut, listed, raise_for_problems
from lgo_letters.figures.bodies import takes_part
from lgo_letters.figures.definitions import Definitions
from lgo_letters.names import matching, nearest
from lgo_letters.shipped import shipped
from lgo_letters.tables.data import MAPPING_FILE, Data, InputFile
from lgo_letters.tables.files.records import split_sheet
from lgo_letters.tables.history import (
    PublishedYear,
    history_files,
    read_published_year,
    unread_files,
)

from .sources import DECISIONS, EXAMPLE, Sources

if TYPE_CHECKING:
    from lgo_letters.edition.edition import Edition, OwnParagraphs
    from lgo_letters.edition.read import OpenEdition


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that was read, and every problem found in it.

    `example` says that the decisions are the shipped ones, whatever the file is called. `edition`
    is None if it has problems, or if only figures were asked for, which need only its
    `definitions`; the keys of `own_paragraphs` are authorities' names. `has_specimen_signature`
    says that letters from real data would bear the shipped signature, which is nobody's.
    `published` has the figures of earlier years that were published, by the year in which each
    ends; `complete_years` are those of which the decisions have every row.
    """

    year: int
    sources: Sources
    example: bool
    data: Data
    definitions: Definitions | None
    edition: Edition | None
    own_paragraphs: Mapping[str, OwnParagraphs]
    edition_problems: tuple[Problem, ...]
    has_specimen_signature: bool
    published: Mapping[int, PublishedYear] = field(default_factory=dict)
    complete_years: tuple[int, ...] = ()

    @property
    def files(self) -> frozenset[Path]:
        """The tables, what maps them, earlier years, the edition: never overwritten."""
        sources = self.sources
        names = () if self.edition is None else self.edition.files
        of_edition = (sources.edition / name for name in names)
        tables = (split_sheet(table)[0] for table in (sources.decisions, sources.authorities))
        paths = [*tables, sources.improvements, Path(MAPPING_FILE), sources.edition, *of_edition]
        paths += history_files(sources.history, self.year).values()
        return frozenset(path.resolve() for path in paths)

    @property
    def mapping_file(self) -> Mapping[str, Mapping[str, str]]:
        """What the record of a run says of lgo-letters.toml, empty where there is none."""
        mapping = self.sources.mapping
        return (
            {} if mapping is None else {"mapping": {"file": MAPPING_FILE, "sha256": mapping.sha256}}
        )

    def validated_definitions(self) -> Definitions:
        """What figures depend on.

        Raises DataError if the data have a problem, with those of the edition too, else
        EditionError if the edition has one.
        """
        raise_for_problems(self.data.problems, self.edition_problems, self.data.more_problems)
        if self.definitions is None:
            raise EditionError(self.edition_problems)
        return self.definitions

    def validated_edition(self) -> Edition:
        """The edition with its wording; raises as `validated_definitions`."""
        self.validated_definitions()
        if self.edition is None:
            raise EditionError(self.edition_problems)
        return self.edition


def read_inputs(sources: Sources, year: int, *, wording: bool = True) -> Inputs:
    """Reads and checks the edition and the tables, each as far as the other allows.

    Without `wording`, only the part of the edition that figures depend on is read, and of the
    decisions no summary and no address is kept. Raises UsageError if a file cannot be opened.
    """
    from lgo_letters.edition.read import OpenEdition

    opened = OpenEdition(sources.edition, year)
    if wording:
        edition, data = _read_both(sources, opened)
    else:
        edition, data = None, _read_tables(sources, opened, texts=False)
    problems = opened.problems
    published: Mapping[int, PublishedYear] = {}
    if wording and opened.definitions is not None:
        published = _read_history(sources.history, year, data, opened.definitions)
        data = data.including([year.report for year in published.values()])
        data = replace(data, notices=(*data.notices, *unread_files(sources.history)))
    own_paragraphs: Mapping[str, OwnParagraphs] = {}
    if edition is not None and edition.own_paragraphs and data.authorities:
        from lgo_letters.edition.edition import fit_own_paragraphs

        names = [one.name for one in data.authorities if takes_part(one, edition.year)]
        own_paragraphs, unfit = fit_own_paragraphs(edition.own_paragraphs, names)
        problems = tuple(unfit)
    example = _is_example(data.decisions_file)
    return Inputs(
        year=year,
        sources=sources,
        example=example,
        data=data,
        definitions=opened.definitions,
        edition=edition,
        own_paragraphs=own_paragraphs,
        edition_problems=problems,
        has_specimen_signature=not example and edition is not None and _is_specimen(edition),
        published=published,
        complete_years=() if sources.mapping is None else sources.mapping.complete_years,
    )


def _read_both(sources: Sources, opened: OpenEdition) -> tuple[Edition | None, Data]:
    """The wording and the tables: DuckDB works without Python's lock, so beside each other."""
    from concurrent.futures import ThreadPoolExecutor  # figures alone need neither of the two

    from .pool import in_this_process

    with ThreadPoolExecutor(1) as thread:
        try:
            reading = thread.submit(_read_tables, sources, opened)
        except RuntimeError:  # no thread may be started
            reading = in_this_process().submit(_read_tables, sources, opened)
        return opened.read_wording(), reading.result()


def _read_tables(sources: Sources, opened: OpenEdition, *, texts: bool = True) -> Data:
    from lgo_letters.tables.read import read_tables

    kinds = None if opened.definitions is None else opened.definitions.kinds
    return read_tables(
        sources.authorities,
        sources.decisions,
        opened.types,
        kinds,
        reference_pattern=opened.reference_pattern,
        service_areas=opened.service_areas,
        mapping=sources.mapping,
        texts=texts,
    )


def _read_history(
    folder: Path, year: int, data: Data, definitions: Definitions
) -> dict[int, PublishedYear]:
    """What was published for each earlier year of which there is a file."""
    statistics = [statistic.name for statistic in definitions.statistics]
    counts = [count for count in definitions.row_counts if count != "decisions"]
    return {
        ending: read_published_year(file, data.authorities, statistics, counts)
        for ending, file in history_files(folder, year).items()
    }


def _is_example(decisions: InputFile) -> bool:
    """Whether the content is that of the shipped example, of which anybody may have a copy."""
    return hashlib.sha256((EXAMPLE / DECISIONS).read_bytes()).hexdigest() == decisions.sha256


def _is_specimen(edition: Edition) -> bool:
    specimen = shipped("editions") / "2020" / "signature.png"
    return edition.signature.png == specimen.read_bytes()


def find_authority(text: str, names: Sequence[str]) -> str:
    """The one authority that a name or a part of one means.

    Raises UsageError, with names to choose from, if it means several or none.
    """
    found = matching(text, names)
    if len(found) == 1:
        return found[0]
    if not found:
        near = ", ".join(nearest(text, names, count=3))
        raise UsageError(f'No authority is called "{cut(text)}"; the nearest are: {near}.')
    raise UsageError(
        f'"{text}" fits {len(found)} authorities; give more of the name of the one you mean: '
        f"{listed(found)}."
    )
