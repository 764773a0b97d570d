"""Files that are whole whenever they are there, and a file that one process holds at a time.

What is written is readable by its owner only, since a letter is confidential until it is published.
What is flushed outlasts a power cut, as far as fsync(2) of the operating system goes.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import itertools
import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lgo_letters.errors import WriteError

_PREFIX, _SUFFIX = ".lgo-letters-", ".part"
_PART = re.compile(rf"\{_PREFIX}[0-9]+-[0-9]+\{_SUFFIX}")
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_FLUSHED_SIDE_BY_SIDE = 8  # files: a disk takes several in the time of one
_numbers = itertools.count()

Identity = tuple[int, int]
"""What a file is under each of its names: its device and its number there."""


@contextlib.contextmanager
def writing(place: Path) -> Iterator[None]:
    """Makes what the operating system refuses a WriteError that names the place."""
    try:
        yield
    except OSError as error:
        what = (error.strerror or str(error)).lower()
        raise WriteError(
            f"{place} cannot be written ({what}); fix that or choose another place with --out."
        ) from error


@contextlib.contextmanager
def part_in(folder: Path, pieces: Iterable[bytes], *, on_disk: bool = False) -> Iterator[Path]:
    """A temporary file of these pieces, to be given its name; removed where it gets none.

    With `on_disk` it is on the disk, and not only in the hands of the operating system.
    """
    descriptor, part = _new_part(folder)
    try:
        try:
            for piece in pieces:
                write_all(descriptor, piece)
            if on_disk:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        yield part
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def _new_part(folder: Path) -> tuple[int, Path]:
    while True:
        part = folder / f"{_PREFIX}{os.getpid()}-{next(_numbers)}{_SUFFIX}"
        with contextlib.suppress(FileExistsError):  # of a dead process with the same number
            return os.open(part, _NEW, 0o600), part


def write_all(descriptor: int, content: bytes) -> None:
    """Writes it to the last byte, where a disk that is nearly full may take a part."""
    while content:
        content = content[os.write(descriptor, content) :]


def write_privately(file: Path, pieces: Iterable[bytes], *, on_disk: bool = False) -> None:
    """Writes a file that its owner alone can read, and that is whole whenever it is there.

    With `on_disk` a power cut cannot take its content any more. Raises WriteError where it cannot
    be written.
    """
    with writing(file), part_in(file.parent, pieces, on_disk=on_disk) as part:
        part.replace(file)


def make_folder(folder: Path) -> None:
    """Makes a folder for its owner alone, where there is none; it is flushed."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for each in missing:
        flush_folder(each.parent)


def flush(files: Iterable[Path]) -> None:
    """Flushes the content of files, those that are gone left out."""
    with ThreadPoolExecutor(_FLUSHED_SIDE_BY_SIDE) as pool:
        for _ in pool.map(_flush, files):
            pass


def _flush(file: Path) -> None:
    # Windows flushes none that is open for reading alone.
    flags = os.O_RDONLY if sys.platform != "win32" else os.O_RDWR
    with contextlib.suppress(FileNotFoundError):
        descriptor = os.open(file, flags)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def flush_folder(folder: Path) -> None:
    """Flushes the names of a folder's files; Windows has no way to, and some file systems."""
    if sys.platform == "win32":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:  # one in which files may be made, but not listed
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
    finally:
        os.close(descriptor)


def identity(file: Path) -> Identity | None:
    """What a file is, through links; None where there is none."""
    try:
        return identity_of(file.stat())
    except OSError:
        return None


def identity_of(status: os.stat_result) -> Identity:
    """What the file with that status is."""
    return status.st_dev, status.st_ino


def is_ordinary(file: Path) -> bool:
    """Whether it is a file itself, and no link, folder, pipe or device."""
    return file.is_file() and not file.is_symlink()


def open_ordinary(file: Path) -> io.FileIO:
    """An ordinary file, to be read; raises OSError where it is a pipe or a device, and never waits.

    A pipe would be waited for, a device never ends.
    """
    descriptor = os.open(
        file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    try:
        _check_ordinary(descriptor)
    except BaseException:
        os.close(descriptor)
        raise
    return io.FileIO(descriptor)


def _check_ordinary(descriptor: int) -> None:
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise OSError(errno.EINVAL, "not an ordinary file")


def sha256_of(file: Path) -> str | None:
    """The digest of an ordinary file; None where there is none that can be read."""
    try:
        with open_ordinary(file) as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return None


def remove_parts(folder: Path) -> None:
    """Removes the temporary files that a process left which was killed."""
    with writing(folder), os.scandir(folder) as files:
        for each in files:
            if _PART.fullmatch(each.name):
                Path(each.path).unlink()


def open_locked(file: Path) -> int | None:
    """A descriptor of the file, made where there is none, that one process has; None if another.

    The lock ends with the process, however that ends. Raises OSError where it cannot be made.
    """
    while True:
        descriptor = _open_privately(file)
        try:
            _lock(descriptor)
            # Another process may have removed it between the opening and the lock.
            if os.path.samestat(os.fstat(descriptor), file.stat()):
                _held.add(descriptor)
                return descriptor
        except FileNotFoundError:
            pass
        except (BlockingIOError, PermissionError):
            os.close(descriptor)
            return None
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _open_privately(file: Path) -> int:
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"):
        flags |= getattr(os, name, 0)
    descriptor = os.open(file, flags, 0o600)
    try:
        _check_ordinary(descriptor)
        if sys.platform != "win32":
            os.fchmod(descriptor, 0o600)  # that of one that lies there already may be another
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def close_locked(descriptor: int, file: Path, *, remove: bool) -> None:
    """Lets go of the file, and removes it where it is done with.

    Elsewhere than on Windows it is removed first, as another process may have a closed one; Windows
    removes none that any process has open.
    """
    _held.discard(descriptor)
    if remove and sys.platform != "win32":
        file.unlink(missing_ok=True)
    os.close(descriptor)
    if remove and sys.platform == "win32":
        with contextlib.suppress(OSError):
            file.unlink()


_held: set[int] = set()


def _let_go() -> None:
    """Keeps a process that this one forks from holding on to a file when this one is gone."""
    for descriptor in _held:
        os.close(descriptor)
    _held.clear()


if sys.platform != "win32":
    os.register_at_fork(after_in_child=_let_go)

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, 2**30, os.SEEK_SET)  # far behind what is read and written
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
