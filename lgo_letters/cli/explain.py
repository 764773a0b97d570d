"""`lgo-letters explain`: the decisions behind an authority's counts, and what an average is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from lgo_letters.errors import UsageError, cut, printable
from lgo_letters.figures.compare import AuthorityFigures, YearFigures
from lgo_letters.figures.definitions import POPULATION, AverageMethod, Definitions
from lgo_letters.figures.explain import Case, DrawnAverage, cases, count_names, drawn_average
from lgo_letters.figures.report import NONE, average_csv, average_record, cases_csv, cases_record
from lgo_letters.names import nearest
from lgo_letters.run.composed import indices_of, year_figures
from lgo_letters.run.inputs import Inputs

from .options import format_option, reads_inputs
from .output import envelope
from .output.lists import label, n_of_d, number_of, period, tabulated
from .output.notices import notice_of_figures

# Characters of each column at most, so that a line has 100; reference and date stay whole. The last
# column is there where another body's decisions are among those of the authority.
_HEADERS = ("Reference", "Date", "Decision", "Service area", "Remedy", "Compliance", "Authority")
_WIDTHS = (None, None, 22, 26, 6, 13)
_WIDTHS_WITH_BODY = (None, None, 15, 14, 6, 13, 17)
_REMEDIES = {True: "yes", False: "no", None: ""}


@click.command
@click.argument("name")
@reads_inputs(wording=False)
@click.option(
    "--count",
    "counts",
    metavar="NAME",
    multiple=True,
    help="Show only the decisions of this count, such as upheld, as often as you like. Default: "
    "of every count.",
)
@click.option(
    "--average",
    metavar="STATISTIC",
    help="Show what the average of this statistic is drawn from instead: every authority of the "
    "same type, and the sums.",
)
@format_option("table", "csv", "json")
def explain(
    inputs: Inputs, name: str, counts: Sequence[str], average: str | None, format_: str
) -> None:
    """Show the figures of one authority, and the decisions that make up each of its counts.

    NAME is its name, or a part of it. A decision counts by its own date, compliance by the date on
    which it was recorded. Rates and averages are in whole per cent unless the edition says
    otherwise.
    """
    if counts and average is not None:
        raise UsageError(
            "--count shows decisions and --average shows authorities; leave out one of them."
        )
    figures = year_figures(inputs)
    notice_of_figures(inputs, figures)
    (index,) = indices_of(figures, [name])
    one = figures.authorities[index]
    if average is None:
        _print_cases(inputs, figures, one, counts, format_)
    else:
        _print_average(figures, one, average, format_)


# ---- the decisions of a count


def _print_cases(
    inputs: Inputs, figures: YearFigures, one: AuthorityFigures, asked: Sequence[str], format_: str
) -> None:
    definitions = figures.definitions
    names = count_names(definitions)
    if POPULATION in asked:
        raise UsageError(
            f"{POPULATION} is a number of residents, which no decision makes up; ask for another "
            "count."
        )
    for name in asked:
        _check_known("count", name, names)
    chosen = [name for name in names if not asked or name in asked]
    found = [
        case
        for case in cases(inputs.data, definitions, figures.year, one.authority.name)
        if not set(chosen).isdisjoint(case.counts_in)
    ]
    if format_ == "json":
        envelope.keep_fields(cases_record(one, found, definitions))
    elif format_ == "csv":
        click.echo("".join(cases_csv(found)), nl=False)
    else:
        lines = (_figures_table(figures, one), *_cases_lines(one, chosen, found))
        click.echo(printable("\n".join(lines)))


def _check_known(what: str, name: str, names: Sequence[str]) -> None:
    """Raises UsageError, with all names and the nearest, if a name is not among them."""
    if name not in names:
        near = f"the nearest of {', '.join(names)} is {nearest(name, names)[0]}" if names else ""
        raise UsageError(f'No {what} is called "{cut(name)}"; {near or "the edition has none"}.')


def _figures_table(figures: YearFigures, one: AuthorityFigures) -> str:
    rows = [
        [
            label(statistic.numerator),
            n_of_d(statistic, one.counts),
            statistic.shown(statistic.rate(one.counts)),
            statistic.shown(one.averages[statistic.name]),
        ]
        for statistic in figures.definitions.statistics
    ]
    head = f"{one.authority.name} ({one.authority.type})"
    return f"{head}, {period(figures.year)}\n\n{tabulated(rows, ['Statistic', '', 'Rate', 'Avg'])}"


def _cases_lines(
    one: AuthorityFigures, counts: Sequence[str], found: Sequence[Case]
) -> Iterator[str]:
    """Under the name and the number of each count, the decisions that count in it."""
    from tabulate import tabulate

    has_others = any(case.authority != one.authority.name for case in found)
    widths = _WIDTHS_WITH_BODY if has_others else _WIDTHS
    for count in counts:
        rows = [_cells(case)[: len(widths)] for case in found if count in case.counts_in]
        yield f"\n{label(count)}: {number_of(count, one.counts)}"
        if rows:
            headers = _HEADERS[: len(widths)]
            yield tabulate(rows, headers, disable_numparse=True, maxcolwidths=widths)


def _cells(case: Case) -> list[str]:
    compliance = f"{case.compliance_outcome} {case.compliance_date}"
    return [
        case.reference,
        str(case.decision_date),
        case.decision,
        case.service_area or NONE,
        _REMEDIES[case.satisfactory_remedy],
        "" if case.compliance_outcome is None else compliance,
        case.authority,
    ]


# ---- what an average is drawn from


def _print_average(figures: YearFigures, one: AuthorityFigures, name: str, format_: str) -> None:
    definitions, type_ = figures.definitions, one.authority.type
    statistics = {statistic.name: statistic for statistic in definitions.statistics}
    _check_known("statistic", name, [*statistics])
    if type_ not in definitions.compared_types:
        raise UsageError(
            f"{one.authority.name} has no average, since the edition does not compare the type "
            f"{type_}; leave out --average."
        )
    drawn = drawn_average(figures, type_, statistics[name])
    if format_ == "json":
        record = average_record(drawn, definitions)
        envelope.keep_fields({"authority": one.authority.name, **record})
    elif format_ == "csv":
        click.echo("".join(average_csv(drawn)), nl=False)
    else:
        click.echo(_average_table(drawn, definitions))


def _average_table(drawn: DrawnAverage, definitions: Definitions) -> str:
    statistic = drawn.statistic
    rows = [
        [
            one.authority.name,
            number_of(statistic.numerator, one.counts),
            number_of(statistic.denominator, one.counts),
            statistic.shown(statistic.rate(one.counts)),
        ]
        for one in drawn.members
    ]
    names = statistic.numerator, statistic.denominator
    table = tabulated(rows, [f"{drawn.type} ({len(rows)})", *map(label, names), "Rate"])
    return f"{table}\n\n{_sums_sentence(drawn, definitions)}"


def _sums_sentence(drawn: DrawnAverage, definitions: Definitions) -> str:
    statistic, (total, number) = drawn.statistic, drawn.sums
    average = statistic.shown(drawn.sums.average)
    if definitions.average_method is AverageMethod.POOLED:
        return f"Average (pooled): {int(total):,} of {number:,} is {average}"
    together = statistic.shown(total, statistic.decimals + 2)
    return (
        f"Average (mean): {number:,} rates add up to {together}; that over {number:,} is {average}"
    )
