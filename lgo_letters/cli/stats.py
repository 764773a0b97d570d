"""`lgo-letters stats`: the figures, as a table, CSV or JSON."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import click

from lgo_letters.names import capitalised

from . import envelope
from .notices import notice_of_figures
from .options import authority_option, reads_inputs

if TYPE_CHECKING:
    from lgo_letters.figures.compare import Averages, GroupFigures, YearFigures
    from lgo_letters.figures.definitions import Counts, Statistic
    from lgo_letters.run.inputs import Inputs


@click.command(short_help="Show the figures.")
@reads_inputs(wording=False)
@authority_option("Show only this authority; a part of the name will do.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    is_eager=True,
    callback=envelope.wants_json,
    help="How to show the figures.",
)
def stats(inputs: Inputs, authorities: Sequence[str], format_: str) -> None:
    """Show the figures for every authority, each type, other bodies and all of them together.

    Averages and rates are in whole per cent unless the edition says otherwise. The average is that
    of the authority's type, whichever authorities are shown.
    """
    from lgo_letters.figures.report import statistics_csv, statistics_record
    from lgo_letters.run.composed import indices_of, year_figures

    figures = year_figures(inputs)
    notice_of_figures(inputs, figures)
    chosen = indices_of(figures, authorities)
    if format_ == "json":
        envelope.print_success(statistics_record(figures, chosen))
    elif format_ == "csv":
        click.echo("".join(statistics_csv(figures, chosen)), nl=False)
    else:
        click.echo(_table(figures, chosen))


def _table(figures: YearFigures, chosen: Sequence[int]) -> str:
    """For people: each statistic as "n of d", its rate and the average."""
    from tabulate import SEPARATING_LINE, tabulate  # no other format needs it

    statistics, rates = figures.definitions.statistics, figures.definitions.rates
    authorities = [figures.authorities[index] for index in chosen]
    mixed = [group for group in (figures.others, figures.not_in_year) if group.authorities]
    rows = [
        *(
            _row(one.authority.name, one.counts, rates(one.counts), one.averages, statistics)
            for one in authorities
        ),
        SEPARATING_LINE,
        *(_group_row(group, statistics) for group in (*figures.types, *mixed)),
        SEPARATING_LINE,
        _group_row(figures.england, statistics),
    ]
    headers = [header for statistic in statistics for header in (_label(statistic), "Rate", "Avg")]
    return tabulate(
        rows,
        headers=["Authority", capitalised(figures.definitions.noun("decisions", 2)), *headers],
        disable_numparse=True,
        colalign=["left", *["right"] * (1 + len(headers))],
    )


def _label(statistic: Statistic) -> str:
    return statistic.numerator.replace("_", " ").capitalize()


def _group_row(group: GroupFigures, statistics: Sequence[Statistic]) -> list[str]:
    name = f"{group.name} ({group.authorities})"
    return _row(name, group.counts, group.rates, group.averages, statistics)


def _row(
    name: str,
    counts: Counts,
    rates: Averages,
    averages: Averages,
    statistics: Sequence[Statistic],
) -> list[str]:
    row = [name, f"{counts['decisions']:,}"]
    for statistic in statistics:
        above, below = (
            f"{counts[count]:,}" if count in counts else "-"
            for count in (statistic.numerator, statistic.denominator)
        )
        row += [
            f"{above} of {below}",
            _printed(statistic, rates[statistic.name]),
            _printed(statistic, averages.get(statistic.name)),
        ]
    return row


def _printed(statistic: Statistic, rate: Fraction | None) -> str:
    if rate is None:
        return "-"
    return f"{statistic.printed(rate)}%" if statistic.per == 100 else statistic.printed(rate)
