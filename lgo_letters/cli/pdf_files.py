"""The argument of commands that read PDF files: files, and folders of them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from lgo_letters.errors import UsageError, reason

PATHS = click.argument(
    "paths",
    nargs=-1,
    required=True,
    metavar="FILE|FOLDER…",
    type=click.Path(exists=True, path_type=Path),
)


def pdf_files(paths: Sequence[Path]) -> Sequence[Path]:
    """The files named, and those ending in .pdf in the folders named, each once.

    Raises UsageError for a folder without any, and for a pipe or a device.
    """
    return [*dict.fromkeys(_files(paths))]


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        files = [path]
        if path.is_dir():
            with reading(path):
                files = sorted(file for file in path.iterdir() if file.suffix.lower() == ".pdf")
            if not files:
                raise UsageError(f"{path} holds no PDF file; give the folder of the letters.")
        for file in files:
            if not file.is_file():  # a pipe would block, a device may never end
                raise UsageError(f"{file} is not an ordinary file; give a PDF file or a folder.")
        yield from files


@contextlib.contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turns an OSError into a UsageError that names the path."""
    try:
        yield
    except OSError as error:
        what = reason(error)
        raise UsageError(f"{path} cannot be read ({what}); fix that, or leave it out.") from error
