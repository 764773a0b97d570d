"""Workbooks that mean harm end in a sentence, in seconds and 500 MB; each in its own process."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest

from tests.support.paths import ROOT
from tests.support.workbooks import parts, sheet_xml, strings_xml, write_parts

SECONDS = 20
"""Of the processor, the most that any may take; most take less than one."""
MEGABYTES = 500

NAME = '<c r="A1" t="inlineStr"><is><t>name</t></is></c>'
HEADER = f'<row r="1">{NAME}</row>'
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
LONG = f"<si><t>{'x' * 30_000}</t></si>"
SHARED = '<c t="s"><v>0</v></c>'

# The first argument is a workbook whose table has a column "name".
READ = """
import json, pathlib, sys, time
from lgo_letters.tables.table import Table
table = Table(pathlib.Path(sys.argv[1]), ["name"])
rows = sum(1 for _ in table.rows())
problems = [str(problem) for problem in table.report().problems]
status = pathlib.Path("/proc/self/status")
peak = status.read_text().split("VmHWM:")[1].split()[0] if status.exists() else 0
print(json.dumps([rows, problems, time.process_time(), int(peak) / 1024]))
"""


def filled(before: str, piece: str, number: int, after: str) -> Iterator[str]:
    """XML that is long because one piece of it is there many times."""
    return chain([before], repeat(piece * 1000, number // 1000), [after])


def in_sheet(piece: str, number: int) -> dict[str, Any]:
    before, after = sheet_xml(HEADER + "|").split("|")
    return {SHEET: filled(before, piece, number, after)}


def bomb(file: Path) -> None:
    write_parts(file, parts() | in_sheet(" " * 1000, 140_000))


def bomb_of_strings(file: Path) -> None:
    strings = filled("<sst><si><t>", "x" * 1000, 140_000, "</t></si></sst>")
    write_parts(file, parts(HEADER) | {STRINGS: strings})


def bomb_that_says_it_is_small(file: Path) -> None:
    bomb(file)
    with zipfile.ZipFile(file) as workbook:
        size = workbook.getinfo(SHEET).file_size
    content = file.read_bytes().replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    file.write_bytes(content)


def many_parts(file: Path) -> None:
    write_parts(file, parts(HEADER) | {f"{number}": "" for number in range(20_000)})


def one_text_in_ten_million_cells(file: Path) -> None:
    write_parts(file, parts(strings=LONG) | in_sheet(f"<row>{SHARED * 100}</row>", 100_000))


def one_text_in_a_hundred_thousand_cells(file: Path) -> None:
    write_parts(file, parts(strings=LONG) | in_sheet(f"<row>{SHARED * 9}</row>", 10_000))


def more_texts_than_may_be(file: Path) -> None:
    strings = filled("<sst>", "<si/>", 2_000_000, "</sst>")
    write_parts(file, parts(HEADER) | {STRINGS: strings})


def a_false_number_of_texts(file: Path) -> None:
    strings = strings_xml(LONG, 'uniqueCount="4000000000"')
    write_parts(file, parts(HEADER) | {STRINGS: strings})


def a_number_of_texts_beyond_all_numbers(file: Path) -> None:
    strings = strings_xml(LONG, f'uniqueCount="{2**64 - 1}"')
    write_parts(file, parts(HEADER) | {STRINGS: strings})


def a_value_in_the_last_cell(file: Path) -> None:
    row = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    write_parts(file, parts(HEADER + row))


def a_value_beyond_the_last_cell(file: Path) -> None:
    write_parts(file, parts(HEADER + '<row r="2"><c r="ZZZZZZZ2"><v>1</v></c></row>'))


def entities_in_entities(file: Path) -> None:
    entities = "".join(
        f'<!ENTITY {name} "{f"&{chr(ord(name) - 1)};" * 10}">' for name in "bcdefghi"
    )
    doctype = f'<!DOCTYPE sst [<!ENTITY a "aaaaaaaaaa">{entities}]>'
    strings = doctype + strings_xml("<si><t>&i;</t></si>")
    write_parts(file, parts(HEADER) | {STRINGS: strings})


def an_entity_that_is_a_file(file: Path) -> None:
    doctype = '<!DOCTYPE sst [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    strings = doctype + strings_xml("<si><t>&a;</t></si>")
    write_parts(file, parts(HEADER) | {STRINGS: strings})


def a_tag_without_end(file: Path) -> None:
    write_parts(file, parts() | {SHEET: filled("<worksheet x='", "y" * 1000, 100_000, "'/>")})


def elements_in_elements(file: Path) -> None:
    write_parts(file, parts() | {SHEET: filled("", "<x>", 3_000_000, "")})


def a_bomb_of_styles(file: Path) -> None:
    styles = filled("<styleSheet>", " " * 1000, 10_000, "</styleSheet>")
    write_parts(file, parts(HEADER) | {"xl/styles.xml": styles})


@pytest.mark.parametrize(
    ("attack", "message"),
    [
        (bomb, f"has more than 128 MB in {SHEET}"),
        (bomb_of_strings, f"has more than 128 MB in {STRINGS}"),
        (bomb_that_says_it_is_small, "is damaged or incomplete (Bad CRC-32"),
        (many_parts, "has more than 10,000 parts"),
        (one_text_in_ten_million_cells, "has more than 1,000,000 cells"),
        (one_text_in_a_hundred_thousand_cells, "has more than 67,108,864 characters in its cells"),
        (more_texts_than_may_be, "has more than 1,000,000 texts"),
        (a_false_number_of_texts, "has more than 1,000,000 texts"),
        (a_number_of_texts_beyond_all_numbers, "has more than 1,000,000 texts"),
        (a_value_in_the_last_cell, "has values as far apart as A1 and XFD1048576"),
        (a_value_beyond_the_last_cell, "is damaged or incomplete (a cell is called ZZZZZZZ"),
        (entities_in_entities, "is damaged or incomplete (a part has a document type)"),
        (an_entity_that_is_a_file, "is damaged or incomplete (a part has a document type)"),
        (a_tag_without_end, "is damaged or incomplete (a part has a tag without an end)"),
        (elements_in_elements, "is damaged or incomplete (elements are too deep in each other)"),
        (a_bomb_of_styles, "has more than 8 MB in xl/styles.xml"),
    ],
)
def test_a_workbook_that_would_take_too_much_is_refused(
    tmp_path: Path, attack: Callable[[Path], None], message: str
) -> None:
    attack(tmp_path / "export.xlsx")
    number, (problem,) = read(tmp_path / "export.xlsx")
    assert number == 0
    assert problem.startswith(f"export.xlsx: the file {message}")


def a_million_empty_rows(file: Path) -> None:
    rows = (f'<row r="{number}"/>' for number in range(3, 1_048_577))
    write_parts(file, parts() | {SHEET: sheet_pieces(rows)})


def a_row_without_end(file: Path) -> None:
    cells = filled('<row r="3">', '<c s="1"/>', 100_000, "</row>")
    write_parts(file, parts() | {SHEET: sheet_pieces(cells)})


def sheet_pieces(rows: Iterable[str]) -> Iterator[str]:
    """A sheet of a header, one row, and more."""
    before, after = sheet_xml(f'{HEADER}<row r="2"><c r="A2"><v>1</v></c></row>|').split("|")
    return chain([before], rows, [after])


def dimensions_that_are_not_true(file: Path) -> None:
    xml = "".join(sheet_pieces([]))
    lie = '<dimension ref="A1:XFD1048576"/><cols><col min="1" max="4000000000"/></cols><sheetData>'
    write_parts(file, parts() | {SHEET: xml.replace("<sheetData>", lie)})


def links_and_objects(file: Path) -> None:
    more = {
        "xl/externalLinks/externalLink1.xml": "<!DOCTYPE",
        "xl/media/image1.png": "x" * 100_000,
        "xl/calcChain.xml": "<calcChain>",
        "xl/worksheets/sheet2.xml": "<worksheet>",
        "docProps/core.xml": "",
    }
    xml = "".join(sheet_pieces([])).replace("<v>", "<f>[1]Sheet1!$A$1</f><v>")
    write_parts(file, parts() | {SHEET: xml} | more)


@pytest.mark.parametrize(
    "attack",
    [a_million_empty_rows, a_row_without_end, dimensions_that_are_not_true, links_and_objects],
)
def test_what_a_workbook_has_beside_its_table_does_no_harm(
    tmp_path: Path, attack: Callable[[Path], None]
) -> None:
    attack(tmp_path / "export.xlsx")
    assert read(tmp_path / "export.xlsx") == (1, [])


def read(file: Path) -> tuple[int, list[str]]:
    """The number of rows and the problems, once it is sure how long that took, and how much."""
    done = subprocess.run(
        [sys.executable, "-c", READ, str(file)], check=True, capture_output=True, cwd=ROOT
    )
    number, problems, seconds, megabytes = json.loads(done.stdout)
    assert seconds < SECONDS
    assert megabytes < MEGABYTES
    return number, problems
