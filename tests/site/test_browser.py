"""The pages in a real browser: for everybody, with and without the script, from disk alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.paths import TESTS
from tests.support.site import NARROW, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FAILURES = TESTS / "failures"
KINDS = {
    "start": "index.html",
    "all": "authorities/index.html",
    "authority": "authorities/bromley-district-council/index.html",
    "ended": "authorities/wye-district-council/index.html",
    "not-compared": "authorities/peak-district-national-park-authority/index.html",
    "former": "authorities/the-dc/index.html",
    "type": "types/district-council/index.html",
    "compare": "compare/index.html",
    "compared": "compare/index.html#district-council,bromley-district-council,"
    "bromsgrove-district-council",
    "postcodes": "postcodes/index.html",
    "review": "review/2021/index.html",
    "about": "about/index.html",
    "data": "data/index.html",
    "accessibility": "accessibility/index.html",
    "corrections": "corrections/index.html",
    "wrong": "404.html",
}


@pytest.mark.parametrize(
    ("kind", "script"),
    [*((kind, True) for kind in KINDS), ("start", False), ("all", False), ("compare", False)],
)
def test_axe_finds_nothing_on_any_kind_of_page_wide_and_light_or_narrow_and_dark(
    kind: str, script: bool, browser: Browser, two_years: Path
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with opened(browser, two_years, KINDS[kind], script=script) as page:
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        # Where axe may preload style sheets, it asks for them, which the policy forbids.
        found = [Axe().run(page, options={"preload": False})]
        page.set_viewport_size({"width": NARROW, "height": 800})
        page.emulate_media(color_scheme="dark")
        found.append(Axe().run(page, options={"preload": False}))
        assert page.evaluate("document.documentElement.scrollWidth") == NARROW
    for one in found:
        assert one.violations_count == 0, one.generate_report()


def test_without_the_script_no_field_is_shown_and_every_council_is_linked(
    browser: Browser, example_site: Path
) -> None:
    with opened(browser, example_site, "index.html", script=False) as page:
        assert not page.locator("input:visible").count()
        assert page.locator("#all a").count() == 355


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("bromsg", ["Bromsgrove District Council"]),
        ("kings lynn", ["King's Lynn and West Norfolk Borough Council"]),
        ("King\u2019s  LYNN", ["King's Lynn and West Norfolk Borough Council"]),
        ("bcp", ["Bournemouth, Christchurch and Poole Council"]),
        ("telford and wrekin", ["Telford & Wrekin Council"]),
        ("city of westminster", ["Westminster City Council"]),
        ("atlantis", []),
    ],
)
def test_a_council_is_found_by_what_people_type(
    typed: str, names: list[str], browser: Browser, example_site: Path
) -> None:
    with opened(browser, example_site, "index.html") as page:
        page.get_by_label("Find your council by name or postcode").fill(typed)
        assert page.locator(".results li").all_inner_texts() == names
        councils = "1 council" if len(names) == 1 else f"{len(names)} councils"
        instead = "" if names else "; try a postcode"
        assert page.get_by_role("status").inner_text() == f"{councils} found{instead}"


def test_enter_leads_to_the_council_where_one_alone_is_found(
    browser: Browser, example_site: Path
) -> None:
    with opened(browser, example_site, "index.html") as page:
        page.get_by_label("Find your council by name or postcode").fill("bromsgrove")
        page.keyboard.press("Enter")
        page.wait_for_url("**/bromsgrove-district-council/index.html")
        assert page.get_by_role("heading", level=1).inner_text() == "Bromsgrove District Council"


def test_the_tables_are_filtered_by_name_and_region(browser: Browser, example_site: Path) -> None:
    with opened(browser, example_site, "authorities/index.html") as page:
        page.get_by_label("Region").select_option("London")
        page.get_by_label("Name", exact=True).fill("royal")
        names = page.locator("tbody tr:visible th").all_inner_texts()
        assert names == [
            "Royal Borough of Greenwich",
            "Royal Borough of Kensington and Chelsea",
            "Royal Borough of Kingston upon Thames",
        ]
        assert page.get_by_role("status").inner_text() == "3 councils found"
        assert page.locator("h2:visible").all_inner_texts() == ["London Boroughs"]
        assert not page.locator("tfoot:visible").count()


def test_a_table_is_sorted_by_region_with_the_keyboard(browser: Browser, two_years: Path) -> None:
    with opened(browser, two_years, "types/district-council/index.html") as page:
        head = page.get_by_role("columnheader", name="Region")
        head.get_by_role("button").press("Enter")
        cells = page.locator("#members-list tbody td:nth-child(2)")
        regions = cells.all_inner_texts()
        assert regions == ["<i>East</i>", "South East", "West Midlands"]
        assert head.get_attribute("aria-sort") == "ascending"
        head.get_by_role("button").press("Space")
        assert (
            page.locator("#members-list tbody td:nth-child(2)").all_inner_texts() == regions[::-1]
        )
        assert head.get_attribute("aria-sort") == "descending"
        assert page.locator("th[aria-sort]").count() == 1
        assert page.get_by_role("columnheader").get_by_role("button").count() == 2


def test_councils_are_compared_side_by_side_with_the_keyboard(
    browser: Browser, example_site: Path
) -> None:
    with opened(browser, example_site, "compare/index.html") as page:
        page.get_by_label("Type").select_option("District Councils")
        for name in ("Bromsgrove District Council", "Bolsover District Council"):
            page.get_by_label("Add a council").select_option(name)
            page.get_by_role("button", name="Add").press("Enter")
        assert page.get_by_role("status").inner_text() == "Bolsover District Council added."
        table = page.get_by_role("region", name="Comparison").get_by_role("table")
        rows = [row.inner_text().split("\t") for row in table.get_by_role("row").all()]
        assert [[re.sub(r"\s+", " ", cell).strip() for cell in row] for row in rows] == [
            ["Name", "Bromsgrove District Council", "Bolsover District Council",
             "All District Councils"],
            ["Region", "West Midlands", "East Midlands", "\u2013"],
            ["Decisions", "12", "16", "4,000"],
            ["Complaints upheld", "40% 2 of 5", "25% 1 of 4", "45% 405 of 900"],
            ["Compliance with Ombudsman recommendations", "100% 2 of 2", "100% 1 of 1",
             "99% 297 of 300"],
            ["Satisfactory remedies provided by the authority", "0% 0 of 2", "0% 0 of 1",
             "20% 81 of 405"],
        ]  # fmt: skip
        link = page.url
    with opened(browser, example_site, "compare/index.html" + link[link.index("#") :]) as page:
        assert page.locator("#compare-chosen button").count() == 2
        page.get_by_role("button", name="Remove Bolsover District Council").click()
        assert page.get_by_role("status").inner_text() == (
            "Bolsover District Council removed. Add another to compare."
        )
        assert page.locator("tbody tr:visible").count() > 192


def test_six_are_the_most_that_are_compared(browser: Browser, example_site: Path) -> None:
    with opened(browser, example_site, "compare/index.html") as page:
        for _ in range(6):
            page.get_by_role("button", name="Add").click()
        assert page.get_by_role("button", name="Add").is_disabled()
        assert page.locator("#compare-chosen button").count() == 6


def test_a_table_is_still_one_to_a_screen_reader_on_a_narrow_screen(
    browser: Browser, two_years: Path
) -> None:
    with opened(browser, two_years, "types/district-council/index.html", NARROW) as page:
        table = page.get_by_role("table", name="District Councils by name, 2020-21")
        assert table.get_by_role("columnheader").count() == 6
        row = table.get_by_role("row", name="Bromley District Council")
        assert row.get_by_role("rowheader").inner_text() == "Bromley District Council"
        assert row.get_by_role("cell").count() == 5


@pytest.mark.parametrize("kind", ["start", "authority", "type"])
def test_a_screen_reader_hears_what_was_agreed(
    kind: str, browser: Browser, two_years: Path
) -> None:
    """The order, names, headings and tables that Chromium gives to screen readers."""
    agreed = Path(__file__).with_name(f"heard-{kind}.txt").read_text(encoding="utf-8")
    with opened(browser, two_years, KINDS[kind]) as page:
        heard = page.locator("body").aria_snapshot()
    heard = re.sub(r"PDF, \d+ KB", "PDF, … KB", heard) + "\n"
    if heard != agreed:
        FAILURES.mkdir(exist_ok=True)
        (FAILURES / f"heard-{kind}.txt").write_text(heard, encoding="utf-8")
    assert heard == agreed
