"""A letter made from the template of its kind is, byte for byte, the letter typeset plainly."""

from __future__ import annotations

import functools
import string
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lgo_letters.edition.text.blocks import Heading, Paragraph, Run
from lgo_letters.letter.letter import Attachment, Chart, Letter, Panel
from lgo_letters.pdf.template import slots, template, typeset_fast
from lgo_letters.pdf.typeset import Pdf, typeset
from tests.support.shapes import SHAPES, a_link, a_paragraph, with_files


@pytest.fixture
def typeset_plainly(monkeypatch: pytest.MonkeyPatch) -> list[Letter]:
    """The letters that were typeset plainly, from no template known on."""
    plain: list[Letter] = []

    def counted(letter: Letter, **options: Any) -> Pdf:
        plain.append(letter)
        return typeset(letter, **options)

    monkeypatch.setattr(template, "typeset", counted)
    template._templates.cache_clear()
    return plain


def _another_of_its_kind(letter: Letter) -> Letter:
    """A letter to somebody else, with other figures, whose parts take as much room."""
    return letter._replace(
        authority="Elsewhere & Co (Council) \\",
        title="Another title (it's one) \\",
        subject="Another subject",
        address=tuple(f"Line {number} & (so on) \\" for number, _ in enumerate(letter.address)),
        salutation="Dear Somebody <Else>",
        footer="Annual Review letter: Elsewhere & Co (Council) \\",
        panels_heading=letter.panels_heading and _other_heading(letter.panels_heading),
        panels=tuple(map(_with_other_figures, letter.panels)),
    )


def _other_heading(heading: str) -> str:
    """Of as many lines."""
    return " ".join(["Another (heading) & \\"] * (1 if len(heading) < 50 else 3))


def _with_other_figures(panel: Panel) -> Panel:
    return panel._replace(
        chart=panel.chart and _with_other_shares(panel.chart),
        sentence=_with_other_digits(panel.sentence),
        comparison=panel.comparison and _with_other_digits(panel.comparison),
        counted=panel.counted and _with_other_digits(panel.counted),
        small_print=panel.small_print and _with_other_digits(panel.small_print),
        caution=panel.caution and _with_other_digits(panel.caution),
    )


def _with_other_shares(chart: Chart) -> Chart:
    return Chart(
        chart.kind,
        None if chart.share is None else Fraction(37, 100),
        None if chart.average is None else Fraction(73, 100),
        f"A chart (of {chart.kind}) \\ and 73 £",
        chart.key,
    )


def _with_other_digits(paragraph: Paragraph) -> Paragraph:
    others = str.maketrans("0123456789", "5678901234")
    return Paragraph(tuple(r._replace(text=r.text.translate(others)) for r in paragraph.runs))


# What these hold in a slot (letters beyond ASCII, a footer that is cut) is set plainly, and so are
# a letter with a table and one that was reissued.
FITS_NONE = {
    "a name like markup",
    "a name of 300 characters",
    "a table in a note",
    "own paragraphs with tables",
    "reissued",
}


@pytest.mark.parametrize("signed", [False, True], ids=["unsigned", "to be signed"])
@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_of_letter_has_the_bytes_that_it_has_plainly(
    name: str, signed: bool, letters: dict[str, Letter], typeset_plainly: list[Letter]
) -> None:
    letter = SHAPES[name](letters)
    first = _another_of_its_kind(letter)
    assert typeset_fast(first, signature_field=signed) == typeset(first, signature_field=signed)
    pdf = typeset_fast(letter, signature_field=signed)
    assert pdf == typeset(letter, signature_field=signed)
    assert typeset_plainly == ([first, letter] if name in FITS_NONE else [first])


@pytest.mark.parametrize("signed", [False, True], ids=["unsigned", "to be signed"])
@pytest.mark.parametrize("name", [name for name in SHAPES if name not in FITS_NONE])
def test_files_of_any_size_are_put_into_the_template_of_every_shape(
    name: str, signed: bool, letters: dict[str, Letter], typeset_plainly: list[Letter]
) -> None:
    letter = SHAPES[name](letters)
    for cases in (3, 0, 500):
        carrying = with_files(letter, cases)
        plain = typeset(carrying, signature_field=signed)
        assert typeset_fast(carrying, signature_field=signed) == plain
    assert typeset_plainly == [with_files(letter, 3)]


def test_letters_that_carry_other_files_are_of_different_kinds(
    bromsgrove: Letter, typeset_plainly: list[Letter]
) -> None:
    figures, decisions = with_files(bromsgrove).attachments
    named = decisions._replace(description="Another description")
    kinds = [(), (figures,), (decisions,), (figures, decisions), (figures, named)]
    for files in kinds * 2:
        letter = bromsgrove._replace(attachments=files)
        assert typeset_fast(letter) == typeset(letter)
    assert len(typeset_plainly) == len(kinds)


def test_a_dozen_of_the_example_s_letters_are_typeset_plainly_and_all_alike(
    letters: dict[str, Letter], typeset_plainly: list[Letter]
) -> None:
    pdfs = {name: typeset_fast(letter) for name, letter in letters.items()}
    assert len(typeset_plainly) <= 12
    for name in [*list(letters)[::8], max(letters, key=len)]:
        assert pdfs[name] == typeset(letters[name]), name


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
    shares = st.none() | st.integers(0, 100).map(lambda share: Fraction(share, 100))
    lines = st.none() | LINES.map(lambda line: Paragraph((Run(line),)))
    figures = st.tuples(LINES, LINES).map(
        lambda words: Paragraph((Run(words[0], bold=True), Run(f" {words[1]}")))
    )
    panels = st.builds(
        Panel,
        heading=st.just("A panel"),
        chart=st.none() | st.builds(Chart, st.sampled_from(["ring", "bar"]), shares, shares, LINES),
        sentence=figures,
        comparison=lines,
        counted=st.none() | figures,
        small_print=lines,
        caution=lines,
        note=st.sampled_from([panel.note for panel in letter.panels]),
    )
    other = letter._replace(
        authority=data.draw(LINES),
        title=data.draw(LINES),
        subject=data.draw(LINES),
        footer=data.draw(LINES),
        salutation=data.draw(LINES),
        address=tuple(data.draw(st.lists(LINES, min_size=2, max_size=3))),
        panels_heading=data.draw(st.none() | LINES),
        panels=tuple(data.draw(st.lists(panels, min_size=1, max_size=6))),
    )
    typeset_fast(_another_of_its_kind(other))
    assert typeset_fast(other) == typeset(other)


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
    "page": "Tudalen",
    "signature_field": "Llofnod digidol",
    "mark": "Draft",
    "attachments": (Attachment("figures.csv", "text/csv", "Figures", b"decisions\n12\n"),),
    "note": (Paragraph((Run("Another note."),)),),
}


def _changed(part: Any) -> Iterator[tuple[str, Any]]:
    """Copies of a letter or panel, each with one part changed."""
    for name in part._fields:
        before = getattr(part, name)
        if name in CHANGED:
            yield name, part._replace(**{name: CHANGED[name]})
        elif name == "dated":
            yield name, part._replace(dated=before.replace(day=1))
        elif name == "signature":
            yield name, part._replace(signature=before._replace(name="Somebody Else"))
        elif name == "panels":
            yield name, part._replace(panels=before[:2])
            for of_panel, panel in _changed(before[1]):
                yield f"panel {of_panel}", part._replace(panels=(before[0], panel, before[2]))
        else:
            source = _with_other_figures if isinstance(part, Panel) else _another_of_its_kind
            other = getattr(source(part), name)
            if name == "heading":
                other = "Another heading"
            yield name, part._replace(**{name: other})


def test_a_letter_that_differs_in_any_one_part_is_set_as_it_is_plainly(
    bromsgrove: Letter, typeset_plainly: list[Letter]
) -> None:
    typeset_fast(bromsgrove)
    changed = dict(_changed(bromsgrove))
    assert set(changed) >= {*Letter._fields}
    assert set(changed) >= {f"panel {name}" for name in Panel._fields}
    for name, letter in changed.items():
        assert typeset_fast(letter) == typeset(letter), name


def _in_panel(letter: Letter, **parts: Any) -> Letter:
    first, *others = letter.panels
    return letter._replace(panels=(first._replace(**parts), *others))


DO_NOT_FIT: dict[str, Callable[[Letter], Letter]] = {
    "a name in other letters": lambda letter: letter._replace(address=("Chief Executive", "Môn")),
    "a footer in other letters": lambda letter: letter._replace(footer="Ynys Môn"),
    "a name of two lines": lambda letter: letter._replace(
        address=("Chief Executive", "Long " * 40)
    ),
    "a long footer": lambda letter: letter._replace(footer="Long " * 40),
    "two spaces": lambda letter: letter._replace(salutation="Dear  Ms  Dicks"),
    "a word too long for a line": lambda letter: letter._replace(salutation="D" * 200),
    "a name like a mark": lambda letter: letter._replace(
        salutation="/P <</MCID 4>> BDC", address=("Officer", "/P <</MCID 7>> BDC EMC")
    ),
    "a footer like an entry": lambda letter: letter._replace(
        footer="(Page 2) Tj", title="/Subject (x)", subject="/Title (y)"
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
    "no address at all": lambda letter: letter._replace(address=("x",)),
    "an empty salutation": lambda letter: letter._replace(salutation=""),
    "an empty sentence": lambda letter: _in_panel(letter, sentence=a_paragraph("")),
    "the title as subject": lambda letter: letter._replace(subject=letter.title),
}


@pytest.mark.parametrize("name", DO_NOT_FIT)
def test_a_letter_that_fits_no_template_has_the_bytes_that_it_has_plainly(
    name: str, bromsgrove: Letter, typeset_plainly: list[Letter]
) -> None:
    letter = DO_NOT_FIT[name](bromsgrove)
    typeset_fast(bromsgrove)
    pdfs: list[Pdf] = [typeset_fast(letter) for _ in range(3)]
    assert pdfs == [typeset(letter)] * 3
    typeset_fast(_another_of_its_kind(letter))
    assert typeset_fast(letter) == pdfs[0]
    assert typeset_fast(bromsgrove) == typeset(bromsgrove)


def test_panels_that_lack_different_parts_are_of_different_kinds(bromsgrove: Letter) -> None:
    """Which panel has words of a letter's own is told, where none has a chart to tell by."""
    linked = a_paragraph("See ", a_link("our report"), ".")
    bare = Panel("Bare", None, linked, None, None, None, None, ())
    full = bare._replace(comparison=a_paragraph("This compares to 45% elsewhere."))
    for panels in ((bare, full), (full, bare), (full, full), (bare, bare)):
        letter = bromsgrove._replace(panels=panels)
        assert typeset_fast(letter) == typeset(letter)


def test_a_chart_with_a_mark_to_explain_and_one_without_are_of_different_kinds(
    bromsgrove: Letter, typeset_plainly: list[Letter]
) -> None:
    marked = Chart("bar", Fraction(1, 3), Fraction(1, 2), "A bar", "average of the others")
    for chart in (marked, marked._replace(average=None), marked):
        letter = _in_panel(bromsgrove, chart=chart)
        assert typeset_fast(letter) == typeset(letter)
    assert len(typeset_plainly) == 2


def test_a_template_that_gives_another_file_than_was_typeset_is_not_used(
    bromsgrove: Letter, typeset_plainly: list[Letter], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if ReportLab set a line otherwise on a page than by itself."""

    def differing(letter: Letter) -> list[list[slots.SlotContent]]:
        (first, *lines), *others = slots.slot_contents(letter)
        return [[first._replace(code=f"0 g {first.code}"), *lines], *others]

    monkeypatch.setattr(template, "slot_contents", differing)
    for _ in range(2):
        assert typeset_fast(bromsgrove) == typeset(bromsgrove)
    assert typeset_plainly == [bromsgrove] * 2


def test_no_more_templates_are_kept_than_memory_has_room_for(
    bromsgrove: Letter, typeset_plainly: list[Letter], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = functools.lru_cache(maxsize=2)(template._templates.__wrapped__)
    monkeypatch.setattr(template, "_templates", few)
    for number in (1, 2, 1, 3, 1):
        typeset_fast(bromsgrove._replace(closing=f"Yours {number},"))
    assert len(typeset_plainly) == 3
    typeset_fast(bromsgrove._replace(closing="Yours 2,"))
    assert len(typeset_plainly) == 4
