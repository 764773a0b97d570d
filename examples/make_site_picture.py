"""Take the README's picture of the public pages: the start page, and further down its map.

The example's site is written to a temporary folder and opened in Chromium from there; what fills
the window at two places is set one above the other.  Another Chromium, with other fonts, gives
another picture, so nothing compares it.

Run ``python examples/make_site_picture.py [PATH]``.  It needs Chromium in /usr/bin/chromium, and
playwright, which the tests need too.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

OUTPUT = Path(__file__).resolve().parent / "site.png"
CHROMIUM = "/usr/bin/chromium"
PLACES = "body", "#map-box figure:not([hidden])"
WIDTH, HEIGHT, GAP = 1200, 870, 24  # of each view and between them, in pixels
BETWEEN = (205, 212, 217)
COLOURS = 96  # which keeps the file small


def view(page: Page, selector: str, folder: Path) -> Image.Image:
    """What fills the window when an element is at its top."""
    page.locator(selector).evaluate("element => element.scrollIntoView({behavior: 'instant'})")
    picture = folder / "view.png"
    page.screenshot(path=picture, animations="disabled")
    with Image.open(picture) as image:
        return image.convert("RGB")


def main() -> None:
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        command = [sys.executable, "-m", "lgo_letters", "site", "--year", "2020", "--quiet"]
        subprocess.run(command, check=True, cwd=folder)  # noqa: S603  # our own program
        # The sandbox needs privileges that containers lack; the page is our own.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto((folder / "site" / "index.html").as_uri())
        views = [view(page, selector, folder) for selector in PLACES]
        browser.close()
        picture = Image.new("RGB", (WIDTH, 2 * HEIGHT + GAP), BETWEEN)
        for index, one in enumerate(views):
            picture.paste(one, (0, index * (HEIGHT + GAP)))
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else OUTPUT
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    main()
