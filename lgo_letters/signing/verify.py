"""Signed PDFs → who signed each, when, and whether it is unchanged; nothing is fetched.

A letter has one signature, and it covers the whole file except for itself:
whatever is added after a signature, even another one, is a change. So the bytes are all that is
looked at. No page, object or table of a stranger's PDF is read, and none can cost time or memory.
"""

from __future__ import annotations

import asyncio
import logging
import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from asn1crypto import cms, parser, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    DisallowedAlgorithmError,
    ExpiredError,
    InsufficientRevinfoError,
    NotYetValidError,
    PathBuildingError,
    RevokedError,
)

from lgo_letters.errors import NotGenuineError, quoted

from .certificates import (
    is_among,
    name_of,
    out_of_date,
    read_certificates,
    read_whole,
    unfit_for_time_stamps,
    unfit_to_sign,
)
from .container import Container, take_apart

logging.getLogger("pyhanko_certvalidator").addHandler(logging.NullHandler())  # it is raised too

_LARGEST_FILE = 32_000_000  # bytes
_LARGEST_SIGNATURE = 1_000_000  # hexadecimal digits
_MOST_REVOCATION_DATA = 8, 1_000_000  # lists of a letter, as many responses; bytes of each
_LONGEST_NAME = 200
_BYTE_RANGE = b"/ByteRange"
_NUMBERS = re.compile(rb"\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
_HEXADECIMAL = re.compile(rb"<(?:[0-9A-F]*|[0-9a-f]*)>")
_MOMENT = re.compile(rb"/M\s*\(D:(\d{14})(?:([+-])(\d\d)'?(\d\d)|Z|\))")
_ESCAPED = re.compile(rb"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Verified:
    """What a letter's signature shows; None for what cannot be said.

    `time` is that of a time stamp which is trusted, else the signer's own claim. `trusted` is None
    where no signer was named to be trusted, `time_stamp_trusted` where no time stamp's issuer was
    or there is no time stamp. `why` says what is wrong, `time_stamp_why` with the time stamp.
    """

    file: str
    signed: bool
    signer: str | None = None
    certificate_sha256: str | None = None
    time: datetime | None = None
    time_stamp: str | None = None
    time_stamp_time: datetime | None = None
    time_stamp_trusted: bool | None = None
    time_stamp_why: str | None = None
    unchanged: bool = False
    covers_all: bool = False
    trusted: bool | None = None
    why: str | None = None

    @property
    def genuine(self) -> bool | None:
        """Whether it is what the signer signed, and the signer one who is trusted."""
        return self.trusted if self.unchanged else False


@dataclass(frozen=True, slots=True)
class _Trust:
    """The certificates that a signer's must be or lead back to, and those for a time stamp's."""

    signers: Sequence[x509.Certificate]
    time_stamps: Sequence[x509.Certificate]


def verify_letters(
    files: Sequence[Path], trust: Sequence[Path], trust_timestamp: Sequence[Path] = ()
) -> list[Verified]:
    """Verifies each letter, with the certificates of those who are trusted, if any.

    Raises UsageError where a file cannot be read, or one to be trusted is not a certificate.
    """
    trusted = _Trust(
        read_certificates(trust, "--trust"),
        read_certificates(trust_timestamp, "--trust-timestamp"),
    )
    return [_verify(str(file), read_whole(file, _LARGEST_FILE), trusted) for file in files]


def raise_unless_genuine(letters: Sequence[Verified]) -> None:
    """Raises NotGenuineError where a letter is unsigned, changed, or signed by another."""
    bad = [letter for letter in letters if letter.genuine is False]
    if bad:
        which = (
            quoted(bad[0].file) if len(bad) == 1 else f"{len(bad):,} of {len(letters):,} letters"
        )
        raise NotGenuineError(
            f"{which} cannot be relied on; ask the sender for the letter as it was signed."
        )


def verified_record(letters: Sequence[Verified]) -> dict[str, Any]:
    """All that is known of each letter; times in ISO 8601."""
    fields = [asdict(letter) | {"genuine": letter.genuine} for letter in letters]
    return {
        "letters": [
            {
                name: value.isoformat() if isinstance(value, datetime) else value
                for name, value in letter.items()
            }
            for letter in fields
        ]
    }


# ---- for a person


def verified_text(letters: Sequence[Verified]) -> str:
    """A line per letter: the verdict, the file, and the rest; a stranger's words are in quotes."""
    return "\n".join(
        f"{_verdict(letter):<11} {quoted(letter.file)}: {_rest(letter)}." for letter in letters
    )


def _verdict(letter: Verified) -> str:
    if not letter.signed:
        return "NOT SIGNED"
    if not letter.unchanged:
        return "CHANGED"
    return {None: "UNCHANGED", False: "NOT TRUSTED", True: "GENUINE"}[letter.trusted]


def _rest(letter: Verified) -> str:
    if not letter.unchanged:
        return letter.why or ""
    signed = f"signed by {_name(letter.signer)} {_when(letter)}; the signature covers all of it"
    if letter.trusted is None:
        return f"{signed}, unchanged since signing; the signer's identity was not checked"
    if not letter.trusted:
        return f"{signed}, unchanged since signing, but {letter.why}"
    return f"{signed}, unchanged since signing by the one you trust"


def _when(letter: Verified) -> str:
    if letter.time_stamp is None:
        return f"{_at(letter.time)} (by the signer's own clock)"
    if letter.time_stamp_trusted:
        return f"{_at(letter.time)} (time stamp by {_name(letter.time_stamp)})"
    stamp = f"the time stamp by {_name(letter.time_stamp)} {_at(letter.time_stamp_time)}"
    wrong = letter.time_stamp_why and f"proves nothing, as {letter.time_stamp_why}"
    return f"{_at(letter.time)} (by the signer's own clock; {stamp} {wrong or 'was not checked'})"


def _at(time: datetime | None) -> str:
    return "at an unknown time" if time is None else f"on {time:%Y-%m-%d at %H:%M:%S %Z}".strip()


def _name(name: str | None) -> str:
    name = name or ""
    return quoted(name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…")


# ---- one letter


def _verify(name: str, content: bytes, trust: _Trust) -> Verified:
    """What a signature shows, whatever has been done to the file."""
    letter = Verified(name, signed=False)
    if b"%PDF-" not in content[:1024]:
        return replace(letter, why="it is not a PDF; it may be damaged")
    number = content.count(_BYTE_RANGE)
    if not number:
        return replace(letter, why="it is not signed")
    letter = replace(letter, signed=True)
    if number > 1:
        why = f"it has {number:,} signatures, and whatever was added after the first is a change"
        return replace(letter, why=why)
    gap = _gap(content)
    if gap is None:
        return replace(letter, why="its signature does not cover all of it")
    letter = replace(letter, covers_all=True)
    try:
        container = _container(content[slice(*gap)])
        before, after = gap
        view = memoryview(content)
        is_signed = container.signs(view[:before], view[after:])
        if not is_signed or (container.time_stamp is not None and not container.is_stamped()):
            return replace(letter, why="it was changed after it was signed")
        return _judged(replace(letter, unchanged=True), container, content, gap, trust)
    except Exception:  # a signature can be broken in any number of ways
        return replace(letter, why="its signature is broken, or holds something it does not cover")


def _gap(content: bytes) -> tuple[int, int] | None:
    """Where the signature stands, if it covers all but itself (ISO 32000-1, 12.8.1)."""
    numbers = _NUMBERS.match(content, content.index(_BYTE_RANGE) + len(_BYTE_RANGE))
    if numbers is None:
        return None
    first, before, after, length = (int(number) for number in numbers.groups())
    if first != 0 or after + length != len(content) or not before < after <= len(content):
        return None
    if after - before > _LARGEST_SIGNATURE or not _HEXADECIMAL.fullmatch(content, before, after):
        return None
    return before, after


def _container(gap: bytes) -> Container:
    """The signature; raises ValueError where there is anything beside it but zeros behind it."""
    filled = bytes.fromhex(gap[1:-1].decode())
    _, _, _, header, body, trailer = parser.parse(filled)
    encoded = header + body + trailer
    if filled[len(encoded) :].strip(b"\0"):
        raise ValueError("something behind the signature")
    container = take_apart(cms.ContentInfo.load(encoded, strict=True))
    if container.encoded != encoded:
        raise ValueError("something beside the signature")
    return container


def _judged(
    letter: Verified, container: Container, content: bytes, gap: tuple[int, int], trust: _Trust
) -> Verified:
    """Whose signature it is, and when it was made, of a letter that is unchanged."""
    letter = replace(
        letter,
        signer=name_of(container.signer),
        certificate_sha256=container.signer.sha256.hex(),
        time=_claimed_time(container, content, gap),
    )
    now = moment = datetime.now(UTC)
    if container.time_stamp is not None:
        letter = _stamped(letter, container.time_stamp, content, trust.time_stamps, now)
        if letter.time_stamp_trusted and letter.time_stamp_time is not None:
            moment = letter.time_stamp_time
            letter = replace(letter, time=moment)
    if not trust.signers:
        return letter
    why = _distrust(container, trust.signers, content, moment, unfit_to_sign)
    if why is not None and " expired on " in why and moment == now:
        why += ", and no trusted time stamp shows that the signature is older"
    return replace(letter, trusted=why is None, why=why and f"the signer's {why}")


def _stamped(
    letter: Verified,
    stamp: Container,
    content: bytes,
    roots: Sequence[x509.Certificate],
    now: datetime,
) -> Verified:
    letter = replace(
        letter,
        time_stamp=name_of(stamp.signer),
        time_stamp_time=stamp.stamped()["gen_time"].native,
    )
    if not roots:
        return letter
    why = _distrust(stamp, roots, content, now, unfit_for_time_stamps)
    return replace(letter, time_stamp_trusted=why is None, time_stamp_why=why and f"its {why}")


def _claimed_time(container: Container, content: bytes, gap: tuple[int, int]) -> datetime | None:
    """The signer's own: an attribute, or the entry M beside the signature (ISO 32000-1, 12.8.1)."""
    for attribute in container.info["signed_attrs"]:
        if attribute["type"].native == "signing_time":
            claimed: datetime = attribute["values"][0].native
            return claimed
    before, after = gap
    beside = content[content.rfind(b"obj", 0, before) : before] if before else b""
    beside += content[after : content.find(b"endobj", after)]
    found = _MOMENT.search(_ESCAPED.sub(lambda code: bytes([int(code[1], 8) & 255]), beside))
    if found is None:
        return None
    digits, sign, hours, minutes = (part and part.decode() for part in found.groups())
    zone = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    try:
        return datetime.strptime(digits or "", "%Y%m%d%H%M%S").replace(
            tzinfo=timezone(-zone if sign == "-" else zone)
        )
    except ValueError:
        return None


# ---- trust


def _distrust(
    container: Container,
    roots: Sequence[x509.Certificate],
    content: bytes,
    moment: datetime,
    unfit: Callable[[x509.Certificate], str | None],
) -> str | None:
    """Why its signer is not to be trusted with it; None where there is trust."""
    certificate = container.signer
    wrong = unfit(certificate) or out_of_date(certificate, moment)
    if wrong is not None:
        return f"certificate {wrong}"
    if is_among(certificate, roots):
        return None
    issuing = [root for root in roots if root.ca]
    if not issuing:
        return _STRANGE
    context: dict[str, Any] = {
        "trust_roots": issuing,
        "other_certs": container.issuers,
        "moment": moment,
        "allow_fetching": False,
    }
    try:
        data: dict[str, Any] = {
            "crls": _embedded(content, b"/CRLs"),
            "ocsps": _embedded(content, b"/OCSPs"),
        }
        try:
            _validate(certificate, ValidationContext(**context, **data))
        except InsufficientRevinfoError:  # it is of another day, and says nothing of this one
            _validate(certificate, ValidationContext(**context))
    except Exception as error:  # as for a signature that is broken
        return _reason(error)
    return None


def _validate(certificate: x509.Certificate, context: ValidationContext) -> None:
    asyncio.run(CertificateValidator(certificate, None, context).async_validate_path())


_ISSUED_WITH = "certificate was issued with a certificate that"
_STRANGE = "certificate is not one you trust, nor was it issued by one"


def _reason(error: Exception) -> str:
    """Why a certificate does not lead back to one that is trusted."""
    match error:
        case PathBuildingError():
            return _STRANGE
        case RevokedError(is_ee_cert=True):
            return f"certificate was revoked on {error.revocation_dt:%Y-%m-%d}"
        case RevokedError():
            return f"{_ISSUED_WITH} was revoked on {error.revocation_dt:%Y-%m-%d}"
        case ExpiredError():
            return f"{_ISSUED_WITH} expired on {error.expired_dt:%Y-%m-%d}"
        case NotYetValidError():
            return f"{_ISSUED_WITH} is not valid before {error.valid_from:%Y-%m-%d}"
        case DisallowedAlgorithmError():
            return "certificate was issued in a way that is no longer safe"
        case ValueError():
            return "certificate cannot be checked because its revocation data is damaged"
    return "certificate was not properly issued by one you trust"


def _embedded(content: bytes, name: bytes) -> list[bytes]:
    """The revocation data of this kind that a letter holds (ETSI EN 319 142-1, 5.4.2: DSS).

    They are streams, which stand in the file as they are, and are found without its tables.
    """
    most, longest = _MOST_REVOCATION_DATA
    entries = re.findall(name + rb"\s*\[([\d\sR]{0,1000})\]", content)
    numbers = re.findall(rb"(\d{1,10})\s+0\s+R", b"".join(entries))
    return list(dict.fromkeys(_stream(content, number, longest) for number in numbers[:most]))


def _stream(content: bytes, number: bytes, longest: int) -> bytes:
    begins = content.rfind(b"\n" + number + b" 0 obj")
    head = content.index(b"stream", begins)
    ends = content.index(b"endstream", head)
    data = content[head + len(b"stream") : ends].removeprefix(b"\r").removeprefix(b"\n")
    if b"/FlateDecode" in content[begins:head]:
        data = zlib.decompressobj().decompress(data, longest)
    return data[:longest]
