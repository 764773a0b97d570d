from __future__ import annotations

import hashlib
import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import page
import pdfplumber
import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from pyhanko.pdf_utils.reader import PdfFileReader

from lgo_letters.cli import main as cli
from lgo_letters.errors import UsageError, WriteError
from lgo_letters.letter.letter import Letter
from lgo_letters.pdf.embedded_reader import embedded_file
from lgo_letters.pdf.typeset import Pdf, typeset
from lgo_letters.signing.sign import Signer, load_signer, sign
from lgo_letters.signing.verify import Verified, verify_letters
from tests.support.certificates import DAY, NOW, PASSPHRASE, Holder, authority, server, time_stamps
from tests.support.processes import GENERATE, contents, end_of, put_small_year, start_until
from tests.support.shapes import with_files

STANDARDS = ("ua1", "3a")
BROMSGROVE = "bromsgrove-district-council.pdf"
TIME_STAMP_TYPE = "application/timestamp-reply"


@pytest.fixture(scope="session")
def root() -> Holder:
    return authority("Root")


@pytest.fixture(scope="session")
def ombudsman(root: Holder) -> Holder:
    return root.issue("Ombudsman")


@pytest.fixture(scope="session")
def pdf(letters: dict[str, Letter]) -> bytes:
    """A letter that is to be signed."""
    return typeset(letters["Bromsgrove District Council"], signature_field=True).content


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Signer]:
    def load(holder: Holder, passphrase: str = PASSPHRASE, **options: Any) -> Signer:
        return load_signer(_put(tmp_path, holder.p12()), passphrase, **options)

    return load


@pytest.fixture
def p12(workplace: Path, ombudsman: Holder, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file to sign with, in the current folder, its passphrase in the environment."""
    monkeypatch.setenv("LGO_LETTERS_SIGN_PASSPHRASE", PASSPHRASE)
    return _put(workplace, ombudsman.p12())


def _put(folder: Path, content: bytes, name: str = "signer.p12") -> Path:
    file = folder / name
    file.write_bytes(content)
    return file


def _verified(content: bytes, tmp_path: Path, *trust: Holder) -> Verified:
    file = _put(tmp_path, content, "letter.pdf")
    roots = [_put(tmp_path, holder.pem(), f"{index}.pem") for index, holder in enumerate(trust)]
    (verified,) = verify_letters([file], roots, roots)
    return verified


def _failed_rules(content: bytes) -> list[str]:
    reports = [page.validate_pdf_bytes(content, profile=standard) for standard in STANDARDS]
    return [str(report) for report in reports if "no failures" not in str(report)]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.main, [str(argument) for argument in arguments])


# ---- the field


def test_a_letter_that_is_to_be_signed_looks_as_if_it_were_not(letters: dict[str, Letter]) -> None:
    letter = letters["Bromsgrove District Council"]
    plain, with_field = typeset(letter), typeset(letter, signature_field=True)
    assert plain.pages == with_field.pages
    assert _failed_rules(with_field.content) == []
    words = []
    for letter_pdf in (plain, with_field):
        with pdfplumber.open(io.BytesIO(letter_pdf.content)) as opened:
            words.append([page_.extract_words() for page_ in opened.pages])
    assert words[0] == words[1]


def test_an_unsigned_letter_has_no_field(letters: dict[str, Letter]) -> None:
    content = typeset(letters["Bromsgrove District Council"]).content
    assert b"/AcroForm" not in content
    assert b"/Widget" not in content


def test_the_field_is_a_form_in_the_tag_tree_with_words_of_its_own(pdf: bytes) -> None:
    catalog = PdfFileReader(io.BytesIO(pdf)).root
    field = catalog["/AcroForm"]["/Fields"][0]
    assert (field["/TU"], field["/F"]) == ("Digital signature", 132)
    assert len({*field["/Rect"]}) <= 2  # without size
    numbers = catalog["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    form = numbers[[*numbers].index(field["/StructParent"]) + 1]
    assert (form["/S"], form["/K"][0]["/Type"]) == ("/Form", "/OBJR")
    assert form["/K"][0].raw_get("/Obj") == catalog["/AcroForm"]["/Fields"].raw_get(0)


# ---- signatures


def test_the_unsigned_letter_is_the_beginning_of_the_signed_one(
    pdf: bytes, ombudsman: Holder, load: Callable[..., Signer]
) -> None:
    signed = sign(pdf, load(ombudsman))
    assert signed.startswith(pdf)
    assert b"xpacket" not in signed[len(pdf) :]  # what the letter says of itself stays


def test_every_shape_of_letter_passes_both_standards_when_signed(
    shape: tuple[Letter, Pdf], ombudsman: Holder, load: Callable[..., Signer]
) -> None:
    letter, plain = shape
    signer = load(ombudsman)
    for one in (letter, with_files(letter)):
        pdf = typeset(one, signature_field=True)
        assert pdf.pages == plain.pages
        assert _failed_rules(sign(pdf.content, signer)) == []


def test_the_signature_covers_the_files_of_a_letter_and_they_are_read_out_of_it(
    letters: dict[str, Letter],
    root: Holder,
    ombudsman: Holder,
    load: Callable[..., Signer],
    tmp_path: Path,
) -> None:
    letter = with_files(letters["Bromsgrove District Council"])
    signed = sign(typeset(letter, signature_field=True).content, load(ombudsman))
    verified = _verified(signed, tmp_path, root)
    assert (verified.covers_all, verified.genuine) == (True, True)
    for file in letter.attachments:
        assert embedded_file(tmp_path / "letter.pdf", file.name) == file.content


@pytest.mark.parametrize("kind", ["RSA 2048", "RSA 3072", "P-256", "P-384"])
def test_a_signed_letter_passes_both_standards_and_covers_all(
    kind: str, pdf: bytes, root: Holder, load: Callable[..., Signer], tmp_path: Path
) -> None:
    curves = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1()}
    if kind in curves:
        holder = root.issue("Ombudsman", key=ec.generate_private_key(curves[kind]))
    else:
        holder = root.issue("Ombudsman", bits=int(kind.split()[1]))
    signed = sign(pdf, load(holder))
    assert _failed_rules(signed) == []
    verified = _verified(signed, tmp_path, root)
    assert (verified.signer, verified.genuine) == ("Ombudsman", True)


def test_a_time_stamp_says_when(
    pdf: bytes, root: Holder, ombudsman: Holder, load: Callable[..., Signer], tmp_path: Path
) -> None:
    clock = authority("Clock root").issue("Clock", for_time_stamps=True)
    with server({"/tsa": time_stamps(clock)}) as url:
        signed = sign(pdf, load(ombudsman, timestamp_url=f"{url}/tsa"))
    assert _failed_rules(signed) == []
    assert signed.startswith(pdf)
    verified = _verified(signed, tmp_path, root)
    assert (verified.time_stamp, verified.time_stamp_trusted) == ("Clock", False)
    assert verified.genuine
    assert isinstance(verified.time, datetime)
    assert abs(verified.time - datetime.now(verified.time.tzinfo)) < DAY
    root_of_clock = Holder(clock.key, clock.chain[0])
    assert _verified(signed, tmp_path, root, root_of_clock).time_stamp_trusted


def test_revocation_data_is_embedded_in_the_signed_revision(
    pdf: bytes, tmp_path: Path, load: Callable[..., Signer]
) -> None:
    answers: dict[str, Any] = {}
    with server(answers) as url:
        root = authority("Root", f"{url}/root.crl")
        holder, clock = root.issue("Ombudsman"), root.issue("Clock", for_time_stamps=True)
        fetched: list[str] = []

        def revocation_list(_: bytes) -> tuple[str, bytes]:
            fetched.append("list")
            return "application/pkix-crl", root.revocation_list()

        answers |= {"/root.crl": revocation_list, "/tsa": time_stamps(clock)}
        signer = load(holder, timestamp_url=f"{url}/tsa", revocation=True)
        signed, second = sign(pdf, signer), sign(pdf, signer)
    assert 0 < len(fetched) <= 2  # for all letters together
    for letter in (signed, second):
        assert _failed_rules(letter) == []
        assert letter.startswith(pdf)
        assert letter.count(b"%%EOF") == pdf.count(b"%%EOF") + 1
        dss = PdfFileReader(io.BytesIO(letter)).root["/DSS"]
        assert len(dss["/CRLs"]) == 1
        assert len(dss["/Certs"]) == 3
        assert _verified(letter, tmp_path, root).genuine


def test_nothing_is_signed_with_a_revoked_certificate(
    pdf: bytes, load: Callable[..., Signer]
) -> None:
    answers: dict[str, Any] = {}
    with server(answers) as url:
        root = authority("Root", f"{url}/root.crl")
        holder = root.issue("Ombudsman")
        answers["/root.crl"] = lambda _: ("application/pkix-crl", root.revocation_list(holder))
        with pytest.raises(WriteError, match=r"has been revoked; ask the certificate's issuer"):
            sign(pdf, load(holder, revocation=True))


def test_revocation_data_that_cannot_be_had_is_an_error(
    pdf: bytes, load: Callable[..., Signer]
) -> None:
    with server({}) as url:
        holder = authority("Root", f"{url}/none.crl").issue("Ombudsman")
        with pytest.raises(WriteError, match=r"revocation data for signer\.p12 or its"):
            sign(pdf, load(holder, revocation=True))


@pytest.mark.parametrize(
    "answer",
    [
        ("text/html", b"<h1>closed</h1>"),
        (TIME_STAMP_TYPE, b""),
        (TIME_STAMP_TYPE, b"<h1>closed</h1>"),
        (TIME_STAMP_TYPE, bytes.fromhex("30053003020102")),  # refused
    ],
)
def test_a_strange_answer_of_the_time_stamp_server_is_an_error(
    answer: tuple[str, bytes], pdf: bytes, ombudsman: Holder, load: Callable[..., Signer]
) -> None:
    with (
        server({"/": lambda _: answer}) as url,
        pytest.raises(WriteError, match=r"^The letter was not signed: the time-stamp server 127"),
    ):
        sign(pdf, load(ombudsman, timestamp_url=url))


def test_a_time_stamp_of_something_else_is_an_error(
    pdf: bytes, root: Holder, ombudsman: Holder, load: Callable[..., Signer]
) -> None:
    stamp = time_stamps(root.issue("Clock", for_time_stamps=True))
    kept: list[tuple[str, bytes]] = []

    def always_the_first(asked: bytes) -> tuple[str, bytes]:
        kept.append(stamp(asked))
        return kept[0]

    with (
        server({"/": always_the_first}) as url,
        pytest.raises(WriteError, match="gave no time stamp"),
    ):
        sign(pdf, load(ombudsman, timestamp_url=url))


# ---- what letters cannot be signed with


def test_what_is_wrong_with_a_certificate_is_said_before_any_letter(
    root: Holder, load: Callable[..., Signer]
) -> None:
    options: dict[str, dict[str, Any]] = {
        "expired on": {"begins": NOW - 9 * DAY, "ends": NOW - DAY},
        "is not valid before": {"begins": NOW + DAY},
        "is not meant for signatures": {"use": "key_encipherment"},
        "use an RSA or an elliptic-curve": {"key": ed25519.Ed25519PrivateKey.generate()},
    }
    for sentence, chosen in options.items():
        with pytest.raises(UsageError, match=sentence):
            load(root.issue("Ombudsman", **chosen))


@pytest.mark.parametrize("use", ["digital_signature", "content_commitment", None])
def test_either_use_for_signatures_will_do_and_so_will_none_named(
    use: str | None, root: Holder, load: Callable[..., Signer]
) -> None:
    load(root.issue("Ombudsman", use=use))


def test_a_wrong_passphrase_and_no_key_file_are_told_apart(
    ombudsman: Holder, load: Callable[..., Signer], tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=r"The passphrase does not open signer\.p12"):
        load(ombudsman, "wrong")
    for content in (b"", b"no key", ombudsman.pem(), ombudsman.p12()[:900]):
        with pytest.raises(UsageError, match=r"signer\.p12 is not a PKCS#12 file"):
            load_signer(_put(tmp_path, content), PASSPHRASE)


def test_revocation_data_needs_an_issuer(ombudsman: Holder, tmp_path: Path) -> None:
    file = _put(tmp_path, ombudsman.p12(chain=False))
    with pytest.raises(UsageError, match="does not hold the certificate of the issuer"):
        load_signer(file, PASSPHRASE, revocation=True)


@pytest.mark.parametrize("url", ["time.example.org", "ftp://example.org", "http://", "http://["])
def test_an_address_of_no_server_is_wrong_usage(
    url: str, ombudsman: Holder, load: Callable[..., Signer]
) -> None:
    with pytest.raises(UsageError, match="is not the address of a time-stamp server"):
        load(ombudsman, timestamp_url=url)


def test_the_passphrase_shows_nowhere(ombudsman: Holder, load: Callable[..., Signer]) -> None:
    assert PASSPHRASE not in repr(load(ombudsman))


# ---- verification


def test_one_changed_byte_is_seen_wherever_it_is(
    pdf: bytes, root: Holder, ombudsman: Holder, load: Callable[..., Signer], tmp_path: Path
) -> None:
    """In the letter and what follows it; in the signature proper; in the zeros behind that."""
    signed = sign(pdf, load(ombudsman))
    gap = re.search(rb"/Contents <([0-9A-F]+?)0*>", signed[len(pdf) :])
    assert gap is not None
    begin, end = (len(pdf) + index for index in gap.span())
    last_digit = len(pdf) + gap.end(1) - 1
    covered = [*range(0, begin, begin // 60), *range(end, len(signed), 200), len(signed) - 2]
    for index in [*covered, last_digit - 200, last_digit - 10, end - 20]:
        changed = signed[:index] + bytes([signed[index] ^ 1]) + signed[index + 1 :]
        verified = _verified(changed, tmp_path)
        assert not verified.unchanged, (index, verified)


def test_what_is_added_behind_a_signature_is_a_change(
    pdf: bytes, root: Holder, ombudsman: Holder, load: Callable[..., Signer], tmp_path: Path
) -> None:
    signed = sign(pdf, load(ombudsman))
    verified = _verified(signed + b"\n", tmp_path, root)
    assert (verified.covers_all, verified.genuine) == (False, False)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"not a letter", b"%PDF-1.7\n%%EOF\n"])
def test_what_is_not_a_letter_is_not_signed(content: bytes, tmp_path: Path) -> None:
    verified = _verified(content, tmp_path)
    assert not verified.signed
    assert verified.why is not None


def test_a_letter_signed_by_another_is_not_genuine(
    pdf: bytes, root: Holder, load: Callable[..., Signer], tmp_path: Path
) -> None:
    signed = sign(pdf, load(authority("Root").issue("Ombudsman")))
    verified = _verified(signed, tmp_path, root)
    assert (verified.unchanged, verified.trusted, verified.genuine) == (True, False, False)


def test_the_signers_own_certificate_may_be_the_trusted_one(
    pdf: bytes, ombudsman: Holder, load: Callable[..., Signer], tmp_path: Path
) -> None:
    assert _verified(sign(pdf, load(ombudsman)), tmp_path, ombudsman).genuine


def test_what_is_to_be_trusted_has_to_be_a_certificate(p12: Path) -> None:
    result = run("verify", p12, "--trust", p12)
    assert result.exit_code == 2
    assert 'signer.p12" is not a certificate' in result.stderr


# ---- the commands


def test_preview_signs_and_verify_says_so(p12: Path, root: Holder) -> None:
    result = run("preview", "bromsgrove", "--year", "2020", "--no-open", "--sign-with", p12)
    assert result.exit_code == 0
    result = run("verify", BROMSGROVE)
    assert result.exit_code == 0, result.output
    assert "unchanged since signing; the signer's identity was not checked" in result.stdout
    assert "genuine" not in result.output.lower()
    trusted = run("verify", BROMSGROVE, "--trust", _put(p12.parent, root.pem(), "root.pem"))
    assert trusted.exit_code == 0
    assert re.search(r'^GENUINE .*: signed by "Ombudsman" on \d{4}-.* UTC', trusted.stdout)


def test_verify_tells_a_program_all_it_knows(p12: Path) -> None:
    run("preview", "bromsgrove", "--year", "2020", "--no-open", "--sign-with", p12)
    run("preview", "leeds", "--year", "2020", "--no-open")
    result = run("verify", BROMSGROVE, "leeds-city-council.pdf", "--json")
    assert result.exit_code == 6
    assert '"leeds-city-council.pdf" cannot be relied on' in result.stderr
    signed, unsigned = json.loads(result.stdout)["letters"]
    assert signed["signer"] == "Ombudsman"
    assert (signed["unchanged"], signed["covers_all"], signed["genuine"]) == (True, True, None)
    assert (unsigned["signed"], unsigned["genuine"]) == (False, False)


def test_verify_ends_with_6_where_a_letter_is_changed(p12: Path) -> None:
    run("preview", "bromsgrove", "--year", "2020", "--no-open", "--sign-with", p12)
    content = Path(BROMSGROVE).read_bytes()
    Path(BROMSGROVE).write_bytes(content.replace(b"/Lang (en-GB)", b"/Lang (en-US)", 1))
    result = run("verify", BROMSGROVE)
    assert result.exit_code == 6
    assert result.stdout.startswith("CHANGED ")


def test_workers_sign_and_the_manifest_says_what_was_signed(
    p12: Path, letters: dict[str, Letter], ombudsman: Holder
) -> None:
    names = list(letters)[:20]
    chosen = [part for name in names for part in ("--authority", name)]
    command = [sys.executable, "-m", "lgo_letters", "generate", "--year", "2020", "--jobs", "2"]
    done = subprocess.run(
        [*command, *chosen, "--sign-with", p12], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    folder = p12.parent / "letters" / "2020"
    entries = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["letters"]
    assert [entry["signed"] for entry in entries] == [True] * 20
    assert {entry["certificate_sha256"] for entry in entries} == {ombudsman.fingerprint()}
    files = [folder / entry["file"] for entry in entries]
    for letter, entry, file in zip(names, entries, files, strict=True):
        content = file.read_bytes()
        unsigned = typeset(letters[letter], signature_field=True).content
        assert entry["unsigned_sha256"] == hashlib.sha256(unsigned).hexdigest()
        assert entry["sha256"] == hashlib.sha256(content).hexdigest()
        assert content.startswith(unsigned)
    assert all(letter.unchanged for letter in verify_letters(files, []))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")
def test_a_signed_run_that_is_killed_and_run_again_signs_the_same_letters(p12: Path) -> None:
    year = p12.parent
    put_small_year(year, 6)
    assert run(*GENERATE, "--sign-with", p12, "--out", "whole").exit_code == 0
    killed = start_until(35, signal.SIGKILL, year, year / "x", "--sign-with", str(p12))
    end_of(killed)
    assert killed.returncode == -signal.SIGKILL
    there = contents(year / "x")
    result = run(*GENERATE, "--sign-with", p12, "--out", "x", "--json")
    assert result.exit_code == 0, result.stderr
    assert "Changed" not in result.stderr
    assert 0 < json.loads(result.stdout)["reused"] < 6
    entries = json.loads((year / "x/manifest.json").read_text(encoding="utf-8"))["letters"]
    whole = json.loads((year / "whole/manifest.json").read_text(encoding="utf-8"))["letters"]
    assert [_unsigned(entry) for entry in entries] == [_unsigned(entry) for entry in whole]
    after = contents(year / "x")
    for entry in entries:
        content = after[entry["file"]]
        before_signature = content[: content.index(b"%%EOF\n") + len(b"%%EOF\n")]
        assert hashlib.sha256(before_signature).hexdigest() == entry["unsigned_sha256"]
    assert sum(there.get(name) == content for name, content in after.items()) >= 1
    assert not [name for name in after if name.startswith(".")]
    assert all(letter.unchanged for letter in verify_letters(list((year / "x").glob("*.pdf")), []))


def _unsigned(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != "sha256"}


def test_a_letter_is_signed_again_where_the_signature_would_be_another(
    p12: Path, root: Holder, workplace: Path
) -> None:
    _put(workplace, root.issue("Ombudsman", bits=2048).p12(), "renewed.p12")

    def made(*options: str | Path) -> bool:
        result = run(*GENERATE, "--authority", "leeds", *options, "--json", "--quiet")
        assert result.exit_code == 0, result.stderr
        return bool(json.loads(result.stdout)["made"])

    assert made()
    assert made("--sign-with", p12)
    assert not made("--sign-with", p12)
    assert made("--sign-with", "renewed.p12")
    assert not made("--sign-with", "renewed.p12")
    assert made("--unsigned")
    assert not made()


def test_signed_letters_are_not_replaced_by_unsigned_ones_unless_told(
    p12: Path, workplace: Path
) -> None:
    put_small_year(workplace, 4)
    assert run(*GENERATE, "--sign-with", p12).exit_code == 0
    signed = contents(workplace / "letters/2020")
    for options in ([], ["--force"], ["--authority", "cumbria"]):
        result = run(*GENERATE, *options)
        assert (result.exit_code, result.stdout) == (5, "")
        number = "a signed letter" if "--authority" in options else "4 signed letters"
        assert result.stderr == (
            f"Error: {Path('letters/2020')} holds {number} that would be replaced by unsigned "
            "letters; give --sign-with FILE.p12 to sign them again, or --unsigned to replace "
            "them.\n"
        )
        assert contents(workplace / "letters/2020") == signed
    assert run(*GENERATE, "--sign-with", p12, "--unsigned").exit_code == 2
    assert run(*GENERATE, "--unsigned").exit_code == 0
    entries = json.loads(Path("letters/2020/manifest.json").read_bytes())["letters"]
    assert [entry["signed"] for entry in entries] == [False] * 4
    assert run(*GENERATE).exit_code == 0


def test_signed_letters_of_others_do_not_hinder_an_unsigned_one(p12: Path, workplace: Path) -> None:
    put_small_year(workplace, 4)
    signed = ["--authority", "buckingham", "--authority", "cumbria"]
    assert run(*GENERATE, *signed, "--sign-with", p12).exit_code == 0
    assert run(*GENERATE, "--authority", "cambridge").exit_code == 0
    entries = json.loads(Path("letters/2020/manifest.json").read_bytes())["letters"]
    assert [entry["signed"] for entry in entries] == [True, False, True]


def test_an_unsigned_letters_entry_says_so(workplace: Path) -> None:
    run("generate", "--year", "2020", "--authority", "leeds", "--out", "x")
    (entry,) = json.loads(Path("x/manifest.json").read_text(encoding="utf-8"))["letters"]
    assert entry["signed"] is False
    assert "unsigned_sha256" not in entry


def test_a_time_stamp_server_out_of_reach_leaves_no_letter(p12: Path) -> None:
    with server({}) as url:
        pass  # nobody listens there any more
    arguments: list[str | Path] = ["--year", "2020", "--sign-with", p12, "--timestamp-url", url]
    result = run("generate", *arguments, "--authority", "leeds")
    assert result.exit_code == 5
    assert "gave no time stamp" in result.stderr
    result = run("preview", "leeds", *arguments, "--no-open")
    assert result.exit_code == 5
    written = {file.name for file in p12.parent.rglob("*") if file.is_file()}
    assert written == {"signer.p12"}


@pytest.mark.parametrize("options", [["--timestamp-url", "http://127.0.0.1"], ["--revocation"]])
def test_what_goes_with_a_signature_needs_one(options: list[str], workplace: Path) -> None:
    result = run("generate", "--year", "2020", *options)
    assert result.exit_code == 2
    assert f"{options[0]} needs a signature; give --sign-with" in result.stderr
    assert list(workplace.iterdir()) == []


def test_the_key_is_not_overwritten(p12: Path) -> None:
    before = p12.read_bytes()
    result = run("preview", "leeds", "--year", "2020", "--sign-with", p12, "--out", "signer.p12")
    assert result.exit_code == 2
    assert "signer.p12 is an input, part of the edition or your signing key" in result.stderr
    assert p12.read_bytes() == before


def test_a_wrong_passphrase_ends_before_any_letter(
    p12: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LGO_LETTERS_SIGN_PASSPHRASE", "wrong")
    result = run("generate", "--year", "2020", "--sign-with", p12)
    assert result.exit_code == 2
    assert "The passphrase does not open signer.p12" in result.stderr
    assert list(p12.parent.iterdir()) == [p12]


def test_without_terminal_and_variable_there_is_no_passphrase(
    p12: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LGO_LETTERS_SIGN_PASSPHRASE")
    result = run("generate", "--year", "2020", "--sign-with", p12)
    assert result.exit_code == 2
    assert "LGO_LETTERS_SIGN_PASSPHRASE" in result.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals")
def test_the_passphrase_is_asked_for_on_the_terminal_and_not_shown(
    p12: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pty

    monkeypatch.delenv("LGO_LETTERS_SIGN_PASSPHRASE")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "lgo_letters", "preview", "leeds", "--year", "2020"]
    with subprocess.Popen(
        [*command, "--no-open", "--sign-with", p12],
        stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, start_new_session=True,
    ) as process:  # fmt: skip
        os.close(theirs)
        shown = b""
        while b"Passphrase of" not in shown:
            shown += os.read(ours, 1000)
        os.write(ours, f"{PASSPHRASE}\n".encode())
        assert process.stdout is not None
        printed = process.stdout.read()
    os.close(ours)
    assert process.returncode == 0
    assert printed == b"leeds-city-council.pdf (3 pages)\n"
    assert PASSPHRASE.encode() not in shown


def test_without_the_extra_the_option_says_how_to_install_it(
    p12: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "pyhanko"]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("container", "sign", "verify"):
        monkeypatch.delitem(sys.modules, f"lgo_letters.signing.{name}")
    monkeypatch.setitem(sys.modules, "pyhanko", None)
    for result in (run("generate", "--year", "2020", "--sign-with", p12), run("verify", p12)):
        assert result.exit_code == 2
        assert 'python -m pip install "lgo-letters[sign]"' in result.stderr
