"""A letter set in the layout of its like is, byte for byte, the letter set plainly."""

from __future__ import annotations

import functools
import string
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lgo_letters import layout
from lgo_letters.blocks import Heading, Paragraph, Run
from lgo_letters.letter import Chart, Letter, Panel
from lgo_letters.typeset import Pdf, typeset, typeset_plainly

from .shapes import SHAPES, a_link, a_paragraph


@pytest.fixture
def set_plainly(monkeypatch: pytest.MonkeyPatch) -> list[Letter]:
    """The letters that were typeset plainly, from no layout known on."""
    plain: list[Letter] = []

    def counted(letter: Letter, sha256: str, *, signature_field: bool) -> Any:
        plain.append(letter)
        return typeset_plainly(letter, sha256, signature_field=signature_field)

    monkeypatch.setattr(layout, "typeset_plainly", counted)
    layout._layouts.cache_clear()
    return plain


def _another_of_its_kind(letter: Letter) -> Letter:
    """A letter to somebody else, with other figures, whose parts take as much room."""
    return replace(
        letter,
        authority="Elsewhere & Co (Council) \\",
        title="Another title (it's one) \\",
        subject="Another subject",
        address=tuple(f"Line {place} & (so on) \\" for place, _ in enumerate(letter.address)),
        salutation="Dear Somebody <Else>",
        footer="Annual Review letter: Elsewhere & Co (Council) \\",
        panels=tuple(map(_with_other_figures, letter.panels)),
    )


def _with_other_figures(panel: Panel) -> Panel:
    rate = None if panel.chart.rate is None else 37
    average = None if panel.chart.average is None else 73
    return replace(
        panel,
        chart=Chart(rate, average, f"A chart (of {rate}) \\ and {average} £"),
        sentence=_with_other_digits(panel.sentence),
        comparison=panel.comparison and _with_other_digits(panel.comparison),
        count=panel.count and ("41", panel.count[1]),
        small_print=panel.small_print and _with_other_digits(panel.small_print),
    )


def _with_other_digits(paragraph: Paragraph) -> Paragraph:
    others = str.maketrans("0123456789", "5678901234")
    return Paragraph(tuple(replace(r, text=r.text.translate(others)) for r in paragraph.runs))


# What these hold in a hole (letters beyond ASCII, a footer that is cut) is set plainly.
FITS_NONE = {"a name like markup", "a name of 300 characters"}


@pytest.mark.parametrize("signed", [False, True], ids=["unsigned", "to be signed"])
@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_of_letter_is_set_as_it_is_plainly(
    name: str, signed: bool, letters: dict[str, Letter], set_plainly: list[Letter]
) -> None:
    letter = SHAPES[name](letters)
    first = _another_of_its_kind(letter)
    assert layout.typeset_by_layout(first, signature_field=signed) == typeset(
        first, signature_field=signed
    )
    pdf = layout.typeset_by_layout(letter, signature_field=signed)
    assert pdf == typeset(letter, signature_field=signed)
    assert set_plainly == ([first, letter] if name in FITS_NONE else [first])


def test_a_dozen_of_the_example_s_letters_are_set_plainly_and_all_alike(
    letters: dict[str, Letter], set_plainly: list[Letter]
) -> None:
    pdfs = {name: layout.typeset_by_layout(letter) for name, letter in letters.items()}
    assert len(set_plainly) <= 12
    for name in [*list(letters)[::8], max(letters, key=len)]:
        assert pdfs[name] == typeset(letters[name]), name


def test_what_would_not_give_back_the_letter_that_it_was_cut_from_is_not_used(
    bromsgrove: Letter, set_plainly: list[Letter], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = layout._drawn
    monkeypatch.setattr(layout, "_drawn", lambda *chart: f"{drawn(*chart)} ")
    other = _another_of_its_kind(bromsgrove)
    for letter in (bromsgrove, other):
        assert layout.typeset_by_layout(letter) == typeset(letter)
    assert set_plainly == [bromsgrove, other]


LINES = st.text(
    string.ascii_letters + string.digits + string.punctuation + " ", min_size=1, max_size=60
).map(lambda line: " ".join(line.split()) or "x")


@settings(max_examples=30)
@given(data=st.data())
def test_any_names_and_figures_are_set_as_they_are_plainly(
    letters: dict[str, Letter], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(["Bromsgrove District Council", "Transport for London"]))
    letter = letters[name]
    rates = st.one_of(st.none(), st.integers(0, 100))
    panels = [
        replace(
            panel,
            chart=Chart(data.draw(rates), data.draw(rates), data.draw(LINES)),
            sentence=Paragraph((Run(data.draw(LINES), bold=True), Run(f" {data.draw(LINES)}"))),
            count=data.draw(st.one_of(st.none(), st.tuples(LINES, LINES))),
            small_print=data.draw(st.one_of(st.none(), LINES.map(lambda x: Paragraph((Run(x),))))),
        )
        for panel in letter.panels
    ]
    other = replace(
        letter,
        authority=data.draw(LINES),
        title=data.draw(LINES),
        subject=data.draw(LINES),
        footer=data.draw(LINES),
        salutation=data.draw(LINES),
        address=tuple(data.draw(st.lists(LINES, min_size=2, max_size=3))),
        panels=tuple(panels),
    )
    layout.typeset_by_layout(other)
    assert layout.typeset_by_layout(other) == typeset(other)


CHANGED: dict[str, Any] = {
    "language": "cy-GB",
    "author": "Somebody else",
    "accent": "#5A1D60",
    "masthead": ("Another", "Ombudsman"),
    "date": "1 August 2020",
    "delivery": "By post",
    "heading": "Another heading",
    "body": (Paragraph((Run("A short letter."),)), Heading("With a heading")),
    "closing": "Yours faithfully,",
    "mark": "Draft",
    "note": (Paragraph((Run("Another note."),)),),
}


def _changed(part: Any) -> Iterator[tuple[str, Any]]:
    """Copies of a letter or panel, each with one part changed."""
    for each in fields(part):
        before = getattr(part, each.name)
        if each.name in CHANGED:
            yield each.name, replace(part, **{each.name: CHANGED[each.name]})
        elif each.name == "dated":
            yield each.name, replace(part, dated=before.replace(day=1))
        elif each.name == "signature":
            yield each.name, replace(part, signature=replace(before, name="Somebody Else"))
        elif each.name == "panels":
            yield each.name, replace(part, panels=before[:2])
            for name, panel in _changed(before[1]):
                yield f"panel {name}", replace(part, panels=(before[0], panel, before[2]))
        else:
            source = _with_other_figures if isinstance(part, Panel) else _another_of_its_kind
            other = getattr(source(part), each.name)
            if each.name == "heading":
                other = "Another heading"
            yield each.name, replace(part, **{each.name: other})


def test_a_letter_that_differs_in_any_one_part_is_set_as_it_is_plainly(
    bromsgrove: Letter, set_plainly: list[Letter]
) -> None:
    layout.typeset_by_layout(bromsgrove)
    changed = dict(_changed(bromsgrove))
    assert set(changed) >= {each.name for each in fields(Letter)}
    assert set(changed) >= {f"panel {each.name}" for each in fields(Panel)}
    for name, letter in changed.items():
        assert layout.typeset_by_layout(letter) == typeset(letter), name


def _in_panel(letter: Letter, **parts: Any) -> Letter:
    first, *others = letter.panels
    return replace(letter, panels=(replace(first, **parts), *others))


MISFITS: dict[str, Callable[[Letter], Letter]] = {
    "a name in other letters": lambda letter: replace(letter, address=("Chief Executive", "Môn")),
    "a footer in other letters": lambda letter: replace(letter, footer="Ynys Môn"),
    "a name of two lines": lambda letter: replace(
        letter, address=("Chief Executive", "Long " * 40)
    ),
    "a long footer": lambda letter: replace(letter, footer="Long " * 40),
    "two spaces": lambda letter: replace(letter, salutation="Dear  Ms  Dicks"),
    "a word too long for a line": lambda letter: replace(letter, salutation="D" * 200),
    "a name like a mark": lambda letter: replace(
        letter, salutation="/P <</MCID 4>> BDC", address=("Officer", "/P <</MCID 7>> BDC EMC")
    ),
    "a footer like an entry": lambda letter: replace(
        letter, footer="(Page 2) Tj", title="/Subject (x)", subject="/Title (y)"
    ),
    "a link in the small print": lambda letter: _in_panel(
        letter, small_print=a_paragraph("See ", a_link("our report"), " of 12 decisions.")
    ),
    "italics in a sentence": lambda letter: _in_panel(
        letter, sentence=a_paragraph("We carried out ", Run("no", italic=True), " investigation.")
    ),
    "a line broken": lambda letter: _in_panel(
        letter, comparison=a_paragraph("This compares to\n45% elsewhere.")
    ),
    "no address at all": lambda letter: replace(letter, address=("x",)),
    "the title as subject": lambda letter: replace(letter, subject=letter.title),
}


@pytest.mark.parametrize("misfit", MISFITS)
def test_a_letter_that_fits_no_layout_is_set_as_it_is_plainly(
    misfit: str, bromsgrove: Letter, set_plainly: list[Letter]
) -> None:
    letter = MISFITS[misfit](bromsgrove)
    layout.typeset_by_layout(bromsgrove)
    pdfs: list[Pdf] = [layout.typeset_by_layout(letter) for _ in range(3)]
    assert pdfs == [typeset(letter)] * 3
    layout.typeset_by_layout(_another_of_its_kind(letter))
    assert layout.typeset_by_layout(letter) == pdfs[0]
    assert layout.typeset_by_layout(bromsgrove) == typeset(bromsgrove)


def test_no_more_layouts_are_kept_than_memory_has_room_for(
    bromsgrove: Letter, set_plainly: list[Letter], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = functools.lru_cache(maxsize=2)(layout._layouts.__wrapped__)
    monkeypatch.setattr(layout, "_layouts", few)
    for number in (1, 2, 1, 3, 1):
        layout.typeset_by_layout(replace(bromsgrove, closing=f"Yours {number},"))
    assert len(set_plainly) == 3
    layout.typeset_by_layout(replace(bromsgrove, closing="Yours 2,"))
    assert len(set_plainly) == 4
