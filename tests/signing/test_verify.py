"""Signatures that strangers make and letters that they alter: what `verify` says of each."""

from __future__ import annotations

import json
import os
import random
import re
import socket
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import algos, cms, core, tsp
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID

from lgo_letters.cli import main as cli
from lgo_letters.errors import UsageError, WriteError
from lgo_letters.letter.letter import Letter
from lgo_letters.pdf.typeset import typeset
from lgo_letters.signing.certificates import issuers
from lgo_letters.signing.sign import load_signer, sign
from lgo_letters.signing.verify import Verified, verified_text, verify_letters
from tests.support import certificates
from tests.support.certificates import DAY, NOW, PASSPHRASE, Holder, authority, server, time_stamps
from tests.support.forgeries import (
    altered,
    certificate_of,
    container_of,
    signed_by,
    signed_bytes,
    with_container,
    with_revocation_list,
)

NOWHERE = "http://127.0.0.1/none.crl"


@pytest.fixture(scope="module")
def root() -> Holder:
    return authority("Root", NOWHERE)


@pytest.fixture(scope="module")
def root_of_clock() -> Holder:
    return authority("Clock root")


@pytest.fixture(scope="module")
def clock(root_of_clock: Holder) -> Holder:
    """A time-stamp server, of an issuer of its own."""
    return root_of_clock.issue("Clock", for_time_stamps=True)


@pytest.fixture(scope="module")
def ombudsman(root: Holder) -> Holder:
    return root.issue("Ombudsman")


@pytest.fixture(scope="module")
def pdf(letters: dict[str, Letter]) -> bytes:
    """A letter that is to be signed."""
    return typeset(letters["Bromsgrove District Council"], signature_field=True).content


Verify = Callable[..., Verified]


@pytest.fixture
def verify(tmp_path: Path) -> Verify:
    """What is said of a letter, with the holders of certificates who are trusted."""

    def verify(
        content: bytes, trust: Holder | None = None, for_time_stamps: Holder | None = None
    ) -> Verified:
        file = tmp_path / "letter.pdf"
        file.write_bytes(content)
        chosen = [[], []] if trust is None else [[put(tmp_path, trust)], []]
        if for_time_stamps is not None:
            chosen[1].append(put(tmp_path, for_time_stamps))
        (verified,) = verify_letters([file], *chosen)
        return verified

    return verify


def put(folder: Path, *holders: Holder) -> Path:
    file = folder / f"{holders[0].fingerprint()[:8]}.pem"
    file.write_bytes(b"".join(holder.pem() for holder in holders))
    return file


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.main, [str(argument) for argument in arguments])


# ---- who is trusted, and with what


def test_who_issues_time_stamps_makes_nobody_a_genuine_signer(
    pdf: bytes, clock: Holder, root_of_clock: Holder, ombudsman: Holder, verify: Verify
) -> None:
    stranger = root_of_clock.issue("Ombudsman")
    for signer in (stranger, clock):
        verified = verify(signed_by(signer, pdf), ombudsman, root_of_clock)
        assert (verified.unchanged, verified.trusted, verified.genuine) == (True, False, False)
        assert verified.why == (
            "the signer's certificate is not one you trust, nor was it issued by one"
            if signer is stranger
            else "the signer's certificate is meant for time stamps and not for signatures"
        )


def test_who_issues_signers_certificates_vouches_for_no_time_stamp(
    pdf: bytes, root: Holder, root_of_clock: Holder, ombudsman: Holder, verify: Verify
) -> None:
    signed = signed_by(ombudsman, pdf, clock=root.issue("Clock", for_time_stamps=True))
    assert verify(signed, root).time_stamp_trusted is None
    assert verify(signed, root, root_of_clock).time_stamp_trusted is False
    assert verify(signed, root, root).time_stamp_trusted


UNFIT: dict[str, dict[str, Any]] = {
    "has an RSA key of 1,024 bits; it needs at least 2,048": {"bits": 1024},
    "is for issuing certificates and not for signatures": {"issues": True},
    "is not meant for signatures (its key usage is neither digitalSignature nor nonRepudiation)": {
        "use": "key_encipherment"
    },
    "is meant for TLS servers and not for signatures": {
        "purposes": [ExtendedKeyUsageOID.SERVER_AUTH]
    },
    "is meant for TLS clients and TLS servers and not for signatures": {
        "purposes": [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    },
    "is meant for time stamps and not for signatures": {"for_time_stamps": True},
}


@pytest.mark.parametrize("why", UNFIT)
def test_what_is_not_made_for_signatures_neither_signs_nor_is_genuine(
    why: str, pdf: bytes, root: Holder, tmp_path: Path, verify: Verify
) -> None:
    holder = root.issue("Ombudsman", **UNFIT[why])
    (tmp_path / "signer.p12").write_bytes(holder.p12())
    with pytest.raises(UsageError, match=re.escape(f"The certificate in signer.p12 {why}; use")):
        load_signer(tmp_path / "signer.p12", PASSPHRASE)
    signed = signed_by(holder, pdf)
    for trusted in (root, holder):
        verified = verify(signed, trusted)
        assert (verified.unchanged, verified.genuine) == (True, False)
        assert verified.why == f"the signer's certificate {why}"


@pytest.mark.parametrize(
    "purpose", ["1.3.6.1.5.5.7.3.36", "1.3.6.1.5.5.7.3.4", "2.5.29.37.0", "1.2.840.113583.1.1.5"]
)
def test_what_is_made_for_documents_or_mail_or_anything_signs_and_is_genuine(
    purpose: str, pdf: bytes, root: Holder, tmp_path: Path, verify: Verify
) -> None:
    purposes = [ExtendedKeyUsageOID.CLIENT_AUTH, x509.ObjectIdentifier(purpose)]
    holder = root.issue("Ombudsman", purposes=purposes)
    (tmp_path / "signer.p12").write_bytes(holder.p12())
    assert verify(sign(pdf, load_signer(tmp_path / "signer.p12", PASSPHRASE)), root).genuine


def test_what_is_not_made_for_time_stamps_proves_no_time(
    pdf: bytes, root: Holder, ombudsman: Holder, verify: Verify
) -> None:
    signed = signed_by(ombudsman, pdf, clock=ombudsman, at=NOW - 9 * DAY)
    for trusted in (root, ombudsman):
        verified = verify(signed, root, trusted)
        assert verified.time_stamp_trusted is False
        assert verified.time_stamp_why == "its certificate is not meant for time stamps"


def test_a_signer_who_is_trusted_vouches_for_nobody_else(
    pdf: bytes, ombudsman: Holder, verify: Verify
) -> None:
    assert verify(signed_by(ombudsman.issue("Another"), pdf), ombudsman).trusted is False


def test_all_certificates_of_a_file_are_trusted(
    pdf: bytes, root: Holder, ombudsman: Holder, tmp_path: Path
) -> None:
    file = tmp_path / "letter.pdf"
    file.write_bytes(signed_by(ombudsman, pdf))
    others = [authority("One"), authority("Two")]
    for order in ([*others, root], [root, *others]):
        assert verify_letters([file], [put(tmp_path, *order)])[0].genuine
    assert not verify_letters([file], [put(tmp_path, *others)])[0].genuine


# ---- certificates that are not valid any more, or not yet


def expired(issuer: Holder, name: str = "Ombudsman", **options: Any) -> Holder:
    return issuer.issue(name, begins=NOW - 9 * DAY, ends=NOW - DAY, **options)


def test_an_expired_certificate_is_genuine_only_with_a_trusted_time_stamp_of_its_time(
    pdf: bytes, root: Holder, clock: Holder, root_of_clock: Holder, verify: Verify
) -> None:
    holder = expired(root)
    day = f"{NOW - DAY:%Y-%m-%d}"
    signed = signed_by(holder, pdf)
    stamped = signed_by(holder, pdf, clock=clock, at=NOW - 3 * DAY)
    late = signed_by(holder, pdf, clock=clock, at=NOW)
    for trusted in (root, holder):
        for letter in (signed, stamped):
            verified = verify(letter, trusted)
            assert verified.genuine is False
            assert verified.why == (
                f"the signer's certificate expired on {day}, and no trusted time stamp shows that "
                "the signature is older"
            )
        assert verify(stamped, trusted, root_of_clock).genuine
        verified = verify(late, trusted, root_of_clock)
        assert (verified.genuine, verified.why) == (
            False,
            f"the signer's certificate expired on {day}",
        )


def test_a_time_stamp_whose_certificate_expired_proves_no_time(
    pdf: bytes, ombudsman: Holder, root: Holder, root_of_clock: Holder, verify: Verify
) -> None:
    stamper = expired(root_of_clock, for_time_stamps=True)
    signed = signed_by(ombudsman, pdf, clock=stamper, at=NOW - 3 * DAY)
    for trusted in (root_of_clock, stamper):
        verified = verify(signed, root, trusted)
        assert verified.time_stamp_trusted is False
        assert verified.time_stamp_why == f"its certificate expired on {NOW - DAY:%Y-%m-%d}"


def test_every_reason_not_to_trust_a_certificate_is_a_sentence(
    pdf: bytes, root: Holder, verify: Verify
) -> None:
    office: dict[str, Any] = {"issues": True, "use": "key_cert_sign"}
    revoked = root.issue("Revoked")
    revoked_office = root.issue("Revoked office", **office)
    old_office, new_office = expired(root, **office), root.issue("New", begins=NOW + DAY, **office)
    ombudsman = root.issue("Ombudsman")
    lists = root.revocation_list(revoked, revoked_office)
    yesterday, tomorrow = f"{NOW - DAY:%Y-%m-%d}", f"{NOW + DAY:%Y-%m-%d}"
    cases = {
        f"is not valid before {tomorrow}": signed_by(root.issue("Early", begins=NOW + DAY), pdf),
        f"was revoked on {yesterday}": signed_by(revoked, with_revocation_list(pdf, lists)),
        f"was issued with a certificate that was revoked on {yesterday}": signed_by(
            revoked_office.issue("Ombudsman"), with_revocation_list(pdf, lists)
        ),
        f"was issued with a certificate that expired on {yesterday}, and no trusted time stamp "
        "shows that the signature is older": signed_by(old_office.issue("Ombudsman"), pdf),
        f"was issued with a certificate that is not valid before {tomorrow}": signed_by(
            new_office.issue("Ombudsman"), pdf
        ),
        "is not one you trust, nor was it issued by one": signed_by(
            authority("Another root").issue("Ombudsman"), pdf
        ),
        "was not properly issued by one you trust": signed_by(
            authority("Root").issue("Ombudsman"), pdf
        ),
        "cannot be checked because its revocation data is damaged": signed_by(
            ombudsman, with_revocation_list(pdf, b"none")
        ),
    }
    for why, letter in cases.items():
        verified = verify(letter, root)
        assert (verified.unchanged, verified.trusted) == (True, False)
        assert verified.why == f"the signer's certificate {why}"


def test_revocation_data_are_read_compressed_too_and_not_held_against_others(
    pdf: bytes, root: Holder, ombudsman: Holder, verify: Verify, monkeypatch: pytest.MonkeyPatch
) -> None:
    revoked = root.issue("Revoked")
    for compressed in (True, False):
        prepared = with_revocation_list(pdf, root.revocation_list(revoked), compressed=compressed)
        assert verify(signed_by(revoked, prepared), root).trusted is False
        assert verify(signed_by(ombudsman, prepared), root).trusted
    monkeypatch.setattr(certificates, "NOW", NOW - 90 * DAY)  # a list that nobody goes by today
    old = with_revocation_list(pdf, root.revocation_list(revoked))
    assert verify(signed_by(ombudsman, old), root).trusted


# ---- a stranger's words


def test_a_strangers_words_stand_in_quotes_behind_the_verdict_on_one_line(
    pdf: bytes, tmp_path: Path
) -> None:
    forged = 'Ombudsman" on 2020-04-01; genuine:\nGENUINE "x.pdf": \x1b[2K\u202eeuneg'
    stamper = authority("Clocks").issue(forged, for_time_stamps=True)
    signed = signed_by(authority("Anyone").issue(forged), pdf, clock=stamper)
    names = ["letter.pdf"]
    if os.name != "nt":
        names += ['a\nGENUINE "b.pdf": signed by "Ombudsman".pdf', "\x1b[8m\u202e.pdf"]
    files = [tmp_path / name for name in names]
    for file in files:
        file.write_bytes(signed)
    verified = verify_letters(files, [])
    lines = verified_text(verified).split("\n")
    assert len(lines) == len(files)
    for line in lines:
        assert line.isprintable()
        assert re.match(r'UNCHANGED +"[^"]*": signed by "[^"]*" on ', line)
        assert re.fullmatch(r'[^"]*("[^"]*"[^"]*)*', line)  # no quotes are left open
        assert "enuine" not in re.sub(r'"[^"]*"', "", line)
    encoded = run("verify", *files, "--json").stdout
    assert all(character.isprintable() or character == "\n" for character in encoded)
    assert "\x1b" not in encoded
    told = json.loads(encoded)["letters"]
    assert [letter["file"] for letter in told] == [str(file) for file in files]
    assert told[0]["signer"] == told[0]["time_stamp"] == forged
    result = run("verify", *files, "--trust", put(tmp_path, authority("Else")))
    assert result.exit_code == 6
    assert all(line.startswith("NOT TRUSTED ") for line in result.stdout.splitlines())


@pytest.mark.skipif(os.name == "nt", reason="Windows forbids such names")
def test_an_error_names_a_file_on_one_line(tmp_path: Path) -> None:
    file = tmp_path / 'a\nGENUINE "b".pdf'
    file.write_bytes(b"")
    assert run("verify", file).stderr.count("\n") == 1
    assert run("verify", file, "--trust", file).stderr.count("\n") == 1


def test_a_long_name_is_cut() -> None:
    letter = Verified("x.pdf", signed=True, signer="o" * 9000, unchanged=True, covers_all=True)
    assert len(verified_text([letter])) < 500


# ---- time stamps


def test_a_time_stamp_that_is_not_trusted_never_takes_the_place_of_the_signers_time(
    pdf: bytes, root: Holder, ombudsman: Holder, root_of_clock: Holder, verify: Verify
) -> None:
    forger = authority("Anyone").issue("Clock", for_time_stamps=True)
    year = NOW.replace(year=2019, month=1, day=1)
    signed = signed_by(ombudsman, pdf, clock=forger, at=year)
    unchecked, distrusted = verify(signed, root), verify(signed, root, root_of_clock)
    for verified in (unchecked, distrusted):
        assert verified.time is not None
        assert abs(verified.time - NOW) < DAY
        assert verified.time_stamp_time == year
        assert re.search(r'signed by "Ombudsman" on 20(?!19)', verified_text([verified]))
    assert 'the time stamp by "Clock" on 2019-01-01' in verified_text([unchecked])
    assert "was not checked)" in verified_text([unchecked])
    assert "proves nothing, as its certificate is not one you trust" in verified_text([distrusted])


def test_a_trusted_time_stamp_says_the_time(
    pdf: bytes, root: Holder, ombudsman: Holder, clock: Holder, verify: Verify
) -> None:
    at = NOW - DAY / 2
    verified = verify(signed_by(ombudsman, pdf, clock=clock, at=at), root, clock)
    assert (verified.time, verified.time_stamp_trusted, verified.genuine) == (at, True, True)
    assert '(time stamp by "Clock")' in verified_text([verified])


def test_a_time_stamp_of_another_signature_makes_a_letter_changed(
    pdf: bytes, root: Holder, ombudsman: Holder, clock: Holder, verify: Verify
) -> None:
    stamped = signed_by(ombudsman, pdf, clock=clock)
    other = cms.ContentInfo.load(container_of(signed_by(ombudsman, pdf, clock=clock)))
    foreign = other["content"]["signer_infos"][0]["unsigned_attrs"]

    def change(signed: cms.SignedData) -> None:
        signed["signer_infos"][0]["unsigned_attrs"] = foreign.copy()

    assert verify(stamped, root, clock).genuine
    assert not verify(altered(stamped, change), root, clock).unchanged


# ---- changes


def test_a_second_signature_makes_a_letter_changed_whoever_made_it(
    pdf: bytes, root: Holder, ombudsman: Holder, verify: Verify
) -> None:
    once = signed_by(ombudsman, pdf)
    for second in (authority("Anyone").issue("Mallory"), ombudsman):
        verified = verify(signed_by(second, once, field="Second"), root)
        assert (verified.signed, verified.unchanged, verified.genuine) == (True, False, False)
        text = verified_text([verified])
        assert text.startswith("CHANGED ")
        assert "unchanged" not in text
        assert "it has 2 signatures, and whatever was added after the first is a change" in text


def test_no_byte_of_a_signature_can_be_changed_but_two_that_nothing_rests_on(
    pdf: bytes, ombudsman: Holder, clock: Holder, verify: Verify
) -> None:
    """The README says which: who issued the last issuer, and which of two names RSA goes by."""
    signed = signed_by(ombudsman, pdf, clock=clock)
    assert verify(signed).unchanged
    container = container_of(signed)
    size = len(cms.ContentInfo.load(container).dump())
    free = set(_issuers_of_roots(container, ombudsman, clock)) | set(_algorithm_names(container))
    chance = random.Random(12)
    indices = [*chance.sample(range(size), 700), size, (size + len(container)) // 2]
    for index in indices:
        other = bytes([container[index] ^ chance.randrange(1, 256)])
        changed = container[:index] + other + container[index + 1 :]
        if verify(with_container(signed, changed)).unchanged:
            assert index in free, (index, container[index : index + 1], other)
    assert len(free) < 100


def _issuers_of_roots(container: bytes, *holders: Holder) -> Iterator[int]:
    """Where the roots say who issued them: in a changed one, somebody else whom nobody knows."""
    for holder in holders:
        root = certificate_of(Holder(holder.key, holder.chain[-1]))
        begin = container.index(root.dump()) + root.dump().index(root.issuer.dump())
        yield from range(begin, begin + len(root.issuer.dump()))


def _algorithm_names(container: bytes) -> Iterator[int]:
    """The last bytes of the names of algorithms (RFC 8017, A.2: 11 is RSA with SHA-256, 1 RSA)."""
    name = algos.SignedDigestAlgorithmId("sha256_rsa").dump()
    yield from (found.end() - 1 for found in re.finditer(re.escape(name), container))


def test_nothing_else_has_a_place_in_a_signature(
    pdf: bytes, root: Holder, ombudsman: Holder, verify: Verify
) -> None:
    signed = signed_by(ombudsman, pdf)

    def another_certificate(content: cms.SignedData) -> None:
        content["certificates"].append(certificate_of(authority("Anyone")))

    def another_attribute(content: cms.SignedData) -> None:
        note = cms.CMSAttribute({"type": "1.2.3.4", "values": [core.UTF8String("x")]})
        content["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([note])

    def revocation_data(content: cms.SignedData) -> None:
        crl = cms.RevocationInfoChoice.load(root.revocation_list())
        content["crls"] = cms.RevocationInfoChoices([crl])

    def another_version(content: cms.SignedData) -> None:
        content["version"] = "v4"

    for change in (another_certificate, another_attribute, revocation_data, another_version):
        verified = verify(altered(signed, change), root)
        assert (verified.unchanged, verified.genuine) == (False, False), change
    assert verify(altered(signed, lambda _: None), root).genuine


@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512", "sha1", "md5"])
@pytest.mark.parametrize("pss", [False, True])
def test_a_digest_that_is_no_longer_safe_shows_nothing(
    digest: str, pss: bool, pdf: bytes, root: Holder, ombudsman: Holder, verify: Verify
) -> None:
    verified = verify(signed_by(ombudsman, pdf, digest=digest, pss=pss), root)
    assert bool(verified.genuine) == verified.unchanged == (digest not in ("sha1", "md5"))


def test_a_damaged_certificate_of_an_issuer_makes_a_letter_changed(
    pdf: bytes, root: Holder, ombudsman: Holder, verify: Verify
) -> None:
    signed = signed_by(ombudsman, pdf)
    container = container_of(signed)
    last = root.certificate.signature[-8:]
    assert container.count(last) == 1
    changed = container.replace(last, last[:-1] + bytes([last[-1] ^ 1]))
    assert not verify(with_container(signed, changed), root).unchanged


def test_the_digits_of_a_signature_are_all_of_one_case(
    pdf: bytes, root: Holder, ombudsman: Holder, verify: Verify
) -> None:
    signed = signed_by(ombudsman, pdf)
    index = re.search(rb"/Contents <\d*", signed)
    assert index is not None
    letter = signed[index.end() : index.end() + 1]
    changed = signed[: index.end()] + letter.swapcase() + signed[index.end() + 1 :]
    assert not verify(changed, root).unchanged


# ---- time and memory


def big_table() -> bytes:
    """A cross-reference table of two milliard entries of no length."""
    table = (
        b"<< /Type /XRef /Size 2000000000 /Index [0 2000000000] /W [0 0 0] /Root 1 0 R /Length 0 >>"
    )
    body = b"%PDF-1.7\n1 0 obj\n" + table + b"\nstream\n\nendstream\nendobj\n"
    return body + b"startxref\n9\n%%EOF\n"


def deep_fields(levels: int = 40) -> bytes:
    """A form whose fields have the same field twice below them, level by level."""
    objects = [b"<< /Type /Catalog /AcroForm << /Fields [2 0 R] >> >>"]
    objects += [b"<< /T (x) /Kids [%d 0 R %d 0 R] >>" % (n, n) for n in range(3, levels + 3)]
    objects.append(b"<< /T (x) /FT /Sig >>")
    return plain_pdf(objects)


def long_number() -> bytes:
    return plain_pdf([b"<< /Type /Catalog /X " + b"9" * 5_000_000 + b" >>"])


def plain_pdf(objects: list[bytes]) -> bytes:
    content, indices = b"%PDF-1.7\n", []
    for number, written in enumerate(objects, start=1):
        indices.append(len(content))
        content += b"%d 0 obj\n%b\nendobj\n" % (number, written)
    table = b"".join(b"%010d 00000 n \n" % index for index in indices)
    size = len(objects) + 1
    content += b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root 1 0 R >>\n" % (
        size, table, size,
    )  # fmt: skip
    return content + b"startxref\n%d\n%%%%EOF\n" % content.index(b"xref\n")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits of this kind")
def test_no_file_costs_much_time_or_memory_signed_or_not(root: Holder, tmp_path: Path) -> None:
    """Each within ten seconds of computing and 700 MB of addresses."""
    import resource

    bomb = zlib.compress(bytes(100_000_000))
    hostile = {
        "table": big_table(),
        "fields": deep_fields(),
        "number": long_number(),
        "spaces": b"%PDF-1.7\n/ByteRange" + b" " * 9_000_000,
        "ranges": b"%PDF-1.7\n" + b"/ByteRange [" * 900_000,
        "bomb": plain_pdf(
            [
                b"<< /CRLs [" + b"2 0 R " * 150 + b"] >>",
                b"<< /Filter /FlateDecode >> stream\n" + bomb + b"\nendstream",
            ]
        ),
        "lists": b"%PDF-1.7\n" + b"/CRLs [ 1 0 R" * 500_000,
    }
    holder = root.issue("Anyone")
    files = []
    for name, content in hostile.items():
        files += [tmp_path / f"{name}.pdf", tmp_path / f"signed {name}.pdf"]
        files[-2].write_bytes(content)
        files[-1].write_bytes(signed_bytes(holder, content))

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
        resource.setrlimit(resource.RLIMIT_AS, (700_000_000, 700_000_000))

    done = subprocess.run(
        [sys.executable, "-m", "lgo_letters", "verify", *files, "--trust", put(tmp_path, root)],
        check=False, capture_output=True, text=True, timeout=60, preexec_fn=limit,
    )  # fmt: skip
    assert done.returncode == 6, done.stderr
    verdicts = [line[:11].strip() for line in done.stdout.splitlines()]
    assert verdicts[:6] == ["NOT SIGNED", "GENUINE"] * 3
    assert len(verdicts) == len(files)


@pytest.mark.parametrize("size", [33_000_000, 32_000_000])
def test_a_file_larger_than_any_letter_is_refused(size: int, tmp_path: Path) -> None:
    file = tmp_path / "large.pdf"
    with file.open("wb") as opened:
        opened.truncate(size)
    result = run("verify", file)
    assert result.exit_code == (2 if size > 32_000_000 else 6)
    assert ('large.pdf" has more than 32,000,000 bytes' in result.stderr) == (size > 32_000_000)


def test_a_signature_longer_than_any_is_not_read(ombudsman: Holder, verify: Verify) -> None:
    assert verify(signed_bytes(ombudsman, b"%PDF-1.7", room=999_000)).unchanged
    assert not verify(signed_bytes(ombudsman, b"%PDF-1.7", room=1_001_000)).unchanged


def test_no_signature_makes_work_with_very_many_certificates(
    pdf: bytes, root: Holder, ombudsman: Holder, verify: Verify, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As each would be compared with each."""
    looked_at = []

    def is_issuer(*pair: object) -> bool:
        looked_at.append(pair)
        return False

    monkeypatch.setattr("lgo_letters.signing.certificates.is_issuer", is_issuer)
    known = [certificate_of(root)] * 300
    with pytest.raises(ValueError, match="too many certificates"):
        issuers(certificate_of(ombudsman), known)
    assert looked_at == []


@contextmanager
def endless_server(kind: str) -> Iterator[tuple[str, list[int]]]:
    """A server on loopback that answers without end, and how many bytes it has sent."""
    sent = [0]
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            try:
                while True:
                    connection, _ = listening.accept()
                    with connection:
                        connection.recv(65536)
                        connection.sendall(
                            f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode()
                        )
                        try:
                            while sent[0] < 200_000_000:
                                connection.sendall(bytes(65536))
                                sent[0] += 65536
                        except OSError:
                            continue
            except OSError:
                return

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}", sent
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_no_more_of_a_servers_answer_is_read_than_a_time_stamp_may_be_long(
    pdf: bytes, ombudsman: Holder, tmp_path: Path
) -> None:
    (tmp_path / "signer.p12").write_bytes(ombudsman.p12())
    with endless_server("application/timestamp-reply") as (url, sent):
        signer = load_signer(tmp_path / "signer.p12", PASSPHRASE, timestamp_url=url)
        with pytest.raises(WriteError, match="its answer is longer than 64,000 bytes"):
            sign(pdf, signer)
    assert sent[0] < 30_000_000  # what the sockets hold included


def test_no_more_of_revocation_data_is_read_than_verify_reads(pdf: bytes, tmp_path: Path) -> None:
    with endless_server("application/pkix-crl") as (url, sent):
        holder = authority("Root", f"{url}/root.crl").issue("Ombudsman")
        (tmp_path / "signer.p12").write_bytes(holder.p12())
        signer = load_signer(tmp_path / "signer.p12", PASSPHRASE, revocation=True)
        with pytest.raises(WriteError, match="cannot be fetched"):
            sign(pdf, signer)
    assert sent[0] < 60_000_000


# ---- files that are not what they should be


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.parametrize("index", ["letter", "--trust", "--trust-timestamp", "--sign-with"])
def test_a_pipe_in_the_place_of_a_file_is_refused_and_not_waited_for(
    index: str, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "letter.pdf").write_bytes(b"")
    arguments = ["verify", "pipe"] if index == "letter" else ["verify", "letter.pdf", index, "pipe"]
    if index == "--sign-with":
        arguments = ["preview", "leeds", "--year", "2020", "--no-open", index, "pipe"]
    done = subprocess.run(
        [sys.executable, "-m", "lgo_letters", *arguments],
        check=False, capture_output=True, text=True, timeout=30, cwd=tmp_path,
        env={**os.environ, "LGO_LETTERS_SIGN_PASSPHRASE": PASSPHRASE},
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == 'Error: "pipe" is not an ordinary file; give another one.\n'


@pytest.mark.skipif(os.name == "nt", reason="Windows has variables in Unicode")
def test_a_passphrase_that_is_not_utf_8_is_wrong_usage(ombudsman: Holder, workplace: Path) -> None:
    (workplace / "signer.p12").write_bytes(ombudsman.p12())
    done = subprocess.run(
        [
            *(sys.executable, "-m", "lgo_letters", "preview", "leeds", "--year", "2020"),
            *("--no-open", "--sign-with", "signer.p12"),
        ],
        check=False, capture_output=True, text=True,
        env={**os.environb, b"LGO_LETTERS_SIGN_PASSPHRASE": b"caf\xe9"},
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == (
        "Error: The passphrase is not UTF-8; write it in that encoding where it is set.\n"
    )


def test_a_key_file_holds_a_key_and_the_certificate_that_belongs_to_it(
    root: Holder, ombudsman: Holder, tmp_path: Path
) -> None:
    file = tmp_path / "signer.p12"
    other = root.issue("Another").certificate
    for key, certificate, others in (
        (ombudsman.key, None, None),
        (ombudsman.key, None, [other]),
        (None, ombudsman.certificate, None),
    ):
        file.write_bytes(
            pkcs12.serialize_key_and_certificates(b"x", key, certificate, others, NoEncryption())
        )
        with pytest.raises(UsageError, match="does not hold both a key and the certificate that"):
            load_signer(file, "")


def test_certificates_beside_the_signers_chain_are_left_out_of_a_signature(
    pdf: bytes, root: Holder, ombudsman: Holder, tmp_path: Path, verify: Verify
) -> None:
    stranger = authority("Stranger").certificate
    holder = Holder(ombudsman.key, ombudsman.certificate, (stranger, *ombudsman.chain))
    (tmp_path / "signer.p12").write_bytes(holder.p12())
    signed = sign(pdf, load_signer(tmp_path / "signer.p12", PASSPHRASE))
    assert len(cms.ContentInfo.load(container_of(signed))["content"]["certificates"]) == 2
    assert verify(signed, root).genuine


@pytest.mark.parametrize(
    "why",
    ["its certificate is not meant for", "its signature is wrong", "it stamped something else"],
)
def test_a_time_stamp_that_verify_would_refuse_is_an_error_when_signing(
    why: str, pdf: bytes, ombudsman: Holder, clock: Holder, tmp_path: Path
) -> None:
    stamper = clock
    if why.startswith("its certificate"):
        stamper = ombudsman
    elif why.startswith("its signature"):
        stamper = Holder(ombudsman.key, clock.certificate)

    def answer(asked: bytes) -> tuple[str, bytes]:
        request = tsp.TimeStampReq.load(asked)
        if why == "it stamped something else":
            request["message_imprint"]["hashed_message"] = bytes(32)
        return time_stamps(stamper)(request.dump())

    (tmp_path / "signer.p12").write_bytes(ombudsman.p12())
    with server({"/": answer}) as url:
        signer = load_signer(tmp_path / "signer.p12", PASSPHRASE, timestamp_url=url)
        with pytest.raises(WriteError, match=rf"gave no time stamp \({why}"):
            sign(pdf, signer)


# ---- the command


def test_verify_ends_with_6_for_a_letter_that_is_unchanged_but_not_of_one_you_trust(
    pdf: bytes, ombudsman: Holder, root: Holder, clock: Holder, workplace: Path
) -> None:
    Path("letter.pdf").write_bytes(signed_by(ombudsman, pdf, clock=clock))
    codes = ((None, 0), (root, 0), (authority("Root"), 6))
    for trusted, code in codes:
        options = [] if trusted is None else ["--trust", str(put(workplace, trusted))]
        assert run("verify", "letter.pdf", *options).exit_code == code
        assert run("verify", "letter.pdf", *options, "--json").exit_code == code
    stamp = ["--trust-timestamp", str(put(workplace, clock))]
    result = run("verify", "letter.pdf", "--trust", put(workplace, root), *stamp)
    assert result.exit_code == 0
    assert re.match(
        r'GENUINE +"letter\.pdf": signed by "Ombudsman" on .* \(time stamp', result.stdout
    )
