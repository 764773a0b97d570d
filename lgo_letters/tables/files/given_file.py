"""A file that a person names, as it was when it was opened."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from lgo_letters.errors import UsageError


class GivenFile:
    """A file that is there and may be read; a pipe, which is not regular, may be read once.

    Raises UsageError where it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self.reading():
            state = path.stat()
        if stat.S_ISCHR(state.st_mode):
            raise UsageError(f"{path} is a device, not a file; give a CSV file or a workbook.")
        self.is_regular = stat.S_ISREG(state.st_mode)
        self._state = _fingerprint(state)

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """Turns an OSError into a UsageError that names the file."""
        try:
            yield
        except OSError as error:
            raise UsageError(f"{self.path} cannot be read ({error.strerror}).") from error

    def check_unchanged(self) -> None:
        """Raises UsageError where the file is not the one that was opened."""
        with self.reading():
            if self.is_regular and _fingerprint(self.path.stat()) != self._state:
                raise UsageError(f"{self.path} was changed while it was read; run again.")


def _fingerprint(state: os.stat_result) -> tuple[int, ...]:
    return state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns
