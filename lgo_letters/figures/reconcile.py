"""What a statistician reconciles before the letters go: whole-file counts, odd dates, gaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lgo_letters.tables.data import Authority, Data, Decisions
from lgo_letters.year import ReportingYear

from .bodies import addressee_of
from .compare import YearFigures
from .count import OUTCOME_COUNTS
from .definitions import POPULATION

MOST_LINES = 20
"""How many lines of the file are listed of any one thing; the others are counted."""


@dataclass(frozen=True, slots=True)
class Lines:
    """How many dates something is true of, and the first lines that hold one."""

    number: int
    first: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Counts of rows over the whole file, and lists of authorities' names for the year.

    `rows` counts by kind of decision, in the edition's order, and by the reporting year of the
    decision's date; `outcomes` likewise by outcome of compliance and the date on which it was
    recorded. `earliest`, `latest` and `after_letter` are of the dates of decisions and of
    compliance. `blank_remedies` are decisions of the year on which a remedy may stand and which
    say nothing of one. `empty_months` are the first days of the months of the year in which nothing
    was decided. `nothing_to_count` goes by statistic; `below_full_compliance` are the
    authorities with an outcome that is not complied; `without_population` are those that some
    statistic leaves out because they have none. `ended` are the authorities that ended before the
    letter's date, each with the one at whose address it gets its letter.
    """

    rows: Mapping[str, Mapping[ReportingYear, int]]
    outcomes: Mapping[str, Mapping[ReportingYear, int]]
    earliest: date | None
    latest: date | None
    after_letter: Lines
    blank_remedies: int
    empty_months: Sequence[date]
    without_decision: Sequence[str]
    nothing_to_count: Mapping[str, Sequence[str]]
    below_full_compliance: Sequence[str]
    without_population: Sequence[str]
    ended: Sequence[tuple[Authority, Authority]]


def reconcile(data: Data, figures: YearFigures, letter_date: date) -> Reconciliation:
    """Counts what a statistician reconciles."""
    decisions, statistics = data.decisions, figures.definitions.statistics
    named = {authority.name: authority for authority in data.authorities}
    needs_population = any(POPULATION in statistic.columns for statistic in statistics)

    def without(count: str) -> list[str]:
        return [one.authority.name for one in figures.authorities if not one.counts.get(count)]

    ((earliest, latest),) = decisions.query(f"select min(day), max(day) from ({_DATES})")
    return Reconciliation(
        rows=_rows(
            decisions, figures, "decision", "decision_date", figures.definitions.kinds.names
        ),
        outcomes=_rows(decisions, figures, "compliance_outcome", "compliance_date", OUTCOME_COUNTS),
        earliest=earliest,
        latest=latest,
        after_letter=_dated_after(decisions, letter_date),
        blank_remedies=_blank_remedies(decisions, figures),
        empty_months=_empty_months(decisions, figures.year),
        without_decision=without("decisions"),
        nothing_to_count={
            statistic.name: without(statistic.denominator) for statistic in statistics
        },
        below_full_compliance=[
            one.authority.name
            for one in figures.authorities
            if one.counts["complied"] < one.counts["compliance_outcomes"]
        ],
        without_population=without(POPULATION) if needs_population else [],
        ended=[
            (one.authority, addressee_of(one.authority, named, letter_date))
            for one in figures.authorities
            if one.authority.until is not None and one.authority.until < letter_date
        ],
    )


def implausible_dates(decisions: Decisions, since: date, today: date) -> Sequence[date]:
    """The dates before there was an Ombudsman and those in the future, in their order."""
    sql = f"select day from ({_DATES}) where day < $since or day > $today order by day"
    return [day for (day,) in decisions.query(sql, {"since": since, "today": today})]


_DATES = """
    select line, decision_date as day from decisions
    union all
    select line, compliance_date from decisions where compliance_date is not null
"""


def _rows(
    decisions: Decisions, figures: YearFigures, column: str, date_column: str, words: Iterable[str]
) -> Mapping[str, Mapping[ReportingYear, int]]:
    """How many rows have each of these words in a column, by the year of the date that goes by."""
    rows: dict[str, Counter[ReportingYear]] = {word: Counter() for word in words}
    sql = f"""
        select {column}, {date_column}, count(*) from decisions
        where {date_column} is not null group by all
    """
    for word, day, number in decisions.query(sql):
        rows[word][figures.year.containing(day)] += number
    return rows


def _dated_after(decisions: Decisions, day: date) -> Lines:
    after = f"from ({_DATES}) where day > $day"
    ((number,),) = decisions.query(f"select count(*) {after}", {"day": day})
    lines = decisions.query(
        f"select distinct line {after} order by line limit {MOST_LINES}", {"day": day}
    )
    return Lines(number, tuple(line for (line,) in lines))


def _blank_remedies(decisions: Decisions, figures: YearFigures) -> int:
    kinds = figures.definitions.kinds
    sql = """
        select count(*) from decisions
        where decision_date between $start and $end and satisfactory_remedy is null
            and list_contains($kinds::VARCHAR[], decision::VARCHAR)
    """
    parameters = {
        "start": figures.year.start,
        "end": figures.year.end,
        "kinds": kinds.counting_as(kinds.remedy_on),
    }
    ((number,),) = decisions.query(sql, parameters)
    return int(number)


def _empty_months(decisions: Decisions, year: ReportingYear) -> Sequence[date]:
    sql = "select distinct decision_date from decisions where decision_date between $start and $end"
    days = decisions.query(sql, {"start": year.start, "end": year.end})
    found = {day.replace(day=1) for (day,) in days}
    return [month for month in year.months if month not in found]
