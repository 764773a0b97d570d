from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from lgo_letters.tables.data import Authority
from lgo_letters.tables.history import (
    PastFigures,
    PublishedYear,
    history_files,
    read_published_year,
)

AUTHORITIES = (
    Authority("Avon Council", "Unitary Council", "Chief Executive"),
    Authority(
        "King's Lynn", "District Council", "Chief Executive", also_known_as=("West Norfolk DC",)
    ),
)
STATISTICS = ("upheld", "per_100000")
HEADER = "authority,type,decisions,upheld_rate,upheld_average,per_100000_rate,per_100000_average\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "statistics-2019.csv"


def read(file: Path, text: str) -> PublishedYear:
    file.write_text(text, encoding="utf-8")
    return read_published_year(file, AUTHORITIES, STATISTICS)


def problems(year: PublishedYear) -> list[str]:
    return [str(problem) for problem in year.report.problems]


def test_an_earlier_year_s_figures_are_read_by_the_names_of_authorities_csv(file: Path) -> None:
    year = read(
        file,
        f"{HEADER}KING\N{RIGHT SINGLE QUOTATION MARK}S  LYNN,District Council,12,40,45,2.7,3.1\n"
        "Avon Council,Unitary Council,0,,61,,2.0\n",
    )
    assert problems(year) == []
    assert year.figures == {
        "King's Lynn": PastFigures(
            "District Council",
            12,
            {
                "upheld_rate": Decimal(40),
                "upheld_average": Decimal(45),
                "per_100000_rate": Decimal("2.7"),
                "per_100000_average": Decimal("3.1"),
            },
        ),
        "Avon Council": PastFigures(
            "Unitary Council",
            0,
            {"upheld_average": Decimal(61), "per_100000_average": Decimal("2.0")},
        ),
    }
    lynn, avon = year.figures.values()
    assert (lynn.rate("upheld"), lynn.average("upheld")) == (Decimal(40), Decimal(45))
    assert (avon.rate("upheld"), avon.average("upheld")) == (None, Decimal(61))


def test_an_authority_is_found_by_another_of_its_names(file: Path) -> None:
    year = read(file, f"{HEADER}West Norfolk DC,District Council,12,40,45,,\n")
    assert list(year.figures) == ["King's Lynn"]


def test_an_authority_that_is_not_in_authorities_csv_stays_under_its_name(file: Path) -> None:
    year = read(file, f"{HEADER}Wansdyke  Council,District Council,12,40,45,,\n")
    assert problems(year) == []
    assert list(year.figures) == ["Wansdyke Council"]


def test_columns_of_no_statistic_are_left_alone_and_columns_may_be_absent(file: Path) -> None:
    year = read(file, "code,type,authority,remedy_rate,upheld_rate\nx,A,Avon Council,none,40\n")
    assert problems(year) == []
    assert year.columns == ("upheld_rate",)
    assert year.figures == {"Avon Council": PastFigures("A", None, {"upheld_rate": Decimal(40)})}


def test_noughts_that_a_spreadsheet_dropped_are_printed_again(file: Path) -> None:
    """One cell of the statistic, in either column, shows with how many decimals it was printed."""
    year = read(
        file,
        f'{HEADER}Avon Council,A,"1,234",40,45,3,"1,002"\nKing\'s Lynn,A,5,0,45,0,2.7\n',
    )
    assert problems(year) == []
    printed = [[str(number) for number in past.numbers.values()] for past in year.figures.values()]
    assert printed == [["40", "45", "3.0", "1002.0"], ["0", "45", "0.0", "2.7"]]
    assert year.figures["Avon Council"].decisions == 1234


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            "Avon Council,A,12,40%,45,,\n",
            'line 2, column upheld_rate: "40%" is not a number; write it as 40 or 2.7, or leave '
            "the cell blank.",
        ),
        (
            "Avon Council,A,12,40,-1,,\n",
            'line 2, column upheld_average: "-1" is not a number; write it as 40 or 2.7, or leave '
            "the cell blank.",
        ),
        (
            "Avon Council,A,12,40,45,1e5,\n",
            'line 2, column per_100000_rate: "1e5" is not a number; write it as 40 or 2.7, or '
            "leave the cell blank.",
        ),
        (
            "Avon Council,A,12.5,40,45,,\n",
            'line 2, column decisions: "12.5" is not a whole number; write it as 1234, or leave '
            "the cell blank.",
        ),
        (
            "King's Lynn,A,12,40,45,,\nAvon Council,A,12,40,45,,\nking's lynn,A,12,40,45,,\n",
            'line 4, column authority: "king\'s lynn" is already on line 2; delete one of the two '
            "rows.",
        ),
        (
            "King's Lynn,A,12,40,45,,\nWest Norfolk DC,A,12,40,45,,\n",
            'line 3, column authority: "West Norfolk DC" is King\'s Lynn, which is already '
            "on line 2; delete one of the two rows.",
        ),
        (
            "Wansdyke,A,12,40,45,,\nWANSDYKE,A,12,40,45,,\n",
            'line 3, column authority: "WANSDYKE" is already on line 2; delete one of the two '
            "rows.",
        ),
        (",A,12,40,45,,\n", "line 2, column authority: the cell is blank; fill it in."),
        (
            "Avon Council,,12,40,45,,\n",
            "line 2, column type: the cell is blank; fill it in.",
        ),
        (
            "Avon Council,A,12,40,45,\n",
            "line 2: the row has 6 cells and the header has 7; add those that are missing, blank "
            "if need be.",
        ),
        ("", "line 1: no authority follows the header; add a row for each."),
    ],
)
def test_each_mistake_is_told_with_its_line(file: Path, rows: str, expected: str) -> None:
    assert problems(read(file, HEADER + rows)) == [f"statistics-2019.csv, {expected}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "reference,decision\n19 000 001,Upheld\n",
            "line 1: the columns authority and type are missing; rename the right ones, or add "
            "them. Now the header has: reference, decision.",
        ),
        (
            "authority,type,role\nAvon Council,A,B\n",
            "line 1: the file has no figure of this edition's statistics, such as upheld_rate; "
            "put that year's statistics.csv there.",
        ),
        (
            "authority,type,upheld_rate,upheld_rate\nAvon Council,A,40,41\n",
            "line 1, column upheld_rate: the column is there twice; delete or rename one.",
        ),
        ("", "line 1: the table is empty; add a header, and its rows below."),
    ],
)
def test_a_file_that_is_not_a_statistics_csv_is_one_problem(
    file: Path, text: str, expected: str
) -> None:
    assert problems(read(file, text)) == [f"statistics-2019.csv, {expected}"]


def test_the_files_of_the_five_years_before_are_looked_for(tmp_path: Path) -> None:
    for year in (2013, 2014, 2015, 2019, 2020, 2021):
        (tmp_path / f"statistics-{year}.csv").touch()
    assert history_files(tmp_path, 2020) == {
        2019: tmp_path / "statistics-2019.csv",
        2015: tmp_path / "statistics-2015.csv",
    }
    assert history_files(tmp_path / "none", 2020) == {}
