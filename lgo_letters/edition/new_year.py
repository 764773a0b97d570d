"""The edition of a new year, made from that of an earlier one; it invents no wording."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date
from itertools import takewhile
from pathlib import Path
from typing import Any

from lgo_letters.errors import EditionError, UsageError
from lgo_letters.toml_lines import Path as SettingPath
from lgo_letters.toml_lines import read_toml
from lgo_letters.year import format_date

from .accessibility import read_statement
from .folder import ACCESSIBILITY, MARK, SETTINGS, TEXTS, unconfirmed
from .read import OpenEdition, year_of
from .sentences import Sentence, is_wording, of_a_year, sentences
from .settings import Settings

_KEY = "average of similar authorities"
_PANELS_HEADING = "{{ authority }}: {{ year_start }} to {{ year_end }}"
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class NewEdition:
    """The files of a new edition by name, and what a person must see to.

    `to_confirm` has the marked lines of edition.toml by number; `to_read` the sentences that may be
    true of the earlier year only, each with the words that say so; `left_out` the own paragraphs.
    """

    from_year: int
    contents: Mapping[str, bytes]
    to_confirm: Mapping[int, str]
    to_read: Sequence[tuple[Sentence, Sequence[str]]]
    left_out: Sequence[str]


def new_edition(folder: Path, year: int) -> NewEdition:
    """The edition of `year`, made from the one in `folder`.

    Raises EditionError where that one has a problem, UsageError where it is not of an earlier year.
    """
    opened = OpenEdition(folder, year_of(folder) or year - 1)
    edition = opened.read_wording()
    if edition is None:
        raise EditionError(opened.problems)
    settings = edition.settings
    if settings.year >= year:
        raise UsageError(
            f"{folder} is the edition of {settings.year}; give one of a year before {year} with "
            "--from."
        )
    left_out = [own.file for own in edition.own_paragraphs]
    contents = {
        name: (folder / name).read_bytes() for name in edition.files if name not in left_out
    }
    if read_statement(folder, settings) is not None:
        contents[ACCESSIBILITY] = (folder / ACCESSIBILITY).read_bytes()
    names = [name for name in (*TEXTS, ACCESSIBILITY) if name in contents]
    texts = {name: contents[name].decode("utf-8-sig") for name in names}
    texts[SETTINGS] = _moved_on(texts[SETTINGS], settings, year)
    has_mark = contents[SETTINGS].startswith(b"\xef\xbb\xbf")  # put in by Notepad
    contents[SETTINGS] = texts[SETTINGS].encode("utf-8-sig" if has_mark else "utf-8")
    to_confirm = unconfirmed(texts[SETTINGS].split("\n"))
    known = f"{settings.document.author} {settings.letter.heading}"
    to_read = [
        (sentence, words)
        for sentence in sentences(texts)
        if not (sentence.file == SETTINGS and sentence.line in to_confirm)
        and is_wording(sentence)
        and (words := of_a_year(sentence.text, known))
    ]
    return NewEdition(settings.year, contents, to_confirm, to_read, left_out)


# ---- the changes to edition.toml


@dataclass(frozen=True, slots=True)
class _Change:
    """What a setting is to say; where it is new, behind which; and why it has to be confirmed."""

    path: SettingPath
    value: int | str | date
    why: str = ""
    behind: str = ""


def _changes(settings: Settings, year: int) -> Iterator[_Change]:
    yield _Change(("year",), year)
    for name in ("date", "publication"):
        day = getattr(settings.letter, name)
        yield _Change(("letter", name), *_moved(day, year - settings.year))
    for table, name in (("release", "at"), ("dispatch", "not_before")):
        if (day := getattr(getattr(settings, table), name)) is not None:
            yield _Change((table, name), *_moved(day, year - settings.year))
    if not settings.document.language.startswith("en"):
        return
    if settings.letter.panels_heading is None:
        above = "stands above the panels"
        yield _Change(("letter", "panels_heading"), _PANELS_HEADING, above, "heading")
    for index, panel in enumerate(settings.panels):
        if panel.chart != "none" and "key" not in panel.model_fields_set:
            beside = "stands beside the mark of the average"
            yield _Change(("panels", index, "key"), _KEY, beside, "chart")


def _moved(day: date, years: int) -> tuple[date, str]:
    """The same day so many years later, or 28 February for the 29th; and what it is."""
    year, was = min(day.year + years, MAXYEAR), ""
    try:
        moved = day.replace(year=year)
    except ValueError:
        moved, was = day.replace(year=year, day=28), f"was {format_date(day)}, now "
    weekend = ", so choose a working day" if moved.weekday() >= 5 else ""
    return moved, f"{was}a {_WEEKDAYS[moved.weekday()]}{weekend}"


def _moved_on(text: str, settings: Settings, year: int) -> str:
    """edition.toml with the changes made, and everything else left as it stands."""
    rows = text.split("\n")
    top = [*takewhile(lambda row: re.match(r"\s*(#|year\b|$)", row), rows)]
    for index, row in enumerate(top):  # its comments say of which year the edition is
        rows[index] = re.sub(rf"\b{settings.year}\b", str(year), row)
    text = "\n".join(rows)
    for change in _changes(settings, year):
        text = _changed(text, change)
    return text


def _changed(text: str, change: _Change) -> str:
    tables, lines, _ = read_toml(SETTINGS, text)
    *parents, name = change.path
    table: Any = tables
    for part in parents:
        table = table[part]
    rows = text.split("\n")
    index = lines.lines((*parents, change.behind or name))[0] - 1
    row, end = rows[index].rstrip("\r"), "\r" if rows[index].endswith("\r") else ""
    mark = f" {MARK}, then delete this: {change.why}" if change.why else ""
    if change.behind:
        indent = row[: len(row) - len(row.lstrip())]
        rows.insert(index + 1, f'{indent}{name} = "{change.value}"{mark}{end}')
    else:
        row = row.partition(MARK)[0].rstrip()
        value = change.value.isoformat() if isinstance(change.value, date) else change.value
        row = re.sub(r"(=\s*)[^\s#]+( \d[\d:.]+)?", rf"\g<1>{value}", row, count=1)
        rows[index] = f"{row}{mark}{end}"
    table[name] = change.value
    text = "\n".join(rows)
    if read_toml(SETTINGS, text)[0] != tables:
        message = "cannot be changed where it stands; write it on a line of its own."
        raise EditionError([lines.problem(change.path, message)])
    return text
