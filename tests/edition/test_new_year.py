from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from lgo_letters.edition.new_year import NewEdition, new_edition
from lgo_letters.errors import EditionError, UsageError
from tests.support.editions import EMAILS, change, image, line_of, own, read_edition
from tests.support.paths import EDITION, TESTS

MARK = "# TO CONFIRM, then delete this:"


@pytest.fixture(scope="module")
def edition_of_2021() -> NewEdition:
    return new_edition(EDITION, 2021)


def settings(made: NewEdition) -> str:
    return made.contents["edition.toml"].decode("utf-8")


def test_only_the_year_the_dates_and_the_keys_of_the_panels_page_change(
    edition_of_2021: NewEdition,
) -> None:
    before = (EDITION / "edition.toml").read_text(encoding="utf-8").split("\n")
    after = settings(edition_of_2021).split("\n")
    key = f'key = "average of similar authorities" {MARK} stands beside the mark of the average'
    assert [line for line in after if line not in before] == [
        "# The 2021 edition of the annual review letter: everything but the body, which is "
        "letter.md.",
        "year = 2021 # the reporting year that ends on 31 March 2021",
        f"date = 2021-07-22 {MARK} a Thursday",
        f"publication = 2021-07-29 # of the statistics and of this letter {MARK} a Thursday",
        'panels_heading = "{{ authority }}: {{ year_start }} to {{ year_end }}" '
        f"{MARK} stands above the panels",
        key,
        key,
        key,
    ]
    assert len([line for line in before if line not in after]) == 4
    assert len(after) == len(before) + 4


@pytest.mark.parametrize("at", ["2020-07-29T09:00:00", "2020-07-29 09:00:00"])
def test_the_moment_of_release_moves_on_with_the_dates(at: str, edition_copy: Path) -> None:
    change(edition_copy, ("[signatory]", f"[release]\nat = {at} # nine\n\n[signatory]"))
    line = f"at = 2021-07-29T09:00:00 # nine {MARK} a Thursday"
    assert line in settings(new_edition(edition_copy, 2021)).split("\n")


def test_the_body_and_the_pictures_are_copied_byte_for_byte(
    edition_copy: Path,
) -> None:
    (edition_copy / "logo.png").write_bytes(image("PNG"))
    (edition_copy / "letter.md").write_bytes((EDITION / "letter.md").read_bytes() + b"Thanks.\r\n")
    change(edition_copy, ("# masthead_image", "masthead_image"))
    made = new_edition(edition_copy, 2021)
    assert sorted(made.contents) == [
        *("accessibility.md", "edition.toml", *EMAILS),
        *("letter.md", "logo.png", "signature.png"),
    ]
    for name in ("accessibility.md", *EMAILS, "letter.md", "logo.png", "signature.png"):
        assert made.contents[name] == (edition_copy / name).read_bytes()


def test_the_lines_to_confirm_are_those_that_are_marked(edition_of_2021: NewEdition) -> None:
    lines = settings(edition_of_2021).split("\n")
    assert list(edition_of_2021.to_confirm) == [
        number for number, line in enumerate(lines, start=1) if MARK in line
    ]
    assert edition_of_2021.to_confirm[14] == "date = 2021-07-22"
    assert len(edition_of_2021.to_confirm) == 6


TO_READ = [
    (1, ["recent months"], "Given the exceptional pressures under which"),
    (1, ["now"], "However, now, more than ever, I believe"),
    (1, ["current"], "So, I hope that this feedback, which provides"),
    (5, ["This year"], "This year, we continue to place our focus"),
    (5, ["recent years"], "We want to provide you with the most insightful information"),
    (5, ["three"], "We focus our statistics on these three key areas:"),
    (9, ["100%"], "An authority with a compliance rate below 100%"),
    (15, ["three"], "Finally, we compare the three key annual statistics"),
    (
        15,
        "County Councils,District Councils,Metropolitan Boroughs,Unitary Councils,London Boroughs",
        "We do this for County Councils",
    ),
    (18, ["Your council's performance", "Local Government Complaints"], "This data will be"),
    (18, ["website"], "For further information on how to interpret"),
    (25, ["Your council's performance", "last year"], "[Your council's performance]("),
    (29, ["this year", "London", "Bristol", "Leeds", "Birmingham"], "Earlier this year, we held"),
    (29, ["178", "143"], "Attended by 178 delegates from 143 local authorities"),
    (31, ["118", "1,400"], "During the year, we delivered 118 courses"),
    (31, ["47", "last year"], "This is 47 more courses than we delivered last year"),
    (31, ["www.lgo.org.uk/training"], "To find out more visit [www.lgo.org.uk/training]"),
]  # picked by eye out of the letter of 2020: of its 35 sentences and headings, 17


def test_the_sentences_to_read_in_the_letter_of_2020_are_those_that_a_person_would_pick(
    edition_of_2021: NewEdition,
) -> None:
    found = [(one, words) for one, words in edition_of_2021.to_read if one.file == "letter.md"]
    assert len(found) == len(TO_READ)
    for (sentence, words), (line, because, start) in zip(found, TO_READ, strict=True):
        assert (sentence.line, words) == (
            line,
            because.split(",") if isinstance(because, str) else because,
        )
        assert sentence.text.startswith(start)


def test_of_the_settings_those_are_to_be_read_that_name_somebody_link_or_count(
    edition_of_2021: NewEdition,
) -> None:
    lines = settings(edition_of_2021).split("\n")
    found = [one for one, _ in edition_of_2021.to_read if one.file == "edition.toml"]
    assert [one.setting for one in found] == [
        "signatory.name",
        "signatory.office.2",
        "signatory.alternative",
        "links.map",
        "links.performance",
        "links.training",
        "panels.2.note",
    ]
    for sentence in found:
        assert sentence.text in lines[sentence.line - 1]


def put(folder: Path, made: NewEdition) -> Path:
    folder.mkdir()
    for name, content in made.contents.items():
        (folder / name).write_bytes(content)
    return folder


def test_the_new_edition_has_no_problem_and_is_the_next_one_s_start(
    tmp_path: Path, edition_of_2021: NewEdition
) -> None:
    first = put(tmp_path / "first", edition_of_2021)
    assert read_edition(first, 2021).settings.letter.date == date(2021, 7, 22)
    later = new_edition(first, 2023)
    text = settings(later)
    assert f"date = 2023-07-22 {MARK} a Saturday, so choose a working day\n" in text
    assert text.count(MARK) == 6
    assert text.count('key = "') == 3
    assert read_edition(put(tmp_path / "later", later), 2023).settings.panels[0].key


def test_29_february_becomes_28_february_and_its_mark_says_so(edition_copy: Path) -> None:
    change(edition_copy, ("date = 2020-07-22", "date = 2020-02-29"))
    text = settings(new_edition(edition_copy, 2021))
    assert f"date = 2021-02-28 {MARK} was 29 February 2020, now a Sunday, so choose" in text
    assert "date = 2024-02-29" in settings(new_edition(edition_copy, 2024))


def test_own_paragraphs_are_left_out_and_named(edition_copy: Path) -> None:
    own(edition_copy, "Devon County Council.md")
    made = new_edition(edition_copy, 2021)
    assert made.left_out == ["own/Devon County Council.md"]
    assert not [name for name in made.contents if name.startswith("own/")]


def test_words_are_added_to_an_edition_in_english_only_and_where_there_are_none(
    edition_copy: Path,
) -> None:
    change(edition_copy, ('chart = "ring"', 'key = ""\nchart = "ring"'))
    text = settings(new_edition(edition_copy, 2021))
    assert (text.count('key = ""'), text.count('key = "average')) == (1, 2)
    german = TESTS / "editions" / "seenlande"
    assert "panels_heading" not in settings(new_edition(german, 2023))


def test_windows_line_ends_and_the_mark_of_notepad_stay(edition_copy: Path) -> None:
    file = edition_copy / "edition.toml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    made = new_edition(edition_copy, 2021).contents["edition.toml"]
    assert made.startswith(b"\xef\xbb\xbf# The 2021 edition")
    assert made.count(b"\r\n") == made.count(b"\n") == file.read_bytes().count(b"\n") + 4
    assert tomllib.loads(made.decode("utf-8-sig"))["letter"]["date"] == date(2021, 7, 22)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("year = 2020", "'year' = 0x7E4"),
        ("date = 2020-07-22", "  date=2020-07-22#note"),
        ('heading = "Annual Review letter {{ year }}"', 'heading = """\nLetter"""'),
    ],
)
def test_a_setting_is_changed_however_it_is_written(edition_copy: Path, old: str, new: str) -> None:
    change(edition_copy, (old, new))
    tables = tomllib.loads(settings(new_edition(edition_copy, 2021)))
    assert (tables["year"], tables["letter"]["date"]) == (2021, date(2021, 7, 22))


def test_a_setting_that_cannot_be_changed_in_its_line_is_a_problem_with_that_line(
    edition_copy: Path,
) -> None:
    change(edition_copy, ("date = 2020-07-22\n", '"da\\u0074e" = 2020-07-22\n'))
    with pytest.raises(EditionError) as refused:
        new_edition(edition_copy, 2021)
    (problem,) = refused.value.problems
    assert (problem.column, problem.line) == ("letter.date", line_of("[letter]", edition_copy))
    assert "a line of its own" in problem.message


def test_an_edition_with_a_problem_is_refused_with_it(edition_copy: Path) -> None:
    change(edition_copy, ("{{ body }}", "{{ bodi }}"), file="letter.md")
    with pytest.raises(EditionError) as refused:
        new_edition(edition_copy, 2021)
    assert [problem.line for problem in refused.value.problems] == [
        line_of("{{ bodi }}", edition_copy, "letter.md")
    ]


def test_an_edition_of_the_same_or_a_later_year_is_refused() -> None:
    for year in (2019, 2020):
        with pytest.raises(UsageError, match=f"the edition of 2020; give one of .* before {year}"):
            new_edition(EDITION, year)
