"""After a run the folder is what the same run would have made of an empty one."""

from __future__ import annotations

import functools
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lgo_letters.run.batch import RenderOptions, letter_file, write_letters
from lgo_letters.run.composed import compose_year
from lgo_letters.run.inputs import Inputs, read_inputs
from lgo_letters.run.pool import in_this_process
from lgo_letters.run.sources import Sources
from lgo_letters.tables.read import read_tables
from tests.support.commands import DECISIONS, HEADER, run
from tests.support.paths import EDITION, EXAMPLES
from tests.support.processes import contents

GENERATE = ["generate", "--year", "2020"]
NAMES = ["Ashby Council", "Barton Council", "Corby Council", "Derby Council"]
ROWS = [
    "2019-05-01,Upheld,yes,,",
    "2019-05-01,Upheld,no,2019-06-01,Complied",
    "2019-05-01,Upheld,,2019-06-01,Not complied",
    "2018-05-01,Upheld,,2019-06-01,Complied late",
    "2019-05-01,Not upheld,,,",
    "2019-05-01,Closed after initial enquiries,,,",  # stands in no letter
    "2019-05-01,Advice given,,,",
]


@dataclass(frozen=True)
class Tables:
    """Authorities, each with its type and code, and rows of decisions, each with its authority."""

    authorities: dict[str, tuple[str, int]]
    rows: Sequence[tuple[str, str]]

    def read(self, inputs: Inputs, folder: Path) -> Inputs:
        """The example's inputs with these tables instead, which are put into a folder."""
        folder.mkdir()
        authorities, decisions = folder / "authorities.csv", folder / "decisions.csv"
        listed = (
            f"{name},{type_},{name[0]}{code},CE\n"
            for name, (type_, code) in self.authorities.items()
        )
        authorities.write_text("".join(["name,type,code,role\n", *listed]), encoding="utf-8")
        counted = (
            f"19 000 {number:03},{name},Housing,{row}\n"
            for number, (name, row) in enumerate(self.rows)
            if name in self.authorities
        )
        decisions.write_text(HEADER + "".join(counted), encoding="utf-8")
        edition = inputs.validated_edition()
        types = [type_.name for type_ in edition.settings.types]
        data = read_tables(authorities, decisions, types, edition.definitions.kinds)
        sources = replace(inputs.sources, decisions=decisions, authorities=authorities)
        return replace(inputs, sources=sources, data=data.validated(), example=False)


def tables_twice() -> st.SearchStrategy[tuple[Tables, Tables]]:
    """Two states of the same tables, which have most rows in common."""
    authority = st.tuples(
        st.sampled_from(["District Council", "County Council"]), st.integers(1, 2)
    )
    all_four = dict.fromkeys(NAMES, ("District Council", 1))
    authorities = st.just(all_four) | st.dictionaries(st.sampled_from(NAMES), authority, min_size=1)
    rows = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(ROWS)), max_size=6)
    return st.builds(
        lambda before, after, common, mine, yours: (
            Tables(before, common + mine),
            Tables(after, common + yours),
        ),
        authorities, authorities, rows, rows, rows,
    )  # fmt: skip


@functools.cache
def _example() -> Inputs:
    """No fixture, which hypothesis would print in full."""
    files = EXAMPLES / "decisions.csv", EXAMPLES / "authorities.csv"
    return read_inputs(Sources(*files, EDITION), 2020)


def _generate(inputs: Inputs, folder: Path) -> None:
    year = compose_year(inputs, in_this_process())
    everyone = range(len(year.letters))
    write_letters(year, everyone, folder, RenderOptions(in_this_process()), lambda *_: None)


@settings(max_examples=25)
@given(tables=tables_twice())
def test_a_run_upon_another_leaves_what_it_would_have_made_of_an_empty_folder(
    tables: tuple[Tables, Tables],
) -> None:
    scratch = Path(tempfile.mkdtemp())
    try:
        before = tables[0].read(_example(), scratch / "before")
        after = tables[1].read(_example(), scratch / "after")
        _generate(before, scratch / "again")
        for authority in before.data.authorities:
            if authority.name not in tables[1].authorities:
                (scratch / "again" / letter_file(authority.name)).unlink()
        _generate(after, scratch / "again")
        _generate(after, scratch / "empty")
        assert contents(scratch / "again") == contents(scratch / "empty")
    finally:
        shutil.rmtree(scratch)


def _entries(folder: Path) -> dict[str, Any]:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    return {letter["authority"].split()[0]: letter for letter in manifest["letters"]}


MORE = "19 000 004,Bromley District Council,Housing,2019-05-04,Closed after initial enquiries,,,\n"


def test_a_letter_that_is_left_has_the_figures_of_the_run_in_the_manifest(own_files: Path) -> None:
    letters = own_files / "letters" / "2020"
    assert run(*GENERATE).exit_code == 0
    before = _entries(letters)
    (own_files / "decisions.csv").write_text(DECISIONS + MORE, encoding="utf-8")
    assert run(*GENERATE).stdout.startswith("3 letters (0 made, 3 unchanged)")
    after = _entries(letters)
    assert before["Bromley"]["figures"]["decisions"] == 1
    assert after["Bromley"]["figures"]["decisions"] == 2
    assert [letter["sha256"] for letter in after.values()] == [
        letter["sha256"] for letter in before.values()
    ]


def test_with_authority_other_letters_keep_the_figures_of_their_own_run(own_files: Path) -> None:
    letters = own_files / "letters" / "2020"
    assert run(*GENERATE).exit_code == 0
    before = _entries(letters)
    (own_files / "decisions.csv").write_text(DECISIONS + MORE, encoding="utf-8")
    assert run(*GENERATE, "--authority", "bromsgrove").exit_code == 0
    after = _entries(letters)
    assert {name for name in before if after[name] != before[name]} == {"Bromsgrove"}
    assert after["Bromsgrove"] | {"record": before["Bromsgrove"]["record"]} == before["Bromsgrove"]
    assert run(*GENERATE, "--authority", "bromley").exit_code == 0
    assert _entries(letters)["Bromley"]["figures"]["decisions"] == 2


def test_a_run_that_is_stopped_keeps_the_figures_that_it_has_recorded(
    own_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(*GENERATE).exit_code == 0
    (own_files / "decisions.csv").write_text(DECISIONS + MORE, encoding="utf-8")
    (own_files / "letters/2020/bromsgrove-district-council.pdf").unlink()
    with monkeypatch.context() as patched:
        # The entry of Bromsgrove's letter, which is the last.
        patched.setattr("lgo_letters.run.batch.letter_entry", lambda *_: 1 // 0)
        assert run(*GENERATE).exit_code == 1
    assert _entries(own_files / "letters/2020")["Bromley"]["figures"]["decisions"] == 2
    assert run(*GENERATE).exit_code == 0
    assert run(*GENERATE, "--out", "empty").exit_code == 0
    assert contents(own_files / "letters" / "2020") == contents(own_files / "empty")
