"""The map and the postcodes: what they say, and what they are to pointer, keyboard and ear."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lgo_letters.figures.compare import YearFigures
from lgo_letters.letter.letter import Letter
from lgo_letters.run.inputs import Inputs
from lgo_letters.site import places
from lgo_letters.site.sections.map import map_section
from lgo_letters.site.site import Site
from lgo_letters.site.year import SiteYear
from tests.support.commands import run
from tests.support.site import find, opened, parsed, text_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

INDEX, POSTCODES = "index.html", "postcodes/index.html"
AXE = {"preload": False}


def marks(site: Path, tier: str, picture: str) -> dict[str, str]:
    """The first words of the marks of a picture by the slugs of whom they are."""
    svg = f".//figure[@data-tier='{tier}']//{{*}}svg[@role='img']"
    for one in parsed(site / INDEX).findall(svg):
        if (one.get("class") or "").startswith(picture):
            at = (mark for mark in one.iter() if mark.get("data-at"))
            return {mark.get("data-at", ""): mark.get("data-words", "").split()[0] for mark in at}
    return {}


def test_each_council_has_a_hexagon_which_says_whether_it_complied(
    example_site: Path, figures: YearFigures
) -> None:
    wanted = Counter(
        "none"
        if not one.counts["compliance_outcomes"]
        else "all"
        if one.counts["complied"] == one.counts["compliance_outcomes"]
        else "not_all"
        for one in figures.authorities
        if one.authority.code is not None
    )
    lower, counties = (marks(example_site, tier, "hexes") for tier in ("lower", "counties"))
    assert (len(lower), len(counties)) == (317, 26)
    assert Counter([*lower.values(), *counties.values()]) == wanted
    assert lower["bromsgrove-district-council"] == "all"
    assert lower["city-of-lincoln-council"] == "not_all"
    assert counties["essex-county-council"] == "not_all"


def test_councils_that_are_drawn_together_are_named_and_linked(example_site: Path) -> None:
    shapes = marks(example_site, "lower", "shapes")
    together = (
        "aylesbury-vale-district-council chiltern-district-council south-bucks-district-council "
        "wycombe-district-council"
    )
    assert {at for at in shapes if together.split()[0] in at} == {together}
    assert sum(len(at.split()) for at in shapes) == 317
    said = find(example_site / INDEX, f".//p[@id='together-{together.split()[0]}']")
    assert [link.get("href") for link in said.iter("a")] == [
        f"authorities/{slug}/index.html" for slug in together.split()
    ]


def test_an_authority_without_a_place_is_named_beside_the_map(example_site: Path) -> None:
    (said,) = (
        paragraph
        for paragraph in parsed(example_site / INDEX).iter("p")
        if text_of(paragraph).startswith("Not on the map: ")
    )
    assert len(said.findall("a")) == 12
    assert "Transport for London" in text_of(said)


def test_the_map_says_what_its_sources_ask_for(example_site: Path) -> None:
    said = text_of(find(example_site / INDEX, ".//section[@aria-labelledby='map']"))
    assert places.note() in said
    for page in (INDEX, POSTCODES):
        said = text_of(find(example_site / page, ".//main"))
        assert all(line in said for line in places.attribution())


def test_no_picture_has_a_link_and_each_says_in_words_what_it_shows(example_site: Path) -> None:
    pictures = parsed(example_site / INDEX).findall(".//figure//{*}svg[@role='img']")
    assert not any(picture.findall(".//{*}a") for picture in pictures)
    assert pictures[0].get("aria-label") == (
        "Map of hexagons. Complied with every recommendation: 266. "
        "Did not comply with every recommendation: 9. No recommendation was due: 42."
    )
    assert all(picture.get("aria-label") for picture in pictures)


def test_the_start_page_keeps_to_a_size(example_site: Path) -> None:
    assert (example_site / INDEX).stat().st_size <= 200_000


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("B1", "Birmingham City Council"),
        (
            "B60",
            "Bromsgrove District Council, Wychavon District Council, Worcestershire County Council",
        ),
        (
            "CA10",
            "Eden District Council, Cumbria County Council",
        ),
        (
            "HP20",
            "Buckinghamshire County Council; and one or more of Aylesbury Vale District Council, "
            "Chiltern District Council, South Bucks District Council, Wycombe District Council",
        ),
    ],
)
def test_a_postcode_district_stands_alone_in_a_row_header_beside_its_councils(
    code: str, said: str, example_site: Path
) -> None:
    (row,) = (
        row
        for row in parsed(example_site / POSTCODES).findall(".//tbody/tr")
        if text_of(row.findall("th")[0]) == code
    )
    assert sorted(text_of(row.findall("td")[0]).split(", ")) == sorted(said.split(", "))


def test_only_councils_with_a_place_are_on_the_map(two_years: Path) -> None:
    assert marks(two_years, "lower", "hexes") == {"bromsgrove-district-council": "not_all"}
    districts = parsed(two_years / POSTCODES).findall(".//tbody/tr")
    assert "B60" in [text_of(row.findall("th")[0]) for row in districts]
    assert {text_of(row.findall("td")[0]) for row in districts} == {"Bromsgrove District Council"}


def test_the_colour_may_say_what_is_said_of_a_difference(
    inputs: Inputs, figures: YearFigures, letters: dict[str, Letter]
) -> None:
    year = SiteYear(inputs, figures, list(letters.values()), {})
    section = map_section(Site((year,)))
    assert section is not None
    assert [theme.name for theme in section.values["themes"]] == [
        "Compliance with Ombudsman recommendations",
        "Complaints upheld",
        "Satisfactory remedies provided by the authority",
    ]
    said = {
        mark.members[0].name: mark.words[1]
        for tier in section.values["tiers"]
        for mark in tier.hexagons
    }
    assert said == {name: year.chances["upheld"][name] for name in said}
    assert len(said) == 343


# ---- In a browser


@pytest.mark.parametrize("script", [True, False])
def test_axe_finds_nothing_on_the_whole_map(
    script: bool, browser: Browser, example_site: Path
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with opened(browser, example_site, INDEX, script=script) as page:
        found = [Axe().run(page, context="[aria-labelledby=map]", options=AXE)]
        page.set_viewport_size({"width": 320, "height": 800})
        page.emulate_media(color_scheme="dark")
        found.append(Axe().run(page, context="[aria-labelledby=map]", options=AXE))
        assert page.evaluate("document.documentElement.scrollWidth") == 320
    for one in found:
        assert one.violations_count == 0, one.generate_report()


def test_by_keyboard_alone_one_leads_to_a_council_and_its_page(
    browser: Browser, example_site: Path
) -> None:
    with opened(browser, example_site, INDEX) as page:
        page.get_by_label("Compliance with Ombudsman recommendations").focus()
        page.keyboard.press("Tab")
        first = page.locator(":focus")
        assert first.get_attribute("aria-label") == (
            "Northumberland County Council: Complied with every recommendation"
        )
        for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowLeft", "ArrowUp", "ArrowUp"):
            page.keyboard.press(key)
        assert page.locator(":focus").get_attribute("aria-label") == (
            "Northumberland County Council: Complied with every recommendation"
        )
        page.keyboard.press("ArrowRight")
        name = page.locator(".tip b").inner_text()
        assert page.locator("[role=link]:visible").count() == 1
        page.keyboard.press("Escape")
        assert page.locator(".tip").is_hidden()
        page.keyboard.press("Enter")
        page.wait_for_url("**/authorities/**")
        assert page.get_by_role("heading", level=1).inner_text() == name


def test_the_map_is_one_tab_stop_and_the_next_tab_leaves_it(
    browser: Browser, example_site: Path
) -> None:
    with opened(browser, example_site, INDEX) as page:
        page.locator(".hexes [tabindex]:visible").focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.localName") == "a"
        assert page.locator(".tip").is_hidden()
        page.keyboard.press("Shift+Tab")
        assert page.evaluate("document.activeElement.localName") == "use"


# What is not shown need not be laid out again with each tip.
ALONE = """document.querySelectorAll(".shapes, section:not([aria-labelledby=map]), svg.unseen")
  .forEach(one => { one.hidden = true; one.style.display = "none"; })"""
REACHED = """svg => {
  const first = svg.querySelector("[tabindex]"), seen = new Set([first]), found = [first];
  const all = svg.querySelectorAll("[data-at]").length;
  while (found.length && seen.size < all) {
    const from = found.pop();
    for (const key of ["ArrowUp", "ArrowRight", "ArrowDown", "ArrowLeft"]) {
      from.setAttribute("tabindex", "0");
      from.focus();
      from.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
      const to = document.activeElement;
      if (!seen.has(to)) { seen.add(to); found.push(to); }
    }
  }
  return seen.size;
}"""


@pytest.mark.parametrize(("tier", "number"), [("Districts", 317), ("County councils", 26)])
def test_arrow_keys_reach_every_council(
    tier: str, number: int, browser: Browser, example_site: Path
) -> None:
    with opened(browser, example_site, INDEX) as page:
        page.get_by_label(tier).check()
        page.evaluate(ALONE)
        assert page.locator(".hexes:visible").evaluate(REACHED) == number


def test_the_tip_stays_while_the_pointer_is_on_it_and_a_click_leads_to_the_page(
    browser: Browser, example_site: Path
) -> None:
    with opened(browser, example_site, INDEX) as page:
        tip = page.locator(".tip")
        page.locator(".hexes [data-at=bromsgrove-district-council]").hover()
        assert tip.inner_text() == "Bromsgrove District Council\nComplied with every recommendation"
        at = tip.bounding_box()
        assert at is not None
        page.mouse.move(at["x"] + 20, at["y"] + 10, steps=20)
        assert tip.locator("b").inner_text() == "Bromsgrove District Council"
        assert page.locator(".shapes .on").get_attribute("data-at") == "bromsgrove-district-council"
        page.keyboard.press("Escape")
        assert tip.is_hidden()
        page.locator(".hexes [data-at=bolsover-district-council]").click()
        page.wait_for_url("**/bolsover-district-council/index.html")


def test_on_a_touch_screen_the_first_touch_names_the_council_and_the_second_leads_to_it(
    browser: Browser, example_site: Path
) -> None:
    with opened(browser, example_site, INDEX, 360, has_touch=True) as page:
        bromsgrove = page.locator(".hexes [data-at=bromsgrove-district-council]")
        bromsgrove.tap()
        assert page.locator(".tip b").inner_text() == "Bromsgrove District Council"
        bromsgrove.tap()
        page.wait_for_url("**/bromsgrove-district-council/index.html")


def test_a_common_shape_leads_to_the_list_of_those_in_it(
    browser: Browser, example_site: Path
) -> None:
    with opened(browser, example_site, INDEX) as page:
        page.locator(".shapes [data-at~=chiltern-district-council]").click()
        page.wait_for_url("**/index.html#together-aylesbury-vale-district-council")


SIDES = """marks => marks.map(mark => mark.getBoundingClientRect())
  .flatMap(box => [box.width, box.height])"""


@pytest.mark.parametrize("width", [1280, 320])
def test_every_hexagon_is_at_least_24_pixels_wide(
    width: int, browser: Browser, example_site: Path
) -> None:
    with opened(browser, example_site, INDEX, width) as page:
        for tier in ("Districts and single-tier councils", "County councils"):
            page.get_by_label(tier).check()
            assert min(page.locator(".hexes:visible [data-at]").evaluate_all(SIDES)) >= 24


@pytest.mark.parametrize(
    ("typed", "codes", "said"),
    [
        ("B60 1AA", ["B60"], "1 district found"),
        ("b601aa", ["B60"], "1 district found"),
        ("b60 1a", ["B60"], "1 district found"),
        ("b11 1aa", ["B11"], "1 district found"),
        ("b1 1aa", ["B1"], "1 district found"),
        ("wc2n5du", ["WC2N"], "1 district found"),
        ("sw1a", ["SW1A"], "1 district found"),
        ("hp2", ["HP2", "HP20", "HP21", "HP22", "HP23", "HP27"], "6 districts found"),
        ("eh1 1aa", [], "0 districts found"),
    ],
)
def test_a_postcode_finds_its_district(
    typed: str, codes: list[str], said: str, browser: Browser, example_site: Path
) -> None:
    with opened(browser, example_site, POSTCODES) as page:
        page.get_by_label("Postcode").fill(typed)
        assert page.locator("tbody th:visible").all_inner_texts() == codes
        assert page.get_by_role("status").inner_text() == said


def test_a_postcode_in_the_field_for_names_leads_to_its_councils(
    browser: Browser, example_site: Path
) -> None:
    with opened(browser, example_site, INDEX) as page:
        page.get_by_label("Find your council by name or postcode").fill("b60 1aa")
        assert page.locator(".results li").all_inner_texts() == ["Councils of postcode B60 1AA"]
        page.keyboard.press("Enter")
        page.wait_for_url("**/postcodes/index.html#*")
        assert page.locator("tbody th:visible").all_inner_texts() == ["B60"]


# ---- A body's own map


def feature(geometry: object, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def square(x: float, y: float, side: float = 1) -> dict[str, object]:
    ring = [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
    return {"type": "Polygon", "coordinates": [ring]}


def test_a_bodys_own_shapes_are_drawn_by_code_or_name(
    tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "map.geojson"
    two = {
        "type": "MultiPolygon",
        "coordinates": [square(2, 0)["coordinates"], square(3, 2)["coordinates"]],
    }
    features = [
        feature(square(0, 0, 2), LAD20CD="E07000234"),
        feature(two, name="BROMLEY  district council", number=5),
        feature(square(50, 50), name="Cardiff"),
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    monkeypatch.chdir(tables)
    out = tmp_path / "site"
    done = run("site", "--year", "2021", "--out", out, "--map", file)
    assert done.exit_code == 0, done.output
    (svg,) = parsed(out / INDEX).findall(".//{*}svg[@class='shapes']")
    # Three degrees of latitude are the longer side, 1200 units; at 1.5 degrees north, four degrees
    # of longitude are 4 * cos(1.5°) = 3.9986 degrees of latitude, and longer still.
    assert svg.get("viewBox") == "0 0 1200 900"
    paths = {path.get("data-at"): path.get("d") for path in svg.iter() if path.get("data-at")}
    assert paths == {
        "bromsgrove-district-council": "M0 900l600 0 0-600-600 0 0 600z",
        "bromley-district-council": "M600 900l300 0 0-300-300 0 0 300z"
        "M900 300l300 0 0-300-300 0 0 300z",
    }
    said = text_of(find(out / INDEX, ".//section[@aria-labelledby='map']"))
    assert places.note() not in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "it is not GeoJSON with a list of features"),
        ("[" * 100_000, "it is not GeoJSON with a list of features"),
        ('{"features": 5}', "it is not GeoJSON with a list of features"),
        ('{"features": [5, {}]}', "no feature has the code or the name of an authority"),
        (
            json.dumps({"features": [feature({"type": "Point"}, code="E07000234")]}),
            "feature 1, Bromsgrove District Council, is not a Polygon or a MultiPolygon",
        ),
        (
            json.dumps({"features": [feature(square(0, 0, float("nan")), code="E07000234")]}),
            "feature 1, Bromsgrove District Council, is not a Polygon or a MultiPolygon",
        ),
        (
            json.dumps({"features": [feature(square(1, 1, 0), code="E07000234")]}),
            "all its points are one",
        ),
    ],
)
def test_a_file_that_cannot_be_the_map_is_refused_in_a_sentence(
    content: str, said: str, tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "map.geojson"
    file.write_text(content)
    monkeypatch.chdir(tables)
    done = run("site", "--year", "2021", "--out", tmp_path / "site", "--map", file)
    assert done.exit_code == 2
    assert re.search(rf'map\.geojson" cannot be the map: {said}[^\n]*\.\n', done.stderr)
    assert not (tmp_path / "site").exists()
