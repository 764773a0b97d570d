"""The parts of the pages that have several, each listed once.

A part is a function that gives a `Section`, or None where there is nothing to show: plain data, and
the name of the template that shows them as `values`.
"""

from __future__ import annotations

from collections.abc import Callable

from lgo_letters.site.page import Section
from lgo_letters.site.review import Review
from lgo_letters.site.site import Site, SiteAuthority, SiteType

from .breakdowns import (
    compliance_section,
    outcomes_section,
    regions_section,
    services_section,
    types_section,
)
from .decisions import decisions_section, improvements_section, reports_section
from .letters import corrections_section, data_section, letters_section
from .map import map_section
from .panels import panels_section, way_section
from .review import figures_section, method_section, points_section
from .start import england_section, names_section
from .type import averages_section, chance_section, members_section
from .years import years_section

START: tuple[Callable[[Site], Section | None], ...] = (
    england_section,
    map_section,
    names_section,
)
"""The parts of the start page."""

AUTHORITY: tuple[Callable[[Site, SiteAuthority], Section | None], ...] = (
    panels_section,
    way_section,
    years_section,
    decisions_section,
    reports_section,
    improvements_section,
    letters_section,
    corrections_section,
    data_section,
)
"""The parts of an authority's page."""

TYPE: tuple[Callable[[Site, SiteType], Section | None], ...] = (
    averages_section,
    chance_section,
    members_section,
)
"""The parts of a type's page."""

REVIEW: tuple[Callable[[Review], Section | None], ...] = (
    points_section,
    figures_section,
    outcomes_section,
    services_section,
    types_section,
    regions_section,
    compliance_section,
    method_section,
)
"""The parts of a year's Review."""
