"""Certificates (X.509, RFC 5280): what each may be used for, and who issued it."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from asn1crypto import pem, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509 import load_der_x509_certificate

from lgo_letters.errors import UsageError, quoted, reason

_LEAST_RSA_BITS = 2048  # NIST SP 800-131A
_LARGEST_FILE = 1_000_000  # bytes
_MOST_IN_A_CHAIN = 10
_SIGNING_USES = {"digital_signature", "non_repudiation"}
_SIGNING_PURPOSES = {
    "2.5.29.37.0": "anything",
    "1.3.6.1.5.5.7.3.4": "mail",
    "1.3.6.1.5.5.7.3.36": "documents",  # RFC 9336
    "1.3.6.1.4.1.311.10.3.12": "documents (Microsoft)",
    "1.2.840.113583.1.1.5": "documents (Adobe)",
}
_TIME_STAMPS = "1.3.6.1.5.5.7.3.8"
_OTHER_PURPOSES = {
    "1.3.6.1.5.5.7.3.1": "TLS servers",
    "1.3.6.1.5.5.7.3.2": "TLS clients",
    "1.3.6.1.5.5.7.3.3": "programs",
    _TIME_STAMPS: "time stamps",
    "1.3.6.1.5.5.7.3.9": "revocation data",
}


def unfit_to_sign(certificate: x509.Certificate) -> str | None:
    """Why letters cannot be signed with it, which completes "the certificate"; None if they can.

    Key usages are those of RFC 5280, 4.2.1.3 and 4.2.1.12; one that is not there forbids nothing.
    """
    key = certificate.public_key
    if key.algorithm.startswith("rsa") and key.bit_size < _LEAST_RSA_BITS:
        return f"has an RSA key of {key.bit_size:,} bits; it needs at least {_LEAST_RSA_BITS:,}"
    if certificate.ca:
        return "is for issuing certificates and not for signatures"
    uses = certificate.key_usage_value
    if uses is not None and not uses.native & _SIGNING_USES:
        return (
            "is not meant for signatures (its key usage is neither digitalSignature nor "
            "nonRepudiation)"
        )
    purposes = _purposes(certificate)
    if purposes and not purposes & _SIGNING_PURPOSES.keys():
        meant = {_OTHER_PURPOSES.get(purpose, "other purposes") for purpose in purposes}
        return f"is meant for {' and '.join(sorted(meant))} and not for signatures"
    return None


def unfit_for_time_stamps(certificate: x509.Certificate) -> str | None:
    """The same of time stamps, for which it must be meant alone (RFC 3161, 2.3)."""
    alone = _purposes(certificate) == {_TIME_STAMPS}
    return None if alone else "is not meant for time stamps"


def _purposes(certificate: x509.Certificate) -> set[str]:
    return {purpose.dotted for purpose in certificate.extended_key_usage_value or ()}


def out_of_date(certificate: x509.Certificate, moment: datetime) -> str | None:
    """Why it is not valid at a moment, which completes "the certificate"; None where it is."""
    begins, ends = certificate.not_valid_before, certificate.not_valid_after
    if moment > ends:
        return f"expired on {ends:%Y-%m-%d}"
    return f"is not valid before {begins:%Y-%m-%d}" if moment < begins else None


def issuers(
    certificate: x509.Certificate, known: Sequence[x509.Certificate]
) -> list[x509.Certificate]:
    """Those known whose keys signed the certificate, its issuer's and so on, the nearest first.

    Raises ValueError where one that issued itself is damaged, or where there are too many.
    """
    if len(known) > _MOST_IN_A_CHAIN:
        raise ValueError("too many certificates")
    chain = [certificate]
    while not is_issuer(chain[-1], chain[-1]):
        issuer = next((other for other in known if is_issuer(other, chain[-1])), None)
        if issuer is None and chain[-1].self_issued:
            raise ValueError("a damaged certificate")
        if issuer is None or is_among(issuer, chain):
            break
        chain.append(issuer)
    return chain[1:]


def is_issuer(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    """Whether the one's key signed the other."""
    if issuer.subject.dump() != certificate.issuer.dump():
        return False
    try:
        with warnings.catch_warnings(action="ignore"):  # of numbers that RFC 5280 forbids
            signed = load_der_x509_certificate(certificate.dump())
            signed.verify_directly_issued_by(load_der_x509_certificate(issuer.dump()))
    except (InvalidSignature, TypeError, UnsupportedAlgorithm, ValueError):
        return False
    return True


def is_among(certificate: x509.Certificate, others: Iterable[x509.Certificate]) -> bool:
    """Whether it is one of them, byte for byte."""
    return any(certificate.dump() == other.dump() for other in others)


def name_of(certificate: x509.Certificate) -> str:
    """Its common name and organisation, as they are written there."""
    names = certificate.subject.native
    parts = dict.fromkeys(
        str(names[key]) for key in ("common_name", "organization_name") if key in names
    )
    return ", ".join(parts) or str(certificate.subject.human_friendly)


def read_certificates(files: Iterable[Path], option: str) -> list[x509.Certificate]:
    """All certificates of some files, each of which is in PEM or DER format.

    Raises UsageError, which names the option, where one cannot be read or holds none.
    """
    certificates = []
    for file in files:
        content = read_whole(file, _LARGEST_FILE)
        try:
            blocks = pem.unarmor(content, multiple=True) if pem.detect(content) else []
            found = [der for kind, _, der in blocks if kind == "CERTIFICATE"]
            for der in found or [content]:
                certificate = x509.Certificate.load(der, strict=True)
                certificate.native  # noqa: B018  # which parses it
                certificates.append(certificate)
        except (ValueError, TypeError) as error:
            raise UsageError(
                f"{quoted(file)} is not a certificate; give {option} a file in PEM or DER format."
            ) from error
    return certificates


def read_whole(file: Path, most: int) -> bytes:
    """The bytes of an ordinary file; raises UsageError if it is larger or cannot be read."""
    try:
        if not file.is_file():  # opening a pipe would wait for whoever writes to it
            raise UsageError(f"{quoted(file)} is not an ordinary file; give another one.")
        with file.open("rb") as opened:
            content = opened.read(most + 1)
    except OSError as error:
        raise UsageError(
            f"{quoted(file)} cannot be read ({reason(error)}); fix that, and run again."
        ) from error
    if len(content) > most:
        raise UsageError(f"{quoted(file)} has more than {most:,} bytes; give another file.")
    return content
