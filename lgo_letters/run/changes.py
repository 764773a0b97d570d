"""The letters in a folder beside those that would be written now: what differs, and why.

What made a letter is counted and composed again from its record, today's program and one factor
after another replaced: decisions (with the headings and words that lgo-letters.toml gives them, and
the figures of earlier years), authorities, edition. What these do not explain is the program's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from lgo_letters.errors import EditionError, LettersError, UsageError
from lgo_letters.figures.changes import (
    PROGRAM,
    AverageChange,
    FigureChange,
    Steps,
    average_changes,
    figure_changes,
)
from lgo_letters.figures.compare import AuthorityFigures, YearFigures
from lgo_letters.tables.changes import RowChange, authority_changes, decision_changes

from . import archive
from .batch import letter_file
from .composed import ComposedYear, year_figures, year_letters
from .inputs import Inputs, read_inputs
from .journal import Entry
from .manifest import Manifest, by_record, manifest_of
from .reissue import reissues_of
from .remake import OtherVersion, other_versions

if TYPE_CHECKING:
    from lgo_letters.edition.diff import Difference
    from lgo_letters.letter.compose import Reissue
    from lgo_letters.letter.letter import Letter

FIGURES, AVERAGE, WORDING = "figures", "average", "wording"
NEW, GONE, UNCHANGED = "new", "gone", "unchanged"


@dataclass(frozen=True, slots=True)
class LetterChange:
    """What has become of an authority's letter: all that applies of the words above, or "program".

    `is_recorded` says whether what made it is known; if not, only printed figures were compared.
    """

    authority: str
    changes: tuple[str, ...]
    figures: tuple[FigureChange, ...] = ()
    is_recorded: bool = True


@dataclass(frozen=True, slots=True)
class SinceRecord:
    """What differs between the inputs of one record and today's.

    `inputs` are those that differ, `pictures` the files of the edition that do and are not text,
    `versions` those of all that decides the bytes of letters.
    """

    inputs: Sequence[str] = ()
    decisions: Sequence[RowChange] = ()
    authorities: Sequence[RowChange] = ()
    sentences: Sequence[Difference] = ()
    pictures: Sequence[str] = ()
    averages: Sequence[AverageChange] = ()
    versions: Sequence[OtherVersion] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """All that differs between the letters in a folder and those that would be written now.

    `letters` are today's in their order, then those that nobody gets any more. `unreadable` are
    sentences of records that are whole but of no use to this version.
    """

    folder: Path
    letters: Sequence[LetterChange]
    since: Sequence[SinceRecord]
    unreadable: Sequence[str]

    @property
    def unrecorded(self) -> Sequence[str]:
        """The authorities of whose letters nothing is known but the printed figures."""
        return [letter.authority for letter in self.letters if not letter.is_recorded]


@dataclass(frozen=True, slots=True)
class _Replay:
    """What made some letters, counted and composed by today's program; each by file.

    `letters` are their digests, and `reworded` those of letters of the old wording with the figures
    of today, none where no such letter can be composed.
    """

    years: Steps
    letters: Mapping[str, str]
    reworded: Mapping[str, str]
    figures: Sequence[Mapping[str, AuthorityFigures]]


def find_changes(new: ComposedYear, folder: Path) -> Changes:
    """Compares the letters in a folder, each by its own record, with those of a year.

    Raises UsageError where it holds none, or those of another year, or where a record is not as it
    was written.
    """
    manifest = manifest_of(folder)
    if manifest.year != new.inputs.year:
        raise UsageError(
            f"{folder} holds the letters of {manifest.year}, not of {new.inputs.year}; name that "
            "year's folder with --since."
        )
    reissues = reissues_of(manifest.letters.values())
    new = replace(new, letters=year_letters(new.inputs, new.figures, reissues=reissues))
    replays: dict[str, _Replay] = {}
    since, unreadable = [], []
    for record, entries in by_record(manifest.letters.values()).items():
        try:
            replays[record], found = _since(record, new, reissues_of(entries), folder)
            since.append(found)
        except UsageError:
            raise
        except LettersError as error:
            unreadable.append(f"{folder / archive.RECORDS / record}: {error}")
    files = {letter_file(letter.authority): letter for letter in new.letters}
    last = _Replay({"": new.figures}, {}, {}, [_by_file(new.figures)])
    changes = [
        _letter_change(file, letter, manifest, replays, last) for file, letter in files.items()
    ]
    gone = (entry for file, entry in manifest.letters.items() if file not in files)
    changes += (LetterChange(entry["authority"], (GONE,)) for entry in gone)
    return Changes(folder, changes, since, unreadable)


# ---- one letter


def _letter_change(
    file: str, letter: Letter, manifest: Manifest, replays: Mapping[str, _Replay], last: _Replay
) -> LetterChange:
    entry = manifest.letters.get(file)
    if entry is None:
        return LetterChange(letter.authority, (NEW,))
    replay = replays.get(entry.get("record", ""))
    known = last if replay is None else replay
    steps = [step.get(file) for step in known.figures]
    figures = tuple(figure_changes(entry.get("figures", {}), steps, known.years))
    found = _kinds(entry, letter, figures, replay)
    changes = tuple(kind for kind in (FIGURES, AVERAGE, WORDING, PROGRAM) if kind in found)
    is_recorded = replay is not None
    return LetterChange(letter.authority, changes or (UNCHANGED,), figures, is_recorded)


def _kinds(
    entry: Entry, letter: Letter, figures: Sequence[FigureChange], replay: _Replay | None
) -> set[str]:
    """All that applies to a letter that was there and is."""
    explained = [figure for figure in figures if figure.causes != (PROGRAM,)]
    found = {AVERAGE if figure.is_average else FIGURES for figure in explained}
    now, was = letter.sha256(), entry.get("letter_sha256")
    if replay is None:
        return found or ({PROGRAM} if was != now else set())
    then = replay.letters.get(entry["file"])
    if then != now:
        with_figures = replay.reworded.get(entry["file"])
        if with_figures != now:
            found.add(WORDING)
        if not explained and with_figures not in (None, then):
            found.add(FIGURES)  # in the letter, and in no column of statistics.csv
    if was != then or any(PROGRAM in figure.causes for figure in figures):
        found.add(PROGRAM)
    return found


# ---- one record


def _since(
    record: str, new: ComposedYear, reissues: Mapping[str, Reissue], folder: Path
) -> tuple[_Replay, SinceRecord]:
    """What a record's inputs come to today, and what differs from them."""
    with archive.opened(folder, record) as run:
        if record == archive.digest(new.inputs):
            return _replay(new, new, [], reissues), SinceRecord()
        before, after = read_inputs(run.sources, run.year), new.inputs
        figures = year_figures(before)
        old = ComposedYear(before, figures, year_letters(before, figures, reissues=reissues))
        versions = other_versions(run.versions)
    differing = _differing(before, after)
    replay = _replay(old, new, differing, reissues)
    return replay, SinceRecord(
        differing,
        decision_changes(before.data, after.data),
        authority_changes(before.data.authorities, after.data.authorities),
        list(_sentences(before, after)),
        _pictures(before, after),
        list(average_changes(replay.years)),
        versions,
    )


def _differing(old: Inputs, new: Inputs) -> Sequence[str]:
    """The inputs of which any byte is another."""

    def digests(inputs: Inputs) -> dict[str, object]:
        mapping = inputs.sources.mapping
        return {
            "decisions": inputs.data.decisions_file.sha256,
            "mapping": None if mapping is None else mapping.sha256,
            "history": {year: known.report.file.sha256 for year, known in inputs.published.items()},
            "authorities": inputs.data.authorities_file.sha256,
            "edition": inputs.validated_edition().sha256,
        }

    was, now = digests(old), digests(new)
    return [name for name in was if was[name] != now[name]]


def _replay(
    old: ComposedYear,
    new: ComposedYear,
    differing: Sequence[str],
    reissues: Mapping[str, Reissue],
) -> _Replay:
    """Replaces one factor after another, those that differ."""
    inputs, now = old.inputs, new.inputs
    years = {"": old.figures}
    if not {"decisions", "mapping", "history"}.isdisjoint(differing):
        inputs = replace(inputs, data=replace(inputs.data, decisions=now.data.decisions))
        years["decisions"] = year_figures(inputs)
    if not {"authorities", "mapping"}.isdisjoint(differing):
        inputs = replace(inputs, data=now.data)
        years["authorities"] = year_figures(inputs)
    years["edition"] = new.figures
    return _Replay(
        years,
        _digests(old.letters),
        _reworded(old, new, reissues) if differing else {},
        [_by_file(year) for year in years.values()],
    )


def _digests(letters: Iterable[Letter]) -> dict[str, str]:
    return {letter_file(letter.authority): letter.sha256() for letter in letters}


def _by_file(figures: YearFigures) -> dict[str, AuthorityFigures]:
    return {letter_file(one.authority.name): one for one in figures.authorities}


def _reworded(
    old: ComposedYear, new: ComposedYear, reissues: Mapping[str, Reissue]
) -> Mapping[str, str]:
    """Of letters of the old edition to the authorities as they were, with the figures of today."""
    before, after = old.figures.definitions, new.figures.definitions
    names = {one.name for one in before.statistics} - {one.name for one in after.statistics}
    if names or not set(before.row_counts) <= set(after.row_counts):
        return {}
    now = _by_file(new.figures)
    figures = [
        replace(one, counts=now[file].counts, averages=now[file].averages)
        for file, one in _by_file(old.figures).items()
        if file in now and now[file].authority.name == one.authority.name
    ]
    inputs = replace(
        new.inputs,
        edition=old.inputs.edition,
        own_paragraphs=old.inputs.own_paragraphs,
        example=old.inputs.example,
    )
    try:
        letters = year_letters(
            inputs,
            replace(new.figures, authorities=tuple(figures)),
            reissues=reissues,
            addressees=old.inputs.data.authorities,
        )
    except EditionError:
        return {}
    return _digests(letters)


def _sentences(old: Inputs, new: Inputs) -> Iterator[Difference]:
    from lgo_letters.edition.diff import differences
    from lgo_letters.edition.sentences import sentences

    before, after = (
        list(sentences({name: "\n".join(lines) for name, lines in edition.texts.items()}))
        for edition in (old.validated_edition(), new.validated_edition())
    )
    return differences(before, after)


def _pictures(old: Inputs, new: Inputs) -> Sequence[str]:
    before, after = old.validated_edition(), new.validated_edition()
    return [
        name
        for name in dict.fromkeys([*before.files, *after.files])
        if name not in before.texts.keys() | after.texts.keys()
        and before.files.get(name) != after.files.get(name)
    ]
