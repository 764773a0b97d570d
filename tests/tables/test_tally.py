"""Both ways of reading, plain and careful, in pieces of any size, say the same."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lgo_letters.tables import cells
from lgo_letters.tables.columns import DECISION_COLUMNS
from lgo_letters.tables.findings import MOST_KEPT
from lgo_letters.tables.tables import Table
from lgo_letters.tables.tally import tally
from lgo_letters.year import ReportingYear
from tests.support.paths import EXAMPLES
from tests.support.rows import listed

KNOWN = listed(["Bromsgrove", "King's Lynn", "Bournemouth, Christchurch and Poole"])
HEADER = ",".join(DECISION_COLUMNS).encode()
PLAIN = b"19 000 001,Bromsgrove,Housing,2019-10-14,Upheld,no,2019-12-02,Complied"


def said(file: Path, **how: Any) -> tuple[object, ...]:
    """All that reading gives away of the decisions in a file."""
    table = Table(file, DECISION_COLUMNS, **how)
    read = table.said(tally(table, KNOWN, ReportingYear(2020)))
    return [str(each) for each in read.problems], table.findings.number, table.number, read


def said_of_rows(file: Path, **how: Any) -> tuple[object, ...]:
    """The same of a small table's rows."""
    table = Table(file, DECISION_COLUMNS[:3], DECISION_COLUMNS[3:], **how)
    return table.said([*table.each_row()]), table.lost


READINGS = [said, said_of_rows]


def assert_one_meaning(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    for reading in READINGS:
        careful = reading(file, careful=True)
        assert reading(file) == careful
        for size in (1, 7, 64, 200):
            assert reading(file, size=size) == careful
            assert reading(file, size=size, careful=True) == careful


TROUBLES = {
    "a quotation mark inside": PLAIN.replace(b"Housing", b'Hou"sing'),
    "text after a quotation mark": PLAIN.replace(b"Housing", b'"Hou"sing'),
    "a doubled quotation mark": PLAIN.replace(b"Housing", b'"Hou""sing"'),
    "a comma in quotation marks": PLAIN.replace(b"Housing", b'"Hou,sing"'),
    "only commas in quotation marks": PLAIN.replace(b"Housing", b'","'),
    "quotation marks round nothing": PLAIN.replace(b"Housing", b'""'),
    "quotation marks all over": b",".join(b'"%b"' % each for each in PLAIN.split(b",")),
    "quotation marks that end before a CR": PLAIN.replace(b"Complied", b'"Complied"') + b"\r",
    "a line end in quotation marks": PLAIN.replace(b"Housing", b'"Hou\nsing"'),
    "a CR LF in quotation marks": PLAIN.replace(b"Housing", b'"Hou\r\nsing"'),
    "a mark never closed": PLAIN.replace(b"Housing", b'"Housing'),
    "too few cells": b"19 000 003,Bromsgrove",
    "too many cells": PLAIN + b",",
    "cells that make up for one another": PLAIN + b",x\n" + PLAIN.removesuffix(b",Complied"),
    "an empty line": b"",
    "an empty line of spaces": b"  ",
    "a row of blanks": b",,,,,,,",
    "a row of no-break spaces": "\N{NO-BREAK SPACE},,,,,,,".encode(),
    "a blank reference": PLAIN.removeprefix(b"19 000 001"),
    "NUL": PLAIN.replace(b"Housing", b"Hou\0sing"),
    "a lone CR": PLAIN + b"\r" + PLAIN,
    "CR LF": PLAIN + b"\r",
    "two CR": PLAIN + b"\r\r",
    "UTF-8": PLAIN.replace(b"Bromsgrove", "King\N{RIGHT SINGLE QUOTATION MARK}s Lynn".encode()),
    "cp1252": PLAIN.replace(b"Bromsgrove", b"King\x92s Lynn"),
    "neither": PLAIN.replace(b"Housing", b"Hou\x81sing"),
    "a letter and its accent": PLAIN.replace(b"Housing", "Cafe\N{COMBINING ACUTE ACCENT}".encode()),
    "a line separator": PLAIN.replace(b"Housing", "Hou\N{LINE SEPARATOR}sing".encode()),
    "a form feed": PLAIN.replace(b"Housing", b"Hou\fsing"),
    "a giant cell": PLAIN.replace(b"Housing", b"x" * (csv.field_size_limit() + 1)),
    "a cell as large as can be": PLAIN.replace(b"Housing", b"x" * csv.field_size_limit()),
    "a long name": PLAIN.replace(b"Bromsgrove", b"x" * 128),
    "a longer name that starts alike": PLAIN.replace(b"Bromsgrove", b"x" * 129),
    "spaces round a reference": b" " + PLAIN.replace(b"001,", b"001 ,"),
    "a reference in tabs": PLAIN.replace(b"19 000 001", b"19\t000\t001"),
    "a reference of other signs": PLAIN.replace(b"19 000 001", b"1: 000/001"),
    "a reference with high bits": PLAIN.replace(b"19 000 001", b"19 000 00\xb1"),
    "a wrong authority": PLAIN.replace(b"Bromsgrove", b"Bromsgruve"),
    "a name with commas": PLAIN.replace(b"Bromsgrove", b'"Bournemouth, Christchurch and Poole"'),
    "a wrong date": PLAIN.replace(b"2019-10-14", b"10/14/2019"),
    "a late decision": PLAIN.replace(b"2019-10-14", b"31/12/2019"),
    "a wrong decision": PLAIN.replace(b"Upheld", b"Uphold"),
    "a decision not upheld": PLAIN.replace(b"Upheld,no", b"Not upheld,yes"),
    "no compliance outcome": PLAIN.replace(b"Complied", b""),
    "no compliance date": PLAIN.replace(b"2019-12-02", b""),
    "another outcome that starts alike": PLAIN.replace(b"Complied", b"Complied late"),
}


def rows(number: int, first: int = 100) -> list[bytes]:
    """Right rows, no two of one reference."""
    return [PLAIN.replace(b"000 001", b"000 %03d" % (first + n)) for n in range(number)]


@pytest.mark.parametrize("place", ["at the start", "in the middle", "at the end"])
@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_anywhere_is_read_alike_however_the_file_is_read(
    tmp_path: Path, trouble: str, place: str
) -> None:
    lines = rows(12)
    lines.insert(
        {"at the start": 0, "in the middle": 6, "at the end": 12}[place], TROUBLES[trouble]
    )
    assert_one_meaning(tmp_path / "x.csv", b"\n".join([HEADER, *lines]) + b"\n")


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"\n\n", b"\n,,,,,,,\n", b"\n  \n\n"])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"])
def test_the_end_of_a_file_is_read_alike_however_it_is_read(
    tmp_path: Path, newline: bytes, end: bytes
) -> None:
    assert_one_meaning(tmp_path / "x.csv", newline.join([HEADER, *rows(5)]) + end)


@pytest.mark.parametrize(
    "header",
    [
        HEADER.replace(b"service_area", b'"service_area"'),
        HEADER.replace(b"service_area", b'"service\narea"'),
        b"note," + HEADER,
        HEADER.replace(b"authority", b"body"),
        HEADER + b',"never closed',
        HEADER.replace(b",", b";"),
        b"\xef\xbb\xbf" + HEADER,
        b"",
    ],
)
def test_a_header_is_read_alike_however_the_file_is_read(tmp_path: Path, header: bytes) -> None:
    assert_one_meaning(tmp_path / "x.csv", b"\n".join([header, *rows(3), b"x,\0", b"\x81"]))


def test_one_reference_again_is_found_however_far_apart_the_rows_are(tmp_path: Path) -> None:
    lines = [*rows(40), *rows(2, first=110), TROUBLES["an empty line"], *rows(1, first=139)]
    assert_one_meaning(tmp_path / "x.csv", b"\n".join([HEADER, *lines]))
    assert said(tmp_path / "x.csv", size=100)[0] == [
        f'x.csv, line {line}, column reference: "19 000 {reference}" stands in line {first} '
        "already for Bromsgrove; delete one of the rows."
        for line, reference, first in [(42, 110, 12), (43, 111, 13), (45, 139, 41)]
        if line < 44
    ] + [
        "x.csv, line 44: the line is empty; delete it.",
        'x.csv, line 45, column reference: "19 000 139" stands in line 41 already for '
        "Bromsgrove; delete one of the rows.",
    ]


CELLS = {
    0: [b"19 000 001", b"19 000 002", b" 19 000 003", b"?"],
    1: [b"Bromsgrove", b"bromsgrove ", b'"Bournemouth, Christchurch and Poole"', b"Bath", b""],
    2: [b"", b"Housing", b'"a ""b"""', b'"a\nb"'],
    3: [b"2019-10-14", b"14/10/2019", b"2020-01-01", b"n/k"],
    4: [b"Upheld", b"Not upheld", b"upheld", b"Uphold"],
    5: [b"", b"yes", b"no", b"?"],
    6: [b"", b"2019-12-02", b"02/01/2018", b"?"],
    7: [b"", b"Complied", b"Complied late", b"Late"],
}
ROW = st.tuples(*(st.sampled_from(each) for each in CELLS.values())).map(b",".join)
LINES = st.one_of(ROW, st.just(PLAIN), st.sampled_from(list(TROUBLES.values())[:30]))


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Decisions, and then a few bytes of them changed."""
    newline = draw(st.sampled_from([b"\n", b"\r\n"]))
    content = newline.join([HEADER, *draw(st.lists(LINES, max_size=12)), b""])
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(content)))
        byte = draw(
            st.sampled_from([b'"', b",", b"\n", b"\r", b"\0", b"\x92", b" ", b"", b"\xc3\xa9"])
        )
        content = content[:at] + byte + content[at + draw(st.integers(0, 1)) :]
    return content


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files(), st.integers(1, 300))
def test_any_file_is_read_alike_however_it_is_read(
    tmp_path: Path, content: bytes, size: int
) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(content)
    for reading in READINGS:
        careful = reading(file, careful=True)
        assert reading(file, size=size) == careful
        assert reading(file, size=size, careful=True) == careful


def test_the_example_is_read_alike_however_it_is_read() -> None:
    file = EXAMPLES / "decisions.csv"
    assert said(file, size=10_000) == said(file, careful=True) == said(file)


def test_plain_rows_are_not_left_to_careful_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raise_for_problems(*_: object, **__: object) -> None:
        raise AssertionError("read carefully")

    file = tmp_path / "x.csv"
    file.write_bytes(b"\r\n".join([HEADER, *rows(9), TROUBLES["a name with commas"]]))
    monkeypatch.setattr(cells.Cells, "of", refuse)
    assert said(file)[1:3] == (0, 10)
    with pytest.raises(AssertionError, match="read carefully"):
        said(file, careful=True)


@pytest.mark.parametrize("careful", [False, True])
def test_of_many_problems_the_first_are_kept_and_all_are_counted(
    tmp_path: Path, careful: bool
) -> None:
    file = tmp_path / "x.csv"
    wrong = PLAIN.replace(b"Upheld", b"?").replace(b"2019-10-14", b"2019-13-13")
    lines = [wrong.replace(b"000 001", b"%03d %03d" % divmod(n, 1000)) for n in range(3_000)]
    file.write_bytes(b"\n".join([HEADER, *lines]))
    table = Table(file, DECISION_COLUMNS, size=5_000, careful=careful)
    tally(table, KNOWN, ReportingYear(2020))
    assert table.findings.number == 6_000
    kept = table.findings.first()
    assert len(kept) == MOST_KEPT
    assert [(each.line, each.column) for each in kept] == [
        (line, column)
        for line in range(2, 2 + MOST_KEPT // 2)
        for column in ("decision_date", "decision")
    ]


@pytest.mark.parametrize("slots", [1, 3])
def test_texts_that_share_a_hash_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slots: int
) -> None:
    monkeypatch.setattr(cells, "_SLOTS", slots)
    lines = [row.replace(b"Housing", b"x") for row in rows(30)]
    for number, line in enumerate(lines):
        day = b"2019-10-%02d" % (number % 20 + 1)
        lines[number] = line.replace(b"2019-10-14", day if number != 25 else b"2019-10-99")
    assert_one_meaning(tmp_path / "x.csv", b"\n".join([HEADER, *lines]))


# ---- hostile files


def _png() -> bytes:
    from PIL import Image

    picture = io.BytesIO()
    Image.linear_gradient("L").save(picture, "PNG")
    return picture.getvalue()


LOT = random.Random(2020)
HOSTILE: dict[str, Callable[[], bytes]] = {
    "NUL": lambda: b"\0" * 5_000,
    "NUL after a header": lambda: HEADER + b"\n" + b"\0\n" * 2_000,
    "random bytes": lambda: LOT.randbytes(20_000),
    "random bytes after a header": lambda: HEADER + b"\n" + LOT.randbytes(20_000),
    "random CSV": lambda: HEADER + bytes(LOT.choices(b'a1,"\n', k=5_000)),
    "ten thousand columns": lambda: b"x," * 10_000 + HEADER + b"\n" + b"," * 10_007 + b"\n1",
    "a quotation mark never closed": lambda: b"\n".join([HEADER, b'"', *rows(800)] * 3),
    "quotation marks": lambda: HEADER + b"\n" + b'"' * 10_001,
    "a picture": _png,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_has_problems_and_they_are_alike_however_it_is_read(
    tmp_path: Path, kind: str
) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(HOSTILE[kind]())
    careful = said(file, careful=True)
    assert careful[1]
    assert said(file) == said(file, size=997) == careful
