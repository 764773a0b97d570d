"""The letters of an authority, what was corrected in them, and the way to the data behind."""

from __future__ import annotations

from lgo_letters.run.review import SUPERSEDED
from lgo_letters.site import words
from lgo_letters.site.corrections import sentences
from lgo_letters.site.page import Section
from lgo_letters.site.site import Site, SiteAuthority
from lgo_letters.site.year import AuthorityYear


def letters_section(_: Site, one: SiteAuthority) -> Section | None:
    """Its letters of all years, those that were replaced among them."""
    letters = [
        {
            "path": its_year.letter_path,
            "title": its_year.letter.title,
            "size": words.file_size(its_year.letter_size),
            "reissued": [other.dated for other in its_year.corrections if other.is_reissued][-1:],
            "is_corrected": bool(its_year.corrections),
            "superseded": _superseded(its_year),
        }
        for its_year in one.years
        if its_year.letter_size is not None
    ]
    if not letters:
        return None
    return Section("letters", "Annual review letters", "section-letters.html", {"letters": letters})


def _superseded(its_year: AuthorityYear) -> list[dict[str, object]]:
    return [
        {
            "path": f"{its_year.year.letters_path}/{SUPERSEDED}/{letter.file}",
            "dated": letter.dated,
            "size": letter.size and words.file_size(letter.size),
        }
        for letter in its_year.superseded
    ]


def corrections_section(_: Site, one: SiteAuthority) -> Section | None:
    """What was corrected in its letters, the newest first; None where nothing was."""
    corrections = [
        {
            "correction": correction,
            "label": its_year.year.label,
            "sentences": [*sentences(correction, its_year.year.edition)],
        }
        for its_year in one.years
        for correction in reversed(its_year.corrections)
    ]
    if not corrections:
        return None
    values = {"corrections": corrections}
    return Section("corrections", "Corrections", "section-corrections.html", values)


def data_section(_: Site, __: SiteAuthority) -> Section:
    """A link to the tables to download."""
    return Section("data", "Data", "section-data.html", {})
