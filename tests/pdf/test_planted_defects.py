"""Letters spoilt on purpose: what reads their tags finds every defect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import page
import pikepdf
import pytest

from lgo_letters.letter.letter import Letter
from lgo_letters.pdf.typeset import typeset
from tests.support.shapes import SHAPES
from tests.support.tags import (
    Mark,
    TaggedPdf,
    bytes_of,
    complaints,
    opened,
    outline_of,
)


@pytest.fixture(scope="session")
def sound(letters: dict[str, Letter]) -> tuple[Letter, bytes]:
    """A letter with lists and links, before it is spoilt."""
    letter = SHAPES["own paragraphs with links in lists"](letters)
    return letter, typeset(letter).content


def _a_heading_as_an_artifact(pdf: TaggedPdf) -> None:
    """Marks and all: the element is gone, and no validator would miss it."""
    heading = pdf.tagged("H2")[0]
    (mark,) = heading.held()
    assert isinstance(mark, Mark)
    _rewrite(pdf, mark, pikepdf.Operator("BMC"), [pikepdf.Name.Artifact])
    kids = pdf.root.source.K
    del kids[[kid.objgen for kid in kids].index(heading.number)]


def _a_heading_marked_as_an_artifact(pdf: TaggedPdf) -> None:
    (mark,) = pdf.tagged("H2")[0].held()
    assert isinstance(mark, Mark)
    _rewrite(pdf, mark, pikepdf.Operator("BMC"), [pikepdf.Name.Artifact])


def _rewrite(pdf: TaggedPdf, mark: Mark, operator: pikepdf.Operator, operands: list[Any]) -> None:
    """Another operator where a mark's content begins."""
    page_of_mark = pdf.pdf.pages[mark.page]
    instructions: list[Any] = []
    for instruction in pikepdf.parse_content_stream(page_of_mark):
        begins = (
            str(instruction.operator) == "BDC" and instruction.operands[1].get("/MCID") == mark.mcid
        )
        instructions.append((operands, operator) if begins else instruction)
    content = pikepdf.unparse_content_stream(instructions)
    page_of_mark.Contents = pdf.pdf.make_stream(content)


def _two_paragraphs_swapped(pdf: TaggedPdf) -> None:
    kids = pdf.root.source.K
    kids[8], kids[10] = kids[10], kids[8]


def _two_list_items_swapped(pdf: TaggedPdf) -> None:
    kids = pdf.tagged("L")[0].source.K
    kids[3], kids[4] = kids[4], kids[3]


def _a_label_after_its_words(pdf: TaggedPdf) -> None:
    kids = pdf.tagged("LI")[3].source.K
    kids[0], kids[1] = kids[1], kids[0]


def _a_mark_of_two_elements(pdf: TaggedPdf) -> None:
    first, second = pdf.tagged("P")[:2]
    second.source.K.append(first.source.K[0])


def _a_mark_twice_in_one_element(pdf: TaggedPdf) -> None:
    first = pdf.tagged("Figure")[0]
    first.source.K.append(first.source.K[0])


def _a_mark_of_no_element(pdf: TaggedPdf) -> None:
    del pdf.tagged("Figure")[0].source.K[0]


def _a_mark_that_is_nowhere(pdf: TaggedPdf) -> None:
    pdf.tagged("P")[3].source.K[0].MCID = 900


def _a_mark_of_another_page(pdf: TaggedPdf) -> None:
    pdf.tagged("P")[3].source.K[0].Pg = pdf.pdf.pages[1].obj


def _a_link_without_its_annotation(pdf: TaggedPdf) -> None:
    kids = pdf.tagged("Link")[0].source.K
    (index,) = (index for index, kid in enumerate(kids) if kid.get("/Type") == "/OBJR")
    del kids[index]


def _a_link_with_anothers_annotation(pdf: TaggedPdf) -> None:
    first, second = (
        next(kid for kid in link.source.K if kid.get("/Type") == "/OBJR")
        for link in pdf.tagged("Link")[:2]
    )
    first.Obj, second.Obj = second.Obj, first.Obj


def _a_link_that_says_another_thing(pdf: TaggedPdf) -> None:
    _, annotation = next(iter(pdf.annotations.values()))
    annotation.Contents = pikepdf.String("click here")


def _a_page_that_leads_back_elsewhere(pdf: TaggedPdf) -> None:
    parents = pdf.parents[0]
    parents[2], parents[3] = parents[3], parents[2]


def _an_annotation_that_leads_back_elsewhere(pdf: TaggedPdf) -> None:
    numbers: Any = pdf.pdf.Root.StructTreeRoot.ParentTree.Nums
    numbers[len(numbers) - 1] = pdf.tagged("Link")[-1].source


def _a_page_without_its_key(pdf: TaggedPdf) -> None:
    del pdf.pdf.pages[1].obj["/StructParents"]


def _an_element_of_another_parent(pdf: TaggedPdf) -> None:
    pdf.tagged("P")[3].source.P = pdf.tagged("Sect")[0].source


def _a_list_item_outside_its_list(pdf: TaggedPdf) -> None:
    item = pdf.tagged("LI")[0].source
    item.P = pdf.root.source
    del pdf.tagged("L")[0].source.K[0]
    kids = pdf.root.source.K
    numbers = [kid.objgen for kid in kids]
    kids.insert(numbers.index(pdf.tagged("L")[0].number), item)


def _text_outside_all_tags(pdf: TaggedPdf) -> None:
    _insert(pdf, b"BT /Letter+0 11 Tf (Lost) Tj ET")


def _text_in_an_artifact(pdf: TaggedPdf) -> None:
    _insert(pdf, b"/Artifact BMC BT /Letter+0 11 Tf (Lost) Tj ET EMC")


def _text_in_the_footer(pdf: TaggedPdf) -> None:
    _insert(pdf, b"/Artifact <</Subtype /Footer>> BDC BT /Letter+0 11 Tf (Lost) Tj ET EMC")


def _a_mark_that_is_not_closed(pdf: TaggedPdf) -> None:
    _insert(pdf, b"/Artifact BMC")


def _a_mark_closed_twice(pdf: TaggedPdf) -> None:
    _insert(pdf, b"EMC")


def _a_mark_that_crosses_the_text(pdf: TaggedPdf) -> None:
    _insert(pdf, b"/Artifact BMC BT EMC ET")


def _a_mark_within_a_mark(pdf: TaggedPdf) -> None:
    _insert(pdf, b"/Artifact BMC /Artifact BMC EMC EMC")


def _insert(pdf: TaggedPdf, operators: bytes) -> None:
    first = pdf.pdf.pages[0]
    first.contents_coalesce()
    content: Any = first.Contents
    first.Contents = pdf.pdf.make_stream(content.read_bytes() + b"\n" + operators)


DEFECTS: dict[str, tuple[Callable[[TaggedPdf], None], str]] = {
    "a heading as an artifact": (_a_heading_as_an_artifact, '"Complaint statistics" is an art'),
    "a heading marked as an artifact": (_a_heading_marked_as_an_artifact, "points at nothing"),
    "two paragraphs swapped": (_two_paragraphs_swapped, "the tags read"),
    "two list items swapped": (_two_list_items_swapped, 'the tags read "5."'),
    "a label after its words": (_a_label_after_its_words, "the tags read"),
    "a mark of two elements": (_a_mark_of_two_elements, "claimed by P"),
    "a mark twice in one element": (_a_mark_twice_in_one_element, "claimed by Figure"),
    "a mark of no element": (_a_mark_of_no_element, "claimed by no element"),
    "a mark that is nowhere": (_a_mark_that_is_nowhere, "points at nothing"),
    "a mark of another page": (_a_mark_of_another_page, "claimed by"),
    "a link without its annotation": (_a_link_without_its_annotation, "has no annotation"),
    "a link with another's annotation": (_a_link_with_anothers_annotation, "leads back to another"),
    "a link that says another thing": (_a_link_that_says_another_thing, 'says "click here"'),
    "a page that leads back elsewhere": (_a_page_that_leads_back_elsewhere, "leads back to anoth"),
    "an annotation that leads back elsewhere": (
        _an_annotation_that_leads_back_elsewhere,
        "leads back to another",
    ),
    "a page without its key": (_a_page_without_its_key, "no StructParents"),
    "an element of another parent": (_an_element_of_another_parent, "names another parent"),
    "a list item outside its list": (_a_list_item_outside_its_list, "stands in Document"),
    "text outside all tags": (_text_outside_all_tags, "neither tagged nor an artifact"),
    "text in an artifact": (_text_in_an_artifact, '"Lost" is an artifact'),
    "text in the footer": (_text_in_the_footer, "its footer is"),
    "a mark that is not closed": (_a_mark_that_is_not_closed, "the page ends within"),
    "a mark closed twice": (_a_mark_closed_twice, "EMC closes nothing"),
    "a mark that crosses the text": (_a_mark_that_crosses_the_text, "what was opened before BT"),
    "a mark within a mark": (_a_mark_within_a_mark, "stands within"),
}


def test_a_letter_that_is_not_spoilt_has_no_complaint(sound: tuple[Letter, bytes]) -> None:
    letter, content = sound
    with opened(content) as pdf:
        assert complaints(TaggedPdf(pdf), letter) == []


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_is_found(sound: tuple[Letter, bytes], defect: str) -> None:
    letter, content = sound
    spoil, expected = DEFECTS[defect]
    with opened(content) as pdf:
        spoil(TaggedPdf(pdf))
        found = complaints(TaggedPdf(pdf), letter)
    assert any(expected in complaint for complaint in found), found


@pytest.mark.parametrize(
    "defect", ["a heading as an artifact", "two paragraphs swapped", "a mark of two elements"]
)
def test_the_validator_alone_would_not_find_the_defect(
    sound: tuple[Letter, bytes], defect: str
) -> None:
    """Why the tags are read at all: should this fail, the validator has become better."""
    _, content = sound
    with opened(content) as pdf:
        tags = TaggedPdf(pdf)
        DEFECTS[defect][0](tags)
        spoilt = bytes_of(tags)
    assert page.validate_pdf_bytes(spoilt, profile="ua1").is_compliant


def test_a_wrong_alternative_text_is_another_outline(sound: tuple[Letter, bytes]) -> None:
    letter, content = sound
    with opened(content) as pdf:
        TaggedPdf(pdf).tagged("Figure")[0].source.Alt = pikepdf.String("A picture")
        assert TaggedPdf(pdf).outline() != outline_of(letter)
