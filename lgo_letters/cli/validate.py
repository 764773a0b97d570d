"""`lgo-letters validate`: PDF files against PDF/UA-1 and PDF/A-3a."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from lgo_letters.errors import InvalidPdfError, count_of, printable

from .options import DEBUG, JSON, VERSION, needs_the_extra
from .output import envelope
from .output.console import show
from .pdf_files import PATHS, pdf_files, reading


@click.command
@PATHS
@JSON
@DEBUG
@VERSION
def validate(paths: Sequence[Path]) -> None:
    """Check each PDF file, and those in each folder, against PDF/UA-1 and PDF/A-3a.

    Any PDF will do, whoever made it.
    """
    with needs_the_extra("validate", "PDF checks"):
        from lgo_letters.pdf.validation import STANDARDS, failures_in

    found = {}
    for file in pdf_files(paths):
        with reading(file):
            found[file] = failures_in(file)
    failed = {file: failures for file, failures in found.items() if failures}
    files = [
        {"file": str(file), "failures": [asdict(failure) for failure in failures]}
        for file, failures in found.items()
    ]
    envelope.keep_fields({"files": files})
    for file, failures in failed.items():
        for failure in failures:
            line = f"{file}: {failure.standard}: {failure.message} ({failure.rule})"
            click.echo(printable(line, ""), err=True)
    standards = " and ".join(STANDARDS.values())
    if failed:
        raise InvalidPdfError(
            f"{len(failed):,} of {count_of(len(found), 'file')} broke a rule of {standards}; fix "
            "what is listed, and make the file again."
        )
    show({"files": files}, [f"{count_of(len(found), 'file')}: no failure against {standards}."])
