"""What came of an authority's cases: decisions that are published, reports and improvements."""

from __future__ import annotations

from collections import Counter
from datetime import date
from enum import StrEnum

from lgo_letters.site.page import Section
from lgo_letters.site.site import Site, SiteAuthority
from lgo_letters.site.year import PublishedCase
from lgo_letters.tables.improvements import Improvement


def decisions_section(site: Site, one: SiteAuthority) -> Section | None:
    """A link to its published decisions of each year; None where nobody's are published."""
    if not any(year.published for year in site.years):
        return None
    values = {"years": one.years}
    return Section("decisions", "Decisions", "section-decisions.html", values)


def reports_section(_: Site, one: SiteAuthority) -> Section | None:
    """Its public reports, the latest decision first; one may be about several cases."""
    reports: dict[str, dict[str, PublishedCase]] = {}
    for its_year in one.years:
        for _place, its in its_year.decision_rows:
            if its.report is not None:
                reports.setdefault(its.report, {}).setdefault(its.case.reference, its)
    if not reports:
        return None
    values = {"reports": [(address, [*its.values()]) for address, its in reports.items()]}
    return Section("reports", "Reports", "section-reports.html", values)


class State(StrEnum):
    """What has become of a service improvement, in the order in which they are listed."""

    LATE = "late"
    OPEN = "open"
    DONE_LATE = "done late"
    DONE = "done"


def improvements_section(site: Site, one: SiteAuthority) -> Section | None:
    """Its service improvements, those to come first, each by the day on which it is due."""
    agreed = site.improvements.get(one.name)
    if not agreed:
        return None
    day = site.newest.edition.settings.letter.publication
    rows = sorted(((state(its, day), its) for its in agreed), key=_order)
    counts = Counter(its_state for its_state, _ in rows)
    values = {
        "rows": rows,
        "counts": [(its_state, counts[its_state]) for its_state in State if counts[its_state]],
        "day": day,
        "addresses": site.decision_addresses,
    }
    return Section("improvements", "Service improvements", "section-improvements.html", values)


def state(improvement: Improvement, day: date) -> State:
    """What has become of an improvement by a day; one that is due on no day is never late."""
    due = improvement.due or date.max
    if improvement.completed is not None:
        return State.DONE if improvement.completed <= due else State.DONE_LATE
    return State.OPEN if due >= day else State.LATE


def _order(row: tuple[State, Improvement]) -> tuple[bool, date, str]:
    its_state, its = row
    return its_state in (State.DONE_LATE, State.DONE), its.due or date.max, its.reference
