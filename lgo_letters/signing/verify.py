"""Signed PDFs → who signed each, when, and whether it is unchanged; nothing is fetched.

A letter has one signature, and it covers the whole file: whatever is added behind a signature, be
it another, is a change. Where there are several, the last is the one that is told of.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import parser, pem, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509 import load_der_x509_certificate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import (
    DocumentSecurityStore,
    EmbeddedPdfSignature,
    PdfSignatureStatus,
    validate_pdf_signature,
)
from pyhanko.sign.validation.errors import ValidationInfoReadingError
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from lgo_letters.errors import NotGenuineError, UsageError

for _library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_library).addHandler(logging.NullHandler())  # what matters is returned too

_SIGNING_USES = KeyUsageConstraints(
    key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
)


@dataclass(frozen=True, slots=True)
class Verified:
    """What a letter's signature shows; None for what there is no saying.

    `time` is the time stamp's where `time_stamp` names who made one, else the signer's own claim.
    `trusted` is None where nobody was named to be trusted, `time_stamp_trusted` also where there
    is no time stamp. `genuine` needs all of it, and is None at most without --trust.
    """

    file: str
    signed: bool
    signer: str | None = None
    certificate_sha256: str | None = None
    time: datetime | None = None
    time_stamp: str | None = None
    time_stamp_trusted: bool | None = None
    unchanged: bool = False
    covers_all: bool = False
    trusted: bool | None = None
    why: str | None = None

    @property
    def genuine(self) -> bool | None:
        """Whether it is what the signer signed, and the signer one who is trusted."""
        return self.trusted if self.sound else False

    @property
    def sound(self) -> bool:
        """Whether it is signed, and unchanged as a whole."""
        return self.signed and self.unchanged and self.covers_all


def verify_letters(files: Sequence[Path], trust: Sequence[Path]) -> list[Verified]:
    """Verifies each letter, with the certificates of those who are trusted, if any.

    Raises UsageError where a file cannot be read, or one to be trusted is no certificate.
    """
    roots = [_certificate(each) for each in trust]
    return [_verify(str(file), _content(file), roots) for file in files]


def all_genuine(letters: Sequence[Verified]) -> None:
    """Raises NotGenuineError where a letter is unsigned, changed, or signed by another."""
    bad = [each for each in letters if not each.sound or each.trusted is False]
    if bad:
        which = bad[0].file if len(bad) == 1 else f"{len(bad):,} of {len(letters):,} letters"
        raise NotGenuineError(
            f"{which} cannot be relied on; ask the sender for the letter as it was signed."
        )


def verified_text(letters: Sequence[Verified]) -> str:
    """A line a letter."""
    return "\n".join(f"{each.file}: {_sentence(each)}" for each in letters)


def verified_json(letters: Sequence[Verified]) -> str:
    """All that is known of each letter; times in ISO 8601."""
    entries = [
        asdict(each)
        | {"time": None if each.time is None else each.time.isoformat(), "genuine": each.genuine}
        for each in letters
    ]
    return json.dumps({"letters": entries}, ensure_ascii=False, indent=1)


def _sentence(letter: Verified) -> str:
    if letter.signer is None:
        return f"{letter.why}."
    when = "at an unknown time"
    if letter.time is not None:
        when = f"on {letter.time:%Y-%m-%d at %H:%M:%S %Z}".strip()
        if letter.time_stamp is None:
            when += " (by the signer's own clock)"
        else:
            unknown = "" if letter.time_stamp_trusted else ", whose identity was not checked"
            when += f" (time stamp by {letter.time_stamp}{unknown})"
    said = f"signed by {letter.signer} {when}; {_verdict(letter)}"
    return said if letter.why is None else f"{said} ({letter.why})"


def _verdict(letter: Verified) -> str:
    if not letter.covers_all:
        return "CHANGED since signing: the signature does not cover all of it"
    if not letter.unchanged:
        return "CHANGED since signing"
    if letter.trusted is None:
        return (
            "the signature covers all of it; unchanged since signing; the signer's identity was "
            "not checked"
        )
    if not letter.trusted:
        return "unchanged since signing, but NOT signed by the one you trust"
    return "genuine: the signature covers all of it, unchanged since signing by the one you trust"


# ---- one letter


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        what = (error.strerror or str(error)).lower()
        raise UsageError(f"{file} cannot be read ({what}); mend that and run again.") from error


def _certificate(file: Path) -> x509.Certificate:
    content = _content(file)
    try:
        if pem.detect(content):
            _, _, content = pem.unarmor(content)
        certificate = x509.Certificate.load(content, strict=True)
        certificate.native  # noqa: B018  # which parses it
    except (ValueError, TypeError) as error:
        raise UsageError(
            f"{file} is no certificate; give --trust a file in PEM or DER format."
        ) from error
    return certificate


def _verify(name: str, content: bytes, roots: Sequence[x509.Certificate]) -> Verified:
    """Says what a signature shows, whatever somebody has made of the file."""
    try:
        reader = PdfFileReader(io.BytesIO(content))
        found = reader.embedded_regular_signatures
    except Exception:  # no end to the ways in which a file can be broken
        return Verified(name, signed=False, why="not a PDF that can be read; it may be damaged")
    if not found:
        return Verified(name, signed=False, why="not signed")
    try:
        status = _status(reader, found[-1], roots)
        return _verified(name, content, found[-1], status, bool(roots))
    except Exception:  # as above
        return Verified(name, signed=True, why="CHANGED since signing: the signature is broken")


def _status(
    reader: PdfFileReader, signature: EmbeddedPdfSignature, roots: Sequence[x509.Certificate]
) -> PdfSignatureStatus:
    """As of now; with a time stamp that is trusted, as of its time."""
    status = _status_at(reader, signature, roots, None)
    stamp = status.timestamp_validity
    if stamp is not None and stamp.trusted:
        return _status_at(reader, signature, roots, stamp.timestamp)
    return status


def _status_at(
    reader: PdfFileReader,
    signature: EmbeddedPdfSignature,
    roots: Sequence[x509.Certificate],
    moment: datetime | None,
) -> PdfSignatureStatus:
    options: dict[str, Any] = {"trust_roots": list(roots), "allow_fetching": False}
    if moment is not None:
        options["moment"] = moment
    try:
        context = DocumentSecurityStore.read_dss(reader).as_validation_context(options)
    except ValidationInfoReadingError:
        context = ValidationContext(**options)
    status: PdfSignatureStatus = validate_pdf_signature(
        signature, context, key_usage_settings=_SIGNING_USES, skip_diff=True
    )
    return status


def _verified(
    name: str,
    content: bytes,
    signature: EmbeddedPdfSignature,
    status: PdfSignatureStatus,
    someone_is_trusted: bool,
) -> Verified:
    stamp = status.timestamp_validity
    stamp_is_sound = stamp is None or (stamp.intact and stamp.valid)
    certificate = status.signing_cert
    why = None
    if someone_is_trusted and not status.trusted and status.trust_problem_indic is not None:
        why = str(status.trust_problem_indic).rpartition(".")[2].lower().replace("_", " ")
    return Verified(
        name,
        signed=True,
        signer=_subject(certificate),
        certificate_sha256=certificate.sha256.hex(),
        time=status.signer_reported_dt if stamp is None else stamp.timestamp,
        time_stamp=None if stamp is None else _subject(stamp.signing_cert),
        time_stamp_trusted=stamp.trusted if stamp is not None and someone_is_trusted else None,
        unchanged=(
            status.intact and status.valid and stamp_is_sound and _issuers_are_sound(signature)
        ),
        covers_all=_covers_all(content, signature),
        trusted=status.trusted if someone_is_trusted else None,
        why=why,
    )


def _covers_all(content: bytes, signature: EmbeddedPdfSignature) -> bool:
    """Whether nothing but the signature itself stands outside what is signed.

    Behind the signature's own bytes there may be zeros only (ISO 32000-1, 12.8.1).
    """
    first, before, after, length = (int(each) for each in signature.byte_range)
    gap = content[before:after]
    if (first, after + length) != (0, len(content)) or gap[:1] + gap[-1:] != b"<>":
        return False
    _, _, _, header, body, trailer = parser.parse(signature.pkcs7_content)
    filled = (header + body + trailer).hex().encode().ljust(len(gap) - 2, b"0")
    return gap[1:-1] in (filled, filled.upper())


def _issuers_are_sound(signature: EmbeddedPdfSignature) -> bool:
    """Whether the issuers' certificates beside the signature, which it does not cover, are whole.

    One can be looked at where its own issuer's is there too, or is itself.
    """
    known = [load_der_x509_certificate(each.dump()) for each in signature.other_embedded_certs]
    try:
        for each in known:
            for issuer in known:
                if each.issuer == issuer.subject:
                    each.verify_directly_issued_by(issuer)
    except UnsupportedAlgorithm:
        return True  # which says nothing
    except (InvalidSignature, ValueError):
        return False
    return True


def _subject(certificate: x509.Certificate) -> str:
    """Its common name and organisation, on one line, with nothing that a terminal obeys."""
    names = certificate.subject.native
    parts = dict.fromkeys(str(names[k]) for k in ("common_name", "organization_name") if k in names)
    said = ", ".join(parts) or certificate.subject.human_friendly
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in said)
