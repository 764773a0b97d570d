"""The example's decisions as a case system exports them, with headings and words of its own."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from tests.support.paths import EXAMPLES

HEADINGS = {
    "reference": "Case Ref",
    "authority": "Body",
    "service_area": "Category",
    "decision_date": "Decided",
    "decision": "Outcome",
    "satisfactory_remedy": "Remedied already",
    "compliance_date": "Compliance recorded",
    "compliance_outcome": "Compliance",
}
WORDS = {
    "Durham County Council": "County Durham",
    "Upheld": "Upheld: fault and injustice",
    "Not upheld": "Not upheld: no fault",
    "Closed after initial enquiries": "No further action",
    "Incomplete or invalid": "Incomplete/Invalid",
    "yes": "Y",
    "no": "N",
}


def write_export(file: Path) -> None:
    """Semicolons between the cells, hyphens in references, and dates with a time of day."""
    with (
        (EXAMPLES / "decisions.csv").open(encoding="utf-8", newline="") as example,
        file.open("w", encoding="utf-8", newline="") as export,
    ):
        rows = csv.DictReader(example)
        writer = csv.writer(export, delimiter=";")
        writer.writerow(HEADINGS.values())
        for row in rows:
            cells = {column: WORDS.get(row[column], row[column]) for column in HEADINGS}
            cells["reference"] = row["reference"].replace(" ", "-")
            for column in ("decision_date", "compliance_date"):
                if row[column]:
                    day = date.fromisoformat(row[column])
                    cells[column] = f"{day:%d/%m/%Y} 00:00"
            writer.writerow(cells.values())
