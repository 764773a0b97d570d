from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pypdfium2
import pytest

from lgo_letters import __version__
from tests.support.commands import AUTHORITIES, DECISIONS, HEADER, run
from tests.support.paths import EDITION, EXAMPLES, TESTS
from tests.support.processes import contents, put_small_year


def _files(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def _manifest(folder: Path) -> Any:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def test_generate_writes_a_letter_an_authority_with_statistics_and_manifest(
    own_files: Path,
) -> None:
    result = run("generate", "--year", "2020")
    assert result.exit_code == 0, result.output
    letters = own_files / "letters" / "2020"
    (record,) = (letters / "record").iterdir()
    assert _files(letters) == {
        f"record/{record.name}/inputs.zip",
        f"record/{record.name}/record.json",
        "bromsgrove-district-council.pdf",
        "bromley-district-council.pdf",
        "peak-district-national-park-authority.pdf",
        "statistics.csv",
        "manifest.json",
    }
    folder = re.escape(str(Path("letters") / "2020"))
    assert re.fullmatch(
        rf"3 letters \(3 made, 0 unchanged\) in {folder}, \d+\.\d s\. "
        r"The signature is the specimen that comes with lgo-letters\.\n",
        result.stdout,
    )
    assert result.stderr.splitlines() == [
        "33 %: 1 of 3 letters",
        "66 %: 2 of 3 letters",
        "100 %: 3 of 3 letters",
        "The signature is the specimen that comes with lgo-letters; put the signatory's own into "
        "the edition before letters go out.",
    ]


def test_the_example_is_used_with_a_notice_and_said_in_the_last_line(workplace: Path) -> None:
    result = run("generate", "--year", "2020", "--authority", "bromsgrove", "--out", "here")
    assert result.exit_code == 0
    assert "the example that comes with lgo-letters" in result.stderr
    assert re.fullmatch(
        r"1 letter \(1 made, 0 unchanged\) in here, \d+\.\d s\. "
        r"Example: invented figures\.\n",
        result.stdout,
    )
    manifest = _manifest(workplace / "here")
    assert manifest["example"] is True
    assert (workplace / "here" / "bromsgrove-district-council.pdf").exists()


def test_statistics_csv_always_has_every_authority(own_files: Path) -> None:
    assert run("generate", "--year", "2020", "--authority", "bromley", "--out", "x").exit_code == 0
    with (own_files / "x" / "statistics.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["authority"] for row in rows] == [
        "Bromsgrove District Council",
        "Bromley District Council",
        "Peak District National Park Authority",
    ]
    assert rows[0]["upheld_average"] == "67"  # 2 of 3
    assert rows[2]["upheld_rate"] == ""


def test_the_manifest_records_the_run(own_files: Path) -> None:
    run("generate", "--year", "2020")
    manifest = _manifest(own_files / "letters/2020")
    assert manifest["lgo_letters"] == __version__
    assert (manifest["year"], manifest["edition"], manifest["average"]) == (2020, "2020", "pooled")
    assert manifest["example"] is False
    assert manifest["inputs"]["decisions"] == {
        "file": "decisions.csv",
        "sha256": hashlib.sha256(DECISIONS.encode()).hexdigest(),
        "rows": 3,
    }
    assert manifest["inputs"]["authorities"]["rows"] == 3
    letter = manifest["letters"][0]
    content = (own_files / "letters/2020" / letter["file"]).read_bytes()
    assert letter["authority"] == "Bromsgrove District Council"
    assert letter["sha256"] == hashlib.sha256(content).hexdigest()
    assert letter["pages"] == 3
    assert letter["figures"]["upheld"] == 1
    assert len({letter["letter_sha256"] for letter in manifest["letters"]}) == 3


def test_recipients_and_addresses_stand_in_no_table(own_files: Path) -> None:
    shown = run("generate", "--year", "2020").output
    for format_ in ("table", "csv", "json"):
        shown += run("stats", "--year", "2020", "--format", format_).output
    shown += run("check", "--year", "2020").output
    shown += run("check", "--year", "2020", "--json").output
    folder = own_files / "letters/2020"
    shown += (folder / "statistics.csv").read_text() + (folder / "manifest.json").read_text()
    assert "Dicks" not in shown
    assert "dicks@" not in shown
    assert str(own_files) not in shown


def test_with_authority_the_other_entries_of_the_manifest_stay(own_files: Path) -> None:
    run("generate", "--year", "2020")
    before = _manifest(own_files / "letters/2020")["letters"]
    changed = DECISIONS.replace("2019-05-03,Upheld,no", "2019-05-03,Not upheld,")
    (own_files / "decisions.csv").write_text(changed, encoding="utf-8")
    run("generate", "--year", "2020", "--authority", "bromley")
    after = _manifest(own_files / "letters/2020")["letters"]
    assert [letter["authority"] for letter in after] == [letter["authority"] for letter in before]
    assert after[0] == before[0]
    assert after[1] != before[1]
    assert after[1]["figures"]["upheld_average"] == 33  # 1 of 3: every authority is averaged


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")
def test_everything_written_is_readable_by_its_owner_only(own_files: Path) -> None:
    run("generate", "--year", "2020")
    run("preview", "bromsgrove", "--year", "2020", "--png")
    written = [*(own_files / "letters/2020").rglob("*"), *own_files.glob("brom*")]
    files = [file for file in written if file.is_file()]
    assert (len(files), len(written)) == (5 + 2 + 4, 5 + 2 + 4 + 2)
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    folders = own_files / "letters/2020", *(path for path in written if path.is_dir())
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}


def test_nothing_of_a_letter_is_left_in_temporary_folders(
    own_files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    for variable in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(variable, str(temporary))
    command = [sys.executable, "-m", "lgo_letters", "generate", "--year", "2020", "--jobs", "2"]
    subprocess.run(command, check=True, cwd=own_files, capture_output=True)
    assert _files(temporary) == set()
    assert not [name for name in _files(own_files) if name.endswith(".part")]


def test_preview_writes_the_bytes_that_generate_writes(own_files: Path) -> None:
    run("generate", "--year", "2020", "--jobs", "2")
    result = run("preview", "bromsgrove", "--year", "2020")
    assert result.exit_code == 0
    assert result.stdout == "bromsgrove-district-council.pdf (3 pages)\n"
    name = "bromsgrove-district-council.pdf"
    assert (own_files / name).read_bytes() == (own_files / "letters/2020" / name).read_bytes()


def test_many_workers_write_the_same_bytes_as_one(workplace: Path) -> None:
    command = [sys.executable, "-m", "lgo_letters", "generate", "--year", "2020"]
    put_small_year(workplace, 25)
    for jobs in ("1", "2"):
        subprocess.run(
            [*command, "--jobs", jobs, "--out", jobs], check=True, cwd=workplace, env=_seeded(jobs)
        )
    for name in _files(workplace / "1"):
        assert (workplace / "1" / name).read_bytes() == (workplace / "2" / name).read_bytes()
    assert len(_files(workplace / "1")) == 25 + 2 + 2


def _seeded(seed: str) -> dict[str, str]:
    return {**os.environ, "PYTHONHASHSEED": seed}


def test_preview_writes_a_picture_a_page(own_files: Path) -> None:
    result = run("preview", "bromley", "--year", "2020", "--png", "--out", "my letter.pdf")
    assert result.exit_code == 0
    assert _files(own_files) - {"authorities.csv", "decisions.csv"} == {
        "my letter.pdf",
        "my letter-1.png",
        "my letter-2.png",
        "my letter-3.png",
    }


def test_a_letter_opens_only_with_a_desktop_and_a_terminal(
    own_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(click, "launch", opened.append)
    monkeypatch.setenv("DISPLAY", ":0")
    run("preview", "bromley", "--year", "2020", "--open")
    assert opened == []  # the test runner is no terminal


def test_stats_shows_a_table_by_default(own_files: Path) -> None:
    result = run("stats", "--year", "2020", "--authority", "bromsgrove")
    assert result.exit_code == 0
    (row,) = (line for line in result.stdout.splitlines() if line.startswith("Bromsgrove"))
    assert (
        row.split()
        == ("Bromsgrove District Council 2 1 of 2 50% 67% 1 of 1 100% 100% 1 of 1 100% 50%").split()
    )
    assert "Bromley" not in result.stdout
    assert "District Council (2)" in result.stdout
    assert "England (3)" in result.stdout


def test_stats_as_json_shows_the_chosen_authorities_and_averages_over_all(
    own_files: Path,
) -> None:
    result = run("stats", "--year", "2020", "--format", "json", "--authority", "BROMLEY d")
    record = json.loads(result.stdout)
    (authority,) = record["authorities"]
    assert authority["authority"] == "Bromley District Council"
    assert (authority["upheld_rate"], authority["upheld_average"]) == (100, 67)
    assert (authority["compliance_rate"], authority["compliance_average"]) == (None, 100)
    assert record["england"]["authorities"] == 3


def test_check_shows_what_a_statistician_reconciles(own_files: Path) -> None:
    result = run("check", "--year", "2020")
    assert result.exit_code == 0
    for line in (
        "authorities.csv (3 rows), decisions.csv (3 rows): no problem",
        "Edition: no problem",
        "Complaints upheld:                               2 of 3 detailed investigations (66.7%)",
        "Dates in the file: 1 May 2019 to 1 July 2019",
        "Dates after the letter's date: 0",
        "Months of the year without a decision (11): April 2019, June 2019, July 2019",
        "Without a decision in the year (1): Peak District National Park Authority",
        "Below 100% compliance (0): none",
    ):
        assert line in result.stdout
    assert _files(own_files) == {"authorities.csv", "decisions.csv"}


def test_check_as_json_counts_rows_by_decision_and_reporting_year(own_files: Path) -> None:
    more = (
        "20 000 004,Bromley District Council,Housing,2020-04-01,Upheld,,2020-07-23,Not complied\n"
        "20 000 005,Bromley District Council,Housing,2020-03-31,Upheld,,2020-03-31,Not complied\n"
    )
    (own_files / "decisions.csv").write_text(DECISIONS + more, encoding="utf-8")
    found = json.loads(run("check", "--year", "2020", "--json").stdout)["reconciliation"]
    assert found["rows"]["Upheld"] == {"2020": 3, "2021": 1}
    assert found["rows"]["Advice given"] == {}
    assert (found["earliest_date"], found["latest_date"]) == ("2019-05-01", "2020-07-23")
    assert found["dates_after_letter"] == 1
    assert found["blank_remedies"] == 1
    assert found["empty_months"][::9] == ["2019-04", "2020-02"]
    assert found["below_full_compliance"] == ["Bromley District Council"]
    assert found["empty_panels"]["upheld"] == ["Peak District National Park Authority"]


def test_check_tells_where_a_letter_prints_a_figure_that_does_not_exist(
    own_files: Path, edition_copy: Path
) -> None:
    text = (edition_copy / "letter.md").read_text(encoding="utf-8")
    text = text.replace("\n\n", "\n\nOf {{ rate_of('compliance') }}%.\n\n", 1)
    (edition_copy / "letter.md").write_text(text, encoding="utf-8")
    result = run("check", "--year", "2020", "--edition", edition_copy)
    (told,) = (line for line in result.stderr.splitlines() if line.startswith("letter.md"))
    assert told == (
        "letter.md, line 3: \"{{ rate_of('compliance') }}\" prints nothing in the letter to "
        "Bromley District Council, which has no such figure; put the words round it between "
        "{% if rate_of('compliance') %} and {% endif %}."
    )  # Bromsgrove has an outcome; the Peak District, which has none either, comes later
    result = run("check", "--year", "2020", "--edition", edition_copy, "--json")
    assert told in json.loads(result.stdout)["notices"]


def test_own_paragraphs_are_named_by_check_and_by_the_last_line_of_generate(
    own_files: Path,
) -> None:
    shutil.copytree(EDITION, own_files / "editions" / "2020")
    shutil.copytree(TESTS / "own", own_files / "editions" / "2020" / "own")
    assert "With paragraphs of their own (1): Bromley District Council" in (
        run("check", "--year", "2020").stdout
    )
    last = run("generate", "--year", "2020").stdout
    assert last.endswith("With paragraphs of their own: Bromley District Council.\n")


def test_own_paragraphs_stand_before_the_resources_in_that_letter_alone(own_files: Path) -> None:
    edition = Path(shutil.copytree(EDITION, own_files / "mine"))
    shutil.copytree(TESTS / "own", edition / "own")
    result = run("generate", "--year", "2020", "--edition", edition, "--out", "x")
    assert result.exit_code == 0, result.output
    with pypdfium2.PdfDocument(own_files / "x" / "bromley-district-council.pdf") as document:
        text = " ".join(
            " ".join(page.get_textpage().get_text_bounded() for page in document).split()
        )
    assert (
        "please visit our website. A public report In November 2019 we published a report about "
        "how Bromley District Council had housed a family." in text
    )
    assert "her help. Resources to help you get it right" in text
    assert "- apologise to the family and pay them £1,500;" in text
    with pypdfium2.PdfDocument(own_files / "x" / "bromsgrove-district-council.pdf") as document:
        assert not any(
            "A public report" in page.get_textpage().get_text_bounded() for page in document
        )


@pytest.mark.parametrize("command", ["generate", "preview", "stats", "check", "verify"])
def test_every_command_knows_help_and_version(command: str) -> None:
    assert run(command, "--version").stdout == f"lgo-letters, version {__version__}\n"
    assert run(command, "-h").stdout.startswith(f"Usage: main {command} ")


def test_no_decision_in_the_year_is_noticed(own_files: Path) -> None:
    (own_files / "decisions.csv").write_text(HEADER, encoding="utf-8")
    result = run("stats", "--year", "2020")
    assert result.exit_code == 0
    assert "No decision in decisions.csv falls in the reporting year 2020" in result.stderr


SPOILT = {
    "--year 2020 generate": (2, "No such option"),
    "generate": (2, "Missing option '--year'"),
    "generate --year 20x": (2, "'20x' is not a valid integer"),
    "generat --year 2020": (2, "No such command 'generat'"),
    "generate --year 2020 --decisions nowhere.csv": (2, "'nowhere.csv' does not exist"),
    "generate --year 2020 --edition nowhere": (2, "'nowhere' does not exist"),
    "generate --year 2020 --authority Atlantis": (2, 'No authority is called "Atlantis"'),
    "preview brom --year 2020": (
        2,
        '"brom" fits 2 authorities; give more of the name of the one you mean: '
        "Bromsgrove District Council, Bromley District Council.",
    ),
    "preview Bromsgroove --year 2020": (2, "the nearest are: Bromsgrove District Council"),
    "stats --year 2021": (
        2,
        'There is no edition for 2021; make one with "lgo-letters edition new 2021", which starts',
    ),
    "stats --year 2019": (2, 'make one with "lgo-letters edition new 2019 --from '),
}


@pytest.mark.parametrize("line", SPOILT)
def test_wrong_usage_is_one_sentence_with_its_exit_code(own_files: Path, line: str) -> None:
    exit_code, sentence = SPOILT[line]
    result = run(*line.split())
    assert result.exit_code == exit_code
    assert sentence in result.stderr
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) == 1
    assert not (own_files / "letters").exists()


def test_bad_data_are_all_listed_and_nothing_is_written(own_files: Path) -> None:
    (own_files / "authorities.csv").write_text(AUTHORITIES + ",District Council,,,,,\n")
    (own_files / "decisions.csv").write_text(DECISIONS + "19,Bromsgrov,Housing,10/14/2019,,,,\n")
    result = run("generate", "--year", "2020")
    assert result.exit_code == 3
    lines = result.stderr.splitlines()
    assert lines[0].startswith("authorities.csv, line 5, column name: the cell is blank")
    assert lines[1].startswith("authorities.csv, line 5, column role: the cell is blank")
    assert lines[2].startswith('decisions.csv, line 5, column reference: "19" ')
    assert 'the nearest is "Bromsgrove District Council"' in lines[3]
    assert lines[4].startswith('decisions.csv, line 5, column decision_date: "10/14/2019" ')
    assert lines[5].startswith("decisions.csv, line 5, column decision: the cell is blank")
    assert lines[6:] == [
        "Error: 6 problems in the data; correct the problems listed, and run again."
    ]
    assert not (own_files / "letters").exists()


def test_the_first_20_problems_are_printed_and_the_rest_counted(own_files: Path) -> None:
    wrong = "".join(f"x,Bromley District Council,,2019-05-0{n % 9},Upheld,,,\n" for n in range(45))
    (own_files / "decisions.csv").write_text(HEADER + wrong)
    result = run("check", "--year", "2020")
    assert result.exit_code == 3
    lines = result.stderr.splitlines()
    assert len(lines) == 22
    assert lines[20] == "… and 30 more."  # 45 references and 5 days numbered 0
    assert "50 problems" in lines[21]
    assert "50 problems" in result.stdout


def test_an_output_folder_is_left_as_it_was_where_the_data_are_bad(own_files: Path) -> None:
    run("generate", "--year", "2020")
    folder = own_files / "letters/2020"
    before = contents(folder)
    (own_files / "decisions.csv").write_text(DECISIONS + "?,,,,,,,\n")
    assert run("generate", "--year", "2020").exit_code == 3
    assert contents(folder) == before


def test_a_bad_edition_is_exit_code_4_before_any_letter(own_files: Path) -> None:
    edition = Path(shutil.copytree(EDITION, own_files / "mine"))
    body = edition / "letter.md"
    body.write_text(body.read_text(encoding="utf-8").replace("{{ year_end }}", "{{ year_ends }}"))
    for command in ("generate", "check"):
        result = run(command, "--year", "2020", "--edition", edition)
        assert result.exit_code == 4
        assert 'letter.md, line 1: "{{ year_ends }}" is not a placeholder' in result.stderr
    assert not (own_files / "letters").exists()


def test_figures_need_no_more_of_an_edition_than_its_settings(own_files: Path) -> None:
    edition = Path(shutil.copytree(EDITION, own_files / "mine"))
    (edition / "letter.md").write_text("{{ nothing }}", encoding="utf-8")
    whole = run("stats", "--year", "2020")
    assert run("stats", "--year", "2020", "--edition", edition).output == whole.output
    settings = edition / "edition.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("pooled", "guessed", 2))
    result = run("stats", "--year", "2020", "--edition", edition)
    assert result.exit_code == 4
    assert "edition.toml, line " in result.stderr


def test_problems_of_data_and_edition_are_reported_together_as_the_datas(own_files: Path) -> None:
    edition = Path(shutil.copytree(EDITION, own_files / "mine"))
    (edition / "signature.png").unlink()
    (own_files / "decisions.csv").write_text(DECISIONS + "?,,,,,,,\n")
    result = run("check", "--year", "2020", "--edition", edition)
    assert result.exit_code == 3
    assert "signature.png" in result.stderr
    assert "decisions.csv, line 5" in result.stderr


def test_a_changed_copy_of_the_edition_changes_the_letter(own_files: Path) -> None:
    edition = Path(shutil.copytree(EDITION, own_files / "mine"))
    settings = edition / "edition.toml"
    text = settings.read_text(encoding="utf-8").replace("date = 2020-07-22", "date = 2020-07-23")
    settings.write_text(text, encoding="utf-8")
    run("preview", "bromsgrove", "--year", "2020", "--out", "old.pdf")
    run("preview", "bromsgrove", "--year", "2020", "--edition", edition, "--out", "new.pdf")
    assert b"D:20200722" in (own_files / "old.pdf").read_bytes()
    assert b"D:20200723" in (own_files / "new.pdf").read_bytes()


def test_a_name_that_is_a_folder_is_exit_code_5(own_files: Path) -> None:
    (own_files / "x" / "bromley-district-council.pdf").mkdir(parents=True)
    result = run("generate", "--year", "2020", "--out", "x")
    assert result.exit_code == 5
    assert "bromley-district-council.pdf would be overwritten" in result.stderr
    assert [file.name for file in (own_files / "x").iterdir()] == ["bromley-district-council.pdf"]


def test_a_foreign_manifest_is_not_overwritten(own_files: Path) -> None:
    (own_files / "x").mkdir()
    (own_files / "x" / "manifest.json").write_text("{}")
    result = run("generate", "--year", "2020", "--out", "x")
    assert result.exit_code == 5
    assert "is not a manifest that lgo-letters wrote" in result.stderr
    assert _files(own_files / "x") == {"manifest.json"}


def test_letters_of_the_example_do_not_come_to_lie_among_real_ones(own_files: Path) -> None:
    example = EXAMPLES / "decisions.csv", EXAMPLES / "authorities.csv"
    options = "--decisions", example[0], "--authorities", example[1], "--authority", "leeds"
    assert run("generate", "--year", "2020", *options).exit_code == 0
    before = _files(own_files)
    result = run("generate", "--year", "2020")
    assert result.exit_code == 5
    assert "holds letters for 2020, made from the example; move it away" in result.stderr
    assert _files(own_files) == before


def test_running_out_of_memory_is_a_sentence(
    own_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_little(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("lgo_letters.run.composed.compare", too_little)
    result = run("stats", "--year", "2020")
    assert result.exit_code == 5
    assert result.stderr.endswith("close other programs, and run the command again.\n")


def test_a_fault_of_the_program_is_exit_code_1_and_debug_shows_its_traceback(
    own_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(*_: object) -> None:
        raise ZeroDivisionError("a planted fault")

    monkeypatch.setattr("lgo_letters.run.composed.compare", fault)
    result = run("stats", "--year", "2020")
    assert result.exit_code == 1
    assert "lgo-letters has a fault (ZeroDivisionError: a planted fault)" in result.stderr
    assert "Traceback" not in result.stderr
    debugged = run("stats", "--year", "2020", "--debug")
    assert debugged.exit_code == 1
    assert debugged.stderr.startswith("Traceback (most recent call last):")
    assert "ZeroDivisionError: a planted fault" in debugged.stderr


def test_python_m_lgo_letters_is_the_same_program() -> None:
    command = [sys.executable, "-m", "lgo_letters", "--version"]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert shown == f"lgo-letters, version {__version__}\n"


def test_no_colour_is_written_where_there_is_no_terminal(workplace: Path) -> None:
    command = [sys.executable, "-m", "lgo_letters", "stats", "--year", "2021"]
    done = subprocess.run(command, check=False, capture_output=True, cwd=workplace)
    assert done.returncode == 2
    assert b"\x1b" not in done.stderr
