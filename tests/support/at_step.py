"""Runs the program, and sends it a signal at one step of what it does to the files of a folder.

python -m tests.support.at_step STEP SIGNAL FOLDER generate …; says in the end how many
steps there were, and where there was a signal, at which moment it was sent.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import Any

from lgo_letters.cli.main import main


class AtStep:
    """Counts opening, naming and removing of files in the folder, and writing to the journal."""

    def __init__(self, step: int, number: int, folder: str) -> None:
        self.counted = 0
        self._step, self._number, self._folder = step, number, folder
        self._write = os.write

    def look(self, event: str, arguments: tuple[Any, ...]) -> None:
        """The audit hook."""
        if event.startswith(("open", "os.")) and self._folder in str(arguments[:2]):
            self._count()

    def write(self, descriptor: int, content: bytes) -> int:
        """Replaces os.write, which others use too."""
        if bytes(content[:2]) != b'{"':
            return self._write(descriptor, content)
        self._count()
        written = self._write(descriptor, content)
        self._count()
        return written

    def _count(self) -> None:
        self.counted += 1
        if self.counted != self._step:
            return
        print(time.monotonic(), file=sys.stderr, flush=True)
        if self._number == signal.SIGINT:
            os.killpg(0, self._number)  # as a terminal does: the workers get it too
        else:
            os.kill(os.getpid(), self._number)


if __name__ == "__main__":
    at_step = AtStep(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
    del sys.argv[1:4]
    sys.addaudithook(at_step.look)
    os.write = at_step.write  # type: ignore[assignment]  # for bytes, as the journal writes
    try:
        main()
    finally:
        print(at_step.counted, file=sys.stderr)
