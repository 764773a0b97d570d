"""Figures → what people and programs read of them: tables, CSV and JSON.

No recipient and no address is ever among it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterator
from typing import Any

from lgo_letters.tables.data import Counts

from .statistics import (
    AuthorityFigures,
    Averages,
    Rate,
    Statistic,
    TypeFigures,
    YearFigures,
    per_cent,
    per_mille,
)

Fields = dict[str, Any]
"""Names and values of one row, in the order of the columns."""


def authority_fields(figures: AuthorityFigures) -> Fields:
    """One authority's row; rates and averages in whole per cent, None where there is none."""
    return {
        "authority": figures.authority.name,
        "type": figures.authority.type,
        "code": figures.authority.code,
        **_figure_fields(figures.counts, figures.averages),
    }


def _type_fields(figures: TypeFigures) -> Fields:
    return {
        "type": figures.type,
        "authorities": figures.authorities,
        **_figure_fields(figures.counts, figures.averages),
    }


def england_fields(figures: YearFigures) -> Fields:
    """England's row: every authority together; compliance also to one decimal place."""
    compliance = Statistic.COMPLIANCE.rate(figures.england)
    return {
        "authorities": len(figures.authorities),
        **_figure_fields(figures.england, None),
        "compliance_rate_1dp": None if compliance is None else per_mille(compliance) / 10,
    }


def _figure_fields(counts: Counts, averages: Averages | None) -> Fields:
    fields: Fields = {"decisions": counts.decisions}
    for statistic, names in _COUNTED.items():
        fields |= {name: getattr(counts, name) for name in names}
        fields[f"{statistic}_rate"] = _whole(statistic.rate(counts))
        if averages is not None:
            fields[f"{statistic}_average"] = _whole(averages[statistic])
    return fields


_COUNTED = {
    Statistic.UPHELD: ("detailed_investigations", "upheld"),
    Statistic.COMPLIANCE: ("compliance_outcomes", "complied", "complied_late"),
    Statistic.REMEDY: ("satisfactory_remedies",),
}


def _whole(rate: Rate) -> int | None:
    return None if rate is None else per_cent(rate)


def statistics_json(figures: YearFigures, shown: Collection[int]) -> str:
    """All figures; of the authorities those whose places are in `shown`."""
    year = figures.year
    record = {
        "year": year.ending,
        "period": {"start": year.start.isoformat(), "end": year.end.isoformat()},
        "average_method": figures.method.value,
        "authorities": [authority_fields(each) for each in _shown(figures, shown)],
        "types": [_type_fields(each) for each in figures.types],
        "england": england_fields(figures),
    }
    return json.dumps(record, ensure_ascii=False, indent=2)


def statistics_csv(figures: YearFigures, shown: Collection[int]) -> Iterator[str]:
    """A header and a row an authority, line by line, with the fields of the JSON."""
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    for number, each in enumerate(_shown(figures, shown)):
        fields = authority_fields(each)
        if number == 0:
            writer.writerow(fields)
        writer.writerow(map(_no_formula, fields.values()))
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _no_formula(value: Any) -> Any:
    """Text that a spreadsheet would run gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value


def _shown(figures: YearFigures, shown: Collection[int]) -> Iterator[AuthorityFigures]:
    return map(figures.authorities.__getitem__, sorted(shown))


def statistics_table(figures: YearFigures, shown: Collection[int]) -> str:
    """For a person: the authorities, the types and England, each statistic as "n of d = %"."""
    from tabulate import SEPARATING_LINE, tabulate  # no other form of the figures needs it

    rows = [
        _table_row(each.authority.name, each.counts, each.averages)
        for each in _shown(figures, shown)
    ]
    types = [
        _table_row(f"{each.type} ({each.authorities})", each.counts, each.averages)
        for each in figures.types
    ]
    england = _table_row(f"England ({len(figures.authorities)})", figures.england, None)
    return tabulate(
        [*rows, SEPARATING_LINE, *types, SEPARATING_LINE, england],
        headers=["Authority", "Decisions", *_TABLE_HEADERS],
        disable_numparse=True,
        colalign=["left", *["right"] * (1 + len(_TABLE_HEADERS))],
    )


_TABLE_HEADERS = [
    header for name in ("Upheld", "Complied", "Remedied") for header in (name, "Rate", "Avg")
]


def _table_row(name: str, counts: Counts, averages: Averages | None) -> list[str]:
    row = [name, f"{counts.decisions:,}"]
    for statistic in Statistic:
        numbers = (getattr(counts, each) for each in (statistic.numerator, statistic.denominator))
        average = None if averages is None else averages[statistic]
        row += [
            " of ".join(f"{number:,}" for number in numbers),
            _in_words(statistic.rate(counts)),
            _in_words(average),
        ]
    return row


def _in_words(rate: Rate) -> str:
    return "-" if rate is None else f"{per_cent(rate)}%"
