"""Figures → what people and programs read of them: tables, CSV and JSON.

No recipient and no address is ever among it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from typing import Any

from .compare import AuthorityFigures, Averages, GroupFigures, Rate, YearFigures
from .definitions import Counts, Definitions, Statistic

Fields = dict[str, Any]
"""Names and values of one row, in the order of the columns."""


def authority_fields(figures: AuthorityFigures, definitions: Definitions) -> Fields:
    """One authority's row; rates and averages as printed, None where there is none."""
    return {
        "authority": figures.authority.name,
        "type": figures.authority.type,
        "code": figures.authority.code,
        **_figure_fields(figures.counts, figures.averages, definitions),
    }


def group_fields(figures: GroupFigures, definitions: Definitions) -> Fields:
    """The row of a type's authorities together."""
    return {
        "type": figures.name,
        "authorities": figures.authorities,
        **_figure_fields(figures.counts, figures.averages, definitions),
    }


def england_fields(figures: YearFigures) -> Fields:
    """England's row: every authority together; also rates to the decimals that the edition asks."""
    fields = _whole_fields(figures.england, figures.definitions)
    for statistic in figures.definitions.statistics:
        if (places := statistic.england_decimals) is not None:
            rate = statistic.rate(figures.england.counts)
            fields[f"{statistic.name}_rate_{places}dp"] = (
                None if rate is None else statistic.number(rate, places)
            )
    return fields


def _whole_fields(figures: GroupFigures, definitions: Definitions) -> Fields:
    """The row of authorities that are not compared with one another: it has no averages."""
    return {
        "authorities": figures.authorities,
        **_figure_fields(figures.counts, None, definitions),
    }


def _figure_fields(counts: Counts, averages: Averages | None, definitions: Definitions) -> Fields:
    """Counts that are shown, each once and before the first rate that needs it, rates, averages."""
    fields: Fields = {"decisions": counts["decisions"]}
    for statistic in definitions.statistics:
        fields |= {name: counts[name] for name in statistic.columns}
        fields[f"{statistic.name}_rate"] = _number(statistic, statistic.rate(counts))
        if averages is not None:
            fields[f"{statistic.name}_average"] = _number(statistic, averages[statistic.name])
    return fields


def _number(statistic: Statistic, rate: Rate) -> int | float | None:
    return None if rate is None else statistic.number(rate)


def statistics_record(figures: YearFigures, chosen: Collection[int]) -> Fields:
    """All figures as JSON has them; of the authorities those whose indices are chosen."""
    year, definitions = figures.year, figures.definitions
    return {
        "year": year.ending,
        "period": {"start": year.start.isoformat(), "end": year.end.isoformat()},
        "average_method": definitions.average_method.value,
        "authorities": [authority_fields(each, definitions) for each in _chosen(figures, chosen)],
        "types": [group_fields(each, definitions) for each in figures.types],
        "others": _whole_fields(figures.others, definitions),
        "england": england_fields(figures),
    }


def statistics_csv(figures: YearFigures, chosen: Collection[int]) -> Iterator[str]:
    """A header and a row per authority, line by line, with the fields of the JSON."""
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    for number, authority in enumerate(_chosen(figures, chosen)):
        fields = authority_fields(authority, figures.definitions)
        if number == 0:
            writer.writerow(fields)
        writer.writerow(map(_no_formula, fields.values()))
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _no_formula(value: Any) -> Any:
    """Text that a spreadsheet would run gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value


def _chosen(figures: YearFigures, chosen: Collection[int]) -> Iterator[AuthorityFigures]:
    return map(figures.authorities.__getitem__, sorted(chosen))


def statistics_table(figures: YearFigures, chosen: Collection[int]) -> str:
    """For a person: authorities, types, others and England, each statistic as "n of d = %"."""
    from tabulate import SEPARATING_LINE, tabulate  # no other form of the figures needs it

    statistics = figures.definitions.statistics
    rows = [
        _table_row(each.authority.name, each.counts, each.averages, statistics)
        for each in _chosen(figures, chosen)
    ]
    groups = [*figures.types, *([figures.others] if figures.others.authorities else [])]
    together = [
        _table_row(f"{each.name} ({each.authorities:,})", each.counts, each.averages, statistics)
        for each in (*groups, figures.england)
    ]
    headers = ["Authority", "Decisions"]
    for statistic in statistics:
        headers += [statistic.name.replace("_", " ").capitalize(), "Rate", "Avg"]
    return tabulate(
        [*rows, SEPARATING_LINE, *together[:-1], SEPARATING_LINE, together[-1]],
        headers=headers,
        disable_numparse=True,
        colalign=["left", *["right"] * (len(headers) - 1)],
    )


def _table_row(
    name: str, counts: Counts, averages: Averages, statistics: Collection[Statistic]
) -> list[str]:
    row = [name, f"{counts['decisions']:,}"]
    for statistic in statistics:
        above, below = counts[statistic.numerator], counts[statistic.denominator]
        row += [
            f"{above:,} of {below:,}",
            _in_words(statistic, statistic.rate(counts)),
            _in_words(statistic, averages[statistic.name]),
        ]
    return row


def _in_words(statistic: Statistic, rate: Rate) -> str:
    if rate is None:
        return "-"
    return statistic.printed(rate) + ("%" if statistic.per == 100 else "")
