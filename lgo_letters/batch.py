"""Many letters: made in worker processes, each written whole, with the record of the run.

Workers return bytes; only the caller writes. A file appears under its name when it is whole, and
is readable by its owner only, since a letter is confidential until it is published.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import multiprocessing
import os
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import __version__
from .errors import WriteError
from .inputs import Inputs
from .letter import Letter
from .names import file_stem
from .report import authority_fields, statistics_csv
from .statistics import YearFigures
from .typeset import typeset

if TYPE_CHECKING:
    from .signing import Signer

MANIFEST = "manifest.json"
STATISTICS = "statistics.csv"

# A process takes about as long to start as so many letters take to make.
_LETTERS_WORTH_A_PROCESS = 10


@dataclass(frozen=True, slots=True)
class MadeLetter:
    """A letter as a file, and the number of its pages.

    Where it is signed, `unsigned_sha256` is the digest of the letter that the signature follows:
    the same for the same letter, which the signed file is not.
    """

    content: bytes
    pages: int
    unsigned_sha256: str | None = None


def make_letter(letter: Letter, signer: Signer | None = None) -> MadeLetter:
    """Sets a letter, and signs it where there is a signer.

    Raises EditionError where it cannot be set, WriteError where it cannot be signed.
    """
    if signer is None:
        pdf = typeset(letter)
        return MadeLetter(pdf.content, pdf.pages)
    from .signing import sign  # needs the extra that a signer comes from

    pdf = typeset(letter, signature_field=True)
    digest = hashlib.sha256(pdf.content).hexdigest()
    return MadeLetter(sign(pdf.content, signer), pdf.pages, digest)


def letter_file(authority: str) -> str:
    """The name of an authority's letter: bromsgrove-district-council.pdf."""
    return f"{file_stem(authority)}.pdf"


def write_letters(
    letters: Sequence[Letter],
    inputs: Inputs,
    figures: YearFigures,
    folder: Path,
    jobs: int,
    signer: Signer | None = None,
) -> Iterator[Letter]:
    """Writes letters, statistics.csv and manifest.json; yields each letter once it is written.

    The manifest keeps its entries for letters that this run does not make. Raises WriteError
    where a file or the folder cannot be written or a letter cannot be signed, EditionError where
    a letter cannot be set.
    """
    with _writing(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    earlier = _earlier_entries(folder, inputs)
    entries = {
        each.authority.name: earlier.pop(each.authority.name, None) for each in figures.authorities
    }
    by_name = {each.authority.name: each for each in figures.authorities}
    try:
        for letter, made in zip(letters, _make_all(letters, jobs, signer), strict=True):
            name = letter_file(letter.authority)
            write_privately(folder / name, made.content)
            entries[letter.authority] = {
                "authority": letter.authority,
                "file": name,
                "sha256": hashlib.sha256(made.content).hexdigest(),
                "letter_sha256": letter.sha256(),
                **_signature_entry(made),
                "pages": made.pages,
                "figures": authority_fields(by_name[letter.authority]),
            }
            yield letter
    finally:  # a run that is stopped leaves a record of what it wrote
        listed = [entry for entry in (*entries.values(), *earlier.values()) if entry is not None]
        write_privately(folder / STATISTICS, statistics_csv(figures, frozenset(by_name)).encode())
        write_privately(folder / MANIFEST, _manifest(inputs, figures, listed).encode())


def no_longer_listed(folder: Path, inputs: Inputs) -> list[str]:
    """Authorities with a letter from an earlier run in the folder and no row any more."""
    listed = {each.name for each in inputs.data.authorities}
    return [name for name in _earlier_entries(folder, inputs) if name not in listed]


def try_layouts(letters: Iterable[Letter]) -> None:
    """Sets a letter of each body, the one with the longest name among them, and keeps none.

    Raises EditionError where one cannot be set, so that it is known before any is written.
    """
    by_body: dict[Any, Letter] = {}
    for letter in sorted(letters, key=lambda each: len(each.authority)):
        by_body[letter.body] = letter
    for letter in by_body.values():
        typeset(letter)


def _signature_entry(made: MadeLetter) -> dict[str, Any]:
    if made.unsigned_sha256 is None:
        return {"signed": False}
    return {"signed": True, "unsigned_sha256": made.unsigned_sha256}


def write_privately(file: Path, content: bytes) -> None:
    """Writes a file that its owner alone can read, and that is whole whenever it is there.

    Raises WriteError where it cannot be written.
    """
    with _writing(file):
        descriptor, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=file.parent)
        try:
            with os.fdopen(descriptor, "wb") as part:
                part.write(content)
            Path(name).replace(file)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise


@contextlib.contextmanager
def _writing(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what = (error.strerror or str(error)).lower()
        raise WriteError(
            f"{place} cannot be written ({what}); mend that or choose another place with --out."
        ) from error


def _make_all(letters: Sequence[Letter], jobs: int, signer: Signer | None) -> Iterator[MadeLetter]:
    """The letters' files in order, made in up to `jobs` processes where that is worth it."""
    make = partial(make_letter, signer=signer)
    jobs = min(jobs, max(1, len(letters) // _LETTERS_WORTH_A_PROCESS))
    if jobs == 1:
        yield from map(make, letters)
        return
    # "spawn" is the one way to start a process that every system has.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_end_with_the_parent) as pool:
        try:
            yield from pool.map(make, letters, chunksize=4)
        except BrokenProcessPool as error:
            raise WriteError(
                "A worker process ended before its letters were made; run the command again, "
                "with --jobs 1 if it happens again."
            ) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _end_with_the_parent() -> None:
    """Ends this worker when the process that started it is gone, however that ended."""

    def watch() -> None:
        parent = multiprocessing.parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _earlier_entries(folder: Path, inputs: Inputs) -> dict[str, dict[str, Any]]:
    """The manifest's entries by authority, from an earlier run in the same folder.

    Raises WriteError where that run was of another year, or of the example and this is not:
    invented figures must not come to lie among real ones.
    """
    file = folder / MANIFEST
    if not file.exists():
        return {}
    try:
        manifest = json.loads(file.read_bytes())
        year, example = int(manifest["year"]), bool(manifest["example"])
        entries = {str(entry["authority"]): dict(entry) for entry in manifest["letters"]}
    except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise WriteError(
            f"{file} is not a manifest that lgo-letters wrote; move it away, or choose another "
            "folder with --out."
        ) from error
    if (year, example) != (inputs.year, inputs.example):
        what = f"{year}, made from {'the example' if example else 'real data'}"
        raise WriteError(
            f"{folder} holds letters of {what}; move it away, or choose another folder with --out."
        )
    return entries


def _manifest(inputs: Inputs, figures: YearFigures, letters: Sequence[dict[str, Any]]) -> str:
    edition = inputs.sound()
    name = str(edition.year.ending)
    record = {
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
        "letters": list(letters),
    }
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"
