"""What the 2020 edition counts and compares, written out for tests of figures."""

from __future__ import annotations

from lgo_letters.figures.definitions import Definitions, Statistic
from lgo_letters.tables.kinds import DecisionKinds

KINDS = DecisionKinds(
    {
        "Upheld": ("detailed_investigations", "upheld"),
        "Not upheld": ("detailed_investigations",),
        "Closed after initial enquiries": (),
        "Referred back for local resolution": (),
        "Advice given": (),
        "Incomplete or invalid": (),
    }
)
UPHELD = Statistic("upheld", "upheld", "detailed_investigations")
COMPLIANCE = Statistic("compliance", "complied", "compliance_outcomes", england_decimals=1)
REMEDY = Statistic("remedy", "satisfactory_remedies", "upheld")
STATISTICS = (UPHELD, COMPLIANCE, REMEDY)
COMPARED_TYPES = (
    "County Council",
    "District Council",
    "Metropolitan Borough",
    "Unitary Council",
    "London Borough",
)
TYPES = (*COMPARED_TYPES, "National Park Authority", "Transport body", "Combined Authority")
DEFINITIONS = Definitions(KINDS, STATISTICS, COMPARED_TYPES)
