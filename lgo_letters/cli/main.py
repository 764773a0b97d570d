"""The program: its commands, a module each."""

from __future__ import annotations

import atexit
import gc

import click

from .changes import changes
from .check import check
from .dispatch import dispatch
from .edition import edition
from .explain import explain
from .figures import figures
from .generate import generate
from .options import VERSION
from .output.console import Commands
from .preview import preview
from .proof import proof
from .reissue import reissue
from .signoff import signoff
from .site import site
from .stats import stats
from .validate import validate
from .verify import verify

# A command is short, and what it loads stays: looking for garbage all the while takes a tenth, and
# once more at its end as long as a hundred letters.
gc.set_threshold(200_000, 20, 20)
atexit.register(gc.freeze)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@VERSION
def main() -> None:
    """Annual review letters from a year's decisions: checked, counted, compared, typeset.

    A reporting year is named after the year it ends in. It runs from 1 April to 31 March, and rates
    and averages are whole per cent, rounded half up, unless the edition says otherwise.
    """


for command in (
    generate,
    preview,
    stats,
    explain,
    check,
    changes,
    proof,
    signoff,
    reissue,
    figures,
    verify,
    validate,
    edition,
    site,
    dispatch,
):
    main.add_command(command)
