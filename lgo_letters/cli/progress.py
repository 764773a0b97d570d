"""What becomes of the letters of a run: shown while it happens, and in one line or object after."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import click

from lgo_letters.run.batch import LetterStatus

from .console import colour

_LOOKS_A_SECOND = 10  # at which a bar is drawn again
_MOST_NAMES_LISTED = 20


class RunSummary:
    """What became of the letters that were asked for, and of others in their folder."""

    def __init__(self, asked: int, folder: Path) -> None:
        self.asked, self._folder = asked, folder
        self._numbers = dict.fromkeys(LetterStatus, 0)
        self._names: dict[LetterStatus, list[str]] = {
            LetterStatus.RESTORED: [],
            LetterStatus.UNLISTED: [],
        }

    def add(self, authority: str, status: LetterStatus) -> None:
        """Counts a letter."""
        self._numbers[status] += 1
        if status in self._names:
            self._names[status].append(authority)

    @property
    def made(self) -> int:
        """Letters that this run has made."""
        return self._numbers[LetterStatus.MADE] + self._numbers[LetterStatus.RESTORED]

    @property
    def unchanged(self) -> int:
        """Letters that were there already, as they would be made."""
        return self._numbers[LetterStatus.UNCHANGED]

    @property
    def done(self) -> int:
        """Letters that are there now."""
        return self.made + self.unchanged

    def sentence(self, seconds: float) -> str:
        """The last line of a run that did all."""
        counted = f"{_letters(self.asked)} ({self.made:,} made, {self.unchanged:,} unchanged)"
        return f"{counted} in {self._folder}, {seconds:.1f} s."

    def stopped(self) -> str:
        """The last line of a run that a person stopped."""
        return (
            f"Stopped; {self.done:,} of {_letters(self.asked)} are in {self._folder}, each whole. "
            "Run the command again to make the rest."
        )

    def fields(self, seconds: float) -> dict[str, Any]:
        """The same for a machine; `failed` counts the letters that are not there as they should."""
        return {
            "letters": self.asked,
            "reused": self.unchanged,
            "made": self.made,
            "failed": self.asked - self.done,
            "seconds": round(seconds, 3),
        }

    def notices(self) -> Iterator[str]:
        """What a person ought to know of letters that are not simply made or left."""
        if restored := self._names[LetterStatus.RESTORED]:
            what = "was" if len(restored) == 1 else "were"
            yield (
                f"Changed since {'it' if len(restored) == 1 else 'they'} {what} made, and now made "
                f"again: {_listed(restored)}."
            )
        if outdated := self._numbers[LetterStatus.OUTDATED]:
            others = "1 other letter" if outdated == 1 else f"{outdated:,} other letters"
            yield (
                f"{others} in {self._folder} would now be different because the data, wording or "
                "version changed; run without --authority to make those again too."
            )
        if unlisted := self._names[LetterStatus.UNLISTED]:
            yield f"Letters of authorities no longer in authorities.csv: {_listed(unlisted)}."


class Progress:
    """Shows on stderr how far a run is: a bar on a terminal, elsewhere a line for each tenth."""

    def __init__(self, summary: RunSummary, *, shown: bool) -> None:
        self._summary, self._shown = summary, shown
        self._tenths = 0
        self._bar: Any = None
        self._begun = self._drawn = time.monotonic()

    def __enter__(self) -> Self:
        is_terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        if self._shown and is_terminal:
            self._bar = click.progressbar(
                length=self._summary.asked,
                label="Letters",
                file=sys.stderr,
                show_pos=True,
                show_eta=False,
                item_show_func=lambda _: self._pace(),
                color=colour(),
            )
            self._bar.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._draw()
            self._bar.__exit__(kind, error, traceback)

    def tell(self, authority: str, status: LetterStatus) -> None:
        """Counts a letter, and shows it where it was made."""
        self._summary.add(authority, status)
        if status not in (LetterStatus.MADE, LetterStatus.RESTORED) or not self._shown:
            return
        now = time.monotonic()
        if self._summary.made == 1:
            self._begun = now
        if self._bar is None:
            self._say_tenths()
        elif now - self._drawn >= 1 / _LOOKS_A_SECOND:
            self._drawn = now
            self._draw()

    def _draw(self) -> None:
        self._bar.update(self._summary.done - self._bar.pos)

    def _pace(self) -> str | None:
        """Letters a second, and the time that the rest will take at that rate."""
        passed = time.monotonic() - self._begun
        if self._summary.made < 2 or passed <= 0:
            return None
        rate = (self._summary.made - 1) / passed
        minutes, seconds = divmod(round((self._summary.asked - self._summary.done) / rate), 60)
        hours, minutes = divmod(minutes, 60)
        left = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
        return f"{rate:,.0f} letters/s, {left} left"

    def _say_tenths(self) -> None:
        done, asked = self._summary.done, self._summary.asked
        if (tenths := done * 10 // asked) > self._tenths:
            self._tenths = tenths
            click.echo(f"{done * 100 // asked} %: {done:,} of {_letters(asked)}", err=True)


def _letters(number: int) -> str:
    return "1 letter" if number == 1 else f"{number:,} letters"


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST_NAMES_LISTED
    listed = ", ".join(names[:_MOST_NAMES_LISTED])
    return f"{listed} and {more:,} more" if more > 0 else listed
