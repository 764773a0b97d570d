"""The files that a letter's PDF carries, by both standards, and read out of it again."""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import page
import pikepdf
import pytest

from lgo_letters.letter.letter import Letter
from lgo_letters.pdf.embedded_reader import UnreadableFileError, embedded_file
from lgo_letters.pdf.typeset import Pdf, typeset
from tests.support.shapes import with_files
from tests.support.tags import opened

BOMB = 80_000_000  # bytes
NAMES = ("figures.csv", "decisions.csv")


def _failed_rules(content: bytes, profile: str) -> set[str]:
    return {
        failure.rule_id for failure in page.validate_pdf_bytes(content, profile=profile).failures
    }


def test_every_shape_that_carries_files_meets_both_standards(shape: tuple[Letter, Pdf]) -> None:
    letter, plain = shape
    pdf = typeset(with_files(letter))
    assert pdf.pages == plain.pages
    for profile in ("ua1", "3a"):
        assert _failed_rules(pdf.content, profile) == set()


@pytest.fixture(scope="module")
def carrying(letters: dict[str, Letter]) -> Letter:
    return with_files(letters["Bromsgrove District Council"])


@pytest.fixture(scope="module")
def content(carrying: Letter) -> bytes:
    return typeset(carrying).content


def test_the_catalog_associates_every_file_and_lists_it_by_its_name(
    carrying: Letter, content: bytes
) -> None:
    with opened(content) as pdf:
        names: Any = pdf.Root.Names.EmbeddedFiles.Names
        listed = dict(zip(map(str, names[::2]), names[1::2], strict=True))
        assert [*listed] == sorted(NAMES)  # ISO 32000-1, 7.9.6
        assert [file.objgen for file in pdf.Root.AF] == [listed[name].objgen for name in NAMES]
        for file, specification in zip(carrying.attachments, pdf.Root.AF, strict=True):
            said = {key: str(value) for key, value in specification.items() if key != "/EF"}
            assert said == {
                "/Type": "/Filespec",
                "/F": file.name,
                "/UF": file.name,
                "/Desc": file.description,
                "/AFRelationship": "/Data",
            }
            stream = specification.EF.F
            assert stream.objgen == specification.EF.UF.objgen
            assert str(stream.Type) == "/EmbeddedFile"
            assert str(stream.Subtype) == "/text/csv"
            assert stream.read_bytes() == file.content
            parameters = stream.Params
            assert str(parameters.ModDate) == "D:20200722000000Z"
            assert int(parameters.Size) == len(file.content)
            md5 = hashlib.md5(file.content, usedforsecurity=False)
            assert bytes(parameters.CheckSum) == md5.digest()


def test_a_letter_without_files_says_nothing_of_any(bromsgrove: Letter) -> None:
    plain = typeset(bromsgrove).content
    for name in (b"/AF ", b"/EmbeddedFile", b"/Filespec", b"/Names"):
        assert name not in plain


def _without(*path: str) -> Callable[[pikepdf.Pdf], None]:
    """Leaves out what this path from the catalog ends with."""

    def spoil(pdf: pikepdf.Pdf) -> None:
        found: Any = pdf.Root
        for name in path[:-1]:
            found = found[0] if name == "0" else found[name]
        del found[path[-1]]

    return spoil


def _a_type_of_its_own(pdf: pikepdf.Pdf) -> None:
    file: Any = pdf.Root.AF
    file[0].EF.F.Subtype = pikepdf.Name("/csv")


SPOILT = {
    "no relationship": _without("/AF", "0", "/AFRelationship"),
    "no association": _without("/AF"),
    "no name": _without("/AF", "0", "/F"),
    "no name in Unicode": _without("/AF", "0", "/UF"),
    "no type": _without("/AF", "0", "/EF", "/F", "/Subtype"),
    "another type": _a_type_of_its_own,
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_file_that_is_not_as_the_standard_has_it_is_noticed(name: str, content: bytes) -> None:
    with opened(content) as pdf:
        SPOILT[name](pdf)
        spoilt = io.BytesIO()
        pdf.save(spoilt)
    assert _failed_rules(spoilt.getvalue(), "3a") != set()


# ---- read out of it again


def _put(folder: Path, content: bytes) -> Path:
    file = folder / "letter.pdf"
    file.write_bytes(content)
    return file


def test_a_file_is_read_out_of_a_letter_as_it_was_put_in(
    carrying: Letter, content: bytes, tmp_path: Path
) -> None:
    letter = _put(tmp_path, content)
    for file in carrying.attachments:
        assert embedded_file(letter, file.name) == file.content
    assert embedded_file(letter, "another.csv") is None


def test_a_letter_that_another_program_has_saved_is_read_as_well(
    carrying: Letter, content: bytes, tmp_path: Path
) -> None:
    with opened(content) as pdf:
        pdf.save(
            tmp_path / "letter.pdf",
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            linearize=True,
        )
    for file in carrying.attachments:
        assert embedded_file(tmp_path / "letter.pdf", file.name) == file.content


def test_a_letter_that_carries_nothing_has_no_file(bromsgrove: Letter, tmp_path: Path) -> None:
    assert embedded_file(_put(tmp_path, typeset(bromsgrove).content), "figures.csv") is None


def _refused(file: Path) -> str:
    with pytest.raises(UnreadableFileError) as refused:
        embedded_file(file, "figures.csv")
    return str(refused.value)


@pytest.mark.parametrize("broken", [b"", b"%PDF-1.7\n", b"reference,authority\n" * 99])
def test_what_is_not_a_pdf_is_said_so(broken: bytes, tmp_path: Path) -> None:
    assert _refused(_put(tmp_path, broken)).startswith("is not a PDF that can be read; ")


def test_half_a_letter_is_said_to_be_unreadable(content: bytes, tmp_path: Path) -> None:
    assert "get the letter again" in _refused(_put(tmp_path, content[: len(content) // 2]))


def test_a_file_whose_bytes_are_damaged_is_said_to_be_unreadable(
    content: bytes, tmp_path: Path
) -> None:
    start = content.index(b"stream\n", content.index(b"/Type /EmbeddedFile ")) + 7
    damaged = content[: start + 40] + b"\xff" * 4 + content[start + 44 :]
    assert _refused(_put(tmp_path, damaged)).startswith("carries a figures.csv that cannot be read")


@pytest.mark.parametrize("filters", [1, 2])
def test_a_file_that_unfolds_to_more_than_memory_has_room_for_is_refused(
    filters: int, content: bytes, tmp_path: Path
) -> None:
    data = zlib.compress(bytes(BOMB))
    for _ in range(filters - 1):
        data = zlib.compress(data)
    with opened(content) as pdf:
        files: Any = pdf.Root.AF
        files[0].EF.F.write(data, filter=pikepdf.Array([pikepdf.Name.FlateDecode] * filters))
        pdf.save(
            tmp_path / "letter.pdf",
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
        )
    assert _refused(tmp_path / "letter.pdf").startswith("holds more than any letter does")


def test_a_pdf_larger_than_any_letter_is_not_read(tmp_path: Path) -> None:
    file = _put(tmp_path, b"%PDF-1.7\n")
    with file.open("r+b") as stream:
        stream.truncate(BOMB)  # of which nothing is written
    assert _refused(file).startswith("holds more than any letter does")


def test_a_letter_with_a_password_is_said_to_ask_for_it(content: bytes, tmp_path: Path) -> None:
    with opened(content) as pdf:
        pdf.save(tmp_path / "letter.pdf", encryption=pikepdf.Encryption(owner="a", user="b"))
    assert _refused(tmp_path / "letter.pdf") == "asks for a password; save it without one."


def test_a_list_of_files_that_leads_back_to_itself_comes_to_an_end(
    content: bytes, tmp_path: Path
) -> None:
    with opened(content) as pdf:
        tree: Any = pdf.make_indirect(pikepdf.Dictionary())
        tree.Kids = pikepdf.Array([tree])
        pdf.Root.Names.EmbeddedFiles = tree
        pdf.save(tmp_path / "letter.pdf")
    assert embedded_file(tmp_path / "letter.pdf", "figures.csv") is None
