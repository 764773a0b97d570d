"""Letters that others sign, with what this program would refuse, and letters that others alter."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

from asn1crypto import cms, keys, x509
from cryptography.hazmat.primitives import serialization as form
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from lgo_letters.pdf.canvas import SIGNATURE_FIELD
from tests.support.certificates import Holder

DER = form.Encoding.DER


def signed_by(
    holder: Holder,
    pdf: bytes,
    *,
    clock: Holder | None = None,
    at: datetime | None = None,
    field: str = SIGNATURE_FIELD,
    digest: str = "sha256",
    pss: bool = False,
) -> bytes:
    """Signed by pyHanko's own signer, which asks for nothing, with a time stamp of that time."""
    meta = signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm=digest,
        subfilter=SigSeedSubFilter.PADES,
        signer_key_usage=set(),
    )
    stamper = None
    if clock is not None:
        stamper = DummyTimeStamper(
            certificate_of(clock), _key(clock), certs_to_embed=_issuers(clock), fixed_dt=at
        )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    signed: bytes = signers.sign_pdf(
        writer, meta, _signer(holder, pss=pss), timestamper=stamper
    ).getvalue()
    return signed


def signed_bytes(holder: Holder, before: bytes, room: int = 8000) -> bytes:
    """Anything at all, and a signature behind it that covers it, though no PDF reader finds it."""
    beside = b"\nobj << /M (D:20200401120000Z) /ByteRange [0 %010d %010d %010d] /Contents "
    behind = b" >> endobj\n%%EOF\n"
    begin = len(before) + len(beside % (0, 0, 0))
    before += beside % (begin, begin + room + 2, len(behind))
    digest = hashlib.sha256(before + behind).digest()
    made = asyncio.run(_signer(holder).async_sign(digest, "sha256", use_pades=True))
    digits: str = made.dump().hex()
    return before + b"<" + digits.encode().ljust(room, b"0") + b">" + behind


def with_revocation_list(pdf: bytes, content: bytes, *, compressed: bool = False) -> bytes:
    """A letter that holds one, before it is signed (ETSI EN 319 142-1, 5.4.2)."""
    writer: Any = IncrementalPdfFileWriter(io.BytesIO(pdf))
    stream: Any = generic.StreamObject(stream_data=content)
    if compressed:
        stream.compress()
    lists = generic.ArrayObject([writer.add_object(stream)])
    store: Any = generic.DictionaryObject
    writer.root["/DSS"] = writer.add_object(store({"/CRLs": lists}))
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


def certificate_of(holder: Holder) -> x509.Certificate:
    return x509.Certificate.load(holder.certificate.public_bytes(DER))


def _issuers(holder: Holder) -> Any:
    kind: Any = SimpleCertificateStore
    store = kind()
    for issuer in holder.chain:
        store.register(x509.Certificate.load(issuer.public_bytes(DER)))
    return store


def _signer(holder: Holder, *, pss: bool = False) -> signers.SimpleSigner:
    return signers.SimpleSigner(
        signing_cert=certificate_of(holder),
        signing_key=_key(holder),
        cert_registry=_issuers(holder),
        prefer_pss=pss,
    )


def _key(holder: Holder) -> keys.PrivateKeyInfo:
    pkcs8 = form.PrivateFormat.PKCS8
    return keys.PrivateKeyInfo.load(holder.key.private_bytes(DER, pkcs8, form.NoEncryption()))
