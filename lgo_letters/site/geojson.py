"""A body's own map, as GeoJSON (RFC 7946) → a shape for each authority that it names."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from lgo_letters.errors import UsageError, quoted
from lgo_letters.names import key
from lgo_letters.run.files import open_ordinary
from lgo_letters.tables.data import Authority

_LARGEST = 64 * 1024 * 1024
_LONGEST_PATHS = 2 * 1024 * 1024
_SIDE = 1200
"""The longer side of the map; a point is at a whole number of these units."""

_Point = tuple[float, float]
_Rings = list[list[_Point]]


@dataclass(frozen=True, slots=True)
class OwnMap:
    """Width and height of the map, and the path of each authority's shape by its name."""

    width: int
    height: int
    shapes: Mapping[str, str]


def read_map(file: Path, authorities: Sequence[Authority]) -> OwnMap:
    """The shapes of the features that have an authority's code or name among their properties.

    Places are degrees of longitude and latitude, or metres of a grid. Features that are nobody's
    are left out. Raises UsageError, with what is wrong, for a file that does not hold such a map.
    """
    try:
        return _drawn(_rings_by_name(_features(file), authorities))
    except _UnfitError as error:
        raise UsageError(f"{quoted(file)} cannot be the map: {error}.") from None


class _UnfitError(Exception):
    """What is wrong in the file, as the end of a sentence."""


def _features(file: Path) -> list[Any]:
    try:
        with open_ordinary(file) as opened:
            content = opened.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise _UnfitError("it has more than 64 MB; simplify its boundaries")
        features = json.loads(content)["features"]
        if not isinstance(features, list):
            raise TypeError("not a list")
    except OSError as error:
        raise _UnfitError("it cannot be read") from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _UnfitError("it is not GeoJSON with a list of features") from error
    return features


def _rings_by_name(features: list[Any], authorities: Sequence[Authority]) -> dict[str, _Rings]:
    """The rings of each authority's features, by its name."""
    names = {key(one.name): one.name for one in authorities}
    names |= {key(one.code): one.name for one in authorities if one.code is not None}
    found: dict[str, _Rings] = {}
    for number, feature in enumerate(features, 1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            continue
        said = (key(value) for value in properties.values() if isinstance(value, str))
        name = next((names[value] for value in said if value in names), None)
        if name is not None:
            try:
                found.setdefault(name, []).extend(_rings(feature["geometry"]))
            except (ValueError, TypeError, KeyError, OverflowError) as error:
                raise _UnfitError(
                    f"feature {number}, {name}, is not a Polygon or a MultiPolygon with rings of "
                    "four points or more"
                ) from error
    if not found:
        raise _UnfitError(
            "no feature has the code or the name of an authority among its properties"
        )
    return found


def _rings(geometry: Any) -> Iterator[list[_Point]]:
    """The outer and inner rings; raises ValueError, TypeError or KeyError where it has none."""
    coordinates = geometry["coordinates"]
    polygons = {"Polygon": [coordinates], "MultiPolygon": coordinates}[geometry["type"]]
    for ring in chain.from_iterable(polygons):
        points = [(float(x), float(y)) for x, y, *_ in ring]
        if len(points) < 4 or not all(map(math.isfinite, chain.from_iterable(points))):
            raise ValueError(ring)
        yield points


def _drawn(rings: Mapping[str, _Rings]) -> OwnMap:
    """North up, the longer side of all shapes together a fixed length, points at whole units."""
    points = [point for its in rings.values() for ring in its for point in ring]
    eastings, northings = zip(*points, strict=True)
    left, right, bottom, top = min(eastings), max(eastings), min(northings), max(northings)
    is_degrees = max(abs(left), abs(right)) <= 180 and max(abs(bottom), abs(top)) <= 90
    narrower = math.cos(math.radians((bottom + top) / 2)) if is_degrees else 1.0
    side = max((right - left) * narrower, top - bottom)
    if side <= 0:
        raise _UnfitError("all its points are one")

    def place(point: _Point) -> tuple[int, int]:
        x, y = (point[0] - left) * narrower, top - point[1]
        return round(x / side * _SIDE), round(y / side * _SIDE)

    shapes = {name: "".join(_path(map(place, ring)) for ring in its) for name, its in rings.items()}
    if sum(map(len, shapes.values())) > _LONGEST_PATHS:
        raise _UnfitError(
            "its shapes would make the page larger than 2 MB; simplify its boundaries"
        )
    width, height = place((right, bottom))
    return OwnMap(max(width, 1), max(height, 1), shapes)


def _path(points: Iterator[tuple[int, int]]) -> str:
    """A closed path; points that fall together are one. An island of one point stays as a dot."""
    x, y = next(points)
    path = f"M{x} {y}l"
    steps = []
    for to_x, to_y in points:
        if (to_x, to_y) != (x, y):
            steps.append(f"{to_x - x} {to_y - y}")
            x, y = to_x, to_y
    return path + " ".join(steps or ["1 0", "0 1"]).replace(" -", "-") + "z"
