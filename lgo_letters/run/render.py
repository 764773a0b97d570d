"""A letter → its file, typeset and signed: what worker processes do.

Who hands letters over needs none of the libraries that make them, so that they are imported where
they are used.
"""

from __future__ import annotations

import hashlib
import threading
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from lgo_letters.errors import WriteError

from .pool import Workers, local_workers, this_process

if TYPE_CHECKING:
    from lgo_letters.letter.letter import Letter
    from lgo_letters.pdf.typeset import Pdf
    from lgo_letters.signing.sign import Signer

_one_at_a_time = threading.Lock()  # a Dask worker has several threads, ReportLab is made for one


class Order(NamedTuple):
    """A letter to be made, and its digest."""

    letter: Letter
    sha256: str


@dataclass(frozen=True, slots=True)
class MadeLetter:
    """A letter as a file, its digest, and the number of its pages.

    Where it is signed, `unsigned_sha256` is the digest of the letter that the signature follows:
    the same for the same letter, which the signed file is not.
    """

    content: bytes
    sha256: str
    pages: int
    unsigned_sha256: str | None = None


def presses(number: int) -> AbstractContextManager[Workers]:
    """So many processes that make letters, of which each gets ready; this process alone is one."""
    if number == 1:
        return nullcontext(this_process())
    gone = WriteError(
        "A worker process ended before its letters were made; run the command again to make the "
        "rest, with --jobs 1 if it happens again."
    )
    return local_workers(number, gone, _get_ready)


def _get_ready() -> None:
    """Does what takes time and needs no letter: imports what makes them, and reads the fonts."""
    from lgo_letters.pdf.styles import register_fonts

    register_fonts()
    _typesetter()


def _typesetter() -> Callable[..., Pdf]:
    """What sets a letter: the fast layout, or `typeset` where the line that imports it is gone."""
    from lgo_letters.pdf.typeset import typeset

    # isort: split
    from lgo_letters.pdf.template import typeset_fast as typeset  # noqa: F811

    return typeset


def lacking_characters(used: frozenset[str]) -> frozenset[str]:
    """Those of the characters that the letter's fonts lack, or that cannot be set right."""
    from lgo_letters.pdf.styles import characters_of_the_fonts

    return used - characters_of_the_fonts() | frozenset(filter(is_set_otherwise, used))


def is_set_otherwise(character: str) -> bool:
    """Whether a character is not simply set behind the one before it, from left to right.

    Hebrew and Arabic run the other way, and a combining mark stands on the letter before it.
    """
    runs_left = unicodedata.bidirectional(character) in ("R", "AL", "AN")
    return runs_left or unicodedata.category(character).startswith("M")


def try_letter(letter: Letter) -> None:
    """Sets a letter and keeps nothing of it; raises EditionError where it cannot be set."""
    _typesetter()(letter)


def make_letters(orders: Sequence[Order], signer: Signer | None = None) -> list[MadeLetter]:
    """Sets letters, and signs them where there is a signer.

    Raises EditionError where one cannot be set, WriteError where one cannot be signed.
    """
    with _one_at_a_time:
        return [_make(each, signer) for each in orders]


def _make(order: Order, signer: Signer | None) -> MadeLetter:
    typeset = _typesetter()
    if signer is None:
        pdf = typeset(order.letter, sha256=order.sha256)
        return MadeLetter(pdf.content, _sha256(pdf.content), pdf.pages)
    from lgo_letters.signing.sign import sign  # needs the extra that a signer comes from

    pdf = typeset(order.letter, signature_field=True, sha256=order.sha256)
    signed = sign(pdf.content, signer)
    return MadeLetter(signed, _sha256(signed), pdf.pages, _sha256(pdf.content))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
