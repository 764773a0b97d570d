"""Editions that a test spoils, and pictures that it puts into them."""

from __future__ import annotations

import io
import shutil
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from lgo_letters.edition.edition import Edition
from lgo_letters.edition.read import OpenEdition
from lgo_letters.errors import EditionError, Problem
from tests.support.paths import EDITION, TESTS

EMAILS = ("email-late.md", "email.md")


def change(edition: Path, *changes: tuple[str, str], file: str = "edition.toml") -> None:
    text = (edition / file).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (edition / file).write_text(text, encoding="utf-8", newline="")


def edition_of_2021(folder: Path) -> Path:
    """The edition of 2020, a year later, where commands look for that of 2021."""
    return edition_of(2021, folder)


def edition_of(year: int, folder: Path) -> Path:
    """The same of another year; its letters go out on 21 July, and it is public on the 28th."""
    later = Path(shutil.copytree(EDITION, folder / "editions" / str(year)))
    change(
        later,
        ("year = 2020", f"year = {year}"),
        ("date = 2020-07-22", f"date = {year}-07-21"),
        ("publication = 2020-07-29", f"publication = {year}-07-28"),
    )
    return later


def later_edition(year: int, folder: Path) -> Path:
    """The small edition in the form of the letters of 2021, 2023, 2024 or 2025, in a folder."""
    editions = TESTS / "editions"
    settings = (editions / str(year) / "edition.toml", editions / "frame.toml")
    text = "".join(file.read_text(encoding="utf-8") for file in settings)
    (folder / "edition.toml").write_text(text, encoding="utf-8")
    for file in (editions / "letter.md", EDITION / "signature.png"):
        shutil.copy(file, folder)
    return folder


def with_embedded(edition: Path, **settings: str) -> Path:
    """The edition, with these settings under [embedded]."""
    lines = "\n".join(f"{name} = {value}" for name, value in settings.items())
    change(edition, ("[signatory]", f"[embedded]\n{lines}\n\n[signatory]"))
    return edition


def line_of(words: str, edition: Path, file: str = "edition.toml") -> int:
    text = (edition / file).read_text(encoding="utf-8")
    assert text.count(words) == 1
    return text[: text.index(words)].count("\n") + 1


def own(edition: Path, name: str, text: str = "Thank you.\n") -> None:
    (edition / "own").mkdir(exist_ok=True)
    (edition / "own" / name).write_text(text, encoding="utf-8")


def read_edition(folder: Path, year: int = 2020) -> Edition:
    opened = OpenEdition(folder, year)
    edition = opened.read_wording()
    if edition is None:
        raise EditionError(opened.problems)
    assert opened.problems == ()
    return edition


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
