"""What the pages are made of: the years, and each authority with those in which it took part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import pairwise

from lgo_letters.edition.accessibility import Statement
from lgo_letters.figures.bodies import holders
from lgo_letters.figures.compare import GroupFigures
from lgo_letters.figures.history import Past, comparable, past_figures
from lgo_letters.figures.report import Fields
from lgo_letters.names import file_stem
from lgo_letters.run.composed import earlier_years
from lgo_letters.tables.data import Authority
from lgo_letters.tables.history import MOST_YEARS_BACK
from lgo_letters.tables.improvements import Improvement
from lgo_letters.year import ReportingYear

from .geojson import OwnMap
from .words import plural
from .year import AuthorityYear, SiteYear


@dataclass(frozen=True)
class SiteAuthority:
    """An authority with a page, and the years in which it took part, the newest first."""

    authority: Authority
    years: tuple[AuthorityYear, ...]

    @property
    def name(self) -> str:
        """Its name as in authorities.csv."""
        return self.authority.name

    @property
    def newest(self) -> AuthorityYear:
        """The last year in which it took part."""
        return self.years[0]

    @cached_property
    def slug(self) -> str:
        """The name of its folder, and of its letters' files without their ending."""
        return file_stem(self.name)

    @property
    def path(self) -> str:
        """Where its page lies."""
        return f"authorities/{self.slug}/index.html"


@dataclass(frozen=True)
class SiteType:
    """A type: its authorities of the newest year by name, and its figures if it is compared."""

    name: str
    members: Sequence[SiteAuthority]
    group: GroupFigures | None

    @property
    def heading(self) -> str:
        """Several of the type."""
        return plural(self.name)

    @cached_property
    def slug(self) -> str:
        """What addresses call it."""
        return file_stem(self.name)

    @property
    def path(self) -> str:
        """Where its page lies."""
        return f"types/{self.slug}/index.html"


@dataclass(frozen=True)
class FormerName:
    """Another name of an authority, or that of a body that ended on the day `ended`.

    `targets` are the authorities that a page of that name leads to.
    """

    name: str
    slug: str
    ended: date | None
    targets: tuple[SiteAuthority, ...]


@dataclass(frozen=True)
class KnownYear:
    """The figures of a year as printed, whether it is one of the site's or an earlier one.

    `year_of_site` is None where only its figures are known. `recalculated` names those whose
    figures are not the ones that were published, and `like_before` those whose figures may be
    compared with the year known before it; `breaks` says why nobody's may.
    """

    year: ReportingYear
    past: Past
    year_of_site: SiteYear | None
    recalculated: Set[str]
    like_before: Set[str] = frozenset()
    breaks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Site:
    """Everything that the pages say; years go from the newest to the oldest.

    `base_url` is where the site will be served, with a slash at its end, None where nobody said.
    With `draft`, every page says that it is one. `own_map` has the shapes that the body drew
    itself, None for those that ship with the program. `agreed` are all service improvements, those
    of cases that are not published too; `statement` is the body's own on accessibility.
    """

    years: tuple[SiteYear, ...]
    base_url: str | None = None
    draft: bool = False
    own_map: OwnMap | None = None
    agreed: Sequence[Improvement] = ()
    statement: Statement | None = None

    @property
    def newest(self) -> SiteYear:
        """The year that the pages are about; the others are shown beside it."""
        return self.years[0]

    @property
    def title(self) -> str:
        """What the site is called."""
        return self.newest.edition.settings.site.title

    @property
    def publisher(self) -> str:
        """The body whose figures these are."""
        return self.newest.edition.settings.document.author

    @property
    def is_example(self) -> bool:
        """Whether a figure is invented."""
        return any(year.inputs.example for year in self.years)

    @property
    def mark(self) -> Fields:
        """What every row of a table to download says beside its own: that it is invented."""
        return {"example": self.newest.edition.words.example} if self.is_example else {}

    @property
    def is_hidden(self) -> bool:
        """Whether search engines are asked to leave it out."""
        return self.is_example or self.draft

    @cached_property
    def authorities(self) -> Mapping[str, SiteAuthority]:
        """Every authority that took part in one of the years, by its name, sorted by that."""
        names = sorted({name for year in self.years for name in year.authorities}, key=str.casefold)
        return {
            name: SiteAuthority(
                self._rows[name],
                tuple(year.authorities[name] for year in self.years if name in year.authorities),
            )
            for name in names
        }

    @cached_property
    def current(self) -> tuple[SiteAuthority, ...]:
        """Those that take part in the newest year, sorted by name."""
        return tuple(one for one in self.authorities.values() if one.newest.year is self.newest)

    @cached_property
    def types(self) -> Mapping[str, SiteType]:
        """The types that have an authority in the newest year, by name, in the edition's order."""
        members: dict[str, list[SiteAuthority]] = {}
        for one in self.current:
            members.setdefault(one.authority.type, []).append(one)
        return {
            type_.name: SiteType(type_.name, members[type_.name], self.newest.types.get(type_.name))
            for type_ in self.newest.edition.settings.types
            if type_.name in members
        }

    @cached_property
    def _rows(self) -> Mapping[str, Authority]:
        """The rows of authorities.csv by name."""
        return {row.name: row for row in self.newest.inputs.data.authorities}

    @cached_property
    def former_names(self) -> tuple[FormerName, ...]:
        """Names that an authority's page does not have, and that lead to one: each has a page."""
        taken = {one.slug for one in self.authorities.values()}
        found = []
        for row in self._rows.values():
            own = self.authorities.get(row.name)
            targets = self.successors(row) if own is None else (own,)
            for name in (() if own else (row.name,)) + row.also_known_as if targets else ():
                if (slug := file_stem(name)) not in taken:
                    taken.add(slug)
                    found.append(FormerName(name, slug, None if own else row.until, targets))
        return tuple(found)

    @cached_property
    def other_names(self) -> Mapping[str, Sequence[str]]:
        """The former names that lead to an authority, by its name."""
        names: dict[str, list[str]] = {}
        for former in self.former_names:
            for one in former.targets:
                names.setdefault(one.name, []).append(former.name)
        return names

    def successors(self, authority: Authority) -> tuple[SiteAuthority, ...]:
        """Those with a page that came after an authority, chains followed, in their order."""
        found: dict[str, SiteAuthority] = {}
        for name in authority.successors:
            if name in self.authorities:
                found[name] = self.authorities[name]
            else:
                found |= {one.name: one for one in self.successors(self._rows[name])}
        return tuple(found.values())

    @cached_property
    def decision_addresses(self) -> Mapping[tuple[str, str], str]:
        """Where each published decision stands, by its reference and the body that it names."""
        return {
            (one.case.reference, one.case.authority): f"{its_year.decisions_path}#{row_id}"
            for year in reversed(self.years)  # the newest year that has it comes last
            for its_year in year.authorities.values()
            for row_id, one in its_year.decision_rows
        }

    @cached_property
    def improvements(self) -> Mapping[str, Sequence[Improvement]]:
        """The service improvements whose decision is published, by authority.

        Those of a body that takes no part in the newest year are with the one that has its counts.
        """
        holder = holders(self.newest.inputs.data.authorities, self.newest.figures.year)
        found: defaultdict[str, list[Improvement]] = defaultdict(list)
        for one in self.agreed:
            if (one.reference, one.authority) in self.decision_addresses:
                found[holder[one.authority] or one.authority].append(one)
        return found

    @cached_property
    def known_years(self) -> tuple[KnownYear, ...]:
        """The years of the site, and those before of which figures are known; the newest first."""
        authorities = self.newest.inputs.data.authorities
        known = [*sorted(self._known(), key=lambda known: known.year, reverse=True)]
        for index, (now, then) in enumerate(pairwise(known)):
            breaks = self.breaks_between(then.year, now.year)
            alike = comparable(then.past, then.year, now.year, authorities)
            like_before = frozenset() if breaks else alike.keys()
            known[index] = replace(now, like_before=like_before, breaks=breaks)
        return tuple(known)

    def breaks_between(self, then: ReportingYear, now: ReportingYear) -> tuple[str, ...]:
        """What has changed, from one year to a later one, in how figures are made."""
        return self.newest.edition.settings.breaks_between(then, now)

    def _known(self) -> Iterator[KnownYear]:
        published = self.newest.inputs.published
        for year in self.years:
            past = past_figures(year.figures)
            then = published[year.ending].figures if year.ending in published else past
            changed = {name for name in past if name in then and past[name] != then[name]}
            yield KnownYear(year.figures.year, past, year, changed)
        earlier, given = earlier_years(self.newest.inputs), {year.ending for year in self.years}
        for ago in range(1, MOST_YEARS_BACK + 1):
            if self.newest.ending - ago not in given and (found := earlier(ago)) is not None:
                changed = {*found.figures} if found.is_recalculated else set()
                yield KnownYear(found.year, found.figures, None, changed)
