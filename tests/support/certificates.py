"""Certificates made for a test, and servers of time stamps and revocation data on loopback."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1_x509
from certomancer.services import TimeStamper
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PASSPHRASE = "correct horse"  # noqa: S105  # of files that live as long as a test
NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
IN_A_YEAR = NOW + 300 * DAY
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


@dataclass(frozen=True)
class Holder:
    """A key with its certificate, and the certificates of those who issued it, up to the root."""

    key: Key
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()
    url: str | None = None
    """Where its revocation list lies."""

    def issue(
        self,
        name: str,
        *,
        key: Key | None = None,
        bits: int = 2048,
        begins: datetime = NOW - DAY,
        ends: datetime = NOW + 30 * DAY,
        use: str | None = "content_commitment",
        purposes: Sequence[x509.ObjectIdentifier] = (),
        for_time_stamps: bool = False,
        issues: bool = False,
    ) -> Holder:
        """A certificate signed by this one; `use` is its key usage, None for none named.

        `purposes` are extended key usages; one that `issues` is an issuer's.
        """
        key = key or rsa.generate_private_key(65537, bits)
        builder = _builder(name, self.certificate.subject, key, begins, ends)
        if use is not None:
            builder = builder.add_extension(_usage(use), critical=True)
        if for_time_stamps:
            purposes = [ExtendedKeyUsageOID.TIME_STAMPING]
        if purposes:
            builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=True)
        if issues:
            constraints = x509.BasicConstraints(ca=True, path_length=None)
            builder = builder.add_extension(constraints, critical=True)
        if self.url is not None:
            point = x509.DistributionPoint(
                [x509.UniformResourceIdentifier(self.url)], None, None, None
            )
            builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        certificate = builder.sign(self.key, hashes.SHA256())
        return Holder(key, certificate, (self.certificate, *self.chain))

    def p12(self, *, chain: bool = True, passphrase: str = PASSPHRASE) -> bytes:
        """It all as a PKCS#12 file."""
        encryption = form.BestAvailableEncryption(passphrase.encode())
        return pkcs12.serialize_key_and_certificates(
            b"signer", self.key, self.certificate, self.chain if chain else None, encryption
        )

    def pem(self) -> bytes:
        return self.certificate.public_bytes(form.Encoding.PEM)

    def key_pem(self) -> bytes:
        return self.key.private_bytes(
            form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()
        )

    def fingerprint(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    def revocation_list(self, *revoked: Holder) -> bytes:
        """A revocation list (RFC 5280, 5) of what it has issued, revoked a day ago."""
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.certificate.subject)
        builder = builder.last_update(NOW - DAY).next_update(NOW + DAY)
        for holder in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(holder.certificate.serial_number)
            builder = builder.add_revoked_certificate(entry.revocation_date(NOW - DAY).build())
        return builder.sign(self.key, hashes.SHA256()).public_bytes(form.Encoding.DER)


def authority(
    name: str, url: str | None = None, *, begins: datetime = NOW - DAY, ends: datetime = IN_A_YEAR
) -> Holder:
    """A root that issues certificates, whose revocation list lies at that address."""
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = _builder(name, subject, key, begins, ends)
    constraints = x509.BasicConstraints(ca=True, path_length=None)
    builder = builder.add_extension(constraints, critical=True)
    builder = builder.add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
    return Holder(key, builder.sign(key, hashes.SHA256()), url=url)


def _builder(
    name: str, issuer: x509.Name, key: Key, begins: datetime, ends: datetime
) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )


def _usage(*uses: str) -> x509.KeyUsage:
    every = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement "
        "key_cert_sign crl_sign encipher_only decipher_only"
    )
    return x509.KeyUsage(**{use: use in uses for use in every.split()})


Answer = Callable[[bytes], tuple[str, bytes]]


@contextmanager
def server(answers: dict[str, Answer]) -> Iterator[str]:
    """An HTTP server on loopback, by its address; each path answers with a type and a content."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the library's own name
            asked = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer = answers.get(self.path)
            if answer is None:
                self.send_error(404)
                return
            kind, content = answer(asked)
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{running.server_port}"
        finally:
            running.shutdown()
            thread.join()


def time_stamps(holder: Holder) -> Answer:
    """Certomancer's time-stamp server (RFC 3161) with this certificate."""
    der, pkcs8 = form.Encoding.DER, form.PrivateFormat.PKCS8
    stamper = TimeStamper(
        asn1_x509.Certificate.load(holder.certificate.public_bytes(der)),
        keys.PrivateKeyInfo.load(holder.key.private_bytes(der, pkcs8, form.NoEncryption())),
        certs_to_embed=[
            asn1_x509.Certificate.load(issuer.public_bytes(der)) for issuer in holder.chain
        ],
    )

    def answer(asked: bytes) -> tuple[str, bytes]:
        request = tsp.TimeStampReq.load(asked)
        return "application/timestamp-reply", stamper.request_tsa_response(request).dump()

    return answer
