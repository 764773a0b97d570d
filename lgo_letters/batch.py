"""Many letters: those to be made are found, made in worker processes and written one by one.

Workers return bytes; only the caller writes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from . import __version__
from .inputs import Inputs
from .lazy import Lazy
from .letter import Letter
from .names import file_stem
from .press import MadeLetter, Order, make_letters
from .record import Entry, Plan, Record, open_record
from .report import authority_fields, statistics_csv
from .statistics import AuthorityFigures, YearFigures
from .workers import Workers, each_done

if TYPE_CHECKING:
    from .signing import Signer

# Letters that go to a worker at once: what they share, such as the signature, goes once.
_MOST_LETTERS_AT_ONCE = 16
_SORTED_AT_ONCE = 500  # letters: they stay composed
_LEAST_PARTS_FOR_A_WORKER = 4  # so that all have done at about the same time


@dataclass(frozen=True, slots=True)
class Way:
    """How letters are made: by whom, and signed by whom, with the key in which file.

    With `force`, letters that are there are made again; with `unsigned`, signed ones may be.
    """

    workers: Workers
    signer: Signer | None = None
    force: bool = False
    unsigned: bool = False
    key_file: Path | None = None


class Became(Enum):
    """What became of an authority's letter."""

    MADE = "made"
    MENDED = "made anew, as its file was not as it had been made"
    LEFT = "left as it was: it is what would be made"
    OUTDATED = "not asked for, and not what would be made"
    UNLISTED = "of an authority that is in the list no more"


def letter_file(authority: str) -> str:
    """The name of an authority's letter: bromsgrove-district-council.pdf."""
    return f"{file_stem(authority)}.pdf"


def write_letters(
    letters: Sequence[Letter],
    chosen: Collection[int],
    inputs: Inputs,
    figures: YearFigures,
    folder: Path,
    way: Way,
    tell: Callable[[str, Became], None],
) -> None:
    """Writes the letters of the chosen authorities, statistics.csv and manifest.json.

    A letter that is there as it would be made is left. `letters` are all authorities', `chosen` the
    places of some among them; `tell` is told what became of each. Raises WriteError where a file or
    the folder cannot be written or a letter cannot be signed, EditionError where a letter cannot be
    set; what is written by then is whole and recorded, and the next run goes on from there. Raises
    WriteError or UsageError, with nothing written, where something is there that must not be
    replaced.
    """
    authorities = figures.authorities
    signature = _signature(way.signer)
    plan = Plan(
        about=_about(inputs, figures),
        statistics=partial(statistics_csv, figures, range(len(authorities))),
        files=_Files(authorities),
        chosen=chosen,
        inputs=[*inputs.files, *([] if way.key_file is None else [way.key_file])],
        may_replace_signed=way.unsigned or way.signer is not None,
    )
    with open_record(folder, plan) as record:
        for entry in record.others():
            if record.sha256(entry["file"]) is None:
                record.forget(entry["file"])
            else:
                tell(entry["authority"], Became.UNLISTED)
        wanted = _Wanted(authorities, chosen, signature, way.force)
        tasks = _to_make(_by_kind(letters), wanted, record, tell)
        for task, made in _all_made(tasks, len(chosen), way):
            entry = _entry(task, made, authorities[task.place], signature)
            record.write(task.place, entry, made.content)
            tell(entry["authority"], task.became)


class _Files(Lazy[str]):
    """The names of the authorities' letters."""

    def __init__(self, authorities: Sequence[AuthorityFigures]) -> None:
        self._authorities = authorities

    def __len__(self) -> int:
        return len(self._authorities)

    def make(self, place: int) -> str:
        return letter_file(self._authorities[place].authority.name)


@dataclass(frozen=True, slots=True)
class _Task:
    """A letter to be made, its authority's place, and what it will have become."""

    place: int
    order: Order
    became: Became


def _by_kind(letters: Sequence[Letter]) -> Iterator[tuple[int, Letter]]:
    """All letters with their places, those that are set alike together.

    Few are sorted at a time, as there may be very many. Of a kind each process sets the first
    slowly; letters of few full panels are of the most kinds, and therefore go first.
    """
    for first in range(0, len(letters), _SORTED_AT_ONCE):
        some = letters[first : first + _SORTED_AT_ONCE]
        yield from sorted(enumerate(some, start=first), key=_kind)
        del some  # before others are composed


def _kind(placed: tuple[int, Letter]) -> tuple[int, Sequence[bool], int]:
    _, letter = placed
    full = [panel.chart.rate is not None for panel in letter.panels]
    return sum(full), full, id(letter.body)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be there: letters of the chosen authorities, signed in that way, or all made."""

    authorities: Sequence[AuthorityFigures]
    chosen: Collection[int]
    signature: Entry
    force: bool


def _to_make(
    letters: Iterable[tuple[int, Letter]],
    wanted: _Wanted,
    record: Record,
    tell: Callable[[str, Became], None],
) -> Iterator[_Task]:
    """The letters that are not there as they would be made; of the others it tells.

    Of one that is left, the figures are recorded as they are now: what is counted of an authority
    does not all stand in its letter.
    """
    for place, letter in letters:
        name, digest = letter.authority, letter.sha256()
        entry = record.entry(letter_file(name))
        if place not in wanted.chosen:
            is_lost = letter_file(name) in record.lost
            if entry is not None and (is_lost or entry.get("letter_sha256") != digest):
                tell(name, Became.OUTDATED)
            continue
        becomes = _becomes(letter_file(name), entry, digest, wanted, record)
        if becomes is not Became.LEFT or entry is None:
            yield _Task(place, Order(letter, digest), becomes)
            continue
        now = entry | {"figures": authority_fields(wanted.authorities[place])}
        if now != entry:
            record.note(place, now)
        tell(name, Became.LEFT)


def _becomes(
    file: str, entry: Entry | None, digest: str, wanted: _Wanted, record: Record
) -> Became:
    """What becomes of a letter that was asked for and has that digest."""
    if wanted.force:
        return Became.MADE
    if entry is None:
        return Became.MENDED if file in record.lost else Became.MADE
    there = record.sha256(file)
    if there is not None and there != entry["sha256"]:
        return Became.MENDED
    as_wanted = entry | wanted.signature | {"letter_sha256": digest} == entry
    return Became.LEFT if there is not None and as_wanted else Became.MADE


def _all_made(tasks: Iterator[_Task], number: int, way: Way) -> Iterator[tuple[_Task, MadeLetter]]:
    """Each letter of so many at most, as it is done."""
    size = number // (way.workers.number * _LEAST_PARTS_FOR_A_WORKER)
    size = max(1, min(size, _MOST_LETTERS_AT_ONCE))
    make = partial(make_letters, signer=way.signer)
    for part, made in each_done(way.workers, make, _parts(tasks, size)):
        yield from zip(part, made, strict=True)
        del part, made  # before others are waited for


def _parts(tasks: Iterator[_Task], size: int) -> Iterator[tuple[Sequence[_Task], Sequence[Order]]]:
    """Parts of the letters: what is kept of each here, and what goes to a worker."""
    while part := list(islice(tasks, size)):
        yield part, [task.order for task in part]


def _entry(task: _Task, made: MadeLetter, figures: AuthorityFigures, signature: Entry) -> Entry:
    unsigned = {"unsigned_sha256": made.unsigned_sha256} if signature["signed"] else {}
    return {
        "authority": task.order.letter.authority,
        "file": letter_file(task.order.letter.authority),
        "sha256": made.sha256,
        "letter_sha256": task.order.sha256,
        **signature,
        **unsigned,
        "pages": made.pages,
        "figures": authority_fields(figures),
    }


def _signature(signer: Signer | None) -> Entry:
    """What decides how a letter is signed."""
    if signer is None:
        return {"signed": False}
    return {
        "signed": True,
        "certificate_sha256": signer.certificate_sha256(),
        "timestamp": signer.timestamp_url is not None,
        "revocation": signer.revocation,
    }


def _about(inputs: Inputs, figures: YearFigures) -> Entry:
    """What the manifest says beside the letters."""
    edition = inputs.sound()
    name = str(edition.year.ending)
    return {
        "lgo_letters": __version__,
        "year": edition.year.ending,
        "edition": name,
        "average": figures.method.value,
        "example": inputs.example,
        "inputs": {
            "decisions": asdict(inputs.data.decisions_file),
            "authorities": asdict(inputs.data.authorities_file),
            "edition": {"file": name, "sha256": edition.sha256, "files": edition.files},
        },
    }
