"""A page for each type of authority: its averages, and its authorities by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lgo_letters.figures.compare import GroupFigures
from lgo_letters.figures.definitions import AverageMethod
from lgo_letters.figures.explain import drawn_average
from lgo_letters.names import file_stem
from lgo_letters.site import words
from lgo_letters.site.page import Link, Page
from lgo_letters.site.year import Site, SiteAuthority

_INDEX = Link("All councils", "authorities/index.html")


@dataclass(frozen=True, slots=True)
class TypeOfAuthority:
    """A type: its authorities of the newest year by name, and its figures if it is compared."""

    name: str
    members: Sequence[SiteAuthority]
    group: GroupFigures | None

    @property
    def heading(self) -> str:
        """Several of the type."""
        return words.plural(self.name)

    @property
    def slug(self) -> str:
        """What addresses call it."""
        return file_stem(self.name)

    @property
    def path(self) -> str:
        """Where its page lies."""
        return f"types/{self.slug}/index.html"


def types_of(site: Site) -> Sequence[TypeOfAuthority]:
    """The types that have an authority in the newest year, in the edition's order."""
    year = site.newest
    members: dict[str, list[SiteAuthority]] = {}
    for one in site.current:
        members.setdefault(one.authority.type, []).append(one)
    return [
        TypeOfAuthority(type_.name, members[type_.name], year.types.get(type_.name))
        for type_ in year.edition.settings.types
        if type_.name in members
    ]


def type_pages(site: Site) -> Iterator[Page]:
    """types/SLUG/index.html."""
    for type_ in types_of(site):
        values = {"type": type_, "averages": _averages(site, type_)}
        yield Page(type_.path, "type.html", type_.heading, values, [_INDEX])


def _averages(site: Site, type_: TypeOfAuthority) -> list[dict[str, object]]:
    """Each statistic of a compared type: its average, and what that is drawn from."""
    figures, edition = site.newest.figures, site.newest.edition
    if type_.group is None:
        return []
    averages: list[dict[str, object]] = []
    for statistic in figures.definitions.statistics:
        sums = drawn_average(figures, type_.name, statistic).sums
        drawn_from = f"the mean of {sums.number:,} rates"
        if figures.definitions.average_method is AverageMethod.POOLED:
            noun = figures.definitions.noun(statistic.denominator, sums.number)
            drawn_from = f"{int(sums.total):,} of {sums.number:,} {noun}"
        averages.append(
            {
                "name": edition.statistic_name(statistic.name),
                "column": statistic.name,
                "average": words.rate(statistic, sums.average),
                "drawn_from": drawn_from,
            }
        )
    return averages
