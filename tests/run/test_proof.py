"""A proof as plain data: the sums, what is out of the ordinary, which letters it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from lgo_letters.edition.text.blocks import Block, ListBlock, Paragraph, Table
from lgo_letters.figures.compare import YearFigures
from lgo_letters.letter.letter import Letter
from lgo_letters.pdf.proof import Proof
from lgo_letters.run.check import check_year
from lgo_letters.run.inputs import Inputs, read_inputs
from lgo_letters.run.proof.compose import compose_proof
from lgo_letters.run.proof.letters import shown_letters
from lgo_letters.run.sources import Sources
from tests.support.commands import DECISIONS
from tests.support.editions import change, own

DISTRICTS, OTHERS, ENGLAND = "District Council", "Other bodies", "England"
AUTHORITIES = """name,type,role,from,until,successor
Bromsgrove District Council,District Council,Chief Executive,,,
Bromley District Council,District Council,Chief Executive,2019-06-01,,
Redditch District Council,District Council,Chief Executive,,2020-03-31,Bromsgrove District Council
Wyre District Council,District Council,Chief Executive,,2018-03-31,Bromley District Council
Old District Council,District Council,Chief Executive,,2018-03-31,
Peak District National Park Authority,National Park Authority,Chief Executive,,,
"""
MORE = """18 000 001,Bromley District Council,Housing,2019-01-03,Upheld,no,2019-04-01,Not complied
20 000 001,Bromley District Council,Housing,2020-04-01,Not upheld,,,
19 000 005,Wyre District Council,Housing,2019-05-01,Not upheld,,,
19 000 006,Old District Council,Housing,2019-05-01,Advice given,,,
"""


@pytest.fixture
def proof(tmp_path: Path, edition_copy: Path) -> Proof:
    """That of a small year with a body of every kind."""
    return proof_of(tmp_path, edition_copy)


def proof_of(folder: Path, edition: Path, decisions: str = DECISIONS + MORE) -> Proof:
    (folder / "authorities.csv").write_text(AUTHORITIES, encoding="utf-8")
    (folder / "decisions.csv").write_text(decisions, encoding="utf-8")
    sources = Sources(folder / "decisions.csv", folder / "authorities.csv", edition)
    checked = check_year(read_inputs(sources, 2020))
    return compose_proof(checked, ["A notice."], ["Nothing."], sample=3, seed=1)


def table(proof: Proof, caption: str) -> Table:
    """The table whose caption begins so."""
    (found,) = (
        block
        for content in (proof.opening, *(section.content for section in proof.sections))
        for block in content
        if isinstance(block, Table) and block.caption.startswith(caption)
    )
    return found


def texts(content: Sequence[Block]) -> list[str]:
    """Its paragraphs and the items of its lists."""
    found = []
    for block in content:
        if isinstance(block, Paragraph):
            found.append(block.text)
        elif isinstance(block, ListBlock):
            found += [paragraph.text for item in block.items for paragraph in item.paragraphs]
    return found


# ---- how the figures add up


def test_rows_stand_by_kind_and_by_where_their_date_lies(proof: Proof) -> None:
    read = table(proof, "Decisions read")
    assert read.headings == ("Decision", "Before the year", "In the year", "After it", "All")
    assert read.rows[0] == ("Upheld", "1", "2", "0", "3")
    assert read.rows[1] == ("Not upheld", "0", "2", "1", "3")
    assert read.rows[-1] == ("All", "1", "5", "1", "7")
    recorded = table(proof, "Compliance read")
    assert recorded.rows == (
        ("Complied", "0", "1", "0", "1"),
        ("Complied late", "0", "0", "0", "0"),
        ("Not complied", "0", "1", "0", "1"),
        ("All", "0", "2", "0", "2"),
    )


def test_types_others_and_bodies_not_in_the_year_are_together_everybody(proof: Proof) -> None:
    assert table(proof, "Authorities and decisions").rows == (
        (DISTRICTS, "3", "4"),
        (OTHERS, "1", "0"),
        ("Bodies not in the year (1)", "0", "1"),
        (ENGLAND, "4", "5"),
    )
    assert "5 above and 5 for England below" in " ".join(texts(proof.sections[0].content))


def test_each_statistic_has_its_sums_its_rate_and_the_rounded_one(proof: Proof) -> None:
    """2 of 4 upheld, 1 of 2 complied with, 1 of 2 remedied: the districts'."""
    assert table(proof, "Complaints upheld").rows == (
        (DISTRICTS, "4", "2", "50.0%", "50%"),
        (OTHERS, "0", "0", "-", "-"),
        ("Bodies not in the year (1)", "0", "0", "-", "-"),
        (ENGLAND, "4", "2", "50.0%", "50%"),
    )
    compliance = table(proof, "Compliance with")
    assert compliance.headings[1:4] == ("Compliance outcomes", "Complied", "Complied late")
    assert compliance.rows[0] == (DISTRICTS, "2", "1", "0", "50.0%", "50%")


def test_a_mean_is_the_sum_of_the_rates_over_their_number(
    tmp_path: Path, edition_copy: Path
) -> None:
    """Bromsgrove 1 of 2, Bromley 1 of 2 with Wyre's; Redditch has none."""
    change(edition_copy, ('method = "pooled"', 'method = "mean"'))
    upheld = table(proof_of(tmp_path, edition_copy), "Complaints upheld")
    assert upheld.headings[3:] == ("Sum of rates", "Rates", "Average", "Rounded")
    assert upheld.rows[0] == (DISTRICTS, "4", "2", "100.00%", "2", "50.0%", "50%")
    assert upheld.rows[-1][3:] == ("–", "–", "-", "-")  # noqa: RUF001


# ---- exceptions


def test_every_exception_is_named(tmp_path: Path, edition_copy: Path) -> None:
    own(edition_copy, "Bromley District Council.md")
    said = texts(proof_of(tmp_path, edition_copy).sections[1].content)
    for expected in (
        "Redditch District Council, until 31 March 2020: to Bromsgrove District Council",
        "Wyre District Council: 1 decision, 0 compliance outcomes, for Bromley District Council",
        "Old District Council: 1 decision, 0 compliance outcomes, in no letter",
        "First letter, as the body began in the year (1): Bromley District Council.",
        "Paragraphs of their own (1): Bromley District Council.",
        "Without a decision in the year (2): Redditch District Council, Peak District National "
        "Park Authority.",
        "Complaints upheld; Compliance with Ombudsman recommendations; Satisfactory remedies "
        "provided by the authority (2): Redditch District Council, Peak District National Park "
        "Authority.",
    ):
        assert expected in said
    assert any(text.startswith("Nothing to count (2): Complaints upheld, 2;") for text in said)
    assert any("there is no history/statistics-2019.csv" in text for text in said)


def test_who_did_not_comply_stands_with_numbers(proof: Proof) -> None:
    below = table(proof, "Below 100% compliance (1)")
    assert below.headings == ("Authority", "Outcomes", "Complied", "Not complied", "Printed")
    assert below.rows == (("Bromley District Council", "1", "0", "1", "0%"),)


def test_what_was_looked_for_and_not_found_is_named_too(proof: Proof) -> None:
    *_, not_found, _history = texts(proof.sections[1].content)
    assert not_found == (
        "Looked for and not found: Dates after the letter's; Dates before 1974, when there was no "
        "Ombudsman; Decisions of the year with a blank remedy; Paragraphs of their own."
    )


def test_the_largest_moves_stand_with_both_years_and_the_cases(
    tmp_path: Path, edition_copy: Path
) -> None:
    """Bromsgrove 100 to 50 of 2 comes to one case; the others have no rate this year."""
    (tmp_path / "history").mkdir()
    (tmp_path / "history" / "statistics-2019.csv").write_text(
        "authority,type,decisions,upheld_rate\n"
        "Bromsgrove District Council,District Council,2,100\n"
        "Redditch District Council,District Council,2,60\n"
        "Peak District National Park Authority,National Park Authority,40,60\n",
        encoding="utf-8",
    )
    proof = proof_of(tmp_path, edition_copy)
    assert table(proof, "Largest moves: Complaints upheld") == Table(
        "Largest moves: Complaints upheld",
        ("Authority", "2018-19", "2019-20", "Detailed investigations", "Cases moved"),
        (("Bromsgrove District Council", "100%", "50%", "2", "1"),),
    )
    said = texts(proof.sections[1].content)
    assert "The earlier year is 2018-19, as published, statistics-2019.csv." in said
    assert said[-1] == (
        "Five times or a fifth of an earlier year's decisions (1): Peak District National Park "
        "Authority, 40 in 2018-19 and 0 now."
    )


def test_it_says_what_the_public_pages_say_of_each_authority(
    tmp_path: Path, edition_copy: Path
) -> None:
    """13 of 14 upheld against 1 of 14, which 197 of 40,116,600 ways to draw 14 of 28 come to."""
    outcomes = [("Bromsgrove", "Upheld")] * 12 + [("Bromley", "Not upheld")] * 13
    rows = "".join(
        f"19 001 {number:03},{name} District Council,Housing,2019-07-03,{kind},no,,\n"
        for number, (name, kind) in enumerate(outcomes)
    )
    proof = proof_of(tmp_path, edition_copy, DECISIONS + rows)
    section = proof.sections[2]
    assert section.heading == "What the public pages say of differences"
    said = texts(section.content)
    assert said[3:] == [
        "May be chance: The difference from similar councils may be chance.",
        "Too few cases: Too few cases to compare.",
        "District Council. Higher (1): Bromsgrove District Council. Lower (1): Bromley District "
        "Council. All others (1): too few cases.",
        "District Council. All (3): too few cases.",
    ]
    assert table(proof, "Higher or lower (2)") == Table(
        "Higher or lower (2): Complaints upheld",
        ("Authority", "Said", "Detailed investigations", "Upheld decisions", "Rate", "Average"),
        (
            ("Bromsgrove District Council", "Higher", "14", "13", "93%", "50%"),
            ("Bromley District Council", "Lower", "14", "1", "7%", "50%"),
        ),
    )


def test_without_sentences_for_the_public_pages_it_says_nothing_of_them(
    tmp_path: Path, edition_copy: Path
) -> None:
    file = edition_copy / "edition.toml"
    text = file.read_text(encoding="utf-8").partition("[comparison]")[0]
    file.write_text(text, encoding="utf-8")
    headings = [section.heading for section in proof_of(tmp_path, edition_copy).sections]
    assert headings == ["How the figures add up", "Exceptions", "What has changed"]


def test_what_needs_a_person_stands_on_the_first_page(proof: Proof) -> None:
    assert texts(proof.opening)[-4:] == [
        "Confirm where the letters of 1 body that has ended go: see “Exceptions”.",
        "No decision falls in 11 months of the year: see “Exceptions”.",
        "What was counted for 1 body stands in no letter: see “Exceptions”.",
        "A notice.",
    ]


def test_what_letters_carry_within_them_is_said(tmp_path: Path, edition_copy: Path) -> None:
    embedded = "[embedded]\nfigures = true\ndecisions = true\n\n[averages]"
    change(edition_copy, ("[averages]", embedded))
    said = texts(proof_of(tmp_path, edition_copy).opening)
    assert (
        "Each letter carries within it: figures.csv and decisions.csv; not in this proof." in said
    )


# ---- the letters


def shown(
    inputs: Inputs, figures: YearFigures, letters: dict[str, Letter], sample: int, seed: int
) -> dict[str, str]:
    """Why each letter is shown, by its authority."""
    found = shown_letters(inputs, figures, [*letters.values()], sample, seed)
    return {one.letter.authority: one.reason for one in found}


def test_one_letter_of_every_shape_is_shown_the_one_with_the_longest_name(
    inputs: Inputs, figures: YearFigures, letters: dict[str, Letter]
) -> None:
    """Which statistics have nothing to count, compared or not: ten kinds among the example's."""
    found = shown(inputs, figures, letters, 0, 1)
    kinds: dict[object, list[str]] = {}
    for one in figures.authorities:
        empty = tuple(not one.counts[s.denominator] for s in figures.definitions.statistics)
        is_compared = one.authority.type in figures.definitions.compared_types
        kinds.setdefault((empty, is_compared), []).append(one.authority.name)
    assert len(kinds) == 10
    assert {max(names, key=len) for names in kinds.values()} == found.keys()
    assert found["City of Bradford Metropolitan District Council"] == (
        "every panel full, like 291 others"
    )
    assert found["Broads Authority"] == "nothing in panel 2, not compared, like no other"
    assert found["Aylesbury Vale District Council"] == (
        "nothing in panel 2, like 17 others; to another body's address"
    )


def test_the_sample_follows_from_the_seed_and_the_names_alone(
    inputs: Inputs, figures: YearFigures, letters: dict[str, Letter]
) -> None:
    def drawn(sample: int, seed: int) -> set[str]:
        found = shown(inputs, figures, letters, sample, seed)
        return {name for name in found if found[name] == f"drawn from the others by seed {seed}"}

    assert len(drawn(3, 1)) == 3
    assert drawn(3, 1) < drawn(4, 1)
    assert drawn(3, 2) != drawn(3, 1)
    assert len(shown(inputs, figures, letters, 1000, 1)) == len(letters)
    backwards = replace(figures, authorities=figures.authorities[::-1])
    reversed_letters = dict(reversed(letters.items()))
    assert drawn(3, 1) <= shown(inputs, backwards, reversed_letters, 3, 1).keys()


def test_a_caution_is_seen_in_one_letter_at_least(tmp_path: Path, edition_copy: Path) -> None:
    """Cautions make no shape of their own, which would be many."""
    change(edition_copy, ("[averages]", '[caution]\nbelow = 2\ntext = "Few."\n\n[averages]'))
    reasons = [one.reason for one in proof_of(tmp_path, edition_copy).letters]
    assert any("a caution" in reason for reason in reasons)
