"""What was corrected in the letters of all years."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from lgo_letters.run.batch import letter_file
from lgo_letters.run.corrections import Correction
from lgo_letters.site.corrections import sentences
from lgo_letters.site.page import Page
from lgo_letters.site.site import Site, SiteAuthority
from lgo_letters.site.year import SiteYear


def corrections_page(site: Site) -> Iterator[Page]:
    """corrections/index.html."""
    occasions = sorted(_occasions(site), key=lambda occasion: occasion["dated"], reverse=True)
    yield Page(
        "corrections/index.html", "corrections.html", "Corrections", {"occasions": occasions}
    )


def _occasions(site: Site) -> Iterator[dict[str, Any]]:
    """The corrections of one day and reason together; of each year, those made last first."""
    for year in site.years:
        by_occasion = groupby(year.corrections, key=lambda one: (one.dated, one.reason))
        of_year = [(*occasion, _groups(site, year, its)) for occasion, its in by_occasion]
        for dated, reason, groups in reversed(of_year):
            yield {"dated": dated, "reason": reason, "label": year.label, "groups": groups}


def _groups(site: Site, year: SiteYear, corrections: Iterable[Correction]) -> list[dict[str, Any]]:
    """Letters of which the same is said together: their authorities, each with its page if any."""
    with_page = {letter_file(one.name): one for one in site.authorities.values()}
    groups: dict[Any, list[tuple[str, SiteAuthority | None]]] = {}
    for correction in corrections:
        said = correction.is_reissued, (*sentences(correction, year.edition),)
        found = correction.authority, with_page.get(correction.file)
        groups.setdefault(said, []).append(found)
    return [
        {"is_reissued": is_reissued, "sentences": said, "authorities": authorities}
        for (is_reissued, said), authorities in groups.items()
    ]
