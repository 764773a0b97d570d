"""The parts of a year's Review that say what its figures are made of, as `stats --by` does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lgo_letters.figures.breakdown import Breakdown, Value
from lgo_letters.figures.by import OF_AUTHORITIES
from lgo_letters.figures.definitions import Counts, round_half_up
from lgo_letters.figures.report import NONE, TOTAL, Fields, breakdown_record
from lgo_letters.names import capitalised
from lgo_letters.run.composed import year_breakdown
from lgo_letters.site import words
from lgo_letters.site.charts import BarChart, fraction
from lgo_letters.site.page import Download, Section
from lgo_letters.site.review import Review

_NOT_GIVEN = "Not given"


class Row(NamedTuple):
    """A row of a breakdown: what people call it, its value in tables, and its counts.

    `path` is that of a page about it, and `note` what else is said of it.
    """

    name: str
    value: str
    counts: Counts
    path: str | None = None
    note: str | None = None


def _rows(review: Review, breakdown: Breakdown) -> Sequence[Row]:
    if breakdown.by in OF_AUTHORITIES:
        figures = review.year.figures
        members = Counter(getattr(one.authority, breakdown.by) for one in figures.authorities)
        return [
            _row_of_authorities(review, breakdown.by, value, counts, members[value])
            for value, counts in breakdown.rows.items()
        ]
    return [
        Row(value or _NOT_GIVEN, value or NONE, counts) for value, counts in breakdown.rows.items()
    ]


def _row_of_authorities(review: Review, by: str, value: Value, counts: Counts, members: int) -> Row:
    """A type or a region, and how many authorities it has."""
    note = f"{members:,} {'authority' if members == 1 else 'authorities'}" if members else None
    if value is None or by != "type" or value == review.year.figures.not_in_year.name:
        return Row(value or _NOT_GIVEN, value or NONE, counts, note=note)
    types = review.site.types if review.year is review.site.newest else {}
    path = types[value].path if value in types else None
    return Row(words.plural(value), value, counts, path, note)


def _total(review: Review, counts: Counts) -> Row:
    return Row(review.year.figures.england.name, TOTAL, counts)


def outcomes_section(review: Review) -> Section:
    """Every decision by its outcome."""
    breakdown = review.year.by_decision[None]
    noun, everything = review.year.definitions.noun("decisions", 2), breakdown.total["decisions"]
    rows = _rows(review, breakdown)
    shares = [
        None if part is None else round_half_up(part, 100)
        for row in rows
        for part in [fraction(row.counts["decisions"], everything)]
    ]
    table: list[Fields] = [
        {"decision": row.value, "decisions": row.counts["decisions"], "percentage": share}
        for row, share in zip(rows, shares, strict=True)
    ]
    table.append({"decision": TOTAL, "decisions": everything, "percentage": None})
    first = next(iter(review.statistics), None)
    values = {
        "rows": [*zip(rows, shares, strict=True)],
        "total": everything,
        "noun": noun,
        "chart": _chart(review, "outcome", {"decisions": noun}, rows),
        "statistic": first and review.year.edition.statistic_name(first.name),
        "of": first and review.year.definitions.noun(first.denominator, 2),
        "downloads": [Download("outcomes", f"{capitalised(noun)} by outcome", table)],
    }
    return Section("outcomes", "What we decided", "section-outcomes.html", values)


def services_section(review: Review) -> Section | None:
    """The figures by service area; None where the tables have none."""
    return _section(review, "service_area", "service area", "service-areas")


def types_section(review: Review) -> Section | None:
    """The figures by type of authority."""
    return _section(review, "type", "type of authority", "types")


def regions_section(review: Review) -> Section | None:
    """The figures by region; None where the tables have none."""
    return _section(review, "region", "region", "regions")


def _section(review: Review, by: str, what: str, name: str) -> Section | None:
    """A chart and a table, whose rows are in the order of the edition or by name."""
    year, definitions = review.year, review.year.definitions
    breakdown = year_breakdown(year.inputs, year.figures, by, None)
    if not breakdown.rows.keys() - {None}:
        return None
    rows, record = _rows(review, breakdown), breakdown_record(breakdown, definitions)
    first, others = review.statistics[:1], review.statistics[1:]
    counts = ("decisions", *(count for one in first for count in (one.denominator, one.numerator)))
    nouns = {count: definitions.noun(count, 2) for count in counts}
    table = [*record["rows"], {by: TOTAL, **record["total"]}]
    values = {
        "what": what,
        "nouns": nouns,
        "rows": rows,
        "total": _total(review, breakdown.total),
        "first": first,
        "others": others,
        "year": year,
        "chart": _chart(review, what, nouns, rows),
        "downloads": [Download(name, f"By {what}", table)],
    }
    return Section(name, f"By {what}", "section-breakdown.html", values)


def _chart(review: Review, what: str, nouns: Mapping[str, str], rows: Sequence[Row]) -> BarChart:
    """A bar for each of some counts in every row."""
    *before, last = nouns.values()
    counted = f"{', '.join(before)} and {last}" if before else last
    few, many = (pick(rows, key=lambda row: row.counts["decisions"]) for pick in (min, max))
    return BarChart(
        f"{capitalised(counted)} by {what}, {review.year.label}",
        f"Bar chart of {counted} by {what}, from {few.counts['decisions']:,} "
        f"{nouns['decisions']} ({few.name}) to {many.counts['decisions']:,} ({many.name}). "
        "The table has every figure.",
        [capitalised(noun) for noun in nouns.values()],
        [(row.name, [row.counts[count] for count in nouns]) for row in rows],
    )


# ---- compliance

_OUTCOMES = {
    "compliance_outcomes": "All outcomes",
    "on_time": "Complied on time",
    "complied_late": "Complied late",
    "not_complied": "Did not comply",
}
_OF_FAILURES = (
    *("reference", "authority", "service_area", "decision_date", "compliance_date"),
    *("summary", "link", "report"),
)


def compliance_section(review: Review) -> Section:
    """What was recorded of recommendations, by type, and the failures that are published."""
    year = review.year
    breakdown = year_breakdown(year.inputs, year.figures, "type", None)
    rows = [row._replace(counts=_outcomes(row.counts)) for row in _rows(review, breakdown)]
    total = _total(review, _outcomes(breakdown.total))
    in_chart = [(name, [total.counts[count]]) for count, name in _OUTCOMES.items()]
    said = "; ".join(f"{name.lower()}, {number:,}" for name, [number] in in_chart)
    failures = [
        (review.site.authorities[holder], published)
        for holder in sorted(year.published, key=str.casefold)
        for published in year.published[holder]
        if "not_complied" in published.case.counts_in
    ]
    table = [{"type": row.value, **row.counts} for row in (*rows, total)]
    downloads = [Download("compliance", "Compliance by type of authority", table)]
    if failures:
        cases = [{name: its.fields[name] for name in _OF_FAILURES} for _, its in failures]
        downloads.append(Download("failures", "Published failures to comply", cases))
    values = {
        "outcomes": _OUTCOMES,
        "rows": rows,
        "total": total,
        "chart": BarChart(
            f"Compliance outcomes, {year.label}",
            f"Bar chart of compliance outcomes: {said}.",
            ["Compliance outcomes"],
            in_chart,
        ),
        "failures": failures,
        "year": year,
        "downloads": downloads,
    }
    return Section("compliance", "Failures to comply", "section-compliance.html", values)


def _outcomes(counts: Counts) -> Counts:
    """The compliance outcomes, and how many of them were each thing."""
    return {
        "compliance_outcomes": counts["compliance_outcomes"],
        "on_time": counts["complied"] - counts["complied_late"],
        "complied_late": counts["complied_late"],
        "not_complied": counts["not_complied"],
    }
