"""Letters that were put right: what the pages say of it, and the letters that were replaced."""

from __future__ import annotations

import contextlib
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.commands import BROMLEY, BROMSGROVE, DECISIONS, run
from tests.support.editions import change, with_embedded
from tests.support.signed import WITHDRAW, correct_a_case, sign_in_both_roles
from tests.support.site import NARROW, files, find, opened, parsed, text_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LETTERS, EDITION = Path("letters/2020"), Path("editions/2020")
REASON = "One case was upheld <b>after all</b>"
REPLACED = BROMSGROVE.replace(".pdf", "-1.pdf")


def reissue(reason: str, *arguments: str, on: str = "2020-08-03") -> None:
    command = ["reissue", "bromsgrove", "--year", "2020", "--reason", reason, "--date", on]
    done = run(*command, *arguments)
    assert done.exit_code == 0, done.output


def write_site(out: str = "site") -> None:
    done = run("site", "--year", "2020", "--out", out)
    assert done.exit_code == 0, done.output


@pytest.fixture(scope="module")
def corrected_year(year_to_sign: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Bromsgrove's letter reissued, Bromley's left as issued, and their site; only to be read.

    Bromsgrove has 1 of 2 upheld, then 2 of 2; Bromley has 1 of 1, so districts 2 of 3, then 3 of 3.
    """
    folder = Path(shutil.copytree(year_to_sign, tmp_path_factory.mktemp("corrected") / "year"))
    with contextlib.chdir(folder):
        sign_in_both_roles()
        correct_a_case()
        reissue(REASON, "--only")
        sign_in_both_roles()
        write_site()
    return folder


@pytest.fixture
def corrected(corrected_year: Path, workplace: Path) -> Path:
    """A copy of it that a test may change, which is the current folder."""
    return Path(shutil.copytree(corrected_year, workplace, dirs_exist_ok=True))


def page_of(file: str, site: Path) -> Path:
    return site / "authorities" / file.removesuffix(".pdf") / "index.html"


def section(page: Path, name: str) -> list[str]:
    """What a section says, paragraph by paragraph and item by item."""
    (found,) = (one for one in parsed(page).iter("section") if one.get("aria-labelledby") == name)
    return [text_of(one) for one in found.iter() if one.tag in ("h2", "h3", "p", "li")]


OF_BROMSGROVE = [
    "Upheld decisions. Given as 1; corrected to 2 on 3 August 2020.",
    "Complaints upheld. The letter gave 50%; corrected to 100% on 3 August 2020.",
    "Complaints upheld. The letter gave an average of 67%; corrected to 100% on 3 August 2020.",
    "Satisfactory remedies provided by the authority. The letter gave 100%; corrected to 50% on "
    "3 August 2020.",
    "Satisfactory remedies provided by the authority. The letter gave an average of 50%; corrected "
    "to 33% on 3 August 2020.",
]
OF_BROMLEY = [
    "Complaints upheld. The letter gives an average of 67%; corrected to 100% on 3 August 2020.",
    "Satisfactory remedies provided by the authority. The letter gives an average of 50%; "
    "corrected to 33% on 3 August 2020.",
]


def test_the_page_of_corrections_has_each_figure_before_and_after(corrected_year: Path) -> None:
    page = corrected_year / "site/corrections/index.html"
    assert section(page, "on-1") == [
        "3 August 2020: letters of 2019-20",
        REASON,
        "Bromsgrove District Council",
        "The letter was reissued.",
        *OF_BROMSGROVE,
        "Bromley District Council",
        "The letter stands as it was issued.",
        *OF_BROMLEY,
    ]
    links = [link.get("href") for link in parsed(page).findall(".//h3/a")]
    assert links == [
        f"../authorities/{name}-district-council/index.html#corrections"
        for name in ("bromsgrove", "bromley")
    ]


def test_a_councils_page_says_what_was_corrected_in_its_letter(corrected_year: Path) -> None:
    site = corrected_year / "site"
    assert section(page_of(BROMSGROVE, site), "corrections") == [
        "Corrections",
        f"3 August 2020, letter of 2019-20. {REASON}. The letter was reissued.",
        *OF_BROMSGROVE,
        "All corrections",
    ]
    said, *sentences, _ = section(page_of(BROMLEY, site), "corrections")[1:]
    assert said.endswith("The letter stands as it was issued.")
    assert sentences == OF_BROMLEY


def test_a_letter_that_was_replaced_is_published_byte_for_byte_and_marked(
    corrected_year: Path,
) -> None:
    site, letters = corrected_year / "site", corrected_year / LETTERS
    for name in (BROMSGROVE, f"superseded/{REPLACED}"):
        assert (site / LETTERS / name).read_bytes() == (letters / name).read_bytes()
    assert (site / LETTERS / "superseded").is_dir()
    assert len(files(site / LETTERS)) == 4
    said = [re.sub(r"\d+ KB", "… KB", one) for one in section(page_of(BROMSGROVE, site), "letters")]
    assert said[1:] == [
        "Annual review letter 2020: Bromsgrove District Council PDF, … KB "
        "Reissued on 3 August 2020. What was corrected",
        "Replaced: the letter of 22 July 2020 PDF, … KB",
    ]
    linked = [
        (path, text_of(link))
        for path in (page_of(BROMSGROVE, site), page_of(BROMLEY, site))
        for link in find(path, ".//ul[@class='files']").iter("a")
        if "superseded" in link.get("href", "")
    ]
    assert [text for _, text in linked] == ["Replaced: the letter of 22 July 2020"]


def test_where_nothing_was_corrected_the_page_says_so_and_no_council_has_a_section(
    two_years: Path,
) -> None:
    page = two_years / "corrections/index.html"
    assert "No letter on these pages has been corrected." in text_of(find(page, ".//main"))
    assert not [one for one in two_years.rglob("*.html") if 'id="corrections"' in one.read_text()]


def test_of_several_reissues_the_newest_comes_first(corrected: Path) -> None:
    Path("decisions.csv").write_text(DECISIONS, encoding="utf-8")
    reissue("The case was not upheld!", on="2020-09-03")
    with (EDITION / "letter.md").open("a", encoding="utf-8") as letter:
        letter.write("\n{% if authority == 'Bromsgrove District Council' %}Thanks.{% endif %}\n")
    reissue("-With thanks", on="2020-09-04")
    sign_in_both_roles()
    write_site("later")
    page = page_of(BROMSGROVE, corrected / "later")
    assert [re.sub(r" PDF.*", "", one) for one in section(page, "letters")[2:]] == [
        "Replaced: the letter of 3 September 2020",
        "Replaced: the letter of 3 August 2020",
        "Replaced: the letter of 22 July 2020",
    ]
    said = section(page, "corrections")
    assert said[1:5] == [
        "4 September 2020, letter of 2019-20. -With thanks. The letter was reissued.",
        "Only words were changed; the figures are the same.",
        "3 September 2020, letter of 2019-20. The case was not upheld! The letter was reissued.",
        "Upheld decisions. Given as 2; corrected to 1 on 3 September 2020.",
    ]
    assert said[-len(OF_BROMSGROVE) - 1 : -1] == OF_BROMSGROVE
    assert section(page_of(BROMLEY, corrected / "later"), "corrections")[2] == (
        "Complaints upheld. The letter gives an average of 67%; an earlier correction was "
        "withdrawn on 3 September 2020."
    )
    headings = [
        text_of(one) for one in parsed(corrected / "later/corrections/index.html").iter("h2")
    ]
    assert headings == [
        f"{day} 2020: letters of 2019-20" for day in ("4 September", "3 September", "3 August")
    ]


def test_a_replaced_letter_that_carries_its_decisions_is_not_published(
    year_to_sign: Path, workplace: Path
) -> None:
    shutil.copytree(year_to_sign, workplace, dirs_exist_ok=True)
    with_embedded(EDITION, decisions="true")
    assert run("generate", "--year", "2020").exit_code == 0
    sign_in_both_roles()
    change(EDITION, ("decisions = true", "decisions = false"))
    correct_a_case()
    reissue(REASON, "--only")
    assert run(*WITHDRAW).exit_code == 0
    assert run("generate", "--year", "2020").exit_code == 0  # of the others again, without
    sign_in_both_roles()
    write_site()
    said = section(page_of(BROMSGROVE, Path("site")), "letters")
    assert said[-1] == "Replaced: the letter of 22 July 2020, which is not published"
    assert not (Path("site") / LETTERS / "superseded").exists()


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (f"superseded/{REPLACED}", f"{REPLACED} is not as it was recorded; put back what"),
        ("superseded/manifest-1.json", f"No manifest in letters/2020/superseded has {REPLACED}"),
        ("corrections.csv", "corrections.csv is not as it was recorded; put back what was there"),
        (BROMSGROVE, f"{BROMSGROVE} is not as it was recorded; put back what was there"),
    ],
)
def test_what_is_not_as_it_was_recorded_stops_it_and_the_old_site_stays(
    file: str, words: str, corrected: Path
) -> None:
    change(EDITION, ('[signoff]\nroles = ["analyst", "approver"]\n', ""))
    before = files(corrected / "site")
    path = LETTERS / file
    path.unlink() if path.suffix == ".json" else path.write_bytes(path.read_bytes() + b"\n")
    done = run("site", "--year", "2020")
    assert done.exit_code == 5, done.output
    assert words in done.stderr.replace("\\", "/")
    assert files(corrected / "site") == before


@pytest.mark.parametrize("page", ["corrections/index.html", page_of(BROMSGROVE, Path())])
def test_axe_finds_nothing_on_pages_with_corrections(
    page: str | Path, browser: Browser, corrected_year: Path
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with opened(browser, corrected_year / "site", str(page), NARROW, color_scheme="dark") as shown:
        found = Axe().run(shown, options={"preload": False})
        assert shown.evaluate("document.documentElement.scrollWidth") == NARROW
    assert found.violations_count == 0, found.generate_report()
