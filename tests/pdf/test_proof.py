"""The proof as a file: its tags, its marks, and the letters in it as they will be sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import page
import pypdfium2
import pytest

from lgo_letters.edition.text.blocks import Heading, Paragraph, Run, Table
from lgo_letters.letter.letter import Letter
from lgo_letters.pdf.proof import Proof, Section, ShownLetter, is_proof, typeset_proof
from lgo_letters.pdf.typeset import Pdf, typeset
from tests.support.shapes import SHAPES, panels_with_all, with_own
from tests.support.tags import (
    TaggedPdf,
    annotation_complaints,
    mark_complaints,
    opened,
    outline_of,
    tree_complaints,
)

FIGURES, EXCEPTIONS = "How the figures add up", "Exceptions"
_SHOWN = (
    "Bromsgrove",
    "not compared",
    "own paragraphs with tables",
    "own paragraphs over several pages",
)


def said(words: str) -> Paragraph:
    return Paragraph((Run(words),))


def a_table(rows: int) -> Table:
    body = [(f"Type {number}", str(number)) for number in range(rows)]
    return Table("A table", ("Type", "Number"), tuple(body))


def a_proof(*letters: Letter, table_rows: int = 8) -> Proof:
    return Proof(
        title="Annual review letters 2020",
        author="Ombudsman",
        dated=letters[0].dated,
        accent=letters[0].accent,
        mark=letters[0].mark,
        opening=(said("What this is."),),
        sections=(
            Section(FIGURES, (said("They do."), *[a_table(table_rows)] * 4)),
            Section(EXCEPTIONS, (said("None."),)),
        ),
        letters=tuple(ShownLetter(letter, f"reason {n}") for n, letter in enumerate(letters, 1)),
    )


@pytest.fixture(scope="module")
def shown(letters: dict[str, Letter]) -> Sequence[Letter]:
    """Letters of the example with all that a letter may hold, one of them in another language."""
    most = with_own(panels_with_all(3)(letters), Heading(EXCEPTIONS), said("A heading of both."))
    return [*(SHAPES[name](letters) for name in _SHOWN), most._replace(language="de")]


@pytest.fixture(scope="module")
def proof(shown: Sequence[Letter]) -> Pdf:
    return typeset_proof(a_proof(*shown))


@pytest.fixture(scope="module")
def tagged(proof: Pdf) -> Iterator[TaggedPdf]:
    with opened(proof.content) as pdf:
        yield TaggedPdf(pdf)


def texts(pdf: Pdf, *, top: float = 900, bottom: float = 0) -> list[str]:
    """The text of each page between two heights."""
    with pypdfium2.PdfDocument(pdf.content) as document:
        return [drawn.get_textpage().get_text_bounded(bottom=bottom, top=top) for drawn in document]


@pytest.mark.parametrize("profile", ["ua1", "3a"])
def test_a_proof_meets_the_standard(proof: Pdf, profile: str) -> None:
    report = page.validate_pdf_bytes(proof.content, profile=profile)
    assert [f"{failure.rule_id}: {failure.message}" for failure in report.failures] == []


def test_every_mark_link_and_element_is_in_its_place(tagged: TaggedPdf) -> None:
    assert mark_complaints(tagged) == []
    assert annotation_complaints(tagged) == []
    assert tree_complaints(tagged) == []


def test_each_letter_has_its_own_tags_in_a_part_with_its_headings_a_level_lower(
    tagged: TaggedPdf, shown: Sequence[Letter]
) -> None:
    outline = "\n".join(tagged.outline())
    parts = re.split(r"\n  H1: Letter \d+: .*\n  P: Reason \d+\n  Part\n", outline)[1:]
    assert len(parts) == len(shown)
    for part, letter in zip(parts, shown, strict=True):
        lowered = [
            re.sub(r"^( *)H(\d)", lambda found: f"{found[1]}H{int(found[2]) + 1}", f"  {line}")
            for line in outline_of(letter)[1:]
        ]
        assert part.splitlines() == lowered


def test_a_letter_in_another_language_says_so(tagged: TaggedPdf) -> None:
    *others, german = tagged.tagged("Part")
    assert str(german.source.Lang) == "de"
    assert not any("/Lang" in part.source for part in others)
    assert str(tagged.pdf.Root.Lang) == "en-GB"


def test_every_page_says_proof_above_and_the_letters_below_too(
    proof: Pdf, shown: Sequence[Letter]
) -> None:
    pages = sum(typeset(letter).pages for letter in shown)
    above, below = texts(proof, bottom=790), texts(proof, top=50)
    assert all(words.startswith("PROOF") for words in above)
    assert [f"Page {number} of {proof.pages}" in words for number, words in enumerate(above, 1)]
    assert all("PROOF, not for issue" in words for words in below[-pages:])
    assert all("Example: invented figures" in words for words in below)


def test_the_letters_read_and_break_as_they_will_be_sent(
    proof: Pdf, shown: Sequence[Letter]
) -> None:
    inside = {"top": 790, "bottom": 36}
    alone = [words for letter in shown for words in texts(typeset(letter), **inside)]
    assert texts(proof, **inside)[-len(alone) :] == alone


def test_the_contents_say_on_which_page_everything_is_and_lead_there(
    proof: Pdf, tagged: TaggedPdf
) -> None:
    pages = texts(proof)
    labels = [tagged.text_of(label).strip("\N{FIGURE SPACE} ") for label in tagged.tagged("Lbl")]
    links = [link for link in tagged.tagged("Link") if link.held()][: 2 + len(_SHOWN) + 1]
    headings = [FIGURES, EXCEPTIONS, *(f"Letter {n}:" for n in range(1, len(_SHOWN) + 2))]
    numbers = {number.objgen: index for index, number in enumerate(tagged.pdf.pages, start=1)}
    for label, link, heading in zip(labels, links, headings, strict=False):
        assert heading in pages[int(label) - 1]
        annotation = next(kid for kid in link.held() if not hasattr(kid, "mcid")).annotation
        _, drawn = tagged.annotations[annotation]
        assert numbers[drawn.Dest[0].objgen] == int(label)


def test_the_bookmarks_lead_from_each_letter_to_its_headings(
    tagged: TaggedPdf, shown: Sequence[Letter]
) -> None:
    with tagged.pdf.open_outline() as outline:
        front, *letters = outline.root
        assert front.title == "Proof: Annual review letters 2020"
        assert [item.title for item in front.children[-2:]] == [FIGURES, EXCEPTIONS]
        assert [item.title for item in letters] == [
            f"Letter {number}: {letter.authority}" for number, letter in enumerate(shown, 1)
        ]
        assert [item.children[0].title for item in letters] == [one.heading for one in shown]


def test_the_same_proof_gives_the_same_bytes_and_says_that_it_is_one(
    proof: Pdf, shown: Sequence[Letter]
) -> None:
    assert typeset_proof(a_proof(*shown)).content == proof.content
    assert is_proof(proof.content)
    assert not is_proof(typeset(shown[0]).content)


@pytest.mark.parametrize("rows", [8, 10, 12])
def test_a_table_that_fits_on_a_page_is_not_split(bromsgrove: Letter, rows: int) -> None:
    pdf = typeset_proof(a_proof(bromsgrove, table_rows=rows))
    for words in texts(pdf):
        assert words.count("Type 0") == words.count(f"Type {rows - 1}")


def test_a_table_longer_than_a_page_is_set_all_the_same(bromsgrove: Letter) -> None:
    pdf = typeset_proof(a_proof(bromsgrove, table_rows=60))
    assert "Type 59" in "".join(texts(pdf))


def test_the_sections_follow_the_contents_where_else_a_page_would_hold_next_to_nothing(
    bromsgrove: Letter,
) -> None:
    def lines_on_pages(rows: int) -> list[int]:
        proof = a_proof(bromsgrove)._replace(
            opening=(said("A line.\n" * 22),),
            sections=(
                Section(FIGURES, (a_table(12), a_table(rows))),
                Section(EXCEPTIONS, (said("None."),)),
            ),
        )
        pages = texts(typeset_proof(proof), top=770, bottom=50)
        return [words.count("\n") + 1 for words in pages[: -typeset(bromsgrove).pages]]

    assert lines_on_pages(16) == [27, 35]
    assert lines_on_pages(18) == [42, 22]  # and not 27, 35, 2


def test_a_character_that_no_letter_has_and_no_font_becomes_a_question_mark(
    bromsgrove: Letter,
) -> None:
    proof = a_proof(bromsgrove)._replace(opening=(said("Made from 決定.csv."),))
    assert "Made from ??.csv." in texts(typeset_proof(proof))[0]


def test_a_name_that_is_too_long_for_the_head_of_a_page_is_cut(letters: dict[str, Letter]) -> None:
    pdf = typeset_proof(a_proof(SHAPES["a name of 300 characters"](letters)))
    head = texts(pdf, bottom=790)[-1]
    assert "Letter 1: Bournemouth, Christchurch and Poole Bournemouth" in head
    assert "…" in head
    assert "Page" in head
