from __future__ import annotations

import hashlib
import os
import re
import shutil
import threading
from pathlib import Path

import pytest
from PIL import Image

from lgo_letters.errors import DataError, EditionError, UsageError
from lgo_letters.run.inputs import Inputs, find_authority, read_inputs
from lgo_letters.run.sources import Sources, find_sources
from tests.support.editions import change, own
from tests.support.paths import EDITION, EXAMPLES

AUTHORITIES = """name,type,role
Bromsgrove District Council,District Council,Chief Executive
Transport for London,Transport body,Commissioner
"""
DECISIONS = """\
reference,authority,service_area,decision_date,decision,satisfactory_remedy,compliance_date,\
compliance_outcome
19 000 001,Bromsgrove District Council,Housing,2019-05-01,Upheld,yes,,
"""


def tables(folder: Path, authorities: str = AUTHORITIES, decisions: str = DECISIONS) -> None:
    (folder / "authorities.csv").write_text(authorities, encoding="utf-8")
    (folder / "decisions.csv").write_text(decisions, encoding="utf-8")


def read(folder: Path, edition: Path = EDITION) -> Inputs:
    files = folder / "decisions.csv", folder / "authorities.csv"
    return read_inputs(Sources(*files, edition), 2020)


# ---- finding the files


@pytest.mark.usefixtures("workplace")
def test_without_tables_here_the_example_is_taken() -> None:
    sources = find_sources(2020, None, None, None)
    assert sources == Sources(
        EXAMPLES / "decisions.csv",
        EXAMPLES / "authorities.csv",
        EDITION,
    )
    assert sources.decisions.is_file()
    assert sources.authorities.is_file()


def test_tables_here_are_taken_before_the_example(workplace: Path) -> None:
    tables(workplace)
    assert find_sources(2020, None, None, None) == Sources(
        Path("decisions.csv"), Path("authorities.csv"), EDITION
    )


def test_tables_given_are_taken_before_those_here(workplace: Path, tmp_path: Path) -> None:
    tables(workplace)
    given = tmp_path / "mine.csv", tmp_path / "yours.csv"
    assert find_sources(2020, *given, None) == Sources(*given, EDITION)


def test_one_table_may_be_given_and_the_other_be_here(workplace: Path, tmp_path: Path) -> None:
    tables(workplace)
    given = tmp_path / "mine.csv"
    (workplace / "decisions.csv").unlink()
    assert find_sources(2020, given, None, None) == Sources(given, Path("authorities.csv"), EDITION)


@pytest.mark.parametrize(
    ("there", "missing"),
    [("decisions.csv", "authorities.csv"), ("authorities.csv", "decisions.csv")],
)
def test_one_table_without_the_other_is_an_error_that_names_the_other(
    workplace: Path, there: str, missing: str
) -> None:
    tables(workplace)
    (workplace / missing).unlink()
    with pytest.raises(UsageError, match=f"There is {there} but no {missing}") as refused:
        find_sources(2020, None, None, None)
    assert f"--{missing.removesuffix('.csv')}" in str(refused.value)


@pytest.mark.usefixtures("workplace")
@pytest.mark.parametrize("given", ["decisions", "authorities"])
def test_one_table_given_is_never_joined_with_the_example(tmp_path: Path, given: str) -> None:
    file = tmp_path / "mine.csv"
    decisions, authorities = (file, None) if given == "decisions" else (None, file)
    with pytest.raises(UsageError, match=r"mine\.csv but no"):
        find_sources(2020, decisions, authorities, None)


def test_the_example_is_known_by_what_stands_in_it_and_not_by_its_name(
    workplace: Path, tmp_path: Path
) -> None:
    shutil.copy(EXAMPLES / "authorities.csv", workplace)
    copy = tmp_path / "cases of the year.csv"
    shutil.copy(EXAMPLES / "decisions.csv", copy)
    sources = find_sources(2020, copy, None, None)
    assert read_inputs(sources, 2020).example
    copy.write_bytes(copy.read_bytes() + b"\n")
    assert not read_inputs(sources, 2020).example


@pytest.mark.parametrize("name", ["decisions.csv", "authorities.csv", "editions/2020", "editions"])
@pytest.mark.parametrize("kind", ["link to nothing", "the other kind", "pipe"])
def test_what_stands_here_and_cannot_be_used_is_never_passed_over(
    workplace: Path, name: str, kind: str
) -> None:
    tables(workplace)
    path = workplace / name
    path.unlink(missing_ok=True)
    path.parent.mkdir(exist_ok=True)
    if kind == "link to nothing":
        path.symlink_to("nothing")
    elif kind == "pipe":
        os.mkfifo(path)
    elif path.suffix:
        path.mkdir()
    else:
        path.touch()
    with pytest.raises(UsageError, match=re.escape(f"{Path(name)} here is not a f")) as refused:
        find_sources(2020, None, None, None)
    assert refused.value.exit_code == 2


def test_the_edition_here_is_taken_before_the_shipped_one(workplace: Path) -> None:
    (workplace / "editions" / "2020").mkdir(parents=True)
    assert find_sources(2020, None, None, None).edition == Path("editions/2020")


def test_the_edition_given_is_taken_before_the_one_here(workplace: Path, tmp_path: Path) -> None:
    (workplace / "editions" / "2020").mkdir(parents=True)
    assert find_sources(2020, None, None, tmp_path).edition == tmp_path


def test_an_edition_here_of_another_year_is_left_alone(workplace: Path) -> None:
    (workplace / "editions" / "2021").mkdir(parents=True)
    assert find_sources(2020, None, None, None).edition == EDITION
    assert find_sources(2021, None, None, None).edition == Path("editions/2021")


@pytest.mark.usefixtures("workplace")
def test_a_year_without_an_edition_is_an_error_that_says_how_to_make_it_from_which() -> None:
    with pytest.raises(UsageError, match="no edition for 2021") as refused:
        find_sources(2021, None, None, None)
    assert '"lgo-letters edition new 2021", which starts from ' in str(refused.value)
    assert str(EDITION) in str(refused.value)


@pytest.mark.parametrize("table", ["decisions", "authorities"])
def test_a_workbook_here_is_taken_before_the_example(workplace: Path, table: str) -> None:
    tables(workplace)
    (workplace / f"{table}.csv").rename(workplace / f"{table}.xlsx")
    sources = find_sources(2020, None, None, None)
    assert getattr(sources, table) == Path(f"{table}.xlsx")


@pytest.mark.parametrize("table", ["decisions", "authorities"])
def test_a_table_that_is_here_in_both_forms_is_an_error_that_names_both(
    workplace: Path, tmp_path: Path, table: str
) -> None:
    tables(workplace)
    shutil.copy(workplace / f"{table}.csv", workplace / f"{table}.xlsx")
    with pytest.raises(UsageError, match=rf"both {table}\.csv and {table}\.xlsx here") as refused:
        find_sources(2020, None, None, None)
    assert f"--{table}" in str(refused.value)
    given = {"decisions": None, "authorities": None} | {table: tmp_path / "mine.csv"}
    find_sources(2020, given["decisions"], given["authorities"], None)


# ---- lgo-letters.toml


def test_the_files_that_lgo_letters_toml_names_are_taken_before_others_here(
    workplace: Path, tmp_path: Path
) -> None:
    tables(workplace)
    (workplace / "export.xlsx").touch()
    text = "[decisions]\nfile = 'export.xlsx#Cases of 2020'\ncomplete_years = [2019]\n"
    (workplace / "lgo-letters.toml").write_text(text)
    sources = find_sources(2020, None, None, None)
    assert (sources.decisions, sources.authorities) == (
        Path("export.xlsx#Cases of 2020"),
        Path("authorities.csv"),
    )
    given = find_sources(2020, tmp_path / "mine.csv", None, None)
    assert given.decisions == tmp_path / "mine.csv"
    assert given.mapping is not None


def test_a_file_that_lgo_letters_toml_names_and_is_not_here_is_a_problem_of_the_data(
    workplace: Path,
) -> None:
    tables(workplace)
    (workplace / "lgo-letters.toml").write_text("[authorities]\nfile = 'bodies.csv'\n")
    with pytest.raises(DataError) as refused:
        find_sources(2020, None, None, None)
    assert [str(problem) for problem in refused.value.problems] == [
        'lgo-letters.toml, line 2, authorities.file: "bodies.csv" is not a file here; correct the '
        "name."
    ]


def test_the_example_is_never_mapped(workplace: Path) -> None:
    (workplace / "lgo-letters.toml").write_text("[decisions.columns]\nreference = 'Case Ref'\n")
    assert find_sources(2020, None, None, None).mapping is None
    example = EXAMPLES / "decisions.csv", EXAMPLES / "authorities.csv"
    assert find_sources(2020, *example, None).mapping is None
    tables(workplace)
    assert find_sources(2020, None, None, None).mapping is not None


def test_complete_years_and_the_digest_of_the_mapping_are_known_to_commands(
    workplace: Path,
) -> None:
    tables(workplace)
    assert (read(workplace).complete_years, read(workplace).mapping_file) == ((), {})
    content = b"[decisions]\ncomplete_years = [2018, 2019]\n"
    (workplace / "lgo-letters.toml").write_bytes(content)
    inputs = read_inputs(find_sources(2020, None, None, None), 2020)
    assert inputs.complete_years == (2018, 2019)
    digest = hashlib.sha256(content).hexdigest()
    assert inputs.mapping_file == {"mapping": {"file": "lgo-letters.toml", "sha256": digest}}
    assert (workplace / "lgo-letters.toml").resolve() in inputs.files


# ---- reading them


def test_references_and_service_areas_are_those_of_the_edition(
    workplace: Path, edition_copy: Path
) -> None:
    tables(workplace, decisions=DECISIONS.replace("19 000 001", "AB/1"))
    areas = 'reference_pattern = "[A-Z]+/[0-9]"\nservice_areas = ["Planning"]\n'
    change(edition_copy, ("remedy_on =", f"{areas}remedy_on ="))
    (problem,) = read(workplace, edition_copy).data.problems
    assert (problem.column, problem.value) == ("service_area", "Housing")
    tables(workplace, decisions=DECISIONS.replace("Housing", "Planning"))
    (problem,) = read(workplace, edition_copy).data.problems
    assert (problem.column, problem.value) == ("reference", "19 000 001")


def test_inputs_without_a_problem_give_their_edition(workplace: Path) -> None:
    tables(workplace)
    inputs = read(workplace)
    assert inputs.edition is not None
    assert inputs.validated_edition() is inputs.edition
    assert [authority.name for authority in inputs.data.authorities] == [
        "Bromsgrove District Council",
        "Transport for London",
    ]
    assert (inputs.year, inputs.example, inputs.own_paragraphs) == (2020, False, {})


def test_own_paragraphs_go_by_the_authority_s_name(workplace: Path, edition_copy: Path) -> None:
    tables(workplace)
    own(edition_copy, "transport-for-london.md")
    inputs = read(workplace, edition_copy)
    assert {name: paragraphs.file for name, paragraphs in inputs.own_paragraphs.items()} == {
        "Transport for London": "own/transport-for-london.md"
    }
    inputs.validated_edition()


def test_own_paragraphs_that_fit_nobody_are_an_error_of_the_edition(
    workplace: Path, edition_copy: Path
) -> None:
    tables(workplace)
    own(edition_copy, "Bath.md")
    own(edition_copy, "transport-for-london.md")
    own(edition_copy, "Transport for London.md")
    with pytest.raises(EditionError) as refused:
        read(workplace, edition_copy).validated_edition()
    assert [problem.file for problem in refused.value.problems] == [
        "own/Bath.md",
        "own/transport-for-london.md",
    ]


def test_problems_of_the_data_come_first_and_the_edition_s_with_them(
    workplace: Path, edition_copy: Path
) -> None:
    tables(workplace, decisions=DECISIONS.replace("2019-05-01", "2019-13-01"))
    change(edition_copy, ('delivery = "By email"', "delivery = 5"))
    inputs = read(workplace, edition_copy)
    assert inputs.edition is None
    with pytest.raises(DataError) as refused:
        inputs.validated_edition()
    assert [problem.file for problem in refused.value.problems] == ["decisions.csv", "edition.toml"]


def test_a_wrong_edition_alone_is_an_error_of_the_edition(
    workplace: Path, edition_copy: Path
) -> None:
    tables(workplace)
    change(edition_copy, ('delivery = "By email"', "delivery = 5"))
    with pytest.raises(EditionError) as refused:
        read(workplace, edition_copy).validated_edition()
    assert [problem.column for problem in refused.value.problems] == ["letter.delivery"]


def test_wrong_data_alone_are_an_error_of_the_data(workplace: Path) -> None:
    tables(workplace, authorities=AUTHORITIES.replace("Transport body", "Transport bodie"))
    with pytest.raises(DataError) as refused:
        read(workplace).validated_edition()
    (problem,) = refused.value.problems
    assert (problem.file, problem.line, problem.value) == ("authorities.csv", 3, "Transport bodie")


def test_own_paragraphs_are_not_blamed_for_authorities_that_cannot_be_read(
    workplace: Path, edition_copy: Path
) -> None:
    tables(workplace, authorities="")
    own(edition_copy, "Transport for London.md")
    assert read(workplace, edition_copy).edition_problems == ()


def test_letters_of_one_s_own_data_that_bear_the_specimen_signature_are_known(
    workplace: Path, edition_copy: Path, inputs: Inputs
) -> None:
    tables(workplace)
    assert read(workplace, edition_copy).has_specimen_signature
    assert not inputs.has_specimen_signature  # the example's figures are as invented
    Image.new("L", (300, 100)).save(edition_copy / "signature.png")
    assert not read(workplace, edition_copy).has_specimen_signature


def test_inputs_are_read_where_no_thread_may_be_started(
    workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    tables(workplace)
    monkeypatch.setattr(threading.Thread, "start", refuse)
    inputs = read(workplace)
    assert inputs.validated_edition().year.ending == 2020
    assert inputs.data.decisions.query("select reference from decisions") == [("19 000 001",)]


# ---- finding an authority

NAMES = [
    "Bath and North East Somerset Council",
    "Devon County Council",
    "East Devon District Council",
    "King's Lynn and West Norfolk Borough Council",
    "Mid Devon District Council",
    "York",
    "North Yorkshire County Council",
]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("bath", NAMES[0]),
        ("BATH", NAMES[0]),
        ("Devon County Council", NAMES[1]),
        ("east devon", NAMES[2]),
        ("King\u2019s  Lynn", NAMES[3]),
        ("york", NAMES[5]),
        ("yorkshire", NAMES[6]),
    ],
)
def test_a_part_of_a_name_means_its_authority_and_the_full_name_wins(text: str, name: str) -> None:
    assert find_authority(text, NAMES) == name


def test_a_part_of_several_names_is_an_error_that_lists_them() -> None:
    with pytest.raises(UsageError) as refused:
        find_authority("devon", NAMES)
    message = str(refused.value)
    assert '"devon" fits 3 authorities' in message
    assert f"{NAMES[1]}, {NAMES[2]}, {NAMES[4]}." in message
    assert NAMES[0] not in message


@pytest.mark.parametrize(("number", "more"), [(20, None), (21, "and 1 more"), (25, "and 5 more")])
def test_of_many_names_twenty_are_listed_and_the_rest_counted(
    number: int, more: str | None
) -> None:
    names = [f"Council {index:02}" for index in range(number)]
    with pytest.raises(UsageError) as refused:
        find_authority("council", names)
    message = str(refused.value)
    assert "Council 19" in message
    assert "Council 20" not in message
    assert (more or "Council 19.") in message
    assert ("more." in message) == (more is not None)


@pytest.mark.parametrize(
    ("text", "near"),
    [("Bahth", NAMES[0]), ("Kings Linn", NAMES[3]), ("mid devun", NAMES[4])],
)
def test_a_name_that_fits_nothing_is_an_error_with_the_nearest(text: str, near: str) -> None:
    with pytest.raises(UsageError, match="the nearest are") as refused:
        find_authority(text, NAMES)
    assert f'"{text}"' in str(refused.value)
    assert near in str(refused.value)


@pytest.mark.parametrize("text", ["", "  ", "\u00a0"])
def test_a_blank_name_means_nobody(text: str) -> None:
    with pytest.raises(UsageError, match="No authority"):
        find_authority(text, ["York"])
