"""DuckDB's reader in front and Python's csv behind it say the same, or the first declines."""

from __future__ import annotations

import contextlib
import csv
import io
import random
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lgo_letters.figures import count as counting
from lgo_letters.tables.data import AuthorityList, Data, InputFile
from lgo_letters.tables.decisions import read as decisions
from lgo_letters.tables.decisions.columns import DECISION_COLUMNS, decision_columns
from lgo_letters.tables.files.problems import MOST_KEPT
from lgo_letters.tables.mapping import TableMapping, Word
from lgo_letters.year import ReportingYear
from tests.support.definitions import DEFINITIONS, KINDS
from tests.support.paths import EXAMPLES
from tests.support.rows import listed

KNOWN = listed(["Bromsgrove", "King's Lynn", "Bournemouth, Christchurch and Poole"])
HEADER = ",".join(DECISION_COLUMNS).encode()
PLAIN = b"19 000 001,Bromsgrove,Housing,2019-10-14,Upheld,no,2019-12-02,Complied"


FAULT = TableMapping(
    "decisions", words={"decision": {"fault": Word("Fault", "Upheld", ("decisions", "values"))}}
)


def read(file: Path, known: AuthorityList = KNOWN) -> tuple[object, ...]:
    """All that reading and counting say of the decisions in a file, in which "Fault" is upheld."""
    rows, report = decisions.read_decisions(file, decision_columns(known, KINDS), KINDS, FAULT)
    kept = rows.query("from decisions order by line")
    no_file = InputFile("authorities.csv", "", 0)
    data = Data(known.authorities, rows, no_file, report.file)
    counts = counting.count(data, DEFINITIONS, ReportingYear(2020))
    return [str(problem) for problem in report.problems], report, kept, counts


def read_carefully(file: Path, known: AuthorityList = KNOWN) -> tuple[object, ...]:
    """The same by Python's csv, whatever the file."""
    with mock.patch.object(decisions, "strict_scan", return_value=None):
        return read(file, known)


class _DeclinedError(Exception):
    pass


def read_strictly(file: Path, known: AuthorityList = KNOWN) -> tuple[object, ...] | None:
    """The same by DuckDB's reader; None where it declines."""
    with (
        mock.patch.object(decisions, "_read_carefully", side_effect=_DeclinedError),
        contextlib.suppress(_DeclinedError),
    ):
        return read(file, known)
    return None


def assert_one_meaning(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    strictly = read_strictly(file)
    assert strictly is None or strictly == read_carefully(file)


TROUBLES = {
    "a quotation mark inside": PLAIN.replace(b"Housing", b'Hou"sing'),
    "text after a quotation mark": PLAIN.replace(b"Housing", b'"Hou"sing'),
    "a doubled quotation mark": PLAIN.replace(b"Housing", b'"Hou""sing"'),
    "a comma in quotation marks": PLAIN.replace(b"Housing", b'"Hou,sing"'),
    "only commas in quotation marks": PLAIN.replace(b"Housing", b'","'),
    "quotation marks round nothing": PLAIN.replace(b"Housing", b'""'),
    "quotation marks all over": b",".join(b'"%b"' % cell for cell in PLAIN.split(b",")),
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


@pytest.mark.parametrize("where", ["at the start", "in the middle", "at the end"])
@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_anywhere_is_read_alike_or_not_at_all(
    tmp_path: Path, trouble: str, where: str
) -> None:
    lines = rows(6)
    lines.insert({"at the start": 0, "in the middle": 3, "at the end": 6}[where], TROUBLES[trouble])
    assert_one_meaning(tmp_path / "x.csv", b"\n".join([HEADER, *lines]) + b"\n")


@pytest.mark.parametrize(
    "lines",
    [
        [PLAIN.replace(b"Housing", b'Hou"sing')],
        [PLAIN.replace(b"Housing", b' "x,y"')],
        [PLAIN.replace(b"Housing", b'"a""b"')],
        [PLAIN.replace(b"Housing", b'"a\nb"')],
        [PLAIN.replace(b"Housing", b"Hou\0sing")],
        [PLAIN.replace(b"Housing", b"Hou\rsing")],
        [PLAIN.replace(b"Housing", b"Caf\xe9")],
        [b"", PLAIN],
        [PLAIN + b"\r", rows(1)[0]],
        [PLAIN + b","],
        [PLAIN.rpartition(b",")[0]],
    ],
    ids="mark,space,doubled,line end,NUL,CR,cp1252,blank,mixed ends,wide,narrow".split(","),
)
def test_what_could_be_read_two_ways_is_not_read_strictly(
    tmp_path: Path, lines: list[bytes]
) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(b"\n".join([HEADER, *lines, b""]))
    assert read_strictly(file) is None


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"\n\n", b"\n,,,,,,,\n", b"\n  \n\n"])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"])
def test_the_end_of_a_file_is_read_alike_or_not_at_all(
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
def test_a_header_is_read_alike_or_not_at_all(tmp_path: Path, header: bytes) -> None:
    assert_one_meaning(tmp_path / "x.csv", b"\n".join([header, *rows(3), b"x,\0", b"\x81"]))
    assert_one_meaning(tmp_path / "x.csv", b"\n".join([header, *rows(3)]))


@pytest.mark.parametrize("strictly", [True, False])
def test_one_reference_again_is_found_however_far_apart_the_rows_are(
    tmp_path: Path, strictly: bool
) -> None:
    lines = [*rows(40), *rows(2, first=110), *rows(1, first=139)]
    if not strictly:
        lines.insert(42, TROUBLES["an empty line"])
    (tmp_path / "x.csv").write_bytes(b"\n".join([HEADER, *lines]))
    expected = [
        f'x.csv, line {line}, column reference: "19 000 {reference}" is already on '
        f"line {first} for Bromsgrove; delete one of the two rows."
        for line, reference, first in [(42, 110, 12), (43, 111, 13), (45 - strictly, 139, 41)]
    ]
    assert read(tmp_path / "x.csv")[0] == expected


CELLS = {
    0: [b"19 000 001", b"19-000-002", b"19000002", b" 19 000 003", b"?"],
    1: [b"Bromsgrove", b"bromsgrove ", b'"Bournemouth, Christchurch and Poole"', b"Bath", b""],
    2: [b"", b"Housing", b'"a ""b"""', b'"a\nb"'],
    3: [b"2019-10-14", b"14/10/2019 09:30", b"1-Jan-20", b"n/k"],
    4: [b"Upheld", b"Not upheld", b"upheld", b"Incomplete/Invalid", b"Fault", b"Uphold"],
    5: [b"", b"yes", b"no", b"?"],
    6: [b"", b"2019-12-02", b"02/01/2018", b"?"],
    7: [b"", b"Complied", b"Complied late", b"Late"],
}
ROW = st.tuples(*(st.sampled_from(texts) for texts in CELLS.values())).map(b",".join)
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


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files())
@example(b"\n".join([HEADER, PLAIN.replace(b"Housing", b' "x,y"')]))
@example(b"\n".join([HEADER, PLAIN.replace(b"Housing", b'"a""b"')]))
@example(b"\n".join([HEADER, PLAIN.replace(b"Housing", b'"a" ')]))
@example(b"\n".join([HEADER, PLAIN + b",", b""]))
def test_any_file_is_read_alike_by_both_ways_or_the_strict_way_declines(
    tmp_path: Path, content: bytes
) -> None:
    assert_one_meaning(tmp_path / "x.csv", content)


RIGHT_CELLS = {
    0: [b"19 000 %03d" % n for n in range(300)] + [b"20-000-%03d" % n for n in range(100)],
    1: [b"Bromsgrove", b"bromsgrove ", b'"Bournemouth, Christchurch and Poole"', b"KING`S LYNN"],
    2: [b"", b"Housing", b' x "', b'"a, b"', b"\xe2\x80\x99", b"\xc2\xa0", b"\x0b", b"#", b"NULL"],
    3: [b"2019-10-14", b"14/10/2019", b"1/4/19", b" 2019-10-14", b"14 Oct 2019 00:00"],
    4: [b"Upheld", b"UPHELD", b"upheld ", b"FAULT"],
    5: [b"", b"yes", b"No", b" "],
    6: [b"2019-12-02", b"31/12/2020", b'"2020-01-01"'],
    7: [b"Complied", b"complied  late", b"Not complied"],
}
RIGHT_ROW = st.tuples(*(st.sampled_from(texts) for texts in RIGHT_CELLS.values())).map(b",".join)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(RIGHT_ROW, max_size=8, unique_by=lambda line: line[:10]),
    st.sampled_from([b"\n", b"\r\n"]),
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
    st.booleans(),
)
def test_a_right_file_without_a_stray_quotation_mark_is_read_strictly_and_alike(
    tmp_path: Path, lines: list[bytes], newline: bytes, mark: bytes, ends: bool
) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(mark + newline.join([HEADER, *lines]) + newline * ends)
    strictly = read_strictly(file)
    is_plain = bool(lines or ends) and not any(b' x "' in line for line in lines)
    assert (strictly is not None) or not is_plain
    assert strictly is None or strictly == read_carefully(file)


@pytest.mark.parametrize(
    "name",
    ["d[1].csv", "d*.csv", "d?.csv", "{a,b}.csv", "~.csv", "it's.csv", "d.csv.gz", "Caf\xe9 1.csv"],
)
def test_a_file_is_read_strictly_whatever_its_name_and_no_other_file_in_its_place(
    tmp_path: Path, name: str
) -> None:
    for other in ("d1.csv", "dd.csv", "a.csv", "b.csv"):
        (tmp_path / other).write_bytes(b"\n".join([HEADER, *rows(9, first=500)]))
    file = tmp_path / name
    file.write_bytes(b"\n".join([HEADER, *rows(2)]))
    strictly = read_strictly(file)
    assert strictly is not None
    assert strictly == read_carefully(file)


def test_texts_that_are_not_among_the_first_rows_are_read_strictly_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decisions, "_SAMPLE", 2)
    file = tmp_path / "x.csv"
    lines = rows(5)
    lines[4] = lines[4].replace(b"Upheld", b"UPHELD").replace(b"Housing", b"")
    file.write_bytes(b"\n".join([HEADER, *lines]))
    strictly = read_strictly(file)
    assert strictly is not None
    assert strictly == read_carefully(file)


def test_a_file_of_several_batches_is_read_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(b"\n".join([HEADER, *rows(7)]))
    whole = read_carefully(file)
    monkeypatch.setattr(decisions, "_BATCH", 3)
    assert read_carefully(file) == whole


def test_the_example_is_read_strictly_and_alike() -> None:
    file = EXAMPLES / "decisions.csv"
    with (EXAMPLES / "authorities.csv").open(encoding="utf-8", newline="") as text:
        known = listed(row["name"] for row in csv.DictReader(text))
    strictly = read_strictly(file, known)
    assert strictly is not None
    assert strictly == read_carefully(file, known)


@pytest.mark.parametrize("right", [True, False])
def test_of_many_problems_the_first_are_kept_and_all_are_counted(
    tmp_path: Path, right: bool
) -> None:
    file = tmp_path / "x.csv"
    wrong = PLAIN.replace(b"Upheld", b"?").replace(b"2019-10-14", b"2019-13-13")
    lines = [wrong.replace(b"000 001", b"%03d %03d" % divmod(n, 1000)) for n in range(3_000)]
    if not right:
        lines.append(b"a row of two,cells")
    file.write_bytes(b"\n".join([HEADER, *lines]))
    _, report = decisions.read_decisions(file, decision_columns(KNOWN, KINDS), KINDS)
    kept = report.problems
    assert len(kept) + report.more_problems == 6_000 + (not right)
    assert len(kept) == MOST_KEPT
    assert [(problem.line, problem.column) for problem in kept] == [
        (line, column)
        for line in range(2, 2 + MOST_KEPT // 2)
        for column in ("decision_date", "decision")
    ]


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
def test_a_hostile_file_has_problems_and_is_not_read_strictly(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(HOSTILE[kind]())
    problems, *_ = read(file)
    assert problems
    assert read_strictly(file) is None
