"""Letters that others sign, with what this program would refuse, and letters that others alter."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime

from asn1crypto import cms, keys, x509
from cryptography.hazmat.primitives import serialization as form
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from lgo_letters.tagged import SIGNATURE_FIELD

from .certificates import Holder

DER = form.Encoding.DER


def signed_by(
    holder: Holder,
    pdf: bytes,
    *,
    clock: Holder | None = None,
    at: datetime | None = None,
    field: str = SIGNATURE_FIELD,
) -> bytes:
    """Signed by pyHanko's own signer, which asks for nothing, with a time stamp of that time."""
    meta = signers.PdfSignatureMetadata(
        field_name=field, subfilter=SigSeedSubFilter.PADES, signer_key_usage=set()
    )
    signer = signers.SimpleSigner(
        signing_cert=_certificate(holder),
        signing_key=_key(holder),
        cert_registry=SimpleCertificateStore.from_certs(_chain(holder)),
    )
    stamper = None
    if clock is not None:
        stamper = DummyTimeStamper(
            _certificate(clock), _key(clock), certs_to_embed=SimpleCertificateStore.from_certs(_chain(clock)), fixed_dt=at
        )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    signed: bytes = signers.sign_pdf(writer, meta, signer, timestamper=stamper).getvalue()
    return signed


def with_revocation_list(pdf: bytes, content: bytes, *, compressed: bool = False) -> bytes:
    """A letter that holds one, before it is signed (ETSI EN 319 142-1, 5.4.2)."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    stream = generic.StreamObject(stream_data=content)
    if compressed:
        stream.compress()
    lists = generic.ArrayObject([writer.add_object(stream)])
    writer.root["/DSS"] = writer.add_object(generic.DictionaryObject({"/CRLs": lists}))
    writer.update_root()
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def gap_of(signed: bytes) -> tuple[int, int]:
    """Where the digits of the last signature begin and end."""
    begin = signed.rindex(b"/Contents <") + len(b"/Contents <")
    return begin, signed.index(b">", begin)


def container_of(signed: bytes) -> bytes:
    """The signature's own bytes, and the zeros behind them."""
    begin, end = gap_of(signed)
    return bytes.fromhex(signed[begin:end].decode())


def with_container(signed: bytes, container: bytes) -> bytes:
    """The same letter with other bytes in the place of its signature."""
    begin, end = gap_of(signed)
    return signed[:begin] + container.hex().upper().encode().ljust(end - begin, b"0") + signed[end:]


def altered(signed: bytes, change: Callable[[cms.SignedData], None]) -> bytes:
    """The same letter with something else in what its signature does not cover."""
    container = cms.ContentInfo.load(container_of(signed))
    change(container["content"])
    encoded = container.dump(force=True)
    begin, end = gap_of(signed)
    assert 2 * len(encoded) <= end - begin
    return with_container(signed, encoded)


def _certificate(holder: Holder) -> x509.Certificate:
    return x509.Certificate.load(holder.certificate.public_bytes(DER))


def _chain(holder: Holder) -> list[x509.Certificate]:
    return [x509.Certificate.load(issuer.public_bytes(DER)) for issuer in holder.chain]


def _key(holder: Holder) -> keys.PrivateKeyInfo:
    pkcs8 = form.PrivateFormat.PKCS8
    return keys.PrivateKeyInfo.load(holder.key.private_bytes(DER, pkcs8, form.NoEncryption()))
