"""All authorities by type, and a page for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from lgo_letters.site import charts, words
from lgo_letters.site.page import Link, Page, Section
from lgo_letters.site.year import AuthorityYear, Site, SiteAuthority

from .types import TypeOfAuthority, types_of
from .years import years_section

INDEX = Link("All councils", "authorities/index.html")


def authority_pages(site: Site) -> Iterator[Page]:
    """authorities/index.html and authorities/SLUG/index.html."""
    types = types_of(site)
    regions = sorted({one.authority.region for one in site.current if one.authority.region})
    yield Page(INDEX.path, "authorities.html", INDEX.text, {"types": types, "regions": regions})
    for one in site.authorities.values():
        yield _authority_page(site, one, types)


def _authority_page(site: Site, one: SiteAuthority, types: Sequence[TypeOfAuthority]) -> Page:
    type_ = next((type_ for type_ in types if type_.name == one.authority.type), None)
    sections = [section for make in SECTIONS if (section := make(site, one)) is not None]
    values = {
        "one": one,
        "type": type_,
        "sections": sections,
        "successors": site.successors(one.authority),
    }
    trail = [INDEX] if type_ is None else [INDEX, Link(type_.heading, type_.path)]
    return Page(one.path, "authority.html", one.name, values, trail)


def _panels(_: Site, one: SiteAuthority) -> Section:
    """The panels of its newest year, as in the letter."""
    newest = one.newest
    panels = [
        {"panel": panel, "bars": _bars(newest, index)}
        for index, panel in enumerate(newest.letter.panels)
    ]
    values = {"panels": panels, "language": newest.letter.language}
    return Section("figures", f"Key figures, {newest.year.label}", "section-figures.html", values)


def _bars(one: AuthorityYear, index: int) -> dict[str, object] | None:
    """A bar for the authority's rate and one for the average; None where the panel has no chart."""
    statistic, chart = one.year.edition.panels[index].statistic, one.letter.panels[index].chart
    if statistic is None or chart is None or chart.share is None:
        return None
    authority = one.figures.authority
    rate = words.rate(statistic, statistic.rate(one.figures.counts))
    bars = [(authority.name, rate, charts.share(chart.share))]
    if chart.average is not None:
        average = words.rate(statistic, one.figures.averages[statistic.name])
        bars.append((f"All {words.plural(authority.type)}", average, charts.share(chart.average)))
    said = "; ".join(f"{label}, {figure}" for label, figure, _ in bars)
    return {"bars": bars, "alternative": f"Bar chart: {said}."}


def _way_through(_: Site, one: SiteAuthority) -> Section | None:
    """How many were decided, investigated and upheld; None where the edition counts otherwise."""
    year, counts = one.newest.year, one.newest.figures.counts
    definitions = year.definitions
    first = next(iter(definitions.statistics), None)
    if first is None or not {first.denominator, first.numerator} <= {*definitions.row_counts}:
        return None
    names = dict.fromkeys(("decisions", first.denominator, first.numerator))
    most = max(counts[name] for name in names)
    steps = [
        {
            "count": name,
            "number": counts[name],
            "noun": definitions.noun(name, counts[name]),
            "share": charts.share(charts.fraction(counts[name], most)),
        }
        for name in names
    ]
    breakdown = year.by_decision[one.name]
    values = {
        "steps": steps,
        "statistic": year.edition.statistic_name(first.name),
        "of": definitions.noun(first.denominator, 2),
        "all": definitions.noun("decisions", 2),
        "kinds": [(kind or "(none)", row["decisions"]) for kind, row in breakdown.rows.items()],
        "total": breakdown.total["decisions"],
        "label": year.label,
    }
    return Section("decided", "From decision to outcome", "section-way.html", values)


def _letters(_: Site, one: SiteAuthority) -> Section | None:
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


SECTIONS: tuple[Callable[[Site, SiteAuthority], Section | None], ...] = (
    _panels,
    _way_through,
    years_section,
    _letters,
)
"""The parts of an authority's page. A new one is a function here, or in a module of its own, with a
template; it gives None where there is nothing to show."""
