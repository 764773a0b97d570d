"""`lgo-letters preview`: one authority's letter, to look at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lgo_letters.errors import count_of, printable
from lgo_letters.run.batch import letter_file
from lgo_letters.run.composed import compose_year, indices_of
from lgo_letters.run.files import write_privately
from lgo_letters.run.inputs import Inputs
from lgo_letters.run.pool import in_this_process
from lgo_letters.run.render import RenderJob, render_letters

from .options import check_replaceable, reads_inputs, signing_options
from .output.console import notice, open_file
from .output.notices import edition_notices, notice_of_figures

if TYPE_CHECKING:
    from lgo_letters.signing.sign import Signer


@click.command
@click.argument("name")
@signing_options
@reads_inputs(wording=True)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File of the letter. Default: here, named as by generate.",
)
@click.option("--png", is_flag=True, help="Also write a picture of each page (…-1.png).")
@click.option(
    "--open/--no-open",
    "open_",
    default=True,
    help="Open the letter in the viewer, if there is a desktop and a terminal. Default: open.",
)
def preview(
    inputs: Inputs,
    signer: Signer | None,
    key_file: Path | None,
    name: str,
    out: Path | None,
    png: bool,
    open_: bool,
) -> None:
    """Write the letter of one authority: NAME, or part of its name.

    It replaces a file of that name, such as an earlier preview, but never an input.
    """
    year = compose_year(inputs, in_this_process())
    notice_of_figures(inputs, year.figures)
    (index,) = indices_of(year.figures, [name])
    letter = year.letters[index]
    (pdf,) = render_letters([RenderJob(letter, letter.sha256())], signer)
    file = out or Path(letter_file(letter.authority))
    pages = [file.with_name(f"{file.stem}-{page}.png") for page in range(1, pdf.pages + 1)]
    for path in [file, *pages] if png else [file]:
        check_replaceable(path, inputs, key_file)
    write_privately(file, pdf.content)
    page_count = count_of(pdf.pages, "page")
    click.echo(printable(f"{file} ({page_count})"))
    if png:
        from lgo_letters.pdf.pictures import page_pictures

        for page, picture in zip(pages, page_pictures(pdf.content), strict=True):
            write_privately(page, picture)
            click.echo(printable(str(page)))
    notice(*edition_notices(inputs))
    if open_:
        open_file(file)
