from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lgo_letters.figures.compare import AuthorityFigures, YearFigures, compare
from lgo_letters.figures.count import total
from lgo_letters.figures.definitions import AverageMethod, Counts, Statistic
from lgo_letters.tables.data import Authority
from lgo_letters.tables.decisions.columns import COMPLIANCE_OUTCOMES
from lgo_letters.tables.kinds import DecisionKinds
from lgo_letters.year import ReportingYear
from tests.support.definitions import COMPLIANCE, DEFINITIONS, KINDS, REMEDY, STATISTICS, UPHELD
from tests.support.rows import Decision, count, in_order, some_counts

YEAR = ReportingYear(2020)
IN_YEAR = date(2019, 10, 14)
BEFORE = date(2019, 3, 31)
AFTER = date(2020, 4, 1)
DISTRICT, COUNTY, PARK = "District Council", "County Council", "National Park Authority"
COMPARED = replace(DEFINITIONS, compared_types=(COUNTY, DISTRICT))
NO_AVERAGES = dict.fromkeys(("upheld", "compliance", "remedy"))


def decision(
    authority: str = "Bromsgrove",
    kind: str = "Upheld",
    day: date = IN_YEAR,
    remedy: bool | None = None,
    compliance_day: date | None = None,
    compliance: str | None = None,
) -> Decision:
    return Decision(authority, kind, day, remedy, compliance_day, compliance)


def recorded(compliance: str, day: date = IN_YEAR, decided: date = BEFORE) -> Decision:
    return decision(day=decided, compliance_day=day, compliance=compliance)


def one(decisions: Iterable[Decision]) -> Counts:
    """The counts of the one authority that the decisions name."""
    (counts,) = count(decisions, YEAR).values()
    return counts


def upheld(number: int, of: int) -> Counts:
    return some_counts(decisions=of, detailed_investigations=of, upheld=number)


def complied(number: int, of: int) -> Counts:
    return some_counts(compliance_outcomes=of, complied=number)


def authorities(**types: str) -> list[Authority]:
    return [Authority(name, type_, "Chief Executive") for name, type_ in types.items()]


def by_name(figures: YearFigures) -> dict[str, AuthorityFigures]:
    return {authority.authority.name: authority for authority in figures.authorities}


def compared(
    counts: Mapping[str, Counts], method: AverageMethod = AverageMethod.POOLED, **types: str
) -> YearFigures:
    bodies = authorities(**types)
    definitions = replace(COMPARED, average_method=method)
    return compare(bodies, in_order(bodies, counts), YEAR, definitions)


# ---- rounding


@pytest.mark.parametrize(
    ("numerator", "denominator", "printed"),
    [
        (1, 8, 13),
        (3, 8, 38),
        (5, 8, 63),
        (7, 8, 88),
        (1, 40, 3),
        (1, 200, 1),
        (1, 201, 0),
        (29, 200, 15),  # 14.5 %, and 14.499… in floats
        (113, 200, 57),  # 56.5 %, and 56.499… in floats
        (199, 200, 100),
        (198, 200, 99),
        (1999, 2000, 100),
        (1, 3, 33),
        (2, 3, 67),
        (0, 7, 0),
        (7, 7, 100),
        (10**30 + 1, 2 * 10**30, 50),
        (5 * 10**27, 10**30, 1),
        (5 * 10**27 - 1, 10**30, 0),
    ],
)
def test_a_rate_is_rounded_half_up_to_whole_per_cent(
    numerator: int, denominator: int, printed: int
) -> None:
    rate = Fraction(numerator, denominator)
    assert UPHELD.number(rate) == printed
    assert UPHELD.printed(rate) == f"{printed}"


@pytest.mark.parametrize(
    ("numerator", "denominator", "printed"),
    [
        (1970, 1982, 994),
        (1, 2000, 1),
        (1, 2001, 0),
        (1999, 2000, 1000),
        (1, 16, 63),
        (3, 16, 188),
        (0, 1, 0),
        (1, 1, 1000),
    ],
)
def test_a_rate_is_rounded_half_up_to_tenths_of_a_per_cent(
    numerator: int, denominator: int, printed: int
) -> None:
    rate = Fraction(numerator, denominator)
    assert UPHELD.number(rate, 1) == printed / 10
    assert UPHELD.printed(rate, 1) == f"{printed // 10}.{printed % 10}"


@st.composite
def proportions(draw: st.DrawFn) -> tuple[int, int]:
    denominator = draw(st.one_of(st.integers(1, 5000), st.sampled_from([8, 40, 200, 1000, 2000])))
    return draw(st.integers(0, denominator)), denominator


@given(proportions())
def test_rounding_agrees_with_decimal_arithmetic(proportion: tuple[int, int]) -> None:
    numerator, denominator = proportion
    share = Decimal(numerator) / Decimal(denominator)  # exact wherever it is a half
    rate = Fraction(numerator, denominator)
    assert UPHELD.number(rate) == int((100 * share).quantize(Decimal(1), ROUND_HALF_UP))
    tenths = (100 * share).quantize(Decimal("0.1"), ROUND_HALF_UP)
    assert UPHELD.printed(rate, 1) == f"{tenths}"


def test_a_rate_per_100_000_has_its_own_decimals_always_printed_and_thousands_commas() -> None:
    statistic = Statistic("a", "upheld", "decisions", per=100_000, decimals=2)
    assert statistic.printed(Fraction(1, 8)) == "12,500.00"
    assert statistic.printed(Fraction(123, 10_000_000)) == "1.23"
    assert statistic.number(Fraction(12345, 10**9)) == 1.23  # 1.2345 rounded
    assert statistic.printed(Fraction(12350, 10**9)) == "1.24"  # 1.235, half up


# ---- rates


def test_each_rate_is_its_own_numerator_over_its_own_denominator() -> None:
    counts = some_counts(
        decisions=50,
        detailed_investigations=20,
        upheld=15,
        compliance_outcomes=12,
        complied=11,
        complied_late=4,
        not_complied=1,
        satisfactory_remedies=5,
    )
    assert UPHELD.rate(counts) == Fraction(15, 20)
    assert COMPLIANCE.rate(counts) == Fraction(11, 12)
    assert REMEDY.rate(counts) == Fraction(5, 15)


@pytest.mark.parametrize("statistic", STATISTICS)
def test_a_rate_of_nothing_does_not_exist(statistic: Statistic) -> None:
    assert statistic.rate(some_counts(decisions=9)) is None


def test_a_rate_of_none_among_some_is_nought() -> None:
    counts = some_counts(detailed_investigations=3, upheld=2, compliance_outcomes=1)
    assert COMPLIANCE.rate(counts) == 0
    assert REMEDY.rate(counts) == 0
    assert UPHELD.rate(some_counts(detailed_investigations=3)) == 0


def test_without_an_upheld_decision_there_is_no_remedy_rate_though_there_were_investigations() -> (
    None
):
    counts = one([decision(kind="Not upheld")] * 3)
    assert UPHELD.rate(counts) == 0
    assert REMEDY.rate(counts) is None


# ---- counting


def test_only_upheld_and_not_upheld_decisions_are_detailed_investigations() -> None:
    numbers = {kind: number for number, kind in enumerate(KINDS.names, start=1)}
    counts = one(decision(kind=kind) for kind, number in numbers.items() for _ in range(number))
    assert counts == some_counts(
        decisions=1 + 2 + 3 + 4 + 5 + 6,
        detailed_investigations=numbers["Upheld"] + numbers["Not upheld"],
        upheld=numbers["Upheld"],
    )


@pytest.mark.parametrize(
    ("day", "decisions"),
    [
        (date(2019, 3, 31), 0),
        (date(2019, 4, 1), 1),
        (date(2020, 3, 31), 1),
        (date(2020, 4, 1), 0),
    ],
)
def test_a_decision_counts_on_both_edge_days_and_not_on_the_days_beside_them(
    day: date, decisions: int
) -> None:
    row = decision(day=day, remedy=True)
    counts = count([row], YEAR).get("Bromsgrove", some_counts())
    assert counts == some_counts(
        decisions=decisions,
        detailed_investigations=decisions,
        upheld=decisions,
        satisfactory_remedies=decisions,
    )


@pytest.mark.parametrize(
    ("day", "outcomes"),
    [
        (date(2019, 3, 31), 0),
        (date(2019, 4, 1), 1),
        (date(2020, 3, 31), 1),
        (date(2020, 4, 1), 0),
    ],
)
def test_a_compliance_outcome_counts_on_both_edge_days_and_not_on_the_days_beside_them(
    day: date, outcomes: int
) -> None:
    row = recorded("Complied", day, decided=date(2017, 5, 1))
    counts = count([row], YEAR).get("Bromsgrove", some_counts())
    assert counts == some_counts(compliance_outcomes=outcomes, complied=outcomes)


def test_compliance_goes_by_its_own_date_whatever_year_the_decision_fell_in() -> None:
    assert one(
        [
            decision(day=BEFORE, compliance_day=IN_YEAR, compliance="Complied"),
            decision(day=IN_YEAR, compliance_day=AFTER, compliance="Not complied"),
        ]
    ) == some_counts(
        decisions=1, detailed_investigations=1, upheld=1, compliance_outcomes=1, complied=1
    )


def test_complying_late_is_complying_and_not_complying_is_an_outcome() -> None:
    late, not_complied = "Complied late", "Not complied"
    assert one(
        recorded(outcome) for outcome in ["Complied", late, late, not_complied]
    ) == some_counts(compliance_outcomes=4, complied=3, complied_late=2, not_complied=1)


def test_only_an_upheld_decision_with_a_yes_has_a_satisfactory_remedy() -> None:
    rows = [
        *[decision(remedy=True)] * 2,
        *[decision(remedy=False)] * 3,
        *[decision(remedy=None)] * 4,
        decision(kind="Not upheld", remedy=False),
        decision(day=AFTER, remedy=True),
    ]
    assert one(rows) == some_counts(
        decisions=10, detailed_investigations=10, upheld=9, satisfactory_remedies=2
    )


def test_one_reference_against_two_authorities_counts_for_each() -> None:
    counts = count([decision("Exeter"), decision("Devon")], YEAR)
    assert counts == dict.fromkeys(("Exeter", "Devon"), upheld(1, of=1))


def test_an_authority_with_nothing_in_the_year_has_no_counts() -> None:
    assert count([decision(day=BEFORE), decision("Devon", day=AFTER)], YEAR) == {}


def test_rows_are_counted_in_the_year_asked_for() -> None:
    rows = [decision(day=BEFORE), decision(day=AFTER), decision(day=AFTER)]
    assert count(rows, ReportingYear(2019)) == {"Bromsgrove": upheld(1, of=1)}
    assert count(rows, ReportingYear(2021)) == {"Bromsgrove": upheld(2, of=2)}


def test_counts_are_added_field_by_field() -> None:
    one_to_nine, tens = (
        {n: k * f for k, n in enumerate(DEFINITIONS.row_counts, 1)} for f in (1, 10)
    )
    assert total([one_to_nine, tens], DEFINITIONS) == {
        name: 11 * number for name, number in one_to_nine.items()
    }


def test_a_count_of_the_edition_s_own_goes_by_the_kinds_that_it_names() -> None:
    kinds = DecisionKinds(
        {"Upheld": ("investigated", "upheld"), "Assessed": ("investigated",), "Not for us": ("no",)}
    )
    definitions = replace(DEFINITIONS, kinds=kinds, statistics=())
    rows = [decision(kind=kind) for kind in ("Upheld", "Assessed", "Assessed", "Not for us")]
    counts = count(rows, YEAR, definitions)["Bromsgrove"]
    assert (counts["decisions"], counts["investigated"], counts["upheld"], counts["no"]) == (
        4,
        3,
        1,
        1,
    )


def test_a_remedy_counts_only_on_the_kinds_on_which_the_edition_lets_one_stand() -> None:
    kinds = replace(KINDS, remedy_on="detailed_investigations")
    rows = [decision(kind=kind, remedy=True) for kind in KINDS.names]
    counts = count(rows, YEAR, replace(DEFINITIONS, kinds=kinds))["Bromsgrove"]
    assert counts["satisfactory_remedies"] == 2  # Upheld and Not upheld
    assert count(rows, YEAR)["Bromsgrove"]["satisfactory_remedies"] == 1


@pytest.mark.parametrize("number", [7, 8, 9, 17, 40])
def test_another_kind_of_decision_moves_nobody_s_counts_to_another_council(number: int) -> None:
    more = {f"Kind {n}": ("more", f"count_{n}") for n in range(7, number + 1)}
    definitions = replace(DEFINITIONS, kinds=DecisionKinds({**KINDS.counts_as, **more}))
    councils = [f"Council {n}" for n in range(5)]
    old = [
        decision(council, kind)
        for number_of_council, council in enumerate(councils)
        for kind in KINDS.names
        for _ in range(number_of_council + 1)
    ]
    new = [decision(councils[3], kind) for kind in more]
    before, after = count(old, YEAR), count([*old, *new], YEAR, definitions)
    for council in councils:
        added = len(new) if council == councils[3] else 0
        expected = {**before[council], "decisions": before[council]["decisions"] + added}
        own = {name: after[council][name] for name in before[council]}
        assert own == expected
        assert after[council]["more"] == added
        assert [after[council][f"count_{n}"] for n in range(7, number + 1)] == [
            1 if added else 0
        ] * len(more)


# ---- averages


def test_a_pooled_average_is_the_sum_of_numerators_over_the_sum_of_denominators() -> None:
    counts = {"a": upheld(1, of=2), "b": upheld(9, of=10)}
    figures = by_name(compared(counts, a=DISTRICT, b=DISTRICT))
    assert figures["a"].averages["upheld"] == Fraction(10, 12)
    assert figures["b"].averages["upheld"] == Fraction(10, 12)


def test_a_mean_average_is_the_mean_of_the_rates() -> None:
    counts = {"a": upheld(1, of=2), "b": upheld(9, of=10)}
    figures = by_name(compared(counts, AverageMethod.MEAN, a=DISTRICT, b=DISTRICT))
    assert figures["a"].averages["upheld"] == Fraction(7, 10)


def test_a_mean_average_is_drawn_from_rates_before_rounding() -> None:
    counts = {"a": upheld(1, of=200), "b": upheld(0, of=1)}
    figures = by_name(compared(counts, AverageMethod.MEAN, a=DISTRICT, b=DISTRICT))
    average = figures["a"].averages["upheld"]
    assert average == Fraction(1, 400)  # 0.25 %; the mean of 1 % and 0 % would round to 1 %
    assert average is not None
    assert UPHELD.number(average) == 0


def test_a_mean_average_leaves_out_those_without_a_rate_and_keeps_those_at_nought() -> None:
    counts = {"a": upheld(1, of=2), "b": upheld(0, of=4), "c": some_counts(decisions=5)}
    types = dict.fromkeys("abcd", DISTRICT)
    figures = by_name(compared(counts, AverageMethod.MEAN, **types))
    assert [authority.averages["upheld"] for authority in figures.values()] == [Fraction(1, 4)] * 4


def test_each_statistic_has_its_own_average() -> None:
    counts = {
        "a": some_counts(
            detailed_investigations=8,
            upheld=4,
            compliance_outcomes=3,
            complied=2,
            satisfactory_remedies=1,
        ),
        "b": some_counts(
            detailed_investigations=2,
            upheld=2,
            compliance_outcomes=1,
            complied=1,
            satisfactory_remedies=2,
        ),
    }
    assert by_name(compared(counts, a=DISTRICT, b=DISTRICT))["a"].averages == {
        "upheld": Fraction(6, 10),
        "compliance": Fraction(3, 4),
        "remedy": Fraction(3, 6),
    }
    mean = compared(counts, AverageMethod.MEAN, a=DISTRICT, b=DISTRICT)
    assert by_name(mean)["a"].averages == {
        "upheld": Fraction(3, 4),  # of 1/2 and 1
        "compliance": Fraction(5, 6),  # of 2/3 and 1
        "remedy": Fraction(5, 8),  # of 1/4 and 1
    }


@pytest.mark.parametrize("method", AverageMethod)
def test_the_only_one_of_a_type_is_its_own_average(method: AverageMethod) -> None:
    counts = {"a": complied(3, of=7), "b": complied(1, of=2)}
    figures = by_name(compared(counts, method, a=DISTRICT, b=COUNTY))
    assert figures["a"].averages["compliance"] == Fraction(3, 7)


@pytest.mark.parametrize("method", AverageMethod)
def test_an_authority_of_a_type_that_is_not_compared_has_counts_and_no_average(
    method: AverageMethod,
) -> None:
    figures = compared({"a": upheld(1, of=2)}, method, a=PARK, b=DISTRICT)
    park = by_name(figures)["a"]
    assert park.counts == upheld(1, of=2)
    assert park.averages == NO_AVERAGES
    assert [type_.name for type_ in figures.types] == [COUNTY, DISTRICT]


@pytest.mark.parametrize("method", AverageMethod)
def test_there_is_no_average_where_nobody_of_the_type_has_a_rate(method: AverageMethod) -> None:
    counts = {"a": some_counts(decisions=4), "b": upheld(1, of=1)}
    figures = by_name(compared(counts, method, a=DISTRICT, c=DISTRICT, b=COUNTY))
    assert figures["a"].averages == NO_AVERAGES


def test_an_authority_without_a_rate_has_the_average_of_its_type() -> None:
    figures = by_name(compared({"a": upheld(1, of=4)}, a=DISTRICT, b=DISTRICT))
    assert figures["b"].counts == some_counts()
    assert figures["b"].averages["upheld"] == Fraction(1, 4)


def test_a_type_has_the_counts_of_its_authorities_together_and_pools_its_own_rate() -> None:
    counts = {"a": upheld(1, of=2), "b": upheld(9, of=10), "c": upheld(5, of=5)}
    types = {"a": DISTRICT, "b": DISTRICT, "c": COUNTY, "d": DISTRICT}
    county, district = compared(counts, AverageMethod.MEAN, **types).types
    assert (district.name, district.authorities, district.counts) == (
        DISTRICT,
        3,
        upheld(10, of=12),
    )
    assert (county.name, county.authorities, county.counts) == (COUNTY, 1, upheld(5, of=5))
    assert UPHELD.rate(district.counts) == Fraction(10, 12)
    assert district.averages["upheld"] == Fraction(7, 10)


def test_a_compared_type_that_nobody_has_is_there_with_nothing_in_it() -> None:
    county, _ = compared({"a": upheld(1, of=2)}, a=DISTRICT).types
    assert (county.authorities, county.counts) == (0, some_counts())
    assert county.averages == NO_AVERAGES


def test_england_is_every_authority_together_those_not_compared_among_them() -> None:
    counts = {"a": upheld(1, of=2), "b": upheld(9, of=10), "c": upheld(5, of=5)}
    assert compared(counts, a=DISTRICT, b=COUNTY, c=PARK).england.counts == upheld(15, of=17)


def test_figures_keep_the_order_of_the_authorities_and_say_which_method_was_used() -> None:
    figures = compared({}, AverageMethod.MEAN, z=DISTRICT, a=PARK, m=COUNTY)
    assert [authority.authority.name for authority in figures.authorities] == ["z", "a", "m"]
    assert (figures.year, figures.definitions.average_method) == (YEAR, AverageMethod.MEAN)
    assert DEFINITIONS.average_method is AverageMethod.POOLED


# ---- properties

NAMES = "abcdefgh"
EDGES = [YEAR.start, YEAR.end, YEAR.start - timedelta(1), YEAR.end + timedelta(1)]
ANY_DAY = st.one_of(st.sampled_from(EDGES), st.dates(date(2018, 1, 1), date(2021, 12, 31)))
INSIDE = st.one_of(
    st.sampled_from([YEAR.start, YEAR.end]), st.dates(date(2019, 4, 1), date(2020, 3, 31))
)
EARLIER = st.one_of(
    st.sampled_from([date(2019, 3, 31)]), st.dates(date(2016, 1, 1), date(2019, 3, 31))
)
LATER = st.one_of(
    st.sampled_from([date(2020, 4, 1)]), st.dates(date(2020, 4, 1), date(2022, 12, 31))
)
METHODS = st.sampled_from(AverageMethod)


@st.composite
def decisions(
    draw: st.DrawFn,
    days: st.SearchStrategy[date] = ANY_DAY,
    compliance_days: st.SearchStrategy[date] | None = None,
) -> Decision:
    """A decision that a checked file may hold; an outcome for certain with compliance_days."""
    day = draw(days)
    row = decision(draw(st.sampled_from(NAMES)), draw(st.sampled_from(KINDS.names)), day)
    if row.kind != "Upheld" and compliance_days is None:
        return replace(row, satisfactory_remedy=draw(st.sampled_from([None, False])))
    row = replace(
        row,
        kind="Upheld",
        satisfactory_remedy=draw(st.sampled_from([None, False, True])),
    )
    if compliance_days is None:
        if draw(st.booleans()):
            return row
        compliance_days = ANY_DAY.map(lambda other: max(day, other))
    return replace(
        row,
        compliance_date=draw(compliance_days),
        compliance=draw(st.sampled_from(COMPLIANCE_OUTCOMES)),
    )


ROWS = st.lists(decisions(), max_size=40)
TYPED = st.fixed_dictionaries(
    {name: st.sampled_from([DISTRICT, COUNTY, PARK]) for name in NAMES}
).map(lambda types: authorities(**types))


@settings(max_examples=50)
@given(ROWS)
def test_counts_agree_with_a_plain_recount(rows: list[Decision]) -> None:
    counts = count(rows, YEAR)
    first, last = date(2019, 4, 1), date(2020, 3, 31)
    for name in NAMES:
        own = [row for row in rows if row.authority == name]
        decided = [row for row in own if first <= row.decision_date <= last]
        outcomes = [
            str(row.compliance)
            for row in own
            if row.compliance_date and first <= row.compliance_date <= last
        ]
        words = [row.kind for row in decided]
        assert counts.get(name, some_counts()) == some_counts(
            decisions=len(decided),
            detailed_investigations=words.count("Upheld") + words.count("Not upheld"),
            upheld=words.count("Upheld"),
            compliance_outcomes=len(outcomes),
            complied=len(outcomes) - outcomes.count("Not complied"),
            complied_late=outcomes.count("Complied late"),
            not_complied=outcomes.count("Not complied"),
            satisfactory_remedies=sum(row.satisfactory_remedy is True for row in decided),
        )


@settings(max_examples=50)
@given(ROWS.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))), TYPED, METHODS)
def test_the_order_of_the_rows_changes_nothing(
    orders: tuple[list[Decision], list[Decision]], bodies: list[Authority], method: AverageMethod
) -> None:
    definitions = replace(COMPARED, average_method=method)
    one, other = (
        compare(bodies, in_order(bodies, count(rows, YEAR)), YEAR, definitions) for rows in orders
    )
    assert one == other


@settings(max_examples=50)
@given(ROWS, TYPED, METHODS)
def test_totals_over_authorities_are_england_s_and_those_of_types_with_the_uncompared(
    rows: list[Decision], bodies: list[Authority], method: AverageMethod
) -> None:
    definitions = replace(COMPARED, average_method=method)
    figures = compare(bodies, in_order(bodies, count(rows, YEAR)), YEAR, definitions)
    for name in DEFINITIONS.row_counts:
        everyone = sum(authority.counts[name] for authority in figures.authorities)
        in_types = sum(type_.counts[name] for type_ in figures.types)
        uncompared = sum(
            authority.counts[name]
            for authority in figures.authorities
            if authority.authority.type not in (COUNTY, DISTRICT)
        )
        assert everyone == in_types + uncompared == figures.england.counts[name]
        assert uncompared == figures.others.counts[name]
    assert figures.england.counts["decisions"] == sum(
        date(2019, 4, 1) <= row.decision_date <= date(2020, 3, 31) for row in rows
    )
    everyone = figures.others.authorities + sum(type_.authorities for type_ in figures.types)
    assert everyone == figures.england.authorities == len(bodies)


@settings(max_examples=50)
@given(ROWS, TYPED, METHODS)
def test_an_average_lies_between_the_lowest_and_the_highest_rate_of_its_type(
    rows: list[Decision], bodies: list[Authority], method: AverageMethod
) -> None:
    definitions = replace(COMPARED, average_method=method)
    figures = compare(bodies, in_order(bodies, count(rows, YEAR)), YEAR, definitions)
    parts = {
        "upheld": ("upheld", "detailed_investigations"),
        "compliance": ("complied", "compliance_outcomes"),
        "remedy": ("satisfactory_remedies", "upheld"),
    }
    for type_ in figures.types:
        own = [other.counts for other in figures.authorities if other.authority.type == type_.name]
        for statistic, (above, below) in parts.items():
            rates = [Fraction(counts[above], counts[below]) for counts in own if counts[below]]
            average = type_.averages[statistic]
            if average is None:
                assert rates == []
            else:
                assert min(rates) <= average <= max(rates)


OUTSIDE = st.one_of(
    decisions(st.one_of(EARLIER, LATER), LATER),
    decisions(EARLIER, EARLIER),
    decisions(st.one_of(EARLIER, LATER)).map(
        lambda row: replace(row, compliance_date=None, compliance=None)
    ),
)


@settings(max_examples=50)
@given(ROWS, OUTSIDE)
def test_a_row_with_both_dates_outside_the_year_changes_nothing(
    rows: list[Decision], row: Decision
) -> None:
    assert count([*rows, row], YEAR) == count(rows, YEAR)


@settings(max_examples=50)
@given(ROWS, decisions(st.one_of(EARLIER, LATER), INSIDE))
def test_a_row_with_only_its_compliance_date_inside_changes_compliance_only(
    rows: list[Decision], row: Decision
) -> None:
    before = count(rows, YEAR).get(row.authority, some_counts())
    after = count([*rows, row], YEAR)
    assert after.pop(row.authority) == {
        **before,
        "compliance_outcomes": before["compliance_outcomes"] + 1,
        "complied": before["complied"] + (row.compliance != "Not complied"),
        "complied_late": before["complied_late"] + (row.compliance == "Complied late"),
        "not_complied": before["not_complied"] + (row.compliance == "Not complied"),
    }
    others = count(rows, YEAR)
    others.pop(row.authority, None)
    assert after == others


@settings(max_examples=50)
@given(ROWS, decisions(INSIDE, LATER))
def test_a_row_with_only_its_decision_date_inside_leaves_compliance_as_it_was(
    rows: list[Decision], row: Decision
) -> None:
    before = count(rows, YEAR).get(row.authority, some_counts())
    assert count([*rows, row], YEAR)[row.authority] == {
        **before,
        "decisions": before["decisions"] + 1,
        "detailed_investigations": before["detailed_investigations"] + 1,
        "upheld": before["upheld"] + 1,
        "satisfactory_remedies": before["satisfactory_remedies"]
        + (row.satisfactory_remedy is True),
    }
