"""The files that a letter carries, where its edition asks for them: figures, and cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lgo_letters.edition.edition import Edition
from lgo_letters.figures.compare import AuthorityFigures
from lgo_letters.figures.explain import Case
from lgo_letters.figures.report import authority_csv, cases_csv

from .letter import Attachment

FIGURES, DECISIONS = "figures.csv", "decisions.csv"
_MEDIA_TYPE = "text/csv"


def attachments(
    figures: AuthorityFigures, edition: Edition, cases: Mapping[str, Sequence[Case]]
) -> Iterator[Attachment]:
    """Its header and row of statistics.csv, and the cases behind them, as `explain` has them.

    `cases` go by the authority's name.
    """
    embedded, words = edition.settings.embedded, edition.words
    if embedded.figures:
        content = "".join(authority_csv(figures, edition.definitions)).encode()
        yield Attachment(FIGURES, _MEDIA_TYPE, words.figures_file, content)
    if embedded.decisions:
        content = "".join(cases_csv(cases.get(figures.authority.name, ()))).encode()
        yield Attachment(DECISIONS, _MEDIA_TYPE, words.decisions_file, content)
