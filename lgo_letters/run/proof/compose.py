"""A checked year → its proof: what a person who approves the letters reads, and in what order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lgo_letters import __version__
from lgo_letters.edition.text.blocks import Block, Heading, Table
from lgo_letters.edition.words import ENGLISH
from lgo_letters.errors import count_of
from lgo_letters.figures.reconcile import Reconciliation, implausible_dates
from lgo_letters.pdf.proof import Proof, Section
from lgo_letters.run.check import Checked
from lgo_letters.run.composed import ComposedYear
from lgo_letters.run.inputs import Inputs
from lgo_letters.year import format_date

from .chance import chance_content
from .exceptions import exceptions_content
from .figures import agreements, figures_content
from .letters import shown_letters
from .words import DIGITS, NOBODY, listed, said

FIGURES, EXCEPTIONS, CHANGES = "How the figures add up", "Exceptions", "What has changed"
CHANCE = "What the public pages say of differences"


def compose_proof(
    checked: Checked, notices: Sequence[str], changes: Sequence[str], sample: int, seed: int
) -> Proof:
    """The proof of a checked year, with a letter of every shape and so many others by the seed.

    `notices` are what the program says of its inputs, `changes` what is not as in letters that were
    written before. Raises DataError or EditionError where an input has a problem.
    """
    year, found = checked.validated()
    inputs, edition, figures = year.inputs, year.inputs.validated_edition(), year.figures
    chance = tuple(chance_content(figures, edition))
    letters = shown_letters(inputs, figures, year.letters, sample, seed)
    return Proof(
        title=f"Annual review letters {inputs.year}",
        author=edition.settings.document.author,
        dated=edition.settings.letter.date,
        accent=edition.settings.letter.accent,
        mark=ENGLISH.example if inputs.example else None,
        opening=tuple(_opening(year, found, notices, len(letters))),
        sections=(
            Section(FIGURES, tuple(figures_content(found, figures, edition))),
            Section(EXCEPTIONS, tuple(exceptions_content(checked, found, figures, edition))),
            *([Section(CHANCE, chance)] if chance else []),
            Section(CHANGES, (listed(changes) if changes[1:] else said(*changes),)),
        ),
        letters=tuple(letters),
    )


def _opening(
    year: ComposedYear, found: Reconciliation, notices: Sequence[str], shown: int
) -> Iterator[Block]:
    """What this is, what it was made from, and what its reader decides."""
    inputs, settings = year.inputs, year.inputs.validated_edition().settings
    reporting_year = year.figures.year
    letters = count_of(len(year.letters), "letter")
    yield said(
        f"{letters} about the year from {format_date(reporting_year.start)} to "
        f"{format_date(reporting_year.end)}, dated {format_date(settings.letter.date)}, to be "
        f"published on {format_date(settings.letter.publication)}, over the name of "
        f"{settings.signatory.name}. This proof says how their figures add up, what is out of the "
        f"ordinary and what has changed, and then shows {shown:,} of them whole. It is not for "
        "issue."
    )
    if inputs.example:
        yield said("they come from the example in the program.", "The figures are invented:")
    if inside := [file.name for letter in year.letters[:1] for file in letter.attachments]:
        yield said(f"{' and '.join(inside)}; not in this proof.", "Each letter carries within it:")
    yield _inputs_table(inputs)
    yield Heading("By approving the letters you say that")
    yield listed(
        [
            f"their figures are those of the year: see “{FIGURES}”;",
            f"what is out of the ordinary is known and right: see “{EXCEPTIONS}”;",
            f"what has changed since the last letters was meant to: see “{CHANGES}”;",
            "the letters read as they should: see those shown here.",
        ],
        ["1.", "2.", "3.", "4."],
    )
    yield Heading("What to settle first")
    open_ = [*_to_settle(found, year), *notices]
    yield listed(open_) if open_ else said("Nothing: the program has found no open question.")


def _to_settle(found: Reconciliation, year: ComposedYear) -> Iterator[str]:
    """What a person has to confirm or to put right before the letters go."""
    inputs, figures = year.inputs, year.figures
    for one in agreements(found, figures):
        if one.rows != one.counted:
            yield f"The {one.what} do not add up: see “{FIGURES}”."
    if found.ended:
        bodies = count_of(len(found.ended), "body that has", "bodies that have")
        yield f"Confirm where the letters of {bodies} ended go: see “{EXCEPTIONS}”."
    if months := len(found.empty_months):
        yield f"No decision falls in {count_of(months, 'month')} of the year: see “{EXCEPTIONS}”."
    since, letter_date = figures.definitions.since, inputs.validated_edition().settings.letter.date
    if dates := len(implausible_dates(inputs.data.decisions, since, letter_date)):
        yield (
            f"Correct {count_of(dates, 'date')} before {since.year} or after the letter's: see "
            f"“{EXCEPTIONS}”."
        )
    if number := figures.not_in_year.authorities:
        bodies = count_of(number, "body", "bodies")
        yield f"What was counted for {bodies} stands in no letter: see “{EXCEPTIONS}”."


def _inputs_table(inputs: Inputs) -> Table:
    """The files that decide what the letters say, by name, with the start of their digests."""
    edition, data = inputs.validated_edition(), inputs.data
    published = [year.report.file for year in inputs.published.values()]
    rows = [
        (file.file, f"{file.rows:,}", file.sha256[:DIGITS])
        for file in (data.decisions_file, data.authorities_file, *published)
    ]
    rows += [(one["file"], NOBODY, one["sha256"][:DIGITS]) for one in inputs.mapping_file.values()]
    rows.append((f"edition of {inputs.year}", NOBODY, edition.sha256[:DIGITS]))
    caption = f"Made by lgo-letters {__version__} from"
    return Table(caption, ("File", "Rows", "SHA-256 begins"), tuple(rows))
