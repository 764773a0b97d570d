"""What becomes of the letters of a run: shown while it runs, and summarised at the end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lgo_letters.errors import count_of, listed
from lgo_letters.run.batch import LetterStatus

from .console import Bar
from .lists import duration

_SECONDS_BETWEEN_DRAWINGS = 0.1  # of the bar


class RunSummary:
    """What became of the letters that were asked for, and of others in their folder.

    `sheets` is the number of authorities whose sheets were written, None where there are none.
    """

    def __init__(self, asked: int, folder: Path) -> None:
        self.asked, self._folder = asked, folder
        self.sheets: int | None = None
        self._names: dict[LetterStatus, list[str]] = {status: [] for status in LetterStatus}

    def add(self, authority: str, status: LetterStatus) -> None:
        """Counts a letter."""
        self._names[status].append(authority)

    @property
    def made(self) -> int:
        """Letters that this run has made."""
        return len(self._names[LetterStatus.MADE]) + len(self._names[LetterStatus.RESTORED])

    @property
    def unchanged(self) -> int:
        """Letters that were left as they were."""
        return len(self._names[LetterStatus.UNCHANGED]) + len(self._names[LetterStatus.REISSUED])

    @property
    def done(self) -> int:
        """Letters that are now there."""
        return self.made + self.unchanged

    def sentence(self, seconds: float) -> str:
        """The last line of a run that finished."""
        counted = (
            f"{count_of(self.asked, 'letter')} ({self.made:,} made, {self.unchanged:,} unchanged)"
        )
        if self.sheets is not None:
            unchanged = self.asked - self.sheets
            counted += f" with sheets ({self.sheets:,} made, {unchanged:,} unchanged)"
        return f"{counted} in {self._folder}, {seconds:.1f} s."

    def stopped(self) -> str:
        """The last line of a run that was stopped by Ctrl-C."""
        return (
            f"Stopped; {self.done:,} of {count_of(self.asked, 'letter')} are in {self._folder}, "
            "each whole. Run the command again to make the rest."
        )

    def fields(self, seconds: float) -> dict[str, Any]:
        """The same for programs; `failed` counts the letters that were asked for and not made."""
        return {
            "letters": self.asked,
            "reused": self.unchanged,
            "made": self.made,
            "failed": self.asked - self.done,
            **({} if self.sheets is None else {"sheets": self.sheets}),
            "seconds": round(seconds, 3),
        }

    def notices(self) -> Iterator[str]:
        """What a person should know about letters that were not simply made or unchanged."""
        if restored := self._names[LetterStatus.RESTORED]:
            since = "it was" if len(restored) == 1 else "they were"
            yield f"Changed since {since} made, and now made again: {listed(restored)}."
        if outdated := len(self._names[LetterStatus.OUTDATED]):
            yield (
                f"{count_of(outdated, 'other letter')} in {self._folder} would now be different "
                "because the data, wording or version changed; run without --authority to make "
                "those again too."
            )
        if reissued := self._names[LetterStatus.REISSUED]:
            yield f"Reissued after sign-off, and left as they are: {listed(reissued)}."
        if unlisted := self._names[LetterStatus.UNLISTED]:
            yield f"Letters of authorities that no longer get one: {listed(unlisted)}."


class Progress:
    """Counts the letters of a run, and shows how far it is."""

    def __init__(self, summary: RunSummary, *, shown: bool) -> None:
        self._summary, self._shown = summary, shown
        self._bar = Bar(summary.asked, "letter", shown=shown)
        self._started = self._drawn = time.monotonic()

    def close(self) -> None:
        """Draws the bar a last time."""
        if self._bar.is_drawn:
            self._bar.show(self._summary.done, self._pace())
        self._bar.close()

    def tell(self, authority: str, status: LetterStatus) -> None:
        """Counts a letter, and shows it if it was made."""
        self._summary.add(authority, status)
        if status not in (LetterStatus.MADE, LetterStatus.RESTORED) or not self._shown:
            return
        now = time.monotonic()
        if self._summary.made == 1:
            self._started = now
        if not self._bar.is_drawn:
            self._bar.show(self._summary.done)
        elif now - self._drawn >= _SECONDS_BETWEEN_DRAWINGS:
            self._drawn = now
            self._bar.show(self._summary.done, self._pace())

    def _pace(self) -> str:
        """Letters per second, and the time left at that rate."""
        passed = time.monotonic() - self._started
        if self._summary.made < 2 or passed <= 0:
            return ""
        rate = (self._summary.made - 1) / passed
        left = duration((self._summary.asked - self._summary.done) / rate)
        return f"{rate:,.0f} letters/s, {left} left"
