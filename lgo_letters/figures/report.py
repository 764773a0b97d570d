"""Figures → what programs read of them: CSV and JSON.

No recipient and no address is ever among it.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from types import SimpleNamespace
from typing import Any

from .breakdown import Breakdown
from .compare import AuthorityFigures, Averages, GroupFigures, YearFigures
from .definitions import AverageMethod, Counts, Definitions
from .explain import Case, DrawnAverage, count_names

Fields = dict[str, Any]
"""Names and values of one row, in the order of the columns."""

NONE, TOTAL = "(none)", "Total"
"""What stands for a blank value, and before the sum of a breakdown's rows."""


def authority_fields(figures: AuthorityFigures, definitions: Definitions) -> Fields:
    """One authority's row; rates and averages as printed, None where there is none."""
    return {
        "authority": figures.authority.name,
        "type": figures.authority.type,
        "code": figures.authority.code,
        **_figure_fields(
            figures.counts, definitions.rates(figures.counts), figures.averages, definitions
        ),
    }


def england_fields(figures: YearFigures) -> Fields:
    """England's row: everybody together; also rates to the decimals that the edition asks for."""
    fields = _group_fields(figures.england, figures.definitions)
    for statistic in figures.definitions.statistics:
        if (places := statistic.england_decimals) is not None:
            rate = figures.england.rates[statistic.name]
            fields[f"{statistic.name}_rate_{places}dp"] = statistic.number(rate, places)
    return fields


def _group_fields(figures: GroupFigures, definitions: Definitions) -> Fields:
    """The row of some authorities together."""
    return {
        "authorities": figures.authorities,
        **_figure_fields(figures.counts, figures.rates, figures.averages, definitions),
    }


def _figure_fields(
    counts: Counts, rates: Averages, averages: Averages, definitions: Definitions
) -> Fields:
    """Counts that are shown, each once and before the first rate that needs it, rates, averages."""
    fields: Fields = {"decisions": counts["decisions"]}
    for statistic in definitions.statistics:
        fields |= {name: counts.get(name) for name in statistic.columns}
        fields[f"{statistic.name}_rate"] = statistic.number(rates[statistic.name])
        if statistic.name in averages:
            fields[f"{statistic.name}_average"] = statistic.number(averages[statistic.name])
    return fields


def statistics_record(figures: YearFigures, chosen: Collection[int]) -> Fields:
    """All figures as JSON has them; of the authorities those whose indices are chosen."""
    year, definitions = figures.year, figures.definitions
    return {
        "year": year.ending,
        "period": {"start": year.start.isoformat(), "end": year.end.isoformat()},
        "average_method": definitions.average_method.value,
        "authorities": [authority_fields(one, definitions) for one in _chosen(figures, chosen)],
        "types": [{"type": one.name, **_group_fields(one, definitions)} for one in figures.types],
        "others": _group_fields(figures.others, definitions),
        "not_in_year": _group_fields(figures.not_in_year, definitions),
        "england": england_fields(figures),
    }


def breakdown_record(breakdown: Breakdown, definitions: Definitions) -> Fields:
    """A breakdown as JSON has it, a blank value as "(none)"."""
    return {
        "by": breakdown.by,
        "rows": [
            {breakdown.by: NONE if value is None else value, **_counted(counts, definitions)}
            for value, counts in breakdown.rows.items()
        ],
        "total": _counted(breakdown.total, definitions),
    }


def _counted(counts: Counts, definitions: Definitions) -> Fields:
    return _figure_fields(counts, definitions.rates(counts), {}, definitions)


def breakdown_csv(breakdown: Breakdown, definitions: Definitions) -> Iterator[str]:
    """A header, a row per value and the total, line by line, with the fields of the JSON."""
    record = breakdown_record(breakdown, definitions)
    return rows_csv([*record["rows"], {breakdown.by: TOTAL, **record["total"]}])


def cases_record(one: AuthorityFigures, cases: Sequence[Case], definitions: Definitions) -> Fields:
    """An authority's counts and the decisions that make them up, as JSON has them."""
    names = [name for name in count_names(definitions) if name in one.counts]
    return {
        "authority": one.authority.name,
        "counts": {name: one.counts[name] for name in names},
        "decisions": [case._asdict() for case in cases],
    }


def cases_csv(cases: Iterable[Case], *, with_lines: bool = True) -> Iterator[str]:
    """A header and a row per decision, line by line, written as in decisions.csv; its counts too.

    Between the names of counts stands a semicolon. Without lines, the column that says where a row
    starts in decisions.csv is left out, so that a row which only moves there changes nothing.
    """
    said = {True: "yes", False: "no", None: None}
    rows = (
        (*case[:5], said[case.satisfactory_remedy], *case[6:-1], ";".join(case.counts_in))
        for case in cases
    )
    table = chain([Case._fields], rows)
    return csv_lines(table if with_lines else ((*row[:-2], row[-1]) for row in table))


def average_record(drawn: DrawnAverage, definitions: Definitions) -> Fields:
    """An average and what it is drawn from, as JSON has it."""
    statistic, sums, method = drawn.statistic, drawn.sums, definitions.average_method
    if method is AverageMethod.POOLED:
        drawn_from: Fields = {
            statistic.numerator: int(sums.total),
            statistic.denominator: sums.number,
        }
    else:
        drawn_from = {"rates": str(sums.total), "authorities": sums.number}
    return {
        "type": drawn.type,
        "statistic": statistic.name,
        "average_method": method.value,
        "numerator": statistic.numerator,
        "denominator": statistic.denominator,
        "authorities": [*_member_rows(drawn)],
        "sums": drawn_from,
        "average": statistic.number(sums.average),
    }


def average_csv(drawn: DrawnAverage) -> Iterator[str]:
    """A header and a row per authority that an average is drawn from."""
    return rows_csv(_member_rows(drawn))


def _member_rows(drawn: DrawnAverage) -> Iterator[Fields]:
    statistic = drawn.statistic
    for one in drawn.members:
        yield {
            "authority": one.authority.name,
            statistic.numerator: one.counts.get(statistic.numerator),
            statistic.denominator: one.counts.get(statistic.denominator),
            f"{statistic.name}_rate": statistic.number(statistic.rate(one.counts)),
        }


def statistics_csv(figures: YearFigures, chosen: Collection[int]) -> Iterator[str]:
    """A header and a row per authority, line by line, with the fields of the JSON."""
    return rows_csv(authority_fields(one, figures.definitions) for one in _chosen(figures, chosen))


def rows_csv(rows: Iterable[Fields]) -> Iterator[str]:
    """A line with the names in the first row, and a line per row; nothing without a row."""
    rows = iter(rows)
    if (first := next(rows, None)) is not None:
        yield from csv_lines(chain((first, first.values()), (row.values() for row in rows)))


def csv_lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Rows as lines of CSV, with no cell that a spreadsheet would run as a formula."""
    lines: list[str] = []
    writer = csv.writer(SimpleNamespace(write=lines.append), lineterminator="\n")
    for cells in rows:
        writer.writerow(map(_no_formula, cells))
        yield lines.pop()


_BEGINS_A_FORMULA = (*"=+-@", *"\uff1d\uff0b\uff0d\uff20")  # the same in full width


def _no_formula(value: Any) -> Any:
    """Text that a spreadsheet would run gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_BEGINS_A_FORMULA) else value


def without_apostrophe(cell: str) -> str:
    """The text of a cell as it was before `csv_lines` kept spreadsheets from running it."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_BEGINS_A_FORMULA) else cell


def _chosen(figures: YearFigures, chosen: Collection[int]) -> Iterator[AuthorityFigures]:
    return map(figures.authorities.__getitem__, sorted(chosen))
