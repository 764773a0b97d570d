from __future__ import annotations

import hashlib
import io
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from lgo_letters.blocks import Picture
from lgo_letters.edition import Edition, OwnParagraphs, fit_own_paragraphs, read_edition
from lgo_letters.errors import EditionError, Problem, UsageError
from lgo_letters.markdown import Source
from lgo_letters.statistics import AverageMethod, Statistic
from lgo_letters.wording import Wording

from .conftest import EDITION


def change(edition: Path, *changes: tuple[str, str], file: str = "edition.toml") -> None:
    text = (edition / file).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (edition / file).write_text(text, encoding="utf-8", newline="")


def line_of(words: str, edition: Path, file: str = "edition.toml") -> int:
    text = (edition / file).read_text(encoding="utf-8")
    assert text.count(words) == 1
    return text[: text.index(words)].count("\n") + 1


def own(edition: Path, name: str, text: str = "Thank you.\n") -> None:
    (edition / "own").mkdir(exist_ok=True)
    (edition / "own" / name).write_text(text, encoding="utf-8")


def problems(edition: Path, year: int = 2020) -> tuple[Problem, ...]:
    with pytest.raises(EditionError) as refused:
        read_edition(edition, year)
    return refused.value.problems


def image(kind: str, size: tuple[int, int] = (30, 20), mode: str = "L") -> bytes:
    file = io.BytesIO()
    Image.new(mode, size).save(file, kind)
    return file.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)


def png_that_claims(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 100))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def edition() -> Edition:
    return read_edition(EDITION, 2020)


# ---- the shipped edition


def test_the_shipped_edition_is_read_whole(edition: Edition) -> None:
    assert edition.year.ending == 2020
    assert edition.files == 3
    assert edition.average_method is AverageMethod.POOLED
    assert edition.compared_types == [
        "County Council",
        "District Council",
        "Metropolitan Borough",
        "Unitary Council",
        "London Borough",
    ]
    assert set(edition.types) - set(edition.compared_types) == {
        "National Park Authority",
        "Transport body",
        "Combined Authority",
    }
    assert edition.masthead == ("Local Government &", "Social Care", "OMBUDSMAN")
    assert list(edition.panels) == [Statistic.UPHELD, Statistic.COMPLIANCE, Statistic.REMEDY]
    assert edition.own_paragraphs == ()


def test_the_signature_is_the_image_with_its_size_and_its_words(edition: Edition) -> None:
    content = (EDITION / "signature.png").read_bytes()
    width, height = struct.unpack(">II", content[16:24])
    assert edition.signature == Picture(content, width, height, "Signature of Michael King")


@pytest.mark.parametrize(
    ("number", "noun"),
    [
        (0, "upheld decisions"),
        (1, "upheld decision"),
        (2, "upheld decisions"),
        (21, "upheld decisions"),
    ],
)
def test_a_noun_is_singular_for_one_alone(edition: Edition, number: int, noun: str) -> None:
    assert edition.noun("upheld", number) == noun


def test_a_type_has_its_word_for_the_body(edition: Edition) -> None:
    assert edition.type_settings("London Borough").body == "Council"
    assert edition.type_settings("Transport body").body == "Authority"
    assert not edition.type_settings("Transport body").compared


def test_an_edition_saved_by_windows_is_read(edition_copy: Path) -> None:
    for file in ("edition.toml", "letter.md"):
        text = (edition_copy / file).read_text(encoding="utf-8")
        (edition_copy / file).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    read = read_edition(edition_copy, 2020)
    assert read.settings.letter.delivery == "By email"


# ---- its digest


def test_the_digest_stays_while_no_file_changes(edition: Edition, edition_copy: Path) -> None:
    assert read_edition(edition_copy, 2020).sha256 == edition.sha256


@pytest.mark.parametrize("file", ["edition.toml", "letter.md", "signature.png", "own/Bath.md"])
def test_the_digest_changes_with_each_file(edition_copy: Path, file: str) -> None:
    own(edition_copy, "Bath.md", "Thanks.\n")
    before = read_edition(edition_copy, 2020)
    assert before.files == 4
    path = edition_copy / file
    if file.endswith(".png"):
        path.write_bytes(image("PNG"))
    else:
        path.write_bytes(path.read_bytes() + b"\n")
    assert read_edition(edition_copy, 2020).sha256 != before.sha256


def test_the_digest_changes_with_a_file_s_name(edition_copy: Path) -> None:
    own(edition_copy, "Bath.md")
    before = read_edition(edition_copy, 2020).sha256
    (edition_copy / "own" / "Bath.md").rename(edition_copy / "own" / "Cork.md")
    assert read_edition(edition_copy, 2020).sha256 != before


def test_the_digest_is_one_of_sha_256(edition: Edition) -> None:
    assert len(bytes.fromhex(edition.sha256)) == hashlib.sha256().digest_size


# ---- files


def test_a_folder_that_is_none_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere is no folder; give the folder of an edition"):
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
    read = read_edition(edition_copy, 2020)
    words = "Local Government & Social Care OMBUDSMAN"
    assert read.masthead == Picture(content, 300, 80, words)
    assert read.files == 4


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


def test_each_figure_of_a_panel_without_a_noun_is_named(edition_copy: Path) -> None:
    noun = 'detailed_investigations = ["detailed investigation", "detailed investigations"]\n'
    change(edition_copy, (noun, ""), ('count = "upheld"', 'count = "complied"'))
    found = problems(edition_copy)
    assert {(each.column, each.value) for each in found} == {
        ("panels.upheld.count", "complied"),
        ("panels.upheld.based_on", "detailed_investigations"),
        ("panels.remedy.based_on", "detailed_investigations"),
    }
    (count,) = (each for each in found if each.value == "complied")
    assert count.line == line_of('count = "complied"', edition_copy)
    assert "[nouns]" in count.message


@pytest.mark.parametrize("panel", ["upheld", "compliance", "remedy"])
@pytest.mark.parametrize(
    ("setting", "old", "new", "name"),
    [
        ("sentence", "{{ rate }}", "40", "rate"),
        ("comparison", "{{ average }}", "45", "average"),
        ("small_print", "{{ based_on }}", "5 decisions", "based_on"),
        ("nothing_average", "{{ average }}", "45", "average"),
    ],
)
def test_a_panel_without_its_figure_is_named_with_its_line(
    edition_copy: Path, panel: str, setting: str, old: str, new: str, name: str
) -> None:
    file = edition_copy / "edition.toml"
    text = file.read_text(encoding="utf-8")
    start = text.index(f"\n{setting} = ", text.index(f"[panels.{panel}]"))
    end = text.index("\n", start + 1)
    file.write_text(text[:start] + text[start:end].replace(old, new) + text[end:], encoding="utf-8")
    (problem,) = problems(edition_copy)
    assert (problem.line, problem.column) == (
        text[: start + 1].count("\n") + 1,
        f"panels.{panel}.{setting}",
    )
    assert f"{{{{ {name} }}}}" in problem.message
    assert "missing" in problem.message


@pytest.mark.parametrize(
    ("old", "new", "setting"),
    [
        ('salutation = "Dear {{ salutation }}"', 'salutation = "{{ nam }}"', "letter.salutation"),
        ('heading = "Annual Review letter {{ year }}"', 'heading = "{{ yer }}"', "letter.heading"),
        ('footer = "Annual', 'footer = "{{ rate }} Annual', "letter.footer"),
        ('title = "Annual', 'title = "{{ auth }} Annual', "document.title"),
        ('subject = "Complaint', 'subject = "{{ end }} Complaint', "document.subject"),
        ('nothing = "We upheld', 'nothing = "{{ rate }} We upheld', "panels.remedy.nothing"),
        ('note = "- F', 'note = "{{ rate }} - F', "panels.compliance.note"),
        ('chart_nothing = "Empty chart: no u', 'chart_nothing = "{{ rate }} no u',
         "panels.remedy.chart_nothing"),
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
    assert {(each.file, each.column) for each in found} == {
        ("edition.toml", "year"),
        ("edition.toml", "letter.heading"),
        ("edition.toml", "types.5.name"),
        ("edition.toml", "panels.upheld.sentence"),
        ("edition.toml", "signatory.signature"),
        ("letter.md", None),
        ("own/Bath.md", None),
        ("own/Cork.txt", None),
    }
    assert [each.line for each in found if each.file == "letter.md"] == [1, 3]


def test_a_wrong_setting_does_not_hide_what_is_wrong_with_the_letter(edition_copy: Path) -> None:
    change(edition_copy, ("\ndate = 2020-07-22", '\ndate = "2020-07-22"'))
    (edition_copy / "letter.md").unlink()
    assert {each.file for each in problems(edition_copy)} == {"edition.toml", "letter.md"}


def test_problems_of_the_settings_come_in_the_order_of_their_lines(edition_copy: Path) -> None:
    change(
        edition_copy,
        ('heading = "Annual Review letter {{ year }}"', 'heading = "{{ yer }}"'),
        ('title = "Annual', 'title = "{{ auth }} Annual'),
        ('name = "London Borough"', 'name = "District Council"'),
    )
    lines = [each.line or 0 for each in problems(edition_copy)]
    assert len(lines) == 3
    assert lines == sorted(lines)


# ---- own paragraphs


def test_own_paragraphs_are_read_with_the_name_of_their_file(edition_copy: Path) -> None:
    own(edition_copy, "Bath.md")
    own(edition_copy, "king's-lynn.MD")
    read = read_edition(edition_copy, 2020).own_paragraphs
    assert {(each.file, each.name) for each in read} == {
        ("own/Bath.md", "Bath"),
        ("own/king's-lynn.MD", "king's-lynn"),
    }


@pytest.mark.parametrize("name", [".DS_Store", ".gitkeep", "Thumbs.db", "desktop.ini"])
def test_files_that_a_computer_puts_into_folders_are_left_alone(
    edition_copy: Path, name: str
) -> None:
    own(edition_copy, name)
    assert read_edition(edition_copy, 2020).own_paragraphs == ()


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
    assert read_edition(edition_copy, 2020).own_paragraphs == ()
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
    message = f"holds {named}, which nobody can see; delete it."
    assert found == {("letter.md", 25, message), ("own/Leeds City Council.md", 3, message)}


@pytest.mark.parametrize("written", ["\\u202e", "\u202e"], ids=["as its code", "as it is"])
def test_a_character_that_nobody_can_see_is_refused_in_the_settings(
    edition_copy: Path, written: str
) -> None:
    line = line_of('closing = "Yours sincerely,"', edition_copy)
    change(edition_copy, ("Yours sincerely,", f"Yours {written}sincerely,"))
    found = problems(edition_copy)
    assert {(p.file, p.line) for p in found} == {("edition.toml", line)}
    assert "holds U+202E (RIGHT-TO-LEFT OVERRIDE), which nobody can see" in found[0].message
