"""What becomes of the letters of a run: told while it happens, and in one line or object after."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import click

from lgo_letters.run.batch import Became

from .console import colour

_LOOKS_A_SECOND = 10  # at which a bar is drawn anew
_MOST_NAMES_LISTED = 20


class Tally:
    """What became of the letters that were asked for, and of others in their folder."""

    def __init__(self, asked: int, folder: Path) -> None:
        self.asked, self._folder = asked, folder
        self._numbers = dict.fromkeys(Became, 0)
        self._names: dict[Became, list[str]] = {Became.MENDED: [], Became.UNLISTED: []}

    def add(self, authority: str, became: Became) -> None:
        """Counts a letter."""
        self._numbers[became] += 1
        if became in self._names:
            self._names[became].append(authority)

    @property
    def made(self) -> int:
        """Letters that this run has made."""
        return self._numbers[Became.MADE] + self._numbers[Became.MENDED]

    @property
    def left(self) -> int:
        """Letters that were there already, as they would be made."""
        return self._numbers[Became.LEFT]

    @property
    def done(self) -> int:
        """Letters that are there now."""
        return self.made + self.left

    def sentence(self, seconds: float) -> str:
        """The last line of a run that did all."""
        left = f"{self.left:,} left as {'it was' if self.left == 1 else 'they were'}"
        counted = f"{_letters(self.asked)} ({self.made:,} made, {left})"
        return f"{counted} in {self._folder}, {seconds:.1f} s."

    def stopped(self) -> str:
        """The last line of a run that a person stopped."""
        return (
            f"Stopped; {self.done:,} of {_letters(self.asked)} are in {self._folder}, each whole. "
            "Run the command again to make the rest."
        )

    def json(self, seconds: float) -> str:
        """The same for a machine; `failed` counts the letters that are not there as they should."""
        record: dict[str, Any] = {
            "letters": self.asked,
            "reused": self.left,
            "made": self.made,
            "failed": self.asked - self.done,
            "seconds": round(seconds, 3),
        }
        return json.dumps(record)

    def notices(self) -> Iterator[str]:
        """What a person ought to know of letters that are not simply made or left."""
        if mended := self._names[Became.MENDED]:
            what = "was" if len(mended) == 1 else "were"
            yield (
                f"Changed since {'it' if len(mended) == 1 else 'they'} {what} made, and now made "
                f"anew: {_listed(mended)}."
            )
        if outdated := self._numbers[Became.OUTDATED]:
            others = "1 other letter" if outdated == 1 else f"{outdated:,} other letters"
            yield (
                f"{others} in {self._folder} would come out otherwise now, by other data, wording "
                "or version; run without --authority to make all anew that would."
            )
        if unlisted := self._names[Became.UNLISTED]:
            yield f"Letters of authorities no longer in authorities.csv: {_listed(unlisted)}."


class Progress:
    """Shows on stderr how far a run is: a bar on a terminal, elsewhere a line for each tenth."""

    def __init__(self, tally: Tally, *, shown: bool) -> None:
        self._tally, self._shown = tally, shown
        self._tenths = 0
        self._bar: Any = None
        self._begun = self._drawn = time.monotonic()

    def __enter__(self) -> Self:
        is_terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        if self._shown and is_terminal:
            self._bar = click.progressbar(
                length=self._tally.asked,
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

    def tell(self, authority: str, became: Became) -> None:
        """Counts a letter, and shows it where it was made."""
        self._tally.add(authority, became)
        if became not in (Became.MADE, Became.MENDED) or not self._shown:
            return
        now = time.monotonic()
        if self._tally.made == 1:
            self._begun = now
        if self._bar is None:
            self._say_tenths()
        elif now - self._drawn >= 1 / _LOOKS_A_SECOND:
            self._drawn = now
            self._draw()

    def _draw(self) -> None:
        self._bar.update(self._tally.done - self._bar.pos)

    def _pace(self) -> str | None:
        """Letters a second, and the time that the rest will take at that rate."""
        passed = time.monotonic() - self._begun
        if self._tally.made < 2 or passed <= 0:
            return None
        rate = (self._tally.made - 1) / passed
        minutes, seconds = divmod(round((self._tally.asked - self._tally.done) / rate), 60)
        hours, minutes = divmod(minutes, 60)
        left = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
        return f"{rate:,.0f} letters/s, {left} left"

    def _say_tenths(self) -> None:
        done, asked = self._tally.done, self._tally.asked
        if (tenths := done * 10 // asked) > self._tenths:
            self._tenths = tenths
            click.echo(f"{done * 100 // asked} %: {done:,} of {_letters(asked)}", err=True)


def _letters(number: int) -> str:
    return "1 letter" if number == 1 else f"{number:,} letters"


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST_NAMES_LISTED
    listed = ", ".join(names[:_MOST_NAMES_LISTED])
    return f"{listed} and {more:,} more" if more > 0 else listed
