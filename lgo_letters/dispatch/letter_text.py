"""Whether a PDF is the letter that it should be, by what stands on its own pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain

from lgo_letters.names import key
from lgo_letters.pdf.text import page_texts

from .draft import Planned


def wrong_letter(planned: Planned, names: Sequence[str], table: str) -> str | None:
    """Why a PDF, by its own text, is not the letter to send; None where it is.

    It has to begin with the date as the edition has it now and with the address and the salutation
    as the table has them, and to name the authority; `names` are those of all authorities, as
    `letters_of` gives them. What is wrong completes a sentence that starts with the file.
    """
    letter, name = planned.letter, planned.authority.name
    reissued = "" if letter.reissued is None else letter.reissued.text
    pages = page_texts(planned.outgoing.attachments[0].path)
    try:
        text = letters_of(next(pages, ""))
        head = letters_of(" ".join((*letter.address, reissued, letter.salutation)))
        is_addressed = head in text
        date = letters_of(f"{letter.date} {letter.delivery}")
        is_dated = re.search(rf"(?<!\d){date}{head}", text) is not None
        if not any(is_named(name, one, names) for one in chain([text], map(letters_of, pages))):
            return f"does not name {name}, so it may be the letter to another; look at it."
    except ValueError:
        return "is not a PDF that can be read; look at it."
    if not is_addressed:
        to = ", ".join(letter.address)
        return (
            f"is not addressed to {to} ({letter.salutation}), as {table} has it now; correct "
            "that, or have the letter made again."
        )
    if not is_dated:
        return (
            f"does not bear the date that the edition has now, {letter.date}; correct that, or "
            "have the letter made again."
        )
    return None


def letters_of(text: str) -> str:
    """Its letters and digits alone: a page breaks lines where it must."""
    return "".join(filter(str.isalnum, key(text)))


def is_named(name: str, text: str, names: Sequence[str]) -> bool:
    """Whether a name stands in a text, and not only as a part of another authority's `names`."""
    name = letters_of(name)
    if name not in text:
        return False
    for other in names:
        if name in other and name != other:
            text = text.replace(other, "|")
    return name in text
