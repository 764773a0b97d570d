"""Files that are whole whenever they exist, and a file that one process at a time has locked.

Only the owner can read what is written, since a letter is confidential until it is published. What
is flushed survives a power cut, as far as fsync(2) of the operating system goes.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import itertools
import os
import re
import shutil
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lgo_letters.errors import WriteError, reason

NOT_OURS = (
    *(OSError, ValueError, TypeError, KeyError, AttributeError),
    *(OverflowError, RecursionError),
)
"""What is raised where a JSON file is read that is not as this program wrote it."""

_PREFIX, _SUFFIX = ".lgo-letters-", ".part"
_PART = re.compile(rf"\{_PREFIX}[0-9]+-[0-9]+\{_SUFFIX}")
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_FLUSHED_AT_ONCE = 8  # files: a disk takes several in the time of one
_numbers = itertools.count()

Identity = tuple[int, int]
"""What is the same for every name of a file: its device and inode."""


@contextlib.contextmanager
def writing(path: Path, option: str = "--out") -> Iterator[None]:
    """Turns an OSError into a WriteError that names the path, and the option that gave it."""
    try:
        yield
    except OSError as error:
        what = reason(error)
        raise WriteError(
            f"{path} cannot be written ({what}); fix that, or choose another path with {option}."
        ) from error


@contextlib.contextmanager
def part_in(folder: Path, content: bytes, *, on_disk: bool = False) -> Iterator[Path]:
    """A temporary file with that content, for the caller to rename; removed on any error.

    With `on_disk` it is flushed.
    """
    descriptor, part = _new_part(folder)
    try:
        try:
            write_all(descriptor, content)
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
        with contextlib.suppress(FileExistsError):  # left by a dead process with the same number
            return os.open(part, _NEW, 0o600), part


def write_all(descriptor: int, content: bytes) -> None:
    """Writes every byte, since a disk that is nearly full may take only a part."""
    while content:
        content = content[os.write(descriptor, content) :]


def write_privately(file: Path, content: bytes, *, on_disk: bool = False) -> None:
    """Writes a file that only its owner can read, and that is whole whenever it exists.

    With `on_disk` it is flushed. Raises WriteError if it cannot be written.
    """
    with writing(file), part_in(file.parent, content, on_disk=on_disk) as part:
        part.replace(file)


def write_folder(folder: Path, contents: Mapping[str, bytes], *, privately: bool = False) -> None:
    """Writes a new folder of files that is whole whenever it exists, and flushes it.

    With `privately` it is for its owner alone. What a killed process has left of it goes. Raises
    WriteError if it cannot be written.
    """
    part = _part_of(folder)
    try:
        shutil.rmtree(part, ignore_errors=True)
        folder.parent.mkdir(0o700 if privately else 0o777, parents=True, exist_ok=True)
        part.mkdir(0o700 if privately else 0o777)
        for name, content in contents.items():
            descriptor = os.open(part / name, _NEW, 0o600 if privately else 0o666)
            try:
                write_all(descriptor, content)
            finally:
                os.close(descriptor)
        flush(part / name for name in contents)
        flush_folder(part)
        part.rename(folder)
        flush_folder(folder.parent)
    except OSError as error:
        what = reason(error)
        message = f"{folder} cannot be written ({what}); fix that, and run the command again."
        raise WriteError(message) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _part_of(folder: Path) -> Path:
    return folder.with_name(f"{_PREFIX}{folder.name}{_SUFFIX}")


_TOGETHER = "together"
"""The hidden folder of the files that are about to replace those of a folder, each by its name."""


def replace_together(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Replaces files of a folder, the last named last; after a crash all are replaced, or none.

    All are new as soon as they are in a folder of their own, from where `finish_replacing` moves
    them. For whoever has locked the folder. Raises WriteError if they cannot be written.
    """
    numbered = {f"{i:06} {name}": content for i, (name, content) in enumerate(contents.items())}
    write_folder(_together(folder), numbered, privately=True)
    finish_replacing(folder)


def finish_replacing(folder: Path) -> None:
    """Goes on from where `replace_together` was stopped, if it was. For who has locked the folder.

    What had not come so far that all were in their own folder goes.
    """
    together = _together(folder)
    with writing(folder):
        if together.is_dir():
            for file in sorted(together.iterdir()):
                file.replace(folder / file.name.partition(" ")[2])
            flush_folder(folder)
            together.rmdir()
        shutil.rmtree(_part_of(together), ignore_errors=True)


def is_replacing(folder: Path) -> bool:
    """Whether files that are to replace those of a folder have not all been moved."""
    return _together(folder).is_dir()


def _together(folder: Path) -> Path:
    return folder / f"{_PREFIX}{_TOGETHER}"


def make_folder(folder: Path, mode: int = 0o700) -> None:
    """Makes a folder, by default for its owner alone, unless it exists, and flushes its name."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(mode=mode, parents=True, exist_ok=True)
    for path in missing:
        flush_folder(path.parent)


def flush(files: Iterable[Path]) -> None:
    """Flushes the content of those files that exist."""
    with ThreadPoolExecutor(_FLUSHED_AT_ONCE) as pool:
        list(pool.map(_flush, files))


def _flush(file: Path) -> None:
    flags = os.O_RDWR if sys.platform == "win32" else os.O_RDONLY  # Windows needs it to flush
    with contextlib.suppress(FileNotFoundError):
        descriptor = os.open(file, flags)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def flush_folder(folder: Path) -> None:
    """Flushes the names of a folder's files, which Windows and some file systems cannot do."""
    if sys.platform == "win32":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:  # files may be made in it, but not listed
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
    finally:
        os.close(descriptor)


def identity(file: Path) -> Identity | None:
    """The identity of a file, links followed; None if there is none."""
    try:
        return identity_of(file.stat())
    except OSError:
        return None


def identity_of(status: os.stat_result) -> Identity:
    """The identity of the file with that status."""
    return status.st_dev, status.st_ino


def is_ordinary(file: Path) -> bool:
    """Whether it is a file, and not a link, folder, pipe or device."""
    return file.is_file() and not file.is_symlink()


def open_ordinary(file: Path) -> io.FileIO:
    """An ordinary file, to be read; raises OSError for a pipe, which would block, or a device."""
    return io.FileIO(_open_ordinary(file, os.O_RDONLY))


def _open_ordinary(file: Path, flags: int) -> int:
    for name in ("O_NONBLOCK", "O_BINARY"):
        flags |= getattr(os, name, 0)
    descriptor = os.open(file, flags, 0o600)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "not an ordinary file")
        if flags & os.O_CREAT and sys.platform != "win32":
            os.fchmod(descriptor, 0o600)  # one that exists may have other permissions
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def sha256_of(file: Path) -> str | None:
    """The digest of an ordinary file; None if there is none that can be read."""
    try:
        with open_ordinary(file) as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return None


def check_digest(file: Path, digest: str, what_to_do: str = "put back what was there") -> None:
    """Raises WriteError where a file is not as it was recorded."""
    if sha256_of(file) != digest:
        raise WriteError(f"{file} is not as it was recorded; {what_to_do}.")


def remove_parts(folder: Path) -> None:
    """Removes the temporary files of processes that were killed."""
    with writing(folder), os.scandir(folder) as files:
        for file in files:
            if _PART.fullmatch(file.name):
                Path(file.path).unlink()


def open_locked(file: Path) -> int | None:
    """A descriptor of the file, made if need be and locked; None if another process has locked it.

    The lock ends with the process, however that ends. Raises OSError if the file cannot be made.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
    while True:
        descriptor = _open_ordinary(file, flags)
        try:
            _lock(descriptor)
            # Another process may have removed it before it was locked.
            if os.path.samestat(os.fstat(descriptor), file.stat()):
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
    """Unlocks the file, and removes it if asked to.

    It is removed while still locked, except on Windows, which removes no file that is open.
    """
    if remove and sys.platform != "win32":
        file.unlink(missing_ok=True)
    os.close(descriptor)
    if remove and sys.platform == "win32":
        with contextlib.suppress(OSError):
            file.unlink()


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, 2**30, os.SEEK_SET)  # far beyond what is read and written
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
