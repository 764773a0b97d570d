"""What has moved since letters were written, as a person reads it and as programs do."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lgo_letters.errors import count_of, cut
from lgo_letters.figures.changes import AverageChange, FigureChange
from lgo_letters.figures.compare import YearFigures
from lgo_letters.figures.definitions import Statistic
from lgo_letters.figures.report import rows_csv
from lgo_letters.run.changes import Changes, LetterChange
from lgo_letters.tables.changes import RowChange

from .lists import and_more, names_line, wrapped

if TYPE_CHECKING:
    from lgo_letters.edition.diff import Difference

_MOST_LINES = 20  # of a kind: more, nobody reads
_MOST_DECIMALS = 6

# ---- for programs


def changes_fields(found: Changes) -> dict[str, Any]:
    """One object; what several records have in common stands there once."""
    since = found.since
    return {
        "since": found.folder,
        "inputs": [*dict.fromkeys(name for one in since for name in one.inputs)],
        "decisions": _once(_row_fields(row) for one in since for row in one.decisions),
        "authorities": _once(_row_fields(row) for one in since for row in one.authorities),
        "sentences": _once(_sentence_fields(said) for one in since for said in one.sentences),
        "pictures": [*dict.fromkeys(name for one in since for name in one.pictures)],
        "averages": _once(
            {"type": average.type, **_figure_fields(average.figure)}
            for one in since
            for average in one.averages
        ),
        "versions": _once(version._asdict() for one in since for version in one.versions),
        "unreadable": found.unreadable,
        "letters": [
            {
                "authority": letter.authority,
                "changes": letter.changes,
                "recorded": letter.is_recorded,
                "figures": [_figure_fields(figure) for figure in letter.figures],
            }
            for letter in found.letters
        ],
    }


def _once(items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({repr(item): item for item in items}.values())


def _row_fields(row: RowChange) -> dict[str, Any]:
    reference = {} if row.reference is None else {"reference": row.reference}
    return {**reference, "authority": row.authority, "change": row.change, "cells": row.cells}


def _sentence_fields(said: Difference) -> dict[str, Any]:
    before, after = said.before, said.after
    return {
        "change": said.kind,
        "before": before and asdict(before),
        "after": after and asdict(after),
    }


def _figure_fields(figure: FigureChange) -> dict[str, Any]:
    return {
        "name": figure.name,
        "before": figure.before,
        "after": figure.after,
        "exact": None if figure.exact == (None, None) else figure.exact,
        "cause": ", ".join(figure.causes) or None,
    }


def changes_csv(found: Changes) -> Iterator[str]:
    """A row per letter and figure; one without a figure where none of a letter's differs.

    A fraction is written "2 of 4", since a spreadsheet would take 2/4 for a day in April.
    """

    def row(letter: LetterChange, figure: FigureChange | None) -> dict[str, Any]:
        fields = {} if figure is None else _figure_fields(figure)
        exact = (None, None) if figure is None else figure.exact
        before, after = (text and text.replace("/", " of ") for text in exact)
        return {
            "authority": letter.authority,
            "changes": ";".join(letter.changes),
            **{name: fields.get(name) for name in ("name", "before", "after")},
            "exact_before": before,
            "exact_after": after,
            "cause": fields.get("cause"),
        }

    return rows_csv(
        row(letter, figure) for letter in found.letters for figure in letter.figures or (None,)
    )


# ---- for people


def changes_lines(found: Changes, figures: YearFigures) -> Iterator[str]:
    """Sentences: what differs in the inputs, then the letters that do, and nothing twice."""
    words = _Words(found, figures)
    yield from _caveats(found)
    for lines in (
        [_row_line(row) for one in found.since for row in one.decisions],
        [_row_line(row) for one in found.since for row in one.authorities],
        [line for one in found.since for line in _edition_lines(one.sentences, one.pictures)],
        [_OTHER_INPUTS[n] for one in found.since for n in one.inputs if n in _OTHER_INPUTS],
    ):
        yield from _first(list(dict.fromkeys(lines)))
    lines = [*words.figure_lines(), *words.average_lines(), *words.group_lines()]
    changed = sum(letter.changes != ("unchanged",) for letter in found.letters)
    if not changed:
        yield from map(wrapped, lines)
        letters = count_of(len(found.letters), "letter")
        yield f"No letter changes: {letters} would be as in {found.folder}."
    elif changed == len(found.letters):
        yield from map(wrapped, lines)
    else:
        *others, last = lines
        yield from map(wrapped, others)
        yield wrapped(f"{last.removesuffix('.')}; no other letter changes.")


_OTHER_INPUTS = {
    "mapping": "lgo-letters.toml is not as it was.",
    "history": "The figures of earlier years in history are not as they were.",
}


def _caveats(found: Changes) -> Iterator[str]:
    """What could not be compared."""
    yield from found.unreadable
    if number := len(found.unrecorded):
        have = "has" if number == 1 else "have"
        yield wrapped(
            f"{count_of(number, 'letter')} in {found.folder} {have} no record of what made them "
            "that can be used; only printed figures are compared, and no cause is known."
        )


def _first(lines: Sequence[str]) -> Iterator[str]:
    yield from map(wrapped, lines[:_MOST_LINES])
    yield from and_more(len(lines) - _MOST_LINES, "--format json")


def _row_line(row: RowChange) -> str:
    """19 001 234 (Bolsover District Council): Not upheld → Upheld."""
    what = row.authority if row.reference is None else f"{row.reference} ({row.authority})"
    if row.change == "changed":
        cells = (
            f"{'' if column == 'decision' else f'{_lower(column)} '}{_cell(was)} → {_cell(now)}"
            for column, (was, now) in row.cells.items()
        )
        return f"{what}: {', '.join(cells)}."
    shown = ("decision", "decision_date") if row.reference else ("type",)
    texts = (was or now for name, (was, now) in row.cells.items() if name in shown)
    return f"{what}: {row.change} ({', '.join(sorted(filter(None, texts), reverse=True))})."


def _cell(text: str | None) -> str:
    return "(blank)" if text is None else cut(text)


def _lower(name: str) -> str:
    return name.replace("_", " ")


def _edition_lines(sentences: Sequence[Difference], pictures: Sequence[str]) -> Iterator[str]:
    for said in sentences:
        place = said.after or said.before
        texts = [one and f'"{one.text}"' for one in (said.before, said.after)]
        where = "" if place is None else place.where
        if said.kind in ("added", "removed"):
            yield f"{where}: {said.kind}, {texts[0] or texts[1]}"
        else:
            yield f"{where}: {'moved, ' if said.kind == 'moved' else f'{texts[0]} → '}{texts[1]}"
    for name in pictures:
        yield f"{name}: another picture."


class _Words:
    """The sentences about letters, with names as short as they may be and mean one thing."""

    def __init__(self, found: Changes, figures: YearFigures) -> None:
        self._found, self._figures = found, figures
        self._statistics = figures.definitions.statistics
        self._types = {one.authority.name: one.authority.type for one in figures.authorities}
        self._names = _short_names(self._types)
        types = dict.fromkeys([*figures.definitions.compared_types, *self._types.values()])
        self._short_types = _short_types(list(types))
        changed = {figure.name for letter in found.letters for figure in letter.figures}
        changed |= {average.figure.name for one in found.since for average in one.averages}
        moved = [
            one
            for one in self._statistics
            if not changed.isdisjoint((f"{one.name}_rate", f"{one.name}_average"))
        ]
        self._is_one = len(moved) == 1

    def figure_lines(self) -> Iterator[str]:
        """A line per authority whose own figures differ."""
        lines = []
        for letter in self._found.letters:
            if phrases := list(self._phrases(letter)):
                name = self._names.get(letter.authority, letter.authority)
                lines.append(f"{name}: {', '.join(phrases)}.")
        yield from lines[:_MOST_LINES]
        if (more := len(lines) - _MOST_LINES) > 0:
            yield f"… and the figures of {more:,} more, which --format json lists."

    def _phrases(self, letter: LetterChange) -> Iterator[str]:
        changed = {figure.name: figure for figure in letter.figures if not figure.is_average}
        for statistic in self._statistics:
            if (rate := changed.pop(f"{statistic.name}_rate", None)) is not None:
                for implied in (statistic.numerator, statistic.denominator):
                    if rate.exact != (None, None):
                        changed.pop(implied, None)
                of_what = "" if self._is_one else f"{_lower(statistic.name)} "
                yield f"{of_what}{_rate(rate, statistic)}"
        for name, figure in changed.items():
            yield f"{_lower(name)} {_number(figure.before)} → {_number(figure.after)}"

    def average_lines(self) -> Iterator[str]:
        """A line per average that has moved, and in how many letters that is printed."""
        printed_in = Counter(
            (self._types[letter.authority], figure.name, figure.before, figure.after)
            for letter in self._found.letters
            for figure in letter.figures
            if figure.is_average
        )
        averages = (average for one in self._found.since for average in one.averages)
        lines: dict[str, None] = {}
        for average in averages:
            figure = average.figure
            number = printed_in.pop((average.type, figure.name, figure.before, figure.after), 0)
            lines[self._average(average, number)] = None
        yield from lines
        for (type_, name, before, after), number in printed_in.items():  # nothing more is known
            for statistic in self._statistics:
                if name == f"{statistic.name}_average":
                    moved = f"{_percent(before, statistic)} → {_percent(after, statistic)}"
                    letters = count_of(number, "letter")
                    yield f"{self._average_of(type_, statistic)} {moved}, in {letters}."

    def _average(self, average: AverageChange, number: int) -> str:
        """District average 45.0% → 45.1%, printed 45% as before."""
        statistic, before, after = average.statistic, average.before, average.after
        decimals = statistic.decimals if average.is_printed else _decimals(average)
        was, now = (
            "none" if rate is None else statistic.shown(rate, decimals) for rate in (before, after)
        )
        what = self._average_of(average.type, statistic)
        if average.is_printed:
            return f"{what} {was} → {now}, in {count_of(number, 'letter')}."
        return f"{what} {was} → {now}, printed {statistic.shown(after)} as before."

    def _average_of(self, type_: str, statistic: Statistic) -> str:
        of_what = "" if self._is_one else f" of {_lower(statistic.name)}"
        return f"{self._short_types.get(type_, type_)} average{of_what}"

    def group_lines(self) -> Iterator[str]:
        """A line per kind of change that is not of figures."""
        letters = self._found.letters
        by_kind: defaultdict[str, list[str]] = defaultdict(list)
        for letter in letters:
            for kind in letter.changes:
                by_kind[kind].append(letter.authority)
        moved = [one for one in letters if "figures" in one.changes and not any(self._phrases(one))]
        versions = [version for one in self._found.since for version in one.versions]
        groups = {
            "Figures that statistics.csv does not have": [one.authority for one in moved],
            "Wording": by_kind["wording"],
            "New letters": by_kind["new"],
            "Authorities that get no letter any more": by_kind["gone"],
            _program(versions): by_kind["program"],
        }
        for what, names in groups.items():
            if names and len(names) == len(letters) > 1:
                yield f"{what} (all {len(names):,} letters)."
            elif names:
                yield names_line(what, names).replace("--json", "--format json") + "."


def _decimals(average: AverageChange) -> int:
    """How many show that an average has moved, and none that rounds to what is not printed."""
    statistic, rates = average.statistic, (average.before, average.after)
    for decimals in range(statistic.decimals + 1, _MOST_DECIMALS):
        was, now = (rate and statistic.rounded(rate, decimals) / statistic.per for rate in rates)
        if was != now and all(
            rate is None
            or shown is None
            or statistic.rounded(Fraction(shown)) == statistic.rounded(rate)
            for rate, shown in zip(rates, (was, now), strict=True)
        ):
            return decimals
    return _MOST_DECIMALS


def _program(versions: Sequence[Any]) -> str:
    if not versions:
        return "Not explained by the inputs"
    then, now = (
        ", ".join(dict.fromkeys(f"{one.name} {getattr(one, when) or '-'}" for one in versions))
        for when in ("then", "now")
    )
    return f"Made by {then}, and this is {now}"


def _number(number: float | None) -> str:
    return "none" if number is None else f"{number:,}"


def _percent(number: float | None, statistic: Statistic) -> str:
    return _number(number) + ("" if number is None else statistic.unit)


def _rate(figure: FigureChange, statistic: Statistic) -> str:
    """25% → 50% of 4, or 25% of 4 → 40% of 5."""
    was, now = (_percent(number, statistic) for number in (figure.before, figure.after))
    of_was, of_now = (text and text.partition("/")[2] for text in figure.exact)
    if of_was is not None and of_was != of_now:
        was += f" of {int(of_was):,}"
    if of_now:
        now += f" of {int(of_now):,}"
    return f"{was} → {now}"


def _short_names(types: Mapping[str, str]) -> Mapping[str, str]:
    """Names without the words that say of what type an authority is, where that is still one."""
    known = {word for type_ in types.values() for word in type_.split()}
    short = {}
    for name, type_ in types.items():
        words = name.removesuffix(f" {type_}").split()
        while len(words) > 1 and words[-1] in known and not name.endswith(f" {type_}"):
            words.pop()
        short[name] = " ".join(words)
    times = Counter(short.values())
    return {name: one if times[one] == 1 else name for name, one in short.items()}


def _short_types(types: Sequence[str]) -> Mapping[str, str]:
    """Types without a last word that several have, where what is left is one."""
    last = Counter(type_.split()[-1] for type_ in types)
    short = {
        type_: " ".join(type_.split()[:-1]) if last[type_.split()[-1]] > 1 else type_
        for type_ in types
    }
    times = Counter(short.values())
    return {type_: one if one and times[one] == 1 else type_ for type_, one in short.items()}
