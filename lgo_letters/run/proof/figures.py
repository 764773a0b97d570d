"""How the figures of a year add up: from the rows of decisions.csv to the averages in letters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from lgo_letters.edition.edition import Edition
from lgo_letters.edition.text.blocks import Block, Heading, Paragraph, Table
from lgo_letters.figures.compare import GroupFigures, YearFigures
from lgo_letters.figures.definitions import AverageMethod, Statistic
from lgo_letters.figures.explain import DrawnAverage, drawn_average
from lgo_letters.figures.reconcile import Reconciliation
from lgo_letters.names import capitalised
from lgo_letters.year import ReportingYear

from .words import NOBODY, said, sums

_GROUP = "Type of authority"
_BY_YEAR = ("Before the year", "In the year", "After it", "All")


class Agreement(NamedTuple):
    """Two numbers that have to be the same: rows of the year, and a count of everybody together."""

    what: str
    rows: int
    counted: int


def agreements(found: Reconciliation, figures: YearFigures) -> Sequence[Agreement]:
    """What the rows of the year come to, and what the authorities' figures do."""
    counts = figures.england.counts
    return [
        Agreement(what, sum(years.get(figures.year, 0) for years in rows.values()), counts[count])
        for what, rows, count in (
            ("decisions in the year", found.rows, "decisions"),
            ("compliance outcomes in the year", found.outcomes, "compliance_outcomes"),
        )
    ]


def figures_content(
    found: Reconciliation, figures: YearFigures, edition: Edition
) -> Iterator[Block]:
    """From the rows to the groups of authorities, and for each statistic to the averages."""
    yield Heading("From the rows to the year", 3)
    yield said(
        "A decision counts in the year of its own date; compliance in the year in which it was "
        "recorded, whenever the decision was."
    )
    yield _rows_table("Decisions read, by date of decision", "Decision", found.rows, figures.year)
    yield _rows_table("Compliance read, by date recorded", "Outcome", found.outcomes, figures.year)
    yield _agreement(agreements(found, figures), figures)
    yield Heading("From the authorities to the averages", 3)
    yield said(_method(figures))
    yield _groups_table(figures)
    for statistic in figures.definitions.statistics:
        yield _statistic_table(statistic, figures, edition)


def _rows_table(
    caption: str,
    what: str,
    rows: Mapping[str, Mapping[ReportingYear, int]],
    year: ReportingYear,
) -> Table:
    def numbers(years: Mapping[ReportingYear, int]) -> Sequence[int]:
        before = sum(number for its_year, number in years.items() if its_year < year)
        all_rows = sum(years.values())
        return before, years.get(year, 0), all_rows - before - years.get(year, 0), all_rows

    return sums(
        caption, (what, *_BY_YEAR), {word: numbers(years) for word, years in rows.items()}, "All"
    )


def _agreement(found: Sequence[Agreement], figures: YearFigures) -> Paragraph:
    """Both numbers of each, and whether they are the same."""
    numbers = (
        f"{one.what}, {one.rows:,} above and {one.counted:,} for {figures.england.name} below"
        for one in found
    )
    agree = all(one.rows == one.counted for one in found)
    return said(f"{'; '.join(numbers)}.", "These agree:" if agree else "THESE DO NOT AGREE:")


def _method(figures: YearFigures) -> str:
    if figures.definitions.average_method is AverageMethod.POOLED:
        return (
            "Averages are pooled: a type's average is the sum of its numerators over the sum of "
            "its denominators. Letters print it rounded half up, once and last."
        )
    return (
        "Averages are means: a type's average is the sum of its authorities' rates over the number "
        "of those that have one. Letters print it rounded half up, once and last."
    )


def _groups(figures: YearFigures) -> Iterator[tuple[str, GroupFigures]]:
    """Those that add up to everybody, by what they are called; none that is empty."""
    for group in (*figures.types, figures.others, figures.not_in_year):
        if group.authorities:
            is_absent = group is figures.not_in_year
            yield f"{group.name} ({group.authorities:,})" if is_absent else group.name, group


def _groups_table(figures: YearFigures) -> Table:
    """Who was counted; bodies not in the year have counts, and get no letter."""
    rows = {
        name: (0 if group is figures.not_in_year else group.authorities, group.counts["decisions"])
        for name, group in _groups(figures)
    }
    headings = (_GROUP, "Authorities with a letter", figures.definitions.noun("decisions", 2))
    return sums("Authorities and decisions", headings, rows, figures.england.name)


def _statistic_table(statistic: Statistic, figures: YearFigures, edition: Edition) -> Table:
    """Each group's counts, its rate or average to one more decimal place, and as it is printed."""
    definitions = figures.definitions
    is_mean = definitions.average_method is AverageMethod.MEAN
    groups = [*_groups(figures), (figures.england.name, figures.england)]
    rows = []
    for name, group in groups:
        counts, drawn = group.counts, None
        if group in figures.types:
            drawn = drawn_average(figures, group.name, statistic)
            # Those of whom a count is not known are left out of both sums.
            counts = {**counts, **statistic.sums(one.counts for one in drawn.members)}
        cells = [f"{counts[c]:,}" if c in counts else NOBODY for c in statistic.columns]
        rate = group.rates[statistic.name]
        if is_mean:
            rate = None if drawn is None else drawn.sums.average
            cells += _rates(drawn)
        cells += [statistic.shown(rate, statistic.decimals + 1), statistic.shown(rate)]
        rows.append((name, *cells))
    headings = [capitalised(definitions.noun(count, 2)) for count in statistic.columns]
    headings += ["Sum of rates", "Rates", "Average"] if is_mean else ["Rate"]
    caption = edition.statistic_name(statistic.name)
    return Table(caption, (_GROUP, *headings, "Rounded"), tuple(rows), has_total=True)


def _rates(drawn: DrawnAverage | None) -> Sequence[str]:
    """The sum of the rates that a mean is drawn from, and how many they are."""
    if drawn is None:
        return NOBODY, NOBODY
    total, number = drawn.sums
    return drawn.statistic.shown(total, drawn.statistic.decimals + 2), f"{number:,}"
