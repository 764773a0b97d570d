"""The tables to download: the figures of `stats`, described, and nothing that is not public."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pypdf
import pytest
from csvw import CSVW

from lgo_letters.figures.compare import YearFigures
from lgo_letters.figures.report import statistics_csv
from lgo_letters.letter.letter import Letter
from lgo_letters.run.inputs import Inputs
from lgo_letters.site.downloads import about_data, tables
from lgo_letters.site.site import Site
from lgo_letters.site.table import Column, Table
from lgo_letters.site.year import PublishedCase, SiteYear
from tests.support.commands import HEADER, run
from tests.support.editions import edition_of_2021
from tests.support.site import files, find, parsed

TABLES = ("statistics", "authorities", "decisions")
BROMSGROVE, BROMLEY = "Bromsgrove District Council", "Bromley District Council"
MARK = "Example: invented figures"


def rows(content: bytes) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(content.decode(), newline=""))]


def rows_of(site: Path, table: str) -> list[dict[str, str]]:
    return rows((site / "data" / f"{table}.csv").read_bytes())


def said(site: Path, file: str) -> Any:
    return json.loads((site / "data" / file).read_text(encoding="utf-8"))


def as_in_csv(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ";".join(value) if isinstance(value, list) else str(value)


def valid(folder: Path, table: str) -> CSVW:
    """A CSV as a reader of CSVW finds it, by its description beside it."""
    read = CSVW(str(folder / f"{table}.csv"), validate=True)
    assert read.is_valid, read.warnings
    assert not read.no_metadata
    return read


def values_read(folder: Path, table: str) -> list[dict[str, Any]]:
    return [*valid(folder, table).tables[0].iterdicts(strict=True)]


# ---- the tables


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("kind", ["example_site", "two_years"])
def test_each_csv_is_as_its_description_says_and_its_json_has_the_same_rows(
    kind: str, table: str, request: pytest.FixtureRequest
) -> None:
    site = request.getfixturevalue(kind)
    valid(site / "data", table)
    assert [
        {name: as_in_csv(value) for name, value in row.items()}
        for row in said(site, f"{table}.json")["rows"]
    ] == rows_of(site, table)


def test_the_statistics_are_those_of_statistics_csv(
    example_site: Path, figures: YearFigures
) -> None:
    lines = "".join(statistics_csv(figures, range(355)))
    shown = rows_of(example_site, "statistics")
    assert [[*row][2:-2] for row in shown[:1]] == [lines.partition("\n")[0].split(",")]
    for row in shown:
        assert (row.pop("year"), row.pop("year_label")) == ("2020", "2019-20")
        assert (row.pop("recalculated"), row.pop("example")) == ("no", MARK)
    expected = sorted(rows(lines.encode()), key=lambda row: row["authority"].casefold())
    assert shown == expected


def test_the_statistics_of_two_years_stand_below_one_another(two_years: Path) -> None:
    shown = rows_of(two_years, "statistics")
    assert [row["year_label"] for row in shown] == ["2019-20"] * 6 + ["2020-21"] * 5
    columns = "year detailed_investigations upheld upheld_rate upheld_average"
    assert [
        [row[name] for name in columns.split()] for row in shown if row["authority"] == BROMLEY
    ] == [["2020", "1", "0", "0", "50"], ["2021", "2", "1", "50", "67"]]


def test_a_statistic_that_one_year_alone_has_is_a_column_after_those_of_both(here: Path) -> None:
    with (here / "editions/2021/edition.toml").open("a", encoding="utf-8") as edition:
        edition.write(
            '\n[[statistics]]\nname = "late"\nnumerator = "complied_late"\n'
            'denominator = "compliance_outcomes"\nper = 1000\ndecimals = 1\n'
        )
    assert run("site", "--year", "2020", "--year", "2021").exit_code == 0
    shown = values_read(here / "site/data", "statistics")
    assert [*shown[0]][-4:] == ["remedy_average", "late_rate", "late_average", "recalculated"]
    late = [(row["year"], row["late_rate"]) for row in shown if row["authority"] == BROMLEY]
    assert late == [(2020, None), (2021, 0.0)]
    described = said(here / "site", "statistics.csv-metadata.json")["tableSchema"]["columns"][-3]
    assert described["dc:description"] == (
        "Late: compliance outcomes where the authority complied late for every 1,000 compliance "
        "outcomes, rounded to 1 decimal place. Blank where there is nothing to count."
    )


def test_figures_that_were_published_otherwise_are_marked(here: Path) -> None:
    assert run("generate", "--year", "2020").exit_code == 0
    (here / "history").mkdir()
    published = (here / "letters/2020/statistics.csv").read_text(encoding="utf-8")
    row = f"{BROMSGROVE},District Council,E07000234,3,2,1,50,"
    assert row in published
    (here / "history/statistics-2020.csv").write_text(
        published.replace(row, row.replace("2,1,50,", "2,2,100,")), encoding="utf-8"
    )
    assert run("site", "--year", "2020", "--year", "2021").exit_code == 0
    marked = [
        (row["year"], row["authority"])
        for row in rows_of(here / "site", "statistics")
        if row["recalculated"] == "yes"
    ]
    assert marked == [("2020", BROMSGROVE)]


def test_the_authorities_are_those_of_the_table_without_their_officers(two_years: Path) -> None:
    shown = rows_of(two_years, "authorities")
    assert [*shown[0]] == "name type code region from until population".split()
    assert len(shown) == 7
    assert {row["name"]: row["until"] for row in shown if row["until"]} == {
        "Wye District Council": "2020-03-31",
        "Long Gone District Council": "2018-03-31",
    }


def test_populations_of_several_years_have_a_column_each(here: Path) -> None:
    (here / "authorities.csv").write_text(
        "name,type,role,population,population_2021\n"
        f'{BROMSGROVE},District Council,Chief Executive,"99,881",\n'
        f"{BROMLEY},District Council,Chief Executive,,330000\n"
        "Wye District Council,District Council,Chief Executive,,\n",
        encoding="utf-8",
    )
    assert run("site", "--year", "2020").exit_code == 0
    assert [
        (row["name"], row["population"], row["population_2021"])
        for row in rows_of(here / "site", "authorities")
    ] == [
        (BROMLEY, "", "330000"),
        (BROMSGROVE, "99881", ""),
        ("Wye District Council", "", ""),
    ]


@pytest.fixture
def published(inputs: Inputs, figures: YearFigures, letters: dict[str, Letter]) -> Site:
    """The example with two published decisions of Bromsgrove; what is said of the first is bad."""
    year = SiteYear(inputs, figures, list(letters.values()), {})
    one, other = year.cases[BROMSGROVE][:2]
    vars(year)["published"] = {
        BROMSGROVE: [
            PublishedCase(
                one, '=HYPERLINK("x"),\u2019</script>', "https://a.invalid/?b=1&c=2", None
            ),
            PublishedCase(other, None, None, "https://a.invalid/report"),
        ]
    }
    return Site((year,))


def test_published_decisions_have_a_row_each_with_the_counts_that_they_are_in(
    published: Site, tmp_path: Path
) -> None:
    (table,) = (one for one in tables(published) if one.name == "decisions")
    (tmp_path / "decisions.csv").write_bytes(table.csv())
    (tmp_path / "decisions.csv-metadata.json").write_bytes(table.metadata(about_data(published)))
    first, second = values_read(tmp_path, "decisions")
    cases = published.newest.cases[BROMSGROVE]
    for row, case in zip((first, second), cases, strict=False):
        expected = {
            "year": 2020,
            "year_label": "2019-20",
            "reference": case.reference,
            "decision_date": datetime.combine(case.decision_date, time()),
            "satisfactory_remedy": case.satisfactory_remedy,
            "counts_in": [*case.counts_in],
            "counted_for": BROMSGROVE,
            "example": MARK,
        }
        assert {name: row[name] for name in expected} == expected
    assert first["summary"] == '\'=HYPERLINK("x"),\u2019</script>'
    assert json.loads(table.json({}))["rows"][0]["summary"] == '=HYPERLINK("x"),\u2019</script>'
    assert second["summary"] is None


@pytest.mark.parametrize("begins", "=+-@\uff1d")
def test_no_cell_of_a_csv_is_one_that_a_spreadsheet_would_run(begins: str) -> None:
    table = Table("x", "", "", [Column("a", ""), Column("b", "")], "a", [{"a": f"{begins}1"}])
    assert table.csv().decode() == f"a,b\n'{begins}1,\n"


def test_every_row_of_the_example_is_marked_and_no_row_of_ones_own(
    example_site: Path, two_years: Path
) -> None:
    for table in TABLES:
        assert {row["example"] for row in said(example_site, f"{table}.json")["rows"]} <= {MARK}
        assert all(row["example"] == MARK for row in rows_of(example_site, table))
        assert said(example_site, f"{table}.csv-metadata.json")["dc:description"].startswith(MARK)
        assert "xample" not in (two_years / f"data/{table}.csv").read_text(encoding="utf-8")


def test_licence_and_contact_are_said_where_the_edition_has_them(
    here: Path, two_years: Path
) -> None:
    licence, contact = "https://example.org/licence", "mailto:data@example.org"
    with (here / "editions/2021/edition.toml").open("a", encoding="utf-8") as edition:
        edition.write(f'\n[site]\nlicence = "{licence}"\ncontact = "{contact}"\n')
    done = run("site", "--year", "2021")
    assert done.exit_code == 0, done.output
    about = said(here / "site", "authorities.csv-metadata.json")
    assert about["dc:license"] == {"@id": licence}
    assert about["dcat:contactPoint"] == {"@id": contact}
    assert values_read(here / "site/data", "authorities")
    assert said(here / "site", "authorities.json")["licence"] == licence
    links = {link.get("href") for link in parsed(here / "site/data/index.html").iter("a")}
    assert {licence, contact} <= links
    assert "licen" not in (two_years / "data/index.html").read_text(encoding="utf-8").lower()
    assert "dc:license" not in said(two_years, "authorities.csv-metadata.json")


def test_the_page_links_every_file_and_is_linked_from_every_authoritys_page(
    two_years: Path,
) -> None:
    links = {link.get("href", "") for link in parsed(two_years / "data/index.html").iter("a")}
    there = {f"../data/{name}" for name in files(two_years / "data")} - {"../data/index.html"}
    assert len(there) == 9
    assert there <= links
    for page in (two_years / "authorities").glob("b*-district-council/index.html"):
        link = find(page, ".//section[@aria-labelledby='data']/p/a")
        assert link.get("href") == "../../data/index.html"


# ---- what is not public

OFFICER = ("Keeper of Secrets", "Rosalind Hush", "Lady Hush")
EMAIL = ("r.hush", "clerk.hush", "hush.invalid")
UNPUBLISHED = ("19 000 771", "19 000 772", "19000771", "19000772", "whispered", "murmured")


@pytest.fixture(scope="module")
def with_secrets(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """The files of a site of two years whose tables hold all that it may not say.

    The letters lie there with their sheets; reading what is in a letter is done here.
    """
    folder = tmp_path_factory.mktemp("secrets")
    edition_of_2021(folder)
    (folder / "authorities.csv").write_text(
        "name,type,role,recipient,salutation,email,cc\n"
        f"{BROMSGROVE},District Council,{','.join(OFFICER)},"
        "r.hush@hush.invalid,clerk.hush@hush.invalid\n"
        f"{BROMLEY},District Council,Keeper of Secrets,,,,\n",
        encoding="utf-8",
    )
    public = "yes,heard,https://heard.invalid/1,https://heard.invalid/report"
    (folder / "decisions.csv").write_text(
        HEADER.rstrip() + ",published,summary,link,report\n"
        f"19 000 001,{BROMSGROVE},Housing,2019-05-01,Upheld,yes,2020-07-01,Complied,{public}\n"
        f"19 000 771,{BROMSGROVE},Housing,2019-05-02,Upheld,no,2020-07-01,Not complied,no,"
        "whispered,https://whispered.invalid/1,https://whispered.invalid/2\n"
        f"19 000 772,{BROMLEY},Housing,2019-05-03,Not upheld,,,,,murmured,,\n",
        encoding="utf-8",
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        assert run("generate", "--year", "2020", "--sheets").exit_code == 0
        done = run("site", "--year", "2020", "--year", "2021")
    assert done.exit_code == 0, done.output
    assert [*folder.glob("letters/2020/**/*.xlsx")]
    return files(folder / "site")


def in_plain(name: str, content: bytes) -> str:
    """The words of a file, of a letter those on its pages and in what it says of itself."""
    if not name.endswith(".pdf"):
        return content.decode()
    letter = pypdf.PdfReader(io.BytesIO(content))
    assert not letter.attachments
    return " ".join((*(page.extract_text() for page in letter.pages), str(letter.metadata)))


def finds(site: Mapping[str, bytes], words: Sequence[str]) -> list[tuple[str, str]]:
    return [
        (name, word)
        for name, content in site.items()
        for text in [in_plain(name, content).casefold()]
        for word in words
        if word.casefold() in text
    ]


def test_nothing_of_an_unpublished_decision_and_no_address_is_in_any_file(
    with_secrets: Mapping[str, bytes],
) -> None:
    assert finds(with_secrets, UNPUBLISHED + EMAIL) == []


def test_officers_are_named_in_their_letters_alone(with_secrets: Mapping[str, bytes]) -> None:
    found = {name for name, _ in finds(with_secrets, OFFICER)}
    assert found == {name for name in with_secrets if name.startswith("letters/")} != set()


def test_a_site_has_files_of_its_own_kinds_only(with_secrets: Mapping[str, bytes]) -> None:
    kinds = {name.rpartition(".")[2] for name in with_secrets}
    assert kinds == {"css", "csv", "html", "js", "json", "pdf", "svg"}
