"""`lgo-letters site`: its options, its letters, and what it refuses."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.commands import run
from tests.support.paths import EDITION
from tests.support.site import files, find, parsed, text_of


def site(*arguments: str | Path) -> str:
    done = run("site", *arguments)
    assert done.exit_code == 0, done.output
    return done.output


def refused(*arguments: str | Path, code: int = 2) -> str:
    done = run("site", *arguments)
    assert done.exit_code == code, done.output
    assert not Path("site").exists()
    return done.stderr


def test_it_says_what_was_written(here: Path) -> None:
    assert "pages and 6 letters in site, " in site("--year", "2020")
    assert Path("site/index.html").is_file()


def test_letters_that_it_makes_are_those_of_generate(here: Path) -> None:
    site("--year", "2020")
    assert run("generate", "--year", "2020").exit_code == 0
    made = {
        name: letter
        for name, letter in files(here / "letters/2020").items()
        if name.endswith(".pdf")
    }
    assert files(here / "site/letters/2020") == made


def test_letters_that_are_there_are_copied_byte_for_byte_and_nothing_beside_them(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("generate", "--year", "2020").exit_code == 0
    monkeypatch.setattr("lgo_letters.site.letters.write_letters", None)
    site("--year", "2020")
    letters = {
        name: letter
        for name, letter in files(here / "letters/2020").items()
        if name.endswith(".pdf")
    }
    assert len(letters) == 6
    assert files(here / "site/letters/2020") == letters


def test_letters_may_lie_elsewhere(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("generate", "--year", "2021", "--out", "mine").exit_code == 0
    monkeypatch.setattr("lgo_letters.site.letters.write_letters", None)
    site("--year", "2021", "--letters", "mine")
    assert len(files(here / "site/letters/2021")) == 5


def test_a_letter_that_was_changed_stops_it(here: Path) -> None:
    assert run("generate", "--year", "2020").exit_code == 0
    letter = here / "letters/2020/bromsgrove-district-council.pdf"
    letter.write_bytes(letter.read_bytes() + b" ")
    assert "bromsgrove-district-council.pdf is not as it was recorded; run" in refused(
        "--year", "2020", code=5
    )


def test_letters_of_another_year_are_refused(here: Path) -> None:
    assert run("generate", "--year", "2020", "--out", "mine").exit_code == 0
    assert "--letters mine fits none of the years, as it is of 2020" in refused(
        "--year", "2021", "--letters", "mine"
    )


def test_the_same_inputs_give_the_same_bytes(here: Path, two_years: Path) -> None:
    site("--year", "2021", "--year", "2020", "--out", "again")
    assert files(here / "again") == files(two_years)


def test_each_year_may_have_an_edition_of_its_own(here: Path) -> None:
    shutil.move(here / "editions/2021", here / "mine")
    text = (here / "mine/edition.toml").read_text(encoding="utf-8")
    (here / "mine/edition.toml").write_text(
        f'{text}\n[site]\ntitle = "How councils did"\n', encoding="utf-8"
    )
    site("--year", "2020", "--year", "2021", "--edition", "mine", "--edition", EDITION)
    assert "<title>How councils did</title>" in Path("site/index.html").read_text(encoding="utf-8")


def pages_that_say(words: str) -> int:
    return sum(words in page.read_text(encoding="utf-8") for page in Path("site").rglob("*.html"))


def test_without_sentences_in_the_edition_nothing_is_said_of_chance(here: Path) -> None:
    file = here / "editions/2021/edition.toml"
    text = file.read_text(encoding="utf-8").partition("[comparison]")[0]
    site("--year", "2021")
    assert pages_that_say('class="remark"') == 4  # districts and a county
    assert pages_that_say('id="chance"') == 1
    file.write_text(text, encoding="utf-8")
    site("--year", "2021")
    assert pages_that_say('class="remark"') == pages_that_say('id="chance"') == 0


STATEMENT = Path("editions/2021/accessibility.md")
ACCESSIBILITY = Path("site/accessibility/index.html")


def test_the_bodys_own_statement_on_accessibility_is_that_of_the_newest_edition(
    here: Path,
) -> None:
    said = "{{ publisher }} says:\n\n## Tell us\n\nAt *once*,  \nby [post](https://x.org/?a='b)\n"
    STATEMENT.write_text(said, encoding="utf-8")
    output = site("--year", "2020", "--year", "2021")
    assert "accessibility.md" not in output
    page = Path(shutil.copy(ACCESSIBILITY, "statement.html"))  # as pages are parsed once
    assert text_of(find(page, ".//main")) == (
        "Accessibility statement Local Government and Social Care Ombudsman says: Tell us "
        "At once,by post"
    )
    assert find(page, ".//main//em").tail == ","
    assert len(parsed(page).findall(".//main//br")) == 1
    assert find(page, ".//main//a").get("href") == "https://x.org/?a='b"


def test_blanks_in_the_statement_and_a_missing_one_are_told(here: Path) -> None:
    assert "accessibility.md, lines 15, 21, 22, 24, 34, 38, 40: blank; fill in" in site(
        "--year", "2021"
    )
    assert "[TO FILL IN: address]" in ACCESSIBILITY.read_text(encoding="utf-8")
    STATEMENT.unlink()
    assert "The edition has no accessibility.md, so the pages say that" in site("--year", "2021")
    assert "has not published a statement" in ACCESSIBILITY.read_text(encoding="utf-8")


def test_a_statement_with_a_problem_stops_it_before_anything_is_written(here: Path) -> None:
    STATEMENT.write_text("<b>Hello</b>\n", encoding="utf-8")
    assert "accessibility.md, line 1: HTML is not supported" in refused("--year", "2021", code=4)


def test_an_edition_of_a_year_that_is_not_asked_for_is_refused(here: Path) -> None:
    message = refused(
        "--year",
        "2020",
        "--year",
        "2021",
        "--edition",
        EDITION,
        "--edition",
        "editions/2021",
        "--edition",
        "editions/2021/..",
    )
    assert "fits none of the years" in message


def test_a_year_has_to_be_given_and_once_only(here: Path) -> None:
    assert "Missing option '--year'." in refused()
    assert "A year is given twice" in refused("--year", "2020", "--year", "2020")


def test_a_draft_says_so_on_every_page_and_asks_not_to_be_found(here: Path) -> None:
    site("--year", "2020", "--draft")
    for page in Path("site").rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        assert "<strong>Draft.</strong>" in html
        assert 'content="noindex"' in html


def test_pages_name_their_address_where_it_is_known(here: Path) -> None:
    site("--year", "2020", "--base-url", "https://example.org/councils")
    page = Path("site/authorities/bromley-district-council/index.html")
    assert (
        '<link rel="canonical" href="https://example.org/councils/authorities/'
        'bromley-district-council/">' in page.read_text(encoding="utf-8")
    )
    assert 'href="/councils/index.html"' in Path("site/404.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "url",
    [
        "example.org",
        "javascript:alert(1)",
        'https://x/"><script>',
        "https://x/?a=b",
        "https://user@x/",
    ],
)
def test_an_address_that_is_none_is_refused(url: str, here: Path) -> None:
    assert "is not an address; write it as https://" in refused("--year", "2020", "--base-url", url)


def test_the_example_may_not_have_an_address(workplace: Path) -> None:
    assert "The example's figures are invented, so its pages may not have an address" in refused(
        "--year", "2020", "--base-url", "https://example.org"
    )


def test_an_old_site_stays_where_the_new_one_has_a_problem(here: Path) -> None:
    site("--year", "2020")
    before = files(here / "site")
    with (here / "decisions.csv").open("a", encoding="utf-8") as file:
        file.write("19 000 999,Atlantis,Housing,2019-05-01,Upheld,yes,,\n")
    assert run("site", "--year", "2020").exit_code == 3
    assert files(here / "site") == before
