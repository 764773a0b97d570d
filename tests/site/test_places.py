"""The shipped places of the map, held against the example and what is known of England."""

from __future__ import annotations

import csv
import json
import re
from itertools import combinations
from typing import Any

import pytest

from tests.support.paths import EXAMPLES, ROOT

Cell = tuple[int, int]
Point = tuple[int, int]

DATA = ROOT / "lgo_letters/site/data"
PLACES: dict[str, Any] = json.loads((DATA / "places.json").read_text(encoding="utf-8"))
POSTCODES: dict[str, Any] = json.loads((DATA / "postcodes.json").read_text(encoding="utf-8"))

ISLANDS = {"E06000046", "E06000053"}  # Isle of Wight, Isles of Scilly
YEARS = {2020: (317, 26), 2021: (314, 25), 2022: (309, 24), 2024: (296, 21)}  # published counts


def _councils() -> dict[str, dict[str, str]]:
    with (EXAMPLES / "authorities.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file) if row["code"]}


COUNCILS = _councils()
NAMES = {row["name"]: code for code, row in COUNCILS.items()}


def _alive(year: int) -> set[str]:
    first, last = f"{year - 1}-04-01", f"{year}-03-31"
    return {
        code
        for code, row in COUNCILS.items()
        if row["from"] <= last and (row["until"] or last) >= first
    }


def _layout(year: int, tier: str = "lower_and_single_tier") -> dict[str, Cell]:
    (layout,) = (layout for layout in PLACES["layouts"] if layout["from"] == year)
    return {code: (column, row) for code, (column, row) in layout[tier].items()}


def _middle(cell: Cell) -> tuple[float, float]:
    """Where a hexagon is drawn, in widths of one; odd rows stand half a column to the right."""
    return cell[0] + (cell[1] % 2) / 2, cell[1] * 0.75**0.5


def _touch(one: Cell, other: Cell) -> bool:
    (x, y), (u, v) = _middle(one), _middle(other)
    return 0 < (x - u) ** 2 + (y - v) ** 2 < 1.01


def _around(cell: Cell) -> set[Cell]:
    near = {(cell[0] + x, cell[1] + y) for x in (-1, 0, 1) for y in (-1, 0, 1)}
    return {other for other in near if _touch(cell, other)}


def _pieces(cells: set[Cell]) -> list[set[Cell]]:
    pieces, left = [], set(cells)
    while left:
        piece, ahead = set[Cell](), {left.pop()}
        while ahead:
            piece |= ahead
            ahead = {near for cell in ahead for near in _around(cell)} & cells - piece
        pieces.append(piece)
        left -= piece
    return pieces


def _rings(code: str) -> list[list[Point]]:
    """The corners of a shape, each ring from its first to its last."""
    rings = []
    for ring in re.findall(r"M([^Mz]+)z", PLACES["places"][code]["shape"]):
        start, moves = ring.split("l")
        x, y = map(int, start.split())
        points = [(x, y)]
        numbers = [int(number) for number in re.findall(r"-?\d+", moves)]
        for right, down in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + right, y + down
            points.append((x, y))
        rings.append(points)
    return rings


def _sides(ring: list[Point]) -> list[tuple[Point, Point]]:
    return list(zip(ring, ring[1:] + ring[:1], strict=True))


def _area(code: str) -> float:
    """In square kilometres; a ring around a hole runs the other way."""
    crossed = (x * v - u * y for ring in _rings(code) for (x, y), (u, v) in _sides(ring))
    return abs(sum(crossed)) / 2 / 4


def _borders(year: int) -> set[tuple[str, str]]:
    """The pairs of councils of the year whose shapes share a side."""
    owners: dict[frozenset[Point], set[str]] = {}
    for code in _layout(year):
        if "shape" in PLACES["places"][code]:
            for ring in _rings(code):
                for side in _sides(ring):
                    owners.setdefault(frozenset(side), set()).add(code)
    return {pair for codes in owners.values() for pair in combinations(sorted(codes), 2)}


def test_every_council_of_the_example_has_a_hexagon_in_each_of_its_years() -> None:
    assert [layout["from"] for layout in PLACES["layouts"]] == list(YEARS)
    for year in range(2020, 2027):
        newest = max(first for first in YEARS if first <= year)
        lower, counties = _layout(newest), _layout(newest, "counties")
        assert lower.keys() | counties.keys() == _alive(year), year
        assert {COUNCILS[code]["type"] for code in counties} == {"County Council"}
        assert (len(lower), len(counties)) == YEARS[newest]
    assert len(_layout(2020)) + len(_layout(2020, "counties")) == 343


def test_the_years_of_a_place_are_those_of_the_council() -> None:
    assert PLACES["places"].keys() == COUNCILS.keys()
    for year in range(2020, 2027):
        found = {
            code
            for code, place in PLACES["places"].items()
            if (place["years"][0] or year) <= year <= (place["years"][1] or year)
        }
        assert found == _alive(year)


@pytest.mark.parametrize("tier", ["lower_and_single_tier", "counties"])
@pytest.mark.parametrize("year", YEARS)
def test_england_is_one_land_without_holes_and_its_islands_are_islands(
    year: int, tier: str
) -> None:
    layout = _layout(year, tier)
    cells = set(layout.values())
    assert len(cells) == len(layout)  # no two share one
    islands = {layout[code] for code in ISLANDS & layout.keys()}
    assert len(_pieces(cells)) == 1 + len(islands)
    assert len(_pieces(cells - islands)) == 1
    columns, rows = [cell[0] for cell in cells], [cell[1] for cell in cells]
    assert min(columns) == 0
    assert min(rows) in (0, 1)
    everywhere = {
        (column, row)
        for column in range(-1, max(columns) + 2)
        for row in range(min(rows) - 1, max(rows) + 2)
    }
    assert len(_pieces(everywhere - cells)) == 1  # the sea


@pytest.mark.parametrize("year", YEARS)
def test_england_is_known_by_its_outline(year: int) -> None:
    layout = _layout(year)
    where = {COUNCILS[code]["name"]: _middle(cell) for code, cell in layout.items()}
    mainland = {code: _middle(cell) for code, cell in layout.items() if code not in ISLANDS}
    assert where["Northumberland County Council"][1] == min(y for _, y in where.values())
    assert where["Cornwall Council"][0] == min(x for x, _ in mainland.values())
    east = max(x for x, _ in mainland.values())
    assert east in {where[f"{name} District Council"][0] for name in ("Dover", "Thanet")}
    lincolnshire = where["East Lindsey District Council"]
    norfolk = where["Great Yarmouth Borough Council"]
    assert norfolk[0] > lincolnshire[0] + 3
    london = {cell for code, cell in layout.items() if code.startswith("E09")}
    assert len(london) == 33
    assert len(_pieces(london)) == 1
    inside = {cell for cell in london if _around(cell) <= set(layout.values())}
    assert len(inside) >= 32  # the Thames may come in


@pytest.mark.parametrize("year", YEARS)
def test_neighbours_mostly_remain_neighbours_and_on_their_side(year: int) -> None:
    layout, places = _layout(year), PLACES["places"]
    borders = [pair for pair in _borders(year) if not ISLANDS & set(pair)]
    assert len(borders) > 700
    kept = sum(_touch(layout[one], layout[other]) for one, other in borders)
    assert kept / len(borders) > 0.65
    turned = 0
    for one, other in borders:
        (x, y), (u, v) = places[one]["point"], places[other]["point"]
        (a, b), (c, d) = _middle(layout[one]), _middle(layout[other])
        turned += (x - u) * (a - c) + (y - v) * (b - d) <= 0
    assert turned / len(borders) < 0.03


def test_shapes_stand_where_they_can_be_drawn() -> None:
    places = PLACES["places"]
    shared = {code: place["shape_of"] for code, place in places.items() if "shape_of" in place}
    expected = {
        code: NAMES[COUNCILS[code]["successor"]]
        for code in COUNCILS
        if re.fullmatch(r"E0700000[4-7]|E0700015[0-6]", code)  # Buckinghamshire, Northamptonshire
    }
    assert shared == expected
    drawn = places.keys() - shared.keys()
    assert all("shape" in places[code] for code in drawn)
    assert len({*_layout(2020)} & drawn) == 306
    for code in drawn:
        for x, y in (point for ring in _rings(code) for point in ring):
            assert 0 <= x <= PLACES["map"]["width"]
            assert 0 <= y <= PLACES["map"]["height"]


@pytest.mark.parametrize("year", [2022, 2024])
def test_the_shapes_of_a_year_cover_england_once(year: int) -> None:
    """England has 130,279 square kilometres."""
    assert sum(map(_area, _layout(year))) == pytest.approx(130_279, rel=0.03)
    path = sum(len(PLACES["places"][code]["shape"]) for code in _layout(year))
    assert path <= 48 * 1024


def test_counties_and_merged_councils_are_the_unions_of_their_districts() -> None:
    of_cumbria = ["Allerdale Borough", "Carlisle City", "Copeland Borough"]
    districts = [NAMES[f"{name} Council"] for name in of_cumbria]
    of_furness = ["Barrow-in-Furness Borough", "Eden District", "South Lakeland District"]
    rest = [NAMES[f"{name} Council"] for name in of_furness]
    assert _area(NAMES["Cumberland Council"]) == sum(map(_area, districts))
    assert _area(NAMES["Cumbria County Council"]) == sum(map(_area, districts + rest))
    north_and_west = [NAMES[f"{part} Northamptonshire Council"] for part in ("North", "West")]
    assert _area(NAMES["Northamptonshire County Council"]) == sum(map(_area, north_and_west))


def test_each_point_lies_in_its_shape() -> None:
    for code, place in PLACES["places"].items():
        x, y = place["point"]
        crossed = 0
        for ring in _rings(place.get("shape_of", code)):
            for (a, b), (c, d) in _sides(ring):
                if (b > y) != (d > y) and x < a + (y - b) / (d - b) * (c - a):
                    crossed += 1
        assert crossed % 2 == 1, code


def test_later_codes_lead_to_codes_with_a_place() -> None:
    assert {PLACES["later_codes"][code] for code in ("E08000038", "E08000039")} == {
        NAMES["Barnsley Metropolitan Borough Council"],
        NAMES["Sheffield City Council"],
    }
    assert not PLACES["later_codes"].keys() & PLACES["places"].keys()


# Postcode districts and their councils in 2020.
KNOWN = """
B1   Birmingham City Council
B60  Bromsgrove District Council; Wychavon District Council; Worcestershire County Council
BN1  Brighton and Hove City Council; Lewes District Council; Mid Sussex District Council; \
East Sussex County Council; West Sussex County Council
CA10 Eden District Council; Cumbria County Council
CT9  Thanet District Council; Kent County Council
DN31 North East Lincolnshire Council
GL50 Cheltenham Borough Council; Gloucestershire County Council
HP20 Buckinghamshire County Council
LA1  Lancaster City Council; Lancashire County Council
LD8  Herefordshire Council
PO30 Isle of Wight Council
S1   Sheffield City Council
TD15 Northumberland County Council
TR1  Cornwall Council
TR21 Council of the Isles of Scilly
WC2N Westminster City Council
"""


@pytest.mark.parametrize("line", KNOWN.strip().splitlines())
def test_postcode_districts_find_their_councils(line: str) -> None:
    district, names = line.split(maxsplit=1)
    found = _alive(2020) & set(POSTCODES["districts"][district])
    assert {COUNCILS[code]["name"] for code in found} == set(names.split("; "))


def test_ended_districts_stand_beside_the_councils_after_them() -> None:
    assert set(POSTCODES["districts"]["HP20"]) == {
        NAMES["Buckinghamshire Council"],
        NAMES["Buckinghamshire County Council"],
    }
    assert {COUNCILS[code]["name"] for code in POSTCODES["districts"]["CA10"]} == {
        "Eden District Council",
        "Cumbria County Council",
        "Westmorland and Furness Council",
    }


def test_every_council_with_a_shape_is_found_by_some_postcode() -> None:
    found = {code for codes in POSTCODES["districts"].values() for code in codes}
    assert found == {code for code, place in PLACES["places"].items() if "shape" in place}


@pytest.mark.parametrize("about", [PLACES["about"], POSTCODES["about"]])
def test_what_the_sources_ask_for_is_said(about: dict[str, Any]) -> None:
    lines = [
        "Boundaries are approximate, drawn from postcodes",
        "Contains OS data © Crown copyright and database right",
        "Contains Royal Mail data © Royal Mail copyright and database right",
        "Source: Office for National Statistics licensed under the Open Government Licence v.3.0",
    ]
    assert [about["note"], *about["attribution"]] == lines
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert all(f"> {line}" in readme for line in lines)
