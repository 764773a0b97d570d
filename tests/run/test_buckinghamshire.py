"""Buckinghamshire's county and its four districts, which became one council on 1 April 2020.

Their year to 31 March 2020 and the council's first, worked by hand from the rows below.
"""

from __future__ import annotations

import json
import re
import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from lgo_letters.figures.compare import AuthorityFigures, YearFigures
from lgo_letters.letter.letter import Letter
from lgo_letters.run.composed import year_figures, year_letters
from lgo_letters.run.inputs import read_inputs
from lgo_letters.run.sources import Sources
from tests.support.commands import HEADER, run
from tests.support.editions import change, edition_of_2021, own
from tests.support.letters import block_words
from tests.support.paths import EDITION

AUTHORITIES = """name,type,role,recipient,from,until,successor,population
Buckinghamshire County Council,County Council,Chief Executive,Ms Old,,31/03/2020,Buckinghamshire Council,547060
Kent County Council,County Council,Head of Paid Service,,,,,1589057
Aylesbury Vale District Council,District Council,Chief Executive,,,31/03/2020,Buckinghamshire Council,
Chiltern District Council,District Council,Chief Executive,,,31/03/2020,Buckinghamshire Council,
South Bucks District Council,District Council,Chief Executive,,,31/03/2020,Buckinghamshire Council,
Thanet District Council,District Council,Chief Executive,,,,,141458
Wycombe District Council,District Council,Chief Executive,,,31/03/2020,Buckinghamshire Council,
Buckinghamshire Council,Unitary Council,Managing Director,Mr New,01/04/2020,,,547060
Leicester City Council,Unitary Council,City Director,,,,,354036
Peak District National Park Authority,National Park Authority,Chief Executive,,,,,
"""  # noqa: E501
DECISIONS = (
    HEADER
    + """19 000 001,Buckinghamshire County Council,Housing,2019-05-01,Upheld,yes,2019-08-01,Complied
19 000 002,Buckinghamshire County Council,Housing,2020-02-01,Upheld,no,2020-06-01,Complied late
19 000 003,Aylesbury Vale District Council,Housing,2019-10-01,Not upheld,,,
19 000 004,Chiltern District Council,Housing,2020-03-31,Upheld,no,,
19 000 005,South Bucks District Council,Housing,2019-04-01,Closed after initial enquiries,,,
19 000 006,Wycombe District Council,Housing,2019-12-01,Not upheld,,,
19 000 007,Wycombe District Council,Housing,2020-04-01,Upheld,yes,,
20 000 001,Buckinghamshire Council,Housing,2020-03-20,Upheld,no,,
20 000 002,Buckinghamshire Council,Housing,2020-09-01,Upheld,no,2020-12-01,Not complied
19 000 008,Kent County Council,Housing,2019-06-01,Upheld,no,,
19 000 009,Kent County Council,Housing,2019-07-01,Not upheld,,,
20 000 003,Kent County Council,Housing,2020-06-01,Upheld,no,,
19 000 010,Leicester City Council,Housing,2019-05-01,Not upheld,,,
20 000 004,Leicester City Council,Housing,2020-05-01,Upheld,no,,
20 000 005,Leicester City Council,Housing,2020-05-02,Not upheld,,,
19 000 011,Thanet District Council,Housing,2019-05-01,Upheld,no,,
20 000 006,Thanet District Council,Housing,2020-10-01,Not upheld,,,
"""
)
ENDED = [
    "Buckinghamshire County Council",
    "Aylesbury Vale District Council",
    "Chiltern District Council",
    "South Bucks District Council",
    "Wycombe District Council",
]
COUNTS = ("decisions", "detailed_investigations", "upheld", "compliance_outcomes", "complied")


@pytest.fixture
def place(workplace: Path) -> Path:
    """A folder with both tables and an edition of each year."""
    (workplace / "authorities.csv").write_text(AUTHORITIES, encoding="utf-8")
    (workplace / "decisions.csv").write_text(DECISIONS, encoding="utf-8")
    edition_of_2021(workplace)
    return workplace


def year_of(place: Path, year: int) -> tuple[YearFigures, dict[str, Letter]]:
    edition = EDITION if year == 2020 else place / "editions" / str(year)
    sources = Sources(place / "decisions.csv", place / "authorities.csv", edition)
    inputs = read_inputs(sources, year)
    figures = year_figures(inputs)
    return figures, {letter.authority: letter for letter in year_letters(inputs, figures)}


def counts(figures: AuthorityFigures) -> tuple[int, ...]:
    return tuple(figures.counts[name] for name in COUNTS)


# ---- the last year of the five


def test_in_2020_the_five_take_part_each_with_its_own_figures(place: Path) -> None:
    figures, letters = year_of(place, 2020)
    assert {one.authority.name: counts(one) for one in figures.authorities} == {
        "Buckinghamshire County Council": (2, 2, 2, 1, 1),  # complying in June is the next year's
        "Kent County Council": (2, 2, 1, 0, 0),
        "Aylesbury Vale District Council": (1, 1, 0, 0, 0),
        "Chiltern District Council": (1, 1, 1, 0, 0),  # on the last day
        "South Bucks District Council": (1, 0, 0, 0, 0),  # on the first day
        "Thanet District Council": (1, 1, 1, 0, 0),
        "Wycombe District Council": (1, 1, 0, 0, 0),  # 1 April 2020 is the next year
        "Leicester City Council": (1, 1, 0, 0, 0),
        "Peak District National Park Authority": (0, 0, 0, 0, 0),
    }
    assert list(letters) == [one.authority.name for one in figures.authorities]


def test_in_2020_the_five_are_in_the_averages_and_the_new_council_in_none(place: Path) -> None:
    figures, _ = year_of(place, 2020)
    assert {
        (type_.name, type_.authorities, type_.averages["upheld"]) for type_ in figures.types
    } == {
        ("County Council", 2, Fraction(3, 4)),  # 2 of 2 and 1 of 2
        ("District Council", 5, Fraction(2, 4)),  # 0 of 1, 1 of 1, none, 1 of 1, 0 of 1
        ("Metropolitan Borough", 0, None),
        ("Unitary Council", 1, Fraction(0)),
        ("London Borough", 0, None),
    }


def test_in_2020_a_row_that_names_the_council_to_come_adds_to_england_alone(place: Path) -> None:
    figures, _ = year_of(place, 2020)
    (absent,) = figures.absent
    assert (absent.authority.name, absent.holder) == ("Buckinghamshire Council", None)
    assert absent.counts["decisions"] == 1  # dated 20 March; the one of September is not in it
    assert figures.not_in_year.authorities == 1
    assert figures.england.authorities == 9
    # Counties 4, districts 5, unitary 1, others 0, not in the year 1.
    assert figures.england.counts["decisions"] == 4 + 5 + 1 + 0 + 1
    assert figures.england.counts["upheld"] == 3 + 2 + 0 + 0 + 1


@pytest.mark.parametrize("name", ENDED)
def test_in_july_2020_a_letter_to_one_of_the_five_goes_to_the_council_that_came_after(
    place: Path, name: str
) -> None:
    _, letters = year_of(place, 2020)
    letter = letters[name]
    assert letter.address == ("Mr New", "Managing Director", "Buckinghamshire Council")
    assert letter.salutation == "Dear Mr New"
    assert letter.title == f"Annual review letter 2020: {name}"
    assert letter.footer == f"Annual Review letter 2020: {name}"


def test_a_letter_to_an_address_of_another_has_its_own_figures_type_and_role_of_the_other(
    place: Path,
) -> None:
    edition = Path(shutil.copytree(EDITION, place / "editions" / "2020"))
    own(edition, "Wycombe District Council.md", "To the {{ role }}: {{ authority }}, {{ type }}.\n")
    result = run("generate", "--year", "2020")
    assert result.stdout.endswith("With paragraphs of their own: Wycombe District Council.\n")
    sources = Sources(place / "decisions.csv", place / "authorities.csv", edition)
    inputs = read_inputs(sources, 2020)
    letters = {one.authority: one for one in year_letters(inputs, year_figures(inputs))}
    words = [*map(block_words, letters["Wycombe District Council"].body)]
    assert "To the Managing Director: Wycombe District Council, District Council." in words
    upheld, *_ = letters["Wycombe District Council"].panels
    assert upheld.sentence.text == "0% of complaints we investigated were upheld."


def test_every_other_letter_of_2020_goes_to_its_own_address(place: Path) -> None:
    _, letters = year_of(place, 2020)
    assert [letters[name].address for name in letters if name not in ENDED] == [
        ("Head of Paid Service", "Kent County Council"),
        ("Chief Executive", "Thanet District Council"),
        ("City Director", "Leicester City Council"),
        ("Chief Executive", "Peak District National Park Authority"),
    ]


# ---- the first year of the one


def test_in_2021_the_one_council_has_its_own_counts_and_those_of_the_five(place: Path) -> None:
    figures, letters = year_of(place, 2021)
    assert {one.authority.name: counts(one) for one in figures.authorities} == {
        "Kent County Council": (1, 1, 1, 0, 0),
        "Thanet District Council": (1, 1, 0, 0, 0),
        # Wycombe's of 1 April and its own; the county's outcome of June and its own.
        "Buckinghamshire Council": (2, 2, 2, 2, 1),
        "Leicester City Council": (2, 2, 1, 0, 0),
        "Peak District National Park Authority": (0, 0, 0, 0, 0),
    }
    council = figures.authorities[2].counts
    assert council["satisfactory_remedies"] == 1  # Wycombe's
    assert (council["complied_late"], council["not_complied"]) == (1, 1)
    assert council["population"] == 547_060
    assert letters["Buckinghamshire Council"].address == (
        "Mr New",
        "Managing Director",
        "Buckinghamshire Council",
    )


def test_in_2021_what_is_left_of_the_five_is_in_the_average_of_unitary_councils(
    place: Path,
) -> None:
    figures, _ = year_of(place, 2021)
    county, district, _, unitary, _ = figures.types
    assert (county.authorities, county.averages["upheld"]) == (1, Fraction(1))
    assert (district.authorities, district.averages["upheld"]) == (1, Fraction(0))
    assert (unitary.authorities, unitary.averages["upheld"]) == (2, Fraction(3, 4))
    assert unitary.averages["compliance"] == Fraction(1, 2)
    assert [(body.authority.name, body.holder) for body in figures.absent] == [
        (name, "Buckinghamshire Council") for name in ENDED
    ]
    assert figures.not_in_year.authorities == 0
    assert (figures.england.authorities, figures.england.counts["decisions"]) == (5, 6)


# ---- what commands say


def test_stats_adds_up_on_the_page_with_a_row_for_bodies_not_in_the_year(place: Path) -> None:
    lines = run("stats", "--year", "2020").stdout.splitlines()
    groups = [line.split("  ")[0] for line in lines if "(" in line]
    assert groups[-4:] == [
        "London Borough (0)",
        "Other bodies (1)",
        "Bodies not in the year (1)",
        "England (9)",
    ]
    assert not any(line.startswith("Buckinghamshire Council ") for line in lines)
    assert "Bodies not in the year" not in run("stats", "--year", "2021").stdout


def test_stats_as_json_always_has_the_bodies_not_in_the_year(place: Path) -> None:
    for year, number in (("2020", 1), ("2021", 0)):
        record = json.loads(run("stats", "--year", year, "--format", "json").stdout)
        assert record["not_in_year"]["authorities"] == number
        assert record["not_in_year"]["decisions"] == number
        assert "upheld_average" not in record["not_in_year"]


def test_a_run_says_that_counts_of_bodies_not_in_the_year_are_in_no_letter(place: Path) -> None:
    noticed = (
        "No letter has what was counted for Buckinghamshire Council, which takes no part in the "
        'year and has no single successor that does; see "Bodies not in the year" in '
    )
    assert noticed in run("generate", "--year", "2020").stderr
    assert "No letter has" not in run("generate", "--year", "2021").stderr


def reconciliation(year: str) -> dict[str, Any]:
    found = json.loads(run("check", "--year", year, "--json").stdout)["reconciliation"]
    assert isinstance(found, dict)
    return found


def test_check_names_each_body_not_in_the_year_and_what_went_where(place: Path) -> None:
    printed = run("check", "--year", "2021").stdout
    assert "Bodies not in the year, with nothing to count (3): Aylesbury Vale" in printed
    assert (
        "Bodies not in the year, whose counts go elsewhere (2):\n"
        "  Buckinghamshire County Council (until 31 March 2020): 0 decisions, "
        "1 compliance outcome, to Buckinghamshire Council\n"
        "  Wycombe District Council (until 31 March 2020): 1 decision, "
        "0 compliance outcomes, to Buckinghamshire Council\n"
    ) in printed
    assert "confirm where the letter goes (0): none" in printed
    county, *_, wycombe = reconciliation("2021")["not_in_year"]
    assert county == {
        "authority": "Buckinghamshire County Council",
        "from": None,
        "until": "2020-03-31",
        "decisions": 0,
        "compliance_outcomes": 1,
        "counted_for": "Buckinghamshire Council",
    }
    assert (wycombe["decisions"], wycombe["counted_for"]) == (1, "Buckinghamshire Council")
    assert (
        "  Buckinghamshire Council (from 1 April 2020): 1 decision, 0 compliance outcomes, "
        'to "Bodies not in the year"\n'
    ) in run("check", "--year", "2020").stdout
    (council,) = reconciliation("2020")["not_in_year"]
    assert (council["from"], council["counted_for"]) == ("2020-04-01", None)


def test_check_lists_whose_letter_goes_to_another_s_address(place: Path) -> None:
    printed = run("check", "--year", "2020").stdout
    listed = printed.partition("confirm where the letter goes (5):\n")[2].splitlines()
    assert listed[:5] == [
        f"  {name} (until 31 March 2020): to Buckinghamshire Council" for name in ENDED
    ]
    assert reconciliation("2020")["ended_before_letter"] == [
        {"authority": name, "until": "2020-03-31", "addressee": "Buckinghamshire Council"}
        for name in ENDED
    ]
    assert reconciliation("2021")["ended_before_letter"] == []


def test_check_says_of_a_body_without_a_successor_that_its_letter_keeps_its_address(
    place: Path,
) -> None:
    text = AUTHORITIES.replace("Peak District National Park Authority,", "Peak,").replace(
        "Chief Executive,,,,,\n", "Chief Executive,,,2020-05-01,,\n"
    )
    (place / "authorities.csv").write_text(text, encoding="utf-8")
    assert "  Peak (until 1 May 2020): to its own address, having no successor\n" in (
        run("check", "--year", "2020").stdout
    )


@pytest.mark.parametrize(
    ("year", "text", "message"),
    [
        (
            "2021",
            "wycombe",
            "Wycombe District Council takes no part in the reporting year 2021: it ended on "
            "31 March 2020; name Buckinghamshire Council, which came after it.",
        ),
        (
            "2020",
            "buckinghamshire council",
            "Buckinghamshire Council takes no part in the reporting year 2020: it begins on "
            "1 April 2020; name another authority or a later year.",
        ),
    ],
)
@pytest.mark.parametrize("command", [["preview"], ["stats", "--authority"]])
def test_a_name_that_takes_no_part_in_the_year_is_an_error_that_says_why(
    place: Path, command: list[str], year: str, text: str, message: str
) -> None:
    result = run(*command, text, "--year", year)
    assert (result.exit_code, result.stderr) == (2, f"Error: {message}\n")


def test_a_part_of_a_name_means_the_one_in_the_year_before_those_that_are_not(place: Path) -> None:
    for year, name in (("2020", "Buckinghamshire County"), ("2021", "Buckinghamshire")):
        result = run("preview", "buckinghamshire", "--year", year, "--no-open")
        file = f"{name.lower().replace(' ', '-')}-council.pdf"
        assert result.stdout.startswith(file), result.output


def test_own_paragraphs_for_a_body_without_a_letter_are_a_problem_of_the_edition(
    place: Path,
) -> None:
    own(place / "editions" / "2021", "Wycombe District Council.md")
    result = run("check", "--year", "2021")
    assert result.exit_code == 4
    assert "own/Wycombe District Council.md: matches no authority of the year" in result.stderr


def test_generate_writes_a_letter_to_each_that_takes_part_and_no_other(place: Path) -> None:
    for year, number in (("2020", 9), ("2021", 5)):
        assert run("generate", "--year", year).stdout.startswith(f"{number} letters")
        folder = place / "letters" / year
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        names = [letter["authority"] for letter in manifest["letters"]]
        rows = (folder / "statistics.csv").read_text(encoding="utf-8").splitlines()[1:]
        assert len(rows) == len(names) == number
        assert len([*folder.glob("*.pdf")]) == number
    assert ("Wycombe District Council" in names, "Buckinghamshire Council" in names) == (
        False,
        True,
    )


def test_a_letter_that_an_authority_no_longer_gets_is_named(place: Path) -> None:
    run("generate", "--year", "2020")
    text = AUTHORITIES.replace("31/03/2020", "31/03/2019")
    (place / "authorities.csv").write_text(text, encoding="utf-8")
    result = run("generate", "--year", "2020")
    assert result.stdout.startswith("4 letters")
    assert "Letters of authorities that no longer get one: " in result.stderr
    assert "Wycombe District Council" in result.stderr


# ---- residents


def with_residents(edition: Path) -> None:
    """Puts a statistic over residents into an edition, and its number and rate into the letter."""
    change(
        edition,
        (
            "[[panels]]",
            '[[statistics]]\nname = "per_100000"\nnumerator = "upheld"\n'
            'denominator = "population"\nper = 100_000\ndecimals = 1\n\n[[panels]]',
        ),
        ('decisions = ["', 'population = ["resident", "residents"]\ndecisions = ["'),
    )
    words = (
        "Number [{{ number('population') }}], counted [{{ counted('population') }}], rate "
        "[{{ rate_of('per_100000') }}], average [{{ average_of('per_100000') }}]"
        "{% if not number('population') %}, unknown{% endif %}.\n\n"
    )
    letter = edition / "letter.md"
    letter.write_text(words + letter.read_text(encoding="utf-8"), encoding="utf-8")


def test_a_letter_prints_residents_where_they_are_known_and_nothing_where_not(
    place: Path,
) -> None:
    with_residents(place / "editions" / "2021")
    text = AUTHORITIES.replace(",354036", ",")
    (place / "authorities.csv").write_text(text, encoding="utf-8")
    _, letters = year_of(place, 2021)
    # 2 upheld of 547,060 residents are 0.37 per 100,000; Leicester is not in the average.
    assert block_words(letters["Buckinghamshire Council"].body[0]) == (
        "Number [547,060], counted [547,060 residents], rate [0.4], average [0.4]."
    )
    assert block_words(letters["Leicester City Council"].body[0]) == (
        "Number [], counted [], rate [], average [0.4], unknown."
    )


def test_check_names_those_without_a_population_where_a_statistic_needs_it(place: Path) -> None:
    assert "Without a population" not in run("check", "--year", "2021").stdout
    assert reconciliation("2021")["without_population"] == []
    with_residents(place / "editions" / "2021")
    printed = run("check", "--year", "2021").stdout
    assert "Without a population (1): Peak District National Park Authority\n" in printed
    assert "Per 100000:                                      no rate for England\n" in printed
    assert reconciliation("2021")["without_population"] == ["Peak District National Park Authority"]


def test_stats_shows_no_residents_and_no_rate_over_them_where_they_are_not_known(
    place: Path,
) -> None:
    with_residents(place / "editions" / "2021")
    *_, others, _, england = run("stats", "--year", "2021").stdout.splitlines()
    assert others.split("  ")[0] == "Other bodies (1)"
    for line in (others, england):
        assert re.search(r"  \d+ of -  +-  +-$", line), line
