"""One of the site's years, and an authority in it: figures, letter, published decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from lgo_letters.edition.edition import Edition
from lgo_letters.figures.breakdown import Breakdown, breakdowns
from lgo_letters.figures.chance import Chance, chances
from lgo_letters.figures.compare import AuthorityFigures, GroupFigures
from lgo_letters.figures.definitions import Definitions, Statistic
from lgo_letters.figures.explain import Case, cases_by_authority
from lgo_letters.figures.report import Fields
from lgo_letters.letter.letter import Letter
from lgo_letters.names import file_stem
from lgo_letters.run.batch import letter_file
from lgo_letters.run.composed import ComposedYear
from lgo_letters.run.corrections import Correction

from .corrections import Superseded


@dataclass(frozen=True)
class SiteYear(ComposedYear):
    """A composed year; `letter_sizes` are the bytes of the letters on the site, by authority.

    `corrections` are those of its letters, in the order in which they were made, and `superseded`
    the letters that were replaced, by the file of the letter that did.
    """

    letter_sizes: Mapping[str, int]
    corrections: Sequence[Correction] = ()
    superseded: Mapping[str, Sequence[Superseded]] = field(default_factory=dict)

    @property
    def definitions(self) -> Definitions:
        """What the year counts and compares."""
        return self.figures.definitions

    @cached_property
    def edition(self) -> Edition:
        """The year's edition."""
        return self.inputs.validated_edition()

    @property
    def ending(self) -> int:
        """The calendar year in which it ends."""
        return self.figures.year.ending

    @property
    def label(self) -> str:
        """Both calendar years, 2019-20."""
        return self.figures.year.label

    @property
    def letters_path(self) -> str:
        """Where its letters lie on the site."""
        return f"letters/{self.ending}"

    @cached_property
    def authorities(self) -> Mapping[str, AuthorityYear]:
        """Each authority that takes part in the year, by its name."""
        pairs = zip(self.figures.authorities, self.letters, strict=True)
        return {one.authority.name: AuthorityYear(self, one, letter) for one, letter in pairs}

    @cached_property
    def types(self) -> Mapping[str, GroupFigures]:
        """The types that are compared, by name."""
        return {group.name: group for group in self.figures.types}

    @cached_property
    def chances(self) -> Mapping[str, Mapping[str, Chance]]:
        """What the test against the rest of a type says, by statistic and by authority."""
        return chances(self.figures)

    @cached_property
    def by_decision(self) -> Mapping[str | None, Breakdown]:
        """The counts by kind of decision, of each authority by its name and of all under None."""
        return breakdowns(self.inputs.data, self.definitions, self.figures.year, "decision")

    @cached_property
    def cases(self) -> Mapping[str, Sequence[Case]]:
        """The decisions that count in the year, of each authority that has any, by its name."""
        return cases_by_authority(self.inputs.data, self.definitions, self.figures.year)

    @cached_property
    def published(self) -> Mapping[str, Sequence[PublishedCase]]:
        """Those of `cases` that are published, and what pages show of them.

        Empty where decisions.csv has no column `published`.
        """
        found = self.inputs.data.decisions.query(_PUBLISHED)
        texts = {(reference, authority): its for reference, authority, *its in found}
        published = {
            name: [
                PublishedCase(case, *its)
                for case in cases
                if (its := texts.get((case.reference, case.authority))) is not None
            ]
            for name, cases in (self.cases.items() if texts else ())
        }
        return {name: cases for name, cases in published.items() if cases}

    @cached_property
    def decision_rows(self) -> Mapping[str, Sequence[tuple[str, PublishedCase]]]:
        """What is published, the latest first, each case with its `id` on the page."""
        return {name: [*_with_ids(reversed(cases))] for name, cases in self.published.items()}


_PUBLISHED = "select reference, authority, summary, link, report from decisions where published"


class PublishedCase(NamedTuple):
    """A decision that is published: its summary, and the addresses of its text and of a report."""

    case: Case
    summary: str | None
    link: str | None
    report: str | None

    @property
    def fields(self) -> Fields:
        """Its columns in downloads, by their names in decisions.csv where they are there."""
        case = self.case._asdict()
        del case["line"]
        return {**case, "summary": self.summary, "link": self.link, "report": self.report}


def _with_ids(cases: Iterable[PublishedCase]) -> Iterator[tuple[str, PublishedCase]]:
    """The cases of a page, where bodies that have ended may share a reference."""
    seen: Counter[str] = Counter()
    for one in cases:
        stem = file_stem(one.case.reference)
        seen[stem] += 1
        yield (stem if seen[stem] == 1 else f"{stem}:{seen[stem]}"), one


class AuthorityYear(NamedTuple):
    """An authority in one year: its figures, and its letter as composed."""

    year: SiteYear
    figures: AuthorityFigures
    letter: Letter

    @property
    def letter_path(self) -> str:
        """Where its letter lies on the site."""
        return f"{self.year.letters_path}/{letter_file(self.figures.authority.name)}"

    @property
    def corrections(self) -> Sequence[Correction]:
        """Those of its letter, in the order in which they were made."""
        file = letter_file(self.figures.authority.name)
        return [correction for correction in self.year.corrections if correction.file == file]

    @property
    def superseded(self) -> Sequence[Superseded]:
        """The letters that its letter has replaced, the newest first."""
        return self.year.superseded.get(letter_file(self.figures.authority.name), ())

    @property
    def letter_size(self) -> int | None:
        """The bytes of its letter; None where there is none."""
        return self.year.letter_sizes.get(self.figures.authority.name)

    @property
    def decisions_path(self) -> str:
        """Where the page of its published decisions is; there is none where none is published."""
        slug = file_stem(self.figures.authority.name)
        return f"authorities/{slug}/decisions-{self.year.ending}.html"

    @property
    def decision_rows(self) -> Sequence[tuple[str, PublishedCase]]:
        """Its published decisions of the year, the latest first, each with its `id` on the page."""
        return self.year.decision_rows.get(self.figures.authority.name, ())

    @property
    def published_counts(self) -> Mapping[str, int]:
        """How many of them were decided in the year, and how many before it."""
        cases = [one.case for _, one in self.decision_rows]
        of_year = sum("decisions" in case.counts_in for case in cases)
        return {"of_year": of_year, "earlier": len(cases) - of_year}

    def chance(self, statistic: Statistic) -> Chance | None:
        """What the test says of a rate; None where the statistic or the type is not compared."""
        return self.year.chances.get(statistic.name, {}).get(self.figures.authority.name)

    @property
    def group(self) -> GroupFigures | None:
        """The figures of its type; None where that is not compared."""
        return self.year.types.get(self.figures.authority.type)
