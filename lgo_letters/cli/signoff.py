"""`lgo-letters signoff`: who answers for the letters of a folder, and whether they are the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from lgo_letters.edition.read import OpenEdition
from lgo_letters.errors import EditionError, UsageError, count_of, quoted
from lgo_letters.run.review import Review, review_folder, sign
from lgo_letters.run.signoff import format_time, new_signoff
from lgo_letters.run.signoff import withdraw as withdraw_from
from lgo_letters.run.sources import find_edition

from .options import DEBUG, EDITION, JSON, VERSION, YEAR, letters_folder, one_line, out_option
from .output.console import show
from .output.lists import and_more, names_line, wrapped

_MOST_DIFFERENCES = 20  # which is more than a person reads


@click.command
@YEAR
@EDITION
@out_option("Folder of the letters.")
@click.option(
    "--role", callback=one_line, metavar="ROLE", help="The role in which to sign, or to withdraw."
)
@click.option("--name", callback=one_line, metavar="NAME", help="Who signs.")
@click.option("--note", callback=one_line, metavar="TEXT", help="What is kept with the sign-off.")
@click.option("--status", is_flag=True, help="Show who has signed and what changed since.")
@click.option(
    "--withdraw", is_flag=True, help="Withdraw every sign-off that stands, or that of --role."
)
@click.option("--reason", callback=one_line, metavar="TEXT", help="Why a sign-off is withdrawn.")
@JSON
@DEBUG
@VERSION
def signoff(
    year: int,
    edition: Path | None,
    out: Path | None,
    role: str | None,
    name: str | None,
    note: str | None,
    status: bool,
    withdraw: bool,
    reason: str | None,
) -> None:
    """Sign the letters of a folder off in a role, bound to every byte of them.

    From then on, generate changes nothing there. No sign-off is ever forgotten: signoff.json in the
    folder keeps those that were withdrawn, too.
    """
    texts = {"role": role, "name": name, "note": note, "reason": reason}
    given = {option for option, text in texts.items() if text is not None}
    folder = letters_folder(out, year)
    if status and not (given or withdraw):
        _show(folder, year, edition)
    elif withdraw and not status and reason is not None and given <= {"role", "reason"}:
        _withdraw(folder, role, reason)
    elif not (status or withdraw or reason) and role is not None and name is not None:
        _sign(folder, year, edition, (role, name, note))
    else:
        raise UsageError(
            "Give --role and --name (and --note) to sign off, --status to see who has, or "
            "--withdraw and --reason (and --role) to withdraw."
        )


def _roles(year: int, edition: Path | None) -> tuple[str, ...]:
    """The roles that the edition asks for; raises EditionError if its settings have a problem."""
    opened = OpenEdition(edition or find_edition(year), year)
    if opened.problems:
        raise EditionError(opened.problems)
    return opened.roles


def _sign(folder: Path, year: int, edition: Path | None, who: tuple[str, str, str | None]) -> None:
    review = sign(folder, year, _roles(year, edition), new_signoff(*who))
    signed = review.signoffs[-1]
    missing = f" Still to sign: {', '.join(review.missing)}." if review.missing else ""
    letters = count_of(signed.letters, "letter")
    show(_fields(review), [f"{letters} in {folder} signed off by {signed}.{missing}"])


def _withdraw(folder: Path, role: str | None, reason: str) -> None:
    withdrawn = withdraw_from(folder, role, reason)
    show(
        {"folder": folder, "withdrawn": [*map(asdict, withdrawn)]},
        (f"Withdrawn: the sign-off of {folder} by {signed}." for signed in withdrawn),
    )


def _show(folder: Path, year: int, edition: Path | None) -> None:
    review = review_folder(folder, year, _roles(year, edition))
    show(_fields(review), _lines(review))
    review.check_complete()


def _fields(review: Review) -> dict[str, Any]:
    """For programs: every sign-off there ever was, and whether it still stands."""
    return {
        "folder": review.folder,
        "manifest_sha256": review.manifest.sha256,
        "letters": len(review.manifest.letters),
        "roles": review.roles,
        "missing": {role: len(files) for role, files in review.missing.items()},
        "reissued": sorted(review.reissued),
        "unfinished": review.unfinished,
        "differences": [*map(asdict, review.differences)],
        "signoffs": [
            {**asdict(signed), "in_force": signed in review.in_force} for signed in review.signoffs
        ],
    }


def _lines(review: Review) -> Iterator[str]:
    letters, manifest = review.manifest.letters, review.manifest.sha256
    yield f"{review.folder}: {count_of(len(letters), 'letter')}, manifest {manifest[:12]}…"
    for signed in review.in_force:
        of_before = "" if signed.manifest_sha256 == manifest else ", before letters were reissued"
        yield wrapped(f"Signed off by {signed}{of_before}{_quoted(signed.note)}")
    for role, files in review.missing.items():
        if len(files) == len(letters):
            yield f"Not yet signed off as {role}"
        else:
            names = sorted(str(letters[file]["authority"]) for file in files)
            yield names_line(f"Reissued, and not yet signed off as {role}", names)
    if not review.roles and not review.in_force:
        yield "Nobody has signed off, and the edition asks for no sign-off."
    for signed in review.void:
        yield wrapped(f"Void, since the manifest was another then: {signed}{_quoted(signed.note)}")
    for signed in review.signoffs:
        if signed.withdrawn is not None:
            when = format_time(signed.withdrawn)
            yield wrapped(f"Withdrawn on {when}{_quoted(signed.reason)}: {signed}")
    for difference in review.differences[:_MOST_DIFFERENCES]:
        yield f"Not as the manifest has it: {difference.file} {difference.what}"
    yield from and_more(len(review.differences) - _MOST_DIFFERENCES)


def _quoted(text: str | None) -> str:
    return "" if text is None else f" ({quoted(text)})"
