"""The pages of the example: valid, complete, and with the figures of `stats`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest

from lgo_letters.figures.chance import Chance, chances
from lgo_letters.figures.compare import YearFigures
from lgo_letters.figures.report import authority_fields, statistics_record
from lgo_letters.site.charts import funnel_chart
from tests.support.editions import read_edition
from tests.support.paths import EDITION
from tests.support.site import find, pages_of, parsed, text_of

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
BROMSGROVE = "authorities/bromsgrove-district-council/index.html"

ROUNDED = 0.011  # of two heights to two decimals
SVG = "{http://www.w3.org/2000/svg}"
OUTSIDE = {Chance.HIGHER, Chance.LOWER}


def various(site: Path) -> list[Path]:
    """Every page, but of those of one authority and of its decisions, which are alike, one in ten.

    The small site of two years has the authorities that are not like the others.
    """
    pages = pages_of(site)
    of_one = [page for page in pages if page.parent.parent.name == "authorities"]
    decisions = [page for page in of_one if page.name.startswith("decisions-")]
    own = [page for page in of_one if page not in decisions]
    return [*(page for page in pages if page not in of_one), *own[::10], *decisions[::10]]


def tables(page: Path) -> Iterator[Element]:
    return parsed(page).iter("table")


def figures_of(row: Element) -> dict[str, object]:
    """What a row of a table of authorities shows, by the columns of `stats`."""
    shown: dict[str, object] = {}
    for cell in row.findall("td[@data-column]"):
        name, text = cell.get("data-column"), text_of(cell)
        if name == "decisions":
            shown["decisions"] = int(text.replace(",", ""))
        else:
            rate, numerator, denominator = re.fullmatch(
                r"(\d+%|no figure) ([\d,]+) of ([\d,]+)", text
            ).groups()  # type: ignore[union-attr]
            shown[f"{name}_rate"] = None if rate == "no figure" else int(rate[:-1])
            shown[f"{name}_counts"] = numerator, denominator
    return shown


def expected(fields: dict[str, object]) -> dict[str, object]:
    """The same of a row of `stats --format json`."""
    counts = {
        "upheld": ("upheld", "detailed_investigations"),
        "compliance": ("complied", "compliance_outcomes"),
        "remedy": ("satisfactory_remedies", "upheld"),
    }
    shown: dict[str, object] = {"decisions": fields["decisions"]}
    for name, (numerator, denominator) in counts.items():
        shown[f"{name}_rate"] = fields[f"{name}_rate"]
        shown[f"{name}_counts"] = f"{fields[numerator]:,}", f"{fields[denominator]:,}"
    return shown


def test_pages_of_every_kind_are_parsed_by_a_strict_parser(example_site: Path) -> None:
    assert len(pages_of(example_site)) == 724
    for page in various(example_site):
        parsed(page)


ELSEWHERE = (
    *("https://www.lgo.org.uk/", "https://www.gov.uk/find-local-council"),
    *("https://decisions.invalid/", "https://reports.invalid/"),
)


def test_every_link_leads_to_something_that_is_there(example_site: Path) -> None:
    @cache
    def ids(page: Path) -> set[str | None]:
        return {element.get("id") for element in parsed(page).iter()}

    for page in various(example_site):
        for element in parsed(page).iter():
            address = element.get("href") or element.get("src")
            if address is not None and not address.startswith(ELSEWHERE):
                path, _, fragment = address.partition("#")
                target = page if not path else (page.parent / path).resolve()
                assert target.is_file(), (page, address)
                assert not fragment or fragment in ids(target), (page, address)


@pytest.mark.parametrize("where", ["authorities", "compare", "types"])
def test_every_row_of_every_table_of_authorities_has_the_figures_of_stats(
    where: str, example_site: Path, figures: YearFigures
) -> None:
    shown = [
        (text_of(row.find("th")), figures_of(row))  # type: ignore[arg-type]
        for page in pages_of(example_site / where)
        if where != "authorities" or page.parent.name == "authorities"
        for table in tables(page)
        if table.get("data-type") is not None
        for row in table.iter("tr")
        if row.find("th").get("scope") == "row"  # type: ignore[union-attr]
    ]
    record = statistics_record(figures, range(355))
    groups = {f"All {group['type']}s": expected(group) for group in record["types"]}
    rows = {row["authority"]: row for row in record["authorities"]}
    if where == "compare":
        rows = {name: row for name, row in rows.items() if f"All {row['type']}s" in groups}
    assert len(shown) == len(rows) + len(groups)
    assert dict(shown) == {name: expected(row) for name, row in rows.items()} | groups


def test_every_authoritys_page_has_the_figures_of_stats(
    example_site: Path, figures: YearFigures
) -> None:
    for one in figures.authorities:
        row = authority_fields(one, figures.definitions)
        folder = example_site / "authorities" / slug(one.authority.name)
        steps = {
            step.get("data-column", ""): int(text_of(step).replace(",", ""))
            for step in parsed(folder / "index.html").findall(".//ol/li/b")
        }
        assert steps == {name: row[name] for name in steps}
        assert len(steps) == 3
        cells = {
            cell.get("data-column"): text_of(cell)
            for cell in parsed(folder / "index.html").findall(".//td[@data-column]")
        }
        wanted = {name: row[name] for name in row if name.endswith(("_rate", "_average"))}
        is_compared = row["upheld_average"] is not None
        assert cells == {
            name: "no figure" if figure is None else f"{figure}%"
            for name, figure in wanted.items()
            if is_compared or name.endswith("_rate")
        }


def slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower().replace("'", "")).strip("-")


def test_an_authoritys_outcomes_add_up_to_its_decisions(
    example_site: Path, figures: YearFigures
) -> None:
    for one in figures.authorities:
        page = example_site / "authorities" / slug(one.authority.name) / "index.html"
        (table,) = (
            table
            for table in tables(page)
            if "by its outcome" in text_of(table.find("caption"))  # type: ignore[arg-type]
        )
        *parts, total = (int(text_of(cell)) for cell in table.iter("td"))
        assert sum(parts) == total == one.counts["decisions"]


def test_the_start_page_has_england_in_three_figures(example_site: Path) -> None:
    shown = [text_of(figure) for figure in parsed(example_site / "index.html").iter("dd")]
    assert shown == [
        "61% 2,558 of 4,200 detailed investigations",
        "99.4% 1,970 of 1,982 compliance outcomes",
        "13% 333 of 2,558 upheld decisions",
    ]


def test_a_types_page_says_what_its_averages_are_drawn_from(example_site: Path) -> None:
    page = example_site / "types/district-council/index.html"
    assert [text_of(figure) for figure in parsed(page).iter("dd")] == [
        "45% 405 of 900 detailed investigations",
        "99% 297 of 300 compliance outcomes",
        "20% 81 of 405 upheld decisions",
    ]


REMARK = ".//p[@class='remark']"


def test_every_rate_that_is_tested_has_the_sentence_of_what_the_test_says(
    example_site: Path, figures: YearFigures
) -> None:
    found = chances(figures)
    assert [*found] == ["upheld", "remedy"]
    comparison = read_edition(EDITION).settings.comparison
    assert comparison is not None
    for one in figures.authorities:
        name = one.authority.name
        page = example_site / "authorities" / slug(name) / "index.html"
        panels = parsed(page).findall(".//div[@class='panel']")
        shown = [[text_of(remark) for remark in panel.findall(REMARK)] for panel in panels]
        of_upheld, of_remedy = (
            [comparison.sentence(of[name])] if name in of else [] for of in found.values()
        )
        assert shown == [of_upheld, [], of_remedy], name


def test_a_types_funnels_mark_and_list_what_the_test_says_of_each(
    example_site: Path, figures: YearFigures
) -> None:
    """Birmingham, with 119 of 153 upheld, is the one in the example that is outside."""
    found = chances(figures)
    for group in figures.types:
        page = example_site / "types" / slug(group.name) / "index.html"
        members = [one for one in figures.authorities if one.authority.type == group.name]
        (table,) = parsed(page).findall(".//details/table")
        listed = {
            text_of(row[0]): [text_of(cell) for cell in row[1:]]
            for row in table.findall("tbody/tr")
        }
        assert listed == {
            one.authority.name: [
                f"{one.counts[k]:,} of {one.counts[n]:,} {found[name][one.authority.name].label}"
                for name, k, n in (
                    ("upheld", "upheld", "detailed_investigations"),
                    ("remedy", "satisfactory_remedies", "upheld"),
                )
            ]
            for one in members
        }
        funnels = parsed(page).findall(f".//{SVG}svg[@role='img']")
        for funnel, of in zip(funnels, found.values(), strict=True):
            marked = {
                name: Chance(path.get("class", ""))
                for path in funnel.iter(f"{SVG}path")
                if path.find(f"{SVG}title") is not None
                for name in text_of(path).rpartition(": ")[0].split("; ")
            }
            assert marked.items() <= of.items()
            assert ("Birmingham City Council" in marked) == (group.name == "Metropolitan Borough")
            with_cases = sum(1 for one in members if one.counts["detailed_investigations"])
            assert funnel is not funnels[0] or len(marked) == with_cases
        outside = {name for of in found.values() for name, it in of.items() if it in OUTSIDE}
        assert outside == {"Birmingham City Council"}


def test_what_is_outside_is_drawn_outside_the_funnel_and_all_else_within_it() -> None:
    """Of 1,000 cases of which 400 have the outcome, for every count of 1 to 60."""
    counts = [
        (f"{count} of {cases}", cases, count)
        for cases in range(1, 61)
        for count in range(cases + 1)
    ]
    chart = funnel_chart("", counts, 1000, 400, (100, "%"))
    outline = [point.split() for point in chart.funnel[1:-1].split("L")]
    half = len(outline) // 2
    top, bottom = ({x: float(y) for x, y in part} for part in (outline[:half], outline[half:]))
    for mark in chart.marks:
        below_top, below_bottom = float(mark.y) - top[mark.x], float(mark.y) - bottom[mark.x]
        if mark.chance is Chance.HIGHER:
            assert below_top < ROUNDED, mark
        elif mark.chance is Chance.LOWER:
            assert below_bottom > -ROUNDED, mark
        else:
            assert below_top > -ROUNDED, mark
            assert below_bottom < ROUNDED, mark
    assert {mark.chance for mark in chart.marks} == {*Chance}


def test_bromsgroves_panels_say_what_its_letter_says(example_site: Path) -> None:
    said = text_of(find(example_site / BROMSGROVE, ".//div[@class='panels']"))
    for words in (
        "40% of complaints we investigated were upheld.",
        "This compares to an average of 45% in similar authorities.",
        "In 100% of cases we were satisfied the authority had successfully implemented our",
        "0 satisfactory remedy decisions",
        "Statistics are based on a total of 5 detailed investigations for the period between "
        "1 April 2019 to 31 March 2020",
        "should scrutinise those complaints where it failed to comply",
    ):
        assert words in said


def test_a_body_that_is_not_compared_has_no_average(example_site: Path) -> None:
    page = example_site / "authorities/broads-authority/index.html"
    assert "average" not in text_of(find(page, ".//main")).lower()


def test_headings_are_in_order_and_every_page_has_one_of_level_one(example_site: Path) -> None:
    for page in various(example_site):
        levels = [int(one.tag[1]) for one in parsed(page).iter() if one.tag in HEADINGS]
        assert levels[0] == 1
        assert levels.count(1) == 1, page
        for above, below in pairwise(levels):
            assert below <= above + 1, page


def test_every_table_has_a_caption_and_a_header_for_every_row_and_column(
    example_site: Path,
) -> None:
    for page in various(example_site):
        for table in tables(page):
            assert text_of(table.find("caption")), page  # type: ignore[arg-type]
            for row in table.iter("tr"):
                first, *others = list(row)
                if {cell.tag for cell in row} == {"th"}:
                    assert all(cell.get("scope") == "col" for cell in row)
                else:
                    assert (first.tag, first.get("scope")) == ("th", "row")
                    assert all(cell.tag == "td" for cell in others)


def test_no_table_is_in_the_order_of_a_rate_or_can_be_sorted_by_one(example_site: Path) -> None:
    for page in various(example_site):
        for table in tables(page):
            sortable = [text_of(th) for th in table.iter("th") if th.get("data-sort") is not None]
            assert sortable in ([], ["Name", "Region"])
            if sortable:
                names = [text_of(th) for th in table.findall("tbody/tr/th")]
                assert names == sorted(names, key=str.casefold)


def test_every_page_of_the_example_says_so_and_asks_not_to_be_found(example_site: Path) -> None:
    for page in various(example_site):
        html = page.read_text(encoding="utf-8")
        assert "Example: invented figures" in text_of(find(page, ".//header"))
        assert '<meta name="robots" content="noindex">' in html


def test_no_page_has_a_script_or_a_style_of_its_own_and_the_policy_forbids_them(
    example_site: Path,
) -> None:
    for page in various(example_site):
        for element in parsed(page).iter():
            assert "style" not in element.attrib
            assert not any(name.startswith("on") for name in element.attrib)
            assert element.tag != "style"
            assert element.tag != "script" or not text_of(element)
        policy = find(page, ".//meta[@http-equiv='Content-Security-Policy']").get("content", "")
        assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self'; ")
        assert "unsafe" not in policy


def test_style_script_and_pages_keep_to_their_budgets(example_site: Path) -> None:
    style, script = (
        (example_site / "assets" / name).stat().st_size for name in ("site.css", "site.js")
    )
    assert max(style, script) <= 15_000
    for page in (example_site / "authorities").glob("*/index.html"):
        assert page.stat().st_size + style + script <= 60_000


def test_another_name_and_a_body_to_come_have_the_pages_they_should(example_site: Path) -> None:
    page = example_site / "authorities/city-of-westminster/index.html"
    assert text_of(find(page, ".//h1")) == "City of Westminster"
    assert find(page, ".//main/ul/li/a").get("href") == (
        "../../authorities/westminster-city-council/index.html"
    )
    assert not (example_site / "authorities/cumberland-council").exists()
