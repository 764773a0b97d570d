"""`lgo-letters check`: data and edition, and what a statistician reconciles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from lgo_letters.errors import cut, printable, raise_for_problems
from lgo_letters.figures.definitions import POPULATION
from lgo_letters.names import capitalised
from lgo_letters.run.sources import MAPPING
from lgo_letters.year import format_date

from . import envelope
from .console import MOST_PROBLEMS_PRINTED, notice
from .history import history_fields, history_lines
from .lists import names_lines
from .notices import edition_notices, no_decision, notice_edition, notice_implausible_dates
from .options import JSON, reads_inputs

if TYPE_CHECKING:
    from lgo_letters.figures.compare import YearFigures
    from lgo_letters.figures.definitions import Statistic
    from lgo_letters.figures.reconcile import Lines, Reconciliation
    from lgo_letters.run.check import Checked
    from lgo_letters.run.inputs import Inputs
    from lgo_letters.tables.data import Authority, Data, InputFile

_MOST_WORDS = 50  # that are not understood and are shown
_COUNTED = ("decisions", "compliance_outcomes")  # all that counts in a year is one of the two


@click.command(short_help="Check data and edition; write nothing.")
@reads_inputs(wording=True)
@JSON
def check(inputs: Inputs, json_: bool) -> None:
    """Read and check the data and the edition, and show what to reconcile; write nothing."""
    from lgo_letters.run.check import check_year

    checked = check_year(inputs)
    if not checked.data_problems and not checked.edition_problems:
        notice_implausible_dates(inputs)
        notice_edition(inputs)
        for problem in (*checked.blanks, *(checked.history.unmarked if checked.history else ())):
            notice(str(problem))
    fields = _fields(checked)
    envelope.keep_fields(fields)
    if not json_:
        click.echo(printable("\n".join(_lines(checked))))
    raise_for_problems(checked.data_problems, checked.edition_problems, inputs.data.more_problems)
    if json_:
        envelope.print_success(fields)


# ---- for programs


def _fields(checked: Checked) -> dict[str, Any]:
    """The inputs, the problems in them, and the reconciliation or null."""
    inputs, figures, found = checked.inputs, checked.figures, checked.reconciliation
    return {
        "example": inputs.example,
        "inputs": {
            "decisions": asdict(inputs.data.decisions_file),
            "authorities": asdict(inputs.data.authorities_file),
            **inputs.mapping_file,
        },
        "mapped": [mapped._asdict() for mapped in inputs.data.mapped],
        "unknown_words": [word._asdict() for word in inputs.data.unknown_words],
        "notices": [
            *inputs.data.notices,
            *edition_notices(inputs),
            *map(str, checked.blanks),
        ],
        "specimen_signature": inputs.has_specimen_signature,
        "problems": {
            "data": [asdict(problem) for problem in checked.data_problems],
            "data_not_listed": inputs.data.more_problems,
            "edition": [asdict(problem) for problem in checked.edition_problems],
        },
        "own_paragraphs": sorted(inputs.own_paragraphs),
        "reconciliation": figures and found and _reconciliation_fields(found, figures),
        "history": checked.history and history_fields(checked.history),
    }


def _reconciliation_fields(found: Reconciliation, figures: YearFigures) -> dict[str, Any]:
    from lgo_letters.figures.report import england_fields

    return {
        "rows": {
            kind: {str(year.ending): number for year, number in sorted(years.items())}
            for kind, years in found.rows.items()
        },
        "earliest_date": found.earliest,
        "latest_date": found.latest,
        "dates_after_letter": found.after_letter.number,
        "dates_after_letter_lines": found.after_letter.first,
        "blank_remedies": found.blank_remedies,
        "empty_months": [f"{month:%Y-%m}" for month in found.empty_months],
        "england": england_fields(figures),
        "without_decision": found.without_decision,
        "empty_panels": found.nothing_to_count,
        "below_full_compliance": found.below_full_compliance,
        "without_population": found.without_population,
        "not_in_year": [
            {
                "authority": body.authority.name,
                "from": body.authority.start,
                "until": body.authority.until,
                **{count: body.counts[count] for count in _COUNTED},
                "counted_for": body.holder,
            }
            for body in figures.absent
        ],
        "ended_before_letter": [
            {"authority": ended.name, "until": ended.until, "addressee": addressee.name}
            for ended, addressee in found.ended
        ],
    }


# ---- for people


def _lines(checked: Checked) -> Iterator[str]:
    inputs, figures, found = checked.inputs, checked.figures, checked.reconciliation
    data = inputs.data
    if figures is not None and not figures.england.counts["decisions"]:
        yield no_decision(inputs)
        yield ""
    yield (
        f"{_file(data.authorities_file)}, {_file(data.decisions_file)}: "
        f"{_problems(len(checked.data_problems) + data.more_problems)}"
    )
    yield f"Edition: {_problems(len(checked.edition_problems))}"
    yield from _mapping_lines(data)
    if len(checked.data_problems) > MOST_PROBLEMS_PRINTED:
        yield from _unknown_word_lines(data)
    if figures is not None and found is not None:
        yield from _figure_lines(figures, inputs)
        yield from _reconciliation_lines(found, inputs)
        yield from _body_lines(figures, found)
        yield from names_lines("With paragraphs of their own", sorted(inputs.own_paragraphs))
    if checked.history is not None:
        yield from history_lines(checked.history)


def _mapping_lines(data: Data) -> Iterator[str]:
    """What lgo-letters.toml changed in how many rows, and nowhere, of the tables with rows."""
    rows = {"decisions": data.decisions_file.rows, "authorities": data.authorities_file.rows}
    if read := [mapped for mapped in data.mapped if rows[mapped.table]]:
        yield ""
        yield _table(
            (MAPPING, "In the file", "Read as"),
            [
                (f"{table}, {column or 'heading'}", theirs, ours or "(blank)", number)
                for table, column, theirs, ours, number in read
            ],
        )
        if unused := [mapped.theirs for mapped in read if not mapped.rows]:
            yield from names_lines("Mappings that changed nothing", unused)


def _unknown_word_lines(data: Data) -> Iterator[str]:
    """Each text that is not understood once, where it is a problem in many rows."""
    if data.unknown_words:
        yield ""
        shown = [(file, column, cut(text), rows) for file, column, text, rows in data.unknown_words]
        yield _table(("Not understood", "Column", "In the file"), shown[:_MOST_WORDS])
        if (more := len(shown) - _MOST_WORDS) > 0:
            yield f"… and {more:,} more."


def _table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A table of texts and, in the last column, numbers of rows."""
    from tabulate import tabulate

    texts = [*range(len(heads))]
    return tabulate(rows, headers=[*heads, "Rows"], intfmt=",", disable_numparse=texts)


def _figure_lines(figures: YearFigures, inputs: Inputs) -> Iterator[str]:
    year, counts = figures.year, figures.england.counts
    yield f"Averages: {figures.definitions.average_method.value}"
    yield ""
    yield f"Reporting year {year.ending}: {_period(year.start, year.end)}"
    definitions, names = figures.definitions, _statistic_names(inputs)
    decisions = f"{capitalised(definitions.noun('decisions', 2))}:"
    width = max(len(decisions) - 1, *map(len, names.values())) + 2
    yield f"{decisions:{width}}{counts['decisions']:,}"
    for statistic in definitions.statistics:
        label = f"{names[statistic.name]}:"
        if POPULATION in statistic.columns:
            yield f"{label:{width}}no rate for {figures.england.name}"
            continue
        above, below = counts[statistic.numerator], counts[statistic.denominator]
        noun = definitions.noun(statistic.denominator, below)
        yield f"{label:{width}}{above:,} of {below:,} {noun} ({_rate(statistic, figures)})"


def _period(first: date, last: date) -> str:
    return f"{format_date(first)} to {format_date(last)}"


def _rate(statistic: Statistic, figures: YearFigures) -> str:
    """The rate of all authorities together, to one more decimal place than letters show."""
    rate = figures.england.rates[statistic.name]
    if rate is None:
        return "no rate"
    per_cent = "%" if statistic.per == 100 else ""
    return f"{statistic.printed(rate, statistic.decimals + 1)}{per_cent}"


def _reconciliation_lines(found: Reconciliation, inputs: Inputs) -> Iterator[str]:
    yield ""
    yield _rows_table(found)
    yield ""
    if found.earliest is not None and found.latest is not None:
        yield f"Dates in the file: {_period(found.earliest, found.latest)}"
    yield f"Dates after the letter's date: {_with_lines(found.after_letter)}"
    yield f"Decisions of the year with a blank remedy (counted as no): {found.blank_remedies:,}"
    months = [format_date(month).removeprefix("1 ") for month in found.empty_months]
    yield from names_lines("Months of the year without a decision", months)
    yield ""
    yield from names_lines("Without a decision in the year", found.without_decision)
    names, statistics = _statistic_names(inputs), inputs.validated_edition().definitions.statistics
    for statistic, authorities in found.nothing_to_count.items():
        yield from names_lines(f"With nothing to count: {names[statistic]}", authorities)
    yield from names_lines("Below 100% compliance", found.below_full_compliance)
    if any(POPULATION in statistic.columns for statistic in statistics):
        yield from names_lines("Without a population", found.without_population)


def _body_lines(figures: YearFigures, found: Reconciliation) -> Iterator[str]:
    """The bodies that take no part in the year, and the letters that go to another's address."""
    counted = [body for body in figures.absent if any(body.counts.values())]
    others = [body.authority.name for body in figures.absent if not any(body.counts.values())]
    yield from names_lines("Bodies not in the year, with nothing to count", others)
    yield f"Bodies not in the year, whose counts go elsewhere ({len(counted)}):{_none(counted)}"
    for body in counted:
        numbers = ", ".join(_number_of(count, body.counts[count]) for count in _COUNTED)
        holder = body.holder or '"Bodies not in the year"'
        yield f"  {_with_dates(body.authority)}: {numbers}, to {holder}"
    yield (
        "Ended before the letter's date; confirm where the letter goes "
        f"({len(found.ended)}):{_none(found.ended)}"
    )
    for ended, addressee in found.ended:
        to = addressee.name if addressee is not ended else "its own address, having no successor"
        yield f"  {_with_dates(ended)}: to {to}"


def _none(found: Sequence[object]) -> str:
    return "" if found else " none"


def _number_of(count: str, number: int) -> str:
    nouns = count.replace("_", " ")
    return f"{number:,} {nouns.removesuffix('s') if number == 1 else nouns}"


def _with_dates(authority: Authority) -> str:
    if authority.until is not None:
        return f"{authority.name} (until {format_date(authority.until)})"
    begins = "" if authority.start is None else f" (from {format_date(authority.start)})"
    return f"{authority.name}{begins}"


def _statistic_names(inputs: Inputs) -> Mapping[str, str]:
    """What a person calls each statistic."""
    edition = inputs.validated_edition()
    names = (statistic.name for statistic in edition.definitions.statistics)
    return {name: edition.statistic_name(name) for name in names}


def _rows_table(found: Reconciliation) -> str:
    from tabulate import SEPARATING_LINE, tabulate

    years = sorted({year for counted in found.rows.values() for year in counted})
    rows = [
        [kind, *(counted.get(year, 0) for year in years), sum(counted.values())]
        for kind, counted in found.rows.items()
    ]
    total = ["All", *(sum(column) for column in list(zip(*rows, strict=True))[1:])]
    header = ["Rows by reporting year", *(str(year.ending) for year in years), "All"]
    return tabulate([*rows, SEPARATING_LINE, total], headers=header, intfmt=",")


def _with_lines(lines: Lines) -> str:
    """How many dates, and on which lines: a line may hold two, and only the first are known."""
    from lgo_letters.figures.reconcile import MOST_LINES

    if not lines.number:
        return "0"
    listed = ", ".join(f"{line:,}" for line in lines.first)
    all_listed = len(lines.first) < MOST_LINES or lines.number == MOST_LINES
    where = "lines" if len(lines.first) > 1 else "line"
    return f"{lines.number:,} ({where if all_listed else 'the first on lines'} {listed})"


def _file(file: InputFile) -> str:
    return f"{file.file} ({file.rows:,} {'row' if file.rows == 1 else 'rows'})"


def _problems(number: int) -> str:
    return {0: "no problem", 1: "1 problem"}.get(number, f"{number:,} problems")
