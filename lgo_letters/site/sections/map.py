"""The map: a hexagon for each council, its shape beside it, and what their colour says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lgo_letters.figures.chance import Chance
from lgo_letters.site import places
from lgo_letters.site.page import Section
from lgo_letters.site.site import Site, SiteAuthority
from lgo_letters.site.year import SiteYear

_TIERS = {
    places.LOWER: "Districts and single-tier councils",
    places.COUNTIES: "County councils",
}
_COLUMN, _ROW, _SIDE = 52, 45, 30
"""A hexagon is as wide as a column, and its rows lie one and a half of its sides apart."""

_MIXED, _ABSENT = "mixed", "absent"


@dataclass(frozen=True, slots=True)
class Theme:
    """What the colour says: a word of `labels` for each authority, by its name.

    The words are also those of the hexagons in the template, and of their patterns.
    """

    name: str
    labels: Mapping[str, str]
    words: Mapping[str, str]


def _compliance(year: SiteYear) -> Iterator[Theme]:
    """Whether what was due was complied with, in three words."""
    for statistic in year.definitions.statistics:
        if statistic.name == "compliance":
            words = {}
            for name, one in year.authorities.items():
                due = one.figures.counts[statistic.denominator]
                done = one.figures.counts[statistic.numerator]
                words[name] = ("all" if done == due else "not_all") if due else "none"
            labels = {
                "all": "Complied with every recommendation",
                "not_all": "Did not comply with every recommendation",
                "none": "No recommendation was due",
            }
            yield Theme(year.edition.statistic_name(statistic.name), labels, words)


def _chances(year: SiteYear) -> Iterator[Theme]:
    """What the test against the rest of a type says of each rate that is tested."""
    labels = {
        Chance.HIGHER: "Higher than similar councils",
        Chance.LOWER: "Lower than similar councils",
        Chance.CHANCE: "The difference may be chance",
        Chance.TOO_FEW: "Too few cases to compare",
        "not_compared": "Not compared",
    }
    for statistic, said in year.chances.items():
        words = {name: said.get(name, "not_compared") for name in year.authorities}
        yield Theme(year.edition.statistic_name(statistic), labels, words)


THEMES: tuple[Callable[[SiteYear], Iterator[Theme]], ...] = (_compliance, _chances)
"""What the colour may say; the first is what it says at first. Never a rate."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """A hexagon or a shape: whose it is, and its word of each theme; nobody's has none."""

    at: str | tuple[int, int]
    members: Sequence[SiteAuthority]
    words: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Tier:
    """The councils of one tier: as hexagons, and as shapes on a map of that size.

    `counts` are the numbers of councils by the words of each theme.
    """

    id: str
    name: str
    hexagons: Sequence[_Mark]
    hexagons_size: tuple[int, int]
    shapes: Sequence[_Mark]
    shapes_size: tuple[int, int]
    counts: Sequence[Counter[str]]

    @property
    def shared(self) -> Sequence[Sequence[SiteAuthority]]:
        """The authorities that share a shape."""
        return [mark.members for mark in self.shapes if len(mark.members) > 1]

    def is_mixed(self, theme: int) -> bool:
        """Whether councils that differ share a shape."""
        return any(mark.words and mark.words[theme] == _MIXED for mark in self.shapes)


def map_section(site: Site) -> Section | None:
    """The map of the newest year; None where no authority has a place, or no colour a meaning."""
    themes = [theme for make in THEMES for theme in make(site.newest)]
    layout = places.layout(site.newest.ending)
    tier_of = {one.name: tier for one in site.current if (tier := _tier(site, one, layout))}
    if not themes or not tier_of:
        return None
    tiers = [
        _drawn(site, tier, members, layout[tier], themes)
        for tier in _TIERS
        if (members := [one for one in site.current if tier_of.get(one.name) == tier])
    ]
    values = {
        "themes": themes,
        "tiers": tiers,
        "mixed": _MIXED,
        "used": {_ABSENT, _MIXED}.union(*(theme.labels for theme in themes)),
        "unplaced": [one for one in site.current if one.name not in tier_of],
        "note": places.note() if site.own_map is None else None,
        "attribution": places.attribution(),
    }
    return Section("map", "Find your council on the map", "section-map.html", values)


def _tier(
    site: Site, one: SiteAuthority, layout: Mapping[str, Mapping[str, tuple[int, int]]]
) -> str | None:
    """Where an authority's place is: with the counties, or with all others; None if nowhere."""
    code = places.place_code(one.authority.code)
    for tier in _TIERS:
        if code in layout[tier]:
            return tier
    on_own_map = site.own_map is not None and one.name in site.own_map.shapes
    return places.LOWER if on_own_map else None


def _drawn(
    site: Site,
    tier: str,
    members: Sequence[SiteAuthority],
    cells: Mapping[str, tuple[int, int]],
    themes: Sequence[Theme],
) -> _Tier:
    by_code = {places.place_code(one.authority.code): one for one in members}

    def mark(at: str | tuple[int, int], its: Sequence[SiteAuthority]) -> _Mark:
        words = [{theme.words[one.name] for one in its} for theme in themes] if its else []
        return _Mark(at, its, [one.pop() if len(one) == 1 else _MIXED for one in words])

    hexagons = [
        mark(_centre(*cell), [by_code[code]] if code in by_code else [])
        for code, cell in sorted(cells.items(), key=lambda item: item[1][::-1])
    ]
    drawn: dict[str, list[SiteAuthority]] = {}
    for one in members:
        if (path := _shape(site, one)) is not None:
            drawn.setdefault(path, []).append(one)
    columns, rows = (max(values) for values in zip(*cells.values(), strict=True))
    return _Tier(
        tier.split("_", maxsplit=1)[0],
        _TIERS[tier],
        hexagons,
        (_centre(columns + 1, 1)[0], _centre(0, rows)[1] + _SIDE),
        [mark(path, its) for path, its in drawn.items()],
        places.size() if site.own_map is None else (site.own_map.width, site.own_map.height),
        [Counter(theme.words[one.name] for one in members) for theme in themes],
    )


def _centre(column: int, row: int) -> tuple[int, int]:
    """The middle of a hexagon; odd rows stand half a column to the right."""
    return _COLUMN // 2 * (2 * column + 1 + row % 2), _SIDE + _ROW * row


def _shape(site: Site, one: SiteAuthority) -> str | None:
    if site.own_map is not None:
        return site.own_map.shapes.get(one.name)
    shape = places.shape(places.place_code(one.authority.code))
    return None if shape is None else shape[1]
