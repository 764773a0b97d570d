"""authorities.csv over time: days, successors, other names and populations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from lgo_letters.tables.authorities import read_authorities
from lgo_letters.tables.data import Authority, FileReport
from lgo_letters.tables.read import read_tables
from tests.support.commands import HEADER
from tests.support.definitions import KINDS, TYPES

COLUMNS = "name,type,role,from,until,successor,also_known_as,population,region"
OLD, NEW = "Taunton Deane Borough Council", "Somerset West and Taunton Council"
ALONE = "District Council,Clerk,,,,,,"


def read(
    folder: Path, *rows: str, columns: str = COLUMNS
) -> tuple[tuple[Authority, ...], FileReport]:
    file = folder / "authorities.csv"
    file.write_text("\n".join([columns, *rows]) + "\n", encoding="utf-8")
    listed, report = read_authorities(file, TYPES)
    return listed.authorities, report


def problems(folder: Path, *rows: str, columns: str = COLUMNS) -> list[str]:
    _, report = read(folder, *rows, columns=columns)
    return [str(problem) for problem in report.problems]


def row(name: str, **cells: str) -> str:
    """A row whose other cells are right or blank; no cell has a comma in it."""
    usual = dict.fromkeys(COLUMNS.split(","), "") | {"type": "District Council", "role": "Clerk"}
    return ",".join((usual | {"name": name} | cells).values())


def test_an_authority_has_its_days_successors_other_names_population_and_region(
    tmp_path: Path,
) -> None:
    (old, new), report = read(
        tmp_path,
        f"{OLD},District Council,Clerk,01/04/1974,2019-03-31,{NEW},TDBC; Taunton  Deane,"
        '"119,000",South West',
        f"{NEW},District Council,Clerk,2019-04-01,,,,155421,",
    )
    assert report.problems == ()
    assert (old.start, old.until) == (date(1974, 4, 1), date(2019, 3, 31))
    assert old.successors == (NEW,)
    assert old.also_known_as == ("TDBC", "Taunton Deane")
    assert (old.population(2020), old.region) == (119_000, "South West")
    assert (new.start, new.until, new.successors, new.also_known_as, new.region) == (
        date(2019, 4, 1),
        None,
        (),
        (),
        None,
    )


def test_successors_are_known_by_any_of_their_names_and_each_stands_once(tmp_path: Path) -> None:
    names = "king\u2019s  lynn council; KL Borough; Ely Council;ely council;"
    (old, *_), report = read(
        tmp_path,
        row("Fenland Council", until="2020-03-31", successor=names),
        row("King's Lynn Council", also_known_as="KL Borough"),
        row("Ely Council"),
    )
    assert report.problems == ()
    assert old.successors == ("King's Lynn Council", "Ely Council")


def test_a_population_may_go_by_year_and_one_without_a_year_is_for_all_others(
    tmp_path: Path,
) -> None:
    columns = "name,type,role,Population 2020,population,population_2021,population_total"
    (bath, york, leeds), report = read(
        tmp_path,
        'Bath,District Council,Clerk,"1,141,816",7,,many',
        "York,District Council,Clerk,,,20,",
        "Leeds,District Council,Clerk,3,,,",
        columns=columns,
    )
    assert report.problems == ()
    assert [bath.population(year) for year in (2019, 2020, 2021)] == [7, 1_141_816, 7]
    assert [york.population(year) for year in (2020, 2021)] == [None, 20]
    assert [leeds.population(year) for year in (2020, 2021)] == [3, None]


def test_a_decision_may_name_an_authority_by_another_of_its_names(tmp_path: Path) -> None:
    decision = "Housing,2019-05-01,Not upheld,,,"
    authorities, decisions = tmp_path / "authorities.csv", tmp_path / "decisions.csv"
    text = row("Bournemouth Council", also_known_as="BCP;Poole Borough")
    authorities.write_text(f"{COLUMNS}\n{text}\n", encoding="utf-8")
    spelt = ("bournemouth council", "bcp", "Poole\u00a0Borough")
    rows = [f"19 000 00{n},{name},{decision}" for n, name in enumerate(spelt)]
    decisions.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    data = read_tables(authorities, decisions, TYPES, KINDS)
    assert data.problems == ()
    assert data.decisions.query("select distinct authority from decisions") == [
        ("Bournemouth Council",)
    ]


# ---- what is wrong


def told(problem: str) -> str:
    """What a problem says of line 2 of the file."""
    start = "authorities.csv, line 2, column "
    assert problem.startswith(start)
    return problem.removeprefix(start)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            {"from": "2019-04-01", "until": "2019-03-31"},
            'until: "2019-03-31" is before the first day, 2019-04-01; correct one of them.',
        ),
        (
            {"from": "4/31/2019"},
            'from: "4/31/2019" is not a real date; write it as 2019-10-14 or 14/10/2019.',
        ),
        (
            {"until": "31/02/2019"},
            'until: "31/02/2019" is not a real date; write it as 2019-10-14 or 14/10/2019.',
        ),
        (
            {"population": "0"},
            'population: "0" is not a population; give the number of residents, or leave the cell '
            "blank.",
        ),
        *(
            (
                {"population": text},
                f'population: "{text}" is not a whole number; write the number of residents, such '
                "as 99,881.",
            )
            for text in ("1.5", "-3", "12 000", "many", "\u0663")
        ),
        (
            {"successor": "York"},
            'until: the cell is blank beside the successor "York"; give the last day of the '
            "authority, or empty both.",
        ),
        (
            {"until": "2019-03-31", "successor": "York; Lincon"},
            'successor: "Lincon" is not in this file; add its row, or correct it: the nearest is '
            '"Lincoln".',
        ),
        (
            {"until": "2019-03-31", "successor": "York;bath"},
            'successor: "bath" is the authority itself; name the one that came after it.',
        ),
        (
            {"also_known_as": "Aquae Sulis; YORK"},
            'also_known_as: "YORK" is a name of "York" on line 3 too; delete one of the two.',
        ),
    ],
)
def test_a_wrong_cell_is_a_problem_that_says_what_to_do(
    tmp_path: Path, cells: dict[str, str], message: str
) -> None:
    found = problems(tmp_path, row("Bath", **cells), row("York"), row("Lincoln"))
    assert list(map(told, found)) == [message]


@pytest.mark.parametrize("number", ["1,41,816", "1,1418", ",816", "1,141,", "1141,816"])
def test_thousands_commas_stand_where_thousands_end(tmp_path: Path, number: str) -> None:
    (problem,) = problems(tmp_path, row("Bath", population=f'"{number}"'))
    assert f'"{number}" is not a whole number' in problem


def test_one_day_may_be_both_the_first_and_the_last(tmp_path: Path) -> None:
    day = "2019-04-01"
    assert problems(tmp_path, row("Bath", **{"from": day, "until": day})) == []


def test_an_authority_may_repeat_its_own_name_among_its_others(tmp_path: Path) -> None:
    assert problems(tmp_path, row("Bath", also_known_as="bath;Aquae Sulis;Aquae sulis")) == []


def test_another_name_that_two_authorities_share_is_a_problem_of_the_second(
    tmp_path: Path,
) -> None:
    rows = (row(name, also_known_as="The Council") for name in ("Bath", "York"))
    (problem,) = problems(tmp_path, *rows)
    assert 'line 3, column also_known_as: "The Council" is a name of "Bath" on line 2' in problem


def test_two_columns_of_population_for_one_year_are_a_problem(tmp_path: Path) -> None:
    columns = "name,type,role,population_2020,Population 2020"
    (problem,) = problems(tmp_path, "Bath,District Council,Clerk,1,1", columns=columns)
    assert problem == (
        "authorities.csv, line 1, column population_2020: the column is there twice; "
        "delete or rename one."
    )


def circle(*names: str) -> Iterable[str]:
    """Each is succeeded by the next, and the last by the first."""
    for name, successor in zip(names, (*names[1:], names[0]), strict=True):
        yield row(name, until="2019-03-31", successor=successor)


def test_a_circle_of_successors_is_a_problem_of_its_first_row_that_names_the_circle(
    tmp_path: Path,
) -> None:
    (problem,) = problems(tmp_path, row("Lincoln"), *circle("York", "Bath", "Ely"))
    assert problem == (
        'authorities.csv, line 3, column successor: "Bath" leads back to the authority itself '
        "(York, Bath, Ely, York); correct one of these rows."
    )


def test_every_circle_is_named_and_what_only_leads_into_one_is_not(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        row("Lincoln", until="2019-03-31", successor="York;Hull"),
        *circle("York", "Bath"),
        *circle("Hull", "Ely"),
    )
    assert [problem.partition("(")[2] for problem in found] == [
        "York, Bath, York); correct one of these rows.",
        "Hull, Ely, Hull); correct one of these rows.",
    ]


def test_of_a_long_circle_the_first_names_are_shown(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, *circle(*(f"Council {number}" for number in range(2000))))
    assert "(Council 0, Council 1, Council 2, Council 3, Council 4, Council 5, …, Council 0)" in (
        problem
    )


def test_a_successor_whose_row_cannot_be_read_is_not_blamed(tmp_path: Path) -> None:
    (problem,) = problems(
        tmp_path, row("Bath", until="2019-03-31", successor="York"), "York,District Council"
    )
    assert "line 3" in problem
    assert "2 cells" in problem


def test_addresses_are_read_as_they_are_written(tmp_path: Path) -> None:
    """Whether they are addresses is asked where letters are sent."""
    columns = "name,type,role,email,cc,domain"
    (one,), report = read(
        tmp_path, f"{OLD},District Council,Clerk,a@b, c ; d@e;,B", columns=columns
    )
    assert report.problems == ()
    assert (one.email, one.cc, one.domain) == ("a@b", ("c", "d@e"), "B")
