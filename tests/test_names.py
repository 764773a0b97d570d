from __future__ import annotations

import csv
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lgo_letters.names import file_stem, fold, key, matching, nearest
from tests.support.paths import EXAMPLES

COUNCILS = (
    "Bromsgrove District Council",
    "Bolsover District Council",
    "Devon County Council",
    "West Devon Borough Council",
    "Bournemouth, Christchurch and Poole Council",
    "King's Lynn and West Norfolk Borough Council",
)
STEM = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
DEVICES = {"con", "prn", "aux", "nul"} | {
    f"{port}{n}" for port in ("com", "lpt") for n in range(10)
}


# ---- what counts as the same


@pytest.mark.parametrize(
    "typed",
    [
        "King's Lynn and Stoke-on-Trent",
        "KING'S LYNN AND STOKE-ON-TRENT",
        "king's lynn and stoke-on-trent",
        "  King's   Lynn\tand Stoke-on-Trent ",
        "King's\N{NO-BREAK SPACE}Lynn and\N{NARROW NO-BREAK SPACE}Stoke-on-Trent",
        "King's\nLynn\r\nand Stoke-on-Trent",
        "King\N{RIGHT SINGLE QUOTATION MARK}s Lynn and Stoke-on-Trent",
        "King\N{LEFT SINGLE QUOTATION MARK}s Lynn and Stoke-on-Trent",
        "King\N{MODIFIER LETTER APOSTROPHE}s Lynn and Stoke-on-Trent",
        "King\N{PRIME}s Lynn and Stoke-on-Trent",
        "King\N{ACUTE ACCENT}s Lynn and Stoke-on-Trent",
        "King`s Lynn and Stoke-on-Trent",
        "King\N{FULLWIDTH APOSTROPHE}s Lynn and Stoke-on-Trent",
        "King's Lynn and Stoke\N{HYPHEN}on\N{NON-BREAKING HYPHEN}Trent",
        "King's Lynn and Stoke\N{EN DASH}on\N{EM DASH}Trent",
        "King's Lynn and Stoke\N{MINUS SIGN}on\N{FIGURE DASH}Trent",
        "King's Lynn and Stoke-on-Tr\N{SOFT HYPHEN}ent",
        "\N{ZERO WIDTH NO-BREAK SPACE}King's Lynn and Stoke-on-\N{ZERO WIDTH SPACE}Trent",
    ],
)
def test_names_match_whatever_the_case_the_spaces_and_the_shape_of_apostrophes_and_hyphens(
    typed: str,
) -> None:
    assert key(typed) == key("King's Lynn and Stoke-on-Trent")


def test_an_accent_matches_however_it_is_encoded() -> None:
    assert key("Caf\N{LATIN SMALL LETTER E WITH ACUTE}") == key("CAFE\N{COMBINING ACUTE ACCENT}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bromsgrove District Council", "Bromsgrove Council"),
        ("Kings Lynn", "King's Lynn"),
        ("Stoke on Trent", "Stoke-on-Trent"),
        ("Telford & Wrekin Council", "Telford and Wrekin Council"),
        ("Devon", "D evon"),
        ("Caf\N{LATIN SMALL LETTER E WITH ACUTE}", "Cafe"),
    ],
)
def test_nothing_is_matched_loosely(one: str, other: str) -> None:
    assert key(one) != key(other)


def test_folding_keeps_case_and_shapes_and_makes_each_run_of_white_space_one_space() -> None:
    text = " King\N{RIGHT SINGLE QUOTATION MARK}s \t\N{NO-BREAK SPACE} LYNN\r\n"
    assert fold(text) == "King\N{RIGHT SINGLE QUOTATION MARK}s LYNN"


# ---- what is near


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("Bromsgrove Distict Council", "Bromsgrove District Council"),
        ("BROMSGROV", "Bromsgrove District Council"),
        ("Bolsover Council", "Bolsover District Council"),
        ("Kings Lynn & West Norfolk", "King's Lynn and West Norfolk Borough Council"),
        ("Bournemouth Christchurch and Pool", "Bournemouth, Christchurch and Poole Council"),
        ("Bromsgrove DC", "Bromsgrove District Council"),
        ("Bolsovr Borough Council", "Bolsover District Council"),
        ("West Devon District Council", "West Devon Borough Council"),
    ],
)
def test_the_nearest_name_is_the_one_that_was_mistyped(typed: str, near: str) -> None:
    assert nearest(typed, COUNCILS) == [near]


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("Not-upheld", "Not upheld"),
        ("Not upheld: no maladministration", "Not upheld"),
        ("Uphold", "Upheld"),
        ("Upheld: maladministration and injustice", "Upheld"),
    ],
)
def test_the_nearest_kind_of_decision_is_the_one_that_was_meant(typed: str, near: str) -> None:
    assert nearest(typed, ["Upheld", "Not upheld", "Advice given"]) == [near]


def test_a_name_is_nearest_by_its_own_words_among_the_example_s_authorities() -> None:
    with (EXAMPLES / "authorities.csv").open(encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    typed = {
        "Bromsgrove DC": "Bromsgrove District Council",
        "Fylde Counncil": "Fylde Borough Council",
        "Slough BC": "Slough Borough Council",
        "Staffordshire Council": "Staffordshire County Council",
        "North Somerset": "North Somerset Council",
        "Barnley MBC": "Barnsley Metropolitan Borough Council",
    }
    assert {text: nearest(text, names)[0] for text in typed} == typed


def test_several_near_names_are_given_the_most_alike_first() -> None:
    near = nearest("Devon CC", COUNCILS, count=2)
    assert near == ["Devon County Council", "West Devon Borough Council"]


@pytest.mark.parametrize("typed", ["???", "\N{CJK UNIFIED IDEOGRAPH-5317}", "x" * 1_000_000])
def test_a_text_like_no_name_still_gets_a_name(typed: str) -> None:
    assert set(nearest(typed, COUNCILS)) < set(COUNCILS)
    assert len(nearest(typed, COUNCILS)) == 1


def test_among_no_names_none_is_near() -> None:
    assert nearest("Bromsgrove", []) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("bromsgrove", ["Bromsgrove District Council"]),
        ("king\N{RIGHT SINGLE QUOTATION MARK}s  LYNN", [COUNCILS[5]]),
        ("devon", ["Devon County Council", "West Devon Borough Council"]),
        ("district", ["Bromsgrove District Council", "Bolsover District Council"]),
        ("Bromsgrov Council", []),
        ("", []),
        (" \N{NO-BREAK SPACE}", []),
    ],
)
def test_part_of_a_name_means_every_name_that_holds_it(typed: str, meant: list[str]) -> None:
    assert matching(typed, COUNCILS) == meant


def test_the_full_name_wins_over_names_that_hold_it() -> None:
    names = ["West Devon", "devon", "North Devon"]
    assert matching("DEVON", names) == ["devon"]


# ---- what makes a file name


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Bromsgrove District Council", "bromsgrove-district-council"),
        ("King's Lynn & West Norfolk", "kings-lynn-west-norfolk"),
        (
            "King\N{RIGHT SINGLE QUOTATION MARK}s Lynn & West\N{NO-BREAK SPACE}Norfolk",
            "kings-lynn-west-norfolk",
        ),
        (
            "Bournemouth, Christchurch and Poole Council",
            "bournemouth-christchurch-and-poole-council",
        ),
        ("Stoke\N{EN DASH}on\N{EN DASH}Trent", "stoke-on-trent"),
        ("../../etc", "etc"),
        ("..\\..\\Windows", "windows"),
        ("/etc/passwd", "etc-passwd"),
        ("C:\\letters", "c-letters"),
        ("-rf *", "rf"),
        (".hidden", "hidden"),
        ("name\0.pdf\n", "name-pdf"),
        ("Corrections", "corrections-letter"),
        ("CON", "con-letter"),
        ("con.", "con-letter"),
        ("Aux", "aux-letter"),
        ("LPT1", "lpt1-letter"),
        ("COM\N{SUPERSCRIPT ONE}", "com1-letter"),
        ("Conwy", "conwy"),
        ("Caf\N{LATIN SMALL LETTER E WITH ACUTE}", "cafe"),
    ],
)
def test_a_file_is_named_after_its_authority_in_letters_digits_and_hyphens(
    name: str, stem: str
) -> None:
    assert file_stem(name) == stem


def test_names_of_300_characters_that_differ_at_their_end_make_different_short_file_names() -> None:
    one, other = file_stem("Council " * 40 + "A"), file_stem("Council " * 40 + "B")
    assert one != other
    assert max(len(one), len(other)) <= 120
    assert one.startswith("council-council-")
    assert STEM.fullmatch(one)


def test_names_without_a_latin_letter_make_different_file_names() -> None:
    beijing = file_stem("\N{CJK UNIFIED IDEOGRAPH-5317}\N{CJK UNIFIED IDEOGRAPH-4EAC}")
    athens = file_stem("\N{GREEK CAPITAL LETTER ALPHA}\N{GREEK SMALL LETTER THETA}")
    assert beijing != athens
    assert STEM.fullmatch(beijing)
    assert STEM.fullmatch(athens)


def test_a_name_that_no_encoding_holds_makes_a_file_name() -> None:
    assert STEM.fullmatch(file_stem("\udc81"))


@given(st.text(max_size=400))
def test_no_name_makes_a_file_name_that_a_system_refuses_or_that_leaves_its_folder(
    name: str,
) -> None:
    stem = file_stem(name)
    assert STEM.fullmatch(stem)
    assert len(stem) <= 120
    assert stem not in DEVICES


@given(st.text(st.characters(max_codepoint=127), max_size=150))
def test_names_that_match_make_one_file_name(name: str) -> None:
    assert file_stem(name.upper()) == file_stem(f"  {name.lower()} ")
