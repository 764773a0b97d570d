"""The messages as files: what is in them, and what the ledger has of them."""

from __future__ import annotations

import csv
import json
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from pathlib import Path

import pytest

from lgo_letters.dispatch.ledger import read_ledger
from tests.support.commands import BROMLEY, run
from tests.support.dispatch import PLAN, SHARED, change_table
from tests.support.editions import change

LETTERS, OUT = Path("letters/2020"), Path("out")
EXPORT = ["dispatch", "export", "out", "--year", "2020", *SHARED]


def message(file: Path) -> EmailMessage:
    parsed = message_from_bytes(file.read_bytes(), policy=SMTP)
    assert isinstance(parsed, EmailMessage)
    return parsed


def code(*arguments: str) -> str:
    """The plan's, as programs read it."""
    printed: str = json.loads(run(*PLAN, *SHARED, *arguments, "--format", "json").stdout)["code"]
    return printed


def test_each_authority_s_message_holds_its_own_letter_and_names_nobody_else(year: Path) -> None:
    result = run(*EXPORT, "--json")
    assert result.exit_code == 0, result.output
    printed = json.loads(result.stdout)
    assert (printed["messages"], printed["folder"]) == (4, "out")
    rows = list(csv.DictReader((OUT / "messages.csv").read_text(encoding="utf-8").splitlines()))
    assert sorted(path.name for path in OUT.iterdir()) == sorted(
        ["messages.csv", *(row["file"] for row in rows)]
    )
    names = [row["authority"] for row in rows]
    for row in rows:
        parsed = message(OUT / row["file"])
        assert (parsed["To"], parsed["Cc"] or "") == (row["to"], row["cc"].replace(";", ","))
        assert parsed["Subject"].strip() == row["subject"]
        assert parsed["Message-ID"] == row["message_id"]
        (attached,) = parsed.iter_attachments()
        assert attached.get_filename() == row["attachments"]
        letter = (LETTERS / row["attachments"]).read_bytes()
        assert attached.get_content() == letter
        body = parsed.get_body()
        assert body is not None
        for other in {*names} - {row["authority"]}:
            assert other not in f"{parsed['Subject']} {body.get_content()}"


def test_the_e_mail_says_the_embargo_and_what_to_do_in_words_of_the_edition(year: Path) -> None:
    assert run(*EXPORT).exit_code == 0
    parsed = message(OUT / "bromsgrove-district-council.eml")
    assert parsed["Subject"] == (
        "Annual Review letter 2020: Bromsgrove District Council (embargoed until 29 July 2099)"
    )
    body = parsed.get_body()
    assert body is not None
    text = body.get_content().replace("\r\n", "\n")
    assert text.startswith("Dear Mr Dicks\n\nI attach the Annual Review letter 2020 to Bromsgrove")
    assert "embargoed until 29 July 2099" in text
    assert "let us know that you have received the letter" in text
    assert "If no letter is attached" in text
    assert "{" not in text
    assert "\n\n\n" not in text


def test_the_ledger_has_what_was_exported_and_to_export_again_is_remarked(year: Path) -> None:
    assert run(*EXPORT).exit_code == 0
    ledger = read_ledger(Path("dispatch"), 2020)
    (export,) = ledger.exports
    assert (export["code"], export["messages"]) == (code(), 4)
    first = message(OUT / "bromley-district-council.eml")
    again = run("dispatch", "export", "again", "--year", "2020", "--authority", "bromley")
    assert again.exit_code == 0
    assert "exported messages on" in again.stderr
    assert [path.name for path in Path("again").glob("*.eml")] == ["bromley-district-council.eml"]
    second = Path("again") / "bromley-district-council.eml"
    assert second.read_bytes() == (OUT / "bromley-district-council.eml").read_bytes()
    assert first["Message-ID"] == message(second)["Message-ID"]


@pytest.mark.parametrize("folder", ["letters/2020/out", "letters/2020", "editions"])
def test_nothing_is_exported_into_a_folder_that_is_there_or_of_the_letters(
    year: Path, folder: str
) -> None:
    result = run("dispatch", "export", folder, "--year", "2020", *SHARED)
    assert result.exit_code == 8
    assert "nothing was exported; name" in result.stderr
    assert read_ledger(Path("dispatch"), 2020).exports == []


def test_the_code_changes_with_every_address_text_and_letter(year: Path) -> None:
    codes = [code()]
    change_table("office@bromley", "office2@bromley")
    codes.append(code())
    change(Path("editions/2020"), ("Please reply to this", "Reply to this"), file="email.md")
    codes.append(code())
    change(Path(), ('reply_to = "links@', 'reply_to = "link@'), file="lgo-letters.toml")
    codes.append(code())
    manifest = LETTERS / "manifest.json"
    digest = sha256((LETTERS / BROMLEY).read_bytes()).hexdigest()
    change(LETTERS, (digest, "0" * 64), file=manifest.name)
    codes.append(code())
    assert len({*codes}) == len(codes)
    assert all(one.startswith("4-") and len(one) == 8 for one in codes)


def test_the_code_stays_while_nothing_changes(year: Path) -> None:
    assert code() == code("--authority", "bromley")
