"""What has moved between the letters in a folder and those that would be written now."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lgo_letters.figures.report import authority_fields
from lgo_letters.run.batch import LetterStatus, RenderOptions, write_letters
from lgo_letters.run.changes import Changes, LetterChange, find_changes
from lgo_letters.run.composed import ComposedYear, year_figures, year_letters
from lgo_letters.run.inputs import read_inputs
from lgo_letters.run.pool import in_this_process
from lgo_letters.run.render import RenderedLetter, RenderJob
from lgo_letters.run.sources import Sources
from tests.support.commands import HEADER, run
from tests.support.editions import change
from tests.support.paths import EDITION
from tests.support.processes import GENERATE, contents

NAMES = ["Ashby Council", "Barton Council", "Corby Council", "Derby Council"]
NOT_FIGURES = {"authority", "type", "code"}
DETAILED = '["detailed_investigations"]'


# ---- random pairs of everything


@dataclass(frozen=True)
class Year:
    """An edition, authorities each with type and role, and rows by reference and authority."""

    edition: str
    authorities: Mapping[str, tuple[str, str]]
    rows: Mapping[tuple[int, str], str]

    @property
    def listed(self) -> dict[tuple[str, str], list[str]]:
        """The cells behind reference and authority, of the rows whose authority is listed."""
        return {
            (f"19 000 {number:03}", name): row.split(",")
            for (number, name), row in self.rows.items()
            if name in self.authorities
        }

    def compose(self, folder: Path, editions: Path) -> ComposedYear:
        """The year, with its tables put into a folder."""
        folder.mkdir()
        authorities = "".join(
            f"{name},{type_},{role}\n" for name, (type_, role) in self.authorities.items()
        )
        (folder / "authorities.csv").write_text(f"name,type,role\n{authorities}", encoding="utf-8")
        decisions = "".join(f"{','.join([*key, *row])}\n" for key, row in self.listed.items())
        (folder / "decisions.csv").write_text(f"{HEADER}{decisions}", encoding="utf-8")
        return compose(folder, editions / self.edition)


def compose(folder: Path, edition: Path = EDITION) -> ComposedYear:
    sources = Sources(folder / "decisions.csv", folder / "authorities.csv", edition)
    inputs = read_inputs(sources, 2020)
    figures = year_figures(inputs)
    return ComposedYear(inputs, figures, year_letters(inputs, figures))


def write(year: ComposedYear, folder: Path) -> dict[str, LetterStatus]:
    """Writes all letters, and says what became of each."""
    became: dict[str, LetterStatus] = {}
    everyone = range(len(year.letters))
    options = RenderOptions(in_this_process())
    write_letters(year, everyone, folder, options, became.__setitem__)
    return became


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Editions that differ in words, in the average, and in what counts."""
    folder = tmp_path_factory.mktemp("editions")
    for name in ("plain", "other words", "mean", "other counts"):
        shutil.copytree(EDITION, folder / name)
    change(folder / "other words", ("I write to you", "I am writing"), file="letter.md")
    change(folder / "mean", ('method = "pooled"', 'method = "mean"'))
    change(
        folder / "other counts",
        ('name = "Advice given"\n', f'name = "Advice given"\ncounts_as = {DETAILED}\n'),
    )
    return folder


ROWS = [
    f"{area},{row}"
    for area in ("Housing", "")
    for row in (
        "2019-05-01,Upheld,yes,,",
        "2019-05-01,Upheld,no,2019-06-01,Complied",
        "2018-05-01,Upheld,,2019-06-01,Complied late",
        "2019-05-01,Not upheld,,,",
        "2021-05-01,Not upheld,,,",
        "2019-05-01,Advice given,,,",
    )
]


def years() -> st.SearchStrategy[tuple[Year, Year]]:
    """Two years that have most in common."""
    edition = st.sampled_from(["plain", "plain", "other words", "mean", "other counts"])
    authority = st.tuples(
        st.sampled_from(["District Council", "District Council", "County Council"]),
        st.sampled_from(["CE", "CE", "Clerk"]),
    )
    some = st.dictionaries(st.sampled_from(NAMES), authority, min_size=1)
    four = st.fixed_dictionaries(dict.fromkeys(NAMES, authority))
    place = st.tuples(st.integers(1, 9), st.sampled_from(NAMES))
    rows = st.dictionaries(place, st.sampled_from(ROWS), max_size=8)

    def pair(
        first: str, second: str, same: bool, before: Any, after: Any, common: Any, a: Any, b: Any
    ) -> tuple[Year, Year]:
        return (
            Year(first, before, common | a),
            Year(first if same else second, before if same else after, common | b),
        )

    return st.builds(
        pair, edition, edition, st.booleans(), four | some, four | some, rows, rows, rows
    )


def _put_blank_letters(patched: pytest.MonkeyPatch) -> None:
    """Letters are not set, which would take most of the time."""

    def render(jobs: Sequence[RenderJob], **_: object) -> list[RenderedLetter]:
        contents = [job.sha256.encode() for job in jobs]
        return [RenderedLetter(one, hashlib.sha256(one).hexdigest(), 3) for one in contents]

    patched.setattr("lgo_letters.run.batch.render_letters", render)


@settings(max_examples=12)
@given(pair=years())
def test_what_was_there_and_what_is_listed_give_what_is_there(
    editions: Path, pair: tuple[Year, Year]
) -> None:
    scratch = Path(tempfile.mkdtemp())
    with pytest.MonkeyPatch.context() as patched:
        _put_blank_letters(patched)
        old = pair[0].compose(scratch / "before", editions)
        new = pair[1].compose(scratch / "after", editions)
        write(old, scratch / "letters")
        before = contents(scratch / "letters")
        found = find_changes(new, scratch / "letters")
        assert contents(scratch / "letters") == before  # it has written nothing
        _rows_add_up(found, *pair)
        for letter in found.letters:
            _letter_adds_up(letter, old, new, pair)
        became = write(new, scratch / "letters")
        for letter in found.letters:
            if letter.changes == ("unchanged",):
                assert became[letter.authority] is LetterStatus.UNCHANGED
            elif not letter.figures and letter.changes != ("gone",):
                assert became[letter.authority] is LetterStatus.MADE
    shutil.rmtree(scratch)


def _rows_add_up(found: Changes, old: Year, new: Year) -> None:
    """The listed changes turn the one table into the other, and each changes something."""
    (since,) = found.since
    columns = HEADER.strip().split(",")[2:]
    rows = {key: dict(zip(columns, row, strict=True)) for key, row in old.listed.items()}
    for row in since.decisions:
        assert row.reference is not None
        place = row.reference, row.authority
        cells = rows.setdefault(place, dict.fromkeys(columns, ""))
        for column, (was, now) in row.cells.items():
            assert cells[column] == (was or "") != (now or "")
            cells[column] = now or ""
        if row.change == "removed":
            assert set(rows.pop(place).values()) == {""}
    assert rows == {key: dict(zip(columns, row, strict=True)) for key, row in new.listed.items()}
    authorities = {name: [*row] for name, row in old.authorities.items()}
    for row in since.authorities:
        both = [row.cells.get(column) for column in ("type", "role")]
        cells_now = [
            (authorities[row.authority][i] if pair is None else pair[1])
            for i, pair in enumerate(both)
        ]
        authorities[row.authority] = [text or "" for text in cells_now]
        if row.change == "removed":
            del authorities[row.authority]
    assert authorities == {name: [*row] for name, row in new.authorities.items()}


def _letter_adds_up(
    letter: LetterChange, old: ComposedYear, new: ComposedYear, pair: tuple[Year, Year]
) -> None:
    name = letter.authority
    assert letter.is_recorded
    assert "program" not in letter.changes
    was, now = _fields(old, name), _fields(new, name)
    if not was or not now:
        assert letter.changes == (("gone",) if was else ("new",))
        return
    listed = {figure.name: figure for figure in letter.figures}
    differing = {column for column in was | now if was.get(column) != now.get(column)}
    assert listed.keys() == differing - NOT_FIGURES
    for column, figure in listed.items():
        assert (figure.before, figure.after) == (was.get(column), now.get(column))
        assert figure.causes
    kinds = {"average" if column.endswith("_average") else "figures" for column in listed}
    assert kinds <= set(letter.changes)
    causes = {cause for figure in letter.figures for cause in figure.causes}
    differ = {
        "decisions": pair[0].listed != pair[1].listed,
        "authorities": pair[0].authorities != pair[1].authorities,
        "edition": pair[0].edition != pair[1].edition,
    }
    assert causes <= {factor for factor in differ if differ[factor]}
    if pair[0].edition == pair[1].edition and pair[0].authorities == pair[1].authorities:
        assert "wording" not in letter.changes
        assert now["decisions"] - was["decisions"] == _in_year(pair[1], name) - _in_year(
            pair[0], name
        )


def _fields(year: ComposedYear, name: str) -> dict[str, Any]:
    for one in year.figures.authorities:
        if one.authority.name == name:
            return authority_fields(one, year.figures.definitions)
    return {}


def _in_year(year: Year, name: str) -> int:
    days = [date.fromisoformat(row[1]) for (_, its), row in year.listed.items() if its == name]
    return sum(date(2019, 4, 1) <= day <= date(2020, 3, 31) for day in days)


# ---- one thing at a time


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four districts and their letters, made once."""
    folder = tmp_path_factory.mktemp("made")
    rows = "".join(f"{name},District Council,Chief Executive\n" for name in NAMES)
    (folder / "authorities.csv").write_text(f"name,type,role\n{rows}", encoding="utf-8")
    cases = [
        *((1, NAMES[0], "Upheld"), (2, NAMES[0], "Not upheld"), (3, NAMES[0], "Not upheld")),
        *((4, NAMES[0], "Not upheld"), (5, NAMES[1], "Upheld"), (6, NAMES[2], "Not upheld")),
    ]
    (folder / "decisions.csv").write_text(
        HEADER
        + "".join(
            f"19 000 00{number},{name},Housing,2019-05-01,{decision},,,\n"
            for number, name, decision in cases
        ),
        encoding="utf-8",
    )
    shutil.copytree(EDITION, folder / "editions" / "2020")
    write(compose(folder, folder / "editions" / "2020"), folder / "letters" / "2020")
    return folder


@pytest.fixture
def here(made: Path, workplace: Path) -> Path:
    """A copy of them, which a test may change; the current folder."""
    shutil.copytree(made, workplace, dirs_exist_ok=True)
    return workplace


def _edit(file: str, old: str, new: str) -> None:
    text = Path(file).read_text(encoding="utf-8")
    assert old in text
    Path(file).write_text(text.replace(old, new, 1), encoding="utf-8")


def _edit_manifest(**changes: Any) -> None:
    """Changes every letter's entry; what is None goes."""
    file = Path("letters/2020/manifest.json")
    manifest = json.loads(file.read_text(encoding="utf-8"))
    for entry in manifest["letters"]:
        entry.update(changes)
        for name in [name for name, value in changes.items() if value is None]:
            del entry[name]
    file.write_text(json.dumps(manifest), encoding="utf-8")


def _json(*options: str) -> Any:
    result = run("changes", "--year", "2020", *options, "--format", "json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def _lines(*options: str) -> list[str]:
    result = run("changes", "--year", "2020", *options)
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def _kinds(fields: Any) -> dict[str, list[str]]:
    return {letter["authority"].split()[0]: letter["changes"] for letter in fields["letters"]}


UNCHANGED = {name.split()[0]: ["unchanged"] for name in NAMES}


def test_nothing_is_said_to_have_changed_where_nothing_has(here: Path) -> None:
    assert _lines() == [f"No letter changes: 4 letters would be as in {Path('letters/2020')}."]
    assert _kinds(_json()) == UNCHANGED


def test_a_corrected_case_is_told_with_its_letter_and_an_average_that_others_print(
    here: Path,
) -> None:
    _edit("decisions.csv", "Not upheld", "Upheld")
    fields = _json()
    assert fields["decisions"] == [
        {
            "reference": "19 000 002",
            "authority": "Ashby Council",
            "change": "changed",
            "cells": {"decision": ["Not upheld", "Upheld"]},
        }
    ]
    # 2 of 6 decided cases were upheld, and 3 are: 33 % and 50 %.
    average = {"name": "upheld_average", "before": 33, "after": 50, "cause": "decisions"}
    exact = {"exact": ["2/6", "3/6"]}
    rate = {"name": "upheld_rate", "before": 25, "after": 50, "cause": "decisions"}
    assert [{**average, **exact, "type": "District Council"}] == [
        one for one in fields["averages"] if one["name"] == "upheld_average"
    ]
    ashby, barton, *_ = fields["letters"]
    assert ashby["changes"] == ["figures", "average"]
    assert ashby["figures"] == [
        {"name": "upheld", "before": 1, "after": 2, "exact": None, "cause": "decisions"},
        {**rate, "exact": ["1/4", "2/4"]},
        {**average, **exact},
    ]
    assert (barton["changes"], barton["figures"]) == (["average"], [{**average, **exact}])
    assert _lines() == [
        "19 000 002 (Ashby Council): Not upheld → Upheld.",
        "Ashby: 25% → 50% of 4.",
        "District average 33% → 50%, in 4 letters.",
    ]


def test_an_average_that_moves_without_a_printed_change_is_told_and_changes_no_other_letter(
    here: Path,
) -> None:
    with Path("decisions.csv").open("a", encoding="utf-8") as file:
        for number in range(100, 400):
            kind = "Upheld" if number % 2 else "Not upheld"
            file.write(f"19 000 {number},{NAMES[1]},Housing,2019-05-01,{kind},,,\n")
    assert run(*GENERATE).exit_code == 0
    _edit("decisions.csv", "Not upheld", "Upheld")
    # 152 of 306 upheld is 49.67 %, and 153 of 306 is 50 %: both are printed 50 %.
    assert _lines() == [
        "19 000 002 (Ashby Council): Not upheld → Upheld.",
        "Ashby: 25% → 50% of 4.",
        "District average 49.7% → 50.0%, printed 50% as before; no other letter changes.",
    ]
    fields = _json()
    assert [letter["changes"] for letter in fields["letters"][1:]] == [["unchanged"]] * 3
    (average,) = fields["averages"]
    assert (average["exact"], average["before"]) == (["152/306", "153/306"], 50)


def test_a_role_and_a_sentence_are_wording_and_are_quoted(here: Path) -> None:
    _edit("authorities.csv", "Corby Council,District Council,Chief Executive", _clerk("Corby"))
    assert _kinds(_json()) == {**UNCHANGED, "Corby": ["wording"]}
    assert _lines() == [
        "Corby Council: role Chief Executive → Clerk.",
        "Wording (1): Corby Council; no other letter changes.",
    ]
    _edit("editions/2020/letter.md", "I write to you", "I am writing to you")
    assert _kinds(_json()) == {name: ["wording"] for name in UNCHANGED}
    text = " ".join(" ".join(_lines()).split())
    assert 'letter.md, line 1: "I write to you with our annual' in text
    assert '→ "I am writing to you with our annual' in text
    assert text.endswith("Wording (all 4 letters).")


def _clerk(name: str) -> str:
    return f"{name} Council,District Council,Clerk"


def test_another_signature_is_told_though_no_sentence_differs(here: Path) -> None:
    picture = next(Path("editions/2020").glob("*.png"))
    from PIL import Image

    with Image.open(picture) as image:
        image.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(picture)
    fields = _json()
    assert (fields["pictures"], fields["sentences"]) == ([picture.name], [])
    assert _lines() == [f"{picture.name}: another picture.", "Wording (all 4 letters)."]


def test_causes_are_told_apart_where_several_factors_move_a_figure(here: Path) -> None:
    _edit("decisions.csv", "Not upheld", "Upheld")
    _edit("editions/2020/edition.toml", 'method = "pooled"', 'method = "mean"')
    # Pooled 2 of 6 is 33 %; 3 of 6 is 50 %; the mean of 50 %, 100 % and 0 % is 50 %.
    fields = _json()
    averages = {one["name"]: one for one in fields["letters"][1]["figures"]}
    assert averages["upheld_average"]["cause"] == "decisions"
    _edit("decisions.csv", "Not upheld", "Upheld")
    # Pooled, 4 of 6 is 67 %; the mean of 75 %, 100 % and 0 % is 58 %.
    (average,) = (one for one in _json()["averages"] if one["name"] == "upheld_average")
    assert (average["before"], average["after"]) == (33, 58)
    assert average["exact"] == ["2/6", "7/12"]
    assert average["cause"] == "decisions, edition"


def test_a_table_in_the_letter_is_of_its_figures_though_no_column_differs(here: Path) -> None:
    with Path("editions/2020/letter.md").open("a", encoding="utf-8") as letter:
        letter.write("\n{{ table.service_areas }}\n")
    assert run(*GENERATE).exit_code == 0
    _edit("decisions.csv", "Housing", "Education")
    assert _kinds(_json()) == {**UNCHANGED, "Ashby": ["figures"]}
    assert _lines() == [
        "19 000 001 (Ashby Council): service area Housing → Education.",
        "Figures that statistics.csv does not have (1): Ashby Council; no other letter changes.",
    ]


def _rename_corby(name: str) -> None:
    rows = [f"{one},District Council,Chief Executive," for one in NAMES]
    rows[2] = f"{name},District Council,Chief Executive,Corby Council"
    text = "\n".join(["name,type,role,also_known_as", *rows])
    Path("authorities.csv").write_text(text, encoding="utf-8")


def test_a_renamed_authority_keeps_its_cases_and_gets_a_new_letter(here: Path) -> None:
    _rename_corby("Corby Town Council")
    fields = _json()
    assert fields["decisions"] == []
    (row,) = fields["authorities"]
    assert row["change"] == "changed"
    assert row["cells"]["name"] == ["Corby Council", "Corby Town Council"]
    kinds = {letter["authority"]: letter["changes"] for letter in fields["letters"]}
    assert kinds.pop("Corby Town Council") == ["new"]
    assert kinds.pop("Corby Council") == ["gone"]
    assert set(map(tuple, kinds.values())) == {("unchanged",)}


def test_a_name_that_is_written_otherwise_in_the_same_file_is_wording_alone(here: Path) -> None:
    with Path("editions/2020/letter.md").open("a", encoding="utf-8") as letter:
        letter.write("\n{{ table.service_areas }}\n")
    assert run(*GENERATE).exit_code == 0
    _rename_corby("Corby-Council")
    kinds = {letter["authority"]: letter["changes"] for letter in _json()["letters"]}
    assert kinds.pop("Corby-Council") == ["wording"]
    assert set(map(tuple, kinds.values())) == {("unchanged",)}


def test_each_letter_is_compared_with_its_own_record(here: Path) -> None:
    _edit("decisions.csv", "Not upheld", "Upheld")
    assert run(*GENERATE, "--authority", "barton").exit_code == 0
    kinds = _kinds(_json())
    assert kinds["Barton"] == ["unchanged"]
    assert kinds["Ashby"] == ["figures", "average"]
    assert kinds["Corby"] == ["average"]


# ---- what nothing of a record explains


def test_what_no_input_explains_is_the_program_and_nothing_else_is(here: Path) -> None:
    _edit_manifest(letter_sha256="0" * 64)
    assert _kinds(_json()) == {name: ["program"] for name in UNCHANGED}
    assert _lines() == ["Not explained by the inputs (all 4 letters)."]


def test_a_figure_that_the_same_inputs_do_not_give_is_the_programs_alone(here: Path) -> None:
    figures = _json()["letters"]
    assert [letter["figures"] for letter in figures] == [[]] * 4
    file = Path("letters/2020/manifest.json")
    manifest = json.loads(file.read_text(encoding="utf-8"))
    manifest["letters"][0]["figures"]["upheld"] = 7
    file.write_text(json.dumps(manifest), encoding="utf-8")
    fields = _json()
    assert _kinds(fields) == {**UNCHANGED, "Ashby": ["program"]}
    (figure,) = fields["letters"][0]["figures"]
    assert (figure["before"], figure["after"], figure["cause"]) == (7, 1, "program")


def test_another_version_is_named_and_told_apart_from_what_the_inputs_explain(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lgo_letters.letter.letter.__version__", "9.0")
    monkeypatch.setattr("lgo_letters.run.archive.__version__", "9.0")
    _edit("decisions.csv", "Not upheld", "Upheld")
    fields = _json()
    assert _kinds(fields)["Ashby"] == ["figures", "average", "program"]
    assert _kinds(fields)["Derby"] == ["average", "program"]
    assert fields["letters"][0]["figures"][0]["cause"] == "decisions"
    (version,) = fields["versions"]
    assert (version["name"], version["now"]) == ("lgo-letters", "9.0")
    assert _lines()[-1] == (
        f"Made by lgo-letters {version['then']}, and this is lgo-letters 9.0 (all 4 letters)."
    )


def test_without_a_record_printed_figures_are_compared_and_it_says_so(here: Path) -> None:
    _edit_manifest(record=None)
    _edit("decisions.csv", "19 000 006,Corby Council,Housing,2019-05-01,Not upheld", _upheld())
    fields = _json()
    corby = fields["letters"][2]
    assert (corby["recorded"], corby["changes"]) == (False, ["figures", "average"])
    assert {figure["cause"] for figure in corby["figures"]} == {None}
    assert (fields["decisions"], fields["averages"]) == ([], [])
    rate = next(figure for figure in corby["figures"] if figure["name"] == "upheld_rate")
    assert (rate["before"], rate["after"], rate["exact"]) == (0, 100, ["0/1", "1/1"])
    lines = _lines()
    assert " ".join(" ".join(lines[:2]).split()) == (
        f"4 letters in {Path('letters/2020')} have no record of what made them that can be used; "
        "only printed figures are compared, and no cause is known."
    )
    assert lines[2:] == [
        "Corby: upheld 0% → 100% of 1, remedy none → 0% of 1.",
        "District average of upheld 33% → 50%, in 4 letters.",
    ]


def _upheld() -> str:
    return "19 000 006,Corby Council,Housing,2019-05-01,Upheld"


def test_a_record_that_this_version_cannot_read_is_said_so_and_figures_are_compared(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lgo_letters.errors import EditionError, Problem
    from lgo_letters.run import changes

    def refuse(*_: object) -> None:
        raise EditionError([Problem("edition.toml", 1, "is not known.")])

    _edit("decisions.csv", "Not upheld", "Upheld")
    monkeypatch.setattr(changes, "read_inputs", refuse)
    fields = _json()
    assert "1 problem in the edition" in fields["unreadable"][0]
    assert _kinds(fields)["Ashby"] == ["figures", "average"]


# ---- the command


def test_csv_has_a_row_per_letter_and_figure_and_no_fraction_that_excel_takes_for_a_day(
    here: Path,
) -> None:
    _edit("decisions.csv", "Not upheld", "Upheld")
    result = run("changes", "--year", "2020", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [(row["authority"].split()[0], row["name"]) for row in rows] == [
        ("Ashby", "upheld"),
        ("Ashby", "upheld_rate"),
        *((name, "upheld_average") for name in UNCHANGED),
    ]
    assert rows[1] == {
        "authority": "Ashby Council",
        "changes": "figures;average",
        "name": "upheld_rate",
        "before": "25",
        "after": "50",
        "exact_before": "1 of 4",
        "exact_after": "2 of 4",
        "cause": "decisions",
    }


def test_many_changes_are_cut_for_a_person_and_whole_for_a_program(here: Path) -> None:
    with Path("decisions.csv").open("a", encoding="utf-8") as file:
        for number in range(100, 150):
            file.write(f"19 000 {number},{NAMES[1]},Housing,2019-05-01,Not upheld,,,\n")
    lines = _lines()
    assert lines[19] == "19 000 119 (Barton Council): added (Not upheld, 2019-05-01)."
    assert lines[20] == "… and 30 more, which --format json lists."
    assert len(_json()["decisions"]) == 50


def test_a_broken_record_is_one_sentence(here: Path) -> None:
    (record,) = Path("letters/2020/record").iterdir()
    (record / "inputs.zip").write_bytes(b"")
    result = run("changes", "--year", "2020")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is not as lgo-letters wrote it" in result.stderr


def test_letters_of_another_year_or_of_none_are_refused(here: Path) -> None:
    file = Path("letters/2020/manifest.json")
    file.write_text(file.read_text(encoding="utf-8").replace('"year": 2020', '"year": 2019', 1))
    result = run("changes", "--year", "2020")
    assert (result.exit_code, "holds the letters of 2019" in result.stderr) == (2, True)
    result = run("changes", "--year", "2020", "--since", here)
    assert (result.exit_code, "holds no letters" in result.stderr) == (2, True)


@pytest.mark.parametrize("name", ["a folder elsewhere", "letters/2020"])
def test_the_folder_may_be_named(here: Path, name: str) -> None:
    folder = Path("letters/2020").rename(name) if name != "letters/2020" else Path(name)
    assert _lines("--since", str(folder))[0].endswith(f"would be as in {folder}.")
