"""What is checked before the letters go: the inputs, and what a statistician reconciles."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from tabulate import SEPARATING_LINE, tabulate

from lgo_letters.errors import EditionError, Problem
from lgo_letters.figures.report import england_fields
from lgo_letters.figures.statistics import AuthorityFigures, Statistic, YearFigures, per_mille
from lgo_letters.tables.data import Decisions, InputFile
from lgo_letters.tables.rules import Outcome
from lgo_letters.year import ReportingYear, british

from .inputs import Inputs
from .pipeline import year_figures, year_letters
from .pool import this_process
from .trial import try_letters

_WIDTH = 100  # characters of a line on the terminal


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Counts of rows over the whole file, and lists of authorities' names for the year.

    `rows` counts by decision and by the reporting year of the decision's date; the dates are
    those of decisions and of compliance; `blank_remedies` are upheld decisions of the year.
    """

    rows: Mapping[Outcome, Mapping[ReportingYear, int]]
    earliest: date | None
    latest: date | None
    after_letter: int
    blank_remedies: int
    without_decision: Sequence[str]
    empty_panels: Mapping[Statistic, Sequence[str]]
    below_full_compliance: Sequence[str]


@dataclass(frozen=True, slots=True)
class Checked:
    """The inputs with every problem; figures only where the inputs could be read."""

    inputs: Inputs
    data_problems: Sequence[Problem]
    edition_problems: Sequence[Problem]
    figures: YearFigures | None = None
    reconciliation: Reconciliation | None = None


def check_year(inputs: Inputs) -> Checked:
    """Reads what can be read, composes every letter, and reconciles the year."""
    if inputs.data.problems or inputs.edition_problems:
        return Checked(inputs, inputs.data.problems, inputs.edition_problems)
    figures = year_figures(inputs)
    try:
        data, edition = try_letters(inputs, year_letters(inputs, figures), this_process())
    except EditionError as error:
        return Checked(inputs, (), error.problems)
    letter_date = inputs.sound().settings.letter.date
    found = reconcile(inputs.data.decisions, figures, letter_date)
    return Checked(inputs, data, edition, figures, found)


def reconcile(decisions: Decisions, figures: YearFigures, letter_date: date) -> Reconciliation:
    """Counts what a statistician reconciles."""
    rows: dict[Outcome, Counter[ReportingYear]] = {each: Counter() for each in Outcome}
    for each, number in decisions.decided.items():
        rows[each.outcome][each.year] += number
    return Reconciliation(
        rows=rows,
        earliest=min(decisions.dates, default=None),
        latest=max(decisions.dates, default=None),
        after_letter=sum(number for day, number in decisions.dates.items() if day > letter_date),
        blank_remedies=sum(
            number
            for each, number in decisions.decided.items()
            if each.outcome is Outcome.UPHELD
            and each.satisfactory_remedy is None
            and each.year == figures.year
        ),
        without_decision=_names(each for each in figures.authorities if not each.counts.decisions),
        empty_panels={
            statistic: _names(
                each for each in figures.authorities if statistic.rate(each.counts) is None
            )
            for statistic in Statistic
        },
        below_full_compliance=_names(
            each
            for each in figures.authorities
            if each.counts.complied < each.counts.compliance_outcomes
        ),
    )


def _names(figures: Iterable[AuthorityFigures]) -> list[str]:
    return [each.authority.name for each in figures]


# ---- for people and for programs


def check_json(checked: Checked) -> str:
    """One object: the inputs, the problems in them, and the reconciliation or null."""
    inputs, found = checked.inputs, checked.reconciliation
    record: dict[str, Any] = {
        "example": inputs.example,
        "inputs": {
            "decisions": asdict(inputs.data.decisions_file),
            "authorities": asdict(inputs.data.authorities_file),
        },
        "notices": list(inputs.data.notices),
        "problems": {
            "data": [asdict(each) for each in checked.data_problems],
            "data_not_listed": inputs.data.more_problems,
            "edition": [asdict(each) for each in checked.edition_problems],
        },
        "own_paragraphs": sorted(inputs.own_paragraphs),
        "reconciliation": None,
    }
    if checked.figures is not None and found is not None:
        record["reconciliation"] = {
            "rows": {
                outcome: {str(year.ending): number for year, number in sorted(years.items())}
                for outcome, years in found.rows.items()
            },
            "earliest_date": found.earliest,
            "latest_date": found.latest,
            "dates_after_letter": found.after_letter,
            "blank_remedies": found.blank_remedies,
            "england": england_fields(checked.figures),
            "without_decision": found.without_decision,
            "empty_panels": found.empty_panels,
            "below_full_compliance": found.below_full_compliance,
        }
    return json.dumps(record, ensure_ascii=False, indent=2, default=str)


def check_text(checked: Checked) -> str:
    """The same for a person."""
    inputs = checked.inputs
    lines = [
        f"{_file(inputs.data.authorities_file)}, {_file(inputs.data.decisions_file)}: "
        f"{_problems(len(checked.data_problems) + inputs.data.more_problems)}",
        f"Edition: {_problems(len(checked.edition_problems))}",
    ]
    if checked.figures is not None and checked.reconciliation is not None:
        lines += _reconciliation_lines(checked.reconciliation, checked.figures, inputs)
    return "\n".join(lines)


def _reconciliation_lines(
    found: Reconciliation, figures: YearFigures, inputs: Inputs
) -> Iterator[str]:
    england, year = figures.england, figures.year
    yield f"Averages: {figures.method.value}"
    yield ""
    yield f"Reporting year {year.ending}: {british(year.start)} to {british(year.end)}"
    yield f"Decisions:                 {england.decisions:,}"
    for statistic in Statistic:
        rate = statistic.rate(england)
        below = f"{getattr(england, statistic.denominator):,}"
        words = statistic.denominator.replace("_", " ")
        if statistic is Statistic.REMEDY:
            words = "upheld decisions"
        shown = "no rate" if rate is None else f"{per_mille(rate) / 10:.1f}%"
        label = f"{_STATISTIC_NAMES[statistic]}:"
        yield f"{label:26} {getattr(england, statistic.numerator):,} of {below} {words} ({shown})"
    yield ""
    yield _rows_table(found)
    yield ""
    if found.earliest is not None and found.latest is not None:
        yield f"Dates in the file: {british(found.earliest)} to {british(found.latest)}"
    yield f"Dates after the letter's date: {found.after_letter:,}"
    yield f"Upheld decisions of the year, remedy blank (counted as no): {found.blank_remedies:,}"
    yield ""
    yield from _names_lines("Without a decision in the year", found.without_decision)
    for statistic, names in found.empty_panels.items():
        yield from _names_lines(
            f"With an empty panel: {_STATISTIC_NAMES[statistic].lower()}", names
        )
    yield from _names_lines("Below 100% compliance", found.below_full_compliance)
    yield from _names_lines("With paragraphs of their own", sorted(inputs.own_paragraphs))


_STATISTIC_NAMES = {
    Statistic.UPHELD: "Complaints upheld",
    Statistic.COMPLIANCE: "Compliance",
    Statistic.REMEDY: "Satisfactory remedies",
}


def _rows_table(found: Reconciliation) -> str:
    years = sorted({year for counted in found.rows.values() for year in counted})
    rows = [
        [outcome.value, *(counted.get(year, 0) for year in years), sum(counted.values())]
        for outcome, counted in found.rows.items()
    ]
    total = ["All", *(sum(column) for column in list(zip(*rows, strict=True))[1:])]
    header = ["Rows by reporting year", *(str(year.ending) for year in years), "All"]
    return tabulate([*rows, SEPARATING_LINE, total], headers=header, intfmt=",")


def _names_lines(what: str, names: Sequence[str]) -> Iterator[str]:
    text = f"{what} ({len(names)}): {', '.join(names) or 'none'}"
    yield textwrap.fill(text, width=_WIDTH, subsequent_indent="  ", break_on_hyphens=False)


def _file(file: InputFile) -> str:
    return f"{file.file} ({file.rows:,} {'row' if file.rows == 1 else 'rows'})"


def _problems(number: int) -> str:
    return {0: "no problem", 1: "1 problem"}.get(number, f"{number:,} problems")
