"""`lgo-letters proof`: what is put before the person who approves a year's letters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from lgo_letters.errors import UsageError, printable
from lgo_letters.names import fold
from lgo_letters.pdf.proof import is_proof, typeset_proof
from lgo_letters.run.check import Checked, check_year
from lgo_letters.run.composed import ComposedYear
from lgo_letters.run.files import write_privately
from lgo_letters.run.inputs import Inputs
from lgo_letters.run.manifest import read_manifest
from lgo_letters.run.proof.compose import compose_proof

from .options import check_replaceable, letters_folder, reads_inputs
from .output.console import notice
from .output.notices import edition_notices, notice_implausible_dates, remarks


@click.command
@reads_inputs(wording=True)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="File of the proof. Default: proof-YEAR.pdf here.",
)
@click.option(
    "--sample",
    type=click.IntRange(min=0),
    default=3,
    show_default=True,
    metavar="N",
    help="How many letters to show beside one of every shape.",
)
@click.option(
    "--seed",
    type=int,
    default=1,
    show_default=True,
    metavar="N",
    help="What decides which letters these are; another number draws others.",
)
def proof(inputs: Inputs, out: Path | None, sample: int, seed: int) -> None:
    """Write one PDF that says how the figures add up, what is out of the ordinary and what changed.

    Then it shows one letter of every shape and a sample of the others, each page marked PROOF. It
    replaces an earlier proof, but no other file.
    """
    file = out or Path(f"proof-{inputs.year}.pdf")
    check_replaceable(file, inputs)
    if file.exists() and not is_proof(file.read_bytes()):
        raise UsageError(
            f"{file} is not a proof of lgo-letters and would be overwritten; move it away, or give "
            "another file with --out."
        )
    checked = check_year(inputs)
    year, _ = checked.validated()
    changes = [*_changes(letters_folder(None, inputs.year), year)]
    made = compose_proof(checked, [*_notices(checked)], changes, sample, seed)
    pdf = typeset_proof(made)
    notice_implausible_dates(inputs)
    notice(*edition_notices(inputs))
    write_privately(file, pdf.content)
    sentence = (
        f"{file} ({pdf.pages} pages), with {len(made.letters):,} of {len(checked.letters):,} "
        "letters."
    )
    names = {letter.authority for letter in checked.letters}
    click.echo(printable(" ".join([sentence, *remarks(inputs, names)])))


def _notices(checked: Checked) -> Iterator[str]:
    """What the program has to say of the inputs, but for what depends on the day."""
    yield from checked.inputs.data.notices
    yield from edition_notices(checked.inputs)
    yield from map(str, checked.blanks)
    if checked.history is not None:
        yield from map(str, checked.history.unmarked)


def _changes(folder: Path, year: ComposedYear) -> Iterator[str]:
    """What has moved since the letters in the folder were written, in the words of `changes`."""
    if read_manifest(folder) is None:
        yield f"There are no letters in {folder.as_posix()} yet; nothing was compared."
        return
    from lgo_letters.run.changes import find_changes

    from .output.changes import changes_lines

    for line in changes_lines(find_changes(year, folder), year.figures):
        yield fold(line).replace("--format json", '"lgo-letters changes --format json"')
