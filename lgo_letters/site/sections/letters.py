"""The letters of an authority."""

from __future__ import annotations

from lgo_letters.site import words
from lgo_letters.site.page import Section
from lgo_letters.site.year import Site, SiteAuthority


def letters_section(_: Site, one: SiteAuthority) -> Section | None:
    """Its letters of all years."""
    letters = [
        {
            "path": its_year.letter_path,
            "title": its_year.letter.title,
            "size": words.file_size(its_year.letter_size),
        }
        for its_year in one.years
        if its_year.letter_size is not None
    ]
    if not letters:
        return None
    return Section("letters", "Annual review letters", "section-letters.html", {"letters": letters})
