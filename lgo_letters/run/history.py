"""What is known of the years before, and what a person should look at in it before letters go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lgo_letters.errors import Problem
from lgo_letters.figures.compare import YearFigures
from lgo_letters.figures.history import Difference, EarlierYear, Outlier, differences, outliers
from lgo_letters.tables.data import InputFile
from lgo_letters.tables.history import MOST_YEARS_BACK

from .composed import earlier_years, recalculated
from .inputs import Inputs


@dataclass(frozen=True, slots=True)
class ReviewedYear:
    """An earlier year of which figures are known.

    `file` is what was published, None where it is counted again. `not_compared` are authorities
    whose figures are those of another body or type, `unknown` those that the file has and
    authorities.csv has not. `differences` are between what was published and what is counted today,
    where both are known.
    """

    earlier: EarlierYear
    file: InputFile | None
    not_compared: Sequence[str]
    unknown: Sequence[str]
    differences: Sequence[Difference]


@dataclass(frozen=True, slots=True)
class HistoryReview:
    """The earlier years, the latest first.

    `outliers` are authorities with far more or fewer decisions than in the year before, and
    `unmarked` the places where a text has a recalculated figure and does not say so.
    """

    years: Sequence[ReviewedYear]
    outliers: Sequence[Outlier]
    unmarked: Sequence[Problem]


def review_history(inputs: Inputs, figures: YearFigures) -> HistoryReview:
    """Looks at all earlier years that a text could ask for."""
    earlier = earlier_years(inputs)
    names = {authority.name for authority in inputs.data.authorities}
    known = {ago: year for ago in range(1, MOST_YEARS_BACK + 1) if (year := earlier(ago))}
    years = []
    for ago, year in known.items():
        published, again = inputs.published.get(year.year.ending), recalculated(inputs, ago)
        past = again or {} if published is None else published.figures
        years.append(
            ReviewedYear(
                earlier=year,
                file=None if published is None else published.report.file,
                not_compared=[name for name in past if name in names - year.figures.keys()],
                unknown=[name for name in past if name not in names],
                differences=differences(published, again) if published and again else (),
            )
        )
    unmarked = {
        problem: None
        for ago, problem in inputs.validated_edition().unmarked
        if ago in known and known[ago].is_recalculated
    }
    return HistoryReview(years, outliers(figures, list(known.values())), list(unmarked))
