"""Letter's PDF → signed PDF: PAdES signatures (ETSI EN 319 142-1), made by pyHanko.

The signature fills the field that `typeset` leaves, in an update behind the letter: the unsigned
letter is the untouched beginning of the signed one, and the signature covers the whole file.

    B-B   the signature alone
    B-T   with a time stamp (RFC 3161) from a server
    B-LT  with a time stamp and the revocation data of all certificates

pyHanko comes with the extra `lgo-letters[sign]`; without it, importing this module fails.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import logging
import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import certifi
from asn1crypto import cms, pkcs12, tsp, x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import attributes, signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError, as_signing_certificate_v2
from pyhanko.sign.signers import constants
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, SigDSSPlacementPreference
from pyhanko.sign.timestamps.aiohttp_client import HTTPTimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, RevokedError, ValidationError
from pyhanko_certvalidator.fetchers import OwnedFetcherBackend
from pyhanko_certvalidator.fetchers.aiohttp_fetchers import AIOHttpFetcherBackend
from pyhanko_certvalidator.fetchers.aiohttp_fetchers.util import LazySession
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

from lgo_letters.errors import UsageError, WriteError
from lgo_letters.pdf.canvas import SIGNATURE_FIELD

from .certificates import issuers, out_of_date, read_whole, unfit_for_time_stamps, unfit_to_sign
from .container import take_apart

for _library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_library).addHandler(logging.NullHandler())  # what matters is raised too

_TIMEOUT = 20  # seconds that a time-stamp server may take
_LONGEST_TIME_STAMP = 64_000  # bytes of a server's answer
_LONGEST_REVOCATION_DATA = 1_000_000  # bytes of one answer; verify reads no more
_LARGEST_KEY_FILE = 1_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Signer:
    """Whose signature, and what goes with it: checked, and fit to be sent to another process.

    `content` is a PKCS#12 file; `timestamp_url` is None for no time stamp.
    """

    file: str
    content: bytes = field(repr=False)
    passphrase: bytes = field(repr=False)
    timestamp_url: str | None = None
    revocation: bool = False

    def certificate_sha256(self) -> str:
        """The fingerprint of the certificate: whose signature it is."""
        return hashlib.sha256(_opened(self).certificate.dump()).hexdigest()


def load_signer(
    file: Path, passphrase: str, *, timestamp_url: str | None = None, revocation: bool = False
) -> Signer:
    """Reads a PKCS#12 file (RFC 7292), and checks that letters can be signed with it now.

    Raises UsageError where the passphrase is wrong, the file does not hold a key with its
    certificate, or the certificate is not valid today or not meant for signatures.
    """
    if timestamp_url is not None and not _is_web_address(timestamp_url):
        raise UsageError(
            f'"{timestamp_url}" is not the address of a time-stamp server; give --timestamp-url '
            "one that starts with http:// or https://."
        )
    try:
        encoded = passphrase.encode()
    except UnicodeEncodeError as error:
        raise UsageError(
            "The passphrase is not UTF-8; write it in that encoding where it is set."
        ) from error
    content = read_whole(file, _LARGEST_KEY_FILE)
    signer = Signer(file.name, content, encoded, timestamp_url, revocation)
    _check(signer, _opened(signer))
    return signer


def sign(pdf: bytes, signer: Signer) -> bytes:
    """The PDF, whose empty signature field is filled, as PAdES B-B, B-T or B-LT.

    Raises WriteError where the time-stamp server or one with revocation data fails.
    """
    update = _Update(io.BytesIO(pdf))
    try:
        pdf_signer, room = _pdf_signer(signer)
        signed = pdf_signer.sign_pdf(update, existing_fields_only=True, bytes_reserved=room)
    except (SigningError, PathError, ValidationError) as error:
        if not signer.revocation:
            raise
        what = f"revocation data for {signer.file} or its time stamp cannot be fetched"
        if isinstance(error.__cause__ or error, RevokedError):
            what = "a certificate of the signature or of its time stamp has been revoked"
        raise WriteError(
            f"The letter was not signed: {what}; ask the certificate's issuer, try again later, or "
            "sign without --revocation."
        ) from error
    content: bytes = signed.getvalue()
    return content


# ---- the key and its certificates


@dataclass(frozen=True, slots=True)
class _Opened:
    """What a PKCS#12 file holds; `others` are the certificates of those who issued the first."""

    key: RSAPrivateKey | EllipticCurvePrivateKey
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


@lru_cache(maxsize=1)
def _opened(signer: Signer) -> _Opened:
    """The key and the certificates, parsed once per process: a key is checked as it is parsed."""
    if not _is_pkcs12(signer.content):
        raise UsageError(
            f"{signer.file} is not a PKCS#12 file; give --sign-with a .p12 or .pfx file that holds "
            "the key and its certificate."
        )
    try:
        key, certificate, others = _decrypted(signer)
    except UnsupportedAlgorithm as error:
        raise UsageError(
            f"{signer.file} is encrypted in a way that is no longer in use; export it again, with "
            "AES, from the program that made it."
        ) from error
    except ValueError as error:
        raise UsageError(
            f"The passphrase does not open {signer.file}; give the one it was exported with."
        ) from error
    if key is None or certificate is None:
        raise UsageError(
            f"{signer.file} does not hold both a key and the certificate that belongs to it; "
            "export it with both."
        )
    if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise UsageError(
            f"The key in {signer.file} is of a kind that PDF/A-3 has no signature for; use an RSA "
            "or an elliptic-curve (ECDSA) key."
        )
    own = _asn1(certificate)
    try:
        return _Opened(key, own, tuple(issuers(own, [_asn1(other) for other in others])))
    except ValueError as error:
        raise UsageError(
            f"{signer.file} holds {error}; export it again, with only its own chain."
        ) from error


def _is_pkcs12(content: bytes) -> bool:
    try:
        return bool(pkcs12.Pfx.load(content, strict=True)["version"].native == "v3")
    except (ValueError, TypeError):
        return False


def _decrypted(signer: Signer) -> Any:
    """Key, certificate and others; an empty passphrase is a passphrase, or none at all."""
    try:
        return load_key_and_certificates(signer.content, signer.passphrase)
    except ValueError:
        if signer.passphrase:
            raise
        return load_key_and_certificates(signer.content, None)


def _asn1(certificate: Any) -> x509.Certificate:
    return x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def _check(signer: Signer, opened: _Opened) -> None:
    """Raises UsageError where letters cannot be signed with the certificate today."""
    certificate = opened.certificate
    if (wrong := unfit_to_sign(certificate)) is not None:
        raise UsageError(
            f"The certificate in {signer.file} {wrong}; use one that is made for signatures."
        )
    if (wrong := out_of_date(certificate, datetime.now(UTC))) is not None:
        raise UsageError(
            f"The certificate in {signer.file} {wrong}; ask its issuer for another one, or set "
            "this computer's clock right."
        )
    if signer.revocation and certificate in _anchors([certificate, *opened.others]):
        raise UsageError(
            f"{signer.file} does not hold the certificate of the issuer, who says which "
            "certificates are revoked; export it with its chain, or sign without --revocation."
        )


def _anchors(certificates: Iterable[x509.Certificate]) -> list[x509.Certificate]:
    """Those that none of the others issued: where a chain begins, as far as it is known."""
    known = list(certificates)
    return [
        certificate
        for certificate in known
        if certificate.self_issued
        or not any(other.subject == certificate.issuer for other in known)
    ]


# ---- pyHanko, as it is used here


@lru_cache(maxsize=1)
def _pdf_signer(signer: Signer) -> tuple[_PdfSigner, int]:
    """The signer, and the hexadecimal digits of its signature: worked out once per process."""
    opened = _opened(signer)
    timestamper = None
    if signer.timestamp_url is not None:
        timestamper = _TimeStamper(signer.timestamp_url, timeout=_TIMEOUT)
    meta = signers.PdfSignatureMetadata(
        field_name=SIGNATURE_FIELD,
        subfilter=SigSeedSubFilter.PADES,
        embed_validation_info=signer.revocation,
        validation_context=_fetching(opened, timestamper) if signer.revocation else None,
        signer_key_usage=set(),  # checked when the signer was loaded
        dss_settings=DSSContentSettings(
            include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
        ),
    )
    key = _KeyParsedOnce(opened)
    trial = asyncio.run(
        key.async_sign(
            bytes(64), constants.DEFAULT_MD, dry_run=True, use_pades=True, timestamper=timestamper
        )
    )
    room = 2 * (len(trial.dump()) * 3 // 2)  # with half as much again for a longer time stamp
    return _PdfSigner(meta, key, timestamper=timestamper), room


def _fetching(opened: _Opened, timestamper: _TimeStamper | None) -> ValidationContext:
    """A context that fetches the revocation data of every certificate, once, and wants them all.

    What is to be proven here is not trust, but that nothing was revoked, so the chains' own
    beginnings are their anchors.
    """
    certificates = [opened.certificate, *opened.others]
    if timestamper is not None:
        asyncio.run(timestamper.async_dummy_response(constants.DEFAULT_MD))
        certificates += timestamper.cert_registry
    sessions: Any = _Sessions(_Answer)  # which is taken, though the types of pyHanko say it is not
    return ValidationContext(
        trust_roots=_anchors(certificates),
        other_certs=certificates,
        allow_fetching=True,
        fetcher_backend=OwnedFetcherBackend(AIOHttpFetcherBackend(sessions)),
        revocation_mode="require",
    )


class _KeyParsedOnce(signers.Signer):
    """Signs with a key that is parsed already; pyHanko's own signer parses it twice a letter."""

    def __init__(self, opened: _Opened) -> None:
        registry = SimpleCertificateStore.from_certs(opened.others)
        super().__init__(signing_cert=opened.certificate, cert_registry=registry)
        self.signed_attr_prov_spec = _SignedAttributes(opened.certificate)
        self._key = opened.key

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """The raw signature, PKCS#1 v1.5 or ECDSA; for a dry run as many bytes."""
        digest = get_pyca_cryptography_hash(digest_algorithm)
        if isinstance(self._key, EllipticCurvePrivateKey):
            return self._key.sign(data, ECDSA(digest))
        if dry_run:
            return bytes(self._key.key_size // 8)
        return self._key.sign(data, PKCS1v15(), digest)


class _SignedAttributes(
    attributes.SignedAttributeProviderSpec, attributes.SigningCertificateV2Provider
):
    """What a PAdES signature signs beside the digest (ETSI EN 319 142-1, 6.3).

    It is the one attribute that pyHanko does not add itself, a reference to the signer's
    certificate. It is the same for every letter; pyHanko takes twice as long to make it each time.
    """

    def __init__(self, certificate: x509.Certificate) -> None:
        super().__init__(certificate)
        built = as_signing_certificate_v2(certificate)
        self._reference = tsp.SigningCertificateV2.load(built.dump())  # not encoded each time

    async def build_attr_value(self, dry_run: bool = False) -> tsp.SigningCertificateV2:
        """The reference."""
        return self._reference

    def signed_attr_providers(
        self, data_digest: bytes, digest_algorithm: str
    ) -> Iterable[attributes.CMSAttributeProvider]:
        """The reference to the signer's certificate, and nothing else."""
        return [self]


class _PdfSigner(signers.PdfSigner):
    """Leaves the file at PDF 1.7, whatever the key: PDF/A-3 knows no later (ISO 19005-3, 6.1.2)."""

    def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:
        """Registers the one extension that says PAdES."""
        pdf_out.register_extension(constants.ESIC_EXTENSION_1)


class _Update(IncrementalPdfFileWriter):
    """Adds to the letter and leaves its description as it is, which pyHanko would write again."""

    def _update_meta(self) -> None:
        pass


class _Answer(aiohttp.ClientResponse):
    """A server's answer, of which no more is read than it may be long."""

    longest = _LONGEST_REVOCATION_DATA

    async def read(self) -> bytes:
        """The whole answer; raises ValueError where it is longer."""
        content = bytearray()
        async for piece in self.content.iter_chunked(2**16):
            content += piece
            if len(content) > self.longest:
                self.close()
                raise ValueError(f"its answer is longer than {self.longest:,} bytes")
        return bytes(content)


class _TimeStampAnswer(_Answer):
    longest = _LONGEST_TIME_STAMP


class _Sessions(LazySession):
    """Sessions as pyHanko starts them, but with answers of bounded length."""

    _session: aiohttp.ClientSession | None

    def __init__(self, answer: type[_Answer]) -> None:
        super().__init__()
        self._answer = answer

    def get_session(self) -> aiohttp.ClientSession:
        """The one session there is, started where there is none."""
        if self._session is None:
            trusted = ssl.create_default_context(cafile=certifi.where())
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=trusted), response_class=self._answer
            )
        return self._session


class _TimeStamper(HTTPTimeStamper):
    """Time stamps over HTTP, whose every failure is a WriteError."""

    @asynccontextmanager
    async def _acquire_session(self) -> AsyncIterator[aiohttp.ClientSession]:
        sessions = _Sessions(_TimeStampAnswer)
        try:
            yield sessions.get_session()
        finally:
            await sessions.close()

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """A time stamp of this digest (RFC 3161, 2.2: what the client is to check).

        It is encoded as `verify` wants it, which no server has to know.
        """
        try:
            token = await super().async_timestamp(message_digest, md_algorithm)
            stamp = take_apart(token, "tst_info")
            stamped = stamp.stamped()["message_imprint"]["hashed_message"].native
            if stamped != message_digest:
                raise ValueError("it stamped something else")
            if (wrong := unfit_for_time_stamps(stamp.signer)) is not None:
                raise ValueError(f"its certificate {wrong}")
            if stamp.content is None or not stamp.signs(stamp.content):
                raise ValueError("its signature is wrong")
        except Exception as error:  # pyHanko takes a strange answer apart without looking
            what, host = str(error), urlsplit(self.url).hostname
            raise WriteError(
                f"The letter was not signed: the time-stamp server {host} gave no time stamp "
                f"({what[:1].lower()}{what[1:]}); try again later, check --timestamp-url, or sign "
                "without it."
            ) from error
        return cms.ContentInfo.load(stamp.encoded)
