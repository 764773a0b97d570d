"""The record of a run: letters are made again from it, and it is as confidential as they are."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import sys
import threading
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from lgo_letters.errors import WriteError
from lgo_letters.run import archive
from lgo_letters.run.batch import RenderOptions, write_letters
from lgo_letters.run.composed import compose_year
from lgo_letters.run.inputs import read_inputs
from lgo_letters.run.pool import in_this_process
from lgo_letters.run.sources import find_sources
from tests.support.certificates import PASSPHRASE, authority
from tests.support.commands import AUTHORITIES, BROMLEY, BROMSGROVE, DECISIONS, run
from tests.support.editions import own
from tests.support.paths import EDITION, EXAMPLES
from tests.support.processes import GENERATE, contents
from tests.support.workbooks import write_workbook

MAPPING = """[decisions]
complete_years = [2019]
columns = { decision = "Outcome" }
values.decision = { "Fault found" = "Upheld" }
"""
PUBLISHED = """authority,type,decisions,upheld_rate
Bromley District Council,District Council,9,5
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small year's letters, made once."""
    year = tmp_path_factory.mktemp("year")
    (year / "authorities.csv").write_text(AUTHORITIES, encoding="utf-8")
    (year / "decisions.csv").write_text(DECISIONS, encoding="utf-8")
    tables = "--authorities", year / "authorities.csv", "--decisions", year / "decisions.csv"
    assert run(*GENERATE, "--jobs", "1", *tables, "--out", year / "2020").exit_code == 0
    return year / "2020"


@pytest.fixture
def folder(own_files: Path, made: Path) -> Path:
    """The letters of the small year that is here, which a test may spoil."""
    return Path(shutil.copytree(made, own_files / "letters" / "2020"))


def _record(folder: Path) -> Path:
    (record,) = (folder / "record").iterdir()
    return record


def _manifest(folder: Path) -> Any:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def _records(folder: Path) -> dict[str, str]:
    """The record of each letter."""
    return {entry["file"]: entry["record"] for entry in _manifest(folder)["letters"]}


def _correct(year: Path) -> None:
    file = year / "decisions.csv"
    file.write_text(DECISIONS.replace("Not upheld", "Upheld"), encoding="utf-8")


# ---- what is kept


def test_a_record_holds_every_input_as_it_was_read_under_its_own_name(own_files: Path) -> None:
    (own_files / "decisions.csv").write_text(
        DECISIONS.replace(",decision,", ",Outcome,").replace(",Upheld,", ",Fault found,")
    )
    (own_files / "lgo-letters.toml").write_text(MAPPING)
    (own_files / "history").mkdir()
    (own_files / "history" / "statistics-2018.csv").write_text(PUBLISHED)
    edition = Path(shutil.copytree(EDITION, own_files / "editions" / "2020"))
    own(edition, "bromley district council.md")
    assert run(*GENERATE).exit_code == 0
    with zipfile.ZipFile(_record(own_files / "letters/2020") / "inputs.zip") as inputs:
        kept = {name: inputs.read(name) for name in inputs.namelist()}
    places = {
        "decisions/decisions.csv": "decisions.csv",
        "decisions/history/statistics-2018.csv": "history/statistics-2018.csv",
        "authorities/authorities.csv": "authorities.csv",
        "lgo-letters.toml": "lgo-letters.toml",
    }
    of_edition = contents(edition)
    del of_edition["accessibility.md"]  # of which no letter has a word
    assert "own/bromley district council.md" in of_edition
    expected = {name: (own_files / place).read_bytes() for name, place in places.items()}
    expected |= {f"edition/{name}": content for name, content in of_edition.items()}
    assert kept == expected


def test_a_record_says_which_versions_made_the_letters_and_no_folder_of_a_person(
    own_files: Path, folder: Path
) -> None:
    text = (_record(folder) / "record.json").read_text(encoding="utf-8")
    versions = json.loads(text)["versions"]
    assert {"lgo-letters", "Python", "zlib", "reportlab", "pillow"} <= versions.keys()
    assert versions["Python"] == ".".join(map(str, sys.version_info[:3]))
    assert str(own_files) not in text
    assert os.sep + "editions" not in text


def test_a_record_is_called_what_its_description_comes_to(folder: Path) -> None:
    record = _record(folder)
    assert hashlib.sha256((record / "record.json").read_bytes()).hexdigest() == record.name
    assert set(_records(folder).values()) == {record.name}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_a_record_is_for_its_owner_alone(folder: Path) -> None:
    record = _record(folder)
    folders = [folder, record.parent, record]
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}
    assert {file.stat().st_mode & 0o777 for file in record.iterdir()} == {0o600}


def test_a_record_that_is_there_and_whole_is_left_and_one_that_is_not_is_written_again(
    folder: Path,
) -> None:
    file = _record(folder) / "inputs.zip"
    content, inode = file.read_bytes(), file.stat().st_ino
    assert run(*GENERATE).exit_code == 0
    assert file.stat().st_ino == inode
    file.write_bytes(content[:-100])
    assert run(*GENERATE).exit_code == 0
    assert file.read_bytes() == content


def test_with_authority_letters_keep_the_record_of_their_own_run(folder: Path) -> None:
    first = _record(folder).name
    _correct(folder.parents[1])
    assert run(*GENERATE, "--authority", "bromley").exit_code == 0
    records = _records(folder)
    assert records.pop(BROMLEY) != first
    assert set(records.values()) == {first}
    assert len(list((folder / "record").iterdir())) == 2


def test_records_that_no_letter_names_are_removed_and_nothing_else(folder: Path) -> None:
    first = _record(folder).name
    (folder / "record" / "my notes").mkdir()
    (folder / "record" / f".lgo-letters-{'0' * 64}.part").mkdir()
    _correct(folder.parents[1])
    assert run(*GENERATE).exit_code == 0
    (now,) = set(_records(folder).values())
    assert {path.name for path in (folder / "record").iterdir()} == {now, "my notes"}
    assert now != first


def test_the_record_of_an_earlier_issue_of_a_letter_stays(folder: Path) -> None:
    manifest = _manifest(folder)
    first = manifest["letters"][0]["record"]
    issues = [{"date": f"2020-08-0{number}", "record": first} for number in (1, 2)]
    manifest["letters"][0]["issues"] = issues
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    _correct(folder.parents[1])
    archive_of = {entry["file"]: entry for entry in manifest["letters"]}
    assert "issues" in archive_of[BROMSGROVE]
    assert run(*GENERATE, "--authority", "bromley").exit_code == 0
    assert run(*GENERATE, "--authority", "peak").exit_code == 0
    assert (folder / "record" / first).is_dir()


def test_an_input_that_is_not_as_it_was_read_stops_the_run_before_any_letter(
    own_files: Path,
) -> None:
    sources = find_sources(2020, None, None, None)
    year = compose_year(read_inputs(sources, 2020), in_this_process())
    _correct(own_files)
    with pytest.raises(WriteError, match=r"decisions\.csv was changed while this") as error:
        write_letters(year, [0], own_files / "x", RenderOptions(in_this_process()), lambda *_: None)
    assert error.value.exit_code == 5
    assert list((own_files / "x").rglob("*.pdf")) == []
    assert not (own_files / "x" / "manifest.json").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
def test_what_came_through_a_pipe_is_kept_too(own_files: Path) -> None:
    pipe = own_files / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(DECISIONS,))
    writer.start()
    assert run(*GENERATE, "--decisions", pipe).exit_code == 0
    writer.join()
    _is_made_again(own_files / "letters" / "2020", own_files)


# ---- made again


def _is_made_again(folder: Path, elsewhere: Path) -> None:
    """A copy of the folder somewhere else is enough to make all of it again."""
    copy = Path(shutil.copytree(folder, elsewhere / "copy" / "of letters"))
    result = run("generate", "--from-record", copy, "--out", elsewhere / "again")
    assert result.exit_code == 0, result.output
    assert result.stdout.rstrip().endswith("byte for byte.")
    assert contents(elsewhere / "again") == contents(folder)


def test_letters_are_made_again_from_a_copy_elsewhere_byte_for_byte(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = shutil.move(folder, tmp_path / "only this is left")
    shutil.rmtree(folder.parents[1])
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    _is_made_again(Path(moved), tmp_path)


def test_letters_of_several_runs_are_made_again_each_from_its_own_record(
    folder: Path, tmp_path: Path
) -> None:
    year = folder.parents[1]
    _correct(year)
    assert run(*GENERATE, "--authority", "bromsgrove").exit_code == 0
    (year / "decisions.csv").write_text(DECISIONS, encoding="utf-8", newline="\r\n")
    assert run(*GENERATE, "--authority", "peak").exit_code == 0
    assert len(set(_records(folder).values())) == 3
    _is_made_again(folder, tmp_path)


def test_letters_from_workbooks_a_mapping_and_published_years_are_made_again(
    own_files: Path, tmp_path: Path
) -> None:
    decisions = [*csv.reader(io.StringIO(DECISIONS.replace(",decision,", ",Outcome,")))]
    tables = own_files / "tables"
    tables.mkdir()
    write_workbook(tables / "case.xlsx", decisions, "Fälle")
    write_workbook(tables / "bodies.xlsx", [*csv.reader(io.StringIO(AUTHORITIES))])
    (tables / "history").mkdir()
    (tables / "history" / "statistics-2019.csv").write_text(PUBLISHED)
    (own_files / "lgo-letters.toml").write_text(MAPPING.replace("values", "# "))
    names = "--decisions", tables / "case.xlsx#Fälle", "--authorities", tables / "bodies.xlsx"
    edition = Path(shutil.copytree(EDITION, own_files / "editions" / "2020"))
    with (edition / "letter.md").open("a", encoding="utf-8") as letter:
        letter.write("\n{{ table.years }}\n")
    result = run(*GENERATE, *names)
    assert result.exit_code == 0, result.output
    _is_made_again(own_files / "letters" / "2020", tmp_path)


def test_the_example_is_kept_small_and_made_again_as_the_example(
    workplace: Path, tmp_path: Path
) -> None:
    assert run(*GENERATE, "--authority", "leeds").exit_code == 0
    folder = workplace / "letters" / "2020"
    kept = (_record(folder) / "inputs.zip").stat().st_size
    assert kept < (EXAMPLES / "decisions.csv").stat().st_size / 5
    _is_made_again(folder, tmp_path)
    assert _manifest(tmp_path / "again")["example"]


def test_the_sheets_beside_letters_are_made_again_with_them(
    own_files: Path, tmp_path: Path
) -> None:
    assert run(*GENERATE, "--sheets").exit_code == 0
    _is_made_again(own_files / "letters" / "2020", tmp_path)
    assert len(list((tmp_path / "again").glob("*.xlsx"))) == 3


def test_some_letters_alone_are_made_again_where_some_are_named(folder: Path) -> None:
    result = run("generate", "--from-record", folder, "--out", "x", "--authority", "bromley")
    assert result.stdout.startswith("1 letter (1 made")
    assert [file.name for file in Path("x").glob("*.pdf")] == [BROMLEY]
    assert Path("x", BROMLEY).read_bytes() == (folder / BROMLEY).read_bytes()


def test_signed_letters_are_made_again_as_they_were_before_they_were_signed(
    own_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = own_files / "key.p12"
    key.write_bytes(authority("Root").issue("Ombudsman").p12())
    monkeypatch.setenv("LGO_LETTERS_SIGN_PASSPHRASE", PASSPHRASE)
    assert run(*GENERATE, "--sign-with", key).exit_code == 0
    folder = own_files / "letters" / "2020"
    result = run("generate", "--from-record", folder, "--out", "again")
    assert result.stdout.endswith(
        f"All are the same as in {folder} before they were signed, byte for byte.\n"
    )
    for entry in _manifest(folder)["letters"]:
        made = Path("again", entry["file"]).read_bytes()
        assert hashlib.sha256(made).hexdigest() == entry["unsigned_sha256"]
    result = run("generate", "--from-record", folder, "--out", "again", "--sign-with", key)
    assert "byte for byte" in result.stdout
    assert run(*GENERATE, "--out", "again", "--unsigned").stdout.startswith("3 letters (3 made, 0")
    assert run(*GENERATE, "--out", "again").stdout.startswith("3 letters (0 made, 3 unchanged)")


def test_other_versions_are_named_where_letters_differ(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as later:
        later.setattr("lgo_letters.letter.letter.__version__", "9.0")
        later.setattr("lgo_letters.run.archive.__version__", "9.0")
        result = run("generate", "--from-record", folder, "--out", "x", "--json")
    fields = json.loads(result.stdout)
    assert (result.exit_code, fields["year"], len(fields["different"])) == (0, 2020, 3)
    (version,) = fields["versions"]
    assert (version["name"], version["now"]) == ("lgo-letters", "9.0")
    with monkeypatch.context() as later:
        later.setattr("lgo_letters.letter.letter.__version__", "9.0")
        later.setattr("lgo_letters.run.archive.__version__", "9.0")
        result = run("generate", "--from-record", folder, "--out", "y")
    assert result.stdout.endswith(
        f"3 of them differ from those in {folder}, which were made by lgo-letters "
        f"{version['then']}; this is lgo-letters 9.0.\n"
    )


def test_a_letter_that_was_changed_after_it_was_made_is_named(folder: Path) -> None:
    (folder / BROMLEY).write_bytes(b"%PDF-")
    result = run("generate", "--from-record", folder, "--out", "x")
    assert f"Changed in {folder} since they were made (1): Bromley District Council" in (
        " ".join(result.stderr.split())
    )
    assert "byte for byte" in result.stdout


# ---- what cannot be made again


def _refused(folder: Path, *arguments: str | Path, code: int = 2) -> str:
    """The one sentence with which it is refused, and nothing is written."""
    result = run("generate", "--from-record", folder, "--out", "x", *arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert not Path("x").exists()
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_the_inputs_cannot_be_named_beside_a_record(own_files: Path, folder: Path) -> None:
    edition = shutil.copytree(EDITION, own_files / "edition")
    options = {
        "--year": "2020",
        "--decisions": "decisions.csv",
        "--authorities": "authorities.csv",
        "--edition": str(edition),
    }
    for option, value in options.items():
        assert f"{option} cannot be used with --from-record" in _refused(folder, option, value)


def test_without_a_record_the_year_is_asked_for_in_the_usual_words() -> None:
    assert run("generate").stderr == "Error: Missing option '--year'. See main generate --help.\n"


def test_a_record_is_made_again_in_another_folder_that_is_named(folder: Path) -> None:
    result = run("generate", "--from-record", folder)
    assert (result.exit_code, "name it with --out" in result.stderr) == (2, True)
    result = run("generate", "--from-record", folder, "--out", folder)
    assert (result.exit_code, "holds the letters themselves" in result.stderr) == (2, True)


def test_letters_of_a_version_without_records_are_said_to_have_none(folder: Path) -> None:
    manifest = _manifest(folder)
    for entry in manifest["letters"]:
        del entry["record"]
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert "has no record of what made its letters" in _refused(folder)


def test_a_folder_without_letters_is_said_to_have_none(own_files: Path) -> None:
    assert "holds no letters" in _refused(own_files)


def _flip(position: float) -> Callable[[bytes], bytes]:
    def flip(content: bytes) -> bytes:
        index = int(len(content) * position)
        return content[:index] + bytes([content[index] ^ 4]) + content[index + 1 :]

    return flip


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "cut short": lambda content: content[: len(content) // 2],
    "empty": lambda _: b"",
    "longer": lambda content: content + b" ",
    "something else": lambda _: b"PK\3\4 and so on",
    **{f"bit flipped at {percent} %": _flip(percent / 100) for percent in (0, 1, 35, 70, 99)},
}


@pytest.mark.parametrize("name", ["record.json", "inputs.zip"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_record_that_was_damaged_is_never_used(folder: Path, name: str, damage: str) -> None:
    file = _record(folder) / name
    file.write_bytes(DAMAGE[damage](file.read_bytes()))
    if (name, damage) == ("inputs.zip", "longer"):
        return  # a ZIP file may be followed by something; what is in it is what it was
    message = _refused(folder)
    assert "is not as lgo-letters wrote it; put the whole folder back from a copy." in message


@pytest.mark.parametrize("name", ["record.json", "inputs.zip", ""])
def test_a_record_of_which_a_file_is_missing_is_never_used(folder: Path, name: str) -> None:
    record = _record(folder)
    if name:
        (record / name).unlink()
    else:
        shutil.rmtree(record)
    assert "is not there, or not whole" in _refused(folder)


def test_a_broken_record_of_one_letter_stops_all_before_any_is_written(folder: Path) -> None:
    _correct(folder.parents[1])
    assert run(*GENERATE, "--authority", "bromley").exit_code == 0
    (folder / "record" / _records(folder)[BROMLEY] / "inputs.zip").write_bytes(b"")
    assert "is not as lgo-letters wrote it" in _refused(folder)


def _forge(folder: Path, described: Any, members: Sequence[tuple[str, bytes]]) -> None:
    """A record that is called what its description comes to, whatever that says."""
    shutil.rmtree(_record(folder))
    text = described if isinstance(described, bytes) else json.dumps(described).encode()
    name = hashlib.sha256(text).hexdigest()
    record = folder / "record" / name
    record.mkdir()
    (record / "record.json").write_bytes(text)
    with zipfile.ZipFile(record / "inputs.zip", "w", zipfile.ZIP_DEFLATED) as inputs:
        for member, content in members:
            inputs.writestr(member, content)
    manifest = _manifest(folder)
    for entry in manifest["letters"]:
        entry["record"] = name
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def _parts(folder: Path) -> tuple[dict[str, Any], list[tuple[str, bytes]]]:
    """What a record says, and what is in it."""
    record = _record(folder)
    with zipfile.ZipFile(record / "inputs.zip") as inputs:
        members = [(name, inputs.read(name)) for name in inputs.namelist()]
    return json.loads((record / "record.json").read_bytes()), members


@pytest.mark.parametrize("name", ["../../x.csv", "/x.csv", "edition/../../../x", "a\0b"])
def test_no_name_in_a_record_leads_out_of_it(folder: Path, tmp_path: Path, name: str) -> None:
    described, members = _parts(folder)
    name = f"{tmp_path}{name}" if name.startswith("/") else name
    described["files"][name] = hashlib.sha256(b"").hexdigest()
    before = set(tmp_path.rglob("*"))
    _forge(folder, described, [*members, (name, b"")])
    _refused(folder)
    assert {path.name for path in set(tmp_path.rglob("*")) - before} <= {
        path.name for path in (folder / "record").rglob("*")
    }


@pytest.mark.parametrize("table", ["decisions", "authorities"])
@pytest.mark.parametrize("name", ["../authorities/authorities.csv", "/etc/passwd", "", "other.csv"])
def test_no_table_of_a_record_lies_outside_it(folder: Path, table: str, name: str) -> None:
    described, members = _parts(folder)
    _forge(folder, {**described, table: name}, members)
    _refused(folder)


@pytest.mark.parametrize(
    "described",
    [
        *(b"", b"null", b"[]", b"{}", b"[" * 100_000, b'{"files": []}', b'{"year": 1e999}'),
        *({"year": year} for year in (1, 10_000, 2020.0, True, "2020", None)),
        {"versions": {"Python": 3}},
        {"versions": []},
        {"files": {}},
        {"files": "decisions/decisions.csv"},
        {"decisions": ["decisions.csv"]},
        {"authorities": None},
    ],
    ids=str,
)
def test_a_description_of_another_shape_is_refused(folder: Path, described: Any) -> None:
    real, members = _parts(folder)
    _forge(folder, described if isinstance(described, bytes) else {**real, **described}, members)
    assert "is not as lgo-letters wrote it" in _refused(folder)


def test_a_record_that_unpacks_to_far_more_than_any_year_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lgo_letters.run.archive._LARGEST", 1_000_000)
    described, members = _parts(folder)
    bomb = b" " * 1_000_001
    described["files"]["edition/bomb"] = hashlib.sha256(bomb).hexdigest()
    _forge(folder, described, [*members, ("edition/bomb", bomb)])
    assert (_record(folder) / "inputs.zip").stat().st_size < 100_000
    assert "is not as lgo-letters wrote it" in _refused(folder)


def test_a_member_that_says_it_is_small_is_never_unpacked_beyond_that(folder: Path) -> None:
    described, members = _parts(folder)
    bomb = b" " * 10_000_000
    described["files"]["edition/bomb"] = hashlib.sha256(bomb).hexdigest()
    _forge(folder, described, [*members, ("edition/bomb", bomb)])
    file = _record(folder) / "inputs.zip"
    said, less = ((size).to_bytes(4, "little") for size in (len(bomb), 10))
    file.write_bytes(file.read_bytes().replace(said, less))
    assert "is not as lgo-letters wrote it" in _refused(folder)


def test_an_input_that_is_not_what_its_record_says_is_never_used(folder: Path) -> None:
    described, members = _parts(folder)
    other = [(name, b"other" if name.endswith("letter.md") else text) for name, text in members]
    _forge(folder, described, other)
    assert "is not as lgo-letters wrote it" in _refused(folder)


def test_a_record_with_a_file_that_it_does_not_name_is_refused(folder: Path) -> None:
    described, members = _parts(folder)
    _forge(folder, described, [*members, ("edition/own/x.md", b"x")])
    assert "is not as lgo-letters wrote it" in _refused(folder)


@pytest.mark.parametrize("record", ["../record", 5, None, ["x"], "A" * 64])
def test_a_manifest_that_names_no_record_where_it_should_is_not_ours(
    folder: Path, record: Any
) -> None:
    manifest = _manifest(folder)
    manifest["letters"][0]["record"] = record
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert "is not a manifest that lgo-letters wrote" in _refused(folder, code=5)


def test_nothing_of_an_opened_record_is_left_behind(folder: Path) -> None:
    with archive.opened(folder, _record(folder).name) as opened:
        assert opened.sources.decisions.read_text(encoding="utf-8") == DECISIONS
        place = opened.sources.edition.parent
        if sys.platform != "win32":
            assert place.stat().st_mode & 0o777 == 0o700
    assert not place.exists()
