"""Published decisions, reports and improvements: three years of a few authorities, by hand."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lgo_letters.run.composed import year_figures, year_letters
from lgo_letters.run.improvements import find_improvements
from lgo_letters.run.inputs import read_inputs
from lgo_letters.run.sources import Sources
from lgo_letters.site.build import write_pages
from lgo_letters.site.site import Site
from lgo_letters.site.year import SiteYear
from tests.support.commands import HEADER, run
from tests.support.editions import edition_of
from tests.support.paths import EDITION
from tests.support.site import NARROW, files, find, opened, pages_of, parsed, text_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

AUTHORITIES = """name,type,role,from,until,successor
Bromsgrove District Council,District Council,Chief Executive,,,
Wye District Council,District Council,Chief Executive,,2020-03-31,Bromsgrove District Council
Leeds City Council,Metropolitan Borough,Chief Executive,,,
Quiet County Council,County Council,Chief Executive,,,
"""
SCRIPT = '</td><script>alert("1")</script> & <b onclick="x">bold</b>'
RTL = "\N{HEBREW LETTER ALEF}\N{HEBREW LETTER BET}"
DECISIONS = (
    HEADER.rstrip()
    + """,published,summary,link,report
19 000 001,Bromsgrove District Council,Housing,2019-05-01,Upheld,yes,2020-05-02,Complied late,yes,"SCRIPT",https://example.org/1?a=1&b='2',
19 000 002,Bromsgrove District Council,Housing,2019-06-01,Not upheld,,,,no,Secret summary,https://secret.example.org/2,https://secret.example.org/r
19 000 003,Wye District Council,Planning,2019-07-01,Upheld,no,2020-08-01,Not complied,yes,+Slow,,https://example.org/report
19 000 003,Bromsgrove District Council,Planning,2019-07-02,Upheld,no,2020-08-02,Not complied,yes,RTL,,https://example.org/report
20 000 001,Bromsgrove District Council,,2020-05-01,Not upheld,,,,yes,,,
20 000 002,Leeds City Council,Housing,2020-06-01,Upheld,no,,,,Secret too,,
21 000 001,Leeds City Council,Housing,2021-05-01,Advice given,,,,yes,,,
""".replace("SCRIPT", SCRIPT.replace('"', '""')).replace("RTL", RTL)
)
IMPROVEMENTS = f"""reference,authority,improvement,due,completed
19 000 001,Bromsgrove District Council,"{SCRIPT.replace('"', '""')}",2020-01-01,2020-02-01
19 000 001,Bromsgrove District Council,Publish times,2022-07-28,
19 000 001,Bromsgrove District Council,Look again,,
19 000 003,Wye District Council,Tell tenants,2022-07-27,
19 000 003,Bromsgrove District Council,Train staff,2020-12-01,2020-12-01
20 000 002,Leeds City Council,Secret improvement,,
"""
BROMSGROVE = "authorities/bromsgrove-district-council"
HEADINGS = ["Reference", "Service area", "Decided", "Decision", "Compliance", "Summary"]


def put_tables(folder: Path) -> None:
    (folder / "authorities.csv").write_text(AUTHORITIES, encoding="utf-8")
    (folder / "decisions.csv").write_text(DECISIONS, encoding="utf-8")
    (folder / "improvements.csv").write_text(IMPROVEMENTS, encoding="utf-8")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of 2020, 2021 and 2022 without their letters, only to be read."""
    folder = tmp_path_factory.mktemp("three")
    put_tables(folder)
    editions = [edition_of(2022, folder), edition_of(2021, folder), EDITION]
    years = []
    for edition, year in zip(editions, (2022, 2021, 2020), strict=True):
        tables = folder / "decisions.csv", folder / "authorities.csv"
        inputs = read_inputs(Sources(*tables, edition), year)
        figures = year_figures(inputs)
        letters = year_letters(inputs, figures)
        years.append(SiteYear(inputs, figures, letters, {}))
    found = find_improvements(years[0].inputs)
    assert found is not None
    write_pages(Site(tuple(years), agreed=found.validated()), folder / "site")
    return folder / "site"


def rows(page: Path, caption: str) -> list[list[str]]:
    (table,) = (
        table
        for table in parsed(page).iter("table")
        if text_of(table.find("caption")).startswith(caption)  # type: ignore[arg-type]
    )
    return [[text_of(cell) for cell in row] for row in table.iter("tr")]


def section(page: Path, name: str) -> str:
    return text_of(find(page, f".//section[@aria-labelledby='{name}']"))


def decisions(site: Path, year: int, slug: str = BROMSGROVE) -> list[list[str]]:
    return rows(site / slug / f"decisions-{year}.html", "Published decisions about ")


def test_a_year_has_its_published_decisions_the_latest_first(site: Path) -> None:
    assert decisions(site, 2020) == [
        HEADINGS,
        ["19 000 003", "Planning", "2 July 2019", "Upheld", "Not complied 2 August 2020",
         f"{RTL} Report on 19 000 003"],
        ["19 000 001", "Housing", "1 May 2019", "Upheld already remedied",
         "Complied late 2 May 2020", SCRIPT],
    ]  # fmt: skip
    assert decisions(site, 2022, "authorities/leeds-city-council") == [
        HEADINGS,
        ["21 000 001", "Housing", "1 May 2021", "Advice given", "\N{EN DASH}", "\N{EN DASH}"],
    ]


def test_a_decision_of_an_earlier_year_stands_where_its_compliance_counts_too(site: Path) -> None:
    """And that about a body that ended, with its name, where its counts go."""
    references = [row[0] for row in decisions(site, 2021)]
    assert references == [
        "Reference",
        "20 000 001",
        "19 000 003",
        "19 000 003 Wye District Council",
        "19 000 001",
    ]
    page = site / BROMSGROVE / "decisions-2021.html"
    ids = [row.get("id") for row in parsed(page).findall(".//tbody/tr")]
    assert ids == ["20-000-001", "19-000-003", "19-000-003:2", "19-000-001"]
    assert "1 of 1 decision of the year is published, and 3 earlier ones whose" in text_of(
        find(page, ".//main")
    )


def test_an_authoritys_page_says_how_many_decisions_of_each_year_are_published(
    site: Path,
) -> None:
    assert section(site / BROMSGROVE / "index.html", "decisions") == (
        "Decisions Decisions of 2021-22 There was no decision in the year. "
        "Decisions of 2020-21 1 of 1 decision of the year is published, and 3 earlier ones whose "
        "compliance outcome was recorded in the year. "
        "Decisions of 2019-20 2 of 3 decisions of the year are published."
    )
    leeds = section(site / "authorities/leeds-city-council/index.html", "decisions")
    assert "Decisions of 2020-21 None of 1 decision of the year is published." in leeds
    years = sorted(file.name for file in (site / BROMSGROVE).iterdir())
    assert years == [
        "decisions-2020.csv",
        "decisions-2020.html",
        "decisions-2021.csv",
        "decisions-2021.html",
        "index.html",
    ]
    assert not [*(site / "authorities/quiet-county-council").glob("decisions*")]


def test_nothing_of_a_case_that_is_not_published_is_in_any_file(site: Path) -> None:
    contents = b"\n".join(files(site).values())
    for text in (b"secret", b"Secret", b"19 000 002", b"20 000 002", b"19-000-002", b"20-000-002"):
        assert text not in contents
    assert b"19 000 001" in contents


def test_a_table_to_download_has_the_same_decisions_and_no_formula(site: Path) -> None:
    text = (site / BROMSGROVE / "decisions-2021.csv").read_text(encoding="utf-8")
    first, _, wye, last = csv.DictReader(text.splitlines())
    assert wye == {
        "reference": "19 000 003",
        "authority": "Wye District Council",
        "service_area": "Planning",
        "decision_date": "2019-07-01",
        "decision": "Upheld",
        "satisfactory_remedy": "no",
        "compliance_date": "2020-08-01",
        "compliance_outcome": "Not complied",
        "counts_in": "compliance_outcomes;not_complied",
        "summary": "'+Slow",
        "link": "",
        "report": "https://example.org/report",
    }
    assert first["reference"] == "20 000 001"
    assert (last["summary"], last["satisfactory_remedy"]) == (SCRIPT, "yes")


def test_a_report_on_several_cases_is_listed_once(site: Path) -> None:
    page = site / BROMSGROVE / "index.html"
    assert section(page, "reports") == (
        f"Reports Report on 19 000 003 Planning, decided 2 July 2019 {RTL}"
    )
    report = find(page, ".//section[@aria-labelledby='reports']//a")
    assert report.get("href") == "https://example.org/report"
    leeds = site / "authorities/leeds-city-council/index.html"
    assert not parsed(leeds).findall(".//*[@id='reports']")


def test_improvements_are_late_open_done_late_or_done_by_the_day_of_publication(
    site: Path,
) -> None:
    """28 July 2022; those of a body that ended are with the one that came after it."""
    page = site / BROMSGROVE / "index.html"
    assert rows(page, "Service improvements") == [
        ["Improvement", "Status", "Due", "Completed", "Decision"],
        ["Tell tenants", "Late", "27 July 2022", "\N{EN DASH}", "19 000 003"],
        ["Publish times", "Open", "28 July 2022", "\N{EN DASH}", "19 000 001"],
        ["Look again", "Open", "\N{EN DASH}", "\N{EN DASH}", "19 000 001"],
        [SCRIPT, "Done late", "1 January 2020", "1 February 2020", "19 000 001"],
        ["Train staff", "Done", "1 December 2020", "1 December 2020", "19 000 003"],
    ]
    assert "1 late, 2 open, 1 done late, 1 done. Late means due before 28 July 2022" in section(
        page, "improvements"
    )
    links = parsed(page).findall(".//section[@aria-labelledby='improvements']//a")
    assert [link.get("href") for link in links] == [
        f"../../{BROMSGROVE}/decisions-2021.html#{place}"
        for place in ("19-000-003:2", "19-000-001", "19-000-001", "19-000-001", "19-000-003")
    ]
    for name in ("wye-district-council", "leeds-city-council"):
        other = parsed(site / "authorities" / name / "index.html")
        assert not other.findall(".//*[@id='improvements']")


def test_every_page_is_parsed_by_a_strict_parser_and_hostile_texts_are_text(site: Path) -> None:
    for page in pages_of(site):
        assert len(parsed(page).findall(".//script")) == 1
        for element in parsed(page).iter():
            assert not any(name.startswith("on") for name in element.attrib)
            if (path := element.get("href", "")) and ":" not in path.partition("#")[0]:
                path, _, fragment = path.partition("#")
                target = (page.parent / path).resolve() if path else page
                assert target.is_file() or "letters/" in path, (page, path)
                ids = (its.get("id") for its in parsed(target).iter()) if fragment else ()
                assert not fragment or fragment in ids, (page, path, fragment)
    link = find(site / BROMSGROVE / "decisions-2020.html", ".//tr[@id='19-000-001']/th/a")
    assert link.get("href") == "https://example.org/1?a=1&b='2'"


# ---- in a browser


@pytest.mark.parametrize("path", [f"{BROMSGROVE}/decisions-2021.html", f"{BROMSGROVE}/index.html"])
def test_axe_finds_nothing_wide_and_light_or_narrow_and_dark(
    path: str, browser: Browser, site: Path
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with opened(browser, site, path) as page:
        found = [Axe().run(page, options={"preload": False})]
        page.set_viewport_size({"width": NARROW, "height": 800})
        page.emulate_media(color_scheme="dark")
        found.append(Axe().run(page, options={"preload": False}))
        assert page.evaluate("document.documentElement.scrollWidth") == NARROW
        row = page.get_by_role("row", name="19 000 001").last
        assert row.get_by_role("rowheader").count() == 1
        assert row.get_by_role("cell").count() >= 4
    for one in found:
        assert one.violations_count == 0, one.generate_report()


def test_decisions_are_found_by_any_word_and_by_service_area_and_how_many_is_announced(
    browser: Browser, site: Path
) -> None:
    with opened(browser, site, f"{BROMSGROVE}/decisions-2021.html") as page:
        shown = page.locator("tbody tr:visible th")
        page.get_by_label("Find a decision by any word").fill("not complied")
        assert shown.all_inner_texts() == ["19 000 003", "19 000 003\nWye District Council"]
        assert page.get_by_role("status").inner_text() == "2 decisions found"
        page.get_by_label("Find a decision by any word").fill("")
        page.get_by_label("Service area").select_option("Housing")
        assert shown.all_inner_texts() == ["19 000 001"]
        assert page.get_by_role("status").inner_text() == "1 decision found"
    with opened(browser, site, f"{BROMSGROVE}/decisions-2021.html", script=False) as page:
        assert page.locator("tbody tr:visible").count() == 4
        assert not page.locator("input:visible, select:visible").count()


# ---- the commands


def test_improvements_with_a_problem_stop_the_site_and_the_old_one_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    put_tables(tmp_path)
    with (tmp_path / "improvements.csv").open("a", encoding="utf-8") as file:
        file.write("19 000 001,Leed City Council,x,,\n")
    for command in ("site", "check"):
        done = run(command, "--year", "2020")
        assert done.exit_code == 3
        assert 'improvements.csv, line 8, column authority: "Leed City Council" is' in done.output
    assert not (tmp_path / "site").exists()


def test_an_improvement_whose_decision_is_not_there_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    put_tables(tmp_path)
    with (tmp_path / "improvements.csv").open("a", encoding="utf-8") as file:
        file.write("19 999 999,Leeds City Council,x,,\n19 999 998,Leeds City Council,x,,\n")
    done = run("check", "--year", "2020")
    assert done.exit_code == 0
    assert "decisions.csv (7 rows), improvements.csv (8 rows): no problem" in done.output
    assert (
        "2 of 8 improvements in improvements.csv are left out of the public pages: decisions.csv "
        "does not have the decision 19 999 999 of Leeds City Council, nor the others."
    ) in done.output


def test_what_is_published_changes_no_letter_and_no_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    put_tables(tmp_path)
    assert run("generate", "--year", "2020", "--sheets").exit_code == 0
    before = files(tmp_path / "letters")
    sheet = before["2020/bromsgrove-district-council.csv"].decode()
    assert "summary" not in sheet
    assert "alert" not in sheet
    text = DECISIONS.replace(",no,Secret summary", ",yes,No longer secret")
    (tmp_path / "decisions.csv").write_text(text, encoding="utf-8")
    done = run("changes", "--year", "2020")
    assert "No letter changes: 4 letters would be as in letters" in done.output
    again = run("generate", "--year", "2020", "--sheets")
    assert "4 letters (0 made, 4 unchanged) with sheets (0 made, 4 unchanged)" in again.output
