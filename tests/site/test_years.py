"""Two years of a few authorities, worked by hand: one ended between them, one has a bad name."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

from lgo_letters.site.charts import line_chart
from tests.support.site import find, pages_of, parsed, text_of

BROMSGROVE = "bromsgrove-district-council"
WYE = "wye-district-council"
CHART = ".//div[@class='years']/div[1]/{*}svg"
HOSTILE = '<script>alert(1)</script> & "Sons" Council'


def page(site: Path, slug: str) -> Path:
    return site / "authorities" / slug / "index.html"


def rows(page: Path, caption: str) -> list[list[str]]:
    (table,) = (
        table
        for table in parsed(page).iter("table")
        if text_of(table.find("caption")).startswith(caption)  # type: ignore[arg-type]
    )
    return [[text_of(cell) for cell in row] for row in table.iter("tr")]


def test_an_authoritys_page_has_its_statistics_of_both_years(two_years: Path) -> None:
    assert rows(page(two_years, "bromley-district-council"), "Complaints upheld") == [
        ["Year", "Cases", "Rate", "Average"],
        ["2020-21", "1 of 2", "50%", "67%"],
        ["2019-20", "0 of 1", "0%", "50%"],
    ]


def test_no_line_joins_the_figures_of_two_years_over_a_merger(two_years: Path) -> None:
    for slug, lines in ((BROMSGROVE, 0), ("bromley-district-council", 2)):
        chart = find(page(two_years, slug), CHART)
        assert len(chart.findall("{*}g/{*}path")) == lines
        assert len(chart.findall("{*}g/{*}circle")) == 4
    assert "not of the same area" in text_of(find(page(two_years, BROMSGROVE), ".//main"))
    assert "not of the same area" not in text_of(
        find(page(two_years, "bromley-district-council"), ".//main")
    )


def test_the_names_of_two_lines_that_end_at_nought_stand_apart_and_above_the_years() -> None:
    ends_at_nought = [Decimal(50), Decimal(0)]
    lines = [("This authority", ends_at_nought), ("Average", ends_at_nought)]
    chart = line_chart(["2019-20", "2020-21"], lines, [False, True], "%")
    assert chart is not None
    nought, _ = chart.ticks[0]
    labels = [float(series.label_y) for series in chart.series]
    assert labels == [float(nought) - 14, float(nought)]


def test_a_chart_says_in_words_what_it_shows(two_years: Path) -> None:
    chart = find(page(two_years, "bromley-district-council"), CHART)
    assert chart.get("role") == "img"
    assert chart.get("aria-label") == (
        "Line chart. This authority: 2019-20, 0%; 2020-21, 50%. "
        "Average: 2019-20, 50%; 2020-21, 67%."
    )


def test_a_body_that_ended_keeps_its_page_and_leads_to_what_came_after_it(
    two_years: Path,
) -> None:
    said = text_of(find(page(two_years, WYE), ".//main"))
    assert "Key figures, 2019-20" in said
    assert "ended on 31 March 2020. What came after it: Bromsgrove District Council." in said


def test_a_body_that_ended_before_all_years_has_a_page_that_leads_on(two_years: Path) -> None:
    former = page(two_years, "long-gone-district-council")
    assert [text_of(link) for link in parsed(former).findall(".//main/ul/li/a")] == [
        "Wye District Council"
    ]


def test_the_list_of_names_is_found_by_the_names_of_bodies_that_came_before(
    two_years: Path,
) -> None:
    also = {
        text_of(item): item.get("data-also")
        for item in parsed(two_years / "index.html").findall(".//li")
        if item.get("data-also")
    }
    assert also == {
        "Bromsgrove District Council": "The DC",
        "Wye District Council": "Long Gone District Council",
    }


def test_an_authoritys_letters_of_both_years_are_there_and_linked(two_years: Path) -> None:
    letters = find(page(two_years, BROMSGROVE), ".//ul[@class='files']")
    links = [link.get("href", "") for link in letters.iter("a")]
    assert links == [f"../../letters/{year}/{BROMSGROVE}.pdf" for year in (2021, 2020)]
    for link in links:
        file = page(two_years, BROMSGROVE).parent / link
        assert file.read_bytes().startswith(b"%PDF-")


def test_a_hostile_name_comes_out_as_text(two_years: Path) -> None:
    (hostile,) = two_years.glob("authorities/script*/index.html")
    assert text_of(find(hostile, ".//h1")) == HOSTILE
    for one in pages_of(two_years):
        assert len(parsed(one).findall(".//script")) == 1
        assert not parsed(one).findall(".//i")
    names = [text_of(link) for link in parsed(two_years / "index.html").iter("a")]
    assert HOSTILE in names


def test_an_authority_with_nothing_to_count_has_no_percentage(two_years: Path) -> None:
    quiet = page(two_years, "quiet-county-council")
    said = text_of(find(quiet, ".//main"))
    assert not re.search(r"\d%", said.replace("rate below 100%", ""))
    assert "We carried out no detailed investigations between 1 April 2020 and" in said


def test_pages_of_real_figures_are_not_marked(two_years: Path) -> None:
    for one in pages_of(two_years):
        html = one.read_text(encoding="utf-8")
        assert "invented" not in html
        assert "noindex" not in html
