"""An authority's newest year: its panels, as in the letter, and what they are shares of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from lgo_letters.figures.definitions import Statistic
from lgo_letters.letter.letter import Panel
from lgo_letters.site import charts, words
from lgo_letters.site.page import Section
from lgo_letters.site.site import Site, SiteAuthority
from lgo_letters.site.year import AuthorityYear


class Bars(NamedTuple):
    """Bars, each with its label, its figure and its length; `alternative` says the same."""

    alternative: str
    bars: Sequence[tuple[str, str | None, str | None]]


def chance_remark(one: AuthorityYear, statistic: Statistic) -> str | None:
    """What a difference from the rest of the type may mean; None where none is tested."""
    comparison, chance = one.year.edition.settings.comparison, one.chance(statistic)
    return None if comparison is None or chance is None else comparison.sentence(chance)


REMARKS: tuple[Callable[[AuthorityYear, Statistic], str | None], ...] = (chance_remark,)
"""What may be said under the figures of a panel: a sentence of text, or None."""


def panels_section(_: Site, one: SiteAuthority) -> Section:
    """Each panel in words, with a bar for the authority and one for the average of its type."""
    newest = one.newest
    panels = [
        {
            "panel": panel,
            "bars": _bars(newest, panel, wording.statistic),
            "remarks": _remarks(newest, wording.statistic),
        }
        for panel, wording in zip(newest.letter.panels, newest.year.edition.panels, strict=True)
    ]
    values = {"panels": panels, "language": newest.letter.language}
    return Section("figures", f"Key figures, {newest.year.label}", "section-figures.html", values)


def _remarks(one: AuthorityYear, statistic: Statistic | None) -> list[str]:
    if statistic is None:
        return []
    return [remark for make in REMARKS if (remark := make(one, statistic)) is not None]


def _bars(one: AuthorityYear, panel: Panel, statistic: Statistic | None) -> Bars | None:
    """A bar for the authority's rate and one for the average; None where the panel has no chart."""
    chart = panel.chart
    if statistic is None or chart is None or chart.share is None:
        return None
    authority = one.figures.authority
    rate = words.rate(statistic, statistic.rate(one.figures.counts))
    bars = [(authority.name, rate, charts.share(chart.share))]
    if chart.average is not None:
        average = words.rate(statistic, one.figures.averages[statistic.name])
        bars.append(
            (f"Average of {words.plural(authority.type)}", average, charts.share(chart.average))
        )
    said = "; ".join(f"{label}, {figure}" for label, figure, _ in bars)
    return Bars(f"Bar chart: {said}.", bars)


def way_section(_: Site, one: SiteAuthority) -> Section | None:
    """From decision to outcome, as a share of investigations is not one of complaints.

    None where the edition counts otherwise.
    """
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
