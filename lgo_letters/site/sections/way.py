"""From decision to outcome: a share of investigations is not one of complaints."""

from __future__ import annotations

from lgo_letters.site import charts
from lgo_letters.site.page import Section
from lgo_letters.site.site import Site, SiteAuthority


def way_section(_: Site, one: SiteAuthority) -> Section | None:
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
