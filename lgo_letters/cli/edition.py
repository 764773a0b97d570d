"""`lgo-letters edition`: the edition of a new year, and what two editions say differently."""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lgo_letters.edition.folder import ACCESSIBILITY, BODY, MARK, SETTINGS, TEXTS, EditionFolder
from lgo_letters.edition.sentences import Sentence, sentences
from lgo_letters.errors import UsageError, count_of, printable
from lgo_letters.run.sources import edition_before, find_edition, here

from .options import DEBUG, FOLDER, JSON, VERSION
from .output import envelope
from .output.console import colour, notice, show

if TYPE_CHECKING:
    from lgo_letters.edition.diff import Difference
    from lgo_letters.edition.new_year import NewEdition

_WIDTH = 100  # characters, where stdout is not a terminal
_SIDE_BY_SIDE = 90  # characters from which on two editions stand beside each other
_GAP = "  "


@click.group
@VERSION
def edition() -> None:
    """Make the edition of a new year from an earlier one, or compare the wording of two."""


@edition.command(short_help="Make the edition of a new year.")
@click.argument("year", type=click.IntRange(2, 9999), callback=envelope.keep_year)
@click.option(
    "--from",
    "source",
    type=FOLDER,
    metavar="DIR",
    help="The edition to start from. Default: that of the year before, in editions here, else the "
    "latest that comes with lgo-letters.",
)
@JSON
@DEBUG
@VERSION
def new(year: int, source: Path | None) -> None:
    """Write editions/YEAR from an earlier edition, and list what a person must confirm and read.

    The year is changed and the dates are moved; no wording is invented, and paragraphs of single
    authorities are left out. What is there already is never replaced.
    """
    from lgo_letters.edition.new_year import new_edition
    from lgo_letters.run.files import write_folder

    source, folder = source or edition_before(year), here(year)
    if os.path.lexists(folder):
        raise UsageError(f"{folder} is there already; edit it, or move it away and run again.")
    made = new_edition(source, year)
    write_folder(folder, made.contents)
    if made.left_out:
        notice(f"Left out, since they are of {made.from_year}: {', '.join(made.left_out)}.")
    show(_new_fields(made, source, folder), _new_lines(made, source, folder))


def _new_fields(made: NewEdition, source: Path, folder: Path) -> dict[str, Any]:
    return {
        "folder": folder,
        "from": source,
        "from_year": made.from_year,
        "to_confirm": [
            {"file": SETTINGS, "line": line, "text": text} for line, text in made.to_confirm.items()
        ],
        "to_read": [{**asdict(sentence), "because_of": words} for sentence, words in made.to_read],
        "left_out": made.left_out,
    }


def _new_lines(made: NewEdition, source: Path, folder: Path) -> Iterator[str]:
    yield f"{folder}, made from the edition of {made.from_year} in {source}."
    yield ""
    yield f'To confirm; then delete the mark "{MARK}" behind it ({len(made.to_confirm)}):'
    for line, text in made.to_confirm.items():
        yield f"{SETTINGS}, line {line}: {text}"
    yield ""
    yield f"To read, as it may be true of {made.from_year} only ({len(made.to_read)}):"
    for sentence, words in made.to_read:
        yield f"{sentence.where} ({', '.join(words)}): {sentence.text}"


@edition.command(short_help="Compare the wording of two editions.")
@click.argument("a")
@click.argument("b")
@JSON
@DEBUG
@VERSION
def diff(a: str, b: str) -> None:
    """Show what the editions A and B say differently, sentence by sentence.

    Each is a folder or a year; a year means editions/YEAR here, else the one that comes with
    lgo-letters. Comments and pictures are not compared.
    """
    import shutil  # which loads what unpacks archives

    from lgo_letters.edition.diff import differences

    before, after = _folder(a), _folder(b)
    found = list(differences(_read(before), _read(after)))
    fields = [_difference_fields(one) for one in found]
    envelope.keep_fields({"a": before, "b": after, "differences": fields})
    if not envelope.is_wanted(click.get_current_context()):
        width = shutil.get_terminal_size((_WIDTH, 0)).columns
        click.echo("\n".join(_difference_lines(found, before, after, width)), color=colour())


def _folder(text: str) -> Path:
    return find_edition(int(text)) if re.fullmatch("[0-9]{1,4}", text) else Path(text)


def _read(folder: Path) -> Sequence[Sentence]:
    """The sentences of an edition; what cannot be read is a notice and no more."""
    files = EditionFolder(folder)
    names = (*TEXTS, ACCESSIBILITY)
    there = [name for name in names if name in (BODY, SETTINGS) or files.has(name)]
    texts = {name: files.text(name) or "" for name in (*there, *files.own_files())}
    notice(*(f"{folder}: {problem}" for problem in files.problems))
    return list(sentences(texts))


def _difference_fields(difference: Difference) -> dict[str, Any]:
    before, after = difference.before, difference.after
    return {
        "kind": difference.kind,
        "a": before and asdict(before),
        "b": after and asdict(after),
    }


def _difference_lines(
    found: Sequence[Difference], before: Path, after: Path, width: int
) -> Iterator[str]:
    yield click.style(f"A: {printable(str(before))}", fg="red")
    yield click.style(f"B: {printable(str(after))}", fg="green")
    yield ""
    for difference in found:
        remark = ", moved" if difference.kind == "moved" else ""
        yield from _beside(_cell(difference.before), _cell(difference.after, remark), width)
        yield ""
    yield count_of(len(found), "difference") if found else "No differences"


def _cell(sentence: Sentence | None, remark: str = "") -> list[str]:
    return [] if sentence is None else [f"{sentence.where}{remark}", sentence.text]


def _beside(left: Sequence[str], right: Sequence[str], width: int) -> Iterator[str]:
    """The texts of both editions side by side where there is room, else one below the other."""
    is_wide = width >= _SIDE_BY_SIDE
    column = (width - len(_GAP)) // 2 if is_wide else max(width - len(_GAP), 20)
    old, new = (
        [line for text in texts for line in textwrap.wrap(printable(text), column)]
        for texts in (left, right)
    )
    if is_wide:
        for before, after in zip_longest(old, new, fillvalue=""):
            gap = " " * (column - len(before)) + _GAP if after else ""
            yield f"{click.style(before, fg='red')}{gap}{click.style(after, fg='green')}"
    else:
        yield from (click.style(f"- {line}", fg="red") for line in old)
        yield from (click.style(f"+ {line}", fg="green") for line in new)
