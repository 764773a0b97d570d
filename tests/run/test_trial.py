"""What is tried before letters with tables are written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lgo_letters.edition.text.blocks import Heading, Paragraph, Run, Table
from lgo_letters.letter.letter import Letter
from lgo_letters.run import render
from lgo_letters.run.inputs import Inputs
from lgo_letters.run.pool import in_this_process
from lgo_letters.run.trial import try_letters
from tests.support.commands import run
from tests.support.editions import change
from tests.support.paths import EDITION


def with_tables(folder: Path, *, in_a_note: bool = False) -> Path:
    edition = Path(shutil.copytree(EDITION, folder / "mine"))
    if in_a_note:
        change(edition, ('note = "', 'note = "{{ table.service_areas }}\\n\\n'))
    else:
        table = "{{ own_paragraphs }}\n\n{{ table.service_areas }}"
        change(edition, ("{{ own_paragraphs }}", table), file="letter.md")
    return edition


def test_a_service_area_that_no_letter_can_show_is_a_problem_of_the_data(own_files: Path) -> None:
    file = own_files / "decisions.csv"
    text = file.read_text(encoding="utf-8").replace("Bromley District Council,Housing", "{}")
    file.write_text(text.format("Bromley District Council,Hou住ing"), encoding="utf-8")
    assert run("check", "--year", "2020").exit_code == 0  # no letter of that edition shows it
    result = run("generate", "--year", "2020", "--edition", with_tables(own_files))
    assert result.exit_code == 3
    assert 'decisions.csv, line 4, column service_area: "Hou住ing" has the character' in (
        result.stderr
    )
    assert not (own_files / "letters").exists()


def test_a_table_too_long_for_its_panel_is_known_before_any_letter_is_written(
    own_files: Path,
) -> None:
    edition = with_tables(own_files, in_a_note=True)
    assert run("check", "--year", "2020", "--edition", edition).exit_code == 0
    with (own_files / "decisions.csv").open("a", encoding="utf-8") as file:
        for number in range(60):
            row = f"Area {number:02},2019-05-01,Advice given,,,"
            file.write(f"19 100 {number:03},Bromley District Council,{row}\n")
    for command in ("check", "generate"):
        result = run(command, "--year", "2020", "--edition", edition)
        assert result.exit_code == 4
        assert "the letter to Bromley District Council: " in result.stderr
        assert "does not fit on a page" in result.stderr
    assert not (own_files / "letters").exists()


def test_letters_that_differ_in_their_tables_are_tried_as_those_of_one_body(
    inputs: Inputs, letters: dict[str, Letter], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[Letter] = []
    monkeypatch.setattr(render, "try_letter", tried.append)
    districts = [one for name, one in letters.items() if name.endswith("District Council")][:20]
    assert len({one.body for one in districts}) == 1
    with_rows = [
        one._replace(body=(*one.body, Table("", ("A", "B"), (("a", "1"),) * (number % 19 + 1))))
        for number, one in enumerate(districts)
    ]
    try_letters(inputs, with_rows, in_this_process())
    longest = max(with_rows, key=lambda letter: len(letter.authority))
    assert len(tried) == 3
    assert tried[0] == with_rows[0]
    assert len(tried[1].authority) == len(longest.authority)
    assert tried[2] == with_rows[18]
    tried.clear()
    try_letters(inputs, districts, in_this_process())
    assert len(tried) == 2


def test_a_paragraph_of_each_authority_s_own_is_no_reason_to_try_each_letter_but_a_heading_is(
    inputs: Inputs, letters: dict[str, Letter], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[Letter] = []
    monkeypatch.setattr(render, "try_letter", tried.append)
    some = [one for name, one in letters.items() if name.endswith("District Council")][:20]
    figures = [Paragraph((Run(f"{number}% upheld"),)) for number in range(len(some))]
    bodies = [(*one.body, figure) for one, figure in zip(some, figures, strict=True)]
    try_letters(
        inputs,
        [one._replace(body=body) for one, body in zip(some, bodies, strict=True)],
        in_this_process(),
    )
    assert len(tried) == 2
    tried.clear()
    try_letters(
        inputs,
        [
            one._replace(body=(*body, Heading(one.authority)))
            for one, body in zip(some, bodies, strict=True)
        ],
        in_this_process(),
    )
    assert {letter.authority for letter in tried} == {one.authority for one in some}
