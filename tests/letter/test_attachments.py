"""The files that letters carry: their figures, and the decisions behind them."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from lgo_letters.figures.compare import YearFigures
from lgo_letters.figures.report import statistics_csv
from lgo_letters.letter.letter import Letter
from lgo_letters.run.composed import year_letters
from lgo_letters.run.inputs import Inputs, read_inputs
from lgo_letters.run.sources import Sources
from tests.support.commands import run
from tests.support.editions import change, with_embedded
from tests.support.letters import compose
from tests.support.paths import EDITION, EXAMPLES


@pytest.fixture(scope="module")
def carrying(tmp_path_factory: pytest.TempPathFactory, figures: YearFigures) -> list[Letter]:
    """The example's letters, with figures and decisions."""
    edition = tmp_path_factory.mktemp("edition") / "2020"
    with_embedded(Path(shutil.copytree(EDITION, edition)), figures="true", decisions="true")
    files = EXAMPLES / "decisions.csv", EXAMPLES / "authorities.csv"
    return [*year_letters(read_inputs(Sources(*files, edition), 2020), figures)]


def content_of(letter: Letter, name: str) -> str:
    (content,) = (file.content for file in letter.attachments if file.name == name)
    return content.decode()


def test_every_letter_carries_its_row_of_statistics_csv_under_the_same_header(
    carrying: list[Letter], figures: YearFigures
) -> None:
    header, *rows = statistics_csv(figures, range(len(figures.authorities)))
    assert len(rows) == 355
    for letter, row in zip(carrying, rows, strict=True):
        assert content_of(letter, "figures.csv") == header + row


def test_every_letter_carries_as_many_decisions_as_its_figures_say(carrying: list[Letter]) -> None:
    for letter in carrying:
        (figures,) = csv.DictReader(content_of(letter, "figures.csv").splitlines())
        cases = [*csv.DictReader(content_of(letter, "decisions.csv").splitlines())]
        for count in ("decisions", "detailed_investigations", "upheld", "complied_late"):
            counted = [case for case in cases if count in case["counts_in"].split(";")]
            assert len(counted) == int(figures[count]), (letter.authority, count)


def test_the_decisions_are_those_that_explain_shows_but_for_their_lines(
    carrying: list[Letter],
) -> None:
    by_authority = {letter.authority: letter for letter in carrying}
    for name in ("Bromsgrove District Council", "Transport for London"):
        explained = run("explain", name, "--year", "2020", "--format", "csv").stdout
        rows = [row[:-2] + row[-1:] for row in csv.reader(explained.splitlines())]
        assert rows[0][-2:] == ["compliance_outcome", "counts_in"]
        carried = content_of(by_authority[name], "decisions.csv")
        assert [*csv.reader(carried.splitlines())] == rows


def test_the_rest_of_a_letter_is_as_it_is_without_files(
    carrying: list[Letter], inputs: Inputs, figures: YearFigures
) -> None:
    plain = year_letters(inputs, figures)
    assert [letter._replace(attachments=()) for letter in carrying] == [*plain]


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ({}, []),
        ({"figures": "false"}, []),
        ({"figures": "true"}, ["figures.csv"]),
        ({"decisions": "true"}, ["decisions.csv"]),
        ({"figures": "true", "decisions": "true"}, ["figures.csv", "decisions.csv"]),
    ],
    ids=str,
)
def test_a_letter_carries_what_its_edition_asks_for(
    settings: dict[str, str], names: list[str], edition_copy: Path
) -> None:
    letter = compose(with_embedded(edition_copy, **settings))
    assert [file.name for file in letter.attachments] == names


def test_the_edition_says_what_the_files_are(edition_copy: Path) -> None:
    change(edition_copy, ("[signatory]", '[words]\nfigures_file = "Ffigurau"\n\n[signatory]'))
    (file,) = compose(with_embedded(edition_copy, figures="true")).attachments
    assert (file.description, file.media_type) == ("Ffigurau", "text/csv")


def test_a_letter_is_another_where_its_files_say_another_thing(carrying: list[Letter]) -> None:
    letter = carrying[0]
    figures, decisions = letter.attachments
    others = [
        letter._replace(attachments=files)
        for files in ((), (figures,), (figures, decisions._replace(content=b"reference\n")))
    ]
    assert len({letter.sha256(), *(other.sha256() for other in others)}) == 4


def test_a_character_that_no_letter_can_show_may_stand_in_its_decisions(
    own_files: Path, edition_copy: Path
) -> None:
    """It is printed nowhere."""
    with_embedded(edition_copy, decisions="true")
    table = own_files / "decisions.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("Housing", "住宅"), encoding="utf-8")
    done = run("preview", "bromsgrove", "--year", "2020", "--edition", edition_copy, "--no-open")
    assert done.exit_code == 0, done.output
