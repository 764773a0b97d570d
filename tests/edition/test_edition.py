from __future__ import annotations

import hashlib
import struct
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from lgo_letters.edition.edition import Edition, OwnParagraphs, fit_own_paragraphs
from lgo_letters.edition.read import OpenEdition
from lgo_letters.edition.text.blocks import Picture
from lgo_letters.edition.text.markdown import Source
from lgo_letters.edition.text.wording import Wording
from lgo_letters.errors import UsageError
from lgo_letters.figures.definitions import AverageMethod, Statistic
from tests.support.editions import (
    EMAILS,
    change,
    image,
    line_of,
    own,
    png_that_claims,
    problems,
    read_edition,
)
from tests.support.paths import EDITION


@pytest.fixture(scope="module")
def edition() -> Edition:
    return read_edition(EDITION)


# ---- the shipped edition


def test_the_shipped_edition_is_read_whole(edition: Edition) -> None:
    assert edition.year.ending == 2020
    assert sorted(edition.files) == ["edition.toml", *EMAILS, "letter.md", "signature.png"]
    assert edition.definitions.average_method is AverageMethod.POOLED
    assert edition.definitions.compared_types == (
        "County Council",
        "District Council",
        "Metropolitan Borough",
        "Unitary Council",
        "London Borough",
    )
    types = OpenEdition(EDITION, 2020).types
    assert types is not None
    assert set(types) - set(edition.definitions.compared_types) == {
        "National Park Authority",
        "Transport body",
        "Combined Authority",
    }
    assert edition.masthead == ("Local Government &", "Social Care", "OMBUDSMAN")
    assert [panel.statistic for panel in edition.panels] == list(edition.definitions.statistics)
    assert edition.own_paragraphs == ()


def test_the_shipped_edition_counts_and_compares_as_the_ombudsman_did_in_2020(
    edition: Edition,
) -> None:
    kinds = edition.definitions.kinds
    assert dict(kinds.counts_as) == {
        "Upheld": ("detailed_investigations", "upheld"),
        "Not upheld": ("detailed_investigations",),
        "Closed after initial enquiries": (),
        "Referred back for local resolution": (),
        "Advice given": (),
        "Incomplete or invalid": (),
    }
    assert (kinds.remedy_on, kinds.compliance_on) == ("upheld", "upheld")
    assert edition.definitions.statistics == (
        Statistic("upheld", "upheld", "detailed_investigations"),
        Statistic("compliance", "complied", "compliance_outcomes", england_decimals=1),
        Statistic("remedy", "satisfactory_remedies", "upheld"),
    )


# ---- settings first, wording after


def test_figures_need_the_settings_alone(edition_copy: Path) -> None:
    (edition_copy / "letter.md").unlink()
    (edition_copy / "signature.png").unlink()
    change(edition_copy, ('heading = "Annual Review letter {{ year }}"', 'heading = "{{ yer }}"'))
    opened = OpenEdition(edition_copy, 2020)
    assert list(opened.problems) == []
    assert opened.year.ending == 2020
    assert opened.definitions is not None
    assert opened.types is not None
    assert opened.read_wording() is None
    assert [problem.file for problem in opened.problems] == [
        "edition.toml",
        "edition.toml",
        "letter.md",
    ]


def test_settings_that_contradict_each_other_still_say_what_tables_may_hold(
    edition_copy: Path,
) -> None:
    change(
        edition_copy,
        ('numerator = "complied"', 'numerator = "compiled"'),
        ("remedy_on =", "reference_pattern = '[A-Z]+'\nservice_areas = ['Housing']\nremedy_on ="),
    )
    opened = OpenEdition(edition_copy, 2020)
    assert [problem.value for problem in opened.problems] == ["compiled"]
    assert opened.definitions is not None
    assert "Not upheld" in opened.definitions.kinds.names
    assert opened.types is not None
    assert "London Borough" in opened.types
    assert (opened.reference_pattern, opened.service_areas) == ("[A-Z]+", ("Housing",))


def test_settings_that_cannot_be_read_define_nothing(edition_copy: Path) -> None:
    change(edition_copy, ('delivery = "By email"', "delivery = 5"))
    opened = OpenEdition(edition_copy, 2020)
    assert (opened.definitions, opened.types) == (None, None)
    assert (opened.reference_pattern, opened.service_areas) == (".*", ())


def test_edition_and_settings_define_the_same(edition_copy: Path) -> None:
    opened = OpenEdition(edition_copy, 2020)
    read = opened.read_wording()
    assert read is not None
    assert read.definitions is opened.definitions
    assert read.year == opened.year


@pytest.mark.parametrize("method", list(AverageMethod))
def test_how_averages_are_drawn_is_the_edition_s(edition_copy: Path, method: AverageMethod) -> None:
    change(edition_copy, ('\nmethod = "pooled"', f'\nmethod = "{method.value}"'))
    assert read_edition(edition_copy).definitions.average_method is method


def test_settings_are_read_without_what_only_wording_needs() -> None:
    code = (
        "import sys; from pathlib import Path; from lgo_letters.edition.read import OpenEdition; "
        f"assert OpenEdition(Path({str(EDITION)!r}), 2020).definitions; "
        "print(*sorted({'jinja2', 'markdown_it', 'PIL', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["pydantic"]


def test_the_signature_is_the_image_with_its_size_and_its_words(edition: Edition) -> None:
    content = (EDITION / "signature.png").read_bytes()
    width, height = struct.unpack(">II", content[16:24])
    assert edition.signature == Picture(content, width, height, "Signature of Michael King")


def test_a_type_has_its_word_for_the_body(edition: Edition) -> None:
    assert edition.type_settings("London Borough").body == "Council"
    assert edition.type_settings("Transport body").body == "Authority"
    assert not edition.type_settings("Transport body").compared


def test_an_edition_saved_by_windows_is_read(edition_copy: Path) -> None:
    for file in ("edition.toml", "letter.md"):
        text = (edition_copy / file).read_text(encoding="utf-8")
        (edition_copy / file).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    read = read_edition(edition_copy)
    assert read.settings.letter.delivery == "By email"


# ---- its digest


def test_the_digest_stays_while_no_file_changes(edition: Edition, edition_copy: Path) -> None:
    assert read_edition(edition_copy).sha256 == edition.sha256


@pytest.mark.parametrize(
    "file", ["edition.toml", *EMAILS, "letter.md", "signature.png", "own/Bath.md"]
)
def test_the_digest_changes_with_each_file(edition_copy: Path, file: str) -> None:
    own(edition_copy, "Bath.md", "Thanks.\n")
    before = read_edition(edition_copy)
    assert len(before.files) == 6
    path = edition_copy / file
    if file.endswith(".png"):
        path.write_bytes(image("PNG"))
    else:
        path.write_bytes(path.read_bytes() + b"\n")
    assert read_edition(edition_copy).sha256 != before.sha256


def test_the_digest_changes_with_a_file_s_name(edition_copy: Path) -> None:
    own(edition_copy, "Bath.md")
    before = read_edition(edition_copy).sha256
    (edition_copy / "own" / "Bath.md").rename(edition_copy / "own" / "Cork.md")
    assert read_edition(edition_copy).sha256 != before


def test_the_digest_is_one_of_sha_256(edition: Edition) -> None:
    assert len(bytes.fromhex(edition.sha256)) == hashlib.sha256().digest_size


# ---- files


def test_a_folder_that_is_none_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere is not a folder; give the folder of an edition"):
        read_edition(tmp_path / "nowhere", 2020)


@pytest.mark.parametrize("file", ["edition.toml", "letter.md"])
def test_a_missing_file_is_named(edition_copy: Path, file: str) -> None:
    (edition_copy / file).unlink()
    (problem,) = problems(edition_copy)
    assert problem.file == file
    assert "missing" in problem.message
    assert "put the file there" in problem.message


def test_settings_that_cannot_be_read_are_the_only_problem(edition_copy: Path) -> None:
    change(edition_copy, ('delivery = "By email"', "delivery = By email"))
    (problem,) = problems(edition_copy)
    assert problem.line == line_of("delivery = By email", edition_copy)


def test_a_missing_signature_is_named_with_the_line_that_names_it(edition_copy: Path) -> None:
    (edition_copy / "signature.png").unlink()
    (problem,) = problems(edition_copy)
    assert (problem.file, problem.line) == (
        "edition.toml",
        line_of('signature = "signature.png"', edition_copy),
    )
    assert (problem.column, problem.value) == ("signatory.signature", "signature.png")
    assert "missing" in problem.message


@pytest.mark.parametrize("text", ["", "\n", " \n\t\n"])
def test_an_empty_letter_is_named(edition_copy: Path, text: str) -> None:
    (edition_copy / "letter.md").write_text(text, encoding="utf-8")
    (problem,) = problems(edition_copy)
    assert (problem.file, problem.line) == ("letter.md", 1)
    assert "empty" in problem.message


@pytest.mark.parametrize(
    ("file", "content", "line"),
    [
        ("edition.toml", b'year = 2020\n\ntitle = "caf\xe9"\n', 3),
        ("letter.md", b"One.\n\nTwo.\n\ncaf\xe9\n", 5),
        ("letter.md", "One.".encode("utf-16"), 1),
        ("own/Bath.md", b"One.\ncaf\xe9\n", 2),
    ],
)
def test_a_file_that_is_not_utf_8_is_named_with_its_line(
    edition_copy: Path, file: str, content: bytes, line: int
) -> None:
    own(edition_copy, "Bath.md")
    (edition_copy / file).write_bytes(content)
    problem = problems(edition_copy)[0]
    assert (problem.file, problem.line) == (file, line)
    assert "save it as UTF-8" in problem.message


def test_a_file_too_large_is_named(edition_copy: Path) -> None:
    with (edition_copy / "letter.md").open("r+b") as file:
        file.truncate(50_001)
    (problem,) = problems(edition_copy)
    assert problem.file == "letter.md"
    assert "larger than 50,000 bytes" in problem.message


def test_a_folder_in_the_place_of_a_file_is_named(edition_copy: Path) -> None:
    (edition_copy / "letter.md").unlink()
    (edition_copy / "letter.md").mkdir()
    (problem,) = problems(edition_copy)
    assert problem.file == "letter.md"
    assert "cannot be read" in problem.message


# ---- images


def broken(content: bytes) -> bytes:
    return content[:40] + bytes(byte ^ 0xFF for byte in content[40:60]) + content[60:]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"no image", id="text"),
        pytest.param(image("JPEG"), id="JPEG with another name"),
        pytest.param(image("GIF"), id="GIF with another name"),
        pytest.param(image("PNG")[:50], id="truncated"),
        pytest.param((EDITION / "signature.png").read_bytes()[:9_000], id="half"),
        pytest.param(broken(image("PNG")), id="broken"),
        pytest.param(b"\x89PNG\r\n\x1a\n", id="nothing but the mark of PNG"),
    ],
)
@pytest.mark.parametrize("setting", ["signatory.signature", "letter.masthead_image"])
def test_what_is_no_whole_png_is_named_with_the_line_that_names_it(
    edition_copy: Path, content: bytes, setting: str
) -> None:
    key = setting.partition(".")[2]
    (edition_copy / "spoilt.png").write_bytes(content)
    change(
        edition_copy,
        ('signature = "signature.png"', 'signature = "spoilt.png"')
        if key == "signature"
        else ('# masthead_image = "logo.png"', 'masthead_image = "spoilt.png"'),
    )
    (problem,) = problems(edition_copy)
    assert (problem.file, problem.line) == (
        "edition.toml",
        line_of(f'{key} = "spoilt.png"', edition_copy),
    )
    assert (problem.column, problem.value) == (setting, "spoilt.png")
    assert "PNG" in problem.message


@pytest.mark.parametrize("size", [(5_001, 4_000), (10_000, 10_000), (50_000, 50_000)])
def test_an_image_of_too_many_pixels_is_named_as_such(
    edition_copy: Path, size: tuple[int, int]
) -> None:
    (edition_copy / "signature.png").write_bytes(png_that_claims(*size))
    (problem,) = problems(edition_copy)
    assert problem.column == "signatory.signature"
    assert "million pixels" in problem.message


def test_an_image_of_too_many_pixels_is_told_to_become_smaller(edition_copy: Path) -> None:
    (edition_copy / "signature.png").write_bytes(png_that_claims(5_001, 4_000))
    (problem,) = problems(edition_copy)
    assert "smaller" in problem.message


@pytest.mark.parametrize(
    "name",
    [
        "../signature.png",
        "/signature.png",
        "own/../../signature.png",
        "..\\\\s.png",
        "c:s.png",
        "..",
    ],
)
def test_an_image_outside_the_folder_is_never_taken(
    edition_copy: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "signature.png").write_bytes(image("PNG"))
    change(edition_copy, ('signature = "signature.png"', f'signature = "{name}"'))
    (problem,) = problems(edition_copy)
    assert (problem.line, problem.column) == (
        line_of(f'signature = "{name}"', edition_copy),
        "signatory.signature",
    )


def test_a_file_name_that_no_system_knows_is_a_problem_of_the_edition(edition_copy: Path) -> None:
    change(edition_copy, ('signature = "signature.png"', 'signature = "a\\u0000.png"'))
    (problem,) = problems(edition_copy)
    assert problem.column == "signatory.signature"


def test_a_masthead_image_has_the_masthead_s_words_for_its_alternative(edition_copy: Path) -> None:
    content = image("PNG", (300, 80))
    (edition_copy / "logo.png").write_bytes(content)
    change(edition_copy, ("# masthead_image", "masthead_image"))
    read = read_edition(edition_copy)
    words = "Local Government & Social Care OMBUDSMAN"
    assert read.masthead == Picture(content, 300, 80, words)
    assert len(read.files) == 6


# ---- what one setting alone cannot tell


@pytest.mark.parametrize("year", [2019, 2021])
def test_an_edition_of_another_year_is_refused(edition_copy: Path, year: int) -> None:
    (problem,) = problems(edition_copy, year)
    assert (problem.line, problem.column, problem.value) == (7, "year", "2020")
    assert str(year) in problem.message


@pytest.mark.parametrize("name", ["District Council", "district  council", "DISTRICT COUNCIL"])
def test_a_type_named_twice_is_named_with_the_second_line(edition_copy: Path, name: str) -> None:
    change(edition_copy, ('name = "London Borough"', f'name = "{name}" # again'))
    (problem,) = problems(edition_copy)
    assert (problem.line, problem.column, problem.value) == (
        line_of("# again", edition_copy),
        "types.5.name",
        name,
    )
    assert "twice" in problem.message


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("decisions", '"Advice given"', '"not  UPHELD"'),
        ("statistics", 'name = "remedy"', 'name = "upheld"'),
    ],
)
def test_a_kind_or_a_statistic_named_twice_is_named_with_the_second_line(
    edition_copy: Path, table: str, old: str, new: str
) -> None:
    change(edition_copy, (old, f"{new} # again"))
    problem = problems(edition_copy)[0]
    assert problem.line == line_of("# again", edition_copy)
    assert problem.column in ("decisions.5.name", "statistics.3.name")
    assert f"twice in [[{table}]]" in problem.message


@pytest.mark.parametrize(
    ("counts", "index", "what"),
    [
        ('"decisions"', 1, "taken"),
        ('"detailed_investigations", "complied_late"', 2, "taken"),
        ('"population"', 1, "taken"),
        ('"code"', 1, "taken"),
        ('"remedy_rate"', 1, "taken"),
        ('"compliance_average"', 1, "taken"),
        ('"upheld", "detailed_investigations", "upheld"', 3, "twice"),
    ],
)
def test_an_own_count_has_a_name_of_its_own(
    edition_copy: Path, counts: str, index: int, what: str
) -> None:
    change(
        edition_copy, ('name = "Advice given"', f'name = "Advice given"\ncounts_as = [{counts}]')
    )
    (problem,) = problems(edition_copy)
    assert problem.line == line_of(f"[{counts}]", edition_copy)
    assert problem.column == f"decisions.5.counts_as.{index}"
    assert what in problem.message


def test_a_default_that_names_no_count_is_a_setting_that_is_missing(edition_copy: Path) -> None:
    change(edition_copy, ('remedy_on = "upheld"', ""), ('"upheld"]', '"founded"]'))
    missing = (problem for problem in problems(edition_copy) if problem.column == "remedy_on")
    assert [problem.message for problem in missing] == [
        "the setting is missing; name a count in the [[decisions]], as the default, "
        '"upheld", is not one.'
    ]


def test_an_empty_name_in_a_text_is_not_called_a_cell(edition_copy: Path) -> None:
    change(edition_copy, ("counted('detailed_investigations')", "noun('')"))
    (problem, *_) = problems(edition_copy)
    assert ': "" is not a count of this edition; ' in str(problem)


@pytest.mark.parametrize(
    ("old", "new", "setting", "value", "near"),
    [
        ('remedy_on = "upheld"', 'remedy_on = "uphold"', "remedy_on", "uphold", "upheld"),
        ('compliance_on = "upheld"', 'compliance_on = "decisions"', "compliance_on", "decisions",
         "detailed_investigations"),
        ('upheld = ["upheld d', 'upholds = ["upheld d', "nouns.upholds", "upholds", "upheld"),
        ('numerator = "upheld"', 'numerator = "uphold"', "statistics.1.numerator", "uphold",
         "upheld"),
        ('denominator = "compliance_outcomes"', 'denominator = "outcomes"',
         "statistics.2.denominator", "outcomes", "compliance_outcomes"),
        ('denominator = "detailed_investigations"', 'denominator = "populations"',
         "statistics.1.denominator", "populations", ""),
        ('statistic = "compliance"', 'statistic = "complience"', "panels.2.statistic",
         "complience", "compliance"),
    ],
)  # fmt: skip
def test_an_unknown_count_or_statistic_is_named_with_the_nearest(
    edition_copy: Path, old: str, new: str, setting: str, value: str, near: str
) -> None:
    change(edition_copy, (old, new))
    problem = next(found for found in problems(edition_copy) if found.column == setting)
    assert (problem.line, problem.value) == (line_of(new, edition_copy), value)
    assert near in problem.message
    others = [found for found in problems(edition_copy) if found != problem]
    assert {found.message.partition(" ")[0] for found in others} <= {"has"}  # no [nouns]


def test_an_edition_without_statistics_may_have_panels_of_words(edition_copy: Path) -> None:
    file = edition_copy / "edition.toml"
    text = file.read_text(encoding="utf-8")
    panels = '[[panels]]\nheading = "Decisions"\nsentence = "{{ counted(\'decisions\') }}"\n'
    text = text[: text.index("[[statistics]]")] + panels
    file.write_text(text, encoding="utf-8")
    read = read_edition(edition_copy)
    assert read.definitions.statistics == ()
    file.write_text(text.replace("[[panels]]", '[[panels]]\nstatistic = "upheld"'), "utf-8")
    found = {problem.column: problem.message for problem in problems(edition_copy)}
    assert "it has none" in found["panels.1.statistic"]


# ---- panels

RING = 'chart = "ring"\n'


@pytest.mark.parametrize(
    ("changes", "setting", "what"),
    [
        ([('nothing = "We carried', 'note = "We carried')], "nothing", "missing"),
        ([('chart_text = "Donut chart: {{ rate }} per cent upheld', 'note = "')],
         "chart_text", "missing"),
        ([('chart_nothing = "Empty chart: no detailed', 'note = "')], "chart_nothing", "missing"),
        ([('statistic = "upheld"\n', ""), ("**{{ rate }}%** of", "All of"),
          ("**{{ average }}%**", "all"), ("**{{ average }}%**", "all"),
          ("chart: {{ rate }} per cent upheld{% if average %}, average {{ average }} per cent"
           "{% endif %}", "a")],
         "chart", "shows a statistic"),
        ([('denominator = "detailed_investigations"',
           'denominator = "detailed_investigations"\nper = 1_000')],
         "chart", "per 1,000"),
        ([('denominator = "detailed_investigations"',
           'denominator = "detailed_investigations"\nper = 1_000'), (RING, 'chart = "bar"\n')],
         "scale", "full"),
    ],
)  # fmt: skip
def test_settings_of_a_panel_that_do_not_go_together_are_named(
    edition_copy: Path, changes: list[tuple[str, str]], setting: str, what: str
) -> None:
    change(edition_copy, *changes)
    (problem,) = problems(edition_copy)
    assert problem.column == f"panels.1.{setting}"
    text = (edition_copy / "edition.toml").read_text(encoding="utf-8")
    words = '\nchart = "' if setting == "chart" else "\n[[panels]]"
    assert problem.line == text[: text.index(words) + 1].count("\n") + 1
    assert what in problem.message


@pytest.mark.parametrize(
    ("per", "chart", "full"),
    [
        ("", 'chart = "ring"', 100),
        ("", 'chart = "bar"', 100),
        ("", 'chart = "bar"\nscale = 50', 50),
        ("per = 1_000\n", 'chart = "bar"\nscale = 1_000', 1000),
    ],
)
def test_a_ring_is_full_at_a_hundred_and_a_bar_at_its_scale(
    edition_copy: Path, per: str, chart: str, full: int
) -> None:
    change(
        edition_copy, (RING.strip(), chart), ('numerator = "upheld"', f'{per}numerator = "upheld"')
    )
    wording = read_edition(edition_copy).panels[0].chart
    assert wording is not None
    assert wording.full == full


def test_a_panel_without_a_chart_needs_no_texts_for_one(edition_copy: Path) -> None:
    change(
        edition_copy,
        (RING, ""),
        ('chart_text = "Donut chart: {{ rate }} per cent upheld', 'note = "'),
        ('chart_nothing = "Empty chart: no detailed investigations"', ""),
    )
    assert read_edition(edition_copy).panels[0].chart is None
    change(edition_copy, ('chart = "ring"', 'chart = "none"'))
    assert read_edition(edition_copy).panels[1].chart is None


@pytest.mark.parametrize("index", [0, 1, 2])
@pytest.mark.parametrize(
    ("setting", "old", "new", "name"),
    [
        ("sentence", "{{ rate }}", "40", "rate"),
        ("comparison", "{{ average }}", "45", "average"),
        ("nothing_average", "{{ average }}", "45", "average"),
    ],
)
def test_a_panel_without_its_figure_is_named_with_its_line(
    edition_copy: Path, index: int, setting: str, old: str, new: str, name: str
) -> None:
    file = edition_copy / "edition.toml"
    before, *panels = file.read_text(encoding="utf-8").split("[[panels]]")
    lines = panels[index].splitlines(keepends=True)
    number = next(n for n, line in enumerate(lines) if line.startswith(f"{setting} = "))
    lines[number] = lines[number].replace(old, new)
    panels[index] = "".join(lines)
    file.write_text("[[panels]]".join([before, *panels]), encoding="utf-8")
    (problem,) = problems(edition_copy)
    line = "[[panels]]".join([before, *panels[:index], ""]).count("\n") + number + 1
    assert (problem.line, problem.column) == (line, f"panels.{index + 1}.{setting}")
    assert f"{{{{ {name} }}}}" in problem.message
    assert "missing" in problem.message


@pytest.mark.parametrize(
    "sentence",
    [
        "{{ rate_of('upheld') }}",
        "{{ counted('upheld') }}",
        "{% if rate == 100 %}All{% endif %} were",
    ],
)
def test_a_panel_may_have_its_figure_from_a_function_or_a_condition(
    edition_copy: Path, sentence: str
) -> None:
    change(edition_copy, ("**{{ rate }}%** of complaints", sentence))
    assert read_edition(edition_copy).panels[0].sentence


def test_a_rate_outside_the_panel_of_its_statistic_is_named_with_the_function(
    edition_copy: Path,
) -> None:
    change(edition_copy, ('footer = "', 'footer = "{{ average }}'))
    with (edition_copy / "letter.md").open("a", encoding="utf-8") as file:
        file.write("\n{{ rate }}\n")
    footer, body = problems(edition_copy)
    assert (footer.column, footer.value) == ("letter.footer", "{{ average }}")
    assert "{{ average_of('NAME') }}" in footer.message
    assert (body.file, body.value) == ("letter.md", "{{ rate }}")
    assert "{{ rate_of('NAME') }}" in body.message


# ---- calls


@pytest.mark.parametrize(
    ("old", "new", "setting", "value", "what"),
    [
        ("**{{ number('upheld')", "**{{ number('uphold')", "panels.1.count", "uphold", '"upheld"'),
        ("** {{ noun('upheld')", "** {{ noun('uphold')", "panels.1.count", "uphold", '"upheld"'),
        ("counted('detailed", "counted('retailed", "panels.1.small_print",
         "retailed_investigations", '"detailed_investigations"'),
        ("** {{ noun('upheld')", "** {{ noun('complied')", "panels.1.count", "complied", "[nouns]"),
        ("** {{ noun('upheld')", "** {{ noun('complied', 'upheld')", "panels.1.count", "complied",
         "[nouns]"),
        ("** {{ noun('upheld')", "** {{ noun('upheld', 'complid')", "panels.1.count", "complid",
         '"complied"'),
        ("counted('compliance_outcomes')", "counted('not_complied')", "panels.2.small_print",
         "not_complied", "[nouns]"),
        ('heading = "Annual Review letter {{ year }}"', "heading = \"{{ rate_of('uphold') }}\"",
         "letter.heading", "uphold", '"upheld"'),
        ('footer = "', "footer = \"{% if average_of('remedies') %}a{% endif %}",
         "letter.footer", "remedies", '"remedy"'),
    ],
)  # fmt: skip
def test_a_call_that_names_what_is_not_there_is_named_when_the_edition_is_read(
    edition_copy: Path, old: str, new: str, setting: str, value: str, what: str
) -> None:
    change(edition_copy, (old, new))
    (problem,) = problems(edition_copy)
    assert (problem.line, problem.column) == (line_of(new, edition_copy), setting)
    assert problem.value == value
    assert what in problem.message


def test_a_count_without_a_noun_is_named_in_each_text_that_needs_it(edition_copy: Path) -> None:
    noun = 'detailed_investigations = ["detailed investigation", "detailed investigations"]\n'
    change(edition_copy, (noun, ""))
    found = problems(edition_copy)
    assert [(problem.column, problem.value) for problem in found] == [
        ("panels.1.small_print", "detailed_investigations"),
        ("panels.3.small_print", "detailed_investigations"),
    ]
    assert all("[nouns]" in problem.message for problem in found)


@pytest.mark.parametrize("file", ["letter.md", "own/Bath.md"])
def test_a_call_of_the_body_is_checked_with_its_line(edition_copy: Path, file: str) -> None:
    own(edition_copy, "Bath.md")
    path = edition_copy / file
    text = "{{ own_paragraphs }}\n\n" if file == "letter.md" else "Yes.\n\n"
    path.write_text(
        text + "We made {{ counted('upheld') }} of {{ number('not_for_us') }}.\n", "utf-8"
    )
    (problem,) = problems(edition_copy)
    assert (problem.file, problem.line, problem.value) == (file, 3, "not_for_us")
    change(
        edition_copy,
        ('name = "Advice given"', 'name = "Advice given"\ncounts_as = ["not_for_us"]'),
    )
    assert read_edition(edition_copy)


def test_calls_are_not_checked_against_settings_that_could_not_be_read(edition_copy: Path) -> None:
    change(edition_copy, ('delivery = "By email"', "delivery = 5"))
    with (edition_copy / "letter.md").open("a", encoding="utf-8") as file:
        file.write("\n{{ counted('not_for_us') }}{{ rate_of('any') }}\n")
    (problem,) = problems(edition_copy)
    assert problem.column == "letter.delivery"


# ---- placeholders


@pytest.mark.parametrize(
    ("old", "new", "setting"),
    [
        ('salutation = "Dear {{ salutation }}"', 'salutation = "{{ nam }}"', "letter.salutation"),
        ('heading = "Annual Review letter {{ year }}"', 'heading = "{{ yer }}"', "letter.heading"),
        ('footer = "Annual', 'footer = "{{ rate }} Annual', "letter.footer"),
        ('title = "Annual', 'title = "{{ auth }} Annual', "document.title"),
        ('subject = "Complaint', 'subject = "{{ end }} Complaint', "document.subject"),
        ('nothing = "We upheld', 'nothing = "{{ rate }} We upheld', "panels.3.nothing"),
        ('note = "- F', 'note = "{{ rates }} - F', "panels.2.note"),
        ('comparison = "This', 'comparison = "{{ averag }} This', "panels.1.comparison"),
        ('heading = "Complaints upheld"', 'heading = "{{ rate }} upheld"', "panels.1.heading"),
        ('chart_nothing = "Empty chart: no u', 'chart_nothing = "{{ rate }} no u',
         "panels.3.chart_nothing"),
    ],
)  # fmt: skip
def test_a_placeholder_that_a_text_does_not_know_is_named_with_its_line(
    edition_copy: Path, old: str, new: str, setting: str
) -> None:
    change(edition_copy, (old, new))
    (problem,) = problems(edition_copy)
    assert (problem.file, problem.line) == ("edition.toml", line_of(new, edition_copy))
    assert problem.column == setting
    assert problem.value is not None
    assert problem.value.strip("{} ") in new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('delivery = "By email"', 'delivery = "By email {{ nope }}"'),
        ('closing = "Yours sincerely,"', 'closing = "Yours {{ nope }}"'),
        ('"OMBUDSMAN"]', '"{{ nope }}"]'),
        ('author = "Local', 'author = "{{ nope }} Local'),
        ('name = "Michael King"', 'name = "{{ nope }}"'),
        ('    "Chair, Commission', '    "{{ nope }}, Commission'),
        ('alternative = "Signature', 'alternative = "{{ nope }}'),
        ('heading = "Complaints upheld"', 'heading = "Complaints upheld {{ nope }}"'),
        ('"upheld decisions"]', '"{{ nope }}"]'),
        ('body = "Authority"', 'body = "{{ nope }}"'),
    ],
)
def test_an_unknown_placeholder_is_refused_in_every_text(
    edition_copy: Path, old: str, new: str
) -> None:
    change(edition_copy, (old, new))
    (problem,) = problems(edition_copy)
    assert problem.line == line_of(new.strip(), edition_copy)


@pytest.mark.parametrize(
    ("sentence", "line"),
    [
        ('"""\n**{{ rate }}%** of\ncomplaints {{ nope }}"""', 3),
        ('"""**{{ rate }}%** of\ncomplaints {{ nope }}"""', 2),
        ('"""**{{ rate }}%** of \\\n  all\ncomplaints {{ nope }}"""', 3),
        ('"**{{ rate }}%** of\\ncomplaints {{ nope }}"', 1),
    ],
)
def test_a_problem_within_a_text_of_several_lines_is_named_with_its_line(
    edition_copy: Path, sentence: str, line: int
) -> None:
    old = 'sentence = "**{{ rate }}%** of complaints we investigated were upheld."'
    start = line_of(old, edition_copy)
    change(edition_copy, (old, f"sentence = {sentence}"))
    (problem,) = problems(edition_copy)
    assert (problem.line, problem.value) == (start + line - 1, "{{ nope }}")


def test_a_problem_of_the_letter_is_named_with_its_line(edition_copy: Path) -> None:
    change(edition_copy, ("{{ publication }}", "{{ publicaton }}"), file="letter.md")
    (problem,) = problems(edition_copy)
    assert (problem.file, problem.line, problem.value) == ("letter.md", 18, "{{ publicaton }}")
    assert "{{ publication }}" in problem.message


def test_problems_of_all_files_are_reported_at_once(edition_copy: Path) -> None:
    change(
        edition_copy,
        ('heading = "Annual Review letter {{ year }}"', 'heading = "{{ yer }}"'),
        ('name = "London Borough"', 'name = "District Council"'),
        ("**{{ rate }}", "**40"),
    )
    (edition_copy / "letter.md").write_text("> a\n\n{{ own_paragraphs }} {{ b }}\n", "utf-8")
    (edition_copy / "signature.png").unlink()
    own(edition_copy, "Bath.md", "`a`\n")
    own(edition_copy, "Cork.txt")
    found = problems(edition_copy, 2021)
    assert {(problem.file, problem.column) for problem in found} == {
        ("edition.toml", "year"),
        ("edition.toml", "letter.heading"),
        ("edition.toml", "types.5.name"),
        ("edition.toml", "panels.1.sentence"),
        ("edition.toml", "signatory.signature"),
        ("letter.md", None),
        ("own/Bath.md", None),
        ("own/Cork.txt", None),
    }
    assert [problem.line for problem in found if problem.file == "letter.md"] == [1, 3]


def test_a_wrong_setting_does_not_hide_what_is_wrong_with_the_letter(edition_copy: Path) -> None:
    change(edition_copy, ("\ndate = 2020-07-22", '\ndate = "2020-07-22"'))
    (edition_copy / "letter.md").unlink()
    assert {problem.file for problem in problems(edition_copy)} == {"edition.toml", "letter.md"}


def test_problems_of_the_settings_come_in_the_order_of_their_lines(edition_copy: Path) -> None:
    change(
        edition_copy,
        ('heading = "Annual Review letter {{ year }}"', 'heading = "{{ yer }}"'),
        ('title = "Annual', 'title = "{{ auth }} Annual'),
        ('name = "London Borough"', 'name = "District Council"'),
    )
    lines = [problem.line or 0 for problem in problems(edition_copy)]
    assert len(lines) == 3
    assert lines == sorted(lines)


# ---- own paragraphs


def test_own_paragraphs_are_read_with_the_name_of_their_file(edition_copy: Path) -> None:
    own(edition_copy, "Bath.md")
    own(edition_copy, "king's-lynn.MD")
    read = read_edition(edition_copy).own_paragraphs
    assert {(file.file, file.name) for file in read} == {
        ("own/Bath.md", "Bath"),
        ("own/king's-lynn.MD", "king's-lynn"),
    }


@pytest.mark.parametrize("name", [".DS_Store", ".gitkeep", "Thumbs.db", "desktop.ini"])
def test_files_that_a_computer_puts_into_folders_are_left_alone(
    edition_copy: Path, name: str
) -> None:
    own(edition_copy, name)
    assert read_edition(edition_copy).own_paragraphs == ()


@pytest.mark.parametrize("name", ["Bath.txt", "Bath.docx", "Bath", "Bath.md.bak"])
def test_a_file_of_own_paragraphs_that_is_no_markdown_is_named(
    edition_copy: Path, name: str
) -> None:
    own(edition_copy, name)
    (problem,) = problems(edition_copy)
    assert problem.file == f"own/{name}"
    assert ".md" in problem.message


@pytest.mark.parametrize("text", ["", " \n\n"])
def test_an_empty_file_of_own_paragraphs_is_named(edition_copy: Path, text: str) -> None:
    own(edition_copy, "Bath.md", text)
    (problem,) = problems(edition_copy)
    assert (problem.file, problem.line) == ("own/Bath.md", 1)
    assert "empty" in problem.message


def test_a_problem_in_own_paragraphs_is_named_with_file_and_line(edition_copy: Path) -> None:
    own(edition_copy, "Bath.md", "One {{ authority }}.\n\n{{ own_paragraphs }}\n\n# Three\n")
    first, second = problems(edition_copy)
    assert (first.file, first.line, first.value) == ("own/Bath.md", 3, "{{ own_paragraphs }}")
    assert (second.file, second.line) == ("own/Bath.md", 5)


def test_a_letter_without_a_place_for_own_paragraphs_needs_one_only_where_there_are_some(
    edition_copy: Path,
) -> None:
    change(edition_copy, ("{{ own_paragraphs }}\n", ""), file="letter.md")
    assert read_edition(edition_copy).own_paragraphs == ()
    own(edition_copy, "Bath.md")
    (problem,) = problems(edition_copy)
    assert problem.file == "letter.md"
    assert "{{ own_paragraphs }}" in problem.message


def own_files(*names: str) -> list[OwnParagraphs]:
    return [
        OwnParagraphs(f"own/{name}.md", name, Wording("a", Source(f"own/{name}.md"), {}))
        for name in names
    ]


AUTHORITIES = [
    "Bath and North East Somerset Council",
    "King's Lynn and West Norfolk Borough Council",
    "Bromsgrove District Council",
]


@pytest.mark.parametrize(
    ("file", "authority"),
    [
        ("Bromsgrove District Council", "Bromsgrove District Council"),
        ("bromsgrove  district COUNCIL", "Bromsgrove District Council"),
        ("bromsgrove-district-council", "Bromsgrove District Council"),
        ("King's Lynn and West Norfolk Borough Council", AUTHORITIES[1]),
        ("King\u2019s Lynn and West Norfolk Borough Council", AUTHORITIES[1]),
        ("kings-lynn-and-west-norfolk-borough-council", AUTHORITIES[1]),
    ],
)
def test_own_paragraphs_fit_by_the_authority_s_name_or_its_letter_s(
    file: str, authority: str
) -> None:
    files = own_files(file)
    assert fit_own_paragraphs(files, AUTHORITIES) == ({authority: files[0]}, [])


@pytest.mark.parametrize("file", ["Bromsgrove", "Bromsgrove District Counsil", "Bath"])
def test_own_paragraphs_that_fit_no_authority_are_named_with_the_nearest(file: str) -> None:
    fitting, (problem,) = fit_own_paragraphs(own_files(file), AUTHORITIES)
    assert fitting == {}
    assert problem.file == f"own/{file}.md"
    near = AUTHORITIES[0] if file == "Bath" else AUTHORITIES[2]
    assert f'"{near}.md"' in problem.message


@pytest.mark.parametrize(
    "names",
    [
        ("Bromsgrove District Council", "bromsgrove-district-council"),
        ("bromsgrove district council", "Bromsgrove District Council"),
    ],
)
def test_two_files_of_own_paragraphs_that_fit_one_authority_are_named(
    names: Sequence[str],
) -> None:
    _, (problem,) = fit_own_paragraphs(own_files(*names), AUTHORITIES)
    assert problem.file == f"own/{names[1]}.md"
    assert f"own/{names[0]}.md" in problem.message
    assert "Bromsgrove District Council" in problem.message


# ---- characters that nobody can see


@pytest.mark.parametrize(
    ("character", "named"),
    [
        ("\0", "U+0000 (a control character)"),
        ("\x1b", "U+001B (a control character)"),
        ("\u202e", "U+202E (RIGHT-TO-LEFT OVERRIDE)"),
        ("\u200b", "U+200B (ZERO WIDTH SPACE)"),
    ],
    ids=ascii,
)
def test_a_character_that_nobody_can_see_is_reported_for_the_file_and_line_that_hold_it(
    edition_copy: Path, character: str, named: str
) -> None:
    change(edition_copy, ("Again,", f"Again{character},"), file="letter.md")
    own(edition_copy, "Leeds City Council.md", f"Thank you.\n\nMore{character} of it.\n")
    found = {(p.file, p.line, p.message) for p in problems(edition_copy)}
    message = f"contains {named}, which nobody can see; delete it."
    assert found == {("letter.md", 25, message), ("own/Leeds City Council.md", 3, message)}


@pytest.mark.parametrize("written", ["\\u202e", "\u202e"], ids=["as its code", "as it is"])
def test_a_character_that_nobody_can_see_is_refused_in_the_settings(
    edition_copy: Path, written: str
) -> None:
    line = line_of('closing = "Yours sincerely,"', edition_copy)
    change(edition_copy, ("Yours sincerely,", f"Yours {written}sincerely,"))
    found = problems(edition_copy)
    assert {(p.file, p.line) for p in found} == {("edition.toml", line)}
    assert "contains U+202E (RIGHT-TO-LEFT OVERRIDE), which nobody can see" in found[0].message
