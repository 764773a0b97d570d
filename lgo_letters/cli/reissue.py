"""`lgo-letters reissue`: one letter made again after sign-off, and what it corrects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lgo_letters.errors import SignOffError, UsageError, count_of
from lgo_letters.run.composed import compose_year, indices_of
from lgo_letters.run.inputs import Inputs
from lgo_letters.run.pool import in_this_process
from lgo_letters.run.reissue import Correction, Others, Outcome, Request
from lgo_letters.run.reissue import reissue as make_again

from .options import JSON, letters_folder, one_line, out_option, reads_inputs, signing_options
from .output.console import notice, show
from .output.lists import and_more, label, wrapped
from .output.notices import edition_notices, notice_of_figures

if TYPE_CHECKING:
    from lgo_letters.signing.sign import Signer

_MOST_LETTERS = 20  # which is more than a person reads


@click.command
@click.argument("name")
@signing_options
@reads_inputs(wording=True)
@out_option("Folder of the letters.")
@click.option(
    "--reason", callback=one_line, required=True, metavar="TEXT", help="Why; it is published, too."
)
@click.option(
    "--date",
    "dated",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Date of the new letter, as 2020-08-03. Default: today.",
)
@click.option("--only", is_flag=True, help="Leave other letters whose figures moved as they are.")
@click.option("--all", "all_", is_flag=True, help="Reissue those letters too.")
@JSON
def reissue(
    inputs: Inputs,
    signer: Signer | None,
    key_file: Path | None,  # noqa: ARG001  # it cannot be one of the files that are replaced
    name: str,
    out: Path | None,
    reason: str,
    dated: datetime | None,
    only: bool,
    all_: bool,
) -> None:
    """Make the letter of one authority again: NAME, or part of its name.

    The letter that it replaces is kept in superseded/, and corrections.csv says what differs. Where
    printed figures of other letters have moved too, nothing is done without --only or --all.
    """
    if only and all_:
        raise UsageError("--only contradicts --all; leave out one of them.")
    others = Others.ONLY if only else Others.ALL if all_ else None
    request = Request(dated.date() if dated else date.today(), reason, others, signer)
    year = compose_year(inputs, in_this_process())
    notice_of_figures(inputs, year.figures)
    (index,) = indices_of(year.figures, [name])
    folder = letters_folder(out, inputs.year)
    outcome = make_again(year, index, folder, request)
    show(_fields(outcome, folder), _lines(outcome, folder))
    if not outcome.reissued:
        letters = count_of(len(outcome.others), "other letter")
        it = "them" if outcome.others[1:] else "it"
        raise SignOffError(
            f"The correction moves printed figures of {letters}, and nothing was changed; give "
            f"--only to leave {it} as issued, or --all to reissue {it} too."
        )
    notice(*edition_notices(inputs))


def _fields(outcome: Outcome, folder: Path) -> dict[str, Any]:
    return {
        "folder": folder,
        "reissued": [*map(_correction_fields, outcome.reissued)],
        "others": [*map(_correction_fields, outcome.others)],
    }


def _correction_fields(correction: Correction) -> dict[str, Any]:
    figures = correction.figures.items()
    return {
        "authority": correction.authority,
        "file": correction.file,
        "figures": [
            {"name": name, "before": before, "after": after} for name, (before, after) in figures
        ],
    }


def _lines(outcome: Outcome, folder: Path) -> Iterator[str]:
    if outcome.reissued:
        reissued, has = count_of(len(outcome.reissued), "letter"), "has"
        if outcome.reissued[1:]:
            has = "have"
        yield f"{reissued} in {folder} {has} been reissued, and {has} to be signed off:"
        yield from _listed(outcome.reissued)
    if outcome.others:
        what = "As they were issued, though their" if outcome.reissued else "Other letters whose"
        yield f"{what} figures have moved:"
        yield from _listed(outcome.others)


def _listed(corrections: Sequence[Correction]) -> Iterator[str]:
    for correction in corrections[:_MOST_LETTERS]:
        figures = [
            f"{label(name)} {_shown(before)} → {_shown(after)}"
            if before != after
            else f"{label(name)} {_shown(after)}, as issued"
            for name, (before, after) in correction.figures.items()
        ]
        changes = ", ".join(figures) or "other words, the same figures"
        yield wrapped(f"  {correction.authority}: {changes}")
    yield from (f"  {line}" for line in and_more(len(corrections) - _MOST_LETTERS))


def _shown(figure: Any) -> str:
    return "-" if figure is None else str(figure)
