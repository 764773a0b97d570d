from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path
from typing import Any

import pytest

from lgo_letters.edition.text.blocks import Heading
from lgo_letters.errors import EditionError, Problem, WriteError
from lgo_letters.figures.compare import YearFigures
from lgo_letters.letter.letter import Letter
from lgo_letters.run.batch import LetterStatus, RenderOptions, write_letters
from lgo_letters.run.composed import ComposedYear, indices_of
from lgo_letters.run.inputs import Inputs
from lgo_letters.run.pool import in_this_process
from lgo_letters.run.trial import try_letters
from tests.support.commands import AUTHORITIES, DECISIONS, HEADER, run
from tests.support.editions import EMAILS
from tests.support.paths import EDITION, EXAMPLES


def _entries(folder: Path) -> list[Any]:
    entries: list[Any] = json.loads((folder / "manifest.json").read_text())["letters"]
    return entries


def test_a_letter_that_cannot_be_set_is_known_before_any_is_written(own_files: Path) -> None:
    edition = Path(shutil.copytree(EDITION, own_files / "mine"))
    (edition / "own").mkdir()
    heading = "## " + "word " * 900 + "\n\nText.\n"
    (edition / "own" / "Bromley District Council.md").write_text(heading)
    for command in ("check", "generate"):
        result = run(command, "--year", "2020", "--edition", edition)
        assert result.exit_code == 4
        assert "does not fit on a page; shorten its text" in result.stderr
    assert not (own_files / "letters").exists()


def test_a_text_that_a_condition_leaves_empty_is_found_by_check(own_files: Path) -> None:
    edition = Path(shutil.copytree(EDITION, own_files / "mine"))
    (edition / "letter.md").write_text("{% if not compared %}\nText.\n{% endif %}\n")
    result = run("check", "--year", "2020", "--edition", edition)
    assert result.exit_code == 4
    assert "letter.md, line 1: comes out empty for Bromsgrove District Council" in (result.stderr)


def test_a_body_is_tried_with_the_longest_name(inputs: Inputs, letters: dict[str, Letter]) -> None:
    letter = letters["Bromsgrove District Council"]
    unfit = letter._replace(body=(Heading("word " * 3000), *letter.body))
    with pytest.raises(EditionError):
        try_letters(inputs, [letter, unfit], in_this_process())


def test_a_run_that_is_stopped_leaves_a_record_of_what_it_wrote(
    inputs: Inputs, figures: YearFigures, letters: dict[str, Letter], tmp_path: Path
) -> None:
    def stop(authority: str, status: LetterStatus) -> None:
        raise KeyboardInterrupt

    year = ComposedYear(inputs, figures, [*letters.values()])
    chosen = indices_of(figures, ["Bromsgrove District Council", "Birmingham City Council"])
    with pytest.raises(KeyboardInterrupt):
        write_letters(year, chosen, tmp_path, RenderOptions(in_this_process()), stop)
    (entry,) = _entries(tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == {
        entry["file"],
        "manifest.json",
        "record",
        "statistics.csv",
    }


def test_problems_come_whole_out_of_a_worker_process() -> None:
    sent = pickle.dumps(EditionError([Problem("f", 1, "is wrong.")]))
    error = pickle.loads(sent)  # noqa: S301  # as the pool of workers does
    assert error.problems == (Problem("f", 1, "is wrong."),)
    assert str(error).startswith("1 problem in the edition")


@pytest.mark.parametrize(
    "content",
    ['{"year": 1e999, "example": false, "letters": []}', "[" * 100_000, "{}", "x", "", '"x"', "3"],
)
def test_a_manifest_of_any_other_kind_is_refused(own_files: Path, content: str) -> None:
    (own_files / "z").mkdir()
    (own_files / "z" / "manifest.json").write_text(content)
    result = run("generate", "--year", "2020", "--out", "z")
    assert result.exit_code == 5
    assert "is not a manifest that lgo-letters wrote; move it away" in result.stderr


def test_letters_of_another_year_are_not_mixed_with_this_one_s(
    inputs: Inputs, figures: YearFigures, tmp_path: Path
) -> None:
    (tmp_path / "manifest.json").write_text('{"year": 2019, "example": true, "letters": []}')
    with pytest.raises(WriteError, match="holds letters for 2019"):
        write_letters(
            ComposedYear(inputs, figures, []),
            [],
            tmp_path,
            RenderOptions(in_this_process()),
            lambda *_: None,
        )


def test_a_letter_of_an_authority_that_is_listed_no_more_is_named(own_files: Path) -> None:
    run("generate", "--year", "2020")
    (own_files / "authorities.csv").write_text("\n".join(AUTHORITIES.splitlines()[:3]))
    result = run("generate", "--year", "2020")
    assert result.exit_code == 0
    assert (
        "Letters of authorities that no longer get one: "
        "Peak District National Park Authority." in result.stderr
    )
    assert len(_entries(own_files / "letters/2020")) == 3


def test_an_input_is_not_overwritten_by_a_letter(own_files: Path) -> None:
    result = run("preview", "bromley", "--year", "2020", "--out", "decisions.csv")
    assert result.exit_code == 2
    assert (
        "decisions.csv is an input, part of the edition or your signing key; give another file "
        "with --out." in result.stderr
    )
    assert (own_files / "decisions.csv").read_text() == DECISIONS


def test_a_name_that_the_fonts_lack_is_named_with_its_character(own_files: Path) -> None:
    named = AUTHORITIES.replace("Bromley", "Brom漢ley").replace("Mr Dicks", "Mr ☎Dicks")
    (own_files / "authorities.csv").write_text(named, encoding="utf-8")
    (own_files / "decisions.csv").write_text(HEADER)
    for command in ("check", "generate"):
        result = run(command, "--year", "2020")
        assert result.exit_code == 3
        assert (
            'authorities.csv, line 3, column name: "Brom漢ley District Council" has the character '
            "U+6F22 (CJK UNIFIED IDEOGRAPH-6F22), which the letter's fonts lack; replace it."
        ) in result.stderr
        assert "authorities.csv, line 2, column recipient: " in result.stderr
    assert not (own_files / "letters").exists()


def test_a_character_of_the_edition_that_the_fonts_lack_is_named_with_its_line(
    own_files: Path,
) -> None:
    edition = Path(shutil.copytree(EDITION, own_files / "mine"))
    body = (edition / "letter.md").read_text(encoding="utf-8")
    (edition / "letter.md").write_text(body.replace("Again,", "Again ☎,"), encoding="utf-8")
    settings = (edition / "edition.toml").read_text(encoding="utf-8")
    settings = settings.replace("Yours sincerely,", "Yours \\u2721 sincerely,")
    (edition / "edition.toml").write_text(settings + "# ☎\n", encoding="utf-8")
    result = run("check", "--year", "2020", "--edition", edition)
    assert result.exit_code == 4
    lines = result.stderr.splitlines()
    assert lines[0].startswith('letter.md, line 25: "There are a range of resources')
    assert "has the character U+260E (BLACK TELEPHONE)" in lines[0]
    assert lines[1].startswith("edition.toml: has the character U+2721 (STAR OF DAVID)")
    assert lines[2].startswith("Error: 2 problems in the edition")


def test_a_folder_of_own_paragraphs_is_found_in_any_case(own_files: Path) -> None:
    edition = Path(shutil.copytree(EDITION, own_files / "mine"))
    (edition / "Own").mkdir()
    (edition / "Own" / "Nowhere Council.md").write_text("Thanks.")
    result = run("check", "--year", "2020", "--edition", edition)
    assert result.exit_code == 4
    assert "Own/Nowhere Council.md: matches no authority" in result.stderr


def test_a_row_of_the_authorities_that_is_a_problem_is_none_again_for_its_decisions(
    own_files: Path,
) -> None:
    """A comma without quotes in a name makes one problem, not one for each decision."""
    name = "Bournemouth, Christchurch and Poole Council"
    (own_files / "authorities.csv").write_text(f"{AUTHORITIES}{name},District Council,CE,,,,\n")
    row = '{},"{}",Housing,2019-05-04,Upheld,no,,\n'
    decisions = DECISIONS + row.format("19 000 009", name) + row.format("19 000 010", "Nowhere")
    (own_files / "decisions.csv").write_text(decisions)
    result = run("check", "--year", "2020")
    assert result.exit_code == 3
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == [
        "authorities.csv, line 5, column type",
        "decisions.csv, line 6, column authority",
        "Error",
    ]


def test_a_control_character_in_a_name_is_a_problem(own_files: Path) -> None:
    named = AUTHORITIES.replace("Bromley", "Brom\x1b[31mley")
    (own_files / "authorities.csv").write_text(named)
    (own_files / "decisions.csv").write_text(HEADER)
    result = run("check", "--year", "2020")
    assert result.exit_code == 3
    assert "line 3, column name: " in result.stderr
    assert "holds a control character; delete it." in result.stderr
    assert "\x1b" not in result.output


@pytest.mark.parametrize("character", ["\u202e", "\u2066", "\x1b", "\x7f"], ids=ascii)
def test_a_character_in_a_code_that_turns_or_hides_others_reaches_no_table(
    own_files: Path, character: str
) -> None:
    coded = AUTHORITIES.replace("E07000234", f"E07{character}000234")
    (own_files / "authorities.csv").write_text(coded, encoding="utf-8")
    for command in ("check", "generate", "stats"):
        result = run(command, "--year", "2020")
        assert result.exit_code == 3
        assert "authorities.csv, line 2, column code: " in result.stderr
        assert "holds a control character; delete it." in result.stderr
        assert character not in result.output
    assert not (own_files / "letters").exists()


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (
            "\N{HEBREW LETTER ALEF}",
            "U+05D0 (HEBREW LETTER ALEF), which is written from right to left, and letters are set "
            "from left to right only; replace it.",
        ),
        (
            "\N{ARABIC LETTER BEH}",
            "U+0628 (ARABIC LETTER BEH), which is written from right to left, and letters are set "
            "from left to right only; replace it.",
        ),
        (
            "x\N{COMBINING ACUTE ACCENT}",
            "U+0301 (COMBINING ACUTE ACCENT), a mark on the character before it, which no letter "
            "can show; write both as one.",
        ),
    ],
    ids=["Hebrew", "Arabic", "a mark that stands by itself"],
)
def test_what_cannot_be_set_from_left_to_right_is_refused_in_names_and_in_the_edition(
    own_files: Path, written: str, problem: str
) -> None:
    edition = Path(shutil.copytree(EDITION, own_files / "mine"))
    body = (edition / "letter.md").read_text(encoding="utf-8")
    (edition / "letter.md").write_text(body.replace("Again,", f"Again {written},"), "utf-8")
    result = run("generate", "--year", "2020", "--edition", edition)
    assert result.exit_code == 4
    assert 'letter.md, line 25: "' in result.stderr
    assert f"has the character {problem}\n" in result.stderr
    named = AUTHORITIES.replace("Mr Dicks", f"Mr {written}")
    (own_files / "authorities.csv").write_text(named, encoding="utf-8")
    result = run("generate", "--year", "2020")
    assert result.exit_code == 3
    assert "authorities.csv, line 2, column recipient: " in result.stderr
    assert f"has the character {problem}\n" in result.stderr
    assert not (own_files / "letters").exists()


def test_the_example_s_files_are_what_the_tests_think(inputs: Inputs) -> None:
    assert inputs.files == {
        (EXAMPLES / "decisions.csv").resolve(),
        (EXAMPLES / "authorities.csv").resolve(),
        Path("lgo-letters.toml").resolve(),  # which another command may read
        EDITION.resolve(),
        (EXAMPLES / "improvements.csv").resolve(),
        *(EDITION.resolve() / name for name in ("edition.toml", "letter.md", "signature.png")),
        *(EDITION.resolve() / name for name in EMAILS),
    }
