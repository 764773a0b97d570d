"""`lgo-letters check`: data and edition, and what a statistician reconciles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import click

from lgo_letters.errors import count_of, cut, raise_for_problems
from lgo_letters.run.check import Checked, check_year
from lgo_letters.run.inputs import Inputs
from lgo_letters.tables.data import MAPPING_FILE, Data, InputFile

from .options import JSON, reads_inputs
from .output.console import MOST_PROBLEMS_PRINTED, notice, show
from .output.history import history_fields, history_lines
from .output.lists import names_line
from .output.notices import (
    edition_notices,
    no_decision,
    notice_implausible_dates,
    statement_notices,
)
from .output.reconciliation import reconciliation_fields, reconciliation_lines

_MOST_WORDS = 50  # that are not understood and are shown


@click.command
@reads_inputs(wording=True)
@JSON
def check(inputs: Inputs) -> None:
    """Read and check the data and the edition, and show what to reconcile; write nothing."""
    checked = check_year(inputs)
    if checked.improvements is not None:
        notice(*checked.improvements.report.notices)
    if not checked.data_problems and not checked.edition_problems:
        notice_implausible_dates(inputs)
        notice(*edition_notices(inputs))
        notice(*statement_notices(checked.statement), *map(str, checked.blanks))
        notice(*map(str, checked.history.unmarked if checked.history else ()))
    show(_fields(checked), _lines(checked))
    more = checked.inputs.data.more_problems
    raise_for_problems(checked.data_problems, checked.edition_problems, more)


def _fields(checked: Checked) -> dict[str, Any]:
    """For programs: the inputs, the problems in them, and the reconciliation or null."""
    inputs, figures, found = checked.inputs, checked.figures, checked.reconciliation
    return {
        "example": inputs.example,
        "inputs": {
            "decisions": asdict(inputs.data.decisions_file),
            "authorities": asdict(inputs.data.authorities_file),
            **{name: asdict(file) for name, file in _improvements(checked).items()},
            **inputs.mapping_file,
        },
        "mapped": [mapped._asdict() for mapped in inputs.data.mapped],
        "unknown_words": [word._asdict() for word in inputs.data.unknown_words],
        "notices": [
            *inputs.data.notices,
            *edition_notices(inputs),
            *statement_notices(checked.statement),
            *map(str, checked.blanks),
        ],
        "specimen_signature": inputs.has_specimen_signature,
        "problems": {
            "data": [asdict(problem) for problem in checked.data_problems],
            "data_not_listed": inputs.data.more_problems,
            "edition": [asdict(problem) for problem in checked.edition_problems],
        },
        "own_paragraphs": sorted(inputs.own_paragraphs),
        "reconciliation": figures and found and reconciliation_fields(found, figures),
        "history": checked.history and history_fields(checked.history),
    }


def _improvements(checked: Checked) -> Mapping[str, InputFile]:
    """What is said of improvements.csv beside the other inputs, where it was read."""
    found = checked.improvements
    return {} if found is None else {"improvements": found.report.file}


def _lines(checked: Checked) -> Iterator[str]:
    """For people: the same, with tables."""
    inputs, figures, found = checked.inputs, checked.figures, checked.reconciliation
    data = inputs.data
    if figures is not None and not figures.england.counts["decisions"]:
        yield no_decision(inputs)
        yield ""
    files = (data.authorities_file, data.decisions_file, *_improvements(checked).values())
    problems = _problems(len(checked.data_problems) + data.more_problems)
    yield f"{', '.join(map(_file, files))}: {problems}"
    yield f"Edition: {_problems(len(checked.edition_problems))}"
    yield from _mapping_lines(data)
    if len(checked.data_problems) > MOST_PROBLEMS_PRINTED:
        yield from _unknown_word_lines(data)
    if figures is not None and found is not None:
        yield from reconciliation_lines(found, figures, inputs)
        yield names_line("With paragraphs of their own", sorted(inputs.own_paragraphs))
    if checked.history is not None:
        yield from history_lines(checked.history)


def _mapping_lines(data: Data) -> Iterator[str]:
    """What lgo-letters.toml changed in how many rows, and nowhere, of the tables with rows."""
    rows = {"decisions": data.decisions_file.rows, "authorities": data.authorities_file.rows}
    if read := [mapped for mapped in data.mapped if rows[mapped.table]]:
        yield ""
        yield _table(
            (MAPPING_FILE, "In the file", "Read as"),
            [
                (f"{table}, {column or 'heading'}", text, meaning or "(blank)", number)
                for table, column, text, meaning, number in read
            ],
        )
        if unused := [mapped.text for mapped in read if not mapped.rows]:
            yield names_line("Mappings that changed nothing", unused)


def _unknown_word_lines(data: Data) -> Iterator[str]:
    """Each text that is not understood once, where it is a problem in many rows."""
    if data.unknown_words:
        yield ""
        shown = [(file, column, cut(text), rows) for file, column, text, rows in data.unknown_words]
        yield _table(("Not understood", "Column", "In the file"), shown[:_MOST_WORDS])
        if (more := len(shown) - _MOST_WORDS) > 0:
            yield f"… and {more:,} more."


def _table(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A table of texts and, in the last column, numbers of rows."""
    from tabulate import tabulate

    texts = [*range(len(headings))]
    return tabulate(rows, headers=[*headings, "Rows"], intfmt=",", disable_numparse=texts)


def _file(file: InputFile) -> str:
    return f"{file.file} ({count_of(file.rows, 'row')})"


def _problems(number: int) -> str:
    return count_of(number, "problem") if number else "no problem"
