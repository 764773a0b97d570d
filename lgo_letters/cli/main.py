"""The program: its commands, a module each."""

from __future__ import annotations

import atexit
import gc

import click

from .lazy import LazyGroup
from .options import VERSION
from .output.console import Commands

# A command is short, and what it loads stays: looking for garbage all the while takes a tenth, and
# once more at its end as long as a hundred letters.
gc.set_threshold(200_000, 20, 20)
atexit.register(gc.freeze)

_COMMANDS = {
    "generate": "Write every letter, with statistics and manifest.",
    "preview": "Write one letter, and look at it.",
    "stats": "Show the figures.",
    "explain": "Show which decisions make up a figure.",
    "check": "Check data and edition; write nothing.",
    "changes": "Show what has moved since letters were written, and why.",
    "proof": "Write a proof for the person who approves the letters.",
    "signoff": "Sign the letters off; say who has.",
    "reissue": "Make one letter again after sign-off.",
    "figures": "Read the figures out of letters that carry them.",
    "verify": "Say whether signed letters are unchanged, and who signed them.",
    "validate": "Check PDF files against PDF/UA-1 and PDF/A-3a.",
    "edition": "Make next year's edition; compare two.",
    "site": "Write the public pages.",
    "dispatch": "Send the letters by e-mail.",
}


class _Program(Commands, LazyGroup):
    """Loads the one command that is asked for, and turns its errors into sentences."""


@click.group(
    cls=_Program,
    modules={name: (name, short_help) for name, short_help in _COMMANDS.items()},
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@VERSION
def main() -> None:
    """Annual review letters from a year's decisions: checked, counted, compared, typeset.

    A reporting year is named after the year it ends in. It runs from 1 April to 31 March, and rates
    and averages are whole per cent, rounded half up, unless the edition says otherwise.
    """
