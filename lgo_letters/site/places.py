"""Where the councils of England lie: the data that ship with the pages, by codes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parent / "data"

LOWER, COUNTIES = "lower_and_single_tier", "counties"
"""The two tiers, each of which covers England or a part of it once."""


@cache
def _read(name: str) -> Any:
    return json.loads((_DATA / name).read_text(encoding="utf-8"))


def note() -> str:
    """What has to be said of the boundaries."""
    text: str = _read("places.json")["about"]["note"]
    return text


def attribution() -> Sequence[str]:
    """The lines that the sources ask for, wherever their data are shown."""
    lines: Sequence[str] = _read("places.json")["about"]["attribution"]
    return lines


def size() -> tuple[int, int]:
    """Width and height of the map on which the shapes lie."""
    its = _read("places.json")["map"]
    return its["width"], its["height"]


def place_code(code: str | None) -> str:
    """The code under which a council's place stands; it may have had another since."""
    return str(_read("places.json")["later_codes"].get(code, code))


def layout(ending: int) -> Mapping[str, Mapping[str, tuple[int, int]]]:
    """Column and row of each hexagon of a reporting year, by tier and by code."""
    layouts = _read("places.json")["layouts"]
    first: Mapping[str, Mapping[str, tuple[int, int]]] = layouts[0]
    return next((one for one in reversed(layouts) if one["from"] <= ending), first)


def shape(code: str) -> tuple[str, str] | None:
    """Whose shape a council is drawn with, its own or that of one after it, and its path."""
    places = _read("places.json")["places"]
    if code not in places:
        return None
    owner = places[code].get("shape_of", code)
    return owner, places[owner]["shape"]


@cache
def drawn_as(owner: str) -> Sequence[str]:
    """The codes of those that have no shape but that of the council after them."""
    places = _read("places.json")["places"]
    return [code for code, place in places.items() if place.get("shape_of") == owner]


def postcode_districts() -> Mapping[str, Sequence[str]]:
    """The codes of the councils of all years in each postcode district."""
    districts: Mapping[str, Sequence[str]] = _read("postcodes.json")["districts"]
    return districts
