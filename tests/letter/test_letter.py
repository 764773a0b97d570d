from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from lgo_letters.edition.edition import Edition
from lgo_letters.edition.text.blocks import (
    Block,
    Heading,
    ListBlock,
    ListItem,
    Paragraph,
    Picture,
    Run,
)
from lgo_letters.errors import Problem
from lgo_letters.figures.compare import AuthorityFigures
from lgo_letters.figures.definitions import Counts
from lgo_letters.letter.letter import Attachment, Chart, Letter, Panel, Signature
from lgo_letters.tables.data import Authority
from tests.support.editions import change, line_of, own, read_edition
from tests.support.letters import (
    AVERAGES,
    AVON,
    BATH,
    FEW,
    NO_AVERAGES,
    NO_COUNTS,
    SOME,
    TRANSPORT,
    a_count,
    block_words,
    chart_of,
    charts,
    compose,
    counts_of,
    letters_of,
    parts,
    parts_of_record,
)
from tests.support.paths import EDITION

BROMSGROVE = "Bromsgrove District Council"

UPHELD, COMPLIANCE, REMEDY = range(3)


@pytest.fixture(scope="module")
def edition() -> Edition:
    return read_edition(EDITION)


@pytest.fixture(scope="module")
def bromsgrove(edition: Edition) -> Letter:
    """The letter of record, from the figures that were published."""
    authority = Authority(BROMSGROVE, "District Council", "Chief Executive", "Mr Dicks")
    return compose(edition, authority, SOME, AVERAGES)


# ---- parts of a letter


def body_words(letter: Letter) -> list[str]:
    return [block_words(block) for block in letter.body]


def runs(letter: Letter) -> Iterator[Run]:
    for block in letter.body:
        if isinstance(block, Paragraph):
            yield from block.runs


def links(letter: Letter) -> list[tuple[str, str]]:
    return [(run.text, run.link) for run in runs(letter) if run.link is not None]


def bold(paragraph: Paragraph | None) -> list[str]:
    assert paragraph is not None
    return [run.text for run in paragraph.runs if run.bold]


def text(paragraph: Paragraph | None) -> str:
    assert paragraph is not None
    return paragraph.text


# ---- the letter of record


def test_bromsgrove_s_letter_says_what_the_letter_of_record_says(bromsgrove: Letter) -> None:
    assert [" ".join(part.split()) for part in parts(bromsgrove)] == parts_of_record()


def test_the_letter_of_record_is_compared_whole() -> None:
    of_record = parts_of_record()
    assert len(of_record) == 36
    assert of_record[0] == "Local Government & Social Care OMBUDSMAN"
    assert of_record[-1].endswith("for the period between 1 April 2019 to 31 March 2020")


def test_bromsgrove_s_letter_is_addressed_line_by_line(bromsgrove: Letter) -> None:
    assert bromsgrove.date == "22 July 2020"
    assert bromsgrove.dated == date(2020, 7, 22)
    assert bromsgrove.address == ("Mr Dicks", "Chief Executive", BROMSGROVE)
    assert bromsgrove.salutation == "Dear Mr Dicks"
    assert bromsgrove.signature.office == (
        "Local Government and Social Care Ombudsman",
        "Chair, Commission for Local Administration in England",
    )


def test_the_body_has_its_two_sub_headings(bromsgrove: Letter) -> None:
    headings = [block for block in bromsgrove.body if isinstance(block, Heading)]
    assert headings == [
        Heading("Complaint statistics", 2),
        Heading("Resources to help you get it right", 2),
    ]


def test_the_links_stand_where_the_letter_of_record_has_them(bromsgrove: Letter) -> None:
    performance_map = "https://www.lgo.org.uk/your-councils-performance"
    assert links(bromsgrove) == [
        ("Your council's performance", performance_map),
        ("website", "https://www.lgo.org.uk/information-centre/councils-performance"),
        ("Your council's performance", performance_map),
        ("www.lgo.org.uk/training", "https://www.lgo.org.uk/training"),
    ]


def test_the_lead_in_phrases_and_nothing_else_of_the_body_are_bold(bromsgrove: Letter) -> None:
    assert [run.text for run in runs(bromsgrove) if run.bold] == [
        "Complaints upheld",
        "Compliance with recommendations",
        "Satisfactory remedies provided by the authority",
    ]
    assert not any(run.italic for run in runs(bromsgrove))


def test_the_figures_of_the_panels_are_bold(bromsgrove: Letter) -> None:
    assert [bold(panel.sentence) for panel in bromsgrove.panels] == [["40%"], ["100%"], ["0%"]]
    assert [bold(panel.comparison) for panel in bromsgrove.panels] == [["45%"], ["99%"], ["20%"]]


def test_the_panels_have_their_counts_and_charts(bromsgrove: Letter) -> None:
    assert [panel.counted for panel in bromsgrove.panels] == [
        a_count("2", "upheld decisions"),
        None,
        a_count("0", "satisfactory remedy decisions"),
    ]
    assert [chart.kind for chart in charts(bromsgrove)] == ["ring"] * 3
    assert [chart.key for chart in charts(bromsgrove)] == [""] * 3
    assert [(chart.share, chart.average) for chart in charts(bromsgrove)] == [
        (Fraction(40, 100), Fraction(45, 100)),
        (1, Fraction(99, 100)),
        (0, Fraction(20, 100)),
    ]
    assert [chart.alternative for chart in charts(bromsgrove)] == [
        "Donut chart: 40 per cent upheld, average 45 per cent",
        "Donut chart: 100 per cent compliance, average 99 per cent",
        "Donut chart: 0 per cent remedied, average 20 per cent",
    ]


def test_the_note_of_the_second_panel_is_a_list_item_after_a_hyphen(bromsgrove: Letter) -> None:
    (note,) = bromsgrove.panels[COMPLIANCE].note
    assert isinstance(note, ListBlock)
    (item,) = note.items
    assert item.label == "-"
    assert item.paragraphs[0].text.startswith("Failure to comply with our recommendations is rare")
    assert bromsgrove.panels[UPHELD].note == bromsgrove.panels[REMEDY].note == ()


def test_the_document_says_what_it_is(bromsgrove: Letter) -> None:
    assert bromsgrove.title == f"Annual review letter 2020: {BROMSGROVE}"
    assert bromsgrove.subject == "Complaint statistics for the year ending 31 March 2020"
    assert bromsgrove.author == "Local Government and Social Care Ombudsman"
    assert bromsgrove.language == "en-GB"
    assert bromsgrove.footer == f"Annual Review letter 2020: {BROMSGROVE}"


def test_the_signature_is_the_image_of_the_edition(bromsgrove: Letter) -> None:
    assert bromsgrove.signature.picture.png == (EDITION / "signature.png").read_bytes()
    assert bromsgrove.signature.picture.alternative == "Signature of Michael King"


# ---- who is addressed


@pytest.mark.parametrize(
    ("recipient", "salutation", "address", "greeting"),
    [
        ("Ms Lee", None, ("Ms Lee", "Chief Executive", "Bath Council"), "Dear Ms Lee"),
        (None, None, ("Chief Executive", "Bath Council"), "Dear Chief Executive"),
        ("Ann Lee", "Ann", ("Ann Lee", "Chief Executive", "Bath Council"), "Dear Ann"),
        (None, "Colleague", ("Chief Executive", "Bath Council"), "Dear Colleague"),
    ],
)
def test_the_salutation_is_the_column_s_else_the_recipient_s_else_the_role_s(
    edition: Edition,
    recipient: str | None,
    salutation: str | None,
    address: tuple[str, ...],
    greeting: str,
) -> None:
    authority = Authority(
        "Bath Council", "Unitary Council", "Chief Executive", recipient, salutation
    )
    letter = compose(edition, authority)
    assert letter.address == address
    assert letter.salutation == greeting


@pytest.mark.parametrize(
    "name",
    [
        "Tonbridge & Malling",
        "King's Lynn and West Norfolk",
        "<b>Bath</b>",
        "{{ x }}",
        "{% if x %}",
        "**Bath**",
        "[Bath](https://example.org)",
        "# Bath",
        "1. Bath",
        "`Bath` \\",
    ],
)
def test_a_name_that_looks_like_markup_comes_out_as_itself(edition_copy: Path, name: str) -> None:
    first = "to {{ authority }}, {{ role }}, {{ salutation }}"
    (edition_copy / "letter.md").write_text(f"{{{{ authority }}}}\n\n{first}\n", "utf-8")
    change(
        edition_copy,
        ("of complaints we investigated", "of complaints {{ authority }} caused"),
        ('note = "- Failure', 'note = "- {{ authority }}: Failure'),
    )
    letter = compose(edition_copy, Authority(name, "Unitary Council", name, name))
    assert letter.authority == name
    assert letter.address == (name, name, name)
    assert letter.salutation == f"Dear {name}"
    assert letter.title == f"Annual review letter 2020: {name}"
    assert letter.footer == f"Annual Review letter 2020: {name}"
    assert letter.body == (
        Paragraph((Run(name),)),
        Paragraph((Run(f"to {name}, {name}, {name}"),)),
    )
    sentence = letter.panels[UPHELD].sentence
    assert sentence.text == f"40% of complaints {name} caused were upheld."
    assert bold(sentence) == ["40%"]
    assert block_words(letter.panels[COMPLIANCE].note[0]).startswith(f"- {name}: Failure")


# ---- singular and plural, rounding


@pytest.mark.parametrize(
    ("counts", "upheld", "remedies", "small_print"),
    [
        (
            FEW,
            a_count("1", "upheld decision"),
            a_count("1", "satisfactory remedy decision"),
            ["1 detailed investigation", "1 compliance outcome", "1 detailed investigation"],
        ),
        (
            counts_of(9, 3, 2, 4, 4, 0, 2),
            a_count("2", "upheld decisions"),
            a_count("2", "satisfactory remedy decisions"),
            ["3 detailed investigations", "4 compliance outcomes", "3 detailed investigations"],
        ),
        (
            counts_of(9000, 4200, 2558, 1982, 1970, 0, 1000),
            a_count("2,558", "upheld decisions"),
            a_count("1,000", "satisfactory remedy decisions"),
            [
                "4,200 detailed investigations",
                "1,982 compliance outcomes",
                "4,200 detailed investigations",
            ],
        ),
    ],
)
def test_every_number_has_its_noun_in_singular_or_plural(
    edition: Edition,
    counts: Counts,
    upheld: Paragraph,
    remedies: Paragraph,
    small_print: list[str],
) -> None:
    panels = compose(edition, counts=counts).panels
    assert [panel.counted for panel in panels] == [upheld, None, remedies]
    assert [text(panel.small_print) for panel in panels] == [
        f"Statistics are based on a total of {total} for the period between "
        "1 April 2019 to 31 March 2020"
        for total in small_print
    ]


def test_no_upheld_decision_among_investigations_is_a_rate_of_zero(edition: Edition) -> None:
    panel = compose(edition, counts=counts_of(5, 5, 0, 1, 0, 0, 0)).panels[UPHELD]
    assert panel.sentence.text == "0% of complaints we investigated were upheld."
    assert panel.counted == a_count("0", "upheld decisions")
    assert chart_of(panel).share == 0


@pytest.mark.parametrize(
    ("upheld", "of", "shown"), [(1, 8, 13), (5, 8, 63), (7, 8, 88), (199, 200, 100), (1, 201, 0)]
)
def test_words_and_chart_show_whole_per_cent_rounded_half_up(
    edition: Edition, upheld: int, of: int, shown: int
) -> None:
    averages = {**AVERAGES, "upheld": Fraction(upheld, of)}
    panel = compose(edition, counts=counts_of(of, of, upheld), averages=averages).panels[UPHELD]
    assert panel.sentence.text.startswith(f"{shown}% of")
    assert (
        text(panel.comparison) == f"This compares to an average of {shown}% in similar authorities."
    )
    assert (chart_of(panel).share, chart_of(panel).average) == (Fraction(shown, 100),) * 2
    assert chart_of(panel).alternative == (
        f"Donut chart: {shown} per cent upheld, average {shown} per cent"
    )


# ---- nothing to count

EMPTY = [
    (UPHELD, "We carried out no detailed investigations between 1 April 2019 and 31 March 2020."),
    (
        COMPLIANCE,
        "We recorded no compliance outcomes between 1 April 2019 and 31 March 2020.",
    ),
    (REMEDY, "We upheld no complaints between 1 April 2019 and 31 March 2020."),
]
ALL_BUT = [
    counts_of(9, 0, 0, 2, 2, 0, 0),
    counts_of(9, 5, 2, 0, 0, 0, 1),
    counts_of(9, 5, 0, 2, 2, 0, 0),
]


@pytest.mark.parametrize(("index", "sentence"), EMPTY)
def test_an_empty_panel_says_so_and_gives_the_average_alone(
    edition: Edition, bromsgrove: Letter, index: int, sentence: str
) -> None:
    panel = compose(edition, counts=ALL_BUT[index]).panels[index]
    average = (45, 99, 20)[index]
    assert panel.heading == bromsgrove.panels[index].heading
    assert panel.sentence.text == sentence
    assert "%" not in panel.sentence.text
    assert text(panel.comparison) == f"The average in similar authorities is {average}%."
    assert panel.counted is None
    assert panel.small_print is None
    assert (chart_of(panel).share, chart_of(panel).average) == (None, None)
    assert chart_of(panel).alternative.startswith("Empty chart: no ")


@pytest.mark.parametrize(("index", "sentence"), EMPTY)
def test_an_empty_panel_without_an_average_says_no_more(
    edition: Edition, index: int, sentence: str
) -> None:
    panel = compose(edition, TRANSPORT, ALL_BUT[index], NO_AVERAGES).panels[index]
    assert panel.sentence.text == sentence
    assert panel.comparison is None
    assert panel.counted is None
    assert panel.small_print is None
    assert (chart_of(panel).share, chart_of(panel).average) == (None, None)


def test_all_three_panels_stay_where_there_is_nothing_at_all(
    edition: Edition, bromsgrove: Letter
) -> None:
    letter = compose(edition, counts=NO_COUNTS)
    assert [panel.heading for panel in letter.panels] == [
        panel.heading for panel in bromsgrove.panels
    ]
    assert [panel.sentence.text for panel in letter.panels] == [words for _, words in EMPTY]


@pytest.mark.parametrize("counts", [NO_COUNTS, SOME, counts_of(9, 5, 2, 3, 1, 0, 0), ALL_BUT[1]])
@pytest.mark.parametrize("authority", [BATH, TRANSPORT])
def test_the_second_panel_keeps_its_note_and_shows_no_count(
    edition: Edition, bromsgrove: Letter, counts: Counts, authority: Authority
) -> None:
    panels = compose(edition, authority, counts).panels
    assert panels[COMPLIANCE].note == bromsgrove.panels[COMPLIANCE].note
    assert panels[COMPLIANCE].counted is None
    assert panels[UPHELD].note == panels[REMEDY].note == ()


def test_one_empty_panel_leaves_the_others_as_they_are(edition: Edition) -> None:
    full, without = compose(edition), compose(edition, counts=counts_of(12, 5, 2, 0, 0, 0, 0))
    assert without.panels[UPHELD] == full.panels[UPHELD]
    assert without.panels[REMEDY] == full.panels[REMEDY]
    assert without.panels[COMPLIANCE] != full.panels[COMPLIANCE]


# ---- types


def test_a_type_that_is_not_compared_has_no_word_of_comparison(
    edition: Edition, bromsgrove: Letter
) -> None:
    letter = compose(edition, TRANSPORT, SOME, NO_AVERAGES)
    assert [panel.comparison for panel in letter.panels] == [None, None, None]
    assert [chart.average for chart in charts(letter)] == [None, None, None]
    assert charts(letter)[UPHELD].alternative == "Donut chart: 40 per cent upheld"
    assert not any("compare" in words for words in body_words(letter))
    of_record = [
        words.replace("your Council", "your Authority") for words in body_words(bromsgrove)
    ]
    lost = [words for words in of_record if words.startswith("Finally, we compare")]
    assert len(lost) == 1
    assert body_words(letter) == [words for words in of_record if words not in lost]


def test_a_body_that_is_no_council_is_called_by_its_word_twice(edition: Edition) -> None:
    words = " ".join(body_words(compose(edition, TRANSPORT, SOME, NO_AVERAGES)))
    assert len(re.findall(r"your Authority\b", words)) == 2
    assert "your Council" not in words
    council = " ".join(body_words(compose(edition)))
    assert len(re.findall(r"your Council\b", council)) == 2
    assert "your Authority" not in council


def test_a_body_with_a_role_of_its_own_is_addressed_by_it(edition: Edition) -> None:
    letter = compose(edition, TRANSPORT, SOME, NO_AVERAGES)
    assert letter.address == ("Commissioner", "Transport for London")
    assert letter.salutation == "Dear Commissioner"


def test_a_compared_type_without_an_average_keeps_its_paragraph(edition: Edition) -> None:
    letter = compose(edition, averages=NO_AVERAGES)
    assert any(words.startswith("Finally, we compare") for words in body_words(letter))
    assert [panel.comparison for panel in letter.panels] == [None, None, None]


# ---- the example's mark


def test_every_letter_of_the_example_is_marked(edition: Edition) -> None:
    figures = [AuthorityFigures(authority, SOME, AVERAGES) for authority in (AVON, BATH, TRANSPORT)]
    letters = letters_of(edition, *figures, example=True)
    assert [letter.mark for letter in letters] == ["Example: invented figures"] * 3


def test_a_letter_from_one_s_own_files_bears_no_mark(edition: Edition) -> None:
    assert compose(edition).mark is None
    assert compose(edition, example=True).mark == "Example: invented figures"


# ---- the edition changes the letter, and no code does


def test_the_dates_are_the_edition_s(edition_copy: Path) -> None:
    change(
        edition_copy, ("date = 2020-07-22", "date = 2021-08-01"), ("= 2020-07-29", "= 2021-12-31")
    )
    letter = compose(edition_copy)
    assert (letter.date, letter.dated) == ("1 August 2021", date(2021, 8, 1))
    assert sum("letter on 31 December 2021," in words for words in body_words(letter)) == 1


def test_the_signatory_is_the_edition_s(edition_copy: Path) -> None:
    file = io.BytesIO()
    Image.new("L", (64, 16)).save(file, "PNG")
    (edition_copy / "amerdeep.png").write_bytes(file.getvalue())
    change(
        edition_copy,
        ('name = "Michael King"', 'name = "A N Other"'),
        ('    "Chair, Commission for Local Administration in England",\n', ""),
        ('"signature.png"', '"amerdeep.png"'),
        ('"Signature of Michael King"', '"Signature of A N Other"'),
        ('"Yours sincerely,"', '"With best wishes"'),
    )
    letter = compose(edition_copy)
    assert letter.closing == "With best wishes"
    assert letter.signature == Signature(
        Picture(file.getvalue(), 64, 16, "Signature of A N Other"),
        "A N Other",
        ("Local Government and Social Care Ombudsman",),
    )


@pytest.mark.parametrize(
    ("old", "new", "field", "value"),
    [
        ('delivery = "By email"', 'delivery = "By post"', "delivery", "By post"),
        ('"Dear {{ salutation }}"', '"Hello {{ salutation }},"', "salutation", "Hello Ms Lee,"),
        ('heading = "Annual Review letter {{ year }}"', 'heading = "{{ type }} {{ date }}"',
         "heading", "Unitary Council 22 July 2020"),
        ('"#1D4F60"', '"#003366"', "accent", "#003366"),
        ('author = "Local', 'author = "The Local', "author",
         "The Local Government and Social Care Ombudsman"),
        ('subject = "Complaint statistics', 'subject = "{{ year_start }}', "subject",
         "1 April 2019 for the year ending 31 March 2020"),
        ('title = "Annual', 'title = "{{ publication }} Annual', "title",
         "29 July 2020 Annual review letter 2020: Bath Council"),
        ('footer = "Annual', 'footer = "{{ body }} {{ role }} Annual', "footer",
         "Council Chief Executive Annual Review letter 2020: Bath Council"),
        ('["Local Government &", "Social Care", "OMBUDSMAN"]', '["Ombudsman"]', "masthead",
         ("Ombudsman",)),
    ],
)  # fmt: skip
def test_the_frame_is_the_edition_s(
    edition_copy: Path, old: str, new: str, field: str, value: Any
) -> None:
    assert getattr(compose(edition_copy), field) != value
    change(edition_copy, (old, new))
    assert getattr(compose(edition_copy), field) == value


def test_the_masthead_may_be_an_image(edition_copy: Path) -> None:
    file = io.BytesIO()
    Image.new("RGB", (300, 90)).save(file, "PNG")
    (edition_copy / "logo.png").write_bytes(file.getvalue())
    change(edition_copy, ("# masthead_image", "masthead_image"))
    assert compose(edition_copy).masthead == Picture(
        file.getvalue(), 300, 90, "Local Government & Social Care OMBUDSMAN"
    )


def test_the_body_is_the_edition_s(edition_copy: Path) -> None:
    (edition_copy / "letter.md").write_text("## One\n\n- **{{ body }}**\n", encoding="utf-8")
    item = ListItem("-", (Paragraph((Run("Council", bold=True),)),))
    assert compose(edition_copy).body == (Heading("One", 2), ListBlock((item,)))


def test_the_wording_of_the_panels_is_the_edition_s(edition_copy: Path) -> None:
    change(
        edition_copy,
        ('heading = "Complaints upheld"', 'heading = "Upheld"\nnote = "One.\\n\\nTwo."'),
        (
            'sentence = "**{{ rate }}%** of complaints we investigated were upheld."',
            'sentence = "We upheld *{{ rate }} per cent*."',
        ),
        ("This compares to an average of **{{ average }}%**", "**{{ average }} per cent**"),
        ("Statistics are based on a total of {{ counted", "Of {{ counted"),
        ('"upheld decisions"]', '"complaints upheld"]'),
        ("Donut chart: {{ rate }} per cent upheld", "Ring: {{ rate }}"),
    )
    panel = compose(edition_copy).panels[UPHELD]
    assert panel == Panel(
        "Upheld",
        Chart("ring", Fraction(2, 5), Fraction(9, 20), "Ring: 40, average 45 per cent"),
        Paragraph((Run("We upheld "), Run("40 per cent", italic=True), Run("."))),
        Paragraph((Run("45 per cent", bold=True), Run(" in similar authorities."))),
        a_count("2", "complaints upheld"),
        Paragraph(
            (
                Run(
                    "Of 5 detailed investigations for the period between "
                    "1 April 2019 to 31 March 2020"
                ),
            )
        ),
        None,
        (Paragraph((Run("One."),)), Paragraph((Run("Two."),))),
    )


def test_what_an_empty_panel_says_is_the_edition_s(edition_copy: Path) -> None:
    change(
        edition_copy,
        ('nothing = "We carried out no', 'nothing = "{{ authority }} had no'),
        ('nothing_average = "The average', 'nothing_average = "Elsewhere the average'),
        ("Empty chart: no detailed", "No"),
    )
    panel = compose(edition_copy, counts=NO_COUNTS).panels[UPHELD]
    assert panel.sentence.text.startswith("Bath Council had no detailed investigations")
    assert text(panel.comparison) == "Elsewhere the average in similar authorities is 45%."
    assert chart_of(panel).alternative == "No investigations"


@pytest.mark.parametrize(
    ("figure", "total"),
    [
        ("decisions", "12 decisions"),
        ("upheld", "2 upheld decisions"),
        ("compliance_outcomes", "3 compliance outcomes"),
        ("satisfactory_remedies", "1 satisfactory remedy decision"),
    ],
)
def test_the_base_of_the_small_print_is_the_edition_s(
    edition_copy: Path, figure: str, total: str
) -> None:
    counts = counts_of(12, 5, 2, 3, 3, 0, 1)
    file = edition_copy / "edition.toml"
    before, last = file.read_text(encoding="utf-8").rsplit("counted('detailed_investigations')", 1)
    file.write_text(f"{before}counted('{figure}'){last}", encoding="utf-8")
    panels = compose(edition_copy, counts=counts).panels
    assert f"a total of {total} for" in text(panels[REMEDY].small_print)
    assert "a total of 5 detailed investigations for" in text(panels[UPHELD].small_print)


def test_the_count_of_a_panel_is_the_edition_s(edition_copy: Path) -> None:
    change(
        edition_copy,
        ("count = \"**{{ number('upheld') }}** {{ noun('upheld') }}\"\n", ""),
        (
            'statistic = "compliance"\n',
            'statistic = "compliance"\ncount = "{{ counted(\'compliance_outcomes\') }}"\n',
        ),
    )
    panels = compose(edition_copy).panels
    assert panels[UPHELD].counted is None
    assert panels[COMPLIANCE].counted == Paragraph((Run("2 compliance outcomes"),))


def test_the_targets_of_the_links_are_the_edition_s(edition_copy: Path) -> None:
    target = "https://example.org/_a_*b*(c)?d=e&f=g#h"
    old = '"https://www.lgo.org.uk/your-councils-performance"'
    change(edition_copy, (old, f'"{target}"'))
    found = links(compose(edition_copy))
    assert [address for words, address in found if words == "Your council's performance"] == [
        target,
        target,
    ]
    assert len(found) == 4


def test_which_types_are_compared_and_what_they_are_called_is_the_edition_s(
    edition_copy: Path,
) -> None:
    old = 'name = "Unitary Council"\nbody = "Council"\ncompared = true'
    new = 'name = "Unitary Council"\nbody = "Borough"\ncompared = false'
    change(edition_copy, (old, new))
    assert "Unitary Council" not in read_edition(edition_copy).definitions.compared_types
    letter = compose(edition_copy, averages=NO_AVERAGES)
    assert [panel.comparison for panel in letter.panels] == [None, None, None]
    words = " ".join(body_words(letter))
    assert "Finally, we compare" not in words
    assert words.count("your Borough") == 2


AVON_AND_BATH = [AuthorityFigures(authority, SOME, AVERAGES) for authority in (AVON, BATH)]


def test_own_paragraphs_stand_before_the_resources_in_their_authority_s_letter_alone(
    edition_copy: Path,
) -> None:
    avon_before, bath_before = letters_of(edition_copy, *AVON_AND_BATH)
    paragraphs = "Thank you, **{{ authority }}**.\n\n- One\n- Two & {{ body }}\n"
    own(edition_copy, "bath-council.md", paragraphs)
    avon, bath = letters_of(edition_copy, *AVON_AND_BATH)
    assert avon == avon_before
    index = bath.body.index(Heading("Resources to help you get it right", 2))
    assert bath.body[index - 2 : index] == (
        Paragraph((Run("Thank you, "), Run("Bath Council", bold=True), Run("."))),
        ListBlock(
            (
                ListItem("-", (Paragraph((Run("One"),)),)),
                ListItem("-", (Paragraph((Run("Two & Council"),)),)),
            )
        ),
    )
    assert bath.body[: index - 2] + bath.body[index:] == bath_before.body


# ---- figures that do not exist


def blanks(edition: Path, *figures: AuthorityFigures) -> list[Problem]:
    found: list[Problem] = []
    letters_of(edition, *figures, on_blank=found.append)
    return found


def test_a_figure_that_is_printed_though_it_does_not_exist_is_told_with_line_and_authority(
    edition_copy: Path,
) -> None:
    change(
        edition_copy,
        ("## Complaint statistics", "{% if compared %}\nOf {{ rate_of('upheld') }}%,\n{% endif %}\n"
         "{{ average_of('remedy') }}% and {{ rate_of('upheld') }}%.\n\n## Complaint statistics"),
        file="letter.md",
    )  # fmt: skip
    change(edition_copy, ('small_print = "', 'small_print = "{{ average }}, '))
    avon = AuthorityFigures(AVON, SOME, AVERAGES)
    bath = AuthorityFigures(BATH, NO_COUNTS, {**AVERAGES, "upheld": None})
    transport = AuthorityFigures(TRANSPORT, SOME, NO_AVERAGES)
    assert blanks(edition_copy, avon) == []
    assert [(blank.file, blank.line, blank.value) for blank in blanks(edition_copy, bath)] == [
        ("letter.md", 4, "{{ rate_of('upheld') }}"),
        ("letter.md", 6, "{{ rate_of('upheld') }}"),
    ]
    first, second = blanks(edition_copy, avon, transport)
    assert (first.line, first.value) == (6, "{{ average_of('remedy') }}")
    assert "in the letter to Transport for London" in first.message
    assert "{% if average_of('remedy') %}" in first.message
    assert (second.line, second.column) == (
        line_of('small_print = "{{ average }}', edition_copy), "panels.1.small_print",
    )  # fmt: skip


def test_a_figure_within_a_condition_on_it_is_not_told(edition_copy: Path) -> None:
    condition = "{% if average_of('upheld') %}{{ average_of('upheld') }}{% else %}no{% endif %} "
    change(edition_copy, ('footer = "', f'footer = "{condition}'))
    assert blanks(edition_copy, AuthorityFigures(TRANSPORT, NO_COUNTS, NO_AVERAGES)) == []


# ---- the digest


def altered(letter: Letter) -> dict[str, Letter]:
    """For each field of a letter, the letter with that field changed."""
    picture = letter.signature.picture._replace(png=b"another")
    values: dict[str, Any] = {
        "authority": "Another",
        "language": "cy",
        "title": "Another",
        "author": "Another",
        "subject": "Another",
        "dated": date(2020, 7, 23),
        "accent": "#000000",
        "masthead": picture,
        "date": "23 July 2020",
        "delivery": "By post",
        "address": (*letter.address, "Another"),
        "reissued": Paragraph((Run("Another"),)),
        "salutation": "Dear You",
        "heading": "Another",
        "body": letter.body[:-1],
        "closing": "Bye",
        "signature": letter.signature._replace(picture=picture),
        "panels_heading": "Another",
        "panels": letter.panels[::-1],
        "footer": "Another",
        "page": "Another",
        "signature_field": "Another",
        "mark": "Another",
        "attachments": (Attachment("figures.csv", "text/csv", "Figures", b""),),
    }
    return {name: letter._replace(**{name: value}) for name, value in values.items()}


def test_the_digest_changes_with_every_field_of_a_letter(edition: Edition) -> None:
    letter = compose(edition)
    changed = altered(letter)
    assert set(changed) == {*Letter._fields}
    digests = [letter.sha256(), *(other.sha256() for other in changed.values())]
    assert len(set(digests)) == len(digests)


def with_body(letter: Letter, blocks: Sequence[Block]) -> str:
    return letter._replace(body=tuple(blocks)).sha256()


def test_the_digest_changes_with_how_words_are_set(edition: Edition) -> None:
    letter = compose(edition)
    one = Paragraph((Run("a"),))
    digests = [
        with_body(letter, blocks)
        for blocks in (
            [one],
            [Paragraph((Run("b"),))],
            [Paragraph((Run("a", bold=True),))],
            [Paragraph((Run("a", italic=True),))],
            [Paragraph((Run("a", link="https://example.org"),))],
            [Paragraph((Run("a", link="https://example.com"),))],
            [Heading("a", 2)],
            [Heading("a", 3)],
            [ListBlock((ListItem("-", (one,)),))],
            [ListBlock((ListItem("•", (one,)),))],
            [one, one],
            [],
        )
    ]
    assert len(set(digests)) == len(digests)


def test_the_digest_changes_with_every_part_of_a_panel(edition: Edition) -> None:
    letter = compose(edition)
    panel = letter.panels[UPHELD]
    one = Paragraph((Run("a"),))
    changed: dict[str, Any] = {
        "heading": "a",
        "chart": None,
        "sentence": one,
        "comparison": None,
        "counted": a_count("3", "upheld decisions"),
        "small_print": None,
        "caution": one,
        "note": (one,),
    }
    assert set(changed) == {*Panel._fields}
    panels = [panel._replace(**{name: value}) for name, value in changed.items()]
    parts: dict[str, Any] = {
        "kind": "bar",
        "share": None,
        "average": Fraction(46, 100),
        "alternative": "a",
        "key": "a",
    }
    assert set(parts) == {*Chart._fields}
    charts = [chart_of(panel)._replace(**{name: parts[name]}) for name in parts]
    panels += [panel._replace(chart=chart) for chart in charts]
    digests = [
        letter._replace(panels=(variant, *letter.panels[1:])).sha256()
        for variant in (panel, *panels)
    ]
    assert len(set(digests)) == len(digests)


def test_the_digest_is_the_same_for_the_same_letter(edition: Edition, edition_copy: Path) -> None:
    digest = compose(edition).sha256()
    assert len(bytes.fromhex(digest)) == 32
    assert compose(edition).sha256() == digest
    assert compose(edition_copy).sha256() == digest


def test_the_digest_stays_when_only_a_comment_of_the_edition_changes(edition_copy: Path) -> None:
    before = compose(edition_copy).sha256()
    change(edition_copy, ("# The 2020 edition", "# This is the 2020 edition"))
    change(edition_copy, ("{# Only for", "{# For"), file="letter.md")
    assert compose(edition_copy).sha256() == before


def test_a_letter_does_not_depend_on_the_others_of_the_run(
    edition: Edition, edition_copy: Path
) -> None:
    figures = [AuthorityFigures(authority, SOME, AVERAGES) for authority in (TRANSPORT, BATH)]
    for order in (figures, figures[::-1], figures[1:]):
        letters = letters_of(edition, *order)
        assert [letter.authority for letter in letters] == [
            authority.authority.name for authority in order
        ]
        (bath,) = (letter for letter in letters if letter.authority == "Bath Council")
        assert bath == compose(edition)
    before = letters_of(edition_copy, *AVON_AND_BATH)[0].sha256()
    own(edition_copy, "Bath Council.md")
    assert letters_of(edition_copy, *AVON_AND_BATH)[0].sha256() == before


def test_letters_share_their_bodies_and_pictures(edition: Edition) -> None:
    avon, bath = letters_of(edition, *AVON_AND_BATH)
    assert avon.body is bath.body
    assert avon.signature.picture is bath.signature.picture


def test_what_cannot_be_seen_of_an_authority_does_not_change_its_letter(edition: Edition) -> None:
    coded = dataclasses.replace(BATH, code="E06000022")
    assert compose(edition, coded).sha256() == compose(edition).sha256()
    late = counts_of(99, 5, 2, 2, 2, 1, 0)
    assert compose(edition, counts=late).sha256() == compose(edition).sha256()
