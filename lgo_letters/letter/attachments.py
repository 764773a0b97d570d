"""The files that a letter carries, where its edition asks for them: figures, and cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lgo_letters.edition.edition import Edition
from lgo_letters.figures.compare import AuthorityFigures
from lgo_letters.figures.explain import Case
from lgo_letters.figures.report import authority_fields, cases_csv, rows_csv

from .letter import DECISIONS_FILE, FIGURES_FILE, Attachment

_MEDIA_TYPE = "text/csv"


def attachments(
    figures: AuthorityFigures, edition: Edition, cases: Mapping[str, Sequence[Case]]
) -> Iterator[Attachment]:
    """Its header and row of statistics.csv, and the cases behind them, as in its sheets.

    `cases` go by the authority's name.
    """
    embedded, words = edition.settings.embedded, edition.words
    if embedded.figures:
        rows = rows_csv([authority_fields(figures, edition.definitions)])
        yield Attachment(FIGURES_FILE, _MEDIA_TYPE, words.figures_file, "".join(rows).encode())
    if embedded.decisions:
        rows = cases_csv(cases.get(figures.authority.name, ()), with_lines=False)
        yield Attachment(DECISIONS_FILE, _MEDIA_TYPE, words.decisions_file, "".join(rows).encode())
