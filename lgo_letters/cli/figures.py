"""`lgo-letters figures`: the figures that letters carry, or the decisions behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TypeVar

import click

from lgo_letters.errors import DataError, Problem, UsageError, printable
from lgo_letters.figures.explain import Case
from lgo_letters.figures.report import Fields, cases_csv, rows_csv
from lgo_letters.figures.report_reader import read_authority, read_cases
from lgo_letters.letter.letter import DECISIONS_FILE, FIGURES_FILE
from lgo_letters.pdf.embedded_reader import UnreadableFileError, embedded_file

from .options import DEBUG, VERSION, format_option
from .output import envelope
from .pdf_files import PATHS, pdf_files, reading

Content = TypeVar("Content")
_KEPT = "\n\N{NO-BREAK SPACE}"


@click.command
@PATHS
@click.option(
    "--decisions",
    is_flag=True,
    help="Read the decisions that make up the figures instead, a row per decision.",
)
@format_option("csv", "json")
@DEBUG
@VERSION
def figures(paths: Sequence[Path], decisions: bool, format_: str) -> None:
    """Print the figures that letters carry, a row per letter, as in statistics.csv.

    Every PDF file named is read, and those in the folders named. A letter carries its figures where
    its edition asks for that under [embedded].
    """
    files = pdf_files(paths)
    if decisions:
        cases = _read(files, DECISIONS_FILE, read_cases)
        rows = {file: [*map(_case_fields, carried)] for file, carried in cases.items()}
        lines = cases_csv(chain.from_iterable(cases.values()), with_lines=False)
        _print("decisions", rows, lines, format_)
    else:
        fields = _read(files, FIGURES_FILE, read_authority)
        _print("figures", fields, rows_csv(_of_one_edition(fields)), format_)


def _read(
    files: Sequence[Path], name: str, read: Callable[[bytes], Content]
) -> Mapping[Path, Content]:
    """What each letter carries under that name; raises DataError with every letter's problem."""
    found, problems = {}, []
    for file in files:
        try:
            with reading(file):
                content = embedded_file(file, name)
            if content is None:
                raise UnreadableFileError(
                    f"carries no {name}; leave it out, or make it again with "
                    f"{name.removesuffix('.csv')} = true under [embedded] in its edition."
                )
            found[file] = read(content)
        except UnreadableFileError as error:
            problems.append(Problem(str(file), None, str(error)))
        except ValueError:
            message = f"carries a {name} that lgo-letters did not write; leave it out."
            problems.append(Problem(str(file), None, message))
    if problems:
        raise DataError(problems)
    return found


def _case_fields(case: Case) -> Fields:
    return {name: value for name, value in case._asdict().items() if name != "line"}


def _of_one_edition(fields: Mapping[Path, Fields]) -> Iterator[Fields]:
    """The rows, all with the same columns; raises UsageError where one has others."""
    first, *_ = fields
    for file, row in fields.items():
        if [*row] != [*fields[first]]:
            raise UsageError(
                f"{file} has other columns than {first}; read the letters of one edition at a "
                "time, or all of them with --format json."
            )
        yield row


def _print(what: str, found: Mapping[Path, object], lines: Iterator[str], format_: str) -> None:
    """Prints all as JSON, or as CSV the lines, which are not made before."""
    if format_ == "json":
        letters = [{"file": str(file), what: content} for file, content in found.items()]
        envelope.keep_fields({"letters": letters})
    else:
        click.echo(printable("".join(lines), _KEPT), nl=False)
