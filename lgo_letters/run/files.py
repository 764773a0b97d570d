"""Files that are whole whenever they are there, and a file that one process holds at a time.

What is written is readable by its owner only, since a letter is confidential until it is published.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from lgo_letters.errors import WriteError

_PREFIX, _SUFFIX = ".lgo-letters-", ".part"
_PART = re.compile(rf"\{_PREFIX}[0-9]+-[0-9]+\{_SUFFIX}")
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_numbers = itertools.count()


@contextlib.contextmanager
def writing(place: Path) -> Iterator[None]:
    """Makes what the operating system refuses a WriteError that names the place."""
    try:
        yield
    except OSError as error:
        what = (error.strerror or str(error)).lower()
        raise WriteError(
            f"{place} cannot be written ({what}); mend that or choose another place with --out."
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
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    while True:
        descriptor = os.open(file, flags, 0o600)
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
