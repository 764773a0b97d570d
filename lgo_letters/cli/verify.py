"""`lgo-letters verify`: who signed letters, and whether they are unchanged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from .options import DEBUG, FILE, JSON, VERSION, needs_the_extra
from .output.console import show


@click.command
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=FILE)
@click.option(
    "--trust",
    type=FILE,
    multiple=True,
    metavar="CERT",
    help="A certificate (PEM or DER) that must be the signer's, or have issued it. May be given "
    "several times.",
)
@click.option(
    "--trust-timestamp",
    type=FILE,
    multiple=True,
    metavar="CERT",
    help="The same, for time stamps only. May be given several times.",
)
@JSON
@DEBUG
@VERSION
def verify(files: Sequence[Path], trust: Sequence[Path], trust_timestamp: Sequence[Path]) -> None:
    """Say of each letter who signed it, when, and whether it is unchanged since then.

    Nothing is fetched from the network. Without --trust, no identity is checked.
    """
    with needs_the_extra("sign", "Signatures"):
        from lgo_letters.signing.verify import (
            raise_unless_genuine,
            verified_record,
            verified_text,
            verify_letters,
        )

    verified = verify_letters(files, trust, trust_timestamp)
    show(verified_record(verified), [verified_text(verified)])
    raise_unless_genuine(verified)
