"""What stands against sending: each objection, its message, and that nothing goes out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from lgo_letters.dispatch.ledger import OpenLedger, open_ledger, read_ledger
from lgo_letters.dispatch.outgoing import Attachment, Key, Outgoing
from lgo_letters.run.signoff import SignOff, write_signoffs
from tests.support.commands import BROMLEY, BROMSGROVE, run
from tests.support.dispatch import PLAN, SHARED, change_table, ready_last_year
from tests.support.editions import change
from tests.support.signed import ANALYST, WITHDRAW, sign_in_both_roles

LETTERS, EDITION = Path("letters/2020"), Path("editions/2020")
EXPORT = ["dispatch", "export", "out", "--year", "2020"]


def refused(*arguments: str) -> str:
    """The one objection to an export of the year, after which nothing has left."""
    result = run(*EXPORT, *arguments)
    assert result.exit_code == 8, result.output
    assert "Traceback" not in result.output
    check_nothing_left()
    return sentence(result)


def objections(*arguments: str) -> list[str]:
    """The objections that the plan lists."""
    listed = json.loads(run(*PLAN, *arguments, "--format", "json").stdout)["objections"]
    return [one["message"] for one in listed]


def sentence(result: Result) -> str:
    (error,) = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    return error.removeprefix("Error: Nothing was sent: ").replace("\\", "/")


def check_nothing_left() -> None:
    assert not Path("out").exists()
    assert all(
        entry["step"] in ("begun", "allowed")
        for entry in read_ledger(Path("dispatch"), 2020).entries
    )


def sign_again() -> None:
    assert run(*WITHDRAW).exit_code == 0
    sign_in_both_roles()


def change_manifest(**changes: Any) -> None:
    """Changes what the manifest says at the top, or has these bytes for letters, and signs that."""
    file = LETTERS / "manifest.json"
    manifest = json.loads(file.read_bytes())
    for name, value in changes.items():
        manifest[name] = value
    file.write_text(json.dumps(manifest), encoding="utf-8")
    sign_again()


def put_letters(contents: dict[str, bytes]) -> None:
    """Puts other letters there, of which the manifest knows, and signs them off."""
    entries = json.loads((LETTERS / "manifest.json").read_bytes())["letters"]
    for entry in entries:
        if (content := contents.get(entry["file"])) is not None:
            (LETTERS / entry["file"]).write_bytes(content)
            entry["sha256"] = sha256(content).hexdigest()
    change_manifest(letters=entries)


def on(monkeypatch: pytest.MonkeyPatch, *moment: int) -> None:
    """Makes it that moment in UTC for the commands that plan."""
    now = datetime(*moment, tzinfo=UTC)  # type: ignore[misc,arg-type]
    monkeypatch.setattr("lgo_letters.cli.dispatch_options.now", lambda: now)


def test_nothing_stands_against_a_year_that_is_ready(year: Path) -> None:
    result = run(*EXPORT, *SHARED)
    assert result.exit_code == 0, result.output


def test_a_plan_lists_every_objection_and_shows_its_code_all_the_same(year: Path) -> None:
    change_table("dicks@bromsgrove.example", "dicks@elsewhere.example")
    (LETTERS / BROMLEY).write_bytes(b"%PDF-1.7")
    result = run(*PLAN)
    assert result.exit_code == 8
    words = " ".join(result.stdout.split())
    assert "Objections (4):" in words
    assert f"letters/2020 is not as the manifest has it: {BROMLEY} was changed" in words
    assert "dicks@elsewhere.example is not in its approved domain" in words
    assert f"{BROMLEY} was changed, so it is not what the manifest has" in words
    assert "--accept-shared aerger@wye.example" in words
    assert "4 messages, 4 to come; code 4-" in words
    assert result.stderr.splitlines()[-1].startswith("Error: 4 objections to this plan")
    listed = json.loads(run(*PLAN, "--format", "json").stdout)
    assert [one["kind"] for one in listed["objections"]] == [
        "signoff",
        "address",
        "digest",
        "shared",
    ]
    assert listed["error"]["code"] == 8
    assert f"code {listed['code']}." in words


# ---- the folder of letters


def test_the_letters_of_the_example_are_never_sent(year: Path) -> None:
    change_manifest(example=True)
    assert "These are the letters of the example" in refused(*SHARED)


def test_letters_are_sent_once_two_people_have_signed_in_two_roles(year: Path) -> None:
    assert run(*WITHDRAW).exit_code == 0
    assert refused(*SHARED).startswith(
        "letters/2020 is signed off by nobody; letters are sent after"
    )
    assert run(*ANALYST).exit_code == 0
    assert refused(*SHARED).startswith("letters/2020 is signed off by A. Person as analyst on ")


@pytest.mark.parametrize("who", [(("a", "A. B"), ("b", "a.  b")), (("a", "A. B"), ("A", "C. D"))])
def test_one_person_in_two_roles_or_two_in_one_are_not_enough(
    year: Path, who: Sequence[tuple[str, str]]
) -> None:
    manifest = sha256((LETTERS / "manifest.json").read_bytes()).hexdigest()
    at = "2020-07-20T09:00:00Z"
    write_signoffs(LETTERS, [SignOff(role, name, at, manifest, 4) for role, name in who])
    assert refused(*SHARED).startswith("letters/2020 is signed off by A. B as a on 20 July 2020")


def test_every_role_of_the_edition_has_to_have_signed(year: Path) -> None:
    with (EDITION / "edition.toml").open("a", encoding="utf-8") as file:
        file.write('\n[signoff]\nroles = ["analyst", "approver", "director"]\n')
    assert refused(*SHARED).startswith("letters/2020 is not signed off as director;")


def test_a_letter_with_another_digest_than_the_manifest_s_is_not_sent(year: Path) -> None:
    with (LETTERS / BROMLEY).open("ab") as file:
        file.write(b"\n")
    result = run(*PLAN, *SHARED, "--format", "csv")
    assert result.exit_code == 8
    assert (
        f"Bromley District Council: {LETTERS / BROMLEY} was changed, so it is not what the "
        "manifest has; put that back."
    ) in result.stderr
    assert f"{BROMLEY} was changed" in refused(*SHARED)


def test_what_changes_between_a_look_at_the_folder_and_the_export_is_not_sent(
    year: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = OpenLedger.claim

    def after_a_change(*arguments: Any, **options: Any) -> Any:
        (LETTERS / BROMSGROVE).write_bytes((LETTERS / BROMLEY).read_bytes())
        return original(*arguments, **options)

    monkeypatch.setattr(OpenLedger, "claim", after_a_change)
    result = run(*EXPORT, *SHARED)
    assert result.exit_code == 8
    assert "is not the file that the manifest names" in result.stderr
    assert not Path("out").exists()


def test_an_authority_of_the_year_without_a_letter_is_not_passed_over(year: Path) -> None:
    change_table(
        "\nWye District", "\nUsk District Council,District Council,Clerk,,,,,,,\nWye District"
    )
    words = "Usk District Council has no letter in letters/2020; generate it"
    assert words in refused(*SHARED)


def test_a_letter_to_nobody_of_the_year_is_not_passed_over(year: Path) -> None:
    decisions = Path("decisions.csv")
    lines = decisions.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if "Bromley" not in line]
    decisions.write_text("\n".join(kept) + "\n", encoding="utf-8")
    table = Path("authorities.csv").read_text(encoding="utf-8").splitlines()
    kept = [line for line in table if not line.startswith("Bromley")]
    Path("authorities.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    words = "letters/2020 has a letter to Bromley District Council, which takes no part in the year"
    assert words in refused(*SHARED)


def test_sheets_that_are_to_go_along_have_to_be_there(year: Path) -> None:
    with (EDITION / "edition.toml").open("a", encoding="utf-8") as file:
        file.write('\n[dispatch]\nattach = ["letter", "sheets"]\n')
    words = (
        "Bromsgrove District Council: letters/2020/bromsgrove-district-council.xlsx is not there"
    )
    assert words in refused(*SHARED)


def test_without_words_for_an_e_mail_nothing_is_sent(year: Path) -> None:
    (EDITION / "email.md").unlink()
    assert "The edition has no email.md" in refused(*SHARED)


# ---- what a PDF itself says


def test_a_letter_to_another_authority_is_found_by_its_own_text(year: Path) -> None:
    """Swapped files whose swapped digests two people have signed off."""
    first, second = ((LETTERS / file).read_bytes() for file in (BROMLEY, BROMSGROVE))
    put_letters({BROMLEY: second, BROMSGROVE: first})
    words = f"Bromsgrove District Council: letters/2020/{BROMSGROVE} does not name Bromsgrove"
    assert words in refused(*SHARED)


def test_a_letter_that_goes_to_the_same_person_as_another_is_told_from_it(year: Path) -> None:
    files = "wye-district-council.pdf", "east-wye-council.pdf"
    first, second = ((LETTERS / file).read_bytes() for file in files)
    put_letters({files[0]: second, files[1]: first})
    result = run(*PLAN, *SHARED, "--format", "json")
    messages = [one["message"] for one in json.loads(result.stdout)["objections"]]
    assert len(messages) == 1
    assert messages[0].startswith(
        "Wye District Council: letters/2020/wye-district-council.pdf does"
    )


def test_a_letter_is_addressed_as_the_table_has_it_now(year: Path) -> None:
    change_table("Mr Dicks,,", "Ms Dicks,,")
    assert refused(*SHARED) == (
        f"Bromsgrove District Council: letters/2020/{BROMSGROVE} is not addressed to Ms Dicks, "
        "Chief Executive, Bromsgrove District Council (Dear Ms Dicks), as authorities.csv has it "
        "now; correct that, or have the letter made again."
    )


@pytest.mark.parametrize("date", ["2020-07-02", "2020-07-21"])
def test_a_letter_bears_the_date_that_says_when_it_may_be_sent(year: Path, date: str) -> None:
    change(EDITION, ("date = 2020-07-22", f"date = {date}"))
    words = "does not bear the date that the edition has now, "
    messages = objections(*SHARED)
    assert len(messages) == 4
    assert all(words in message for message in messages)


def test_a_file_that_is_not_a_pdf_is_not_sent(year: Path) -> None:
    put_letters({BROMLEY: b"Dear Chief Executive of Bromley District Council"})
    assert "is not a PDF that can be read; look at it." in refused(*SHARED)


# ---- addresses


def test_addresses_are_plain_and_in_the_approved_domain_and_given_once(year: Path) -> None:
    change_table("dicks@bromsgrove.example", "dicks@mail.bromsgrove.example")
    change_table(
        "office@bromley.example", "LINKS@bromley.example; a@b.example; Office <a@b.example>"
    )
    change_table("aerger@wye.example,,wye.example", "aerger@wye.example,,@wye.example")
    bromley, wye = "Bromley District Council", "East Wye Council"
    correct = "correct it in authorities.csv."
    assert [message for message in objections(*SHARED) if "Wye District" not in message] == [
        "Bromsgrove District Council: dicks@mail.bromsgrove.example is not in its approved domain, "
        f"bromsgrove.example; {correct}",
        f"{bromley}: a@b.example is not in its approved domain, bromley.example; {correct}",
        f'{bromley}: "Office <a@b.example>" is not one e-mail address that every server takes; '
        f"{correct}",
        f"{bromley}: links@bromley.example is given twice; {correct}",
        f'{wye}: the domain "@wye.example" is not one, such as leeds.gov.uk; {correct}',
    ]
    refused(*SHARED)


def test_an_address_without_an_approved_domain_is_not_used(year: Path) -> None:
    change_table(",,bromsgrove.example", ",,")
    assert refused(*SHARED) == (
        "Bromsgrove District Council: it has no approved domain; put the one of its addresses into "
        "authorities.csv."
    )


def test_an_address_that_serves_two_authorities_has_to_be_accepted(year: Path) -> None:
    assert refused() == (
        "aerger@wye.example serves 2 authorities: East Wye Council, Wye District Council; correct "
        "that, or, if it is right, give --accept-shared aerger@wye.example."
    )
    assert run(*PLAN, "--accept-shared", "Aerger@Wye.example").exit_code == 0
    assert run(*PLAN).exit_code == 0
    (kept,) = [entry for entry in read_ledger(Path("dispatch"), 2020).entries if "what" in entry]
    assert kept["what"] == "aerger@wye.example: East Wye Council; Wye District Council"
    assert kept["who"]
    assert kept["time"].endswith("Z")


def test_an_address_shared_with_a_copy_of_another_s_is_found_too(year: Path) -> None:
    change_table(
        "dicks@bromsgrove.example,,bromsgrove.example",
        "dicks@bromley.example,LINKS@bromley.example,bromley.example",
    )
    assert refused(*SHARED).startswith(
        "links@bromley.example serves 2 authorities: Bromley District Council, Bromsgrove District"
    )


def test_a_third_authority_at_a_shared_address_is_objected_to_again(year: Path) -> None:
    assert run(*PLAN, *SHARED).exit_code == 0
    change_table("dicks@bromsgrove.example,,bromsgrove", "aerger@wye.example,,wye")
    assert "aerger@wye.example serves 3 authorities" in refused()


def test_an_authority_without_an_address_is_left_out_only_where_that_is_accepted(
    year: Path,
) -> None:
    change_table("dicks@bromsgrove.example", "")
    message = "Bromsgrove District Council: no address in authorities.csv; add it, or give --skip-"
    assert refused(*SHARED).startswith(message)
    result = run(*PLAN, *SHARED, "--skip-missing")
    assert result.exit_code == 0
    assert "Left out, as there is no address (1): Bromsgrove District Council" in result.stdout
    assert "3 messages, 3 to come; code 3-" in result.stdout
    assert run(*PLAN).exit_code == 0
    change_table("chief@bromley.example", "")
    assert refused().startswith("Bromley District Council: no address in authorities.csv")


# ---- last year


def test_what_is_new_since_last_year_s_record_has_to_be_accepted(year: Path) -> None:
    ready_last_year(
        ("Mr Dicks,", "Ms Old,"),
        ("chief@", "CHIEF@"),
        ("office@", "past@"),
        ("aerger@wye.example", ""),
    )
    change_table("links@bromley", "Links@bromley")  # which is the same address

    def then(name: str) -> str:
        return f'; ask the authority, and correct authorities.csv, or give --accept-new "{name}".'

    assert objections(*SHARED) == [
        "Bromsgrove District Council: the letter goes to Mr Dicks, last year to Ms Old, and to the "
        f"same address{then('Bromsgrove District Council')}",
        "Bromley District Council: office@bromley.example is new; last year it was "
        "CHIEF@bromley.example, links@bromley.example, past@bromley.example, though Chief "
        f"Executive is the same{then('Bromley District Council')}",
        "East Wye Council: aerger@wye.example is new, as last year it had no address"
        f"{then('East Wye Council')}",
    ]
    refused(*SHARED)
    new = ["--accept-new", "bromsgrove", "--accept-new", "bromley", "--accept-new", "east wye"]
    assert objections(*SHARED, *new) == []
    assert objections() == []
    change_table("dicks@", "another@")
    (message,) = objections()
    assert "another@bromsgrove.example is new; last year it was dicks@bromsgrove" in message


def test_another_address_of_the_same_person_is_new(year: Path) -> None:
    ready_last_year(("dicks@", "old@"))
    assert refused(*SHARED).startswith(
        "Bromsgrove District Council: dicks@bromsgrove.example is new; last year it was "
        "old@bromsgrove.example, though Mr Dicks is the same; ask the authority"
    )
    (record,) = Path("letters/2019/record").iterdir()
    (record / "inputs.zip").write_bytes(b"PK")
    result = run(*PLAN, *SHARED)
    assert result.exit_code == 2
    assert "is not as lgo-letters wrote it" in result.stderr


def test_a_record_without_addresses_says_nothing_of_them(year: Path) -> None:
    ready_last_year(("email,cc", "mail,copy"))
    result = run(*PLAN, *SHARED)
    assert result.exit_code == 0
    assert "There is no record of e-mail addresses in letters/2019" in result.stderr.replace(
        "\\", "/"
    )


# ---- days


def test_nothing_is_sent_before_the_date_that_letters_bear(
    year: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(monkeypatch, 2020, 7, 21, 22, 59)
    words = "4 letters may not be sent before 22 July 2020, its date; wait until then."
    assert refused(*SHARED) == words.replace("its date", "the date that they bear")
    on(monkeypatch, 2020, 7, 21, 23, 0)  # midnight in London
    assert run(*EXPORT, *SHARED).exit_code == 0


def test_nothing_is_sent_before_the_day_that_the_edition_names(
    year: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (EDITION / "edition.toml").open("a", encoding="utf-8") as file:
        file.write("\n[dispatch]\nnot_before = 2020-07-24\n")
    on(monkeypatch, 2020, 7, 23, 12)
    assert refused(*SHARED) == (
        "4 letters may not be sent before 24 July 2020, as the edition says; wait until then."
    )
    on(monkeypatch, 2020, 7, 24, 12)
    assert run(*EXPORT, *SHARED).exit_code == 0


def test_from_the_day_of_publication_on_only_those_are_sent_that_are_named(
    year: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(monkeypatch, 2099, 7, 28, 23, 0)  # midnight in London
    assert refused(*SHARED) == (
        "The letters were published on 29 July 2099, and 4 letters would come after that; name "
        "each that is to be sent all the same with --authority."
    )
    assert run(*EXPORT, *SHARED, "--authority", "bromley").exit_code == 0
    (file,) = Path("out").glob("*.eml")
    assert "embargo" not in file.read_text(encoding="utf-8")
    assert "We published the letters" in file.read_text(encoding="utf-8")


def test_a_letter_that_is_late_needs_words_that_say_so(
    year: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (EDITION / "email-late.md").unlink()
    on(monkeypatch, 2099, 7, 29)
    assert "the edition has no email-late.md that says so" in refused(
        *SHARED, "--authority", "bromley"
    )


# ---- what was sent before


def send(authority: str, content: bytes = b"", issue: int = 1) -> None:
    """Records that a letter was accepted by the server."""
    attachment = Attachment(LETTERS / BROMLEY, sha256(content).hexdigest())
    outgoing = Outgoing(Key(2020, authority, issue), "a@b.example", (), "S", "T", (attachment,))
    with open_ledger(Path("dispatch"), 2020) as ledger:
        message = ledger.claim(outgoing, domain="b.example", code="1-abcdef")
        ledger.committing(message)
        ledger.answered(message, "accepted", "250 OK")


def test_another_letter_under_the_same_issue_is_objected_to(year: Path) -> None:
    send("Bromley District Council", b"another letter")
    result = run(*PLAN, *SHARED)
    assert result.exit_code == 8
    assert "Bromley District Council was sent another letter than" in result.stdout


def test_what_was_sent_is_not_looked_at_again(year: Path) -> None:
    send("Bromley District Council", (LETTERS / BROMLEY).read_bytes())
    code = json.loads(run(*PLAN, *SHARED, "--format", "json").stdout)["code"]
    change_table(",bromley.example", ",elsewhere.example")
    result = run(*PLAN)
    assert result.exit_code == 0
    assert f"4 messages, 3 to come; code {code}. Nothing was sent." in result.stdout
    assert result.stdout.count("accepted") == 1


def test_a_letter_that_was_sent_under_another_name_is_not_sent_again(year: Path) -> None:
    send("BROMLEY  District-Council", (LETTERS / BROMLEY).read_bytes())  # the same file
    assert "4 messages, 3 to come" in run(*PLAN, *SHARED).stdout
    send("Old Bromsgrove Council", (LETTERS / BROMSGROVE).read_bytes())
    result = run(*PLAN)
    assert result.exit_code == 8
    assert "has a letter to Old Bromsgrove Council, which has none here." in result.stdout
    change_table("until,successor\n", "until,successor,also_known_as\n")
    table = Path("authorities.csv").read_text(encoding="utf-8").splitlines()
    rows = [f"{row},{'Old Bromsgrove Council' if 'dicks@' in row else ''}" for row in table[1:]]
    Path("authorities.csv").write_text("\n".join([table[0], *rows]) + "\n", encoding="utf-8")
    assert "4 messages, 2 to come" in run(*PLAN).stdout


def test_a_letter_that_was_reissued_is_still_to_come_and_waits_for_its_date(
    year: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send("Bromsgrove District Council", (LETTERS / BROMSGROVE).read_bytes())
    with (EDITION / "edition.toml").open("a", encoding="utf-8") as file:
        file.write("\n[dispatch]\nnot_before = 2020-07-20\n")
    decisions = Path("decisions.csv").read_text(encoding="utf-8")
    changed = decisions.replace("2019-05-02,Not upheld", "2019-05-02,Upheld")
    Path("decisions.csv").write_text(changed, encoding="utf-8")
    reissue = "reissue bromsgrove --year 2020 --reason one --date 2020-08-03 --only".split()
    assert run(*reissue).exit_code == 0
    sign_in_both_roles()
    with monkeypatch.context() as on_the_eve:
        on(on_the_eve, 2020, 8, 2)
        assert objections(*SHARED) == [
            "1 letter may not be sent before 3 August 2020, the date that it bears; wait until "
            "then."
        ]
    assert run(*EXPORT, *SHARED).exit_code == 0
    text = (Path("out") / "bromsgrove-district-council.eml").read_text(encoding="utf-8")
    assert "It was reissued on 3 August 2020 and replaces the letter of 22 July 2020." in text
    assert "reissued" not in (Path("out") / "bromley-district-council.eml").read_text(
        encoding="utf-8"
    )


def test_what_was_exported_is_not_sent(year: Path) -> None:
    assert run(*EXPORT, *SHARED).exit_code == 0
    result = run(*PLAN)
    assert result.exit_code == 8
    assert "Objections (1):" in result.stdout
    assert "The messages were exported by " in result.stdout
    status = run("dispatch", "status", "--year", "2020").stdout
    assert "To come: they were exported, for others to send; record each with" in status


# ---- to accept


def test_to_accept_what_nobody_objects_to_is_an_error(year: Path) -> None:
    for option in (["--accept-shared", "x@wye.example"], ["--accept-new", "bromley"]):
        result = run(*PLAN, *option)
        assert result.exit_code == 2
        assert "leave it out" in result.stderr
    check_nothing_left()
