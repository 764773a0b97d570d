r"""Streams that no work depends on: stdin, stdout and stderr may be closed, full or disconnected.

What can no longer be written is dropped, and the run goes on; at the end stdout is asked whether it
took everything. A character that a stream's encoding lacks is escaped as in JSON: \u2019.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import select
import sys
from typing import Any

# Errors of a write that nobody reads any more: a pipe, a terminal or a descriptor is gone.
_GONE = {errno.EPIPE, errno.EIO, errno.EBADF, errno.ENXIO, errno.ECONNRESET}
if sys.platform == "win32":
    _GONE.add(errno.EINVAL)  # a pipe whose reader is gone


class _Lasting(io.RawIOBase):
    """A descriptor to which every write succeeds; once one has failed, the rest is dropped."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.failure: OSError | None = None

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def isatty(self) -> bool:
        return self.failure is None and os.isatty(self._descriptor)

    def write(self, data: Any) -> int:
        while self.failure is None:
            try:
                return os.write(self._descriptor, data)
            except BlockingIOError:  # another process that shares it made it non-blocking
                select.select([], [self._descriptor], [])
            except OSError as error:
                self.failure = error
        return len(data)


def prepare() -> None:
    """Makes the streams of this process safe to write to; to be called once, first of all.

    A closed descriptor is opened on the null device, or the next file would get its number, and
    messages would be written into it.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is this one
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        stream = getattr(sys, name)
        if stream is None or (stream is getattr(sys, f"__{name}__") and not _is_console(stream)):
            setattr(sys, name, _lasting(descriptor, stream))


def _is_console(stream: Any) -> bool:
    """Whether it is a Windows console, which takes characters, not bytes."""
    return sys.platform == "win32" and stream.isatty()


def _lasting(descriptor: int, stream: Any) -> io.TextIOWrapper:
    raw = _Lasting(descriptor)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding="utf-8" if stream is None else stream.encoding,
        errors=_ESCAPED,
        line_buffering=descriptor == 2 or raw.isatty(),
    )


def stdout_failure() -> OSError | None:
    """Why stdout did not take everything; None if it did, or if nobody was reading."""
    sys.stdout.flush()
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    failure = raw.failure if isinstance(raw, _Lasting) else None
    return None if failure is None or failure.errno in _GONE else failure


def _escape(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    pairs = (units[at : at + 2].hex() for at in range(0, len(units), 2))
    return "".join(f"\\u{pair}" for pair in pairs), error.end


_ESCAPED = "lgo-letters.escaped"
codecs.register_error(_ESCAPED, _escape)
