from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from lgo_letters.figures.compare import YearFigures, compare
from lgo_letters.figures.definitions import Statistic
from lgo_letters.figures.history import (
    Difference,
    EarlierYear,
    Outlier,
    comparable,
    differences,
    largest_moves,
    outliers,
    past_figures,
)
from lgo_letters.tables.data import Authority, FileReport, InputFile
from lgo_letters.tables.history import PastFigures, PublishedYear
from lgo_letters.year import ReportingYear
from tests.support.definitions import DEFINITIONS
from tests.support.rows import in_order, some_counts

Y2018, Y2019, Y2020, Y2021 = map(ReportingYear, range(2018, 2022))

# Avon and Bath became one in the middle of 2019-20; Cork has been there all along.
AVON = Authority(
    "Avon", "District Council", "", until=date(2019, 6, 30), successors=("Avon and Bath",)
)
BATH = replace(AVON, name="Bath")
MERGED = Authority("Avon and Bath", "District Council", "", start=date(2019, 7, 1))
CORK = Authority("Cork", "District Council", "")
BODIES = (AVON, BATH, MERGED, CORK)


def past(
    type_: str = "District Council", decisions: int | None = 10, **numbers: str
) -> PastFigures:
    return PastFigures(type_, decisions, {name: Decimal(text) for name, text in numbers.items()})


def published(*columns: str, **figures: PastFigures) -> PublishedYear:
    return PublishedYear(columns, figures, FileReport(InputFile("", "", 0), (), 0, ()))


def figures_of(year: ReportingYear, **decisions: int) -> YearFigures:
    authorities = [Authority(name, "District Council", "") for name in decisions]
    counts = {name: some_counts(decisions=number) for name, number in decisions.items()}
    return compare(authorities, in_order(authorities, counts), year, DEFINITIONS)


# ---- what is compared


@pytest.mark.parametrize(
    ("then", "now", "compared"),
    [
        (Y2018, Y2019, {"Avon", "Bath", "Cork"}),
        (Y2019, Y2020, {"Avon", "Bath", "Cork"}),  # both had a quarter of 2019-20 for themselves
        (Y2018, Y2020, {"Avon", "Bath", "Cork"}),
        (Y2019, Y2021, {"Cork"}),
        (Y2020, Y2021, {"Cork"}),  # the new body has nine months of 2019-20
        (Y2021, ReportingYear(2022), {"Avon and Bath", "Cork"}),
    ],
)
def test_no_figure_is_compared_over_a_merger(
    then: ReportingYear, now: ReportingYear, compared: set[str]
) -> None:
    figures = {body.name: past() for body in BODIES}
    assert comparable(figures, then, now, BODIES).keys() == compared


def test_a_body_that_took_another_in_is_not_compared_with_itself_before() -> None:
    bodies = (replace(AVON, successors=("Cork",)), CORK)
    figures = {"Avon": past(), "Cork": past()}
    assert comparable(figures, Y2019, Y2020, bodies).keys() == {"Avon", "Cork"}
    assert comparable(figures, Y2020, Y2021, bodies).keys() == set()
    assert comparable(figures, Y2021, ReportingYear(2022), bodies).keys() == {"Cork"}


def test_a_body_that_began_within_the_earlier_year_is_not_compared_with_it() -> None:
    new = replace(CORK, start=date(2018, 4, 2))
    assert not comparable({"Cork": past()}, Y2019, Y2020, [new])
    assert comparable({"Cork": past()}, Y2019, Y2020, [replace(new, start=date(2018, 4, 1))])


def test_a_body_whose_type_has_changed_is_not_compared_with_itself_before() -> None:
    assert not comparable({"Cork": past("County Council")}, Y2019, Y2020, [CORK])
    assert comparable({"Cork": past("DISTRICT  council")}, Y2019, Y2020, [CORK])


def test_figures_of_bodies_that_are_not_known_today_are_left_out() -> None:
    assert comparable({"Derry": past(), "Cork": past()}, Y2019, Y2020, [CORK]) == {"Cork": past()}


def test_nothing_is_compared_over_a_break() -> None:
    year = EarlierYear(Y2019, is_recalculated=False, figures={"Cork": past()})
    assert year.compared("Cork") == past()
    assert year.compared("Avon") is None
    assert replace(year, breaks=("Counted otherwise.",)).compared("Cork") is None


# ---- the same figures counted again


def test_figures_counted_again_have_the_form_of_those_published() -> None:
    """By hand: 1 of 8 is 12.5, half up 13; of the two of the type 2 of 11 is 18.18."""
    authorities = (CORK, replace(AVON, until=None, successors=()))
    counts = {
        "Cork": some_counts(decisions=20, detailed_investigations=8, upheld=1),
        "Avon": some_counts(decisions=9, detailed_investigations=3, upheld=1),
    }
    definitions = replace(
        DEFINITIONS,
        statistics=(
            *DEFINITIONS.statistics[:2],
            Statistic("fine", "upheld", "detailed_investigations", decimals=2),
        ),
    )
    year = compare(authorities, in_order(authorities, counts), Y2019, definitions)
    assert past_figures(year)["Cork"] == past(
        decisions=20,
        upheld_rate="13",
        upheld_average="18",
        fine_rate="12.50",
        fine_average="18.18",
    )
    assert str(past_figures(year)["Cork"].rate("fine")) == "12.50"


def test_differences_are_those_of_authorities_and_figures_that_both_have() -> None:
    before = published(
        "upheld_rate",
        "upheld_average",
        Cork=past(upheld_rate="40.0", upheld_average="45"),
        Avon=past(upheld_rate="41", upheld_average="45"),
        Bath=past(upheld_average="45"),
        Derry=past(upheld_rate="50"),
    )
    today: Mapping[str, PastFigures] = {
        "Cork": past(upheld_rate="40", upheld_average="46", remedy_rate="3"),
        "Avon": past(upheld_average="46"),
        "Bath": past(upheld_rate="7", upheld_average="46"),
    }
    assert list(differences(before, today)) == [
        Difference("District Council", "upheld_average", Decimal(45), Decimal(46)),
        Difference("Avon", "upheld_rate", Decimal(41), None),
        Difference("Bath", "upheld_rate", None, Decimal(7)),
    ]


# ---- numbers of decisions that differ too much


@pytest.mark.parametrize(
    ("then", "now", "is_outlier"),
    [
        (10, 49, False),
        (10, 50, True),
        (10, 3, False),
        (10, 2, True),
        (10, 0, True),
        (0, 4, False),
        (0, 5, True),
        (0, 0, False),
        (1, 4, False),
        (None, 50, False),
    ],
)
def test_five_times_or_a_fifth_of_an_earlier_year_s_decisions_is_an_outlier(
    then: int | None, now: int, is_outlier: bool
) -> None:
    earlier = EarlierYear(
        Y2019, is_recalculated=False, figures={"Cork": past(decisions=then)}, breaks=("A note.",)
    )
    expected = [Outlier("Cork", Y2019, then or 0, now)] if is_outlier else []
    assert outliers(figures_of(Y2020, Cork=now), [earlier]) == expected


def test_the_last_year_of_which_the_number_is_known_is_the_one_compared_with() -> None:
    earlier = [
        EarlierYear(
            Y2019,
            is_recalculated=False,
            figures={"Avon": past(decisions=None), "Bath": past(decisions=11)},
        ),
        EarlierYear(
            Y2018,
            is_recalculated=False,
            figures={"Avon": past(decisions=2), "Bath": past(decisions=2)},
        ),
    ]
    found = outliers(figures_of(Y2020, Avon=10, Bath=10, Cork=10), earlier)
    assert found == [Outlier("Avon", Y2018, 2, 10)]


def test_the_outliers_that_differ_by_the_most_decisions_come_first() -> None:
    figures = {"Avon": past(decisions=1), "Bath": past(decisions=50), "Cork": past(decisions=2)}
    earlier = EarlierYear(Y2019, is_recalculated=False, figures=figures)
    found = outliers(figures_of(Y2020, Avon=6, Bath=1, Cork=20), [earlier])
    assert [one.authority for one in found] == ["Bath", "Cork", "Avon"]


# ---- the largest moves


def test_the_largest_moves_are_those_of_the_most_cases_and_not_of_the_most_points() -> None:
    """By hand: Avon 50 points of 1 come to ½, Bath 10 of 40 to 4, Cork 25 of 8 to 2, Derry to 0."""
    upheld = DEFINITIONS.statistics[0]
    counted = {"Avon": (1, 1), "Bath": (20, 40), "Cork": (6, 8), "Derry": (10, 20), "Exe": (0, 0)}
    authorities = [Authority(name, "District Council", "") for name in counted]
    counts = {
        name: some_counts(**{upheld.numerator: above, upheld.denominator: below})
        for name, (above, below) in counted.items()
    }
    figures = compare(authorities, in_order(authorities, counts), Y2020, DEFINITIONS)
    rates = {"Avon": "50", "Bath": "60", "Cork": "100", "Derry": "52", "Exe": "1"}
    then = {name: past(upheld_rate=rate) for name, rate in rates.items()}
    earlier = EarlierYear(Y2019, is_recalculated=False, figures=then)
    found = largest_moves(upheld, figures, earlier, 5)
    moves = [f"{one.authority} {one.then}-{one.now} of {one.number}: {one.cases}" for one in found]
    assert moves == [
        "Bath 60-50 of 40: 4",
        "Cork 100-75 of 8: 2",
        "Avon 50-100 of 1: 1/2",
    ]
    assert largest_moves(upheld, figures, earlier, 1) == found[:1]
    assert not largest_moves(upheld, figures, replace(earlier, breaks=("Otherwise.",)), 5)
