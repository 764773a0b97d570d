"""What a signature consists of (CMS, RFC 5652), in the one form that accounts for every byte.

A signature covers its signed attributes, and they the letter and the signer's certificate. What
stands around them follows from them, or is checked by itself: the issuers' certificates, and one
time stamp, which is of the same form. Nothing else has a place in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from asn1crypto import algos, cms, core, parser, tsp, x509
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from .certificates import issuers

_DIGESTS = {"sha256", "sha384", "sha512"}
_NULL = core.Null().dump()


@dataclass(frozen=True, slots=True)
class Container:
    """A signature taken apart; `encoded` is how it must be encoded, `content` what it holds."""

    signer: x509.Certificate
    issuers: tuple[x509.Certificate, ...]
    info: cms.SignerInfo
    kind: str
    content: bytes | None
    time_stamp: Container | None
    encoded: bytes

    def signs(self, content: bytes | memoryview, *more: bytes | memoryview) -> bool:
        """Whether it is a signature of this, by its signer."""
        digest = hashlib.new(self.info["digest_algorithm"]["algorithm"].native, content)
        for part in more:
            digest.update(part)
        return all(validate_sig_integrity(self.info, self.signer, self.kind, digest.digest()))

    def is_stamped(self) -> bool:
        """Whether its time stamp is whole, and one of this signature (RFC 3161, 2.4.2)."""
        stamp = self.time_stamp
        if stamp is None or stamp.content is None or not stamp.signs(stamp.content):
            return False
        imprint = stamp.stamped()["message_imprint"]
        digest = hashlib.new(imprint["hash_algorithm"]["algorithm"].native)
        digest.update(self.info["signature"].native)
        return bool(digest.digest() == imprint["hashed_message"].native)

    def stamped(self) -> Any:
        """What a time stamp says (RFC 3161, 2.4.2: TSTInfo)."""
        return tsp.TSTInfo.load(self.content, strict=True)


def take_apart(container: cms.ContentInfo, kind: str = "data") -> Container:
    """Takes apart a signature of a content of that kind.

    Raises ValueError where something has no place in it: a second signer, attributes that are not
    signed other than one time stamp, certificates that did not issue the signer's.
    """
    if container["content_type"].native != "signed_data":
        raise ValueError("not a signature")
    signed = container["content"]
    (info,) = signed["signer_infos"]
    enclosed = signed["encap_content_info"]
    if enclosed["content_type"].native != kind:
        raise ValueError(f"not a signature of {kind}")
    known = [choice.chosen for choice in signed["certificates"] if choice.name == "certificate"]
    signer = next(certificate for certificate in known if _is_named(certificate, info["sid"]))
    chain = issuers(signer, known)
    in_it = {certificate.dump() for certificate in (signer, *chain)}
    content = None if kind == "data" else bytes(enclosed["content"])
    stamp = _time_stamp(info) if kind == "data" else None
    digest = _algorithm(info["digest_algorithm"], _DIGESTS)
    parts = [
        _integer(1 if kind == "data" else 3),
        _set(digest),
        _sequence(
            cms.ContentType(kind).dump(),
            b"" if content is None else _tagged(0, core.OctetString(content).dump()),
        ),
        _tagged(0, *(known_.dump() for known_ in known if known_.dump() in in_it)),
        _set(_signer_info(info, signer, digest, stamp)),
    ]
    encoded = _sequence(cms.ContentType("signed_data").dump(), _tagged(0, _sequence(*parts)))
    return Container(signer, tuple(chain), info, kind, content, stamp, encoded)


def _is_named(certificate: x509.Certificate, name: cms.SignerIdentifier) -> bool:
    if name.name == "subject_key_identifier":
        return bool(name.chosen.native == certificate.key_identifier)
    return bool(name.chosen.dump() == _name(certificate))


def _name(certificate: x509.Certificate) -> bytes:
    return _sequence(certificate.issuer.dump(), core.Integer(certificate.serial_number).dump())


def _time_stamp(info: cms.SignerInfo) -> Container | None:
    attributes = info["unsigned_attrs"]
    if attributes is core.VOID or not len(attributes):
        return None
    (stamp,) = [
        attribute
        for attribute in attributes
        if attribute["type"].native == "signature_time_stamp_token"
    ]
    (token,) = stamp["values"]
    return take_apart(token, "tst_info")


def _signer_info(
    info: cms.SignerInfo, signer: x509.Certificate, digest: bytes, stamp: Container | None
) -> bytes:
    name = info["digest_algorithm"]["algorithm"].native
    methods = {f"{name}_rsa", f"{name}_ecdsa", "rsassa_pkcs1v15", "rsassa_pss"}
    parts = [
        _integer(1),
        _name(signer),
        digest,
        _tagged(0, info["signed_attrs"].contents),
        _algorithm(info["signature_algorithm"], methods),
        core.OctetString(info["signature"].native).dump(),
    ]
    if stamp is not None:
        kind = cms.CMSAttributeType("signature_time_stamp_token").dump()
        parts.append(_tagged(1, _sequence(kind, _set(stamp.encoded))))
    return _sequence(*parts)


def _algorithm(given: Any, known: Iterable[str]) -> bytes:
    """How one of the algorithms known is encoded: some write NULL for no parameters."""
    name = given["algorithm"].native
    if name not in known:
        raise ValueError(f"the algorithm {name}")
    parameters = given["parameters"].dump()
    if name == "rsassa_pss":
        details = algos.RSASSAPSSParams.load(parameters, strict=True)
        if details["hash_algorithm"]["algorithm"].native not in _DIGESTS:
            raise ValueError("a digest that is no longer safe")
        parameters = details.dump(force=True)
    elif parameters != _NULL:
        parameters = b""
    return _sequence(given["algorithm"].dump(), parameters)


# ---- DER (X.690)


def _integer(number: int) -> bytes:
    return bytes(core.Integer(number).dump())


def _sequence(*parts: bytes) -> bytes:
    return bytes(parser.emit(0, 1, 16, b"".join(parts)))


def _set(part: bytes) -> bytes:
    return bytes(parser.emit(0, 1, 17, part))


def _tagged(number: int, *parts: bytes) -> bytes:
    return bytes(parser.emit(2, 1, number, b"".join(parts)))
