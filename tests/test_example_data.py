from __future__ import annotations

import csv
import hashlib
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from lgo_letters.run.inputs import Inputs
from tests.support.paths import EXAMPLES

# Everything here is counted again from the files' own text, without the package.

FIRST, LAST = "2019-04-01", "2020-03-31"
Cells = dict[str, str]
Tally = Counter[str]


def rows(name: str) -> list[Cells]:
    with (EXAMPLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def everybody() -> list[Cells]:
    return rows("authorities.csv")


@pytest.fixture(scope="module")
def authorities(everybody: list[Cells]) -> list[Cells]:
    """Those that existed on a day of the year."""
    return [row for row in everybody if row["from"] <= LAST and (row["until"] or LAST) >= FIRST]


@pytest.fixture(scope="module")
def decisions() -> list[Cells]:
    return rows("decisions.csv")


@pytest.fixture(scope="module")
def tallies(authorities: list[Cells], decisions: list[Cells]) -> dict[str, Tally]:
    """What each authority comes to in the year."""
    found = {row["name"]: Counter[str]() for row in authorities}  # nobody else has a row
    for row in decisions:
        tally = found[row["authority"]]
        if FIRST <= row["decision_date"] <= LAST:
            tally["decisions"] += 1
            tally[row["decision"]] += 1
            tally["investigations"] += row["decision"] in ("Upheld", "Not upheld")
            tally["upheld"] += row["decision"] == "Upheld"
            tally["remedied"] += row["satisfactory_remedy"] == "yes"
        if row["compliance_date"] and FIRST <= row["compliance_date"] <= LAST:
            tally["outcomes"] += 1
            tally["complied"] += row["compliance_outcome"] in ("Complied", "Complied late")
    return found


def total(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, Counter[str]())


def per_cent(part: int, whole: int, places: str = "1") -> Decimal:
    return (Decimal(100 * part) / whole).quantize(Decimal(places), ROUND_HALF_UP)


def rates(tally: Tally) -> list[Decimal]:
    """Complaints upheld, compliance, satisfactory remedies."""
    return [
        per_cent(tally["upheld"], tally["investigations"]),
        per_cent(tally["complied"], tally["outcomes"]),
        per_cent(tally["remedied"], tally["upheld"]),
    ]


AS_TEXT = ("name", "type", "role", "recipient", "salutation", "code", "region")
COLUMNS = ("investigations", "upheld", "remedied", "outcomes", "complied")
NOT_COMPARED = {"National Park Authority": 9, "Transport body": 1, "Combined Authority": 2}
COUNCILS = {
    "District Council": 192,
    "Metropolitan Borough": 36,
    "County Council": 26,
    "Unitary Council": 56,
    "London Borough": 33,
}


def test_there_are_the_343_councils_of_2020_and_12_bodies_that_are_not_compared(
    authorities: list[Cells],
) -> None:
    assert Counter(row["type"] for row in authorities) == COUNCILS | NOT_COMPARED
    assert sum(COUNCILS.values()) == 343
    assert len({row["name"] for row in authorities}) == 355


@pytest.mark.parametrize(
    ("types", "figures"),
    [
        (["District Council"], (900, 405, 81, 300, 297)),
        (["Metropolitan Borough"], (800, 536, 59, 420, 418)),
        (["County Council"], (700, 455, 50, 350, 348)),
        (["Unitary Council"], (800, 484, 63, 380, 378)),
        (["London Borough"], (960, 662, 78, 520, 517)),
        (list(NOT_COMPARED), (40, 16, 2, 12, 12)),
        ([*COUNCILS, *NOT_COMPARED], (4200, 2558, 333, 1982, 1970)),
    ],
    ids=["districts", "metropolitan", "counties", "unitary", "London", "not compared", "England"],
)
def test_each_type_comes_to_its_fixed_points(
    authorities: list[Cells],
    tallies: dict[str, Tally],
    types: list[str],
    figures: tuple[int, ...],
) -> None:
    tally = total(tallies[row["name"]] for row in authorities if row["type"] in types)
    assert tuple(tally[column] for column in COLUMNS) == figures


def test_england_s_percentages_hold_with_and_without_the_bodies_that_are_not_compared(
    authorities: list[Cells], tallies: dict[str, Tally]
) -> None:
    councils = (tallies[row["name"]] for row in authorities if row["type"] in COUNCILS)
    for england in (total(tallies.values()), total(councils)):
        assert rates(england)[0] == 61
        assert rates(england)[2] == 13
        assert per_cent(england["complied"], england["outcomes"], "0.1") == Decimal("99.4")
        assert per_cent(england["investigations"], 4200) in (99, 100)
        assert per_cent(england["decisions"], 17_000) in (99, 100)


def test_bromsgrove_is_as_published(authorities: list[Cells], tallies: dict[str, Tally]) -> None:
    bromsgrove = tallies["Bromsgrove District Council"]
    assert bromsgrove["decisions"] == 12
    assert tuple(bromsgrove[column] for column in COLUMNS) == (5, 2, 0, 2, 2)
    assert rates(bromsgrove) == [40, 100, 0]
    districts = total(
        tallies[row["name"]] for row in authorities if row["type"] == "District Council"
    )
    assert rates(districts) == [45, 99, 20]


def test_bolsover_is_as_published(tallies: dict[str, Tally]) -> None:
    bolsover = tallies["Bolsover District Council"]
    assert bolsover["decisions"] == 16
    assert {
        "Incomplete or invalid": bolsover["Incomplete or invalid"],
        "Closed after initial enquiries": bolsover["Closed after initial enquiries"],
        "Referred back for local resolution": bolsover["Referred back for local resolution"],
        "Advice given": bolsover["Advice given"],
        "Not upheld": bolsover["Not upheld"],
        "Upheld": bolsover["Upheld"],
    } == {
        "Incomplete or invalid": 2,
        "Closed after initial enquiries": 8,
        "Referred back for local resolution": 2,
        "Advice given": 0,
        "Not upheld": 3,
        "Upheld": 1,
    }
    assert per_cent(bolsover["upheld"], bolsover["investigations"]) == 25


def test_birmingham_is_as_published(authorities: list[Cells], tallies: dict[str, Tally]) -> None:
    birmingham = tallies["Birmingham City Council"]
    assert (birmingham["upheld"], birmingham["investigations"]) == (119, 153)
    assert rates(birmingham)[0] == 78
    boroughs = total(
        tallies[row["name"]] for row in authorities if row["type"] == "Metropolitan Borough"
    )
    assert rates(boroughs)[0] == 67


def listed(what: str) -> list[str]:
    """The names, in short, that a row of the README's table of authorities to look at gives."""
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    (cell,) = (line.split("|")[2] for line in readme.splitlines() if line.startswith(f"| {what} |"))
    return [name.split("(")[0].strip() for name in cell.split(",")]


@pytest.mark.parametrize(
    ("what", "fits"),
    [
        ("no decision in the file at all", lambda t: not t["decisions"] and not t["outcomes"]),
        (
            "decisions, but no detailed investigation",
            lambda t: t["decisions"] and not t["investigations"],
        ),
        (
            "no investigation, but a compliance outcome",
            lambda t: t["outcomes"] and not t["investigations"],
        ),
        ("investigations, none upheld", lambda t: t["investigations"] and not t["upheld"]),
        (
            "upheld, but no compliance outcome in the year",
            lambda t: t["upheld"] and not t["outcomes"],
        ),
        ("one of everything", lambda t: all(t[column] == 1 for column in COLUMNS)),
        (
            "100 % throughout",
            lambda t: (
                t["investigations"] == t["upheld"] == t["remedied"] > 0
                and t["complied"] == t["outcomes"] > 0
            ),
        ),
        (
            "0 % compliance and 0 % remedies",
            lambda t: t["outcomes"] and not t["complied"] and t["upheld"] and not t["remedied"],
        ),
        ("compliance below 100 %", lambda t: 0 < t["complied"] < t["outcomes"]),
        (
            "12.5 %, which rounds to 13 %",
            lambda t: t["investigations"] and 8 * t["upheld"] == t["investigations"],
        ),
        (
            "62.5 %, which rounds to 63 %",
            lambda t: t["investigations"] and 8 * t["upheld"] == 5 * t["investigations"],
        ),
        ("no remedy among many upheld", lambda t: t["upheld"] > 12 and not t["remedied"]),
    ],
)
def test_the_special_authorities_are_there_and_the_readme_names_one(
    tallies: dict[str, Tally], what: str, fits: Callable[[Tally], bool]
) -> None:
    fitting = [name for name, tally in tallies.items() if fits(tally)]
    first = listed(what)[0]
    assert any(first in name for name in fitting)


def test_the_authorities_below_full_compliance_are_those_that_the_readme_lists(
    tallies: dict[str, Tally],
) -> None:
    below = [name for name, tally in tallies.items() if tally["complied"] < tally["outcomes"]]
    names = listed("compliance below 100 %")
    assert len(names) == len(below)
    assert all(any(short in name for name in below) for short in names)


def test_an_authority_may_have_decisions_in_other_years_only(
    decisions: list[Cells], tallies: dict[str, Tally]
) -> None:
    somewhere = {row["authority"] for row in decisions}
    elsewhere = [name for name in somewhere if not tallies[name]["decisions"]]
    assert any(listed("decisions in other years only")[0] in name for name in elsewhere)


def test_bromsgrove_alone_has_a_recipient_and_nobody_an_address_or_a_salutation(
    everybody: list[Cells],
) -> None:
    assert {row["name"]: row["recipient"] for row in everybody if row["recipient"]} == {
        "Bromsgrove District Council": "Mr Dicks"
    }
    assert {(row["email"], row["salutation"]) for row in everybody} == {("", "")}


def test_every_council_has_a_code_of_its_own(everybody: list[Cells]) -> None:
    codes = [row["code"] for row in everybody if row["type"] in COUNCILS]
    assert len(set(codes)) == 343 + 7
    assert all(len(code) == 9 and code.startswith("E") for code in codes)


def test_rows_lie_before_in_and_after_the_year_and_on_its_edge_days(
    decisions: list[Cells],
) -> None:
    days = [row["decision_date"] for row in decisions]
    assert len(days) == 20_000
    assert sum(FIRST <= day <= LAST for day in days) == 17_000
    assert sum(day < FIRST for day in days) == 1500
    recorded = {row["compliance_date"] for row in decisions}
    for edge in ("2019-03-31", FIRST, LAST, "2020-04-01"):
        assert edge in days
        assert edge in recorded


def test_some_references_stand_against_two_authorities_and_none_twice_against_one(
    decisions: list[Cells],
) -> None:
    against: defaultdict[str, list[str]] = defaultdict(list)
    for row in decisions:
        against[row["reference"]].append(row["authority"])
    joint = [names for names in against.values() if len(names) > 1]
    assert len(joint) == 6
    assert all(len(set(names)) == 2 for names in joint)


def test_the_files_are_what_the_package_reads_without_a_problem_or_a_notice(
    inputs: Inputs, everybody: list[Cells], decisions: list[Cells]
) -> None:
    assert not inputs.data.problems
    assert not inputs.data.notices
    for authority, row in zip(inputs.data.authorities, everybody, strict=True):
        population = authority.population(2020)
        assert {
            **{column: getattr(authority, column) or "" for column in AS_TEXT},
            "from": str(authority.start or ""),
            "until": str(authority.until or ""),
            "successor": ";".join(authority.successors),
            "also_known_as": ";".join(authority.also_known_as),
            "population": "" if population is None else str(population),
            "email": "",
        } == row
    kept = inputs.data.decisions.query(f"select {', '.join(decisions[0])} from decisions")  # noqa: S608
    remedies = {None: "", True: "yes", False: "no"}
    read = [
        tuple(remedies[cell] if cell in (True, False, None) else str(cell) for cell in row)
        for row in kept
    ]
    assert Counter(read) == Counter(tuple(row.values()) for row in decisions)


# ---- authorities over time

BUCKINGHAMSHIRE = [
    "Buckinghamshire County Council",
    "Aylesbury Vale District Council",
    "Chiltern District Council",
    "South Bucks District Council",
    "Wycombe District Council",
]
# The Office for National Statistics, mid-2020 population estimates.
RESIDENTS = {
    "North East": 2_680_763,
    "North West": 7_367_456,
    "Yorkshire and The Humber": 5_526_350,
    "East Midlands": 4_865_583,
    "West Midlands": 5_961_929,
    "East of England": 6_269_161,
    "London": 9_002_488,
    "South East": 9_217_265,
    "South West": 5_659_143,
}
NEW_SINCE = {
    "2020-04-01": ["Buckinghamshire Council"],
    "2021-04-01": ["North Northamptonshire Council", "West Northamptonshire Council"],
    "2023-04-01": [
        "Cumberland Council",
        "North Yorkshire Council",
        "Somerset Council",
        "Westmorland and Furness Council",
    ],
}


def test_five_councils_began_with_the_year_and_seven_more_after_it(everybody: list[Cells]) -> None:
    began: defaultdict[str, list[str]] = defaultdict(list)
    for row in everybody:
        began[row["from"]].append(row["name"])
    assert began.pop("2019-04-01") == [
        "East Suffolk Council",
        "Somerset West and Taunton Council",
        "West Suffolk Council",
        "Bournemouth, Christchurch and Poole Council",
        "Dorset Council",
    ]
    assert len(began.pop("")) == 350
    assert began == NEW_SINCE


def test_buckinghamshire_s_five_councils_ended_with_the_year_and_one_came_after_them(
    everybody: list[Cells],
) -> None:
    ended = {row["name"]: row for row in everybody if row["until"] == LAST}
    assert list(ended) == BUCKINGHAMSHIRE
    assert {row["successor"] for row in ended.values()} == {"Buckinghamshire Council"}


def test_the_councils_that_ended_later_are_those_of_the_new_ones_areas(
    everybody: list[Cells],
) -> None:
    after: defaultdict[tuple[str, str], int] = defaultdict(int)
    for row in everybody:
        if row["until"] > LAST:
            after[row["until"], row["successor"]] += 1
    north, west = NEW_SINCE["2021-04-01"]
    cumberland, yorkshire, somerset, furness = NEW_SINCE["2023-04-01"]
    assert after == {
        ("2021-03-31", f"{north};{west}"): 1,  # the county
        ("2021-03-31", north): 4,
        ("2021-03-31", west): 3,
        ("2023-03-31", f"{cumberland};{furness}"): 1,  # the county
        ("2023-03-31", cumberland): 3,
        ("2023-03-31", furness): 3,
        ("2023-03-31", yorkshire): 8,
        ("2023-03-31", somerset): 5,
    }


def test_the_residents_of_each_region_are_those_that_were_published(
    authorities: list[Cells],
) -> None:
    """A county has the residents of its districts."""
    residents = Counter[str]()
    for row in authorities:
        if row["population"] and row["type"] != "District Council":
            residents[row["region"]] += int(row["population"])
    assert residents == RESIDENTS


def test_the_councils_without_a_population_are_the_districts_that_ended_by_2021(
    authorities: list[Cells],
) -> None:
    without = [row for row in authorities if row["type"] in COUNCILS and not row["population"]]
    assert {row["type"] for row in without} == {"District Council"}
    assert Counter(row["until"] for row in without) == {"2020-03-31": 4, "2021-03-31": 7}


def test_a_new_council_has_the_residents_of_those_that_it_succeeds(everybody: list[Cells]) -> None:
    named = {row["name"]: row for row in everybody}
    for successor in ("North Yorkshire Council", "Somerset Council"):
        county, *districts = (row for row in everybody if row["successor"] == successor)
        assert named[successor]["population"] == county["population"]
        assert sum(int(row["population"]) for row in districts) == int(county["population"])
    for successor in ("Cumberland Council", "Westmorland and Furness Council"):
        districts = [row for row in everybody if row["successor"] == successor]
        residents = sum(int(row["population"]) for row in districts)
        assert residents == int(named[successor]["population"])


def test_the_script_makes_the_decisions_again_to_the_last_byte(tmp_path: Path) -> None:
    script, output = EXAMPLES / "make_decisions.py", tmp_path / "again.csv"
    subprocess.run([sys.executable, script, output], check=True, timeout=60, cwd=tmp_path)
    assert output.read_bytes() == (EXAMPLES / "decisions.csv").read_bytes()
    improvements = tmp_path / "improvements.csv"
    assert improvements.read_bytes() == (EXAMPLES / "improvements.csv").read_bytes()


def test_every_text_about_an_invented_decision_says_so_and_every_address_leads_nowhere(
    decisions: list[Cells],
) -> None:
    texts = [row["summary"] for row in decisions if row["summary"]]
    texts += [row["improvement"] for row in rows("improvements.csv")]
    assert len(texts) > 2000
    assert all(text.startswith("Invented example: ") for text in texts)
    addresses = [row[column] for row in decisions for column in ("link", "report") if row[column]]
    assert len(addresses) > 2000
    assert all(re.match(r"https://[a-z]+\.invalid/[0-9-]+$", address) for address in addresses)


def test_the_columns_from_which_figures_come_are_those_from_before_there_were_summaries(
    decisions: list[Cells],
) -> None:
    lines = "\n".join("|".join([*row.values()][:8]) for row in decisions)
    digest = hashlib.sha256(lines.encode()).hexdigest()
    assert digest == "74eb10f9ecd6450d0ede6b578c759be773fd4d6a048e30ca64ea776f8d7b0655"
