"""`lgo-letters verify`: whose signed letters are, and whether they are unchanged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from . import envelope
from .options import DEBUG, FILE, JSON, VERSION, needs_the_extra


@click.command(short_help="Say whether signed letters are unchanged, and whose they are.")
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=FILE)
@click.option(
    "--trust",
    type=FILE,
    multiple=True,
    metavar="CERT",
    help="Certificates (PEM or DER), one of which the signer's must be, or lead back to. May be "
    "given several times.",
)
@click.option(
    "--trust-timestamp",
    type=FILE,
    multiple=True,
    metavar="CERT",
    help="The same for time stamps, and for nothing else. May be given several times.",
)
@JSON
@DEBUG
@VERSION
def verify(
    files: Sequence[Path], trust: Sequence[Path], trust_timestamp: Sequence[Path], json_: bool
) -> None:
    """Say of each letter who signed it, when, and whether it is unchanged since.

    Nothing is fetched from the network. Without --trust nobody's identity is checked.
    """
    with needs_the_extra("sign", "Signatures"):
        from lgo_letters.signing.verify import (
            raise_unless_genuine,
            verified_record,
            verified_text,
            verify_letters,
        )

    verified = verify_letters(files, trust, trust_timestamp)
    fields = verified_record(verified)
    envelope.keep_fields(fields)
    if not json_:
        click.echo(verified_text(verified))
    raise_unless_genuine(verified)
    if json_:
        envelope.print_success(fields)
