"""`lgo-letters validate`: PDF files against PDF/UA-1 and PDF/A-3a."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from lgo_letters.errors import InvalidPdfError, UsageError, printable

from .options import DEBUG, JSON, VERSION, needs_the_extra
from .output import envelope


@click.command(short_help="Check PDF files against PDF/UA-1 and PDF/A-3a.")
@click.argument(
    "paths",
    nargs=-1,
    required=True,
    metavar="FILE|FOLDER…",
    type=click.Path(exists=True, path_type=Path),
)
@JSON
@DEBUG
@VERSION
def validate(paths: Sequence[Path], json_: bool) -> None:
    """Check each PDF file, and those in each folder, against PDF/UA-1 and PDF/A-3a.

    Any PDF will do, whoever made it.
    """
    with needs_the_extra("validate", "PDF checks"):
        from lgo_letters.pdf.validation import STANDARDS, failures_in

    found = {}
    for file in dict.fromkeys(_files(paths)):
        with _reading(file):
            found[file] = failures_in(file)
    failed = {file: failures for file, failures in found.items() if failures}
    fields = {
        "files": [
            {"file": str(file), "failures": [asdict(failure) for failure in failures]}
            for file, failures in found.items()
        ]
    }
    envelope.keep_fields(fields)
    for file, failures in failed.items():
        for failure in failures:
            line = f"{file}: {failure.standard}: {failure.message} ({failure.rule})"
            click.echo(printable(line, ""), err=True)
    standards = " and ".join(STANDARDS.values())
    if failed:
        raise InvalidPdfError(
            f"{len(failed):,} of {_files_in_words(len(found))} broke a rule of {standards}; fix "
            "what is listed, and make the file again."
        )
    if json_:
        envelope.print_success(fields)
    else:
        click.echo(f"{_files_in_words(len(found))}: no failure against {standards}.")


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Turns an OSError into a UsageError that names the path."""
    try:
        yield
    except OSError as error:
        what = (error.strerror or str(error)).lower()
        raise UsageError(f"{path} cannot be read ({what}); fix that, or leave it out.") from error


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """The files named, and those ending in .pdf in the folders named; none is a pipe or device."""
    for path in paths:
        files = [path]
        if path.is_dir():
            with _reading(path):
                files = sorted(file for file in path.iterdir() if file.suffix.lower() == ".pdf")
            if not files:
                raise UsageError(f"{path} holds no PDF file; give the folder of the letters.")
        for file in files:
            if not file.is_file():  # a pipe would block, a device may never end
                raise UsageError(f"{file} is not an ordinary file; give a PDF file or a folder.")
        yield from files


def _files_in_words(number: int) -> str:
    return "1 file" if number == 1 else f"{number:,} files"
