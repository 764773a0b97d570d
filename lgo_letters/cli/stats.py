"""`lgo-letters stats`: the figures, as a table, CSV or JSON."""

from __future__ import annotations

from collections.abc import Sequence

import click

from lgo_letters.errors import UsageError
from lgo_letters.figures.breakdown import Breakdown
from lgo_letters.figures.by import BY, OF_DECISIONS
from lgo_letters.figures.compare import Averages, GroupFigures, YearFigures
from lgo_letters.figures.definitions import Counts, Definitions, Statistic
from lgo_letters.figures.report import (
    NONE,
    breakdown_csv,
    breakdown_record,
    statistics_csv,
    statistics_record,
)
from lgo_letters.names import capitalised
from lgo_letters.run.composed import indices_of, year_breakdown, year_figures
from lgo_letters.run.inputs import Inputs

from .options import authority_option, format_option, reads_inputs
from .output import envelope
from .output.lists import label, n_of_d, tabulated
from .output.notices import notice_of_figures


@click.command
@reads_inputs(wording=False)
@authority_option("Show only this authority; a part of the name will do.")
@click.option(
    "--by",
    type=click.Choice(BY),
    help="Show what the figures of all together, or of one --authority, are made up of.",
)
@format_option("table", "csv", "json")
def stats(inputs: Inputs, authorities: Sequence[str], by: str | None, format_: str) -> None:
    """Show the figures for every authority, each type, other bodies and all of them together.

    Averages and rates are in whole per cent unless the edition says otherwise. The average is that
    of the authority's type, whichever authorities are shown.
    """
    figures = year_figures(inputs)
    notice_of_figures(inputs, figures)
    chosen = indices_of(figures, authorities)
    if by is not None:
        _print_breakdown(inputs, figures, by, chosen if authorities else (), format_)
    elif format_ == "json":
        envelope.keep_fields(statistics_record(figures, chosen))
    elif format_ == "csv":
        click.echo("".join(statistics_csv(figures, chosen)), nl=False)
    else:
        click.echo(_table(figures, chosen))


def _print_breakdown(
    inputs: Inputs, figures: YearFigures, by: str, chosen: Sequence[int], format_: str
) -> None:
    if chosen and by not in OF_DECISIONS:
        raise UsageError(f"--by {by} shows all authorities together; leave out --authority.")
    if len(chosen) > 1:
        raise UsageError(
            "--by shows the figures of one authority or of all together; give --authority once, "
            "or leave it out."
        )
    definitions = figures.definitions
    name = figures.authorities[chosen[0]].authority.name if chosen else None
    breakdown = year_breakdown(inputs, figures, by, name)
    if format_ == "json":
        envelope.keep_fields({"authority": name, **breakdown_record(breakdown, definitions)})
    elif format_ == "csv":
        click.echo("".join(breakdown_csv(breakdown, definitions)), nl=False)
    else:
        whole = name or f"{figures.england.name} ({figures.england.authorities})"
        click.echo(_breakdown_table(breakdown, whole, definitions))


def _breakdown_table(breakdown: Breakdown, whole: str, definitions: Definitions) -> str:
    from tabulate import SEPARATING_LINE

    def row(name: str, counts: Counts) -> list[str]:
        return _row(name, counts, definitions.rates(counts), None, definitions.statistics)

    rows = [
        *(row(NONE if value is None else value, breakdown.rows[value]) for value in breakdown.rows),
        SEPARATING_LINE,
        row(whole, breakdown.total),
    ]
    headers = [
        header
        for statistic in definitions.statistics
        for header in (label(statistic.numerator), "Rate")
    ]
    return tabulated(rows, [label(breakdown.by), _decisions(definitions), *headers])


def _table(figures: YearFigures, chosen: Sequence[int]) -> str:
    """For people: each statistic as "n of d", its rate and the average."""
    from tabulate import SEPARATING_LINE  # no other format needs it

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
    headers = [
        header for statistic in statistics for header in (label(statistic.numerator), "Rate", "Avg")
    ]
    return tabulated(rows, ["Authority", _decisions(figures.definitions), *headers])


def _decisions(definitions: Definitions) -> str:
    return capitalised(definitions.noun("decisions", 2))


def _group_row(group: GroupFigures, statistics: Sequence[Statistic]) -> list[str]:
    name = f"{group.name} ({group.authorities})"
    return _row(name, group.counts, group.rates, group.averages, statistics)


def _row(
    name: str,
    counts: Counts,
    rates: Averages,
    averages: Averages | None,
    statistics: Sequence[Statistic],
) -> list[str]:
    """A row, with averages unless they are None."""
    row = [name, f"{counts['decisions']:,}"]
    for statistic in statistics:
        row += [n_of_d(statistic, counts), statistic.shown(rates[statistic.name])]
        if averages is not None:
            row.append(statistic.shown(averages.get(statistic.name)))
    return row
