"""A letter → its file, typeset and signed: what worker processes do.

The libraries that make letters are imported only where they are used, in the workers.
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

from .pool import Pool, in_this_process, local_pool

if TYPE_CHECKING:
    from lgo_letters.letter.letter import Letter
    from lgo_letters.pdf.typeset import Pdf
    from lgo_letters.signing.sign import Signer

_one_at_a_time = threading.Lock()  # a Dask worker has several threads; ReportLab is not thread-safe


class RenderJob(NamedTuple):
    """A letter to be made, its digest, and whether it has a field even if nobody signs in it."""

    letter: Letter
    sha256: str
    signature_field: bool = False


@dataclass(frozen=True, slots=True)
class RenderedLetter:
    """A letter as a file, its digest, and the number of its pages.

    `unsigned_sha256` is the digest before signing: unlike that of the signed file, it is the same
    for the same letter.
    """

    content: bytes
    sha256: str
    pages: int
    unsigned_sha256: str | None = None


def render_pool(number: int) -> AbstractContextManager[Pool]:
    """Processes that make letters, warmed up; this process alone for one."""
    if number == 1:
        return nullcontext(in_this_process())
    gone = WriteError(
        "A worker process ended before its letters were made; run the command again to make the "
        "rest, with --jobs 1 if it happens again."
    )
    return local_pool(number, gone, _warm_up)


def _warm_up() -> None:
    """Does what needs no letter: imports the libraries and reads the fonts."""
    from lgo_letters.pdf.styles import register_fonts

    register_fonts()
    _typesetter()


def _typesetter() -> Callable[..., Pdf]:
    """What sets a letter: the fast layout, or `typeset` if the line that imports it is deleted."""
    from lgo_letters.pdf.typeset import typeset

    # isort: split
    from lgo_letters.pdf.template import typeset_fast as typeset  # noqa: F811

    return typeset


def unsupported_characters(used: frozenset[str]) -> frozenset[str]:
    """The characters that a letter cannot show."""
    from lgo_letters.pdf.styles import characters_of_the_fonts

    return used - characters_of_the_fonts() | frozenset(filter(needs_shaping, used))


def needs_shaping(character: str) -> bool:
    """Whether a character is not simply set to the right of the one before it.

    Hebrew and Arabic run the other way; a combining mark goes on the letter before it.
    """
    runs_left = unicodedata.bidirectional(character) in ("R", "AL", "AN")
    return runs_left or unicodedata.category(character).startswith("M")


def try_letter(letter: Letter) -> None:
    """Sets a letter and discards it; raises EditionError if it cannot be set."""
    _typesetter()(letter)


def try_each(letters: Sequence[Letter]) -> None:
    """Tries letters one after the other, so that others of their kinds are set faster."""
    for letter in letters:
        try_letter(letter)


def render_letters(jobs: Sequence[RenderJob], signer: Signer | None = None) -> list[RenderedLetter]:
    """Sets letters, and signs them if there is a signer.

    Raises EditionError if one cannot be set, WriteError if one cannot be signed.
    """
    with _one_at_a_time:
        return [_render(job, signer) for job in jobs]


def _render(job: RenderJob, signer: Signer | None) -> RenderedLetter:
    typeset = _typesetter()
    if signer is None:
        pdf = typeset(job.letter, signature_field=job.signature_field, sha256=job.sha256)
        return RenderedLetter(pdf.content, _sha256(pdf.content), pdf.pages)
    from lgo_letters.signing.sign import sign  # needs the extra that a signer comes from

    pdf = typeset(job.letter, signature_field=True, sha256=job.sha256)
    signed = sign(pdf.content, signer)
    return RenderedLetter(signed, _sha256(signed), pdf.pages, _sha256(pdf.content))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
