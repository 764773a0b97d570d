"""Draw the specimen signature: the word "Specimen" in a joined-up fountain-pen hand.

No font is involved.  Every stroke is a spline through points placed by hand for this project;
the pen presses harder on the way down than on the way up, and wider ink is darker.  The picture
is drawn large and scaled down for smooth edges; the same script always gives the same image.

Run ``python examples/draw_signature.py [PATH]``; it needs only Pillow.
"""

import sys
from itertools import accumulate, pairwise
from pathlib import Path

from PIL import Image, ImageDraw

OUTPUT = Path(__file__).resolve().parents[1] / "lgo_letters/editions/2020/signature.png"
INK = (17, 27, 66)
WIDTH, MARGIN, OVERSAMPLE = 1200, 14, 4  # of the image, in pixels
SLANT, RISE = 0.36, 0.035
STEP = 0.5  # along a stroke, in letter units
THIN, THICK = 4.4, 13.0  # pen widths in letter units (a small letter is 100 high)

Points = list[tuple[int, int]]
Marks = list[tuple[float, float, float]]  # x, y, radius

# fmt: off
# Each letter: how far it moves the pen on, and its points, upright, the base line at y = 0.
LETTERS: list[tuple[int, Points]] = [
    (200, [(146, 188), (156, 226), (118, 256), (70, 240), (48, 196), (68, 154), (103, 112),
           (122, 62), (98, 12), (46, -8), (-2, 12), (-10, 46), (24, 62), (80, 50), (146, 50)]),
    (128, [(2, 90), (10, 97), (11, 80), (8, 0), (4, -84), (-10, -112), (-22, -92), (-6, -40),
           (14, 26), (34, 80), (60, 98), (81, 76), (76, 32), (52, 6), (22, 2), (34, -1), (84, 8)]),
    (98, [(10, 34), (50, 62), (52, 92), (30, 98), (8, 62), (12, 18), (42, 0), (76, 22)]),
    (104, [(26, 82), (52, 98), (66, 86), (54, 97), (28, 92), (6, 52), (14, 12), (44, 0), (78, 26)]),
    (76, [(18, 84), (24, 96), (24, 82), (20, 22), (34, 0), (56, 18)]),
    (186, [(8, 78), (24, 98), (36, 80), (32, 2), (34, 10), (52, 72), (76, 98), (90, 78), (86, 2),
           (88, 10), (106, 70), (130, 96), (142, 76), (138, 20), (152, 0), (172, 12)]),
    (98, [(14, 36), (50, 62), (52, 92), (30, 98), (8, 62), (12, 18), (42, 0), (74, 22)]),
    (0, [(16, 78), (32, 96), (42, 80), (36, 2), (38, 10), (58, 72), (84, 94), (96, 72), (90, 18),
         (108, -2), (150, 14), (214, 58)]),
]
DOT = [(566, 150), (571, 146), (575, 141)]
FLOURISH = [(905, -36), (640, -47), (380, -66), (236, -86), (262, -97), (480, -86), (800, -58),
            (1050, -26)]
# fmt: on


def word() -> Points:
    """The points of the whole word, written without lifting the pen."""
    starts = accumulate((advance for advance, _ in LETTERS), initial=0)
    letters = zip(starts, LETTERS, strict=False)
    return [(start + x, y) for start, (_, letter) in letters for x, y in letter]


def lean(x: float, y: float) -> complex:
    """Slant a point to the right, let the line rise, and turn y downwards."""
    return complex(x + SLANT * y, -(y + RISE * x))


def spline(p: list[complex]) -> list[complex]:
    """The smooth cubic curve through the points, in small even steps."""
    h = [abs(b - a) ** 0.5 for a, b in pairwise(p)]
    slope = [0j] * len(p)
    for _ in range(60):  # settles quickly: each slope follows from its neighbours
        slope[0] = (3 * (p[1] - p[0]) / h[0] - slope[1]) / 2
        for i in range(1, len(h)):
            a, b = h[i - 1], h[i]
            pull = (p[i] - p[i - 1]) / a**2 + (p[i + 1] - p[i]) / b**2
            slope[i] = (3 * pull - slope[i - 1] / a - slope[i + 1] / b) / (2 / a + 2 / b)
        slope[-1] = (3 * (p[-1] - p[-2]) / h[-1] - slope[-2]) / 2
    curve = [p[0]]
    for i, length in enumerate(h):
        for step in range(1, 401):
            t = step / 400
            ends = (1 + 2 * t) * (1 - t) ** 2 * p[i] + t * t * (3 - 2 * t) * p[i + 1]
            point = ends + length * t * (1 - t) * ((1 - t) * slope[i] - t * slope[i + 1])
            while (gap := abs(point - curve[-1])) >= STEP:
                curve.append(curve[-1] + (point - curve[-1]) / gap * STEP)
    return curve


def smooth(values: list[float], reach: int) -> list[float]:
    """A running mean over ``reach`` values on either side."""
    sums = [0.0, *accumulate(values)]
    spans = [(max(0, i - reach), min(len(values), i + reach + 1)) for i in range(len(values))]
    return [(sums[high] - sums[low]) / (high - low) for low, high in spans]


def ink(points: Points, weight: float, taper: int, heavy: complex) -> Marks:
    """The round marks of one stroke, pressed hardest in the ``heavy`` direction."""
    curve = spline([lean(x, y) for x, y in points])
    press = [0.0]
    for a, b in pairwise(curve):
        along = ((b - a) / heavy).real / abs((b - a) / heavy)
        press.append(min(1.0, max(0.0, (along + 0.35) / 1.2)))
    press = smooth(smooth(press, 26), 18)
    last = len(curve) - 1
    tips = [min(1.0, 0.25 + 0.75 * min(i, last - i) / taper) for i in range(len(curve))]
    radii = [weight * t * (THIN + (THICK - THIN) * v) / 2 for t, v in zip(tips, press, strict=True)]
    return [(z.real, z.imag, r) for z, r in zip(curve, radii, strict=True)]


def main() -> None:
    """Draw the signature and write it to the path given, or to its place in the repository."""
    down, across = lean(0, -1), lean(1, 0)
    marks = ink(word(), 1, 60, down) + ink(DOT, 1.3, 8, down) + ink(FLOURISH, 0.7, 400, across)
    marks.sort(key=lambda mark: mark[2])  # the palest first, so that crossings stay dark
    left, right = min(x - r for x, _, r in marks), max(x + r for x, _, r in marks)
    top, bottom = min(y - r for _, y, r in marks), max(y + r for _, y, r in marks)
    scale = (WIDTH - 2 * MARGIN) / (right - left)
    height = round((bottom - top) * scale) + 2 * MARGIN
    alpha = Image.new("L", (WIDTH * OVERSAMPLE, height * OVERSAMPLE))
    pen = ImageDraw.Draw(alpha)
    for x, y, r in marks:
        cx = ((x - left) * scale + MARGIN) * OVERSAMPLE
        cy = ((y - top) * scale + MARGIN) * OVERSAMPLE
        radius = r * scale * OVERSAMPLE
        shade = round(255 - 55 * min(1.0, max(0.0, 1 - 2 * r / THICK)))
        pen.ellipse((cx - radius, cy - radius, cx + radius, cy + radius), fill=shade)
    image = Image.new("RGBA", (WIDTH, height), (*INK, 0))
    image.putalpha(alpha.reduce(OVERSAMPLE))
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else OUTPUT
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, optimize=True)


if __name__ == "__main__":
    main()
