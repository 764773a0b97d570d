"""The record of a run: what made the letters of a folder, kept beside them.

    record/DIGEST/record.json    the inputs' names and digests, the year, and versions
    record/DIGEST/inputs.zip     the inputs as they were read, by those names

DIGEST is the SHA-256 of record.json, and so of all that determines the letters. A record is as
confidential as they are.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import re
import shutil
import struct
import sys
import tempfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lgo_letters import __version__
from lgo_letters.errors import UsageError, WriteError
from lgo_letters.tables.data import MAPPING_FILE
from lgo_letters.tables.files.records import split_sheet
from lgo_letters.tables.history import history_files

from .files import NOT_OURS, make_folder, open_ordinary, write_folder, writing
from .journal import is_plain
from .sources import Sources

if TYPE_CHECKING:
    from zipfile import ZipFile

    from .inputs import Inputs

RECORDS = "record"
_DESCRIPTION, _INPUTS = "record.json", "inputs.zip"
_LIBRARIES = ("reportlab", "pillow", "jinja2", "markdown-it-py")
"""What decides the bytes of a letter beside the program; Python and its zlib do too."""
_OURS = re.compile(r"[0-9a-f]{64}|\.lgo-letters-[0-9a-f]{64}\.part")
_LARGEST_DESCRIPTION = 1_000_000  # bytes
_LARGEST = 1 << 30  # bytes of all inputs: five times those of two million decisions
_PIECE = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class ArchivedRun:
    """What made some letters: inputs, unpacked while the record is open, and versions by name."""

    year: int
    sources: Sources
    versions: Mapping[str, str]


def versions() -> dict[str, str]:
    """The versions that are installed of all that decides the bytes of a letter."""
    return {
        "lgo-letters": __version__,
        "Python": ".".join(map(str, sys.version_info[:3])),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        **_libraries(),
    }


@cache  # a run names its record more than once
def _libraries() -> Mapping[str, str]:
    from importlib.metadata import version

    return {name: version(name) for name in _LIBRARIES}


# ---- kept


def digest(inputs: Inputs) -> str:
    """What the record of a run with these inputs is called."""
    return _sha256(_description(inputs))


def store(inputs: Inputs, folder: Path) -> str:
    """Keeps the record beside the letters in a folder, unless it is there and whole; its digest.

    Raises WriteError if it cannot be written, or if an input is no longer as it was read.
    """
    description = _description(inputs)
    name = _sha256(description)
    place = folder / RECORDS / name
    if not _is_whole(folder, name):
        contents = {_DESCRIPTION: description, _INPUTS: _packed(inputs)}
        with writing(place.parent):
            make_folder(place.parent)
        shutil.rmtree(place, ignore_errors=True)
        write_folder(place, contents, privately=True)
    return name


def keep_only(folder: Path, names: Collection[str]) -> None:
    """Removes every other record, as far as it can be removed."""
    records = folder / RECORDS
    with contextlib.suppress(OSError):
        for record in list(records.iterdir()):
            if _OURS.fullmatch(record.name) and record.name not in names:
                shutil.rmtree(record, ignore_errors=True)
        records.rmdir()  # which fails unless it is empty


def _is_whole(folder: Path, name: str) -> bool:
    try:
        check(folder, name)
    except UsageError:
        return False
    return True


def _inputs(inputs: Inputs) -> dict[str, tuple[Path, str]]:
    """Each file that was read, and its digest, by its name in the record."""
    sources, data = inputs.sources, inputs.data
    decisions, authorities = (
        split_sheet(table)[0] for table in (sources.decisions, sources.authorities)
    )
    files = {
        f"decisions/{decisions.name}": (decisions, data.decisions_file.sha256),
        f"authorities/{authorities.name}": (authorities, data.authorities_file.sha256),
    }
    if sources.mapping is not None:
        files[MAPPING_FILE] = Path(MAPPING_FILE), sources.mapping.sha256
    history = history_files(sources.history, inputs.year)
    for year, published in inputs.published.items():
        files[f"decisions/history/{history[year].name}"] = (
            history[year],
            published.report.file.sha256,
        )
    for name, sha256 in inputs.validated_edition().files.items():
        files[f"edition/{name}"] = sources.edition / name, sha256
    return files


def _description(inputs: Inputs) -> bytes:
    """What record.json says."""
    described = {
        "versions": versions(),
        "year": inputs.year,
        "decisions": inputs.sources.decisions.name,
        "authorities": inputs.sources.authorities.name,
        "files": {name: sha256 for name, (_, sha256) in _inputs(inputs).items()},
    }
    return f"{json.dumps(described, indent=1, sort_keys=True)}\n".encode()


def _packed(inputs: Inputs) -> bytes:
    """The inputs as they were read; raises WriteError if one is not."""
    from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

    read_once = {_sha256(content): content for content in inputs.data.read_once}
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        for name, (file, sha256) in _inputs(inputs).items():
            try:
                content = read_once[sha256] if sha256 in read_once else file.read_bytes()
            except OSError as error:
                raise _changed(file) from error
            if _sha256(content) != sha256:
                raise _changed(file)
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED, 1)  # of no particular time
    return packed.getvalue()


def _changed(file: Path) -> WriteError:
    return WriteError(f"{file} was changed while this run was reading it; run the command again.")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


# ---- opened again


def check(folder: Path, name: str) -> None:
    """Raises UsageError where a record is not there, or not as it was written."""
    with _unpacked(folder, name):
        pass


@contextlib.contextmanager
def opened(folder: Path, name: str) -> Iterator[ArchivedRun]:
    """The record of that name beside the letters in a folder; its inputs are for their owner alone.

    Raises UsageError where it is not there, or not as it was written.
    """
    with _unpacked(folder, name) as (described, into):
        mapping = None
        if MAPPING_FILE in described["files"]:
            from lgo_letters.tables.export import read_mapping

            mapping = read_mapping(into / MAPPING_FILE)
        decisions, authorities = (
            into / table / described[table] for table in ("decisions", "authorities")
        )
        sources = Sources(decisions, authorities, into / "edition", mapping)
        yield ArchivedRun(described["year"], sources, described["versions"])


@contextlib.contextmanager
def _unpacked(folder: Path, name: str) -> Iterator[tuple[dict[str, Any], Path]]:
    """What record.json says, and the folder in which the inputs are, each as it says."""
    from zipfile import BadZipFile, ZipFile

    place = folder / RECORDS / name
    with tempfile.TemporaryDirectory(prefix="lgo-letters-") as temporary:
        try:
            with open_ordinary(place / _DESCRIPTION) as file:
                description = file.read(_LARGEST_DESCRIPTION)
            described = _parsed(description, name)
            with open_ordinary(place / _INPUTS) as file, ZipFile(file) as archive:
                _unpack(archive, described["files"], Path(temporary))
        except FileNotFoundError as error:
            raise UsageError(f"{place} is not there, or not whole; {_RESTORE}") from error
        except (*_NOT_OURS, BadZipFile) as error:
            raise UsageError(f"{place} is not as lgo-letters wrote it; {_RESTORE}") from error
        yield described, Path(temporary)


_RESTORE = "put the whole folder back from a copy."
_NOT_OURS = (
    *NOT_OURS,
    *(EOFError, RuntimeError, zlib.error, struct.error),  # of a ZIP file that is damaged, or locked
)


def _parsed(description: bytes, name: str) -> dict[str, Any]:
    """What record.json says, which is of the right shape; raises an error of _NOT_OURS else."""
    described = json.loads(description)
    texts = [*described["versions"].items(), *described["files"].items()]
    for table in ("decisions", "authorities"):
        file = split_sheet(Path(described[table]))[0]
        if not is_plain(described[table]) or f"{table}/{file.name}" not in described["files"]:
            raise ValueError("a table is not among the files")
    is_right = all(isinstance(text, str) for pair in texts for text in pair)
    is_right = is_right and type(described["year"]) is int and 2 <= described["year"] <= 9999
    if _sha256(description) != name or not is_right:
        raise ValueError("it is not what it was")
    return dict(described)


def _unpack(archive: ZipFile, files: Mapping[str, str], into: Path) -> None:
    """Unpacks these files, and no other; raises an error of _NOT_OURS where one is not as it was.

    It needs little memory, whatever they are.
    """
    if sorted(archive.namelist()) != sorted(files):
        raise ValueError("other files are in it")
    if sum(archive.getinfo(name).file_size for name in files) > _LARGEST:
        raise ValueError("it is too large")
    for name, sha256 in files.items():
        file = into / name
        if not file.resolve().is_relative_to(into.resolve()):
            raise ValueError("a file leads elsewhere")
        file.parent.mkdir(parents=True, exist_ok=True)
        found = hashlib.sha256()
        with archive.open(name) as member, file.open("xb") as unpacked:
            while piece := member.read(_PIECE):
                found.update(piece)
                unpacked.write(piece)
        if found.hexdigest() != sha256:
            raise ValueError("a file has changed")
