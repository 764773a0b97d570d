"""The e-mail with which a letter goes out, in the edition's wording."""

from __future__ import annotations

import re
from typing import NamedTuple

from lgo_letters.edition.edition import Edition, EmailWording
from lgo_letters.figures.compare import AuthorityFigures
from lgo_letters.figures.history import Earlier
from lgo_letters.tables.data import Authority

from .compose import Reissue, authority_values, values_of_year


class Email(NamedTuple):
    """Its subject, which is one line, and its text, in lines that end with a line feed."""

    subject: str
    text: str


def compose_email(
    wording: EmailWording,
    figures: AuthorityFigures,
    edition: Edition,
    addressee: Authority,
    earlier: Earlier,
    reissue: Reissue | None,
) -> Email:
    """What is said to the addressee of an authority's letter.

    Placeholders stand for what they do in the letter. `reissued` is blank unless the letter was
    made again; then it is the date of that, and `date` that of the letter which it replaces. Raises
    EditionError where a condition leaves nothing.
    """
    values = {
        **values_of_year(edition),
        **authority_values(figures, edition, addressee, earlier),
        "reissued": "",
        "on_blank": lambda _: None,
    }
    if reissue is not None:
        format_date = edition.words.format_date
        values["reissued"] = format_date(reissue.dated)
        values["date"] = format_date(reissue.replaces)
    lines = "\n".join(map(str.rstrip, wording.text.text(values).splitlines()))
    text = re.sub(r"\n{3,}", "\n\n", lines).strip("\n")
    return Email(" ".join(wording.subject.text(values).split()), f"{text}\n")
