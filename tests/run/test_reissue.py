"""Letters reissued after sign-off: what is replaced, what is kept, and who has to sign again.

By hand: of Bromsgrove's 2 detailed investigations 1 was upheld (50%), of the districts' 3 it was 2
(67%); its 1 upheld case was remedied (100%), of the districts' 2 it was 1 (50%). Once its second
case is upheld, these are 2 of 2, 3 of 3, 1 of 2 (50%) and 1 of 3 (33%).
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import stat
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from click.testing import Result

from tests.support.certificates import PASSPHRASE, authority
from tests.support.commands import AUTHORITIES, BROMLEY, BROMSGROVE, PEAK_DISTRICT, run
from tests.support.editions import change
from tests.support.processes import GENERATE, end_of, start_until, stopped_at
from tests.support.signed import (
    ANALYST,
    APPROVER,
    SIGNOFF,
    WITHDRAW,
    check_refused,
    correct_a_case,
    kept,
    sign_in_both_roles,
    status,
)

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other files and no signals")
REISSUE = ["reissue", "bromsgrove", "--year", "2020", "--reason", "A case was upheld"]
ON_3_AUGUST = [*REISSUE, "--date", "2020-08-03"]
ROW = "Bromsgrove District Council,bromsgrove-district-council.pdf,2020-08-03,A case was upheld"
OTHER = "Bromley District Council,bromley-district-council.pdf,2020-08-03,A case was upheld"
CORRECTED = [
    "authority,file,date,reason,letter,figure,before,after",
    f"{ROW},reissued,upheld,1,2",
    f"{ROW},reissued,upheld_rate,50,100",
    f"{ROW},reissued,upheld_average,67,100",
    f"{ROW},reissued,remedy_rate,100,50",
    f"{ROW},reissued,remedy_average,50,33",
]
MOVED = ["upheld_average,67,100", "remedy_average,50,33"]


@pytest.fixture
def folder(year_to_sign: Path, workplace: Path) -> Path:
    """A year's letters, signed off in both roles; then a case was corrected."""
    shutil.copytree(year_to_sign, workplace, dirs_exist_ok=True)
    sign_in_both_roles()
    correct_a_case()
    return workplace / "letters" / "2020"


@pytest.fixture
def reissued(folder: Path) -> Path:
    """The same, with Bromsgrove's letter reissued."""
    _done(run(*ON_3_AUGUST, "--only"))
    return folder


def _done(result: Result) -> Result:
    assert result.exit_code == 0, result.output
    return result


def _everything(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


def _manifest(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "manifest.json").read_bytes()))


def _entry(folder: Path, file: str = BROMSGROVE) -> dict[str, Any]:
    return next(entry for entry in _manifest(folder)["letters"] if entry["file"] == file)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _first_page(file: Path) -> list[str]:
    with pypdfium2.PdfDocument(file) as document:
        text = document[0].get_textpage().get_text_bounded()
    return [line.strip() for line in text.splitlines()]


def _corrections(folder: Path) -> list[str]:
    return (folder / "corrections.csv").read_text(encoding="utf-8").splitlines()


# ---- made again


def test_it_is_made_again_from_its_own_record_byte_for_byte(
    reissued: Path, workplace: Path
) -> None:
    command = ["generate", "--from-record", str(reissued), "--out", "again"]
    assert "All are the same" in _done(run(*command)).stdout
    for file in (BROMSGROVE, BROMLEY, "statistics.csv"):
        assert (workplace / "again" / file).read_bytes() == (reissued / file).read_bytes()


def test_statistics_are_made_again_as_issued_though_an_authority_is_listed_no_more(
    folder: Path, workplace: Path
) -> None:
    Path("authorities.csv").write_text(
        "".join(AUTHORITIES.splitlines(keepends=True)[:3]), encoding="utf-8"
    )
    _done(run(*ON_3_AUGUST, "--only"))
    _done(run("generate", "--from-record", str(folder), "--out", "again"))
    again = (workplace / "again" / "statistics.csv").read_bytes()
    assert again == (folder / "statistics.csv").read_bytes()


def test_a_name_that_is_corrected_in_the_same_file_is_reissued_with_its_row(folder: Path) -> None:
    table = AUTHORITIES.replace("Bromsgrove District", "Bromsgrove-District")
    table = table.replace("email,code", "email,code,also_known_as")
    table = table.replace("E07000234", "E07000234,Bromsgrove District Council")
    Path("authorities.csv").write_text(table.replace(",,,,\n", ",,,,,\n"), encoding="utf-8")
    for day in ("03", "04"):
        _done(run(*REISSUE, "--date", f"2020-08-{day}", "--only"))
        assert "Bromsgrove-District Council" in _first_page(folder / BROMSGROVE)
        rows = (folder / "statistics.csv").read_text(encoding="utf-8").splitlines()
        assert rows[1].startswith("Bromsgrove-District Council,")
        assert _entry(folder)["issues"][-1]["sha256"] == _entry(folder)["sha256"]
        sign_in_both_roles()
        found = json.loads(run("changes", "--year", "2020", "--format", "json").stdout)
        assert found["letters"][0]["changes"] == ["unchanged"]
        Path("authorities.csv").write_text(
            Path("authorities.csv").read_text(encoding="utf-8").replace("Mr Dicks", "Ms New"),
            encoding="utf-8",
        )


def test_from_the_tables_that_it_was_made_of_it_does_not_change(reissued: Path) -> None:
    found = json.loads(_done(run("changes", "--year", "2020", "--format", "json")).stdout)
    changes = {letter["authority"]: letter["changes"] for letter in found["letters"]}
    assert changes["Bromsgrove District Council"] == ["unchanged"]
    assert changes["Bromley District Council"] == ["average"]


def test_the_new_letter_says_when_it_was_reissued_and_what_it_replaces(reissued: Path) -> None:
    lines = _first_page(reissued / BROMSGROVE)
    dated, salutation = lines.index("3 August 2020"), lines.index("Dear Mr Dicks")
    assert lines[salutation - 1] == (
        "Reissued on 3 August 2020; it replaces the letter of 22 July 2020."
    )
    assert dated < salutation
    assert "22 July 2020" not in lines
    with pikepdf.open(reissued / BROMSGROVE) as pdf:
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20200803")


def test_all_but_the_reissued_letter_stays_and_what_it_replaces_is_kept(
    folder: Path,
) -> None:
    before = _everything(folder)
    _done(run(*ON_3_AUGUST, "--only"))
    after = _everything(folder)
    changed = {name for name in after if after[name] != before.get(name)}
    record = Path("record", _entry(folder)["record"])
    assert changed == {
        str(record / "inputs.zip"),
        str(record / "record.json"),
        BROMSGROVE,
        "manifest.json",
        "statistics.csv",
        "corrections.csv",
        str(Path("superseded", "bromsgrove-district-council-1.pdf")),
        str(Path("superseded", "manifest-1.json")),
    }
    superseded = folder / "superseded"
    first = superseded / "bromsgrove-district-council-1.pdf"
    assert first.read_bytes() == before[BROMSGROVE]
    assert (superseded / "manifest-1.json").read_bytes() == before["manifest.json"]


def test_statistics_have_the_new_row_and_all_others_as_issued(folder: Path) -> None:
    issued = (folder / "statistics.csv").read_text(encoding="utf-8").splitlines()
    _done(run(*ON_3_AUGUST, "--only"))
    rows = (folder / "statistics.csv").read_text(encoding="utf-8").splitlines()
    assert [row for row in rows if row not in issued] == [
        "Bromsgrove District Council,District Council,E07000234,2,2,2,100,100,1,1,0,100,100,1,50,33"
    ]
    assert len(rows) == len(issued)


def test_the_manifest_has_every_issue_and_binds_the_one_before(reissued: Path) -> None:
    before = (reissued / "superseded" / "manifest-1.json").read_bytes()
    first = (reissued / "superseded" / "bromsgrove-district-council-1.pdf").read_bytes()
    letter = (reissued / BROMSGROVE).read_bytes()
    records = [_entry(reissued, file)["record"] for file in (BROMLEY, BROMSGROVE)]
    assert {record.name for record in (reissued / "record").iterdir()} == {*records}
    assert _entry(reissued)["issues"] == [
        {
            "number": 1,
            "sha256": _sha256(first),
            "date": "2020-07-22",
            "reason": None,
            "record": records[0],
        },
        {
            "number": 2,
            "sha256": _sha256(letter),
            "record": records[1],
            "date": "2020-08-03",
            "reason": "A case was upheld",
        },
    ]
    assert _entry(reissued)["sha256"] == _sha256(letter)
    assert _manifest(reissued)["reissue"] == {
        "number": 1,
        "manifest_sha256": _sha256(before),
        "date": "2020-08-03",
        "reason": "A case was upheld",
        "letters": [BROMSGROVE],
    }
    corrections = (reissued / "corrections.csv").read_bytes()
    assert _manifest(reissued)["files"]["corrections.csv"] == _sha256(corrections)


@POSIX
def test_only_the_owner_reads_what_is_written(reissued: Path) -> None:
    for file in reissued.rglob("*"):
        assert stat.S_IMODE(file.stat().st_mode) == (0o700 if file.is_dir() else 0o600), file


def test_without_a_date_the_letter_is_of_today(folder: Path) -> None:
    _done(run(*REISSUE, "--only"))
    assert _entry(folder)["issues"][-1]["date"] == date.today().isoformat()


def test_a_letter_may_be_reissued_again_and_says_which_it_replaces(reissued: Path) -> None:
    second = (reissued / BROMSGROVE).read_bytes()
    sign_in_both_roles()
    table = Path("authorities.csv")
    table.write_text(AUTHORITIES.replace("Mr Dicks", "Ms New"), encoding="utf-8")
    _done(run(*REISSUE, "--date", "2020-09-01"))
    assert "Reissued on 1 September 2020; it replaces the letter of 3 August 2020." in _first_page(
        reissued / BROMSGROVE
    )
    assert [issue["number"] for issue in _entry(reissued)["issues"]] == [1, 2, 3]
    superseded = reissued / "superseded"
    assert (superseded / "bromsgrove-district-council-2.pdf").read_bytes() == second
    assert (superseded / "manifest-2.json").is_file()
    check_refused(status(), "not signed off as analyst and approver")
    sign_in_both_roles()
    _done(status())


# ---- others


def test_where_other_letters_move_they_are_listed_and_nothing_is_done(folder: Path) -> None:
    before = _everything(folder)
    result = run(*ON_3_AUGUST)
    check_refused(result, "moves printed figures of 1 other letter, and nothing was changed")
    assert "Bromley District Council: Upheld average 67 → 100, Remedy average 50 → 33" in (
        result.stdout
    )
    assert "Peak District" not in result.stdout
    listed = json.loads(run(*ON_3_AUGUST, "--json").stdout)
    assert listed["reissued"] == []
    (other,) = listed["others"]
    assert other["file"] == BROMLEY
    assert other["figures"][0] == {"name": "upheld_average", "before": 67, "after": 100}
    assert listed["error"]["code"] == 7
    assert _everything(folder) == before


def test_with_only_others_stay_and_the_corrections_say_by_what_they_differ(folder: Path) -> None:
    _done(run(*ON_3_AUGUST, "--only"))
    others = [f"{OTHER},as issued,{figure}" for figure in MOVED]
    assert _corrections(folder) == [*CORRECTED, *others]


def test_what_is_corrected_already_is_not_corrected_again(reissued: Path) -> None:
    sign_in_both_roles()
    before = _corrections(reissued)
    table = Path("authorities.csv")
    table.write_text(AUTHORITIES.replace("Mr Dicks", "Ms New"), encoding="utf-8")
    _done(run(*REISSUE, "--date", "2020-09-01"))
    assert _corrections(reissued) == [*before, f"{ROW},reissued,,,".replace("08-03", "09-01")]


def test_a_letter_left_as_issued_whose_figures_are_right_again_is_told_of(
    year_to_sign: Path, reissued: Path
) -> None:
    sign_in_both_roles()
    before = len(_corrections(reissued))
    shutil.copy(year_to_sign / "decisions.csv", "decisions.csv")
    result = _done(run(*REISSUE, "--date", "2020-09-01", "--all"))
    assert "Upheld average 67, as issued, Remedy average 50, as issued" in result.stdout
    of_bromley = [row for row in _corrections(reissued)[before:] if row.startswith("Bromley")]
    row = f"{OTHER},as issued".replace("08-03", "09-01")
    assert of_bromley == [f"{row},upheld_average,67,67", f"{row},remedy_average,50,50"]
    assert "issues" not in _entry(reissued, BROMLEY)
    sign_in_both_roles()
    Path("authorities.csv").write_text(AUTHORITIES.replace("Mr Dicks", "Ms New"), encoding="utf-8")
    _done(run(*REISSUE, "--date", "2020-09-02"))
    assert [row for row in _corrections(reissued)[before:] if row.startswith("Bromley")] == (
        of_bromley
    )


def test_with_all_others_are_reissued_too(folder: Path) -> None:
    before = _everything(folder)
    record = json.loads(_done(run(*ON_3_AUGUST, "--all", "--json")).stdout)
    assert [one["file"] for one in record["reissued"]] == [BROMSGROVE, BROMLEY]
    assert record["others"] == []
    others = [f"{OTHER},reissued,{figure}" for figure in MOVED]
    assert _corrections(folder) == [*CORRECTED, *others]
    superseded = folder / "superseded" / "bromley-district-council-1.pdf"
    assert superseded.read_bytes() == before[BROMLEY]
    assert _entry(folder, BROMLEY)["issues"][1]["number"] == 2
    assert (folder / PEAK_DISTRICT).read_bytes() == before[PEAK_DISTRICT]
    assert _manifest(folder)["reissue"]["letters"] == [BROMSGROVE, BROMLEY]


def test_what_no_figure_shows_is_a_correction_without_one_and_without_a_name(
    year_to_sign: Path, folder: Path
) -> None:
    shutil.copy(year_to_sign / "decisions.csv", "decisions.csv")
    Path("authorities.csv").write_text(AUTHORITIES.replace("Mr Dicks", "Ms New"), encoding="utf-8")
    _done(run(*ON_3_AUGUST))  # nothing of any other letter moves
    assert "Dear Ms New" in _first_page(folder / BROMSGROVE)
    assert _corrections(folder)[1:] == [f"{ROW},reissued,,,"]


def test_no_reason_is_a_formula(folder: Path) -> None:
    _done(run("reissue", "bromsgrove", "--year", "2020", "--reason", "=1+1", "--only"))
    assert all(",'=1+1," in row for row in _corrections(folder)[1:])


def test_sheets_go_with_the_reissued_letter_and_those_of_others_stay(
    year_to_sign: Path, workplace: Path
) -> None:
    shutil.copytree(year_to_sign, workplace, dirs_exist_ok=True)
    folder = workplace / "letters" / "2020"
    _done(run(*GENERATE, "--sheets"))
    sign_in_both_roles()
    before = _everything(folder)
    correct_a_case()
    _done(run(*ON_3_AUGUST, "--only"))
    after = _everything(folder)
    sheets = {Path(BROMSGROVE).with_suffix(ending).name for ending in (".xlsx", ".csv")}
    changed = {name for name in before if after[name] != before[name]}
    assert changed == {BROMSGROVE, *sheets, "manifest.json", "statistics.csv"}
    for name in sheets:
        stem, ending = name.split(".")
        assert after[str(Path("superseded", f"{stem}-1.{ending}"))] == before[name]
        assert _manifest(folder)["files"][name] == _sha256(after[name])
    assert (
        b"19 000 002,Bromsgrove District Council,Housing,2019-05-02,Upheld"
        in (after["bromsgrove-district-council.csv"])
    )
    sign_in_both_roles()
    _done(status())
    run(*WITHDRAW)
    Path("authorities.csv").write_text(AUTHORITIES.replace("E07000234", "E07000235"))
    _done(run(*GENERATE, "--sheets"))
    left = _everything(folder)
    assert {name: left[name] for name in (BROMSGROVE, *sheets)} == (
        {name: after[name] for name in (BROMSGROVE, *sheets)}
    )


# ---- refused


def test_without_a_sign_off_generate_is_the_way(folder: Path) -> None:
    run(*WITHDRAW)
    before = _everything(folder)
    check_refused(run(*ON_3_AUGUST, "--only"), "No sign-off of letters/2020 is in force; make its")
    (folder / "signoff.json").unlink()
    check_refused(run(*ON_3_AUGUST, "--only"), 'with "lgo-letters generate --year 2020"')
    assert _everything(folder) == {name: before[name] for name in before if name != "signoff.json"}


def _no_reissue() -> None:
    edition = Path("editions", "2020")
    change(edition, ("[reissue]\n", ""), ('text = "Reissued on', '# text = "Reissued on'))


def _other_statistics() -> None:
    edition = Path("editions", "2020")
    change(edition, ('[[statistics]]\nname = "upheld"', '[[statistics]]\nname = "found"'))
    text = (edition / "edition.toml").read_text(encoding="utf-8")
    text = text.replace('statistic = "upheld"', 'statistic = "found"')
    text = text.replace('statistics = ["upheld", ', 'statistics = ["found", ')
    for function in ("rate_of", "previous"):
        text = text.replace(f"{function}('upheld')", f"{function}('found')")
    (edition / "edition.toml").write_text(text, encoding="utf-8")


def _nothing_corrected() -> None:
    decisions = Path("decisions.csv")
    text = decisions.read_text(encoding="utf-8")
    decisions.write_text(text.replace("2019-05-02,Upheld", "2019-05-02,Not upheld"))


def _already_there() -> None:
    superseded = Path("letters", "2020", "superseded")
    superseded.mkdir()
    (superseded / "bromsgrove-district-council-1.pdf").write_bytes(b"of another hand")


@pytest.mark.parametrize(
    ("prepare", "arguments", "code", "words"),
    [
        (None, ["--date", "2020-07-21"], 2, "before the date of the letter to Bromsgrove District"),
        (None, ["--date", "3 August"], 2, "--date"),
        (None, ["--all"], 2, "--only contradicts --all"),
        (None, ["--reason", " "], 2, "--reason"),
        (None, ["--out", "nothing"], 5, "nothing"),
        (_nothing_corrected, [], 2, "would say the same as it does"),
        (_no_reissue, [], 4, "add [reissue] and below it text = "),
        (_other_statistics, [], 2, "statistics.csv has other columns"),
        (_already_there, [], 5, "is in the way; move it away"),
    ],
)
def test_what_cannot_be_reissued_is_refused_and_nothing_is_changed(
    folder: Path,
    prepare: Callable[[], None] | None,
    arguments: list[str],
    code: int,
    words: str,
) -> None:
    if prepare is not None:
        prepare()
    before = _everything(folder)
    result = run(*ON_3_AUGUST, "--only", *arguments)
    assert result.exit_code == code, result.output
    assert words in result.stderr
    assert "Traceback" not in result.output
    assert _everything(folder) == before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It replaces another.", "the placeholder {{ reissued }} is missing"),
        ("{{ reissued }}, {{ replaces }}", "is not a placeholder of this text"),
        ("{{ reissued }} \u4e00", "has the character U+4E00"),
        ("{% if year != 2020 %}{{ reissued }}{% endif %}", "comes out empty"),
        ("- {{ reissued }}", "is not one paragraph of text"),
    ],
)
def test_check_tries_what_a_reissued_letter_says(folder: Path, text: str, words: str) -> None:
    shipped = "Reissued on {{ reissued }}; it replaces the letter of {{ date }}."
    change(Path("editions", "2020"), (shipped, text))
    for command in (["check", "--year", "2020"], [*ON_3_AUGUST, "--only"]):
        result = run(*command)
        assert result.exit_code == 4, result.output
        assert words in result.stderr


def test_a_letter_that_was_not_signed_off_is_not_reissued(folder: Path) -> None:
    (folder / BROMLEY).write_bytes(b"of another hand")
    before = _everything(folder)
    check_refused(run(*ON_3_AUGUST, "--only"), f"{BROMLEY} was changed")
    assert _everything(folder) == before


def test_an_authority_without_a_letter_has_none_to_reissue(folder: Path) -> None:
    with Path("authorities.csv").open("a", encoding="utf-8") as table:
        table.write("Avon Council,District Council,Clerk,,,,\n")
    result = run("reissue", "avon", "--year", "2020", "--reason", "r")
    assert result.exit_code == 2
    assert "letters/2020 has no letter to Avon Council" in result.stderr.replace("\\", "/")


# ---- who signs again


def test_only_the_reissued_letter_is_to_be_signed_off_again(reissued: Path) -> None:
    result = status()
    check_refused(result, "is not signed off as analyst and approver")
    assert result.stdout.count(", before letters were reissued") == 2
    names = "Reissued, and not yet signed off as analyst (1): Bromsgrove District Council"
    assert names in result.stdout
    record = json.loads(status("--json").stdout)
    assert record["missing"] == {"analyst": 1, "approver": 1}
    assert record["reissued"] == [BROMSGROVE]
    assert "1 letter in " in _done(run(*ANALYST)).stdout
    check_refused(status(), "is not signed off as approver")
    _done(run(*APPROVER))
    _done(status())
    assert [one["letters"] for one in kept(reissued)] == [3, 3, 1, 1]


def test_who_has_never_signed_is_asked_for_all_letters(year_to_sign: Path, workplace: Path) -> None:
    shutil.copytree(year_to_sign, workplace, dirs_exist_ok=True)
    run(*ANALYST)
    correct_a_case()
    _done(run(*ON_3_AUGUST, "--only"))
    record = json.loads(status("--json").stdout)
    assert record["missing"] == {"analyst": 1, "approver": 3}


def test_nobody_signs_in_a_second_role_after_a_letter_was_reissued(reissued: Path) -> None:
    result = run(*SIGNOFF, "--role", "approver", "--name", "A. Person")
    assert result.exit_code == 2
    assert "nobody may hold two roles" in result.stderr


def test_generate_stays_refused_after_a_letter_was_reissued(reissued: Path) -> None:
    before = _everything(reissued)
    check_refused(run(*GENERATE, "--force"), "is signed off, and nothing there was changed")
    assert _everything(reissued) == before


@pytest.mark.parametrize("arguments", [[], ["--force"], ["--authority", "bromsgrove", "--force"]])
def test_generate_never_touches_a_reissued_letter(reissued: Path, arguments: list[str]) -> None:
    letter, entry = (reissued / BROMSGROVE).read_bytes(), _entry(reissued)
    run(*WITHDRAW)
    Path("decisions.csv").write_text(
        Path("decisions.csv").read_text(encoding="utf-8").replace("yes,2019", "no,2019"),
        encoding="utf-8",
    )
    result = _done(run(*GENERATE, *arguments))
    assert "Reissued after sign-off, and left as they are: Bromsgrove District Council." in (
        result.stderr
    )
    assert (reissued / BROMSGROVE).read_bytes() == letter
    assert _entry(reissued) == entry
    rows = (reissued / "statistics.csv").read_text(encoding="utf-8").splitlines()
    assert rows[1].endswith(",1,50,33")  # as the letter has it
    assert rows[2].endswith(",0,0,0")
    check_refused(run(*ON_3_AUGUST, "--only"), "sign it off first, as generate leaves a reissued")
    sign_in_both_roles()
    _done(status())
    _done(run(*ON_3_AUGUST, "--only"))
    assert (reissued / "superseded" / "manifest-2.json").is_file()


# ---- what voids it


def _append(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"\n")


@pytest.mark.parametrize("tamper", [Path.unlink, _append, lambda file: file.write_bytes(b"{}")])
def test_a_manifest_of_the_chain_that_is_not_as_it_was_voids_what_rests_on_it(
    reissued: Path, tamper: Callable[[Path], None]
) -> None:
    tamper(reissued / "superseded" / "manifest-1.json")
    check_refused(status(), "superseded/manifest-1.json is missing or was changed")
    check_refused(run(*ANALYST), "superseded/manifest-1.json is missing or was changed")


@pytest.mark.parametrize("what", ["letter", "file"])
def test_nothing_but_the_reissued_letter_may_change_with_it(reissued: Path, what: str) -> None:
    manifest = _manifest(reissued)
    (reissued / BROMLEY).write_bytes(b"of another hand")
    if what == "letter":
        entry = next(one for one in manifest["letters"] if one["file"] == BROMLEY)
        entry["sha256"] = _sha256(b"of another hand")
    else:
        manifest["files"] = {**manifest["files"], BROMLEY: _sha256(b"of another hand")}
    (reissued / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    check_refused(status(), "superseded/manifest-1.json has other letters than were kept")


@pytest.mark.parametrize(
    "reissue",
    [7, [], {}, {"number": "x", "manifest_sha256": "", "letters": []},
     {"number": 1, "manifest_sha256": "", "letters": None},
     {"number": 1, "manifest_sha256": [], "letters": [[], {}]},
     {"number": 1e999, "manifest_sha256": "", "letters": []}],
    ids=str,
)  # fmt: skip
def test_a_manifest_that_says_nothing_sensible_of_a_reissue_is_no_fault(
    folder: Path, reissue: Any
) -> None:
    manifest = {**_manifest(folder), "reissue": reissue}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    check_refused(status(), "is not as the manifest has it: ")


@pytest.mark.parametrize("issues", [[], [{"date": "2020-07-22"}], [{"date": 1}, {"date": "x"}]])
def test_issues_that_are_not_as_they_were_written_are_no_fault(folder: Path, issues: Any) -> None:
    manifest = _manifest(folder)
    manifest["letters"][0]["issues"] = issues
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    for command in (["changes", "--year", "2020"], [*ON_3_AUGUST, "--only"], ANALYST):
        assert "is not a manifest that lgo-letters wrote" in run(*command).stderr


@pytest.mark.parametrize("file", [BROMSGROVE, "corrections.csv"])
def test_what_generate_never_makes_again_is_to_be_put_back(reissued: Path, file: str) -> None:
    (reissued / file).unlink()
    result = status()
    check_refused(result, f"{file} is missing; put back what was there, since generate leaves")
    assert "run" not in result.stderr


# ---- digital signatures


def test_a_signed_letter_is_replaced_by_a_signed_one(
    year_to_sign: Path, workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LGO_LETTERS_SIGN_PASSPHRASE", PASSPHRASE)
    shutil.copytree(year_to_sign, workplace, dirs_exist_ok=True)
    key = workplace / "signer.p12"
    key.write_bytes(authority("Root").issue("Ombudsman").p12())
    _done(run(*GENERATE, "--sign-with", key))
    sign_in_both_roles()
    correct_a_case()
    folder = workplace / "letters" / "2020"
    before = _everything(folder)
    result = run(*ON_3_AUGUST, "--only")
    assert result.exit_code == 2
    assert "bears a digital signature; give --sign-with FILE.p12" in result.stderr
    assert _everything(folder) == before
    _done(run(*ON_3_AUGUST, "--only", "--sign-with", key))
    assert _entry(folder)["signed"]
    _done(run("verify", folder / BROMSGROVE))


# ---- at once, and killed


@POSIX
def test_nobody_else_writes_while_a_letter_is_reissued(folder: Path, workplace: Path) -> None:
    steps = _steps(workplace, folder)
    writing = stopped_at(steps - 10, workplace, folder, command=[*ON_3_AUGUST, "--only"])
    before = _everything(folder)
    for command in (ANALYST, WITHDRAW, [*ON_3_AUGUST, "--only"]):
        assert run(*command).exit_code == 5
    assert run(*GENERATE).exit_code == 7
    assert _everything(folder) == before
    os.kill(writing.pid, signal.SIGCONT)
    end_of(writing)
    assert writing.returncode == 0
    assert "issues" in _entry(folder)


@POSIX
def test_killed_at_any_moment_the_letter_is_the_old_one_or_the_new(
    folder: Path, workplace: Path
) -> None:
    before = _everything(folder)
    steps = _steps(workplace, folder)
    _restore(folder, before)
    _done(run(*ON_3_AUGUST, "--only"))
    after = _everything(folder)
    for step in random.Random(1).sample(range(5, steps + 1), 5):
        _restore(folder, before)
        process = start_until(
            step, signal.SIGKILL, workplace, folder, command=[*ON_3_AUGUST, "--only"]
        )
        end_of(process)
        assert process.returncode == -signal.SIGKILL
        found = json.loads(status("--json").stdout)
        assert found["differences"] == []
        there = {name: content for name, content in _everything(folder).items() if name in after}
        is_new = there == after
        assert is_new or {name: there[name] for name in before} == before
        result = run(*ON_3_AUGUST, "--only")
        assert result.exit_code == (2 if is_new else 0), result.output
        assert _everything(folder) == after
        assert not list(folder.glob(".*"))


def _restore(folder: Path, everything: dict[str, bytes]) -> None:
    shutil.rmtree(folder)
    folder.mkdir(mode=0o700)
    for name, content in everything.items():
        (folder / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o600)


def _steps(workplace: Path, folder: Path) -> int:
    """How many there are when a letter is reissued."""
    before = _everything(folder)
    command = [*ON_3_AUGUST, "--only"]
    steps = int(
        end_of(start_until(0, signal.SIGKILL, workplace, folder, command=command)).splitlines()[-1]
    )
    _restore(folder, before)
    return steps
