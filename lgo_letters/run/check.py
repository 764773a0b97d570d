"""What is checked before letters go out: the inputs, every letter, and what has to add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lgo_letters.edition.accessibility import Statement, read_statement
from lgo_letters.errors import EditionError, Problem, raise_for_problems
from lgo_letters.figures.compare import YearFigures
from lgo_letters.figures.reconcile import Reconciliation, reconcile
from lgo_letters.letter.compose import Reissue
from lgo_letters.letter.letter import Letter
from lgo_letters.names import file_stem

from .composed import ComposedYear, year_figures, year_letters
from .history import HistoryReview, review_history
from .improvements import FoundImprovements, find_improvements
from .inputs import Inputs
from .pool import in_this_process
from .trial import try_letters


@dataclass(frozen=True, slots=True)
class Checked:
    """The inputs with every problem, those of improvements.csv too, and figures if there is none.

    `blanks` are the places where the edition prints a figure that an authority does not have, each
    with the first such authority. `statement` is the edition's on accessibility, if it has one.
    """

    inputs: Inputs
    data_problems: Sequence[Problem]
    edition_problems: Sequence[Problem]
    figures: YearFigures | None = None
    reconciliation: Reconciliation | None = None
    letters: Sequence[Letter] = ()
    blanks: Sequence[Problem] = ()
    history: HistoryReview | None = None
    improvements: FoundImprovements | None = None
    statement: Statement | None = None

    def validated(self) -> tuple[ComposedYear, Reconciliation]:
        """What there is where nothing has a problem; raises DataError or EditionError otherwise."""
        raise_for_problems(
            self.data_problems, self.edition_problems, self.inputs.data.more_problems
        )
        if self.figures is None or self.reconciliation is None:
            raise EditionError(self.edition_problems)
        return ComposedYear(self.inputs, self.figures, self.letters), self.reconciliation


def check_year(inputs: Inputs) -> Checked:
    """Composes and tries every letter if the inputs allow it, and reconciles the year."""
    if inputs.data.problems or inputs.edition_problems:
        return Checked(inputs, inputs.data.problems, inputs.edition_problems)
    if (improvements := find_improvements(inputs)) is not None:
        inputs = replace(inputs, data=inputs.data.including([improvements.report]))
        if inputs.data.problems:
            return Checked(inputs, inputs.data.problems, (), improvements=improvements)
    figures = year_figures(inputs)
    blanks: dict[tuple[str, int | None, str | None, str | None], Problem] = {}

    def note(blank: Problem) -> None:
        blanks.setdefault((blank.file, blank.line, blank.column, blank.value), blank)

    settings = inputs.validated_edition().settings
    try:
        statement = read_statement(inputs.sources.edition, settings)
        letters = year_letters(inputs, figures, note)
        tried = [*letters, *_a_reissued_letter(inputs, figures)]
        data, edition = try_letters(inputs, tried, in_this_process())
    except EditionError as error:
        return Checked(inputs, (), error.problems, improvements=improvements)
    letter_date = settings.letter.date
    found = reconcile(inputs.data, figures, letter_date)
    history = review_history(inputs, figures)
    return Checked(
        *(inputs, data, edition, figures, found, letters, tuple(blanks.values()), history),
        improvements,
        statement,
    )


def _a_reissued_letter(inputs: Inputs, figures: YearFigures) -> Sequence[Letter]:
    """One, so that what the edition says of it is tried too; none where it says nothing."""
    edition = inputs.validated_edition()
    if edition.reissue is None:
        return ()
    dated, first = edition.settings.letter.date, figures.authorities[:1]
    return year_letters(
        inputs,
        replace(figures, authorities=first),
        reissues={file_stem(one.authority.name): Reissue(dated, dated) for one in first},
    )
