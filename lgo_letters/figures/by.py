"""What a year's counts may be broken down by; options name it, and those need not count."""

from __future__ import annotations

OF_DECISIONS = {
    "service_area": "service_area",
    "decision": "decision",
    "month": "left(day::VARCHAR, 7)",
}
"""What a decision has, as SQL: the counts of one authority may be broken down by it, too."""

OF_AUTHORITIES = ("region", "type")

BY = (*OF_DECISIONS, *OF_AUTHORITIES)
