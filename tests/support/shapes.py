"""Every shape of letter there is: short and long, full and empty, with all that it may hold."""

# ruff: noqa: RUF001  # dashes and curly quotes are what is tested
from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

from PIL import Image

from lgo_letters.edition.text.blocks import (
    Block,
    Heading,
    ListBlock,
    ListItem,
    Paragraph,
    Picture,
    Run,
    Table,
)
from lgo_letters.letter.letter import (
    DECISIONS_FILE,
    FIGURES_FILE,
    Attachment,
    Chart,
    Letter,
    Panel,
)
from tests.support.pages import words_of

SENTENCE = "During the year we published a report about the way in which the Council had acted. "
ADDRESS = "https://www.lgo.org.uk/reports?year=2020&type=public"


def a_paragraph(*runs: str | Run) -> Paragraph:
    return Paragraph(tuple(Run(run) if isinstance(run, str) else run for run in runs))


def a_link(words: str) -> Run:
    return Run(words, link=ADDRESS)


def with_own(letter: Letter, *own: Block, after: int = 6) -> Letter:
    """The letter with own paragraphs after so many of its blocks."""
    return letter._replace(body=(*letter.body[:after], *own, *letter.body[after:]))


def with_files(letter: Letter, cases: int = 3) -> Letter:
    """The letter with its figures and so many cases, described in other letters than ASCII's."""
    figures = f"authority,decisions\n{letter.authority},{cases}\n".encode()
    row = b"19 000 001,\xc5\xb4estmorland,Housing\n"
    files = (
        Attachment(FIGURES_FILE, "text/csv", "The figures (of \\this letter)", figures),
        Attachment(DECISIONS_FILE, "text/csv", "Tŷ’r “decisions”", b"reference\n" + row * cases),
    )
    return letter._replace(attachments=files)


def words_in(letter: Letter) -> list[str]:
    """The words that the pages should show; a masthead that is a picture has none."""
    masthead = () if isinstance(letter.masthead, Picture) else letter.masthead
    return words_of(letter._replace(masthead=masthead))


Shape = Callable[[dict[str, Letter]], Letter]


def _longest_name(letters: dict[str, Letter]) -> Letter:
    return letters[max(letters, key=len)]


def _a_name_of_300_characters(letters: dict[str, Letter]) -> Letter:
    name = ("Bournemouth, Christchurch and Poole " * 9)[:300].strip()
    bromsgrove = letters["Bromsgrove District Council"]
    return bromsgrove._replace(authority=name, address=("Chief Executive", name), footer=name)


def _a_name_like_markup(letters: dict[str, Letter]) -> Letter:
    """In the words, the bookmarks, the document information and XMP."""
    name = "Ŵestmorland & <b>Furness</b> – “King’s” \\(Council) ]]> &amp; {0} £€"
    return letters["Bromsgrove District Council"]._replace(
        authority=name, address=("Chief Executive", name), heading=name, footer=name,
        title=f"Annual review letter 2020: {name}", author=name, subject=name,
    )  # fmt: skip


def _shares(letter: Letter) -> list[Fraction | None]:
    return [panel.chart.share for panel in letter.panels if panel.chart]


def _where(wanted: Callable[[list[Fraction | None]], bool]) -> Shape:
    return lambda letters: next(letter for letter in letters.values() if wanted(_shares(letter)))


def _zero_everywhere(letters: dict[str, Letter]) -> Letter:
    """No council can have it: without an upheld decision there is no rate of remedies."""
    nought = _where(lambda shares: shares[1:] == [0, 0])(letters)
    first = next(letter.panels[0] for letter in letters.values() if _shares(letter)[0] == 0)
    return nought._replace(panels=(first, *nought.panels[1:]))


def _numbered(count: int, *paragraphs: Paragraph) -> ListBlock:
    return ListBlock(tuple(ListItem(f"{number}.", paragraphs) for number in range(1, count + 1)))


def _own(*own: Block, after: int = 6) -> Shape:
    return lambda letters: with_own(letters["Bromsgrove District Council"], *own, after=after)


def _masthead_image(letters: dict[str, Letter]) -> Letter:
    png = io.BytesIO()
    Image.new("RGB", (160, 50), "#1D4F60").save(png, "PNG")
    picture = Picture(png.getvalue(), 160, 50, "Local Government & Social Care Ombudsman – “LGSCO”")
    return letters["Bromsgrove District Council"]._replace(masthead=picture)


def _unmarked(letters: dict[str, Letter]) -> Letter:
    return letters["Bromsgrove District Council"]._replace(mark=None)


_NOTE_OF_EVERY_KIND = (
    Heading("How we count", 3),
    a_paragraph("See ", a_link("our way of counting"), "."),
    _numbered(2, a_paragraph("One ", a_link("report"), " counts.")),
)


def _a_note_of_every_kind(letters: dict[str, Letter]) -> Letter:
    letter = letters["Bromsgrove District Council"]
    *others, last = letter.panels
    return letter._replace(panels=(*others, last._replace(note=_NOTE_OF_EVERY_KIND)))


SERVICE_AREAS = Table(
    "Decisions by service area, 2019-20",
    ("Service area", "Decisions", "Detailed investigations", "Upheld"),
    (
        ("Adult care services", "1,034", "10", "7"),
        (
            "Education, children’s services <and> a name that goes over a line & more",
            "34",
            "7",
            "3",
        ),
        ("(none)", "1", "0", "0"),
        ("Total", "1,069", "17", "10"),
    ),
    has_total=True,
)


def years(number: int, end: int = 2020) -> Table:
    """A table of so many years, with a cell that is empty and lines that are broken."""
    labels = [f"{year - 1}-{year % 100:02}" for year in range(end - number + 1, end + 1)]
    return Table(
        "",
        ("Figure", *labels[:-1], f"{labels[-1]}\n(so far)"),
        (
            ("Complaints upheld", *["40%"] * (number - 1), "8%"),
            ("Average of similar authorities", "", *["12.5%"] * (number - 1)),
            ("Compliance with Ombudsman recommendations", *["100%"] * number),
        ),
    )


def _a_table_in_a_note(letters: dict[str, Letter]) -> Letter:
    letter = letters["Bromsgrove District Council"]
    first, second, _ = letter.panels
    note = (a_paragraph("The last two years:"), years(2), a_paragraph("They may be compared."))
    barred = _bar(second, key=KEY)
    return letter._replace(panels=(first._replace(note=note), barred._replace(note=(years(6),))))


def _bar(panel: Panel, **changes: Any) -> Panel:
    """The panel with a bar in place of its ring."""
    assert panel.chart is not None
    return panel._replace(chart=panel.chart._replace(kind="bar", **changes))


KEY = "average of similar authorities"

CAUTION = a_paragraph(
    "This rests on fewer than 5 cases. Rates of so few go up and down much from year to year, and "
    "should be read with care."
)

DECISIONS = Panel(
    heading="Decisions",
    chart=None,
    sentence=a_paragraph(
        Run("18", bold=True),
        " decisions on complaints and enquiries about your authority in the year, whatever they "
        "were; this panel has no rate, no average and no chart.",
    ),
    comparison=None,
    counted=None,
    small_print=None,
    caution=None,
    note=(),
)

PER_RESIDENTS = Panel(
    heading="Complaints upheld per 100,000 residents",
    chart=Chart("bar", Fraction(41, 100), Fraction(53, 100), "Bar: 4.1; average 5.3", KEY),
    sentence=a_paragraph(Run("4.1", bold=True), " upheld complaints per 100,000 residents."),
    comparison=a_paragraph("This compares to an average of ", Run("5.3", bold=True), "."),
    counted=a_paragraph("Of ", Run("1,234", bold=True), " decisions, ", Run("2", bold=True)),
    small_print=a_paragraph("Statistics are based on a population of 98,662."),
    caution=None,
    note=(a_paragraph("The population is ", a_link("an estimate"), "."),),
)

_LATE_FIGURE = a_paragraph(
    "Of all the complaints about your authority that we looked into in the course of the year, ",
    Run("40%", bold=True),
    " were upheld, which is fewer than in ",
    Run("12", bold=True),
    " authorities of your type.",
)


def _panels(build: Callable[[Panel, Panel, Panel], tuple[Panel, ...]]) -> Shape:
    """Bromsgrove's letter with other panels, made from its three."""

    def shape(letters: dict[str, Letter]) -> Letter:
        bromsgrove = letters["Bromsgrove District Council"]
        return bromsgrove._replace(panels=build(*bromsgrove.panels))

    return shape


def _under_a_heading(heading: str, build: Callable[..., tuple[Panel, ...]]) -> Shape:
    return lambda letters: _panels(build)(letters)._replace(panels_heading=heading)


def panels_with_all(number: int) -> Shape:
    """Bromsgrove's letter with so many panels that hold all that a panel may, under a heading."""

    def build(*panels: Panel) -> tuple[Panel, ...]:
        again = (panel._replace(heading=f"{panel.heading}, again") for panel in panels)
        return tuple(
            panel._replace(chart=panel.chart and panel.chart._replace(key=KEY), caution=CAUTION)
            for panel in (*panels, *again)[:number]
        )

    return _under_a_heading("Bromsgrove District Council: 2019-20", build)


def _sparse(panel: Panel) -> Panel:
    """The panel with nothing but what it must have."""
    return panel._replace(comparison=None, counted=None, small_print=None, caution=None, note=())


def _letters(first: int, last: int) -> str:
    """The letters among these characters, five to a word."""
    letters = "".join(chr(code) for code in range(first, last) if chr(code).isalpha())
    return " ".join(letters[start : start + 5] for start in range(0, len(letters), 5))


SHAPES: dict[str, Shape] = {
    "Bromsgrove": lambda letters: letters["Bromsgrove District Council"],
    "unmarked": _unmarked,
    "three-digit counts": lambda letters: letters["Birmingham City Council"],
    "all panels empty": _where(lambda shares: shares == [None, None, None]),
    "100 % everywhere": _where(lambda shares: shares == [1, 1, 1]),
    "0 % everywhere": _zero_everywhere,
    "longest name": _longest_name,
    "a name of 300 characters": _a_name_of_300_characters,
    "a name like markup": _a_name_like_markup,
    "not compared": lambda letters: letters["Transport for London"],
    "reissued": lambda letters: letters["Bromsgrove District Council"]._replace(
        date="3 August 2020",
        dated=date(2020, 8, 3),
        reissued=a_paragraph(
            "Reissued on ", Run("3 August 2020", bold=True), "; see ", a_link("corrections"), "."
        ),
    ),
    "a masthead image": _masthead_image,
    "a note of every kind": _a_note_of_every_kind,
    "a table in a note": _a_table_in_a_note,
    "one panel": _panels(lambda upheld, complied, remedied: (remedied,)),
    "one panel without a chart": _panels(lambda *_: (DECISIONS,)),
    "two panels, a bar and no chart": _panels(
        lambda upheld, *_: (_bar(upheld, key=KEY), DECISIONS),
    ),
    "four panels": _panels(lambda upheld, *others: (upheld, *others, upheld)),
    "five panels of every kind": _panels(
        lambda upheld, complied, remedied: (upheld, complied, remedied, PER_RESIDENTS, DECISIONS)
    ),
    "six panels, some of them empty": _panels(
        lambda upheld, complied, remedied: (
            DECISIONS,
            _bar(upheld, share=None, average=None, key=KEY),
            PER_RESIDENTS,
            _sparse(complied),
            _bar(_sparse(remedied), share=Fraction(1), average=Fraction(0)),
            _bar(complied, share=Fraction(0), average=Fraction(1), key=KEY),
        )
    ),
    "three panels with a heading, keys and cautions": panels_with_all(3),
    "six panels with a heading, keys and cautions": panels_with_all(6),
    "a heading of two lines above a bar": _under_a_heading(
        "Bournemouth, Christchurch and Poole Council: year ending 31 March 2020",
        lambda *_: (PER_RESIDENTS, DECISIONS._replace(note=_NOTE_OF_EVERY_KIND)),
    ),
    "panels with their figures late": _panels(
        lambda upheld, *_: (
            upheld._replace(sentence=_LATE_FIGURE, counted=_LATE_FIGURE),
            DECISIONS._replace(sentence=_LATE_FIGURE, note=upheld.note),
        )
    ),
    "own paragraphs over several pages": _own(
        Heading("A public report"),
        a_paragraph(SENTENCE * 60),
        Heading("What the Council will do", 3),
        _numbered(29, a_paragraph(SENTENCE * 2), a_paragraph(SENTENCE)),
    ),
    "own paragraphs with links in lists": _own(
        _numbered(
            12, a_paragraph("Read ", a_link("the report"), "."), a_paragraph(a_link("Press"))
        ),
        ListBlock((ListItem("•", (a_paragraph(a_link("A first item " * 12)),)),)),
        ListBlock(
            (
                ListItem("-", (a_paragraph(Run("Bold", bold=True), " - ", a_link("a link")),)),
                ListItem("-", (a_paragraph(SENTENCE * 3),)),
            )
        ),
    ),
    "own paragraphs with links over a line": _own(
        a_paragraph("We wrote ", a_link("a report about how the Council had acted " * 3), "."),
        a_paragraph(a_link("A link at the start of a line, "), SENTENCE * 2, a_link("and an end")),
        a_paragraph("First ", a_link("one link"), Run("another", link=f"{ADDRESS}&page=2"), "."),
        a_paragraph(Run("Bold", bold=True), " ", Run("italic", italic=True, link=ADDRESS), "\nend"),
    ),
    "own paragraphs with a link over a page": _own(
        a_paragraph("Read ", a_link("the report of the Ombudsman " * 160), "and ", a_link("more.")),
    ),
    "own paragraphs that are nothing but a link": _own(
        a_paragraph(a_link("The report")),
        a_paragraph(a_link("The report of the Ombudsman " * 9)),
        a_paragraph(a_link("The report of the Ombudsman " * 200)),
    ),
    "own paragraphs that end with a link over a page": _own(
        a_paragraph("Read ", a_link("the report of the Ombudsman " * 200)),
    ),
    "own paragraphs with tables": _own(
        Heading("Your services"), SERVICE_AREAS, a_paragraph(SENTENCE), years(2), years(6)
    ),
    "own paragraphs with headings of both levels": _own(
        Heading("A public report"),
        Heading("What went wrong", 3),
        a_paragraph(SENTENCE),
        Heading("What the Council will do", 3),
        a_paragraph(SENTENCE),
        Heading("Another & a last – “report”"),
        a_paragraph(SENTENCE),
    ),
    "own paragraphs with characters that copy badly": _own(
        a_paragraph(
            "The office’s “final” offer – efficient, affluent; an affidavit for officials — "
            "of £1,250 or €1,400 to the café in Tŷ Ŵyn … first fix, waffle, shuffle, ½ of 5 × 3. "
            * 4
        ),
        a_paragraph(Run("Efficient – ", bold=True), Run("waffle’s “café” ", italic=True), "£5"),
        a_paragraph("A hyphen-", Run("ated", bold=True), " wo", Run("rd", italic=True), "."),
    ),
    "own paragraphs with more characters than a font's subset holds": _own(
        a_paragraph(_letters(0xA1, 0x250)),
        a_paragraph(a_link(_letters(0x391, 0x3CA) + " " + _letters(0x410, 0x450))),
    ),
}
