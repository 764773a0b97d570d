"""A table to download: as CSV with a description in CSVW, and as JSON.

CSVW is the W3C's format of metadata for tables: https://www.w3.org/TR/tabular-metadata/.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

from lgo_letters.figures.report import Fields, csv_lines, rows_csv

from . import words


class Kind(NamedTuple):
    """What a column holds, in words and in CSVW."""

    words: str
    csvw: Mapping[str, object]


TEXT = Kind("Text", {"datatype": "string"})
TEXTS = Kind("List, separated by semicolons", {"datatype": "string", "separator": ";"})
ADDRESS = Kind("Web address", {"datatype": "anyURI"})
WHOLE = Kind("Number", {"datatype": "integer"})
NUMBER = Kind("Number", {"datatype": "number"})
DATE = Kind("Date", {"datatype": "date"})
YES_NO = Kind("Yes or no", {"datatype": {"base": "boolean", "format": "yes|no"}})


class Column(NamedTuple):
    """A column, what it says, and whether it is blank in no row."""

    name: str
    meaning: str
    kind: Kind = TEXT
    required: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table to download; its rows may lack columns, and those of `key` tell them apart."""

    name: str
    title: str
    description: str
    columns: Sequence[Column]
    key: Sequence[str]
    rows: Sequence[Mapping[str, Any]]

    def csv(self) -> bytes:
        """A header and a line per row; yes and no, dates and lists as in the input tables."""
        names = [column.name for column in self.columns]
        cells = ([_cell(row.get(name)) for name in names] for row in self.rows)
        return "".join(csv_lines(chain([names], cells))).encode()

    def json(self, about: Mapping[str, str]) -> bytes:
        """An object with what is said of the table, and its rows, a line for each."""
        names = [column.name for column in self.columns]
        rows = ",\n".join(_json({name: row.get(name) for name in names}) for row in self.rows)
        head = _json({"title": self.title, "description": self.description, **about})[:-1]
        return f'{head}, "rows": [\n{rows}\n]}}\n'.encode()

    def metadata(self, about: Mapping[str, str]) -> bytes:
        """The description of the CSV in CSVW."""
        said = {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": words.LANGUAGE}],
            "url": f"{self.name}.csv",
            "dc:title": self.title,
            "dc:description": ". ".join(filter(None, (about.get("example"), self.description))),
            "dc:publisher": about["publisher"],
            **{_CSVW[name]: {"@id": about[name]} for name in _CSVW if name in about},
            "tableSchema": {"columns": [*map(_described, self.columns)], "primaryKey": self.key},
        }
        return f"{json.dumps(said, ensure_ascii=False, indent=1)}\n".encode()


_CSVW = {"licence": "dc:license", "contact": "dcat:contactPoint"}


def csv_of(rows: Iterable[Fields]) -> bytes:
    """A header with the columns of the first row, and a line per row, as `Table.csv` has them."""
    cells = ({name: _cell(value) for name, value in row.items()} for row in rows)
    return "".join(rows_csv(cells)).encode()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ";".join(value) if isinstance(value, tuple) else value


def _json(fields: Mapping[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False, default=str)


def _described(column: Column) -> Mapping[str, object]:
    return {
        "name": column.name,
        "titles": column.name,
        "dc:description": column.meaning,
        **column.kind.csvw,
        "required": column.required,
    }
