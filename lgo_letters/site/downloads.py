"""The data of the pages as tables to download: statistics, authorities, published decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lgo_letters.figures.definitions import POPULATION, AverageMethod, Definitions, Statistic
from lgo_letters.figures.report import Fields, authority_fields

from . import words
from .site import Site
from .table import ADDRESS, DATE, NUMBER, TEXTS, WHOLE, YES_NO, Column, Table
from .year import SiteYear


def about_data(site: Site) -> Mapping[str, str]:
    """Whose the data are, and the licence and contact of the edition where it has them."""
    settings = site.newest.edition.settings.site
    said = {
        "publisher": site.publisher,
        "licence": settings.licence,
        "contact": settings.contact,
        **site.mark,
    }
    return {name: text for name, text in said.items() if text is not None}


def tables(site: Site) -> Iterator[Table]:
    """Every table; each row of the example says that it is of the example."""
    mark = [Column(name, "Marks every row of the example.", required=True) for name in site.mark]
    for table in (_statistics(site), _authorities(site), _decisions(site)):
        rows = [{**row, **site.mark} for row in table.rows]
        yield replace(table, columns=[*table.columns, *mark], rows=rows)


# ---- the columns that tell years apart

_YEAR = (
    Column("year", "The calendar year in which the reporting year ends.", WHOLE, required=True),
    Column("year_label", "Both calendar years of the reporting year, as 2019-20.", required=True),
)


def _of_year(year: SiteYear) -> Fields:
    return {"year": year.ending, "year_label": year.label}


def _in_order(site: Site) -> Sequence[SiteYear]:
    """The years from the oldest on, so that a new one is added at a table's end."""
    return site.years[::-1]


# ---- statistics


def _statistics(site: Site) -> Table:
    recalculated = {known.year.ending: known.recalculated for known in site.known_years}
    rows = [
        {
            **_of_year(year),
            **authority_fields(year.authorities[name].figures, year.definitions),
            "recalculated": name in recalculated[year.ending],
        }
        for year in _in_order(site)
        for name in site.authorities
        if name in year.authorities
    ]
    columns: dict[str, Column] = {}
    for year in site.years:
        columns = {column.name: column for column in _figure_columns(year)} | columns
    breaks = (one.note for one in site.newest.edition.settings.breaks)
    return Table(
        "statistics",
        "Statistics",
        " ".join(
            (
                "The figures of each authority in each year: the counts, the rates that they give, "
                "and the averages of authorities of its type. A row per authority and year.",
                *breaks,
            )
        ),
        (
            *_YEAR,
            Column("authority", "The name of the authority.", required=True),
            Column("type", "Its type, such as District Council.", required=True),
            Column("code", "Its code, such as E07000234."),
            *columns.values(),
            Column(
                "recalculated",
                "Whether a rate or an average is not the one that was published at the time.",
                YES_NO,
                required=True,
            ),
        ),
        ("year", "authority"),
        rows,
    )


def _figure_columns(year: SiteYear) -> Iterator[Column]:
    """The columns of `authority_fields` after those of the authority itself."""
    definitions = year.definitions
    yield Column("decisions", _count(definitions, "decisions"), WHOLE)
    for statistic in definitions.statistics:
        for count in statistic.columns:
            yield Column(count, _count(definitions, count), WHOLE)
        yield Column(f"{statistic.name}_rate", _rate(year, statistic), NUMBER)
        yield Column(f"{statistic.name}_average", _average(year, statistic), NUMBER)


_COUNTED = {
    "complied": "compliance outcomes where the authority complied, late ones included",
    "complied_late": "compliance outcomes where the authority complied late",
    "not_complied": "compliance outcomes where the authority did not comply",
    POPULATION: "residents",
}


def _count(definitions: Definitions, count: str) -> str:
    return f"Number of {words.counted(count, definitions, _COUNTED)}."


def _rate(year: SiteYear, statistic: Statistic) -> str:
    above, below = (
        words.counted(count, year.definitions, _COUNTED)
        for count in (statistic.numerator, statistic.denominator)
    )
    of = "as a percentage of" if statistic.per == 100 else f"for every {statistic.per:,}"
    places = statistic.decimals
    rounded = f"to {places} decimal place{'s' * (places > 1)}" if places else "to a whole number"
    return (
        f"{year.edition.statistic_name(statistic.name)}: {above} {of} {below}, rounded {rounded}. "
        "Blank where there is nothing to count."
    )


def _average(year: SiteYear, statistic: Statistic) -> str:
    how = "as the mean of their rates"
    if year.definitions.average_method is AverageMethod.POOLED:
        how = "all their cases taken together"
    return (
        f"The average of {statistic.name}_rate in the authorities of its type, itself included, "
        f"{how}. Blank where the type is not compared."
    )


# ---- authorities


def _authorities(site: Site) -> Table:
    listed = sorted(site.newest.inputs.data.authorities, key=lambda row: row.name.casefold())
    years = {year for row in listed for year in row.populations if year is not None}
    populations: dict[int | None, Column] = {
        None: Column("population", "Residents, in years without a column of their own.", WHOLE)
    }
    for year in sorted(years):
        meaning = f"Residents, in the year that ends in {year}."
        populations[year] = Column(f"population_{year}", meaning, WHOLE)
    rows = [
        {
            "name": row.name,
            "type": row.type,
            "code": row.code,
            "region": row.region,
            "from": row.start,
            "until": row.until,
            **{populations[year].name: number for year, number in row.populations.items()},
        }
        for row in listed
    ]
    return Table(
        "authorities",
        "Authorities",
        "The authorities that decisions are about, those that have ended and those to come among "
        "them. A row per authority.",
        (
            Column("name", "The name of the authority.", required=True),
            Column("type", "Its type, such as District Council.", required=True),
            Column("code", "Its code, such as E07000234."),
            Column("region", "Its region."),
            Column(
                "from",
                "Its first day. Blank for most that existed before the first of these years.",
                DATE,
            ),
            Column("until", "Its last day. Blank where it has none.", DATE),
            *populations.values(),
        ),
        ("name",),
        rows,
    )


# ---- decisions


def _decisions(site: Site) -> Table:
    rows = [
        {**_of_year(year), **published.fields, "counted_for": name}
        for year in _in_order(site)
        for name in site.authorities
        for published in year.published.get(name, ())
    ]
    return Table(
        "decisions",
        "Published decisions",
        "The decisions that were published, and no others, so they need not add up to the "
        "statistics. A row per decision and year: a decision whose compliance outcome was recorded "
        "in a later year is in both.",
        (
            *_YEAR,
            Column("reference", "The reference of the case.", required=True),
            Column("authority", "The authority that it is about.", required=True),
            Column("service_area", "The service that it is about."),
            Column("decision_date", "The day of the decision.", DATE, required=True),
            Column("decision", "What was decided.", required=True),
            Column(
                "satisfactory_remedy",
                "Whether the authority had already provided a satisfactory remedy.",
                YES_NO,
            ),
            Column("compliance_date", "The day of the compliance outcome.", DATE),
            Column("compliance_outcome", "Whether the authority did what was recommended."),
            Column(
                "counts_in",
                "The counts of that year, as in statistics.csv, that it is part of.",
                TEXTS,
                required=True,
            ),
            Column("summary", "What it was about, in a few words."),
            Column("link", "Where the decision is published in full.", ADDRESS),
            Column("report", "Where the public report on it is.", ADDRESS),
            Column(
                "counted_for",
                "The authority in whose statistics it is: the one that came after it where the "
                "authority itself has ended.",
                required=True,
            ),
        ),
        ("year", "reference", "authority"),
        rows,
    )
