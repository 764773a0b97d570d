"""What `check` shows of the year's figures for a statistician to reconcile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lgo_letters.figures.compare import YearFigures
from lgo_letters.figures.definitions import POPULATION
from lgo_letters.figures.reconcile import MOST_LINES, Lines, Reconciliation
from lgo_letters.figures.report import england_fields
from lgo_letters.names import capitalised
from lgo_letters.run.inputs import Inputs
from lgo_letters.tables.data import Authority
from lgo_letters.year import format_date

from .lists import names_line, period

_COUNTED = ("decisions", "compliance_outcomes")  # all that counts in a year is one of the two


def reconciliation_fields(found: Reconciliation, figures: YearFigures) -> dict[str, Any]:
    """What programs read."""
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


def reconciliation_lines(
    found: Reconciliation, figures: YearFigures, inputs: Inputs
) -> Iterator[str]:
    """What people read."""
    edition, statistics = inputs.validated_edition(), figures.definitions.statistics
    names = {statistic.name: edition.statistic_name(statistic.name) for statistic in statistics}
    yield from _figure_lines(figures, names)
    yield ""
    yield _rows_table(found)
    yield ""
    yield from _date_lines(found)
    yield ""
    yield from _authority_lines(found, figures, names)
    yield from _body_lines(figures, found)


def _figure_lines(figures: YearFigures, names: Mapping[str, str]) -> Iterator[str]:
    year, counts = figures.year, figures.england.counts
    yield f"Averages: {figures.definitions.average_method.value}"
    yield ""
    yield f"Reporting year {year.ending}: {period(year)}"
    definitions = figures.definitions
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
        exact = figures.england.rates[statistic.name]
        # To one more decimal place than letters show.
        rate = "no rate" if exact is None else statistic.shown(exact, statistic.decimals + 1)
        yield f"{label:{width}}{above:,} of {below:,} {noun} ({rate})"


def _date_lines(found: Reconciliation) -> Iterator[str]:
    if found.earliest is not None and found.latest is not None:
        yield f"Dates in the file: {format_date(found.earliest)} to {format_date(found.latest)}"
    yield f"Dates after the letter's date: {_with_lines(found.after_letter)}"
    yield f"Decisions of the year with a blank remedy (counted as no): {found.blank_remedies:,}"
    months = [format_date(month).removeprefix("1 ") for month in found.empty_months]
    yield names_line("Months of the year without a decision", months)


def _authority_lines(
    found: Reconciliation, figures: YearFigures, names: Mapping[str, str]
) -> Iterator[str]:
    yield names_line("Without a decision in the year", found.without_decision)
    for statistic, authorities in found.nothing_to_count.items():
        yield names_line(f"With nothing to count: {names[statistic]}", authorities)
    yield names_line("Below 100% compliance", found.below_full_compliance)
    if any(POPULATION in statistic.columns for statistic in figures.definitions.statistics):
        yield names_line("Without a population", found.without_population)


def _body_lines(figures: YearFigures, found: Reconciliation) -> Iterator[str]:
    """The bodies that take no part in the year, and the letters that go to another's address."""
    counted = [body for body in figures.absent if any(body.counts.values())]
    others = [body.authority.name for body in figures.absent if not any(body.counts.values())]
    yield names_line("Bodies not in the year, with nothing to count", others)
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
    if not lines.number:
        return "0"
    listed = ", ".join(f"{line:,}" for line in lines.first)
    all_listed = len(lines.first) < MOST_LINES or lines.number == MOST_LINES
    where = "lines" if len(lines.first) > 1 else "line"
    return f"{lines.number:,} ({where if all_listed else 'the first on lines'} {listed})"
