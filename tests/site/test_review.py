"""The Review of a year: its figures are those of `stats --by`, and nothing unpublished is in it."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

import pytest

from lgo_letters.figures.breakdown import breakdown_of_authorities, breakdowns
from lgo_letters.figures.compare import YearFigures
from lgo_letters.figures.report import breakdown_record
from lgo_letters.run.composed import year_figures, year_letters
from lgo_letters.run.inputs import Inputs, read_inputs
from lgo_letters.run.sources import Sources, find_sources
from lgo_letters.site.page import Page
from lgo_letters.site.pages.review import review_pages
from lgo_letters.site.render import Renderer
from lgo_letters.site.site import Site
from lgo_letters.site.write import write_file
from lgo_letters.site.year import PublishedCase, SiteYear
from tests.support.commands import HEADER, run
from tests.support.editions import change, later_edition, problems
from tests.support.paths import EDITION, TESTS
from tests.support.site import find, opened, parsed, text_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

REVIEW = "review/2020/index.html"
A4 = 680  # pixels between the margins of a printed page
BREAKDOWNS = {"service-areas": "service_area", "types": "type", "regions": "region"}


def section(page: Path, name: str) -> Element:
    return find(page, f".//section[@aria-labelledby='{name}']")


def rows(element: Element) -> list[list[str]]:
    """The cells of a part's only table."""
    (table,) = element.iter("table")
    return [[text_of(cell) for cell in row] for row in table.iter("tr")]


def read_csv(file: Path) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(file.read_text(encoding="utf-8")))]


def read(year: int) -> Inputs:
    """The tables of the current folder."""
    return read_inputs(find_sources(year, None, None, None), year)


def site_of(*inputs: Inputs) -> Site:
    years = []
    for one in inputs:
        figures = year_figures(one)
        years.append(SiteYear(one, figures, year_letters(one, figures), {}))
    return Site(tuple(years))


def write_review(site: Site, folder: Path) -> Path:
    """The files of the Reviews of a site alone."""
    renderer = Renderer(site)
    for made in review_pages(site):
        content = renderer.html(made) if isinstance(made, Page) else made.content
        write_file(folder / made.path, content)
    return folder


# ---- the figures of the example


@pytest.mark.parametrize("name", BREAKDOWNS)
def test_the_tables_of_the_review_have_the_figures_of_stats_by(
    name: str, example_site: Path, inputs: Inputs, figures: YearFigures
) -> None:
    by, definitions = BREAKDOWNS[name], figures.definitions
    if by == "service_area":
        breakdown = breakdowns(inputs.data, definitions, figures.year, by)[None]
    else:
        breakdown = breakdown_of_authorities(figures, by)
    record = breakdown_record(breakdown, definitions)
    expected = [
        [
            f"{row['decisions']:,}",
            f"{row['detailed_investigations']:,}",
            f"{row['upheld']:,}",
            f"{row['upheld_rate']}%",
            f"{row['compliance_rate']}% {row['complied']:,} of {row['compliance_outcomes']:,}",
            f"{row['remedy_rate']}% {row['satisfactory_remedies']:,} of {row['upheld']:,}",
        ]
        for row in (*record["rows"], record["total"])
    ]
    shown = rows(section(example_site / REVIEW, name))
    assert [row[1:] for row in shown[1:]] == expected
    assert shown[-1][0] == "England"


@pytest.mark.parametrize("name", BREAKDOWNS)
def test_each_table_is_a_csv_with_the_rows_of_stats_by_each_marked_as_of_the_example(
    name: str, example_site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = run("stats", "--year", "2020", "--by", BREAKDOWNS[name], "--format", "csv")
    expected = [*csv.DictReader(io.StringIO(told.stdout))]
    found = read_csv(example_site / "review/2020" / f"{name}.csv")
    assert {row.pop("example") for row in found} == {"Example: invented figures"}
    whole = {**found.pop(), BREAKDOWNS[name]: "Total"}
    assert found == expected[: len(found)]
    assert [whole] == expected[len(found) :]


@pytest.mark.parametrize("name", [*BREAKDOWNS, "outcomes", "compliance"])
def test_the_parts_of_each_table_add_up_to_its_last_row(name: str, example_site: Path) -> None:
    *parts, whole = read_csv(example_site / "review/2020" / f"{name}.csv")
    counts = [
        column
        for column in whole
        if whole[column].isdigit() and not column.endswith(("_rate", "percentage"))
    ]
    assert counts
    for column in counts:
        assert sum(int(part[column]) for part in parts) == int(whole[column]), column


def test_an_outcome_is_on_time_or_late_or_a_failure(example_site: Path) -> None:
    for row in read_csv(example_site / "review/2020/compliance.csv"):
        parts = [int(row[name]) for name in ("on_time", "complied_late", "not_complied")]
        assert sum(parts) == int(row["compliance_outcomes"])
    by_type, _failures = section(example_site / REVIEW, "compliance").iter("table")
    assert rows(by_type)[-1] == ["England", "1,982", "1,798", "172", "12"]


def test_types_are_in_the_plural_where_nobody_is_of_one_too(two_years: Path) -> None:
    page = two_years / "review/2021/index.html"
    names = [row[0] for row in rows(section(page, "types"))]
    assert names[1:4] == [
        "County Councils 1 authority",
        "District Councils 3 authorities",
        "Metropolitan Boroughs",
    ]


def test_a_file_lies_beside_the_review_for_each_of_its_tables(example_site: Path) -> None:
    page = example_site / REVIEW
    linked = [
        link.get("href", "")
        for link in parsed(page).iter("a")
        if link.get("href", "").endswith(".csv")
    ]
    assert sorted(linked) == sorted(file.name for file in page.parent.glob("*.csv"))
    assert len(linked) == 7
    for name in linked:
        assert len(read_csv(page.parent / name)) > 0


def test_every_chart_has_its_table_and_says_in_words_what_it_shows(example_site: Path) -> None:
    for name in ("outcomes", *BREAKDOWNS, "compliance"):
        part = section(example_site / REVIEW, name)
        (chart,) = part.findall("figure/div[@role='img']")
        names = [text_of(row) for row in chart.findall("p/span")]
        assert len(names) == len(chart.findall("{*}svg"))
        if name != "compliance":
            in_table = [text_of(row).partition(" ")[0] for row in part.findall(".//tbody//th")]
            assert [one.partition(" ")[0] for one in names] == in_table
    said = section(example_site / REVIEW, "service-areas").find("figure/div")
    assert said is not None
    assert said.get("aria-label") == (
        "Bar chart of decisions, detailed investigations and upheld decisions by service area, "
        "from 161 decisions (Other) to 3,194 (Education and children's services). "
        "The table has every figure."
    )


def test_the_review_begins_with_sentences_that_have_the_figures_of_all_together(
    example_site: Path,
) -> None:
    points = section(example_site / REVIEW, "points")
    assert [text_of(item) for item in points.iter("li")] == [
        "We made 17,000 decisions on complaints about councils and other authorities, and "
        "investigated 4,200 complaints in detail.",
        "We upheld 61% of the complaints that we investigated in detail (2,558 of 4,200).",
        "In 99.4% of cases we were satisfied that the authority had carried out our "
        "recommendations (1,970 of 1,982).",
        "In 13% of upheld cases the authority had put things right before the complaint reached us "
        "(333 of 2,558).",
    ]


def test_start_page_and_navigation_lead_to_the_review(example_site: Path) -> None:
    links = [
        (text_of(link), link.get("href"))
        for link in parsed(example_site / "index.html").iter("a")
        if "review" in link.get("href", "")
    ]
    assert links == [
        ("Review", REVIEW),
        ("Review of Local Government Complaints 2019-20", REVIEW),
    ]


def test_failures_to_comply_are_counted_and_none_is_named_that_is_not_published(
    tables: Path, tmp_path: Path
) -> None:
    sources = Sources(tables / "decisions.csv", tables / "authorities.csv", EDITION)
    page = write_review(site_of(read_inputs(sources, 2020)), tmp_path) / REVIEW
    said = text_of(section(page, "compliance"))
    assert "in 1 case. It had in every one." in said
    assert "is published" not in said


# ---- two years of a few authorities, worked by hand


def test_a_review_has_its_year_and_those_before_it(two_years: Path) -> None:
    later, earlier = (
        rows(section(two_years / f"review/{year}/index.html", "year")) for year in (2021, 2020)
    )
    # 2019-20: four investigations, two of them upheld, one remedied; one outcome. 2020-21: three
    # investigations, two upheld; an outcome of its own, and that of Wye's decision of 2019-20.
    assert later == [
        ["Figure", "2020-21", "2019-20"],
        ["Decisions", "3", "5"],
        ["Detailed investigations", "3", "4"],
        ["Upheld decisions", "2", "2"],
        ["Complaints upheld", "67%", "50%"],
        ["Compliance outcomes", "2", "1"],
        ["Complied, on time or late", "1", "1"],
        ["Of these, complied late", "0", "0"],
        ["Did not comply", "1", "0"],
        ["Compliance with Ombudsman recommendations", "50.0%", "100.0%"],
        ["Satisfactory remedy decisions", "0", "1"],
        ["Satisfactory remedies provided by the authority", "0%", "50%"],
    ]
    assert earlier == [[row[0], row[2]] for row in later]


def test_a_review_names_the_figure_of_the_year_before(two_years: Path) -> None:
    said = text_of(section(two_years / "review/2021/index.html", "points"))
    assert "We upheld 67%" in said
    assert "(2 of 3), compared with 50% in the year before." in said
    assert "in the year before" not in text_of(section(two_years / REVIEW, "points"))


def test_charts_over_the_years_stand_where_there_are_two(two_years: Path) -> None:
    charts = section(two_years / "review/2021/index.html", "year").iter(
        "{http://www.w3.org/2000/svg}svg"
    )
    assert [chart.get("aria-label") for chart in charts] == [
        "Line chart. Decisions: 2019-20, 5; 2020-21, 3.",
        "Line chart. Complaints upheld: 2019-20, 50%; 2020-21, 67%.",
        "Line chart. Compliance with Ombudsman recommendations: 2019-20, 100.0%; 2020-21, 50.0%.",
        "Line chart. Satisfactory remedies provided by the authority: 2019-20, 50%; 2020-21, 0%.",
    ]
    assert not [*section(two_years / REVIEW, "year").iter("{http://www.w3.org/2000/svg}svg")]


def test_the_reviews_lead_to_one_another(two_years: Path) -> None:
    for one, other in ((2020, 2021), (2021, 2020)):
        link = find(two_years / f"review/{one}/index.html", ".//ul[@class='onward']/li/a")
        assert link.get("href") == f"../../review/{other}/index.html"


def test_a_case_is_named_where_its_decision_is_published_and_hostile_text_stays_text(
    here: Path, tmp_path: Path
) -> None:
    site = site_of(read(2021))
    year = site.newest
    (wye,) = (
        case
        for case in year.cases["Bromsgrove District Council"]
        if "not_complied" in case.counts_in
    )
    hostile = '=1+1 <script>alert(1)</script> "&'
    published = PublishedCase(wye, hostile, "https://decisions.invalid/1", None)
    others = [
        PublishedCase(case, None, None, None) for case in year.cases["Bromley District Council"]
    ]
    vars(year)["published"] = {
        "Bromsgrove District Council": [published],
        "Bromley District Council": others,
    }
    folder = write_review(site, tmp_path / "out") / "review/2021"
    _, tables = [*section(folder / "index.html", "compliance").iter("table")]
    assert [text_of(cell) for cell in [*tables.iter("tr")][1]] == [
        "19 000 004", "Wye District Council", "Housing", "4 May 2020", hostile,
    ]  # fmt: skip
    assert len([*tables.iter("tr")]) == 2
    assert read_csv(folder / "failures.csv") == [
        {
            "reference": "19 000 004", "authority": "Wye District Council",
            "service_area": "Housing", "decision_date": "2019-05-04",
            "compliance_date": "2020-05-04", "summary": f"'{hostile}",
            "link": "https://decisions.invalid/1", "report": "",
        }
    ]  # fmt: skip


def test_without_published_decisions_no_reference_is_in_any_file_of_a_review(
    here: Path, tmp_path: Path
) -> None:
    folder = write_review(site_of(read(2021)), tmp_path / "out")
    texts = [file.read_text(encoding="utf-8") for file in folder.rglob("*") if file.is_file()]
    assert len(texts) == 7
    assert not any(reference in text for text in texts for reference in ("19 000", "20 000"))
    assert "none of these is" in texts[0] + "".join(texts)


# ---- earlier years

PUBLISHED = """type,authority,decisions,detailed_investigations,upheld,upheld_rate,complied
District Council,Bromsgrove District Council,"1,002",8,3,38,2
District Council,Bromley District Council,10,4,1,25,not known
"""


def with_history(here: Path) -> Inputs:
    (here / "history").mkdir()
    (here / "history/statistics-2019.csv").write_text(PUBLISHED, encoding="utf-8")
    return read(2020)


def test_a_year_of_which_figures_were_published_has_their_sums(here: Path, tmp_path: Path) -> None:
    page = write_review(site_of(with_history(here)), tmp_path / "out") / REVIEW
    table = rows(section(page, "year"))
    assert table[:7] == [
        ["Figure", "2019-20", "2018-19"],
        ["Decisions", "5", "1,012"],
        ["Detailed investigations", "4", "12"],
        ["Upheld decisions", "2", "4"],
        ["Complaints upheld", "50%", "33%"],
        ["Compliance outcomes", "1", "\N{EN DASH}"],
        ["Complied, on time or late", "1", "\N{EN DASH}"],
    ]
    assert "compared with 33% in the year before." in text_of(section(page, "points"))
    assert "2018-19: the sums of the figures published" in text_of(section(page, "method"))


def test_figures_counted_again_say_so_wherever_they_stand(here: Path, tmp_path: Path) -> None:
    (here / "lgo-letters.toml").write_text("[decisions]\ncomplete_years = [2020]\n")
    page = write_review(site_of(read(2021)), tmp_path / "out")
    page /= "review/2021/index.html"
    assert rows(section(page, "year"))[0] == ["Figure", "2020-21", "2019-20 (recalculated)"]
    assert "compared with 50% (recalculated) in the year before." in text_of(
        section(page, "points")
    )
    assert "2019-20: counted again" in text_of(section(page, "method"))


def test_nothing_is_compared_over_a_change_of_method(here: Path, tmp_path: Path) -> None:
    edition = Path(shutil.copytree(EDITION, here / "editions/2020"))
    change(
        edition, ("[letter]", '[[breaks]]\nbefore = 2020\nnote = "Counted otherwise."\n\n[letter]')
    )
    page = write_review(site_of(with_history(here)), tmp_path / "out") / REVIEW
    assert "in the year before" not in text_of(section(page, "points"))
    figures = section(page, "year")
    assert "Counted otherwise." in text_of(figures)
    (decisions, *_) = figures.iter("{http://www.w3.org/2000/svg}svg")
    assert len(decisions.findall("{*}g/{*}circle")) == 2
    assert not decisions.findall("{*}g/{*}path")


# ---- editions


def small_year(folder: Path, year: int) -> Inputs:
    (folder / "authorities.csv").write_text(
        "name,type,role,population\nOmnium County Council,County Council,Chief Executive,100000\n",
        encoding="utf-8",
    )
    (folder / "decisions.csv").write_text(
        f"{HEADER}19 000 001,Omnium County Council,Housing,{year}-02-01,Upheld,no,,\n",
        encoding="utf-8",
    )
    files = Sources(folder / "decisions.csv", folder / "authorities.csv", folder)
    return read_inputs(files, year)


@pytest.mark.parametrize("year", [2021, 2023, 2024, 2025])
def test_the_statistics_of_later_editions_have_a_review(year: int, tmp_path: Path) -> None:
    inputs = small_year(later_edition(year, tmp_path), year)
    page = write_review(site_of(inputs), tmp_path / "out") / f"review/{year}/index.html"
    assert rows(section(page, "service-areas"))[1][:5] == ["Housing", "1", "1", "1", "100%"]
    # Nobody has a rate over the residents of all together.
    assert "100,000" not in text_of(section(page, "year"))
    assert ("Rates by residents" in text_of(section(page, "method"))) == (year == 2023)


def test_another_ombudsman_has_a_review_of_its_own_statistics(tmp_path: Path) -> None:
    seenlande = TESTS / "editions/seenlande"
    sources = Sources(seenlande / "decisions.csv", seenlande / "authorities.csv", seenlande)
    page = write_review(site_of(read_inputs(sources, 2022)), tmp_path)
    page /= "review/2022/index.html"
    assert rows(section(page, "year"))[:4] == [
        ["Figure", "2021-22"],
        ["Entscheidungen", "10"],
        ["Beanstandete Fälle", "6"],
        ["Beanstandete Fälle", "60.0%"],
    ]
    assert rows(section(page, "types"))[-1][:3] == ["Seenlande", "10", "6"]
    assert not [*section(page, "points").iter("li")]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("counted('decisions')", "authority", "is not a placeholder of this text"),
        ("counted('decisions')", "average_of('upheld')", "is not a function of"),
        ("counted('decisions')", "counted('decision')", "is not a count of this edition"),
        ("We made", "{{ table.years }} We made", "cannot stand here"),
    ],
)
def test_the_sentences_may_use_what_all_authorities_have(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    edition = Path(shutil.copytree(EDITION, tmp_path / "2020"))
    change(edition, (old, new))
    (problem,) = problems(edition)
    assert problem.column == "review.sentences.1"
    assert message in problem.message


def test_a_sentence_that_would_print_a_figure_which_does_not_exist_is_left_out(
    here: Path, tmp_path: Path
) -> None:
    (here / "decisions.csv").write_text(
        f"{HEADER}19 000 001,Bromley District Council,Housing,2019-05-01,Advice given,,,\n"
    )
    page = write_review(site_of(read(2020)), tmp_path / "out") / REVIEW
    assert [text_of(item) for item in section(page, "points").iter("li")] == [
        "We made 1 decision on complaints about councils and other authorities, and investigated "
        "0 complaints in detail."
    ]
    assert "no outcome was recorded" in text_of(section(page, "compliance"))


# ---- in a browser


def test_printed_on_a4_no_table_runs_over_the_edge_and_no_chart_is_cut(
    browser: Browser, example_site: Path
) -> None:
    with opened(browser, example_site, REVIEW, A4) as page:
        page.emulate_media(media="print")
        assert page.evaluate("document.documentElement.scrollWidth") <= A4
        for kind in ("figure", "table.pairs", "table.slim"):
            assert page.locator(kind).count() > 1
            for one in page.locator(kind).all():
                assert one.evaluate("one => getComputedStyle(one).breakInside") == "avoid"
