"""A folder that is replaced as a whole: the old one stays until the new one is ready."""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lgo_letters.errors import WriteError, listed
from lgo_letters.run.files import (
    NOT_OURS,
    close_locked,
    flush,
    flush_folder,
    make_folder,
    open_locked,
    open_ordinary,
    sha256_of,
    writing,
)

RECORD = "site.json"
"""What a site's folder says of itself: the years, and the digest of every file."""

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # of Linux
_RENAME_SWAP = 2  # of macOS


@contextlib.contextmanager
def new_site(out: Path, about: Mapping[str, object], *, public: bool = False) -> Iterator[Path]:
    """An empty folder to fill, which then takes the place of `out` with a record of its files.

    `about` is what the record says of the site, which is for its owner alone unless `public`.
    Raises WriteError, with `out` unchanged, if it is not a site of ours, if it holds a file that
    would be lost, if another run is writing it, or if it cannot be written.
    """
    out = Path(os.path.abspath(out))  # noqa: PTH100  # a link at its end is not followed
    part = out.with_name(f".lgo-letters-{out.name}.part")
    option = "--to" if public else "--out"
    with writing(out, option):
        make_folder(out.parent, 0o755 if public else 0o700)
    _refuse_what_would_be_lost(out, option)
    with _locked(out, option), writing(out, option):
        shutil.rmtree(part, ignore_errors=True)
        try:
            part.mkdir(mode=0o700)
            yield part
            files = sorted(files_in(part))
            digests = {name: sha256_of(part / name) for name in files}
            text = json.dumps({**about, "files": digests}, ensure_ascii=False, indent=1)
            write_file(part / RECORD, f"{text}\n".encode())
            if public:
                _let_everybody_read(part)
            _flush(part, [*files, RECORD])
            _replace(part, out)
            flush_folder(out.parent)
        finally:
            shutil.rmtree(part, ignore_errors=True)


def write_file(file: Path, content: bytes) -> None:
    """Writes a new file for its owner alone, with its folders."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)


def read_record(site: Path) -> dict[str, Any]:
    """What a site says of itself; raises one of NOT_OURS where that is not as it was written."""
    with open_ordinary(site / RECORD) as opened:
        return dict(json.loads(opened.read()))


def files_in(folder: Path) -> Iterator[str]:
    """The paths within it of everything that is not a folder, with slashes."""
    for root, folders, names in os.walk(folder):
        links = [name for name in folders if (Path(root) / name).is_symlink()]
        for name in (*names, *links):
            yield (Path(root) / name).relative_to(folder).as_posix()


def _refuse_what_would_be_lost(out: Path, option: str) -> None:
    if not os.path.lexists(out):
        return
    other = f"{out} is not a site that lgo-letters wrote; choose another folder with {option}."
    if out.is_symlink() or not out.is_dir():
        raise WriteError(other)
    there = {*files_in(out)}
    if not there:
        return
    try:
        known = {*read_record(out)["files"], RECORD}
    except NOT_OURS as error:
        raise WriteError(other) from error
    if lost := sorted(there - known):
        raise WriteError(
            f"{out / listed(lost, 1)} would be lost, as lgo-letters did not write it; move it "
            f"away, or choose another folder with {option}."
        )


@contextlib.contextmanager
def _locked(out: Path, option: str) -> Iterator[None]:
    """Holds the lock of a site's folder, a file beside it, which is gone afterwards."""
    file = out.with_name(f".lgo-letters-{out.name}.lock")
    with writing(out, option):
        descriptor = open_locked(file)
    if descriptor is None:
        raise WriteError(f"Another run is writing {out}; wait for it, or choose another {option}.")
    try:
        yield
    finally:
        close_locked(descriptor, file, remove=True)


def _let_everybody_read(folder: Path) -> None:
    """The folder itself comes last, so that nobody looks into it before."""
    for root, _, names in os.walk(folder, topdown=False):
        for name in names:
            (Path(root) / name).chmod(0o644)
        Path(root).chmod(0o755)


def _flush(folder: Path, files: list[str]) -> None:
    flush(folder / name for name in files)
    for root, _, _ in os.walk(folder):
        flush_folder(Path(root))


def _replace(new: Path, old: Path) -> None:
    """Puts one folder in the place of another, at once where the system can; `new` may stay."""
    if not os.path.lexists(old):
        new.rename(old)
    elif not _exchange(new, old):
        aside = old.with_name(f".lgo-letters-{old.name}.old")
        shutil.rmtree(aside, ignore_errors=True)
        old.rename(aside)
        try:
            new.rename(old)
        except OSError:
            aside.rename(old)
            raise
        shutil.rmtree(aside, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Exchanges two folders in one step; False where the system or the disk cannot."""
    paths = os.fsencode(one), os.fsencode(other)
    try:
        library = ctypes.CDLL(None)
        if sys.platform == "linux":
            failed = library.renameat2(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _RENAME_EXCHANGE)
        elif sys.platform == "darwin":
            failed = library.renamex_np(*paths, _RENAME_SWAP)
        else:
            return False
    except (AttributeError, OSError, TypeError):
        return False
    return not failed
